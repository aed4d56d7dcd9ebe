#include "serve.h"

#include "answer.h"
#include "base/cleanup.h"
#include "page.h"

#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#define THREADS 4
#define IO_SECONDS 10 /* how long a peer may leave one read or write waiting */
#define END_SECONDS 3 /* how long requests under way may take after SIGTERM */
#define RETRY_MS 100  /* after accept fails for want of descriptors or memory */

/* Static, since threads blocked in accept still refer to it while the process exits. */
static struct {
    int listen_fd;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned busy; /* threads with a request, under lock */
} service = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void count_busy(int change) {
    pthread_mutex_lock(&service.lock);
    service.busy += (unsigned)change;
    pthread_cond_signal(&service.changed);
    pthread_mutex_unlock(&service.lock);
}

static ssize_t read_stdin_stream(void *source, void *data, size_t size) {
    FCGX_Stream *in = source;
    int got = FCGX_GetStr(data, (int)size, in);
    return got == 0 && FCGX_GetError(in) != 0 ? -1 : got;
}

static void answer_request(FCGX_Request *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    if (request->role == FCGI_RESPONDER)
        whoami_answer(&reply, request->envp, read_stdin_stream, request->in);
    else
        whoami_refuse(&reply, REFUSE_ROLE, false);
    FCGX_PutStr(cz_buffer_text(&reply), (int)reply.len, request->out);
}

/*
 * libfcgi has no timeouts of its own and would block for ever on a silent peer, so the
 * connection is accepted here and handed to it. With no listening socket to go back to,
 * FCGX_Accept_r gives up on a broken connection, after closing it, and returns.
 */
static void serve_connection(int fd) {
    struct timeval patience = {.tv_sec = IO_SECONDS};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    FCGX_Request request;
    FCGX_InitRequest(&request, -1, 0);
    request.ipcFd = fd;
    request.keepConnection = 1; /* else the connection is closed before it is read */
    if (FCGX_Accept_r(&request) != 0)
        return;
    answer_request(&request);
    request.keepConnection = 0; /* a kept connection would hold a thread while it is idle */
    FCGX_Finish_r(&request);
}

static void *work(void *unused) {
    for (;;) {
        int fd = accept(service.listen_fd, NULL, NULL);
        if (fd >= 0) {
            count_busy(1);
            serve_connection(fd);
            count_busy(-1);
        } else if (errno == EBADF || errno == EINVAL) {
            kill(getpid(), SIGTERM); /* the listening socket was shut down */
            return unused;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            nanosleep(&(struct timespec){.tv_nsec = RETRY_MS * 1000000L}, NULL);
        }
    }
}

static void wait_for_requests(void) {
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += END_SECONDS;
    pthread_mutex_lock(&service.lock);
    while (service.busy > 0)
        if (pthread_cond_timedwait(&service.changed, &service.lock, &deadline) != 0)
            break;
    pthread_mutex_unlock(&service.lock);
}

bool whoami_serve(int listen_fd, struct error *error) {
    service.listen_fd = listen_fd;
    if (FCGX_Init() != 0)
        return cz_error_set(error, "libfcgi cannot be initialised");
    /* After FCGX_Init, which sets handlers of its own. Blocked signals wait for sigwait. */
    signal(SIGPIPE, SIG_IGN);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        int failure = pthread_create(&thread, NULL, work, NULL);
        if (failure != 0)
            return cz_error_set(error, "cannot start a thread: %s", strerror(failure));
        pthread_detach(thread);
    }
    int received;
    sigwait(&ends, &received);
    wait_for_requests();
    return true;
}
