#include "base/cleanup.h"
#include "certificate/extensions.h"
#include "certificate/name.h"
#include "certificate/oid.h"
#include "certificate/public_key.h"
#include "revocation/ocsp.h"

#define EXTENSIONS_MAX 16  /* of a response, or of what it says of one certificate */
#define NONCE_SIZE_MAX 128 /* octets, RFC 9654 2.1 */

static bool malformed(const char **detail, const char *text) {
    *detail = text;
    return false;
}

static bool read_generalized_time(struct bytes *rest, int64_t *seconds) {
    struct der_element time;
    return cz_der_next(rest, &time) && time.tag == DER_GENERALIZED_TIME &&
           cz_der_time(&time, seconds);
}

/* The same with an explicit tag around; absent is fine. */
static bool read_optional_time(struct bytes *rest, uint8_t tag, bool *there, int64_t *seconds) {
    struct bytes wrapped;
    *there = cz_der_peek(*rest) == tag;
    return !*there || (cz_der_take(rest, tag, &wrapped) &&
                       read_generalized_time(&wrapped, seconds) && wrapped.len == 0);
}

/* --- extensions --- */

/* RFC 8954 2.1: an OCTET STRING within the extension's own */
static bool read_nonce(struct bytes value, struct bytes *nonce) {
    return cz_der_take(&value, DER_OCTET_STRING, nonce) && value.len == 0 && nonce->len > 0 &&
           nonce->len <= NONCE_SIZE_MAX;
}

/* Takes [1] EXPLICIT Extensions, the last thing of `rest`, where it is there. `nonce`: NULL where
 * none belongs there. */
static bool read_extensions(struct bytes *rest, struct bytes *nonce, struct bytes *critical) {
    struct bytes wrapped, list, seen[EXTENSIONS_MAX];
    if (rest->len == 0)
        return true;
    if (!cz_der_take(rest, DER_CONTEXT_CONSTRUCTED(1), &wrapped) || rest->len != 0 ||
        !cz_der_take(&wrapped, DER_SEQUENCE, &list) || wrapped.len != 0 || list.len == 0)
        return false;
    for (size_t count = 0; list.len > 0; count++) {
        struct extension extension;
        if (count == EXTENSIONS_MAX || !cz_extension_next(&list, &extension))
            return false;
        for (size_t i = 0; i < count; i++)
            if (cz_bytes_equal(seen[i], extension.oid))
                return false;
        seen[count] = extension.oid;
        bool is_nonce = nonce != NULL && cz_bytes_equal(extension.oid, OID_OCSP_NONCE);
        if (is_nonce && !read_nonce(extension.value, nonce))
            return false;
        if (!is_nonce && extension.critical && critical->len == 0)
            *critical = extension.oid;
    }
    return true;
}

/* --- what it says of one certificate (RFC 6960 4.2.1, SingleResponse) --- */

static bool read_hash_algorithm(struct bytes *rest, struct bytes *oid) {
    struct bytes algorithm, null = {0};
    if (!cz_der_take(rest, DER_SEQUENCE, &algorithm) || !cz_der_take(&algorithm, DER_OID, oid) ||
        !cz_oid_valid(*oid))
        return false;
    cz_der_take_optional(&algorithm, DER_NULL, &null);
    return null.len == 0 && algorithm.len == 0;
}

static bool read_certificate_id(struct bytes *rest, struct ocsp_single_response *single) {
    struct bytes id, number;
    if (!cz_der_take(rest, DER_SEQUENCE, &id) ||
        !read_hash_algorithm(&id, &single->hash_algorithm) ||
        !cz_der_take(&id, DER_OCTET_STRING, &single->issuer_name_hash) ||
        !cz_der_take(&id, DER_OCTET_STRING, &single->issuer_key_hash) ||
        !cz_der_take(&id, DER_INTEGER, &number) || id.len != 0 ||
        !cz_der_integer_is_minimal(number))
        return false;
    if (number.len > CZ_SERIAL_SIZE_MAX || !cz_der_positive_integer(number, &single->serial))
        single->serial = (struct bytes){0};
    return true;
}

/* RevokedInfo */
static bool read_revoked(struct bytes info, struct ocsp_single_response *single) {
    struct bytes reason;
    single->status = OCSP_REVOKED;
    return read_generalized_time(&info, &single->revoked_at) &&
           (info.len == 0 || (cz_der_take(&info, DER_CONTEXT_CONSTRUCTED(0), &reason) &&
                              info.len == 0 && cz_crl_reason_read(reason, &single->reason)));
}

static bool read_status(struct bytes *rest, struct ocsp_single_response *single) {
    struct der_element status;
    if (!cz_der_next(rest, &status))
        return false;
    switch (status.tag) {
    case DER_CONTEXT(0):
        single->status = OCSP_GOOD;
        return status.content.len == 0;
    case DER_CONTEXT_CONSTRUCTED(1):
        return read_revoked(status.content, single);
    case DER_CONTEXT(2):
        single->status = OCSP_UNKNOWN;
        return status.content.len == 0;
    default:
        return false;
    }
}

bool cz_ocsp_next(struct bytes *list, struct ocsp_single_response *single) {
    struct bytes rest;
    *single = (struct ocsp_single_response){0};
    return cz_der_take(list, DER_SEQUENCE, &rest) && read_certificate_id(&rest, single) &&
           read_status(&rest, single) && read_generalized_time(&rest, &single->this_update) &&
           read_optional_time(&rest, DER_CONTEXT_CONSTRUCTED(0), &single->has_next_update,
                              &single->next_update) &&
           read_extensions(&rest, NULL, &single->unknown_critical);
}

/* --- the whole --- */

/* v1 is the default, and some write it all the same. */
static bool read_version(struct bytes *data) {
    struct bytes wrapped, number;
    int version;
    return cz_der_peek(*data) != DER_CONTEXT_CONSTRUCTED(0) ||
           (cz_der_take(data, DER_CONTEXT_CONSTRUCTED(0), &wrapped) &&
            cz_der_take(&wrapped, DER_INTEGER, &number) && wrapped.len == 0 &&
            cz_der_small_integer(number, &version) && version == 0);
}

static bool read_responder(struct bytes *data, struct ocsp_response *response) {
    struct bytes wrapped, *name = &response->responder_name, *hash = &response->responder_key_hash;
    if (cz_der_take_optional(data, DER_CONTEXT_CONSTRUCTED(1), &wrapped))
        return cz_der_take(&wrapped, DER_SEQUENCE, name) && wrapped.len == 0 && name->len > 0 &&
               cz_name_valid(*name);
    return cz_der_take(data, DER_CONTEXT_CONSTRUCTED(2), &wrapped) &&
           cz_der_take(&wrapped, DER_OCTET_STRING, hash) && wrapped.len == 0 &&
           hash->len == CZ_OCSP_KEY_HASH_SIZE;
}

static bool read_single_responses(struct bytes *data, struct ocsp_response *response) {
    struct ocsp_single_response single;
    if (!cz_der_take(data, DER_SEQUENCE, &response->single_responses))
        return false;
    for (struct bytes rest = response->single_responses; rest.len > 0;)
        if (!cz_ocsp_next(&rest, &single))
            return false;
    return true;
}

/* ResponseData */
static bool read_data(struct bytes data, struct ocsp_response *response, const char **detail) {
    if (!read_version(&data))
        return malformed(detail, "the version is not 1");
    if (!read_responder(&data, response))
        return malformed(detail, "the responder's name or key hash is malformed");
    if (!read_generalized_time(&data, &response->produced_at))
        return malformed(detail, "producedAt is malformed");
    if (!read_single_responses(&data, response))
        return malformed(detail, "what it says of a certificate is malformed");
    if (!read_extensions(&data, &response->nonce, &response->unknown_critical))
        return malformed(detail, "the extensions are malformed, or one is there twice");
    return true;
}

static bool read_signature(struct bytes *rest, struct ocsp_response *response) {
    struct bytes algorithm, bits;
    if (!cz_der_take(rest, DER_SEQUENCE, &algorithm) || algorithm.len == 0 ||
        !cz_der_take(rest, DER_BIT_STRING, &bits) || bits.len < 2 || bits.data[0] != 0)
        return false;
    response->signature_algorithm = cz_signature_algorithm_of(algorithm);
    response->signature = (struct bytes){.data = bits.data + 1, .len = bits.len - 1};
    return true;
}

/* [0] EXPLICIT SEQUENCE OF Certificate; each is read when it is needed. */
static bool read_certificates(struct bytes rest, struct ocsp_response *response) {
    struct bytes wrapped, list;
    struct der_element certificate;
    if (rest.len == 0)
        return true;
    if (!cz_der_take(&rest, DER_CONTEXT_CONSTRUCTED(0), &wrapped) || rest.len != 0 ||
        !cz_der_take(&wrapped, DER_SEQUENCE, &list) || wrapped.len != 0)
        return false;
    while (list.len > 0) {
        if (response->certificate_count == CZ_OCSP_CERTIFICATES_MAX ||
            !cz_der_next(&list, &certificate) || certificate.tag != DER_SEQUENCE)
            return false;
        response->certificates[response->certificate_count++] = certificate.whole;
    }
    return true;
}

static bool read_basic(struct bytes der, struct ocsp_response *response, const char **detail) {
    struct bytes rest;
    struct der_element data;
    if (!cz_der_take(&der, DER_SEQUENCE, &rest) || der.len != 0 || !cz_der_next(&rest, &data) ||
        data.tag != DER_SEQUENCE)
        return malformed(detail, "the basic response is malformed");
    response->tbs = data.whole;
    if (!read_data(data.content, response, detail))
        return false;
    if (!read_signature(&rest, response))
        return malformed(detail, "the signature is malformed");
    if (!read_certificates(rest, response))
        return malformed(detail, "its certificates are malformed, or more than 8");
    return true;
}

static bool read_bytes(struct bytes rest, struct ocsp_response *response, const char **detail) {
    struct bytes wrapped, typed, type, basic;
    if (!cz_der_take(&rest, DER_CONTEXT_CONSTRUCTED(0), &wrapped) || rest.len != 0 ||
        !cz_der_take(&wrapped, DER_SEQUENCE, &typed) || wrapped.len != 0 ||
        !cz_der_take(&typed, DER_OID, &type) || !cz_der_take(&typed, DER_OCTET_STRING, &basic) ||
        typed.len != 0)
        return malformed(detail, "the response's bytes are missing or malformed");
    if (!cz_bytes_equal(type, OID_OCSP_BASIC))
        return malformed(detail, "not of the basic type (RFC 6960 4.2.1)");
    return read_basic(basic, response, detail);
}

static bool read_response_status(struct bytes *rest, enum ocsp_response_status *status) {
    static const bool known[] = {
        [OCSP_SUCCESSFUL] = true, [OCSP_MALFORMED_REQUEST] = true, [OCSP_INTERNAL_ERROR] = true,
        [OCSP_TRY_LATER] = true,  [OCSP_SIG_REQUIRED] = true,      [OCSP_UNAUTHORIZED] = true,
    };
    struct bytes content;
    int number;
    if (!cz_der_take(rest, DER_ENUMERATED, &content) || !cz_der_small_integer(content, &number) ||
        (size_t)number >= CZ_COUNT(known) || !known[number])
        return false;
    *status = (enum ocsp_response_status)number;
    return true;
}

static bool read_all(struct bytes der, struct ocsp_response *response, const char **detail) {
    struct bytes rest;
    if (der.len > CZ_OCSP_RESPONSE_SIZE_MAX)
        return malformed(detail, "it is larger than 64 KiB");
    if (!cz_der_take(&der, DER_SEQUENCE, &rest) || der.len != 0)
        return malformed(detail, "not one DER OCSP response and nothing else");
    if (!read_response_status(&rest, &response->status))
        return malformed(detail, "the response status is malformed or not known");
    if (response->status == OCSP_SUCCESSFUL)
        return read_bytes(rest, response, detail);
    if (rest.len != 0)
        return malformed(detail, "an error that holds more than its status");
    return true;
}

bool cz_ocsp_response_parse(struct bytes der, struct ocsp_response *response, const char **detail) {
    *response = (struct ocsp_response){.der = der};
    if (read_all(der, response, detail))
        return true;
    *response = (struct ocsp_response){.status = OCSP_INTERNAL_ERROR};
    return false;
}
