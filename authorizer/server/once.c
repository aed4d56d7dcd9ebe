#include "server/once.h"

#include "base/cleanup.h"
#include "config/logging.h"
#include "query/query.h"
#include "response/response.h"
#include "server/serve.h"

#include <stdio.h>

const char *cz_once_text(const struct buffer *reply) {
    return reply->failed || reply->len == 0 ? cz_response_failure() : cz_buffer_text(reply);
}

static void answer(const struct once *once, struct generations *generations, const struct log *log,
                   struct buffer *reply) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    CZ_CLEANUP(cz_free_ptr) char *program = cz_query_program();
    CZ_CLEANUP(cz_inquirer_destroy) struct inquirer inquirer;
    cz_inquirer_init(&inquirer, log);
    inquirer.program = program;
    inquirer.config_file = once->file;
    struct service service = {
        .generations = generations, .log = log, .inquirer = &inquirer, .policy = once->policy};
    cz_serve(&service, once->variables, reply, &line);
    cz_log_write(log, &line);
}

static bool load_and_answer(const struct once *once, struct buffer *reply, struct error *error) {
    CZ_CLEANUP(cz_log_close) struct log log = {0};
    CZ_CLEANUP(cz_generations_release) struct generations generations = CZ_GENERATIONS_INIT;
    struct generation *generation = cz_generation_load(once->file, error);
    if (generation == NULL)
        return false;
    cz_generations_publish(&generations, generation);
    if (generation->setup.notices.len > 0)
        fprintf(stderr, "certauthz: %s", cz_buffer_text(&generation->setup.notices));
    if (!cz_config_log_open(&generation->setup.config, &log, error))
        return false;
    answer(once, &generations, &log, reply);
    return true;
}

bool cz_serve_once(const struct once *once, struct buffer *reply, struct error *error) {
    bool good = load_and_answer(once, reply, error);
    if (!good)
        cz_buffer_puts(reply, cz_response_failure());
    return good;
}
