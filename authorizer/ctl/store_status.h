/* How the revocation store stands, for `certauthzctl status`: gathered at the edge, and shown by
 * pure functions. */
#ifndef CERTAUTHZ_CTL_STORE_STATUS_H
#define CERTAUTHZ_CTL_STORE_STATUS_H

#include "config/config.h"
#include "ctl/store_at_hand.h"
#include "ctl/summary.h"
#include "store/ocsp_survey.h"

struct store_status {
    int64_t now;
    struct buffer modes;        /* owned: that of the policy without a name, and others where they
                                   differ from it */
    bool checked;               /* a policy checks revocation */
    struct store_at_hand store; /* owned */
    const struct catalogue *catalogue; /* of the store, like the next one */
    const char *problem;               /* lines; "" where all of the store can be read */
    struct error refresher;            /* why certauthz-refresh does not answer; empty: it does */
    struct ocsp_survey ocsp;
    struct error ocsp_problem;
    size_t denied, denied_once; /* entries of the deny list in force, and no longer */
    struct error deny_problem;
};

/* Reads everything. False, with `error`, where the folder cannot be told, or when out of memory.
 * The caller releases `status` in either case. */
bool cz_store_status_gather(const struct config *config, int64_t now, struct store_status *status,
                            struct error *error);
void cz_store_status_release(struct store_status *status);

/* Adds what it comes to. */
void cz_store_status_sum_up(const struct store_status *status, struct summary *summary);
/* For people, lines; and the members of one object. Where no policy checks revocation only that is
 * said, and what the deny list holds. */
void cz_store_status_text(struct buffer *out, const struct store_status *status);
void cz_store_status_json(struct buffer *out, const struct store_status *status);

#endif
