#include "value.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "config/whole_file.h"
#include "filter.h"

#include <gnutls/x509.h>
#include <stdlib.h>

static bool read_pki_file(const char *pki, const char *name, size_t len, struct buffer *content,
                          struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    cz_buffer_printf(&path, "%s/%.*s", pki, (int)len, name);
    return cz_file_read(cz_buffer_text(&path), content, error);
}

/* @FILE|FILTER|FILTER; without a FILE the text is empty before the filters. */
static bool read_file(const char *text, const char *pki, struct buffer *value,
                      struct error *error) {
    size_t len = strcspn(text, "|");
    if (len > 0 && !read_pki_file(pki, text, len, value, error))
        return false;
    while (text[len] == '|') {
        CZ_CLEANUP(cz_free_ptr) char *filter = NULL;
        text += len + 1;
        len = strcspn(text, "|");
        filter = strndup(text, len);
        if (filter == NULL || !filter_apply(filter, value, error))
            return cz_error_set(error, "out of memory");
    }
    return true;
}

/* After a backslash: takes one escape off `text`. */
static bool read_escape(const char **text, struct buffer *value) {
    static const char letters[] = "nrt\\\"", meant[] = "\n\r\t\\\"";
    char c = *(*text)++;
    const char *letter = c != '\0' ? strchr(letters, c) : NULL;
    if (letter != NULL) {
        cz_buffer_putc(value, meant[letter - letters]);
        return true;
    }
    int high = c == 'x' ? cz_hex_digit((uint8_t)(*text)[0]) : -1;
    int low = high >= 0 ? cz_hex_digit((uint8_t)(*text)[1]) : -1;
    if (low < 0)
        return false;
    cz_buffer_putc(value, (char)(high << 4 | low));
    *text += 2;
    return true;
}

static bool read_quoted(const char *text, struct buffer *value, struct error *error) {
    while (*text != '\0' && *text != '"') {
        char c = *text++;
        if (c != '\\')
            cz_buffer_putc(value, c);
        else if (!read_escape(&text, value))
            return cz_error_set(error, "an escape is one of \\n \\r \\t \\\\ \\\" \\xHH");
    }
    return strcmp(text, "\"") == 0 || cz_error_set(error, "the value's closing quote is missing");
}

bool value_read(const char *text, const char *pki, struct buffer *value, struct error *error) {
    if (text[0] == '@')
        return read_file(text + 1, pki, value, error);
    if (text[0] == '"')
        return read_quoted(text + 1, value, error);
    cz_buffer_puts(value, text);
    return true;
}

static bool put_fingerprint(gnutls_x509_crt_t crt, gnutls_digest_algorithm_t algorithm,
                            struct buffer *out) {
    uint8_t digest[64];
    size_t size = sizeof digest;
    if (gnutls_x509_crt_get_fingerprint(crt, algorithm, digest, &size) < 0)
        return false;
    cz_buffer_hex(out, (struct bytes){.data = digest, .len = size});
    return true;
}

static bool put_sha1(gnutls_x509_crt_t crt, struct buffer *out) {
    return put_fingerprint(crt, GNUTLS_DIG_SHA1, out);
}

static bool put_sha256(gnutls_x509_crt_t crt, struct buffer *out) {
    return put_fingerprint(crt, GNUTLS_DIG_SHA256, out);
}

static bool put_spki_sha256(gnutls_x509_crt_t crt, struct buffer *out) {
    uint8_t id[64];
    size_t size = sizeof id;
    if (gnutls_x509_crt_get_key_id(crt, GNUTLS_KEYID_USE_SHA256, id, &size) < 0)
        return false;
    cz_buffer_hex(out, (struct bytes){.data = id, .len = size});
    return true;
}

static bool put_x5t(gnutls_x509_crt_t crt, struct buffer *out) {
    uint8_t digest[32];
    size_t size = sizeof digest;
    gnutls_datum_t in = {.data = digest, .size = sizeof digest}, base64 = {0};
    if (gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA256, digest, &size) < 0 ||
        gnutls_base64_encode2(&in, &base64) < 0)
        return false;
    for (unsigned i = 0; i < base64.size; i++) {
        char c = (char)base64.data[i];
        if (c != '=')
            cz_buffer_putc(out, (char)(c == '+' ? '-' : c == '/' ? '_' : c));
    }
    gnutls_free(base64.data);
    return true;
}

static bool put_serial(gnutls_x509_crt_t crt, struct buffer *out) {
    uint8_t serial[64];
    size_t size = sizeof serial;
    if (gnutls_x509_crt_get_serial(crt, serial, &size) < 0)
        return false;
    bool sign = size > 1 && serial[0] == 0;
    cz_buffer_hex(out, (struct bytes){.data = serial + sign, .len = size - sign});
    return true;
}

static bool put_capitals(gnutls_x509_crt_t crt, struct buffer *out,
                         bool (*put)(gnutls_x509_crt_t crt, struct buffer *out)) {
    size_t before = out->len;
    if (!put(crt, out))
        return false;
    for (size_t i = before; i < out->len; i++)
        if (out->data[i] >= 'a')
            out->data[i] = (char)(out->data[i] - 'a' + 'A');
    return true;
}

static bool put_thumbprint(gnutls_x509_crt_t crt, struct buffer *out) {
    return put_capitals(crt, out, put_sha1);
}

/* As it is encoded. */
static bool put_integer(gnutls_x509_crt_t crt, struct buffer *out) {
    uint8_t serial[64];
    size_t size = sizeof serial;
    if (gnutls_x509_crt_get_serial(crt, serial, &size) < 0)
        return false;
    cz_buffer_hex(out, (struct bytes){.data = serial, .len = size});
    return true;
}

static bool put_serialnumber(gnutls_x509_crt_t crt, struct buffer *out) {
    return put_capitals(crt, out, put_integer);
}

static bool put_base64(gnutls_x509_crt_t crt, struct buffer *out) {
    gnutls_datum_t der = {0}, base64 = {0};
    bool good = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) >= 0 &&
                gnutls_base64_encode2(&der, &base64) >= 0;
    if (good)
        cz_buffer_append(out, base64.data, base64.size);
    gnutls_free(der.data);
    gnutls_free(base64.data);
    return good;
}

static bool put_hex(gnutls_x509_crt_t crt, struct buffer *out) {
    gnutls_datum_t der = {0};
    bool good = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) >= 0;
    if (good)
        cz_buffer_hex(out, (struct bytes){.data = der.data, .len = der.size});
    gnutls_free(der.data);
    return good;
}

/* As the filter percent has it. */
static bool put_escaped(gnutls_x509_crt_t crt, struct buffer *out) {
    CZ_CLEANUP(cz_buffer_release) struct buffer escaped = {0};
    struct error error;
    gnutls_datum_t pem = {0};
    if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem) < 0)
        return false;
    cz_buffer_append(&escaped, pem.data, pem.size);
    gnutls_free(pem.data);
    bool good = filter_apply("percent", &escaped, &error);
    cz_buffer_bytes(out, cz_buffer_view(&escaped));
    return good;
}

struct fact {
    const char *name; /* with its colon */
    bool (*put)(gnutls_x509_crt_t crt, struct buffer *out);
};

static const struct fact facts[] = {
    {"sha1:", put_sha1},
    {"sha256:", put_sha256},
    {"spki-sha256:", put_spki_sha256},
    {"x5t:", put_x5t},
    {"serial:", put_serial},
    {"thumbprint:", put_thumbprint},
    {"serialnumber:", put_serialnumber},
    {"base64:", put_base64},
    {"hex:", put_hex},
    {"escaped:", put_escaped},
};

static void crt_release(gnutls_x509_crt_t *crt) {
    if (*crt != NULL)
        gnutls_x509_crt_deinit(*crt);
}

/* `name` is FACT:FILE. */
static bool put_fact(const char *name, size_t len, const char *pki, struct buffer *out,
                     struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    CZ_CLEANUP(crt_release) gnutls_x509_crt_t crt = NULL;
    for (size_t i = 0; i < CZ_COUNT(facts); i++) {
        size_t prefix = strlen(facts[i].name);
        if (strncmp(name, facts[i].name, prefix) != 0)
            continue;
        if (!read_pki_file(pki, name + prefix, len - prefix, &content, error))
            return false;
        gnutls_datum_t pem = {.data = (unsigned char *)content.data, .size = (unsigned)content.len};
        return (gnutls_x509_crt_init(&crt) >= 0 &&
                gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM) >= 0 &&
                facts[i].put(crt, out)) ||
               cz_error_set(error, "%.*s cannot be told", (int)len, name);
    }
    return cz_error_set(error, "there is no fact ${%.*s}", (int)len, name);
}

bool value_expand(const char *text, const char *pki, struct buffer *out, struct error *error) {
    const char *at;
    while ((at = strstr(text, "${")) != NULL) {
        size_t len = strcspn(at + 2, "}");
        cz_buffer_append(out, text, (size_t)(at - text));
        if (!put_fact(at + 2, len, pki, out, error))
            return false;
        text = at + 2 + len + (at[2 + len] == '}');
    }
    cz_buffer_puts(out, text);
    return true;
}
