/*
 * How the sources of revocation stand at one moment, for monitoring and for the log: pure functions
 * of the catalogue and the time. A list that ends is told of before it ends, while there is time to
 * do something about it.
 */
#ifndef CERTAUTHZ_STORE_HEALTH_H
#define CERTAUTHZ_STORE_HEALTH_H

#include "store/catalogue.h"

#define CZ_HEALTH_FAILURES 3             /* in a row: fewer are an ordinary hiccup */
#define CZ_HEALTH_OVERDUE 3600           /* seconds after which a try that was due is missed */
#define CZ_HEALTH_TELL_AGAIN (24 * 3600) /* seconds */

/* In order; the numbers are the exit statuses of `certauthzctl status`. */
enum health { HEALTH_GOOD = 0, HEALTH_SOON_STALE, HEALTH_STALE };

enum health_cause {
    HEALTH_FRESH = 0,
    HEALTH_AGEING,  /* soon stale: four fifths of the time from thisUpdate to nextUpdate are over */
    HEALTH_FAILING, /* soon stale: it is fresh, and the last CZ_HEALTH_FAILURES tries failed */
    HEALTH_ENDED,   /* stale, like all that follow: nextUpdate has come */
    HEALTH_AHEAD,   /* thisUpdate has not come yet */
    HEALTH_ENDLESS, /* there is no nextUpdate, and so it never counts as fresh */
    HEALTH_EMPTY,   /* nothing was ever got from it, or the store has lost it */
    HEALTH_UNTRIED, /* it was never tried */
};

/* Of one source; borrowed from the catalogue. */
struct source_health {
    enum health health;
    enum health_cause cause;
    const struct catalogue_source *source;
    const struct catalogue_list *list; /* that it gave last; NULL: none */
};

/* "good", "soon stale" or "stale". */
const char *cz_health_name(enum health health);

/* The list with this digest, or NULL. */
const struct catalogue_list *cz_catalogue_list(const struct catalogue *catalogue,
                                               const uint8_t sha256[CZ_SHA256_SIZE]);
struct source_health cz_source_health(const struct catalogue *catalogue,
                                      const struct catalogue_source *source, int64_t now);

/* All sources together. */
struct catalogue_health {
    size_t counts[HEALTH_STALE + 1]; /* by enum health */
    struct source_health worst;      /* of several as bad the one that ends first; without sources
                                        it is good, and its source NULL */
};
struct catalogue_health cz_catalogue_health(const struct catalogue *catalogue, int64_t now);

/* Why the last try failed, without the name of the source, which it may begin with; "" where it did
 * not fail. Borrowed. */
const char *cz_source_error(const struct catalogue_source *source);
/* Appends how it stands, as what may follow a name and a colon: "ends at …, in 3 hours; the last
 * try failed: …". */
void cz_health_put(struct buffer *out, const struct source_health *health, int64_t now);
/* Appends one line for the log, without a newline: the source, how it stands, what that leads to,
 * and what to do. */
void cz_health_put_news(struct buffer *out, const struct source_health *health, int64_t now);

/* What was told of sources that are not good, and when; kept from one look to the next. The zero
 * value has told nothing. */
struct health_memory {
    struct health_told *items; /* owned */
    size_t count, capacity;
};

/*
 * Calls `tell` with each source that is to be told of now: when it is no longer good, when that
 * gets worse or better, once a day while it stays so, and once when it is good again. False when
 * out of memory: then some may be told of again.
 */
bool cz_health_look(struct health_memory *memory, const struct catalogue *catalogue, int64_t now,
                    void (*tell)(void *context, const struct source_health *health), void *context);
void cz_health_memory_release(struct health_memory *memory);

#endif
