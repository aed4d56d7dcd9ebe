#include "ctl/command.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "config/selectors.h"
#include "config/whole_file.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int cz_ctl_complain(const struct error *error) {
    fprintf(stderr, "certauthzctl: %s\n", error->message);
    return CTL_ERROR;
}

bool cz_ctl_load(const struct ctl_arguments *arguments, struct setup *setup, struct error *error) {
    bool loaded = cz_setup_load(cz_setup_file(arguments->values[CTL_CONFIG]), setup, error);
    if (setup->notices.len > 0)
        fprintf(stderr, "certauthzctl: %s", cz_buffer_text(&setup->notices));
    return loaded;
}

bool cz_ctl_time(const struct ctl_arguments *arguments, int64_t *now, struct error *error) {
    const char *text = arguments->values[CTL_TIME];
    *now = time(NULL);
    return text == NULL || cz_time_parse(cz_bytes_of(text), now) ||
           cz_error_set(error, "--time %s: a time such as 2026-01-02T03:04:05Z is wanted", text);
}

bool cz_ctl_serial(const char *text, struct buffer *serial, struct error *error) {
    bool has_prefix = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    bool good = cz_config_read_serial(has_prefix ? text + 2 : text, serial);
    if (serial->failed)
        return cz_error_set(error, "out of memory");
    return good || cz_error_set(error,
                                "--serial %s: a serial number in hexadecimal is wanted, of at "
                                "most %d bytes and not zero",
                                text, CZ_SERIAL_SIZE_MAX);
}

bool cz_ctl_colour(const struct ctl_arguments *arguments, bool *colour, struct error *error) {
    const char *when = arguments->values[CTL_COLOR];
    const char *no_colour = getenv("NO_COLOR");
    *colour = when != NULL && strcmp(when, "always") == 0;
    if (when == NULL || strcmp(when, "auto") == 0)
        *colour = isatty(STDOUT_FILENO) != 0 && (no_colour == NULL || no_colour[0] == '\0');
    else if (!*colour && strcmp(when, "never") != 0)
        return cz_error_set(error, "--color %s: auto, always or never is wanted", when);
    return true;
}

bool cz_ctl_read(const char *file, struct buffer *content, struct error *error) {
    return strcmp(file, "-") == 0
               ? cz_descriptor_read(STDIN_FILENO, "standard input", content, error)
               : cz_file_read(file, content, error);
}

bool cz_ctl_print(const struct buffer *text, struct error *error) {
    return (!text->failed && fwrite(cz_buffer_text(text), 1, text->len, stdout) == text->len &&
            fflush(stdout) == 0) ||
           cz_error_set(error, "the answer could not be written");
}

int64_t cz_ctl_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
