#include "filter.h"

#include "base/cleanup.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>

static void replace_newlines(const struct buffer *in, const char *replacement, struct buffer *out) {
    for (size_t i = 0; i < in->len; i++)
        if (in->data[i] == '\n')
            cz_buffer_puts(out, replacement);
        else
            cz_buffer_putc(out, in->data[i]);
}

static void make_crlf(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    replace_newlines(in, "\r\n", out);
}

static void make_blanks(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    replace_newlines(in, " ", out);
}

/* nginx's $ssl_client_cert: before every line but the first. */
static void make_tabs(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    for (size_t i = 0; i < in->len; i++) {
        cz_buffer_putc(out, in->data[i]);
        if (in->data[i] == '\n' && i + 1 < in->len)
            cz_buffer_putc(out, '\t');
    }
}

/* nginx's $ssl_client_escaped_cert. */
static void make_percent(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    for (size_t i = 0; i < in->len; i++) {
        char c = in->data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     strchr("-._~", c) != NULL;
        cz_buffer_printf(out, plain ? "%c" : "%%%02X", (unsigned char)c);
    }
}

static void keep_half(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    cz_buffer_append(out, in->data, in->len / 2);
}

static void break_base64(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    cz_buffer_append(out, in->data, in->len);
    out->data[out->len / 2] = '*';
}

static void put_nul(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    cz_buffer_append(out, in->data, in->len / 2);
    cz_buffer_putc(out, '\0');
    cz_buffer_append(out, in->data + in->len / 2, in->len - in->len / 2);
}

static void put_final_nul(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    cz_buffer_append(out, in->data, in->len);
    cz_buffer_putc(out, '\0');
}

static void put_twice(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    cz_buffer_append(out, in->data, in->len);
    cz_buffer_append(out, in->data, in->len);
}

static void put_leading(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    cz_buffer_puts(out, "subject=CN = somebody\n");
    cz_buffer_append(out, in->data, in->len);
}

static void put_trailing(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    cz_buffer_append(out, in->data, in->len);
    cz_buffer_puts(out, "and more\n");
}

/* Another label, in both lines. */
static void relabel(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    const char *rest = in->data, *at;
    while ((at = strstr(rest, "CERTIFICATE")) != NULL) {
        cz_buffer_append(out, rest, (size_t)(at - rest));
        cz_buffer_puts(out, "PRIVATE KEY");
        rest = at + strlen("CERTIFICATE");
    }
    cz_buffer_puts(out, rest);
}

/* With newlines, up to a length of so many bytes. */
static void pad(const struct buffer *in, size_t number, struct buffer *out) {
    cz_buffer_append(out, in->data, in->len);
    while (out->len < number && !out->failed)
        cz_buffer_putc(out, '\n');
}

/* To PEM, after the DER was changed: `last` is or-ed exclusively to its last byte, `more` zeros
 * stand behind it. */
static void change_der(const struct buffer *in, uint8_t last, size_t more, struct buffer *out) {
    CZ_CLEANUP(cz_buffer_release) struct buffer changed = {0};
    gnutls_datum_t pem = {.data = (unsigned char *)in->data, .size = (unsigned)in->len};
    gnutls_datum_t der = {0}, text = {0};
    if (gnutls_pem_base64_decode2("CERTIFICATE", &pem, &der) < 0 || der.size == 0) {
        cz_buffer_fail(out);
        return;
    }
    cz_buffer_append(&changed, der.data, der.size);
    gnutls_free(der.data);
    changed.data[changed.len - 1] = (char)((uint8_t)changed.data[changed.len - 1] ^ last);
    while (more-- > 0)
        cz_buffer_putc(&changed, '\0');
    der = (gnutls_datum_t){.data = (unsigned char *)changed.data, .size = (unsigned)changed.len};
    if (gnutls_pem_base64_encode2("CERTIFICATE", &der, &text) < 0) {
        cz_buffer_fail(out);
        return;
    }
    cz_buffer_append(out, text.data, text.size);
    gnutls_free(text.data);
}

static void tamper(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    change_der(in, 1, 0, out);
}

static void put_der_trailing(const struct buffer *in, size_t number, struct buffer *out) {
    (void)number;
    change_der(in, 0, 1, out);
}

struct filter {
    const char *name;
    void (*apply)(const struct buffer *in, size_t number, struct buffer *out);
};

static const struct filter filters[] = {
    {"crlf", make_crlf},
    {"tabs", make_tabs},
    {"blanks", make_blanks},
    {"percent", make_percent},
    {"truncate", keep_half},
    {"nobase64", break_base64},
    {"twice", put_twice},
    {"leading", put_leading},
    {"trailing", put_trailing},
    {"nul", put_nul},
    {"nul-end", put_final_nul},
    {"relabel", relabel},
    {"pad", pad},
    {"tampered", tamper},
    {"der-trailing", put_der_trailing},
};

bool filter_apply(const char *filter, struct buffer *text, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    size_t name = strcspn(filter, "=");
    size_t number = filter[name] == '=' ? strtoul(filter + name + 1, NULL, 10) : 0;
    for (size_t i = 0; i < CZ_COUNT(filters); i++) {
        if (strlen(filters[i].name) != name || memcmp(filters[i].name, filter, name) != 0)
            continue;
        filters[i].apply(text, number, &out);
        if (out.failed)
            return cz_error_set(error, "the filter %s cannot be applied", filter);
        cz_buffer_clear(text);
        cz_buffer_bytes(text, cz_buffer_view(&out));
        return true;
    }
    return cz_error_set(error, "there is no filter %s", filter);
}
