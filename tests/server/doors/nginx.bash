# shellcheck shell=bash disable=SC2034
# nginx, and certauthz as a daemon on a Unix socket that is asked by auth_request.

DOOR_SERVER=nginx
DOOR_TLS=(1.2 1.3)
DOOR_DOWNSTREAMS=(static fastcgi php proxy)
DOOR_DENIAL=status
DOOR_WITHOUT="500"

door_start() {
    lab_add_applications
    lab_start certauthz && lab_start whoami && lab_start php && lab_start backend && lab_start nginx
}

door_pids() {
    lab_pid certauthz
}

door_revive() {
    lab_pid certauthz >/dev/null || lab_start certauthz
}
