/*
 * A path's policies and name constraints. The input is a list of records, a kind, a length and
 * that many bytes each, which give the certificates of a path their extensions and names; nothing
 * has to be signed for that.
 */
#include "fuzz.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "validate/name_constraints.h"
#include "validate/policies.h"

#define NAMES_MAX 64

enum kind { NEXT = 0, NAME, DIRECTORY, EXTENSION }; /* EXTENSION + i: extension_oids[i] */

static const struct bytes extension_oids[] = {OID_CERTIFICATE_POLICIES, OID_POLICY_MAPPINGS,
                                              OID_POLICY_CONSTRAINTS, OID_INHIBIT_ANY_POLICY,
                                              OID_NAME_CONSTRAINTS};

struct made {
    struct certificate certificates[CZ_PATH_MAX];
    struct general_name names[CZ_PATH_MAX][NAMES_MAX];
    struct path path;
};

static void add_name(struct made *made, size_t at, struct bytes content) {
    struct certificate *certificate = &made->certificates[at];
    if (content.len == 0 || certificate->name_count == NAMES_MAX)
        return;
    made->names[at][certificate->name_count++] =
        (struct general_name){.type = (enum general_name_type)(content.data[0] % 9),
                              .value = {.data = content.data + 1, .len = content.len - 1}};
}

/* False where the records end. */
static bool next_record(struct bytes *rest, uint8_t *kind, struct bytes *content) {
    if (rest->len < 2)
        return false;
    *kind = rest->data[0] % (EXTENSION + CZ_COUNT(extension_oids));
    size_t len = rest->data[1] < rest->len - 2 ? rest->data[1] : rest->len - 2;
    *content = (struct bytes){.data = rest->data + 2, .len = len};
    *rest = (struct bytes){.data = rest->data + 2 + len, .len = rest->len - 2 - len};
    return true;
}

static void make(struct made *made, struct bytes rest) {
    size_t at = 0;
    uint8_t kind;
    struct bytes content;
    memset(made->certificates, 0, sizeof made->certificates);
    while (next_record(&rest, &kind, &content)) {
        struct certificate *certificate = &made->certificates[at];
        if (kind == NEXT) {
            certificate->self_issued = content.len > 0 && (content.data[0] & 1) != 0;
            at += at + 2 < CZ_PATH_MAX;
        } else if (kind == NAME) {
            add_name(made, at, content);
        } else if (kind == DIRECTORY) {
            certificate->subject = cz_name_valid(content) ? content : (struct bytes){0};
        } else if (certificate->extension_count < CZ_CERTIFICATE_EXTENSIONS_MAX) {
            certificate->extensions[certificate->extension_count++] =
                (struct extension){.oid = extension_oids[kind - EXTENSION], .value = content};
        }
    }
    made->path.count = at + 2;
    for (size_t i = 0; i < made->path.count; i++) {
        made->certificates[i].names = made->names[i];
        made->path.certificates[i] = &made->certificates[i];
    }
}

/* What is demanded more can only refuse more. */
static void check_policies(const struct path *path, const struct requirements *lax) {
    struct requirements strict = *lax;
    struct policies_found found;
    int depth;
    strict.require_explicit_policy = true;
    enum policy_result first = cz_policies_check(path, lax, &found, &depth);
    REQUIRE(found.count <= CZ_POLICIES_FOUND_MAX && depth >= 0 && depth < (int)path->count);
    enum policy_result second = cz_policies_check(path, &strict, &found, &depth);
    REQUIRE(first == POLICY_ACCEPTABLE || second != POLICY_ACCEPTABLE);
    REQUIRE(second != POLICY_ACCEPTABLE || found.any || found.count > 0);
}

static void check_names(const struct path *path) {
    unsigned comparisons = 0;
    for (size_t above = 1; above < path->count; above++) {
        const struct extension *constraints =
            cz_certificate_extension(path->certificates[above], OID_NAME_CONSTRAINTS);
        const char *detail = NULL;
        for (size_t below = 0; constraints != NULL && below < above; below++)
            REQUIRE(cz_name_constraints_check(constraints->value, path->certificates[below],
                                              below == 0, &comparisons,
                                              &detail) == CONSTRAINT_MET ||
                    detail != NULL);
    }
    REQUIRE(comparisons <= CZ_NAME_COMPARISONS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct made made;
    struct bytes wanted[] = {CZ_BYTES("\x2a\x03")};
    const struct requirements any = {0};
    const struct requirements one = {.initial_policies = {.oids = wanted, .count = 1},
                                     .inhibit_policy_mapping = true};
    make(&made, (struct bytes){.data = data, .len = size});
    check_policies(&made.path, &any);
    check_policies(&made.path, &one);
    check_names(&made.path);
    return 0;
}
