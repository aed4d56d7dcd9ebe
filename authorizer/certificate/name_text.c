#include "certificate/name_text.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "certificate/der.h"
#include "certificate/name.h"
#include "certificate/name_reader.h"
#include "certificate/name_types.h"

#include <stdarg.h>
#include <stdio.h>

#define PROBLEM_MAX (2 * CZ_NAME_TEXT_MAX + 1024) /* bytes; the reading comes on top */

void cz_name_reader_release(struct name_reader *reader) {
    cz_buffer_release(&reader->oid);
    cz_buffer_release(&reader->value);
    cz_buffer_release(&reader->rdn);
    cz_buffer_release(&reader->rdns);
}

static void append_element(struct buffer *out, uint8_t tag, struct bytes content) {
    uint8_t header[5] = {tag};
    size_t len = 2;
    if (content.len < 0x80) {
        header[1] = (uint8_t)content.len;
    } else {
        size_t octets = content.len > 0xffff ? 3 : content.len > 0xff ? 2 : 1;
        header[1] = (uint8_t)(0x80 | octets);
        for (size_t i = octets; i-- > 0;)
            header[len++] = (uint8_t)(content.len >> (8 * i));
    }
    cz_buffer_append(out, header, len);
    cz_buffer_bytes(out, content);
}

/* RFC 4514 has the last RDN of the encoding first. */
static void append_reversed(struct buffer *out, struct bytes rdns) {
    struct bytes spans[CZ_NAME_RDNS_MAX];
    struct der_element element;
    size_t count = 0;
    while (count < CZ_NAME_RDNS_MAX && cz_der_next(&rdns, &element))
        spans[count++] = element.whole;
    while (count-- > 0)
        cz_buffer_bytes(out, spans[count]);
}

/* What was read up to here, in the spelling of the text. */
static void append_reading(struct name_reader *reader, struct buffer *out) {
    CZ_CLEANUP(cz_buffer_release) struct buffer so_far = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer reversed = {0};
    cz_buffer_bytes(&so_far, cz_buffer_view(&reader->rdns));
    if (reader->rdn.len > 0)
        append_element(&so_far, DER_SET, cz_buffer_view(&reader->rdn));
    if (so_far.failed || reader->rdn.failed || reader->rdns.failed)
        cz_buffer_fail(out);
    if (so_far.len == 0)
        return;
    cz_buffer_puts(out, " (read so far: ");
    if (reader->slash) {
        cz_name_append_slash(out, cz_buffer_view(&so_far));
    } else {
        append_reversed(&reversed, cz_buffer_view(&so_far));
        cz_name_append(out, cz_buffer_view(&reversed));
    }
    cz_buffer_putc(out, ')');
    if (reversed.failed)
        cz_buffer_fail(out);
}

bool cz_name_refuse(struct name_reader *reader, const char *format, ...) {
    va_list arguments;
    char *end = cz_buffer_reserve(reader->problem, PROBLEM_MAX);
    va_start(arguments, format);
    int len = end != NULL ? vsnprintf(end, PROBLEM_MAX, format, arguments) : -1;
    va_end(arguments);
    if (len >= 0) {
        reader->problem->len += (size_t)len < PROBLEM_MAX ? (size_t)len : PROBLEM_MAX - 1;
        append_reading(reader, reader->problem);
    }
    return false;
}

/* How the character that went before is written where it belongs to a value. */
static const char *hint_behind(char separator) {
    switch (separator) {
    case ',':
        return ": a comma in a value is written '\\,', or the value stands in double quotes";
    case '+':
        return ": a plus sign in a value is written '\\+'";
    case '/':
        return ": a slash in a value is written '\\/'";
    case ';':
        return ": a semicolon in a value is written '\\;'";
    default:
        return ": a name looks like CN=client,O=company or /O=company/CN=client";
    }
}

/* The type and its '='; `separator` stands before it, 0 at the start. */
static bool read_type(struct name_reader *reader, char separator) {
    struct bytes *rest = &reader->rest;
    cz_name_skip_blanks(rest);
    struct bytes type = {.data = rest->data};
    while (type.len < rest->len && strchr("=,;+/", rest->data[type.len]) == NULL)
        type.len++;
    bool has_equals = type.len < rest->len && rest->data[type.len] == '=';
    rest->data += type.len + has_equals;
    rest->len -= type.len + has_equals;
    while (type.len > 0 && type.data[type.len - 1] == ' ')
        type.len--;
    reader->type = type;
    /* the first '/' of the slash form is not in doubt */
    const char *hint = hint_behind(reader->attribute_count + reader->rdn_count > 0 ? separator : 0);
    if (type.len == 0 && separator == 0)
        return cz_name_refuse(reader, "the name does not begin with an attribute%s", hint);
    if (type.len == 0)
        return cz_name_refuse(reader, "there is no attribute behind '%c'%s", separator, hint);
    if (!has_equals)
        return cz_name_refuse(reader, "'%.*s' has no '='%s", (int)type.len, (const char *)type.data,
                              hint);
    cz_buffer_clear(&reader->oid);
    if (!cz_name_type_parse(type, &reader->oid))
        return cz_name_refuse(reader, "'%.*s' is no known attribute type; its OID would do%s",
                              (int)type.len, (const char *)type.data, hint);
    return true;
}

static bool read_attribute(struct name_reader *reader, char separator) {
    CZ_CLEANUP(cz_buffer_release) struct buffer pair = {0};
    if (!read_type(reader, separator) || !cz_name_read_value(reader))
        return false;
    if (reader->attribute_count == CZ_RDN_ATTRIBUTES_MAX)
        return cz_name_refuse(reader, "more than %d attributes are joined by '+'",
                              CZ_RDN_ATTRIBUTES_MAX);
    append_element(&pair, DER_OID, cz_buffer_view(&reader->oid));
    if (reader->is_der)
        cz_buffer_bytes(&pair, cz_buffer_view(&reader->value));
    else
        append_element(&pair, DER_UTF8_STRING, cz_buffer_view(&reader->value));
    append_element(&reader->rdn, DER_SEQUENCE, cz_buffer_view(&pair));
    reader->attribute_count++;
    if (pair.failed || reader->value.failed || reader->oid.failed)
        cz_buffer_fail(&reader->rdn);
    return true;
}

/* Takes the separator behind a value; 0 at the end of the text. */
static bool take_separator(struct name_reader *reader, char *separator) {
    *separator = reader->rest.len > 0 ? (char)reader->rest.data[0] : '\0';
    if (*separator == ';')
        return cz_name_refuse(reader, "';' separates parts for some programs and is text for "
                                      "others: write ',' between parts and '\\;' in a value");
    if (*separator != 0) {
        reader->rest.data++;
        reader->rest.len--;
    }
    return true;
}

static bool end_rdn(struct name_reader *reader) {
    if (reader->rdn_count == CZ_NAME_RDNS_MAX)
        return cz_name_refuse(reader, "the name has more than %d parts", CZ_NAME_RDNS_MAX);
    append_element(&reader->rdns, DER_SET, cz_buffer_view(&reader->rdn));
    if (reader->rdn.failed)
        cz_buffer_fail(&reader->rdns);
    cz_buffer_clear(&reader->rdn);
    reader->attribute_count = 0;
    reader->rdn_count++;
    return true;
}

static bool read_rdns(struct name_reader *reader) {
    char separator = reader->slash ? '/' : '\0';
    do {
        if (!read_attribute(reader, separator) || !take_separator(reader, &separator) ||
            (separator != '+' && !end_rdn(reader)))
            return false;
    } while (separator != 0);
    return true;
}

/* What would make a message of more than one line, or none that can be shown. */
static bool check_bytes(struct name_reader *reader, struct bytes text) {
    if (text.len > CZ_NAME_TEXT_MAX)
        return cz_name_refuse(reader, "the name is longer than %d bytes", CZ_NAME_TEXT_MAX);
    for (size_t i = 0; i < text.len;) {
        size_t len = cz_utf8_length((struct bytes){.data = text.data + i, .len = text.len - i});
        if (len == 0)
            return cz_name_refuse(reader, "byte %zu of the name is no valid UTF-8", i + 1);
        if (cz_text_has_control((struct bytes){.data = text.data + i, .len = len}))
            return cz_name_refuse(reader,
                                  "byte %zu of the name is a control character: such are "
                                  "written \\0A, or \\x0A in a name that begins with '/'",
                                  i + 1);
        i += len;
    }
    return true;
}

static bool start(struct name_reader *reader, const char *text) {
    reader->rest = cz_bytes_of(text);
    if (!check_bytes(reader, reader->rest))
        return false;
    cz_name_skip_blanks(&reader->rest);
    if (reader->rest.len == 0)
        return cz_name_refuse(reader, "the name is empty");
    reader->slash = reader->rest.data[0] == '/';
    reader->rest.data += reader->slash;
    reader->rest.len -= reader->slash;
    return true;
}

/* True where memory lasted; else no other problem is true. */
static bool had_memory(struct name_reader *reader) {
    if (!reader->oid.failed && !reader->value.failed && !reader->rdn.failed &&
        !reader->rdns.failed && !reader->problem->failed)
        return true;
    cz_buffer_clear(reader->problem);
    cz_buffer_puts(reader->problem, "out of memory");
    return false;
}

/* Whether any attribute of the RDN has this rank. */
static bool has_rank(struct bytes rdns, size_t rdn, enum name_rank rank) {
    struct name_walk walk = cz_name_walk(rdns);
    struct name_attribute attribute;
    while (cz_name_next(&walk, &attribute)) {
        const struct name_type *type = cz_name_type_find(attribute.type);
        if (attribute.rdn == rdn && type != NULL && type->rank == rank)
            return true;
    }
    return false;
}

/* "O=company,CN=client" is the reverse of what nearly all certificates have. */
static bool check_order(struct name_reader *reader, struct bytes reversed) {
    struct bytes rdns = cz_buffer_view(&reader->rdns);
    if (reader->rdn_count < 2 || !has_rank(rdns, 0, NAME_RANK_GENERAL) ||
        has_rank(rdns, 0, NAME_RANK_SPECIFIC) ||
        !has_rank(rdns, reader->rdn_count - 1, NAME_RANK_SPECIFIC))
        return true;
    struct buffer *out = reader->problem;
    cz_buffer_puts(out, "the order is ambiguous: RFC 4514 reads ");
    cz_name_append_slash(out, reversed);
    cz_buffer_puts(out, ", but OpenSSL writes the same for ");
    cz_name_append_slash(out, rdns);
    cz_buffer_puts(out, ": write '");
    cz_name_append_slash(out, reversed);
    cz_buffer_puts(out, "' for the first; '");
    cz_name_append(out, rdns);
    cz_buffer_puts(out, "' or '");
    cz_name_append_slash(out, rdns);
    cz_buffer_puts(out, "' for the second; or compare with \"any-order\"");
    return false;
}

bool cz_name_parse(const char *text, bool order_matters, struct buffer *rdns,
                   struct buffer *problem) {
    CZ_CLEANUP(cz_name_reader_release) struct name_reader reader = {.problem = problem};
    CZ_CLEANUP(cz_buffer_release) struct buffer reversed = {0};
    bool is_read = start(&reader, text) && read_rdns(&reader);
    if (!had_memory(&reader) || !is_read)
        return false;
    struct bytes name = cz_buffer_view(&reader.rdns);
    if (!reader.slash) {
        append_reversed(&reversed, name);
        name = cz_buffer_view(&reversed);
        if (!reversed.failed && order_matters && !check_order(&reader, name)) {
            had_memory(&reader);
            return false;
        }
    }
    if (!reversed.failed)
        cz_buffer_bytes(rdns, name);
    if (!reversed.failed && !rdns->failed)
        return true;
    cz_buffer_puts(problem, "out of memory");
    return false;
}

/* One attribute is wanted, and more follows it. */
static bool refuse_second(struct name_reader *reader) {
    char separator = (char)reader->rest.data[0];
    return cz_name_refuse(reader, "one attribute is wanted, but '%c' ends it%s", separator,
                          hint_behind(separator));
}

/* The value of #hex, as text. */
static bool der_to_text(struct name_reader *reader, struct buffer *text) {
    struct bytes der = cz_buffer_view(&reader->value);
    struct der_element element;
    if (!cz_der_next(&der, &element))
        return false;
    const struct name_attribute attribute = {
        .value_tag = element.tag, .value = element.content, .whole_value = element.whole};
    if (cz_name_value_utf8(text, &attribute))
        return true;
    return cz_name_refuse(reader,
                          "the value of %.*s is no string, which only a whole name may have",
                          (int)reader->type.len, (const char *)reader->type.data);
}

bool cz_name_attribute_parse(const char *text, struct buffer *oid, struct buffer *value,
                             struct buffer *problem) {
    CZ_CLEANUP(cz_name_reader_release) struct name_reader reader = {.problem = problem};
    CZ_CLEANUP(cz_buffer_release) struct buffer from_der = {0};
    bool is_read = start(&reader, text) && read_attribute(&reader, reader.slash ? '/' : '\0') &&
                   (reader.rest.len == 0 || refuse_second(&reader)) &&
                   (!reader.is_der || der_to_text(&reader, &from_der));
    if (from_der.failed)
        cz_buffer_fail(&reader.value);
    if (!had_memory(&reader) || !is_read)
        return false;
    cz_buffer_bytes(oid, cz_buffer_view(&reader.oid));
    cz_buffer_bytes(value, cz_buffer_view(reader.is_der ? &from_der : &reader.value));
    if (!oid->failed && !value->failed)
        return true;
    cz_buffer_fail(oid);
    cz_buffer_fail(value);
    cz_buffer_puts(problem, "out of memory");
    return false;
}
