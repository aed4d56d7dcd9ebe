#include "world-judge.h"

#include <gnutls/x509.h>
#include <stdio.h>

static struct bytes pem_of(struct bytes der) {
    gnutls_datum_t in = {.data = (unsigned char *)der.data, .size = (unsigned)der.len}, out = {0};
    if (gnutls_pem_base64_encode2("CERTIFICATE", &in, &out) < 0)
        forge_die("gnutls_pem_base64_encode2");
    struct bytes text = forge_keep(out.data, out.size);
    gnutls_free(out.data);
    return text;
}

static void load(struct certificate_pool *pool, struct bytes der) {
    struct certificate *parsed = NULL;
    const char *detail = "";
    if (cz_certificate_parse(der, &parsed, &detail) != CERTIFICATE_OK)
        forge_die("a certificate: %s", detail);
    cz_certificate_import_key(parsed);
    if (!cz_pool_add(pool, parsed))
        forge_die("out of memory");
}

struct revocation_settings world_settings(const struct world *world) {
    return (struct revocation_settings){.mode = REVOCATION_OFFLINE,
                                        .extent = world->whole_chain ? REVOCATION_ENTIRE_CHAIN
                                                                     : REVOCATION_END_CERTIFICATE};
}

void world_bench_add(struct world_bench *bench, const struct world_list *list) {
    size_t at = bench->count;
    const char *detail;
    if (cz_crl_parse(list->der, &bench->crls[at], &detail) != CRL_OK)
        return;
    if (at == WORLD_LISTS_MAX || !cz_crl_index_build(&bench->crls[at], &bench->indexes[at]))
        forge_die("a list cannot be taken");
    bench->candidates[bench->count++] = (struct crl_candidate){
        .crl = &bench->crls[at],
        .lookup = {.find = cz_crl_index_find, .context = &bench->indexes[at]}};
}

void world_bench_open(struct world_bench *bench, const struct world *world) {
    const struct plan *plan = &world->plan;
    size_t sent = 0;
    *bench = (struct world_bench){.world = world};
    bench->request.certificate = pem_of(plan->certificates[0].der);
    for (size_t i = 1; i < plan->count; i++) {
        if (plan->certificates[i].is_anchor)
            load(&bench->trust.anchors, plan->certificates[i].der);
        else if (plan->configured)
            load(&bench->trust.intermediates, plan->certificates[i].der);
        else
            bench->request.chain[sent++] = pem_of(plan->certificates[i].der);
    }
    cz_pool_sort(&bench->trust.anchors);
    cz_pool_sort(&bench->trust.intermediates);
    for (size_t i = 0; i < world->list_count; i++)
        world_bench_add(bench, &world->lists[i]);
}

void world_bench_close(struct world_bench *bench) {
    for (size_t i = 0; i < bench->count; i++) {
        cz_crl_index_release(&bench->indexes[i]);
        cz_crl_release(&bench->crls[i]);
    }
    cz_trust_release(&bench->trust);
}

struct assessment *world_bench_assess(const struct world_bench *bench,
                                      const struct revocation_settings *settings, int64_t now) {
    const struct vocabulary vocabulary = {0};
    const struct policy policy = {.requirements = {.allow_chained = true,
                                                   .check_validity = true,
                                                   .heeds_distribution_points = true,
                                                   .max_path_length = 8},
                                  .revocation = *settings,
                                  .trust = &bench->trust};
    const struct revocation_holdings holdings = {.number = 1,
                                                 .crls = bench->candidates,
                                                 .crl_count = bench->count,
                                                 .configured = SOURCE_GOOD};
    struct assessment *assessment =
        cz_assess(&policy, &vocabulary, &holdings, &bench->request, now);
    if (assessment == NULL)
        forge_die("out of memory");
    return assessment;
}

/* What is known of each certificate, from the client up. */
static void describe(const struct assessment *assessment, struct verdict *verdict) {
    size_t len = (size_t)snprintf(
        verdict->text, sizeof verdict->text, "%s:",
        verdict->accepted ? "accepted" : cz_reason_info(assessment->validation.reason)->slug);
    for (size_t i = 0; i < assessment->revocation.count && len < sizeof verdict->text; i++) {
        const struct certificate_revocation *one = &assessment->revocation.of[i];
        len += (size_t)snprintf(verdict->text + len, sizeof verdict->text - len, " %s%s",
                                one->status == REVOCATION_UNKNOWN
                                    ? cz_revocation_cause_name(one->cause)
                                    : cz_revocation_status_name(one->status),
                                one->stale ? " (stale)" : "");
    }
}

void world_judge_ours(const struct world *world, struct verdict *verdict) {
    struct world_bench bench;
    struct revocation_settings settings = world_settings(world);
    *verdict = (struct verdict){.detail = ""};
    world_bench_open(&bench, world);
    struct assessment *assessment = world_bench_assess(&bench, &settings, PLAN_NOW);
    verdict->accepted = assessment->validation.valid;
    verdict->code = (int)assessment->validation.reason;
    describe(assessment, verdict);
    cz_assessment_release(&assessment);
    world_bench_close(&bench);
}
