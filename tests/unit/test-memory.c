/* Remembered verdicts: what is found, for how long, and by two threads at once. */
#include "../tap.h"
#include "support.h"

#include "authorize/memory.h"
#include "base/cleanup.h"

#include <pthread.h>

#define SECONDS 300

static struct memory_key key_of(const char *certificate) {
    struct request request = {.certificate = cz_bytes_of(certificate)};
    struct memory_key key;
    if (!cz_memory_key(&request, 0, 0, &key))
        support_die("cz_memory_key");
    return key;
}

/* A valid assessment that carries a number of its own. */
static struct assessment *numbered(size_t number) {
    struct assessment *assessment = cz_assessment_new();
    assessment->validation.valid = true;
    assessment->validation.path.count = number;
    return assessment;
}

static void store(struct memory *memory, const char *certificate, size_t number, int64_t now) {
    struct memory_key key = key_of(certificate);
    CZ_CLEANUP(cz_assessment_release) struct assessment *assessment = numbered(number);
    cz_memory_store(memory, &key, 0, assessment, now);
}

/* The number found, or 0. */
static size_t find(struct memory *memory, const char *certificate, int64_t now) {
    struct memory_key key = key_of(certificate);
    CZ_CLEANUP(cz_assessment_release)
    struct assessment *found = cz_memory_find(memory, &key, 0, now);
    return found != NULL ? found->validation.path.count : 0;
}

static void test_keys(void) {
    const struct request requests[] = {
        {.certificate = TEXT("a")},
        {.certificate = TEXT("b")},
        {.certificate = TEXT("ab")},
        {.certificate = TEXT("a"), .chain = {TEXT("b")}},
        {.certificate = TEXT("a"), .chain = {{0}, TEXT("b")}},
        {.certificate = TEXT(""), .chain = {TEXT("a"), TEXT("b")}},
        {.certificate = TEXT("a"), .chain = {[9] = TEXT("b")}},
        {.certificate = TEXT("a\n")},
        {.certificate = TEXT("a"), .is_der = true},
    };
    struct memory_key keys[CZ_COUNT(requests)], again;
    bool different = true;
    for (size_t i = 0; i < CZ_COUNT(requests); i++) {
        cz_memory_key(&requests[i], 0, 0, &keys[i]);
        for (size_t j = 0; j < i; j++)
            different &= memcmp(&keys[i], &keys[j], sizeof keys[i]) != 0;
    }
    tap_ok(different, "each certificate and chain has a key of its own");
    struct request other = {.certificate = TEXT("a"), .method = TEXT("PUT"), .uri = TEXT("/x")};
    cz_memory_key(&other, 0, 0, &again);
    tap_ok(memcmp(&again, &keys[0], sizeof again) == 0, "whatever is asked for");
    cz_memory_key(&requests[0], 1, 0, &again);
    tap_ok(memcmp(&again, &keys[0], sizeof again) != 0, "but another under another policy");
    cz_memory_key(&requests[0], 0, 1, &again);
    tap_ok(memcmp(&again, &keys[0], sizeof again) != 0, "and with other lists at hand");
}

/* Found again with these responses at hand? */
static bool outlives(bool heeds_ocsp, uint64_t then, uint64_t now) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(64, SECONDS);
    CZ_CLEANUP(cz_assessment_release) struct assessment *assessment = numbered(1);
    struct memory_key key = key_of("a");
    assessment->revocation.heeds_ocsp = heeds_ocsp;
    cz_memory_store(memory, &key, then, assessment, NOW);
    CZ_CLEANUP(cz_assessment_release)
    struct assessment *found = cz_memory_find(memory, &key, now, NOW);
    return found != NULL;
}

static void test_responses(void) {
    tap_ok(outlives(false, 1, 2), "a verdict that heeds no OCSP response outlives them");
    tap_ok(outlives(true, 1, 1), "one that does is found while they are the same");
    tap_ok(!outlives(true, 1, 2), "and not with others at hand");
}

static void test_time(void) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(64, SECONDS);
    tap_is_int((long long)find(memory, "a", NOW), 0, "nothing is found at first");
    store(memory, "a", 1, NOW);
    tap_is_int((long long)find(memory, "a", NOW), 1, "what was stored is found");
    tap_is_int((long long)find(memory, "b", NOW), 0, "and nothing else");
    tap_is_int((long long)find(memory, "a", NOW + SECONDS - 1), 1, "to its last second");
    tap_is_int((long long)find(memory, "a", NOW + SECONDS), 0, "but not beyond");
    tap_is_int((long long)find(memory, "a", NOW + SECONDS - 1), 1,
               "that it was asked for extends nothing");
    tap_is_int((long long)find(memory, "a", NOW - 1), 0, "nor when the clock went back");
    store(memory, "a", 2, NOW + 10);
    tap_is_int((long long)find(memory, "a", NOW + 10), 2, "a newer one takes its place");
    tap_is_int((long long)find(memory, "a", NOW + SECONDS + 5), 2, "for a time of its own");
    tap_is_int((long long)find(memory, "a", INT64_MAX), 0, "at the end of time nothing is found");
    cz_memory_release(&memory);
    tap_ok(memory == NULL, "a released memory is gone");
    cz_memory_release(&memory);
}

/* Two keys that differ in their last byte alone, which does not choose the set. */
static void test_like_keys(void) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(64, SECONDS);
    struct memory_key key = key_of("a"), like = key;
    like.digest[CZ_SHA256_SIZE - 1] ^= 1;
    store(memory, "a", 1, NOW);
    CZ_CLEANUP(cz_assessment_release)
    struct assessment *found = cz_memory_find(memory, &like, 0, NOW);
    tap_ok(found == NULL, "a key that differs in its last byte is another");
}

static void test_window(void) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(64, SECONDS);
    struct memory_key key = key_of("a");
    CZ_CLEANUP(cz_assessment_release) struct assessment *assessment = numbered(1);
    assessment->validation.valid_from = NOW + 2;
    assessment->validation.valid_until = NOW + 20;
    cz_memory_store(memory, &key, 0, assessment, NOW);
    tap_is_int((long long)find(memory, "a", NOW + 1), 0, "before its window it is not used");
    tap_is_int((long long)find(memory, "a", NOW + 2), 1, "inside it is");
    tap_is_int((long long)find(memory, "a", NOW + 20), 1, "to its last second");
    tap_is_int((long long)find(memory, "a", NOW + 21), 0, "but not beyond");
}

static void test_refusals(void) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(64, SECONDS);
    struct memory_key key = key_of("a");
    CZ_CLEANUP(cz_assessment_release) struct assessment *refused = numbered(7);
    refused->validation.valid = false;
    cz_memory_store(memory, &key, 0, refused, NOW);
    tap_is_int((long long)find(memory, "a", NOW), 0, "a refusal is not remembered");
    store(memory, "a", 1, NOW);
    cz_memory_store(memory, &key, 0, refused, NOW + 1);
    tap_is_int((long long)find(memory, "a", NOW + 1), 1, "and takes no place");
}

static void test_holdings(void) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(8, SECONDS);
    struct memory_key key = key_of("a"), newer = key;
    for (size_t i = 2; i <= 8; i++)
        store(memory, support_text("%zu", i), i, NOW);
    for (newer.holdings = 1; newer.holdings < 20; newer.holdings++) {
        CZ_CLEANUP(cz_assessment_release) struct assessment *assessment = numbered(1);
        cz_memory_store(memory, &newer, 0, assessment, NOW);
    }
    newer.holdings--;
    CZ_CLEANUP(cz_assessment_release)
    struct assessment *found = cz_memory_find(memory, &newer, 0, NOW);
    tap_ok(found != NULL, "what is judged by the present state of revocation is found");
    tap_is_int((long long)find(memory, "a", NOW), 0, "what another state led to is not");
    size_t kept = 0;
    for (size_t i = 2; i <= 8; i++)
        kept += find(memory, support_text("%zu", i), NOW) == i;
    tap_is_int((long long)kept, 7, "and all its states take one place");
}

static void test_eviction(void) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(8, SECONDS);
    for (size_t i = 1; i <= 8; i++)
        store(memory, support_text("%zu", i), i, NOW);
    size_t kept = 0;
    for (size_t i = 1; i <= 8; i++)
        kept += i != 3 && find(memory, support_text("%zu", i), NOW) == i;
    tap_is_int((long long)kept, 7, "eight are kept");
    store(memory, "nine", 9, NOW);
    tap_is_int((long long)find(memory, "3", NOW), 0, "the ninth displaces the one not asked for");
    kept = 0;
    for (size_t i = 1; i <= 8; i++)
        kept += find(memory, support_text("%zu", i), NOW) == i;
    tap_ok(kept == 7 && find(memory, "nine", NOW) == 9, "and none else");
    CZ_CLEANUP(cz_memory_release) struct memory *large = cz_memory_new(1024, SECONDS);
    for (size_t i = 1; i <= 5000; i++)
        store(large, support_text("%zu", i), i, NOW);
    kept = 0;
    bool right = true;
    for (size_t i = 1; i <= 5000; i++) {
        size_t found = find(large, support_text("%zu", i), NOW);
        right &= found == 0 || found == i;
        kept += found != 0;
    }
    tap_ok(right, "none is taken for another");
    tap_ok(kept > 900 && kept <= 1024, "a thousand are kept, and no more (%zu)", kept);
}

/* A found assessment lives on when the memory forgets it. */
static void test_references(void) {
    struct memory *memory = cz_memory_new(8, SECONDS);
    struct memory_key key = key_of("a");
    store(memory, "a", 5, NOW);
    CZ_CLEANUP(cz_assessment_release)
    struct assessment *found = cz_memory_find(memory, &key, 0, NOW);
    store(memory, "a", 6, NOW);
    cz_memory_release(&memory);
    tap_is_int((long long)found->validation.path.count, 5, "what was found stays while it is used");
}

struct hammer {
    struct memory *memory;
    unsigned seed;
    size_t found, wrong;
};

static void *hammer_run(void *context) {
    struct hammer *hammer = context;
    struct memory_key keys[12];
    for (size_t i = 0; i < CZ_COUNT(keys); i++)
        memset(&keys[i], (int)i, sizeof keys[i]);
    for (size_t i = 0; i < 40000; i++) {
        hammer->seed = hammer->seed * 1103515245 + 12345;
        size_t number = hammer->seed / 65536 % CZ_COUNT(keys);
        CZ_CLEANUP(cz_assessment_release) struct assessment *assessment = NULL;
        if (hammer->seed / 4194304 % 2 == 0) {
            assessment = numbered(number + 1);
            cz_memory_store(hammer->memory, &keys[number], 0, assessment, NOW);
            continue;
        }
        assessment = cz_memory_find(hammer->memory, &keys[number], 0, NOW);
        hammer->found += assessment != NULL;
        hammer->wrong += assessment != NULL && assessment->validation.path.count != number + 1;
    }
    return NULL;
}

static void test_threads(void) {
    CZ_CLEANUP(cz_memory_release) struct memory *memory = cz_memory_new(8, SECONDS);
    struct hammer hammers[2] = {{.memory = memory, .seed = 1}, {.memory = memory, .seed = 2}};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, hammer_run, &hammers[i]) != 0)
            support_die("pthread_create");
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    tap_ok(hammers[0].found > 0 && hammers[1].found > 0, "two threads find what either stored");
    tap_is_int((long long)(hammers[0].wrong + hammers[1].wrong), 0, "and nothing that is wrong");
}

int main(void) {
    test_keys();
    test_responses();
    test_time();
    test_like_keys();
    test_window();
    test_refusals();
    test_holdings();
    test_eviction();
    test_references();
    test_threads();
    return tap_done();
}
