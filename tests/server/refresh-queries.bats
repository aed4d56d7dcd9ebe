# certauthz-refresh as a daemon: files that change, queries of authorizers, distribution points and
# OCSP responders that it learns, and peers that behave badly. The responder is OpenSSL's.

load support
load revocation_pki

setup_file() {
    refresh_open_lab
    ca_make other
    ca_issue other stranger
    ca_key delegate
    ca_delegate sub delegate "extendedKeyUsage = OCSPSigning" "noCheck = ignored"
    ca_key impostor
    ca_delegate sub impostor
    start_responder
    ca_issue sub alice "crlDistributionPoints = URI:$URL/files/sub.crl"
    ca_issue sub lost "crlDistributionPoints = URI:$URL/status/503"
    ca_issue sub both "crlDistributionPoints = URI:$URL/files/none.crl" \
        "authorityInfoAccess = OCSP;URI:$RESPONDER"
    ca_issue sub bob "authorityInfoAccess = OCSP;URI:$RESPONDER"
    ca_issue sub later "authorityInfoAccess = OCSP;URI:$URL/ocsp-error/3"
    ca_issue sub canned "authorityInfoAccess = OCSP;URI:$URL/ocsp/canned"
    ca_issue sub posted "authorityInfoAccess = OCSP;URI:$URL/ocsp/posted"
}

teardown_file() {
    close_lab
}

setup() {
    refresh_begin
    policy='check = "end-certificate";'
    refresh_configure '' "$policy"
    ca_crl sub "$WEB/sub.crl"
}

teardown() {
    lab_stop refresh
}

# --- helpers ---------------------------------------------------------------------------

# ca_delegate CA NAME EXTENSION...
ca_delegate() {
    local ca=$1 name=$2
    shift 2
    printf '%s\n' "[client]" "basicConstraints = CA:FALSE" "$@" >"$CA/$name.ext"
    ca_sign "$ca" "$name" "$CA/$name.ext" client
}

start_responder() {
    lab_spawn responder openssl ocsp -port 0 -index "$CA/sub.d/index" -CA "$CA/sub.pem" \
        -rsigner "$CA/delegate.pem" -rkey "$CA/delegate.key" -nmin 60
    lab_await grep -q ACCEPT "$LAB/log/responder.log"
    RESPONDER=http://127.0.0.1:$(sed -n 's/.*ACCEPT.*:\([0-9]*\) PID.*/\1/p' "$LAB/log/responder.log")
    export RESPONDER
}

# can NAME SIGNER CERTIFICATE [OPTION...]: a response of SIGNER about CERTIFICATE as $WEB/NAME.
can() {
    local name=$1 signer=$2 about=$3
    shift 3
    openssl ocsp -issuer "$CA/sub.pem" -cert "$CA/$about.pem" -no_nonce -reqout "$LAB/request" \
        >/dev/null 2>&1
    openssl ocsp -index "$CA/sub.d/index" -CA "$CA/sub.pem" -rsigner "$CA/$signer.pem" \
        -rkey "$CA/$signer.key" -reqin "$LAB/request" -respout "$WEB/$name" "$@" >/dev/null 2>&1
}

start_daemon() {
    lab_spawn refresh lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf" "$@"
    lab_await lab_listens "$(realpath "$LAB/store")/refresh.socket" || cat "$LAB/log/refresh.log" >&2
}

message() {
    printf 'certauthz-query 1 %s %s %d\n' "${2-wait}" "${3--}" "$(stat -c %s "$CA/$1.pem")"
    cat -- "$CA/$1.pem"
}

# query NAME [wait [POLICY]]: what certauthz-refresh --query answers.
query() {
    message "$@" >"$LAB/tmp/message"
    answer=$(lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf" --query \
        <"$LAB/tmp/message" 2>"$LAB/tmp/complaints")
}

# How many OCSP responses the store holds: what was answered has the type id-pkix-ocsp-basic.
responses() {
    python3 -c 'import glob, sys
basic = bytes.fromhex("2b0601050507300101")
print(sum(basic in open(name, "rb").read() for name in glob.glob(sys.argv[1] + "/ocsp/*")))' \
        "$LAB/store"
}

logged() {
    grep -cF -- "$1" "$LAB/log/refresh.log" || :
}

# --- files -----------------------------------------------------------------------------

@test "daemon: a source is looked at as often as is asked for, however long retry is" {
    refresh_configure '"URL/files/sub.crl"' 'every = 1;' 60
    start_daemon
    lab_await in_store "$WEB/sub.crl" || fail "the first list was not taken"
    ca_crl sub "$WEB/sub.crl"
    lab_await in_store "$WEB/sub.crl" || fail "the second list was not taken"
}

@test "daemon: a file that changes, one that is new in a folder, and one that goes" {
    refresh_configure '"../lists"'
    ca_crl root "$LAB/lists/root.crl"
    start_daemon
    lab_await in_store "$LAB/lists/root.crl" || fail "the first list was not taken"
    ca_crl root "$LAB/lists/root.crl"
    lab_await in_store "$LAB/lists/root.crl" || fail "the new one was not taken"
    ca_crl sub "$LAB/lists/sub.crl"
    lab_await in_store "$LAB/lists/sub.crl" || fail "the new file was not seen"
    mv -- "$LAB/lists/sub.crl" "$LAB/gone.crl"
    is_gone() { ! in_store "$LAB/gone.crl"; }
    lab_await is_gone || fail "the list of a file that is gone is still there"
}

@test "daemon: SIGHUP takes another configuration, and a bad one leaves the last" {
    start_daemon
    refresh_configure '"URL/files/sub.crl"' "$policy"
    kill -HUP "$(lab_pid refresh)"
    lab_await in_store "$WEB/sub.crl" || fail "the new source was not asked"
    echo "nonsense = 1;" >>"$LAB/etc/refresh.conf"
    kill -HUP "$(lab_pid refresh)"
    is_told() { grep -q 'not loaded again (SIGHUP): .*nonsense.* what was loaded before stays in force' "$LAB/log/refresh.log"; }
    lab_await is_told || fail "nobody was told"
    refresh_configure '"URL/files/sub.crl"' "$policy"
    query alice
    expect answer "$answer" "done"
}

@test "daemon: its socket has the mode that was asked for, and goes with it" {
    start_daemon --socket-mode 0606
    expect mode "$(stat -c %a "$LAB/store/refresh.socket")" 606
    lab_stop refresh
    [[ ! -e $LAB/store/refresh.socket ]] || fail "the socket is still there"
    once
    expect "status of --once afterwards" "$status" 0
}

@test "daemon: a second one is told that there is one" {
    start_daemon
    refresh
    expect status "$status" 1
    expect_like output "$output" "*another certauthz-refresh holds it*"
    query alice
    expect answer "$answer" "done"
}

# turn_ahead SECONDS: as if the sources in the catalogue had been tried by a clock that is ahead.
turn_ahead() {
    python3 - "$LAB/store/catalogue" "$1" <<'PYTHON'
import hashlib, struct, sys
path, seconds = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read()[:-32])
at = data.index(b"\n") + 1
def number(change=0):
    global at
    value = struct.unpack_from(">Q", data, at)[0] + change
    struct.pack_into(">Q", data, at, value)
    at += 8
    return value
def text():
    global at
    length = number()
    at += length
number(), number()
for _ in range(number()):
    number(), text(), number(), text(), number()
    number(seconds), number(seconds), number(seconds)
    text(), text(), number()
    at += 32
    text(), number()
open(path + ".ahead", "wb").write(data + hashlib.sha256(data).digest())
PYTHON
    mv -- "$LAB/store/catalogue.ahead" "$LAB/store/catalogue"
}

@test "daemon: a clock that was a year ahead does not let the sources rest for a year" {
    refresh_configure '"URL/files/sub.crl"' "$policy"
    once
    expect status "$status" 0
    turn_ahead 31536000
    ca_crl sub "$WEB/sub.crl"
    start_daemon
    lab_await in_store "$WEB/sub.crl" || fail "the source rests"
}

# --- queries ---------------------------------------------------------------------------

# Field 19 of /proc/PID/stat, counted from behind the name, which may hold anything.
nice_of() {
    local stat
    read -r stat <"/proc/$1/stat"
    awk '{ print $17 }' <<<"${stat##*) }"
}

@test "daemon: it gives way to those who answer requests" {
    local own
    own=$(nice_of "$$")
    start_daemon
    expect "its nice value" "$(nice_of "$(lab_pid refresh)")" "$((own > 10 ? own : 10))"
}

@test "query: the distribution point of a certificate is learned, fetched once and kept" {
    local before
    before=$(web_hits /files/sub.crl)
    start_daemon
    query alice
    expect answer "$answer" "done"
    holds "$WEB/sub.crl"
    query alice
    expect answer "$answer" "done"
    expect "fetches" "$(($(web_hits /files/sub.crl) - before))" 1
    # and the daemon knows it when it starts again, without anybody asking
    lab_stop refresh
    start_daemon
    query alice
    holds "$WEB/sub.crl"
    expect "fetches after the start" "$(($(web_hits /files/sub.crl) - before))" 1
}

@test "query: without a daemon the program answers by itself" {
    query alice
    expect answer "$answer" "done"
    holds "$WEB/sub.crl"
}

@test "query: who all ask at once share one fetch" {
    local i before askers=()
    before=$(web_hits /files/sub.crl)
    start_daemon
    message alice >"$LAB/tmp/message"
    for i in 1 2 3 4 5 6 7 8; do
        (lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf" --query \
            <"$LAB/tmp/message" >"$LAB/tmp/answer.$i" 2>&1 3>&-) &
        askers+=($!)
    done
    wait "${askers[@]}"
    expect answers "$(cat "$LAB"/tmp/answer.* | sort | uniq -c | tr -s ' ')" " 8 done"
    expect "fetches" "$(($(web_hits /files/sub.crl) - before))" 1
    rm -- "$LAB"/tmp/answer.*
}

@test "query: a source that failed lately is not tried again, and is told of once" {
    local before
    refresh_configure '' "$policy" 3600
    before=$(web_hits /status/503)
    start_daemon
    query lost
    expect answer "$answer" "done"
    query lost
    expect answer "$answer" "done"
    expect tries "$(($(web_hits /status/503) - before))" 1
    expect "told" "$(logged "\"message\":\"$URL/status/503: the server answered 503 Service Unavailable\"")" 1
}

@test "query: a certificate that does not validate here makes nothing be fetched" {
    start_daemon
    query stranger
    expect_like answer "$answer" "failed *no-path-to-trust-anchor"
    query alice wait nobody
    expect_like answer "$answer" "failed *the configuration has no policy of this name"
    refresh_configure '' 'mode = "offline";'
    kill -HUP "$(lab_pid refresh)"
    is_offline() { query alice; [[ $answer == "failed "*"this policy does not check revocation on line" ]]; }
    lab_await is_offline || fail "it answers: $answer"
    lacks "$WEB/sub.crl"
}

@test "query: what is no query gets no further" {
    local text
    answer=$(echo "GET / HTTP/1.1" | lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf" --query)
    expect answer "$answer" "failed what came on standard input is no query"
    start_daemon
    text=$(python3 -c 'import socket, sys
with socket.socket(socket.AF_UNIX) as peer:
    peer.connect(sys.argv[1])
    peer.sendall(b"GET / HTTP/1.1\n")
    print(peer.recv(1000).decode(), end="")' "$LAB/store/refresh.socket")
    expect answer "$text" "failed this is no query"
}

@test "query: peers that say one byte and stop hold nobody up, and are dropped" {
    start_daemon
    python3 -c 'import socket, sys
peers = [socket.socket(socket.AF_UNIX) for _ in range(20)]
for peer in peers:
    peer.connect(sys.argv[1])
    peer.sendall(b"c")
print("sent", flush=True)
print(sum(len(peer.recv(1)) for peer in peers), flush=True)' "$LAB/store/refresh.socket" \
        >"$LAB/tmp/stalled" 3>&- &
    local stalling=$!
    lab_await grep -q sent "$LAB/tmp/stalled"
    query alice
    expect answer "$answer" "done"
    expect "who stalls" "$(<"$LAB/tmp/stalled")" sent
    wait "$stalling"
    expect "bytes that they got" "$(tail -n 1 "$LAB/tmp/stalled")" 0
}

# --- OCSP ------------------------------------------------------------------------------

# asks NAME COUNT [LINES]: with these lines of configuration, so many responses are kept.
asks() {
    rm -rf -- "$LAB/store/ocsp" "$LAB/store/catalogue"
    refresh_configure '' "$policy ${3-}"
    query "$1"
    expect "answer about $1 ${3-}" "$answer" "done"
    expect "responses about $1 ${3-}" "$(responses)" "$2"
}

@test "OCSP: a real responder with a delegated signer, by GET and POST, with a nonce and without" {
    asks bob 1
    asks bob 1 'ocsp = { get = false; };'
    asks bob 1 'ocsp = { nonce = true; };'
    asks bob 1 'ocsp = { nonce = true; get = false; };'
    asks bob 1 'order = "ocsp-first";'
    asks bob 0 'order = "crl-only";'
}

@test "OCSP: with crl-first it is asked only where no list tells" {
    asks both 1
    asks both 0 'order = "crl-only";'
    ca_crl sub "$WEB/none.crl"
    asks both 0
    asks both 1 'order = "ocsp-first";'
    rm -- "$WEB/none.crl"
}

@test "OCSP: responders of the configuration are asked first, whatever the certificate names" {
    asks alice 1 "order = \"ocsp-only\"; ocsp = { responders = [ \"$RESPONDER\" ]; };"
    asks later 1 "ocsp = { responders = [ \"$RESPONDER\" ]; };"
}

@test "OCSP: what is not asked by POST is asked by GET" {
    local before
    can posted delegate posted -nmin 60
    before=$(web_hits /ocsp/posted)
    asks posted 1 'ocsp = { get = false; };'
    expect "posts" "$(($(web_hits /ocsp/posted) - before))" 1
    before=$(web_hits /ocsp/posted)
    asks posted 1
    expect "posts" "$(($(web_hits /ocsp/posted) - before))" 0
}

@test "OCSP: tryLater, another certificate's response, and signers who may not" {
    start_daemon
    query later
    expect answer "$answer" "done"
    expect responses "$(responses)" 0
    expect told "$(logged "$URL/ocsp-error/3: the OCSP responder answered with an error")" 1
    can canned delegate bob -nmin 60
    query canned
    expect answer "$answer" "done"
    expect responses "$(responses)" 0
    expect told "$(logged "$URL/ocsp/canned: the OCSP response is about other certificates")" 1
}

@test "OCSP: a response is kept only if its signer may sign it" {
    can canned impostor canned -nmin 60
    asks canned 0
    can canned stranger canned -nmin 60
    asks canned 0
    can canned sub canned -nmin 60 -resp_no_certs
    asks canned 1
    flip "$WEB/canned" -1 "$WEB/flipped"
    mv -- "$WEB/flipped" "$WEB/canned"
    asks canned 0
    can canned delegate canned -nmin 60
    asks canned 1
    asks canned 0 'ocsp = { nonce = true; };'
}

@test "queries: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
