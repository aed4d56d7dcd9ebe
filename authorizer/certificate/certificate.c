#include "certificate/certificate.h"

#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/extensions.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "certificate/public_key.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdlib.h>

/* [0] EXPLICIT INTEGER, absent for version 1 */
static bool read_version(struct certificate *certificate, struct bytes *tbs) {
    struct bytes wrapped, number;
    int value;
    certificate->version = 1;
    if (!cz_der_take_optional(tbs, DER_CONTEXT_CONSTRUCTED(0), &wrapped))
        return true;
    if (!cz_der_take(&wrapped, DER_INTEGER, &number) || wrapped.len != 0 ||
        !cz_der_small_integer(number, &value) || value < 1 || value > 2)
        return false;
    certificate->version = value + 1;
    return true;
}

static bool read_serial(struct certificate *certificate, struct bytes *tbs) {
    struct bytes number;
    return cz_der_take(tbs, DER_INTEGER, &number) &&
           cz_der_positive_integer(number, &certificate->serial) &&
           number.len <= CZ_SERIAL_SIZE_MAX;
}

#define YEAR_2050 INT64_C(2524608000)

static bool is_early(const struct der_element *element, int64_t seconds) {
    return element->tag == DER_GENERALIZED_TIME && seconds < YEAR_2050;
}

static bool read_validity(struct certificate *certificate, struct bytes *tbs) {
    struct bytes sequence;
    struct der_element not_before, not_after;
    if (!cz_der_take(tbs, DER_SEQUENCE, &sequence) || !cz_der_next(&sequence, &not_before) ||
        !cz_der_next(&sequence, &not_after) || sequence.len != 0 ||
        !cz_der_time(&not_before, &certificate->not_before) ||
        !cz_der_time(&not_after, &certificate->not_after))
        return false;
    certificate->early_generalized_time = is_early(&not_before, certificate->not_before) ||
                                          is_early(&not_after, certificate->not_after);
    return true;
}

static bool read_spki(struct certificate *certificate, struct bytes *tbs) {
    struct der_element element;
    if (!cz_der_next(tbs, &element) || element.tag != DER_SEQUENCE)
        return false;
    certificate->spki = element.whole;
    return true;
}

static bool read_issuer(struct certificate *certificate, struct bytes *tbs) {
    return cz_der_take(tbs, DER_SEQUENCE, &certificate->issuer) && certificate->issuer.len > 0 &&
           cz_name_valid(certificate->issuer);
}

static bool read_subject(struct certificate *certificate, struct bytes *tbs) {
    return cz_der_take(tbs, DER_SEQUENCE, &certificate->subject) &&
           cz_name_valid(certificate->subject);
}

/* The unique identifiers of version 2; obsolete, skipped. */
static void skip_unique_identifiers(struct bytes *tbs) {
    struct bytes ignored;
    cz_der_take_optional(tbs, DER_CONTEXT(1), &ignored);
    cz_der_take_optional(tbs, DER_CONTEXT(2), &ignored);
}

static enum certificate_status read_extensions(struct certificate *certificate, struct bytes *tbs,
                                               const char **detail) {
    struct bytes wrapped, list;
    certificate->path_length = -1;
    skip_unique_identifiers(tbs);
    if (tbs->len == 0)
        return CERTIFICATE_OK;
    *detail = "the extensions are malformed";
    if (certificate->version != 3 || !cz_der_take(tbs, DER_CONTEXT_CONSTRUCTED(3), &wrapped) ||
        tbs->len != 0 || !cz_der_take(&wrapped, DER_SEQUENCE, &list) || wrapped.len != 0 ||
        list.len == 0)
        return CERTIFICATE_MALFORMED;
    return cz_extensions_read(certificate, list, detail);
}

static enum certificate_status malformed(const char **detail, const char *text) {
    *detail = text;
    return CERTIFICATE_MALFORMED;
}

/* `algorithm` is given back: it must stand again outside (RFC 5280 4.1.1.2). */
static enum certificate_status read_tbs(struct certificate *certificate, struct bytes tbs,
                                        struct bytes *algorithm, const char **detail) {
    if (!read_version(certificate, &tbs))
        return malformed(detail, "the version is malformed");
    if (!read_serial(certificate, &tbs))
        return malformed(detail, "the serial number is negative or longer than 20 octets");
    if (!cz_der_take(&tbs, DER_SEQUENCE, algorithm))
        return malformed(detail, "the signature algorithm is malformed");
    if (!read_issuer(certificate, &tbs))
        return malformed(detail, "the issuer's name is empty or malformed");
    if (!read_validity(certificate, &tbs))
        return malformed(detail, "the validity is malformed (RFC 5280 4.1.2.5)");
    if (!read_subject(certificate, &tbs))
        return malformed(detail, "the subject's name is malformed");
    if (!read_spki(certificate, &tbs))
        return malformed(detail, "the public key is malformed");
    if (!cz_public_key_describe(certificate->spki, &certificate->public_key, detail))
        return CERTIFICATE_MALFORMED;
    return read_extensions(certificate, &tbs, detail);
}

static enum certificate_status read_signature(struct certificate *certificate, struct bytes rest,
                                              struct bytes inner_algorithm, const char **detail) {
    struct bytes algorithm, oid, bits;
    if (!cz_der_take(&rest, DER_SEQUENCE, &algorithm) ||
        !cz_bytes_equal(algorithm, inner_algorithm))
        return malformed(detail, "the two signature algorithms differ (RFC 5280 4.1.1.2)");
    if (!cz_der_take(&algorithm, DER_OID, &oid) || !cz_der_take(&rest, DER_BIT_STRING, &bits) ||
        rest.len != 0 || bits.len < 2 || bits.data[0] != 0)
        return malformed(detail, "the signature is malformed");
    certificate->signature_algorithm = cz_signature_algorithm(oid);
    certificate->signature = (struct bytes){.data = bits.data + 1, .len = bits.len - 1};
    return CERTIFICATE_OK;
}

static enum certificate_status read_all(struct certificate *certificate, const char **detail) {
    struct bytes rest = certificate->der, outer, algorithm;
    if (!cz_der_take(&rest, DER_SEQUENCE, &outer) || rest.len != 0)
        return malformed(detail, "not one DER certificate and nothing else");
    struct der_element tbs;
    if (!cz_der_next(&outer, &tbs) || tbs.tag != DER_SEQUENCE)
        return malformed(detail, "the certificate's content is malformed");
    certificate->tbs = tbs.whole;
    enum certificate_status status = read_tbs(certificate, tbs.content, &algorithm, detail);
    return status != CERTIFICATE_OK ? status
                                    : read_signature(certificate, outer, algorithm, detail);
}

static enum certificate_status make_canonical_names(struct certificate *certificate,
                                                    const char **detail) {
    cz_name_canonical(&certificate->canonical, certificate->issuer);
    size_t issuer_len = certificate->canonical.len;
    certificate->self_named = cz_bytes_equal(certificate->issuer, certificate->subject);
    if (!certificate->self_named)
        cz_name_canonical(&certificate->canonical, certificate->subject);
    if (certificate->canonical.failed) {
        *detail = "out of memory";
        return CERTIFICATE_NO_MEMORY;
    }
    struct bytes all = cz_buffer_view(&certificate->canonical);
    certificate->issuer_canonical = (struct bytes){.data = all.data, .len = issuer_len};
    certificate->subject_canonical =
        certificate->self_named
            ? certificate->issuer_canonical
            : (struct bytes){.data = all.data + issuer_len, .len = all.len - issuer_len};
    certificate->self_issued =
        cz_bytes_equal(certificate->issuer_canonical, certificate->subject_canonical);
    return CERTIFICATE_OK;
}

static void crt_release(gnutls_x509_crt_t *crt) {
    if (*crt != NULL)
        gnutls_x509_crt_deinit(*crt);
    *crt = NULL;
}

/* GnuTLS's judgement of the whole syntax, and the one value that only it reads: the
 * algorithm of an RSASSA-PSS signature, which stands in parameters (RFC 4055 3.1). */
static enum certificate_status decode_with_gnutls(struct certificate *certificate,
                                                  const char **detail) {
    CZ_CLEANUP(crt_release) gnutls_x509_crt_t crt = NULL;
    gnutls_datum_t der = {.data = (unsigned char *)certificate->der.data,
                          .size = (unsigned)certificate->der.len};
    *detail = "out of memory";
    if (gnutls_x509_crt_init(&crt) < 0)
        return CERTIFICATE_NO_MEMORY;
    int result = gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER);
    if (result == GNUTLS_E_MEMORY_ERROR)
        return CERTIFICATE_NO_MEMORY;
    if (result < 0)
        return malformed(detail, "GnuTLS cannot decode it");
    if (certificate->signature_algorithm == GNUTLS_SIGN_UNKNOWN) {
        int algorithm = gnutls_x509_crt_get_signature_algorithm(crt);
        certificate->signature_algorithm =
            algorithm > 0 ? (gnutls_sign_algorithm_t)algorithm : GNUTLS_SIGN_UNKNOWN;
    }
    return CERTIFICATE_OK;
}

static enum certificate_status check_subject(const struct certificate *certificate,
                                             const char **detail) {
    if (certificate->subject.len == 0 && certificate->name_count == 0)
        return malformed(detail, "neither a subject nor an alternative name");
    return CERTIFICATE_OK;
}

/* Our own reader goes first: it is bounded in every way, and refuses what would cost
 * GnuTLS's general one time (a key or a number of absurd size). */
static enum certificate_status parse_into(struct certificate *certificate, const char **detail) {
    enum certificate_status status = read_all(certificate, detail);
    if (status == CERTIFICATE_OK)
        status = check_subject(certificate, detail);
    if (status == CERTIFICATE_OK)
        status = decode_with_gnutls(certificate, detail);
    if (status == CERTIFICATE_OK)
        status = make_canonical_names(certificate, detail);
    if (status == CERTIFICATE_OK &&
        gnutls_hash_fast(GNUTLS_DIG_SHA256, certificate->der.data, certificate->der.len,
                         certificate->sha256) < 0) {
        *detail = "SHA-256 is not available";
        status = CERTIFICATE_NO_MEMORY;
    }
    return status;
}

enum certificate_status cz_certificate_parse(struct bytes der, struct certificate **out,
                                             const char **detail) {
    *out = NULL;
    *detail = "out of memory";
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate = calloc(1, sizeof *certificate);
    uint8_t *copy = certificate != NULL && der.len > 0 ? malloc(der.len) : NULL;
    if (copy == NULL) {
        if (der.len == 0)
            return malformed(detail, "empty");
        return CERTIFICATE_NO_MEMORY;
    }
    memcpy(copy, der.data, der.len);
    certificate->der = (struct bytes){.data = copy, .len = der.len};
    enum certificate_status status = parse_into(certificate, detail);
    if (status == CERTIFICATE_OK)
        *out = CZ_STEAL(certificate);
    return status;
}

void cz_certificate_free(struct certificate *certificate) {
    if (certificate == NULL)
        return;
    if (certificate->key != NULL)
        gnutls_pubkey_deinit(certificate->key);
    cz_buffer_release(&certificate->canonical);
    free(certificate->names);
    free((void *)certificate->der.data);
    free(certificate);
}

void cz_certificate_release(struct certificate **certificate) {
    cz_certificate_free(*certificate);
    *certificate = NULL;
}

bool cz_certificate_import_key(struct certificate *certificate) {
    gnutls_datum_t spki = {.data = (unsigned char *)certificate->spki.data,
                           .size = (unsigned)certificate->spki.len};
    if (certificate->key != NULL)
        return true;
    if (gnutls_pubkey_init(&certificate->key) < 0)
        return false;
    if (gnutls_pubkey_import(certificate->key, &spki, GNUTLS_X509_FMT_DER) >= 0)
        return true;
    gnutls_pubkey_deinit(certificate->key);
    certificate->key = NULL;
    return false;
}

const struct extension *cz_certificate_extension(const struct certificate *certificate,
                                                 struct bytes oid) {
    for (size_t i = 0; i < certificate->extension_count; i++)
        if (cz_bytes_equal(certificate->extensions[i].oid, oid))
            return &certificate->extensions[i];
    return NULL;
}

bool cz_certificate_has_purpose(const struct certificate *certificate, struct bytes oid) {
    struct bytes purposes = certificate->extended_key_usage, purpose;
    while (cz_der_take(&purposes, DER_OID, &purpose))
        if (cz_bytes_equal(purpose, oid))
            return true;
    return false;
}

/* An INTEGER as GnuTLS takes it. */
static gnutls_datum_t integer_datum(struct bytes content) {
    return (gnutls_datum_t){.data = (unsigned char *)content.data, .size = (unsigned)content.len};
}

static bool lacks_dsa_parameters(const struct certificate *certificate) {
    return certificate->public_key.algorithm == GNUTLS_PK_DSA && certificate->public_key.bits == 0;
}

bool cz_certificate_inherit_key(struct certificate *certificate, const struct certificate *issuer) {
    gnutls_datum_t p = {0}, q = {0}, g = {0}, unused = {0};
    struct bytes whole = certificate->spki, rest, algorithm, y, bits;
    if (certificate->key != NULL || !lacks_dsa_parameters(certificate) || issuer->key == NULL ||
        !cz_der_take(&whole, DER_SEQUENCE, &rest) ||
        !cz_der_take(&rest, DER_SEQUENCE, &algorithm) ||
        !cz_der_take(&rest, DER_BIT_STRING, &bits) || bits.len < 2)
        return false;
    struct bytes key = {.data = bits.data + 1, .len = bits.len - 1};
    if (!cz_der_take(&key, DER_INTEGER, &y) ||
        gnutls_pubkey_export_dsa_raw(issuer->key, &p, &q, &g, &unused) < 0)
        return false;
    gnutls_datum_t own = integer_datum(y);
    bool imported = gnutls_pubkey_init(&certificate->key) >= 0 &&
                    gnutls_pubkey_import_dsa_raw(certificate->key, &p, &q, &g, &own) >= 0;
    if (imported) {
        certificate->public_key.bits = issuer->public_key.bits;
    } else if (certificate->key != NULL) {
        gnutls_pubkey_deinit(certificate->key);
        certificate->key = NULL;
    }
    gnutls_free(p.data);
    gnutls_free(q.data);
    gnutls_free(g.data);
    gnutls_free(unused.data);
    return imported;
}
