#include "ctl/revocation_account.h"

#include "authorize/assess.h"
#include "base/cleanup.h"
#include "store/health.h"

#include <gnutls/crypto.h>

/* The deny list ends a request before a path is looked for, and yet the rest is to be told. */
static bool assess(const struct setup *setup, const struct request *request,
                   struct revocation_account *account, struct error *error) {
    struct revocation_holdings holdings = *cz_store_holdings(account->store.view);
    const struct vocabulary *vocabulary = &setup->snapshot.vocabulary;
    account->assessment = cz_assess(account->policy, vocabulary, &holdings, request, account->now);
    holdings.denied = NULL;
    holdings.deny_list_unreadable = false;
    account->shown = account->assessment;
    if (account->shown != NULL && account->shown->validation.path.count > 1)
        account->shown = cz_assessment_ref(account->shown);
    else if (account->shown != NULL)
        account->shown = cz_assess(account->policy, vocabulary, &holdings, request, account->now);
    if (account->shown == NULL)
        return cz_error_set(error, "out of memory");
    return true;
}

static bool has_certificate(const struct revocation_account *account, const char *file,
                            struct error *error) {
    const struct trace *trace = &account->shown->validation.trace;
    const char *detail = trace->count > 0 ? trace->entries[trace->count - 1].detail : NULL;
    return account->shown->certificate != NULL ||
           cz_error_set(error, "%s: not a certificate: %s", file,
                        detail != NULL ? detail : "it cannot be read");
}

static const struct catalogue_list *list_of(const struct revocation_account *account,
                                            const struct crl *crl) {
    uint8_t sha256[CZ_SHA256_SIZE];
    if (crl == NULL || gnutls_hash_fast(GNUTLS_DIG_SHA256, crl->der.data, crl->der.len, sha256) < 0)
        return NULL;
    return cz_catalogue_list(cz_store_catalogue(account->store.view), sha256);
}

static void find_record(const struct revocation_account *account, struct certificate_account *one) {
    uint8_t key[CZ_OCSP_KEY_SIZE];
    struct error unused = {0};
    one->has_record =
        one->issuer != NULL && cz_ocsp_key(one->certificate, one->issuer, key) &&
        cz_ocsp_record_load(account->store.folder, key, &one->record, &unused) == FILE_READ;
}

static void tell_of(const struct revocation_account *account, struct certificate_account *one,
                    const struct certificate *certificate, const struct certificate *issuer) {
    const struct revocation_holdings *holdings = cz_store_holdings(account->store.view);
    int64_t from = INT64_MIN, until = INT64_MAX;
    bool known = true;
    one->certificate = certificate;
    one->issuer = issuer;
    one->denied =
        cz_deny_list_find(holdings->denied, certificate, account->now, &from, &until, &known);
    one->deny_unknown = !known || holdings->deny_list_unreadable;
    one->crl_url_count = cz_crl_urls(certificate, one->crl_urls, CZ_COUNT(one->crl_urls));
    one->ocsp_url_count = cz_ocsp_urls(certificate, one->ocsp_urls, CZ_COUNT(one->ocsp_urls));
    find_record(account, one);
}

/* Where the policy checks nothing, what would come out if it did. */
static bool judge(struct revocation_account *account, const struct path *path,
                  struct error *error) {
    struct signature_checks signatures;
    struct revocation_settings settings = account->policy->revocation;
    struct revocation_verdict verdict;
    struct path_revocation found;
    const struct revocation_check check = {.holdings = cz_store_holdings(account->store.view),
                                           .settings = &settings,
                                           .trust = account->policy->trust,
                                           .sent = account->shown->sent,
                                           .sent_count = account->shown->sent_count,
                                           .requirements = &account->policy->requirements,
                                           .signatures = &signatures,
                                           .now = account->now};
    signatures.count = 0;
    if (settings.mode == REVOCATION_NONE)
        settings.mode = REVOCATION_OFFLINE;
    cz_revocation_judge(&check, path, &verdict);
    cz_revocation_check(&check, path, &found);
    for (size_t depth = 0; depth < verdict.count && depth < found.last; depth++) {
        struct certificate_account *one = &account->of[depth];
        const struct revocation_authority *authority =
            cz_revocation_authority(&settings, one->issuer);
        one->judged = true;
        one->told = verdict.of[depth];
        one->found = found.of[depth];
        one->place = cz_revocation_place(path, depth);
        one->authority = authority != NULL ? (size_t)(authority - settings.authorities) + 1 : 0;
        one->list = list_of(account, one->found.crl);
        if (one->found.cause == REVOCATION_NO_MEMORY || one->told.cause == REVOCATION_NO_MEMORY)
            return cz_error_set(error, "out of memory");
    }
    return true;
}

static bool tell_path(struct revocation_account *account, struct error *error) {
    const struct path *path = &account->shown->validation.path;
    const struct certificate *certificate = account->shown->certificate;
    account->count = path->count > 0 ? path->count : 1;
    account->of = calloc(account->count, sizeof *account->of);
    if (account->of == NULL)
        return cz_error_set(error, "out of memory");
    if (path->count < 2)
        tell_of(account, &account->of[0], certificate,
                certificate->self_named ? certificate : NULL);
    for (size_t depth = 0; path->count > 1 && depth < path->count; depth++)
        tell_of(account, &account->of[depth], path->certificates[depth],
                path->certificates[depth + 1 < path->count ? depth + 1 : depth]);
    return judge(account, path, error);
}

bool cz_revocation_account_make(const struct setup *setup, const struct question *question,
                                const char *file, struct revocation_account *account,
                                struct error *error) {
    const struct request request = cz_question_request(question);
    *account = (struct revocation_account){
        .now = question->now,
        .policy = cz_snapshot_policy(&setup->snapshot, cz_buffer_view(&question->policy))};
    if (account->policy == NULL)
        return cz_error_set(error, "--policy %s: there is no policy of this name",
                            cz_buffer_text(&question->policy));
    return cz_store_at_hand_open(&setup->config, &account->store, error) &&
           assess(setup, &request, account, error) && has_certificate(account, file, error) &&
           tell_path(account, error);
}

void cz_revocation_account_release(struct revocation_account *account) {
    for (size_t i = 0; i < account->count && account->of != NULL; i++)
        cz_ocsp_record_release(&account->of[i].record);
    free(account->of);
    cz_assessment_release(&account->shown);
    cz_assessment_release(&account->assessment);
    cz_store_at_hand_release(&account->store);
    *account = (struct revocation_account){0};
}

const struct catalogue_source *cz_revocation_source(const struct revocation_account *account,
                                                    struct bytes url) {
    const struct catalogue *catalogue = cz_store_catalogue(account->store.view);
    for (size_t i = 0; i < catalogue->source_count; i++)
        if (catalogue->sources[i].kind != SOURCE_FILE &&
            cz_bytes_equal(cz_bytes_of(catalogue->sources[i].name), url))
            return &catalogue->sources[i];
    return NULL;
}

bool cz_revocation_account_passes(const struct revocation_account *account) {
    for (size_t i = 0; i < account->count; i++)
        if (account->of[i].judged && account->of[i].told.status == REVOCATION_REVOKED)
            return false;
    return account->assessment->validation.valid;
}

const char *cz_revocation_action_word(enum revocation_action action) {
    static const char *const words[] = {
        [REVOCATION_DENY] = "deny", [REVOCATION_ALLOW] = "allow", [REVOCATION_WARN] = "warn"};
    return words[action];
}

const char *cz_revocation_place_word(enum revocation_place place) {
    static const char *const words[] = {[REVOCATION_PLACE_END] = "end_certificate",
                                        [REVOCATION_PLACE_CA] = "ca",
                                        [REVOCATION_PLACE_ROOT] = "root"};
    return words[place];
}

static bool any_untried(const struct revocation_account *account,
                        const struct certificate_account *one) {
    for (size_t i = 0; i < one->crl_url_count; i++) {
        const struct catalogue_source *source = cz_revocation_source(account, one->crl_urls[i]);
        if (source == NULL || source->last_try == 0)
            return true;
    }
    return one->ocsp_url_count > 0 && !one->has_record;
}

const char *cz_revocation_remedy(const struct revocation_account *account,
                                 const struct certificate_account *one) {
    if (!one->judged || one->told.status != REVOCATION_UNKNOWN)
        return NULL;
    switch (one->told.event) {
    case REVOCATION_EVENT_NO_SOURCE:
        return "name its CA's list in revocation.crls; or, where that CA publishes none, let "
               "no_source of this CA pass by revocation.authorities";
    case REVOCATION_EVENT_UNREACHABLE:
        if (one->crl_url_count + one->ocsp_url_count == 0)
            return "certauthzctl status says which of revocation.crls has given no list, and why; "
                   "certauthz-refresh tries it again by itself";
        return "see above what failed; certauthz-refresh tries it again by itself; where it "
               "cannot be reached from here, name the list as a file in revocation.crls";
    case REVOCATION_EVENT_BAD_SIGNATURE:
        return "put the certificate of the CA that signs the list among trust.intermediates; "
               "certauthzctl crl shows who that is";
    case REVOCATION_EVENT_STALE:
        return "a newer one is needed: see whether its CA publishes one; then send SIGHUP to "
               "certauthz-refresh, or call certauthz-refresh --once where none runs; "
               "revocation.stale_grace lets it count for longer";
    default:
        break;
    }
    if (any_untried(account, one))
        return "what its extensions name was not asked yet: that is done when the certificate is "
               "presented while certauthz-refresh runs, in the mode \"online\"; or name its CA's "
               "list in revocation.crls";
    return "name a list that covers it in revocation.crls";
}
