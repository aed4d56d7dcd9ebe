#include "server/questions.h"

#include "server/loop.h"

#include <errno.h>
#include <string.h>
#include <time.h>

void cz_questions_init(struct questions *questions, unsigned rest) {
    pthread_condattr_t monotonic;
    memset(questions, 0, sizeof *questions);
    questions->rest = rest;
    pthread_mutex_init(&questions->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&questions->closed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

void cz_questions_destroy(struct questions *questions) {
    pthread_cond_destroy(&questions->closed);
    pthread_mutex_destroy(&questions->lock);
}

static struct asked_question *set_of(struct questions *questions, const struct question_key *key) {
    return questions->table[key->sha256[0] % CZ_QUESTION_SETS];
}

static bool is_same(const struct asked_question *question, const struct question_key *key) {
    return question->number != 0 && question->key.policy == key->policy &&
           memcmp(question->key.sha256, key->sha256, sizeof key->sha256) == 0;
}

static struct asked_question *find(struct questions *questions, const struct question_key *key) {
    struct asked_question *set = set_of(questions, key);
    for (size_t i = 0; i < CZ_QUESTION_WAYS; i++)
        if (is_same(&set[i], key))
            return &set[i];
    return NULL;
}

/* A place for another one, or NULL where each is open. */
static struct asked_question *oldest(struct asked_question *set) {
    struct asked_question *found = NULL;
    for (size_t i = 0; i < CZ_QUESTION_WAYS; i++)
        if (!set[i].open && (found == NULL || set[i].number < found->number))
            found = &set[i];
    return found;
}

static enum question_turn begin(struct questions *questions, const struct question_key *key,
                                uint64_t *number) {
    struct asked_question *question = find(questions, key);
    if (question != NULL && question->open) {
        *number = question->number;
        return QUESTION_OPEN;
    }
    if (question != NULL && cz_loop_now() < question->again)
        return QUESTION_RESTS;
    if (question == NULL)
        question = oldest(set_of(questions, key));
    if (question == NULL)
        return QUESTION_RESTS;
    *number = ++questions->number;
    *question = (struct asked_question){.key = *key, .number = *number, .open = true};
    return QUESTION_YOURS;
}

enum question_turn cz_question_begin(struct questions *questions, const struct question_key *key,
                                     uint64_t *number) {
    pthread_mutex_lock(&questions->lock);
    enum question_turn turn = begin(questions, key, number);
    pthread_mutex_unlock(&questions->lock);
    return turn;
}

/* One that is open stays where it is. */
static struct asked_question *find_open(struct questions *questions, const struct question_key *key,
                                        uint64_t number) {
    struct asked_question *question = find(questions, key);
    return question != NULL && question->open && question->number == number ? question : NULL;
}

void cz_question_end(struct questions *questions, const struct question_key *key, uint64_t number,
                     bool asked) {
    pthread_mutex_lock(&questions->lock);
    struct asked_question *question = find_open(questions, key, number);
    if (question != NULL) {
        question->open = false;
        question->again = asked ? cz_loop_now() + questions->rest : 0;
    }
    pthread_cond_broadcast(&questions->closed);
    pthread_mutex_unlock(&questions->lock);
}

void cz_question_await(struct questions *questions, const struct question_key *key, uint64_t number,
                       unsigned milliseconds) {
    int64_t until = cz_loop_now() + milliseconds;
    struct timespec time = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
    int waited = 0;
    pthread_mutex_lock(&questions->lock);
    while (waited != ETIMEDOUT && find_open(questions, key, number) != NULL)
        waited = pthread_cond_timedwait(&questions->closed, &questions->lock, &time);
    pthread_mutex_unlock(&questions->lock);
}
