# shellcheck shell=bash disable=SC2034
# Apache, and certauthz as a daemon on a port of loopback, asked by mod_authnz_fcgi.

DOOR_SERVER=apache
DOOR_TLS=(1.2 1.3)
DOOR_DOWNSTREAMS=(static cgi fastcgi php proxy)
DOOR_DENIAL=ours
DOOR_WITHOUT="500 503 504"
# After 30 seconds, which is in the module's code.
DOOR_GIVES_UP=late

door_start() {
    lab_add_applications
    export LAB_APACHE_CONF=$LAB_SOURCE/apache-conf/certauthz-authnz-fcgi.conf LAB_APACHE_WHOAMI=socket
    door_start_certauthz && lab_start whoami && lab_start php && lab_start backend &&
        lab_start apache
}

# On a free port, which shows only when it is bound, and then always on the same.
door_start_certauthz() {
    local attempt
    for attempt in {1..20}; do
        export LAB_CERTAUTHZ_PORT=$((30000 + (RANDOM % 2000)))
        door_revive && return 0
    done
    lab_say "No free port found in $attempt attempts."
    return 1
}

door_pids() {
    lab_pid certauthz
}

door_revive() {
    lab_pid certauthz >/dev/null && return 0
    lab_spawn certauthz lab_become "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf" \
        --listen "127.0.0.1:$LAB_CERTAUTHZ_PORT"
    lab_await door_listens_to certauthz && lab_pid certauthz >/dev/null
}

# door_listens_to PROGRAM: it does, or the program is gone. 0A is the kernel's number for a
# listening socket.
door_listens_to() {
    grep -qiE ": 0100007F:$(printf %04X "$LAB_CERTAUTHZ_PORT") [0-9A-F:]* 0A " /proc/net/tcp ||
        ! lab_pid "$1" >/dev/null
}
