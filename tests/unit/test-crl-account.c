/* What certauthzctl tells about a CRL, where openssl makes no list like it, or memory runs out. */
#include "../tap.h"
#include "faults.h"
#include "json.h"
#include "support.h"

#include "base/cleanup.h"
#include "ctl/crl_account.h"
#include "ctl/deny_report.h"

static void open_list(const struct forge_list *list, struct crl *crl) {
    const char *detail = NULL;
    if (cz_crl_parse(forge_crl(list), crl, &detail) != CRL_OK)
        support_die("%s", detail);
}

static bool holds_line(const struct buffer *text, const char *line) {
    return strstr(cz_buffer_text(text), line) != NULL;
}

static void check_line(const struct crl_account *account, const char *line, const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_put_crl_text(&text, account);
    if (!tap_ok(holds_line(&text, line), "%s", name))
        printf("# %s\n", cz_buffer_text(&text));
}

static void check_member(const struct crl_account *account, const char *member) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_put_crl_json(&text, account);
    if (!tap_ok(holds_line(&text, member), "as JSON: %s", member))
        printf("# %s\n", cz_buffer_text(&text));
}

static void test_endless(void) {
    CZ_CLEANUP(cz_crl_release) struct crl crl = {0};
    struct crl_account account;
    open_list(&(struct forge_list){.issuer = "ca",
                                   .number = -1,
                                   .parts = {[LIST_NEXT_UPDATE] = {.data = (const uint8_t *)""}}},
              &crl);
    cz_crl_account(&crl, NOW, &account);
    check_line(&account, "\n  next update   none (warning: so it never counts as fresh)\n",
               "a list without nextUpdate");
    check_member(&account, "\"freshness\":\"no-next-update\"");
    tap_ok(!cz_crl_account_is_good(&account), "is not a good one");
}

static void test_delta(void) {
    static const struct forge_entry entries[] = {
        ENTRY(TEXT("\x07"), .reason = REASON(CRL_REASON_REMOVE_FROM_CRL)),
        ENTRY(TEXT("\x08"), .reason = REASON(CRL_REASON_REMOVE_FROM_CRL)),
        ENTRY(TEXT("\x08"), .reason = REASON(CRL_REASON_SUPERSEDED)),
        LAST_ENTRY,
    };
    CZ_CLEANUP(cz_crl_release) struct crl crl = {0};
    struct crl_account account;
    open_list(&(struct forge_list){.issuer = "ca", .number = 5, .base = 3, .entries = entries},
              &crl);
    cz_crl_account(&crl, NOW, &account);
    check_line(&account, "\n  number        5\n  delta to      3\n", "a delta CRL");
    check_member(&account, "\"number\":\"5\",\"delta_to\":\"3\"");
    cz_crl_account_serial(&account, TEXT("\x07"));
    check_line(&account, "\n  standing      revoked no longer since ", "what it takes off");
    tap_ok(cz_crl_account_is_good(&account), "which is good news");
    cz_crl_account_serial(&account, TEXT("\x08"));
    tap_ok(account.standing == CRL_ON_IT && account.entry.reason == CRL_REASON_SUPERSEDED &&
               !cz_crl_account_is_good(&account),
           "another entry of the same serial counts before one that takes it off");
}

static const struct forge_entry indirect_entries[] = {
    ENTRY(TEXT("\x07"), .reason = REASON(CRL_REASON_SUPERSEDED)),
    ENTRY(TEXT("\x07"), .reason = REASON(CRL_REASON_KEY_COMPROMISE), .issuer = "other"),
    LAST_ENTRY,
};

static void test_indirect(void) {
    CZ_CLEANUP(cz_crl_release) struct crl crl = {0};
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate = forge_certificate(&(struct forge){
        .subject = "a", .issuer = "other", .parts = {[PART_SERIAL] = TEXT("\x02\x01\x07")}});
    struct crl_account account;
    open_list(&(struct forge_list){.issuer = "ca",
                                   .entries = indirect_entries,
                                   .point = TEXT("\x84\x01\xff")},
              &crl);
    cz_crl_account(&crl, NOW, &account);
    tap_ok(cz_crl_account_certificate(&account, certificate) &&
               account.entry.reason == CRL_REASON_KEY_COMPROMISE,
           "the entry of the certificate's issuer is found");
    check_line(&account, ", keyCompromise\n  issuer        CN=other\n", "whom it names");
    check_member(&account, "\"reason\":\"keyCompromise\",\"issuer\":\"CN=other\"");
}

/* Whatever is not there, nothing is told that is not so. */
static void test_memory(void) {
    CZ_CLEANUP(cz_crl_release) struct crl crl = {0};
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate = forge_certificate(&(struct forge){
        .subject = "a", .issuer = "other", .parts = {[PART_SERIAL] = TEXT("\x02\x01\x07")}});
    open_list(&(struct forge_list){.issuer = "ca",
                                   .entries = indirect_entries,
                                   .point = TEXT("\x84\x01\xff")},
              &crl);
    long reached = 0, unsafe = -1;
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        CZ_CLEANUP(cz_buffer_release) struct buffer json = {0};
        struct crl_account account;
        faults_begin(reached, false);
        cz_crl_account(&crl, NOW, &account);
        bool found = cz_crl_account_certificate(&account, certificate);
        if (found)
            cz_put_crl_text(&text, &account);
        if (found)
            cz_put_crl_json(&json, &account);
        failed = faults_end();
        bool told = found && !text.failed && !json.failed;
        bool right = told && account.standing == CRL_ON_IT && json_is_line(cz_buffer_view(&json));
        if ((told && !right) || told == failed)
            unsafe = unsafe < 0 ? reached : unsafe;
    }
    tap_ok(unsafe < 0 && reached >= 5, "nothing at each of %ld allocations (%ld)", reached, unsafe);
}

static void test_deny_report(void) {
    struct deny_entry entry = {
        .text = (char *)(uintptr_t) "a \"b\"", .reason = (char *)(uintptr_t) "c\\", .since = NOW};
    const struct deny_list list = {.entries = &entry, .count = 1};
    long reached = 0, unsafe = -1;
    for (bool failed = true; failed && reached < 100; reached += failed) {
        CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
        faults_begin(reached, false);
        cz_put_deny_json(&text, &list, "s", NOW);
        failed = faults_end();
        if (text.failed != failed || (!failed && !json_is_line(cz_buffer_view(&text))))
            unsafe = reached;
    }
    tap_ok(unsafe < 0 && reached > 0, "the deny list is told whole or not at all (%ld)", reached);
}

int main(void) {
    test_endless();
    test_delta();
    test_indirect();
    test_memory();
    test_deny_report();
    return tap_done();
}
