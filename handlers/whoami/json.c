#include "json.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "principal.h"

static void write_values(struct buffer *out, const char *values) {
    CZ_CLEANUP(cz_buffer_release) struct buffer value = {0};
    cz_buffer_putc(out, '[');
    for (bool first = true; whoami_next_value(&values, &value); first = false) {
        if (!first)
            cz_buffer_putc(out, ',');
        cz_json_string(out, cz_buffer_view(&value));
    }
    cz_buffer_putc(out, ']');
}

static void write_claims(struct buffer *out, const struct claims *claims) {
    cz_buffer_putc(out, '{');
    for (enum claim i = 0; i < CLAIM_COUNT; i++) {
        const struct claim_info *info = whoami_claim_info(i);
        if (claims->values[i][0] == '\0')
            continue;
        cz_json_name(out, info->variable);
        if (info->many)
            write_values(out, claims->values[i]);
        else
            cz_json_string(out, cz_bytes_of(claims->values[i]));
    }
    cz_buffer_putc(out, '}');
}

static void write_request(struct buffer *out, const struct whoami_request *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer digest = {0};
    cz_buffer_hex(&digest,
                  (struct bytes){.data = request->body_sha256, .len = sizeof request->body_sha256});
    cz_buffer_putc(out, '{');
    cz_json_member(out, "method", cz_bytes_of(request->method));
    cz_json_member(out, "uri", cz_bytes_of(request->uri));
    cz_json_name(out, "body_bytes");
    cz_buffer_decimal(out, (int64_t)request->body_bytes);
    cz_json_member(out, "body_sha256", cz_buffer_view(&digest));
    cz_buffer_putc(out, '}');
}

void whoami_json(struct buffer *out, const struct whoami_request *request) {
    const struct claims *claims = &request->claims;
    bool authenticated = whoami_authenticated(claims);
    cz_buffer_puts(out, "{\"authenticated\":");
    cz_buffer_puts(out, authenticated ? "true" : "false");
    cz_json_name(out, "user");
    if (authenticated)
        cz_json_string(out, cz_bytes_of(claims->values[CLAIM_REMOTE_USER]));
    else
        cz_buffer_puts(out, "null");
    cz_json_name(out, "claims");
    write_claims(out, claims);
    cz_json_name(out, "aspnet");
    whoami_principal_aspnet(out, claims);
    cz_json_name(out, "kestrun");
    whoami_principal_kestrun(out, claims);
    cz_json_name(out, "cnf");
    whoami_principal_confirmation(out, claims);
    cz_json_name(out, "request");
    write_request(out, request);
    cz_buffer_puts(out, "}\n");
}
