/*
 * The request's body and the reply, on standard input and output.
 */
#ifndef GATE_OUTPUT_H
#define GATE_OUTPUT_H

#include "reply.h"

/*
 * Reads what there is of the body that nobody wants: CONTENT_LENGTH bytes, or, of a body without
 * a length, all. A server that is still sending it might wait for us before it takes our reply.
 */
void gate_body_drain(char *const *variables);

/* Writes the reply with its parts of the file. False where that fails, or the file became shorter:
 * then the length that was promised is not reached, which the server can see. */
bool gate_reply_write(const struct gate_reply *reply, int file);

#endif
