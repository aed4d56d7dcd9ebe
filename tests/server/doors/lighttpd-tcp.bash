# shellcheck shell=bash
# lighttpd, and two of certauthz as daemons on TCP.
# shellcheck source=tests/server/doors_lighttpd.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/../doors_lighttpd.bash"

export LAB_LIGHTTPD_STARTED=tcp LAB_LIGHTTPD_TLS=openssl

door_start() {
    door_start_all certauthz-first certauthz-second whoami
}

door_revive() {
    local program
    for program in certauthz-first certauthz-second; do
        lab_pid "$program" >/dev/null || lab_start "$program" || return 1
    done
}
