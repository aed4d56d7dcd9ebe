/* The clients of a configuration (see certauthz.conf(5), CLIENTS). */
#ifndef CERTAUTHZ_CONFIG_CLIENTS_H
#define CERTAUTHZ_CONFIG_CLIENTS_H

#include "config/conditions.h"
#include "identity/clients.h"

/* Where clients go, a portion after the other; all borrowed. */
struct clients_reader {
    struct vocabulary *vocabulary;
    struct clients *clients;
    struct buffer *notices;
};

/* Adds the list's clients. They are to be indexed (cz_clients_index) after the last portion. On
 * failure `error` says what, where, and what is wanted. */
bool cz_config_read_clients(const config_setting_t *list, const struct clients_reader *reader,
                            struct error *error);

#endif
