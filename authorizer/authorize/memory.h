/*
 * Remembered verdicts: assessments of valid certificates under the SHA-256 of the exact text
 * that the web server handed over and of the policy, so that the next request with the same
 * certificate costs a look-up and not signatures. Refusals are never remembered: whoever corrects a
 * mistake need not wait, and strangers cannot fill the memory.
 *
 * A remembered verdict is used only within the time in which it holds (the validity of every
 * certificate on its path) and within its time to live. Belongs to one snapshot. Thread-safe.
 */
#ifndef CERTAUTHZ_AUTHORIZE_MEMORY_H
#define CERTAUTHZ_AUTHORIZE_MEMORY_H

#include "decision/assessment.h"

struct memory;

struct memory_key {
    uint8_t digest[CZ_SHA256_SIZE];
    uint64_t holdings;
};

/* `entries` at most, but always room for eight, each for `seconds`. NULL when out of memory. */
struct memory *cz_memory_new(unsigned entries, unsigned seconds);
void cz_memory_release(struct memory **memory);

/* Of the certificate in use (a forwarded one by its DER) and of what the client sent along, under
 * one policy and by one state of what is known of revocation (revocation/holdings.h, number): keys
 * that differ in the last alone share a place, so that nothing is kept that a newer state has
 * overtaken. False where SHA-256 is not to be had. */
bool cz_memory_key(const struct request *request, uint32_t policy, uint64_t holdings,
                   struct memory_key *key);
/* A reference for the caller, or NULL. One that heeds OCSP responses is found only where these are
 * the same as when it was stored (revocation/holdings.h, ocsp_number). */
struct assessment *cz_memory_find(struct memory *memory, const struct memory_key *key,
                                  uint64_t ocsp_number, int64_t now);
/* Takes a reference of its own; what it replaces is the least recently used of a few. */
void cz_memory_store(struct memory *memory, const struct memory_key *key, uint64_t ocsp_number,
                     struct assessment *assessment, int64_t now);

#endif
