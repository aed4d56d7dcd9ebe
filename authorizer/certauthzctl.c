/* certauthzctl: for people. See certauthzctl(1). */
#include "config.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "config/setup.h"
#include "ctl/answer.h"
#include "ctl/control.h"
#include "ctl/explain.h"
#include "ctl/report.h"

#include <getopt.h>
#include <stdio.h>
#include <time.h>

enum exit_status { EXIT_GRANTED = 0, EXIT_REFUSED = 1, EXIT_ERROR = 2 };

/* Which commands take an option; all of them take -c. */
enum option_kind { OPTIONS_QUESTION = 1, OPTIONS_JSON = 2, OPTIONS_CONTROL = 4 };

struct arguments {
    const char *config_file;    /* NULL: not given */
    unsigned given;             /* which kinds of options were: enum option_kind */
    const char *control_folder; /* NULL: the configuration names it */
    struct explain_question question;
    bool json;
};

enum long_option {
    OPTION_CERT = 256,
    OPTION_CHAIN,
    OPTION_URI,
    OPTION_METHOD,
    OPTION_TIME,
    OPTION_JSON,
    OPTION_CONTROL
};

static const struct option long_options[] = {
    {"config", required_argument, NULL, 'c'},
    {"cert", required_argument, NULL, OPTION_CERT},
    {"chain", required_argument, NULL, OPTION_CHAIN},
    {"uri", required_argument, NULL, OPTION_URI},
    {"method", required_argument, NULL, OPTION_METHOD},
    {"time", required_argument, NULL, OPTION_TIME},
    {"json", no_argument, NULL, OPTION_JSON},
    {"control", required_argument, NULL, OPTION_CONTROL},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: certauthzctl check [-c FILE]\n"
    "       certauthzctl explain [-c FILE] [--cert FILE [--chain FILE]] --uri URI\n"
    "                            [--method METHOD] [--time 2026-01-02T03:04:05Z] [--json]\n"
    "       certauthzctl reload [-c FILE] [--control FOLDER]\n"
    "       certauthzctl status [-c FILE] [--control FOLDER] [--json]\n"
    "       certauthzctl -V\n";

static bool take_time(const char *text, int64_t *now) {
    if (cz_time_parse(cz_bytes_of(text), now))
        return true;
    fprintf(stderr, "certauthzctl: --time %s: a time such as 2026-01-02T03:04:05Z is wanted\n",
            text);
    return false;
}

static unsigned kind_of(int option) {
    switch (option) {
    case 'c':
        return 0;
    case OPTION_JSON:
        return OPTIONS_JSON;
    case OPTION_CONTROL:
        return OPTIONS_CONTROL;
    default:
        return OPTIONS_QUESTION;
    }
}

static bool take_option(int option, struct arguments *arguments) {
    struct explain_question *question = &arguments->question;
    arguments->given |= kind_of(option);
    switch (option) {
    case 'c':
        arguments->config_file = optarg;
        return true;
    case OPTION_CERT:
        question->certificate_file = optarg;
        return true;
    case OPTION_CHAIN:
        question->chain_file = optarg;
        return true;
    case OPTION_URI:
        question->uri = optarg;
        return true;
    case OPTION_METHOD:
        question->method = optarg;
        return true;
    case OPTION_JSON:
        arguments->json = true;
        return true;
    case OPTION_CONTROL:
        arguments->control_folder = optarg;
        return true;
    case OPTION_TIME:
        return take_time(optarg, &question->now);
    default:
        fputs(usage, stderr);
        return false;
    }
}

static bool read_arguments(int argc, char **argv, struct arguments *arguments) {
    int option;
    *arguments = (struct arguments){.question = {.method = "GET", .now = time(NULL)}};
    while ((option = getopt_long(argc, argv, "c:", long_options, NULL)) != -1)
        if (!take_option(option, arguments))
            return false;
    if (optind == argc)
        return true;
    fprintf(stderr, "certauthzctl: unexpected argument: %s\n%s", argv[optind], usage);
    return false;
}

static int complain(const struct error *error) {
    fprintf(stderr, "certauthzctl: %s\n", error->message);
    return EXIT_ERROR;
}

static int run_check(const struct arguments *arguments, const struct setup *setup) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_setup_describe(setup, cz_setup_file(arguments->config_file), &text);
    printf("%s\n", cz_buffer_text(&text));
    return EXIT_GRANTED;
}

static int run_explain(const struct arguments *arguments, const struct setup *setup) {
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    struct error error = {0};
    cz_decision_init(&decision);
    if (arguments->question.uri == NULL) {
        fprintf(stderr, "certauthzctl: explain needs --uri\n%s", usage);
        return EXIT_ERROR;
    }
    if (arguments->question.chain_file != NULL && arguments->question.certificate_file == NULL) {
        fprintf(stderr, "certauthzctl: --chain goes with --cert\n%s", usage);
        return EXIT_ERROR;
    }
    if (!cz_explain(setup, &arguments->question, &decision, &error))
        return complain(&error);
    (arguments->json ? cz_report_json : cz_report_text)(&text, &arguments->question, &decision);
    if (text.failed || fputs(cz_buffer_text(&text), stdout) < 0 || fflush(stdout) != 0) {
        cz_error_set(&error, "the answer could not be written");
        return complain(&error);
    }
    return decision.verdict == VERDICT_GRANTED ? EXIT_GRANTED : EXIT_REFUSED;
}

/* Asks every process, and prints what `put` makes of each answer. 0 where all are good, 1 where a
 * reload failed, 2 where one does not answer, or none does. */
static int ask_processes(const struct arguments *arguments, const char *command,
                         void (*put)(struct buffer *out, const struct control_answer *answer)) {
    CZ_CLEANUP(cz_control_answers_release) struct control_answers answers = {0};
    CZ_CLEANUP(cz_free_ptr) char *folder = NULL;
    struct error error = {0};
    int status = EXIT_GRANTED;
    folder = arguments->control_folder != NULL
                 ? strdup(arguments->control_folder)
                 : cz_control_folder(cz_setup_file(arguments->config_file), &error);
    if (folder == NULL && error.message[0] == '\0')
        cz_error_set(&error, "out of memory");
    if (folder == NULL || !cz_control_ask(folder, command, &answers, &error))
        return complain(&error);
    for (size_t i = 0; i < answers.count; i++) {
        const struct control_answer *answer = &answers.items[i];
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        put(&text, answer);
        fputs(cz_buffer_text(&text), answer->line.len > 0 ? stdout : stderr);
        if (answer->line.len == 0)
            status = EXIT_ERROR;
        else if (status == EXIT_GRANTED && !cz_answer_is_true(cz_buffer_view(&answer->line), "ok"))
            status = EXIT_REFUSED;
    }
    if (answers.count > 0)
        return fflush(stdout) == 0 ? status : EXIT_ERROR;
    cz_error_set(&error, "%s: no process of certauthz answers there", folder);
    return complain(&error);
}

static void put_json(struct buffer *out, const struct control_answer *answer) {
    cz_buffer_printf(out, "%s\n", cz_buffer_text(&answer->line));
    if (answer->line.len == 0) {
        cz_buffer_clear(out);
        cz_control_put_status(out, answer);
    }
}

static int run_status(const struct arguments *arguments, const struct setup *unused) {
    (void)unused;
    return ask_processes(arguments, "status", arguments->json ? put_json : cz_control_put_status);
}

static int run_reload(const struct arguments *arguments, const struct setup *unused) {
    (void)unused;
    return ask_processes(arguments, "reload", cz_control_put_reload);
}

struct command {
    const char *name;
    int (*run)(const struct arguments *arguments, const struct setup *setup);
    bool needs_setup; /* else `setup` is NULL, and the configuration may be bad */
    unsigned takes;   /* enum option_kind */
    const char *options;
};

static const struct command commands[] = {
    {"check", run_check, true, 0, "-c"},
    {"explain", run_explain, true, OPTIONS_QUESTION | OPTIONS_JSON,
     "-c, --cert, --chain, --uri, --method, --time and --json"},
    {"reload", run_reload, false, OPTIONS_CONTROL, "-c and --control"},
    {"status", run_status, false, OPTIONS_CONTROL | OPTIONS_JSON, "-c, --control and --json"},
};

static int run(const struct command *command, const struct arguments *arguments) {
    CZ_CLEANUP(cz_setup_release) struct setup setup = {0};
    struct error error = {0};
    if ((arguments->given & ~command->takes) != 0) {
        fprintf(stderr, "certauthzctl: %s takes no option but %s\n%s", command->name,
                command->options, usage);
        return EXIT_ERROR;
    }
    if (!command->needs_setup)
        return command->run(arguments, NULL);
    bool loaded = cz_setup_load(cz_setup_file(arguments->config_file), &setup, &error);
    if (setup.notices.len > 0)
        fprintf(stderr, "certauthzctl: %s", cz_buffer_text(&setup.notices));
    return loaded ? command->run(arguments, &setup) : complain(&error);
}

int main(int argc, char **argv) {
    struct arguments arguments;
    bool alone = argc == 2;
    if (alone && (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0)) {
        printf("certauthzctl %s\n", VERSION);
        return EXIT_GRANTED;
    }
    if (alone && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_GRANTED;
    }
    for (size_t i = 0; argc > 1 && i < CZ_COUNT(commands); i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        argv[1] = argv[0]; /* getopt's messages begin with it */
        return read_arguments(argc - 1, argv + 1, &arguments) ? run(&commands[i], &arguments)
                                                              : EXIT_ERROR;
    }
    fputs(usage, stderr);
    return EXIT_ERROR;
}
