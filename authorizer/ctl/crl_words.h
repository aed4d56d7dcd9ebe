/* Parts of what is told about a CRL, alike for people and for programs. Pure. */
#ifndef CERTAUTHZ_CTL_CRL_WORDS_H
#define CERTAUTHZ_CTL_CRL_WORDS_H

#include "ctl/crl_account.h"

/* The number as people write it: decimal where it fits, else hexadecimal behind "0x". */
void cz_put_crl_number(struct buffer *out, struct bytes magnitude);
/* Of which certificates it tells, in words with ", " between. */
void cz_put_crl_scope(struct buffer *out, const struct crl *crl);
/* The keyIdentifier; empty: none. */
struct bytes cz_crl_key_identifier(const struct crl *crl);
/* Each as a word, for programs, and as a sentence, for people. Never NULL. */
const char *cz_crl_freshness_word(enum crl_freshness freshness);
const char *cz_crl_signed_word(enum crl_signed is_signed);
const char *cz_crl_standing_word(enum crl_standing standing);

#endif
