/* The two judges of one signed world. */
#ifndef CERTAUTHZ_TESTS_DIFFERENTIAL_WORLD_JUDGE_H
#define CERTAUTHZ_TESTS_DIFFERENTIAL_WORLD_JUDGE_H

#include "judge.h"
#include "world.h"

#include "authorize/assess.h"

/* A world as we are given it: trust, request and lists. */
struct world_bench {
    const struct world *world;
    struct trust trust;
    struct request request;
    struct crl crls[WORLD_LISTS_MAX];
    struct crl_index indexes[WORLD_LISTS_MAX];
    struct crl_candidate candidates[WORLD_LISTS_MAX]; /* of lists[0] to lists[count - 1] */
    size_t count;
};

/* The settings of the world: its extent, off line, and nothing allowed. */
struct revocation_settings world_settings(const struct world *world);

/* A list that we cannot read is at nobody's hand. To be closed. */
void world_bench_open(struct world_bench *bench, const struct world *world);
void world_bench_add(struct world_bench *bench, const struct world_list *list);
void world_bench_close(struct world_bench *bench);
/* The whole pipeline at a time; the caller releases what it gives. Never NULL. */
struct assessment *world_bench_assess(const struct world_bench *bench,
                                      const struct revocation_settings *settings, int64_t now);

void world_judge_ours(const struct world *world, struct verdict *verdict);
/* X509_V_FLAG_CRL_CHECK, of all where the whole chain is checked, with extended CRLs and deltas. */
void world_judge_openssl(const struct world *world, struct verdict *verdict);

#endif
