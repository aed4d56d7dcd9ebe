#include "response/claims.h"

#include "response/claim_sources.h"

struct claims {
    struct buffer *out;
    size_t start;
    struct claim_facts facts;
    struct buffer left_out; /* names, separated by blanks */
    bool last_left_out;
};

/* What would end the line, or a C string. Values are made without; this keeps it so. */
static bool breaks_line(struct bytes value) {
    return memchr(value.data, '\n', value.len) != NULL ||
           memchr(value.data, '\r', value.len) != NULL ||
           memchr(value.data, '\0', value.len) != NULL;
}

static void leave_out(struct claims *claims, size_t line, size_t value) {
    const uint8_t *text = (const uint8_t *)claims->out->data;
    if (claims->left_out.len > 0)
        cz_buffer_putc(&claims->left_out, ' ');
    cz_buffer_bytes(&claims->left_out,
                    cz_claim_line_name((struct bytes){.data = text + line, .len = value - line}));
    claims->last_left_out = true;
    cz_buffer_truncate(claims->out, line);
}

/* Ends the line that was begun at `line` and has its value from `value` on, if it may stand. */
static void finish(struct claims *claims, size_t line, size_t value, bool forbidden) {
    struct buffer *out = claims->out;
    claims->last_left_out = false;
    if (out->failed)
        return;
    if (out->len == value) {
        cz_buffer_truncate(out, line);
        return;
    }
    size_t end = out->len + strlen("\r\n");
    struct bytes text = {.data = (const uint8_t *)out->data + value, .len = out->len - value};
    if (forbidden || end - line > CZ_CLAIM_LINE_MAX || end - claims->start > CZ_CLAIMS_SIZE_MAX ||
        breaks_line(text))
        leave_out(claims, line, value);
    else
        cz_buffer_append(out, "\r\n", 2);
}

static void add(struct claims *claims, const struct claim_source *source, struct bytes beginning,
                struct bytes argument) {
    struct buffer *out = claims->out;
    if (source->put == NULL || (claims->facts.decision->anonymous && !source->anonymous))
        return;
    size_t line = out->len;
    cz_buffer_bytes(out, beginning);
    size_t value = out->len;
    source->put(out, &claims->facts, source, argument);
    finish(claims, line, value, source->follows && claims->last_left_out);
}

static void add_default(struct claims *claims) {
    size_t count;
    const struct claim_source *sources = cz_claim_sources(&count);
    for (size_t i = 0; i < count; i++)
        if (sources[i].dialect == DIALECT_OWN)
            add(claims, &sources[i], sources[i].line, sources[i].argument);
}

static void add_planned(struct claims *claims, const struct claim_plan *plan) {
    for (size_t i = 0; i < plan->count; i++)
        add(claims, plan->items[i].source, cz_buffer_view(&plan->items[i].line),
            cz_buffer_view(&plan->items[i].argument));
}

/* What the client itself carries. */
static void add_carried(struct claims *claims, const struct client *client) {
    struct buffer *out = claims->out;
    for (size_t i = 0; i < client->claim_count; i++) {
        size_t line = out->len;
        cz_buffer_puts(out, "Variable-");
        cz_buffer_puts(out, client->claims[i].name);
        cz_buffer_puts(out, ": ");
        size_t value = out->len;
        cz_buffer_puts(out, client->claims[i].value);
        finish(claims, line, value, false);
    }
}

void cz_claims_append(struct buffer *out, const struct decision *decision, int64_t now) {
    struct claims claims = {
        .out = out, .start = out->len, .facts = {.decision = decision, .now = now}};
    const struct policy *policy = decision->policy;
    if (policy != NULL && policy->claims != NULL)
        add_planned(&claims, policy->claims);
    else
        add_default(&claims);
    if (!decision->anonymous && decision->identification.client != NULL)
        add_carried(&claims, decision->identification.client);
    if (claims.left_out.len > 0) {
        cz_buffer_puts(out, "Variable-CERTAUTHZ_TRUNCATED: ");
        cz_buffer_bytes(out, cz_buffer_view(&claims.left_out));
        cz_buffer_puts(out, "\r\n");
    }
    if (claims.left_out.failed)
        cz_buffer_fail(out);
    cz_buffer_release(&claims.left_out);
}
