/* One request to its reply and its line: which comes first, and what a log that is lost means. */
#include "../tap.h"
#include "json.h"
#include "support.h"

#include "base/cleanup.h"
#include "log/log.h"
#include "server/serve.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "test-log.XXXXXX";
static struct rule rules[] = {
    {.name = (char *)(uintptr_t) "r", .path = (char *)(uintptr_t) "/", .need = NEED_NONE},
};
static struct policy policy = {.rules = {.items = rules, .count = 1}};
static const char *const variables[] = {"REQUEST_METHOD=GET", "REQUEST_URI=/", NULL};

static const struct serve_case {
    const char *what;
    bool full; /* the disk */
    bool required, all_decisions;
    const char *reply; /* its first line */
    bool first;        /* the line is written when the reply is made */
    bool later;        /* the line is handed out */
} cases[] = {
    {"as ever", false, false, true, "Status: 200 OK\r\n", false, true},
    {"as ever, on a full disk", true, false, true, "Status: 200 OK\r\n", false, true},
    {"required", false, true, true, "Status: 200 OK\r\n", true, false},
    {"required, on a full disk", true, true, true, "Status: 500 Internal Server Error\r\n", false,
     false},
    {"required, without a line", true, true, false, "Status: 200 OK\r\n", false, false},
};

static size_t size_of(const char *name) {
    FILE *stream = fopen(name, "r");
    size_t len = 0;
    for (; stream != NULL && fgetc(stream) != EOF; len++)
        ;
    if (stream != NULL)
        fclose(stream);
    return len;
}

static void check(const struct serve_case *c) {
    CZ_CLEANUP(cz_log_close) struct log log;
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    struct error error = {0};
    const char *name = c->full ? "/dev/full" : support_text("%s/log", folder);
    if (!c->full)
        unlink(name);
    struct log_settings settings = {.to = LOG_TO_FILE,
                                    .name = name,
                                    .all_decisions = c->all_decisions,
                                    .refusals = true,
                                    .required = c->required};
    if (!cz_log_open(&log, &settings, &error))
        support_die("%s", error.message);
    struct generation generation = {.setup = {.snapshot = {.policies = &policy, .policy_count = 1}},
                                    .number = 1};
    CZ_CLEANUP(cz_shared_store_release)
    struct shared_store *store = cz_shared_store_open(support_text("%s/store", folder));
    CZ_CLEANUP(cz_inquirer_destroy) struct inquirer inquirer;
    cz_inquirer_init(&inquirer, &log);
    struct generations generations = CZ_GENERATIONS_INIT;
    generation.store = store;
    generations.current = &generation;
    struct service service = {.generations = &generations, .log = &log, .inquirer = &inquirer};
    cz_serve(&service, variables, &reply, &line);
    const char *text = cz_buffer_text(&reply);
    bool granted = strstr(c->reply, "200") != NULL;
    tap_ok(strncmp(text, c->reply, strlen(c->reply)) == 0, "%s: the status", c->what);
    tap_ok((strstr(text, "Variable-") != NULL) == granted &&
               (strstr(text, "Reason: log-unavailable\n") != NULL) == !granted,
           "%s: the rest of the reply", c->what);
    tap_ok((!c->full && size_of(name) > 0) == c->first, "%s: the line at once", c->what);
    tap_ok(line.failed == false && (line.len > 0) == c->later &&
               (!c->later || json_is_line(cz_buffer_view(&line))),
           "%s: the line later", c->what);
    tap_is_int((long long)cz_log_lost(&log), !granted, "and how many were lost");
    tap_ok(atomic_load(&service.granted) == (granted ? 1 : 0) &&
               atomic_load(&service.refused) == (granted ? 0 : 1),
           "%s: counted as what was replied", c->what);
}

/* What the log holds afterwards. */
static const char *serve_once(struct generation *generation, const char *const *asked) {
    CZ_CLEANUP(cz_log_close) struct log log;
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    CZ_CLEANUP(cz_inquirer_destroy) struct inquirer inquirer;
    CZ_CLEANUP(cz_shared_store_release)
    struct shared_store *store = cz_shared_store_open(support_text("%s/store", folder));
    struct error error = {0};
    struct log_settings settings = {.to = LOG_TO_FILE, .name = support_text("%s/log", folder)};
    unlink(settings.name);
    if (!cz_log_open(&log, &settings, &error))
        support_die("%s", error.message);
    cz_inquirer_init(&inquirer, &log);
    struct generations generations = CZ_GENERATIONS_INIT;
    generation->store = store;
    generations.current = generation;
    struct service service = {.generations = &generations, .log = &log, .inquirer = &inquirer};
    cz_serve(&service, asked, &reply, &line);
    return support_content(settings.name);
}

/* A stranger's header is told of once, and a proxy's not at all; a new generation tells again. */
static void test_stranger(void) {
    static const char told[] = "which is not among forwarded.proxies";
    struct address_range proxy;
    struct forwarding forwarding = {
        .variables = {.certificate = (char *)(uintptr_t) "HTTP_X_CLIENT_CERT"},
        .proxies = &proxy,
        .proxy_count = 1};
    cz_address_range_parse("192.0.2.1", &proxy);
    static const struct {
        const char *address, *header;
        uint64_t number;
        bool tells;
    } steps[] = {
        {"REMOTE_ADDR=192.0.2.1", "HTTP_X_CLIENT_CERT=x", 1, false},
        {"REMOTE_ADDR=192.0.2.2", "HTTP_X_CLIENT_CERT=", 1, false},
        {"REMOTE_ADDR=192.0.2.2", "OTHER=x", 1, false},
        {"REMOTE_ADDR=192.0.2.2\n", "HTTP_X_CLIENT_CERT=x", 1, true},
        {"REMOTE_ADDR=192.0.2.3", "HTTP_X_CLIENT_CERT=x", 1, false},
        {"REMOTE_ADDR=192.0.2.3", "HTTP_X_CLIENT_CERT=x", 2, true},
    };
    struct generation generation = {
        .setup = {.snapshot = {.policies = &policy, .policy_count = 1, .forwarding = forwarding}}};
    for (size_t i = 0; i < CZ_COUNT(steps); i++) {
        const char *const asked[] = {variables[0], variables[1], steps[i].address, steps[i].header,
                                     NULL};
        if (steps[i].number != generation.number)
            atomic_init(&generation.stranger_told, false);
        generation.number = steps[i].number;
        const char *log = serve_once(&generation, asked);
        tap_ok((strstr(log, told) != NULL) == steps[i].tells, "%s, %s, generation %d: %s",
               steps[i].address, steps[i].header, (int)steps[i].number,
               steps[i].tells ? "told" : "not told");
        tap_ok(!steps[i].tells || strstr(log, "\"level\":\"warning\"") != NULL, "as a warning");
    }
}

int main(void) {
    if (!cz_rules_index(&policy.rules))
        support_die("out of memory");
    if (mkdtemp(folder) == NULL)
        support_die("mkdtemp");
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        check(&cases[i]);
    test_stranger();
    return system(support_text("rm -rf '%s'", folder)) == 0 ? tap_done() : 1;
}
