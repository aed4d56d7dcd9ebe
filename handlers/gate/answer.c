#include "answer.h"

#include "approval.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "base/variables.h"
#include "call.h"
#include "environment.h"
#include "output.h"
#include "server/once.h"
#include "server/program.h"
#include "tree.h"
#include "type.h"
#include "url.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

/* One request's. */
struct job {
    const struct gate_settings *settings;
    struct gate_call call;
    const char *folder; /* borrowed from the settings */
    struct gate_found found;
    char *file;             /* owned; the name of what was found */
    struct buffer decision; /* what certauthz said */
    struct bytes claims;    /* borrowed from that */
};

static void job_release(struct job *job) {
    gate_call_release(&job->call);
    gate_found_release(&job->found);
    free(job->file);
    cz_buffer_release(&job->decision);
}

static bool write_text(const struct job *job, const char *text) {
    gate_body_drain(job->call.variables);
    return cz_write_all(STDOUT_FILENO, text, strlen(text));
}

static bool refuse(const struct job *job, enum gate_refusal refusal) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    gate_refuse(&reply, refusal, job->call.head);
    return write_text(job, cz_once_text(&reply));
}

/* --- the file ---------------------------------------------------------------------------- */

static struct gate_version version_of(const struct stat *status, int64_t now) {
    struct gate_version version = {.size = (uint64_t)status->st_size,
                                   .modified = status->st_mtime < now ? status->st_mtime : now,
                                   .now = now};
    snprintf(version.tag, sizeof version.tag, "\"%llx-%llx-%llx-%llx\"",
             (unsigned long long)status->st_ino, (unsigned long long)status->st_size,
             (unsigned long long)status->st_mtim.tv_sec * 1000000000u +
                 (unsigned long long)status->st_mtim.tv_nsec,
             (unsigned long long)status->st_ctim.tv_sec * 1000000000u +
                 (unsigned long long)status->st_ctim.tv_nsec);
    return version;
}

static bool send_file(const struct job *job) {
    const struct gate_call *call = &job->call;
    CZ_CLEANUP(cz_close_fd) int file = gate_tree_open(&job->found);
    if (file < 0)
        return refuse(job, REFUSE_UNREADABLE);
    struct gate_version version = version_of(&job->found.status, time(NULL));
    struct gate_wish wish;
    struct gate_reply reply;
    gate_wish_read(&wish, &version, call->variables);
    gate_reply_file(&reply, &wish, &version, gate_type(job->file), call->head);
    bool good = !reply.text.failed;
    if (good) {
        gate_body_drain(call->variables);
        good = gate_reply_write(&reply, file);
    } else {
        refuse(job, REFUSE_FAILURE);
    }
    cz_buffer_release(&reply.text);
    return good;
}

static bool hand_over_file(const struct job *job) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    gate_reply_sendfile(&reply, job->file);
    return write_text(job, cz_once_text(&reply));
}

static bool serve_file(const struct job *job) {
    if (job->found.rest > 0)
        return refuse(job, REFUSE_NOT_FOUND);
    if (strcmp(job->call.method, "GET") != 0 && !job->call.head)
        return refuse(job, REFUSE_METHOD);
    return job->settings->x_sendfile ? hand_over_file(job) : send_file(job);
}

/* --- the program ------------------------------------------------------------------------- */

/* Only comes back where it fails. Programs expect to be in their own folder (RFC 3875 section
 * 7.2), and to be ended by a pipe that nobody reads. */
static void become(const char *program, const char *file, char *const *variables) {
    CZ_CLEANUP(cz_free_ptr) char *folder = strndup(file, (size_t)(strrchr(file, '/') - file));
    char *given[] = {(char *)(uintptr_t)(program != NULL ? program : file),
                     program != NULL ? (char *)(uintptr_t)file : NULL, NULL};
    if (folder == NULL || chdir(folder) != 0)
        return;
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_DFL);
    execve(given[0], given, variables);
    int cause = errno;
    signal(SIGPIPE, SIG_IGN);
    errno = cause;
}

static bool run_program(const struct job *job, const struct gate_program *program,
                        struct error *error) {
    CZ_CLEANUP(gate_environment_release) struct gate_environment environment = {0};
    const char *by = program->program.text;
    gate_environment_run(&environment, &job->call, job->found.rest, job->claims, by != NULL);
    errno = ENOMEM;
    if (!environment.failed)
        become(by, job->file, environment.items);
    cz_error_set(error, "%s cannot be run: %s", by != NULL ? by : job->file, strerror(errno));
    refuse(job, REFUSE_FAILURE);
    return false;
}

static bool serve(const struct job *job, struct error *error) {
    if (job->found.kind != GATE_FILE)
        return refuse(job, REFUSE_NOT_FOUND);
    const struct gate_program *program = gate_settings_program(job->settings, job->file);
    return program != NULL ? run_program(job, program, error) : serve_file(job);
}

/* --- what is asked for ------------------------------------------------------------------- */

static bool ends_with_slash(const struct buffer *path) {
    return path->len > 0 && path->data[path->len - 1] == '/';
}

/* Puts the first index that is there in the folder's place. */
static bool find_index(struct job *job, struct error *error) {
    const struct config_texts *index = &job->settings->index;
    struct gate_call *call = &job->call;
    size_t url = call->url.len, file = call->file.len;
    for (size_t i = 0; i < index->count; i++) {
        CZ_CLEANUP(gate_found_release) struct gate_found found = {.fd = -1};
        cz_buffer_puts(&call->url, index->items[i].text);
        cz_buffer_puts(&call->file, index->items[i].text);
        if (call->url.failed || call->file.failed)
            return cz_error_set(error, "out of memory");
        if (!gate_tree_find(job->folder, call->file.data, false, &found, error))
            return false;
        if (found.kind == GATE_FILE) {
            gate_found_release(&job->found);
            job->found = found;
            found.fd = -1;
            return true;
        }
        cz_buffer_truncate(&call->url, url);
        cz_buffer_truncate(&call->file, file);
    }
    return true;
}

/* The server may have left the slash of a folder's name away. */
static void end_file_with_slash(struct gate_call *call) {
    if (!ends_with_slash(&call->file))
        cz_buffer_putc(&call->file, '/');
}

static bool find(struct job *job, struct error *error) {
    struct gate_call *call = &job->call;
    if (!gate_tree_find(job->folder, cz_buffer_text(&call->file), false, &job->found, error))
        return false;
    if (job->found.kind != GATE_FOLDER || !ends_with_slash(&call->url))
        return true;
    end_file_with_slash(call);
    return find_index(job, error);
}

/* What follows the program's name in the file's is its PATH_INFO in the URL too, unless the two
 * have been torn apart by an alias that ends inside it. */
static bool rest_agrees(const struct job *job) {
    const struct buffer *url = &job->call.url, *file = &job->call.file;
    size_t rest = job->found.rest;
    return rest <= url->len &&
           memcmp(url->data + url->len - rest, file->data + file->len - rest, rest) == 0;
}

static bool ask(struct job *job, struct error *error) {
    CZ_CLEANUP(gate_environment_release) struct gate_environment environment = {0};
    gate_environment_ask(&environment, &job->call);
    if (environment.failed)
        return cz_error_set(error, "out of memory");
    struct once once = {.file = job->settings->configuration,
                        .policy = job->settings->policy.text,
                        .variables = (const char *const *)environment.items};
    return cz_serve_once(&once, &job->decision, error);
}

static bool complain(const struct gate_call *call, const char *problem) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    cz_json_string(&line, cz_bytes_of(cz_variable(call->variables, "REQUEST_URI")));
    fprintf(stderr, "gate: %s refused: %s\n", cz_buffer_text(&line), problem);
    return true;
}

/* lighttpd has one look-up for both. Apache sets DOCUMENT_ROOT last of all, past any SetEnv. */
static bool is_mapped(const struct job *job) {
    const struct gate_call *call = &job->call;
    if (job->settings->server != GATE_APACHE)
        return true;
    const struct gate_alias *alias = gate_settings_alias(job->settings, call->url.data);
    return alias != NULL
               ? gate_call_agrees(call, alias->url.text, alias->folder.text)
               : gate_call_agrees(call, "", cz_variable(call->variables, "DOCUMENT_ROOT"));
}

/* Whether a refusal is due before anybody is asked; `refusal` is then which. */
static bool is_no_call(struct job *job, enum gate_refusal *refusal) {
    struct gate_call *call = &job->call;
    const struct gate_settings *settings = job->settings;
    const char *problem = gate_call_read(call, (enum gate_server)settings->server, call->variables);
    *refusal = REFUSE_CALL;
    if (problem != NULL)
        return complain(call, problem);
    *refusal = REFUSE_PATH;
    problem = gate_url_problem(cz_buffer_view(&call->url));
    if (problem != NULL)
        return complain(call, problem);
    *refusal = REFUSE_NOT_FOUND;
    if (!is_mapped(job))
        return complain(
            call, "its path is that of another file: an Alias has to stand in gate.conf's aliases");
    job->folder = gate_settings_folder(settings, cz_buffer_text(&call->file));
    return job->folder == NULL && complain(call, "its file is in none of gate.conf's folders");
}

static bool name_found(struct job *job, struct error *error) {
    const struct buffer *name = &job->call.file;
    job->file = strndup(cz_buffer_text(name), name->len - job->found.rest);
    return job->file != NULL || cz_error_set(error, "out of memory");
}

static bool approve(struct job *job, struct error *error) {
    return find(job, error) && name_found(job, error) && ask(job, error);
}

static bool answer(struct job *job, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer to_folder = {0};
    if (!approve(job, error)) {
        refuse(job, REFUSE_FAILURE);
        return false;
    }
    if (!gate_approval_read(cz_buffer_view(&job->decision), &job->claims))
        return write_text(job, cz_once_text(&job->decision));
    if (!rest_agrees(job))
        return refuse(job, REFUSE_NOT_FOUND);
    if (job->found.kind != GATE_FOLDER || ends_with_slash(&job->call.url))
        return serve(job, error);
    gate_reply_to_folder(&to_folder, &job->call);
    return write_text(job, cz_once_text(&to_folder));
}

bool gate_answer(const struct gate_settings *settings, char *const *variables,
                 struct error *error) {
    CZ_CLEANUP(job_release)
    struct job job = {.settings = settings, .call = {.variables = variables}, .found = {.fd = -1}};
    enum gate_refusal refusal;
    return is_no_call(&job, &refusal) ? refuse(&job, refusal) : answer(&job, error);
}

void gate_answer_failure(char *const *variables) {
    struct job job = {.call = {.variables = variables}};
    refuse(&job, REFUSE_FAILURE);
}
