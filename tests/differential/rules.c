#include "rules.h"

#include <gnutls/x509.h>
#include <openssl/x509_vfy.h>

static bool has(const struct plan_certificate *certificate, struct bytes oid) {
    return plan_find((struct plan_certificate *)certificate, oid) != NULL;
}

static bool names_any_policy(const struct plan_certificate *certificate) {
    const struct plan_extension *policies =
        plan_find((struct plan_certificate *)certificate, OID_CERTIFICATE_POLICIES);
    struct bytes any = OID_ANY_POLICY;
    return policies != NULL &&
           memmem(policies->value.data, policies->value.len, any.data, any.len) != NULL;
}

/* An intermediate that names anyPolicy maps policies, and there anyPolicy is inhibited. */
static bool maps_while_any_is_inhibited(const struct differential_case *c) {
    bool inhibited = c->plan.inhibit_any_policy;
    for (size_t i = c->plan.anchor - 1; i > 0; i--) {
        const struct plan_certificate *certificate = &c->plan.certificates[i];
        if (inhibited && has(certificate, OID_POLICY_MAPPINGS) && names_any_policy(certificate))
            return true;
        inhibited |= has(certificate, OID_INHIBIT_ANY_POLICY);
    }
    return false;
}

static bool openssl_cannot_read(const struct differential_case *c) {
    return c->theirs[OPENSSL].unreadable;
}

static bool anchor_has_purposes(const struct differential_case *c) {
    for (size_t i = 1; i < c->plan.count; i++)
        if (c->plan.certificates[i].is_anchor &&
            has(&c->plan.certificates[i], OID_EXTENDED_KEY_USAGE))
            return true;
    return false;
}

static bool is_refused_by_gnutls(const struct plan_extension *extension) {
    static const struct bytes policies[] = {OID_CERTIFICATE_POLICIES, OID_POLICY_MAPPINGS,
                                            OID_POLICY_CONSTRAINTS, OID_INHIBIT_ANY_POLICY};
    if (cz_bytes_equal(extension->oid, OID_NAME_CONSTRAINTS))
        return true; /* some are */
    for (size_t i = 0; i < CZ_COUNT(policies); i++)
        if (extension->critical.len > 0 && cz_bytes_equal(extension->oid, policies[i]))
            return true;
    return false;
}

static bool gnutls_refuses_an_extension(const struct differential_case *c) {
    for (size_t i = 0; i <= c->plan.anchor; i++)
        for (size_t j = 0; j < c->plan.certificates[i].extension_count; j++)
            if (is_refused_by_gnutls(&c->plan.certificates[i].extensions[j]))
                return true;
    return false;
}

/* Some issuer's limit would not do if the one that is self-issued counted. */
static bool limit_is_tight(const struct differential_case *c) {
    for (size_t i = 1; i <= c->plan.anchor; i++) {
        const struct plan_extension *basic =
            plan_find((struct plan_certificate *)&c->plan.certificates[i], OID_BASIC_CONSTRAINTS);
        /* SEQUENCE { TRUE, INTEGER of one octet } */
        if (basic != NULL && basic->value.len == 8 && basic->value.data[7] < i)
            return true;
    }
    return false;
}

/*
 * The first that fits explains. Where we accept, the other library accepts with us: a case that
 * both refuse is never looked up here.
 */
const struct rule rules[] = {
    /* --- We accept, and one refuses; the other always accepts with us. --- */
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "names/",
     .their_code = GNUTLS_CERT_SIGNER_NOT_FOUND,
     .why = "GnuTLS compares names octet by octet; RFC 5280 7.1 has them equal whatever their "
            "string type, case and blanks"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "encodings/resigned",
     .their_code = GNUTLS_CERT_SIGNER_NOT_FOUND,
     .why = "the changed octet is the case or the type of a name, and GnuTLS compares octets "
            "(RFC 5280 7.1)"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "encodings/bit of the signed part",
     .their_code = GNUTLS_CERT_SIGNER_NOT_FOUND,
     .why = "the same in an anchor, of whose own signature nothing hangs"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "constraints/URI excluded",
     .their_code = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
     .why = "GnuTLS refuses every excluded subtree of type URI, whatever it holds"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "constraints/permitted and excluded",
     .their_code = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
     .why = "the same where both stand"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "constraints/directoryName excluded",
     .their_code = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
     .why = "the same for directoryName"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "constraints/form",
     .their_code = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
     .why = "GnuTLS refuses every subtree of type registeredID, though no name has that form "
            "(RFC 5280 4.2.1.10)"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "constraints/dNSName permitted",
     .their_code = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
     .why = "GnuTLS sees no host in an empty subtree beside another, which permits every host"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "constraints/subject's host excluded",
     .their_code = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
     .why = "GnuTLS takes a common name with a blank inside for a host, too"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "constraints/subject's host permitted",
     .their_code = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
     .why = "the same for a common name"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "policies/",
     .their_code = GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS,
     .why = "GnuTLS processes no policies: their extensions are unknown to it where they are "
            "critical"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "shapes/rolled over, limited, respelt",
     .their_code = GNUTLS_CERT_SIGNER_NOT_FOUND,
     .why = "GnuTLS compares names octet by octet here too"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "shapes/rolled over",
     .holds = limit_is_tight,
     .why = "GnuTLS counts self-issued certificates in the path length; RFC 5280 6.1.4 (l) "
            "does not"},
    {.libraries = OF(GNUTLS),
     .we_accept = true,
     .mutation = "shapes/rolled over",
     .their_code = GNUTLS_CERT_SIGNER_NOT_FOUND,
     .holds = gnutls_refuses_an_extension,
     .why = "constraints or critical policies that GnuTLS refuses, see above: where an issuer is "
            "self-issued it says that it finds none"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "shapes/intermediate trusted",
     .their_code = X509_V_ERR_INVALID_CA,
     .why = "OpenSSL takes an anchor of the issuer's name before other issuers, and stays with it "
            "where it is no CA"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "fields/valid until this second",
     .their_code = X509_V_ERR_CERT_HAS_EXPIRED,
     .why = "notAfter belongs to the validity (RFC 5280 4.1.2.5); OpenSSL refuses from that "
            "second on"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "fields/version 2 without extensions",
     .their_code = X509_V_ERR_INVALID_CA,
     .why = "an anchor of version 2 is a CA because it was configured as one; OpenSSL knows "
            "that of version 1 only"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "fields/anchor of version 1",
     .their_code = X509_V_ERR_INVALID_CA,
     .why = "and OpenSSL knows that of version 1 only where its issuer has its name"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "names/",
     .holds = openssl_cannot_read,
     .why = "OpenSSL decodes no certificate with a name whose characters are malformed; "
            "GnuTLS and we compare them as octets"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "extensions/authorityKeyIdentifier, ",
     .their_code = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     .why = "OpenSSL rules out an issuer by its own issuer's name and its serial number; for RFC "
            "4158 3.5.12 they are hints"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "extensions/authorityKeyIdentifier malformed",
     .their_code = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     .why = "the same of a serial number that lacks its issuer (RFC 5280 4.2.1.1)"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "extensions/key identifier critical",
     .their_code = X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,
     .why = "OpenSSL 3.0 does not count key identifiers as processed; for RFC 5280 4.2.1.1 "
            "they are not to be critical, but known they are"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "extensions/issuerAltName critical",
     .their_code = X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION,
     .why = "OpenSSL does not process issuerAltName; nothing hangs on it (RFC 5280 4.2.1.7)"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "constraints/subject's e-mail",
     .their_code = X509_V_ERR_UNSUPPORTED_NAME_SYNTAX,
     .why = "OpenSSL knows e-mail addresses of the subject as IA5String alone, and holds "
            "constraints against them beside alternative names too"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "constraints/subject's e-mail",
     .their_code = X509_V_ERR_PERMITTED_VIOLATION,
     .why = "OpenSSL holds constraints against the subject's address beside alternative names "
            "too; RFC 5280 4.2.1.10 only without"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "constraints/dNSName permitted",
     .their_code = X509_V_ERR_PERMITTED_VIOLATION,
     .why = "OpenSSL takes a dot at the end for a part of the host; to the DNS it is none"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "constraints/URI permitted",
     .their_code = X509_V_ERR_PERMITTED_VIOLATION,
     .why = "the same, and OpenSSL takes user information for a part of the host, which RFC 3986 "
            "3.2 sets apart"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "constraints/on a CA, permitted",
     .their_code = X509_V_ERR_PERMITTED_VIOLATION,
     .why = "the same for a CA's names"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "encodings/resigned",
     .holds = openssl_cannot_read,
     .why = "a part that we and GnuTLS do not read no longer decodes"},
    {.libraries = OF(OPENSSL),
     .we_accept = true,
     .mutation = "encodings/resigned",
     .their_code = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     .why =
         "an extension that we do not read, and that is not critical, no longer decodes: OpenSSL "
         "finds no issuer for such a certificate"},
    /* --- We refuse, because a certificate does not have the form that RFC 5280 or DER demands. ---
     */
    {.libraries = EITHER,
     .detail = "the serial number",
     .why = "4.1.2.2: positive, of at most 20 octets and minimal"},
    {.libraries = EITHER,
     .detail = "the version",
     .why = "4.1.2.1: 2 or 3 in minimal DER, or left out"},
    {.libraries = EITHER,
     .detail = "the extensions are malformed",
     .why = "4.1.2.9: extensions stand in version 3 alone"},
    {.libraries = EITHER,
     .detail = "the validity",
     .why = "4.1.2.5: UTCTime and GeneralizedTime with seconds, in Z, without a fraction"},
    {.libraries = EITHER,
     .detail = "a date before 2050",
     .why = "4.1.2.5: dates until 2049 are UTCTime; certificates.lenient_dates allows it"},
    {.libraries = EITHER,
     .detail = "the two signature algorithms",
     .why = "4.1.1.2: both algorithm identifiers are the same"},
    {.libraries = EITHER,
     .detail = "not one DER certificate",
     .why = "4.1: DER, one certificate and nothing behind it"},
    {.libraries = EITHER,
     .detail = "the issuer's name",
     .why = "4.1.2.4: not empty, and well-formed"},
    {.libraries = EITHER,
     .detail = "the subject's name",
     .why = "4.1.2.6: each RDN holds an attribute"},
    {.libraries = EITHER,
     .detail = "neither a subject",
     .why = "4.1.2.6: an empty subject needs an alternative name"},
    {.libraries = EITHER, .detail = "the signature is malformed", .why = "4.1.1.3: whole octets"},
    {.libraries = EITHER, .detail = "an extension is malformed", .why = "4.2: a BOOLEAN is DER's"},
    {.libraries = EITHER,
     .detail = "an extension is there twice",
     .why = "4.2: no extension stands twice"},
    {.libraries = EITHER,
     .detail = "the basic constraints",
     .why = "4.2.1.9: DER, and a limit of at most 2^31 - 1 that is not negative"},
    {.libraries = EITHER,
     .detail = "the key usage",
     .why = "4.2.1.3: DER, one bit at least, and none among the unused"},
    {.libraries = EITHER,
     .detail = "the extended key usage",
     .why = "4.2.1.12: one purpose at least"},
    {.libraries = EITHER,
     .detail = "the subject alternative name",
     .why = "4.2.1.6: names of known types, of characters that their types have"},
    {.libraries = OF(GNUTLS),
     .detail = "the issuer alternative name",
     .alone = true,
     .why = "4.2: a critical extension whose content cannot be read; GnuTLS does not look"},
    {.libraries = EITHER,
     .detail = "the subject key identifier",
     .why = "4.2.1.2: an OCTET STRING and nothing behind it"},
    {.libraries = EITHER,
     .detail = "the authority key identifier",
     .why = "4.2.1.1: three fields in their order and no other"},
    {.libraries = EITHER,
     .detail = "the name constraints are malformed",
     .why = "4.2.1.10: minimum 0 and no maximum, CIDR masks, hosts without wildcards or dots "
            "at the end"},
    {.libraries = OF(GNUTLS),
     .reason = REASON_MALFORMED_CERTIFICATE,
     .detail = "a policy extension",
     .why = "4.2.1.4, 4.2.1.5, 4.2.1.11: GnuTLS does not look at them"},
    {.libraries = OF(OPENSSL),
     .reason = REASON_MALFORMED_CERTIFICATE,
     .detail = "a policy extension",
     .why =
         "4.2.1.4, 4.2.1.5, 4.2.1.11: OpenSSL looks at them only where policies are asked for, at "
         "mappings only beside policies, and takes a limit above any path's length"},
    /* --- We refuse, and GnuTLS has no such check. --- */
    {.libraries = OF(GNUTLS),
     .reason = REASON_POLICY_NOT_ACCEPTABLE,
     .alone = true,
     .why = "GnuTLS processes no policies (RFC 5280 6.1.3 to 6.1.5)"},
    {.libraries = OF(GNUTLS),
     .mutation = "constraints/on a CA",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .alone = true,
     .why = "GnuTLS holds constraints against the end certificate alone"},
    {.libraries = OF(GNUTLS),
     .mutation = "constraints/subject's",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .alone = true,
     .why = "GnuTLS holds none against a client's common name, or an address in its subject that "
            "is no IA5String"},
    {.libraries = OF(GNUTLS),
     .mutation = "constraints/directoryName",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .alone = true,
     .why = "GnuTLS holds no subtree of type directoryName against a name"},
    {.libraries = OF(GNUTLS),
     .mutation = "constraints/URI",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .alone = true,
     .why = "nor one of type URI"},
    {.libraries = OF(GNUTLS),
     .mutation = "constraints/other forms",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .alone = true,
     .why = "nor one of a form that it does not know"},
    {.libraries = OF(GNUTLS),
     .mutation = "constraints/address permitted",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .alone = true,
     .why = "GnuTLS takes the two lengths of addresses for two forms; RFC 5280 4.2.1.6 has one"},
    {.libraries = OF(GNUTLS),
     .mutation = "constraints/e-mail",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .alone = true,
     .why = "GnuTLS does not ask whether a name is a mailbox, and takes an empty subtree for all"},
    {.libraries = OF(GNUTLS),
     .mutation = "constraints/permitted and excluded",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .alone = true,
     .why = "any of these where both stand"},
    {.libraries = OF(GNUTLS),
     .reason = REASON_ISSUER_NOT_A_CA,
     .alone = true,
     .why = "GnuTLS asks an anchor for nothing; we follow RFC 5937, and OpenSSL refuses too"},
    {.libraries = OF(GNUTLS),
     .reason = REASON_ISSUER_NOT_FOR_CLIENT_AUTHENTICATION,
     .alone = true,
     .holds = anchor_has_purposes,
     .why = "GnuTLS does not hold an anchor's extended key usage against what it issued, as "
            "OpenSSL and .NET do"},
    {.libraries = OF(GNUTLS),
     .mutation = "usage/end with",
     .reason = REASON_NOT_FOR_CLIENT_AUTHENTICATION,
     .alone = true,
     .why =
         "GnuTLS does not ask a client's key usage for digitalSignature or keyAgreement, what RFC "
         "5280 4.2.1.12 has clientAuth go with"},
    {.libraries = OF(GNUTLS),
     .mutation = "usage/end for any",
     .reason = REASON_NOT_FOR_CLIENT_AUTHENTICATION,
     .alone = true,
     .why = "GnuTLS takes anyExtendedKeyUsage for client authentication; RFC 5280 4.2.1.12 "
            "leaves it to the application, and ours asks for the very purpose"},
    {.libraries = EITHER,
     .mutation = "extensions/cRLDistributionPoints critical",
     .reason = REASON_UNSUPPORTED_CRITICAL_EXTENSION,
     .why = "revocation is not processed, so what is critical to it is refused (RFC 5280 4.2)"},
    {.libraries = OF(GNUTLS),
     .mutation = "extensions/authorityInfoAccess critical",
     .reason = REASON_UNSUPPORTED_CRITICAL_EXTENSION,
     .alone = true,
     .why = "the same for authorityInfoAccess"},
    {.libraries = EITHER,
     .mutation = "policies/",
     .reason = REASON_POLICY_NOT_ACCEPTABLE,
     .holds = maps_while_any_is_inhibited,
     .why =
         "OpenSSL lets a mapping from a policy stand that anyPolicy alone allows, where anyPolicy "
         "is inhibited; RFC 5280 6.1.3 (d) does not, and GnuTLS processes no policies"},
    {.libraries = OF(OPENSSL),
     .mutation = "shapes/useless copy",
     .reason = REASON_ISSUER_NOT_A_CA,
     .why = "the same of a copy without basicConstraints"},
    {.libraries = OF(GNUTLS),
     .mutation = "usage/basicConstraints absent",
     .reason = REASON_ISSUER_NOT_A_CA,
     .why = "GnuTLS asks an anchor for nothing, and OpenSSL takes keyCertSign for a CA"},
    /* --- We refuse by choice. --- */
    {.libraries = EITHER,
     .mutation = "names/self-issued end",
     .reason = REASON_SELF_SIGNED_NOT_TRUSTED,
     .why = "an end certificate that bears its issuer's name is of the type self-signed, "
            "which only an anchor or a pin admits"},
    {.libraries = EITHER,
     .mutation = "encodings/resigned",
     .reason = REASON_SELF_SIGNED_NOT_TRUSTED,
     .why = "the changed octet has made it one of those"},
    {.libraries = OF(OPENSSL),
     .mutation = "names/UTF-8 and T61String",
     .reason = REASON_NO_PATH_TO_TRUST_ANCHOR,
     .why = "OpenSSL reads T61String as Latin-1; beyond ASCII its meaning differs from writer "
            "to writer, so we compare octets"},
    {.libraries = OF(OPENSSL),
     .mutation = "usage/basicConstraints absent",
     .reason = REASON_ISSUER_NOT_A_CA,
     .why = "OpenSSL takes a certificate with keyCertSign and no basicConstraints for a CA; "
            "RFC 5280 6.1.4 (k) does not"},
    {.libraries = EITHER,
     .mutation = "constraints/dNSName",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .why = "a wildcard may be a name of an excluded subtree, and what is no host name lies "
            "in no permitted and every excluded one; a subtree with a leading dot does not "
            "hold the host itself"},
    {.libraries = EITHER,
     .mutation = "constraints/e-mail",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .why = "what is no mailbox lies in no permitted and every excluded subtree; excluded "
            "mailboxes differ in no case; a host is not its subdomains"},
    {.libraries = EITHER,
     .mutation = "constraints/URI",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .why = "a URI without a host name is refused (RFC 5280 4.2.1.10); the others look for "
            "one anywhere"},
    {.libraries = EITHER,
     .mutation = "constraints/subject's host",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .why =
         "where constraints hold for a common name: the same, and GnuTLS asks it of certificates "
         "for servers alone"},
    {.libraries = EITHER,
     .mutation = "constraints/on a CA",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .why = "the same for a CA's names"},
    {.libraries = EITHER,
     .mutation = "constraints/permitted and excluded",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .why = "the same where both stand"},
    {.libraries = EITHER,
     .mutation = "constraints/subject's e-mail",
     .reason = REASON_NAME_CONSTRAINT_VIOLATED,
     .why = "the same for the subject's e-mail address"},
};
const size_t rule_count = CZ_COUNT(rules);

static bool begins(const char *text, const char *prefix) {
    return prefix == NULL || strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool has_mutation(const struct differential_case *c, const char *prefix) {
    for (size_t i = 0; i < c->mutation_count; i++)
        if (begins(c->mutations[i]->name, prefix))
            return true;
    return prefix == NULL;
}

static bool explains(const struct rule *rule, const struct differential_case *c,
                     enum library library) {
    const struct verdict *theirs = &c->theirs[library];
    const struct verdict *others = &c->theirs[library == GNUTLS ? OPENSSL : GNUTLS];
    bool code_fits = rule->their_code == 0 || theirs->code == rule->their_code ||
                     (library == GNUTLS && theirs->code > 0 &&
                      (theirs->code & rule->their_code) == rule->their_code);
    return (rule->libraries & OF(library)) != 0 && rule->we_accept == c->ours.accepted &&
           has_mutation(c, rule->mutation) &&
           (rule->reason == REASON_UNDECIDED || (int)rule->reason == c->ours.code) &&
           begins(c->ours.detail, rule->detail) &&
           (!rule->alone || others->accepted == c->ours.accepted) && code_fits &&
           (rule->holds == NULL || rule->holds(c));
}

const struct rule *rule_for(const struct differential_case *c, enum library library) {
    for (size_t i = 0; i < rule_count; i++)
        if (explains(&rules[i], c, library))
            return &rules[i];
    return NULL;
}
