/*
 * What a process answers on its control socket: one flat JSON object, as server/commands.c makes
 * it. Pure.
 */
#ifndef CERTAUTHZ_CTL_ANSWER_H
#define CERTAUTHZ_CTL_ANSWER_H

#include "base/buffer.h"

/* Whether it is one object of texts, whole numbers, true and false, and nothing behind it. */
bool cz_answer_is_good(struct bytes answer);
/* Appends a member's text without quotes and escapes, or its number or word as it stands. False
 * where there is none, or the answer is not good. */
bool cz_answer_member(struct bytes answer, const char *name, struct buffer *value);
/* Whether the member is there and true. */
bool cz_answer_is_true(struct bytes answer, const char *name);

#endif
