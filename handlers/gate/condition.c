#include "condition.h"

#include "base/variables.h"
#include "date.h"
#include "range.h"

#include <string.h>

static const char *skip_blanks(const char *text) {
    return text + strspn(text, " \t,");
}

/* Whether the list of entity-tags has ours. A weak one may count for it (section 8.8.3.2). */
static bool lists_tag(const char *list, const char *tag, bool weak_counts) {
    if (strcmp(list, "*") == 0)
        return true;
    for (list = skip_blanks(list); list[0] != '\0'; list = skip_blanks(list)) {
        bool weak = strncmp(list, "W/", 2) == 0;
        list += weak ? 2 : 0;
        const char *end = list[0] == '"' ? strchr(list + 1, '"') : NULL;
        if (end == NULL)
            return false;
        size_t len = (size_t)(end + 1 - list);
        if ((weak_counts || !weak) && len == strlen(tag) && memcmp(list, tag, len) == 0)
            return true;
        list += len;
    }
    return false;
}

/* Whether it was modified after the date; `otherwise` where that is none. */
static bool modified_since(const struct gate_version *version, const char *date, bool otherwise) {
    int64_t since;
    return gate_date_parse(date, &since) ? version->modified > since : otherwise;
}

static enum gate_wanted judge(const struct gate_version *version, char *const *variables) {
    const char *match = cz_variable(variables, "HTTP_IF_MATCH");
    const char *none_match = cz_variable(variables, "HTTP_IF_NONE_MATCH");
    if (match[0] != '\0') {
        if (!lists_tag(match, version->tag, false))
            return GATE_CHANGED;
    } else if (modified_since(version, cz_variable(variables, "HTTP_IF_UNMODIFIED_SINCE"), false)) {
        return GATE_CHANGED;
    }
    if (none_match[0] != '\0')
        return lists_tag(none_match, version->tag, true) ? GATE_UNCHANGED : GATE_WHOLE;
    return modified_since(version, cz_variable(variables, "HTTP_IF_MODIFIED_SINCE"), true)
               ? GATE_WHOLE
               : GATE_UNCHANGED;
}

/* A date is a strong validator only where it is a second older than what it was sent with
 * (section 8.8.2.2). */
static bool range_holds(const struct gate_version *version, const char *condition) {
    int64_t date;
    if (condition[0] == '\0' || strcmp(condition, version->tag) == 0)
        return true;
    return gate_date_parse(condition, &date) && date == version->modified &&
           version->modified + 1 < version->now;
}

void gate_wish_read(struct gate_wish *wish, const struct gate_version *version,
                    char *const *variables) {
    const char *range = cz_variable(variables, "HTTP_RANGE");
    *wish = (struct gate_wish){.wanted = judge(version, variables)};
    if (wish->wanted == GATE_WHOLE && range[0] != '\0' &&
        strcmp(cz_variable(variables, "REQUEST_METHOD"), "GET") == 0 &&
        range_holds(version, cz_variable(variables, "HTTP_IF_RANGE")))
        gate_ranges_read(wish, range, version->size);
}
