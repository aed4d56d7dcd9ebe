/*
 * When a source is tried next: pure functions of what came of it, of the time, and of a random
 * number that the caller draws.
 */
#ifndef CERTAUTHZ_REFRESH_SCHEDULE_H
#define CERTAUTHZ_REFRESH_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct schedule_settings {
    int64_t every;             /* seconds after which a source is asked again at the latest */
    int64_t least;             /* seconds before which it is not */
    int64_t retry, retry_most; /* seconds after the first failure, doubled up to the other */
};

/* What a success gives: before nextUpdate, with room for several tries that fail, and not at the
 * same moment as everybody else. `random` is any number. */
int64_t cz_schedule_after_success(const struct schedule_settings *settings, int64_t now,
                                  int64_t this_update, bool has_next_update, int64_t next_update,
                                  uint32_t random);
int64_t cz_schedule_after_failure(const struct schedule_settings *settings, int64_t now,
                                  unsigned failures, int64_t retry_after, uint32_t random);

/* A circuit breaker for each host: after several failures in a row nothing is sent to it for a
 * while, then one request, and by how that goes all or none. */
struct breaker;
struct breaker *cz_breaker_new(void); /* NULL when out of memory */
void cz_breaker_free(struct breaker **breaker);
bool cz_breaker_allows(struct breaker *breaker, const char *url, int64_t now, int64_t *again);
void cz_breaker_tell(struct breaker *breaker, const char *url, bool good, int64_t now);

#endif
