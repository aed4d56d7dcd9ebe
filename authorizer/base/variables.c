#include "base/variables.h"

#include <string.h>

const char *cz_variable(char *const *variables, const char *name) {
    size_t len = strlen(name);
    for (; *variables != NULL; variables++)
        if (strncmp(*variables, name, len) == 0 && (*variables)[len] == '=')
            return *variables + len + 1;
    return "";
}
