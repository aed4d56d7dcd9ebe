/* What a certificate says, as texts of a configuration that are yet to be tried. Pure. */
#ifndef CERTAUTHZ_CTL_SPELLING_WALK_H
#define CERTAUTHZ_CTL_SPELLING_WALK_H

#include "base/buffer.h"
#include "selector/condition.h"

#define CZ_SPELLINGS_MAX 3 /* of one selector, the best first */

struct spelling {
    const char *name;                              /* static; of the selector */
    const char *problem;                           /* static: why there is none; or NULL */
    struct buffer texts[CZ_SPELLINGS_MAX];         /* owned: subject = "CN=x"; */
    bool readable[CZ_SPELLINGS_MAX];               /* the configuration's reader takes it, … */
    struct condition conditions[CZ_SPELLINGS_MAX]; /* … as this; owned */
    size_t count;
};

struct spelling_list {
    struct spelling *items; /* owned */
    size_t count, capacity;
    bool failed; /* out of memory */
};

void cz_spelling_walk(struct spelling_list *list, const struct certificate *certificate,
                      const struct policies_found *policies);
void cz_spelling_list_release(struct spelling_list *list);

#endif
