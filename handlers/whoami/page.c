#include "page.h"

#include "base/cleanup.h"
#include "html.h"
#include "json.h"
#include "style.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define COMMON_HEADERS                                                                             \
    "Cache-Control: no-store\r\n"                                                                  \
    "X-Content-Type-Options: nosniff\r\n"

/* The one style sheet is allowed by its hash, nothing else is. Without the hash the
 * page is only plainer. */
static void write_style_source(struct buffer *out) {
    uint8_t digest[32];
    gnutls_datum_t raw = {.data = digest, .size = sizeof digest};
    gnutls_datum_t base64 = {0};
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, whoami_style, strlen(whoami_style), digest) < 0 ||
        gnutls_base64_encode2(&raw, &base64) < 0) {
        cz_buffer_puts(out, "'none'");
        return;
    }
    cz_buffer_puts(out, "'sha256-");
    cz_buffer_append(out, base64.data, base64.size);
    cz_buffer_putc(out, '\'');
    gnutls_free(base64.data);
}

static void write_html_headers(struct buffer *out) {
    cz_buffer_puts(out, "Content-Type: text/html; charset=utf-8\r\n"
                        "Content-Security-Policy: default-src 'none'; base-uri 'none'; "
                        "form-action 'none'; frame-ancestors 'none'; style-src ");
    write_style_source(out);
    cz_buffer_puts(out, "\r\n");
}

void whoami_page(struct buffer *out, const struct whoami_request *request) {
    bool json = whoami_wants_json(request);
    cz_buffer_puts(out, "Status: 200 OK\r\n" COMMON_HEADERS);
    if (json)
        cz_buffer_puts(out, "Content-Type: application/json; charset=utf-8\r\n");
    else
        write_html_headers(out);
    cz_buffer_puts(out, "\r\n");
    if (whoami_is_head(request))
        return;
    if (json)
        whoami_json(out, request);
    else
        whoami_html(out, request);
}

void whoami_refuse(struct buffer *out, enum whoami_refusal refusal, bool head) {
    static const struct {
        const char *status, *headers, *text;
    } table[REFUSAL_COUNT] = {
        [REFUSE_BODY_UNREADABLE] = {"400 Bad Request", "", "The request body cannot be read."},
        [REFUSE_METHOD] = {"405 Method Not Allowed", "Allow: GET, HEAD, POST, PUT\r\n",
                           "This page answers GET, HEAD, POST and PUT."},
        [REFUSE_BODY_TOO_LARGE] = {"413 Content Too Large", "", "The request body is too large."},
        [REFUSE_INTERNAL_ERROR] = {"500 Internal Server Error", "", "The page cannot be made."},
        [REFUSE_ROLE] = {"500 Internal Server Error", "", "This program is a FastCGI responder."},
    };
    cz_buffer_clear(out);
    cz_buffer_printf(out,
                     "Status: %s\r\n" COMMON_HEADERS "%s"
                     "Content-Type: text/plain; charset=utf-8\r\n\r\n",
                     table[refusal].status, table[refusal].headers);
    if (!head)
        cz_buffer_printf(out, "%s\n", table[refusal].text);
}
