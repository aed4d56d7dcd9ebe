#include "revocation/sources.h"

#include "base/cleanup.h"
#include "certificate/extensions.h"
#include "certificate/oid.h"
#include "revocation/ocsp.h"

#include <strings.h>

/* With a host behind it: ldap:/// means a directory of the client's own domain, which is not
 * known here. */
static bool may_be_asked(struct bytes url) {
    static const struct bytes schemes[] = {CZ_BYTES("http://"), CZ_BYTES("https://"),
                                           CZ_BYTES("ldap://"), CZ_BYTES("ldaps://")};
    for (size_t i = 0; i < CZ_COUNT(schemes); i++)
        if (url.len > schemes[i].len && url.data[schemes[i].len] != '/' &&
            strncasecmp((const char *)url.data, (const char *)schemes[i].data, schemes[i].len) == 0)
            return true;
    return false;
}

static size_t add_names(struct bytes names, struct bytes *urls, size_t count, size_t limit) {
    struct der_element element;
    struct general_name name;
    while (count < limit && cz_der_next(&names, &element) && cz_general_name_read(&name, &element))
        if (name.type == GENERAL_NAME_URI && may_be_asked(name.value))
            urls[count++] = name.value;
    return count;
}

size_t cz_crl_urls(const struct certificate *certificate, struct bytes *urls, size_t limit) {
    static const struct bytes extensions[] = {OID_CRL_DISTRIBUTION_POINTS, OID_FRESHEST_CRL};
    size_t count = 0;
    for (size_t i = 0; i < CZ_COUNT(extensions); i++) {
        const struct extension *extension = cz_certificate_extension(certificate, extensions[i]);
        struct distribution_point point;
        struct bytes list;
        if (extension == NULL || !cz_distribution_points_open(extension->value, &list))
            continue;
        while (count < limit && cz_distribution_point_next(&list, &point))
            if (point.name.form == DISTRIBUTION_NAME_FULL)
                count = add_names(point.name.content, urls, count, limit);
    }
    return count;
}

static void tally(struct source_tally *tally, enum source_state state) {
    tally->in[(size_t)state < SOURCE_STATE_COUNT ? state : SOURCE_UNREACHABLE]++;
    tally->count++;
}

static void tally_points(struct source_tally *sources, const struct revocation_holdings *holdings,
                         const struct certificate *certificate) {
    struct bytes urls[CZ_SOURCE_URLS_MAX];
    size_t count = cz_crl_urls(certificate, urls, CZ_COUNT(urls));
    for (size_t i = 0; i < count; i++)
        tally(sources, holdings->point != NULL ? holdings->point(holdings->context, urls[i])
                                               : SOURCE_UNTRIED);
}

static void tally_ocsp(struct source_tally *sources, const struct revocation_holdings *holdings,
                       bool has_responders, const struct certificate *certificate,
                       const struct certificate *issuer) {
    struct bytes url;
    struct ocsp_holding holding = {.state = SOURCE_UNTRIED};
    uint8_t key[CZ_OCSP_KEY_SIZE];
    if (!has_responders && cz_ocsp_urls(certificate, &url, 1) == 0)
        return;
    if (holdings->ocsp == NULL || !cz_ocsp_key(certificate, issuer, key) ||
        !holdings->ocsp(holdings->context, key, &holding))
        holding.state = SOURCE_UNTRIED;
    tally(sources, holding.state);
}

struct source_tally cz_sources_tally(const struct revocation_holdings *holdings,
                                     const struct revocation_settings *settings,
                                     const struct certificate *certificate,
                                     const struct certificate *issuer) {
    struct source_tally sources = {.count = 0};
    if (settings->order != REVOCATION_OCSP_ONLY)
        tally_points(&sources, holdings, certificate);
    if (settings->order != REVOCATION_CRL_ONLY)
        tally_ocsp(&sources, holdings, settings->has_responders, certificate, issuer);
    return sources;
}
