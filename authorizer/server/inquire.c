#include "server/inquire.h"

#include "authorize/authorize.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "query/query.h"
#include "server/loop.h"

#include <limits.h>

/* One request's. */
struct matter {
    struct inquirer *inquirer;
    const struct generation *generation;
    const struct request *request;
    struct decision *decision;
};

void cz_inquirer_init(struct inquirer *inquirer, const struct log *log) {
    *inquirer = (struct inquirer){.log = log};
    cz_questions_init(&inquirer->asked, CZ_ASK_REST_MILLISECONDS);
    cz_questions_init(&inquirer->noted, CZ_NOTE_REST_MILLISECONDS);
}

void cz_inquirer_destroy(struct inquirer *inquirer) {
    cz_questions_destroy(&inquirer->asked);
    cz_questions_destroy(&inquirer->noted);
}

const char *cz_refresher_state_name(enum refresher_state state) {
    static const char *const names[] = {[REFRESHER_UNASKED] = "not asked",
                                        [REFRESHER_RUNS] = "answers",
                                        [REFRESHER_ABSENT] = "does not run",
                                        [REFRESHER_TROUBLED] = "in trouble"};
    return (size_t)state < CZ_COUNT(names) ? names[state] : "";
}

/* --- what the log is told --- */

static void tell_problem(struct inquirer *inquirer, const char *problem) {
    unsigned long long mark = problem[0] != '\0' ? cz_hash(cz_bytes_of(problem)) | 1 : 0;
    if (atomic_load(&inquirer->problem_told) == mark ||
        atomic_exchange(&inquirer->problem_told, mark) == mark)
        return;
    if (mark == 0)
        cz_log_message(inquirer->log, "notice", "the revocation store can be read again");
    for (struct bytes line; (line = cz_text_next_line(&problem)).len > 0;)
        cz_log_message(inquirer->log, "error", "%.*s", (int)line.len, (const char *)line.data);
}

static void tell_trouble(struct inquirer *inquirer, const struct error *error) {
    int64_t now = cz_loop_now();
    long long last = atomic_load(&inquirer->trouble_told);
    if ((last == 0 || now - last >= CZ_TROUBLE_TOLD_MILLISECONDS) &&
        atomic_compare_exchange_strong(&inquirer->trouble_told, &last, now))
        cz_log_message(inquirer->log, "warning", "%s", error->message);
}

static void tell_absence(struct inquirer *inquirer, const struct error *error) {
    if (atomic_exchange(&inquirer->refresher, REFRESHER_ABSENT) != REFRESHER_ABSENT)
        cz_log_message(inquirer->log, "warning",
                       "%s; until then revocation.on says what happens to certificates that the "
                       "store tells nothing of",
                       error->message);
}

/* A note that was taken shows that somebody listens, and not that he answers. */
static void tell(struct inquirer *inquirer, enum query_result result, bool waited,
                 const struct error *error) {
    enum refresher_state before;
    switch (result) {
    case QUERY_NOT_RUNNING:
        tell_absence(inquirer, error);
        return;
    case QUERY_FAILED:
    case QUERY_TIMED_OUT:
        atomic_store(&inquirer->refresher, REFRESHER_TROUBLED);
        tell_trouble(inquirer, error);
        return;
    case QUERY_DONE:
        break;
    }
    before = (enum refresher_state)atomic_load(&inquirer->refresher);
    if (before == REFRESHER_RUNS || (before == REFRESHER_TROUBLED && !waited))
        return;
    before = (enum refresher_state)atomic_exchange(&inquirer->refresher, REFRESHER_RUNS);
    if (before == REFRESHER_ABSENT)
        cz_log_message(inquirer->log, "notice", "certauthz-refresh runs again");
}

/* --- what is asked --- */

/* What was presented, whether the web server or a proxy handed it over. Borrowed. */
static struct request presented(const struct assessment *assessment) {
    struct request request = {.is_der = true, .certificate = assessment->certificate->der};
    for (size_t i = 0; i < assessment->sent_count; i++)
        request.chain[i] = assessment->sent[i]->der;
    return request;
}

static bool write_message(const struct matter *matter, bool waits, struct buffer *message,
                          struct error *error) {
    const struct policy *policy = matter->decision->policy;
    const struct request request = presented(matter->decision->assessment);
    struct bytes name = policy->name != NULL ? cz_bytes_of(policy->name) : (struct bytes){0};
    return cz_query_write(message, &request, name, waits) ||
           cz_error_set(error, "certauthz-refresh cannot be asked: out of memory, or the name of "
                               "the policy is too long");
}

static enum query_result ask_or_run(const struct matter *matter, const struct buffer *message,
                                    unsigned milliseconds, struct error *error) {
    const struct inquirer *inquirer = matter->inquirer;
    struct error absent = {0};
    int64_t until = cz_loop_now() + milliseconds;
    const char *folder = matter->generation->store->folder;
    if (inquirer->program == NULL)
        return cz_query_ask(folder, message, milliseconds, error);
    enum query_result result = cz_query_ask(folder, message, milliseconds, &absent);
    int64_t left = until - cz_loop_now();
    if (result == QUERY_NOT_RUNNING)
        return cz_query_run(inquirer->program, inquirer->config_file, message,
                            left > 0 ? (unsigned)left : 0, error);
    cz_error_set(error, "%s", absent.message);
    return result;
}

static void ask(const struct matter *matter, unsigned milliseconds) {
    struct inquirer *inquirer = matter->inquirer;
    CZ_CLEANUP(cz_buffer_release) struct buffer message = {0};
    struct error error = {0};
    enum query_result result = QUERY_FAILED;
    if (write_message(matter, true, &message, &error))
        result = ask_or_run(matter, &message, milliseconds, &error);
    atomic_fetch_add(&inquirer->queries, 1);
    atomic_fetch_add(&inquirer->timed_out, result == QUERY_TIMED_OUT);
    atomic_fetch_add(&inquirer->failed, result == QUERY_FAILED || result == QUERY_NOT_RUNNING);
    tell(inquirer, result, true, &error);
}

static void note(const struct matter *matter) {
    struct inquirer *inquirer = matter->inquirer;
    CZ_CLEANUP(cz_buffer_release) struct buffer message = {0};
    struct error error = {0};
    enum query_result result = QUERY_FAILED;
    if (write_message(matter, false, &message, &error))
        result = cz_query_note(matter->generation->store->folder, &message, &error);
    if (result != QUERY_NOT_RUNNING || inquirer->program == NULL)
        tell(inquirer, result, false, &error);
}

static struct question_key key_of(const struct decision *decision) {
    struct question_key key = {.policy = decision->policy->number};
    memcpy(key.sha256, decision->assessment->certificate->sha256, sizeof key.sha256);
    return key;
}

/* --- when --- */

/* False where nobody was asked. */
static bool ask_once(const struct matter *matter) {
    struct inquirer *inquirer = matter->inquirer;
    struct question_key key = key_of(matter->decision);
    int seconds = matter->generation->setup.config.revocation.time_budget;
    uint64_t number;
    if (seconds <= 0)
        return false;
    enum question_turn turn = cz_question_begin(&inquirer->asked, &key, &number);
    if (turn == QUESTION_RESTS)
        return false;
    unsigned may = cz_waiting_begin(&inquirer->waiting, (unsigned)seconds * 1000);
    if (may > 0 && turn == QUESTION_YOURS)
        ask(matter, may);
    else if (may > 0)
        cz_question_await(&inquirer->asked, &key, number, may);
    if (turn == QUESTION_YOURS)
        cz_question_end(&inquirer->asked, &key, number, may > 0);
    if (may > 0)
        cz_waiting_end(&inquirer->waiting);
    return may > 0;
}

static void note_once(const struct matter *matter) {
    struct questions *noted = &matter->inquirer->noted;
    struct question_key key = key_of(matter->decision);
    uint64_t number;
    if (cz_question_begin(noted, &key, &number) != QUESTION_YOURS)
        return;
    note(matter);
    cz_question_end(noted, &key, number, true);
}

static void decide(const struct matter *matter, bool look, int64_t now) {
    /* without memory for a view, nobody may be taken to be off the deny list */
    static const struct revocation_holdings nothing = {.deny_list_unreadable = true};
    const struct generation *generation = matter->generation;
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = cz_store_hold(generation->store->store, look);
    if (view != NULL)
        tell_problem(matter->inquirer, cz_store_view_problem(view));
    cz_authorize(&generation->setup.snapshot, generation->memory,
                 view != NULL ? cz_store_holdings(view) : &nothing, matter->request, now,
                 matter->decision);
}

static enum revocation_lack lack_of(const struct decision *decision) {
    const struct assessment *assessment = decision->assessment;
    return assessment != NULL && assessment->certificate != NULL ? assessment->revocation.lacks
                                                                 : REVOCATION_LACKS_NOTHING;
}

void cz_inquire(struct inquirer *inquirer, const struct generation *generation,
                const struct request *request, struct timespec *wall, struct decision *decision) {
    const struct matter matter = {
        .inquirer = inquirer, .generation = generation, .request = request, .decision = decision};
    decide(&matter, false, wall->tv_sec);
    switch (lack_of(decision)) {
    case REVOCATION_LACKS_NOTHING:
        return;
    case REVOCATION_LACKS_SOON:
        note_once(&matter);
        return;
    case REVOCATION_LACKS_NOW:
        break;
    }
    if (!ask_once(&matter))
        return;
    cz_decision_release(decision);
    clock_gettime(CLOCK_REALTIME, wall);
    decide(&matter, true, wall->tv_sec);
}
