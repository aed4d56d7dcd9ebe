/*
 * What certauthz answered, read as strictly as it is written: anything but a whole approval is
 * none.
 */
#ifndef GATE_APPROVAL_H
#define GATE_APPROVAL_H

#include "base/bytes.h"

#include <stdbool.h>

/*
 * The claims of an approval: its header lines after the status, `Variable-NAME: value` each, up to
 * the blank line that ends the reply. False for every other reply. `claims` is borrowed from
 * `reply`.
 */
bool gate_approval_read(struct bytes reply, struct bytes *claims);

struct gate_claim {
    struct bytes name, value;
};

/* Takes the first claim off `claims`, which gate_approval_read gave; false at their end. */
bool gate_claim_next(struct bytes *claims, struct gate_claim *claim);

#endif
