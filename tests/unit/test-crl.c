/* The reader of CRLs: what a list says. Malformed ones: see test-crl-malformed.c. */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "revocation/crl.h"

#define LIST(...) (&(struct forge_list){.issuer = "ca", __VA_ARGS__})

static struct bytes hold_instruction(void) {
    return support_extension(OID_HOLD_INSTRUCTION, false,
                             DER(DER_OID, TEXT("\x2a\x86\x48\xce\x38\x02\x03")));
}

static struct bytes invalidity_date(const char *text, uint8_t tag) {
    return support_extension(OID_INVALIDITY_DATE, false, DER(tag, cz_bytes_of(text)));
}

static struct bytes unknown_extension(bool critical) {
    return support_extension(TEXT("\x2a\x03\x04"), critical, TEXT("\x05\x00"));
}

/* --- what is read --- */

static void test_plain(void) {
    const struct bytes more[] = {
        support_extension(OID_FRESHEST_CRL, false,
                          DER(DER_SEQUENCE, DER(DER_SEQUENCE, DER(DER_CONTEXT_CONSTRUCTED(0),
                                                                  DER(DER_CONTEXT_CONSTRUCTED(0),
                                                                      DER(DER_CONTEXT(6),
                                                                          TEXT("http://c/d"))))))),
        {0}};
    struct bytes der = forge_crl(LIST(.number = 300, .base = 7, .authority_key = "key",
                                      .more = more, .point = DER(DER_CONTEXT(4), TEXT("\xff"))));
    CZ_CLEANUP(cz_crl_release) struct crl crl;
    const char *detail = "";
    tap_is_int(cz_crl_parse(der, &crl, &detail), CRL_OK, "a list is read");
    tap_is_int(crl.version, 2, "its version");
    tap_ok(crl.this_update == NOW - DAY && crl.has_next_update && crl.next_update == NOW + DAY &&
               !crl.early_generalized_time,
           "its dates");
    tap_is_int(crl.signature_algorithm, GNUTLS_SIGN_ECDSA_SHA256, "its algorithm");
    tap_ok(crl.issuer.len > 0 && crl.issuer_canonical.len > 0, "its issuer");
    tap_ok(cz_bytes_equal(crl.number, TEXT("\x01\x2c")) && crl.has_number, "its number");
    tap_ok(crl.is_delta && cz_bytes_equal(crl.delta_base, TEXT("\x07")), "its base");
    tap_ok(cz_bytes_equal(crl.authority_key_identifier,
                          DER(DER_SEQUENCE, DER(DER_CONTEXT(0), TEXT("key")))),
           "its authority key identifier");
    tap_ok(cz_bytes_equal(crl.issuing_distribution_point, TEXT("\x30\x03\x84\x01\xff")) &&
               crl.point.indirect && crl.point.reasons == CZ_REASONS_ALL,
           "its issuing distribution point");
    tap_ok(crl.freshest_crl.len > 0, "its freshest CRL");
    tap_ok(crl.totals.entry_count == 0 && crl.entries.len == 0 && crl.unknown_critical.len == 0,
           "no entries, and nothing critical that is unknown");
    struct bytes tbs = crl.tbs;
    tap_ok(tbs.data > der.data && tbs.data + tbs.len < der.data + der.len && tbs.data[0] == 0x30,
           "what is signed is the whole element");
}

/* Each entry as a line of text. */
static const char *entry_text(const struct crl_entry *entry) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    cz_buffer_hex(&out, entry->serial);
    cz_buffer_printf(&out, "%s %s %lld", entry->matchable ? "" : " unmatchable",
                     cz_crl_reason_name(entry->reason), (long long)(entry->revoked_at - NOW) / DAY);
    if (entry->certificate_issuer.len > 0) {
        cz_buffer_puts(&out, " of ");
        cz_name_append(&out, entry->certificate_issuer);
    }
    if (entry->hold_instruction.len > 0) {
        cz_buffer_puts(&out, " hold ");
        cz_oid_append(&out, entry->hold_instruction);
    }
    if (entry->has_invalidity_date)
        cz_buffer_printf(&out, " invalid from %lld", (long long)entry->invalidity_date);
    if (entry->unknown_critical.len > 0) {
        cz_buffer_puts(&out, " critical ");
        cz_oid_append(&out, entry->unknown_critical);
    }
    cz_buffer_puts(&out, "; ");
    return support_text("%s", cz_buffer_text(&out));
}

struct entries_case {
    const char *name;
    struct forge_entry entries[5];
    const char *expected;
    size_t unmatchable;
};

static void check_entries(const struct entries_case *c) {
    struct bytes der = forge_crl(LIST(.entries = c->entries));
    CZ_CLEANUP(cz_crl_release) struct crl crl;
    const char *detail = "", *all = "", *alone = "";
    if (!tap_ok(cz_crl_parse(der, &crl, &detail) == CRL_OK, "%s: read (%s)", c->name, detail))
        return;
    struct crl_walk walk = cz_crl_walk(&crl);
    struct crl_entry entry, again;
    while (cz_crl_next(&walk, &entry)) {
        all = support_text("%s%s", all, entry_text(&entry));
        if (!cz_crl_entry_at(&crl, entry.offset, &again))
            support_die("an entry is not where it was");
        if (again.certificate_issuer.len == 0)
            again.certificate_issuer = entry.certificate_issuer;
        alone = support_text("%s%s", alone, entry_text(&again));
    }
    tap_is(all, c->expected, c->name);
    tap_is(alone, c->expected, "and each found at its offset");
    tap_is_int((long long)crl.totals.unmatchable_count, (long long)c->unmatchable,
               "and so many that no certificate can match");
}

static void test_entries(void) {
    const struct bytes held[] = {hold_instruction(), {0}};
    const struct bytes invalid[] = {invalidity_date("20260102030405Z", DER_GENERALIZED_TIME), {0}};
    const struct bytes unknown[] = {unknown_extension(false), unknown_extension(true), {0}};
    const struct bytes other[] = {
        support_extension(OID_REASON_CODE, false, DER(DER_ENUMERATED, TEXT("\x07"))), {0}};
    const struct entries_case cases[] = {
        {"an empty list", {LAST_ENTRY}, "", 0},
        {"serials and reasons",
         {ENTRY(TEXT("\x01")), ENTRY(TEXT("\x02"), .reason = REASON(0)),
          ENTRY(TEXT("\x00\x80"), .reason = REASON(10)), LAST_ENTRY},
         "01 unspecified -2; 02 unspecified -2; 80 aACompromise -2; ",
         0},
        {"out of order and twice",
         {ENTRY(TEXT("\x09"), .reason = REASON(1)), ENTRY(TEXT("\x02"), .reason = REASON(4)),
          ENTRY(TEXT("\x09"), .reason = REASON(5)), LAST_ENTRY},
         "09 keyCompromise -2; 02 superseded -2; 09 cessationOfOperation -2; ",
         0},
        {"a reason that RFC 5280 does not know",
         {ENTRY(TEXT("\x01"), .more = other), LAST_ENTRY},
         "01 other -2; ",
         0},
        {"a hold and its instruction",
         {ENTRY(TEXT("\x01"), .reason = REASON(6), .more = held), LAST_ENTRY},
         "01 certificateHold -2 hold 1.2.840.10040.2.3; ",
         0},
        {"a date of invalidity",
         {ENTRY(TEXT("\x01"), .more = invalid), LAST_ENTRY},
         "01 unspecified -2 invalid from 1767323045; ",
         0},
        {"a negative serial is no other's",
         {ENTRY(TEXT("\xff")), ENTRY(TEXT("\x00\xff")), LAST_ENTRY},
         "ff unmatchable unspecified -2; ff unspecified -2; ",
         1},
        {"a serial of 20 octets",
         {ENTRY(support_fill(0x11, 20)), LAST_ENTRY},
         "1111111111111111111111111111111111111111 unspecified -2; ",
         0},
        {"a serial of 21 octets, the first for the sign",
         {ENTRY(JOIN(TEXT("\0"), support_fill(0x81, 20))), LAST_ENTRY},
         "008181818181818181818181818181818181818181 unmatchable unspecified -2; ",
         1},
        {"a serial of zero", {ENTRY(TEXT("\0")), LAST_ENTRY}, "00 unspecified -2; ", 0},
        {"critical and unknown",
         {ENTRY(TEXT("\x01"), .more = unknown), LAST_ENTRY},
         "01 unspecified -2 critical 1.2.3.4; ",
         0},
        {"an issuer that carries on",
         {ENTRY(TEXT("\x01")), ENTRY(TEXT("\x02"), .issuer = "b"), ENTRY(TEXT("\x03")),
          ENTRY(TEXT("\x04"), .issuer = "d"), LAST_ENTRY},
         "01 unspecified -2; 02 unspecified -2 of CN=b; 03 unspecified -2 of CN=b; "
         "04 unspecified -2 of CN=d; ",
         0},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++)
        check_entries(&cases[i]);
    const struct forge_entry hundred[] = {ENTRY(support_fill(0x7f, 100)), LAST_ENTRY};
    struct bytes der = forge_crl(LIST(.entries = hundred));
    CZ_CLEANUP(cz_crl_release) struct crl crl;
    const char *detail = "";
    tap_ok(cz_crl_parse(der, &crl, &detail) == CRL_OK && crl.totals.entry_count == 1 &&
               crl.totals.unmatchable_count == 1,
           "a serial of 100 octets is kept and matches nothing");
    struct crl_entry entry;
    size_t first = (size_t)(crl.entries.data - crl.der.data);
    tap_ok(!cz_crl_entry_at(&crl, first - 1, &entry) &&
               !cz_crl_entry_at(&crl, first + crl.entries.len, &entry) &&
               !cz_crl_entry_at(&crl, SIZE_MAX, &entry) &&
               !cz_crl_entry_at(&crl, first + 1, &entry),
           "no entry stands where none does");
}

/* --- dates and versions that are allowed --- */

struct form_case {
    const char *name;
    struct forge_list list;
    int version;
    bool has_next_update, early;
};

static void test_forms(void) {
    struct bytes none = TEXT("");
    const struct forge_entry one[] = {ENTRY(TEXT("\x01")), LAST_ENTRY};
    const struct form_case cases[] = {
        {"version 1",
         {.number = -1, .entries = one, .parts = {[LIST_VERSION] = none}},
         1,
         true,
         false},
        {"no nextUpdate", {.parts = {[LIST_NEXT_UPDATE] = none}}, 2, false, false},
        {"no nextUpdate, and entries",
         {.entries = one, .parts = {[LIST_NEXT_UPDATE] = none}},
         2,
         false,
         false},
        {"version 1 with nothing behind thisUpdate",
         {.number = -1, .parts = {[LIST_VERSION] = none, [LIST_NEXT_UPDATE] = none}},
         1,
         false,
         false},
        {"no extensions", {.number = -1}, 2, true, false},
        {"an empty SEQUENCE of entries", {.entries = &one[1]}, 2, true, false},
        {"a nextUpdate after 2050", {.next_update = INT64_C(2600000000)}, 2, true, false},
        {"a GeneralizedTime before 2050 as thisUpdate",
         {.parts = {[LIST_THIS_UPDATE] = DER(DER_GENERALIZED_TIME, TEXT("20290101000000Z"))}},
         2,
         true,
         true},
        {"a GeneralizedTime before 2050 as nextUpdate",
         {.parts = {[LIST_NEXT_UPDATE] = DER(DER_GENERALIZED_TIME, TEXT("20310101000000Z"))}},
         2,
         true,
         true},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct forge_list list = cases[i].list;
        list.issuer = "ca";
        struct crl crl;
        const char *detail = "";
        enum crl_status status = cz_crl_parse(forge_crl(&list), &crl, &detail);
        tap_ok(status == CRL_OK && crl.version == cases[i].version &&
                   crl.has_next_update == cases[i].has_next_update &&
                   crl.early_generalized_time == cases[i].early,
               "%s is read (%s)", cases[i].name, detail);
        cz_crl_release(&crl);
    }
}

/* --- critical and unknown --- */

static void test_critical(void) {
    const struct bytes harmless[] = {unknown_extension(false), {0}};
    const struct bytes critical[] = {unknown_extension(true), {0}};
    const struct forge_entry entries[] = {ENTRY(TEXT("\x07"), .more = critical), LAST_ENTRY};
    struct crl crl;
    const char *detail;
    cz_crl_parse(forge_crl(LIST(.more = harmless)), &crl, &detail);
    tap_ok(crl.unknown_critical.len == 0 && !crl.totals.unknown_critical,
           "an extension that is not critical is passed over");
    cz_crl_release(&crl);
    cz_crl_parse(forge_crl(LIST(.more = critical)), &crl, &detail);
    tap_ok(cz_bytes_equal(crl.unknown_critical, TEXT("\x2a\x03\x04")) &&
               !crl.totals.unknown_critical,
           "a critical one of the list is told");
    cz_crl_release(&crl);
    cz_crl_parse(forge_crl(LIST(.entries = entries)), &crl, &detail);
    tap_ok(crl.totals.unknown_critical && crl.unknown_critical.len == 0, "and one of an entry");
    cz_crl_release(&crl);
}

/* What was read before is opened again without a look at its entries. */
static void test_reopen(void) {
    struct bytes broken = DER(DER_SEQUENCE, TEXT("no entry"));
    struct bytes der = forge_crl(LIST(.number = 9, .parts = {[LIST_ENTRIES] = broken}));
    const struct crl_totals totals = {
        .entry_count = 7, .unmatchable_count = 1, .names_issuers = true, .unknown_critical = true};
    CZ_CLEANUP(cz_crl_release) struct crl crl;
    const char *detail = "";
    tap_is_int(cz_crl_parse(der, &crl, &detail), CRL_MALFORMED, "a list with broken entries");
    tap_is_int(cz_crl_reopen(der, &totals, &crl, &detail), CRL_OK,
               "is opened again as it was kept");
    tap_ok(crl.totals.entry_count == 7 && crl.totals.unmatchable_count == 1 &&
               crl.totals.names_issuers && crl.totals.unknown_critical &&
               crl.entries.len == strlen("no entry") && cz_bytes_equal(crl.number, TEXT("\x09")),
           "with its totals, its entries and what stands behind them");
    struct crl_walk walk = cz_crl_walk(&crl);
    struct crl_entry entry;
    tap_ok(!cz_crl_next(&walk, &entry) && walk.rest.len > 0 &&
               !cz_crl_entry_at(&crl, (size_t)(crl.entries.data - crl.der.data), &entry),
           "and a walk tells the broken entry from the end");
}

static void test_rest(void) {
    static const struct {
        struct bytes a, b;
        int order;
    } numbers[] = {
        {TEXT("\x01"), TEXT("\x01"), 0},         {TEXT("\x01"), TEXT("\x02"), -1},
        {TEXT("\xff"), TEXT("\x01\x00"), -1},    {TEXT("\x01\x00"), TEXT("\xff"), 1},
        {TEXT("\x01\x02"), TEXT("\x01\x01"), 1},
    };
    for (size_t i = 0; i < CZ_COUNT(numbers); i++)
        tap_is_int(cz_crl_compare_numbers(numbers[i].a, numbers[i].b), numbers[i].order,
                   "two numbers are compared");
    tap_is(cz_crl_reason_name(CRL_REASON_REMOVE_FROM_CRL), "removeFromCRL", "a reason has a name");
    tap_is(cz_crl_reason_name((enum crl_reason)7), "other", "one that does not exist, too");
    tap_is(cz_crl_reason_name((enum crl_reason)1000), "other", "and one far away");
    struct bytes der = forge_crl(LIST(0));
    struct crl crl;
    const char *detail = "";
    faults_begin(0, true);
    enum crl_status status = cz_crl_parse(der, &crl, &detail);
    bool failed = faults_end();
    tap_ok(failed && status == CRL_NO_MEMORY && crl.der.data == NULL, "without memory it fails");
    tap_is(detail, "out of memory", "with its detail");
}

int main(void) {
    test_plain();
    test_entries();
    test_forms();
    test_critical();
    test_reopen();
    test_rest();
    return tap_done();
}
