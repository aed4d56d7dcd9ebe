/* certauthzctl reload and status: what the processes that serve say over their sockets. */
#include "base/cleanup.h"
#include "ctl/answer.h"
#include "ctl/command.h"
#include "ctl/control.h"

#include <stdio.h>

typedef void answer_writer(struct buffer *out, const struct control_answer *answer);

char *cz_ctl_control_folder(const struct ctl_arguments *arguments, struct error *error) {
    const char *given = arguments->values[CTL_CONTROL];
    char *folder = given != NULL
                       ? strdup(given)
                       : cz_control_folder(cz_setup_file(arguments->values[CTL_CONFIG]), error);
    if (folder == NULL && error->message[0] == '\0')
        cz_error_set(error, "out of memory");
    return folder;
}

static int put_answer(const struct control_answer *answer, answer_writer *put) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    bool answers = answer->line.len > 0;
    put(&text, answer);
    fputs(cz_buffer_text(&text), answers ? stdout : stderr);
    if (!answers)
        return CTL_ERROR;
    return cz_answer_is_true(cz_buffer_view(&answer->line), "ok") ? CTL_GOOD : CTL_BAD;
}

/* Asks every process, and prints what `put` makes of each answer. The worst of their statuses:
 * CTL_BAD where a reload failed, CTL_ERROR where one does not answer, or none does. */
static int ask_processes(const struct ctl_arguments *arguments, const char *command,
                         answer_writer *put) {
    CZ_CLEANUP(cz_control_answers_release) struct control_answers answers = {0};
    struct error error = {0};
    CZ_CLEANUP(cz_free_ptr) char *folder = cz_ctl_control_folder(arguments, &error);
    int worst = CTL_GOOD;
    if (folder == NULL || !cz_control_ask(folder, command, &answers, &error))
        return cz_ctl_complain(&error);
    for (size_t i = 0; i < answers.count; i++) {
        int status = put_answer(&answers.items[i], put);
        worst = status > worst ? status : worst;
    }
    if (answers.count > 0)
        return fflush(stdout) == 0 ? worst : CTL_ERROR;
    cz_error_set(&error, "%s: no process of certauthz answers there", folder);
    return cz_ctl_complain(&error);
}

static void put_json(struct buffer *out, const struct control_answer *answer) {
    if (answer->line.len == 0)
        cz_control_put_status(out, answer);
    else
        cz_buffer_printf(out, "%s\n", cz_buffer_text(&answer->line));
}

int cz_run_status(const struct ctl_arguments *arguments) {
    bool json = arguments->values[CTL_JSON] != NULL;
    return ask_processes(arguments, "status", json ? put_json : cz_control_put_status);
}

int cz_run_reload(const struct ctl_arguments *arguments) {
    return ask_processes(arguments, "reload", cz_control_put_reload);
}
