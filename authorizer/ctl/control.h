/* The peer of the control sockets (server/control.h): asks every process that has one. */
#ifndef CERTAUTHZ_CTL_CONTROL_H
#define CERTAUTHZ_CTL_CONTROL_H

#include "base/buffer.h"
#include "base/error.h"

#define CZ_CONTROL_ANSWER_SECONDS 60 /* a reload may read many certificates */

/*
 * The folder of the sockets, for the caller to free. It is taken from the configuration file; where
 * that is bad, from its text as far as it can be understood, so that processes that still serve
 * can be asked about it. NULL, with `error` saying what to do, where there is none.
 */
char *cz_control_folder(const char *config_file, struct error *error);

struct control_answer {
    int pid;
    struct buffer line; /* without its newline; empty where there is none */
    struct error error; /* why there is none */
};

struct control_answers {
    struct control_answer *items; /* owned, in the order of their process ids */
    size_t count;
};

/*
 * Sends the command to every process that has a socket in the folder, one after the other. Sockets
 * that nobody listens on are passed over. False, with `error`, where the folder cannot be read.
 * The caller releases `answers` in either case.
 */
bool cz_control_ask(const char *folder, const char *command, struct control_answers *answers,
                    struct error *error);
void cz_control_answers_release(struct control_answers *answers);

/* One line for people, or two where the last reload failed. */
void cz_control_put_status(struct buffer *out, const struct control_answer *answer);
void cz_control_put_reload(struct buffer *out, const struct control_answer *answer);

#endif
