/* Any bytes as the end of a list of 499 clients, and of the configuration: read in portions it is
 * good where libconfig finds the whole good, with as many elements. */
#include "fuzz.h"

#include "base/cleanup.h"
#include "config/portions.h"
#include "config/tree.h"

/* libconfig's parser loses the strings that it holds at a syntax error. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libconfig\n";
}

static void check_part(const config_setting_t *setting) {
    CZ_CLEANUP(cz_buffer_release) struct buffer key = {0};
    const char *file;
    unsigned line;
    cz_tree_key(setting, &key);
    cz_tree_locate(setting, &file, &line);
    REQUIRE(!key.failed && line > 0 && strcmp(file, "fuzz.conf") == 0);
}

static bool count_elements(void *context, const config_setting_t *portion, size_t first,
                           struct error *error) {
    size_t *count = context;
    (void)error;
    REQUIRE(first == *count);
    if (!config_setting_is_aggregate(portion))
        return true;
    *count += (size_t)config_setting_length(portion);
    for (int i = 0; i < config_setting_length(portion); i++)
        check_part(config_setting_get_elem(portion, (unsigned)i));
    return true;
}

static size_t length_of(const config_setting_t *setting) {
    return config_setting_is_aggregate(setting) ? (size_t)config_setting_length(setting) : 0;
}

/* Ours may refuse more: what begins and does not end. */
static bool is_open(const struct error *error) {
    return strstr(error->message, "that begins here") != NULL ||
           strstr(error->message, "has no closing quote") != NULL;
}

/* Every list that is not inside another: those that were left out are among them. `whole` may be
 * NULL. */
static bool read_lists(const config_setting_t *group, const config_setting_t *whole,
                       struct error *error) {
    for (int i = 0; i < config_setting_length(group); i++) {
        size_t count = 0;
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const config_setting_t *same =
            whole != NULL ? config_setting_get_elem(whole, (unsigned)i) : NULL;
        if (!(config_setting_is_group(setting)
                  ? read_lists(setting, same, error)
                  : cz_portions_read(setting, count_elements, &count, error)))
            return false;
        REQUIRE(same == NULL || config_setting_is_group(setting) || count == length_of(same));
    }
    return true;
}

static void check_text(const struct buffer *content, const config_t *whole, bool wanted) {
    CZ_CLEANUP(cz_source_release) struct source source;
    CZ_CLEANUP(cz_tree_release) struct config_tree tree = {.source = NULL};
    struct error error = {0};
    bool good = cz_source_parse("fuzz.conf", content, &source, &error) &&
                cz_tree_parse(&source, &tree, &error) &&
                read_lists(config_root_setting(&tree.parsed),
                           wanted ? config_root_setting(whole) : NULL, &error);
    REQUIRE(good == wanted || (wanted && is_open(&error)));
    REQUIRE(good == (error.message[0] == '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    CZ_CLEANUP(config_destroy) config_t whole;
    config_init(&whole);
    cz_buffer_puts(&content, "clients = (");
    for (int i = 1; i < CZ_PORTION_ELEMENTS; i++)
        cz_buffer_puts(&content, i > 1 ? ",0" : "0");
    cz_buffer_append(&content, data, size);
    cz_buffer_putc(&content, '\n'); /* without it libconfig knows no comment */
    /* files are not for a fuzz target, and of a NUL libconfig knows nothing */
    if (memmem(data, size, "@include", 8) != NULL || memchr(data, '\0', size) != NULL)
        return 0;
    bool wanted = config_read_string(&whole, cz_buffer_text(&content)) == CONFIG_TRUE;
    check_text(&content, &whole, wanted);
    return 0;
}
