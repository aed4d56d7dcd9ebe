/*
 * Every selector that a certificate fits, in the spelling that a configuration wants. Each is
 * read back by the configuration's own reader and tried on the certificate before it is shown.
 */
#ifndef CERTAUTHZ_CTL_SPELLING_H
#define CERTAUTHZ_CTL_SPELLING_H

#include "base/buffer.h"
#include "base/error.h"
#include "certificate/certificate.h"
#include "validate/policies.h"

/* A value longer than this is no selector that anybody would paste; bytes of an extension. */
#define CZ_EXTENSION_SHOWN_MAX 512

/*
 * Appends a line for each: two blanks and what goes into a group of selectors; what cannot be
 * written so that it fits is a comment that says why. Policies are those that the certificate
 * names; they hold only where its path is valid under them. False when out of memory.
 */
bool cz_spell_selectors(struct buffer *out, const struct certificate *certificate,
                        struct error *error);

/* The policies that the certificate itself names, as if each held for its path. */
void cz_policies_named(const struct certificate *certificate, struct policies_found *found);

#endif
