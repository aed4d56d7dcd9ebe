# shellcheck shell=bash
# lighttpd that starts certauthz itself.
# shellcheck source=tests/server/doors_lighttpd.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/../doors_lighttpd.bash"

export LAB_LIGHTTPD_STARTED=bin-path LAB_LIGHTTPD_TLS=openssl

door_start() {
    door_start_all whoami
}

# lighttpd starts another by itself.
door_revive() {
    :
}
