# shellcheck shell=bash
# lighttpd, and certauthz as a daemon on a Unix socket.
# shellcheck source=tests/server/doors_lighttpd.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/../doors_lighttpd.bash"

export LAB_LIGHTTPD_STARTED=unix LAB_LIGHTTPD_TLS=openssl

door_start() {
    door_start_all certauthz whoami
}

door_revive() {
    lab_pid certauthz >/dev/null || lab_start certauthz
}
