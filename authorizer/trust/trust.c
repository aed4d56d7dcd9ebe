#include "trust/trust.h"

#include <stdlib.h>

bool cz_trust_is_pinned(const struct trust *trust, const struct certificate *certificate) {
    for (size_t i = 0; i < trust->pin_count; i++)
        if (memcmp(trust->pins[i].sha256, certificate->sha256, CZ_SHA256_SIZE) == 0)
            return true;
    return false;
}

void cz_trust_release(struct trust *trust) {
    cz_pool_release(&trust->anchors);
    cz_pool_release(&trust->intermediates);
    free(trust->pins);
    *trust = (struct trust){0};
}
