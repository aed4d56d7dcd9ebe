/* Proxies that anybody could be, and headers that clients could spell in another way. */
#include "ctl/lint.h"

#define V4_MAPPED_BITS 96 /* before an IPv4 address */
#define V4_WIDEST (V4_MAPPED_BITS + 8)
#define V6_WIDEST 16

static bool is_v4(const struct address_range *range) {
    static const uint8_t mapped[V4_MAPPED_BITS / 8] = {[10] = 0xff, [11] = 0xff};
    return range->prefix >= V4_MAPPED_BITS &&
           memcmp(range->first.octets, mapped, sizeof mapped) == 0;
}

/* Nobody has so many proxies. */
static bool is_too_wide(const struct address_range *range) {
    return range->prefix < (is_v4(range) ? V4_WIDEST : V6_WIDEST);
}

/* Of names without hyphens there is one spelling. */
static void lint_header(struct lint *lint, const struct config_text *header) {
    struct place place = {.file = header->file, .line = header->line};
    if (strchr(header->text, '-') == NULL || lint->setup->snapshot.forwarding.none != NULL)
        return;
    cz_lint_note(lint, &place,
                 "forwarded.header: \"%s\": lighttpd takes other characters for the hyphens, so "
                 "where a proxy in front of it adds nothing for want of a certificate, a client's "
                 "own header could count; set none, or take a name without hyphens, unless the "
                 "proxy drops such headers",
                 header->text);
}

void cz_lint_forwarded(struct lint *lint) {
    const struct forwarding *forwarding = &lint->setup->snapshot.forwarding;
    if (lint->setup->config.forwarded.header.text != NULL)
        lint_header(lint, &lint->setup->config.forwarded.header);
    for (size_t i = 0; i < forwarding->proxy_count; i++) {
        const struct config_text *text = &lint->setup->config.forwarded.proxies.items[i];
        struct place place = {.file = text->file, .line = text->line};
        if (is_too_wide(&forwarding->proxies[i]))
            cz_lint_warn(lint, &place,
                         "forwarded.proxies: \"%s\": whoever connects from there is taken for a "
                         "proxy, and can present anybody's certificate without its key; name the "
                         "proxies' own addresses",
                         text->text);
    }
}
