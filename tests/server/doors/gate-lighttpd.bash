# shellcheck shell=bash disable=SC2034
# lighttpd, and the gate as a CGI program in front of the whole site, as on shared hosting.

# shellcheck source=tests/server/gate.bash
source "$LAB_SOURCE/tests/server/gate.bash"

DOOR_SERVER=lighttpd
DOOR_TLS=(1.2 1.3)
DOOR_DOWNSTREAMS=(static cgi php)
DOOR_DENIAL=ours
DOOR_WITHOUT="500 504"
DOOR_PROGRAM=$LAB/home/certauthz/gate

door_start() {
    gate_install lighttpd "" &&
        gate_change certauthz.conf '"/members/"' '"/"' &&
        LAB_GATE_URL="" gate_start lighttpd
}

door_pids() {
    :
}

# Each request has a process of its own.
door_revive() {
    :
}
