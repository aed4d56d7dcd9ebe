#include "ctl/config_text.h"

#include "base/cleanup.h"
#include "config/whole_file.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r\n"

/* Behind a comment or a text that begins here, or NULL where none does. */
static const char *behind(const char *at) {
    const char *end;
    if (*at == '#' || strncmp(at, "//", 2) == 0)
        return at + strcspn(at, "\n");
    if (strncmp(at, "/*", 2) == 0)
        return (end = strstr(at + 2, "*/")) != NULL ? end + 2 : at + strlen(at);
    if (*at != '"')
        return NULL;
    for (at++; *at != '\0' && *at != '"'; at++)
        at += at[0] == '\\' && at[1] != '\0';
    return at + (*at == '"');
}

static char *find(const char *text, const char *key) {
    for (const char *at = text, *next; *at != '\0'; at = next) {
        next = behind(at);
        if (next != NULL)
            continue;
        size_t word =
            strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-*");
        next = at + (word > 0 ? word : 1);
        if (word != strlen(key) || strncmp(at, key, word) != 0)
            continue;
        const char *value = next + strspn(next, BLANKS);
        if (*value != '=' && *value != ':')
            continue;
        value += 1 + strspn(value + 1, BLANKS);
        if (*value == '"')
            return strndup(value + 1, strcspn(value + 1, "\"\\\n"));
    }
    return NULL;
}

char *cz_config_text_find(const char *config_file, const char *key) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    struct error unreadable = {0};
    if (!cz_file_read(config_file, &content, &unreadable))
        return NULL;
    return find(cz_buffer_text(&content), key);
}
