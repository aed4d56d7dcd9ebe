/*
 * Certification paths made at random, mutated, signed, and judged by us, by GnuTLS and by OpenSSL.
 * Whoever says otherwise than we do must be explained by a rule in rules.c, and what we accept one
 * of the two must accept as well.
 *
 *     run-differential [SEED [COUNT [SHOWN]]]
 *     run-differential SEED =CASE
 *
 * A case depends on the seed and its number alone, but for its keys. At most
 * SHOWN failures are printed. With DIFFERENTIAL_DUMP set to a folder the certificates of each case
 * that fails are written there. With DIFFERENTIAL_NOTES set each difference that a rule explains
 * is printed and written, too, so that the explanation can be held against what it covers.
 */
#include "cases.h"
#include "rules.h"
#include "tap.h"

#include <gnutls/gnutls.h>
#include <inttypes.h>

#define DEFAULT_SEED 20260101
#define DEFAULT_COUNT 15000
#define DEFAULT_SHOWN 40

static const struct mutation_family *const families[] = {
    &fields_family,      &names_family,     &usage_family,
    &extensions_family,  &encodings_family, &algorithms_family,
    &constraints_family, &policies_family,  &shapes_family};

struct tally {
    unsigned cases, accepted, refused, explained, failed;
};

struct run {
    struct cases cases;
    unsigned failures;
    struct tally plain, families[CZ_COUNT(families)];
    unsigned *applied; /* for each rule */
};

static const char *const library_names[] = {"GnuTLS", "OpenSSL"};

/* Two mutations that take away different witnesses do not meet. */
static bool may_add(const struct differential_case *c, const struct mutation *mutation) {
    unsigned blinds = mutation->blinds;
    for (size_t i = 0; i < c->mutation_count; i++) {
        blinds |= c->mutations[i]->blinds;
        if (c->mutations[i] == mutation)
            return false;
    }
    return (blinds & BLINDS_BOTH) != BLINDS_BOTH || c->mutation_count == 0;
}

static void mutate(struct differential_case *c, const struct mutation_family *family) {
    const struct mutation *mutation = &family->mutations[random_below((unsigned)family->count)];
    if (!may_add(c, mutation))
        return;
    c->mutations[c->mutation_count++] = mutation;
    mutation->apply(&c->plan, mutation->argument);
}

/* Every family in turn, and a plain path after all of them. */
static const struct mutation_family *make_case(struct differential_case *c, uint64_t seed,
                                               uint64_t number) {
    size_t turn = number % (CZ_COUNT(families) + 1);
    const struct mutation_family *family = turn < CZ_COUNT(families) ? families[turn] : NULL;
    random_seed(seed * UINT64_C(1000003) + number);
    *c = (struct differential_case){.number = number};
    plan_draw(&c->plan);
    if (family == NULL)
        return NULL;
    mutate(c, family);
    for (unsigned chance = 30; c->mutation_count < CASE_MUTATIONS_MAX && random_chance(chance);
         chance /= 2)
        mutate(c, families[random_below(CZ_COUNT(families))]);
    return family;
}

static void dump(const struct differential_case *c, uint64_t seed) {
    const char *folder = getenv("DIFFERENTIAL_DUMP");
    for (size_t i = 0; folder != NULL && i < c->plan.count; i++) {
        const struct plan_certificate *certificate = &c->plan.certificates[i];
        char file[512];
        gnutls_datum_t der = {.data = (unsigned char *)certificate->der.data,
                              .size = (unsigned)certificate->der.len};
        gnutls_datum_t pem = {0};
        snprintf(file, sizeof file, "%s/%" PRIu64 "-%" PRIu64 "-%zu%s.pem", folder, seed, c->number,
                 i, certificate->is_anchor ? "-anchor" : "");
        FILE *stream = fopen(file, "w");
        if (stream == NULL || gnutls_pem_base64_encode2("CERTIFICATE", &der, &pem) < 0)
            forge_die("%s cannot be written", file);
        fwrite(pem.data, 1, pem.size, stream);
        fclose(stream);
        gnutls_free(pem.data);
    }
}

static void show_policies(const struct plan *plan) {
    if (plan->check_policies)
        printf("#   policies: %zu initial%s%s%s\n", plan->initial_policy_count,
               plan->require_explicit_policy ? ", explicit required" : "",
               plan->inhibit_policy_mapping ? ", mapping inhibited" : "",
               plan->inhibit_any_policy ? ", any inhibited" : "");
}

static void show(struct run *run, const struct differential_case *c, const char *what) {
    dump(c, run->cases.seed);
    if (++run->failures > run->cases.shown)
        return;
    printf("# seed %" PRIu64 " case %" PRIu64 ": %s\n#   mutations:", run->cases.seed, c->number,
           what);
    for (size_t i = 0; i < c->mutation_count; i++)
        printf("%s %s", i > 0 ? "," : "", c->mutations[i]->name);
    printf("\n#   levels: %zu, certificates: %zu%s\n", c->plan.anchor + 1, c->plan.count,
           c->plan.configured ? ", configured" : "");
    show_policies(&c->plan);
    printf("#   certauthz: %s\n", c->ours.text);
    for (size_t i = 0; i < LIBRARIES; i++)
        printf("#   %s: %s\n", library_names[i], c->theirs[i].text);
}

/* The rule that explains the difference, counted as the report lists them; what was done; and what
 * all three say. */
static void note(const struct differential_case *c, uint64_t seed, enum library library,
                 size_t rule) {
    if (getenv("DIFFERENTIAL_NOTES") == NULL)
        return;
    printf("# rule %zu, case %" PRIu64 ", %s:", rule + 1, c->number, library_names[library]);
    for (size_t i = 0; i < c->mutation_count; i++)
        printf(" [%s]", c->mutations[i]->name);
    printf(" certauthz: %s", c->ours.text);
    for (size_t i = 0; i < LIBRARIES; i++)
        printf(" | %s: %s", library_names[i], c->theirs[i].text);
    printf("\n");
    show_policies(&c->plan);
    dump(c, seed);
}

/* True where all agree or a rule says why not. */
static bool compare(struct run *run, const struct differential_case *c, struct tally *tally) {
    bool differs = false;
    if (c->ours.accepted && !c->theirs[GNUTLS].accepted && !c->theirs[OPENSSL].accepted) {
        show(run, c, "WE ACCEPT WHAT BOTH OTHERS REFUSE");
        return false;
    }
    for (size_t i = 0; i < LIBRARIES; i++) {
        if (c->theirs[i].accepted == c->ours.accepted)
            continue;
        const struct rule *rule = rule_for(c, (enum library)i);
        if (rule == NULL) {
            char what[64];
            snprintf(what, sizeof what, "no rule explains %s", library_names[i]);
            show(run, c, what);
            return false;
        }
        run->applied[rule - rules]++;
        note(c, run->cases.seed, (enum library)i, (size_t)(rule - rules));
        differs = true;
    }
    tally->explained += differs;
    return true;
}

static void judge(struct differential_case *c) {
    struct plan theirs = c->plan;
    for (size_t i = 0; i < c->mutation_count; i++)
        if (c->mutations[i]->blinds & IS_HINT)
            plan_remove_hints(&theirs);
    plan_sign(&c->plan);
    plan_sign(&theirs);
    judge_ours(&c->plan, &c->ours);
    judge_gnutls(&theirs, &c->theirs[GNUTLS]);
    judge_openssl(&theirs, &c->theirs[OPENSSL]);
}

static void run_case(struct run *run, uint64_t number) {
    struct differential_case c;
    const struct mutation_family *family = make_case(&c, run->cases.seed, number);
    struct tally *tally = &run->plain;
    for (size_t i = 0; i < CZ_COUNT(families); i++)
        if (families[i] == family)
            tally = &run->families[i];
    judge(&c);
    tally->cases++;
    *(c.ours.accepted ? &tally->accepted : &tally->refused) += 1;
    tally->failed += !compare(run, &c, tally);
    forge_reset();
}

static void report(const struct tally *tally, const char *name) {
    tap_ok(tally->cases > 0 && tally->failed == 0,
           "%s: %u cases, %u accepted, %u refused, %u differences explained, %u not", name,
           tally->cases, tally->accepted, tally->refused, tally->explained, tally->failed);
}

static void report_rules(const struct run *run) {
    for (size_t i = 0; i < rule_count; i++) {
        const struct rule *rule = &rules[i];
        const char *who = rule->libraries == EITHER       ? "another"
                          : rule->libraries == OF(GNUTLS) ? library_names[GNUTLS]
                                                          : library_names[OPENSSL];
        printf("# %s%u: we %s, %s %s%s%s%s%s: %s\n", run->applied[i] == 0 ? "NEVER APPLIED, " : "",
               run->applied[i], rule->we_accept ? "accept" : "refuse", who,
               rule->we_accept ? "refuses" : "accepts", rule->mutation != NULL ? ", " : "",
               rule->mutation != NULL ? rule->mutation : "", rule->detail != NULL ? ", " : "",
               rule->detail != NULL ? rule->detail : "", rule->why);
    }
}

int main(int argc, char **argv) {
    struct run run = {
        .cases = {.seed = DEFAULT_SEED, .count = DEFAULT_COUNT, .shown = DEFAULT_SHOWN}};
    cases_choose(&run.cases, argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    run.applied = calloc(rule_count, sizeof *run.applied);
    if (run.applied == NULL)
        forge_die("out of memory");
    judge_prepare();
    for (uint64_t i = run.cases.first; i < run.cases.first + run.cases.count; i++)
        run_case(&run, i);
    report(&run.plain, "sound paths");
    tap_ok(run.plain.refused == 0, "every sound path is accepted");
    for (size_t i = 0; i < CZ_COUNT(families); i++)
        report(&run.families[i], families[i]->name);
    report_rules(&run);
    if (run.failures > run.cases.shown)
        printf("# %u more failures are not shown\n", run.failures - run.cases.shown);
    free(run.applied);
    forge_release_keys();
    return tap_done();
}
