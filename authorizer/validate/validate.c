#include "validate/validate.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/oid.h"
#include "validate/name_constraints.h"
#include "validate/strength.h"

/* Each check adds its line to the trace, and ends the validation where it fails. */
static bool pass(struct validation *validation, enum check check, int depth) {
    cz_trace_passed(&validation->trace, check, depth);
    return true;
}

static bool fail(struct validation *validation, enum check check, int depth, enum reason reason,
                 const char *detail) {
    validation->reason = cz_trace_failed(&validation->trace, check, depth, reason, detail);
    return false;
}

static void begin(struct validation *validation) {
    validation->valid = false;
    validation->reason = REASON_UNDECIDED;
    validation->valid_from = INT64_MIN;
    validation->valid_until = INT64_MAX;
    validation->path.count = 0;
    validation->policies.count = 0;
    validation->policies.any = false;
    validation->trace.count = 0;
    validation->trace.truncated = false;
}

static bool check_type(const struct certificate *certificate,
                       const struct requirements *requirements, struct validation *validation) {
    if (certificate->self_named && !requirements->allow_self_signed)
        return fail(validation, CHECK_TYPE, 0, REASON_CERTIFICATE_TYPE_NOT_ALLOWED,
                    "it is self-signed, and certificates.types does not hold \"self-signed\"");
    if (!certificate->self_named && !requirements->allow_chained)
        return fail(validation, CHECK_TYPE, 0, REASON_CERTIFICATE_TYPE_NOT_ALLOWED,
                    "a CA issued it, and certificates.types does not hold \"chained\"");
    return pass(validation, CHECK_TYPE, 0);
}

static bool check_use(const struct certificate *certificate,
                      const struct requirements *requirements, struct validation *validation) {
    if (requirements->use == USE_ANY) {
        cz_trace_skipped(&validation->trace, CHECK_USE, 0, "certificates.use is \"any\"");
        return true;
    }
    /* RFC 5280 4.2.1.12: what clientAuth may go with; a TLS client signs, or agrees on a key */
    if (certificate->has_key_usage &&
        (certificate->key_usage & (KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_AGREEMENT)) == 0)
        return fail(validation, CHECK_USE, 0, REASON_NOT_FOR_CLIENT_AUTHENTICATION,
                    "its key usage holds neither digitalSignature nor keyAgreement");
    if (cz_certificate_has_purpose(certificate, OID_CLIENT_AUTH))
        return pass(validation, CHECK_USE, 0);
    if (!certificate->has_extended_key_usage && requirements->use == USE_CLIENT_AUTH)
        return pass(validation, CHECK_USE, 0);
    return fail(validation, CHECK_USE, 0, REASON_NOT_FOR_CLIENT_AUTHENTICATION,
                certificate->has_extended_key_usage
                    ? "its extended key usage does not hold clientAuth"
                    : "it has no extended key usage, and certificates.use demands one");
}

static size_t count_purposes(const struct certificate *certificate) {
    struct bytes rest = certificate->extended_key_usage, purpose;
    size_t count = 0;
    while (cz_der_take(&rest, DER_OID, &purpose))
        count++;
    return count;
}

static bool check_purposes(const struct certificate *certificate,
                           const struct requirements *requirements, struct validation *validation) {
    const struct oid_set *wanted = &requirements->purposes;
    if (wanted->count == 0)
        return true;
    for (size_t i = 0; i < wanted->count; i++)
        if (!cz_certificate_has_purpose(certificate, wanted->oids[i]))
            return fail(validation, CHECK_PURPOSES, 0, REASON_PURPOSE_NOT_MATCHED,
                        "its extended key usage does not hold all of certificates.purposes");
    if (requirements->purposes_exact && count_purposes(certificate) != wanted->count)
        return fail(validation, CHECK_PURPOSES, 0, REASON_PURPOSE_NOT_MATCHED,
                    "its extended key usage holds more than certificates.purposes");
    return pass(validation, CHECK_PURPOSES, 0);
}

static bool check_weakness(const struct certificate *certificate,
                           const struct requirements *requirements, struct validation *validation) {
    if (!requirements->refuse_weak_algorithms ||
        !cz_is_weak(&certificate->public_key, certificate->signature_algorithm))
        return true;
    bool key_is_weak = cz_is_weak(&certificate->public_key, GNUTLS_SIGN_RSA_SHA256);
    return fail(validation, CHECK_STRENGTH, 0,
                key_is_weak ? REASON_WEAK_KEY : REASON_WEAK_SIGNATURE,
                "it is weak, and certificates.refuse_weak_algorithms is true");
}

/* RFC 5280 6.1.3 (a)(2). Both ends belong to the period. */
static bool check_validity(const struct certificate *certificate, int depth,
                           const struct requirements *requirements, int64_t now,
                           struct validation *validation) {
    if (certificate->early_generalized_time && !requirements->lenient_dates)
        return fail(validation, CHECK_VALIDITY, depth, REASON_MALFORMED_CERTIFICATE,
                    "a date before 2050 is written as GeneralizedTime (RFC 5280 4.1.2.5)");
    if (!requirements->check_validity) {
        cz_trace_skipped(&validation->trace, CHECK_VALIDITY, depth,
                         "certificates.validity is false");
        return true;
    }
    if (now < certificate->not_before)
        return fail(validation, CHECK_VALIDITY, depth, REASON_NOT_YET_VALID,
                    "its notBefore lies ahead");
    if (now > certificate->not_after)
        return fail(validation, CHECK_VALIDITY, depth, REASON_EXPIRED, "its notAfter has passed");
    if (certificate->not_before > validation->valid_from)
        validation->valid_from = certificate->not_before;
    if (certificate->not_after < validation->valid_until)
        validation->valid_until = certificate->not_after;
    return pass(validation, CHECK_VALIDITY, depth);
}

/* An anchor is trusted as it stands: of its own signature nothing hangs. */
static bool check_strength(const struct certificate *certificate, int depth, bool is_anchor,
                           const struct requirements *requirements, struct validation *validation) {
    if (!cz_key_is_strong(&certificate->public_key, requirements->strength))
        return fail(validation, CHECK_STRENGTH, depth, REASON_WEAK_KEY,
                    "its key is weaker than certificates.strength allows, or of no known kind");
    if (!is_anchor &&
        !cz_signature_is_strong(certificate->signature_algorithm, requirements->strength))
        return fail(validation, CHECK_STRENGTH, depth, REASON_WEAK_SIGNATURE,
                    "its signature's algorithm is weaker than certificates.strength allows, or "
                    "not known");
    return pass(validation, CHECK_STRENGTH, depth);
}

static bool is_processed(struct bytes oid, const struct requirements *requirements) {
    static const struct bytes processed[] = {
        OID_BASIC_CONSTRAINTS,        OID_KEY_USAGE,
        OID_SUBJECT_ALT_NAME,         OID_ISSUER_ALT_NAME,
        OID_EXTENDED_KEY_USAGE,       OID_SUBJECT_KEY_IDENTIFIER,
        OID_AUTHORITY_KEY_IDENTIFIER, OID_CERTIFICATE_POLICIES,
        OID_POLICY_MAPPINGS,          OID_POLICY_CONSTRAINTS,
        OID_INHIBIT_ANY_POLICY,       OID_NAME_CONSTRAINTS,
    };
    for (size_t i = 0; i < CZ_COUNT(processed); i++)
        if (cz_bytes_equal(processed[i], oid))
            return true;
    return requirements->heeds_distribution_points &&
           cz_bytes_equal(oid, OID_CRL_DISTRIBUTION_POINTS);
}

static bool check_extensions(const struct certificate *certificate, int depth,
                             const struct requirements *requirements,
                             struct validation *validation) {
    for (size_t i = 0; i < certificate->extension_count; i++) {
        const struct extension *extension = &certificate->extensions[i];
        if (extension->critical && !is_processed(extension->oid, requirements))
            return fail(validation, CHECK_CRITICAL_EXTENSIONS, depth,
                        REASON_UNSUPPORTED_CRITICAL_EXTENSION,
                        "it holds a critical extension that is not processed (RFC 5280 4.2)");
    }
    return pass(validation, CHECK_CRITICAL_EXTENSIONS, depth);
}

/* What is demanded of every certificate on a path. */
static bool check_certificate(const struct certificate *certificate, int depth, bool is_anchor,
                              const struct requirements *requirements, int64_t now,
                              struct validation *validation) {
    return check_validity(certificate, depth, requirements, now, validation) &&
           check_strength(certificate, depth, is_anchor, requirements, validation) &&
           check_extensions(certificate, depth, requirements, validation);
}

/* No name is held against an end certificate's own, but what it says must be readable: it may be
 * critical (RFC 5280 4.2). */
static bool check_own_constraints(const struct certificate *certificate,
                                  struct validation *validation) {
    const struct extension *constraints =
        cz_certificate_extension(certificate, OID_NAME_CONSTRAINTS);
    if (constraints == NULL || cz_name_constraints_valid(constraints->value))
        return true;
    return fail(validation, CHECK_NAME_CONSTRAINTS, 0, REASON_MALFORMED_CERTIFICATE,
                "the name constraints are malformed");
}

static bool check_end(const struct certificate *certificate,
                      const struct requirements *requirements, int64_t now,
                      struct validation *validation) {
    return check_type(certificate, requirements, validation) &&
           check_use(certificate, requirements, validation) &&
           check_purposes(certificate, requirements, validation) &&
           check_weakness(certificate, requirements, validation) &&
           check_certificate(certificate, 0, false, requirements, now, validation) &&
           check_own_constraints(certificate, validation);
}

/* RFC 5280 6.1.4 (k) and (n). A root of version 1 has no extensions to say that it is a CA:
 * that it was configured as an anchor says so. */
static bool check_is_ca(const struct certificate *issuer, int depth, bool is_anchor,
                        struct validation *validation) {
    bool old_root = is_anchor && issuer->version < 3;
    if (!old_root && !(issuer->has_basic_constraints && issuer->is_ca))
        return fail(validation, CHECK_BASIC_CONSTRAINTS, depth, REASON_ISSUER_NOT_A_CA,
                    "it issued a certificate, and its basic constraints do not say that it is a "
                    "CA");
    pass(validation, CHECK_BASIC_CONSTRAINTS, depth);
    if (issuer->has_key_usage && (issuer->key_usage & KEY_USAGE_KEY_CERT_SIGN) == 0)
        return fail(validation, CHECK_KEY_USAGE, depth, REASON_ISSUER_NOT_A_CA,
                    "it issued a certificate, and its key usage does not hold keyCertSign");
    return pass(validation, CHECK_KEY_USAGE, depth);
}

/* A CA's extended key usage limits what it may issue for, as .NET and OpenSSL have it; RFC 5280
 * is silent. */
static bool check_issuer_use(const struct certificate *issuer, int depth,
                             const struct requirements *requirements,
                             struct validation *validation) {
    if (requirements->use == USE_ANY || !issuer->has_extended_key_usage)
        return true;
    if (cz_certificate_has_purpose(issuer, OID_CLIENT_AUTH))
        return pass(validation, CHECK_USE, depth);
    return fail(validation, CHECK_USE, depth, REASON_ISSUER_NOT_FOR_CLIENT_AUTHENTICATION,
                "it issued a certificate, and its extended key usage does not hold clientAuth");
}

/* RFC 5280 6.1.4 (l) and (m): a certificate's limit counts the intermediates below it that are
 * not self-issued. */
static bool check_path_length(const struct certificate *issuer, int depth, int intermediates_below,
                              struct validation *validation) {
    if (issuer->path_length >= 0 && intermediates_below > issuer->path_length)
        return fail(validation, CHECK_PATH_LENGTH, depth, REASON_PATH_TOO_LONG,
                    "more intermediates stand below it than its path length allows");
    return pass(validation, CHECK_PATH_LENGTH, depth);
}

static bool check_signature(const struct certificate *certificate, int depth,
                            const struct certificate *issuer, struct signature_checks *signatures,
                            struct validation *validation) {
    switch (cz_signature_check(signatures, certificate, issuer)) {
    case SIGNATURE_GOOD:
        return pass(validation, CHECK_SIGNATURE, depth);
    case SIGNATURE_LIMIT:
        return fail(validation, CHECK_SIGNATURE, depth, REASON_PATH_SEARCH_LIMIT,
                    "too many signatures had to be verified");
    case SIGNATURE_BAD:
        break;
    }
    return fail(validation, CHECK_SIGNATURE, depth, REASON_BAD_SIGNATURE,
                "its issuer's key does not verify its signature");
}

static bool check_link(const struct certificate *certificate, int depth,
                       const struct certificate *issuer, struct signature_checks *signatures,
                       struct validation *validation) {
    if (!cz_bytes_equal(certificate->issuer_canonical, issuer->subject_canonical))
        return fail(validation, CHECK_NAME_CHAINING, depth, REASON_NO_PATH_TO_TRUST_ANCHOR,
                    "its issuer's name is not the subject of the next certificate");
    pass(validation, CHECK_NAME_CHAINING, depth);
    return check_signature(certificate, depth, issuer, signatures, validation);
}

static bool check_issuers(const struct path *path, const struct requirements *requirements,
                          struct signature_checks *signatures, int64_t now,
                          struct validation *validation) {
    int intermediates = 0;
    for (size_t i = 1; i < path->count; i++) {
        const struct certificate *issuer = path->certificates[i];
        int depth = (int)i;
        bool is_anchor = i == path->count - 1;
        if (!check_link(path->certificates[i - 1], depth - 1, issuer, signatures, validation) ||
            !check_is_ca(issuer, depth, is_anchor, validation) ||
            !check_issuer_use(issuer, depth, requirements, validation) ||
            !check_path_length(issuer, depth, intermediates, validation) ||
            !check_certificate(issuer, depth, is_anchor, requirements, now, validation))
            return false;
        intermediates += !issuer->self_issued;
    }
    return true;
}

/* RFC 5280 6.1.3 (b) and (c), for every pair of a constraining certificate and one below it. */
static bool check_constraint(const struct path *path, size_t above, size_t below,
                             const struct extension *constraints, unsigned *comparisons,
                             struct validation *validation) {
    const char *detail;
    const struct certificate *certificate = path->certificates[below];
    if (below > 0 && certificate->self_issued)
        return true;
    switch (cz_name_constraints_check(constraints->value, certificate, below == 0, comparisons,
                                      &detail)) {
    case CONSTRAINT_MET:
        return true;
    case CONSTRAINT_VIOLATED:
        return fail(validation, CHECK_NAME_CONSTRAINTS, (int)below, REASON_NAME_CONSTRAINT_VIOLATED,
                    detail);
    case CONSTRAINT_MALFORMED:
        return fail(validation, CHECK_NAME_CONSTRAINTS, (int)above, REASON_MALFORMED_CERTIFICATE,
                    detail);
    case CONSTRAINT_LIMIT:
        break;
    }
    return fail(validation, CHECK_NAME_CONSTRAINTS, (int)below, REASON_NAME_CONSTRAINT_LIMIT,
                detail);
}

static bool check_name_constraints(const struct path *path, struct validation *validation) {
    unsigned comparisons = 0;
    for (size_t above = path->count - 1; above > 0; above--) {
        const struct extension *constraints =
            cz_certificate_extension(path->certificates[above], OID_NAME_CONSTRAINTS);
        for (size_t below = 0; constraints != NULL && below < above; below++)
            if (!check_constraint(path, above, below, constraints, &comparisons, validation))
                return false;
        if (constraints != NULL)
            pass(validation, CHECK_NAME_CONSTRAINTS, (int)above);
    }
    return true;
}

static bool check_policies(const struct path *path, const struct requirements *requirements,
                           struct validation *validation) {
    int depth;
    switch (cz_policies_check(path, requirements, &validation->policies, &depth)) {
    case POLICY_ACCEPTABLE:
        return pass(validation, CHECK_POLICIES, CZ_NO_DEPTH);
    case POLICY_NOT_ACCEPTABLE:
        return fail(validation, CHECK_POLICIES, depth, REASON_POLICY_NOT_ACCEPTABLE,
                    "a policy is demanded, and none that is accepted is left here");
    case POLICY_MALFORMED:
        return fail(validation, CHECK_POLICIES, depth, REASON_MALFORMED_CERTIFICATE,
                    "a policy extension is malformed, or names more than 256");
    case POLICY_LIMIT:
        break;
    }
    return fail(validation, CHECK_POLICIES, depth, REASON_POLICY_LIMIT,
                "the policies and their mappings are too many");
}

static bool check_configured_length(const struct path *path,
                                    const struct requirements *requirements,
                                    struct validation *validation) {
    if ((int)path->count - 2 > requirements->max_path_length)
        return fail(validation, CHECK_PATH_LENGTH, CZ_NO_DEPTH, REASON_PATH_TOO_LONG,
                    "it holds more intermediates than certificates.max_path_length");
    return pass(validation, CHECK_PATH_LENGTH, CZ_NO_DEPTH);
}

void cz_validate_end_certificate(const struct certificate *certificate,
                                 const struct requirements *requirements, int64_t now,
                                 struct validation *validation) {
    begin(validation);
    validation->path = (struct path){.certificates = {certificate}, .count = 1};
    validation->valid = check_end(certificate, requirements, now, validation);
}

void cz_validate_path(const struct path *path, const struct requirements *requirements,
                      struct signature_checks *signatures, int64_t now,
                      struct validation *validation) {
    begin(validation);
    validation->path = *path;
    if (path->count < 2) {
        fail(validation, CHECK_PATH_SEARCH, CZ_NO_DEPTH, REASON_NO_PATH_TO_TRUST_ANCHOR,
             "the path has no anchor");
        return;
    }
    validation->valid = check_end(path->certificates[0], requirements, now, validation) &&
                        check_configured_length(path, requirements, validation) &&
                        check_issuers(path, requirements, signatures, now, validation) &&
                        check_name_constraints(path, validation) &&
                        check_policies(path, requirements, validation);
}

void cz_validate_self_signed(const struct certificate *certificate, const struct trust *trust,
                             const struct requirements *requirements,
                             struct signature_checks *signatures, int64_t now,
                             struct validation *validation) {
    begin(validation);
    validation->path = (struct path){.certificates = {certificate}, .count = 1};
    if (!check_end(certificate, requirements, now, validation))
        return;
    if (!cz_trust_is_pinned(trust, certificate) && !cz_pool_holds(&trust->anchors, certificate)) {
        fail(validation, CHECK_SELF_SIGNED_TRUST, 0, REASON_SELF_SIGNED_NOT_TRUSTED,
             "it is neither among trust.anchors nor in trust.pinned");
        return;
    }
    pass(validation, CHECK_SELF_SIGNED_TRUST, 0);
    validation->valid = check_signature(certificate, 0, certificate, signatures, validation);
}
