#include "config/coverage.h"

#include "base/buffer.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "config/ranges.h"
#include "request/target.h"

#include <stdlib.h>

#define METHOD_SIZE_MAX 32
#define EMPTY_LIST "the list is empty, so no request can match; leave it out for all"

static bool is_escape(const char *text) {
    return text[0] == '%' && cz_hex_digit((uint8_t)text[1]) >= 0 &&
           cz_hex_digit((uint8_t)text[2]) >= 0;
}

/* A rule's path is compared with decoded paths, so it is written as one. What would mean
 * something else in a request target is escaped here, to be read back as itself. */
static void append_as_target(struct buffer *out, const char *path) {
    for (; *path != '\0'; path++) {
        if (strchr("%?#", *path) != NULL)
            cz_buffer_printf(out, "%%%02X", (unsigned char)*path);
        else
            cz_buffer_putc(out, *path);
    }
}

static bool check_path(const config_setting_t *setting, const char *path, struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer target = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer normalised = {0};
    if (path[0] != '/')
        return cz_schema_error(error, setting, "a path begins with a slash");
    for (const char *at = path; (at = strchr(at, '%')) != NULL; at++)
        if (is_escape(at))
            return cz_schema_error(error, setting,
                                   "it holds the escape %.3s, and paths are compared decoded; "
                                   "write the character itself",
                                   at);
    append_as_target(&target, path);
    const char *ambiguity = cz_target_path(cz_buffer_view(&target), &normalised);
    if (target.failed || normalised.failed)
        return cz_error_set(error, "out of memory");
    if (ambiguity != NULL)
        return cz_schema_error(error, setting, "no request can match it: it holds %s", ambiguity);
    if (strcmp(cz_buffer_text(&normalised), path) != 0)
        return cz_schema_error(error, setting, "no request can match it; write \"%s\"",
                               cz_buffer_text(&normalised));
    return true;
}

static bool check_segments(const config_setting_t *setting, const char *path, struct error *error) {
    size_t segments = 0;
    for (const char *at = path; *at != '\0'; at++)
        segments += *at == '/';
    return segments <= CZ_RULE_SEGMENTS_MAX ||
           cz_schema_error(error, setting, "it has more than %d segments", CZ_RULE_SEGMENTS_MAX);
}

static bool check_glob(const config_setting_t *setting, const char *glob, struct error *error) {
    if (strlen(glob) > CZ_GLOB_SIZE_MAX)
        return cz_schema_error(error, setting, "it has more than %d bytes", CZ_GLOB_SIZE_MAX);
    if (strpbrk(glob, "*?") == NULL)
        return cz_schema_error(error, setting, "it has no wildcard; call the key path");
    for (const char *at = glob; (at = strstr(at, "**")) != NULL; at += 2)
        if (at == glob || at[-1] != '/' || (at[2] != '/' && at[2] != '\0'))
            return cz_schema_error(error, setting,
                                   "** stands for whole segments: /**/; within one * is enough");
    return true;
}

/* A deny whose star stands for itself would deny nobody. A glob's star fits a star too. */
static bool check_no_wildcard(const config_setting_t *setting, const char *path,
                              struct error *error) {
    return strchr(path, '*') == NULL ||
           cz_schema_error(error, setting, "it holds a wildcard; call the key glob");
}

static bool take_path(const config_setting_t *group, struct raw_coverage *raw, struct rule *rule,
                      struct error *error) {
    if (raw->path.text != NULL && raw->glob.text != NULL)
        return cz_schema_error(error, cz_schema_member(group, "glob"),
                               "there is a path as well; give one");
    if (raw->path.text == NULL && raw->glob.text == NULL)
        return cz_schema_error(error, group, "path is missing, or glob");
    rule->is_glob = raw->glob.text != NULL;
    struct config_text *text = rule->is_glob ? &raw->glob : &raw->path;
    const config_setting_t *setting = cz_schema_member(group, rule->is_glob ? "glob" : "path");
    if (!check_path(setting, text->text, error) || !check_segments(setting, text->text, error))
        return false;
    if (rule->is_glob ? !check_glob(setting, text->text, error)
                      : !check_no_wildcard(setting, text->text, error))
        return false;
    rule->path = CZ_STEAL(text->text);
    return true;
}

static bool check_method(const config_setting_t *list, size_t index, const char *method,
                         struct error *error) {
    size_t len = strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    if (method[len] == '\0' && len <= METHOD_SIZE_MAX)
        return true;
    return cz_schema_error(error, config_setting_get_elem(list, (unsigned)index),
                           "a method is written in capital letters, such as \"GET\"");
}

/* Some servers write an IPv6 address in brackets, some do not. */
static bool is_address(const char *host) {
    struct bytes text = cz_bytes_of(host);
    struct ip_address address;
    if (text.len > 2 && host[0] == '[' && host[text.len - 1] == ']')
        text = (struct bytes){.data = text.data + 1, .len = text.len - 2};
    return cz_address_parse(text, &address);
}

static bool check_host(const config_setting_t *list, size_t index, const char *host,
                       struct error *error) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    const char *name = strncmp(host, "*.", 2) == 0 ? host + 2 : host;
    size_t len = strlen(name);
    if (len > 0 && strspn(name, letters) == len && name[0] != '.' && name[len - 1] != '.' &&
        strstr(name, "..") == NULL)
        return true;
    if (is_address(host) && strpbrk(host, "ABCDEF") == NULL)
        return true;
    return cz_schema_error(error, config_setting_get_elem(list, (unsigned)index),
                           "\"%s\": a host name in small letters and without a port is wanted, or "
                           "*. and one for every host one label below",
                           host);
}

/* The list's texts into *items, which owns them then. */
static bool take_texts(const config_setting_t *list, struct config_texts *texts,
                       bool (*check)(const config_setting_t *list, size_t index, const char *text,
                                     struct error *error),
                       char ***items, size_t *count, struct error *error) {
    if (list == NULL)
        return true;
    if (texts->count == 0)
        return cz_schema_error(error, list, "%s", EMPTY_LIST);
    *items = calloc(texts->count, sizeof **items);
    if (*items == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < texts->count; i++) {
        if (!check(list, i, texts->items[i].text, error))
            return false;
        (*items)[(*count)++] = CZ_STEAL(texts->items[i].text);
    }
    return true;
}

static bool take_from(const config_setting_t *list, const struct config_texts *texts,
                      struct rule *rule, struct error *error) {
    return list == NULL ||
           cz_config_read_ranges(list, texts, EMPTY_LIST, &rule->from, &rule->from_count, error);
}

bool cz_config_take_coverage(const config_setting_t *group, struct raw_coverage *raw,
                             struct rule *rule, struct error *error) {
    return take_path(group, raw, rule, error) &&
           take_texts(cz_schema_member(group, "methods"), &raw->methods, check_method,
                      &rule->methods, &rule->method_count, error) &&
           take_texts(cz_schema_member(group, "hosts"), &raw->hosts, check_host, &rule->hosts,
                      &rule->host_count, error) &&
           take_from(cz_schema_member(group, "from"), &raw->from, rule, error);
}

void cz_raw_coverage_release(struct raw_coverage *raw) {
    cz_text_release(&raw->path);
    cz_text_release(&raw->glob);
    cz_texts_release(&raw->methods);
    cz_texts_release(&raw->hosts);
    cz_texts_release(&raw->from);
}
