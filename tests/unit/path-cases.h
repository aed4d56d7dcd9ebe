/* The table of test-validate.c: a path each, and what becomes of it. */
static const struct bytes critical_unknown[] = {
    TEXT("\x30\x0c\x06\x03\x2a\x03\x04\x01\x01\xff\x04\x02\x05\x00"), {NULL, 0}};
static const struct bytes harmless_unknown[] = {
    TEXT("\x30\x09\x06\x03\x2a\x03\x04\x04\x02\x05\x00"), {NULL, 0}};
static const struct bytes name_constraints[] = {
    TEXT("\x30\x09\x06\x03\x55\x1d\x1e\x04\x02\x30\x00"), {NULL, 0}};
static const struct bytes policy_constraints[] = {
    TEXT("\x30\x09\x06\x03\x55\x1d\x24\x04\x02\x30\x00"), {NULL, 0}};
static const struct bytes critical_policies[] = {
    TEXT("\x30\x12\x06\x03\x55\x1d\x20\x01\x01\xff\x04\x08\x30\x06\x30\x04\x06\x02\x2a\x03"),
    {NULL, 0}};
static const struct bytes critical_mappings[] = {
    TEXT("\x30\x0c\x06\x03\x55\x1d\x21\x01\x01\xff\x04\x02\x30\x00"), {NULL, 0}};
static const struct bytes critical_inhibit[] = {
    TEXT("\x30\x0d\x06\x03\x55\x1d\x36\x01\x01\xff\x04\x03\x02\x01\x00"), {NULL, 0}};
static const struct bytes no_ca[] = {
    TEXT("\x30\x0c\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x02\x30\x00"), {NULL, 0}};
static const struct bytes server_use[] = {
    TEXT("\x30\x13\x06\x03\x55\x1d\x25\x04\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01"),
    {NULL, 0}};
static const struct bytes any_use[] = {
    TEXT("\x30\x0f\x06\x03\x55\x1d\x25\x04\x08\x30\x06\x06\x04\x55\x1d\x25\x00"), {NULL, 0}};

#define VALID .reason = REASON_UNDECIDED
#define FAILS(slug, which, at, words)                                                              \
    .reason = REASON_##slug, .check = CHECK_##which, .depth = at, .detail = words
#define REQUIRE(...)                                                                               \
    .requirements = {                                                                              \
        .allow_chained = true, .check_validity = true, .max_path_length = 8, __VA_ARGS__}
#define PATH2 .members = {{DIRECT}, {ROOT}}
#define PATH3 .members = {{CLIENT}, {MIDDLE, .ca = true}, {ROOT}}
#define MEMBER(n) .subject = "c" #n
#define STEP(n, above, number, signed_by)                                                          \
    .subject = "c" #n, .issuer = above, .key = number, .signer = signed_by, .ca = true

static const struct path_case path_cases[] = {
    {"a path of two", PATH2, VALID},
    {"a path of three", PATH3, VALID},
    {"names that are equal, though of other bytes",
     .members = {{.subject = "client", .issuer = " CA", .key = 1, .signer = 2},
                 {.subject = "Ca", .issuer = "ROOT", .key = 2, .signer = 3, .ca = true},
                 {ROOT}},
     VALID},
    /* names and signatures */
    {"a name that does not chain",
     .members = {{.subject = "client", .issuer = "other", .key = 1, .signer = 3}, {ROOT}},
     FAILS(NO_PATH_TO_TRUST_ANCHOR, NAME_CHAINING, 0,
           "its issuer's name is not the subject of the next certificate")},
    {"a wrong signature", .members = {{DIRECT, .bad_signature = true}, {ROOT}},
     FAILS(BAD_SIGNATURE, SIGNATURE, 0, "its issuer's key does not verify its signature")},
    {"an intermediate's wrong signature",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .bad_signature = true}, {ROOT}},
     FAILS(BAD_SIGNATURE, SIGNATURE, 1, "its issuer's key does not verify its signature")},
    {"an anchor's own wrong signature", .members = {{DIRECT}, {ROOT, .bad_signature = true}},
     VALID},
    /* type and use */
    {"chained where only self-signed is allowed", PATH2,
     .requirements = {.allow_self_signed = true},
     FAILS(CERTIFICATE_TYPE_NOT_ALLOWED, TYPE, 0,
           "a CA issued it, and certificates.types does not hold \"chained\"")},
    {"a self-signed end certificate", .members = {{ROOT}, {ROOT}},
     FAILS(CERTIFICATE_TYPE_NOT_ALLOWED, TYPE, 0,
           "it is self-signed, and certificates.types does not hold \"self-signed\"")},
    {"no extended key usage", .members = {{DIRECT, .use_omitted = true}, {ROOT}}, VALID},
    {"no extended key usage, strictly", .members = {{DIRECT, .use_omitted = true}, {ROOT}},
     REQUIRE(.use = USE_CLIENT_AUTH_STRICT),
     FAILS(NOT_FOR_CLIENT_AUTHENTICATION, USE, 0,
           "it has no extended key usage, and certificates.use demands one")},
    {"client authentication, strictly", PATH2, REQUIRE(.use = USE_CLIENT_AUTH_STRICT), VALID},
    {"server authentication",
     .members = {{DIRECT, .use_omitted = true, .more = server_use}, {ROOT}},
     FAILS(NOT_FOR_CLIENT_AUTHENTICATION, USE, 0,
           "its extended key usage does not hold clientAuth")},
    {"any purpose", .members = {{DIRECT, .use_omitted = true, .more = any_use}, {ROOT}},
     FAILS(NOT_FOR_CLIENT_AUTHENTICATION, USE, 0,
           "its extended key usage does not hold clientAuth")},
    {"server authentication where any use is allowed",
     .members = {{DIRECT, .use_omitted = true, .more = server_use}, {ROOT}},
     REQUIRE(.use = USE_ANY), VALID},
    /* dates */
    {"at its last second", .members = {{DIRECT, .not_after = NOW}, {ROOT}}, VALID},
    {"a second later", .members = {{DIRECT, .not_after = NOW - 1}, {ROOT}},
     FAILS(EXPIRED, VALIDITY, 0, "its notAfter has passed")},
    {"at its first second", .members = {{DIRECT, .not_before = NOW}, {ROOT}}, VALID},
    {"a second earlier", .members = {{DIRECT, .not_before = NOW + 1}, {ROOT}},
     FAILS(NOT_YET_VALID, VALIDITY, 0, "its notBefore lies ahead")},
    {"an expired intermediate",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .not_after = NOW - 1}, {ROOT}},
     FAILS(EXPIRED, VALIDITY, 1, "its notAfter has passed")},
    {"an intermediate of the future",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .not_before = NOW + 1}, {ROOT}},
     FAILS(NOT_YET_VALID, VALIDITY, 1, "its notBefore lies ahead")},
    {"an expired anchor", .members = {{DIRECT}, {ROOT, .not_after = NOW - 1}},
     FAILS(EXPIRED, VALIDITY, 1, "its notAfter has passed")},
    {"an expired one where dates do not count", .members = {{DIRECT, .not_after = NOW - 1}, {ROOT}},
     .requirements = {.allow_chained = true, .max_path_length = 8}, VALID},
    /* who may issue */
    {"an issuer without basic constraints",
     .members = {{CLIENT}, {MIDDLE, .key_usage = "0106"}, {ROOT}},
     FAILS(ISSUER_NOT_A_CA, BASIC_CONSTRAINTS, 1, NOT_A_CA)},
    {"an issuer whose basic constraints say that it is no CA",
     .members = {{CLIENT}, {MIDDLE, .key_usage = "0106", .more = no_ca}, {ROOT}},
     FAILS(ISSUER_NOT_A_CA, BASIC_CONSTRAINTS, 1, NOT_A_CA)},
    {"an anchor of version 3 without basic constraints",
     .members = {{DIRECT},
                 {.subject = "root", .issuer = "root", .key = 3, .signer = 3, .key_usage = ""}},
     FAILS(ISSUER_NOT_A_CA, BASIC_CONSTRAINTS, 1, NOT_A_CA)},
    {"an anchor of version 1",
     .members = {{DIRECT},
                 {ROOT, .parts = {[PART_VERSION] = TEXT(""), [PART_EXTENSIONS] = TEXT("")}}},
     VALID},
    {"an intermediate of version 1",
     .members = {{CLIENT},
                 {MIDDLE, .parts = {[PART_VERSION] = TEXT(""), [PART_EXTENSIONS] = TEXT("")}},
                 {ROOT}},
     FAILS(ISSUER_NOT_A_CA, BASIC_CONSTRAINTS, 1, NOT_A_CA)},
    {"a CA without keyCertSign",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .key_usage = "0102"}, {ROOT}},
     FAILS(ISSUER_NOT_A_CA, KEY_USAGE, 1, NO_CERT_SIGN)},
    {"an anchor without keyCertSign", .members = {{DIRECT}, {ROOT, .key_usage = "0102"}},
     FAILS(ISSUER_NOT_A_CA, KEY_USAGE, 1, NO_CERT_SIGN)},
    {"a CA without a key usage",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .key_usage = ""}, {ROOT}}, VALID},
    /* lengths; path_length is the limit plus one */
    {"a limit of 0 right above the client",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .path_length = 1}, {ROOT}}, VALID},
    {"an anchor's limit of 0 above an intermediate",
     .members = {{CLIENT}, {MIDDLE, .ca = true}, {ROOT, .path_length = 1}},
     FAILS(PATH_TOO_LONG, PATH_LENGTH, 2, TOO_MANY_BELOW)},
    {"an anchor's limit of 1 above an intermediate",
     .members = {{CLIENT}, {MIDDLE, .ca = true}, {ROOT, .path_length = 2}}, VALID},
    {"an intermediate's limit of 0 above another",
     .members = {{.subject = "client", .issuer = "c2", .key = 1, .signer = 5},
                 {STEP(2, "c1", 5, 4)},
                 {STEP(1, "root", 4, 3), .path_length = 1},
                 {ROOT}},
     FAILS(PATH_TOO_LONG, PATH_LENGTH, 2, TOO_MANY_BELOW)},
    {"a self-issued intermediate does not count",
     .members = {{.subject = "client", .issuer = "c1", .key = 1, .signer = 5},
                 {STEP(1, "c1", 5, 4)},
                 {STEP(1, "root", 4, 3), .path_length = 1},
                 {ROOT}},
     VALID},
    {"more than the configured length", PATH3,
     .requirements = {.allow_chained = true, .check_validity = true, .max_path_length = 0},
     FAILS(PATH_TOO_LONG, PATH_LENGTH, CZ_NO_DEPTH,
           "it holds more intermediates than certificates.max_path_length")},
    {"the configured length", PATH2,
     .requirements = {.allow_chained = true, .check_validity = true, .max_path_length = 0}, VALID},
    /* strength */
    {"a weak key",
     .members = {{.subject = "client", .issuer = "root", .key = FORGE_RSA_1024, .signer = 3},
                 {ROOT}},
     FAILS(WEAK_KEY, STRENGTH, 0, WEAK_KEY)},
    {"a signature with SHA-1",
     .members = {{.subject = "client", .issuer = "root", .signer = FORGE_RSA, .sha1 = true},
                 {.subject = "root", .issuer = "root", .key = FORGE_RSA, .ca = true}},
     FAILS(WEAK_SIGNATURE, STRENGTH, 0,
           "its signature's algorithm is weaker than certificates.strength allows, or not known")},
    {"a signature with SHA-1 where no strength is demanded",
     .members = {{.subject = "client", .issuer = "root", .signer = FORGE_RSA, .sha1 = true},
                 {.subject = "root", .issuer = "root", .key = FORGE_RSA, .ca = true}},
     REQUIRE(.strength = STRENGTH_NONE), VALID},
    {"an intermediate's signature with SHA-1",
     .members = {{CLIENT},
                 {.subject = "ca",
                  .issuer = "root",
                  .key = 2,
                  .signer = FORGE_RSA,
                  .sha1 = true,
                  .ca = true},
                 {.subject = "root", .issuer = "root", .key = FORGE_RSA, .ca = true}},
     FAILS(WEAK_SIGNATURE, STRENGTH, 1,
           "its signature's algorithm is weaker than certificates.strength allows, or not known")},
    {"an anchor that another signed with SHA-1",
     .members = {{DIRECT},
                 {.subject = "root",
                  .issuer = "x",
                  .key = 3,
                  .signer = FORGE_RSA,
                  .sha1 = true,
                  .ca = true}},
     VALID},
    {"an RSA root of 2048 bits at the high level",
     .members = {{.subject = "client", .issuer = "root", .signer = FORGE_RSA},
                 {.subject = "root", .issuer = "root", .key = FORGE_RSA, .ca = true}},
     REQUIRE(.strength = STRENGTH_HIGH), FAILS(WEAK_KEY, STRENGTH, 1, WEAK_KEY)},
    {"Ed448",
     .members = {{.subject = "client", .issuer = "root", .signer = FORGE_ED448},
                 {.subject = "root", .issuer = "root", .key = FORGE_ED448, .ca = true}},
     REQUIRE(.strength = STRENGTH_HIGH), VALID},
    /* extensions */
    {"an unknown extension", .members = {{DIRECT, .more = harmless_unknown}, {ROOT}}, VALID},
    {"an unknown critical extension", .members = {{DIRECT, .more = critical_unknown}, {ROOT}},
     FAILS(UNSUPPORTED_CRITICAL_EXTENSION, CRITICAL_EXTENSIONS, 0, UNPROCESSED)},
    {"an anchor's unknown critical extension",
     .members = {{DIRECT}, {ROOT, .more = critical_unknown}},
     FAILS(UNSUPPORTED_CRITICAL_EXTENSION, CRITICAL_EXTENSIONS, 1, UNPROCESSED)},
    {"empty name constraints",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .more = name_constraints}, {ROOT}},
     FAILS(MALFORMED_CERTIFICATE, NAME_CONSTRAINTS, 1, BAD_CONSTRAINTS)},
    {"an anchor's empty name constraints", .members = {{DIRECT}, {ROOT, .more = name_constraints}},
     FAILS(MALFORMED_CERTIFICATE, NAME_CONSTRAINTS, 1, BAD_CONSTRAINTS)},
    {"empty policy constraints",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .more = policy_constraints}, {ROOT}},
     FAILS(MALFORMED_CERTIFICATE, POLICIES, 1, BAD_POLICIES)},
    {"critical policies", .members = {{DIRECT, .more = critical_policies}, {ROOT}}, VALID},
    {"empty policy mappings",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .more = critical_mappings}, {ROOT}},
     FAILS(MALFORMED_CERTIFICATE, POLICIES, 1, BAD_POLICIES)},
    {"a critical inhibitAnyPolicy",
     .members = {{CLIENT}, {MIDDLE, .ca = true, .more = critical_inhibit}, {ROOT}}, VALID},
};
