#include "environment.h"

#include "approval.h"
#include "base/cleanup.h"
#include "base/variables.h"
#include "url.h"

#include <string.h>

static void add(struct gate_environment *environment, const char *name, struct bytes value) {
    CZ_CLEANUP(cz_buffer_release) struct buffer item = {0};
    cz_buffer_printf(&item, "%s=", name);
    cz_buffer_bytes(&item, value);
    if (environment->count + 1 >= environment->capacity) {
        size_t capacity = environment->capacity * 2 + 64;
        char **grown = realloc(environment->items, capacity * sizeof *grown);
        if (grown == NULL) {
            environment->failed = true;
            return;
        }
        environment->items = grown;
        environment->capacity = capacity;
    }
    environment->failed |= item.failed;
    environment->items[environment->count++] = CZ_STEAL(item.data);
    environment->items[environment->count] = NULL;
}

static bool is_named(const char *variable, struct bytes name) {
    return strncmp(variable, (const char *)name.data, name.len) == 0 && variable[name.len] == '=';
}

static bool begins_with_any(const char *variable, const char *const *beginnings, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strncmp(variable, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    return false;
}

static void copy(struct gate_environment *environment, const char *variable) {
    const char *equals = strchr(variable, '=');
    CZ_CLEANUP(cz_free_ptr) char *name = strndup(variable, (size_t)(equals - variable));
    if (name != NULL)
        add(environment, name, cz_bytes_of(equals + 1));
    else
        environment->failed = true;
}

/* What the gate says itself, and what is for other ways to ask certauthz: on shared hosting the
 * .htaccess files of others can set variables. */
static bool is_for_others(const char *variable) {
    static const char *const beginnings[] = {"REDIRECT_URI=", "FCGI_ROLE=", "CERTAUTHZ_"};
    return begins_with_any(variable, beginnings, CZ_COUNT(beginnings));
}

void gate_environment_ask(struct gate_environment *environment, const struct gate_call *call) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    gate_url_encode(&path, cz_buffer_view(&call->url));
    for (char *const *variable = call->variables; *variable != NULL; variable++)
        if (strchr(*variable, '=') != NULL && !is_for_others(*variable))
            copy(environment, *variable);
    environment->failed |= path.failed;
    add(environment, "REDIRECT_URI", cz_buffer_view(&path));
}

/* What the gate sets itself, what is left of the redirect, and what only certauthz may say. */
static bool is_replaced(const char *variable) {
    static const char *const beginnings[] = {
        "PATH_INFO=", "PATH_TRANSLATED=", "SCRIPT_NAME=", "SCRIPT_FILENAME=",
        "REDIRECT_",  "CERTAUTHZ",        "CERT_"};
    return begins_with_any(variable, beginnings, CZ_COUNT(beginnings));
}

static bool is_claimed(const char *variable, struct bytes claims) {
    for (struct gate_claim claim; gate_claim_next(&claims, &claim);)
        if (is_named(variable, claim.name))
            return true;
    return false;
}

static void add_claims(struct gate_environment *environment, struct bytes claims) {
    for (struct gate_claim claim; gate_claim_next(&claims, &claim);) {
        CZ_CLEANUP(cz_free_ptr)
        char *name = strndup((const char *)claim.name.data, claim.name.len);
        if (name != NULL)
            add(environment, name, claim.value);
        else
            environment->failed = true;
    }
}

static void add_path_info(struct gate_environment *environment, const struct gate_call *call,
                          struct bytes info) {
    CZ_CLEANUP(cz_buffer_release) struct buffer translated = {0};
    cz_buffer_puts(&translated, cz_variable(call->variables, "DOCUMENT_ROOT"));
    cz_buffer_bytes(&translated, info);
    environment->failed |= translated.failed;
    add(environment, "PATH_INFO", info);
    add(environment, "PATH_TRANSLATED", cz_buffer_view(&translated));
}

static struct bytes without_rest(const struct buffer *path, size_t rest) {
    return (struct bytes){.data = (const uint8_t *)path->data, .len = path->len - rest};
}

void gate_environment_run(struct gate_environment *environment, const struct gate_call *call,
                          size_t rest, struct bytes claims, bool for_php) {
    struct bytes url = cz_buffer_view(&call->url);
    for (char *const *variable = call->variables; *variable != NULL; variable++)
        if (strchr(*variable, '=') != NULL && !is_replaced(*variable) &&
            !is_claimed(*variable, claims))
            copy(environment, *variable);
    add(environment, "SCRIPT_NAME", without_rest(&call->url, rest));
    add(environment, "SCRIPT_FILENAME", without_rest(&call->file, rest));
    if (rest > 0)
        add_path_info(environment, call,
                      (struct bytes){.data = url.data + url.len - rest, .len = rest});
    if (for_php)
        add(environment, "REDIRECT_STATUS", CZ_BYTES("200"));
    add_claims(environment, claims);
}

void gate_environment_release(struct gate_environment *environment) {
    for (size_t i = 0; i < environment->count; i++)
        free(environment->items[i]);
    free(environment->items);
    *environment = (struct gate_environment){0};
}
