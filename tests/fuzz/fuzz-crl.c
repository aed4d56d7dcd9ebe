/*
 * Any bytes as one CRL or two in a row, a complete one and a delta CRL, say: read, walked, indexed,
 * and asked about certificates that they list and one that they do not.
 */
#include "fuzz.h"

#include "../unit/support.h"

#include "base/cleanup.h"
#include "certificate/name.h"
#include "revocation/check.h"
#include "revocation/scope.h"

#include <gnutls/x509.h>

#define ASKED_MAX 64 /* entries looked up, of those that there are */
#define LISTS_MAX 2

struct list {
    struct crl crl;
    struct crl_index index;
};

/* GnuTLS gives no time before 1970. */
static bool same_time(time_t theirs, int64_t ours) {
    return theirs == ours || (theirs <= 0 && ours < 0);
}

/* Where GnuTLS reads it too, it must read the same. It takes quadratic time, so small ones only. */
static void compare_with_gnutls(const struct crl *crl) {
    gnutls_x509_crl_t other;
    gnutls_datum_t der = {.data = (unsigned char *)crl->der.data, .size = (unsigned)crl->der.len};
    REQUIRE(gnutls_x509_crl_init(&other) >= 0);
    if (crl->totals.entry_count <= ASKED_MAX &&
        gnutls_x509_crl_import(other, &der, GNUTLS_X509_FMT_DER) >= 0) {
        REQUIRE(gnutls_x509_crl_get_version(other) == crl->version);
        REQUIRE(same_time(gnutls_x509_crl_get_this_update(other), crl->this_update));
        REQUIRE(!crl->has_next_update ||
                same_time(gnutls_x509_crl_get_next_update(other), crl->next_update));
        REQUIRE(gnutls_x509_crl_get_crt_count(other) == (int)crl->totals.entry_count);
    }
    gnutls_x509_crl_deinit(other);
}

static bool within(struct bytes inner, struct bytes outer) {
    return inner.len == 0 ||
           (inner.data >= outer.data && inner.data + inner.len <= outer.data + outer.len);
}

/* Every entry found by walking is found by its offset, and by its serial and issuer. */
static void check_entries(const struct list *list) {
    const struct crl *crl = &list->crl;
    struct crl_walk walk = cz_crl_walk(crl);
    struct crl_entry entry, found;
    size_t count = 0;
    for (; cz_crl_next(&walk, &entry); count++) {
        REQUIRE(within(entry.serial, crl->entries) &&
                within(entry.certificate_issuer, crl->entries));
        REQUIRE(cz_crl_entry_at(crl, entry.offset, &found));
        REQUIRE(cz_bytes_equal(found.serial, entry.serial));
        if (!entry.matchable || count >= ASKED_MAX)
            continue;
        CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
        cz_name_canonical(&name, entry.certificate_issuer);
        struct bytes issuer =
            entry.certificate_issuer.len > 0 ? cz_buffer_view(&name) : crl->issuer_canonical;
        REQUIRE(cz_crl_index_find(&list->index, issuer, entry.serial, &found) == CRL_LOOKUP_FOUND);
        REQUIRE(cz_bytes_equal(found.serial, entry.serial));
        REQUIRE(entry.reason == CRL_REASON_REMOVE_FROM_CRL ||
                found.reason != CRL_REASON_REMOVE_FROM_CRL);
    }
    REQUIRE(walk.rest.len == 0 && count == crl->totals.entry_count && list->index.count <= count);
}

/* A path of which the first list's issuer is the anchor, as far as the checks look. Its key counts
 * as that which has verified the lists. */
static void ask(const struct list *lists, size_t count, struct bytes serial) {
    static struct certificate *model;
    static const struct requirements requirements = {.strength = STRENGTH_NONE};
    static struct signature_checks signatures;
    struct trust trust = {0};
    if (model == NULL)
        model = forge_certificate(&(struct forge){.subject = "m", .issuer = "m", .ca = true});
    struct certificate authority = *model, certificate = *model;
    authority.key_usage |= KEY_USAGE_CRL_SIGN;
    authority.subject = authority.issuer = certificate.issuer = lists[0].crl.issuer;
    authority.subject_canonical = certificate.issuer_canonical = lists[0].crl.issuer_canonical;
    certificate.serial = serial;
    certificate.extension_count = lists[0].crl.freshest_crl.len > 0;
    certificate.extensions[0] =
        (struct extension){.oid = OID_CRL_DISTRIBUTION_POINTS, .value = lists[0].crl.freshest_crl};
    struct crl_candidate candidates[LISTS_MAX];
    bool listed = false, usable = false;
    for (size_t i = 0; i < count; i++) {
        struct crl_entry entry;
        candidates[i] = (struct crl_candidate){
            .crl = &lists[i].crl,
            .lookup = {.find = cz_crl_index_find, .context = &lists[i].index},
            .verified_spki = authority.spki};
        usable |= cz_scope_objection(&lists[i].crl, requirements.lenient_dates) == NULL;
        listed |= cz_crl_index_find(&lists[i].index, certificate.issuer_canonical, serial,
                                    &entry) == CRL_LOOKUP_FOUND;
    }
    const struct path path = {.certificates = {&certificate, &authority}, .count = 2};
    const struct revocation_holdings holdings = {.crls = candidates, .crl_count = count};
    const struct revocation_settings settings = {.order = REVOCATION_CRL_ONLY};
    const struct revocation_check check = {.holdings = &holdings,
                                           .settings = &settings,
                                           .trust = &trust,
                                           .requirements = &requirements,
                                           .signatures = &signatures,
                                           .now = lists[0].crl.this_update};
    struct path_revocation result;
    signatures.count = 0;
    cz_revocation_check(&check, &path, &result);
    REQUIRE(result.last == 1 && result.valid_from <= check.now && check.now <= result.valid_until);
    REQUIRE(result.status != REVOCATION_REVOKED || (listed && result.of[0].crl != NULL));
    REQUIRE(result.status != REVOCATION_GOOD || usable);
}

static void ask_all(const struct list *lists, size_t count) {
    struct crl_walk walk = cz_crl_walk(&lists[0].crl);
    struct crl_entry entry;
    for (size_t i = 0; i < 4 && cz_crl_next(&walk, &entry); i++)
        if (entry.matchable)
            ask(lists, count, entry.serial);
    ask(lists, count, CZ_BYTES("\x55\xaa\x55"));
}

static bool read_list(struct bytes *rest, struct list *list) {
    struct bytes all = *rest;
    struct der_element element;
    const char *detail = NULL;
    struct bytes der = cz_der_next(rest, &element) ? element.whole : all;
    enum crl_status status = cz_crl_parse(der, &list->crl, &detail);
    REQUIRE(status != CRL_NO_MEMORY && (status == CRL_OK || detail != NULL));
    if (status != CRL_OK)
        return false;
    REQUIRE(within(list->crl.tbs, der) && within(list->crl.signature, der));
    REQUIRE(cz_crl_index_build(&list->crl, &list->index));
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct list lists[LISTS_MAX] = {0};
    struct bytes rest = {.data = data, .len = size};
    size_t count = 0;
    while (count < LISTS_MAX && (count == 0 || rest.len > 0) && read_list(&rest, &lists[count]))
        count++;
    for (size_t i = 0; i < count; i++) {
        compare_with_gnutls(&lists[i].crl);
        check_entries(&lists[i]);
    }
    if (count > 0)
        ask_all(lists, count);
    for (size_t i = 0; i < count; i++) {
        cz_crl_index_release(&lists[i].index);
        cz_crl_release(&lists[i].crl);
    }
    return 0;
}
