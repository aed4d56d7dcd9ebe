#include "base/cleanup.h"
#include "certificate/der.h"
#include "certificate/name.h"
#include "certificate/signature.h"
#include "pem/pem.h"
#include "revocation/scope.h"
#include "store/files.h"
#include "store/keeper_private.h"
#include "validate/strength.h"

#include <gnutls/crypto.h>

static enum intake_result out_of_memory(struct error *error) {
    cz_error_set(error, "out of memory");
    return INTAKE_FAILED;
}

/* --- what it is --- */

/* *der borrows from the content or from `decoded`. */
static enum intake_result decode(struct bytes content, struct buffer *decoded, struct bytes *der,
                                 struct error *error) {
    struct bytes rest = content;
    const char *detail = NULL;
    *der = content;
    if (cz_der_begins(content))
        return INTAKE_TAKEN;
    decoded->limit = CZ_CRL_SIZE_MAX + 1;
    enum pem_status status = cz_pem_next_crl(&rest, decoded, &detail);
    *der = cz_buffer_view(decoded);
    if (status == PEM_NO_MEMORY)
        return out_of_memory(error);
    if (status != PEM_OK)
        cz_error_set(error, "its PEM is malformed: %s", detail);
    else if (decoded->len == 0)
        cz_error_set(error, "it holds no CRL, neither in DER nor in PEM");
    return error->message[0] == '\0' ? INTAKE_TAKEN : INTAKE_MALFORMED;
}

static enum intake_result parse(struct bytes der, struct crl *crl, bool lenient_dates,
                                struct error *error) {
    const char *detail = NULL;
    enum crl_status status = cz_crl_parse(der, crl, &detail);
    if (status == CRL_NO_MEMORY)
        return out_of_memory(error);
    if (status != CRL_OK) {
        cz_error_set(error, "it is malformed: %s", detail);
        return INTAKE_MALFORMED;
    }
    const char *objection = cz_scope_objection(crl, lenient_dates);
    if (objection == NULL)
        return INTAKE_TAKEN;
    cz_error_set(error, "it cannot be used: %s", objection);
    return INTAKE_UNUSABLE;
}

/* --- who signed it --- */

static bool may_sign(const struct certificate *signer) {
    return !signer->has_key_usage || (signer->key_usage & KEY_USAGE_CRL_SIGN) != 0;
}

/* Of several with its issuer's name, as a CA has after a change of its key, the one whose key it
 * is. *signer is NULL where there is none. */
static enum intake_result find_signer(const struct intake *intake, const struct crl *crl,
                                      const struct certificate **signer) {
    enum intake_result result = INTAKE_NO_ISSUER;
    *signer = NULL;
    for (size_t i = 0; i < intake->signer_count; i++) {
        const struct certificate *candidate = intake->signers[i];
        if (!cz_bytes_equal(candidate->subject_canonical, crl->issuer_canonical))
            continue;
        bool good =
            cz_signature_verify(candidate, crl->signature_algorithm, crl->tbs, crl->signature);
        if (good && may_sign(candidate)) {
            *signer = candidate;
            return INTAKE_TAKEN;
        }
        if (good || result == INTAKE_NO_ISSUER)
            result = good ? INTAKE_MAY_NOT_SIGN : INTAKE_BAD_SIGNATURE;
    }
    return result;
}

static void tell_no_signer(enum intake_result result, const struct crl *crl, struct error *error) {
    static const struct {
        const char *before, *behind;
    } texts[] = {
        [INTAKE_NO_ISSUER] = {"its issuer, ", ", is not known here: the issuer's certificate has "
                                              "to be in trust.anchors or trust.intermediates"},
        [INTAKE_BAD_SIGNATURE] = {"its signature was not made by its issuer, ", ""},
        [INTAKE_MAY_NOT_SIGN] = {"its issuer, ", ", may not sign CRLs: the key usage of the "
                                                 "issuer's certificate lacks cRLSign (RFC 5280 "
                                                 "4.2.1.3)"}};
    CZ_CLEANUP(cz_buffer_release) struct buffer name = {0};
    cz_name_append(&name, crl->issuer);
    cz_error_set(error, "%s%s%s", texts[result].before, cz_buffer_text(&name),
                 texts[result].behind);
}

static enum intake_result judge_signature(const struct intake *intake, const struct crl *crl,
                                          const struct certificate **signer, struct error *error) {
    *signer = NULL;
    if (!cz_signature_is_strong(crl->signature_algorithm, intake->requirements->strength)) {
        const char *name = gnutls_sign_get_name(crl->signature_algorithm);
        cz_error_set(error,
                     "its signature's algorithm, %s, is weaker than certificates.strength allows",
                     name != NULL ? name : "which is unknown");
        return INTAKE_WEAK_SIGNATURE;
    }
    enum intake_result result = find_signer(intake, crl, signer);
    if (result != INTAKE_TAKEN)
        tell_no_signer(result, crl, error);
    return result;
}

/* --- is it newer --- */

static bool is_of_one_kind(const struct list_file *a, const struct crl *b, struct bytes spki) {
    return a->crl.is_delta == b->is_delta &&
           cz_bytes_equal(a->crl.issuer_canonical, b->issuer_canonical) &&
           cz_bytes_equal(a->spki, spki) &&
           cz_bytes_equal(a->crl.issuing_distribution_point, b->issuing_distribution_point);
}

bool cz_keeper_are_of_one_kind(const struct keeper *keeper, const uint8_t a[CZ_SHA256_SIZE],
                               const uint8_t b[CZ_SHA256_SIZE]) {
    const struct stored_list *one = cz_keeper_find_list(keeper, a);
    const struct stored_list *other = cz_keeper_find_list(keeper, b);
    return one != NULL && other != NULL &&
           is_of_one_kind(&one->file, &other->file.crl, other->file.spki);
}

/* The newest of those of its kind that ever counted may have left the store by now. */
static enum intake_result judge_newest(const struct keeper *keeper, const struct crl *crl,
                                       struct bytes spki, uint8_t newer[CZ_SHA256_SIZE],
                                       struct error *error) {
    uint8_t kind[CZ_SHA256_SIZE];
    if (!cz_newest_kind(crl, spki, kind))
        return out_of_memory(error);
    const struct newest_list *newest = cz_newest_find(&keeper->newest, kind);
    enum newest_age age = newest != NULL ? cz_newest_age(newest, crl) : NEWEST_UP_TO_DATE;
    if (age == NEWEST_UP_TO_DATE)
        return INTAKE_TAKEN;
    bool is_here = cz_keeper_find_list(keeper, newest->list) != NULL;
    cz_error_set(error, "its %s than that of %s",
                 age == NEWEST_EARLIER ? "thisUpdate is earlier" : "CRL number is lower",
                 is_here ? "the list in the store, which stays"
                         : "a list that was in the store before; see certauthz-refresh(8)");
    memcpy(newer, newest->list, CZ_SHA256_SIZE);
    return INTAKE_OLDER;
}

static enum intake_result judge_age(const struct keeper *keeper, const struct crl *crl,
                                    struct bytes spki, uint8_t newer[CZ_SHA256_SIZE],
                                    struct error *error) {
    for (size_t i = 0; i < keeper->catalogue.list_count; i++) {
        const struct list_file *there = &keeper->lists[i]->file;
        if (!is_of_one_kind(there, crl, spki))
            continue;
        bool is_older = crl->this_update < there->crl.this_update;
        bool counts_back = crl->has_number && there->crl.has_number &&
                           cz_crl_compare_numbers(crl->number, there->crl.number) < 0;
        if (is_older || counts_back) {
            cz_error_set(error, "its %s than that of the list in the store, which stays",
                         is_older ? "thisUpdate is earlier" : "CRL number is lower");
            memcpy(newer, keeper->catalogue.lists[i].sha256, CZ_SHA256_SIZE);
            return INTAKE_OLDER;
        }
    }
    return judge_newest(keeper, crl, spki, newer, error);
}

/* --- into the store --- */

static bool write_list(struct keeper *keeper, const struct crl *crl, struct bytes spki,
                       const uint8_t sha256[CZ_SHA256_SIZE], struct error *error) {
    CZ_CLEANUP(cz_crl_index_release) struct crl_index index;
    CZ_CLEANUP(cz_new_file_release) struct new_file file = {.fd = -1};
    char path[PATH_MAX], folder[PATH_MAX];
    if (!cz_crl_index_build(crl, &index))
        return cz_error_set(error, "out of memory");
    return cz_store_key_path(path, keeper->folder, "lists", sha256, ".list", error) &&
           cz_store_path(folder, keeper->folder, "lists", error) &&
           cz_new_file_open(&file, folder, "new", error) &&
           cz_list_file_write(&file, &index, spki, sha256, error) &&
           cz_new_file_place(&file, path, error) && cz_folder_sync(folder, error);
}

bool cz_keeper_adopt(struct keeper *keeper, const uint8_t sha256[CZ_SHA256_SIZE],
                     struct error *error) {
    CZ_CLEANUP(cz_stored_list_let_go) struct stored_list *list = NULL;
    if (cz_keeper_find_list(keeper, sha256) != NULL)
        return true;
    if (cz_stored_list_open(keeper->folder, sha256, &list, error) != LIST_OPEN)
        return false;
    if (!cz_keeper_add_list(keeper, list))
        return cz_error_set(error, "out of memory");
    list = NULL;
    return true;
}

enum intake_result cz_keeper_take_crl(struct keeper *keeper, const struct intake *intake,
                                      uint8_t sha256[CZ_SHA256_SIZE], struct error *error) {
    CZ_CLEANUP(cz_buffer_release) struct buffer decoded = {0};
    CZ_CLEANUP(cz_crl_release) struct crl crl = {.version = 0};
    const struct certificate *signer;
    struct bytes der;
    enum intake_result result = decode(intake->content, &decoded, &der, error);
    if (result != INTAKE_TAKEN)
        return result;
    if (gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.len, sha256) < 0)
        return out_of_memory(error);
    if (cz_keeper_find_list(keeper, sha256) != NULL)
        return INTAKE_UNCHANGED;
    result = parse(der, &crl, intake->requirements->lenient_dates, error);
    if (result == INTAKE_TAKEN)
        result = judge_signature(intake, &crl, &signer, error);
    if (result == INTAKE_TAKEN)
        result = judge_age(keeper, &crl, signer->spki, sha256, error);
    if (result == INTAKE_TAKEN)
        result = write_list(keeper, &crl, signer->spki, sha256, error) &&
                         cz_keeper_adopt(keeper, sha256, error)
                     ? INTAKE_TAKEN
                     : INTAKE_FAILED;
    return result;
}
