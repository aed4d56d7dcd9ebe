#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

bool cz_error_set(struct error *error, const char *format, ...) {
    if (error->message[0] != '\0')
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}
