#include "config/logging.h"

#include "base/cleanup.h"

#include <sys/un.h>

#define SOCKET_PATH_MAX (sizeof(((struct sockaddr_un *)0)->sun_path) - 1)

static const struct {
    const char *word;
    enum log_destination to;
    bool takes_socket; /* `word:SOCKET` */
} destinations[] = {
    {"stderr", LOG_TO_STDERR, false},
    {"syslog", LOG_TO_SYSLOG, true},
    {"journal", LOG_TO_JOURNAL, true},
};

/* `socket` is NULL, or points into the text. */
static enum log_destination read_destination(const char *text, const char **socket) {
    *socket = NULL;
    if (text == NULL)
        return LOG_TO_STDERR;
    for (size_t i = 0; i < CZ_COUNT(destinations); i++) {
        size_t len = strlen(destinations[i].word);
        if (strncmp(text, destinations[i].word, len) != 0)
            continue;
        if (text[len] == ':' && destinations[i].takes_socket)
            *socket = text + len + 1;
        if (text[len] == '\0' || *socket != NULL)
            return destinations[i].to;
    }
    return LOG_TO_FILE;
}

bool cz_config_log_check(const struct config *config, struct error *error) {
    const struct config_text *text = &config->log.destination;
    const char *socket;
    read_destination(text->text, &socket);
    if (socket == NULL || (socket[0] == '/' && strlen(socket) <= SOCKET_PATH_MAX))
        return true;
    return cz_error_set(error,
                        "%s:%u: log.destination: behind the colon an absolute path of at most %zu "
                        "bytes is wanted",
                        text->file, text->line, SOCKET_PATH_MAX);
}

bool cz_config_log_settings(const struct config *config, struct log_settings *settings, char **name,
                            struct error *error) {
    const char *socket, *destination = config->log.destination.text;
    *settings = (struct log_settings){.to = read_destination(destination, &socket),
                                      .facility = config->log.facility,
                                      .all_decisions = config->log.level >= LOG_DECISIONS,
                                      .refusals = config->log.level >= LOG_REFUSALS,
                                      .required = config->log.required};
    *name = NULL;
    if (settings->to == LOG_TO_FILE || socket != NULL) {
        *name = cz_config_resolve(config, socket != NULL ? socket : destination);
        if (*name == NULL)
            return cz_error_set(error, "out of memory");
    }
    settings->name = *name;
    return true;
}

bool cz_config_log_open(const struct config *config, struct log *log, struct error *error) {
    CZ_CLEANUP(cz_free_ptr) char *name = NULL;
    struct log_settings settings;
    return cz_config_log_settings(config, &settings, &name, error) &&
           cz_log_open(log, &settings, error);
}
