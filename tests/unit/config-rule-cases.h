/* Errors of rules and policies: the third table of test-config.c. */
#define POLICY(content) RULES "policies: {\n  p: { " content " }; };\n"

static const struct error_case rule_cases[] = {
    /* rules */
    {WHO("clients = [ \"c\" ]; roles = [ \"staff\" ];"), NULL},
    {WHO("clients = [ ];"),
     AT(2, "rules[0].clients: the list is empty, so nobody could use the rule")},
    {WHO("roles = [ ];"), AT(2, "rules[0].roles: the list is empty, so nobody could use the rule")},
    {WHO("clients = [ \"c\", \"d\" ];"), AT(2, "rules[0].clients[1]: no client has the id \"d\"")},
    {WHO("roles = [ \"Staff\" ];"), AT(2, "rules[0].roles[0]: no client has the role \"Staff\"")},
    {WHO("clients = \"c\";"),
     AT(2, "rules[0].clients: a list of texts is wanted: [ \"…\", \"…\" ]")},
    {WHO("issuers = [ ];"), AT(2, "rules[0].issuers: the list is empty, so nothing could fit it")},
    {WHO("issuers = \"CN=x\";"),
     AT(2, "rules[0].issuers: a list of issuers' names is wanted: [ \"…\", \"…\" ]")},
    {WHO("issuers = [ \"x\" ];"), AT(2, "rules[0].issuers[0]: 'x' has no '=': a name looks like "
                                        "CN=client,O=company or /O=company/CN=client")},
    {WHO("condition = \"x\";"), AT(2, "rules[0].condition: a group of selectors is wanted: { … }")},
    {WHO("clients = [ \"c\" ]; unknown_clients = \"allow\";"),
     AT(2, "rules[0].unknown_clients: the rule names clients or roles, which unknown clients are "
           "not and do not have")},
    {WHO("roles = [ \"staff\" ]; unknown_clients = \"allow\";"),
     AT(2, "rules[0].unknown_clients: the rule names clients or roles, which unknown clients are "
           "not and do not have")},
    {WHO("unknown_clients = true;"),
     AT(2, "rules[0].unknown_clients: one of \"refuse\", \"allow\" is wanted")},
    {WHO("otherwise = \"pass\";"),
     AT(2, "rules[0].otherwise: one of \"refuse\", \"next\" is wanted")},
    {WHO("action = \"refuse\";"), AT(2, "rules[0].action: one of \"allow\", \"deny\" is wanted")},
    {WHO("enforce = \"no\";"), AT(2, "rules[0].enforce: true or false is wanted")},
    {RULE(A_RULE "roles = [ \"staff\" ];"),
     AT(2, "rules[0].roles: no clients are configured that it could name")},
    {RULE(A_RULE "issuers = [ \"CN=x\" ];"),
     AT(2, "rules[0].certificate: a rule that says who it is for needs \"required\"")},
    {RULE(A_RULE "otherwise = \"next\";"),
     AT(2, "rules[0].otherwise: a rule that asks for no certificate fits everybody")},
    {RULE(A_RULE "unknown_clients = \"refuse\";"),
     AT(2, "rules[0].unknown_clients: a rule that asks for no certificate fits everybody")},
    {RULE("path = \"/\"; certificate = \"optional\"; condition: { cn = \"x\"; };"),
     AT(2, "rules[0].certificate: a rule that says who it is for needs \"required\"")},
    {RULE("path = \"/\"; action = \"deny\"; certificate = \"required\";"),
     AT(2, "rules[0].certificate: a rule that denies asks for nothing; leave it out")},
    {RULE("path = \"/\"; action = \"deny\"; unknown_clients = \"allow\";"),
     AT(2, "rules[0].unknown_clients: a rule that denies asks for nothing; leave it out")},
    {RULE("path = \"/\"; action = \"deny\"; otherwise = \"next\";"),
     AT(2, "rules[0].otherwise: a rule that denies asks for nothing; leave it out")},
    {RULE("path = \"/\"; action = \"deny\";"), NULL},
    {RULE("path = \"/\"; action = \"deny\"; condition: { cn = \"x\"; };"),
     "@/test.conf: trust.anchors: missing; rules ask for certificates, and none could be trusted"},
    {RULE("path = \"/\"; glob = \"/*\"; certificate = \"none\";"),
     AT(2, "rules[0].glob: there is a path as well; give one")},
    {RULE("path = \"/a/*\"; certificate = \"none\";"),
     AT(2, "rules[0].path: it holds a wildcard; call the key glob")},
    {RULE("glob = \"/a/\"; certificate = \"none\";"),
     AT(2, "rules[0].glob: it has no wildcard; call the key path")},
    {RULE("glob = \"a/*\"; certificate = \"none\";"),
     AT(2, "rules[0].glob: a path begins with a slash")},
    {RULE("glob = \"/a**\"; certificate = \"none\";"),
     AT(2, "rules[0].glob: ** stands for whole segments: /**/; within one * is enough")},
    {RULE("glob = \"/**a\"; certificate = \"none\";"),
     AT(2, "rules[0].glob: ** stands for whole segments: /**/; within one * is enough")},
    {RULE("glob = \"/***/\"; certificate = \"none\";"),
     AT(2, "rules[0].glob: ** stands for whole segments: /**/; within one * is enough")},
    {RULE("glob = \"/a/../*\"; certificate = \"none\";"),
     AT(2, "rules[0].glob: no request can match it; write \"/*\"")},
    {RULE("glob = \"/%2a*\"; certificate = \"none\";"),
     AT(2, "rules[0].glob: it holds the escape %2a, and paths are compared decoded; write the "
           "character itself")},
    {RULE("glob = \"/**/*?/\"; certificate = \"none\";"), NULL},
    {RULE("glob = "
          "\"/"
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx*\"; "
          "certificate = \"none\";"),
     AT(2, "rules[0].glob: it has more than 512 bytes")},
    {RULE("path = "
          "\"/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/"
          "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a\"; certificate = \"none\";"),
     AT(2, "rules[0].path: it has more than 60 segments")},
    {RULE(A_RULE "hosts = [ ];"),
     AT(2, "rules[0].hosts: the list is empty, so no request can match; leave it out for all")},
    {RULE(A_RULE "hosts = [ \"Example.org\" ];"),
     AT(2, "rules[0].hosts[0]: \"Example.org\": a host name in small letters and without a port is "
           "wanted, or *. and one for every host one label below")},
    {RULE(A_RULE "hosts = [ \"example.org:443\" ];"),
     AT(2, "rules[0].hosts[0]: \"example.org:443\": a host name in small letters and without a "
           "port is wanted, or *. and one for every host one label below")},
    {RULE(A_RULE "hosts = [ \"*\" ];"),
     AT(2, "rules[0].hosts[0]: \"*\": a host name in small letters and without a port is wanted, "
           "or *. and one for every host one label below")},
    {RULE(A_RULE "hosts = [ \"a..b\" ];"),
     AT(2, "rules[0].hosts[0]: \"a..b\": a host name in small letters and without a port is "
           "wanted, or *. and one for every host one label below")},
    {RULE(A_RULE "hosts = [ \"::1\", \"[2001:db8::1]\", \"192.0.2.1\" ];"), NULL},
    {RULE(A_RULE "hosts = [ \"[::1]:443\" ];"),
     AT(2, "rules[0].hosts[0]: \"[::1]:443\": a host name in small letters and without a port is "
           "wanted, or *. and one for every host one label below")},
    {RULE(A_RULE "hosts = [ \"2001:DB8::1\" ];"),
     AT(2, "rules[0].hosts[0]: \"2001:DB8::1\": a host name in small letters and without a port is "
           "wanted, or *. and one for every host one label below")},
    {RULE(A_RULE "hosts = [ \"*.example.org\", \"[::1]\" ];"), NULL},
    {RULE(A_RULE "hosts = [ \"a.*.example\" ];"),
     AT(2, "rules[0].hosts[0]: \"a.*.example\": a host name in small letters and without a port is "
           "wanted, or *. and one for every host one label below")},
    {RULE(A_RULE "from = [ ];"),
     AT(2, "rules[0].from: the list is empty, so no request can match; leave it out for all")},
    {RULE(A_RULE "from = [ \"10.0.0.1/8\" ];"),
     AT(2, "rules[0].from[0]: \"10.0.0.1/8\": the address has bits beyond the prefix: did you mean "
           "a longer prefix?")},
    {RULE(A_RULE "from = [ \"10.0.0.0/33\" ];"),
     AT(2, "rules[0].from[0]: \"10.0.0.0/33\": behind the slash stands no length of a prefix")},
    {RULE(A_RULE "from = [ \"10.0.0.0/\" ];"),
     AT(2, "rules[0].from[0]: \"10.0.0.0/\": behind the slash stands no length of a prefix")},
    {RULE(A_RULE "from = [ \"10.0.0.0/08\" ];"),
     AT(2, "rules[0].from[0]: \"10.0.0.0/08\": behind the slash stands no length of a prefix")},
    {RULE(A_RULE "from = [ \"example.org\" ];"),
     AT(2, "rules[0].from[0]: \"example.org\": it is no IP address")},
    {RULE(A_RULE "from = [ \"2001:db8::/129\" ];"),
     AT(2, "rules[0].from[0]: \"2001:db8::/129\": behind the slash stands no length of a prefix")},
    {RULE(A_RULE "from = [ \"10.0.0.0/8\", \"2001:db8::1\", \"0.0.0.0/0\" ];"), NULL},
    /* policies */
    {RULES "policies = ( );\n",
     AT(2, "policies: a group of policies is wanted: { name = { rules = ( … ); }; }")},
    {RULES "policies: { };\n", NULL},
    {RULES "policies: { p = 1; };\n", AT(2, "policies.p: a group is wanted: { rules = ( … ); … }")},
    {POLICY(""), AT(3, "policies.p: rules: missing; without a rule everything is refused")},
    {POLICY("rules = ( ); server: { };"),
     AT(3, "policies.p.server: unknown key; a policy knows: "
           "trust, certificates, revocation, clients, rules, claims")},
    {POLICY("rules = ( );"), NULL},
    {POLICY("rules = ( { path = \"/\"; certificate = \"required\"; } );"),
     AT(3, "policies.p: trust.anchors: missing; rules ask for certificates, and none could be "
           "trusted")},
    {POLICY("trust: { anchors = [ \"good.pem\" ]; }; rules = ( { path = \"/\"; certificate = "
            "\"required\"; } );"),
     NULL},
    {POLICY("trust: { anchors = [ \"no-such.pem\" ]; }; rules = ( );"),
     AT(3, "trust.anchors: @/no-such.pem: cannot be opened: No such file or directory")},
    {POLICY("certificates: { use = \"x\"; }; rules = ( );"),
     AT(3, "policies.p.certificates.use: one of \"any\", \"client-auth\", \"client-auth-strict\" "
           "is wanted")},
    {POLICY("certificates: { purposes = [ \"x\" ]; }; rules = ( );"),
     AT(3, "certificates.purposes: \"x\": an object identifier is wanted, such as "
           "\"1.3.6.1.5.5.7.3.2\", each once")},
    {POLICY("rules = ( { path = \"/\"; certificate = \"required\"; clients = [ \"c\" ]; } );"),
     AT(3, "policies.p.rules[0].clients: no clients are configured that it could name")},
    {POLICY("clients = ( { id = \"c\"; credentials = ( { cn = \"\" ; } ); } ); rules = ( );"),
     AT(3, "policies.p.clients[0].credentials[0].cn: the text is empty")},
    {POLICY("rules = ( ); }; p: { rules = ( );"), AT(3, "duplicate setting name")},
};
