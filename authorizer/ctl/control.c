#include "ctl/control.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "config/config.h"
#include "ctl/answer.h"
#include "ctl/config_text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#define ANSWER_SIZE_MAX (8u << 20) /* bytes; a report names every rule */

char *cz_control_folder(const char *config_file, struct error *error) {
    CZ_CLEANUP(cz_config_release) struct config config = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer unused = {0};
    CZ_CLEANUP(cz_free_ptr) char *name = NULL;
    struct error bad = {0};
    bool good = cz_config_load(config_file, &config, &unused, &bad);
    if (config.server.control.text != NULL)
        name = strdup(config.server.control.text);
    else if (!good)
        name = cz_config_text_find(config_file, "control");
    if (name != NULL && strcmp(name, "off") != 0 && config.folder != NULL)
        return cz_config_resolve(&config, name);
    if (!good && name == NULL)
        cz_error_set(error,
                     "%s; so the folder of the control sockets cannot be found: name it by "
                     "--control FOLDER",
                     bad.message);
    else
        cz_error_set(error,
                     "%s: server.control is off: set it to a folder and start certauthz again, or "
                     "send SIGHUP to its processes to have them reload",
                     config_file);
    return NULL;
}

static bool set_timeout(int fd) {
    struct timeval limit = {.tv_sec = CZ_CONTROL_ANSWER_SECONDS};
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
           setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0;
}

static bool receive(int fd, struct buffer *line, struct error *error) {
    char piece[4096];
    for (;;) {
        ssize_t got = recv(fd, piece, sizeof piece, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cz_error_set(error, "does not answer: %s",
                                errno == EAGAIN ? "it took too long" : strerror(errno));
        if (got == 0)
            break;
        cz_buffer_append(line, piece, (size_t)got);
        if (line->failed || line->len > ANSWER_SIZE_MAX)
            return cz_error_set(error, "its answer is too long");
    }
    if (line->len == 0 || line->data[line->len - 1] != '\n')
        return cz_error_set(error, "does not answer: the connection was closed");
    line->data[--line->len] = '\0';
    return cz_answer_is_good(cz_buffer_view(line)) ||
           cz_error_set(error, "its answer cannot be understood");
}

static void exchange(int fd, const char *command, struct control_answer *answer) {
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    cz_buffer_printf(&line, "%s\n", command);
    bool sent = !line.failed && set_timeout(fd) &&
                send(fd, line.data, line.len, MSG_NOSIGNAL) == (ssize_t)line.len;
    if (!sent)
        cz_error_set(&answer->error, "does not answer: %s", strerror(errno));
    if (!sent || !receive(fd, &answer->line, &answer->error))
        cz_buffer_release(&answer->line);
}

static const char *advice(void) {
    return errno == EACCES ? "; call this as the user of certauthz, or as root" : "";
}

/* False where nobody listens any more. */
static bool ask_one(const char *path, const char *command, struct control_answer *answer) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    CZ_CLEANUP(cz_close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (strlen(path) >= sizeof address.sun_path) {
        cz_error_set(&answer->error, "%s: too long for a socket", path);
        return true;
    }
    strcpy(address.sun_path, path);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        exchange(fd, command, answer);
    else if (fd >= 0 && (errno == ECONNREFUSED || errno == ENOENT))
        return false;
    else
        cz_error_set(&answer->error, "%s: %s%s", path, strerror(errno), advice());
    return true;
}

/* A number and `.sock`; 0 for other names. */
static int pid_of(const char *name) {
    char *end;
    errno = 0;
    long pid = strtol(name, &end, 10);
    bool is_number = name[0] >= '1' && name[0] <= '9' && errno == 0 && pid == (int)pid;
    return is_number && strcmp(end, ".sock") == 0 ? (int)pid : 0;
}

static int is_socket_name(const struct dirent *entry) {
    return pid_of(entry->d_name) > 0;
}

static int by_pid(const struct dirent **a, const struct dirent **b) {
    int left = pid_of((*a)->d_name), right = pid_of((*b)->d_name);
    return (left > right) - (left < right);
}

bool cz_control_ask(const char *folder, const char *command, struct control_answers *answers,
                    struct error *error) {
    struct dirent **entries = NULL;
    *answers = (struct control_answers){0};
    int count = scandir(folder, &entries, is_socket_name, by_pid);
    if (count < 0)
        return cz_error_set(error, "%s: cannot be read: %s%s", folder, strerror(errno), advice());
    answers->items = calloc((size_t)count + 1, sizeof *answers->items);
    for (int i = 0; i < count; i++) {
        CZ_CLEANUP(cz_free_ptr) char *path = NULL;
        if (answers->items != NULL && asprintf(&path, "%s/%s", folder, entries[i]->d_name) >= 0) {
            struct control_answer *answer = &answers->items[answers->count];
            *answer = (struct control_answer){.pid = pid_of(entries[i]->d_name)};
            answers->count += ask_one(path, command, answer);
        }
        free(entries[i]);
    }
    free(entries);
    return answers->items != NULL || cz_error_set(error, "out of memory");
}

void cz_control_answers_release(struct control_answers *answers) {
    for (size_t i = 0; i < answers->count; i++)
        cz_buffer_release(&answers->items[i].line);
    free(answers->items);
    *answers = (struct control_answers){0};
}

/* What could upset a terminal becomes a "?". The text is valid UTF-8. */
static void put_printable(struct buffer *out, struct bytes text) {
    while (text.len > 0) {
        size_t len = cz_utf8_length(text);
        struct bytes character = {.data = text.data, .len = len > 0 ? len : 1};
        if (cz_text_has_control(character))
            cz_buffer_putc(out, '?');
        else
            cz_buffer_bytes(out, character);
        text.data += character.len;
        text.len -= character.len;
    }
}

/* Text around members, such as "generation {generation}"; one that is not there is a "?". */
static void put_filled(struct buffer *out, const char *form, struct bytes line) {
    while (*form != '\0') {
        char name[32];
        CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
        size_t plain = strcspn(form, "{");
        cz_buffer_append(out, form, plain);
        form += plain;
        if (sscanf(form, "{%31[a-z_]}", name) != 1)
            continue;
        form += strlen(name) + 2;
        if (!cz_answer_member(line, name, &value))
            cz_buffer_putc(out, '?');
        put_printable(out, cz_buffer_view(&value));
    }
}

static bool put_failure(struct buffer *out, const struct control_answer *answer) {
    bool failed = answer->line.len == 0;
    if (failed)
        cz_buffer_printf(out, "process %d: %s\n", answer->pid, answer->error.message);
    return failed;
}

void cz_control_put_status(struct buffer *out, const struct control_answer *answer) {
    struct bytes line = cz_buffer_view(&answer->line);
    if (put_failure(out, answer))
        return;
    put_filled(out,
               "process {pid}: certauthz {version} since {started}: generation {generation} of "
               "{file}, loaded {loaded}: {anchors} anchors, {intermediates} intermediates, "
               "{pinned} pinned, {clients} clients, {rules} rules; {granted} granted, {refused} "
               "refused, {log_lost} lines of the log lost\n",
               line);
    if (!cz_answer_is_true(line, "ok"))
        put_filled(out, "process {pid}: the last reload failed, {failed}: {error}\n", line);
}

void cz_control_put_reload(struct buffer *out, const struct control_answer *answer) {
    struct bytes line = cz_buffer_view(&answer->line);
    if (put_failure(out, answer))
        return;
    put_filled(
        out,
        cz_answer_is_true(line, "ok")
            ? "process {pid}: generation {generation}: {anchors} anchors, {intermediates} "
              "intermediates, {pinned} pinned, {clients} clients, {rules} rules\n"
            : "process {pid}: not reloaded, generation {generation} stays in force: {error}\n",
        line);
}
