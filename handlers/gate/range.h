/* The header Range (RFC 9110 section 14.1). */
#ifndef GATE_RANGE_H
#define GATE_RANGE_H

#include "condition.h"

/* Leaves `wish`, which wants the whole of `size` bytes, as it is, or lets it want the ranges, or
 * says that none of them is inside the file. */
void gate_ranges_read(struct gate_wish *wish, const char *header, uint64_t size);

#endif
