#include "response/denial.h"

#include "base/accept.h"
#include "base/cleanup.h"
#include "base/text.h"

#define ACCEPT_SIZE_MAX 1024 /* of a longer Accept only the beginning is read */

static void put_plain(struct buffer *out, const struct reason_info *reason, const char *id) {
    cz_buffer_puts(out, reason->sentence);
    cz_buffer_puts(out, "\n\nReason: ");
    cz_buffer_puts(out, reason->slug);
    cz_buffer_puts(out, "\nId: ");
    cz_buffer_puts(out, id);
    cz_buffer_puts(out, "\n");
}

static const char style[] =
    "<style>\n:root { color-scheme: light dark; --page: #f3f5f8; --card: #fff; --text: #17202c; "
    "--soft: #566375; --line: #e2e7ee; --bad: #b42318; }\n"
    "@media (prefers-color-scheme: dark) { :root { --page: #0f141b; --card: #18202b; "
    "--text: #e7ecf3; --soft: #9dabbd; --line: #2a3543; --bad: #ff8f86; } }\n"
    "body { margin: 0; padding: 12vh 1rem 2rem; background: var(--page); color: var(--text); "
    "font: 1.05rem/1.6 system-ui, sans-serif; }\n"
    "main { max-width: 34rem; margin: 0 auto; padding: 1.4rem 1.75rem; background: var(--card); "
    "border: 1px solid var(--line); border-top: .3rem solid var(--bad); border-radius: .75rem; }\n"
    "h1 { margin: 0; font-size: 1.7rem; line-height: 1.25; }\np { margin: .6rem 0 1.1rem; }\n"
    "dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.25rem; "
    "margin: 0; padding-top: 1rem; border-top: 1px solid var(--line); }\n"
    "dt, footer { color: var(--soft); }\n"
    "dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }\n"
    "footer { margin-top: 1rem; font-size: .9rem; }\n</style>\n";

static void put_html(struct buffer *out, const struct reason_info *reason, const char *id) {
    cz_buffer_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        "<title>");
    cz_html_escape(out, cz_bytes_of(reason->phrase));
    cz_buffer_puts(out, "</title>\n");
    cz_buffer_puts(out, style);
    cz_buffer_puts(out, "</head>\n<body>\n<main>\n<h1>");
    cz_html_escape(out, cz_bytes_of(reason->phrase));
    cz_buffer_puts(out, "</h1>\n<p>");
    cz_html_escape(out, cz_bytes_of(reason->sentence));
    cz_buffer_puts(out, "</p>\n<dl>\n<dt>Reason</dt><dd>");
    cz_html_escape(out, cz_bytes_of(reason->slug));
    cz_buffer_puts(out, "</dd>\n<dt>Id</dt><dd>");
    cz_html_escape(out, cz_bytes_of(id));
    cz_buffer_puts(out, "</dd>\n</dl>\n<footer>Whoever runs this site finds more about it in the "
                        "log, by this id.</footer>\n</main>\n</body>\n</html>\n");
}

/* RFC 9457 */
static void put_problem(struct buffer *out, const struct reason_info *reason, const char *id) {
    CZ_CLEANUP(cz_buffer_release) struct buffer object = {0};
    cz_buffer_putc(&object, '{');
    cz_json_member(&object, "type", CZ_BYTES("about:blank"));
    cz_json_member(&object, "title", cz_bytes_of(reason->phrase));
    cz_json_name(&object, "status");
    cz_buffer_decimal(&object, reason->status);
    cz_json_member(&object, "detail", cz_bytes_of(reason->sentence));
    cz_json_member(&object, "reason", cz_bytes_of(reason->slug));
    cz_json_member(&object, "id", cz_bytes_of(id));
    cz_buffer_puts(&object, "}\n");
    if (object.failed)
        cz_buffer_fail(out);
    cz_buffer_bytes(out, cz_buffer_view(&object));
}

struct form {
    const char *content_type;
    const char *more_headers;
    void (*put)(struct buffer *out, const struct reason_info *reason, const char *id);
};

#define NO_SCRIPTS "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"

static const char *const offers[] = {"text/plain", "text/html", "application/problem+json",
                                     "application/json"};
/* In the order of the offers. Who asks for JSON gets the problem document. */
static const struct form forms[CZ_COUNT(offers)] = {
    {"text/plain; charset=utf-8", "", put_plain},
    {"text/html; charset=utf-8", NO_SCRIPTS, put_html},
    {"application/problem+json", "", put_problem},
    {"application/problem+json", "", put_problem},
};

static const struct form *choose_form(struct bytes accept) {
    char text[ACCEPT_SIZE_MAX];
    size_t len = accept.len < sizeof text - 1 ? accept.len : sizeof text - 1;
    if (len > 0)
        memcpy(text, accept.data, len);
    text[len] = '\0';
    size_t chosen = cz_accept_choose(text, offers, CZ_COUNT(offers));
    return &forms[chosen < CZ_COUNT(forms) ? chosen : 0];
}

void cz_denial_append(struct buffer *out, const struct reason_info *reason, struct bytes accept,
                      const char *id) {
    CZ_CLEANUP(cz_buffer_release) struct buffer body = {0};
    const struct form *form = choose_form(accept);
    form->put(&body, reason, id);
    cz_buffer_puts(out, "Content-Type: ");
    cz_buffer_puts(out, form->content_type);
    cz_buffer_puts(out, "\r\nContent-Length: ");
    cz_buffer_decimal(out, (int64_t)body.len);
    cz_buffer_puts(out, "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
    cz_buffer_puts(out, form->more_headers);
    cz_buffer_puts(out, "\r\n");
    cz_buffer_bytes(out, cz_buffer_view(&body));
    if (body.failed)
        cz_buffer_fail(out);
}
