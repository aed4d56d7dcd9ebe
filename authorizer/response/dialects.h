/*
 * Values as other systems write them, for handlers that were made for those. All are of the
 * certificate; see certauthz.conf(5), CLAIMS, for the exact forms.
 */
#ifndef CERTAUTHZ_RESPONSE_DIALECTS_H
#define CERTAUTHZ_RESPONSE_DIALECTS_H

#include "response/claim_sources.h"

/* Functions for struct claim_source's `put`. */
typedef void claim_putter(struct buffer *out, const struct claim_facts *facts,
                          const struct claim_source *source, struct bytes argument);

/* .NET: X509Certificate2's Subject, Issuer, Thumbprint and SerialNumber, and GetNameInfo's
 * SimpleName, DnsName, EmailName, UpnName and UrlName. */
claim_putter cz_put_dotnet_subject, cz_put_dotnet_issuer, cz_put_dotnet_thumbprint,
    cz_put_dotnet_serial, cz_put_dotnet_dns, cz_put_dotnet_email, cz_put_dotnet_upn,
    cz_put_dotnet_uri;

/* One element of Envoy's x-forwarded-client-cert. */
claim_putter cz_put_xfcc;

/* RFC 9440: Client-Cert (2.2) and Client-Cert-Chain (2.3). */
claim_putter cz_put_client_cert, cz_put_client_cert_chain;

#endif
