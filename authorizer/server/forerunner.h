/*
 * Looks at the store of revocation as soon as something changes there, ahead of the requests: so
 * it is the main thread that reads a new catalogue, and that lets go of what the old one named,
 * which for a list of a million entries takes longer than a hundred requests. Without it, or where
 * folders cannot be watched, requests look for themselves, five times a second at most.
 */
#ifndef CERTAUTHZ_SERVER_FORERUNNER_H
#define CERTAUTHZ_SERVER_FORERUNNER_H

#include "config/watch.h"
#include "server/generation.h"
#include "server/loop.h"

struct forerunner {
    struct generations *generations; /* borrowed */
    struct watch watch;              /* to be made with .fd = -1 */
    char *folder;                    /* owned; that is watched; NULL: none */
};

/* For the loop of the thread that publishes the generations. */
struct loop_source cz_forerunner_source(struct forerunner *forerunner);
void cz_forerunner_release(struct forerunner *forerunner);

#endif
