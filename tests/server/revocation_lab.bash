# shellcheck shell=bash
# A laboratory in which certificates are revoked, on top of support.bash and revocation_pki.bash:
# lighttpd with the daemon, Apache with three processes of mod_fcgid, certauthz as CGI behind
# lighttpd, all with the shipped configurations and one store, which a real certauthz-refresh
# fills.
#
#   open_revocation_lab       the CA "root" above "sub", and a web server at $URL for lists
#   client CA NAME [EXTENSION...]
#                             a client's certificate, in the PKI of the laboratory too
#   configure LINES [TOP]     certauthz.conf: the shipped example with LINES in `revocation`, and
#                             TOP besides; and cgi.conf, the same for what runs as CGI
#   start_revocation_lab [POLICY...]
#                             certauthz and both web servers
#   start_refresher           certauthz-refresh; end it by lab_stop refresh
#   renew CA [OPTION...]      a new list of the CA at $URL/files/CA.crl; see ca_crl
#   refresh_now               has the refresher fetch everything
#
# Everybody logs to one file, from which can be seen which process has decided what. Another policy
# is chosen by the query: ?policy=NAME.

# shellcheck disable=SC2034 # for the tests
GATE=/public/gate.cgi
# Of a policy that asks everybody for a certificate. Its claims are the example's.
RULES='rules = (
    { path = "/public/"; certificate = "none"; },
    { path = "/"; certificate = "required"; } );'

open_revocation_lab() {
    open_lab
    export CA=$LAB/ca LAB_APACHE_PROCESSES=3
    mkdir "$CA" "$LAB/lists"
    lab_spawn log-daemon "$HERE/log_daemon.py" "$LAB/run/log.sock" "$LAB/log/decisions"
    refresh_start_web
    lab_await test -S "$LAB/run/log.sock"
    ca_make root
    ca_make sub root
    cat "$CA/root.pem" "$CA/sub.pem" >>"$LAB/pki/server-ca.pem"
    empty_store
}

empty_store() {
    rm -rf -- "$LAB/store"
    mkdir "$LAB/store"
    [[ $EUID -ne 0 ]] || chown "$LAB_USER:$LAB_GROUP" "$LAB/store"
}

client() {
    ca_issue "$@"
    cp -- "$CA/$2.pem" "$CA/$2.key" "$LAB/pki/"
}

configure() {
    local config=$LAB/etc/certauthz.conf.new
    cp -- "$LAB_SOURCE/authorizer/config/certauthz.conf.example" "$config"
    change_config 'anchors = [ "anchors.pem" ]' "anchors = [ \"$CA/root.pem\" ]" "$config"
    change_config 'intermediates = [ "intermediates.pem" ]' \
        "intermediates = [ \"$CA/sub.pem\"${INTERMEDIATES-} ]" "$config"
    change_config 'destination = "stderr"' "destination = \"syslog:$LAB/run/log.sock\"" "$config"
    change_config 'request_deadline = 10' 'request_deadline = 120' "$config"
    change_config 'control = "off"' "control = \"$LAB/run/control\"" "$config"
    # at the end, where no @include and no comment can swallow it
    printf 'revocation: { store = "%s"; retry = 600; every = 600; %s };\n%s\n' \
        "$LAB/store" "${1//URL/$URL}" "${2-}" >>"$config"
    # as CGI it is below /public/, which is for everybody elsewhere
    sed '/path = "\/public\/"/d' "$config" >"$LAB/etc/cgi.conf"
    mv -- "$config" "$LAB/etc/certauthz.conf"
}

# A process that is started as CGI gets no arguments and little of an environment.
make_gate() {
    cat >"$LAB/site$GATE" <<PROGRAM
#!/bin/sh
case \$QUERY_STRING in *policy=*) export CERTAUTHZ_POLICY=\${QUERY_STRING##*policy=} ;; *) unset CERTAUTHZ_POLICY ;; esac
CERTAUTHZ_CONFIG=$LAB/etc/cgi.conf exec $LAB/bin/certauthz
PROGRAM
    chmod 755 "$LAB/site$GATE"
}

start_revocation_lab() {
    make_gate
    export LAB_AUTHORIZER_TIMEOUT=130
    LAB_LIGHTTPD_EXTRA=
    export LAB_LIGHTTPD_EXTRA
    local policy
    for policy; do
        LAB_LIGHTTPD_EXTRA+='
$HTTP["querystring"] =~ "policy='$policy'" { setenv.add-environment = ( "CERTAUTHZ_POLICY" => "'$policy'" ) }'
    done
    export LAB_APACHE_EXTRA='SetEnvIfExpr "%{QUERY_STRING} =~ /policy=([a-z]+)/" CERTAUTHZ_POLICY=$1'
    start_both
    start_authorizers
}

start_refresher() {
    lab_spawn refresh lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/certauthz.conf"
    lab_await lab_listens "$(realpath "$LAB/store")/refresh.socket" || fail "$(tail "$LAB/log/refresh.log" "$LAB/log/decisions")"
}

renew() {
    local ca=$1
    shift
    ca_crl "$ca" "$WEB/$ca.crl" "$@"
}

refresh_now() {
    kill -HUP "$(lab_pid refresh)"
}

# --- requests --------------------------------------------------------------------------

# at PLACE NAME [PATH]: one request; PLACE is lighttpd, apache or cgi. Sets status, headers, body.
at() {
    local place=$1 path=${3-/secret.txt} mine=$LAB/tmp/at.$BASHPID
    [[ $place != cgi ]] || path=$GATE${path#"${path%%\?*}"}
    case $place in
    apache) LAB_PORT=$PORT_APACHE ;;
    *) LAB_PORT=$PORT_LIGHTTPD ;;
    esac
    status=$(lab_curl --cert "$LAB/pki/$2.pem" --key "$LAB/pki/$2.key" -o "$mine.body" -D "$mine.headers" \
        -w '%{http_code}' -H "Accept: application/problem+json" "$(lab_url "$path")") || :
    headers=$(tr -d '\r' <"$mine.headers")
    body=$(<"$mine.body")
    rm -f "$mine".*
}

# gets NAME PATH STATUS REASON PLACE...
gets() {
    local name=$1 path=$2 wanted=$3 reason=$4 place before
    shift 4
    for place; do
        before=$(decision_count)
        at "$place" "$name" "$path"
        expect "status of $name, $path, $place" "$status" "$wanted"
        expect "reason for $name, $path, $place" "$(reason_of "$name" "$before")" "$reason"
    done
}

# --- who decided what ------------------------------------------------------------------

decisions() {
    sed -n 's/^[^{]*certauthz\[[0-9]*\]: \({.*"verdict".*\)$/\1/p' "$LAB/log/decisions"
}

# of NAME after the first COUNT: its last one. The web server has the reply before the log has the
# line, and a request through the gate has two.
reason_of() {
    is_told() {
        decisions | tail -n "+$(($2 + 1))" | grep -q "\"subject\":\"CN=$1\""
    }
    lab_await is_told "$1" "$2" || fail "no decision on $1 was logged"
    decisions | tail -n "+$(($2 + 1))" | grep "\"subject\":\"CN=$1\"" | tail -n 1 | jq -r .reason
}

# PID NAME REASON of each decision, as they were told
by_process() {
    sed -n 's/^[^{]*certauthz\[\([0-9]*\)\]: {.*"reason":"\([^"]*\)".*"subject":"CN=\([^",]*\)".*$/\1 \3 \2/p' \
        "$LAB/log/decisions"
}

# Each process that serves, and one that is CGI.
summary() {
    sort | uniq -c | sort -rn | head -n 20
}

# lines about something else: told TEXT [PID]
told() {
    grep -F -- "${2:+[$2]: }" "$LAB/log/decisions" | grep -cF -- "$1" || :
}

is_told() {
    (($(told "$@") > 0))
}

# Those that mod_fcgid has started: what is CGI has no arguments, the daemon --listen.
authorizers() {
    local pid line
    for pid in $(lab_leftovers); do
        line=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) || continue
        [[ $line != *bin/certauthz*" -c "* || $line = *--listen* || $line = *--query* ||
            $line = *certauthz-refresh* ]] || echo "$pid"
    done
}

processes_are() {
    (($(authorizers | wc -l) == $1))
}

# mod_fcgid starts another process when all that it has are at work: a stopped one gets the first
# request, and the second finds none.
start_authorizers() {
    local i askers=()
    for ((i = $(authorizers | wc -l); i < LAB_APACHE_PROCESSES; i++)); do
        authorizers | xargs -r kill -STOP
        for _ in 1 2; do
            LAB_PORT=$PORT_APACHE "$HERE/https_client.py" "GET /public/file.txt" >/dev/null 3>&- &
            askers+=($!)
        done
        lab_await processes_are $((i + 1)) || break
    done
    authorizers | xargs -r kill -CONT
    wait "${askers[@]}"
    expect "processes behind Apache" "$(authorizers | wc -l)" "$LAB_APACHE_PROCESSES"
}

# --- traffic ---------------------------------------------------------------------------

# start_traffic NAME[?QUERY]...: at every place; at Apache three times each, for its processes.
start_traffic() {
    local who name query asked=()
    for who; do
        name=${who%%\?*} query=${who#"$name"}
        asked+=("$name@lighttpd=$PORT_LIGHTTPD/secret.txt$query" "$name@cgi=$PORT_LIGHTTPD$GATE$query"
            "$name@apache=$PORT_APACHE/secret.txt$query"
            "$name@apache=$PORT_APACHE/secret.txt$query" "$name@apache=$PORT_APACHE/secret.txt$query")
    done
    : >"$LAB/tmp/traffic"
    lab_spawn traffic "$HERE/traffic.py" "$LAB/tmp/traffic" "${asked[@]}"
    authorizers >"$LAB/tmp/authorizers"
    lab_await everybody "$(awk 'END { print NR }' "$LAB/log/decisions")" "${1%%\?*}" granted ||
        fail "not everybody lets $1 in:" "$(by_process | summary)"
}

# everybody LINE NAME REASON: behind that line of the log, every process has said so of that name,
# and so has one that is CGI.
everybody() {
    local pid seen
    seen=$(tail -n "+$(($1 + 1))" "$LAB/log/decisions" |
        sed -n "s/^[^{]*certauthz\[\([0-9]*\)\]: {.*\"reason\":\"$3\".*\"subject\":\"CN=$2\".*\$/\1/p" | sort -u)
    for pid in $(<"$LAB/tmp/authorizers") $(lab_pid certauthz); do
        [[ $'\n'$seen$'\n' == *$'\n'$pid$'\n'* ]] || return 1
    done
    (($(wc -l <<<"$seen") > $(wc -l <"$LAB/tmp/authorizers") + 1))
}

line_of_log() {
    wc -l <"$LAB/log/decisions"
}

# comes_to NAME REASON: from now on, for each process after the other, and at every place.
comes_to() {
    lab_await everybody "$(line_of_log)" "$1" "$2" ||
        fail "not everybody says $2 of $1:" "$(by_process | tail -n 300 | summary)"
}

stop_traffic() {
    lab_stop traffic
}

# is_final NAME LINE: behind that line of the log no process that has refused the name once has let
# it in again, and no request that began after a refusal had been answered.
is_final() {
    expect "processes that refused $1 and let it in again" "$(by_process | tail -n "+$(($2 + 1))" |
        awk -v name="$1" '$2 == name && $3 != "granted" { refused[$1] = 1 }
            $2 == name && $3 == "granted" && refused[$1] { print $1 }' | sort -u)" ""
    expect "requests of $1 that came after a refusal and got in" "$(awk -v name="$1" '
        $3 == name && $4 != "apache" && $5 == 403 && (!first[$4] || $2 < first[$4]) { first[$4] = $2 }
        { line[NR] = $0 }
        END { for (i = 1; i <= NR; i++) { $0 = line[i]
            if ($3 == name && first[$4] && $1 > first[$4] && $5 != 403) print } }' "$LAB/tmp/traffic")" ""
}

# nobody_but NAME...: everybody else was let in each time, and these were let in or refused.
nobody_but() {
    expect "requests that failed" "$(awk -v names=" $* " \
        '!($5 == 200 || ($5 == 403 && index(names, " " $3 " ")))' "$LAB/tmp/traffic")" ""
}
