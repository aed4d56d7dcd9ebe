# shellcheck shell=bash disable=SC2034
# Apache, and the gate as a CGI program in front of the whole site, as on shared hosting.

# shellcheck source=tests/server/gate.bash
source "$LAB_SOURCE/tests/server/gate.bash"

DOOR_SERVER=apache
DOOR_TLS=(1.2 1.3)
DOOR_DOWNSTREAMS=(static cgi php)
DOOR_DENIAL=ours
DOOR_WITHOUT="500"
# By Timeout, which is the server's and a minute by default.
DOOR_GIVES_UP=late
DOOR_PROGRAM=$LAB/home/certauthz/gate
# TraceEnable is the server's; no .htaccess file is read before that.
DOOR_HOLES=$'methods: TRACE\nmethods: TRACE with the good certificate'

door_start() {
    gate_install apache "" &&
        gate_change certauthz.conf '"/members/"' '"/"' &&
        gate_start apache
}

door_pids() {
    :
}

# Each request has a process of its own.
door_revive() {
    :
}
