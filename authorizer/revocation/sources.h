/*
 * Who could tell of a certificate's revocation, as the certificate names them, and how it went when
 * they were asked.
 */
#ifndef CERTAUTHZ_REVOCATION_SOURCES_H
#define CERTAUTHZ_REVOCATION_SOURCES_H

#include "revocation/holdings.h"
#include "revocation/settings.h"

#define CZ_SOURCE_URLS_MAX 4 /* of one certificate that are asked; more are not looked at */

/* The URLs of http, https, ldap and ldaps that name a host, among the full names of the
 * certificate's CRL distribution points (RFC 5280 4.2.1.13) and of its freshest CRL (4.2.1.15), at
 * most `limit`; returns how many. Borrowed from the certificate. */
size_t cz_crl_urls(const struct certificate *certificate, struct bytes *urls, size_t limit);

/* How many sources of a certificate there are in each state. */
struct source_tally {
    size_t in[SOURCE_STATE_COUNT];
    size_t count;
};

/* Those that count by the settings' order: the distribution points, and OCSP. */
struct source_tally cz_sources_tally(const struct revocation_holdings *holdings,
                                     const struct revocation_settings *settings,
                                     const struct certificate *certificate,
                                     const struct certificate *issuer);

#endif
