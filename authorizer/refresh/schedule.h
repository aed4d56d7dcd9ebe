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

/* All give a moment that is later than `now`, and no moment overflows. Settings below a second
 * count as one, and none is below `least`. */

/* What a success gives: before nextUpdate, with room for several tries that fail (wherever `least`
 * leaves it), and not at the same moment as everybody else. `random` is any number. One that was
 * out of date when it came is asked for again after `retry`. */
int64_t cz_schedule_after_success(const struct schedule_settings *settings, int64_t now,
                                  int64_t this_update, bool has_next_update, int64_t next_update,
                                  uint32_t random);
/* `failures` in a row, this one among them. `retry_after` is what the server asked for, in seconds
 * (negative: nothing); it is obeyed up to `retry_most`. */
int64_t cz_schedule_after_failure(const struct schedule_settings *settings, int64_t now,
                                  unsigned failures, int64_t retry_after, uint32_t random);

/*
 * A circuit breaker for each host: after several failures in a row nothing is sent to it for a
 * while, then one request, and by how that goes all or none. A host is what stands in the URL
 * between the slashes, in whatever case, with its port; a URL without one is always allowed. It
 * saves time and spares servers, and no more than that: where there is no memory for it, or for
 * more than some hundreds of hosts, it lets pass.
 */
#define CZ_BREAKER_FAILURES 5       /* in a row */
#define CZ_BREAKER_SECONDS 60       /* the first while; each that follows is twice as long */
#define CZ_BREAKER_SECONDS_MOST 960 /* up to this */

struct breaker;
struct breaker *cz_breaker_new(void); /* NULL when out of memory */
void cz_breaker_free(struct breaker **breaker);
/* False with the moment from which it may be worth asking `again`. A true where the while is over
 * gives the one request away: how it went must be told, or the next is given after another while.
 */
bool cz_breaker_allows(struct breaker *breaker, const char *url, int64_t now, int64_t *again);
/* Good: the host answered, whatever it answered. */
void cz_breaker_tell(struct breaker *breaker, const char *url, bool good, int64_t now);

#endif
