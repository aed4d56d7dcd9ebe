#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/der_write.h"
#include "certificate/extensions.h"
#include "certificate/oid.h"
#include "revocation/ocsp_id.h"

#include <strings.h>

/* CertID; the parameters of the hash are NULL, as everybody writes them. */
static void put_certificate_id(struct buffer *out, const struct ocsp_hash *hash,
                               const struct certificate *certificate,
                               const struct ocsp_issuer_hashes *hashes) {
    size_t start = out->len;
    cz_der_put(out, DER_OID, hash->oid);
    cz_der_put(out, DER_NULL, (struct bytes){0});
    cz_der_wrap(out, start, DER_SEQUENCE);
    cz_der_put(out, DER_OCTET_STRING, (struct bytes){.data = hashes->name, .len = hash->size});
    cz_der_put(out, DER_OCTET_STRING, (struct bytes){.data = hashes->key, .len = hash->size});
    cz_der_put_positive(out, certificate->serial);
    cz_der_wrap(out, start, DER_SEQUENCE);
}

/* requestExtensions [2] with this one alone; the nonce is an OCTET STRING within the extension's
 * own (RFC 8954 2.1). */
static void put_nonce(struct buffer *out, struct bytes nonce) {
    size_t start = out->len;
    cz_der_put(out, DER_OID, OID_OCSP_NONCE);
    size_t value = out->len;
    cz_der_put(out, DER_OCTET_STRING, nonce);
    cz_der_wrap(out, value, DER_OCTET_STRING);
    cz_der_wrap(out, start, DER_SEQUENCE);
    cz_der_wrap(out, start, DER_SEQUENCE);
    cz_der_wrap(out, start, DER_CONTEXT_CONSTRUCTED(2));
}

bool cz_ocsp_request_write(struct buffer *out, const struct certificate *certificate,
                           const struct certificate *issuer, bool sha256, struct bytes nonce) {
    const struct ocsp_hash *hash = &cz_ocsp_hashes[sha256 ? 1 : 0];
    struct ocsp_issuer_hashes hashes;
    if (!cz_ocsp_issuer_hash(hash, certificate, issuer, &hashes))
        return false;
    size_t start = out->len;
    put_certificate_id(out, hash, certificate, &hashes);
    cz_der_wrap(out, start, DER_SEQUENCE); /* Request */
    cz_der_wrap(out, start, DER_SEQUENCE); /* requestList */
    if (nonce.len > 0)
        put_nonce(out, nonce);
    cz_der_wrap(out, start, DER_SEQUENCE); /* TBSRequest */
    cz_der_wrap(out, start, DER_SEQUENCE);
    return !out->failed;
}

static bool is_http(struct bytes url) {
    static const struct bytes schemes[] = {CZ_BYTES("http://"), CZ_BYTES("https://")};
    for (size_t i = 0; i < CZ_COUNT(schemes); i++)
        if (url.len > schemes[i].len &&
            strncasecmp((const char *)url.data, (const char *)schemes[i].data, schemes[i].len) == 0)
            return true;
    return false;
}

/* AccessDescription (RFC 5280 4.2.2.1) */
static bool take_description(struct bytes *list, struct bytes *method, struct general_name *name) {
    struct bytes description;
    struct der_element location;
    return cz_der_take(list, DER_SEQUENCE, &description) &&
           cz_der_take(&description, DER_OID, method) && cz_der_next(&description, &location) &&
           description.len == 0 && cz_general_name_read(name, &location);
}

size_t cz_ocsp_urls(const struct certificate *certificate, struct bytes *urls, size_t limit) {
    const struct extension *access =
        cz_certificate_extension(certificate, OID_AUTHORITY_INFO_ACCESS);
    struct bytes rest, list, method;
    struct general_name name;
    size_t count = 0;
    if (access == NULL)
        return 0;
    rest = access->value;
    if (!cz_der_take(&rest, DER_SEQUENCE, &list) || rest.len != 0)
        return 0;
    while (list.len > 0) {
        if (!take_description(&list, &method, &name))
            return 0;
        if (count < limit && cz_bytes_equal(method, OID_ACCESS_BY_OCSP) &&
            name.type == GENERAL_NAME_URI && is_http(name.value))
            urls[count++] = name.value;
    }
    return count;
}

void cz_ocsp_get_url(struct buffer *out, const char *url, struct bytes request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer encoded = {0}, escaped = {0};
    size_t len = strlen(url);
    cz_base64(&encoded, request);
    for (size_t i = 0; i < encoded.len; i++) {
        char c = encoded.data[i];
        if (c == '+' || c == '/' || c == '=')
            cz_buffer_printf(&escaped, "%%%02X", (unsigned)(unsigned char)c);
        else
            cz_buffer_putc(&escaped, c);
    }
    if (encoded.failed || escaped.failed)
        cz_buffer_fail(out);
    if (escaped.len > CZ_OCSP_GET_MAX)
        return;
    while (len > 0 && url[len - 1] == '/')
        len--;
    cz_buffer_printf(out, "%.*s/%s", (int)len, url, cz_buffer_text(&escaped));
}
