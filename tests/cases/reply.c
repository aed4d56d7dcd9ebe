#include "reply.h"

#include "base/cleanup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define LINE_MAX_SIZE 8175     /* mod_fcgid */
#define HEADERS_MAX_SIZE 65000 /* lighttpd */

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define LETTERS CAPITALS "abcdefghijklmnopqrstuvwxyz-"

/* A reply taken apart; the lines point into `text`. */
struct parts {
    char *text; /* owned: the headers, each line ended by a NUL */
    struct header_lines headers;
    struct bytes body;
};

static void parts_release(struct parts *parts) {
    free(parts->text);
}

__attribute__((format(printf, 2, 3))) static void complain(struct buffer *complaints,
                                                           const char *format, ...) {
    char text[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    cz_buffer_puts(complaints, text);
    cz_buffer_putc(complaints, '\n');
}

static bool take_apart(const struct buffer *reply, struct parts *parts, struct buffer *complaints) {
    const char *end = reply->len > 0 ? memmem(reply->data, reply->len, "\r\n\r\n", 4) : NULL;
    if (end == NULL) {
        complain(complaints, "no blank line ends the reply's headers");
        return false;
    }
    size_t len = (size_t)(end - reply->data);
    parts->body = (struct bytes){.data = (const uint8_t *)end + 4, .len = reply->len - len - 4};
    parts->text = strndup(reply->data, len);
    if (len > HEADERS_MAX_SIZE || parts->text == NULL || strlen(parts->text) != len) {
        complain(complaints, "the reply's headers have %zu bytes, or a NUL among them", len);
        return false;
    }
    char *line = parts->text;
    while (line != NULL && parts->headers.count < REPLY_HEADERS_MAX) {
        char *next = strstr(line, "\r\n");
        parts->headers.lines[parts->headers.count++] = line;
        if (next != NULL)
            *next = '\0';
        line = next != NULL ? next + 2 : NULL;
    }
    if (line != NULL)
        complain(complaints, "more than %d header lines", REPLY_HEADERS_MAX);
    return true;
}

/* The header's value, or NULL. */
static const char *find(const struct header_lines *headers, const char *name) {
    size_t len = strlen(name);
    for (size_t i = 0; i < headers->count; i++)
        if (strncasecmp(headers->lines[i], name, len) == 0 && headers->lines[i][len] == ':')
            return headers->lines[i] + len + (headers->lines[i][len + 1] == ' ' ? 2 : 1);
    return NULL;
}

static void check_line(const struct header_lines *headers, size_t index,
                       struct buffer *complaints) {
    const char *line = headers->lines[index];
    size_t len = strlen(line), name = strspn(line, LETTERS);
    bool variable = strncasecmp(line, "Variable-", 9) == 0;
    bool good = name > 0 && strncmp(line + name, ": ", 2) == 0 && len > name + 2 &&
                line[name + 2] != ' ' && line[len - 1] != ' ' && len <= LINE_MAX_SIZE;
    for (const char *c = line; *c != '\0'; c++)
        good = good && (unsigned char)*c >= 0x20 && *c != 0x7f;
    if (variable)
        good = good && strncmp(line, "Variable-", 9) == 0 && strspn(line + 9, CAPITALS) == name - 9;
    if (!good)
        complain(complaints, "a malformed header line: %s", line);
    for (size_t i = 0; i < index; i++)
        if (strncasecmp(headers->lines[i], line, name + 1) == 0)
            complain(complaints, "a header that is there twice: %s", line);
}

static void check_status(const struct parts *parts, int status, struct buffer *complaints) {
    static const char prefix[] = "Status: ";
    const char *line = parts->headers.lines[0];
    char number[16];
    snprintf(number, sizeof number, "%d ", status);
    if (strncmp(line, prefix, strlen(prefix)) != 0 ||
        strncmp(line + strlen(prefix), number, strlen(number)) != 0 ||
        strlen(line) == strlen(prefix) + strlen(number))
        complain(complaints, "the first line is not `Status: %d Phrase` but %s", status, line);
}

static void check_value(const struct parts *parts, const char *name, const char *value,
                        struct buffer *complaints) {
    const char *got = find(&parts->headers, name);
    if (got == NULL || value == NULL || strcmp(got, value) != 0)
        complain(complaints, "%s is %s instead of %s", name, got != NULL ? got : "missing",
                 value != NULL ? value : "(nothing)");
}

/* Claims that only an anonymous reply must be without. */
static bool is_of_certificate(const char *line) {
    static const char *const parts[] = {"-CERT_",    "REMOTE_USER", "AUTH_TYPE",       "-ASPNET_",
                                        "-KESTRUN_", "CLIENT_CERT", "CERTAUTHZ_CLIENT"};
    for (size_t i = 0; i < CZ_COUNT(parts); i++)
        if (strstr(line, parts[i]) != NULL)
            return true;
    return false;
}

static void check_granted(const struct parts *parts, const struct reply_wanted *wanted,
                          struct buffer *complaints) {
    if (parts->body.len > 0)
        complain(complaints, "a granted request's reply has a body");
    check_value(parts, "Variable-CERTAUTHZ", wanted->anonymous ? "anonymous" : "granted",
                complaints);
    /* A configuration may send less: then the case says what. */
    bool all = wanted->golden->count == 0;
    if (all || find(&parts->headers, "Variable-CERTAUTHZ_RULE") != NULL)
        check_value(parts, "Variable-CERTAUTHZ_RULE", wanted->rule, complaints);
    for (size_t i = 0; wanted->anonymous && i < parts->headers.count; i++) {
        const char *line = parts->headers.lines[i];
        if (is_of_certificate(line))
            complain(complaints, "an anonymous request's reply says %s", line);
    }
    if (all && !wanted->anonymous && find(&parts->headers, "Variable-REMOTE_USER") == NULL)
        complain(complaints, "Variable-REMOTE_USER is missing");
}

static bool holds(struct bytes body, const char *text) {
    return body.len > 0 && memmem(body.data, body.len, text, strlen(text)) != NULL;
}

static void check_refused(const struct buffer *reply, const struct parts *parts,
                          const struct reply_wanted *wanted, struct buffer *complaints) {
    char length[32];
    snprintf(length, sizeof length, "%zu", parts->body.len);
    if (memmem(reply->data, reply->len, "Variable-", 9) != NULL)
        complain(complaints, "a refusal holds `Variable-`");
    if (!holds(parts->body, wanted->slug) || !holds(parts->body, wanted->id))
        complain(complaints, "a refusal's body lacks the slug or the id");
    check_value(parts, "Content-Length", length, complaints);
    check_value(parts, "Cache-Control", "no-store", complaints);
}

static bool is_any(const char *line) {
    return strcmp(line, "...") == 0;
}

static void check_golden(const struct header_lines *got, const struct header_lines *golden,
                         struct buffer *complaints) {
    size_t at = 0;
    bool any = false;
    for (size_t i = 0; i < golden->count; i++) {
        const char *wanted = golden->lines[i];
        size_t from = at;
        if (is_any(wanted)) {
            any = true;
            continue;
        }
        while (any && at < got->count && strcmp(got->lines[at], wanted) != 0)
            at++;
        if (at == got->count || strcmp(got->lines[at], wanted) != 0) {
            complain(complaints, "expected: %s", wanted);
            complain(complaints, "     got: %s",
                     from < got->count ? got->lines[from] : "(nothing)");
            return;
        }
        any = false;
        at++;
    }
    if (at < got->count && !any)
        complain(complaints, "an unexpected line: %s", got->lines[at]);
}

void reply_check(const struct buffer *reply, const struct reply_wanted *wanted,
                 struct buffer *complaints) {
    CZ_CLEANUP(parts_release) struct parts parts = {0};
    if (!take_apart(reply, &parts, complaints))
        return;
    check_status(&parts, wanted->status, complaints);
    for (size_t i = 0; i < parts.headers.count; i++)
        check_line(&parts.headers, i, complaints);
    if (wanted->status == 200)
        check_granted(&parts, wanted, complaints);
    else
        check_refused(reply, &parts, wanted, complaints);
    if (wanted->golden->count > 0)
        check_golden(&parts.headers, wanted->golden, complaints);
}
