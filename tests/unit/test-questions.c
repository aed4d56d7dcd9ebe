/* Questions that many ask: who asks, who waits, who goes on without. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "server/loop.h"
#include "server/questions.h"

#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#define PATIENCE 100u /* seconds, after which the program is taken to hang */
#define FOREVER 1000000
#define THREADS 8

static struct question_key key_of(uint8_t first, uint8_t last, uint32_t policy) {
    struct question_key key = {.policy = policy};
    key.sha256[0] = first;
    key.sha256[sizeof key.sha256 - 1] = last;
    return key;
}

static void test_turns(void) {
    struct questions questions;
    uint64_t number = 0, other = 0, again = 0;
    struct question_key key = key_of(1, 1, 0), sibling = key_of(1, 1, 1), near = key_of(1, 2, 0);
    cz_questions_init(&questions, FOREVER);
    tap_is_int(cz_question_begin(&questions, &key, &number), QUESTION_YOURS, "the first asks");
    tap_ok(cz_question_begin(&questions, &key, &again) == QUESTION_OPEN && again == number,
           "for the second it is open, and the same");
    tap_is_int(cz_question_begin(&questions, &sibling, &other), QUESTION_YOURS,
               "under another policy it is another question");
    tap_is_int(cz_question_begin(&questions, &near, &other), QUESTION_YOURS,
               "as it is of another certificate");
    cz_question_end(&questions, &key, number, true);
    tap_is_int(cz_question_begin(&questions, &key, &again), QUESTION_RESTS,
               "one that was asked rests");
    cz_question_end(&questions, &near, other, false);
    tap_is_int(cz_question_begin(&questions, &near, &again), QUESTION_YOURS,
               "one that was not asked after all does not");
    tap_ok(again != other, "and has a new number");
    cz_questions_destroy(&questions);
}

static void test_rest(void) {
    struct questions questions;
    uint64_t number = 0, again = 0;
    struct question_key key = key_of(1, 1, 0);
    cz_questions_init(&questions, 30);
    cz_question_begin(&questions, &key, &number);
    cz_question_end(&questions, &key, number, true);
    int64_t ended = cz_loop_now();
    while (cz_question_begin(&questions, &key, &again) == QUESTION_RESTS)
        sched_yield();
    tap_ok(cz_loop_now() - ended >= 29, "it rests for as long as was said");
    tap_ok(again > number, "and is asked again");
    cz_questions_destroy(&questions);
}

/* More than there are places for one first byte. */
static void test_bounds(void) {
    struct questions questions;
    uint64_t numbers[CZ_QUESTION_WAYS], number;
    struct question_key keys[CZ_QUESTION_WAYS], more = key_of(CZ_QUESTION_SETS + 5, 99, 0);
    bool good = true;
    cz_questions_init(&questions, FOREVER);
    for (uint8_t i = 0; i < CZ_QUESTION_WAYS; i++) {
        keys[i] = key_of(5, i, 0);
        good &= cz_question_begin(&questions, &keys[i], &numbers[i]) == QUESTION_YOURS;
    }
    tap_ok(good, "so many can be open");
    tap_is_int(cz_question_begin(&questions, &more, &number), QUESTION_RESTS,
               "one more is not asked");
    cz_question_end(&questions, &keys[2], numbers[2], true);
    cz_question_end(&questions, &keys[1], numbers[1], true);
    tap_is_int(cz_question_begin(&questions, &more, &number), QUESTION_YOURS,
               "when one has ended, there is room");
    tap_is_int(cz_question_begin(&questions, &keys[2], &number), QUESTION_RESTS,
               "and what was asked last is still known");
    tap_is_int(cz_question_begin(&questions, &keys[0], &number), QUESTION_OPEN,
               "like what is open");
    cz_questions_destroy(&questions);
}

static void test_waiting(void) {
    struct questions questions;
    uint64_t number = 0;
    struct question_key key = key_of(1, 1, 0);
    cz_questions_init(&questions, FOREVER);
    cz_question_begin(&questions, &key, &number);
    int64_t begin = cz_loop_now();
    cz_question_await(&questions, &key, number, 50);
    tap_ok(cz_loop_now() - begin >= 49, "who waits for what does not end goes on in time");
    cz_question_end(&questions, &key, number, true);
    cz_question_await(&questions, &key, number, FOREVER);
    tap_ok(true, "and for what has ended nobody waits");
    cz_questions_destroy(&questions);
}

struct asker {
    struct questions *questions;
    atomic_uint *asked, *open;
    pthread_t thread;
};

/* Whoever asks it ends it only when all the others have met it. */
static void *ask(void *argument) {
    struct asker *asker = argument;
    struct question_key key = key_of(7, 7, 0);
    uint64_t number;
    switch (cz_question_begin(asker->questions, &key, &number)) {
    case QUESTION_YOURS:
        atomic_fetch_add(asker->asked, 1);
        while (atomic_load(asker->open) < THREADS - 1)
            sched_yield();
        cz_question_end(asker->questions, &key, number, true);
        break;
    case QUESTION_OPEN:
        atomic_fetch_add(asker->open, 1);
        cz_question_await(asker->questions, &key, number, FOREVER);
        break;
    case QUESTION_RESTS:
        break;
    }
    return NULL;
}

static void test_threads(void) {
    struct questions questions;
    struct asker askers[THREADS];
    atomic_uint asked = 0, open = 0;
    cz_questions_init(&questions, FOREVER);
    for (size_t i = 0; i < THREADS; i++) {
        askers[i] = (struct asker){.questions = &questions, .asked = &asked, .open = &open};
        if (pthread_create(&askers[i].thread, NULL, ask, &askers[i]) != 0)
            support_die("no thread can be started");
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(askers[i].thread, NULL);
    tap_ok(atomic_load(&asked) == 1 && atomic_load(&open) == THREADS - 1,
           "of 8 threads one asks, and the others wait for it");
    cz_questions_destroy(&questions);
}

int main(void) {
    alarm(PATIENCE);
    test_turns();
    test_rest();
    test_bounds();
    test_waiting();
    test_threads();
    return tap_done();
}
