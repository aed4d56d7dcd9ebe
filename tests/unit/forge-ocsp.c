/* OCSP responses made on the spot: every part can be what no sound responder would write. */
#include "support.h"

#include "base/calendar.h"

#include <gnutls/crypto.h>

static struct bytes part(const struct forge_response *response, enum response_part number,
                         struct bytes usual) {
    return response->parts[number].data != NULL ? response->parts[number] : usual;
}

static struct bytes join_all(const struct bytes *items) {
    struct bytes all = TEXT("");
    for (; items != NULL && items->data != NULL; items++)
        all = JOIN(all, *items);
    return all;
}

struct bytes forge_generalized_time(int64_t seconds) {
    struct civil_time t = cz_civil_from_seconds(seconds);
    return DER(DER_GENERALIZED_TIME,
               cz_bytes_of(support_text("%04d%02d%02d%02d%02d%02dZ", t.year, t.month, t.day, t.hour,
                                        t.minute, t.second)));
}

struct kind {
    struct bytes oid;
    gnutls_digest_algorithm_t digest;
    size_t size;
};

static const struct kind kinds[] = {
    {TEXT("\x2b\x0e\x03\x02\x1a"), GNUTLS_DIG_SHA1, 20},
    {TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x01"), GNUTLS_DIG_SHA256, 32},
    {TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x02"), GNUTLS_DIG_SHA384, 48},
    {TEXT("\x60\x86\x48\x01\x65\x03\x04\x02\x03"), GNUTLS_DIG_SHA512, 64},
    {TEXT("\x2a\x86\x48\x86\xf7\x0d\x02\x05"), GNUTLS_DIG_MD5, 16},
};

static struct bytes hash_of(const struct kind *kind, struct bytes data) {
    uint8_t out[64];
    if (gnutls_hash_fast(kind->digest, data.data, data.len, out) < 0)
        support_die("gnutls_hash_fast");
    return support_keep(out, kind->size);
}

/* The content of a key's BIT STRING. */
static struct bytes key_octets(unsigned key) {
    struct bytes rest = forge_spki(key), info, algorithm, bits = {0};
    if (!cz_der_take(&rest, DER_SEQUENCE, &info) || !cz_der_take(&info, DER_SEQUENCE, &algorithm) ||
        !cz_der_take(&info, DER_BIT_STRING, &bits))
        support_die("the octets of key %u", key);
    return (struct bytes){.data = bits.data + 1, .len = bits.len - 1};
}

static struct bytes verdict_of(const struct forge_status *status) {
    uint8_t code = (uint8_t)(status->reason - 1);
    struct bytes none = TEXT("");
    if (status->verdict != SAYS_REVOKED)
        return DER(DER_CONTEXT(status->verdict == SAYS_GOOD ? 0 : 2), none);
    return DER(DER_CONTEXT_CONSTRUCTED(1), forge_generalized_time(NOW - 2 * DAY),
               status->reason == 0 ? none
                                   : DER(DER_CONTEXT_CONSTRUCTED(0),
                                         DER(DER_ENUMERATED, {.data = &code, .len = 1})));
}

struct bytes forge_single(const struct forge_status *status) {
    const struct kind *kind = &kinds[status->hash];
    struct bytes none = TEXT(""), more = join_all(status->more);
    int64_t next = status->next_update != 0 ? status->next_update : NOW + DAY;
    if (status->whole != NULL)
        return *status->whole;
    struct bytes id =
        DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_OID, kind->oid), DER(DER_NULL, none)),
            DER(DER_OCTET_STRING, hash_of(kind, support_name(status->issuer))),
            DER(DER_OCTET_STRING, hash_of(kind, key_octets(status->issuer_key))),
            DER(DER_INTEGER, status->serial));
    return DER(DER_SEQUENCE, id, verdict_of(status),
               forge_generalized_time(status->this_update != 0 ? status->this_update : NOW - DAY),
               next < 0 ? none : DER(DER_CONTEXT_CONSTRUCTED(0), forge_generalized_time(next)),
               more.len > 0 ? DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_SEQUENCE, more)) : none);
}

static struct bytes singles_of(const struct forge_response *response) {
    struct bytes all = TEXT("");
    for (const struct forge_status *status = response->statuses;
         status != NULL && status->issuer != NULL; status++)
        all = JOIN(all, forge_single(status));
    return DER(DER_SEQUENCE, all);
}

static struct bytes responder_of(const struct forge_response *response) {
    if (response->responder != NULL)
        return DER(DER_CONTEXT_CONSTRUCTED(1), support_name(response->responder));
    return DER(DER_CONTEXT_CONSTRUCTED(2),
               DER(DER_OCTET_STRING, hash_of(&kinds[0], key_octets(response->signer))));
}

static struct bytes extensions_of(const struct forge_response *response) {
    struct bytes none = TEXT("");
    struct bytes all =
        JOIN(response->nonce.data != NULL
                 ? support_extension(OID_OCSP_NONCE, false, DER(DER_OCTET_STRING, response->nonce))
                 : none,
             join_all(response->more));
    return all.len > 0 ? DER(DER_CONTEXT_CONSTRUCTED(1), DER(DER_SEQUENCE, all)) : none;
}

static struct bytes basic_of(const struct forge_response *response) {
    const struct forge forge = {.signer = response->signer,
                                .sha1 = response->sha1,
                                .pss = response->pss,
                                .bad_signature = response->bad_signature};
    struct bytes none = TEXT("");
    struct bytes data =
        part(response, RESPONSE_DATA,
             DER(DER_SEQUENCE, part(response, RESPONSE_VERSION, none),
                 part(response, RESPONSE_RESPONDER, responder_of(response)),
                 part(response, RESPONSE_PRODUCED,
                      forge_generalized_time(response->produced_at != 0 ? response->produced_at
                                                                        : NOW - DAY)),
                 part(response, RESPONSE_SINGLES, singles_of(response)),
                 part(response, RESPONSE_EXTENSIONS, extensions_of(response))));
    struct bytes certificates =
        response->certificates == NULL
            ? none
            : DER(DER_CONTEXT_CONSTRUCTED(0), DER(DER_SEQUENCE, join_all(response->certificates)));
    return DER(DER_SEQUENCE, data,
               part(response, RESPONSE_ALGORITHM, DER(DER_SEQUENCE, forge_algorithm(&forge))),
               part(response, RESPONSE_SIGNATURE, forge_signature(&forge, data)),
               part(response, RESPONSE_CERTIFICATES, certificates));
}

struct bytes forge_ocsp(const struct forge_response *response) {
    struct bytes bytes =
        DER(DER_CONTEXT_CONSTRUCTED(0),
            DER(DER_SEQUENCE, part(response, RESPONSE_TYPE, DER(DER_OID, OID_OCSP_BASIC)),
                DER(DER_OCTET_STRING, basic_of(response))));
    return DER(DER_SEQUENCE, part(response, RESPONSE_STATUS, DER(DER_ENUMERATED, TEXT("\0"))),
               part(response, RESPONSE_BYTES, bytes));
}
