#include "base/accept.h"

#include "base/bytes.h"

#include <strings.h>

/* How closely a range names an offer. Many clients write `application/json;charset=utf-8`:
 * a range with parameters matches the bare offer too, but yields to the bare range. */
enum specificity { NO_MATCH = 0, ANY_TYPE, ANY_SUBTYPE, WITH_PARAMETERS, EXACT };

struct media_range {
    struct bytes name; /* type/subtype, either may be "*" */
    bool has_parameters;
    int quality; /* thousandths */
};

static struct bytes trim(struct bytes text) {
    while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = (struct bytes){.data = text.data + 1, .len = text.len - 1};
    while (text.len > 0 && (text.data[text.len - 1] == ' ' || text.data[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/* Takes what stands before the next delimiter outside of a quoted string off `rest`. */
static struct bytes take_until(struct bytes *rest, char delimiter) {
    bool quoted = false;
    size_t at = 0;
    for (; at < rest->len && (quoted || rest->data[at] != delimiter); at++) {
        if (rest->data[at] == '"')
            quoted = !quoted;
        else if (quoted && rest->data[at] == '\\' && at + 1 < rest->len)
            at++;
    }
    struct bytes taken = {.data = rest->data, .len = at};
    size_t used = at < rest->len ? at + 1 : at;
    *rest = (struct bytes){.data = rest->data + used, .len = rest->len - used};
    return trim(taken);
}

static bool is_token(struct bytes text) {
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        bool alphanumeric =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!alphanumeric && memchr(others, c, sizeof others - 1) == NULL)
            return false;
    }
    return text.len > 0;
}

/* 0, 0.5, 0.123, 1, 1.000 (RFC 9110 section 12.4.2). */
static bool parse_quality(struct bytes text, int *quality) {
    if (text.len < 1 || text.len > 5 || (text.data[0] != '0' && text.data[0] != '1') ||
        (text.len > 1 && text.data[1] != '.'))
        return false;
    *quality = (text.data[0] - '0') * 1000;
    int unit = 100;
    for (size_t i = 2; i < text.len; i++, unit /= 10) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        *quality += (text.data[i] - '0') * unit;
    }
    return *quality <= 1000;
}

static bool parse_name(struct bytes name) {
    struct bytes subtype = name;
    struct bytes type = take_until(&subtype, '/');
    bool any = type.len == 1 && type.data[0] == '*';
    bool any_subtype = subtype.len == 1 && subtype.data[0] == '*';
    return is_token(type) && is_token(subtype) && (!any || any_subtype);
}

static bool parse_range(struct bytes element, struct media_range *range) {
    struct bytes rest = element;
    *range = (struct media_range){.name = take_until(&rest, ';'), .quality = 1000};
    if (!parse_name(range->name))
        return false;
    while (rest.len > 0) {
        struct bytes value = take_until(&rest, ';');
        struct bytes name = take_until(&value, '=');
        if (name.len == 1 && (name.data[0] | 0x20) == 'q')
            return parse_quality(value, &range->quality);
        range->has_parameters = range->has_parameters || name.len > 0;
    }
    return true;
}

static bool same_text(struct bytes text, const char *other, size_t len) {
    return text.len == len && strncasecmp((const char *)text.data, other, len) == 0;
}

static enum specificity match(const struct media_range *range, const char *offer) {
    struct bytes subtype = range->name;
    struct bytes type = take_until(&subtype, '/');
    if (same_text(range->name, "*/*", 3))
        return ANY_TYPE;
    if (same_text(subtype, "*", 1))
        return same_text(type, offer, strcspn(offer, "/")) ? ANY_SUBTYPE : NO_MATCH;
    if (!same_text(range->name, offer, strlen(offer)))
        return NO_MATCH;
    return range->has_parameters ? WITH_PARAMETERS : EXACT;
}

struct preference {
    int quality;
    enum specificity specificity;
};

static bool is_better(struct preference a, struct preference b) {
    return a.quality > b.quality || (a.quality == b.quality && a.specificity > b.specificity);
}

/* What the most specific matching range says; the best of several equally specific. */
static struct preference preference_for(struct bytes accept, const char *offer) {
    struct preference best = {.quality = 0, .specificity = NO_MATCH};
    while (accept.len > 0) {
        struct media_range range;
        if (!parse_range(take_until(&accept, ','), &range))
            continue;
        enum specificity found = match(&range, offer);
        if (found > best.specificity ||
            (found == best.specificity && found != NO_MATCH && range.quality > best.quality))
            best = (struct preference){.quality = range.quality, .specificity = found};
    }
    return best;
}

size_t cz_accept_choose(const char *accept, const char *const *offers, size_t count) {
    struct bytes header = cz_bytes_of(accept != NULL ? accept : "");
    size_t chosen = 0;
    struct preference best = {.quality = 0, .specificity = NO_MATCH};
    for (size_t i = 0; i < count; i++) {
        struct preference preference = preference_for(header, offers[i]);
        if (preference.quality > 0 && is_better(preference, best)) {
            best = preference;
            chosen = i;
        }
    }
    return chosen;
}
