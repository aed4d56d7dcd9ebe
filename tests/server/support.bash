# shellcheck shell=bash
# What the .bats files share on top of lib.bash. Servers are started once for each file, in
# setup_file, and ended by close_lab in teardown_file, whatever happened in between; the last
# test of each file (everything_ended_well) looks at how they ended.

# shellcheck source=tests/server/lib.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.bash"

HERE=$LAB_SOURCE/tests/server
shopt -s extglob

# What stands in every protected file, and so must never leave without a certificate.
export SECRET="only-for-holders-of-a-certificate"

# --- what is expected ------------------------------------------------------------------

fail() {
    printf '%s\n' "$@" >&2
    return 1
}

# expect WHAT FOUND WANTED
expect() {
    [[ $2 == "$3" ]] || fail "$1:" "  found  $2" "  wanted $3"
}

# expect_like WHAT FOUND PATTERN
expect_like() {
    # shellcheck disable=SC2053 # a pattern
    [[ $2 == $3 ]] || fail "$1:" "  found  $2" "  wanted $3"
}

# --- the laboratory --------------------------------------------------------------------

open_lab() {
    lab_open "${LAB_BUILD:?is not set: these tests are started by tests/server/run}"
    mkdir "$LAB/site/admin/empty"
    local file
    for file in secret.txt admin/secret.txt admin/index.html; do
        echo "$SECRET" >"$LAB/site/$file"
    done
}

# change_config OLD NEW [FILE]: in certauthz.conf; what is to be changed has to be there.
change_config() {
    local file=${3:-$LAB/etc/certauthz.conf} text
    text=$(<"$file")
    [[ $text == *"$1"* ]] || fail "$file does not have: $1"
    printf '%s\n' "${text/"$1"/"$2"}" >"$file"
}

# write_rules RULES: in place of those of certauthz.conf.
write_rules() {
    local config=$LAB/etc/certauthz.conf
    sed -i '/^rules = (/,/^);/d' "$config"
    printf 'rules = ( %s );\n' "$1" >>"$config"
}

# Two servers in one laboratory, or three: start_both or start_three, then `behind SERVER` chooses
# where requests go.
start_both() {
    lab_start certauthz
    lab_start whoami
    lab_start lighttpd
    export PORT_LIGHTTPD=$LAB_PORT
    lab_start apache
    export PORT_APACHE=$LAB_PORT
}

start_three() {
    start_both
    lab_start nginx
    export PORT_NGINX=$LAB_PORT
}

behind() {
    SERVER=$1
    case $SERVER in
    lighttpd) LAB_PORT=$PORT_LIGHTTPD ;;
    apache) LAB_PORT=$PORT_APACHE ;;
    nginx) LAB_PORT=$PORT_NGINX ;;
    esac
    export SERVER LAB_PORT
}

close_lab() {
    # Stopped processes take no SIGTERM.
    local pid
    for pid in "${LAB:-/nonexistent}"/pid/*; do
        [[ ! -e $pid ]] || kill -CONT "$(<"$pid")" 2>/dev/null || :
    done
    lab_close
}

# Processes that have to do with this laboratory: they run its programs, or were started with
# its files.
lab_processes() {
    local folder line
    for folder in /proc/[0-9]*; do
        [[ $(readlink -- "$folder/exe" 2>/dev/null) == "$LAB"/bin/* ]] ||
            grep -qF -- "$LAB" "$folder/cmdline" 2>/dev/null || continue
        lab_alive "${folder#/proc/}" || continue
        line=$(tr '\0' ' ' <"$folder/cmdline" 2>/dev/null) || continue
        echo "${folder#/proc/} $line"
    done
}

no_lab_processes() {
    [[ -z $(lab_processes) ]]
}

# The end of each file: every server leaves when asked to, none leaves a process behind, and
# no log has a sanitizer's report.
everything_ended_well() {
    local pid
    # lab_stop waits for Apache until no program of the laboratory runs, so it comes last.
    for pid in "$LAB"/pid/!(apache) "$LAB/pid/apache"; do
        [[ ! -e $pid ]] || lab_stop "${pid##*/}" 2>>"$LAB/log/stopping.log"
    done
    # lighttpd 1.4.69 itself crashes at its end where mod_gnutls asked for client certificates.
    [[ ${LAB_LIGHTTPD_TLS-} != gnutls ]] || sed -i '/Segmentation fault/d' "$LAB/log/stopping.log"
    expect "servers that had to be killed" "$(cat "$LAB/log/stopping.log")" ""
    lab_await no_lab_processes || fail "still running:" "$(lab_processes)"
    lab_no_sanitizer_reports
}

# --- requests --------------------------------------------------------------------------

# talk CERTIFICATE TLS STEP...: see https_client.py. Sets `replies`, one line of JSON each.
talk() {
    local certificate=$1 tls=$2
    shift 2
    replies=$("$HERE/https_client.py" --certificate "$certificate" --tls "$tls" "$@")
}

# of REPLY FILTER: of the reply with this number, from 1.
of() {
    jq -r --slurp ".[$(($1 - 1))] | $2" <<<"$replies"
}

statuses() {
    jq -r .status <<<"$replies" | xargs
}

no_secret_in() {
    [[ $1 != *"$SECRET"* ]] || fail "the secret left:" "$1"
}

# --- decisions in the log --------------------------------------------------------------

# Those of the server in use: what Apache or lighttpd started writes into their log.
decisions() {
    case $SERVER in
    nginx) grep '^{.*"verdict"' "$LAB/log/certauthz.log" || : ;;
    lighttpd) cat "$LAB"/log/{certauthz*,lighttpd}.log 2>/dev/null | grep '^{.*"verdict"' || : ;;
    apache) grep '^{.*"verdict"' "$LAB/log/apache-error.log" || : ;;
    esac
}

decision_count() {
    decisions | wc -l
}

more_decisions_than() {
    (($(decision_count) > $1))
}

# reason_since COUNT: of the last decision after the first COUNT; it is written after the
# reply has been sent.
reason_since() {
    lab_await more_decisions_than "$1" || fail "no decision was logged"
    decisions | tail -n "+$(($1 + 1))" | tail -n 1 | jq -r .reason
}

# The next three look at one certificate and $SECRET_PATH, over TLS 1.2 and over TLS 1.3.
: "${SECRET_PATH:=/secret.txt}"

# granted CERTIFICATE: the file comes.
granted() {
    local tls before
    for tls in 1.2 1.3; do
        before=$(decision_count)
        talk "$1" "$tls" "GET $SECRET_PATH"
        expect "status over TLS $tls" "$(statuses)" 200
        expect "body over TLS $tls" "$(of 1 .body)" "$SECRET"
        expect "reason in the log" "$(reason_since "$before")" granted
    done
}

# refused CERTIFICATE REASON: 403, for this reason. lighttpd tells the client, Apache and nginx do
# not; the log has it in any case.
refused() {
    local tls before
    for tls in 1.2 1.3; do
        before=$(decision_count)
        talk "$1" "$tls" "header Accept: application/problem+json" "GET $SECRET_PATH"
        expect "status over TLS $tls" "$(statuses)" 403
        no_secret_in "$replies"
        expect "reason in the log" "$(reason_since "$before")" "$2"
        if [[ $SERVER = lighttpd ]]; then
            expect "reason told" "$(of 1 .body | jq -r .reason)" "$2"
            expect "id told" "$(of 1 .body | jq -r .id)" \
                "$(decisions | tail -n 1 | jq -r .id)"
        else
            expect_like "body" "$(of 1 .body)" "*403 Forbidden*"
        fi
    done
}

# ended CERTIFICATE ALERT: the server itself ends the handshake, and nobody is asked.
ended() {
    local tls before
    before=$(decision_count)
    for tls in 1.2 1.3; do
        talk "$1" "$tls" "GET $SECRET_PATH"
        expect "status over TLS $tls" "$(statuses)" 0
        expect "alert over TLS $tls" "$(of 1 .error)" "$2"
    done
    expect "decisions" "$(decision_count)" "$before"
}
