/*
 * A decision by what is at hand of revocation, and, where that is not enough and the policy's
 * revocation.mode is "online", once more after certauthz-refresh was asked: within
 * revocation.time_budget and the request's deadline, one question for all requests with the same
 * certificate, and none for a while after it was asked in vain.
 */
#ifndef CERTAUTHZ_SERVER_INQUIRE_H
#define CERTAUTHZ_SERVER_INQUIRE_H

#include "decision/decision.h"
#include "log/log.h"
#include "server/generation.h"
#include "server/questions.h"
#include "server/waiting.h"

#include <time.h>

#define CZ_ASK_REST_MILLISECONDS 5000      /* after a certificate was asked about in vain */
#define CZ_NOTE_REST_MILLISECONDS 60000    /* after the refresher was told that one is still used */
#define CZ_TROUBLE_TOLD_MILLISECONDS 60000 /* between two lines of the log about its failures */

/* What a process knows of the refresher. */
enum refresher_state {
    REFRESHER_UNASKED = 0,
    REFRESHER_RUNS,
    REFRESHER_ABSENT,
    REFRESHER_TROUBLED, /* it runs, and does not answer in time or cannot do what it is asked */
};

/* What all requests of a process share. */
struct inquirer {
    const struct log *log;   /* borrowed, like the next two */
    const char *program;     /* that is started where no refresher runs; NULL: none is */
    const char *config_file; /* for it */
    struct waiting waiting;
    struct questions asked, noted;
    atomic_int refresher;       /* enum refresher_state */
    atomic_llong trouble_told;  /* cz_loop_now; 0: never */
    atomic_ullong problem_told; /* what stands for the store's problem; 0: there is none */
    atomic_ullong queries, timed_out, failed; /* that somebody waited for */
};

void cz_inquirer_init(struct inquirer *inquirer, const struct log *log);
void cz_inquirer_destroy(struct inquirer *inquirer);

/* As cz_authorize. `wall` is the time of the decision; where that had to wait, it is read anew. */
void cz_inquire(struct inquirer *inquirer, const struct generation *generation,
                const struct request *request, struct timespec *wall, struct decision *decision);

const char *cz_refresher_state_name(enum refresher_state state);

#endif
