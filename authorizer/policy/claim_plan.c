#include "policy/claim_plan.h"

#include <stdlib.h>

struct bytes cz_claim_line_name(struct bytes line) {
    size_t before = strlen("Variable-"), behind = strlen(": ");
    return (struct bytes){.data = line.data + before, .len = line.len - before - behind};
}

void cz_claim_plan_release(struct claim_plan *plan) {
    for (size_t i = 0; i < plan->count; i++) {
        cz_buffer_release(&plan->items[i].line);
        cz_buffer_release(&plan->items[i].argument);
    }
    free(plan->items);
    *plan = (struct claim_plan){0};
}
