/* Is a name within a subtree (RFC 5280 4.2.1.10)? One function for each name form. */
#ifndef CERTAUTHZ_VALIDATE_NAME_MATCH_H
#define CERTAUTHZ_VALIDATE_NAME_MATCH_H

#include "certificate/certificate.h"

/* What cannot be told is answered so that the certificate is refused: outside what is permitted,
 * inside what is excluded. */
enum subtree_kind { SUBTREE_PERMITTED, SUBTREE_EXCLUDED };

/* Whether a base has the form that its type demands; a constraint that has not is malformed. */
bool cz_subtree_base_valid(const struct general_name *base);

/* `name` and `base` are of the same type. */
bool cz_name_within(const struct general_name *name, const struct general_name *base,
                    enum subtree_kind kind);

#endif
