/* certauthzctl: for people. See certauthzctl(1). */
#include "config.h"

#include "base/cleanup.h"
#include "ctl/command.h"

#include <getopt.h>
#include <stdio.h>

/* The number of an option is its place in the arguments, beyond all characters. */
#define LONG(option) (256 + (option))

static const struct option long_options[] = {
    {"config", required_argument, NULL, LONG(CTL_CONFIG)},
    {"cert", required_argument, NULL, LONG(CTL_CERT)},
    {"chain", required_argument, NULL, LONG(CTL_CHAIN)},
    {"forwarded", required_argument, NULL, LONG(CTL_FORWARDED)},
    {"uri", required_argument, NULL, LONG(CTL_URI)},
    {"redirect-uri", required_argument, NULL, LONG(CTL_REDIRECT_URI)},
    {"method", required_argument, NULL, LONG(CTL_METHOD)},
    {"host", required_argument, NULL, LONG(CTL_HOST)},
    {"address", required_argument, NULL, LONG(CTL_ADDRESS)},
    {"policy", required_argument, NULL, LONG(CTL_POLICY)},
    {"verify", required_argument, NULL, LONG(CTL_VERIFY)},
    {"time", required_argument, NULL, LONG(CTL_TIME)},
    {"log", required_argument, NULL, LONG(CTL_LOG)},
    {"json", no_argument, NULL, LONG(CTL_JSON)},
    {"color", required_argument, NULL, LONG(CTL_COLOR)},
    {"password-file", required_argument, NULL, LONG(CTL_PASSWORD_FILE)},
    {"control", required_argument, NULL, LONG(CTL_CONTROL)},
    {"running", no_argument, NULL, LONG(CTL_RUNNING)},
    {"store", required_argument, NULL, LONG(CTL_STORE)},
    {"sha256", required_argument, NULL, LONG(CTL_SHA256)},
    {"public-key", required_argument, NULL, LONG(CTL_PUBLIC_KEY)},
    {"serial", required_argument, NULL, LONG(CTL_SERIAL)},
    {"issuer", required_argument, NULL, LONG(CTL_ISSUER)},
    {"key", no_argument, NULL, LONG(CTL_KEY)},
    {"reason", required_argument, NULL, LONG(CTL_REASON)},
    {"until", required_argument, NULL, LONG(CTL_UNTIL)},
    {"key", required_argument, NULL, LONG(CTL_KEY_FILE)},
    {"deny-cert", required_argument, NULL, LONG(CTL_DENY_CERT)},
    {"deny-key", required_argument, NULL, LONG(CTL_DENY_KEY)},
    {"ca", required_argument, NULL, LONG(CTL_CA)},
    {"http", required_argument, NULL, LONG(CTL_HTTP)},
    {"public", required_argument, NULL, LONG(CTL_PUBLIC)},
    {"only", required_argument, NULL, LONG(CTL_ONLY)},
    {"timeout", required_argument, NULL, LONG(CTL_TIMEOUT)},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: certauthzctl check [-c FILE]\n"
    "       certauthzctl crl [-c FILE] [--issuer FILE] [--serial HEX | --cert FILE]\n"
    "                        [--time TIME] [--json] FILE\n"
    "       certauthzctl deny [-c FILE] [--store FOLDER] [--control FOLDER]\n"
    "                         [--reason TEXT] [--until TIME] WHAT\n"
    "       certauthzctl explain [-c FILE] [--cert FILE [--chain FILE]] --uri URI\n"
    "                            [--method METHOD] [--host HOST] [--address ADDRESS]\n"
    "                            [--policy NAME] [--redirect-uri URI] [--verify TEXT]\n"
    "                            [--forwarded FILE]\n"
    "                            [--time 2026-01-02T03:04:05Z] [--json] [--color WHEN]\n"
    "                            [--running [--control FOLDER]]\n"
    "       certauthzctl explain [-c FILE] [--cert FILE [--chain FILE]] --log LINE\n"
    "                            [--host HOST] [--address ADDRESS] [--verify TEXT]\n"
    "                            [--json] [--color WHEN] [--running [--control FOLDER]]\n"
    "       certauthzctl inspect [-c FILE] [--password-file FILE] [--time TIME] FILE\n"
    "       certauthzctl lint [-c FILE] [--time TIME]\n"
    "       certauthzctl list [-c FILE] [--store FOLDER] [--time TIME] [--json]\n"
    "       certauthzctl probe --cert FILE --key FILE [--deny-cert FILE --deny-key FILE]\n"
    "                          [--ca FILE] [--http URL] [--public PATH] [--only GROUPS]\n"
    "                          [--timeout SECONDS] [--json] URL\n"
    "       certauthzctl reload [-c FILE] [--control FOLDER]\n"
    "       certauthzctl revocation [-c FILE] [--chain FILE] [--policy NAME] [--time TIME]\n"
    "                            [--json] FILE\n"
    "       certauthzctl status [-c FILE] [--control FOLDER] [--time TIME] [--json]\n"
    "       certauthzctl test [-c FILE] FILE\n"
    "       certauthzctl undeny [-c FILE] [--store FOLDER] [--control FOLDER] WHAT | ENTRY\n"
    "       certauthzctl -V\n"
    "WHAT:  [--key] [--password-file FILE] FILE | SHA256 | --sha256 SHA256 |\n"
    "       --public-key FILE | --public-key SHA256 | --serial HEX --issuer NAME |\n"
    "       --serial HEX --issuer FILE\n";

#define TAKES(option) (UINT64_C(1) << (option))
#define TAKES_UP_TO(option) (TAKES((option) + 1) - 1)

struct command {
    const char *name;
    int (*run)(const struct ctl_arguments *arguments);
    uint64_t options; /* TAKES(enum ctl_option), or-ed */
    enum { NO_FILE = 0, NEEDS_FILE, MAY_HAVE_FILE } operand;
};

/* What names an entry of the deny list, and whose. */
#define TAKES_TARGET                                                                               \
    (TAKES(CTL_CONFIG) | TAKES(CTL_STORE) | TAKES(CTL_CONTROL) | TAKES(CTL_PASSWORD_FILE) |        \
     TAKES(CTL_SHA256) | TAKES(CTL_PUBLIC_KEY) | TAKES(CTL_SERIAL) | TAKES(CTL_ISSUER) |           \
     TAKES(CTL_KEY))

static const struct command commands[] = {
    {"check", cz_run_check, TAKES(CTL_CONFIG), NO_FILE},
    {"crl", cz_run_crl,
     TAKES(CTL_CONFIG) | TAKES(CTL_ISSUER) | TAKES(CTL_SERIAL) | TAKES(CTL_CERT) | TAKES(CTL_TIME) |
         TAKES(CTL_JSON),
     NEEDS_FILE},
    {"deny", cz_run_deny, TAKES_TARGET | TAKES(CTL_REASON) | TAKES(CTL_UNTIL), MAY_HAVE_FILE},
    {"explain", cz_run_explain, TAKES_UP_TO(CTL_RUNNING) & ~TAKES(CTL_PASSWORD_FILE), NO_FILE},
    {"inspect", cz_run_inspect, TAKES(CTL_CONFIG) | TAKES(CTL_PASSWORD_FILE) | TAKES(CTL_TIME),
     NEEDS_FILE},
    {"lint", cz_run_lint, TAKES(CTL_CONFIG) | TAKES(CTL_TIME), NO_FILE},
    {"list", cz_run_list, TAKES(CTL_CONFIG) | TAKES(CTL_STORE) | TAKES(CTL_TIME) | TAKES(CTL_JSON),
     NO_FILE},
    {"probe", cz_run_probe,
     TAKES(CTL_CERT) | TAKES(CTL_KEY_FILE) | TAKES(CTL_DENY_CERT) | TAKES(CTL_DENY_KEY) |
         TAKES(CTL_CA) | TAKES(CTL_HTTP) | TAKES(CTL_PUBLIC) | TAKES(CTL_ONLY) |
         TAKES(CTL_TIMEOUT) | TAKES(CTL_JSON),
     NEEDS_FILE},
    {"reload", cz_run_reload, TAKES(CTL_CONFIG) | TAKES(CTL_CONTROL), NO_FILE},
    {"revocation", cz_run_revocation,
     TAKES(CTL_CONFIG) | TAKES(CTL_CHAIN) | TAKES(CTL_POLICY) | TAKES(CTL_TIME) | TAKES(CTL_JSON),
     NEEDS_FILE},
    {"status", cz_run_status,
     TAKES(CTL_CONFIG) | TAKES(CTL_CONTROL) | TAKES(CTL_JSON) | TAKES(CTL_TIME), NO_FILE},
    {"test", cz_run_test, TAKES(CTL_CONFIG), NEEDS_FILE},
    {"undeny", cz_run_undeny, TAKES_TARGET, MAY_HAVE_FILE},
};

static bool take_option(const struct command *command, int number,
                        struct ctl_arguments *arguments) {
    int option = number == 'c' ? CTL_CONFIG : number - LONG(0);
    if (number == '?' || number == ':') {
        fputs(usage, stderr);
        return false;
    }
    if ((command->options & TAKES(option)) == 0) {
        fprintf(stderr, "certauthzctl: %s takes no --%s\n%s", command->name,
                long_options[option].name, usage);
        return false;
    }
    arguments->values[option] = optarg != NULL ? optarg : "";
    return true;
}

static bool read_arguments(const struct command *command, int argc, char **argv,
                           struct ctl_arguments *arguments) {
    int option;
    struct option options[CZ_COUNT(long_options)];
    memcpy(options, long_options, sizeof options);
    /* --key is a word alone, but for who takes it with a file: of two that are named alike the
     * first counts. */
    if ((command->options & TAKES(CTL_KEY_FILE)) != 0)
        options[CTL_KEY] = options[CTL_KEY_FILE];
    *arguments = (struct ctl_arguments){0};
    while ((option = getopt_long(argc, argv, "c:", options, NULL)) != -1)
        if (!take_option(command, option, arguments))
            return false;
    if (command->operand != NO_FILE && optind < argc)
        arguments->file = argv[optind++];
    if (command->operand == NEEDS_FILE && arguments->file == NULL) {
        fprintf(stderr, "certauthzctl: %s needs a file\n%s", command->name, usage);
        return false;
    }
    if (optind == argc)
        return true;
    fprintf(stderr, "certauthzctl: unexpected argument: %s\n%s", argv[optind], usage);
    return false;
}

int main(int argc, char **argv) {
    struct ctl_arguments arguments;
    bool alone = argc == 2;
    if (alone && (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0)) {
        printf("certauthzctl %s\n", VERSION);
        return CTL_GOOD;
    }
    if (alone && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return CTL_GOOD;
    }
    for (size_t i = 0; argc > 1 && i < CZ_COUNT(commands); i++) {
        if (strcmp(argv[1], commands[i].name) != 0)
            continue;
        argv[1] = argv[0]; /* getopt's messages begin with it */
        return read_arguments(&commands[i], argc - 1, argv + 1, &arguments)
                   ? commands[i].run(&arguments)
                   : CTL_ERROR;
    }
    fputs(usage, stderr);
    return CTL_ERROR;
}
