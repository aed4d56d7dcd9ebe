/*
 * Imports: what was fetched, or stands in a file, is decoded, judged, verified and laid into the
 * store by a child process, of the lowest priority, which rests while others are at work
 * (server/rest.h), while this one goes on answering. One at a time, in the order in which they were
 * wanted.
 *
 * The child is a copy of this process, and tells over a pipe what came of each list. It has none of
 * the sockets, but the store's lock, so that nobody else writes as long as it lives; and it does
 * not outlive this process. Whatever becomes of it, the last good state stays.
 */
#ifndef CERTAUTHZ_REFRESH_IMPORT_H
#define CERTAUTHZ_REFRESH_IMPORT_H

#include "base/buffer.h"
#include "base/error.h"
#include "store/keeper.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/types.h>

/* For one. A million entries take 0.7, and a minute on a machine that is busy throughout. */
#define CZ_IMPORT_SECONDS_MAX 900
/* Lists that wait on the disk; no others are fetched meanwhile. */
#define CZ_IMPORTS_FETCHED_MAX 16

struct refresher;
struct task;

/* What became of one list, as cz_keeper_take_crl says it. */
struct imported {
    enum intake_result result;
    uint8_t sha256[CZ_SHA256_SIZE];
    struct error error; /* of the list as "it" */
};

struct import {
    struct import *next;
    const struct import_kind *kind;
    char *file;           /* owned: of a file */
    struct task *task;    /* of what was fetched; borrowed: it goes on when this is over */
    struct bytes content; /* the same, mapped; owned */
};

struct import_kind {
    /* In the child: tells of each list, by cz_import_tell. */
    void (*work)(struct refresher *refresher, const struct import *import, int tell_to);
    /* In the parent: what it told of the list of this number. False when out of memory. */
    bool (*take)(struct refresher *refresher, const struct import *import, size_t number,
                 const struct imported *imported);
    /* In the parent: it is over. `told` is the greatest number that was told of. `failure` is NULL
     * where the child came to its end; else it says what became of it: "its import …". */
    void (*end)(struct refresher *refresher, const struct import *import, size_t told,
                const char *failure);
};

/* To be made with .pipe = -1. */
struct imports {
    struct import *waiting; /* owned, in the order in which they were wanted */
    struct import *begun;   /* owned; NULL: none, or the child is of no interest any more */
    size_t fetched;         /* of all these, those that are not files */
    bool hurry;

    pid_t child;          /* 0: none */
    int64_t until;        /* cz_loop_now at which it is killed */
    bool too_long;        /* that has come */
    int pipe;             /* what it tells comes here; -1: all has come */
    struct buffer told;   /* of a message that is not whole yet */
    size_t greatest;      /* number that it has told of */
    bool whole;           /* it has told that it came to its end */
    atomic_bool *hurried; /* owned: a page shared with each child; NULL: there is none */
};

/* Takes `file` and `content` over in either case. False when out of memory. */
bool cz_import_want(struct imports *imports, const struct import *import);
bool cz_imports_any(const struct imports *imports);
bool cz_imports_any_file(const struct imports *imports);
/* Whether the file's import waits for its turn; or whether one of it is under way. */
bool cz_import_waits(const struct imports *imports, const char *file);
bool cz_import_has_begun(const struct imports *imports, const char *file);

/* Somebody waits for what they bring, or nobody does any more. A child that is made while somebody
 * does has no lower priority and does not rest, and one that is there already ceases to rest. */
void cz_imports_hurry(struct imports *imports, bool hurry);

/* Begins one if none is under way. One that cannot be has failed. */
void cz_imports_start(struct refresher *refresher);
/* What to wait for; -1 as the descriptor: nothing. */
struct pollfd cz_imports_polled(const struct imports *imports);
/* Milliseconds until it is to be looked at even if nothing comes; -1: never. */
int cz_imports_wait(const struct imports *imports);
/* Deals with what the child has told, and with its end. False when out of memory. */
bool cz_imports_advance(struct refresher *refresher, struct error *error);

/* None of them is of interest any more, and nothing is told of them. The child is killed; its end
 * is seen to by cz_imports_advance. */
void cz_imports_abandon(struct imports *imports);
/* The same, and waits for that end. To be called while the keeper is open. */
void cz_imports_release(struct refresher *refresher);

/* --- in the child: refresh/import_child.c --- */

/* What it tells comes as these, whole: a pipe takes so many bytes at once or not at all. */
struct import_message {
    size_t number;
    struct imported imported;
};
#define CZ_IMPORT_END SIZE_MAX /* as the number: it has come to its end */

/* Of the list of this number, from 1 on; 0: of all of it, which could not even be read, and the
 * error names it. */
void cz_import_tell(int tell_to, size_t number, const struct imported *imported);

/* All that the child does behind the fork. `parent` is who forked. */
_Noreturn void cz_import_child(struct refresher *refresher, const struct import *import,
                               int tell_to, pid_t parent);

#endif
