/* From what is known of a path's revocation to the action: events, places, authorities, and what
 * the refresher could do about it. */
#include "revocation.h"

#include "revocation/trace.h"
#include "revocation/verdict.h"

#define DENY_ALL                                                                                   \
    {                                                                                              \
        .of = { {0} }                                                                              \
    }
#define AIA TEXT("\x2b\x06\x01\x05\x05\x07\x01\x01")
#define OCSP_METHOD TEXT("\x2b\x06\x01\x05\x05\x07\x30\x01")
#define URL_L "http://l/"

/* --- clients that name sources --- */

static struct certificate *client_with(struct bytes extension) {
    const struct bytes more[] = {extension, {0}};
    return forge_certificate(&(struct forge){
        .subject = "c",
        .issuer = "m",
        .signer = KEY_M,
        .more = extension.len > 0 ? more : NULL,
        .parts = {[PART_SERIAL] = DER(DER_INTEGER, S_C)},
    });
}

static struct bytes points(struct bytes names) {
    return support_extension(
        OID_CRL_DISTRIBUTION_POINTS, false,
        DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(0),
                                                DER(DER_CONTEXT_CONSTRUCTED(0), names)))));
}

static struct bytes responder(void) {
    return support_extension(AIA, false,
                             DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, OCSP_METHOD),
                                                   DER(DER_CONTEXT(6), TEXT("http://o/")))));
}

enum client { PLAIN, WITH_POINT, WITH_RESPONDER, WITH_ODD_POINT, WITH_OWN_DIRECTORY, CLIENT_COUNT };

static struct certificate *clients[CLIENT_COUNT];

static void begin(void) {
    revocation_begin();
    clients[PLAIN] = client_with((struct bytes){0});
    clients[WITH_POINT] = client_with(points(DER(DER_CONTEXT(6), TEXT(URL_L))));
    clients[WITH_RESPONDER] = client_with(responder());
    clients[WITH_OWN_DIRECTORY] = client_with(points(DER(DER_CONTEXT(6), TEXT("ldap:///cn=m"))));
    clients[WITH_ODD_POINT] = client_with(points(DER(DER_CONTEXT(6), TEXT("ftp://l/"))));
}

static void end(void) {
    for (size_t i = 0; i < CLIENT_COUNT; i++)
        cz_certificate_free(clients[i]);
    revocation_end();
}

/* --- asking --- */

struct situation {
    const char *name;
    enum client client;
    struct forge_list lists[4];
    enum source_state point, ocsp, configured; /* SOURCE_UNTRIED: `configured` counts as good */
    struct revocation_settings settings;
    const char *expected;
};

static enum source_state point_state(const void *context, struct bytes url) {
    const struct situation *situation = context;
    return cz_bytes_equal(url, TEXT(URL_L)) ? situation->point : SOURCE_UNTRIED;
}

static bool ocsp_state(const void *context, const uint8_t key[CZ_OCSP_KEY_SIZE],
                       struct ocsp_holding *holding) {
    const struct situation *situation = context;
    (void)key;
    *holding = (struct ocsp_holding){.state = situation->ocsp};
    return situation->ocsp != SOURCE_UNTRIED;
}

static const char *action_name(enum revocation_action action) {
    static const char *const names[] = {"deny", "allow", "warn"};
    return names[action];
}

/* deny revoked at 0; unknown deny, good; lacks now */
static const char *verdict_text(const struct revocation_verdict *verdict) {
    static const char *const lacks[] = {"nothing", "soon", "now"};
    struct trace trace = {.count = 0};
    const struct certificate_revocation *warning = cz_revocation_warning(verdict);
    enum reason reason = cz_revocation_trace(&trace, verdict);
    const char *text =
        reason != REASON_UNDECIDED
            ? support_text("%s at %zu;", cz_reason_info(reason)->slug, verdict->depth)
        : warning != NULL
            ? support_text("warns %s at %zu;", cz_revocation_event_name(warning->event),
                           verdict->warning_depth)
            : "passes;";
    for (size_t i = 0; i < verdict->count; i++)
        text = verdict->of[i].status == REVOCATION_GOOD
                   ? support_text("%s good,", text)
                   : support_text("%s %s %s,", text, cz_revocation_event_name(verdict->of[i].event),
                                  action_name(verdict->of[i].action));
    return support_text("%s lacks %s", text, lacks[verdict->lacks]);
}

static void judge(const struct situation *situation, struct revocation_verdict *verdict) {
    static struct signature_checks signatures;
    static const struct requirements requirements = {.max_path_length = 8, .check_validity = true};
    CZ_CLEANUP(answer_release) struct answer answer = {.now = NOW};
    struct certificate *anchors[] = {revocation_certificates[R]};
    struct certificate *pool[] = {revocation_certificates[M]};
    const struct trust trust = {.anchors = {.items = anchors, .count = 1},
                                .intermediates = {.items = pool, .count = 1}};
    const struct path path = {.certificates = {clients[situation->client], pool[0], anchors[0]},
                              .count = 3};
    for (const struct forge_list *list = situation->lists; list->issuer != NULL; list++)
        answer_add(&answer, list);
    const struct revocation_holdings holdings = {
        .crls = answer.candidates,
        .crl_count = answer.count,
        .point = point_state,
        .ocsp = ocsp_state,
        .context = situation,
        .configured =
            situation->configured != SOURCE_UNTRIED ? situation->configured : SOURCE_GOOD};
    const struct revocation_check check = {.holdings = &holdings,
                                           .settings = &situation->settings,
                                           .trust = &trust,
                                           .requirements = &requirements,
                                           .signatures = &signatures,
                                           .now = NOW};
    signatures.count = 0;
    cz_revocation_judge(&check, &path, verdict);
}

static void ask_situations(const struct situation *situations, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct revocation_verdict verdict;
        judge(&situations[i], &verdict);
        tap_is(verdict_text(&verdict), situations[i].expected, situations[i].name);
    }
}

#define CLIENT_LISTED listing(S_C, 1, NULL)
#define ON(place, event, action)                                                                   \
    .on.of[REVOCATION_PLACE_##place][REVOCATION_EVENT_##event] = REVOCATION_##action

static void test_events(void) {
    const struct situation situations[] = {
        {.name = "mode none looks at nothing",
         .lists = {LIST_R(), LIST_M(.entries = CLIENT_LISTED)},
         .settings = {.mode = REVOCATION_NONE},
         .expected = "passes; lacks nothing"},
        {.name = "good lists",
         .lists = {LIST_R(), LIST_M()},
         .expected = "passes; good, good, lacks nothing"},
        {.name = "revoked",
         .lists = {LIST_R(), LIST_M(.entries = CLIENT_LISTED)},
         .expected = "revoked at 0; revoked deny, good, lacks nothing"},
        {.name = "nobody to ask",
         .lists = {LIST_R()},
         .expected = "revocation-no-source at 0; no_source deny, good, lacks nothing"},
        {.name = "a distribution point of a protocol that nobody asks by is no source",
         .client = WITH_ODD_POINT,
         .lists = {LIST_R()},
         .expected = "revocation-no-source at 0; no_source deny, good, lacks nothing"},
        {.name = "nor is a directory without a host",
         .client = WITH_OWN_DIRECTORY,
         .lists = {LIST_R()},
         .expected = "revocation-no-source at 0; no_source deny, good, lacks nothing"},
        {.name = "a point that was never tried",
         .client = WITH_POINT,
         .lists = {LIST_R()},
         .expected = "revocation-unknown at 0; unknown deny, good, lacks now"},
        {.name = "the same off line",
         .client = WITH_POINT,
         .lists = {LIST_R()},
         .settings = {.mode = REVOCATION_OFFLINE},
         .expected = "revocation-unknown at 0; unknown deny, good, lacks nothing"},
        {.name = "a point that cannot be reached",
         .client = WITH_POINT,
         .lists = {LIST_R()},
         .point = SOURCE_UNREACHABLE,
         .expected = "revocation-unreachable at 0; unreachable deny, good, lacks now"},
        {.name = "a point that gave what somebody else signed",
         .client = WITH_POINT,
         .lists = {LIST_R()},
         .point = SOURCE_BAD_SIGNATURE,
         .expected = "revocation-bad-signature at 0; bad_signature deny, good, lacks now"},
        {.name = "a point that gave a list which does not cover it",
         .client = WITH_POINT,
         .lists = {LIST_R()},
         .point = SOURCE_GOOD,
         .expected = "revocation-unknown at 0; unknown deny, good, lacks now"},
        {.name = "a configured source that cannot be reached may be the one",
         .lists = {LIST_R()},
         .configured = SOURCE_UNREACHABLE,
         .expected = "revocation-unreachable at 0; unreachable deny, good, lacks now"},
        {.name = "a configured source that is badly signed",
         .lists = {LIST_R()},
         .configured = SOURCE_BAD_SIGNATURE,
         .expected = "revocation-bad-signature at 0; bad_signature deny, good, lacks now"},
        {.name = "a list at hand that is badly signed",
         .lists = {LIST_R(), LIST_M(.bad_signature = true)},
         .expected = "revocation-bad-signature at 0; bad_signature deny, good, lacks now"},
        {.name = "a stale list",
         .lists = {LIST_R(), LIST_M(PAST)},
         .expected = "revocation-stale at 0; stale deny, good, lacks now"},
        {.name = "a stale list that says revoked",
         .lists = {LIST_R(), LIST_M(PAST, .entries = CLIENT_LISTED)},
         .expected = "revoked at 0; revoked deny, good, lacks nothing"},
        {.name = "a responder that was never asked",
         .client = WITH_RESPONDER,
         .lists = {LIST_R()},
         .expected = "revocation-unknown at 0; unknown deny, good, lacks now"},
        {.name = "OCSP does not count by CRL alone",
         .client = WITH_RESPONDER,
         .lists = {LIST_R()},
         .settings = {.order = REVOCATION_CRL_ONLY},
         .expected = "revocation-no-source at 0; no_source deny, good, lacks nothing"},
        {.name = "nor a distribution point by OCSP alone",
         .client = WITH_POINT,
         .lists = {LIST_R()},
         .settings = {.order = REVOCATION_OCSP_ONLY, .extent = REVOCATION_END_CERTIFICATE},
         .expected = "revocation-no-source at 0; no_source deny, lacks nothing"},
        {.name = "a responder that cannot be reached",
         .client = WITH_RESPONDER,
         .ocsp = SOURCE_UNREACHABLE,
         .lists = {LIST_R()},
         .expected = "revocation-unreachable at 0; unreachable deny, good, lacks now"},
        {.name = "a configured responder is everybody's source",
         .lists = {LIST_R()},
         .settings = {.has_responders = true},
         .expected = "revocation-unknown at 0; unknown deny, good, lacks now"},
        {.name = "OCSP first, and a CRL stands in for a responder that was never asked",
         .client = WITH_RESPONDER,
         .lists = {LIST_R(), LIST_M()},
         .settings = {.order = REVOCATION_OCSP_FIRST},
         .expected = "passes; good, good, lacks now"},
        {.name = "and for one that cannot be reached",
         .client = WITH_RESPONDER,
         .ocsp = SOURCE_UNREACHABLE,
         .lists = {LIST_R(), LIST_M()},
         .settings = {.order = REVOCATION_OCSP_FIRST},
         .expected = "passes; good, good, lacks nothing"},
    };
    ask_situations(situations, CZ_COUNT(situations));
}

static void test_actions(void) {
    struct revocation_authority of_m = {.subject_canonical =
                                            revocation_certificates[M]->subject_canonical};
    of_m.on.of[REVOCATION_PLACE_END][REVOCATION_EVENT_NO_SOURCE] = REVOCATION_ALLOW;
    struct revocation_authority of_r = {.subject_canonical =
                                            revocation_certificates[R]->subject_canonical};
    of_r.on.of[REVOCATION_PLACE_CA][REVOCATION_EVENT_NO_SOURCE] = REVOCATION_WARN;
    of_r.on.of[REVOCATION_PLACE_ROOT][REVOCATION_EVENT_NO_SOURCE] = REVOCATION_ALLOW;
    struct revocation_authority other_key = of_m, all[] = {of_m, of_r};
    other_key.key_id = TEXT("not its");
    const struct situation situations[] = {
        {.name = "allowed for end certificates",
         .lists = {LIST_R()},
         .settings = {ON(END, NO_SOURCE, ALLOW)},
         .expected = "passes; no_source allow, good, lacks nothing"},
        {.name = "which says nothing of CAs",
         .lists = {LIST_M()},
         .settings = {ON(END, NO_SOURCE, ALLOW)},
         .expected = "revocation-no-source at 1; good, no_source deny, lacks nothing"},
        {.name = "nor of another event",
         .lists = {LIST_R(), LIST_M(PAST)},
         .settings = {ON(END, NO_SOURCE, ALLOW)},
         .expected = "revocation-stale at 0; stale deny, good, lacks now"},
        {.name = "allowed with a warning",
         .lists = {LIST_R(), LIST_M(PAST)},
         .settings = {ON(END, STALE, WARN)},
         .expected = "warns stale at 0; stale warn, good, lacks now"},
        {.name = "a warning does not outweigh a denial",
         .lists = {LIST_M(PAST)},
         .settings = {ON(END, STALE, WARN)},
         .expected = "revocation-no-source at 1; stale warn, no_source deny, lacks now"},
        {.name = "revoked with a warning, as a trial",
         .lists = {LIST_R(), LIST_M(.entries = CLIENT_LISTED)},
         .settings = {ON(END, REVOKED, WARN)},
         .expected = "warns revoked at 0; revoked warn, good, lacks nothing"},
        {.name = "revoked is told of before what is unknown nearer to the anchor",
         .lists = {LIST_M(.entries = CLIENT_LISTED)},
         .expected = "revoked at 0; revoked deny, no_source deny, lacks nothing"},
        {.name = "the root has a place of its own",
         .lists = {LIST_M()},
         .settings = {.extent = REVOCATION_ENTIRE_CHAIN, ON(CA, NO_SOURCE, ALLOW)},
         .expected = "revocation-no-source at 2; good, no_source allow, no_source deny, lacks "
                     "nothing"},
        {.name = "a revoked CA denies whatever is said of the client",
         .lists = {LIST_R(.entries = listing(S_M, 2, NULL)), LIST_M()},
         .settings = {ON(END, REVOKED, ALLOW)},
         .expected = "revoked at 1; good, revoked deny, lacks nothing"},
        {.name = "a CA that publishes no list, alone",
         .lists = {LIST_R()},
         .settings = {.authorities = &of_m, .authority_count = 1},
         .expected = "passes; no_source allow, good, lacks nothing"},
        {.name = "what it issued, and not what was issued to it",
         .lists = {LIST_M()},
         .settings = {.authorities = &of_m, .authority_count = 1},
         .expected = "revocation-no-source at 1; good, no_source deny, lacks nothing"},
        {.name = "another key's authority is not it",
         .lists = {LIST_R()},
         .settings = {.authorities = &other_key, .authority_count = 1},
         .expected = "revocation-no-source at 0; no_source deny, good, lacks nothing"},
        {.name = "two authorities, and a root is its own",
         .settings = {.extent = REVOCATION_ENTIRE_CHAIN, .authorities = all, .authority_count = 2},
         .expected = "warns no_source at 1; no_source allow, no_source warn, no_source allow, "
                     "lacks nothing"},
    };
    ask_situations(situations, CZ_COUNT(situations));
}

static const char *trace_text(const struct situation *situation) {
    struct revocation_verdict verdict;
    struct trace trace = {.count = 0};
    const char *text = "";
    judge(situation, &verdict);
    cz_revocation_trace(&trace, &verdict);
    for (size_t i = 0; i < trace.count; i++) {
        const struct trace_entry *entry = &trace.entries[i];
        text = support_text(
            "%s%s%s %d%s%s", text, i > 0 ? "; " : "", cz_outcome_name(entry->outcome), entry->depth,
            entry->detail != NULL ? ": " : "", entry->detail != NULL ? entry->detail : "");
    }
    return text;
}

static void test_trace(void) {
    const struct situation situations[] = {
        {.name = "the trace of mode none",
         .settings = {.mode = REVOCATION_NONE},
         .expected = "skipped -1: revocation.mode is \"none\""},
        {.name = "the trace of good lists",
         .lists = {LIST_R(), LIST_M()},
         .expected = "passed 1; passed 0"},
        {.name = "the trace ends with what denies",
         .lists = {LIST_R(.entries = listing(S_M, 2, NULL)), LIST_M(PAST)},
         .settings = {ON(END, STALE, WARN)},
         .expected = "skipped 0: stale, and revocation.on warns of that; failed 1: its serial is "
                     "on a CRL"},
        {.name = "the trace of a stale list that says revoked",
         .lists = {LIST_R(), LIST_M(PAST, .entries = CLIENT_LISTED)},
         .expected = "passed 1; failed 0: its serial is on a CRL, though that is out of date"},
        {.name = "the trace without a source",
         .lists = {LIST_R()},
         .expected = "passed 1; failed 0: no CRL at hand covers it, and neither its extensions nor "
                     "the configuration name one that would"},
        {.name = "the trace of a source that cannot be reached",
         .client = WITH_POINT,
         .point = SOURCE_UNREACHABLE,
         .lists = {LIST_R()},
         .expected = "passed 1; failed 0: no CRL or OCSP response is at hand, and nothing could be "
                     "fetched; certauthzctl status says why"},
        {.name = "the trace of what is allowed",
         .lists = {LIST_R()},
         .settings = {ON(END, NO_SOURCE, ALLOW)},
         .expected = "passed 1; skipped 0: there is no source, and revocation.on allows that"},
    };
    for (size_t i = 0; i < CZ_COUNT(situations); i++)
        tap_is(trace_text(&situations[i]), situations[i].expected, situations[i].name);
}

static bool heeds_ocsp(const struct situation *situation) {
    struct revocation_verdict verdict;
    judge(situation, &verdict);
    return verdict.heeds_ocsp;
}

/* What another OCSP response could change. */
static void test_heeding(void) {
    const enum revocation_order first = REVOCATION_CRL_FIRST, ocsp = REVOCATION_OCSP_FIRST;
    const struct situation good = {.lists = {LIST_R(), LIST_M()}};
    const struct situation unknown = {.lists = {LIST_R()}};
    struct situation asked = good, alone = unknown, none = good;
    asked.settings.order = ocsp;
    alone.settings.order = REVOCATION_CRL_ONLY;
    none.settings.mode = REVOCATION_NONE;
    tap_ok(good.settings.order == first && !heeds_ocsp(&good),
           "where a list says good first, no OCSP response counts");
    tap_ok(heeds_ocsp(&unknown), "where none does, one could");
    tap_ok(heeds_ocsp(&asked), "where OCSP comes first, too");
    tap_ok(!heeds_ocsp(&alone), "but not where lists count alone");
    tap_ok(!heeds_ocsp(&none), "nor in mode none");
}

/* The verdict holds as long as what it rests on. */
static void test_times(void) {
    struct revocation_verdict verdict;
    judge(&(struct situation){.lists = {LIST_R(.next_update = NOW + 7), LIST_M()}}, &verdict);
    tap_ok(verdict.checked && verdict.valid_until == NOW + 6 && verdict.valid_from <= NOW,
           "it holds until the second before the first nextUpdate");
    judge(&(struct situation){.settings = {.mode = REVOCATION_NONE}}, &verdict);
    tap_ok(!verdict.checked && verdict.valid_until == INT64_MAX && verdict.valid_from == INT64_MIN,
           "in mode none it holds for ever");
}

int main(void) {
    begin();
    test_events();
    test_actions();
    test_trace();
    test_heeding();
    test_times();
    end();
    return tap_done();
}
