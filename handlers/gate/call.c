#include "call.h"

#include "base/variables.h"

#include <string.h>

static const char *read_apache(struct gate_call *call, char *const *variables) {
    const char *path = cz_variable(variables, "PATH_INFO");
    if (strcmp(cz_variable(variables, "REDIRECT_STATUS"), "200") != 0 || path[0] == '\0' ||
        strcmp(cz_variable(variables, "REDIRECT_URL"), path) != 0)
        return "called directly, and not by Action";
    cz_buffer_puts(&call->url, path);
    cz_buffer_puts(&call->file, cz_variable(variables, "PATH_TRANSLATED"));
    return NULL;
}

static const char *read_lighttpd(struct gate_call *call, char *const *variables) {
    const char *more = cz_variable(variables, "PATH_INFO");
    cz_buffer_puts(&call->url, cz_variable(variables, "SCRIPT_NAME"));
    cz_buffer_puts(&call->url, more);
    cz_buffer_puts(&call->file, cz_variable(variables, "SCRIPT_FILENAME"));
    cz_buffer_puts(&call->file, more);
    return NULL;
}

const char *gate_call_read(struct gate_call *call, enum gate_server server,
                           char *const *variables) {
    static const char *(*const readers[])(struct gate_call *, char *const *) = {
        [GATE_APACHE] = read_apache, [GATE_LIGHTTPD] = read_lighttpd};
    *call = (struct gate_call){.method = cz_variable(variables, "REQUEST_METHOD"),
                               .query = cz_variable(variables, "QUERY_STRING"),
                               .variables = variables};
    call->head = strcmp(call->method, "HEAD") == 0;
    const char *problem = readers[server](call, variables);
    return call->url.failed || call->file.failed ? "out of memory" : problem;
}

static struct bytes without_slash(struct bytes path) {
    path.len -= path.len > 0 && path.data[path.len - 1] == '/';
    return path;
}

/* Takes `beginning` off what begins with it. */
static bool skip(struct bytes *path, struct bytes beginning) {
    struct bytes first = {.data = path->data, .len = beginning.len};
    if (path->len < beginning.len || !cz_bytes_equal(first, beginning))
        return false;
    path->data += beginning.len;
    path->len -= beginning.len;
    return true;
}

bool gate_call_agrees(const struct gate_call *call, const char *url, const char *folder) {
    struct bytes asked = without_slash(cz_buffer_view(&call->url));
    struct bytes found = without_slash(cz_buffer_view(&call->file));
    return folder[0] == '/' && skip(&asked, without_slash(cz_bytes_of(url))) &&
           skip(&found, without_slash(cz_bytes_of(folder))) && cz_bytes_equal(asked, found);
}

void gate_call_release(struct gate_call *call) {
    cz_buffer_release(&call->url);
    cz_buffer_release(&call->file);
}
