/*
 * Which certificates are being asked about, and which were a moment ago: so that many requests
 * share one question, and one that is not answered is not asked again at once. Bounded: what was
 * asked longest ago is forgotten first. Thread-safe.
 */
#ifndef CERTAUTHZ_SERVER_QUESTIONS_H
#define CERTAUTHZ_SERVER_QUESTIONS_H

#include "certificate/certificate.h"

#include <pthread.h>

#define CZ_QUESTION_SETS 64 /* by the key's first byte */
#define CZ_QUESTION_WAYS 8

/* By what a question is told from others. */
struct question_key {
    uint8_t sha256[CZ_SHA256_SIZE]; /* of the certificate */
    uint32_t policy;                /* its number */
};

struct asked_question {
    struct question_key key;
    uint64_t number; /* of all questions; 0: none stands here */
    bool open;       /* it is being asked */
    int64_t again;   /* cz_loop_now; before that it is not asked again */
};

struct questions {
    pthread_mutex_t lock;
    pthread_cond_t closed; /* one that was open; on the monotonic clock */
    unsigned rest;         /* milliseconds, from its end, in which one is not asked again */
    uint64_t number;       /* of the last one */
    struct asked_question table[CZ_QUESTION_SETS][CZ_QUESTION_WAYS];
};

enum question_turn {
    QUESTION_RESTS = 0, /* it was asked lately */
    QUESTION_YOURS,     /* ask it, and say when that is over */
    QUESTION_OPEN,      /* somebody else is asking it */
};

void cz_questions_init(struct questions *questions, unsigned rest);
void cz_questions_destroy(struct questions *questions);

/* *number stands for the question that is open, the caller's or another's. */
enum question_turn cz_question_begin(struct questions *questions, const struct question_key *key,
                                     uint64_t *number);
/* It was asked; or, `asked` false, it was not, and others may at once. */
void cz_question_end(struct questions *questions, const struct question_key *key, uint64_t number,
                     bool asked);
/* Until the other has ended it, or for `milliseconds`. */
void cz_question_await(struct questions *questions, const struct question_key *key, uint64_t number,
                       unsigned milliseconds);

#endif
