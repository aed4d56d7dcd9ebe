/* Which certificates OCSP responders are asked about again, when, and what becomes of the answers;
 * with a fetcher that sends nothing. */
#include "../tap.h"
#include "faults.h"
#include "stores.h"

#include "refresh/fetch.h"
#include "refresh/file_round.h"
#include "refresh/ocsp_book.h"
#include "refresh/ocsp_task.h"
#include "refresh/once.h"
#include "refresh/sources.h"
#include "refresh/task.h"

#include <signal.h>
#include <sys/resource.h>
#include <time.h>

#define EVERY 3600
#define RETRY 600
#define SKEW 300

static struct certificate *issuer, *client;

/* --- what was sent --- */

static size_t sent; /* in all */
static struct {
    fetch_done *done;
    void *context;
} waiting[CZ_FETCHES_MAX];
static size_t waiting_count;

bool __wrap_cz_fetcher_start(struct fetcher *fetcher, const struct fetch_request *request,
                             fetch_done *done, void *context);

bool __wrap_cz_fetcher_start(struct fetcher *fetcher, const struct fetch_request *request,
                             fetch_done *done, void *context) {
    (void)fetcher;
    (void)request;
    sent++;
    waiting[waiting_count].done = done;
    waiting[waiting_count++].context = context;
    return true;
}

static void reply_to_all(struct fetch_reply *reply) {
    while (waiting_count > 0) {
        waiting_count--;
        waiting[waiting_count].done(waiting[waiting_count].context, reply);
    }
}

bool __wrap_cz_fetcher_run(struct fetcher *fetcher, struct pollfd *more, size_t more_count,
                           int milliseconds, struct error *error);

/* None is answered well. */
bool __wrap_cz_fetcher_run(struct fetcher *fetcher, struct pollfd *more, size_t more_count,
                           int milliseconds, struct error *error) {
    struct fetch_reply reply = {.status = 500, .retry_after = -1};
    (void)fetcher;
    (void)milliseconds;
    (void)error;
    for (size_t i = 0; i < more_count; i++)
        more[i].revents = 0;
    cz_error_set(&reply.error, "no answer");
    reply_to_all(&reply);
    return true;
}

/* What is wanted is asked for, and answered so. */
static void answer(struct refresher *refresher, const struct forge_status *said) {
    const struct forge_status statuses[] = {*said, {.issuer = NULL}};
    const struct forge_response response = {
        .responder = "m", .signer = 1, .statuses = statuses, .produced_at = said->this_update};
    struct fetch_reply reply = {.outcome = FETCH_DONE, .status = 200, .retry_after = -1};
    cz_tasks_start(refresher);
    cz_buffer_bytes(&reply.body, forge_ocsp(&response));
    reply_to_all(&reply);
    cz_buffer_release(&reply.body);
}

static void fail(struct refresher *refresher) {
    struct fetch_reply reply = {.status = 500, .retry_after = -1};
    cz_tasks_start(refresher);
    cz_error_set(&reply.error, "no answer");
    reply_to_all(&reply);
}

/* --- one record that cannot be read for a moment --- */

static int reads_before = -1; /* the one that fails; negative: none does */

enum file_reading __real_cz_keeper_get_ocsp(struct keeper *keeper,
                                            const uint8_t key[CZ_OCSP_KEY_SIZE],
                                            struct ocsp_record *record, struct error *error);
enum file_reading __wrap_cz_keeper_get_ocsp(struct keeper *keeper,
                                            const uint8_t key[CZ_OCSP_KEY_SIZE],
                                            struct ocsp_record *record, struct error *error);

enum file_reading __wrap_cz_keeper_get_ocsp(struct keeper *keeper,
                                            const uint8_t key[CZ_OCSP_KEY_SIZE],
                                            struct ocsp_record *record, struct error *error) {
    if (reads_before < 0 || reads_before-- > 0)
        return __real_cz_keeper_get_ocsp(keeper, key, record, error);
    cz_error_set(error, "it cannot be read");
    *record = (struct ocsp_record){.state = SOURCE_UNTRIED};
    return FILE_UNREADABLE;
}

/* --- the refresher, and its records --- */

static char responder[] = "http://responder.example/";
static struct config_text responders[] = {{.text = responder}};

static struct policy policy = {
    .revocation = {.mode = REVOCATION_ONLINE, .ocsp_skew = SKEW, .ocsp_max_age = DAY}};

static void begin(struct refresher *refresher) {
    stores_clear();
    *refresher = (struct refresher){
        .now = NOW,
        .keeper = stores_open(),
        .breaker = cz_breaker_new(),
        .schedule = {.every = EVERY, .least = RETRY, .retry = RETRY, .retry_most = EVERY}};
    refresher->setup.snapshot = (struct snapshot){.policies = &policy, .policy_count = 1};
    refresher->setup.config.revocation.ocsp.responders =
        (struct config_texts){.items = responders, .count = 1};
}

static void end(struct refresher *refresher) {
    cz_tasks_release(refresher);
    cz_breaker_free(&refresher->breaker);
    cz_keeper_close(&refresher->keeper);
    free(refresher->ocsp);
}

/* The client's, as its issuer says it. */
static const struct forge_status good = {
    .issuer = "m", .issuer_key = 1, .serial = TEXT("\x21"), .this_update = NOW - 60};

static const uint8_t *key_of(uint16_t number) {
    static uint8_t key[CZ_OCSP_KEY_SIZE];
    key[0] = (uint8_t)(number >> 8);
    key[1] = (uint8_t)number;
    return key;
}

static struct ocsp_record tried(int64_t last_try, int64_t next_try, int64_t last_seen) {
    return (struct ocsp_record){.state = SOURCE_GOOD,
                                .response = TEXT("response"),
                                .last_try = last_try,
                                .next_try = next_try,
                                .last_seen = last_seen,
                                .certificates = JOIN(client->der, issuer->der)};
}

/* In the book; 0 where it is not there, or due. */
static int64_t when(const struct refresher *refresher, uint16_t number) {
    for (size_t i = 0; i < refresher->ocsp_count; i++)
        if (memcmp(refresher->ocsp[i].key, key_of(number), CZ_OCSP_KEY_SIZE) == 0)
            return refresher->ocsp[i].when;
    return 0;
}

/* The response that the store has, or "". */
static const char *kept(const struct refresher *refresher, uint16_t number) {
    CZ_CLEANUP(cz_ocsp_record_release) struct ocsp_record record = {0};
    struct error unused = {0};
    cz_keeper_get_ocsp(refresher->keeper, key_of(number), &record, &unused);
    return support_text("%.*s", (int)record.response.len, (const char *)record.response.data);
}

/* --- when one is due --- */

static void test_clock(void) {
    static const struct {
        const char *name;
        int64_t last_try, next_try, last_seen; /* after NOW */
        int64_t expected;                      /* the same; INT64_MAX: it is asked about */
    } cases[] = {
        {"what is not due stays due when it was", -60, 60, -60, 60},
        {"what is due is asked about", -60, 0, -60, INT64_MAX},
        {"what was tried later than now as well", 1, 60, -60, INT64_MAX},
        {"what will not have been seen lately by then waits", -60, 2 * DAY, -60, 30 * DAY - 60},
        {"what was not seen lately waits too", -3 * DAY, -DAY, -3 * DAY, 27 * DAY},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct refresher refresher;
        begin(&refresher);
        const struct ocsp_record record =
            tried(NOW + cases[i].last_try, NOW + cases[i].next_try, NOW + cases[i].last_seen);
        cz_ocsp_keep(&refresher, key_of(1), &record);
        cz_ocsp_turn_back(&refresher);
        cz_ocsp_round(&refresher, ROUND_DUE);
        int64_t found = when(&refresher, 1);
        tap_is_int(found == INT64_MAX ? found : found - NOW, cases[i].expected,
                   support_text("the clock was set back: %s", cases[i].name));
        end(&refresher);
    }
}

static void test_nobody(void) {
    struct refresher refresher;
    begin(&refresher);
    const struct ocsp_record record = tried(NOW - 60, NOW - 1, NOW - 60);
    refresher.setup.config.revocation.ocsp.responders.count = 0;
    cz_ocsp_keep(&refresher, key_of(1), &record);
    cz_ocsp_round(&refresher, ROUND_DUE);
    tap_is_int(when(&refresher, 1), NOW - 60 + CZ_OCSP_KEPT, "where nobody can be asked it rests");
    end(&refresher);
}

/* --- what is kept, and what cannot be --- */

static void limit(int resource, rlim_t most) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0)
        support_die("no limit");
    limit.rlim_cur = most < limit.rlim_max ? most : limit.rlim_max;
    if (setrlimit(resource, &limit) != 0)
        support_die("no limit can be set");
}

static void answer_good(struct refresher *refresher) {
    answer(refresher, &good);
}

static void test_accepted(void) {
    static const struct {
        const char *name;
        enum forge_verdict verdict;
        int64_t before, this_update; /* after NOW */
        bool kept;
    } cases[] = {
        {"a newer response is kept", SAYS_GOOD, -60, -59, true},
        {"an older one is not", SAYS_GOOD, -60, -61, false},
        {"one by a clock that is ahead is", SAYS_GOOD, -60, SKEW, true},
        {"one that is further ahead is not", SAYS_GOOD, -60, SKEW + 1, false},
        {"nor without a verdict", SAYS_UNKNOWN, -60, SKEW + 1, false},
        {"but where it says \"revoked\" it counts", SAYS_REVOKED, -60, SKEW + 1, true},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct refresher refresher;
        begin(&refresher);
        struct ocsp_record record = tried(NOW - 60, NOW - 1, NOW - 60);
        struct forge_status said = good;
        record.this_update = NOW + cases[i].before;
        said.verdict = cases[i].verdict;
        said.this_update = NOW + cases[i].this_update;
        said.next_update = said.this_update + DAY;
        cz_ocsp_keep(&refresher, key_of(1), &record);
        cz_ocsp_round(&refresher, ROUND_DUE);
        answer(&refresher, &said);
        tap_ok((strcmp(kept(&refresher, 1), "response") != 0) == cases[i].kept &&
                   refresher.failed == !cases[i].kept,
               "%s", cases[i].name);
        end(&refresher);
    }
}

static void test_kept(void) {
    struct refresher refresher;
    begin(&refresher);
    const struct ocsp_record record = tried(NOW - 60, NOW - 1, NOW - 60);
    cz_ocsp_keep(&refresher, key_of(1), &record);
    cz_ocsp_round(&refresher, ROUND_DUE);
    answer(&refresher, &good);
    int64_t next = when(&refresher, 1);
    tap_ok(refresher.failed == 0 && next > NOW + RETRY && next <= NOW + EVERY,
           "a good response rests until its time");
    end(&refresher);
}

/* The disk is full, or there is no descriptor, at the moment of the reply. */
static void test_not_kept(void) {
    static const struct {
        const char *name;
        void (*reply)(struct refresher *refresher);
        int resource;
        rlim_t most;
    } cases[] = {
        {"a response that cannot be stored", answer_good, RLIMIT_FSIZE, 50},
        {"a failure that cannot be stored", fail, RLIMIT_FSIZE, 50},
        {"a response where the last one cannot be read", answer_good, RLIMIT_NOFILE, 0},
        {"a failure where the last one cannot be read", fail, RLIMIT_NOFILE, 0},
    };
    signal(SIGXFSZ, SIG_IGN);
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct refresher refresher;
        begin(&refresher);
        const struct ocsp_record record = tried(NOW - 60, NOW - 1, NOW - 60);
        cz_ocsp_keep(&refresher, key_of(1), &record);
        cz_ocsp_round(&refresher, ROUND_DUE);
        limit(cases[i].resource, cases[i].most);
        cases[i].reply(&refresher);
        limit(cases[i].resource, RLIM_INFINITY);
        tap_is_int(when(&refresher, 1), NOW + RETRY,
                   support_text("%s: it is asked about again soon", cases[i].name));
        tap_ok(refresher.failed > 0 && refresher.task_count == 0, "which has failed");
        tap_is(kept(&refresher, 1), "response", "and what was there stays");
        end(&refresher);
    }
    signal(SIGXFSZ, SIG_DFL);
}

/* --- what cannot be read --- */

/* What came may be older than what is there, or lose what that tells. */
static void test_unreadable(void) {
    static const struct {
        const char *name;
        void (*reply)(struct refresher *refresher);
        int reads;
    } cases[] = {
        {"a response where it is not known how old the last one is", answer_good, 0},
        {"a response", answer_good, 1},
        {"a failure", fail, 0},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct refresher refresher;
        begin(&refresher);
        const struct ocsp_record record = tried(NOW - 60, NOW - 1, NOW - 60);
        cz_ocsp_keep(&refresher, key_of(1), &record);
        cz_ocsp_round(&refresher, ROUND_DUE);
        reads_before = cases[i].reads;
        cases[i].reply(&refresher);
        reads_before = -1;
        tap_is(kept(&refresher, 1), "response",
               support_text("nothing is written over what cannot be read: %s", cases[i].name));
        tap_is_int(when(&refresher, 1), NOW + RETRY, "it is asked about again soon");
        end(&refresher);
    }
}

static void test_shortage(void) {
    struct refresher refresher;
    begin(&refresher);
    const struct ocsp_record record = tried(NOW - 60, NOW - 1, NOW - 60);
    cz_ocsp_keep(&refresher, key_of(1), &record);
    limit(RLIMIT_NOFILE, 0);
    cz_ocsp_round(&refresher, ROUND_DUE);
    limit(RLIMIT_NOFILE, RLIM_INFINITY);
    tap_is(kept(&refresher, 1), "response", "without a descriptor nothing is given up");
    tap_is_int(when(&refresher, 1), NOW + RETRY, "it is looked at again soon");
    tap_is_int((long long)refresher.failed, 1, "and has failed");
    refresher.now = NOW + RETRY;
    cz_ocsp_round(&refresher, ROUND_DUE);
    tap_is_int((long long)refresher.task_count, 1, "and then it is asked about");
    end(&refresher);
}

static void test_no_memory(void) {
    size_t amiss = 0;
    bool failed = true;
    for (long nth = 0; failed; nth++) {
        struct refresher refresher;
        begin(&refresher);
        const struct ocsp_record record = tried(NOW - 60, NOW - 1, NOW - 60);
        cz_ocsp_keep(&refresher, key_of(1), &record);
        faults_begin(nth, false);
        cz_ocsp_round(&refresher, ROUND_DUE);
        failed = faults_end();
        amiss += when(&refresher, 1) == 0 || strcmp(kept(&refresher, 1), "response") != 0 ||
                 (when(&refresher, 1) > NOW + RETRY && refresher.task_count == 0);
        end(&refresher);
    }
    tap_ok(amiss == 0, "when memory runs out nothing is given up, nor put off for long");
}

static void spoil(const char *path) {
    stores_damage(path, 20);
}

static void make_link(const char *path) {
    if (unlink(path) != 0 || symlink("/dev/null", path) != 0)
        support_die("no link");
}

static void enlarge(const char *path) {
    if (truncate(path, CZ_OCSP_RECORD_SIZE_MAX) != 0)
        support_die("no large file");
}

static void drop(const char *path) {
    if (unlink(path) != 0)
        support_die("no file to remove");
}

static void test_useless(void) {
    static const struct {
        const char *name;
        void (*deed)(const char *path);
    } cases[] = {{"a record that is damaged is dropped", spoil},
                 {"a link", make_link},
                 {"a file that is too large", enlarge},
                 {"and one that is not there", drop}};
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct refresher refresher;
        begin(&refresher);
        const struct ocsp_record record = tried(NOW - 60, NOW - 1, NOW - 60);
        cz_ocsp_keep(&refresher, key_of(1), &record);
        cases[i].deed(stores_path(support_text("ocsp/0001%060d", 0)));
        cz_ocsp_round(&refresher, ROUND_DUE);
        tap_ok(refresher.ocsp_count == 0 && stores_file_count("ocsp") == 0, "%s", cases[i].name);
        end(&refresher);
    }
}

/* --- what there is no room for --- */

static bool decline(struct task *task, struct error *error) {
    (void)task;
    return cz_error_set(error, "not now");
}

static void vanish(struct task *task, const struct error *error, int64_t again) {
    (void)error;
    (void)again;
    cz_task_finish(task);
}

/* So many others are wanted, and come to nothing. */
static void add_others(struct refresher *refresher, size_t count) {
    static const struct task_kind kind = {.start = decline, .fail = vanish};
    for (size_t i = 0; i < count; i++)
        cz_task_add(refresher, &kind, strdup("http://other.example/"), NULL, true);
}

/* Two records that are not due, and one place. */
static void begin_crowded(struct refresher *refresher) {
    begin(refresher);
    for (uint16_t i = 1; i <= 2; i++) {
        const struct ocsp_record record = tried(NOW - 60, NOW + EVERY, NOW - 60);
        cz_ocsp_keep(refresher, key_of(i), &record);
    }
    add_others(refresher, CZ_TASKS_MAX - 1);
    cz_ocsp_round(refresher, ROUND_ALL);
}

static void test_left_out(void) {
    static const struct {
        const char *name;
        enum round_extent extent;
        int64_t later;
        long long expected;
    } cases[] = {
        {"not at once", ROUND_DUE, 0, 0},
        {"though it is not due it is asked about then", ROUND_DUE, 10, 1},
        {"or when its turn comes", ROUND_LEFT_OUT, 0, 1},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct refresher refresher;
        begin_crowded(&refresher);
        tap_ok(refresher.left_out == 1 && refresher.task_count == CZ_TASKS_MAX &&
                   when(&refresher, 1) == NOW + 10,
               "what there is no room for is left out");
        cz_tasks_release(&refresher);
        const struct ocsp_record record = tried(NOW - 60, NOW + EVERY, NOW - 60);
        cz_ocsp_keep(&refresher, key_of(3), &record);
        refresher.now = NOW + cases[i].later;
        cz_ocsp_round(&refresher, cases[i].extent);
        tap_is_int((long long)refresher.task_count, cases[i].expected, cases[i].name);
        end(&refresher);
    }
}

static bool no_memory;

struct task *__real_cz_task_add(struct refresher *refresher, const struct task_kind *kind,
                                char *url, char *name, bool proven);
struct task *__wrap_cz_task_add(struct refresher *refresher, const struct task_kind *kind,
                                char *url, char *name, bool proven);

struct task *__wrap_cz_task_add(struct refresher *refresher, const struct task_kind *kind,
                                char *url, char *name, bool proven) {
    if (!no_memory)
        return __real_cz_task_add(refresher, kind, url, name, proven);
    free(url);
    free(name);
    return NULL;
}

static void begin_once(struct refresher *refresher) {
    begin(refresher);
    refresher->now = time(NULL);
    refresher->folder = strdup(stores_folder());
    refresher->imports = (struct imports){.pipe = -1};
    for (uint16_t i = 1; i <= 2; i++) {
        const struct ocsp_record record =
            tried(refresher->now - 60, refresher->now + EVERY, refresher->now - 60);
        struct catalogue_source *source =
            cz_source_add(cz_keeper_catalogue(refresher->keeper), SOURCE_POINT,
                          support_text("http://list%u.example/", i));
        source->last_seen = refresher->now;
        source->next_try = refresher->now + EVERY;
        cz_ocsp_keep(refresher, key_of(i), &record);
    }
}

static void end_once(struct refresher *refresher) {
    cz_imports_release(refresher);
    cz_files_release(refresher);
    free(refresher->folder);
    end(refresher);
}

static void test_once(void) {
    static const size_t others[] = {0, CZ_TASKS_MAX - 3, CZ_TASKS_MAX - 1, CZ_TASKS_MAX};
    for (size_t i = 0; i < CZ_COUNT(others); i++) {
        struct refresher refresher;
        struct error error = {0};
        bool all_good = true;
        begin_once(&refresher);
        add_others(&refresher, others[i]);
        sent = 0;
        tap_ok(cz_once_run(&refresher, &all_good, &error) && !all_good && sent == 4,
               "beside %zu others each list and certificate is asked about once", others[i]);
        end_once(&refresher);
    }
}

static void test_never(void) {
    struct refresher refresher;
    struct error error = {0};
    bool all_good = true;
    begin_once(&refresher);
    no_memory = true;
    bool ran = cz_once_run(&refresher, &all_good, &error);
    no_memory = false;
    tap_ok(ran && !all_good && refresher.left_out == 4, "what there is never room for has failed");
    end_once(&refresher);
}

int main(void) {
    stores_begin();
    issuer = forge_certificate(
        &(struct forge){.subject = "m", .issuer = "m", .key = 1, .signer = 1, .ca = true});
    client = forge_certificate(
        &(struct forge){.subject = "c",
                        .issuer = "m",
                        .signer = 1,
                        .parts = {[PART_SERIAL] = DER(DER_INTEGER, TEXT("\x21"))}});
    test_clock();
    test_nobody();
    test_accepted();
    test_kept();
    test_not_kept();
    test_unreadable();
    test_shortage();
    test_no_memory();
    test_useless();
    test_left_out();
    test_once();
    test_never();
    cz_certificate_free(client);
    cz_certificate_free(issuer);
    stores_end();
    return tap_done();
}
