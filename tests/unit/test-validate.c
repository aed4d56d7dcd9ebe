/* Is a path valid? Each check of RFC 5280 section 6.1 by itself, with its reason and detail. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "validate/validate.h"

#define LENGTH_MAX 8

static const struct requirements usual = {.allow_chained = true,
                                          .use = USE_CLIENT_AUTH,
                                          .check_validity = true,
                                          .strength = STRENGTH_MEDIUM,
                                          .max_path_length = 8};

/* The path's members from the client to the anchor; a name of NULL ends it. */
struct path_case {
    const char *name;
    struct forge members[LENGTH_MAX];
    enum reason reason; /* REASON_UNDECIDED: valid */
    enum check check;   /* that failed */
    int depth;
    const char *detail;
    struct requirements requirements; /* where not all zero, instead of the usual */
    int64_t now;                      /* where not 0 */
};

#define CLIENT .subject = "client", .issuer = "ca", .key = 1, .signer = 2
#define MIDDLE .subject = "ca", .issuer = "root", .key = 2, .signer = 3
#define ROOT .subject = "root", .issuer = "root", .key = 3, .signer = 3, .ca = true
#define DIRECT .subject = "client", .issuer = "root", .key = 1, .signer = 3
#define UNPROCESSED "it holds a critical extension that is not processed (RFC 5280 4.2)"
#define BAD_CONSTRAINTS "the name constraints are malformed"
#define BAD_POLICIES "a policy extension is malformed, or names more than 256"
#define NOT_A_CA "it issued a certificate, and its basic constraints do not say that it is a CA"
#define NO_CERT_SIGN "it issued a certificate, and its key usage does not hold keyCertSign"
#define TOO_MANY_BELOW "more intermediates stand below it than its path length allows"
#define WEAK_KEY "its key is weaker than certificates.strength allows, or of no known kind"

#include "path-cases.h"

static const struct trace_entry *last_failure(const struct trace *trace) {
    for (size_t i = trace->count; i-- > 0;)
        if (trace->entries[i].outcome == OUTCOME_FAILED)
            return &trace->entries[i];
    return NULL;
}

static void check_failure(const struct path_case *c, const struct validation *validation) {
    const struct trace_entry *failure = last_failure(&validation->trace);
    tap_is(cz_reason_info(validation->reason)->slug, cz_reason_info(c->reason)->slug, c->name);
    if (!tap_ok(failure != NULL, "and a check of its trace failed"))
        return;
    tap_ok(failure->check == c->check && failure->depth == c->depth && failure->reason == c->reason,
           "%s: the check %s at depth %d", c->name, cz_check_name(failure->check), failure->depth);
    tap_is(failure->detail, c->detail, "with its detail");
    tap_ok(failure == &validation->trace.entries[validation->trace.count - 1],
           "and the first failure ends it");
}

static void judge(const struct path_case *c) {
    static struct validation validation;
    static struct signature_checks signatures;
    struct certificate *made[LENGTH_MAX];
    struct path path = {0};
    for (; path.count < LENGTH_MAX && c->members[path.count].subject != NULL; path.count++)
        path.certificates[path.count] = made[path.count] =
            forge_certificate(&c->members[path.count]);
    struct requirements none = {0};
    bool own = memcmp(&c->requirements, &none, sizeof none) != 0;
    memset(&validation, 0xa5, sizeof validation);
    signatures.count = 0;
    cz_validate_path(&path, own ? &c->requirements : &usual, &signatures, c->now ? c->now : NOW,
                     &validation);
    if (tap_ok(validation.valid == (c->reason == REASON_UNDECIDED), "%s is %s", c->name,
               c->reason == REASON_UNDECIDED ? "valid" : "not valid") &&
        !validation.valid)
        check_failure(c, &validation);
    else if (validation.valid)
        tap_ok(validation.reason == REASON_UNDECIDED && last_failure(&validation.trace) == NULL,
               "with no reason against it");
    for (size_t i = 0; i < path.count; i++)
        cz_certificate_free(made[i]);
}

/* The verdict holds for as long as every certificate does that it rests on. */
static void test_window(void) {
    static struct validation validation;
    static struct signature_checks signatures;
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *end =
        forge_certificate(&(struct forge){CLIENT, .not_before = NOW - 10, .not_after = NOW + 30});
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *middle = forge_certificate(
        &(struct forge){MIDDLE, .ca = true, .not_before = NOW - 5, .not_after = NOW + 40});
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *root =
        forge_certificate(&(struct forge){ROOT, .not_before = NOW - 20, .not_after = NOW + 20});
    struct path path = {.certificates = {end, middle, root}, .count = 3};
    cz_validate_path(&path, &usual, &signatures, NOW, &validation);
    tap_ok(validation.valid, "a path of three periods is valid");
    tap_is_int(validation.valid_from - NOW, -5, "from the latest notBefore");
    tap_is_int(validation.valid_until - NOW, 20, "to the earliest notAfter");
    tap_ok(validation.path.count == 3 && validation.path.certificates[1] == middle, "of this path");
    for (int i = -6; i <= 21; i++) {
        bool inside = i >= -5 && i <= 20;
        if (i != -6 && i != -5 && i != 20 && i != 21)
            continue;
        cz_validate_path(&path, &usual, &signatures, NOW + i, &validation);
        tap_ok(validation.valid == inside, "at %d seconds it is %s", i, inside ? "valid" : "not");
    }
    struct requirements timeless = usual;
    timeless.check_validity = false;
    cz_validate_path(&path, &timeless, &signatures, NOW + 100 * DAY, &validation);
    tap_ok(validation.valid && validation.valid_from == INT64_MIN &&
               validation.valid_until == INT64_MAX,
           "where dates do not count it holds for ever");
}

static void test_impossible_paths(void) {
    static struct validation validation;
    static struct signature_checks signatures;
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *root = forge_certificate(&(struct forge){ROOT});
    struct path path = {.certificates = {root}, .count = 1};
    struct requirements all = usual;
    all.allow_self_signed = true;
    all.use = USE_ANY;
    cz_validate_path(&path, &all, &signatures, NOW, &validation);
    tap_ok(!validation.valid && validation.reason == REASON_NO_PATH_TO_TRUST_ANCHOR,
           "a path of one has no anchor");
    path.count = 0;
    cz_validate_path(&path, &all, &signatures, NOW, &validation);
    tap_ok(!validation.valid, "nor has one of none");
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *end = forge_certificate(&(struct forge){DIRECT});
    path = (struct path){.certificates = {end, root}, .count = 2};
    while (signatures.count < CZ_SIGNATURE_CHECKS_MAX)
        signatures.done[signatures.count++].certificate = root;
    cz_validate_path(&path, &usual, &signatures, NOW, &validation);
    tap_ok(!validation.valid && validation.reason == REASON_PATH_SEARCH_LIMIT,
           "a signature that is not looked at is no good one");
}

int main(void) {
    for (size_t i = 0; i < CZ_COUNT(path_cases); i++)
        judge(&path_cases[i]);
    test_window();
    test_impossible_paths();
    return tap_done();
}
