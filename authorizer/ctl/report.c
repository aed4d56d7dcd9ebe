#include "ctl/report.h"

#include "base/cleanup.h"
#include "response/response.h"

#define CLAIM_PREFIX "Variable-"

/* These are made when all about the certificate is known, and stand in the request's trace. */
static bool is_late(enum check check) {
    return check == CHECK_CLIENT || check == CHECK_PERMISSION;
}

void cz_report_checks(const struct decision *decision,
                      void (*visit)(void *context, const struct trace_entry *entry),
                      void *context) {
    for (size_t i = 0; i < decision->trace.count; i++)
        if (!is_late(decision->trace.entries[i].check))
            visit(context, &decision->trace.entries[i]);
    if (decision->assessment != NULL)
        for (size_t i = 0; i < decision->assessment->validation.trace.count; i++)
            visit(context, &decision->assessment->validation.trace.entries[i]);
    for (size_t i = 0; i < decision->trace.count; i++)
        if (is_late(decision->trace.entries[i].check))
            visit(context, &decision->trace.entries[i]);
}

bool cz_report_claims(const struct decision *decision, int64_t now,
                      void (*visit)(void *context, struct bytes name, struct bytes value),
                      void *context) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {0};
    cz_response_render(&reply, decision, (struct bytes){0}, "", now);
    const char *line = cz_buffer_text(&reply), *end;
    if (strcmp(line, cz_response_failure()) == 0)
        return false;
    for (; (end = strstr(line, "\r\n")) != NULL && end != line; line = end + 2) {
        const char *colon = memmem(line, (size_t)(end - line), ": ", 2);
        if (colon == NULL || strncmp(line, CLAIM_PREFIX, strlen(CLAIM_PREFIX)) != 0)
            continue;
        const char *name = line + strlen(CLAIM_PREFIX);
        visit(context, (struct bytes){.data = (const uint8_t *)name, .len = (size_t)(colon - name)},
              (struct bytes){.data = (const uint8_t *)colon + 2, .len = (size_t)(end - colon) - 2});
    }
    return true;
}

static struct bytes text_or_none(const char *text) {
    return text != NULL ? cz_bytes_of(text) : (struct bytes){0};
}

void cz_report_compare(const struct question *question, const struct decision *decision,
                       struct comparison comparisons[CZ_COMPARISONS]) {
    const struct identification *who = &decision->identification;
    const struct comparison all[CZ_COMPARISONS] = {
        {"verdict", cz_buffer_view(&question->then.verdict),
         cz_bytes_of(cz_verdict_name(decision->verdict))},
        {"reason", cz_buffer_view(&question->then.reason),
         cz_bytes_of(cz_reason_info(decision->reason)->slug)},
        {"rule", cz_buffer_view(&question->then.rule),
         text_or_none(decision->rule != NULL ? decision->rule->name : NULL)},
        {"client", cz_buffer_view(&question->then.client),
         text_or_none(who->client != NULL ? who->client->id : NULL)},
        {"credential", cz_buffer_view(&question->then.credential),
         text_or_none(who->credential != NULL ? who->credential->label : NULL)},
    };
    memcpy(comparisons, all, sizeof all);
}
