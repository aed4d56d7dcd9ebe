#include "revocation/crl_issuer.h"

#include "path/search.h"
#include "validate/validate.h"

enum signature_result cz_crl_signature_check(struct crl_signatures *signatures,
                                             const struct crl_candidate *candidate,
                                             const struct certificate *signer) {
    const struct crl *crl = candidate->crl;
    /* a DSA key may have inherited parameters, of which its octets tell nothing */
    if (candidate->verified_spki.len > 0 && signer->key != NULL &&
        signer->public_key.algorithm != GNUTLS_PK_DSA &&
        cz_bytes_equal(candidate->verified_spki, signer->spki))
        return SIGNATURE_GOOD;
    for (size_t i = 0; i < signatures->count; i++)
        if (signatures->done[i].crl == crl &&
            cz_signature_same_key(signatures->done[i].signer, signer))
            return signatures->done[i].good ? SIGNATURE_GOOD : SIGNATURE_BAD;
    if (signatures->count == CZ_CRL_SIGNATURES_MAX)
        return SIGNATURE_LIMIT;
    bool good = cz_signature_verify(signer, crl->signature_algorithm, crl->tbs, crl->signature);
    size_t at = signatures->count++;
    signatures->done[at].crl = crl;
    signatures->done[at].signer = signer;
    signatures->done[at].good = good;
    return good ? SIGNATURE_GOOD : SIGNATURE_BAD;
}

bool cz_crl_signatures_spend(struct crl_signatures *signatures) {
    if (signatures->count == CZ_CRL_SIGNATURES_MAX)
        return false;
    signatures->done[signatures->count++].crl = NULL; /* which is the key of no look-up */
    return true;
}

struct hunt {
    const struct crl_issuer_search *search;
    const struct crl_candidate *candidate;
    struct crl_issuer *issuer;
    enum revocation_cause cause;
    struct requirements requirements; /* of a path to a CRL's issuer; borrowed in part */
    struct validation validation;
    bool limit_reached;
    int64_t none_from, none_until; /* without a signer the same would come out from … to … */
};

static bool fail(struct hunt *hunt, enum revocation_cause cause) {
    if (cause > hunt->cause)
        hunt->cause = cause;
    return false;
}

/* Has this certificate's key signed the CRL, and may it (RFC 5280 6.3.3 (f))? */
static bool has_signed(struct hunt *hunt, const struct certificate *signer) {
    switch (cz_crl_signature_check(hunt->search->crl_signatures, hunt->candidate, signer)) {
    case SIGNATURE_GOOD:
        break;
    case SIGNATURE_LIMIT:
        hunt->limit_reached = true;
        return fail(hunt, REVOCATION_LIMIT);
    case SIGNATURE_BAD:
        return fail(hunt, REVOCATION_BAD_SIGNATURE);
    }
    if (signer->has_key_usage && (signer->key_usage & KEY_USAGE_CRL_SIGN) == 0)
        return fail(hunt, REVOCATION_ISSUER_MAY_NOT_SIGN);
    return true;
}

static bool is_named(const struct hunt *hunt, const struct certificate *certificate) {
    return cz_bytes_equal(certificate->subject_canonical, hunt->candidate->crl->issuer_canonical);
}

/*
 * The place on the path from which on certificates may sign lists about the one that is asked
 * about. None vouches for itself, unless it is the anchor, or its issuer has it so: a distribution
 * point within it names its own subject as cRLIssuer (NIST PKITS 4.14.30).
 */
static size_t first_signer(const struct hunt *hunt) {
    const struct path *path = hunt->search->path;
    size_t depth = hunt->search->depth;
    bool is_anchor = depth + 1 == path->count;
    bool is_delegated = !cz_bytes_equal(hunt->candidate->crl->issuer_canonical,
                                        path->certificates[depth]->issuer_canonical);
    return is_anchor || is_delegated ? depth : depth + 1;
}

/* All of the path has been validated. */
static bool try_path(struct hunt *hunt) {
    const struct path *path = hunt->search->path;
    size_t first = first_signer(hunt);
    for (size_t i = first; i < path->count; i++) {
        if (!is_named(hunt, path->certificates[i]) || !has_signed(hunt, path->certificates[i]))
            continue;
        *hunt->issuer = (struct crl_issuer){.certificate = path->certificates[i],
                                            .valid_from = INT64_MIN,
                                            .valid_until = INT64_MAX};
        return true;
    }
    return false;
}

static bool have_one_anchor(const struct path *a, const struct path *b) {
    const struct certificate *left = a->certificates[a->count - 1];
    const struct certificate *right = b->certificates[b->count - 1];
    return cz_bytes_equal(left->subject_canonical, right->subject_canonical) &&
           cz_bytes_equal(left->spki, right->spki);
}

/* A certificate that is not valid yet, or is no more, may be at another time. */
static void note_dates(struct hunt *hunt, const struct path *path) {
    int64_t now = hunt->search->now;
    for (size_t i = 0; i < path->count; i++) {
        const struct certificate *certificate = path->certificates[i];
        if (now < certificate->not_before && certificate->not_before - 1 < hunt->none_until)
            hunt->none_until = certificate->not_before - 1;
        if (now > certificate->not_after && certificate->not_after + 1 > hunt->none_from)
            hunt->none_from = certificate->not_after + 1;
    }
}

static bool visit(void *context, const struct path *path) {
    struct hunt *hunt = context;
    const struct crl_issuer_search *search = hunt->search;
    if (!have_one_anchor(path, search->path))
        return false;
    cz_validate_path(path, &hunt->requirements, search->signatures, search->now, &hunt->validation);
    if (!hunt->validation.valid)
        note_dates(hunt, path);
    return hunt->validation.valid && search->is_good(search->context, path);
}

/* A certificate that does not stand on the path. */
static bool try_other(struct hunt *hunt, const struct certificate *signer) {
    const struct crl_issuer_search *search = hunt->search;
    const struct path_search to_anchor = {.trust = search->trust,
                                          .sent = search->sent,
                                          .sent_count = search->sent_count,
                                          .signatures = search->signatures,
                                          .visit = visit,
                                          .context = hunt};
    bool impostor_seen;
    if (!is_named(hunt, signer) ||
        cz_bytes_equal(signer->der, search->path->certificates[search->depth]->der) ||
        !has_signed(hunt, signer))
        return false;
    switch (cz_path_search(&to_anchor, signer, &impostor_seen)) {
    case SEARCH_ACCEPTED:
        *hunt->issuer = (struct crl_issuer){.certificate = signer,
                                            .valid_from = hunt->validation.valid_from,
                                            .valid_until = hunt->validation.valid_until};
        return true;
    case SEARCH_LIMIT:
        hunt->limit_reached = true;
        return fail(hunt, REVOCATION_LIMIT);
    case SEARCH_EXHAUSTED:
        break;
    }
    return fail(hunt, REVOCATION_ISSUER_NOT_TRUSTED);
}

static bool try_all(struct hunt *hunt, struct certificate_range range) {
    for (size_t i = 0; i < range.count && !hunt->limit_reached; i++)
        if (try_other(hunt, range.items[i]))
            return true;
    return false;
}

struct requirements cz_signer_requirements(const struct requirements *wanted) {
    return (struct requirements){.allow_chained = true,
                                 .allow_self_signed = true,
                                 .use = USE_ANY,
                                 .check_validity = wanted->check_validity,
                                 .strength = wanted->strength,
                                 .heeds_distribution_points = wanted->heeds_distribution_points,
                                 .lenient_dates = wanted->lenient_dates,
                                 .max_path_length = wanted->max_path_length};
}

bool cz_crl_issuer_find(const struct crl_issuer_search *search,
                        const struct crl_candidate *candidate, struct crl_issuer *issuer,
                        enum revocation_cause *cause) {
    struct hunt hunt = {.search = search,
                        .candidate = candidate,
                        .issuer = issuer,
                        .cause = REVOCATION_NO_ISSUER,
                        .none_from = INT64_MIN,
                        .none_until = INT64_MAX,
                        .requirements = cz_signer_requirements(search->requirements)};
    struct certificate_range configured =
        cz_pool_find(&search->trust->intermediates, candidate->crl->issuer_canonical);
    struct certificate_range sent = {.items = search->sent, .count = search->sent_count};
    bool found = try_path(&hunt) || try_all(&hunt, configured) || try_all(&hunt, sent);
    *cause = hunt.cause;
    if (!found)
        *issuer = (struct crl_issuer){.valid_from = hunt.none_from, .valid_until = hunt.none_until};
    return found;
}
