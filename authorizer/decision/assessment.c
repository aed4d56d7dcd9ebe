#include "decision/assessment.h"

#include <stdlib.h>

struct assessment *cz_assessment_new(void) {
    struct assessment *assessment = malloc(sizeof *assessment);
    if (assessment == NULL)
        return NULL;
    /* not calloc: the traces are large and only their counts must begin at zero */
    atomic_init(&assessment->references, 1);
    assessment->certificate = NULL;
    assessment->sent_count = 0;
    assessment->validation.valid = false;
    assessment->validation.reason = REASON_UNDECIDED;
    assessment->validation.valid_from = INT64_MIN;
    assessment->validation.valid_until = INT64_MAX;
    assessment->validation.path.count = 0;
    assessment->validation.policies.count = 0;
    assessment->validation.policies.any = false;
    assessment->validation.trace.count = 0;
    assessment->validation.trace.truncated = false;
    assessment->revocation.checked = false;
    assessment->revocation.denies = false;
    assessment->revocation.warns = false;
    assessment->revocation.count = 0;
    assessment->revocation.heeds_ocsp = false;
    assessment->revocation.lacks = REVOCATION_LACKS_NOTHING;
    assessment->denied_because[0] = '\0';
    assessment->identity = (struct identity){0};
    assessment->terms = (struct term_set){0};
    assessment->credentials = (struct credential_set){0};
    return assessment;
}

struct assessment *cz_assessment_ref(struct assessment *assessment) {
    atomic_fetch_add_explicit(&assessment->references, 1, memory_order_relaxed);
    return assessment;
}

void cz_assessment_release(struct assessment **variable) {
    struct assessment *assessment = *variable;
    *variable = NULL;
    if (assessment == NULL ||
        atomic_fetch_sub_explicit(&assessment->references, 1, memory_order_acq_rel) != 1)
        return;
    cz_certificate_free(assessment->certificate);
    for (size_t i = 0; i < assessment->sent_count; i++)
        cz_certificate_free(assessment->sent[i]);
    cz_identity_release(&assessment->identity);
    cz_term_set_release(&assessment->terms);
    cz_credential_set_release(&assessment->credentials);
    free(assessment);
}

bool cz_assessment_holds(const struct assessment *assessment, int64_t now) {
    return now >= assessment->validation.valid_from && now <= assessment->validation.valid_until;
}
