#include "store/form.h"

#include <gnutls/crypto.h>
#include <stdlib.h>

#define CHECKSUM_SIZE 32
#define FORM_DIGITS_MAX 9

void cz_form_begin(struct buffer *out, const char *what, unsigned form) {
    cz_buffer_printf(out, "certauthz %s %u\n", what, form);
}

void cz_form_number(struct buffer *out, uint64_t number) {
    uint8_t octets[8];
    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)(number >> (56 - 8 * i));
    cz_buffer_append(out, octets, sizeof octets);
}

void cz_form_bytes(struct buffer *out, struct bytes bytes) {
    cz_form_number(out, bytes.len);
    cz_buffer_bytes(out, bytes);
}

void cz_form_end(struct buffer *out) {
    uint8_t checksum[CHECKSUM_SIZE];
    if (!out->failed && gnutls_hash_fast(GNUTLS_DIG_SHA256, out->data, out->len, checksum) < 0)
        cz_buffer_fail(out);
    cz_buffer_append(out, checksum, sizeof checksum);
}

/* The number of the form, which ends the first line, as cz_form_begin writes it; 0 where there is
 * none. */
static unsigned take_form(struct bytes *rest) {
    unsigned form = 0;
    for (size_t i = 0; i < rest->len && i <= FORM_DIGITS_MAX; i++) {
        uint8_t c = rest->data[i];
        if (c == '\n') {
            *rest = (struct bytes){.data = rest->data + i + 1, .len = rest->len - i - 1};
            return form;
        }
        if (c < (i == 0 ? '1' : '0') || c > '9' || i == FORM_DIGITS_MAX)
            return 0;
        form = form * 10 + (c - '0');
    }
    return 0;
}

static bool take_name(struct bytes *rest, const char *what) {
    const char *parts[] = {"certauthz ", what, " "};
    for (size_t i = 0; i < 3; i++) {
        size_t len = strlen(parts[i]);
        if (rest->len < len || memcmp(rest->data, parts[i], len) != 0)
            return false;
        *rest = (struct bytes){.data = rest->data + len, .len = rest->len - len};
    }
    return true;
}

bool cz_form_open(struct bytes file, const char *what, unsigned form, struct form_reader *reader,
                  struct error *error) {
    uint8_t checksum[CHECKSUM_SIZE];
    struct bytes rest = file;
    *reader = (struct form_reader){.malformed = true};
    unsigned found = take_name(&rest, what) ? take_form(&rest) : 0;
    if (found == 0)
        return cz_error_set(error, "it is no %s of certauthz", what);
    if (found != form)
        return cz_error_set(error,
                            "it has form %u and this program reads form %u: certauthz and "
                            "certauthz-refresh have to be of one version",
                            found, form);
    if (rest.len < sizeof checksum ||
        gnutls_hash_fast(GNUTLS_DIG_SHA256, file.data, file.len - sizeof checksum, checksum) < 0 ||
        memcmp(checksum, file.data + file.len - sizeof checksum, sizeof checksum) != 0)
        return cz_error_set(error, "it is damaged: its checksum does not fit");
    *reader = (struct form_reader){.rest = {.data = rest.data, .len = rest.len - sizeof checksum}};
    return true;
}

static struct bytes take(struct form_reader *reader, uint64_t len) {
    if (len > reader->rest.len)
        reader->malformed = true;
    if (reader->malformed)
        return (struct bytes){0};
    struct bytes taken = {.data = reader->rest.data, .len = (size_t)len};
    reader->rest.data += len;
    reader->rest.len -= (size_t)len;
    return taken;
}

uint64_t cz_form_take_number(struct form_reader *reader) {
    struct bytes octets = take(reader, 8);
    uint64_t number = 0;
    for (size_t i = 0; i < octets.len; i++)
        number = number << 8 | octets.data[i];
    return number;
}

unsigned cz_form_take_small(struct form_reader *reader, unsigned end) {
    uint64_t number = cz_form_take_number(reader);
    reader->malformed |= number >= end;
    return reader->malformed ? 0 : (unsigned)number;
}

size_t cz_form_take_count(struct form_reader *reader, size_t least) {
    uint64_t count = cz_form_take_number(reader);
    reader->malformed |= count > reader->rest.len / least;
    return reader->malformed ? 0 : (size_t)count;
}

struct bytes cz_form_take_bytes(struct form_reader *reader) {
    return take(reader, cz_form_take_number(reader));
}

void cz_form_take_exactly(struct form_reader *reader, void *out, size_t len) {
    struct bytes bytes = take(reader, len);
    memset(out, 0, len);
    if (bytes.len > 0)
        memcpy(out, bytes.data, bytes.len);
}

/* With a NUL behind it that does not count. */
static char *copy(struct form_reader *reader, struct bytes bytes) {
    if (reader->malformed)
        return NULL;
    char *text = malloc(bytes.len + 1);
    reader->no_memory |= text == NULL;
    if (text == NULL)
        return NULL;
    if (bytes.len > 0)
        memcpy(text, bytes.data, bytes.len);
    text[bytes.len] = '\0';
    return text;
}

char *cz_form_take_text(struct form_reader *reader) {
    struct bytes bytes = cz_form_take_bytes(reader);
    reader->malformed |= bytes.len > 0 && memchr(bytes.data, '\0', bytes.len) != NULL;
    return copy(reader, bytes);
}

struct bytes cz_form_take_copy(struct form_reader *reader) {
    struct bytes bytes = cz_form_take_bytes(reader);
    if (bytes.len == 0)
        return (struct bytes){0};
    const char *text = copy(reader, bytes);
    return (struct bytes){.data = (const uint8_t *)text, .len = text != NULL ? bytes.len : 0};
}

bool cz_form_close(const struct form_reader *reader, struct error *error) {
    if (reader->no_memory)
        return cz_error_set(error, CZ_FORM_NO_MEMORY);
    return (!reader->malformed && reader->rest.len == 0) ||
           cz_error_set(error, "it is malformed, though its checksum fits");
}

enum file_reading cz_form_refuse(const char *path, const struct error *detail,
                                 struct error *error) {
    cz_error_set(error, "%s: %s", path, detail->message);
    return strcmp(detail->message, CZ_FORM_NO_MEMORY) == 0 ? FILE_UNREADABLE : FILE_MALFORMED;
}
