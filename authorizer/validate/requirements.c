#include "validate/requirements.h"

#include <stdlib.h>

static void oid_set_release(struct oid_set *set) {
    for (size_t i = 0; i < set->count; i++)
        free((void *)set->oids[i].data);
    free(set->oids);
    *set = (struct oid_set){0};
}

void cz_requirements_release(struct requirements *requirements) {
    oid_set_release(&requirements->purposes);
    oid_set_release(&requirements->initial_policies);
}
