/* `certauthzctl explain`: what the command line asks. */
#ifndef CERTAUTHZ_CTL_EXPLAIN_H
#define CERTAUTHZ_CTL_EXPLAIN_H

#include "ctl/command.h"
#include "ctl/question.h"

/* From the options and the files that they name. False, with what is wrong in `error`, where they
 * do not go together or a file cannot be read. The caller releases `question` in either case. */
bool cz_explain_ask(const struct ctl_arguments *arguments, struct question *question,
                    struct error *error);

#endif
