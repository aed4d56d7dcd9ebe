/* Addresses and ranges: what is read, and what lies in what. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"

#include "policy/address.h"

static const struct {
    const char *text;
    bool good;
} address_cases[] = {
    {"192.0.2.1", true},
    {"2001:db8::1", true},
    {"::ffff:192.0.2.1", true},
    {"::", true},
    {"", false},
    {" 192.0.2.1", false},
    {"192.0.2.1 ", false},
    {"192.0.2", false},
    {"192.0.2.01", false},
    {"192.0.2.256", false},
    {"192.0.2.1:80", false},
    {"[2001:db8::1]", false},
    {"fe80::1%eth0", false},
    {"192.0.2.0/24", false},
    {"localhost", false},
    {"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc", false},
};

#define NO_ADDRESS "it is no IP address"
#define NO_LENGTH "behind the slash stands no length of a prefix"
#define BEYOND "the address has bits beyond the prefix: did you mean a longer prefix?"

static const struct {
    const char *text, *problem;
} range_cases[] = {
    {"192.0.2.1", NULL},
    {"192.0.2.1/32", NULL},
    {"192.0.2.0/24", NULL},
    {"0.0.0.0/0", NULL},
    {"::/0", NULL},
    {"2001:db8::/32", NULL},
    {"2001:db8::1/128", NULL},
    {"", NO_ADDRESS},
    {"/24", NO_ADDRESS},
    {"example.org/24", NO_ADDRESS},
    {"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc/8", NO_ADDRESS},
    {"192.0.2.0/", NO_LENGTH},
    {"192.0.2.0/33", NO_LENGTH},
    {"192.0.2.0/024", NO_LENGTH},
    {"192.0.2.0/+24", NO_LENGTH},
    {"192.0.2.0/24/", NO_LENGTH},
    {"192.0.2.0/4294967320", NO_LENGTH},
    {"2001:db8::/129", NO_LENGTH},
    {"192.0.2.1/24", BEYOND},
    {"192.0.2.128/24", BEYOND},
    {"2001:db8::1/127", BEYOND},
    {"::1/0", BEYOND},
};

static const struct {
    const char *address, *range;
    bool is_in;
} in_cases[] = {
    {"192.0.2.1", "192.0.2.1", true},           {"192.0.2.0", "192.0.2.1", false},
    {"192.0.2.255", "192.0.2.0/24", true},      {"192.0.3.0", "192.0.2.0/24", false},
    {"192.0.2.129", "192.0.2.128/31", true},    {"192.0.2.130", "192.0.2.128/31", false},
    {"255.255.255.255", "0.0.0.0/0", true},     {"::ffff:10.1.2.3", "10.0.0.0/8", true},
    {"10.1.2.3", "::ffff:10.0.0.0/104", true},  {"::10.1.2.3", "10.0.0.0/8", false},
    {"2001:db8::1", "0.0.0.0/0", false},        {"192.0.2.1", "::/0", true},
    {"2001:db8:7fff::", "2001:db8::/33", true}, {"2001:db8:8000::", "2001:db8::/33", false},
};

int main(void) {
    struct ip_address address;
    struct address_range range;
    for (size_t i = 0; i < CZ_COUNT(address_cases); i++)
        tap_ok(cz_address_parse(cz_bytes_of(address_cases[i].text), &address) ==
                   address_cases[i].good,
               "\"%s\" is %s", address_cases[i].text,
               address_cases[i].good ? "an address" : "no address");
    tap_ok(!cz_address_parse(TEXT("192.0.2.1\0"), &address), "a NUL behind makes it none");
    for (size_t i = 0; i < CZ_COUNT(range_cases); i++) {
        const char *problem = cz_address_range_parse(range_cases[i].text, &range);
        tap_is(problem != NULL ? problem : "good",
               range_cases[i].problem != NULL ? range_cases[i].problem : "good",
               support_text("the range \"%s\"", range_cases[i].text));
    }
    for (size_t i = 0; i < CZ_COUNT(in_cases); i++) {
        if (!cz_address_parse(cz_bytes_of(in_cases[i].address), &address) ||
            cz_address_range_parse(in_cases[i].range, &range) != NULL)
            support_die("%s, %s", in_cases[i].address, in_cases[i].range);
        tap_ok(cz_address_in(&address, &range) == in_cases[i].is_in, "%s is %s %s",
               in_cases[i].address, in_cases[i].is_in ? "in" : "not in", in_cases[i].range);
    }
    return tap_done();
}
