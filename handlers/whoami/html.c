#include "html.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "style.h"

#include <string.h>

#define WARN_DAYS 30 /* a certificate with fewer days left should be renewed now */

#define MARK_START "<svg class=\"mark\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">"
#define MARK_KNOWN MARK_START "<path d=\"M4.5 12.5l5 5 10-11\"/></svg>"
#define MARK_ANONYMOUS                                                                             \
    MARK_START "<circle cx=\"12\" cy=\"8\" r=\"4\"/><path d=\"M4.5 21a7.5 7.5 0 0 1 15 "           \
               "0\"/></svg>"

static void escape(struct buffer *out, const char *text) {
    cz_html_escape(out, cz_bytes_of(text));
}

static void write_head(struct buffer *out, const struct claims *claims) {
    cz_buffer_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                        "<title>");
    if (whoami_authenticated(claims)) {
        cz_buffer_puts(out, "You are ");
        escape(out, claims->values[CLAIM_REMOTE_USER]);
    } else {
        cz_buffer_puts(out, "Anonymous");
    }
    cz_buffer_puts(out, "</title>\n<style>");
    cz_buffer_puts(out, whoami_style);
    cz_buffer_puts(out, "</style>\n</head>\n");
}

/* Names are long and have no blanks: they may break after a comma. */
static void write_text(struct buffer *out, struct bytes text, bool code) {
    cz_buffer_puts(out, code ? "<code>" : "");
    while (text.len > 0) {
        const uint8_t *comma = memchr(text.data, ',', text.len);
        size_t len = comma != NULL ? (size_t)(comma - text.data) + 1 : text.len;
        cz_html_escape(out, (struct bytes){.data = text.data, .len = len});
        cz_buffer_puts(out, comma != NULL ? "<wbr>" : "");
        text = (struct bytes){.data = text.data + len, .len = text.len - len};
    }
    cz_buffer_puts(out, code ? "</code>" : "");
}

static void write_known(struct buffer *out, const struct claims *claims) {
    cz_buffer_puts(out, "<header class=\"known\">" MARK_KNOWN "<div><h1><span>You are</span> ");
    write_text(out, cz_bytes_of(claims->values[CLAIM_REMOTE_USER]), false);
    cz_buffer_puts(out, "</h1><p>");
    const char *name = claims->values[CLAIM_CERT_NAME];
    if (name[0] != '\0') {
        cz_buffer_puts(out, "Known by the certificate of ");
        escape(out, name);
    } else {
        cz_buffer_puts(out, "Known by a client certificate");
    }
    if (claims->values[CLAIM_CERTAUTHZ_RULE][0] != '\0') {
        cz_buffer_puts(out, ", let in by the rule ");
        escape(out, claims->values[CLAIM_CERTAUTHZ_RULE]);
    }
    cz_buffer_puts(out, ".</p></div></header>\n");
}

static const char *why_anonymous(const char *decision) {
    if (decision[0] == '\0')
        return "The web server handed over no decision: is the authorizer set up for this path?";
    if (strcmp(decision, "anonymous") == 0)
        return "This place is open to visitors without a certificate.";
    return "The authorizer named no user.";
}

static void write_anonymous(struct buffer *out, const struct claims *claims) {
    cz_buffer_puts(out, "<header>" MARK_ANONYMOUS "<div><h1>Anonymous</h1><p>");
    escape(out, why_anonymous(claims->values[CLAIM_CERTAUTHZ]));
    cz_buffer_puts(out, "</p></div></header>\n");
}

/* "12 days", "less than a day". */
static void write_days(struct buffer *out, long days) {
    if (days < 1) {
        cz_buffer_puts(out, "less than a day");
        return;
    }
    cz_buffer_decimal(out, days);
    cz_buffer_puts(out, days == 1 ? " day" : " days");
}

static void write_expiry(struct buffer *out, const struct claims *claims) {
    long days;
    if (!whoami_days_left(claims, &days) || days > WARN_DAYS)
        return;
    if (days >= 0) {
        cz_buffer_puts(out, "<p class=\"notice\" role=\"status\"><strong>Your certificate expires "
                            "in ");
        write_days(out, days);
    } else {
        cz_buffer_puts(out, "<p class=\"notice bad\" role=\"alert\"><strong>Your certificate has "
                            "expired");
    }
    cz_buffer_puts(out, ".</strong>");
    if (claims->values[CLAIM_CERT_NOT_AFTER][0] != '\0') {
        cz_buffer_puts(out, " Valid until ");
        escape(out, claims->values[CLAIM_CERT_NOT_AFTER]);
        cz_buffer_putc(out, '.');
    }
    cz_buffer_puts(out, " Ask for a new one.</p>\n");
}

static void write_notices(struct buffer *out, const struct claims *claims) {
    write_expiry(out, claims);
    if (claims->values[CLAIM_CERTAUTHZ_TRUNCATED][0] != '\0')
        cz_buffer_puts(out, "<p class=\"notice\" role=\"status\">Not all claims fitted into the "
                            "request: some are left out.</p>\n");
}

static void write_values(struct buffer *out, const char *values, bool code) {
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    cz_buffer_puts(out, "<ul>");
    while (whoami_next_value(&values, &value)) {
        cz_buffer_puts(out, "<li>");
        write_text(out, cz_buffer_view(&value), code);
        cz_buffer_puts(out, "</li>");
    }
    cz_buffer_puts(out, "</ul>");
}

static void open_row(struct buffer *out, const char *label, const char *variable) {
    cz_buffer_puts(out, "<tr><th scope=\"row\">");
    escape(out, label);
    cz_buffer_puts(out, " <code>");
    escape(out, variable);
    cz_buffer_puts(out, "</code></th><td>");
}

static void close_row(struct buffer *out) {
    cz_buffer_puts(out, "</td></tr>\n");
}

static void open_section(struct buffer *out, const char *id, const char *title) {
    cz_buffer_printf(out,
                     "<section aria-labelledby=\"%s\"><h2 id=\"%s\">%s</h2>\n"
                     "<table aria-labelledby=\"%s\"><tbody>\n",
                     id, id, title, id);
}

static void close_section(struct buffer *out) {
    cz_buffer_puts(out, "</tbody></table></section>\n");
}

static bool group_is_empty(const struct claims *claims, enum claim_group group) {
    for (enum claim i = 0; i < CLAIM_COUNT; i++)
        if (whoami_claim_info(i)->group == group && claims->values[i][0] != '\0')
            return false;
    return true;
}

static void write_group(struct buffer *out, const struct claims *claims, enum claim_group group) {
    static const struct {
        const char *id, *title;
    } groups[GROUP_COUNT] = {
        [GROUP_AUTHORIZATION] = {"authorization", "Authorization"},
        [GROUP_CERTIFICATE] = {"certificate", "Certificate"},
        [GROUP_NAMES] = {"names", "Names in the certificate"},
        [GROUP_FINGERPRINTS] = {"fingerprints", "Fingerprints"},
    };
    if (group_is_empty(claims, group))
        return;
    open_section(out, groups[group].id, groups[group].title);
    for (enum claim i = 0; i < CLAIM_COUNT; i++) {
        const struct claim_info *info = whoami_claim_info(i);
        const char *text = claims->values[i];
        if (info->group != group || text[0] == '\0')
            continue;
        open_row(out, info->label, info->variable);
        if (info->many)
            write_values(out, text, info->code);
        else
            write_text(out, cz_bytes_of(text), info->code);
        close_row(out);
    }
    close_section(out);
}

static void write_body_row(struct buffer *out, const struct whoami_request *request) {
    open_row(out, "Body", "SHA-256");
    cz_buffer_decimal(out, (int64_t)request->body_bytes);
    cz_buffer_puts(out, request->body_bytes == 1 ? " byte" : " bytes");
    if (request->body_bytes > 0) {
        cz_buffer_puts(out, "<br><code>");
        cz_buffer_hex(
            out, (struct bytes){.data = request->body_sha256, .len = sizeof request->body_sha256});
        cz_buffer_puts(out, "</code>");
    }
    close_row(out);
}

static void write_request(struct buffer *out, const struct whoami_request *request) {
    open_section(out, "request", "Request");
    open_row(out, "Method", "REQUEST_METHOD");
    write_text(out, cz_bytes_of(request->method), true);
    close_row(out);
    if (request->uri[0] != '\0') {
        open_row(out, "Address", "REQUEST_URI");
        write_text(out, cz_bytes_of(request->uri), true);
        close_row(out);
    }
    write_body_row(out, request);
    close_section(out);
}

void whoami_html(struct buffer *out, const struct whoami_request *request) {
    const struct claims *claims = &request->claims;
    write_head(out, claims);
    cz_buffer_puts(out, "<body>\n<main>\n");
    if (whoami_authenticated(claims))
        write_known(out, claims);
    else
        write_anonymous(out, claims);
    write_notices(out, claims);
    for (enum claim_group group = 0; group < GROUP_COUNT; group++)
        write_group(out, claims, group);
    write_request(out, request);
    cz_buffer_puts(out, "<footer>certauthz &middot; <a href=\"?format=json\">the same as JSON</a>"
                        "</footer>\n</main>\n</body>\n</html>\n");
}
