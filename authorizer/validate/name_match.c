#include "validate/name_match.h"

#include "certificate/name.h"

#include <strings.h>

static bool same_ignoring_case(struct bytes a, struct bytes b) {
    return a.len == b.len &&
           (a.len == 0 || strncasecmp((const char *)a.data, (const char *)b.data, a.len) == 0);
}

static struct bytes last(struct bytes text, size_t len) {
    return (struct bytes){.data = text.data + text.len - len, .len = len};
}

static struct bytes skip(struct bytes text, size_t len) {
    return (struct bytes){.data = text.data + len, .len = text.len - len};
}

/* Letters, digits, hyphens and underscores in non-empty labels. */
static bool is_host(struct bytes text) {
    size_t label = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '-' || c == '_';
        if (c == '.' ? label == 0 : !word)
            return false;
        label = c == '.' ? 0 : label + 1;
    }
    return label > 0;
}

static bool is_host_or_domain(struct bytes text) {
    return is_host(text) || (text.len > 1 && text.data[0] == '.' && is_host(skip(text, 1)));
}

/* `host` is below `domain`, which begins with a dot. */
static bool is_below(struct bytes host, struct bytes domain) {
    return host.len > domain.len && same_ignoring_case(last(host, domain.len), domain);
}

static struct bytes without_final_dot(struct bytes host) {
    if (host.len > 0 && host.data[host.len - 1] == '.')
        host.len--;
    return host;
}

/* The host itself, and whatever has labels added on the left. */
static bool dns_equal_or_below(struct bytes host, struct bytes base) {
    if (base.len == 0)
        return true;
    if (base.data[0] == '.')
        return is_below(host, base);
    if (host.len <= base.len)
        return same_ignoring_case(host, base);
    return host.data[host.len - base.len - 1] == '.' &&
           same_ignoring_case(last(host, base.len), base);
}

/* A wildcard stands for names that may lie in an excluded subtree even where it itself does
 * not: *.example.com may be host.example.com. */
static bool dns_within(struct bytes name, struct bytes base, enum subtree_kind kind) {
    bool wildcard = name.len > 2 && name.data[0] == '*' && name.data[1] == '.';
    struct bytes host = without_final_dot(name);
    struct bytes parent = wildcard ? skip(host, 2) : host;
    if (!is_host(parent))
        return kind == SUBTREE_EXCLUDED || base.len == 0;
    if (dns_equal_or_below(host, base))
        return true;
    return wildcard && kind == SUBTREE_EXCLUDED && base.data[0] != '.' &&
           dns_equal_or_below(base, parent);
}

/* RFC 5321 4.1.2: between two quotes anything, behind a backslash even a quote. */
static bool is_quoted(struct bytes local) {
    if (local.len < 2 || local.data[0] != '"' || local.data[local.len - 1] != '"')
        return false;
    for (size_t i = 1; i < local.len - 1; i++) {
        if (local.data[i] == '"')
            return false;
        i += local.data[i] == '\\';
        if (i == local.len - 1)
            return false; /* the last quote is a quoted one */
    }
    return true;
}

/* RFC 5321 4.1.2: a quoted string, or atoms with dots between them. */
static bool is_local_part(struct bytes local) {
    size_t atom = 0;
    if (is_quoted(local))
        return true;
    for (size_t i = 0; i < local.len; i++) {
        uint8_t c = local.data[i];
        if (c == '.' ? atom == 0 : c <= ' ' || c > '~' || strchr("\"(),:;<>@[\\]", c) != NULL)
            return false;
        atom = c == '.' ? 0 : atom + 1;
    }
    return atom > 0;
}

/* A mailbox's host stands behind the last at-sign: the local part may be quoted and hold one. Two
 * bare ones leave open which host is meant, so that is no mailbox. */
static bool split_mailbox(struct bytes mailbox, struct bytes *local, struct bytes *host) {
    const uint8_t *at = mailbox.len > 0 ? memrchr(mailbox.data, '@', mailbox.len) : NULL;
    if (at == NULL)
        return false;
    *local = (struct bytes){.data = mailbox.data, .len = (size_t)(at - mailbox.data)};
    *host = skip(mailbox, local->len + 1);
    return is_local_part(*local) && is_host(*host);
}

/* Local parts may differ by case alone (RFC 5321 2.4), though few do, and quotes may stand around
 * one that needs none: what excludes holds for every spelling. */
static bool same_local_part(struct bytes name, struct bytes base, enum subtree_kind kind) {
    if (kind == SUBTREE_PERMITTED)
        return cz_bytes_equal(name, base);
    return is_quoted(name) || is_quoted(base) || same_ignoring_case(name, base);
}

/* A base is one mailbox, all of a host, or all of the hosts below a domain. */
static bool email_within(struct bytes name, struct bytes base, enum subtree_kind kind) {
    struct bytes local, host, base_local, base_host;
    /* RFC 5280 gives an empty base no meaning: it permits nothing and excludes all */
    if (base.len == 0 || !split_mailbox(name, &local, &host))
        return kind == SUBTREE_EXCLUDED;
    if (split_mailbox(base, &base_local, &base_host))
        return same_local_part(local, base_local, kind) && same_ignoring_case(host, base_host);
    return base.data[0] == '.' ? is_below(host, base) : same_ignoring_case(host, base);
}

static bool all_digits_and_dots(struct bytes host) {
    for (size_t i = 0; i < host.len; i++)
        if (host.data[i] != '.' && (host.data[i] < '0' || host.data[i] > '9'))
            return false;
    return true;
}

/* The host of scheme://[user@]host[:port][/…] (RFC 3986 3.2); false where it has no host name. */
static bool uri_host(struct bytes uri, struct bytes *host) {
    const uint8_t *colon = memchr(uri.data, ':', uri.len);
    if (colon == NULL)
        return false;
    struct bytes rest = skip(uri, (size_t)(colon - uri.data) + 1);
    if (rest.len < 3 || rest.data[0] != '/' || rest.data[1] != '/')
        return false;
    rest = skip(rest, 2);
    size_t len = 0;
    while (len < rest.len && strchr("/?#", rest.data[len]) == NULL)
        len++;
    rest.len = len;
    const uint8_t *at = rest.len > 0 ? memrchr(rest.data, '@', rest.len) : NULL;
    if (at != NULL)
        rest = skip(rest, (size_t)(at - rest.data) + 1);
    const uint8_t *port = rest.len > 0 ? memchr(rest.data, ':', rest.len) : NULL;
    if (port != NULL)
        rest.len = (size_t)(port - rest.data);
    *host = without_final_dot(rest);
    return is_host(*host) && !all_digits_and_dots(*host);
}

/* A base with a leading dot covers the hosts below it; another exactly one host. A URI without a
 * host name cannot be compared and must be refused (RFC 5280 4.2.1.10). */
static bool uri_within(struct bytes name, struct bytes base, enum subtree_kind kind) {
    struct bytes host;
    if (base.len == 0 || !uri_host(name, &host))
        return kind == SUBTREE_EXCLUDED;
    return base.data[0] == '.' ? is_below(host, base) : same_ignoring_case(host, base);
}

/* An address and a mask of the same length stand one behind the other. */
static bool ip_within(struct bytes name, struct bytes base) {
    if (base.len != name.len * 2)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t mask = base.data[name.len + i];
        if ((name.data[i] & mask) != (base.data[i] & mask))
            return false;
    }
    return true;
}

static bool is_ip_range(struct bytes base) {
    bool ended = false;
    if (base.len != 8 && base.len != 32)
        return false;
    for (size_t bit = base.len / 2 * 8; bit < base.len * 8; bit++) {
        bool set = (base.data[bit / 8] >> (7 - bit % 8) & 1) != 0;
        if (set && ended)
            return false; /* no CIDR range (RFC 4632) */
        ended |= !set;
    }
    return true;
}

/* The base's RDNs are the first of the name's. In the canonical form each RDN begins with '/', so
 * where the base ends in the name, the name ends too or another RDN begins. */
static bool directory_within(struct bytes name, struct bytes base, enum subtree_kind kind) {
    struct buffer canonical_name = {0}, canonical_base = {0};
    cz_name_canonical(&canonical_name, name);
    cz_name_canonical(&canonical_base, base);
    bool within = kind == SUBTREE_EXCLUDED;
    if (!canonical_name.failed && !canonical_base.failed)
        within = canonical_base.len == 0 ||
                 (canonical_name.len >= canonical_base.len &&
                  memcmp(canonical_name.data, canonical_base.data, canonical_base.len) == 0 &&
                  (canonical_name.len == canonical_base.len ||
                   canonical_name.data[canonical_base.len] == '/'));
    cz_buffer_release(&canonical_name);
    cz_buffer_release(&canonical_base);
    return within;
}

bool cz_subtree_base_valid(const struct general_name *base) {
    struct bytes local, host;
    switch (base->type) {
    case GENERAL_NAME_DNS:
    case GENERAL_NAME_URI:
        return base->value.len == 0 || is_host_or_domain(base->value);
    case GENERAL_NAME_EMAIL:
        return base->value.len == 0 || is_host_or_domain(base->value) ||
               split_mailbox(base->value, &local, &host);
    case GENERAL_NAME_IP:
        return is_ip_range(base->value);
    case GENERAL_NAME_DIRECTORY:
        return cz_name_valid(base->value);
    default:
        return true;
    }
}

bool cz_name_within(const struct general_name *name, const struct general_name *base,
                    enum subtree_kind kind) {
    switch (name->type) {
    case GENERAL_NAME_DNS:
        return dns_within(name->value, base->value, kind);
    case GENERAL_NAME_EMAIL:
        return email_within(name->value, base->value, kind);
    case GENERAL_NAME_URI:
        return uri_within(name->value, base->value, kind);
    case GENERAL_NAME_IP:
        return ip_within(name->value, base->value);
    case GENERAL_NAME_DIRECTORY:
        return directory_within(name->value, base->value, kind);
    default:
        return kind == SUBTREE_EXCLUDED;
    }
}
