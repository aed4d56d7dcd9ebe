/* A decision with its whole trace, for people or as JSON. Pure. */
#ifndef CERTAUTHZ_CTL_REPORT_H
#define CERTAUTHZ_CTL_REPORT_H

#include "base/buffer.h"
#include "ctl/explain.h"

void cz_report_text(struct buffer *out, const struct explain_question *question,
                    const struct decision *decision);
/* One object with request, rule, certificate, path, checks and decision. */
void cz_report_json(struct buffer *out, const struct explain_question *question,
                    const struct decision *decision);

#endif
