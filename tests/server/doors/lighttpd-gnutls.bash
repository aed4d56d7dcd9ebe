# shellcheck shell=bash disable=SC2034
# lighttpd with mod_gnutls, and certauthz as a daemon on a Unix socket.
# shellcheck source=tests/server/doors_lighttpd.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/../doors_lighttpd.bash"

# mod_gnutls asks for a certificate or does not, and does not tell what is wrong with one.
DOOR_REASONS=(handshake server-verification-failed)

export LAB_LIGHTTPD_STARTED=unix LAB_LIGHTTPD_TLS=gnutls

door_start() {
    door_start_all certauthz whoami
}

door_revive() {
    lab_pid certauthz >/dev/null || lab_start certauthz
}
