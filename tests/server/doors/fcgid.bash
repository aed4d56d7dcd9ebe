# shellcheck shell=bash disable=SC2034
# Apache, and certauthz as mod_fcgid's access checker.

DOOR_SERVER=apache
DOOR_TLS=(1.2 1.3)
DOOR_DOWNSTREAMS=(static cgi fastcgi php proxy)
DOOR_DENIAL=status
DOOR_WITHOUT="403 500 503 504"
DOOR_GIVES_UP=late

door_start() {
    lab_add_applications
    lab_start php && lab_start backend && lab_start apache
}

door_pids() {
    lab_running certauthz
}

# mod_fcgid starts others by itself.
door_revive() {
    :
}
