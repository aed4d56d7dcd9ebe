/*
 * Small worlds of certificates and CRLs made at random, judged by us and by OpenSSL. Where it says
 * otherwise than we do, a rule in world-rules.c must say why. And what must hold of our verdicts
 * whatever the world is: see world-properties.h.
 *
 *     run-revocation [SEED [COUNT [SHOWN]]]
 *     run-revocation SEED =CASE
 *
 * A case depends on the seed and its number alone, but for its keys. At most SHOWN failures are
 * printed. With DIFFERENTIAL_NOTES set each difference that a rule explains is printed, too.
 */
#include "cases.h"
#include "tap.h"
#include "world-judge.h"
#include "world-properties.h"
#include "world-rules.h"

#include <inttypes.h>

#define DEFAULT_SEED 20260202
#define DEFAULT_COUNT 2000
#define DEFAULT_SHOWN 20

struct run {
    struct cases cases;
    unsigned failures;
    unsigned accepted, refused, plain_refused, explained, unexplained;
    unsigned *applied; /* for each rule */
};

static void twist(struct world *world, const struct twist *what) {
    world->twists[world->twist_count++] = what;
    what->apply(world, what->argument);
}

/* Every twist in turn, mostly with others, and a world without any after all of them. */
static void make_case(struct world_case *c, uint64_t seed, uint64_t number) {
    size_t turn = number % (world_twist_count + 1);
    random_seed(seed * UINT64_C(1000003) + number);
    *c = (struct world_case){.number = number};
    world_draw(&c->world);
    if (turn == world_twist_count)
        return;
    const struct twist *others[WORLD_TWISTS_MAX - 1];
    size_t count = 0, before;
    for (unsigned chance = 70; count < CZ_COUNT(others) && random_chance(chance); chance -= 20)
        others[count++] = &world_twists[random_below((unsigned)world_twist_count)];
    before = random_below((unsigned)count + 1);
    for (size_t i = 0; i <= count; i++)
        twist(&c->world, i < before    ? others[i]
                         : i == before ? &world_twists[turn]
                                       : others[i - 1]);
}

static void show(const struct run *run, const struct world_case *c, const char *what) {
    printf("# seed %" PRIu64 " case %" PRIu64 ": %s\n#   twists:", run->cases.seed, c->number,
           what);
    for (size_t i = 0; i < c->world.twist_count; i++)
        printf("%s %s", i > 0 ? "," : "", c->world.twists[i]->name);
    printf("\n#   levels: %zu, lists: %zu, %s\n#   certauthz: %s\n#   OpenSSL: %s\n",
           c->world.plan.anchor + 1, c->world.list_count,
           c->world.whole_chain ? "entire chain" : "end certificate", c->ours.text, c->theirs.text);
}

static void fail(struct run *run, const struct world_case *c, const char *what) {
    if (++run->failures <= run->cases.shown)
        show(run, c, what);
}

static void compare(struct run *run, const struct world_case *c) {
    if (c->ours.accepted == c->theirs.accepted)
        return;
    const struct world_rule *rule = world_rule_for(c);
    if (rule == NULL) {
        run->unexplained++;
        fail(run, c, c->ours.accepted ? "WE ACCEPT WHAT OPENSSL REFUSES" : "we refuse");
        return;
    }
    run->explained++;
    run->applied[rule - world_rules]++;
    if (getenv("DIFFERENTIAL_NOTES") != NULL)
        show(run, c, rule->why);
}

static void run_case(struct run *run, uint64_t number) {
    struct world_case c;
    const char *broken;
    make_case(&c, run->cases.seed, number);
    world_sign(&c.world);
    world_judge_ours(&c.world, &c.ours);
    world_judge_openssl(&c.world, &c.theirs);
    *(c.ours.accepted ? &run->accepted : &run->refused) += 1;
    run->plain_refused += c.world.twist_count == 0 && !c.ours.accepted;
    compare(run, &c);
    if ((broken = world_property_broken(&c.world, number)) != NULL)
        fail(run, &c, broken);
    forge_reset();
}

static void report(const struct run *run) {
    tap_ok(run->plain_refused == 0 && run->accepted > 0 && run->refused > 0,
           "every world without a twist is accepted; %u accepted, %u refused", run->accepted,
           run->refused);
    tap_ok(run->unexplained == 0, "OpenSSL: %u differences explained, %u not", run->explained,
           run->unexplained);
    for (size_t i = 0; i < world_property_count; i++)
        tap_ok(world_properties[i].tried > 0 && world_properties[i].broken == 0, "%s (%u times)",
               world_properties[i].name, world_properties[i].tried);
    for (size_t i = 0; i < world_rule_count; i++)
        printf("# %s%u: we %s: %s\n", run->applied[i] == 0 ? "NEVER APPLIED, " : "",
               run->applied[i], world_rules[i].amend != NULL ? "accept" : "refuse",
               world_rules[i].why);
    if (run->failures > run->cases.shown)
        printf("# %u more failures are not shown\n", run->failures - run->cases.shown);
}

int main(int argc, char **argv) {
    struct run run = {
        .cases = {.seed = DEFAULT_SEED, .count = DEFAULT_COUNT, .shown = DEFAULT_SHOWN}};
    cases_choose(&run.cases, argc, argv);
    setvbuf(stdout, NULL, _IOLBF, 0);
    run.applied = calloc(world_rule_count, sizeof *run.applied);
    if (run.applied == NULL)
        forge_die("out of memory");
    for (uint64_t i = run.cases.first; i < run.cases.first + run.cases.count; i++)
        run_case(&run, i);
    report(&run);
    free(run.applied);
    forge_release_keys();
    return tap_done();
}
