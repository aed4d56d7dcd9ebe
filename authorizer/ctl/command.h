/* What the commands of certauthzctl share: their options, and how they speak. */
#ifndef CERTAUTHZ_CTL_COMMAND_H
#define CERTAUTHZ_CTL_COMMAND_H

#include "base/buffer.h"
#include "base/error.h"
#include "config/setup.h"

/* Exit statuses: of each command the second is for bad news that is no error. */
enum ctl_status { CTL_GOOD = 0, CTL_BAD = 1, CTL_ERROR = 2 };

enum ctl_option {
    CTL_CONFIG = 0,
    CTL_CERT,
    CTL_CHAIN,
    CTL_FORWARDED,
    CTL_URI,
    CTL_REDIRECT_URI,
    CTL_METHOD,
    CTL_HOST,
    CTL_ADDRESS,
    CTL_POLICY,
    CTL_VERIFY,
    CTL_TIME,
    CTL_LOG,
    CTL_JSON,
    CTL_COLOR,
    CTL_PASSWORD_FILE,
    CTL_CONTROL,
    CTL_RUNNING,
    CTL_STORE, /* from here on: of revocation */
    CTL_SHA256,
    CTL_PUBLIC_KEY,
    CTL_SERIAL,
    CTL_ISSUER,
    CTL_KEY,
    CTL_REASON,
    CTL_UNTIL,
    CTL_KEY_FILE, /* from here on: of probe; this one is its --key */
    CTL_DENY_CERT,
    CTL_DENY_KEY,
    CTL_CA,
    CTL_HTTP,
    CTL_PUBLIC,
    CTL_ONLY,
    CTL_TIMEOUT,
    CTL_OPTION_COUNT
};

/* The command line; all borrowed from argv. */
struct ctl_arguments {
    const char *values[CTL_OPTION_COUNT]; /* NULL: not given */
    const char *file;                     /* the operand of commands that take one */
};

/* Each command: reads what it needs, prints, and gives an exit status. */
int cz_run_check(const struct ctl_arguments *arguments);
int cz_run_crl(const struct ctl_arguments *arguments);
int cz_run_deny(const struct ctl_arguments *arguments);
int cz_run_explain(const struct ctl_arguments *arguments);
int cz_run_inspect(const struct ctl_arguments *arguments);
int cz_run_lint(const struct ctl_arguments *arguments);
int cz_run_list(const struct ctl_arguments *arguments);
int cz_run_probe(const struct ctl_arguments *arguments);
int cz_run_reload(const struct ctl_arguments *arguments);
int cz_run_revocation(const struct ctl_arguments *arguments);
int cz_run_status(const struct ctl_arguments *arguments);
int cz_run_test(const struct ctl_arguments *arguments);
int cz_run_undeny(const struct ctl_arguments *arguments);

/* Prints the message on standard error; CTL_ERROR. */
int cz_ctl_complain(const struct error *error);
/* Loads the configuration that -c, the environment or the build names, and prints its notices. The
 * caller releases `setup` in either case. */
bool cz_ctl_load(const struct ctl_arguments *arguments, struct setup *setup, struct error *error);
/* The folder of the control sockets: --control, or what the configuration says. The caller frees
 * it; NULL, with `error`, where there is none. */
char *cz_ctl_control_folder(const struct ctl_arguments *arguments, struct error *error);
/* The folder of the revocation store: --store, or what the configuration says, or, where that is
 * bad, what can be understood of it, with a notice on standard error. The caller frees it; NULL,
 * with `error`, where it cannot be found. */
char *cz_ctl_store_folder(const struct ctl_arguments *arguments, struct error *error);
/* False, with a warning on standard error for each, where a process that serves uses another one.
 * Those that cannot be asked are passed over. */
bool cz_ctl_store_is_used(const struct ctl_arguments *arguments, const char *folder);
/* The time of --time, or now. */
bool cz_ctl_time(const struct ctl_arguments *arguments, int64_t *now, struct error *error);
/* The number of --serial, as struct certificate has it; "0x" may stand before it. */
bool cz_ctl_serial(const char *text, struct buffer *serial, struct error *error);
/* Whether to write in colour: by --color, else where standard output is a terminal and NO_COLOR is
 * not set. */
bool cz_ctl_colour(const struct ctl_arguments *arguments, bool *colour, struct error *error);
/* The whole file, or standard input for "-", up to the buffer's limit. */
bool cz_ctl_read(const char *file, struct buffer *content, struct error *error);
/* Writes to standard output, and flushes it. */
bool cz_ctl_print(const struct buffer *text, struct error *error);
/* Of the monotonic clock. */
int64_t cz_ctl_milliseconds(void);

#endif
