#include "policy/address.h"

#include <arpa/inet.h>

#define V4_BITS 32
#define V6_BITS 128
#define V4_OFFSET 12 /* octets before the address in its mapped form */

static bool parse(const char *text, struct ip_address *address, bool *is_v4) {
    uint8_t v4[4];
    *is_v4 = inet_pton(AF_INET, text, v4) == 1;
    if (!*is_v4)
        return inet_pton(AF_INET6, text, address->octets) == 1;
    *address = (struct ip_address){.octets = {[10] = 0xff, [11] = 0xff}};
    memcpy(address->octets + V4_OFFSET, v4, sizeof v4);
    return true;
}

bool cz_address_parse(struct bytes text, struct ip_address *address) {
    char copy[INET6_ADDRSTRLEN];
    bool is_v4;
    if (text.len == 0 || text.len >= sizeof copy || memchr(text.data, '\0', text.len) != NULL)
        return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    return parse(copy, address, &is_v4);
}

static bool parse_prefix(const char *text, unsigned greatest, unsigned *prefix) {
    *prefix = 0;
    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0'))
        return false;
    for (; *text >= '0' && *text <= '9' && *prefix <= greatest; text++)
        *prefix = *prefix * 10 + (unsigned)(*text - '0');
    return *text == '\0' && *prefix <= greatest;
}

static bool has_bits_beyond(const struct ip_address *address, unsigned prefix) {
    for (unsigned bit = prefix; bit < V6_BITS; bit++)
        if ((address->octets[bit / 8] >> (7 - bit % 8) & 1) != 0)
            return true;
    return false;
}

const char *cz_address_range_parse(const char *text, struct address_range *range) {
    char address[INET6_ADDRSTRLEN];
    bool is_v4;
    size_t len = strcspn(text, "/");
    if (len >= sizeof address)
        return "it is no IP address";
    memcpy(address, text, len);
    address[len] = '\0';
    if (!parse(address, &range->first, &is_v4))
        return "it is no IP address";
    range->prefix = is_v4 ? V4_BITS : V6_BITS;
    if (text[len] == '/' && !parse_prefix(text + len + 1, range->prefix, &range->prefix))
        return "behind the slash stands no length of a prefix";
    range->prefix += is_v4 ? V6_BITS - V4_BITS : 0;
    return has_bits_beyond(&range->first, range->prefix)
               ? "the address has bits beyond the prefix: did you mean a longer prefix?"
               : NULL;
}

bool cz_address_in(const struct ip_address *address, const struct address_range *range) {
    unsigned whole = range->prefix / 8, rest = range->prefix % 8;
    if (memcmp(address->octets, range->first.octets, whole) != 0)
        return false;
    return rest == 0 || (address->octets[whole] ^ range->first.octets[whole]) >> (8 - rest) == 0;
}
