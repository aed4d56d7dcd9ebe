#include "refresh/signers.h"

#include "base/cleanup.h"
#include "certificate/der.h"

bool cz_certificates_read(struct bytes row, struct certificate **items, size_t most,
                          size_t *count) {
    struct der_element element;
    for (*count = 0; *count < most && cz_der_next(&row, &element); ++*count) {
        const char *detail;
        switch (cz_certificate_parse(element.whole, &items[*count], &detail)) {
        case CERTIFICATE_OK:
            break;
        case CERTIFICATE_MALFORMED:
            return true;
        case CERTIFICATE_NO_MEMORY:
            return false;
        }
        cz_certificate_import_key(items[*count]); /* without one it verifies nothing */
    }
    return true;
}

static size_t count_all(const struct snapshot *snapshot) {
    size_t count = 0;
    for (size_t i = 0; i < snapshot->trust_count; i++)
        count += snapshot->trusts[i].anchors.count + snapshot->trusts[i].intermediates.count;
    return count;
}

static void add_pool(struct signers *signers, const struct certificate_pool *pool) {
    for (size_t i = 0; i < pool->count; i++)
        signers->items[signers->count++] = pool->items[i];
}

bool cz_signers_collect(const struct snapshot *snapshot, struct bytes issuers,
                        struct signers *signers) {
    *signers = (struct signers){0};
    if (!cz_certificates_read(issuers, signers->own, CZ_ISSUERS_MAX, &signers->own_count))
        return false;
    signers->items = calloc(count_all(snapshot) + signers->own_count + 1, sizeof *signers->items);
    if (signers->items == NULL)
        return false;
    for (size_t i = 0; i < snapshot->trust_count; i++) {
        add_pool(signers, &snapshot->trusts[i].anchors);
        add_pool(signers, &snapshot->trusts[i].intermediates);
        cz_trust_complete_keys(&snapshot->trusts[i], signers->own, signers->own_count);
    }
    for (size_t i = 0; i < signers->own_count; i++)
        signers->items[signers->count++] = signers->own[i];
    return true;
}

void cz_signers_release(struct signers *signers) {
    for (size_t i = 0; i < signers->own_count; i++)
        cz_certificate_release(&signers->own[i]);
    free(signers->items);
    *signers = (struct signers){0};
}

struct requirements cz_signers_requirements(const struct snapshot *snapshot) {
    static const int rank[] = {
        [STRENGTH_NONE] = 0, [STRENGTH_LOW] = 1, [STRENGTH_MEDIUM] = 2, [STRENGTH_HIGH] = 3};
    struct requirements least = {.strength = STRENGTH_HIGH};
    for (size_t i = 0; i < snapshot->policy_count; i++) {
        const struct requirements *of = &snapshot->policies[i].requirements;
        if (rank[of->strength] < rank[least.strength])
            least.strength = of->strength;
        least.lenient_dates = least.lenient_dates || of->lenient_dates;
    }
    return least;
}
