/* certauthz: the authorizer. See certauthz(8). */
#include "config.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "config/logging.h"
#include "config/setup.h"
#include "ctl/explanation.h"
#include "server/commands.h"
#include "server/forerunner.h"
#include "server/once.h"
#include "server/program.h"
#include "server/watchman.h"
#include "server/workers.h"

#include <getopt.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum exit_status { EXIT_GOOD = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

struct options {
    const char *config_file; /* NULL: not given */
    struct listener_options listener;
    const char *policy; /* the same; of requests that name none */
    pid_t parent;       /* the process that started this one, as it began */
    bool follow;        /* leave when that one ends */
    bool only_check;
    bool cgi;
};

enum long_option {
    OPTION_LISTEN = 256,
    OPTION_MODE,
    OPTION_GROUP,
    OPTION_REMOTE,
    OPTION_FOLLOW,
    OPTION_HELP
};

static const struct option long_options[] = {
    {"listen", required_argument, NULL, OPTION_LISTEN},
    {"socket-mode", required_argument, NULL, OPTION_MODE},
    {"socket-group", required_argument, NULL, OPTION_GROUP},
    {"allow-remote", no_argument, NULL, OPTION_REMOTE},
    {"leave-with-parent", no_argument, NULL, OPTION_FOLLOW},
    {"config", required_argument, NULL, 'c'},
    {"policy", required_argument, NULL, 'p'},
    {"test", no_argument, NULL, 't'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: certauthz [-c FILE] [-p POLICY] --listen unix:PATH [--socket-mode 0660]\n"
    "                 [--socket-group GROUP]\n"
    "       certauthz [-c FILE] [-p POLICY] --listen ADDRESS:PORT [--allow-remote]\n"
    "       certauthz [-c FILE] [-p POLICY] [--leave-with-parent]\n"
    "                                             (started by a web server, as FastCGI)\n"
    "       certauthz                             (started by a web server, as CGI)\n"
    "       certauthz [-c FILE] [-p POLICY] -t    (check the configuration)\n"
    "       certauthz -V\n";

/* -1: go on; else the exit status. */
static int take_option(int option, struct options *options) {
    switch (option) {
    case 'c':
        options->config_file = optarg;
        return -1;
    case 'p':
        options->policy = optarg;
        return -1;
    case 't':
        options->only_check = true;
        return -1;
    case OPTION_LISTEN:
        options->listener.address = optarg;
        return -1;
    case OPTION_GROUP:
        options->listener.socket_group = optarg;
        return -1;
    case OPTION_REMOTE:
        options->listener.allow_remote = true;
        return -1;
    case OPTION_FOLLOW:
        options->follow = true;
        return -1;
    case OPTION_MODE:
        if (cz_socket_mode_parse(optarg, &options->listener.socket_mode))
            return -1;
        fprintf(stderr, "certauthz: --socket-mode %s: an octal number up to 0777 is wanted\n",
                optarg);
        return EXIT_USAGE;
    case 'V':
        printf("certauthz %s (GnuTLS %s)\n", VERSION, gnutls_check_version(NULL));
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
    *options = (struct options){
        .listener = {.socket_mode = 0660}, .parent = getppid(), .cgi = cz_started_as_cgi()};
    if (options->cgi)
        return status;
    while (status < 0 && (option = getopt_long(argc, argv, "c:p:tV", long_options, NULL)) != -1)
        status = take_option(option, options);
    if (status < 0 && optind < argc) {
        fprintf(stderr, "certauthz: unexpected argument: %s\n%s", argv[optind], usage);
        return EXIT_USAGE;
    }
    return status;
}

static int complain(const struct error *error) {
    fprintf(stderr, "certauthz: %s\n", error->message);
    return EXIT_FAILED;
}

/* As FastCGI. Unless log.required has it written already, the line is written when the reply is on
 * its way: the client need not wait. */
static void answer(void *context, FCGX_Request *request) {
    struct service *service = context;
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer line = {0};
    cz_serve(service, (const char *const *)request->envp, &reply, &line);
    if (reply.failed || FCGX_PutStr(reply.data, (int)reply.len, request->out) != (int)reply.len)
        cz_connection_abort(request);
    else
        cz_connection_finish(request);
    cz_log_write(service->log, &line);
}

static unsigned thread_count(const struct config *config) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (config->server.threads > 0)
        return (unsigned)config->server.threads;
    if (processors < 1)
        return 1;
    return processors < CZ_THREADS_MAX ? (unsigned)processors : CZ_THREADS_MAX;
}

/* All that a process has that serves. */
struct server {
    struct generations generations;
    struct log log;
    struct inquirer inquirer;
    struct service service;
    struct reloader reloader;
    struct watchman watchman;
    struct forerunner forerunner;
    struct administration administration;
    struct control control;
    struct listener listener;
};

static void server_release(struct server *server) {
    cz_control_close(&server->control);
    cz_listener_close(&server->listener);
    cz_log_close(&server->log);
    cz_forerunner_release(&server->forerunner);
    cz_watchman_release(&server->watchman);
    cz_reloader_release(&server->reloader);
    cz_inquirer_destroy(&server->inquirer);
    cz_generations_release(&server->generations);
}

static void reload_on_hangup(void *context) {
    struct server *server = context;
    struct error logged = {0};
    cz_reloader_load(&server->reloader, "SIGHUP", &logged);
}

static void reopen_log_on_user1(void *context) {
    struct server *server = context;
    struct error error = {0};
    if (!cz_log_reopen(&server->log, &error))
        cz_log_message(&server->log, "error", "%s", error.message);
}

static bool open_control(struct server *server, const struct config *config, struct error *error) {
    const char *name = config->server.control.text;
    if (name == NULL || strcmp(name, "off") == 0)
        return true;
    CZ_CLEANUP(cz_free_ptr) char *folder = cz_config_resolve(config, name);
    return folder != NULL ? cz_control_open(&server->control, folder, error)
                          : cz_error_set(error, "out of memory");
}

/* certauthzctl explain --running: by what is in force here, not by what lies on the disk. */
static void run_explain(void *context, struct bytes argument, struct buffer *answer) {
    const struct administration *administration = context;
    const struct generation *generation = administration->reloader->generations->current;
    CZ_CLEANUP(cz_buffer_release) struct buffer report = {0};
    struct error error = {0};
    bool granted = false;
    CZ_CLEANUP(cz_store_let_go)
    struct store_view *view = cz_store_hold(generation->store->store, true);
    bool good = view != NULL ? cz_explain_question(&generation->setup, cz_store_holdings(view),
                                                   argument, &report, &granted, &error)
                             : cz_error_set(&error, "out of memory");
    cz_buffer_putc(answer, '{');
    cz_command_put_ok(answer, good);
    cz_json_name(answer, "generation");
    cz_buffer_decimal(answer, (int64_t)generation->number);
    cz_json_name(answer, "granted");
    cz_buffer_puts(answer, granted ? "true" : "false");
    if (good)
        cz_json_member(answer, "report", cz_buffer_view(&report));
    else
        cz_json_member(answer, "error", cz_bytes_of(error.message));
    cz_buffer_putc(answer, '}');
}

static const struct control_command commands[] = {
    {.name = "status", .run = cz_command_status},
    {.name = "reload", .run = cz_command_reload},
    {.name = "explain", .run = run_explain},
};

static struct loop loop_of(struct server *server) {
    struct loop loop = {
        .context = server, .on_hangup = reload_on_hangup, .on_user1 = reopen_log_on_user1};
    loop.sources[loop.count++] = cz_reloader_source(&server->reloader);
    if (server->control.fd >= 0)
        loop.sources[loop.count++] = cz_control_source(&server->control);
    loop.sources[loop.count++] = cz_watchman_source(&server->watchman);
    loop.sources[loop.count++] = cz_forerunner_source(&server->forerunner);
    return loop;
}

/* Not at each start of a CGI program: that would be at each request. */
static void tell_revocation(struct log *log, const struct setup *setup, const char *file) {
    const char *notice = cz_setup_revocation_notice(setup);
    if (notice != NULL)
        cz_log_message(log, "warning", "%s: %s", file, notice);
}

static bool run_server(struct server *server, struct error *error) {
    const struct config *config = &server->generations.current->setup.config;
    struct handler handler = {.answer = answer, .context = &server->service};
    struct loop loop = loop_of(server);
    struct server_settings settings = {
        .threads = thread_count(config),
        .log = &server->log,
        .loop = &loop,
        .waiting = &server->inquirer.waiting,
        .connection = {.read_timeout = config->server.read_timeout,
                       .write_timeout = config->server.write_timeout,
                       .request_deadline = config->server.request_deadline}};
    if (!cz_web_servers_parse(getenv("FCGI_WEB_SERVER_ADDRS"), &settings.connection.web_servers))
        return cz_error_set(error,
                            "FCGI_WEB_SERVER_ADDRS: a list of up to %d IP addresses separated by "
                            "commas is wanted",
                            CZ_WEB_SERVERS_MAX);
    cz_log_message(&server->log, "info", "certauthz %s serves with %u threads", VERSION,
                   settings.threads);
    tell_revocation(&server->log, &server->generations.current->setup, server->reloader.file);
    if (!cz_workers_run(&server->listener, &settings, &handler, error))
        return false;
    cz_log_message(&server->log, "info", "certauthz has finished its requests and leaves");
    return true;
}

static void show_notices(const struct setup *setup) {
    if (setup->notices.len > 0)
        fprintf(stderr, "certauthz: %s", cz_buffer_text(&setup->notices));
}

static bool check_policy(const struct options *options, const struct setup *setup, const char *file,
                         struct error *error) {
    return options->policy == NULL ||
           cz_snapshot_policy(&setup->snapshot, cz_bytes_of(options->policy)) != NULL ||
           cz_error_set(error, "-p %s: %s has no policy of this name", options->policy, file);
}

/* Everything that can fail, before the first request. */
static bool prepare_server(struct server *server, const struct options *options,
                           struct error *error) {
    if (!cz_reloader_start(&server->reloader, error))
        return false;
    const struct setup *setup = &server->generations.current->setup;
    show_notices(setup);
    return check_policy(options, setup, server->reloader.file, error) &&
           cz_config_log_open(&setup->config, &server->log, error) &&
           (options->listener.address == NULL ||
            cz_listener_open(&server->listener, &options->listener, error)) &&
           open_control(server, &setup->config, error);
}

static int serve(const struct options *options, const char *file) {
    CZ_CLEANUP(server_release)
    struct server server = {.generations = CZ_GENERATIONS_INIT,
                            .service = {.generations = &server.generations,
                                        .log = &server.log,
                                        .inquirer = &server.inquirer,
                                        .policy = options->policy},
                            .reloader = {.file = file,
                                         .generations = &server.generations,
                                         .log = &server.log,
                                         .watch = {.fd = -1}},
                            .watchman = {.generations = &server.generations, .log = &server.log},
                            .forerunner = {.generations = &server.generations, .watch = {.fd = -1}},
                            .administration = {.reloader = &server.reloader,
                                               .service = &server.service,
                                               .version = VERSION,
                                               .started = time(NULL)},
                            .control = {.commands = commands,
                                        .command_count = CZ_COUNT(commands),
                                        .context = &server.administration,
                                        .fd = -1,
                                        .peer = -1},
                            .listener = {.fd = -1}};
    struct error error = {0};
    cz_inquirer_init(&server.inquirer, &server.log);
    cz_loop_block_signals();
    if ((options->follow && !cz_program_follow_parent(options->parent, &error)) ||
        !prepare_server(&server, options, &error))
        return complain(&error);
    if (options->listener.address == NULL &&
        !cz_listener_inherit(&server.listener, options->follow)) {
        fprintf(stderr,
                "certauthz: nothing to serve: use --listen, or let a web server start "
                "it\n%s",
                usage);
        return EXIT_USAGE;
    }
    return run_server(&server, &error) ? EXIT_GOOD : complain(&error);
}

static int check(const struct options *options, const char *file) {
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer description = {0};
    struct error error = {0};
    bool loaded = cz_setup_load(file, &setup, &error);
    show_notices(&setup);
    if (!loaded || !check_policy(options, &setup, file, &error))
        return complain(&error);
    if (cz_setup_revocation_notice(&setup) != NULL)
        fprintf(stderr, "certauthz: %s: %s\n", file, cz_setup_revocation_notice(&setup));
    cz_setup_describe(&setup, file, &description);
    printf("%s\n", cz_buffer_text(&description));
    return EXIT_GOOD;
}

/* As CGI: the same reply, on standard output. */
static int run_cgi(const char *file) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    struct error error = {0};
    struct once once = {.file = file, .variables = (const char *const *)environ};
    bool good = cz_serve_once(&once, &reply, &error);
    const char *text = cz_once_text(&reply);
    bool written = cz_write_all(STDOUT_FILENO, text, strlen(text));
    if (!good)
        return complain(&error);
    return written ? EXIT_GOOD : EXIT_FAILED;
}

int main(int argc, char **argv) {
    struct options options;
    cz_program_prepare();
    int status = read_options(argc, argv, &options);
    if (status >= 0)
        return status;
    const char *file = cz_setup_file(options.config_file);
    if (options.cgi)
        return run_cgi(file);
    return options.only_check ? check(&options, file) : serve(&options, file);
}
