# shellcheck shell=bash disable=SC2034
# What the front doors of lighttpd have in common; each of them is sourced on top of this.

DOOR_SERVER=lighttpd
DOOR_TLS=(1.2 1.3)
DOOR_DOWNSTREAMS=(static cgi fastcgi php proxy)
DOOR_DENIAL=ours
DOOR_WITHOUT="500 502 503 504"

# door_start_all PROGRAM...: these, the applications, and lighttpd.
door_start_all() {
    local program
    lab_add_applications || return 1
    for program in "$@" php backend lighttpd; do
        lab_start "$program" || return 1
    done
}

door_pids() {
    lab_running certauthz
}
