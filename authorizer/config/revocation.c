#include "config/revocation.h"

#include "base/cleanup.h"
#include "config/revocation_actions.h"
#include "config/schema.h"
#include "policy/address.h"

#include <strings.h>

#define DAY 86400
#define YEAR (365 * DAY)
#define URL_SIZE_MAX 2048 /* bytes */

/* The group as it is written. What stands from `sources` on is the outermost group's alone. */
struct raw_revocation {
    int mode, extent, order;
    int stale_grace, max_age, skew;
    struct revocation_sources sources;
};

static const struct key_word mode_words[] = {
    {"none", REVOCATION_NONE},
    {"offline", REVOCATION_OFFLINE},
    {"online", REVOCATION_ONLINE},
    {NULL, 0},
};

static const struct key_word extent_words[] = {
    {"end-certificate", REVOCATION_END_CERTIFICATE},
    {"exclude-root", REVOCATION_EXCLUDE_ROOT},
    {"entire-chain", REVOCATION_ENTIRE_CHAIN},
    {NULL, 0},
};

static const struct key_word order_words[] = {
    {"crl-first", REVOCATION_CRL_FIRST},
    {"ocsp-first", REVOCATION_OCSP_FIRST},
    {"crl-only", REVOCATION_CRL_ONLY},
    {"ocsp-only", REVOCATION_OCSP_ONLY},
    {NULL, 0},
};

#define OFFSET(member) offsetof(struct raw_revocation, member)

static const struct key revocation_keys[] = {
    {.name = "mode", .type = KEY_WORD, .offset = OFFSET(mode), .words = mode_words},
    {.name = "check", .type = KEY_WORD, .offset = OFFSET(extent), .words = extent_words},
    {.name = "order", .type = KEY_WORD, .offset = OFFSET(order), .words = order_words},
    {.name = "on", .type = KEY_ELSEWHERE},
    {.name = "authorities", .type = KEY_ELSEWHERE},
    {.name = "stale_grace",
     .type = KEY_INTEGER,
     .offset = OFFSET(stale_grace),
     .least = 0,
     .greatest = YEAR},
    {.name = "ocsp", .type = KEY_ELSEWHERE},
    {.name = "store", .type = KEY_TEXT, .offset = OFFSET(sources.store)},
    {.name = "crls", .type = KEY_TEXTS, .offset = OFFSET(sources.crls)},
    {.name = "hosts", .type = KEY_TEXTS, .offset = OFFSET(sources.hosts)},
    {.name = "time_budget",
     .type = KEY_INTEGER,
     .offset = OFFSET(sources.time_budget),
     .least = 1,
     .greatest = 60},
    {.name = "fetch_timeout",
     .type = KEY_INTEGER,
     .offset = OFFSET(sources.fetch_timeout),
     .least = 1,
     .greatest = 600},
    {.name = "fetch_size",
     .type = KEY_INTEGER,
     .offset = OFFSET(sources.fetch_size),
     .least = 1,
     .greatest = 1024},
    {.name = "every",
     .type = KEY_INTEGER,
     .offset = OFFSET(sources.every),
     .least = 1,
     .greatest = 7 * DAY},
    {.name = "retry",
     .type = KEY_INTEGER,
     .offset = OFFSET(sources.retry),
     .least = 1,
     .greatest = DAY},
};

static const struct key ocsp_keys[] = {
    {.name = "max_age",
     .type = KEY_INTEGER,
     .offset = OFFSET(max_age),
     .least = 1,
     .greatest = YEAR},
    {.name = "skew", .type = KEY_INTEGER, .offset = OFFSET(skew), .least = 0, .greatest = DAY},
    {.name = "responders", .type = KEY_TEXTS, .offset = OFFSET(sources.ocsp.responders)},
    {.name = "signers", .type = KEY_TEXTS, .offset = OFFSET(sources.ocsp.signers)},
    {.name = "nonce", .type = KEY_BOOLEAN, .offset = OFFSET(sources.ocsp.nonce)},
    {.name = "get", .type = KEY_BOOLEAN, .offset = OFFSET(sources.ocsp.get)},
};

static const struct schema revocation_schema = {
    .name = "revocation", .keys = revocation_keys, .count = CZ_COUNT(revocation_keys)};
static const struct schema ocsp_schema = {
    .name = "ocsp", .keys = ocsp_keys, .count = CZ_COUNT(ocsp_keys)};

struct revocation_sources cz_revocation_sources_default(void) {
    return (struct revocation_sources){.time_budget = 2,
                                       .fetch_timeout = 30,
                                       .fetch_size = 100,
                                       .every = 3600,
                                       .retry = 60,
                                       .ocsp = {.get = true}};
}

void cz_revocation_sources_release(struct revocation_sources *sources) {
    cz_text_release(&sources->store);
    cz_texts_release(&sources->crls);
    cz_texts_release(&sources->hosts);
    cz_texts_release(&sources->ocsp.responders);
    cz_texts_release(&sources->ocsp.signers);
    *sources = (struct revocation_sources){0};
}

/* --- the outermost group's own ------------------------------------------------------------ */

bool cz_is_url(const char *text) {
    return strstr(text, "://") != NULL;
}

/* The protocol is one of `protocols`, each of which ends with a blank. */
static bool has_protocol(const char *url, const char *protocols) {
    size_t len = strcspn(url, ":");
    for (; *protocols != '\0'; protocols += strcspn(protocols, " ") + 1)
        if (len == strcspn(protocols, " ") && strncasecmp(url, protocols, len) == 0)
            return true;
    return false;
}

static bool is_printable(const char *text) {
    for (; *text != '\0'; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

/* NULL where the URL can be asked for. Its host is not looked up. */
static const char *problem_of(const char *url) {
    const char *host = strstr(url, "://") + 3;
    size_t len = strcspn(host, "/?#");
    if (len == 0 || host[0] == ':')
        return "the URL names no host";
    if (memchr(host, '@', len) != NULL)
        return "a URL with a user or a password is not taken, since whoever can read the store "
               "would read them";
    if (strlen(url) > URL_SIZE_MAX)
        return "the URL has more than 2048 bytes";
    return is_printable(url) ? NULL
                             : "the URL holds a blank, a control character or one beyond ASCII; "
                               "write it as %20 and the like";
}

typedef bool text_check(const config_setting_t *setting, const char *text, struct error *error);

static bool check_crl(const config_setting_t *setting, const char *text, struct error *error) {
    if (!cz_is_url(text))
        return true;
    if (!has_protocol(text, "http https ldap ldaps "))
        return cz_schema_error(error, setting,
                               "\"%s\": a URL of http, https, ldap or ldaps is wanted, or the "
                               "name of a file or folder",
                               text);
    const char *problem = problem_of(text);
    return problem == NULL || cz_schema_error(error, setting, "\"%s\": %s", text, problem);
}

static bool check_responder(const config_setting_t *setting, const char *text,
                            struct error *error) {
    if (!cz_is_url(text) || !has_protocol(text, "http https "))
        return cz_schema_error(error, setting, "\"%s\": a URL of http or https is wanted", text);
    const char *problem = problem_of(text);
    return problem == NULL || cz_schema_error(error, setting, "\"%s\": %s", text, problem);
}

static bool check_host(const config_setting_t *setting, const char *text, struct error *error) {
    size_t len = strlen(text);
    struct ip_address address;
    bool is_name = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == len &&
                   text[0] != '.' && text[len - 1] != '.' && strstr(text, "..") == NULL;
    return is_name ||
           (strpbrk(text, "ABCDEF") == NULL && cz_address_parse(cz_bytes_of(text), &address)) ||
           cz_schema_error(error, setting,
                           "\"%s\": the name of one host in small letters is wanted, or its "
                           "address, without a port",
                           text);
}

static bool check_texts(const config_setting_t *group, const char *name,
                        const struct config_texts *texts, text_check *check, struct error *error) {
    for (size_t i = 0; i < texts->count; i++) {
        const config_setting_t *setting =
            config_setting_get_elem(cz_schema_member(group, name), (unsigned)i);
        for (size_t j = 0; j < i; j++)
            if (strcmp(texts->items[i].text, texts->items[j].text) == 0)
                return cz_schema_error(error, setting, "\"%s\": it stands here twice",
                                       texts->items[i].text);
        if (check != NULL && !check(setting, texts->items[i].text, error))
            return false;
    }
    return true;
}

static bool check_sources(const config_setting_t *group, const struct revocation_sources *sources,
                          struct error *error) {
    const config_setting_t *ocsp = cz_schema_member(group, "ocsp");
    return check_texts(group, "crls", &sources->crls, check_crl, error) &&
           check_texts(group, "hosts", &sources->hosts, check_host, error) &&
           check_texts(ocsp, "responders", &sources->ocsp.responders, check_responder, error) &&
           check_texts(ocsp, "signers", &sources->ocsp.signers, NULL, error);
}

/* --- one policy's settings ---------------------------------------------------------------- */

static bool check_own(const struct schema *schema, const config_setting_t *group,
                      struct error *error) {
    for (size_t i = 0; i < schema->count; i++) {
        const config_setting_t *setting = cz_schema_member(group, schema->keys[i].name);
        if (setting != NULL && schema->keys[i].offset >= OFFSET(sources))
            return cz_schema_error(error, setting,
                                   "all policies share the sources; write this key into the "
                                   "group revocation of the file");
    }
    return true;
}

static bool read_group(const config_setting_t *group, bool is_own, struct raw_revocation *raw,
                       struct error *error) {
    bool is_group = config_setting_type(group) == CONFIG_TYPE_GROUP;
    if (is_own && is_group && !check_own(&revocation_schema, group, error))
        return false;
    if (!cz_schema_read(&revocation_schema, group, raw, error))
        return false;
    const config_setting_t *ocsp = cz_schema_member(group, "ocsp");
    if (ocsp == NULL)
        return true;
    is_group = config_setting_type(ocsp) == CONFIG_TYPE_GROUP;
    return (!is_own || !is_group || check_own(&ocsp_schema, ocsp, error)) &&
           cz_schema_read(&ocsp_schema, ocsp, raw, error);
}

static struct raw_revocation start_of(const struct revocation_reader *reader) {
    const struct revocation_settings *base = reader->base;
    if (base == NULL || reader->outermost == NULL)
        return (struct raw_revocation){.max_age = DAY, .skew = 300};
    return (struct raw_revocation){.mode = (int)base->mode,
                                   .extent = (int)base->extent,
                                   .order = (int)base->order,
                                   .stale_grace = (int)base->stale_grace,
                                   .max_age = (int)base->ocsp_max_age,
                                   .skew = (int)base->ocsp_skew};
}

static bool read_sources(const struct revocation_reader *reader, struct raw_revocation *raw,
                         struct error *error) {
    const config_setting_t *group = reader->outermost;
    raw->sources = *reader->sources;
    raw->sources.configured = group != NULL;
    bool good = group == NULL || (read_group(group, false, raw, error) &&
                                  check_sources(group, &raw->sources, error));
    *reader->sources = raw->sources;
    return good;
}

/* The policy's own key, else the file's. */
static const config_setting_t *either(const struct revocation_reader *reader, const char *name) {
    const config_setting_t *own = reader->own != NULL ? cz_schema_member(reader->own, name) : NULL;
    if (own != NULL || reader->outermost == NULL)
        return own;
    return cz_schema_member(reader->outermost, name);
}

bool cz_config_read_revocation(const struct revocation_reader *reader,
                               struct revocation_settings *settings, struct error *error) {
    struct raw_revocation raw = start_of(reader);
    if (reader->base == NULL && !read_sources(reader, &raw, error))
        return false;
    if (reader->own != NULL && !read_group(reader->own, true, &raw, error))
        return false;
    bool any = reader->outermost != NULL || reader->own != NULL;
    *settings =
        (struct revocation_settings){.mode = any ? (enum revocation_mode)raw.mode : REVOCATION_NONE,
                                     .extent = (enum revocation_extent)raw.extent,
                                     .order = (enum revocation_order)raw.order,
                                     .stale_grace = raw.stale_grace,
                                     .ocsp_max_age = raw.max_age,
                                     .ocsp_skew = raw.skew};
    return cz_config_read_actions(either(reader, "on"), either(reader, "authorities"), settings,
                                  error);
}

/* --- for people ----------------------------------------------------------------------------- */

/* As the keys' own words. */
static const char *word_of(const struct key_word *words, size_t value) {
    while (words->word != NULL && words->value != value)
        words++;
    return words->word != NULL ? words->word : "?";
}

static bool same_settings(const struct revocation_settings *a,
                          const struct revocation_settings *b) {
    return a->mode == b->mode && a->extent == b->extent && a->order == b->order;
}

bool cz_config_checks_revocation(const struct config *config) {
    for (size_t i = 0; i < config->policy_count; i++)
        if (config->policies[i].revocation.mode != REVOCATION_NONE)
            return true;
    return false;
}

void cz_revocation_settings_describe(const struct revocation_settings *settings,
                                     struct buffer *out) {
    if (settings->mode == REVOCATION_NONE)
        cz_buffer_puts(out, "not checked");
    else
        cz_buffer_printf(out, "%s, %s, %s", word_of(mode_words, settings->mode),
                         word_of(order_words, settings->order),
                         word_of(extent_words, settings->extent));
}

void cz_revocation_describe(const struct config *config, struct buffer *out) {
    const struct revocation_settings *settings = &config->policies[0].revocation;
    cz_buffer_puts(out, "revocation ");
    for (size_t i = 1; i < config->policy_count; i++)
        if (!same_settings(settings, &config->policies[i].revocation)) {
            cz_buffer_puts(out, "as each policy says");
            return;
        }
    cz_revocation_settings_describe(settings, out);
}
