/* certauthzctl reload: what the processes that serve say over their sockets. */
#include "ctl/processes.h"

#include "base/cleanup.h"
#include "ctl/answer.h"

#include <stdio.h>
#include <string.h>

char *cz_ctl_control_folder(const struct ctl_arguments *arguments, struct error *error) {
    const char *given = arguments->values[CTL_CONTROL];
    char *folder = given != NULL
                       ? strdup(given)
                       : cz_control_folder(cz_setup_file(arguments->values[CTL_CONFIG]), error);
    if (folder == NULL && error->message[0] == '\0')
        cz_error_set(error, "out of memory");
    return folder;
}

static int take_answer(struct buffer *out, const struct control_answer *answer, answer_writer *put,
                       struct error *silent) {
    CZ_CLEANUP(cz_buffer_release) struct buffer failure = {0};
    if (answer->line.len > 0) {
        put(out, answer);
        return cz_answer_is_true(cz_buffer_view(&answer->line), "ok") ? CTL_GOOD : CTL_BAD;
    }
    put(&failure, answer);
    fputs(cz_buffer_text(&failure), stderr);
    if (silent->message[0] == '\0')
        cz_error_set(silent, "%.*s", (int)strcspn(cz_buffer_text(&failure), "\n"),
                     cz_buffer_text(&failure));
    return CTL_ERROR;
}

bool cz_processes_ask(const struct ctl_arguments *arguments, const char *command,
                      answer_writer *put, struct buffer *out, struct process_counts *counts,
                      struct error *error) {
    CZ_CLEANUP(cz_control_answers_release) struct control_answers answers = {0};
    CZ_CLEANUP(cz_free_ptr) char *folder = cz_ctl_control_folder(arguments, error);
    *counts = (struct process_counts){0};
    if (folder == NULL || !cz_control_ask(folder, command, &answers, error))
        return false;
    for (size_t i = 0; i < answers.count; i++)
        counts->by_status[take_answer(out, &answers.items[i], put, &counts->silent)]++;
    counts->all = answers.count;
    return answers.count > 0 ||
           cz_error_set(error, "%s: no process of certauthz answers there", folder);
}

int cz_run_reload(const struct ctl_arguments *arguments) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct process_counts counts;
    struct error error = {0};
    if (!cz_processes_ask(arguments, "reload", cz_control_put_reload, &out, &counts, &error) ||
        !cz_ctl_print(&out, &error))
        return cz_ctl_complain(&error);
    if (counts.by_status[CTL_ERROR] > 0)
        return CTL_ERROR;
    return counts.by_status[CTL_BAD] > 0 ? CTL_BAD : CTL_GOOD;
}
