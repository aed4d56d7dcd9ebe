/* Variables as web servers hand them over: an array of NAME=value that ends with NULL. */
#ifndef CERTAUTHZ_BASE_VARIABLES_H
#define CERTAUTHZ_BASE_VARIABLES_H

/* The first value under this name, borrowed; "" where there is none. */
const char *cz_variable(char *const *variables, const char *name);

#endif
