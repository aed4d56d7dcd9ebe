/* Asking every process of certauthz that has a control socket. */
#ifndef CERTAUTHZ_CTL_PROCESSES_H
#define CERTAUTHZ_CTL_PROCESSES_H

#include "ctl/command.h"
#include "ctl/control.h"

typedef void answer_writer(struct buffer *out, const struct control_answer *answer);

struct process_counts {
    size_t all;
    size_t by_status[CTL_ERROR + 1]; /* CTL_BAD: it says that a reload failed; CTL_ERROR: it does
                                        not answer */
    struct error silent;             /* of the first that does not: why */
};

/* Appends what `put` makes of each answer; those that give none are told on standard error. False,
 * with `error`, where none can be asked. */
bool cz_processes_ask(const struct ctl_arguments *arguments, const char *command,
                      answer_writer *put, struct buffer *out, struct process_counts *counts,
                      struct error *error);

#endif
