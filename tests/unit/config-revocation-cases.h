/* The table of test-config-revocation.c: a group each, and the error that it gives. */
#define WANT_GROUP "a group is wanted: { key = value; … }"
#define WANT_TEXT "a text in double quotes is wanted"
#define WANT_TEXTS "a list of texts is wanted: [ \"…\", \"…\" ]"
#define WANT_BOOLEAN "true or false is wanted"
#define WANT_ACTION "one of \"deny\", \"allow\", \"warn\" is wanted"
#define WANT_URL "a URL of http, https, ldap or ldaps is wanted, or the name of a file or folder"
#define WANT_RESPONDER "a URL of http or https is wanted"
#define WANT_HOST "the name of one host in small letters is wanted, or its address, without a port"
#define NO_HOST "the URL names no host"
#define NO_USER                                                                                    \
    "a URL with a user or a password is not taken, since whoever can read the store would read "   \
    "them"
#define ODD_CHARACTER                                                                              \
    "the URL holds a blank, a control character or one beyond ASCII; write it as %20 and the like"
#define WANT_KEY_ID "the CA's subject key identifier in hexadecimal is wanted, of at most 64 bytes"
#define WANT_CAS "a list of CAs is wanted: ( { subject = \"…\"; on = { … }; }, … )"
#define NEVER(index)                                                                               \
    "authorities[" #index "] names this CA too and goes first, so what stands here never holds; "  \
    "move it up, or leave it out"
#define SHARED                                                                                     \
    "all policies share the sources; write this key into the group revocation of the file"
#define EVENTS "revoked, unknown, stale, no_source, unreachable, bad_signature"
#define HEX_32 "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

#define KEY(text) GROUP(text)
#define CRL(text) GROUP("crls = [ \"" text "\" ];")
#define HOST(text) GROUP("hosts = [ \"" text "\" ];")
#define OCSP(text) GROUP("ocsp: { " text " };")
#define ON(text) GROUP("on: { " text " };")
#define CAS(text) GROUP("authorities = ( " text " );")
#define POLICY(text) RULES "policies: { p: { rules = ( );\n  revocation: { " text " }; }; };\n"

static const struct error_case error_cases[] = {
    {KEY(""), NULL},
    {RULES "revocation = true;\n", AT(2, "revocation: " WANT_GROUP)},
    {RULES "revocation = ( );\n", AT(2, "revocation: " WANT_GROUP)},
    {KEY("modus = \"online\";"),
     AT(3, "revocation.modus: unknown key; revocation knows: mode, check, order, on, authorities, "
           "stale_grace, ocsp, store, crls, hosts, time_budget, fetch_timeout, fetch_size, every, "
           "retry")},
    {KEY("mode = \"on\";"),
     AT(3, "revocation.mode: one of \"none\", \"offline\", \"online\" is wanted")},
    {KEY("mode = false;"),
     AT(3, "revocation.mode: one of \"none\", \"offline\", \"online\" is wanted")},
    {KEY("check = \"all\";"), AT(3, "revocation.check: one of \"end-certificate\", "
                                    "\"exclude-root\", \"entire-chain\" is wanted")},
    {KEY("order = [ \"crl\", \"ocsp\" ];"),
     AT(3, "revocation.order: one of \"crl-first\", \"ocsp-first\", \"crl-only\", \"ocsp-only\" is "
           "wanted")},
    /* numbers */
    {KEY("stale_grace = -1;"),
     AT(3, "revocation.stale_grace: a whole number from 0 to 31536000 is wanted")},
    {KEY("time_budget = 0;"),
     AT(3, "revocation.time_budget: a whole number from 1 to 60 is wanted")},
    {KEY("time_budget = 61;"),
     AT(3, "revocation.time_budget: a whole number from 1 to 60 is wanted")},
    {KEY("fetch_timeout = 601;"),
     AT(3, "revocation.fetch_timeout: a whole number from 1 to 600 is wanted")},
    {KEY("fetch_size = 1025;"),
     AT(3, "revocation.fetch_size: a whole number from 1 to 1024 is wanted")},
    {KEY("every = 604801;"), AT(3, "revocation.every: a whole number from 1 to 604800 is wanted")},
    {KEY("retry = 0;"), AT(3, "revocation.retry: a whole number from 1 to 86400 is wanted")},
    {OCSP("max_age = 0;"),
     AT(3, "revocation.ocsp.max_age: a whole number from 1 to 31536000 is wanted")},
    {OCSP("skew = 86401;"), AT(3, "revocation.ocsp.skew: a whole number from 0 to 86400 is "
                                  "wanted")},
    /* where CRLs are */
    {KEY("store = [ \"x\" ];"), AT(3, "revocation.store: " WANT_TEXT)},
    {KEY("crls = \"x.crl\";"), AT(3, "revocation.crls: " WANT_TEXTS)},
    {KEY("crls = [ \"a\", \"b\", \"a\" ];"),
     AT(3, "revocation.crls[2]: \"a\": it stands here twice")},
    {CRL("not there"), NULL},
    {CRL("http:/x"), NULL},
    {CRL("ftp://a/x"), AT(3, "revocation.crls[0]: \"ftp://a/x\": " WANT_URL)},
    {CRL("file:///x"), AT(3, "revocation.crls[0]: \"file:///x\": " WANT_URL)},
    {CRL("httpss://a/x"), AT(3, "revocation.crls[0]: \"httpss://a/x\": " WANT_URL)},
    {CRL("htt://a/x"), AT(3, "revocation.crls[0]: \"htt://a/x\": " WANT_URL)},
    {CRL("://a/x"), AT(3, "revocation.crls[0]: \"://a/x\": " WANT_URL)},
    {CRL("HTTP://a"), NULL},
    {CRL("https://[2001:db8::1]:8443/a.crl?x=1"), NULL},
    {CRL("ldap://a/cn=x?certificateRevocationList;binary"), NULL},
    {CRL("ldaps://a/cn=x?certificateRevocationList;binary"), NULL},
    {CRL("http:///x"), AT(3, "revocation.crls[0]: \"http:///x\": " NO_HOST)},
    {CRL("ldap://?x"), AT(3, "revocation.crls[0]: \"ldap://?x\": " NO_HOST)},
    {CRL("http://:80/"), AT(3, "revocation.crls[0]: \"http://:80/\": " NO_HOST)},
    {CRL("http://u:p@a/"), AT(3, "revocation.crls[0]: \"http://u:p@a/\": " NO_USER)},
    {CRL("http://a/@"), NULL},
    {CRL("http://a/b c"), AT(3, "revocation.crls[0]: \"http://a/b c\": " ODD_CHARACTER)},
    {CRL("http://a/\\x01"), AT(3, "revocation.crls[0]: \"http://a/\x01\": " ODD_CHARACTER)},
    {CRL("http://a/\xc3\xa9"), AT(3, "revocation.crls[0]: \"http://a/\xc3\xa9\": " ODD_CHARACTER)},
    {KEY("hosts = true;"), AT(3, "revocation.hosts: " WANT_TEXTS)},
    {KEY("hosts = [ ];"), NULL},
    {KEY("hosts = [ \"pki.example.org\", \"192.0.2.1\", \"2001:db8::1\" ];"), NULL},
    {HOST("PKI.example.org"), AT(3, "revocation.hosts[0]: \"PKI.example.org\": " WANT_HOST)},
    {HOST("pki:80"), AT(3, "revocation.hosts[0]: \"pki:80\": " WANT_HOST)},
    {HOST("http://pki"), AT(3, "revocation.hosts[0]: \"http://pki\": " WANT_HOST)},
    {HOST("*.example.org"), AT(3, "revocation.hosts[0]: \"*.example.org\": " WANT_HOST)},
    {HOST("a..b"), AT(3, "revocation.hosts[0]: \"a..b\": " WANT_HOST)},
    {HOST("a."), AT(3, "revocation.hosts[0]: \"a.\": " WANT_HOST)},
    {HOST("2001:DB8::1"), AT(3, "revocation.hosts[0]: \"2001:DB8::1\": " WANT_HOST)},
    /* OCSP */
    {KEY("ocsp = true;"), AT(3, "revocation.ocsp: " WANT_GROUP)},
    {OCSP("maxage = 1;"),
     AT(3, "revocation.ocsp.maxage: unknown key; ocsp knows: max_age, skew, responders, signers, "
           "nonce, get")},
    {OCSP("responders = [ \"http://o/\", \"ocsp.example.org\" ];"),
     AT(3, "revocation.ocsp.responders[1]: \"ocsp.example.org\": " WANT_RESPONDER)},
    {OCSP("responders = [ \"ldap://o/\" ];"),
     AT(3, "revocation.ocsp.responders[0]: \"ldap://o/\": " WANT_RESPONDER)},
    {OCSP("responders = [ \"https://\" ];"),
     AT(3, "revocation.ocsp.responders[0]: \"https://\": " NO_HOST)},
    {OCSP("responders = [ \"http://o\", \"http://o\" ];"),
     AT(3, "revocation.ocsp.responders[1]: \"http://o\": it stands here twice")},
    {OCSP("signers = [ \"a\", \"a\" ];"),
     AT(3, "revocation.ocsp.signers[1]: \"a\": it stands here twice")},
    {OCSP("nonce = 1;"), AT(3, "revocation.ocsp.nonce: " WANT_BOOLEAN)},
    {OCSP("get = \"yes\";"), AT(3, "revocation.ocsp.get: " WANT_BOOLEAN)},
    {OCSP("signers = [ \"missing.pem\" ];"),
     AT(3, "revocation.ocsp.signers: ./missing.pem: cannot be opened: No such file or directory")},
    /* actions */
    {KEY("on = ( );"), AT(3, "revocation.on: " WANT_GROUP)},
    {ON("revoked = \"refuse\";"), AT(3, "revocation.on.revoked: " WANT_ACTION)},
    {ON("no-source = \"deny\";"), AT(3, "revocation.on.no-source: unknown key; on knows: " EVENTS
                                        ", end_certificate, ca, root")},
    {ON("root = \"allow\";"), AT(3, "revocation.on.root: " WANT_GROUP)},
    {ON("root = { ca = { }; };"), AT(3, "revocation.on.root.ca: unknown key; root knows: " EVENTS)},
    {ON("end_certificate = { stale = 1; };"),
     AT(3, "revocation.on.end_certificate.stale: " WANT_ACTION)},
    {ON("ca = { gone = \"allow\"; };"),
     AT(3, "revocation.on.ca.gone: unknown key; ca knows: " EVENTS)},
    /* authorities */
    {KEY("authorities = [ ];"), NULL},
    {KEY("authorities: { };"), AT(3, "revocation.authorities: " WANT_CAS)},
    {KEY("authorities = [ \"CN=a\" ];"), AT(3, "revocation.authorities: " WANT_CAS)},
    {CAS("\"CN=a\""), AT(3, "revocation.authorities[0]: " WANT_GROUP)},
    {CAS("{ }"), AT(3, "revocation.authorities[0]: subject is missing, or key_id: which CA is "
                       "it?")},
    {CAS("{ on = { stale = \"warn\"; }; }"),
     AT(3, "revocation.authorities[0]: subject is missing, or key_id: which CA is it?")},
    {CAS("{ subject = \"CN=a\"; }"),
     AT(3, "revocation.authorities[0]: on is missing, or empty: what is to happen to what it "
           "issued?")},
    {CAS("{ key_id = \"00\"; on = { ca = { }; }; }"),
     AT(3, "revocation.authorities[0]: on is missing, or empty: what is to happen to what it "
           "issued?")},
    {CAS("{ dn = \"CN=a\"; }"),
     AT(3, "revocation.authorities[0].dn: unknown key; an authority knows: subject, key_id, on")},
    {CAS("{ subject = 1; }"), AT(3, "revocation.authorities[0].subject: " WANT_TEXT)},
    {CAS("{ subject = \"Example CA\"; " SOME " }"),
     AT(3, "revocation.authorities[0].subject: 'Example CA' has no '=': a name looks like "
           "CN=client,O=company or /O=company/CN=client")},
    {CAS("{ key_id = \"0\"; " SOME " }"),
     AT(3, "revocation.authorities[0].key_id: \"0\": " WANT_KEY_ID)},
    {CAS("{ key_id = \"xy\"; " SOME " }"),
     AT(3, "revocation.authorities[0].key_id: \"xy\": " WANT_KEY_ID)},
    {CAS("{ key_id = \"" HEX_32 HEX_32 "\"; " SOME " }"), NULL},
    {CAS("{ key_id = \"" HEX_32 HEX_32 "00\"; " SOME " }"),
     AT(3, "revocation.authorities[0].key_id: \"" HEX_32 HEX_32 "00\": " WANT_KEY_ID)},
    {CAS("{ subject = \"CN=a\"; " SOME " }, { subject = \"CN=b\"; " SOME " }, { subject = \"cn= A "
         "\"; " SOME " }"),
     AT(3, "revocation.authorities[2]: " NEVER(0))},
    {CAS("{ key_id = \"aa\"; " SOME " }, { subject = \"CN=a\"; key_id = \"AA\"; " SOME " }"),
     AT(3, "revocation.authorities[1]: " NEVER(0))},
    {CAS("{ subject = \"CN=a\"; key_id = \"AA\"; " SOME " }, { key_id = \"aa\"; " SOME " }"), NULL},
    {CAS("{ subject = \"CN=a\"; key_id = \"AA\"; " SOME " }, { subject = \"CN=a\"; key_id = "
         "\"AB\"; " SOME " }, { subject = \"CN=a\"; " SOME " }"),
     NULL},
    /* policies */
    {POLICY(""), NULL},
    {POLICY("mode = \"none\"; check = \"entire-chain\"; order = \"crl-only\"; stale_grace = 1;"
            "ocsp: { max_age = 1; skew = 1; }; on = { }; authorities = ( );"),
     NULL},
    {RULES "policies: { p: { rules = ( );\n  revocation = 1; }; };\n",
     AT(3, "policies.p.revocation: " WANT_GROUP)},
    {POLICY("ocsp = 1;"), AT(3, "policies.p.revocation.ocsp: " WANT_GROUP)},
    {POLICY("mode = \"x\";"),
     AT(3, "policies.p.revocation.mode: one of \"none\", \"offline\", \"online\" is wanted")},
    {POLICY("on: { stale = 1; };"), AT(3, "policies.p.revocation.on.stale: " WANT_ACTION)},
    {POLICY("authorities = ( { } );"),
     AT(3, "policies.p.revocation.authorities[0]: subject is missing, or key_id: which CA is it?")},
    {POLICY("store = \"x\";"), AT(3, "policies.p.revocation.store: " SHARED)},
    {POLICY("crls = [ ];"), AT(3, "policies.p.revocation.crls: " SHARED)},
    {POLICY("hosts = [ ];"), AT(3, "policies.p.revocation.hosts: " SHARED)},
    {POLICY("time_budget = 1;"), AT(3, "policies.p.revocation.time_budget: " SHARED)},
    {POLICY("fetch_timeout = 1;"), AT(3, "policies.p.revocation.fetch_timeout: " SHARED)},
    {POLICY("fetch_size = 1;"), AT(3, "policies.p.revocation.fetch_size: " SHARED)},
    {POLICY("every = 1;"), AT(3, "policies.p.revocation.every: " SHARED)},
    {POLICY("retry = 1;"), AT(3, "policies.p.revocation.retry: " SHARED)},
    {POLICY("ocsp: { responders = [ ]; };"),
     AT(3, "policies.p.revocation.ocsp.responders: " SHARED)},
    {POLICY("ocsp: { signers = [ ]; };"), AT(3, "policies.p.revocation.ocsp.signers: " SHARED)},
    {POLICY("ocsp: { nonce = true; };"), AT(3, "policies.p.revocation.ocsp.nonce: " SHARED)},
    {POLICY("ocsp: { get = true; };"), AT(3, "policies.p.revocation.ocsp.get: " SHARED)},
};
