#include "log/complain.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void cz_log_complain(const char *format, ...) {
    static const char start[] = "certauthz: ";
    char text[1200]; /* less than PIPE_BUF: a pipe that takes anything takes all of it */
    size_t len = sizeof start - 1;
    va_list arguments;
    memcpy(text, start, len);
    va_start(arguments, format);
    vsnprintf(text + len, sizeof text - len - 1, format, arguments);
    va_end(arguments);
    len = strlen(text);
    text[len++] = '\n';
    struct pollfd standard_error = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&standard_error, 1, 0) != 1 || write(STDERR_FILENO, text, len) < 0)
        return; /* there is nobody left to tell */
}
