#include "expectation.h"

#include "base/cleanup.h"

#include <stdio.h>
#include <stdlib.h>

/* NAME=value */
static bool read_pair(struct expectation *expectation, const char *word) {
    const struct {
        const char *name;
        const char **value;
    } pairs[] = {
        {"at=", &expectation->at},         {"path=", &expectation->path},
        {"client=", &expectation->client}, {"credential=", &expectation->credential},
        {"report=", &expectation->report},
    };
    for (size_t i = 0; i < CZ_COUNT(pairs); i++) {
        size_t len = strlen(pairs[i].name);
        if (strncmp(word, pairs[i].name, len) != 0)
            continue;
        *pairs[i].value = word + len;
        return true;
    }
    return false;
}

/* The words behind STATUS, SLUG and RULE. */
static bool read_word(struct expectation *expectation, const char *word) {
    if (strcmp(word, "anonymous") == 0)
        expectation->anonymous = true;
    else if (strcmp(word, "fresh") == 0)
        expectation->recollection = RECOLLECTION_FRESH;
    else if (strcmp(word, "remembered") == 0)
        expectation->recollection = RECOLLECTION_REMEMBERED;
    else
        return read_pair(expectation, word);
    return true;
}

bool expectation_read(struct expectation *expectation, const char *text, unsigned line,
                      struct error *error) {
    *expectation = (struct expectation){.text = strdup(text), .line = line};
    if (expectation->text == NULL)
        return cz_error_set(error, "out of memory");
    char *rest;
    char *word = strtok_r(expectation->text, " ", &rest);
    expectation->status = word != NULL ? atoi(word) : 0;
    expectation->slug = strtok_r(NULL, " ", &rest);
    expectation->rule = strtok_r(NULL, " ", &rest);
    if (expectation->status == 0 || expectation->rule == NULL)
        return cz_error_set(error, "line %u: => STATUS SLUG RULE is wanted", line);
    while ((word = strtok_r(NULL, " ", &rest)) != NULL)
        if (!read_word(expectation, word))
            return cz_error_set(error, "line %u: unknown word %s", line, word);
    return true;
}

bool expectation_add_header(struct expectation *expectation, const char *line) {
    struct header_lines *golden = &expectation->golden;
    if (golden->count == REPLY_HEADERS_MAX)
        return false;
    golden->lines[golden->count] = strdup(line);
    return golden->lines[golden->count++] != NULL;
}

void expectation_release(struct expectation *expectation) {
    free(expectation->text);
    for (size_t i = 0; i < expectation->golden.count; i++)
        free(expectation->golden.lines[i]);
    *expectation = (struct expectation){0};
}

static void compare(struct buffer *complaints, const char *what, const char *got,
                    const char *wanted) {
    if (strcmp(got, wanted) != 0)
        cz_buffer_printf(complaints, "%s: %s instead of %s\n", what, got, wanted);
}

/* The last check that failed, or NULL. */
static const struct trace_entry *last_failed(const struct trace *trace) {
    const struct trace_entry *found = NULL;
    for (size_t i = 0; i < trace->count; i++)
        if (trace->entries[i].outcome == OUTCOME_FAILED)
            found = &trace->entries[i];
    return found;
}

/* The trace must tell why: nothing failed where the request was granted, and else the last
 * thing that failed did for the reason of the answer. */
static void check_trace(const struct expectation *expectation, const struct decision *decision,
                        struct buffer *complaints) {
    const struct trace_entry *failed = last_failed(&decision->trace);
    /* an anonymous grant rests on no certificate, though some rule may have looked at one */
    if (failed == NULL && decision->assessment != NULL && !decision->anonymous)
        failed = last_failed(&decision->assessment->validation.trace);
    const char *reason = failed != NULL ? cz_reason_info(failed->reason)->slug : "granted";
    compare(complaints, "the trace's reason", reason, expectation->slug);
    if (failed == NULL || expectation->at == NULL)
        return;
    char at[80];
    if (failed->depth == CZ_NO_DEPTH)
        snprintf(at, sizeof at, "%s", cz_check_name(failed->check));
    else
        snprintf(at, sizeof at, "%s[%d]", cz_check_name(failed->check), failed->depth);
    compare(complaints, "the check that failed", at, expectation->at);
}

static void check_client(const struct expectation *expectation,
                         const struct identification *identification, struct buffer *complaints) {
    const struct client *client = identification->client;
    const struct credential *credential = identification->credential;
    if (expectation->client != NULL)
        compare(complaints, "client", client != NULL ? client->id : "-", expectation->client);
    if (expectation->credential != NULL)
        compare(complaints, "credential", credential != NULL ? credential->label : "-",
                expectation->credential);
}

static void check_report(const struct expectation *expectation,
                         const struct rule_outcomes *outcomes, struct buffer *complaints) {
    CZ_CLEANUP(cz_buffer_release) struct buffer report = {0};
    for (size_t i = 0; i < outcomes->count; i++)
        cz_buffer_printf(&report, "%s%s:%s", i > 0 ? "," : "", outcomes->items[i].rule->name,
                         cz_outcome_slug(&outcomes->items[i]));
    compare(complaints, "report", cz_buffer_text(&report),
            expectation->report != NULL ? expectation->report : "");
}

void expectation_check(const struct expectation *expectation, const struct answer *answer,
                       struct buffer *complaints) {
    const struct decision *decision = &answer->decision;
    bool granted = strcmp(expectation->slug, "granted") == 0;
    compare(complaints, "verdict", cz_verdict_name(decision->verdict),
            granted ? "granted" : "refused");
    compare(complaints, "reason", cz_reason_info(decision->reason)->slug, expectation->slug);
    compare(complaints, "rule", decision->rule != NULL ? decision->rule->name : "-",
            expectation->rule);
    compare(complaints, "identity", decision->anonymous ? "anonymous" : "named",
            expectation->anonymous ? "anonymous" : "named");
    if (expectation->path != NULL)
        compare(complaints, "path", cz_buffer_text(&decision->path), expectation->path);
    check_trace(expectation, decision, complaints);
    check_client(expectation, &decision->identification, complaints);
    check_report(expectation, &decision->report_only, complaints);
    reply_check(&answer->reply,
                &(struct reply_wanted){.status = expectation->status,
                                       .slug = expectation->slug,
                                       .rule = expectation->rule,
                                       .anonymous = expectation->anonymous,
                                       .id = ASK_ID,
                                       .golden = &expectation->golden},
                complaints);
}
