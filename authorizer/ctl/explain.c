/* certauthzctl explain: why would this certificate get this answer for this request? */
#include "base/cleanup.h"
#include "ctl/answer.h"
#include "ctl/command.h"
#include "ctl/control.h"
#include "ctl/explanation.h"
#include "ctl/log_line.h"
#include "ctl/presented.h"
#include "ctl/question.h"
#include "ctl/store_at_hand.h"

/* Options that are texts of the question. */
static const struct {
    enum ctl_option option;
    size_t offset;
} texts[] = {
    {CTL_METHOD, offsetof(struct question, method)},
    {CTL_URI, offsetof(struct question, uri)},
    {CTL_REDIRECT_URI, offsetof(struct question, redirect_uri)},
    {CTL_HOST, offsetof(struct question, host)},
    {CTL_ADDRESS, offsetof(struct question, address)},
    {CTL_POLICY, offsetof(struct question, policy)},
    {CTL_VERIFY, offsetof(struct question, verify)},
};

/* What a line of the log always says. */
static const struct {
    enum ctl_option option;
    const char *name;
} said_by_line[] = {
    {CTL_URI, "--uri"},       {CTL_REDIRECT_URI, "--redirect-uri"},
    {CTL_METHOD, "--method"}, {CTL_POLICY, "--policy"},
    {CTL_TIME, "--time"},
};

static bool check_options(const struct ctl_arguments *arguments, struct error *error) {
    if (arguments->values[CTL_LOG] == NULL && arguments->values[CTL_URI] == NULL)
        return cz_error_set(error, "explain needs --uri, or --log with a line of the log");
    if (arguments->values[CTL_CHAIN] != NULL && arguments->values[CTL_CERT] == NULL)
        return cz_error_set(error, "--chain goes with --cert");
    if (arguments->values[CTL_FORWARDED] != NULL && arguments->values[CTL_LOG] != NULL)
        return cz_error_set(error, "--forwarded does not go with --log: give the certificate by "
                                   "--cert");
    if (arguments->values[CTL_CONTROL] != NULL && arguments->values[CTL_RUNNING] == NULL)
        return cz_error_set(error, "--control goes with --running");
    for (size_t i = 0; arguments->values[CTL_LOG] != NULL && i < CZ_COUNT(said_by_line); i++)
        if (arguments->values[said_by_line[i].option] != NULL)
            return cz_error_set(error, "%s does not go with --log: the line says it",
                                said_by_line[i].name);
    return true;
}

/* Whether the certificate at hand is the one that the line is about. */
static bool check_digest(const struct question *question, const struct buffer *logged,
                         const char *file, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer digest = {0};
    if (logged->len == 0 && file == NULL)
        return true;
    if (logged->len == 0)
        return cz_error_set(error, "%s: the line of the log names no certificate; leave --cert out",
                            file);
    if (file == NULL)
        return cz_error_set(error,
                            "the line of the log is about the certificate with the SHA-256 %s; "
                            "give it by --cert",
                            cz_buffer_text(logged));
    if (!cz_presented_digest(question, &digest))
        return cz_error_set(error, "out of memory");
    return cz_bytes_equal(cz_buffer_view(&digest), cz_buffer_view(logged)) ||
           cz_error_set(error,
                        "%s: its SHA-256 is %s, and the line of the log is about the certificate "
                        "with %s",
                        file, digest.len > 0 ? cz_buffer_text(&digest) : "unknown",
                        cz_buffer_text(logged));
}

static bool take_line(const struct ctl_arguments *arguments, struct question *question,
                      struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer sha256 = {0};
    const char *given = arguments->values[CTL_LOG];
    if (strcmp(given, "-") == 0) {
        if (!cz_ctl_read("-", &line, error))
            return false;
    } else {
        cz_buffer_puts(&line, given);
    }
    return cz_question_from_line(cz_buffer_view(&line), question, &sha256, error) &&
           check_digest(question, &sha256, arguments->values[CTL_CERT], error);
}

static bool take_texts(const struct ctl_arguments *arguments, struct question *question,
                       struct error *error) {
    for (size_t i = 0; i < CZ_COUNT(texts); i++) {
        const char *value = arguments->values[texts[i].option];
        struct buffer *place = (struct buffer *)(void *)((char *)question + texts[i].offset);
        if (value != NULL)
            cz_buffer_puts(place, value);
        if (place->failed)
            return cz_error_set(error, "out of memory");
    }
    return true;
}

/* What the command line asks. The caller releases `question` in either case. */
static bool ask(const struct ctl_arguments *arguments, struct question *question,
                struct error *error) {
    const char *certificate = arguments->values[CTL_CERT], *chain = arguments->values[CTL_CHAIN];
    const char *forwarded = arguments->values[CTL_FORWARDED];
    *question = (struct question){.json = arguments->values[CTL_JSON] != NULL};
    if (!check_options(arguments, error) || !cz_ctl_time(arguments, &question->now, error) ||
        !cz_ctl_colour(arguments, &question->colour, error) ||
        !take_texts(arguments, question, error) ||
        (certificate != NULL && !cz_presented_read(certificate, question, error)) ||
        (forwarded != NULL && !cz_presented_header(forwarded, question, error)) ||
        (chain != NULL && !cz_presented_chain(chain, question, error)))
        return false;
    if (arguments->values[CTL_LOG] != NULL)
        return take_line(arguments, question, error);
    if (question->method.len == 0)
        cz_buffer_puts(&question->method, "GET");
    return !question->method.failed || cz_error_set(error, "out of memory");
}

/* The first process that answers stands for all: they have the same configuration, unless one of
 * them could not load it. */
static bool take_report(const struct control_answers *answers, struct buffer *report, bool *granted,
                        struct error *error) {
    for (size_t i = 0; i < answers->count; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer cause = {0};
        struct bytes line = cz_buffer_view(&answers->items[i].line);
        *granted = cz_answer_is_true(line, "granted");
        if (line.len > 0 && cz_answer_is_true(line, "ok") &&
            cz_answer_member(line, "report", report))
            return true;
        if (line.len > 0 && cz_answer_member(line, "error", &cause))
            return cz_error_set(error, "process %d: %s", answers->items[i].pid,
                                cz_buffer_text(&cause));
        cz_error_set(error, "process %d: %s", answers->items[i].pid,
                     answers->items[i].error.message);
    }
    return cz_error_set(error, "no process of certauthz answers; without --running the "
                               "configuration on the disk is asked");
}

static bool ask_running(const struct ctl_arguments *arguments, const struct question *question,
                        struct buffer *report, bool *granted, struct error *error) {
    CZ_CLEANUP(cz_control_answers_release) struct control_answers answers = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer command = {0};
    CZ_CLEANUP(cz_free_ptr) char *folder = cz_ctl_control_folder(arguments, error);
    cz_buffer_puts(&command, "explain ");
    cz_question_write(&command, question);
    if (command.failed)
        return cz_error_set(error, "out of memory");
    return folder != NULL && cz_control_ask(folder, cz_buffer_text(&command), &answers, error) &&
           take_report(&answers, report, granted, error);
}

static bool ask_disk(const struct ctl_arguments *arguments, const struct question *question,
                     struct buffer *report, bool *granted, struct error *error) {
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_store_at_hand_release) struct store_at_hand store = {0};
    return cz_ctl_load(arguments, &setup, error) &&
           cz_store_at_hand_open(&setup.config, &store, error) &&
           cz_explain_answer(&setup, cz_store_holdings(store.view), question, report, granted,
                             error);
}

int cz_run_explain(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_question_release) struct question question = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer report = {0};
    struct error error = {0};
    bool granted = false, running = arguments->values[CTL_RUNNING] != NULL;
    if (!ask(arguments, &question, &error) ||
        !(running ? ask_running : ask_disk)(arguments, &question, &report, &granted, &error) ||
        !cz_ctl_print(&report, &error))
        return cz_ctl_complain(&error);
    return granted ? CTL_GOOD : CTL_BAD;
}
