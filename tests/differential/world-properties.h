/* What must hold of our verdicts on revocation whatever the world is. */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_WORLD_PROPERTIES_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_WORLD_PROPERTIES_H

#include "world-judge.h"

struct world_property {
    const char *name;
    unsigned every; /* so many worlds it is tried once */
    bool (*holds)(const struct world_bench *bench);
    unsigned tried, broken;
};

extern struct world_property world_properties[];
extern const size_t world_property_count;

/* The name of the first that does not hold, or NULL. The world is signed; `number` chooses what is
 * tried. */
const char *world_property_broken(const struct world *world, uint64_t number);

#endif
