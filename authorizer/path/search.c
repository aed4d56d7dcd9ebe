#include "path/search.h"

struct walk {
    const struct path_search *search;
    struct path path;
    unsigned steps;
    bool impostor_seen;
    bool too_deep;      /* a branch ended at CZ_PATH_MAX; others may still lead somewhere */
    bool limit_reached; /* the search as a whole is over */
};

static const struct certificate *last_of(const struct walk *walk) {
    return walk->path.certificates[walk->path.count - 1];
}

/* The same certificate, or another with the same name and key: going through either again
 * is a loop (RFC 4158 2.4.2). */
static bool on_path(const struct walk *walk, const struct certificate *candidate) {
    for (size_t i = 0; i < walk->path.count; i++) {
        const struct certificate *member = walk->path.certificates[i];
        if (cz_bytes_equal(member->subject_canonical, candidate->subject_canonical) &&
            cz_bytes_equal(member->spki, candidate->spki))
            return true;
    }
    return false;
}

/* Puts the issuer on the path if it issued the last certificate. */
static bool step(struct walk *walk, const struct certificate *issuer) {
    if (on_path(walk, issuer))
        return false;
    walk->too_deep |= walk->path.count == CZ_PATH_MAX;
    walk->limit_reached |= walk->steps == CZ_SEARCH_STEPS_MAX;
    if (walk->path.count == CZ_PATH_MAX || walk->limit_reached)
        return false;
    walk->steps++;
    switch (cz_signature_check(walk->search->signatures, last_of(walk), issuer)) {
    case SIGNATURE_GOOD:
        walk->path.certificates[walk->path.count++] = issuer;
        return true;
    case SIGNATURE_LIMIT:
        walk->limit_reached = true;
        return false;
    case SIGNATURE_BAD:
        break;
    }
    walk->impostor_seen = true;
    return false;
}

static bool keys_agree(const struct certificate *certificate, const struct certificate *issuer) {
    return certificate->authority_key_identifier.len > 0 &&
           cz_bytes_equal(certificate->authority_key_identifier, issuer->subject_key_identifier);
}

static bool explore(struct walk *walk);

/* The key identifiers are a hint which issuer to try first, never a reason not to try one
 * (RFC 4158 3.5.12). */
static bool try_issuers(struct walk *walk, struct certificate_range issuers, bool agreeing) {
    const struct certificate *certificate = last_of(walk);
    for (size_t i = 0; i < issuers.count && !walk->limit_reached; i++) {
        const struct certificate *issuer = issuers.items[i];
        if (!cz_bytes_equal(issuer->subject_canonical, certificate->issuer_canonical) ||
            keys_agree(certificate, issuer) != agreeing || !step(walk, issuer))
            continue;
        if (explore(walk))
            return true;
        walk->path.count--;
    }
    return false;
}

static bool try_anchors(struct walk *walk) {
    struct certificate_range anchors =
        cz_pool_find(&walk->search->trust->anchors, last_of(walk)->issuer_canonical);
    for (size_t i = 0; i < anchors.count && !walk->limit_reached; i++) {
        if (!step(walk, anchors.items[i]))
            continue;
        if (walk->search->visit(walk->search->context, &walk->path))
            return true;
        walk->path.count--;
    }
    return false;
}

static bool explore(struct walk *walk) {
    if (try_anchors(walk))
        return true;
    struct certificate_range configured =
        cz_pool_find(&walk->search->trust->intermediates, last_of(walk)->issuer_canonical);
    struct certificate_range sent = {.items = walk->search->sent,
                                     .count = walk->search->sent_count};
    return try_issuers(walk, configured, true) || try_issuers(walk, sent, true) ||
           try_issuers(walk, configured, false) || try_issuers(walk, sent, false);
}

enum search_result cz_path_search(const struct path_search *search,
                                  const struct certificate *certificate, bool *impostor_seen) {
    struct walk walk = {.search = search, .path = {.certificates = {certificate}, .count = 1}};
    bool accepted = explore(&walk);
    *impostor_seen = walk.impostor_seen;
    if (accepted)
        return SEARCH_ACCEPTED;
    return walk.limit_reached || walk.too_deep ? SEARCH_LIMIT : SEARCH_EXHAUSTED;
}
