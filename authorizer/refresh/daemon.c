#include "refresh/daemon.h"

#include "base/cleanup.h"
#include "config/revocation.h"
#include "config/watch.h"
#include "refresh/peers.h"
#include "server/listener.h"
#include "server/loop.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#define GATHER_MILLISECONDS 250 /* between two publications of many files' imports */
#define SETTLE_MILLISECONDS 500 /* after the last event: who writes a file may not be done */

struct daemon {
    struct refresher *refresher;
    struct listener listener;
    struct peers peers;
    struct watch watch;
    int signals;
    int64_t changed_at;       /* cz_loop_now of the last event near a file; 0: none */
    int64_t round_at;         /* cz_loop_now of the next round */
    enum round_extent extent; /* … and what of it */
    uint64_t progress;        /* the refresher's when that was reckoned */
    int64_t published_at;     /* cz_loop_now of the last publication; 0: none */
    bool ended;
};

static void daemon_release(struct daemon *daemon) {
    cz_peers_release(&daemon->peers);
    cz_listener_close(&daemon->listener);
    cz_watch_release(&daemon->watch);
    cz_close_fd(&daemon->signals);
}

/* The names as they are configured: of a folder its entries are watched. */
static void set_watch(struct daemon *daemon) {
    CZ_CLEANUP(cz_names_release) struct file_names names = {0};
    const struct config *config = &daemon->refresher->setup.config;
    struct error error = {0};
    for (size_t i = 0; i < config->revocation.crls.count; i++) {
        if (cz_is_url(config->revocation.crls.items[i].text))
            continue;
        CZ_CLEANUP(cz_free_ptr)
        char *name = cz_config_resolve(config, config->revocation.crls.items[i].text);
        if (name != NULL)
            cz_names_add(&names, name);
    }
    if (!cz_watch_set(&daemon->watch, &names, &error))
        cz_refresher_tell(daemon->refresher, "warning", "%s; it is looked at once a minute",
                          error.message);
}

static bool open_socket(struct daemon *daemon, const struct daemon_options *options,
                        struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer address = {0};
    CZ_CLEANUP(cz_free_ptr) char *folder = realpath(daemon->refresher->folder, NULL);
    if (folder == NULL)
        return cz_error_set(error, "%s: cannot be found", daemon->refresher->folder);
    cz_buffer_printf(&address, "unix:%s/%s", folder, CZ_QUERY_SOCKET);
    if (address.failed)
        return cz_error_set(error, "out of memory");
    const struct listener_options listener = {.address = cz_buffer_text(&address),
                                              .named_by = "revocation.store:",
                                              .socket_mode = options->socket_mode,
                                              .socket_group = options->socket_group,
                                              .nonblocking = true};
    return cz_listener_open(&daemon->listener, &listener, error);
}

static void reload(struct daemon *daemon) {
    struct refresher *refresher = daemon->refresher;
    CZ_CLEANUP(cz_buffer_release) struct buffer description = {0};
    struct error error = {0};
    daemon->extent = ROUND_ALL;
    daemon->round_at = 0;
    if (!cz_refresher_reload(refresher, &error)) {
        cz_refresher_tell(refresher, "error",
                          "not loaded again (SIGHUP): %s; what was loaded before stays in force",
                          error.message);
        return;
    }
    cz_setup_describe(&refresher->setup, refresher->file, &description);
    cz_refresher_tell(refresher, "info", "loaded again (SIGHUP): %s", cz_buffer_text(&description));
    set_watch(daemon);
}

static void reopen_log(struct daemon *daemon) {
    struct error error = {0};
    if (daemon->refresher->log != NULL && !cz_log_reopen(daemon->refresher->log, &error))
        cz_refresher_tell(daemon->refresher, "error", "%s", error.message);
}

static void take_signals(struct daemon *daemon) {
    struct signalfd_siginfo info;
    while (read(daemon->signals, &info, sizeof info) == (ssize_t)sizeof info)
        if (info.ssi_signo == SIGHUP)
            reload(daemon);
        else if (info.ssi_signo == SIGUSR1)
            reopen_log(daemon);
        else
            daemon->ended = true;
}

static int least(int a, int b) {
    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return a < b ? a : b;
}

static int until(int64_t moment, int64_t now) {
    return moment > now ? (int)(moment - now) : 0;
}

/* What came to an end has another time now. */
static void plan_round(struct daemon *daemon, bool anew) {
    const struct refresher *refresher = daemon->refresher;
    if (!anew && daemon->progress == refresher->progress)
        return;
    int64_t at = cz_loop_now() + cz_refresher_wait(refresher);
    daemon->progress = refresher->progress;
    if (anew || at < daemon->round_at)
        daemon->round_at = at;
}

static bool do_round(struct daemon *daemon, struct error *error) {
    int64_t now = cz_loop_now();
    bool settled = daemon->changed_at != 0 && now >= daemon->changed_at + SETTLE_MILLISECONDS;
    if (!settled && now < daemon->round_at) {
        plan_round(daemon, false);
        return true;
    }
    if (settled) {
        daemon->changed_at = 0;
        set_watch(daemon);
    }
    enum round_extent extent = daemon->extent;
    daemon->extent = ROUND_DUE;
    bool good = cz_refresher_round(daemon->refresher, extent, error);
    plan_round(daemon, true);
    return good;
}

/* Milliseconds until something is to be published; -1: nothing is. Each process that serves reads
 * what is published: where many files are imported, and nobody asks, not after each of them. */
static int publication_wait(const struct daemon *daemon) {
    const struct refresher *refresher = daemon->refresher;
    if (!refresher->dirty)
        return -1;
    int wait = cz_refresher_milliseconds(refresher, refresher->publish_next);
    bool gathers = cz_imports_any_file(&refresher->imports) && daemon->peers.count == 0;
    int rest = gathers ? until(daemon->published_at + GATHER_MILLISECONDS, cz_loop_now()) : 0;
    return wait > rest ? wait : rest;
}

static void publish(struct daemon *daemon) {
    if (publication_wait(daemon) != 0)
        return;
    cz_refresher_publish(daemon->refresher);
    daemon->published_at = cz_loop_now();
}

/* One wait, and what it brings. */
static bool turn(struct daemon *daemon, struct error *error) {
    enum { SIGNALS, WATCH, PEERS };
    struct pollfd polled[PEERS + 1 + CZ_PEERS_MAX + 1];
    struct refresher *refresher = daemon->refresher;
    int64_t now = cz_loop_now();
    int wait = least(until(daemon->round_at, now), cz_peers_wait(&daemon->peers));
    wait = least(wait, publication_wait(daemon));
    if (daemon->changed_at != 0)
        wait = least(wait, until(daemon->changed_at + SETTLE_MILLISECONDS, now));
    polled[SIGNALS] = (struct pollfd){.fd = daemon->signals, .events = POLLIN};
    polled[WATCH] = (struct pollfd){.fd = daemon->watch.fd, .events = POLLIN};
    size_t count = cz_peers_prepare(&daemon->peers, daemon->listener.fd, &polled[PEERS]);
    if (!cz_refresher_step(refresher, polled, PEERS + count, wait, error))
        return false;
    if (polled[WATCH].revents != 0 && cz_watch_drain(&daemon->watch))
        daemon->changed_at = cz_loop_now();
    cz_peers_dispatch(&daemon->peers, refresher, daemon->listener.fd, &polled[PEERS]);
    if (polled[SIGNALS].revents != 0)
        take_signals(daemon);
    return true;
}

bool cz_daemon_run(struct refresher *refresher, const struct daemon_options *options,
                   struct error *error) {
    CZ_CLEANUP(daemon_release)
    struct daemon daemon = {.refresher = refresher,
                            .listener = {.fd = -1},
                            .watch = {.fd = -1},
                            .extent = ROUND_FILES,
                            .signals = cz_loop_signals(error)};
    if (daemon.signals < 0 || !open_socket(&daemon, options, error))
        return false;
    set_watch(&daemon);
    cz_refresher_tell(refresher, "info", "certauthz-refresh keeps %s up to date",
                      refresher->folder);
    while (!daemon.ended) {
        if (!do_round(&daemon, error))
            return false;
        publish(&daemon);
        cz_peers_advance(&daemon.peers, refresher);
        cz_imports_hurry(&refresher->imports, cz_peers_await_lists(&daemon.peers));
        if (!turn(&daemon, error))
            return false;
    }
    cz_refresher_publish(refresher);
    cz_refresher_tell(refresher, "info", "certauthz-refresh leaves");
    return true;
}
