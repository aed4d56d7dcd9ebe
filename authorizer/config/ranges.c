#include "config/ranges.h"

#include "config/schema.h"

#include <stdlib.h>

bool cz_config_read_ranges(const config_setting_t *list, const struct config_texts *texts,
                           const char *if_empty, struct address_range **ranges, size_t *count,
                           struct error *error) {
    if (texts->count == 0)
        return cz_schema_error(error, list, "%s", if_empty);
    *ranges = calloc(texts->count, sizeof **ranges);
    if (*ranges == NULL)
        return cz_error_set(error, "out of memory");
    for (size_t i = 0; i < texts->count; i++) {
        const char *problem = cz_address_range_parse(texts->items[i].text, &(*ranges)[(*count)++]);
        if (problem != NULL)
            return cz_schema_error(error, config_setting_get_elem(list, (unsigned)i), "\"%s\": %s",
                                   texts->items[i].text, problem);
    }
    return true;
}
