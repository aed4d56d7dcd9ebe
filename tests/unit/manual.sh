#!/bin/sh
# The manual says what the code has, and nothing else: each check compares two lists, one
# taken out of the source and one out of a page. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL

cd -- "${srcdir:-$(dirname -- "$0")/../..}" || exit 99
folder=$(mktemp -d) || exit 99
trap 'rm -rf -- "$folder"' EXIT

number=0
# report NAME STATUS: the test's line; its diagnostics, if any, are in $folder/diagnostics.
report() {
    number=$((number + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        sed 's/^/# /' "$folder/diagnostics"
    fi
}

# same NAME LEFT LEFT-FILE RIGHT RIGHT-FILE: both hold the same lines, at least one.
same() {
    sort -u "$3" >"$folder/left"
    sort -u "$5" >"$folder/right"
    {
        comm -23 "$folder/left" "$folder/right" | sed "s/\$/: in $2, not in $4/"
        comm -13 "$folder/left" "$folder/right" | sed "s/\$/: in $4, not in $2/"
        [ -s "$folder/left" ] || echo "nothing found in $2: has its form changed?"
    } >"$folder/diagnostics"
    [ ! -s "$folder/diagnostics" ]
    report "$1" $?
}

# items PAGE SECTION MACRO: what stands after `.It MACRO` in that section, one a line.
items() {
    awk -v section="$2" -v macro="$3" '
        $1 == ".Sh" { inside = substr($0, 5) == section }
        inside && $1 == ".It" && $2 == macro {
            for (i = 3; i <= NF; i++)
                if ($i != ",")
                    print $i
        }' "$1"
}

# options SOURCE: --long and -s, from the table and the string for getopt_long.
options() {
    awk '/^static const struct option long_options/ { inside = 1 } /^};/ { inside = 0 } inside' "$1" |
        sed -n 's/^ *{"\([a-z0-9-]*\)".*/--\1/p'
    sed -n 's/.*getopt_long(argc, argv, "\([A-Za-z:]*\)".*/\1/p' "$1" | tr -d : |
        fold -w 1 | sed 's/^/-/'
}

# documented PAGE: the options that have an item, in the same form.
documented() {
    grep '^\.It Fl' "$1" | tr ' ' '\n' | awk 'flag { print "-" $0 } { flag = $0 == "Fl" }'
}

echo 1..29

# --- the form --------------------------------------------------------------------------

pages=$(find authorizer handlers -name '*.[158]' -type f | sort)
if command -v mandoc >/dev/null; then
    # shellcheck disable=SC2086 # a list of files, without blanks in their names
    mandoc -T lint -W warning $pages >"$folder/diagnostics" 2>&1
else
    echo "mandoc is not installed (Debian: the package mandoc)" >"$folder/diagnostics"
    false
fi
report "mandoc finds nothing wrong with the pages" $?

# --- certauthz.conf(5) -----------------------------------------------------------------

# names SOURCE BEGINNING: the .name of each entry of the table that begins so.
names() {
    awk -v beginning="$2" '
        index($0, beginning) == 1 { inside = 1 }
        /^};/ { inside = 0 }
        inside && match($0, /\.name = "[a-z_]*"/) { print substr($0, RSTART + 9, RLENGTH - 10) }' "$1"
}

# What clients, credentials, selectors and rules know; the words by which selectors are combined
# stand in the code between quotes, in the very text that a message names them with.
names authorizer/config/clients.c "static const struct key client_keys" |
    sed 's/^/clients[]./' >"$folder/clients"
sed -n 's/^static const char \*const credential_names\[\] = {\(.*\), NULL};$/\1/p' authorizer/config/clients.c |
    tr ',' '\n' | sed 's/[" ]//g; s/^/credentials[]./' >"$folder/credentials"
{
    sed -n 's/^    {"\([a-z0-9_]*\)", read_.*/\1/p' authorizer/config/selectors.c
    echo extension
    sed -n 's/.*there are %s, \([a-z, ]*\)".*/\1/p' authorizer/config/conditions.c | tr ',' '\n' | tr -d ' '
} >"$folder/selectors"
names authorizer/config/rules.c "static const struct key keys" | sed 's/^/rules[]./' >"$folder/rules"


# Its groups nest.
{
    names authorizer/config/revocation.c "static const struct key revocation_keys" |
        sed 's/^/revocation./'
    names authorizer/config/revocation.c "static const struct key ocsp_keys" |
        sed 's/^/revocation.ocsp./'
    names authorizer/config/revocation_actions.c "static const struct key on_keys" |
        sed 's/^/revocation.on./'
    names authorizer/config/revocation_actions.c "static const struct key authority_keys" |
        sed 's/^/revocation.authorities[]./'
} >"$folder/revocation"

{
    awk '
        /^static const struct key [a-z]*_keys\[\]/ { group = $5; sub(/_keys.*/, "", group) }
        /^};/ { group = "" }
        group != "" && match($0, /\.name = "[a-z_]*"/) {
            print group "." substr($0, RSTART + 9, RLENGTH - 10)
        }' authorizer/config/config.c authorizer/config/policies.c \
            authorizer/config/claims.c authorizer/config/forwarded.c
} >"$folder/groups"
cat "$folder/groups" "$folder/clients" "$folder/credentials" "$folder/selectors" "$folder/rules" \
    "$folder/revocation" >"$folder/keys"
grep '^\.It Cm' authorizer/certauthz.conf.5 | cut -d ' ' -f 3 >"$folder/documented"
same "certauthz.conf(5) has every key and no other" \
    "the code" "$folder/keys" "the page" "$folder/documented"

# Of the groups at the outermost level every key, and no other; what is nested has to be there,
# and test-load tries whether it is known.
awk '
    { sub(/\/\/.*/, "") }
    /^[a-z]+: \{/ { group = $1; sub(/:/, "", group) }
    /^[})]/ { group = "" }
    group != "" && group != "policies" && group != "revocation" {
        rest = $0
        gsub(/"[^"]*"/, "", rest)
        while (match(rest, /[a-z_]+ =/)) {
            name = substr(rest, RSTART, RLENGTH - 2)
            print group "." name
            rest = substr(rest, RSTART + RLENGTH)
        }
    }' authorizer/config/certauthz.conf.example >"$folder/example"
cat "$folder/clients" "$folder/credentials" "$folder/selectors" "$folder/rules" "$folder/revocation" |
    while read -r key; do
        grep -qE "(^|[ {])${key##*.}( =|:)" authorizer/config/certauthz.conf.example && echo "$key"
    done >>"$folder/example"
same "certauthz.conf.example has every key and no other" \
    "the code" "$folder/keys" "the example" "$folder/example"

sed -n '/key_word/,/^};/p' authorizer/config/config.c authorizer/config/policies.c \
    authorizer/config/rules.c \
    authorizer/config/conditions.c authorizer/config/revocation.c authorizer/config/forwarded.c \
    authorizer/config/revocation_actions.c |
    grep -oE '\{"[a-z0-9-]+", ' | sed 's/^{"\(.*\)", $/\1/' \
    >"$folder/words"
: >"$folder/diagnostics"
[ -s "$folder/words" ] || echo "no word found in the code" >"$folder/diagnostics"
while read -r word; do
    grep -qE "^\\.(It )?Ql (\\\\&\\[ \\\\\\(dq)?$word( |\\\\|\$)" authorizer/certauthz.conf.5 ||
        echo "$word: in the code, not in the page"
done <"$folder/words" >>"$folder/diagnostics"
[ ! -s "$folder/diagnostics" ]
report "certauthz.conf(5) has every word that a key takes" $?

# --- certauthz(8) ----------------------------------------------------------------------

options authorizer/certauthz.c >"$folder/options"
documented authorizer/certauthz.8 >"$folder/documented"
same "certauthz(8) has every option and no other" \
    certauthz.c "$folder/options" "the page" "$folder/documented"
options authorizer/certauthz-refresh.c >"$folder/options"
documented authorizer/certauthz-refresh.8 >"$folder/documented"
same "certauthz-refresh(8) has every option and no other" \
    certauthz-refresh.c "$folder/options" "the page" "$folder/documented"

sed -n 's/.*\.slug = "\([a-z-]*\)".*/\1/p' authorizer/reason/reason.c >"$folder/slugs"
items authorizer/certauthz.8 REASONS Cm >"$folder/documented"
same "certauthz(8) has every reason and no other" \
    reason.c "$folder/slugs" "the page" "$folder/documented"

# claims MACRO...: the names in the table of claims that are written with one of these macros.
claims() {
    for macro in "$@"; do
        sed -n "s/^    {$macro(\"\([A-Z0-9_]*\)\".*/\1/p" authorizer/response/claim_sources.c
    done
}

claims CLAIM FIELD >"$folder/own"
items authorizer/certauthz.8 CLAIMS Ev >"$folder/documented"
same "certauthz(8) has every claim and no other" \
    claim_sources.c "$folder/own" "the page" "$folder/documented"

awk '/^    send = / { inside = 1 } inside { print } /];/ { inside = 0 }' \
    authorizer/config/certauthz.conf.example | grep -oE '[A-Z][A-Z0-9_]+' >"$folder/example"
same "certauthz.conf.example sends every claim and no other" \
    claim_sources.c "$folder/own" "the example" "$folder/example"

claims ASPNET KESTRUN XFCC RFC9440 >"$folder/dialects"
items authorizer/certauthz.conf.5 CLAIMS Ev >"$folder/documented"
same "certauthz.conf(5) has every claim of a dialect and no other" \
    claim_sources.c "$folder/dialects" "the page" "$folder/documented"
cat "$folder/own" "$folder/dialects" >"$folder/claims"

sed -n 's/^ *{\.name = "\([a-z0-9_]*\)", \.put = .*/\1/p' authorizer/response/claim_sources.c \
    >"$folder/sources"
awk '/^\.Sh CLAIMS/ { inside = 1 } /^\.Ss Dialects/ { inside = 0 }
    inside && $1 == ".Ql" && $2 ~ /^[a-z0-9_]+$/ { print $2 }' authorizer/certauthz.conf.5 |
    grep -vxE 'claims|aspnet|kestrun|xfcc|rfc9440' >"$folder/documented"
same "certauthz.conf(5) has every value of a certificate and no other" \
    claim_sources.c "$folder/sources" "the page" "$folder/documented"

{
    sed -n 's/^    {"\([A-Z_]*\)", offsetof.*/\1/p' authorizer/request/request.c
    sed -n 's/^#define CHAIN "\([A-Z_]*\)"$/\10/p' authorizer/request/request.c
} >"$folder/variables"
items authorizer/certauthz.8 "SERVER VARIABLES" Ev >"$folder/documented"
same "certauthz(8) has every server variable and no other" \
    request.c "$folder/variables" "the page" "$folder/documented"

grep -ohE 'add_(text|optional|cut|number|true|outcomes)\(entry, "[a-z0-9_]+"|\.name = "[a-z0-9_]+"' authorizer/log/entry.c |
    sed 's/.*"\(.*\)"/\1/' | grep -vxE 'level|message' >"$folder/members"
items authorizer/certauthz.8 LOG Cm >"$folder/documented"
same "certauthz(8) has every member of a log line and no other" \
    entry.c "$folder/members" "the page" "$folder/documented"

{
    grep -ohE 'cz_log_message\([^"]*"[a-z]+"' -r authorizer --include='*.c' | sed 's/.*"\(.*\)"/\1/'
    sed -n 's/^        {"\([a-z]*\)", LOG_SEVERITY_.*/\1/p' authorizer/log/entry.c
} >"$folder/levels"
awk '/^Other events are lines with/ { inside = 1 } inside && /^\.Pc/ { exit } inside' authorizer/certauthz.8 |
    sed -n 's/^\.Ql //p' | tr -d ' ' | tr ',' '\n' >"$folder/documented"
same "certauthz(8) has every level of a log line and no other" \
    "the code" "$folder/levels" "the page" "$folder/documented"

grep -ohE 'getenv\("[A-Z_]+' authorizer/certauthz.c authorizer/config/setup.c authorizer/server/*.c |
    sed 's/^getenv("//' | sort -u >"$folder/environment"
items authorizer/certauthz.8 ENVIRONMENT Ev >"$folder/documented"
same "certauthz(8) has every variable of its environment and no other" \
    "the code" "$folder/environment" "the page" "$folder/documented"

# --- certauthzctl(1) -------------------------------------------------------------------

options authorizer/certauthzctl.c >"$folder/options"
documented authorizer/certauthzctl.1 >"$folder/documented"
same "certauthzctl(1) has every option and no other" \
    certauthzctl.c "$folder/options" "the page" "$folder/documented"

sed -n 's/^    {"\([a-z]*\)", \(cz_\)*run_.*/\1/p' authorizer/certauthzctl.c >"$folder/commands"
items authorizer/certauthzctl.1 DESCRIPTION Cm >"$folder/documented"
same "certauthzctl(1) has every command and no other" \
    certauthzctl.c "$folder/commands" "the page" "$folder/documented"

# in_usage SOURCE: "COMMAND --long" for each option of the usage; those that stand behind WHAT: are
# those of each command that takes it.
in_usage() {
    awk '
        /^static const char usage/ { inside = 1; next }
        !inside { next }
        /^    "WHAT:/ { command = "WHAT" }
        match($0, /certauthzctl [a-z]+ /) { command = substr($0, RSTART + 13, RLENGTH - 14) }
        command != "WHAT" && / WHAT/ { takes[command] = 1 }
        {
            line = $0
            while (match(line, /--[a-z0-9-]+/)) {
                options[command] = options[command] " " substr(line, RSTART, RLENGTH)
                line = substr(line, RSTART + RLENGTH)
            }
        }
        /";$/ { exit }
        END {
            for (command in options) {
                count = split(options[command] (takes[command] ? options["WHAT"] : ""), each, " ")
                for (i = 1; command != "WHAT" && i <= count; i++)
                    print command, each[i]
            }
        }' "$1"
}

# in_synopses PAGE: the same out of the page.
in_synopses() {
    awk '
        /^\.Sh DESCRIPTION/ { exit }
        $1 == ".Cm" { command = $2 }
        {
            for (i = 1; i < NF; i++)
                if ($i ~ /^\.?Fl$/ && $(i + 1) ~ /^-/)
                    print command, "-" $(i + 1)
        }' "$1"
}

in_usage authorizer/certauthzctl.c >"$folder/usage"
in_synopses authorizer/certauthzctl.1 >"$folder/documented"
same "certauthzctl(1) shows every option of each command that the usage has, and no other" \
    "the usage" "$folder/usage" "the page" "$folder/documented"

# members SOURCE...: the names of the members in JSON that are written there.
members() {
    grep -ohE 'cz_json_[a-z]+\(out, "[a-z_]+"|cz_json_[a-z]+\(answer, "[a-z_]+"|put_name\(out, "[a-z_]+"' "$@" |
        sed 's/.*"\(.*\)"/\1/'
}

# shown COMMAND: what stands behind .It and .Ql in the part on its JSON.
shown() {
    awk -v title=".Ss What $1 shows as JSON" '
        /^\.S[sh]/ { inside = $0 == title }
        inside && ($1 == ".It" || $1 == ".Ql") {
            for (i = 2; i <= NF; i++)
                if ($i ~ /^[a-z_]+$/)
                    print $i
        }' authorizer/certauthzctl.1
}

members authorizer/server/commands.c >"$folder/members"
awk '/^Those of the processes:/ { inside = 1 } inside && /^\.El/ { exit }
    inside && $1 == ".It" { for (i = 2; i <= NF; i++) if ($i != ",") print $i }' \
    authorizer/certauthzctl.1 >"$folder/documented"
same "certauthzctl(1) has every member of a process's status and no other" \
    commands.c "$folder/members" "the page" "$folder/documented"

members authorizer/ctl/revocation_json.c >"$folder/members"
shown revocation | grep -vxE 'revoked|unknown' >"$folder/documented"
same "certauthzctl(1) has every member of what revocation shows, and no other" \
    revocation_json.c "$folder/members" "the page" "$folder/documented"

sed -n 's/^    \[CHECK_.*\] = "\([a-z-]*\)".*/\1/p' authorizer/reason/trace.c >"$folder/checks"
items authorizer/certauthzctl.1 CHECKS Cm >"$folder/documented"
same "certauthzctl(1) has every check and no other" \
    trace.c "$folder/checks" "the page" "$folder/documented"

sed -n 's/^    \[PROBE_.*\] = {"\([a-z]*\)",.*/\1/p' authorizer/ctl/probe_report.c >"$folder/groups"
items authorizer/certauthzctl.1 PROBE Cm >"$folder/documented"
same "certauthzctl(1) has every group that is probed and no other" \
    probe_report.c "$folder/groups" "the page" "$folder/documented"

# --- certauthz-gate(8) -----------------------------------------------------------------

names handlers/gate/settings.c "static const struct key gate_keys" >"$folder/keys"
items handlers/gate/certauthz-gate.8 CONFIGURATION Cm >"$folder/documented"
same "certauthz-gate(8) has every key of gate.conf and no other" \
    settings.c "$folder/keys" "the page" "$folder/documented"

# --- what is handed over, and what takes it away ---------------------------------------

# mod_fcgid sends every claim to the client unless a line of its own forbids it, and those that it
# has from an earlier pass of the same request unless another does; .htaccess knows only the first.
# unset_in FILE WHEN: the claims that it takes away, always or early.
unset_in() {
    sed -n "s/^Header always unset Variable-\([A-Z0-9_]*\) *\(.*\)\$/\2:\1/p" "$1" |
        sed -n "s/^${2#always}://p"
}

for file in "parts/claims.conf always" "parts/claims.conf early" "htaccess-fcgid/.htaccess always"; do
    unset_in "apache-conf/${file% *}" "${file#* }" >"$folder/unset"
    same "apache-conf/${file% *} keeps every claim from the client, and names no other (${file#* })" \
        claim_sources.c "$folder/claims" "the file" "$folder/unset"
done

# nginx hands on what it is told to, claim by claim. Those of a dialect are the site's own affair.
# shellcheck disable=SC2016 # nginx's variables
sed -n 's/^auth_request_set \$claim_\([a-z0-9_]*\) *\$upstream_http_variable_\1;$/\1/p' \
    packaging/nginx/certauthz.conf | tr '[:lower:]' '[:upper:]' >"$folder/taken"
same "nginx's configuration takes every claim over" \
    claim_sources.c "$folder/own" "the configuration" "$folder/taken"
awk '$1 == "fastcgi_param" && $3 == "$claim_" tolower($2) && $4 == "if_not_empty;" { print $2 }' \
    packaging/nginx/certauthz.conf >"$folder/given"
same "nginx's configuration hands every claim on" \
    claim_sources.c "$folder/own" "the configuration" "$folder/given"

# The example says what every file needs that it includes, if only in a comment.
grep -ohE '(\$\{|<IfDefine )CERTAUTHZ_[A-Z_]+' apache-conf/certauthz-*.conf apache-conf/parts/*.conf |
    grep -oE 'CERTAUTHZ_[A-Z_]+' >"$folder/used"
sed -n 's/^#\{0,1\}Define \(CERTAUTHZ_[A-Z_]*\) .*/\1/p' apache-conf/example-site.conf >"$folder/defined"
same "Apache's example-site.conf defines what the other files use, and nothing else" \
    "the files" "$folder/used" example-site.conf "$folder/defined"
