#include "config/forwarded.h"

#include "base/cleanup.h"
#include "config/ranges.h"
#include "config/schema.h"

#include <stdlib.h>

#define PREFIX "HTTP_"
#define HEADER_SIZE_MAX 100
#define NO_PROXIES "the list is empty, so the header would count from nobody; leave the group out"

struct raw_forwarded {
    struct config_text header, chain, none;
    struct config_texts proxies;
    int format;    /* enum forwarded_format */
    int overrides; /* a bool */
};

static const struct key_word format_words[] = {
    {"base64", FORWARDED_BASE64},
    {"hex", FORWARDED_HEX},
    {"pem", FORWARDED_PEM},
    {"pem-escaped", FORWARDED_PEM_ESCAPED},
    {"rfc9440", FORWARDED_RFC9440},
    {"xfcc", FORWARDED_XFCC},
    {NULL, 0},
};

static const struct key_word agreement_words[] = {
    {"required", false},
    {"override", true},
    {NULL, 0},
};

static const struct key forwarded_keys[] = {
    {.name = "header", .type = KEY_TEXT, .offset = offsetof(struct raw_forwarded, header)},
    {.name = "format",
     .type = KEY_WORD,
     .offset = offsetof(struct raw_forwarded, format),
     .words = format_words},
    {.name = "proxies", .type = KEY_TEXTS, .offset = offsetof(struct raw_forwarded, proxies)},
    {.name = "chain", .type = KEY_TEXT, .offset = offsetof(struct raw_forwarded, chain)},
    {.name = "none", .type = KEY_TEXT, .offset = offsetof(struct raw_forwarded, none)},
    {.name = "agreement",
     .type = KEY_WORD,
     .offset = offsetof(struct raw_forwarded, overrides),
     .words = agreement_words},
};

static const struct schema schema = SCHEMA(forwarded);

static void raw_forwarded_release(struct raw_forwarded *raw) {
    cz_text_release(&raw->header);
    cz_text_release(&raw->chain);
    cz_text_release(&raw->none);
    cz_texts_release(&raw->proxies);
}

/* Who may say who somebody is has no default. */
static bool check_complete(const config_setting_t *group, struct error *error) {
    static const struct {
        const char *key, *wanted;
    } needed[] = {
        {"header", "the name of the header that the proxy writes, such as \"X-Client-Cert\""},
        {"format", "how the proxy writes the certificate, such as \"pem-escaped\""},
        {"proxies", "the addresses that the header counts from, such as [ \"192.0.2.1\" ]"},
    };
    for (size_t i = 0; i < CZ_COUNT(needed); i++)
        if (cz_schema_member(group, needed[i].key) == NULL)
            return cz_schema_error(error, group, "%s is missing: %s", needed[i].key,
                                   needed[i].wanted);
    return true;
}

/* The variable by which CGI and FastCGI hand a header over (RFC 3875 section 4.1.18). Underscores
 * are not for names of headers: web servers drop those that have them, or take them for hyphens. */
static bool take_name(const config_setting_t *setting, const struct config_text *text,
                      char **variable, struct error *error) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
    size_t len = strlen(text->text);
    if (strspn(text->text, allowed) != len || len > HEADER_SIZE_MAX)
        return cz_schema_error(error, setting,
                               "\"%s\": a header's name of letters, digits and hyphens is wanted, "
                               "such as \"X-Client-Cert\"",
                               text->text);
    if (asprintf(variable, PREFIX "%s", text->text) < 0) {
        *variable = NULL;
        return cz_error_set(error, "out of memory");
    }
    for (char *c = *variable; *c != '\0'; c++) {
        if (*c == '-')
            *c = '_';
        else if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    }
    return true;
}

static bool take_names(const config_setting_t *group, const struct raw_forwarded *raw,
                       struct forwarding *forwarding, struct error *error) {
    const config_setting_t *chain = cz_schema_member(group, "chain");
    struct forwarded_variables *variables = &forwarding->variables;
    if (!take_name(cz_schema_member(group, "header"), &raw->header, &variables->certificate, error))
        return false;
    if (chain == NULL)
        return true;
    if (forwarding->format == FORWARDED_XFCC)
        return cz_schema_error(error, chain,
                               "with the format \"xfcc\" the chain stands in the same header");
    if (!take_name(chain, &raw->chain, &variables->chain, error))
        return false;
    return strcmp(variables->certificate, variables->chain) != 0 ||
           cz_schema_error(error, chain, "it is the header of the certificate itself");
}

bool cz_config_read_forwarded(const config_setting_t *group, struct config *config,
                              struct error *error) {
    CZ_CLEANUP(raw_forwarded_release) struct raw_forwarded raw = {.overrides = false};
    struct forwarding *forwarding = &config->forwarded.forwarding;
    if (!cz_schema_read(&schema, group, &raw, error) || !check_complete(group, error))
        return false;
    forwarding->format = (enum forwarded_format)raw.format;
    forwarding->overrides = raw.overrides != 0;
    forwarding->none = CZ_STEAL(raw.none.text);
    if (!take_names(group, &raw, forwarding, error) ||
        !cz_config_read_ranges(cz_schema_member(group, "proxies"), &raw.proxies, NO_PROXIES,
                               &forwarding->proxies, &forwarding->proxy_count, error))
        return false;
    config->forwarded.header = raw.header;
    config->forwarded.proxies = raw.proxies;
    raw.header = (struct config_text){0};
    raw.proxies = (struct config_texts){0};
    return true;
}

const char *cz_config_forwarded_format(enum forwarded_format format) {
    return format_words[format].word;
}
