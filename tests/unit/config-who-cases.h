/* Errors of clients and selectors: the second table of test-config.c. */
#define WHO(content)                                                                               \
    "rules = (\n  { path = \"/\"; certificate = \"required\"; " content " } );\n"                  \
    "trust: { anchors = [ \"good.pem\" ]; };\n"                                                    \
    "clients = ( { id = \"c\"; roles = [ \"staff\" ]; credentials = ( { cn = \"c\"; } ); } );\n"
#define CLIENT(content) RULES "clients = (\n  { " content " } );\n"
#define CREDENTIAL(content) CLIENT("id = \"c\"; credentials = ( { " content " } );")
#define CONDITION(content) WHO("condition: { " content " };")

static const struct error_case who_cases[] = {
    /* clients */
    {RULES "clients = ( );\n", NULL},
    {RULES "clients = [ ];\n", NULL},
    {RULES "clients: { };\n", AT(2, "clients: a list of clients is wanted: ( { … }, { … } )")},
    {RULES "clients = [ \"c\" ];\n",
     AT(2, "clients: a list of clients is wanted: ( { … }, { … } )")},
    {RULES "clients = ( \"c\" );\n", AT(2, "clients[0]: a group is wanted: { key = value; … }")},
    {CLIENT("id = \"c\"; credentials = ( { cn = \"c\"; } );"), NULL},
    {CLIENT("credentials = ( { cn = \"c\"; } );"), AT(3, "clients[0]: id is missing")},
    {CLIENT("id = \"\"; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].id: the text is empty")},
    {CLIENT("id = \" c\"; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].id: an id has at most 200 bytes of UTF-8 without control characters, and no "
           "blank at its ends")},
    {CLIENT("id = \"a\\nb\"; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].id: an id has at most 200 bytes of UTF-8 without control characters, and no "
           "blank at its ends")},
    {CLIENT("id = 7; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].id: a text in double quotes is wanted")},
    {CLIENT("id = \"c\";"),
     AT(3, "clients[0]: credentials is missing, so nobody could be this client")},
    {CLIENT("id = \"c\"; credentials = ( );"),
     AT(3, "clients[0].credentials: a list of at least one credential is wanted: ( { sha256 = "
           "\"…\"; } )")},
    {CLIENT("id = \"c\"; credentials = [ ];"),
     AT(3, "clients[0].credentials: a list of at least one credential is wanted: ( { sha256 = "
           "\"…\"; } )")},
    {CLIENT("id = \"c\"; credentials = { cn = \"c\"; };"),
     AT(3, "clients[0].credentials: a list of at least one credential is wanted: ( { sha256 = "
           "\"…\"; } )")},
    {CLIENT("id = \"c\"; credentials = ( \"c\" );"),
     AT(3, "clients[0].credentials[0]: a group of selectors is wanted: { … }")},
    {CLIENT("id = \"c\"; credential = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].credential: unknown key; a client knows: id, credentials, roles, scopes, "
           "claims")},
    {CLIENT("id = \"c\"; roles = \"staff\"; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].roles: a list of texts is wanted: [ \"…\", \"…\" ]")},
    {CLIENT(
         "id = \"c\"; roles = [ \"staff\", \"night shift\" ]; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].roles[1]: \"night shift\": a word of at most 100 bytes without blanks, "
           "commas and semicolons is wanted")},
    {CLIENT("id = \"c\"; scopes = [ \"a,b\" ]; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].scopes[0]: \"a,b\": a word of at most 100 bytes without blanks, commas and "
           "semicolons is wanted")},
    {CLIENT("id = \"c\"; claims = 1; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].claims: a group is wanted: { NAME = \"value\"; … }")},
    {CLIENT("id = \"c\"; claims = { Tenant = \"1\"; }; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].claims.Tenant: a claim's name has capital letters, digits and underscores, "
           "at most 64, and begins with a letter")},
    {CLIENT("id = \"c\"; claims = { LD_PRELOAD = \"/x\"; }; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].claims.LD_PRELOAD: names that begin so mean something to servers, loaders "
           "or interpreters; choose another")},
    {CLIENT(
         "id = \"c\"; claims = { CERTAUTHZ_ROLES = \"x\"; }; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].claims.CERTAUTHZ_ROLES: names that begin so mean something to servers, "
           "loaders or interpreters; choose another")},
    {CLIENT("id = \"c\"; claims = { TENANT = 1; }; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].claims.TENANT: a text in double quotes is wanted, of at most 1000 bytes of "
           "UTF-8 without control characters, and no blank at its ends")},
    {CLIENT("id = \"c\"; claims = { TENANT = \"a\\r\\nb\"; }; credentials = ( { cn = \"c\"; } );"),
     AT(3, "clients[0].claims.TENANT: a text in double quotes is wanted, of at most 1000 bytes of "
           "UTF-8 without control characters, and no blank at its ends")},
    {CLIENT("id = \"a\"; credentials = ( { cn = \"a\"; } ); }, { id = \"a\"; credentials = ( { cn "
            "= \"b\"; } );"),
     AT(2, "clients: two clients have the id \"a\"")},
    {CLIENT("id = \"a\"; credentials = ( { cn = \"x\"; } ); }, { id = \"b\"; credentials = ( { cn "
            "= \"X\"; } );"),
     AT(2, "clients: the clients \"a\" and \"b\" have the same credential, cn=X: nobody could tell "
           "them apart")},
    {CLIENT("id = \"a\"; credentials = ( { cn = \"x\"; o = \"y\"; } ); }, { id = \"b\"; "
            "credentials = ( { o = [ \"y\" ]; any = ( { cn = \"x\"; } ); } );"),
     AT(2, "clients: the clients \"a\" and \"b\" have the same credential, o(y), any(cn=x): nobody "
           "could tell them apart")},
    {CLIENT("id = \"a\"; credentials = ( { subject = \"CN=x,O=y\"; } ); }, { id = \"b\"; "
            "credentials = ( { name = \"b\"; subject = \"/O=y/CN=x\"; } );"),
     AT(2, "clients: the clients \"a\" and \"b\" have the same credential, b: nobody could tell "
           "them apart")},
    {CLIENT("id = \"a\"; credentials = ( { all = ( { cn = \"x\"; }, { o = \"y\"; } ); }, { o = "
            "\"y\"; cn = \"x\"; } );"),
     AT(2, "clients: client \"a\" has the credential o=y, cn=x twice")},
    {CREDENTIAL("active_from = \"2030-01-01T00:00:00Z\";"),
     AT(3, "clients[0].credentials[0]: no selector is there, so nobody could fit it")},
    {CREDENTIAL("name = \"laptop\";"),
     AT(3, "clients[0].credentials[0]: no selector is there, so nobody could fit it")},
    {CREDENTIAL("cn = \"x\"; name = \"\";"),
     AT(3, "clients[0].credentials[0].name: a text in double quotes is wanted, of at most 160 "
           "bytes of UTF-8 without control characters, and no blank at its ends")},
    {CREDENTIAL("cn = \"x\"; name = 1;"),
     AT(3, "clients[0].credentials[0].name: a text in double quotes is wanted, of at most 160 "
           "bytes of UTF-8 without control characters, and no blank at its ends")},
    {CREDENTIAL("cn = \"x\"; active_from = \"2030-01-01\";"),
     AT(3, "clients[0].credentials[0].active_from: a time such as \"2026-01-02T03:04:05Z\" is "
           "wanted")},
    {CREDENTIAL("cn = \"x\"; active_until = 2030;"),
     AT(3, "clients[0].credentials[0].active_until: a time such as \"2026-01-02T03:04:05Z\" is "
           "wanted")},
    {CREDENTIAL("cn = \"x\"; active_until = \"2030-02-30T00:00:00Z\";"),
     AT(3, "clients[0].credentials[0].active_until: a time such as \"2026-01-02T03:04:05Z\" is "
           "wanted")},
    {CREDENTIAL("cn = \"x\"; active_from = \"2030-01-02T00:00:00Z\"; active_until = "
                "\"2030-01-01T00:00:00Z\";"),
     AT(3, "clients[0].credentials[0]: active_until is before active_from")},
    {CREDENTIAL("cn = \"x\"; active_from = \"2030-01-01T00:00:00Z\"; active_until = "
                "\"2030-01-01T00:00:00Z\";"),
     NULL},
    {CREDENTIAL("not: { cn = \"x\"; };"),
     AT(2, "clients: client \"c\": the credential not(cn=x) names nothing that a certificate must "
           "have, so it would fit strangers; put it into an \"all\" beside something that does")},
    {CREDENTIAL("any = ( { cn = \"x\"; }, { not: { cn = \"y\"; }; } );"),
     AT(2, "clients: client \"c\": the credential any(cn=x, not(cn=y)) names nothing that a "
           "certificate must have, so it would fit strangers; put it into an \"all\" beside "
           "something that does")},
    {CREDENTIAL("cn = \"x\"; not: { ou = \"y\"; };"), NULL},
    /* selectors */
    {CONDITION(""), AT(2, "rules[0].condition: no selector is there, so nobody could fit it")},
    {CONDITION("compare = \"exact\";"),
     AT(2, "rules[0].condition: no selector is there, so nobody could fit it")},
    {CONDITION("common_name = \"x\";"),
     AT(2, "rules[0].condition.common_name: unknown selector; there are subject, issuer, serial, "
           "sha256, sha1, spki_sha256, dns, email, uri, upn, ip, spiffe, cn, ou, o, attribute, "
           "policy, extension, all, any, not, compare")},
    {CONDITION("cn = 1;"),
     AT(2, "rules[0].condition.cn: a text in double quotes is wanted, or a list of them")},
    {CONDITION("cn = \"\";"), AT(2, "rules[0].condition.cn: the text is empty")},
    {CONDITION("cn = [ ];"),
     AT(2, "rules[0].condition.cn: the list is empty, so nothing could fit it")},
    {CONDITION("cn = ( \"x\", 1 );"),
     AT(2, "rules[0].condition.cn[1]: a text in double quotes is wanted, or a list of them")},
    {CONDITION("cn = \"a\\nb\";"),
     AT(2, "rules[0].condition.cn: the text is not UTF-8, or holds control characters")},
    {CONDITION("compare = \"Exact\"; cn = \"x\";"),
     AT(2,
        "rules[0].condition.compare: one of \"normalised\", \"exact\", \"any-order\" is wanted")},
    {CONDITION("active_from = \"2030-01-01T00:00:00Z\"; cn = \"x\";"),
     AT(2, "rules[0].condition.active_from: unknown selector; there are subject, issuer, serial, "
           "sha256, sha1, spki_sha256, dns, email, uri, upn, ip, spiffe, cn, ou, o, attribute, "
           "policy, extension, all, any, not, compare")},
    {CONDITION("sha256 = \"00\";"),
     AT(2,
        "rules[0].condition.sha256: \"00\": a SHA-256 digest, 64 hexadecimal digits, is wanted")},
    {CONDITION("sha256 = \"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF00\";"),
     AT(2, "rules[0].condition.sha256: "
           "\"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF00\": a SHA-256 "
           "digest, 64 hexadecimal digits, is wanted")},
    {CONDITION("sha256 = \"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\";"),
     NULL},
    {CONDITION("sha256 = "
               "\"00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:AA:"
               "BB:CC:DD:EE:FF\";"),
     NULL},
    {CONDITION("sha256 = "
               "\"00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:AA:"
               "BB:CC:DD:EE:FF:\";"),
     AT(2, "rules[0].condition.sha256: "
           "\"00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:AA:BB:"
           "CC:DD:EE:FF:\": a SHA-256 digest, 64 hexadecimal digits, is wanted")},
    {CONDITION("sha256 = "
               "\"00::11::22::33::44::55::66::77::88::99::aa::bb::cc::dd::ee::ff::00::11::22::33::"
               "44::55::66::77::88::99::AA::BB::CC::DD::EE::FF\";"),
     AT(2, "rules[0].condition.sha256: "
           "\"00::11::22::33::44::55::66::77::88::99::aa::bb::cc::dd::ee::ff::00::11::22::33::44::"
           "55::66::77::88::99::AA::BB::CC::DD::EE::FF\": a SHA-256 digest, 64 hexadecimal digits, "
           "is wanted")},
    {CONDITION("sha256 = \"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEE0g\";"),
     AT(2, "rules[0].condition.sha256: "
           "\"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEE0g\": a SHA-256 "
           "digest, 64 hexadecimal digits, is wanted")},
    {CONDITION("spki_sha256 = \"da39a3ee5e6b4b0d3255bfef95601890afd80709\";"),
     AT(2, "rules[0].condition.spki_sha256: \"da39a3ee5e6b4b0d3255bfef95601890afd80709\": a "
           "SHA-256 digest, 64 hexadecimal digits, is wanted")},
    {CONDITION("sha1 = \"da39a3ee5e6b4b0d3255bfef95601890afd80709\";"), NULL},
    {CONDITION("sha1 = \"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\";"),
     AT(2, "rules[0].condition.sha1: "
           "\"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF\": a SHA-1 digest, "
           "40 hexadecimal digits, is wanted")},
    {CONDITION("serial = \"01\";"), AT(2, "rules[0].condition.serial: serial numbers are an "
                                          "issuer's own; name the issuer beside it")},
    {CONDITION("issuer = \"CN=x\"; serial = \"00\";"),
     AT(2, "rules[0].condition.serial: \"00\": a serial number in hexadecimal, of at most 20 bytes "
           "and not zero, is wanted")},
    {CONDITION("issuer = \"CN=x\"; serial = \"0x1\";"),
     AT(2, "rules[0].condition.serial: \"0x1\": a serial number in hexadecimal, of at most 20 "
           "bytes and not zero, is wanted")},
    {CONDITION("issuer = \"CN=x\"; serial = \"-1\";"),
     AT(2, "rules[0].condition.serial: \"-1\": a serial number in hexadecimal, of at most 20 bytes "
           "and not zero, is wanted")},
    {CONDITION("issuer = \"CN=x\"; serial = \"112233445566778899001122334455667788990011\";"),
     AT(2, "rules[0].condition.serial: \"112233445566778899001122334455667788990011\": a serial "
           "number in hexadecimal, of at most 20 bytes and not zero, is wanted")},
    {CONDITION("issuer = \"CN=x\"; serial = \"1122334455667788990011223344556677889900\";"), NULL},
    {CONDITION("all = ( { issuer = \"CN=x\"; }, { serial = \"01\"; } );"),
     AT(2, "rules[0].condition.all[1].serial: serial numbers are an issuer's own; name the issuer "
           "beside it")},
    {CONDITION("subject = \"x\";"),
     AT(2, "rules[0].condition.subject: 'x' has no '=': a name looks like CN=client,O=company or "
           "/O=company/CN=client")},
    {CONDITION("subject = \"O=y,CN=x\";"),
     AT(2, "rules[0].condition.subject: the order is ambiguous: RFC 4514 reads /CN=x/O=y, but "
           "OpenSSL writes the same for /O=y/CN=x: write '/CN=x/O=y' for the first; 'CN=x,O=y' or "
           "'/O=y/CN=x' for the second; or compare with \"any-order\"")},
    {CONDITION("compare = \"any-order\"; subject = \"O=y,CN=x\";"), NULL},
    {CONDITION("dns = \"https://example.org\";"),
     AT(2, "rules[0].condition.dns: \"https://example.org\": a host name, or *. and one for every "
           "host one label below, is wanted")},
    {CONDITION("dns = \"*\";"), AT(2, "rules[0].condition.dns: \"*\": a host name, or *. and one "
                                      "for every host one label below, is wanted")},
    {CONDITION("dns = \"*.*.example\";"),
     AT(2, "rules[0].condition.dns: \"*.*.example\": a host name, or *. and one for every host one "
           "label below, is wanted")},
    {CONDITION("dns = \".example.org\";"),
     AT(2, "rules[0].condition.dns: \".example.org\": a host name, or *. and one for every host "
           "one label below, is wanted")},
    {CONDITION("dns = \"example.org.\";"),
     AT(2, "rules[0].condition.dns: \"example.org.\": a host name, or *. and one for every host "
           "one label below, is wanted")},
    {CONDITION("email = \"example.org\";"),
     AT(2,
        "rules[0].condition.email: \"example.org\": a mailbox such as name@example.org is wanted")},
    {CONDITION("upn = \"name@\";"), AT(2, "rules[0].condition.upn: \"name@\": a user principal "
                                          "name such as name@example.org is wanted")},
    {CONDITION("uri = \"example\";"), AT(2, "rules[0].condition.uri: \"example\": a URI with its "
                                            "scheme, such as urn:example:1, is wanted")},
    {CONDITION("ip = \"192.0.2.0/24\";"),
     AT(2, "rules[0].condition.ip: \"192.0.2.0/24\": an IP address is wanted")},
    {CONDITION("ip = \"localhost\";"),
     AT(2, "rules[0].condition.ip: \"localhost\": an IP address is wanted")},
    {CONDITION("spiffe = \"https://example.org/a\";"),
     AT(2, "rules[0].condition.spiffe: \"https://example.org/a\": a SPIFFE ID such as "
           "spiffe://example.org/service, or one with /* behind it for all below, is wanted")},
    {CONDITION("spiffe = \"spiffe://Example.org/a\";"),
     AT(2, "rules[0].condition.spiffe: \"spiffe://Example.org/a\": a SPIFFE ID such as "
           "spiffe://example.org/service, or one with /* behind it for all below, is wanted")},
    {CONDITION("spiffe = \"spiffe://example.org/\";"),
     AT(2, "rules[0].condition.spiffe: \"spiffe://example.org/\": a SPIFFE ID such as "
           "spiffe://example.org/service, or one with /* behind it for all below, is wanted")},
    {CONDITION("spiffe = \"spiffe://example.org/a/../b\";"),
     AT(2, "rules[0].condition.spiffe: \"spiffe://example.org/a/../b\": a SPIFFE ID such as "
           "spiffe://example.org/service, or one with /* behind it for all below, is wanted")},
    {CONDITION("attribute = \"contractors\";"),
     AT(2, "rules[0].condition.attribute: 'contractors' has no '=': a name looks like "
           "CN=client,O=company or /O=company/CN=client")},
    {CONDITION("attribute = \"CN=x,O=y\";"),
     AT(2, "rules[0].condition.attribute: one attribute is wanted, but ',' ends it: a comma in a "
           "value is written '\\,', or the value stands in double quotes (read so far: CN=x)")},
    {CONDITION("policy = \"any\";"), AT(2, "rules[0].condition.policy: \"any\": an object "
                                           "identifier such as 1.3.6.1.4.1.99999.1 is wanted")},
    {CONDITION("extension = \"1.2.3\";"),
     AT(2, "rules[0].condition.extension: a group is wanted: { key = value; … }")},
    {CONDITION("extension: { };"),
     AT(2, "rules[0].condition.extension: oid: an object identifier is wanted")},
    {CONDITION("extension: { oid = \"1.2.3\"; };"),
     AT(2, "rules[0].condition.extension: the value is wanted: der, in hexadecimal, or text, one "
           "of both")},
    {CONDITION("extension: { oid = \"1.2.3\"; der = \"00\"; text = \"x\"; };"),
     AT(2, "rules[0].condition.extension: the value is wanted: der, in hexadecimal, or text, one "
           "of both")},
    {CONDITION("extension: { oid = \"1.2.3\"; der = \"0\"; };"),
     AT(2, "rules[0].condition.extension.der: hexadecimal digits are wanted")},
    {CONDITION("extension: { oid = \"x\"; der = \"00\"; };"),
     AT(2, "rules[0].condition.extension: oid: an object identifier is wanted")},
    {CONDITION("extension: { oid = \"1.2.3\"; text = \"\"; };"),
     AT(2, "rules[0].condition.extension.text: the text is empty")},
    {CONDITION("extension: { oid = \"1.2.3\"; text = \"a\\nb\"; };"),
     AT(2,
        "rules[0].condition.extension.text: the text is not UTF-8, or holds control characters")},
    {CONDITION("extension: { oid = \"1.2.3\"; value = \"x\"; };"),
     AT(2, "rules[0].condition.extension.value: unknown key; an extension knows: oid, der, text")},
    {CONDITION("all = ( );"), AT(2, "rules[0].condition.all: a list of at least one group of "
                                    "selectors is wanted: ( { … }, { … } )")},
    {CONDITION("any = [ \"x\" ];"), AT(2, "rules[0].condition.any: a list of at least one group of "
                                          "selectors is wanted: ( { … }, { … } )")},
    {CONDITION("any = ( \"x\" );"),
     AT(2, "rules[0].condition.any[0]: a group of selectors is wanted: { … }")},
    {CONDITION("all = ( { } );"),
     AT(2, "rules[0].condition.all[0]: no selector is there, so nobody could fit it")},
    {CONDITION("not = \"x\";"),
     AT(2, "rules[0].condition.not: a group of selectors is wanted: { … }")},
    {CONDITION("not: { };"),
     AT(2, "rules[0].condition.not: no selector is there, so nobody could fit it")},
    {CONDITION("not = ( { cn = \"x\"; } );"),
     AT(2, "rules[0].condition.not: a group of selectors is wanted: { … }")},
    {CONDITION("not: { not: { not: { not: { not: { not: { not: { not: { not: { not: { not: { not: "
               "{ not: { not: { not: { not: { not: { cn = \"x\"; }; }; }; }; }; }; }; }; }; }; }; "
               "}; }; }; }; }; };"),
     AT(2, "rules[0].condition.not.not.not.not.not.not.not.not.not.not.not.not.not.not.not.not.not:"
           " selectors are nested more than 16 deep")},
};
