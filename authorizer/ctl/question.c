#include "ctl/question.h"

#include "base/calendar.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "ctl/json_reader.h"
#include "pem/pem.h"

#include <gnutls/gnutls.h>

struct field {
    const char *name;
    size_t offset; /* of its struct buffer in struct question */
};

static const struct field fields[] = {
    {"method", offsetof(struct question, method)},
    {"uri", offsetof(struct question, uri)},
    {"redirect_uri", offsetof(struct question, redirect_uri)},
    {"host", offsetof(struct question, host)},
    {"address", offsetof(struct question, address)},
    {"policy", offsetof(struct question, policy)},
    {"verify", offsetof(struct question, verify)},
    {"certificate", offsetof(struct question, certificate)},
    {"forwarded", offsetof(struct question, forwarded)},
    {"then_verdict", offsetof(struct question, then.verdict)},
    {"then_reason", offsetof(struct question, then.reason)},
    {"then_rule", offsetof(struct question, then.rule)},
    {"then_client", offsetof(struct question, then.client)},
    {"then_credential", offsetof(struct question, then.credential)},
    {"then_id", offsetof(struct question, then.id)},
};

static struct buffer *place_of(struct question *question, const struct field *field) {
    return (struct buffer *)(void *)((char *)question + field->offset);
}

static const struct buffer *text_of(const struct question *question, const struct field *field) {
    return (const struct buffer *)(const void *)((const char *)question + field->offset);
}

bool cz_pem_encode(struct bytes der, struct buffer *pem, struct error *error) {
    gnutls_datum_t in = {.data = (unsigned char *)der.data, .size = (unsigned)der.len};
    gnutls_datum_t out = {0};
    if (gnutls_pem_base64_encode2("CERTIFICATE", &in, &out) < 0)
        return cz_error_set(error, "out of memory");
    cz_buffer_append(pem, out.data, out.size);
    gnutls_free(out.data);
    return !pem->failed || cz_error_set(error, "out of memory");
}

bool cz_question_take_chain(struct question *question, struct bytes pem, struct error *error) {
    for (size_t i = 0;; i++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
        const char *detail = "out of memory";
        if (cz_pem_next(&pem, &der, &detail) != PEM_OK)
            return cz_error_set(error, "certificate %zu: %s", i + 1, detail);
        if (der.len == 0 && i == 0)
            return cz_error_set(error, "holds no certificate in PEM");
        if (der.len == 0)
            return true;
        if (i == CZ_REQUEST_CHAIN_MAX)
            return cz_error_set(error, "more than %d certificates", CZ_REQUEST_CHAIN_MAX);
        if (!cz_pem_encode(cz_buffer_view(&der), &question->chain[i], error))
            return false;
    }
}

void cz_question_write(struct buffer *out, const struct question *question) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_buffer_putc(out, '{');
    for (size_t i = 0; i < CZ_COUNT(fields); i++)
        if (text_of(question, &fields[i])->len > 0)
            cz_json_member(out, fields[i].name, cz_buffer_view(text_of(question, &fields[i])));
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++)
        cz_buffer_bytes(&text, cz_buffer_view(&question->chain[i]));
    if (text.len > 0)
        cz_json_member(out, "chain", cz_buffer_view(&text));
    cz_buffer_clear(&text);
    cz_time_append(&text, question->now);
    cz_json_member(out, "time", cz_buffer_view(&text));
    cz_json_member(out, "form", cz_bytes_of(question->json ? "json" : "text"));
    cz_json_name(out, "color");
    cz_buffer_puts(out, question->colour ? "true}\n" : "false}\n");
    if (text.failed)
        cz_buffer_fail(out);
}

static const struct field *find_field(const char *name) {
    for (size_t i = 0; i < CZ_COUNT(fields); i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static bool is_one_of(struct bytes text, const char *first, const char *second) {
    return cz_bytes_equal(text, cz_bytes_of(first)) || cz_bytes_equal(text, cz_bytes_of(second));
}

/* The members that are no plain text of the request. */
static bool take_special(struct question *question, const char *name, struct bytes text,
                         struct error *error) {
    if (strcmp(name, "chain") == 0)
        return cz_question_take_chain(question, text, error);
    if (strcmp(name, "time") == 0)
        return cz_time_parse(text, &question->now) ||
               cz_error_set(error, "a time such as 2026-01-02T03:04:05Z is wanted");
    if (strcmp(name, "form") == 0) {
        question->json = cz_bytes_equal(text, CZ_BYTES("json"));
        return is_one_of(text, "json", "text") ||
               cz_error_set(error, "\"text\" or \"json\" is wanted");
    }
    if (strcmp(name, "color") == 0) {
        question->colour = cz_bytes_equal(text, CZ_BYTES("true"));
        return is_one_of(text, "true", "false") || cz_error_set(error, "true or false is wanted");
    }
    return cz_error_set(error, "unknown");
}

static bool take_member(struct question *question, const struct json_member *member,
                        struct error *error) {
    const char *name = cz_buffer_text(&member->name);
    const struct field *field = find_field(name);
    struct error cause = {0};
    bool is_text = strcmp(name, "color") != 0;
    if (member->type != (is_text ? JSON_STRING : JSON_WORD))
        return cz_error_set(error, "question: %s: %s is wanted", name,
                            is_text ? "a text" : "true or false");
    if (field == NULL)
        return take_special(question, name, cz_buffer_view(&member->text), &cause) ||
               cz_error_set(error, "question: %s: %s", name, cause.message);
    cz_buffer_bytes(place_of(question, field), cz_buffer_view(&member->text));
    return !place_of(question, field)->failed || cz_error_set(error, "out of memory");
}

bool cz_question_read(struct bytes text, struct question *question, struct error *error) {
    static const char *const needed[] = {"method", "uri", "time", "form"};
    CZ_CLEANUP(cz_json_object_release) struct json_object object;
    struct error cause = {0};
    *question = (struct question){0};
    if (!cz_json_read(text, &object, &cause))
        return cz_error_set(error, "question: %s", cause.message);
    for (size_t i = 0; i < CZ_COUNT(needed); i++)
        if (cz_json_find(&object, needed[i]) == NULL)
            return cz_error_set(error, "question: %s is missing", needed[i]);
    for (size_t i = 0; i < object.count; i++)
        if (!take_member(question, &object.members[i], error))
            return false;
    return true;
}

/* An empty buffer is a variable that is not set. */
static struct bytes given(const struct buffer *text) {
    return text->len > 0 ? cz_buffer_view(text) : (struct bytes){0};
}

struct request cz_question_request(const struct question *question) {
    struct request request = {.method = given(&question->method),
                              .uri = given(&question->uri),
                              .redirect_uri = given(&question->redirect_uri),
                              .host = given(&question->host),
                              .address = given(&question->address),
                              .policy = given(&question->policy),
                              .verify = given(&question->verify),
                              .certificate = given(&question->certificate),
                              .forwarded.certificate = given(&question->forwarded)};
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++)
        request.chain[i] = given(&question->chain[i]);
    return request;
}

void cz_question_release(struct question *question) {
    for (size_t i = 0; i < CZ_COUNT(fields); i++)
        cz_buffer_release(place_of(question, &fields[i]));
    for (size_t i = 0; i < CZ_REQUEST_CHAIN_MAX; i++)
        cz_buffer_release(&question->chain[i]);
}
