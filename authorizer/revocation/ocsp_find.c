#include "revocation/ocsp_id.h"

/* The hashes are made when a response first asks for one of their kind. */
struct search {
    const struct certificate *certificate, *issuer;
    struct ocsp_issuer_hashes hashes[CZ_OCSP_HASHES];
    bool made[CZ_OCSP_HASHES];
};

static bool equals(struct bytes hash, const uint8_t *expected, size_t size) {
    return hash.len == size && memcmp(hash.data, expected, size) == 0;
}

static bool is_about(struct search *search, const struct ocsp_single_response *single) {
    if (!cz_bytes_equal(single->serial, search->certificate->serial))
        return false;
    for (size_t i = 0; i < CZ_OCSP_HASHES; i++) {
        const struct ocsp_hash *hash = &cz_ocsp_hashes[i];
        if (!cz_bytes_equal(single->hash_algorithm, hash->oid))
            continue;
        if (!search->made[i])
            search->made[i] =
                cz_ocsp_issuer_hash(hash, search->certificate, search->issuer, &search->hashes[i]);
        return search->made[i] &&
               equals(single->issuer_name_hash, search->hashes[i].name, hash->size) &&
               equals(single->issuer_key_hash, search->hashes[i].key, hash->size);
    }
    return false;
}

/* Where a response speaks of one certificate twice the worse counts, then the newer. */
static bool outweighs(const struct ocsp_single_response *a, const struct ocsp_single_response *b) {
    static const int weights[] = {[OCSP_GOOD] = 0, [OCSP_UNKNOWN] = 1, [OCSP_REVOKED] = 2};
    if (a->status != b->status)
        return weights[a->status] > weights[b->status];
    return a->this_update > b->this_update;
}

bool cz_ocsp_find(const struct ocsp_response *response, const struct certificate *certificate,
                  const struct certificate *issuer, struct ocsp_single_response *single) {
    struct search search = {.certificate = certificate, .issuer = issuer};
    struct ocsp_single_response one;
    bool found = false;
    for (struct bytes rest = response->single_responses; cz_ocsp_next(&rest, &one);) {
        if (!is_about(&search, &one) || (found && !outweighs(&one, single)))
            continue;
        *single = one;
        found = true;
    }
    return found;
}
