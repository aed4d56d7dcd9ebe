/* Look-up among the entries of a CRL: each is found under its own issuer and serial, and no other.
 */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "revocation/crl_index.h"

struct list {
    struct crl crl;
    struct crl_index index;
};

static void release(struct list *list) {
    cz_crl_index_release(&list->index);
    cz_crl_release(&list->crl);
}

static void load(struct list *list, const struct forge_entry *entries) {
    const struct forge_list forged = {
        .issuer = "ca", .entries = entries, .point = DER(DER_CONTEXT(4), TEXT("\xff"))};
    const char *detail = "";
    if (cz_crl_parse(forge_crl(&forged), &list->crl, &detail) != CRL_OK ||
        !cz_crl_index_build(&list->crl, &list->index))
        support_die("the list: %s", detail);
}

static struct bytes canonical(const char *common_name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    struct bytes whole = support_name(common_name), name;
    cz_der_take(&whole, DER_SEQUENCE, &name);
    cz_name_canonical(&out, name);
    return support_keep(out.data, out.len);
}

/* The reason of what is found, or why nothing is. */
static const char *find(const struct list *list, const char *issuer, struct bytes serial) {
    struct crl_entry entry;
    switch (cz_crl_index_find(&list->index, canonical(issuer), serial, &entry)) {
    case CRL_LOOKUP_ABSENT:
        return "absent";
    case CRL_LOOKUP_FOUND:
        return cz_bytes_equal(entry.serial, serial) ? cz_crl_reason_name(entry.reason) : "wrong";
    case CRL_LOOKUP_FAILED:
        break;
    }
    return "failed";
}

struct question {
    const char *name, *issuer;
    struct bytes serial;
    const char *answer;
};

static void ask(const struct list *list, const struct question *questions, size_t count) {
    for (size_t i = 0; i < count; i++)
        tap_is(find(list, questions[i].issuer, questions[i].serial), questions[i].answer,
               questions[i].name);
}

static void test_direct(void) {
    const struct forge_entry entries[] = {
        ENTRY(TEXT("\x05"), .reason = REASON(1)),
        ENTRY(TEXT("\x00\xff"), .reason = REASON(2)),
        ENTRY(TEXT("\xff"), .reason = REASON(3)),
        ENTRY(TEXT("\x01\x00"), .reason = REASON(4)),
        ENTRY(support_fill(0x11, 20), .reason = REASON(5)),
        ENTRY(support_fill(0x11, 100), .reason = REASON(3)),
        ENTRY(TEXT("\x02"), .reason = REASON(9)),
        ENTRY(TEXT("\0"), .reason = REASON(6)),
        LAST_ENTRY,
    };
    CZ_CLEANUP(release) struct list list;
    load(&list, entries);
    tap_is_int((long long)list.index.count, 6, "a serial that matches nothing is left out");
    const struct question questions[] = {
        {"the first", "ca", TEXT("\x05"), "keyCompromise"},
        {"one with a high bit, not the negative one", "ca", TEXT("\xff"), "cACompromise"},
        {"one that is longer", "ca", TEXT("\x01\x00"), "superseded"},
        {"the longest", "ca", support_fill(0x11, 20), "cessationOfOperation"},
        {"one out of order", "ca", TEXT("\x02"), "privilegeWithdrawn"},
        {"zero", "ca", TEXT("\0"), "certificateHold"},
        {"one below another", "ca", TEXT("\x04"), "absent"},
        {"one above all", "ca", support_fill(0x7f, 20), "absent"},
        {"a part of one", "ca", support_fill(0x11, 19), "absent"},
        {"one of another issuer", "cb", TEXT("\x05"), "absent"},
        {"the issuer in capitals", "CA", TEXT("\x05"), "keyCompromise"},
        {"a serial that no certificate has", "ca", support_fill(0x11, 21), "failed"},
        {"a serial of no octets", "ca", TEXT(""), "failed"},
    };
    ask(&list, questions, CZ_COUNT(questions));
}

static void test_indirect(void) {
    const struct forge_entry entries[] = {
        ENTRY(TEXT("\x05"), .reason = REASON(1)),
        ENTRY(TEXT("\x05"), .reason = REASON(2), .issuer = "b"),
        ENTRY(TEXT("\x06"), .reason = REASON(3)),
        ENTRY(TEXT("\x05"), .reason = REASON(4), .issuer = "a"),
        ENTRY(TEXT("\x07"), .reason = REASON(5), .issuer = "B "),
        ENTRY(TEXT("\x08"), .reason = REASON(9), .issuer = "ca"),
        LAST_ENTRY,
    };
    CZ_CLEANUP(release) struct list list;
    load(&list, entries);
    tap_is_int((long long)list.index.issuer_count, 3, "equal names are one issuer");
    const struct question questions[] = {
        {"of the list's own issuer", "ca", TEXT("\x05"), "keyCompromise"},
        {"the same serial of another", "b", TEXT("\x05"), "cACompromise"},
        {"and of a third", "a", TEXT("\x05"), "superseded"},
        {"one that the issuer is carried on to", "b", TEXT("\x06"), "affiliationChanged"},
        {"which is not the list's issuer's", "ca", TEXT("\x06"), "absent"},
        {"a name written otherwise", "b", TEXT("\x07"), "cessationOfOperation"},
        {"the list's issuer named", "ca", TEXT("\x08"), "privilegeWithdrawn"},
        {"an issuer that is not there", "c", TEXT("\x05"), "absent"},
        {"a serial that is another's", "a", TEXT("\x08"), "absent"},
    };
    ask(&list, questions, CZ_COUNT(questions));
}

static void test_duplicates(void) {
    const struct forge_entry entries[] = {
        ENTRY(TEXT("\x05"), .reason = REASON(8)), ENTRY(TEXT("\x05"), .reason = REASON(1)),
        ENTRY(TEXT("\x05"), .reason = REASON(4)), ENTRY(TEXT("\x06"), .reason = REASON(6)),
        ENTRY(TEXT("\x06"), .reason = REASON(8)), ENTRY(TEXT("\x07"), .reason = REASON(8)),
        ENTRY(TEXT("\x07"), .reason = REASON(8)), LAST_ENTRY,
    };
    CZ_CLEANUP(release) struct list list;
    load(&list, entries);
    tap_is_int((long long)list.index.count, 3, "each certificate has one record");
    const struct question questions[] = {
        {"the first that does not remove counts", "ca", TEXT("\x05"), "keyCompromise"},
        {"in either order", "ca", TEXT("\x06"), "certificateHold"},
        {"removed twice is removed", "ca", TEXT("\x07"), "removeFromCRL"},
    };
    ask(&list, questions, CZ_COUNT(questions));
}

static void test_empty(void) {
    CZ_CLEANUP(release) struct list list;
    load(&list, NULL);
    tap_is(find(&list, "ca", TEXT("\x05")), "absent", "nothing is on an empty list");
}

#define MANY 20000

/* In order, backwards and shuffled: the same index. */
static void test_many(void) {
    static const struct {
        const char *name;
        unsigned step, start;
    } orders[] = {{"in order", 1, 0}, {"backwards", MANY - 1, MANY - 1}, {"shuffled", 7919, 3}};
    for (size_t k = 0; k < CZ_COUNT(orders); k++) {
        CZ_CLEANUP(cz_buffer_release) struct buffer entries = {0};
        for (unsigned i = 0, n = orders[k].start; i < MANY; i++, n = (n + orders[k].step) % MANY) {
            /* 02 03 40 xx xx: every other number */
            const uint8_t octets[] = {
                0x30, 0x14, 0x02, 0x03, 0x40, (uint8_t)(n >> 7), (uint8_t)(n << 1)};
            cz_buffer_append(&entries, octets, sizeof octets);
            cz_buffer_puts(&entries, "\x17\x0d"
                                     "290101000000Z");
        }
        CZ_CLEANUP(release) struct list list;
        const struct forge_list forged = {
            .issuer = "ca",
            .parts = {[LIST_ENTRIES] = DER(DER_SEQUENCE, cz_buffer_view(&entries))}};
        const char *detail = "";
        if (cz_crl_parse(forge_crl(&forged), &list.crl, &detail) != CRL_OK ||
            !cz_crl_index_build(&list.crl, &list.index))
            support_die("%s", detail);
        size_t found = 0, wrong = 0;
        struct bytes issuer = canonical("ca");
        for (unsigned n = 0; n < 2 * MANY; n++) {
            const uint8_t serial[] = {0x40, (uint8_t)(n >> 8), (uint8_t)n};
            struct crl_entry entry;
            bool is_there = cz_crl_index_find(&list.index, issuer, (struct bytes){serial, 3},
                                              &entry) == CRL_LOOKUP_FOUND;
            found += is_there;
            wrong += is_there && (n % 2 != 0 || memcmp(entry.serial.data, serial, 3) != 0);
        }
        tap_ok(found == MANY && wrong == 0, "%s: %zu found of %d", orders[k].name, found, MANY);
    }
}

/* Without memory there is no index, and nothing leaks. */
static void test_faults(void) {
    const struct forge_entry entries[] = {ENTRY(TEXT("\x05"), .reason = REASON(1)),
                                          ENTRY(TEXT("\x04"), .issuer = "b"), LAST_ENTRY};
    const struct forge_list forged = {.issuer = "ca", .entries = entries};
    CZ_CLEANUP(cz_crl_release) struct crl crl;
    const char *detail;
    cz_crl_parse(forge_crl(&forged), &crl, &detail);
    long reached = 0, unsafe = 0;
    for (bool failed = true; failed && reached < 100;) {
        struct crl_index index;
        faults_begin(reached, false);
        bool built = cz_crl_index_build(&crl, &index);
        failed = faults_end();
        unsafe += built == failed;
        reached += failed;
        cz_crl_index_release(&index);
    }
    tap_ok(unsafe == 0 && reached >= 5, "no index at each of %ld allocations", reached);
}

int main(void) {
    test_direct();
    test_indirect();
    test_duplicates();
    test_empty();
    test_many();
    test_faults();
    return tap_done();
}
