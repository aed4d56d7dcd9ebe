/* Revocation that is not checked, that cannot be, or that lets in whom it should not. */
#include "ctl/lint.h"

#include "policy/address.h"

#include <strings.h>

#define GRACE_DAYS_MOST 7

struct revocation_lint {
    struct lint *lint;
    const struct policy_places *places;
    const struct revocation_settings *settings;
    const struct revocation_sources *sources;
    size_t number; /* of the policy */
};

static const char *const place_names[] = {
    [REVOCATION_PLACE_END] = "end certificate",
    [REVOCATION_PLACE_CA] = "ca",
    [REVOCATION_PLACE_ROOT] = "root",
};

static bool any_is(const struct revocation_actions *actions, enum revocation_action action,
                   size_t *place) {
    for (*place = 0; *place < REVOCATION_PLACE_COUNT; ++*place)
        if (actions->of[*place][REVOCATION_EVENT_REVOKED] == action)
            return true;
    return false;
}

static void lint_actions(const struct revocation_lint *revocation, const struct place *at,
                         const char *key, const struct revocation_actions *actions) {
    size_t place;
    if (any_is(actions, REVOCATION_ALLOW, &place))
        cz_lint_warn(revocation->lint, at,
                     "%s: revoked is \"allow\" (%s), so a certificate that its CA has revoked is "
                     "let in, and nobody is told; write \"deny\", or \"warn\" while you try it",
                     key, place_names[place]);
    else if (any_is(actions, REVOCATION_WARN, &place))
        cz_lint_note(revocation->lint, at,
                     "%s: revoked is \"warn\" (%s), so a certificate that its CA has revoked is "
                     "let in, with a line in the log; write \"deny\" when the log says what you "
                     "expect",
                     key, place_names[place]);
}

static bool is_authority(const struct revocation_authority *authority,
                         const struct certificate_pool *pool) {
    for (size_t i = 0; i < pool->count; i++) {
        const struct certificate *ca = pool->items[i];
        bool named = authority->subject_canonical.len == 0 ||
                     cz_bytes_equal(authority->subject_canonical, ca->subject_canonical);
        bool keyed = authority->key_id.len == 0 ||
                     cz_bytes_equal(authority->key_id, ca->subject_key_identifier);
        if (named && keyed)
            return true;
    }
    return false;
}

/* What the file says holds for all policies, and so for all trust. */
static bool is_known(const struct revocation_lint *revocation,
                     const struct revocation_authority *authority) {
    const struct snapshot *snapshot = &revocation->lint->setup->snapshot;
    for (size_t i = 0; i < snapshot->trust_count; i++) {
        const struct trust *trust = &snapshot->trusts[i];
        if (revocation->number > 0 && trust != snapshot->policies[revocation->number].trust)
            continue;
        if (is_authority(authority, &trust->anchors) ||
            is_authority(authority, &trust->intermediates))
            return true;
    }
    return false;
}

static void lint_authorities(const struct revocation_lint *revocation) {
    const struct revocation_settings *settings = revocation->settings;
    for (size_t i = 0; i < revocation->places->authorities.count; i++) {
        const struct revocation_authority *authority = &settings->authorities[i];
        const struct place *at = &revocation->places->authorities.items[i];
        if (!is_known(revocation, authority))
            cz_lint_warn(revocation->lint, at,
                         "revocation.authorities: no CA of trust is this one, so what is said of "
                         "it never holds; compare with what certauthzctl inspect prints of the "
                         "CA, or add the CA to trust.intermediates");
        if (memcmp(&authority->on, &settings->on, sizeof settings->on) != 0)
            lint_actions(revocation, at, "revocation.authorities", &authority->on);
    }
}

/* Where nothing ever comes from. */
static void lint_order(const struct revocation_lint *revocation) {
    const struct revocation_settings *settings = revocation->settings;
    const struct place *at = &revocation->places->revocation;
    bool no_crls = revocation->sources->crls.count == 0;
    if (settings->mode == REVOCATION_OFFLINE && settings->order == REVOCATION_OCSP_ONLY)
        cz_lint_warn(revocation->lint, at,
                     "revocation: mode is \"offline\" and order is \"ocsp-only\", and without a "
                     "question no response ever comes into the store; name crls and another "
                     "order, or write mode = \"online\"");
    else if (settings->mode == REVOCATION_OFFLINE && no_crls)
        cz_lint_warn(revocation->lint, at,
                     "revocation: mode is \"offline\" and crls is empty, so nothing ever comes "
                     "into the store; name the CRLs of your CAs");
    else if (settings->order == REVOCATION_OCSP_ONLY && !settings->has_responders)
        cz_lint_warn(revocation->lint, at,
                     "revocation: order is \"ocsp-only\" and ocsp.responders is empty, so of a "
                     "certificate that names no responder nothing can be known; name one, or let "
                     "CRLs count too, by order = \"ocsp-first\"");
}

static void lint_grace(const struct revocation_lint *revocation) {
    if (revocation->settings->stale_grace > GRACE_DAYS_MOST * CZ_LINT_DAY)
        cz_lint_warn(revocation->lint, &revocation->places->revocation,
                     "revocation: stale_grace is more than %d days, for which whoever can keep "
                     "new lists away keeps a revoked certificate good; write less, and find out "
                     "by certauthzctl status why lists come late",
                     GRACE_DAYS_MOST);
}

static bool same_host(const char *host, size_t len, const char *allowed) {
    struct ip_address one, other;
    if (len == strlen(allowed) && strncasecmp(host, allowed, len) == 0)
        return true;
    return cz_address_parse((struct bytes){.data = (const uint8_t *)host, .len = len}, &one) &&
           cz_address_parse(cz_bytes_of(allowed), &other) &&
           memcmp(one.octets, other.octets, sizeof one.octets) == 0;
}

/* The host of a URL that the configuration took, without brackets, port and last dot. */
static const char *host_of(const char *url, size_t *len) {
    const char *host = strstr(url, "://") + 3;
    *len = strcspn(host, ":/?#");
    if (host[0] == '[') {
        host++;
        *len = strcspn(host, "]/?#");
    }
    *len -= *len > 1 && host[*len - 1] == '.';
    return host;
}

static void lint_hosts(const struct revocation_lint *revocation, const char *key,
                       const struct config_texts *urls) {
    const struct config_texts *hosts = &revocation->sources->hosts;
    for (size_t i = 0; hosts->items != NULL && i < urls->count; i++) {
        const struct config_text *url = &urls->items[i];
        struct place at = {.file = url->file, .line = url->line};
        size_t len, j = 0;
        if (strstr(url->text, "://") == NULL)
            continue;
        const char *host = host_of(url->text, &len);
        while (j < hosts->count && !same_host(host, len, hosts->items[j].text))
            j++;
        if (j == hosts->count)
            cz_lint_warn(revocation->lint, &at,
                         "%s: %s is never asked, since %.*s is not among revocation.hosts; add it "
                         "there, or remove this one",
                         key, url->text, (int)len, host);
    }
}

/* The rest of a request's time is for reading it and for the answer. */
static void lint_budget(const struct revocation_lint *revocation) {
    const struct config *config = &revocation->lint->setup->config;
    int budget = revocation->sources->time_budget, deadline = config->server.request_deadline;
    if (revocation->settings->mode == REVOCATION_ONLINE && budget >= deadline)
        cz_lint_warn(revocation->lint, &revocation->places->revocation,
                     "revocation: time_budget is %d seconds and server.request_deadline %d, so a "
                     "request that waits for it all is given up before it is decided; make the "
                     "first the smaller one",
                     budget, deadline);
}

static void lint_sources(const struct revocation_lint *revocation) {
    lint_hosts(revocation, "revocation.crls", &revocation->sources->crls);
    lint_hosts(revocation, "revocation.ocsp.responders", &revocation->sources->ocsp.responders);
    lint_budget(revocation);
}

static void lint_group(const struct revocation_lint *revocation) {
    const struct place *at = &revocation->places->revocation;
    const struct revocation_settings *settings = revocation->settings;
    if (settings->mode == REVOCATION_NONE) {
        cz_lint_note(revocation->lint, at,
                     "revocation: mode is \"none\", so a revoked certificate is let in unless "
                     "certauthzctl deny names it; write \"online\" or \"offline\" to have it "
                     "checked");
        return;
    }
    if (revocation->places->has_actions)
        lint_actions(revocation, at, "revocation.on", &settings->on);
    lint_authorities(revocation);
    lint_order(revocation);
    lint_grace(revocation);
    if (revocation->number == 0)
        lint_sources(revocation);
}

void cz_lint_revocation(struct lint *lint, size_t number) {
    const struct revocation_lint revocation = {
        .lint = lint,
        .places = &lint->places->policies[number],
        .settings = &lint->setup->snapshot.policies[number].revocation,
        .sources = &lint->setup->config.revocation,
        .number = number};
    const char *notice = number == 0 ? cz_setup_revocation_notice(lint->setup) : NULL;
    /* of what is not there the place is the file's beginning */
    struct place file = {.file = revocation.places->group.file, .line = 1};
    if (notice != NULL)
        cz_lint_note(lint, &file, "%s", notice);
    if (revocation.places->has_revocation)
        lint_group(&revocation);
}
