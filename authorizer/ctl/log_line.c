#include "ctl/log_line.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "ctl/json_reader.h"
#include "log/entry.h"

#define ELLIPSIS "…"

struct wanted {
    const char *name;
    size_t offset; /* of its struct buffer in struct question */
    size_t limit;  /* beyond which the log cuts it; 0: never */
};

static const struct wanted members[] = {
    {"method", offsetof(struct question, method), 0},
    {"path", offsetof(struct question, uri), CZ_LOG_PATH_MAX},
    {"host", offsetof(struct question, host), CZ_LOG_HOST_MAX},
    {"address", offsetof(struct question, address), CZ_LOG_HOST_MAX},
    {"policy", offsetof(struct question, policy), 0},
    {"verdict", offsetof(struct question, then.verdict), 0},
    {"reason", offsetof(struct question, then.reason), 0},
    {"rule", offsetof(struct question, then.rule), 0},
    {"client", offsetof(struct question, then.client), 0},
    {"credential", offsetof(struct question, then.credential), 0},
    {"id", offsetof(struct question, then.id), 0},
};

/* Without these nothing can be asked again. */
static const char *const needed[] = {"time", "verdict", "reason", "method", "path"};

/* Where a check refused so early that the path stands in the line as the client sent it. */
static const struct {
    const char *check, *reason;
} raw_paths[] = {
    {"request-size", "request-too-large"},
    {"server-variables", "inconsistent-server-variables"},
    {"policy", "unknown-policy"},
    {"request-path", "ambiguous-path"},
};

static const char *string_of(const struct json_object *object, const char *name) {
    const struct json_member *member = cz_json_find(object, name);
    return member != NULL && member->type == JSON_STRING ? cz_buffer_text(&member->text) : NULL;
}

static bool is(const char *text, const char *other) {
    return text != NULL && strcmp(text, other) == 0;
}

static bool has_raw_path(const struct json_object *object) {
    for (size_t i = 0; i < CZ_COUNT(raw_paths); i++)
        if (is(string_of(object, "check"), raw_paths[i].check) &&
            is(string_of(object, "reason"), raw_paths[i].reason))
            return true;
    return false;
}

/* A decoded path as a request target that decodes to it. */
static void put_target(struct buffer *out, const char *path) {
    for (; *path != '\0'; path++) {
        if (strchr("%?#", *path) != NULL)
            cz_buffer_printf(out, "%%%02X", (unsigned char)*path);
        else
            cz_buffer_putc(out, *path);
    }
}

static bool was_cut(const char *text, size_t limit) {
    size_t len = strlen(text), tail = strlen(ELLIPSIS);
    /* a cut falls between characters, of up to four bytes */
    return limit > 0 && len > limit - 4 + tail && strcmp(text + len - tail, ELLIPSIS) == 0;
}

static bool take_time(const char *text, int64_t *now) {
    char whole[sizeof "2026-01-02T03:04:05Z"];
    const char *point = strchr(text, '.');
    if (point == NULL)
        return cz_time_parse(cz_bytes_of(text), now);
    size_t digits = strspn(point + 1, "0123456789");
    if (point - text != sizeof whole - 2 || digits == 0 || strcmp(point + 1 + digits, "Z") != 0)
        return false;
    memcpy(whole, text, sizeof whole - 2);
    memcpy(whole + sizeof whole - 2, "Z", 2);
    return cz_time_parse(cz_bytes_of(whole), now);
}

static bool take_member(const struct json_object *object, const struct wanted *wanted,
                        struct question *question, struct error *error) {
    const char *text = string_of(object, wanted->name);
    struct buffer *place = (struct buffer *)(void *)((char *)question + wanted->offset);
    if (text == NULL)
        return true;
    if (was_cut(text, wanted->limit))
        return cz_error_set(error,
                            "line of the log: its %s was cut behind %zu bytes, so the request "
                            "cannot be asked again; ask it by explain --uri",
                            wanted->name, wanted->limit);
    if (place->len > 0)
        return cz_error_set(error, "--%s does not go with --log: the line says \"%s\"",
                            wanted->name, text);
    if (place == &question->uri && !has_raw_path(object))
        put_target(place, text);
    else
        cz_buffer_puts(place, text);
    return !place->failed || cz_error_set(error, "out of memory");
}

static bool check_needed(const struct json_object *object, struct error *error) {
    for (size_t i = 0; i < CZ_COUNT(needed); i++) {
        if (string_of(object, needed[i]) != NULL)
            continue;
        if (cz_json_find(object, "message") != NULL)
            return cz_error_set(error, "line of the log: it is about the program; one about a "
                                       "decision is wanted");
        return cz_error_set(error,
                            "line of the log: it has no \"%s\", so the request cannot be asked "
                            "again",
                            needed[i]);
    }
    return true;
}

/* A certificate that could not be read has no digest, and so nothing tells which it was. */
static bool check_certificate(const struct json_object *object, struct error *error) {
    const char *check = string_of(object, "check");
    return string_of(object, "sha256") != NULL ||
           !(is(check, "encoding") || is(check, "syntax") || is(check, "forwarded")) ||
           cz_error_set(error, "line of the log: its certificate could not be read, so it has no "
                               "digest; ask by explain --uri and --cert");
}

bool cz_question_from_line(struct bytes line, struct question *question, struct buffer *sha256,
                           struct error *error) {
    CZ_CLEANUP(cz_json_object_release) struct json_object object;
    struct error cause = {0};
    if (!cz_json_read(line, &object, &cause))
        return cz_error_set(error, "line of the log: %s", cause.message);
    if (!check_needed(&object, error) || !check_certificate(&object, error))
        return false;
    if (!take_time(string_of(&object, "time"), &question->now))
        return cz_error_set(error, "line of the log: \"%s\" is no time",
                            string_of(&object, "time"));
    for (size_t i = 0; i < CZ_COUNT(members); i++)
        if (!take_member(&object, &members[i], question, error))
            return false;
    if (string_of(&object, "sha256") != NULL)
        cz_buffer_puts(sha256, string_of(&object, "sha256"));
    return !sha256->failed || cz_error_set(error, "out of memory");
}
