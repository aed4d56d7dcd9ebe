/* The search for paths: backtracking past impostors and expired twins, loops, limits. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "path/search.h"

/* A small world: anchors and intermediates, what the client sent, and what was visited. */
struct world {
    struct trust trust;
    struct certificate *sent[16];
    size_t sent_count;
    struct certificate *client;
    struct signature_checks signatures;
    size_t visits, accept_at; /* accepts the nth visit; 0: none */
    size_t lengths[64];
    const struct certificate *first_issuers[64];
    bool ends_in_anchor, impostor;
};

static bool visit(void *context, const struct path *path) {
    struct world *world = context;
    world->ends_in_anchor &=
        path->certificates[0] == world->client &&
        cz_pool_holds(&world->trust.anchors, path->certificates[path->count - 1]);
    if (world->visits < CZ_COUNT(world->lengths)) {
        world->lengths[world->visits] = path->count;
        world->first_issuers[world->visits] = path->certificates[1];
    }
    return ++world->visits == world->accept_at;
}

static enum search_result run(struct world *world) {
    world->signatures.count = 0;
    world->visits = 0;
    world->ends_in_anchor = true;
    cz_pool_sort(&world->trust.anchors);
    cz_pool_sort(&world->trust.intermediates);
    struct path_search search = {.trust = &world->trust,
                                 .sent = world->sent,
                                 .sent_count = world->sent_count,
                                 .signatures = &world->signatures,
                                 .visit = visit,
                                 .context = world};
    return cz_path_search(&search, world->client, &world->impostor);
}

static void world_release(struct world *world) {
    cz_trust_release(&world->trust);
    for (size_t i = 0; i < world->sent_count; i++)
        cz_certificate_free(world->sent[i]);
    cz_certificate_free(world->client);
}

#define WORLD CZ_CLEANUP(world_release) struct world

static struct certificate *ca(const char *subject, unsigned key, const char *issuer,
                              unsigned signer) {
    return forge_certificate(&(struct forge){
        .subject = subject, .issuer = issuer, .key = key, .signer = signer, .ca = true});
}

static struct certificate *client(const char *issuer, unsigned signer) {
    return forge_certificate(
        &(struct forge){.subject = "client", .issuer = issuer, .key = 90, .signer = signer});
}

static void anchor(struct world *world, struct certificate *certificate) {
    cz_pool_add(&world->trust.anchors, certificate);
}

static void between(struct world *world, struct certificate *certificate) {
    cz_pool_add(&world->trust.intermediates, certificate);
}

static void test_plain(void) {
    WORLD world = {.accept_at = 1, .client = client("root", 1)};
    tap_is_int(run(&world), SEARCH_EXHAUSTED, "no anchors, no path");
    tap_ok(world.visits == 0 && !world.impostor, "and no impostor");
    anchor(&world, ca("Root", 1, "root", 1));
    tap_is_int(run(&world), SEARCH_ACCEPTED, "issued by an anchor");
    tap_ok(world.visits == 1 && world.lengths[0] == 2 && world.ends_in_anchor, "a path of two");
    world.accept_at = 0;
    tap_is_int(run(&world), SEARCH_EXHAUSTED, "a path that is not accepted is not enough");
    WORLD stranger = {.accept_at = 1, .client = client("root", 2)};
    anchor(&stranger, ca("root", 1, "root", 1));
    tap_is_int(run(&stranger), SEARCH_EXHAUSTED, "an anchor of the name, but of another key");
    tap_ok(stranger.impostor && stranger.visits == 0, "is an impostor");
}

static void test_intermediates(void) {
    WORLD world = {.accept_at = 1, .client = client("b", 3)};
    anchor(&world, ca("root", 1, "root", 1));
    between(&world, ca("b", 3, "a", 2));
    tap_is_int(run(&world), SEARCH_EXHAUSTED, "an intermediate is missing");
    world.sent[world.sent_count++] = ca("A", 2, "ROOT", 1);
    tap_is_int(run(&world), SEARCH_ACCEPTED, "the client sent it");
    tap_ok(world.visits == 1 && world.lengths[0] == 4 && world.ends_in_anchor, "a path of four");
    WORLD sent_root = {.accept_at = 1, .client = client("evil", 4)};
    anchor(&sent_root, ca("root", 1, "root", 1));
    sent_root.sent[sent_root.sent_count++] = ca("evil", 4, "evil", 4);
    between(&sent_root, ca("evil", 4, "evil", 4));
    tap_is_int(run(&sent_root), SEARCH_EXHAUSTED, "a root that was sent, or is an intermediate,");
    tap_is_int((long long)sent_root.visits, 0, "is no anchor");
}

static void test_backtracking(void) {
    WORLD world = {.accept_at = 1, .client = client("a", 2)};
    anchor(&world, ca("root", 1, "root", 1));
    between(&world, ca("a", 5, "root", 1));  /* an impostor below the same root */
    between(&world, ca("a", 2, "lost", 6));  /* the right key, but it leads nowhere */
    between(&world, ca("a", 7, "other", 8)); /* another impostor */
    between(&world, ca("a", 2, "root", 1));
    tap_is_int(run(&world), SEARCH_ACCEPTED, "past impostors and a dead end");
    tap_ok(world.lengths[0] == 3 && world.ends_in_anchor, "by the only good path");
    WORLD twins = {.client = client("a", 2)};
    anchor(&twins, ca("root", 1, "root", 1));
    for (int i = 0; i < 3; i++)
        between(&twins, ca("a", 2, "root", 1));
    tap_is_int(run(&twins), SEARCH_EXHAUSTED, "twins that the visitor refuses");
    tap_is_int((long long)twins.visits, 3, "are each visited");
    twins.accept_at = 3;
    tap_is_int(run(&twins), SEARCH_ACCEPTED, "and the third accepted");
    WORLD anchors = {.client = client("root", 1)};
    anchor(&anchors, ca("root", 1, "root", 1));
    anchor(&anchors, ca("root", 1, "above", 2));
    anchor(&anchors, ca("above", 2, "above", 2));
    between(&anchors, ca("root", 1, "above", 2));
    run(&anchors);
    tap_is_int((long long)anchors.visits, 3, "every anchor is tried, and then the way above");
}

static void test_names_and_keys(void) {
    WORLD rollover = {.accept_at = 1, .client = client("a", 3)};
    anchor(&rollover, ca("root", 1, "root", 1));
    between(&rollover, ca("a", 3, "a", 2));
    between(&rollover, ca("a", 2, "root", 1));
    tap_is_int(run(&rollover), SEARCH_ACCEPTED, "a CA's new key below its old one is no loop");
    tap_is_int((long long)rollover.lengths[0], 4, "through both");
    WORLD renamed = {.accept_at = 1, .client = client("a", 2)};
    anchor(&renamed, ca("root", 1, "root", 1));
    renamed.sent[renamed.sent_count++] = ca("b", 2, "root", 1);
    tap_is_int(run(&renamed), SEARCH_EXHAUSTED, "the right key under another name is no issuer");
    tap_ok(!renamed.impostor, "nor an impostor");
}

static void test_hints(void) {
    struct forge forge = {
        .subject = "client", .issuer = "a", .signer = 2, .authority_key = "wanted"};
    struct forge issuer = {.subject = "a", .issuer = "root", .key = 2, .signer = 1, .ca = true};
    WORLD world = {.client = forge_certificate(&forge)};
    anchor(&world, ca("root", 1, "root", 1));
    const struct certificate *agreeing = NULL;
    for (int i = 0; i < 5; i++) {
        issuer.subject_key = i == 3 ? "wanted" : "other";
        struct certificate *made = forge_certificate(&issuer);
        agreeing = i == 3 ? made : agreeing;
        if (i == 3)
            world.sent[world.sent_count++] = made;
        else
            between(&world, made);
    }
    run(&world);
    tap_is_int((long long)world.visits, 5, "a key identifier excludes nobody");
    tap_ok(world.first_issuers[0] == agreeing, "but the one that agrees comes first");
}

static void test_loops(void) {
    WORLD world = {.client = client("a", 2)};
    between(&world, ca("a", 2, "b", 3));
    between(&world, ca("b", 3, "a", 2));
    between(&world, ca("b", 3, "c", 4));
    between(&world, ca("c", 4, "a", 2));
    between(&world, ca("a", 2, "a", 2));
    tap_is_int(run(&world), SEARCH_EXHAUSTED, "CAs that certify each other end the search");
    anchor(&world, ca("root", 1, "root", 1));
    between(&world, ca("c", 4, "root", 1));
    world.accept_at = 1;
    tap_is_int(run(&world), SEARCH_ACCEPTED, "and do not hide the way out");
    tap_is_int((long long)world.lengths[0], 5, "through each but once");
}

/* A chain of `count` intermediates below the root; key 10 + i, the last issues the client. */
static void chain(struct world *world, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        between(world, ca(support_text("ca%u", i), 10 + i,
                          i == 0 ? "root" : support_text("ca%u", i - 1), i == 0 ? 1 : 9 + i));
    world->client = client(support_text("ca%u", count - 1), 9 + count);
}

static void test_depth(void) {
    WORLD deepest = {.accept_at = 1};
    anchor(&deepest, ca("root", 1, "root", 1));
    chain(&deepest, CZ_PATH_MAX - 2);
    tap_is_int(run(&deepest), SEARCH_ACCEPTED, "14 intermediates are found");
    tap_is_int((long long)deepest.lengths[0], CZ_PATH_MAX, "as a path of 16");
    WORLD deeper = {.accept_at = 1};
    anchor(&deeper, ca("root", 1, "root", 1));
    chain(&deeper, CZ_PATH_MAX - 1);
    tap_is_int(run(&deeper), SEARCH_LIMIT, "15 are too many, and the limit is told");
    /* the key identifiers lead into the deep branch first */
    WORLD side = {.accept_at = 1};
    anchor(&side, ca("root", 1, "root", 1));
    chain(&side, CZ_PATH_MAX - 2);
    cz_certificate_free(side.client);
    side.client = forge_certificate(&(struct forge){
        .subject = "client", .issuer = "side", .key = 90, .signer = 30, .authority_key = "deep"});
    between(&side, forge_certificate(&(struct forge){.subject = "side",
                                                     .issuer = "ca13",
                                                     .key = 30,
                                                     .signer = 23,
                                                     .ca = true,
                                                     .subject_key = "deep"}));
    between(&side, ca("side", 30, "root", 1));
    tap_is_int(run(&side), SEARCH_ACCEPTED, "a branch that is too deep does not hide a short one");
    tap_is_int((long long)side.lengths[0], 3, "the short one");
}

static void test_limits(void) {
    WORLD crowd = {.accept_at = 1, .client = client("a", 2)};
    anchor(&crowd, ca("root", 1, "root", 1));
    for (unsigned i = 0; i < CZ_SIGNATURE_CHECKS_MAX + 10; i++)
        between(&crowd, ca("a", 3 + i, "root", 1));
    tap_is_int(run(&crowd), SEARCH_LIMIT, "a crowd of impostors ends at the limit");
    tap_is_int((long long)crowd.signatures.count, CZ_SIGNATURE_CHECKS_MAX, "of 64 signatures");
    tap_ok(crowd.visits == 0 && crowd.impostor, "with no path");
    WORLD family = {.accept_at = 1, .client = client("a", 2)};
    anchor(&family, ca("root", 1, "root", 1));
    for (unsigned i = 0; i < CZ_SIGNATURE_CHECKS_MAX + 10; i++)
        between(&family, ca("a", 2, "lost", 3));
    tap_is_int(run(&family), SEARCH_EXHAUSTED, "many certificates for one key do not");
    tap_is_int((long long)family.signatures.count, 1, "for that is one signature");
    /* a mesh: layers of CAs, each certified by each of the layer above, none by the root */
    WORLD mesh = {.accept_at = 1, .client = client("l0", 10)};
    for (unsigned layer = 0; layer < 6; layer++)
        for (unsigned twin = 0; twin < 4; twin++)
            between(&mesh, ca(support_text("l%u", layer), 10 + layer,
                              support_text("l%u", layer + 1), 11 + layer));
    enum search_result result = run(&mesh);
    tap_ok(result != SEARCH_ACCEPTED && mesh.signatures.count <= CZ_SIGNATURE_CHECKS_MAX,
           "a mesh without a way out ends too (%d)", result);
}

int main(void) {
    test_plain();
    test_intermediates();
    test_backtracking();
    test_names_and_keys();
    test_hints();
    test_loops();
    test_depth();
    test_limits();
    return tap_done();
}
