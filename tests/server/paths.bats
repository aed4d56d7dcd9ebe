# Ways to spell a path behind lighttpd and Apache. Everything is open but /admin/, so that whatever
# certauthz and the server understand differently would let the secret out.

load support
load targets

setup_file() {
    open_lab
    hide_admin
    write_rules '{ path = "/admin/"; certificate = "required"; },
                 { path = "/"; certificate = "none"; }'
    start_both
    lab_start_on_free_port lax
    export PORT_LAX=$LAB_PORT
}

teardown_file() {
    close_lab
}

on() {
    if [[ $1 = lax ]]; then
        SERVER=lighttpd
        LAB_PORT=$PORT_LAX
        export SERVER LAB_PORT
    else
        behind "$1"
    fi
}

@test "paths: with a certificate, the spellings of /admin/secret.txt lead to it on each server" {
    local server
    for server in lighttpd apache lax; do
        on "$server"
        ways_to_the_file | opens
        ways_to_the_file | stays_closed
    done
}

@test "lighttpd: no dot segment leads around the rule" {
    on lighttpd
    dot_segments | stays_closed
}

@test "lighttpd: no percent escape, doubled, broken, overlong or of a slash, leads around the rule" {
    on lighttpd
    escapes | stays_closed
}

@test "lighttpd: no query, fragment, parameter or trailing path leads around the rule" {
    on lighttpd
    queries_and_parameters | stays_closed
}

@test "lighttpd: no other case, trailing dot or blank leads around the rule" {
    on lighttpd
    lookalikes | stays_closed
}

@test "lighttpd: no absolute, relative or malformed target leads around the rule" {
    on lighttpd
    strange_targets | stays_closed
}

@test "lighttpd: no long target leads around the rule" {
    on lighttpd
    long_targets | stays_closed
}

@test "Apache: no dot segment leads around the rule" {
    on apache
    dot_segments | stays_closed
}

@test "Apache: no percent escape, doubled, broken, overlong or of a slash, leads around the rule" {
    on apache
    escapes | stays_closed
}

@test "Apache: no query, fragment, parameter or trailing path leads around the rule" {
    on apache
    queries_and_parameters | stays_closed
}

@test "Apache: no other case, trailing dot or blank leads around the rule" {
    on apache
    lookalikes | stays_closed
}

@test "Apache: no absolute, relative or malformed target leads around the rule" {
    on apache
    strange_targets | stays_closed
}

@test "Apache: no long target leads around the rule" {
    on apache
    long_targets | stays_closed
}

@test "lighttpd that normalises nothing: no dot segment leads around the rule" {
    on lax
    dot_segments | stays_closed
}

@test "lighttpd that normalises nothing: no percent escape leads around the rule" {
    on lax
    escapes | stays_closed
}

@test "lighttpd that normalises nothing: no query, fragment or parameter leads around the rule" {
    on lax
    queries_and_parameters | stays_closed
}

@test "lighttpd that normalises nothing: no other case, trailing dot or blank leads around the rule" {
    on lax
    lookalikes | stays_closed
}

@test "lighttpd that normalises nothing: no absolute, relative or malformed target leads around the rule" {
    on lax
    strange_targets | stays_closed
}

@test "lighttpd that normalises nothing: no long target leads around the rule" {
    on lax
    long_targets | stays_closed
}

@test "paths: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
