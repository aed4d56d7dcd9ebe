#include "judge.h"

#include "authorize/assess.h"
#include "base/buffer.h"

#include <gnutls/x509.h>
#include <stdio.h>
#include <time.h>

/* --- ours --- */

static struct bytes pem_of(struct bytes der) {
    gnutls_datum_t in = {.data = (unsigned char *)der.data, .size = (unsigned)der.len}, out = {0};
    if (gnutls_pem_base64_encode2("CERTIFICATE", &in, &out) < 0)
        forge_die("gnutls_pem_base64_encode2");
    struct bytes text = forge_keep(out.data, out.size);
    gnutls_free(out.data);
    return text;
}

static void load(const struct plan_certificate *certificate, struct certificate_pool *pool,
                 struct verdict *verdict) {
    struct certificate *parsed = NULL;
    const char *detail = "";
    if (cz_certificate_parse(certificate->der, &parsed, &detail) != CERTIFICATE_OK) {
        verdict->unreadable = true;
        verdict->detail = detail;
        return;
    }
    cz_certificate_import_key(parsed);
    if (!cz_pool_add(pool, parsed))
        forge_die("out of memory");
}

/* What is sent and cannot be read is passed over by the pipeline, so it is read here too, to
 * learn why. */
static void note_unreadable(const struct plan_certificate *certificate, struct verdict *verdict) {
    CZ_CLEANUP(cz_certificate_release) struct certificate *parsed = NULL;
    const char *detail = "";
    if (cz_certificate_parse(certificate->der, &parsed, &detail) == CERTIFICATE_OK)
        return;
    verdict->unreadable = true;
    verdict->detail = detail;
}

static void hand_over(const struct plan *plan, struct trust *trust, struct request *request,
                      struct verdict *verdict) {
    size_t sent = 0;
    request->certificate = pem_of(plan->certificates[0].der);
    note_unreadable(&plan->certificates[0], verdict);
    for (size_t i = 1; i < plan->count; i++) {
        /* a rotation is enough to bring every one to the front */
        const struct plan_certificate *certificate =
            &plan->certificates[1 + (i + plan->order) % (plan->count - 1)];
        if (certificate->is_anchor) {
            load(certificate, &trust->anchors, verdict);
        } else if (plan->configured) {
            load(certificate, &trust->intermediates, verdict);
        } else {
            note_unreadable(certificate, verdict);
            request->chain[sent++] = pem_of(certificate->der);
        }
    }
    cz_pool_sort(&trust->anchors);
    cz_pool_sort(&trust->intermediates);
}

static struct requirements requirements_of(const struct plan *plan) {
    return (struct requirements){
        .allow_chained = true,
        .allow_self_signed = true,
        .use = USE_CLIENT_AUTH,
        .check_validity = true,
        .strength = STRENGTH_MEDIUM,
        .lenient_dates = plan->lenient_dates,
        .max_path_length = CZ_MAX_PATH_LENGTH_LIMIT,
        .initial_policies = {.oids = (struct bytes *)plan->initial_policies,
                             .count = plan->initial_policy_count},
        .require_explicit_policy = plan->require_explicit_policy,
        .inhibit_policy_mapping = plan->inhibit_policy_mapping,
        .inhibit_any_policy = plan->inhibit_any_policy,
    };
}

void judge_ours(const struct plan *plan, struct verdict *verdict) {
    struct trust trust = {0};
    const struct vocabulary vocabulary = {0};
    const struct policy policy = {.requirements = requirements_of(plan),
                                  .revocation = {.mode = REVOCATION_NONE},
                                  .trust = &trust};
    struct request request = {0};
    *verdict = (struct verdict){.detail = ""};
    hand_over(plan, &trust, &request, verdict);
    struct assessment *assessment =
        cz_assess(&policy, &vocabulary, CZ_NO_HOLDINGS, &request, PLAN_NOW);
    if (assessment == NULL)
        forge_die("out of memory");
    const struct validation *validation = &assessment->validation;
    verdict->accepted = validation->valid;
    verdict->code = (int)validation->reason;
    int depth = CZ_NO_DEPTH;
    for (size_t i = 0; i < validation->trace.count; i++) {
        const struct trace_entry *entry = &validation->trace.entries[i];
        if (entry->outcome != OUTCOME_FAILED)
            continue;
        depth = entry->depth;
        if (!verdict->unreadable && entry->detail != NULL)
            verdict->detail = entry->detail;
    }
    snprintf(verdict->text, sizeof verdict->text, "%s%s%s at depth %d",
             validation->valid ? "accepted" : cz_reason_info(validation->reason)->slug,
             verdict->detail[0] != '\0' ? ": " : "", verdict->detail, depth);
    cz_assessment_release(&assessment);
    cz_trust_release(&trust);
}

/* --- the chains for the others --- */

struct chain_walk {
    const struct plan *plan;
    size_t chain[PLAN_CERTIFICATES_MAX];
    size_t count;
    bool (*visit)(void *context, const size_t *chain, size_t count);
    void *context;
};

static bool is_on(const struct chain_walk *walk, size_t index) {
    for (size_t i = 0; i < walk->count; i++)
        if (walk->chain[i] == index)
            return true;
    return false;
}

static bool walk_chains(struct chain_walk *walk) {
    const struct plan *plan = walk->plan;
    unsigned issuer = plan->certificates[walk->chain[walk->count - 1]].issuer_entity;
    bool ends = false;
    for (size_t i = 1; i < plan->count; i++) {
        const struct plan_certificate *candidate = &plan->certificates[i];
        if (candidate->subject_entity != issuer || is_on(walk, i))
            continue;
        ends |= candidate->is_anchor;
        if (candidate->is_anchor)
            continue;
        walk->chain[walk->count++] = i;
        bool done = walk_chains(walk);
        walk->count--;
        if (done)
            return true;
    }
    return ends && walk->visit(walk->context, walk->chain, walk->count);
}

bool judge_chains(const struct plan *plan,
                  bool (*visit)(void *context, const size_t *chain, size_t count), void *context) {
    struct chain_walk walk = {
        .plan = plan, .chain = {0}, .count = 1, .visit = visit, .context = context};
    return walk_chains(&walk);
}

/* --- GnuTLS --- */

static time_t plan_time(time_t *out) {
    if (out != NULL)
        *out = (time_t)PLAN_NOW;
    return (time_t)PLAN_NOW;
}

void judge_prepare(void) {
    gnutls_global_set_time_function(plan_time);
}

struct gnutls_judge {
    const struct plan *plan;
    gnutls_x509_trust_list_t list;
    gnutls_x509_crt_t certificates[PLAN_CERTIFICATES_MAX]; /* NULL: it could not be read */
    bool any;
    struct verdict *verdict;
};

static void describe_status(struct verdict *verdict) {
    gnutls_datum_t text = {0};
    if (gnutls_certificate_verification_status_print((unsigned)verdict->code, GNUTLS_CRT_X509,
                                                     &text, 0) < 0)
        return;
    snprintf(verdict->text, sizeof verdict->text, "%s", (const char *)text.data);
    gnutls_free(text.data);
}

static bool try_with_gnutls(void *context, const size_t *chain, size_t count) {
    struct gnutls_judge *judge = context;
    gnutls_x509_crt_t certificates[PLAN_CERTIFICATES_MAX];
    gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                     .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
    unsigned status = 0;
    for (size_t i = 0; i < count; i++) {
        certificates[i] = judge->certificates[chain[i]];
        if (certificates[i] == NULL) {
            judge->verdict->unreadable |= !judge->any;
            return false;
        }
    }
    int result = gnutls_x509_trust_list_verify_crt2(
        judge->list, certificates, (unsigned)count, &purpose, 1,
        GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM), &status, NULL);
    if (!judge->any || (result >= 0 && status == 0))
        judge->verdict->code = result < 0 ? result : (int)status;
    judge->any = true;
    judge->verdict->accepted = result >= 0 && status == 0;
    return judge->verdict->accepted;
}

static void import_all(struct gnutls_judge *judge) {
    for (size_t i = 0; i < judge->plan->count; i++) {
        const struct plan_certificate *certificate = &judge->plan->certificates[i];
        gnutls_datum_t der = {.data = (unsigned char *)certificate->der.data,
                              .size = (unsigned)certificate->der.len};
        gnutls_x509_crt_t *crt = &judge->certificates[i];
        if (gnutls_x509_crt_init(crt) < 0)
            forge_die("out of memory");
        if (gnutls_x509_crt_import(*crt, &der, GNUTLS_X509_FMT_DER) < 0) {
            gnutls_x509_crt_deinit(*crt);
            *crt = NULL;
            judge->verdict->unreadable |= i <= judge->plan->anchor;
        } else if (certificate->is_anchor &&
                   gnutls_x509_trust_list_add_cas(judge->list, crt, 1, 0) != 1) {
            forge_die("gnutls_x509_trust_list_add_cas");
        }
    }
}

void judge_gnutls(const struct plan *plan, struct verdict *verdict) {
    struct gnutls_judge judge = {.plan = plan, .verdict = verdict};
    *verdict = (struct verdict){.detail = ""};
    if (gnutls_x509_trust_list_init(&judge.list, 0) < 0)
        forge_die("out of memory");
    import_all(&judge);
    judge_chains(plan, try_with_gnutls, &judge);
    if (verdict->accepted)
        snprintf(verdict->text, sizeof verdict->text, "accepted");
    else if (verdict->code < 0 || !judge.any)
        snprintf(verdict->text, sizeof verdict->text, "%s",
                 judge.any ? gnutls_strerror(verdict->code) : "no chain could be read");
    else
        describe_status(verdict);
    for (size_t i = 0; i < plan->count; i++)
        if (!plan->certificates[i].is_anchor && judge.certificates[i] != NULL)
            gnutls_x509_crt_deinit(judge.certificates[i]);
    gnutls_x509_trust_list_deinit(judge.list, 1);
}
