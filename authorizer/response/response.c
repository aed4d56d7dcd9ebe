#include "response/response.h"

#include "response/claims.h"
#include "response/denial.h"

static void append_status(struct buffer *out, const struct reason_info *reason) {
    cz_buffer_puts(out, "Status: ");
    cz_buffer_decimal(out, reason->status);
    cz_buffer_putc(out, ' ');
    cz_buffer_puts(out, reason->phrase);
    cz_buffer_puts(out, "\r\n");
}

/* What is not granted is refused, whatever its reason says. */
static const struct reason_info *reason_of(const struct decision *decision) {
    bool granted = decision->verdict == VERDICT_GRANTED;
    bool says_granted = decision->reason == REASON_GRANTED;
    return cz_reason_info(granted == says_granted ? decision->reason : REASON_INTERNAL_ERROR);
}

void cz_response_render(struct buffer *out, const struct decision *decision, struct bytes accept,
                        const char *id, int64_t now) {
    const struct reason_info *reason = reason_of(decision);
    append_status(out, reason);
    if (reason->status == 200) {
        cz_claims_append(out, decision, now);
        cz_buffer_puts(out, "\r\n");
    } else {
        cz_denial_append(out, reason, accept, id);
    }
    if (out->failed) {
        cz_buffer_clear(out);
        cz_buffer_puts(out, cz_response_failure());
    }
}

const char *cz_response_failure(void) {
    return "Status: 500 Internal Server Error\r\n"
           "Content-Type: text/plain; charset=utf-8\r\n"
           "Cache-Control: no-store\r\n"
           "\r\n"
           "The authorization service failed; access is refused.\n";
}
