# shellcheck shell=bash disable=SC2034
# lighttpd, and certauthz as a daemon on a Unix socket.

DOOR_SERVER=lighttpd
DOOR_TLS=(1.2 1.3)
DOOR_DOWNSTREAMS=(static fastcgi)
DOOR_DENIAL=ours
DOOR_WITHOUT="500 502 503 504"

door_start() {
    lab_start certauthz && lab_start whoami && lab_start lighttpd
}

door_pids() {
    lab_pid certauthz
}

door_revive() {
    lab_pid certauthz >/dev/null || lab_start certauthz
}
