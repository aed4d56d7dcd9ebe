#include "serve.h"

#include "answer.h"
#include "base/cleanup.h"
#include "log/log.h"
#include "page.h"
#include "server/workers.h"

#include <fastcgi.h>

#define THREADS 4
#define IO_SECONDS 10       /* how long a peer may leave one read or write waiting */
#define REQUEST_SECONDS 120 /* a large upload takes its time */

static ssize_t read_stdin_stream(void *source, void *data, size_t size) {
    FCGX_Stream *in = source;
    int got = FCGX_GetStr(data, (int)size, in);
    return got == 0 && FCGX_GetError(in) != 0 ? -1 : got;
}

static void answer(void *unused, FCGX_Request *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    (void)unused;
    if (request->role == FCGI_RESPONDER)
        whoami_answer(&reply, request->envp, read_stdin_stream, request->in);
    else
        whoami_refuse(&reply, REFUSE_ROLE, false);
    FCGX_PutStr(cz_buffer_text(&reply), (int)reply.len, request->out);
    cz_connection_finish(request);
}

bool whoami_serve(const struct listener *listener, struct error *error) {
    CZ_CLEANUP(cz_log_close) struct log log = {0};
    struct handler handler = {.answer = answer};
    struct server_settings settings = {
        .threads = THREADS,
        .log = &log,
        .connection = {.read_timeout = IO_SECONDS,
                       .write_timeout = IO_SECONDS,
                       .request_deadline = REQUEST_SECONDS},
    };
    return cz_log_open(&log, &(struct log_settings){.to = LOG_TO_STDERR}, error) &&
           cz_workers_run(listener, &settings, &handler, error);
}
