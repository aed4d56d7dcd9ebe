/* What is trusted: the pool's look-up by subject, and pins; and single signatures. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/signature.h"
#include "trust/trust.h"

static struct certificate *named(const char *subject, unsigned key) {
    return forge_certificate(
        &(struct forge){.subject = subject, .issuer = "root", .key = key, .ca = true});
}

static struct certificate *again(const struct certificate *certificate) {
    struct certificate *copy;
    const char *detail;
    if (cz_certificate_parse(certificate->der, &copy, &detail) != CERTIFICATE_OK)
        support_die("%s", detail);
    return copy;
}

static void add(struct certificate_pool *pool, struct certificate *certificate) {
    if (!cz_pool_add(pool, certificate))
        support_die("cz_pool_add");
}

static size_t found(const struct certificate_pool *pool, const struct certificate *like) {
    struct certificate_range range = cz_pool_find(pool, like->subject_canonical);
    for (size_t i = 0; i < range.count; i++)
        if (!cz_bytes_equal(range.items[i]->subject_canonical, like->subject_canonical))
            return 999;
    return range.count;
}

static void test_pool(void) {
    CZ_CLEANUP(cz_pool_release) struct certificate_pool pool = {0};
    CZ_CLEANUP(cz_certificate_release) struct certificate *b = named("B  b", 0);
    CZ_CLEANUP(cz_certificate_release) struct certificate *a = named("a", 9);
    CZ_CLEANUP(cz_certificate_release) struct certificate *other = named("zz", 9);
    CZ_CLEANUP(cz_certificate_release) struct certificate *shorter = named("c", 9);
    cz_pool_sort(&pool);
    tap_ok(found(&pool, b) == 0 && !cz_pool_holds(&pool, b), "an empty pool holds nothing");
    for (unsigned i = 0; i < 40; i++)
        add(&pool, named(support_text("c%u", i * 7 % 40), i % 8));
    add(&pool, named("b b", 1));
    add(&pool, again(b));
    add(&pool, named("b B", 2));
    add(&pool, again(b));
    add(&pool, again(a));
    tap_is_int((long long)pool.count, 45, "all are added");
    cz_pool_sort(&pool);
    tap_is_int((long long)pool.count, 44, "and the same one but once");
    tap_is_int((long long)found(&pool, b), 3, "all of a name are found, however it is written");
    tap_is_int((long long)found(&pool, a), 1, "the first");
    tap_is_int((long long)found(&pool, other), 0, "none behind the last");
    tap_is_int((long long)found(&pool, shorter), 0, "none for the beginning of a name");
    bool each = true;
    for (unsigned i = 0; i < 40; i++) {
        CZ_CLEANUP(cz_certificate_release)
        struct certificate *like = named(support_text("C%u", i), 20);
        each &= found(&pool, like) == 1 && !cz_pool_holds(&pool, like);
    }
    tap_ok(each, "each is found, and a like one is not the same");
    tap_ok(cz_pool_holds(&pool, b) && cz_pool_holds(&pool, a), "the same one is held");
}

static void test_order(void) {
    struct certificate *items[6];
    struct certificate_pool forth = {0}, back = {0};
    for (unsigned i = 0; i < 6; i++)
        items[i] = named(i % 2 ? "odd" : "even", i);
    for (unsigned i = 0; i < 6; i++) {
        add(&forth, again(items[i]));
        add(&back, items[5 - i]);
    }
    cz_pool_sort(&forth);
    cz_pool_sort(&back);
    bool same = forth.count == 6 && back.count == 6;
    for (size_t i = 0; i < 6 && same; i++)
        same = cz_bytes_equal(forth.items[i]->der, back.items[i]->der);
    tap_ok(same, "the order does not hang on the order of loading");
    cz_pool_release(&forth);
    cz_pool_release(&back);
    tap_ok(forth.items == NULL && forth.count == 0, "a released pool is empty");
    cz_pool_release(&forth);
}

static void test_pins(void) {
    struct trust trust = {0};
    CZ_CLEANUP(cz_certificate_release) struct certificate *one = named("one", 0);
    CZ_CLEANUP(cz_certificate_release) struct certificate *two = named("two", 0);
    tap_ok(!cz_trust_is_pinned(&trust, one), "without pins nothing is pinned");
    trust.pins = calloc(3, sizeof *trust.pins);
    trust.pin_count = 3;
    tap_ok(!cz_trust_is_pinned(&trust, one), "pins of zeros pin nothing");
    memcpy(trust.pins[2].sha256, one->sha256, CZ_SHA256_SIZE);
    memcpy(trust.pins[0].sha256, two->sha256, CZ_SHA256_SIZE);
    trust.pins[0].sha256[CZ_SHA256_SIZE - 1] ^= 1;
    tap_ok(cz_trust_is_pinned(&trust, one), "the pinned one is");
    tap_ok(!cz_trust_is_pinned(&trust, two), "one whose digest differs in a bit is not");
    cz_trust_release(&trust);
    tap_ok(trust.pins == NULL && trust.pin_count == 0, "released trust is empty");
}

static void test_signatures(void) {
    static struct signature_checks checks;
    CZ_CLEANUP(cz_certificate_release) struct certificate *issuer = named("root", 1);
    CZ_CLEANUP(cz_certificate_release) struct certificate *impostor = named("root", 2);
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *child =
        forge_certificate(&(struct forge){.subject = "x", .issuer = "root", .signer = 1});
    tap_is_int(cz_signature_check(&checks, child, issuer), SIGNATURE_GOOD, "a good one");
    tap_is_int(cz_signature_check(&checks, child, impostor), SIGNATURE_BAD, "another's");
    cz_signature_check(&checks, child, issuer);
    tap_is_int((long long)checks.count, 2, "each pair is verified but once");
    CZ_CLEANUP(cz_certificate_release) struct certificate *keyless = again(issuer);
    tap_is_int(cz_signature_check(&checks, child, keyless), SIGNATURE_BAD,
               "an issuer whose key was not imported verifies nothing");
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *changed = forge_certificate(
        &(struct forge){.subject = "x", .issuer = "root", .signer = 1, .bad_signature = true});
    tap_is_int(cz_signature_check(&checks, changed, issuer), SIGNATURE_BAD, "a changed one");
    while (checks.count < CZ_SIGNATURE_CHECKS_MAX)
        checks.done[checks.count++].certificate = issuer;
    tap_is_int(cz_signature_check(&checks, impostor, issuer), SIGNATURE_LIMIT,
               "after 64 none is looked at");
    tap_is_int(cz_signature_check(&checks, child, issuer), SIGNATURE_GOOD,
               "but those that were are still known");
}

static void test_algorithms(void) {
    CZ_CLEANUP(cz_certificate_release) struct certificate *rsa = named("rsa", FORGE_RSA);
    CZ_CLEANUP(cz_certificate_release) struct certificate *ed448 = named("ed", FORGE_ED448);
    CZ_CLEANUP(cz_certificate_release) struct certificate *ed25519 = named("ed", FORGE_ED25519);
    const struct {
        struct certificate *issuer;
        unsigned signer;
        bool sha1, good;
        const char *name;
    } cases[] = {
        {rsa, FORGE_RSA, false, true, "RSA with SHA-256"},
        {rsa, FORGE_RSA, true, true, "RSA with SHA-1, whose strength is judged elsewhere"},
        {ed448, FORGE_ED448, false, true, "Ed448"},
        {ed25519, FORGE_ED25519, false, true, "Ed25519"},
        {ed448, FORGE_ED25519, false, false, "Ed25519 with the key of Ed448"},
        {rsa, 1, false, false, "ECDSA with the key of RSA"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        static struct signature_checks checks;
        checks.count = 0;
        CZ_CLEANUP(cz_certificate_release)
        struct certificate *child = forge_certificate(&(struct forge){
            .subject = "x", .issuer = "y", .signer = cases[i].signer, .sha1 = cases[i].sha1});
        tap_is_int(cz_signature_check(&checks, child, cases[i].issuer),
                   cases[i].good ? SIGNATURE_GOOD : SIGNATURE_BAD, cases[i].name);
    }
}

int main(void) {
    test_pool();
    test_order();
    test_pins();
    test_signatures();
    test_algorithms();
    return tap_done();
}
