#include "ask.h"

#include "base/cleanup.h"
#include "response/response.h"

#include <stddef.h>
#include <stdlib.h>

/* Takes the value over. */
bool variables_add(struct variables *variables, const char *name, struct buffer *value) {
    char *copy = strdup(name);
    if (copy == NULL || variables->count == ASK_VARIABLES_MAX) {
        free(copy);
        return false;
    }
    variables->items[variables->count++] = (struct variable){.name = copy, .value = *value};
    *value = (struct buffer){0};
    return true;
}

static void variable_release(struct variable *variable) {
    free(variable->name);
    cz_buffer_release(&variable->value);
}

void variables_remove(struct variables *variables, const char *name) {
    size_t kept = 0;
    for (size_t i = 0; i < variables->count; i++)
        if (strcmp(variables->items[i].name, name) == 0)
            variable_release(&variables->items[i]);
        else
            variables->items[kept++] = variables->items[i];
    variables->count = kept;
}

void variables_release(struct variables *variables) {
    while (variables->count > 0)
        variable_release(&variables->items[--variables->count]);
}

/* NAME=value texts, each in memory of its exact size, so that AddressSanitizer sees a read
 * beyond it. */
struct environment {
    char *texts[ASK_VARIABLES_MAX + 1]; /* owned; ended by NULL */
};

static void environment_release(struct environment *environment) {
    for (char **text = environment->texts; *text != NULL; text++)
        free(*text);
}

static bool environment_make(const struct variables *variables, struct environment *environment) {
    for (size_t i = 0; i < variables->count; i++) {
        const struct variable *variable = &variables->items[i];
        size_t name = strlen(variable->name);
        char *text = malloc(name + 1 + variable->value.len + 1);
        environment->texts[i] = text;
        if (text == NULL)
            return false;
        memcpy(text, variable->name, name);
        text[name] = '=';
        memcpy(text + name + 1, cz_buffer_text(&variable->value), variable->value.len + 1);
    }
    return true;
}

/* What a variable's array of C strings cannot carry is put into the request itself. */
static void put_nuls(const struct variables *variables, struct request *request) {
    static const struct {
        const char *name;
        size_t offset;
    } places[] = {{"SSL_CLIENT_CERT", offsetof(struct request, certificate)},
                  {"REQUEST_URI", offsetof(struct request, uri)},
                  {"CERTAUTHZ_PATH", offsetof(struct request, path)},
                  {"REQUEST_METHOD", offsetof(struct request, method)},
                  {"SSL_CLIENT_VERIFY", offsetof(struct request, verify)}};
    for (size_t i = 0; i < variables->count; i++) {
        struct bytes value = cz_buffer_view(&variables->items[i].value);
        for (size_t j = 0;
             value.len > 0 && memchr(value.data, '\0', value.len) != NULL && j < CZ_COUNT(places);
             j++)
            if (strcmp(places[j].name, variables->items[i].name) == 0)
                *(struct bytes *)(void *)((char *)request + places[j].offset) = value;
    }
}

bool ask(const struct snapshot *snapshot, struct memory *memory,
         const struct revocation_holdings *holdings, const struct variables *variables, int64_t now,
         struct answer *answer) {
    CZ_CLEANUP(environment_release) struct environment environment = {0};
    struct request request;
    cz_decision_init(&answer->decision);
    answer->reply = (struct buffer){0};
    if (!environment_make(variables, &environment))
        return false;
    cz_request_read(&request, (const char *const *)environment.texts);
    cz_request_read_forwarded(&request, &snapshot->forwarding.variables,
                              (const char *const *)environment.texts);
    put_nuls(variables, &request);
    cz_authorize(snapshot, memory, holdings, &request, now, &answer->decision);
    cz_response_render(&answer->reply, &answer->decision, request.accept, ASK_ID, now);
    return !answer->reply.failed;
}

void answer_release(struct answer *answer) {
    cz_decision_release(&answer->decision);
    cz_buffer_release(&answer->reply);
}
