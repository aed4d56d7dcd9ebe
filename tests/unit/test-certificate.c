/* One certificate from DER to values: what is read, and what is refused with which words. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/name.h"

#include <gnutls/crypto.h>

#define VERSION(number) DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_INTEGER, TEXT(number)))
#define SERIAL(octets) DER(DER_INTEGER, TEXT(octets))
#define UTC(text) DER(DER_UTC_TIME, TEXT(text))
#define GENERALIZED(text) DER(DER_GENERALIZED_TIME, TEXT(text))
#define VALIDITY(from, until) DER(DER_SEQUENCE, from, until)
#define ECDSA_SHA256 DER(DER_OID, TEXT("\x2a\x86\x48\xce\x3d\x04\x03\x02"))
#define ECDSA_SHA384 DER(DER_OID, TEXT("\x2a\x86\x48\xce\x3d\x04\x03\x03"))
#define TWENTY "\x7f\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14"

static const struct forge client = {.subject = "client", .issuer = "ca"};

static struct certificate *parse(struct bytes der, const char **detail) {
    struct certificate *certificate = (struct certificate *)1;
    struct bytes exact = support_keep(der.data, der.len);
    enum certificate_status status = cz_certificate_parse(exact, &certificate, detail);
    if ((status == CERTIFICATE_OK) != (certificate != NULL))
        support_die("the status and the certificate disagree");
    return certificate;
}

static void refused(struct bytes der, const char *expected, const char *name) {
    const char *detail = NULL;
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = parse(der, &detail);
    if (tap_ok(certificate == NULL, "%s is refused", name))
        tap_is(detail, expected, "and the detail says why");
}

static void accepted(struct bytes der, const char *name) {
    const char *detail = NULL;
    CZ_CLEANUP(cz_certificate_release) struct certificate *certificate = parse(der, &detail);
    tap_ok(certificate != NULL, "%s is accepted (%s)", name, detail);
}

static struct bytes with(enum forge_part part, struct bytes value) {
    struct forge forge = client;
    forge.parts[part] = value;
    return forge_der(&forge);
}

struct part_case {
    enum forge_part part;
    struct bytes value;
    const char *detail; /* NULL: accepted */
    const char *name;
};

static void check_parts(const struct part_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct bytes der = with(cases[i].part, cases[i].value);
        if (cases[i].detail != NULL)
            refused(der, cases[i].detail, cases[i].name);
        else
            accepted(der, cases[i].name);
    }
}

static void test_version_and_serial(void) {
    static const char version[] = "the version is malformed";
    static const char serial[] = "the serial number is negative or longer than 20 octets";
    const struct part_case cases[] = {
        {PART_VERSION, VERSION("\x00"), version, "an encoded version 1"},
        {PART_VERSION, VERSION("\x03"), version, "version 4"},
        {PART_VERSION, VERSION("\xff"), version, "version 0"},
        {PART_VERSION, VERSION("\x00\x02"), version, "a version in two octets"},
        {PART_VERSION, VERSION(""), version, "a version without octets"},
        {PART_VERSION,
         DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_INTEGER, TEXT("\x02")), DER(DER_NULL, TEXT(""))),
         version, "something beside the version"},
        {PART_VERSION, VERSION("\x01"), "the extensions are malformed", "version 2 and extensions"},
        {PART_VERSION, TEXT(""), "the extensions are malformed", "version 1 and extensions"},
        {PART_SERIAL, SERIAL(TWENTY), NULL, "a serial number of 20 octets"},
        {PART_SERIAL, SERIAL("\x00\xff" TWENTY), serial, "one of 21 octets"},
        {PART_SERIAL, SERIAL("\x80"), serial, "a negative one"},
        {PART_SERIAL, SERIAL("\x00\x01"), serial, "one that is not minimal"},
        {PART_SERIAL, SERIAL(""), serial, "one without octets"},
        {PART_SERIAL, DER(DER_OCTET_STRING, TEXT("\x01")), serial, "one of another type"},
        {PART_SERIAL, TEXT(""), serial, "none"},
    };
    check_parts(cases, CZ_COUNT(cases));
}

static void test_names(void) {
    static const char issuer[] = "the issuer's name is empty or malformed";
    static const char subject[] = "the subject's name is malformed";
    struct bytes empty_set = DER(DER_SEQUENCE, DER(DER_SET, TEXT("")));
    const struct part_case cases[] = {
        {PART_ISSUER, support_name(NULL), issuer, "an empty issuer"},
        {PART_ISSUER, empty_set, issuer, "an issuer with an empty RDN"},
        {PART_ISSUER, DER(DER_SET, TEXT("")), issuer, "an issuer that is no SEQUENCE"},
        {PART_SUBJECT, empty_set, subject, "a subject with an empty RDN"},
        {PART_SUBJECT, DER(DER_OCTET_STRING, TEXT("")), subject, "a subject of another type"},
        {PART_SUBJECT, support_name(NULL), "neither a subject nor an alternative name",
         "no subject and no alternative name"},
    };
    check_parts(cases, CZ_COUNT(cases));
}

static void test_validity(void) {
    static const char bad[] = "the validity is malformed (RFC 5280 4.1.2.5)";
    struct bytes from = UTC("210101000000Z"), until = UTC("440101000000Z");
    const struct part_case cases[] = {
        {PART_VALIDITY, VALIDITY(from, GENERALIZED("20500101000000Z")), NULL, "2050"},
        {PART_VALIDITY, VALIDITY(from, GENERALIZED("99991231235959Z")), NULL, "no expiry"},
        {PART_VALIDITY, VALIDITY(from, GENERALIZED("20440101000000Z")), NULL,
         "a GeneralizedTime before 2050, which validation judges"},
        {PART_VALIDITY, VALIDITY(from, UTC("4401010000Z")), bad, "a time without seconds"},
        {PART_VALIDITY, VALIDITY(from, UTC("440101000000+0100")), bad, "a time with a zone"},
        {PART_VALIDITY, VALIDITY(from, UTC("441301000000Z")), bad, "a thirteenth month"},
        {PART_VALIDITY, VALIDITY(UTC("230229000000Z"), until), bad, "29 February 2023"},
        {PART_VALIDITY, DER(DER_SEQUENCE, from), bad, "one time"},
        {PART_VALIDITY, DER(DER_SEQUENCE, from, until, until), bad, "three times"},
        {PART_VALIDITY, DER(DER_SEQUENCE, TEXT("")), bad, "no time"},
        {PART_VALIDITY, JOIN(from, until), bad, "no SEQUENCE"},
    };
    check_parts(cases, CZ_COUNT(cases));
}

static void test_signature(void) {
    static const char differ[] = "the two signature algorithms differ (RFC 5280 4.1.1.2)";
    static const char bad[] = "the signature is malformed";
    const struct part_case cases[] = {
        {PART_OUTER_ALGORITHM, DER(DER_SEQUENCE, ECDSA_SHA384), differ,
         "another algorithm outside"},
        {PART_ALGORITHM, DER(DER_SEQUENCE, ECDSA_SHA384), differ, "another algorithm inside"},
        {PART_OUTER_ALGORITHM, DER(DER_SEQUENCE, ECDSA_SHA256, DER(DER_NULL, TEXT(""))), differ,
         "other parameters outside"},
        {PART_OUTER_ALGORITHM, TEXT(""), differ, "no algorithm outside"},
        {PART_ALGORITHM, ECDSA_SHA256, "the signature algorithm is malformed", "no SEQUENCE"},
        {PART_SIGNATURE, TEXT(""), bad, "no signature"},
        {PART_SIGNATURE, DER(DER_BIT_STRING, TEXT("\0")), bad, "an empty signature"},
        {PART_SIGNATURE, DER(DER_BIT_STRING, TEXT("")), bad, "a BIT STRING of no octets"},
        {PART_SIGNATURE, DER(DER_BIT_STRING, TEXT("\x01\x80")), bad, "unused bits"},
        {PART_SIGNATURE, DER(DER_OCTET_STRING, TEXT("\0\x01")), bad, "another type"},
        {PART_INSIDE_TRAILING, DER(DER_NULL, TEXT("")), bad, "something behind the signature"},
    };
    check_parts(cases, CZ_COUNT(cases));
    struct forge forge = client;
    forge.parts[PART_ALGORITHM] = forge.parts[PART_OUTER_ALGORITHM] = DER(DER_SEQUENCE, TEXT(""));
    refused(forge_der(&forge), bad, "an algorithm without an OID");
    forge.parts[PART_ALGORITHM] = forge.parts[PART_OUTER_ALGORITHM] =
        DER(DER_SEQUENCE, ECDSA_SHA256, DER(DER_NULL, TEXT("")), DER(DER_NULL, TEXT("")));
    refused(forge_der(&forge), "GnuTLS cannot decode it", "an algorithm of three elements");
}

static void test_whole(void) {
    static const char whole[] = "not one DER certificate and nothing else";
    struct bytes der = forge_der(&client);
    accepted(der, "a good one");
    refused(JOIN(der, TEXT("\0")), whole, "a byte behind");
    refused(JOIN(der, der), whole, "two of them");
    refused(TEXT(""), "empty", "nothing");
    refused(TEXT("\x30\x00"), "the certificate's content is malformed", "an empty SEQUENCE");
    refused(TEXT("\x30\x02\x30\x00"), "the serial number is negative or longer than 20 octets",
            "an empty TBSCertificate");
    refused(TEXT("-----BEGIN CERTIFICATE-----"), whole, "PEM");
    bool all = true;
    for (size_t len = 0; len < der.len; len++) {
        const char *detail = NULL;
        CZ_CLEANUP(cz_certificate_release)
        struct certificate *cut = parse((struct bytes){.data = der.data, .len = len}, &detail);
        all &= cut == NULL && detail != NULL;
    }
    tap_ok(all, "one cut off anywhere is refused");
}

static void test_values(void) {
    struct forge forge = client;
    forge.parts[PART_SERIAL] = SERIAL("\x00\x80\x01");
    forge.subject_key = "subject";
    forge.authority_key = "authority";
    struct bytes der = forge_der(&forge);
    const char *detail;
    CZ_CLEANUP(cz_certificate_release) struct certificate *c = parse(der, &detail);
    uint8_t digest[CZ_SHA256_SIZE];
    gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.len, digest);
    tap_ok(cz_bytes_equal(c->der, der) && c->der.data != der.data, "it keeps a copy of the DER");
    tap_ok(memcmp(c->sha256, digest, sizeof digest) == 0, "and its SHA-256");
    tap_is_int(c->version, 3, "the version");
    tap_ok(cz_bytes_equal(c->serial, TEXT("\x80\x01")), "the serial number without its zero");
    tap_is_int(c->not_before, VALID_FROM, "notBefore");
    tap_is_int(c->not_after, VALID_UNTIL, "notAfter");
    tap_ok(cz_bytes_equal(c->spki, forge_spki(0)), "the public key");
    tap_ok(c->public_key.algorithm == GNUTLS_PK_ECDSA && c->public_key.bits == 256, "its kind");
    tap_is_int(c->signature_algorithm, GNUTLS_SIGN_ECDSA_SHA256, "the signature's algorithm");
    tap_ok(cz_bytes_equal(c->subject_key_identifier, TEXT("subject")), "the subject's key id");
    tap_ok(cz_bytes_equal(c->authority_key_identifier, TEXT("authority")),
           "the authority's key id");
    tap_ok(!c->self_issued && !cz_bytes_equal(c->issuer_canonical, c->subject_canonical),
           "subject and issuer are two");
    CZ_CLEANUP(cz_buffer_release) struct buffer canonical = {0};
    cz_name_canonical(&canonical, c->subject);
    tap_ok(cz_bytes_equal(c->subject_canonical, cz_buffer_view(&canonical)), "the canonical form");
    tap_ok(cz_certificate_has_purpose(c, OID_CLIENT_AUTH), "the purpose");
    tap_ok(!cz_certificate_has_purpose(c, OID_ANY_EXTENDED_KEY_USAGE), "and no other");
    tap_ok(cz_certificate_extension(c, OID_KEY_USAGE) != NULL &&
               cz_certificate_extension(c, OID_NAME_CONSTRAINTS) == NULL,
           "its extensions are found");
    tap_ok(c->key == NULL && cz_certificate_import_key(c) && c->key != NULL, "its key is imported");
    gnutls_pubkey_t key = c->key;
    tap_ok(cz_certificate_import_key(c) && c->key == key, "and but once");
}

static void test_versions(void) {
    const char *detail;
    struct forge forge = client;
    forge.parts[PART_VERSION] = forge.parts[PART_EXTENSIONS] = TEXT("");
    CZ_CLEANUP(cz_certificate_release) struct certificate *one = parse(forge_der(&forge), &detail);
    tap_ok(one != NULL && one->version == 1 && one->extension_count == 0 && one->path_length == -1,
           "version 1 has no extensions");
    forge.parts[PART_VERSION] = VERSION("\x01");
    forge.parts[PART_EXTENSIONS] =
        JOIN(DER(DER_CONTEXT(1), TEXT("\0\x01")), DER(DER_CONTEXT(2), TEXT("\0\x01")));
    CZ_CLEANUP(cz_certificate_release) struct certificate *two = parse(forge_der(&forge), &detail);
    tap_ok(two != NULL && two->version == 2, "version 2 has unique identifiers");
    forge.issuer = "client";
    CZ_CLEANUP(cz_certificate_release) struct certificate *self = parse(forge_der(&forge), &detail);
    tap_ok(self != NULL && self->self_issued && self->self_named &&
               cz_bytes_equal(self->subject_canonical, self->issuer_canonical),
           "the same subject and issuer are self-issued");
    forge.issuer = "CLIENT";
    CZ_CLEANUP(cz_certificate_release) struct certificate *near = parse(forge_der(&forge), &detail);
    tap_ok(near != NULL && near->self_issued && !near->self_named &&
               cz_bytes_equal(near->subject_canonical, near->issuer_canonical),
           "and so are equal names of other bytes, though not of the type self-signed");
}

/* Everything that make-pki makes can be read. */
static void test_pki(void) {
    static const char *const names[] = {
        "root-ca",   "rsa-root-ca",   "good",        "good-rsa",     "long-san",        "utf8-name",
        "html-name", "empty-subject", "sha1-signed", "weak-rsa1024", "critical-unknown"};
    for (size_t i = 0; i < CZ_COUNT(names); i++) {
        CZ_CLEANUP(cz_certificate_release)
        struct certificate *certificate = support_pki_certificate(names[i]);
        tap_ok(certificate != NULL, "%s.pem is read", names[i]);
    }
}

int main(void) {
    test_version_and_serial();
    test_names();
    test_validity();
    test_signature();
    test_whole();
    test_values();
    test_versions();
    test_pki();
    return tap_done();
}
