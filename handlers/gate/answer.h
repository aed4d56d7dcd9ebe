/*
 * One request: who called, what for, whether certauthz lets it pass, and what is served then.
 */
#ifndef GATE_ANSWER_H
#define GATE_ANSWER_H

#include "settings.h"

/*
 * Answers on standard output, or becomes the program that does. False where that fails; `error`
 * says why unless it was only the reply that could not be written. Nothing is served before
 * certauthz has approved of the very path that is.
 */
bool gate_answer(const struct gate_settings *settings, char *const *variables, struct error *error);

/* A whole reply for when there are no settings. */
void gate_answer_failure(char *const *variables);

#endif
