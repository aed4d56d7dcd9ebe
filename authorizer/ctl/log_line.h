/* A line of certauthz's log, read back as the question that it answered. Pure. */
#ifndef CERTAUTHZ_CTL_LOG_LINE_H
#define CERTAUTHZ_CTL_LOG_LINE_H

#include "ctl/question.h"

/*
 * Fills what the line says: time, method, path (as a request target), host, address, policy, and
 * `then`; and `sha256` (hexadecimal) with the certificate's digest where it names one. A question
 * that has a host or an address keeps it where the line has none.
 *
 * False, with what is wrong and what to do in `error`, where it is no line about a decision, lacks
 * what is needed to ask again, or was cut.
 */
bool cz_question_from_line(struct bytes line, struct question *question, struct buffer *sha256,
                           struct error *error);

#endif
