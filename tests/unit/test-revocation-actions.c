/*
 * From the words of revocation.on and revocation.authorities to the verdict: every event at every
 * place, with each of the four tables that may name an action naming each of them or none, of the
 * CA that issued the certificate and of another. What is expected comes from a model of its own.
 */
#include "revocation.h"

#include "config/revocation_actions.h"
#include "revocation/verdict.h"

#define UNSAID 3 /* behind the actions */
#define UNKNOWN_CRITICAL support_extension(TEXT("\x2a\x03\x04"), true, DER(DER_NULL, TEXT("")))

/* The tables, what is said most closely first. */
enum table { OF_CA_AND_PLACE, OF_CA, OF_PLACE, OF_ALL, TABLE_COUNT };

static const char *const words[] = {"deny", "allow", "warn"};
static const char *const places[] = {"end_certificate", "ca", "root"};

/* --- what is to come out --- */

static enum revocation_action model(const unsigned said[TABLE_COUNT], bool is_its_ca,
                                    enum revocation_place place, enum revocation_event event) {
    static const enum revocation_action actions[] = {REVOCATION_DENY, REVOCATION_ALLOW,
                                                     REVOCATION_WARN};
    for (size_t i = is_its_ca ? OF_CA_AND_PLACE : OF_PLACE; i < TABLE_COUNT; i++)
        if (said[i] != UNSAID)
            return actions[said[i]];
    return place == REVOCATION_PLACE_ROOT && event == REVOCATION_EVENT_NO_SOURCE ? REVOCATION_ALLOW
                                                                                 : REVOCATION_DENY;
}

/* --- the configuration --- */

static const char *table_text(enum revocation_place place, enum revocation_event event,
                              unsigned at_place, unsigned plain) {
    const char *name = cz_revocation_event_name(event), *text = "";
    if (plain != UNSAID)
        text = support_text("%s = \"%s\";", name, words[plain]);
    if (at_place != UNSAID)
        text = support_text("%s %s: { %s = \"%s\"; };", text, places[place], name, words[at_place]);
    return support_text("on: { %s };", text);
}

/* Another authority goes first: it must not count. */
static const char *configuration_text(const unsigned said[TABLE_COUNT], const char *ca,
                                      enum revocation_place place, enum revocation_event event) {
    const char *text = table_text(place, event, said[OF_PLACE], said[OF_ALL]);
    if (said[OF_CA_AND_PLACE] == UNSAID && said[OF_CA] == UNSAID)
        return text;
    return support_text("%s authorities = ( { subject = \"CN=nobody\"; on: { %s = \"allow\"; }; },"
                        " { subject = \"CN=%s\"; %s } );",
                        text, cz_revocation_event_name(event), ca,
                        table_text(place, event, said[OF_CA_AND_PLACE], said[OF_CA]));
}

static bool configure(const char *text, struct revocation_settings *settings) {
    config_t file;
    struct error error = {0};
    config_init(&file);
    bool good = config_read_string(&file, text) == CONFIG_TRUE &&
                cz_config_read_actions(config_lookup(&file, "on"),
                                       config_lookup(&file, "authorities"), settings, &error);
    if (!good)
        printf("# %s: %s\n", text, error.message);
    config_destroy(&file);
    return good;
}

/* --- the situations --- */

/* One certificate of the path is in trouble, the others are good: the one between by an OCSP
 * response where it is the root, since one list is about both. */
struct trouble {
    struct answer lists;
    uint8_t key[CZ_OCSP_KEY_SIZE];
    struct bytes response;
    enum source_state configured;
};

static bool find_response(const void *context, const uint8_t key[CZ_OCSP_KEY_SIZE],
                          struct ocsp_holding *holding) {
    const struct trouble *trouble = context;
    if (memcmp(key, trouble->key, CZ_OCSP_KEY_SIZE) != 0)
        return false;
    *holding = (struct ocsp_holding){.state = SOURCE_GOOD, .response = trouble->response};
    return true;
}

static void add_list(struct trouble *trouble, struct forge_list list, enum who signer) {
    answer_add(&trouble->lists, &list);
    if (!list.bad_signature)
        trouble->lists.candidates[trouble->lists.count - 1].verified_spki =
            revocation_certificates[signer]->spki;
}

static void make_trouble(struct trouble *trouble, enum revocation_place place,
                         enum revocation_event event) {
    static const enum who whose[] = {C, M, R};
    const struct bytes critical[] = {UNKNOWN_CRITICAL, {0}};
    const struct forge_status good[] = {
        {.issuer = "r", .issuer_key = KEY_R, .serial = S_M, .verdict = SAYS_GOOD},
        {.issuer = NULL}};
    bool is_end = place == REVOCATION_PLACE_END;
    struct forge_list of_end = LIST_M(), of_others = LIST_R();
    struct forge_list *list = is_end ? &of_end : &of_others;
    bool is_there = event != REVOCATION_EVENT_NO_SOURCE && event != REVOCATION_EVENT_UNREACHABLE;
    if (event == REVOCATION_EVENT_REVOKED)
        list->entries = listing(revocation_certificates[whose[place]]->serial, 1, NULL);
    if (event == REVOCATION_EVENT_STALE)
        list->this_update = NOW - 9 * DAY, list->next_update = NOW - DAY;
    if (event == REVOCATION_EVENT_UNKNOWN)
        list->more = critical;
    list->bad_signature = event == REVOCATION_EVENT_BAD_SIGNATURE;
    trouble->configured = event == REVOCATION_EVENT_UNREACHABLE ? SOURCE_UNREACHABLE : SOURCE_GOOD;
    if (is_there || !is_end)
        add_list(trouble, of_end, M);
    if (is_there || is_end)
        add_list(trouble, of_others, R);
    if (place == REVOCATION_PLACE_ROOT &&
        cz_ocsp_key(revocation_certificates[M], revocation_certificates[R], trouble->key))
        trouble->response = forge_ocsp(&(struct forge_response){.signer = KEY_R, .statuses = good});
}

static void judge(const struct trouble *trouble, enum revocation_place place,
                  struct revocation_settings *settings, struct revocation_verdict *verdict) {
    static struct signature_checks signatures;
    static const struct requirements requirements = {.max_path_length = 8, .check_validity = true};
    struct certificate *anchors[] = {revocation_certificates[R]};
    struct certificate *pool[] = {revocation_certificates[M]};
    const struct trust trust = {.anchors = {.items = anchors, .count = 1},
                                .intermediates = {.items = pool, .count = 1}};
    const struct path path = {.certificates = {revocation_certificates[C], pool[0], anchors[0]},
                              .count = 3};
    const struct revocation_holdings holdings = {.crls = trouble->lists.candidates,
                                                 .crl_count = trouble->lists.count,
                                                 .ocsp = find_response,
                                                 .context = trouble,
                                                 .configured = trouble->configured};
    const struct revocation_check check = {.holdings = &holdings,
                                           .settings = settings,
                                           .trust = &trust,
                                           .requirements = &requirements,
                                           .signatures = &signatures,
                                           .now = NOW};
    signatures.count = 0;
    settings->mode = REVOCATION_OFFLINE;
    settings->order = REVOCATION_OCSP_FIRST;
    settings->extent =
        place == REVOCATION_PLACE_ROOT ? REVOCATION_ENTIRE_CHAIN : REVOCATION_EXCLUDE_ROOT;
    cz_revocation_judge(&check, &path, verdict);
}

/* The certificate at the place, and nothing else, is the event and gets the action. */
static bool is_expected(const struct revocation_verdict *verdict, enum revocation_place place,
                        enum revocation_event event, enum revocation_action action) {
    size_t depth = place; /* the end is 0, the root 2 */
    for (size_t i = 0; i < verdict->count; i++)
        if ((verdict->of[i].status == REVOCATION_GOOD) != (i != depth))
            return false;
    const struct certificate_revocation *one = &verdict->of[depth];
    return verdict->checked && depth < verdict->count && one->event == event &&
           one->action == action && verdict->denies == (action == REVOCATION_DENY) &&
           verdict->warns == (action == REVOCATION_WARN) &&
           (!verdict->denies || verdict->depth == depth) &&
           (!verdict->warns || verdict->warning_depth == depth);
}

static bool try(const struct trouble *trouble, enum revocation_place place,
                enum revocation_event event, unsigned number, bool is_its_ca) {
    const char *issuer = place == REVOCATION_PLACE_END ? "m" : "r";
    const char *other = place == REVOCATION_PLACE_END ? "r" : "m";
    struct revocation_verdict verdict;
    CZ_CLEANUP(cz_revocation_settings_release)
    struct revocation_settings settings = {.mode = REVOCATION_ONLINE};
    unsigned said[TABLE_COUNT];
    for (size_t i = 0; i < TABLE_COUNT; i++)
        said[i] = number >> 2 * i & 3;
    const char *text = configuration_text(said, is_its_ca ? issuer : other, place, event);
    if (!configure(text, &settings))
        return false;
    judge(trouble, place, &settings, &verdict);
    if (is_expected(&verdict, place, event, model(said, is_its_ca, place, event)))
        return true;
    printf("# %s\n", text);
    return false;
}

static void test_all(enum revocation_place place, enum revocation_event event) {
    struct trouble trouble = {.configured = SOURCE_GOOD};
    unsigned wrong = 0;
    make_trouble(&trouble, place, event);
    for (unsigned number = 0; number < 1u << 2 * TABLE_COUNT; number++) {
        wrong += !try(&trouble, place, event, number, true);
        wrong += !try(&trouble, place, event, number, false);
    }
    answer_release(&trouble.lists);
    tap_ok(wrong == 0, "%s of %s: 512 configurations", cz_revocation_event_name(event),
           places[place]);
}

int main(void) {
    revocation_begin();
    for (enum revocation_place place = 0; place < REVOCATION_PLACE_COUNT; place++)
        for (enum revocation_event event = 0; event < REVOCATION_EVENT_COUNT; event++)
            test_all(place, event);
    revocation_end();
    return tap_done();
}
