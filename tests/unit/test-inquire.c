/*
 * Decisions for which certauthz-refresh is asked: when, how often, by whom, and what the log is
 * told. Every answer of the refresher here is to bar the certificate, so that it shows whether the
 * decision was made anew.
 */
#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"
#include "pem/pem.h"
#include "query/query.h"
#include "reason/reason.h"
#include "server/inquire.h"
#include "server/loop.h"
#include "store/deny_file.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/stat.h>

#define PATIENCE 100u /* seconds, after which the program is taken to hang */
#define THREADS 4
#define CERTIFICATES 6
#define SHORT "1" /* seconds, where all of them pass */
#define LONG "60" /* where none of them is meant to */

#define CONFIG(budget, mode)                                                                       \
    "trust: { anchors = [ \"root.pem\" ]; };\n"                                                    \
    "revocation: { mode = \"" mode "\"; store = \"store\"; time_budget = " budget "; };\n"         \
    "rules = ( { path = \"/\"; certificate = \"required\"; } );\n"

static struct log log_to_file;

/* --- certificates that name a distribution point */

static struct bytes points(void) {
    return support_extension(
        OID_CRL_DISTRIBUTION_POINTS, false,
        DER(DER_SEQUENCE,
            DER(DER_SEQUENCE,
                DER(0xa0, DER(0xa0, DER(0x86, TEXT("http://crl.example/list.crl")))))));
}

/* Each is made once: a signature never comes out twice the same. */
static struct bytes certificate(unsigned number) {
    static struct bytes made[CERTIFICATES];
    if (made[number].data != NULL)
        return made[number];
    const struct bytes more[] = {points(), {0}};
    struct forge forge = {.subject = support_text("client %u", number),
                          .issuer = "Root",
                          .key = number + 1,
                          .more = more};
    return made[number] = support_pem(forge_der(&forge));
}

static void write_root(void) {
    struct forge root = {.subject = "Root", .issuer = "Root", .ca = true, .use_omitted = true};
    struct bytes pem = support_pem(forge_der(&root));
    scratch_write("root.pem", (const char *)pem.data);
}

/* --- the refresher */

static struct refresher {
    int listener;
    pthread_t thread;
    atomic_uint waiting_for; /* requests that have to wait before it answers */
    atomic_bool silent;      /* it never does */
    atomic_uint asked, noted;
} refresher;

static atomic_uint waiting_now;

static bool bar(void *context, struct deny_list *list, struct error *error) {
    struct deny_entry entry = {.text = strdup("x"), .reason = strdup("asked"), .since = 1};
    memcpy(entry.digest, context, sizeof entry.digest);
    return cz_deny_list_add(list, &entry) || cz_error_set(error, "it is there already");
}

static void bar_certificate(struct bytes pem) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    CZ_CLEANUP(cz_certificate_release) struct certificate *found = NULL;
    struct error error = {0};
    const char *detail;
    if (cz_pem_next(&pem, &der, &detail) != PEM_OK ||
        cz_certificate_parse(cz_buffer_view(&der), &found, &detail) != CERTIFICATE_OK ||
        !cz_deny_file_change(scratch_path("store"), bar, found->sha256, &error))
        support_die("it cannot be barred: %s", error.message);
}

static void answer(int peer) {
    CZ_CLEANUP(cz_buffer_release) struct buffer got = {0};
    struct query query = {.waits = false};
    char piece[4096];
    ssize_t len;
    while (cz_query_parse(cz_buffer_view(&got), &query) == QUERY_INCOMPLETE &&
           (len = recv(peer, piece, sizeof piece, 0)) > 0)
        cz_buffer_append(&got, piece, (size_t)len);
    atomic_fetch_add(query.waits ? &refresher.asked : &refresher.noted, 1);
    if (!query.waits)
        return;
    while (atomic_load(&waiting_now) < atomic_load(&refresher.waiting_for))
        sched_yield();
    if (atomic_load(&refresher.silent)) {
        while (recv(peer, piece, sizeof piece, 0) > 0)
            ;
        return;
    }
    bar_certificate(query.certificates);
    if (send(peer, "done\n", 5, MSG_NOSIGNAL) != 5)
        support_die("nobody waits for the answer");
}

static void *refresh(void *unused) {
    int peer;
    while ((peer = accept4(refresher.listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        answer(peer);
        close(peer);
    }
    return unused;
}

static void refresher_start(void) {
    mkdir(scratch_path("store"), 0755);
    refresher.listener = scratch_listener(scratch_path("store/" CZ_QUERY_SOCKET));
    atomic_store(&refresher.asked, 0);
    atomic_store(&refresher.noted, 0);
    if (pthread_create(&refresher.thread, NULL, refresh, NULL) != 0)
        support_die("no thread can be started");
}

static void refresher_stop(void) {
    shutdown(refresher.listener, SHUT_RDWR);
    pthread_join(refresher.thread, NULL);
    close(refresher.listener);
    unlink(scratch_path("store/" CZ_QUERY_SOCKET));
}

/* --- who asks */

struct process {
    struct inquirer inquirer;
    struct generation *generation;
};

static unsigned count_waiting(void *context, unsigned milliseconds) {
    (void)context;
    atomic_fetch_add(&waiting_now, 1);
    return milliseconds;
}

static void count_no_more(void *context) {
    (void)context;
    atomic_fetch_sub(&waiting_now, 1);
}

static unsigned forbid(void *context, unsigned milliseconds) {
    (void)milliseconds;
    atomic_fetch_add((atomic_uint *)context, 1);
    return 0;
}

static void process_open(struct process *process, const char *config) {
    struct error error = {0};
    unlink(scratch_path("log"));
    if (system(support_text("rm -rf '%s'", scratch_path("store"))) != 0)
        support_die("the store cannot be removed");
    scratch_write("test.conf", config);
    const struct log_settings settings = {.to = LOG_TO_FILE, .name = scratch_path("log")};
    process->generation = cz_generation_load(scratch_path("test.conf"), &error);
    if (process->generation == NULL || !cz_log_open(&log_to_file, &settings, &error))
        support_die("%s", error.message);
    cz_inquirer_init(&process->inquirer, &log_to_file);
    process->inquirer.waiting = (struct waiting){.begin = count_waiting, .end = count_no_more};
}

static void process_close(struct process *process) {
    cz_inquirer_destroy(&process->inquirer);
    cz_generation_free(&process->generation);
    cz_log_close(&log_to_file);
}

/* The slug of the decision's reason. */
static const char *outcome(struct process *process, struct bytes pem) {
    const char *const variables[] = {
        "REQUEST_METHOD=GET", "REQUEST_URI=/", "SSL_CLIENT_VERIFY=SUCCESS",
        support_text("SSL_CLIENT_CERT=%s", (const char *)pem.data), NULL};
    struct request request;
    struct timespec wall;
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    clock_gettime(CLOCK_REALTIME, &wall);
    cz_request_read(&request, variables);
    cz_inquire(&process->inquirer, process->generation, &request, &wall, &decision);
    return cz_reason_info(decision.reason)->slug;
}

/* How many lines of the log hold the text. */
static unsigned told(const char *text) {
    char line[4096];
    unsigned count = 0;
    FILE *stream = fopen(scratch_path("log"), "r");
    while (stream != NULL && fgets(line, sizeof line, stream) != NULL)
        count += strstr(line, text) != NULL;
    if (stream != NULL)
        fclose(stream);
    return count;
}

/* --- the tests */

static void test_asking(void) {
    struct process process;
    process_open(&process, CONFIG(LONG, "online"));
    refresher_start();
    tap_is(outcome(&process, certificate(1)), "on-deny-list",
           "what the store does not know is asked for, and decided anew");
    tap_is_int(atomic_load(&refresher.asked), 1, "by one query");
    tap_is(outcome(&process, certificate(1)), "on-deny-list", "again it is as the store says");
    tap_is_int(atomic_load(&refresher.asked), 1, "and nobody is asked");
    tap_ok(atomic_load(&process.inquirer.queries) == 1 &&
               atomic_load(&process.inquirer.timed_out) == 0 &&
               atomic_load(&process.inquirer.failed) == 0 && atomic_load(&waiting_now) == 0,
           "which is counted");
    tap_is_int(told(""), 0, "and the log is told nothing");
    refresher_stop();
    process_close(&process);
}

static void test_offline(void) {
    struct process process;
    process_open(&process, CONFIG(LONG, "offline"));
    refresher_start();
    tap_is(outcome(&process, certificate(1)), "revocation-unknown", "offline, the store decides");
    tap_is_int(atomic_load(&refresher.asked), 0, "and nobody is asked");
    refresher_stop();
    process_close(&process);
}

static void test_silence(void) {
    struct process process;
    process_open(&process, CONFIG(SHORT, "online"));
    atomic_store(&refresher.silent, true);
    refresher_start();
    int64_t begin = cz_loop_now();
    tap_is(outcome(&process, certificate(1)), "revocation-unknown",
           "what is not answered is decided by the store");
    tap_ok(cz_loop_now() - begin >= 999, "after the time that was given");
    begin = cz_loop_now();
    tap_is(outcome(&process, certificate(1)), "revocation-unknown", "the next time too");
    tap_is_int(atomic_load(&refresher.asked), 1, "without asking again");
    tap_is_int((long long)atomic_load(&process.inquirer.timed_out), 1, "which is counted");
    tap_is_int(told("refresh.socket: no answer in time"), 1, "and told");
    tap_is(cz_refresher_state_name((enum refresher_state)atomic_load(&process.inquirer.refresher)),
           "in trouble", "and known");
    tap_is(outcome(&process, certificate(2)), "revocation-unknown", "of another one it is asked");
    tap_is_int(told("refresh.socket: no answer in time"), 1, "but it is told only once a minute");
    atomic_store(&refresher.silent, false);
    tap_is(outcome(&process, certificate(3)), "on-deny-list", "when it answers, it is believed");
    refresher_stop();
    process_close(&process);
}

static void test_absence(void) {
    struct process process;
    process_open(&process, CONFIG(LONG, "online"));
    for (unsigned i = 1; i < 4; i++)
        tap_is(outcome(&process, certificate(i)), "revocation-unknown",
               "without a refresher the store decides");
    tap_is_int(told("refresh.socket: certauthz-refresh does not run: start it, or name its store "
                    "in revocation.store; until then revocation.on says what happens to "
                    "certificates that the store tells nothing of"),
               1, "and the log is told so once");
    tap_is_int((long long)atomic_load(&process.inquirer.failed), 3, "which is counted");
    refresher_start();
    tap_is(outcome(&process, certificate(4)), "on-deny-list", "when there is one, it is asked");
    tap_is_int(told("certauthz-refresh runs again"), 1, "and the log is told that too");
    refresher_stop();
    tap_is(outcome(&process, certificate(5)), "revocation-unknown", "when it is gone again");
    tap_is_int(told("certauthz-refresh does not run"), 2, "that is told again");
    process_close(&process);
}

struct asker {
    struct process *process;
    const char *outcome;
    struct bytes pem;
    pthread_t thread;
};

static void *ask(void *argument) {
    struct asker *asker = argument;
    asker->outcome = outcome(asker->process, asker->pem);
    return NULL;
}

/* The refresher answers only when all of them wait. */
static void test_sharing(void) {
    struct process process;
    struct asker askers[THREADS];
    bool good = true;
    process_open(&process, CONFIG(LONG, "online"));
    atomic_store(&refresher.waiting_for, THREADS);
    refresher_start();
    struct bytes pem = certificate(1);
    for (size_t i = 0; i < THREADS; i++) {
        askers[i] = (struct asker){.process = &process, .pem = pem};
        if (pthread_create(&askers[i].thread, NULL, ask, &askers[i]) != 0)
            support_die("no thread can be started");
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, NULL);
        good &= strcmp(askers[i].outcome, "on-deny-list") == 0;
    }
    tap_ok(good, "4 requests at once are all decided by the answer");
    tap_is_int(atomic_load(&refresher.asked), 1, "to one query");
    atomic_store(&refresher.waiting_for, 0);
    refresher_stop();
    process_close(&process);
}

static void test_no_time(void) {
    struct process process;
    atomic_uint forbidden = 0;
    process_open(&process, CONFIG(LONG, "online"));
    refresher_start();
    process.inquirer.waiting = (struct waiting){.begin = forbid, .context = &forbidden};
    tap_is(outcome(&process, certificate(1)), "revocation-unknown",
           "who may not wait is answered by the store");
    tap_ok(atomic_load(&forbidden) == 1 && atomic_load(&refresher.asked) == 0, "and does not ask");
    process.inquirer.waiting = (struct waiting){0};
    tap_is(outcome(&process, certificate(1)), "on-deny-list", "the next one who may, does");
    refresher_stop();
    process_close(&process);
}

/* As CGI: a program is started where nobody listens, and only there. */
static void test_program(void) {
    struct process process;
    process_open(&process, CONFIG(LONG, "online"));
    scratch_write("program",
                  support_text("#!/bin/sh\necho \"$@\" >>%s\necho done\n", scratch_path("runs")));
    chmod(scratch_path("program"), 0755);
    process.inquirer.program = scratch_path("program");
    process.inquirer.config_file = "f";
    tap_is(outcome(&process, certificate(1)), "revocation-unknown", "a program is asked");
    tap_ok(access(scratch_path("runs"), F_OK) == 0 && atomic_load(&process.inquirer.failed) == 0,
           "where no refresher runs");
    tap_is_int(told(""), 0, "which is nothing to tell");
    unlink(scratch_path("runs"));
    refresher_start();
    tap_is(outcome(&process, certificate(2)), "on-deny-list", "where one runs, that is asked");
    tap_ok(access(scratch_path("runs"), F_OK) != 0, "and no program is started");
    refresher_stop();
    process.inquirer.program = "/nonexistent/program";
    tap_is(outcome(&process, certificate(3)), "revocation-unknown", "one that is not there");
    tap_is_int(told("/nonexistent/program: cannot be started: No such file or directory"), 1,
               "is told");
    process_close(&process);
}

/* Now, and not some time. */
static const char *look(const struct process *process) {
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = cz_store_hold(process->generation->store->store, true);
    return support_text("%s", cz_store_view_problem(view));
}

static void test_problems(void) {
    struct process process;
    struct error error = {0};
    process_open(&process, CONFIG(LONG, "offline"));
    mkdir(scratch_path("store"), 0755);
    scratch_write("store/deny", "nonsense\n");
    cz_generation_free(&process.generation);
    process.generation = cz_generation_load(scratch_path("test.conf"), &error);
    tap_ok(look(&process)[0] != '\0', "a deny list that cannot be read");
    for (int i = 0; i < 3; i++)
        tap_is(outcome(&process, certificate(1)), "internal-error",
               "while nobody knows who is on it, everybody is refused");
    tap_is_int(told("store/deny: "), 1, "and the log is told why, once");
    scratch_replace("store/deny", "certauthz-deny-list 1\nend 0\n");
    tap_is(look(&process), "", "when it is mended");
    tap_is(outcome(&process, certificate(1)), "revocation-unknown", "it counts");
    tap_is_int(told("the revocation store can be read again"), 1, "and the log is told that too");
    process_close(&process);
}

int main(void) {
    alarm(PATIENCE);
    scratch_open();
    write_root();
    test_asking();
    test_offline();
    test_silence();
    test_absence();
    test_sharing();
    test_no_time();
    test_program();
    test_problems();
    scratch_close();
    return tap_done();
}
