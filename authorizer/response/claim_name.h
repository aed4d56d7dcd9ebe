/* Which names a claim of the configuration may have. */
#ifndef CERTAUTHZ_RESPONSE_CLAIM_NAME_H
#define CERTAUTHZ_RESPONSE_CLAIM_NAME_H

#define CZ_CLAIM_NAME_MAX 64 /* bytes */

/* NULL where the name is good: a capital letter, then capitals, digits and underscores. Else static
 * text that says what is wrong. Names that mean something to servers, loaders and interpreters
 * (PATH, LD_PRELOAD, PHP_VALUE, HTTP_…) and those of our own claims are not to be had. */
const char *cz_claim_name_problem(const char *name);

#endif
