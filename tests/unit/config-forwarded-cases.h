/* Errors of the group `forwarded`: the fourth table of test-config.c. */
#define FORWARDED(content) RULES "forwarded: {\n  " content " };\n"
#define A_PROXY "proxies = [ \"192.0.2.1\" ]; "
#define A_HEADER "header = \"X-Client-Cert\"; "
#define A_FORMAT "format = \"base64\"; "
#define WANT_FORMAT                                                                                \
    "one of \"base64\", \"hex\", \"pem\", \"pem-escaped\", \"rfc9440\", \"xfcc\" is wanted"
#define WANT_HEADER                                                                                \
    "a header's name of letters, digits and hyphens is wanted, such as \"X-Client-Cert\""

static const struct error_case forwarded_cases[] = {
    {FORWARDED(A_HEADER A_FORMAT A_PROXY), NULL},
    {FORWARDED(A_HEADER A_FORMAT "proxies = [ \"10.0.0.0/8\", \"2001:db8::1\", \"0.0.0.0/0\" ];"),
     NULL},
    {FORWARDED(A_HEADER A_PROXY "format = \"rfc9440\"; chain = \"Client-Cert-Chain\"; agreement = "
                                "\"override\";"),
     NULL},
    {RULES "forwarded = \"X-Client-Cert\";\n", AT(2, "forwarded: " WANT_GROUP)},
    {FORWARDED(""), AT(2, "forwarded: header is missing: the name of the header that the proxy "
                          "writes, such as \"X-Client-Cert\"")},
    {FORWARDED(A_HEADER A_PROXY), AT(2, "forwarded: format is missing: how the proxy writes the "
                                        "certificate, such as \"pem-escaped\"")},
    {FORWARDED(A_HEADER A_FORMAT), AT(2, "forwarded: proxies is missing: the addresses that the "
                                         "header counts from, such as [ \"192.0.2.1\" ]")},
    {FORWARDED(A_HEADER A_FORMAT A_PROXY "trusted = true;"),
     AT(3, "forwarded.trusted: unknown key; forwarded knows: header, format, proxies, chain, "
           "none, agreement")},
    /* names of headers */
    {FORWARDED(A_FORMAT A_PROXY "header = \"\";"), AT(3, "forwarded.header: the text is empty")},
    {FORWARDED(A_FORMAT A_PROXY "header = 1;"), AT(3, "forwarded.header: " WANT_TEXT)},
    {FORWARDED(A_FORMAT A_PROXY "header = \"X_Client_Cert\";"),
     AT(3, "forwarded.header: \"X_Client_Cert\": " WANT_HEADER)},
    {FORWARDED(A_FORMAT A_PROXY "header = \"X-Client-Cert: \";"),
     AT(3, "forwarded.header: \"X-Client-Cert: \": " WANT_HEADER)},
    {FORWARDED(A_FORMAT A_PROXY "header = \"X.Client\";"),
     AT(3, "forwarded.header: \"X.Client\": " WANT_HEADER)},
    {FORWARDED(A_HEADER A_FORMAT A_PROXY "chain = \"\";"),
     AT(3, "forwarded.chain: the text is empty")},
    {FORWARDED(A_HEADER A_FORMAT A_PROXY "chain = \"a b\";"),
     AT(3, "forwarded.chain: \"a b\": " WANT_HEADER)},
    {FORWARDED(A_HEADER A_FORMAT A_PROXY "chain = \"x-client-cert\";"),
     AT(3, "forwarded.chain: it is the header of the certificate itself")},
    {FORWARDED(A_HEADER A_PROXY "format = \"xfcc\"; chain = \"X-Chain\";"),
     AT(3, "forwarded.chain: with the format \"xfcc\" the chain stands in the same header")},
    {FORWARDED(A_HEADER A_FORMAT A_PROXY "none = \"\";"),
     AT(3, "forwarded.none: the text is empty")},
    /* words */
    {FORWARDED(A_HEADER A_PROXY "format = \"der\";"), AT(3, "forwarded.format: " WANT_FORMAT)},
    {FORWARDED(A_HEADER A_PROXY "format = 1;"), AT(3, "forwarded.format: " WANT_FORMAT)},
    {FORWARDED(A_HEADER A_FORMAT A_PROXY "agreement = \"none\";"),
     AT(3, "forwarded.agreement: one of \"required\", \"override\" is wanted")},
    /* addresses */
    {FORWARDED(A_HEADER A_FORMAT "proxies = [ ];"),
     AT(3, "forwarded.proxies: the list is empty, so the header would count from nobody; leave the "
           "group out")},
    {FORWARDED(A_HEADER A_FORMAT "proxies = \"192.0.2.1\";"),
     AT(3, "forwarded.proxies: " WANT_TEXTS)},
    {FORWARDED(A_HEADER A_FORMAT "proxies = [ \"\" ];"),
     AT(3, "forwarded.proxies[0]: the text is empty")},
    {FORWARDED(A_HEADER A_FORMAT "proxies = [ \"192.0.2.1\",\n \"proxy\" ];"),
     AT(4, "forwarded.proxies[1]: \"proxy\": it is no IP address")},
    {FORWARDED(A_HEADER A_FORMAT "proxies = [ \"192.0.2.1/33\" ];"),
     AT(3,
        "forwarded.proxies[0]: \"192.0.2.1/33\": behind the slash stands no length of a prefix")},
    {FORWARDED(A_HEADER A_FORMAT "proxies = [ \"192.0.2.1/24\" ];"),
     AT(3,
        "forwarded.proxies[0]: \"192.0.2.1/24\": the address has bits beyond the prefix: did you "
        "mean a longer prefix?")},
    /* it is for the whole file */
    {RULES "policies: {\n  p: { rules = ( ); forwarded: { }; }; };\n",
     AT(3, "policies.p.forwarded: unknown key; a policy knows: trust, certificates, revocation, "
           "clients, rules, claims")},
};
