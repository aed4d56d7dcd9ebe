/* IP addresses and ranges of them (RFC 4632, RFC 4291), without asking anybody's resolver. */
#ifndef CERTAUTHZ_POLICY_ADDRESS_H
#define CERTAUTHZ_POLICY_ADDRESS_H

#include "base/bytes.h"

/* IPv4 as ::ffff:a.b.c.d, so that a client that came over a socket of both families is the same. */
struct ip_address {
    uint8_t octets[16];
};

struct address_range {
    struct ip_address first;
    unsigned prefix; /* bits of the 128 */
};

/* 192.0.2.1, 2001:db8::1; nothing else is taken. */
bool cz_address_parse(struct bytes text, struct ip_address *address);
/* An address, or 192.0.2.0/24, 2001:db8::/32. NULL on success, else static text that says what is
 * wrong: an address with bits beyond the prefix is more likely a mistake than a range. */
const char *cz_address_range_parse(const char *text, struct address_range *range);
bool cz_address_in(const struct ip_address *address, const struct address_range *range);

#endif
