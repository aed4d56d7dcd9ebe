/* What `certauthzctl lint` looks at, and how it tells. */
#ifndef CERTAUTHZ_CTL_LINT_H
#define CERTAUTHZ_CTL_LINT_H

#include "base/buffer.h"
#include "config/places.h"
#include "config/setup.h"

#define CZ_LINT_DAY INT64_C(86400)
#define CZ_LINT_SOON (30 * CZ_LINT_DAY) /* what ends so soon is told */

struct lint {
    const struct setup *setup;
    const struct places *places; /* of the same configuration */
    int64_t now;
    struct buffer out; /* owned; a line for each finding */
    size_t warnings, notes;
};

/* FILE:LINE: warning: what, why it matters, and what to do. A note is only told. */
void cz_lint_warn(struct lint *lint, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void cz_lint_note(struct lint *lint, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Appends "ends at …, in 3 days" or "ended at …"; false where the end is further off than
 * CZ_LINT_SOON. */
bool cz_lint_end(const struct lint *lint, int64_t end, struct buffer *out);
/* Whether the condition names a SHA-1 digest. */
bool cz_lint_has_sha1(const struct lint *lint, const struct condition *condition);

/* The rules of one policy, by its number. */
void cz_lint_rules(struct lint *lint, size_t number);
/* The clients that the policy has of its own. */
void cz_lint_clients(struct lint *lint, size_t number);
/* Those of them that certificates might mistake for one another. */
void cz_lint_overlaps(struct lint *lint, size_t number);
/* Whether and how it checks revocation, as its own group says. */
void cz_lint_revocation(struct lint *lint, size_t number);
/* From whom forwarded certificates count. */
void cz_lint_forwarded(struct lint *lint);

#endif
