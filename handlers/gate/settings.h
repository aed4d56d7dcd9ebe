/*
 * gate.conf (see certauthz-gate(8)): which folders are protected, by which configuration of
 * certauthz, and what is a program. It lies beside the program, so that nobody but who can replace
 * the program chooses it.
 */
#ifndef GATE_SETTINGS_H
#define GATE_SETTINGS_H

#include "config/config.h"

/* Files that are not sent but run. */
struct gate_program {
    struct config_text extension; /* without the dot */
    struct config_text program;   /* that is given the file; text NULL: the file itself */
};

/* A folder that the web server maps by something else than its document root. */
struct gate_alias {
    struct config_text url;    /* like the next, absolute; without a slash at the end */
    struct config_text folder; /* what that URL's own folder is */
};

struct gate_settings {
    int server;                  /* enum gate_server */
    struct config_texts folders; /* absolute; without a slash at the end */
    struct config_texts index;   /* what stands for a folder, the first that is there */
    struct config_text policy;   /* of certauthz.conf; text NULL: the one without a name */
    bool x_sendfile;
    char *configuration;           /* owned; certauthz.conf's name */
    struct gate_alias *aliases;    /* owned */
    struct gate_program *programs; /* owned */
    size_t alias_count, program_count;
};

/* On failure `error` says what and where. The caller releases `settings` in either case. */
bool gate_settings_load(const char *file, struct gate_settings *settings, struct error *error);
void gate_settings_release(struct gate_settings *settings);

/* The one that files of this name are for, or NULL. */
const struct gate_program *gate_settings_program(const struct gate_settings *settings,
                                                 const char *name);
/* The first whose URL the path is below, or is; NULL: none. */
const struct gate_alias *gate_settings_alias(const struct gate_settings *settings,
                                             const char *path);
/* The folder that the absolute name is in, or is; NULL: none. */
const char *gate_settings_folder(const struct gate_settings *settings, const char *name);

#endif
