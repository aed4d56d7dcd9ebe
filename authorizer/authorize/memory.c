#include "authorize/memory.h"

#include <gnutls/crypto.h>

#include <pthread.h>
#include <stdlib.h>

#define WAYS 8 /* entries that one digest may stand in */

struct entry {
    struct memory_key key;
    struct assessment *assessment; /* owned reference; NULL: free */
    uint64_t ocsp_number;
    int64_t stored;
    uint64_t used; /* the set's clock when it was last found */
};

/* A digest's first bytes choose the set; sets are locked one by one, so threads seldom meet. */
struct set {
    pthread_mutex_t lock;
    uint64_t clock;
    struct entry entries[WAYS];
};

struct memory {
    unsigned seconds;
    size_t set_count; /* a power of two */
    struct set *sets;
};

struct memory *cz_memory_new(unsigned entries, unsigned seconds) {
    struct memory *memory = calloc(1, sizeof *memory);
    if (memory == NULL)
        return NULL;
    memory->seconds = seconds;
    memory->set_count = 1;
    while (memory->set_count * 2 * WAYS <= entries)
        memory->set_count *= 2;
    memory->sets = calloc(memory->set_count, sizeof *memory->sets);
    if (memory->sets == NULL) {
        free(memory);
        return NULL;
    }
    for (size_t i = 0; i < memory->set_count; i++)
        pthread_mutex_init(&memory->sets[i].lock, NULL);
    return memory;
}

void cz_memory_release(struct memory **variable) {
    struct memory *memory = *variable;
    *variable = NULL;
    if (memory == NULL)
        return;
    for (size_t i = 0; i < memory->set_count; i++) {
        for (size_t j = 0; j < WAYS; j++)
            cz_assessment_release(&memory->sets[i].entries[j].assessment);
        pthread_mutex_destroy(&memory->sets[i].lock);
    }
    free(memory->sets);
    free(memory);
}

/* Each text with its length before it, so that no two sequences of texts hash alike. */
static bool hash_text(gnutls_hash_hd_t hash, struct bytes text) {
    uint64_t len = text.len;
    return gnutls_hash(hash, &len, sizeof len) >= 0 &&
           (text.len == 0 || gnutls_hash(hash, text.data, text.len) >= 0);
}

bool cz_memory_key(const struct request *request, uint32_t policy, uint64_t holdings,
                   struct memory_key *key) {
    gnutls_hash_hd_t hash;
    if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) < 0)
        return false;
    const uint8_t is_der = request->is_der;
    bool hashed = gnutls_hash(hash, &policy, sizeof policy) >= 0 &&
                  gnutls_hash(hash, &is_der, sizeof is_der) >= 0 &&
                  hash_text(hash, request->certificate);
    for (size_t i = 0; hashed && i < CZ_REQUEST_CHAIN_MAX; i++)
        hashed = hash_text(hash, request->chain[i]);
    gnutls_hash_deinit(hash, key->digest);
    key->holdings = holdings;
    return hashed;
}

static struct set *set_of(struct memory *memory, const struct memory_key *key) {
    uint64_t number;
    memcpy(&number, key->digest, sizeof number);
    return &memory->sets[number & (memory->set_count - 1)];
}

static bool is_fresh(const struct memory *memory, const struct entry *entry, int64_t now) {
    return now >= entry->stored && now - entry->stored < (int64_t)memory->seconds &&
           cz_assessment_holds(entry->assessment, now);
}

/* By whatever state of revocation. */
static bool is_of(const struct entry *entry, const struct memory_key *key) {
    return entry->assessment != NULL &&
           memcmp(entry->key.digest, key->digest, sizeof key->digest) == 0;
}

static bool is_up_to_date(const struct entry *entry, const struct memory_key *key,
                          uint64_t ocsp_number) {
    if (entry->key.holdings != key->holdings)
        return false;
    return !entry->assessment->revocation.heeds_ocsp || entry->ocsp_number == ocsp_number;
}

struct assessment *cz_memory_find(struct memory *memory, const struct memory_key *key,
                                  uint64_t ocsp_number, int64_t now) {
    struct set *set = set_of(memory, key);
    struct assessment *found = NULL;
    pthread_mutex_lock(&set->lock);
    for (size_t i = 0; i < WAYS && found == NULL; i++) {
        struct entry *entry = &set->entries[i];
        if (!is_of(entry, key) || !is_fresh(memory, entry, now) ||
            !is_up_to_date(entry, key, ocsp_number))
            continue;
        entry->used = ++set->clock;
        found = cz_assessment_ref(entry->assessment);
    }
    pthread_mutex_unlock(&set->lock);
    return found;
}

/* The entry of this certificate, else a free one, else the least recently used. */
static struct entry *place_for(struct set *set, const struct memory_key *key) {
    struct entry *place = &set->entries[0];
    for (size_t i = 0; i < WAYS; i++) {
        struct entry *entry = &set->entries[i];
        if (is_of(entry, key))
            return entry;
        if (place->assessment != NULL && (entry->assessment == NULL || entry->used < place->used))
            place = entry;
    }
    return place;
}

void cz_memory_store(struct memory *memory, const struct memory_key *key, uint64_t ocsp_number,
                     struct assessment *assessment, int64_t now) {
    if (!assessment->validation.valid)
        return;
    struct set *set = set_of(memory, key);
    pthread_mutex_lock(&set->lock);
    struct entry *entry = place_for(set, key);
    struct assessment *replaced = entry->assessment;
    *entry = (struct entry){.key = *key,
                            .assessment = cz_assessment_ref(assessment),
                            .ocsp_number = ocsp_number,
                            .stored = now,
                            .used = ++set->clock};
    pthread_mutex_unlock(&set->lock);
    cz_assessment_release(&replaced);
}
