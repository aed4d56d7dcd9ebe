#include "request/request.h"

#include "base/cleanup.h"

#include <stddef.h>

struct variable {
    const char *name;
    size_t offset; /* of its struct bytes in struct request */
};

#define CHAIN "SSL_CLIENT_CERT_CHAIN_"

static const struct variable table[] = {
    {"REQUEST_METHOD", offsetof(struct request, method)},
    {"REQUEST_URI", offsetof(struct request, uri)},
    {"REDIRECT_URI", offsetof(struct request, redirect_uri)},
    {"FCGI_ROLE", offsetof(struct request, role)},
    {"CERTAUTHZ_PATH", offsetof(struct request, path)},
    {"SERVER_NAME", offsetof(struct request, host)},
    {"REMOTE_ADDR", offsetof(struct request, address)},
    {"CERTAUTHZ_POLICY", offsetof(struct request, policy)},
    {"SSL_CLIENT_CERT", offsetof(struct request, certificate)},
    {"SSL_CLIENT_VERIFY", offsetof(struct request, verify)},
    {"HTTP_ACCEPT", offsetof(struct request, accept)},
};

/* Where a variable of this name belongs, or NULL where we do not read it. */
static struct bytes *place_of(struct request *request, struct bytes name, const char **known) {
    for (size_t i = 0; i < CZ_COUNT(table); i++) {
        if (cz_bytes_equal(name, cz_bytes_of(table[i].name))) {
            *known = table[i].name;
            return (struct bytes *)(void *)((char *)request + table[i].offset);
        }
    }
    size_t prefix = sizeof CHAIN - 1;
    if (name.len == prefix + 1 && memcmp(name.data, CHAIN, prefix) == 0 &&
        name.data[prefix] >= '0' && name.data[prefix] <= '9') {
        *known = CHAIN "n";
        return &request->chain[name.data[prefix] - '0'];
    }
    return NULL;
}

static bool may_be_known(char first) {
    return first == 'R' || first == 'S' || first == 'H' || first == 'C' || first == 'F';
}

/* mod_authnz_fcgi sends the role as a parameter as well, beside the one that libfcgi takes from the
 * record. */
static bool may_be_told_again(const struct request *request, const struct bytes *place,
                              struct bytes value) {
    return place == &request->role && value.len > 0 && cz_bytes_equal(*place, value);
}

void cz_request_read(struct request *request, const char *const *variables) {
    *request = (struct request){0};
    size_t total = 0;
    for (; *variables != NULL; variables++) {
        const char *variable = *variables;
        size_t len = strlen(variable);
        total += len;
        const char *equals = may_be_known(variable[0]) ? memchr(variable, '=', len) : NULL;
        if (equals == NULL)
            continue;
        struct bytes name = {.data = (const uint8_t *)variable, .len = (size_t)(equals - variable)};
        const char *known = NULL;
        struct bytes *place = place_of(request, name, &known);
        if (place == NULL)
            continue;
        struct bytes value = {.data = (const uint8_t *)equals + 1, .len = len - name.len - 1};
        if (place->data != NULL && !may_be_told_again(request, place, value))
            request->repeated = known;
        *place = value;
    }
    request->too_large = total > CZ_REQUEST_SIZE_MAX;
}

/* Puts the value of a variable of this name where it belongs. */
static void take_forwarded(struct request *request, const char *variable, const char *name,
                           struct bytes *place) {
    size_t len = name != NULL ? strlen(name) : 0;
    if (len == 0 || strncmp(variable, name, len) != 0 || variable[len] != '=')
        return;
    request->forwarded.repeated |= place->data != NULL;
    *place = cz_bytes_of(variable + len + 1);
}

void cz_request_read_forwarded(struct request *request, const struct forwarded_variables *names,
                               const char *const *variables) {
    if (names->certificate == NULL)
        return;
    for (; *variables != NULL; variables++) {
        take_forwarded(request, *variables, names->certificate, &request->forwarded.certificate);
        take_forwarded(request, *variables, names->chain, &request->forwarded.chain);
    }
}
