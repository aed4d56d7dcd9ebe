/*
 * What is fetched: a list, or an OCSP response. Each thing is on its way once, whoever wants it;
 * no more than a few at once, and fewer of them from one host. What has never given anything, and
 * what only a certificate names, does not get all of the room: whoever has certificates that
 * validate may let us ask servers that never come to an end.
 */
#ifndef CERTAUTHZ_REFRESH_TASK_H
#define CERTAUTHZ_REFRESH_TASK_H

#include "refresh/refresher.h"

struct task {
    struct refresher *refresher; /* borrowed */
    const struct task_kind *kind;
    bool running;   /* it is being fetched */
    bool importing; /* it was fetched, and waits for its import, or for the end of that */
    bool proven;    /* the configuration names it, or it has given something before */
    char *url;      /* owned: that is asked, or will be */

    enum source_kind source_kind; /* of a list */
    char *name;                   /* owned: the source's */
    int spool;                    /* where the list comes to; -1: nowhere yet */
    char *etag, *last_modified;   /* owned: of the list that is imported */

    struct ocsp_asking *ocsp; /* owned; of a response */
};

struct task_kind {
    bool imports; /* what was fetched lies on the disk until it is imported */
    /* Hands the request to the fetcher. False, with `error`, where that cannot be: then `fail` is
     * called. */
    bool (*start)(struct task *task, struct error *error);
    /* It was not even asked, and should not be before `again` (0: as after any failure). */
    void (*fail)(struct task *task, const struct error *error, int64_t again);
};

/* Takes `url` and `name` over in either case; NULL when out of memory, or when there are too many
 * already, of all or of those that are not proven. It begins with a later cz_tasks_start. */
struct task *cz_task_add(struct refresher *refresher, const struct task_kind *kind, char *url,
                         char *name, bool proven);
/* It is over: takes it off the refresher, and frees it. */
void cz_task_finish(struct task *task);
/* Begins as many as may be. */
void cz_tasks_start(struct refresher *refresher);
/* The fetcher is no more, and no import: what was on its way begins anew. */
void cz_tasks_rewind(struct refresher *refresher);
void cz_tasks_release(struct refresher *refresher);

#endif
