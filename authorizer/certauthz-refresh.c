/* certauthz-refresh: keeps the revocation store up to date. See certauthz-refresh(8). */
#include "config.h"

#include "base/cleanup.h"
#include "config/logging.h"
#include "config/setup.h"
#include "config/store_folder.h"
#include "refresh/daemon.h"
#include "refresh/fetch.h"
#include "refresh/once.h"
#include "server/listener.h"
#include "server/loop.h"
#include "server/program.h"
#include "server/rest.h"

#include <getopt.h>
#include <gnutls/gnutls.h>
#include <stdio.h>

/* One that was killed has a child that may need a moment to end, and holds the lock until then. */
#define LOCK_MILLISECONDS 3000

enum exit_status { EXIT_GOOD = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

enum task_of_program { RUN_DAEMON = 0, RUN_ONCE, RUN_QUERY, RUN_CHECK };

struct options {
    const char *config_file; /* NULL: not given */
    enum task_of_program task;
    struct daemon_options daemon;
};

enum long_option { OPTION_ONCE = 256, OPTION_QUERY, OPTION_MODE, OPTION_GROUP, OPTION_HELP };

static const struct option long_options[] = {
    {"once", no_argument, NULL, OPTION_ONCE},
    {"query", no_argument, NULL, OPTION_QUERY},
    {"socket-mode", required_argument, NULL, OPTION_MODE},
    {"socket-group", required_argument, NULL, OPTION_GROUP},
    {"config", required_argument, NULL, 'c'},
    {"test", no_argument, NULL, 't'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: certauthz-refresh [-c FILE] [--socket-mode 0660] [--socket-group GROUP]\n"
    "       certauthz-refresh [-c FILE] --once    (bring everything up to date, and end)\n"
    "       certauthz-refresh [-c FILE] --query   (answer one query of certauthz, and end)\n"
    "       certauthz-refresh [-c FILE] -t        (check the configuration)\n"
    "       certauthz-refresh -V\n";

static void print_version(void) {
    CZ_CLEANUP(cz_buffer_release) struct buffer network = {0};
    cz_fetch_describe(&network);
    printf("certauthz-refresh %s (GnuTLS %s)\n%s\n", VERSION, gnutls_check_version(NULL),
           cz_buffer_text(&network));
}

static int set_task(struct options *options, enum task_of_program task) {
    if (options->task == RUN_DAEMON || options->task == task) {
        options->task = task;
        return -1;
    }
    fprintf(stderr, "certauthz-refresh: only one of --once, --query and -t is wanted\n%s", usage);
    return EXIT_USAGE;
}

/* -1: go on; else the exit status. */
static int take_option(int option, struct options *options) {
    switch (option) {
    case 'c':
        options->config_file = optarg;
        return -1;
    case 't':
        return set_task(options, RUN_CHECK);
    case OPTION_ONCE:
        return set_task(options, RUN_ONCE);
    case OPTION_QUERY:
        return set_task(options, RUN_QUERY);
    case OPTION_GROUP:
        options->daemon.socket_group = optarg;
        return -1;
    case OPTION_MODE:
        if (cz_socket_mode_parse(optarg, &options->daemon.socket_mode))
            return -1;
        fprintf(stderr,
                "certauthz-refresh: --socket-mode %s: an octal number up to 0777 is wanted\n",
                optarg);
        return EXIT_USAGE;
    case 'V':
        print_version();
        return EXIT_GOOD;
    case OPTION_HELP:
        fputs(usage, stdout);
        return EXIT_GOOD;
    default:
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
}

static int read_options(int argc, char **argv, struct options *options) {
    int option, status = -1;
    *options = (struct options){.daemon = {.socket_mode = 0660}};
    while (status < 0 && (option = getopt_long(argc, argv, "c:tV", long_options, NULL)) != -1)
        status = take_option(option, options);
    if (status < 0 && optind < argc) {
        fprintf(stderr, "certauthz-refresh: unexpected argument: %s\n%s", argv[optind], usage);
        return EXIT_USAGE;
    }
    return status;
}

static int complain(const struct error *error) {
    fprintf(stderr, "certauthz-refresh: %s\n", error->message);
    return EXIT_FAILED;
}

static bool load(struct refresher *refresher, struct error *error) {
    if (!cz_setup_load(refresher->file, &refresher->setup, error))
        return false;
    return refresher->setup.config.revocation.configured ||
           cz_error_set(error,
                        "%s: has no group `revocation`, so that there is nothing to keep up to "
                        "date; see certauthz.conf(5)",
                        refresher->file);
}

static int check(struct refresher *refresher) {
    CZ_CLEANUP(cz_buffer_release) struct buffer description = {0};
    struct error error = {0};
    bool loaded = load(refresher, &error);
    if (refresher->setup.notices.len > 0)
        fprintf(stderr, "certauthz-refresh: %s", cz_buffer_text(&refresher->setup.notices));
    if (!loaded)
        return complain(&error);
    cz_setup_describe(&refresher->setup, refresher->file, &description);
    printf("%s\n", cz_buffer_text(&description));
    return EXIT_GOOD;
}

/* To verify large lists in the store takes its time, and nobody waits for it; those whose requests
 * are answered meanwhile do wait. Not so with a query, which a request waits for. */
static bool open_at_leisure(struct refresher *refresher, struct error *error) {
    cz_rest_begin(NULL);
    bool good = cz_refresher_open(refresher, LOCK_MILLISECONDS, error);
    cz_rest_end();
    return good;
}

static int run_daemon(struct refresher *refresher, const struct options *options) {
    CZ_CLEANUP(cz_log_close) struct log log = {0};
    struct error error = {0};
    cz_program_yield();
    cz_loop_block_signals();
    if (!load(refresher, &error) || !cz_config_log_open(&refresher->setup.config, &log, &error))
        return complain(&error);
    refresher->log = &log;
    return open_at_leisure(refresher, &error) && cz_daemon_run(refresher, &options->daemon, &error)
               ? EXIT_GOOD
               : complain(&error);
}

static int run_once(struct refresher *refresher) {
    struct error error = {0};
    bool all_good = false;
    refresher->tells_each_try = true;
    cz_program_yield();
    if (!load(refresher, &error) || !open_at_leisure(refresher, &error) ||
        !cz_once_run(refresher, &all_good, &error))
        return complain(&error);
    return all_good ? EXIT_GOOD : EXIT_FAILED;
}

static int run_query(struct refresher *refresher) {
    struct error error = {0};
    return load(refresher, &error) && cz_once_answer(refresher, &error) ? EXIT_GOOD
                                                                        : complain(&error);
}

int main(int argc, char **argv) {
    struct options options;
    cz_program_prepare();
    int status = read_options(argc, argv, &options);
    if (status >= 0)
        return status;
    CZ_CLEANUP(cz_refresher_close)
    struct refresher refresher = {.file = cz_setup_file(options.config_file)};
    switch (options.task) {
    case RUN_ONCE:
        return run_once(&refresher);
    case RUN_QUERY:
        return run_query(&refresher);
    case RUN_CHECK:
        return check(&refresher);
    case RUN_DAEMON:
        break;
    }
    return run_daemon(&refresher, &options);
}
