#include "revocation.h"

struct certificate *revocation_certificates[WHO_COUNT];

static struct bytes place_point(void) {
    return support_extension(OID_CRL_DISTRIBUTION_POINTS, false,
                             DER(DER_SEQUENCE, DER(DER_SEQUENCE, PLACE)));
}

static struct bytes issuer_point(const char *name) {
    return support_extension(OID_CRL_DISTRIBUTION_POINTS, false,
                             DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(2),
                                                                     DER(DER_CONTEXT_CONSTRUCTED(4),
                                                                         support_name(name))))));
}

static struct bytes signing(void) {
    return support_extension(OID_EXTENDED_KEY_USAGE, false,
                             DER(DER_SEQUENCE, DER(DER_OID, OID_OCSP_SIGNING)));
}

#define SERIAL(octet) .parts = {[PART_SERIAL] = DER(DER_INTEGER, TEXT(octet))}

void revocation_begin(void) {
    const struct bytes more[] = {issuer_point("crl"), {0}}, place[] = {place_point(), {0}};
    const struct bytes d1[] = {issuer_point("d1"), {0}}, d2[] = {issuer_point("d2"), {0}};
    const struct bytes d3[] = {issuer_point("d3"), {0}}, d4[] = {issuer_point("d4"), {0}};
    const struct bytes checked[] = {signing(), {0}};
    const struct bytes unchecked[] = {
        signing(), support_extension(OID_OCSP_NO_CHECK, false, DER(DER_NULL, TEXT(""))), {0}};
#define RESPONDER(issuer_name, issuer_key, extensions)                                             \
    {                                                                                              \
        .subject = "o", .issuer = issuer_name, .key = KEY_O, .signer = issuer_key,                 \
        .use_omitted = true, .more = extensions, SERIAL("\x15")                                    \
    }
#define DELEGATE(name, key_number, points)                                                         \
    {                                                                                              \
        .subject = name, .issuer = "m", .key = key_number, .signer = KEY_M, .use_omitted = true,   \
        .key_usage = "0102", .more = points                                                        \
    }
    const struct forge forges[WHO_COUNT] = {
        [C_OF_D1] =
            {.subject = "c", .issuer = "m", .key = 0, .signer = KEY_M, .more = d1, SERIAL("\x21")},
        [D1] = DELEGATE("d1", KEY_D1, d2),
        [D2] = DELEGATE("d2", KEY_D2, d3),
        [D3] = DELEGATE("d3", KEY_D3, d4),
        [D3_ON_ITS_OWN] = DELEGATE("d3", KEY_D3, d3),
        [D4_ON_ITS_OWN] = DELEGATE("d4", KEY_D4, d4),
        [R] = {.subject = "r",
               .issuer = "r",
               .key = KEY_R,
               .signer = KEY_R,
               .ca = true,
               SERIAL("\x01")},
        [M] = {.subject = "m",
               .issuer = "r",
               .key = KEY_M,
               .signer = KEY_R,
               .ca = true,
               SERIAL("\x11")},
        [C] = {.subject = "c", .issuer = "m", .key = 0, .signer = KEY_M, SERIAL("\x21")},
        [M_WITHOUT_CRL_SIGN] = {.subject = "m",
                                .issuer = "r",
                                .key = KEY_M,
                                .signer = KEY_R,
                                .ca = true,
                                .key_usage = "0204",
                                SERIAL("\x11")},
        [C_OF_DELEGATE] = {.subject = "c",
                           .issuer = "m",
                           .key = 0,
                           .signer = KEY_M,
                           .more = more,
                           SERIAL("\x21")},
        [R_OTHER] = {.subject = "r",
                     .issuer = "r",
                     .key = KEY_OTHER_R,
                     .signer = KEY_OTHER_R,
                     .ca = true,
                     SERIAL("\x01")},
        [M_OF_OTHER] = {.subject = "m",
                        .issuer = "r",
                        .key = KEY_OTHER_M,
                        .signer = KEY_OTHER_R,
                        .ca = true,
                        SERIAL("\x11")},
        [NEW_M] = {.subject = "m",
                   .issuer = "r",
                   .key = KEY_NEW_M,
                   .signer = KEY_R,
                   .ca = true,
                   SERIAL("\x12")},
        [NEW_M_OF_M] = {.subject = "m",
                        .issuer = "m",
                        .key = KEY_NEW_M,
                        .signer = KEY_M,
                        .ca = true,
                        SERIAL("\x12")},
        [NEW_M_EXPIRED] = {.subject = "m",
                           .issuer = "r",
                           .key = KEY_NEW_M,
                           .signer = KEY_R,
                           .ca = true,
                           .not_after = NOW - DAY,
                           SERIAL("\x12")},
        [NEW_M_LATER] = {.subject = "m",
                         .issuer = "r",
                         .key = KEY_NEW_M,
                         .signer = KEY_R,
                         .ca = true,
                         .not_before = NOW + 5,
                         SERIAL("\x12")},
        [CRL] = {.subject = "crl",
                 .issuer = "r",
                 .key = KEY_CRL,
                 .signer = KEY_R,
                 .use_omitted = true,
                 .key_usage = "0102",
                 .not_after = NOW + 9 * DAY,
                 SERIAL("\x14")},
        [CRL_OF_M] = {.subject = "crl",
                      .issuer = "m",
                      .key = KEY_CRL,
                      .signer = KEY_M,
                      .use_omitted = true,
                      .key_usage = "0102",
                      .more = place,
                      SERIAL("\x14")},
        [CRL_ON_ITS_OWN] = {.subject = "crl",
                            .issuer = "m",
                            .key = KEY_CRL,
                            .signer = KEY_M,
                            .use_omitted = true,
                            .key_usage = "0102",
                            .more = more,
                            SERIAL("\x14")},
        [M_RSA] = {.subject = "m",
                   .issuer = "r",
                   .key = FORGE_RSA,
                   .signer = KEY_R,
                   .ca = true,
                   SERIAL("\x11")},
        [C_OF_RSA] = {.subject = "c", .issuer = "m", .key = 0, .signer = FORGE_RSA, SERIAL("\x21")},
        [O] = RESPONDER("m", KEY_M, unchecked),
        [O_LATER] = {.subject = "o",
                     .issuer = "m",
                     .key = KEY_O,
                     .signer = KEY_M,
                     .use_omitted = true,
                     .more = unchecked,
                     .not_before = NOW + 5,
                     SERIAL("\x15")},
        [O_CHECKED] = RESPONDER("m", KEY_M, checked),
        [O_OF_R] = RESPONDER("r", KEY_R, checked),
        [CRL_WITHOUT_CRL_SIGN] = {.subject = "crl",
                                  .issuer = "r",
                                  .key = KEY_CRL,
                                  .signer = KEY_R,
                                  .use_omitted = true,
                                  SERIAL("\x14")},
    };
    for (size_t i = R; i < WHO_COUNT; i++)
        revocation_certificates[i] = forge_certificate(&forges[i]);
}

void revocation_end(void) {
    for (size_t i = R; i < WHO_COUNT; i++)
        cz_certificate_free(revocation_certificates[i]);
}

void answer_release(struct answer *answer) {
    for (size_t i = 0; i < answer->count; i++) {
        cz_crl_index_release(&answer->indexes[i]);
        cz_crl_release(&answer->crls[i]);
    }
}

void answer_add(struct answer *answer, const struct forge_list *list) {
    const char *detail = "";
    size_t i = answer->count++;
    if (cz_crl_parse(forge_crl(list), &answer->crls[i], &detail) != CRL_OK ||
        !cz_crl_index_build(&answer->crls[i], &answer->indexes[i]))
        support_die("a list: %s", detail);
    answer->candidates[i] = (struct crl_candidate){
        .crl = &answer->crls[i],
        .lookup = {.find = cz_crl_index_find, .context = &answer->indexes[i]}};
}

static unsigned key_of(enum who who) {
    static const unsigned keys[WHO_COUNT] = {[R] = KEY_R, [M] = KEY_M};
    return keys[who];
}

/* `issuer` is R or M. */
static void hold(struct answer *answer, const struct said *said, enum who issuer) {
    const struct forge_status statuses[] = {
        {.issuer = said->about == C ? "m" : "r",
         .issuer_key = key_of(issuer),
         .serial =
             said->about_another ? TEXT("\x55") : revocation_certificates[said->about]->serial,
         .verdict = said->verdict,
         .reason = REASON(1),
         .this_update = said->this_update,
         .next_update = said->next_update},
        {.issuer = NULL}};
    const struct bytes carried[] = {
        said->by != NOBODY ? revocation_certificates[said->by]->der : (struct bytes){0}, {0}};
    const struct forge_response response = {.signer = said->by != NOBODY ? KEY_O : key_of(issuer),
                                            .statuses = statuses,
                                            .certificates = carried,
                                            .bad_signature = said->bad_signature};
    struct held *held = &answer->held[answer->held_count++];
    if (!cz_ocsp_key(revocation_certificates[said->about], revocation_certificates[issuer],
                     held->key))
        support_die("cz_ocsp_key");
    held->der = forge_ocsp(&response);
}

static void hold_all(struct answer *answer, const struct question *question) {
    answer->held_count = 0;
    for (size_t i = 0; i < CZ_COUNT(question->said) && question->said[i].about != NOBODY; i++)
        hold(answer, &question->said[i],
             question->said[i].issuer != NOBODY ? question->said[i].issuer
             : question->said[i].about == C     ? M
                                                : R);
}

static bool find_held(const void *context, const uint8_t key[CZ_OCSP_KEY_SIZE],
                      struct ocsp_holding *holding) {
    const struct answer *answer = context;
    for (size_t i = 0; i < answer->held_count; i++) {
        if (memcmp(answer->held[i].key, key, CZ_OCSP_KEY_SIZE) != 0)
            continue;
        *holding = (struct ocsp_holding){.state = SOURCE_GOOD, .response = answer->held[i].der};
        return true;
    }
    return false;
}

void answer_check(struct answer *answer, const struct question *question) {
    static const enum who usual[] = {C, M, R};
    static struct signature_checks signatures;
    static const struct requirements none = {.max_path_length = 8, .check_validity = true};
    struct requirements requirements = none;
    struct certificate *anchors[] = {revocation_certificates[R], revocation_certificates[R_OTHER]};
    struct trust trust = {.anchors = {.items = anchors, .count = 2}};
    struct certificate *pool[7], *sent[2];
    size_t sent_count = 0;
    const enum who *path = question->path[0] != NOBODY ? question->path : usual;
    cz_pool_sort(&trust.anchors);
    trust.intermediates.items = pool;
    if (path[0] != R)
        pool[trust.intermediates.count++] = revocation_certificates[path[1]];
    for (size_t i = 0; i < 6 && question->pool[i] != NOBODY; i++)
        pool[trust.intermediates.count++] = revocation_certificates[question->pool[i]];
    for (size_t i = 0; i < 2 && question->sent[i] != NOBODY; i++)
        sent[sent_count++] = revocation_certificates[question->sent[i]];
    cz_pool_sort(&trust.intermediates);
    answer->path.count = 0;
    for (size_t i = 0; i < 3 && path[i] != NOBODY; i++)
        answer->path.certificates[answer->path.count++] = revocation_certificates[path[i]];
    requirements.strength = question->strength;
    if (answer->held_count == 0)
        hold_all(answer, question);
    signatures.count = 0;
    const struct revocation_holdings holdings = {.crls = answer->candidates,
                                                 .crl_count = answer->count,
                                                 .denied = question->denied,
                                                 .ocsp = find_held,
                                                 .context = answer};
    const struct revocation_settings settings = {
        .order = question->order, .extent = question->extent, .stale_grace = question->stale_grace};
    const struct revocation_check check = {.holdings = &holdings,
                                           .settings = &settings,
                                           .trust = &trust,
                                           .sent = sent,
                                           .sent_count = sent_count,
                                           .requirements = &requirements,
                                           .signatures = &signatures,
                                           .now = answer->now};
    cz_revocation_check(&check, &answer->path, &answer->result);
}

const char *answer_text(const struct path_revocation *result) {
    const char *text =
        support_text("%s at %zu:", cz_revocation_status_name(result->status), result->depth);
    for (size_t i = 0; i < result->last; i++) {
        const struct revocation *one = &result->of[i];
        text = support_text("%s%s %s", text, i > 0 ? "," : "",
                            one->status == REVOCATION_UNKNOWN
                                ? cz_revocation_cause_name(one->cause)
                                : cz_revocation_status_name(one->status));
        if (one->status == REVOCATION_REVOKED)
            text = support_text("%s (%s%s)", text, cz_crl_reason_name(one->reason),
                                one->stale ? ", stale" : "");
        if (one->by == REVOCATION_BY_OCSP)
            text = support_text("%s by OCSP", text);
    }
    return text;
}

struct forge_entry *listing(struct bytes serial, int reason, const char *issuer) {
    const struct forge_entry two[] = {ENTRY(serial, .reason = REASON(reason), .issuer = issuer),
                                      LAST_ENTRY};
    return (struct forge_entry *)(uintptr_t)support_keep(two, sizeof two).data;
}
