#include "certificate/name.h"

#include "base/cleanup.h"
#include "certificate/der.h"

/* RFC 4518 2.2 has TAB, the line ends and FORM FEED stand for a blank. */
static bool is_blank(uint8_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Appends with ASCII letters folded and blanks trimmed and made single. */
static void append_folded(struct buffer *out, struct bytes text) {
    bool blank_pending = false, any = false;
    char *end = cz_buffer_reserve(out, text.len);
    if (end == NULL)
        return;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];
        if (is_blank(c)) {
            blank_pending = any;
            continue;
        }
        if (blank_pending)
            end[len++] = ' ';
        blank_pending = false;
        any = true;
        end[len++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    end[len] = '\0';
    out->len += len;
}

static void append_length(struct buffer *out, size_t len) {
    uint8_t bytes[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                        (uint8_t)len};
    cz_buffer_append(out, bytes, sizeof bytes);
}

/* type and value, each with its length before it so that no two differ alike; 's' marks a
 * value compared as characters, 'r' one compared as it was encoded. */
void cz_name_attribute_comparable(struct buffer *out, const struct name_attribute *attribute,
                                  bool exact) {
    CZ_CLEANUP(cz_buffer_release) struct buffer scratch = {0};
    struct bytes text;
    append_length(out, attribute->type.len);
    cz_buffer_bytes(out, attribute->type);
    bool readable = cz_name_value_text(attribute, &scratch, &text);
    cz_buffer_putc(out, readable ? 's' : 'r');
    size_t length_at = out->len;
    append_length(out, 0);
    if (readable && !exact)
        append_folded(out, text);
    else
        cz_buffer_bytes(out, readable ? text : attribute->whole_value);
    if (scratch.failed)
        cz_buffer_fail(out);
    if (out->failed)
        return;
    size_t len = out->len - length_at - 4;
    for (size_t i = 0; i < 4; i++)
        out->data[length_at + i] = (char)(len >> (24 - 8 * i));
}

void cz_attribute_comparable(struct buffer *out, struct bytes type, struct bytes utf8_value,
                             bool exact) {
    const struct name_attribute attribute = {
        .type = type, .value_tag = DER_UTF8_STRING, .value = utf8_value, .whole_value = utf8_value};
    cz_name_attribute_comparable(out, &attribute, exact);
}

static int compare_spans(struct bytes a, struct bytes b) {
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* Spans of one buffer, one after another. */
struct spans {
    struct buffer buffer;
    size_t count;
    size_t starts[CZ_NAME_RDNS_MAX + 1]; /* ends with the end of the last one */
};

static void release_spans(struct spans *spans) {
    cz_buffer_release(&spans->buffer);
}

static struct bytes span(const struct spans *spans, size_t i) {
    return (struct bytes){.data = (const uint8_t *)spans->buffer.data + spans->starts[i],
                          .len = spans->starts[i + 1] - spans->starts[i]};
}

static void append_sorted(struct buffer *out, struct spans *spans) {
    size_t order[CZ_NAME_RDNS_MAX];
    spans->starts[spans->count] = spans->buffer.len;
    if (spans->buffer.failed) {
        cz_buffer_fail(out);
        return;
    }
    for (size_t i = 0; i < spans->count; i++) {
        size_t at = i;
        while (at > 0 && compare_spans(span(spans, order[at - 1]), span(spans, i)) > 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    for (size_t i = 0; i < spans->count; i++)
        cz_buffer_bytes(out, span(spans, order[i]));
}

/* An RDN is a set: writes its attributes in the order of their comparable bytes. */
static void append_rdn(struct buffer *out, const struct name_attribute *attributes, size_t count,
                       bool exact) {
    if (count == 1) {
        cz_name_attribute_comparable(out, &attributes[0], exact);
        return;
    }
    CZ_CLEANUP(release_spans) struct spans spans = {.count = count};
    for (size_t i = 0; i < count; i++) {
        spans.starts[i] = spans.buffer.len;
        cz_name_attribute_comparable(&spans.buffer, &attributes[i], exact);
    }
    append_sorted(out, &spans);
}

/* Where `spans` is given, `out` is its buffer, and each RDN becomes one of them. */
static void append_rdns(struct buffer *out, struct bytes name, bool exact, struct spans *spans) {
    struct name_attribute rdn[CZ_RDN_ATTRIBUTES_MAX];
    size_t count = 0;
    struct name_walk walk = cz_name_walk(name);
    struct name_attribute attribute;
    bool more = cz_name_next(&walk, &attribute);
    for (size_t previous = SIZE_MAX; more;) {
        size_t index = attribute.rdn;
        count = 0;
        while (more && attribute.rdn == index && count < CZ_RDN_ATTRIBUTES_MAX) {
            rdn[count++] = attribute;
            more = cz_name_next(&walk, &attribute);
        }
        if (spans != NULL && index != previous && spans->count < CZ_NAME_RDNS_MAX)
            spans->starts[spans->count++] = out->len;
        /* '+': more of the same RDN, so that none reads like two */
        cz_buffer_putc(out, index == previous ? '+' : '/');
        append_rdn(out, rdn, count, exact);
        previous = index;
    }
}

void cz_name_comparable(struct buffer *out, struct bytes name, enum name_comparison how) {
    if (how != NAME_ANY_ORDER) {
        append_rdns(out, name, how == NAME_EXACT, NULL);
        return;
    }
    CZ_CLEANUP(release_spans) struct spans spans = {0};
    append_rdns(&spans.buffer, name, false, &spans);
    append_sorted(out, &spans);
}

void cz_name_canonical(struct buffer *out, struct bytes name) {
    cz_name_comparable(out, name, NAME_NORMALISED);
}
