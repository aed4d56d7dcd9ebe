# Ways around a gatekeeper that nginx is known for. Everything is open but /admin/, so that whatever
# certauthz and nginx understand differently would let the secret out.

load support
load targets
load downstream

setup_file() {
    open_lab
    hide_admin
    mkdir "$LAB/site/tried-index"
    write_rules '{ path = "/admin/"; certificate = "required"; },
                 { path = "/"; certificate = "none"; }'
    lab_start certauthz
    lab_start whoami
    lab_start backend
    LAB_NGINX_EXTRA=$(a_site_full_of_traps)
    export LAB_NGINX_EXTRA
    lab_start nginx
    export PORT_NGINX=$LAB_PORT
    lab_start_on_free_port lax
    export PORT_LAX=$LAB_PORT
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=nginx
    LAB_PORT=$PORT_NGINX
}

# What sites have, none of it meant as a way to /admin/.
a_site_full_of_traps() {
    cat <<CONF
location /files          { alias $LAB/site/public/; }
location /open/          { auth_request off; alias $LAB/site/public/; }
location = /admin/exact.txt { alias $LAB/site/admin/secret.txt; }
location ~* ^/admin/.*\\.html\$ { if (\$arg_x) { add_header X-X \$arg_x; } location ~ index { } }
location /gone/          { error_page 404 /admin/secret.txt; }
location /gone-proxied/  { error_page 404 = @backend; }
location @backend        { proxy_pass http://backend; }
location /tried/         { try_files \$uri.none /admin/secret.txt; }
location /tried-index/   { index none.html /admin/secret.txt; }
location /rewritten/     { rewrite ^/rewritten/(.*)\$ /admin/\$1; set \$certauthz_path \$uri; }
location /rewritten-here/ {
    rewrite ^/rewritten-here/(.*)\$ /admin/\$1;
    set \$certauthz_path \$uri;
    break;
}
location /forgotten/     { set \$certauthz_path ""; }
location /clobbered/     { set \$certauthz_path /certauthz-auth-request; }
location /admin/by-backend/ { proxy_pass http://backend; }
CONF
}

# nginx that tidies up less, and refuses nothing by itself.
lab_configure_lax() {
    sed -e '/^if (\$request_uri ~/,/^}/d' -e 's/^merge_slashes on;/merge_slashes off;/' \
        "$LAB_SOURCE/packaging/nginx/certauthz.conf" >"$LAB/etc/lax.conf.in"
    LAB_NGINX_CONF=$LAB/etc/lax.conf.in lab_configure_nginx lax
}

lab_spawn_lax() {
    lab_spawn_nginx lax
}

# without_dots: of the targets on standard input.
without_dots() {
    grep -viE '/(\.|%2e){1,2}(/|$)'
}

@test "nginx: with a certificate, the spellings of /admin/secret.txt lead to it" {
    ways_to_the_file | without_dots | opens
    ways_to_the_file | stays_closed
}

@test "nginx: a path with dots to resolve is no path" {
    dot_segments | grep -E '/\.\.?(/|$)' >"$LAB/tmp/dots"
    talk good 1.3 "targets $LAB/tmp/dots"
    expect "statuses but 400" "$(jq -r 'select(.status != 400) | "\(.status) \(.step)"' <<<"$replies")" ""
}

@test "nginx: no dot segment leads around the rule" {
    dot_segments | stays_closed
}

@test "nginx: no percent escape, doubled, broken, overlong or of a slash, leads around the rule" {
    escapes | stays_closed
}

@test "nginx: no query, fragment, parameter or trailing path leads around the rule" {
    queries_and_parameters | stays_closed
}

@test "nginx: no other case, trailing dot or blank leads around the rule" {
    lookalikes | stays_closed
}

@test "nginx: no absolute, relative or malformed target leads around the rule" {
    strange_targets | stays_closed
}

@test "nginx: no long target leads around the rule" {
    long_targets | stays_closed
}

@test "nginx that refuses nothing itself: the spellings lead to the file, or nowhere" {
    LAB_PORT=$PORT_LAX
    ways_to_the_file | grep -v // | opens
    ways_to_the_file | stays_closed
}

@test "nginx that refuses nothing itself: nothing leads around the rule" {
    local list
    LAB_PORT=$PORT_LAX
    for list in dot_segments escapes queries_and_parameters lookalikes strange_targets long_targets; do
        "$list" | stays_closed
    done
}

# --- what sites have --------------------------------------------------------------------

@test "nginx: no location that a site has for something else leads to the file" {
    cat <<'TARGETS' >"$LAB/tmp/traps"
/files../admin/secret.txt
/files..%2fadmin/secret.txt
/files/../../admin/secret.txt
/files/%2e%2e/admin/secret.txt
/files%2e%2e/admin/secret.txt
/files.%2e/admin/secret.txt
/files..//admin/secret.txt
/files/..%2fadmin/secret.txt
/open/../admin/secret.txt
/open/..%2fadmin/secret.txt
/open/%2e%2e/admin/secret.txt
/open../admin/secret.txt
/open//../admin/secret.txt
/open%2f..%2fadmin/secret.txt
/admin/exact.txt
/admin//exact.txt
/admin/%65xact.txt
/admin/index.html
/admin/index.html?x=1
/admin/INDEX.html
/gone/x
/gone/
/tried/x
/tried-index/
/rewritten/secret.txt
/rewritten/
/rewritten-here/secret.txt
/backend/?x-accel=/admin/secret.txt
/backend/?x-accel=/admin/
/backend/?x-accel=//admin/secret.txt
/backend/?x-accel=/%2561dmin/secret.txt
/backend/?x-accel=/public/../admin/secret.txt
/backend/?x-accel=/files../admin/secret.txt
/backend/?x-accel=/tried/x
/backend/?x-accel=/rewritten/secret.txt
/backend/?x-accel=/certauthz-auth-request
/certauthz-auth-request
/certauthz%2dauth-request
/admin/zzz
TARGETS
    stays_closed <"$LAB/tmp/traps"
    LAB_PORT=$PORT_LAX
    stays_closed <"$LAB/tmp/traps"
}

@test "nginx: with a certificate, the locations that lead to the file do" {
    opens <<'TARGETS'
/admin/exact.txt
/admin/index.html?x=1
/gone/x
/tried/x
/tried-index/
/rewritten/secret.txt
/rewritten-here/secret.txt
/backend/?x-accel=/admin/secret.txt
TARGETS
}

# asked_about COUNT: the paths of the decisions after the first COUNT.
asked_about() {
    decisions | tail -n "+$(($1 + 1))" | jq -r '.path' | xargs
}

@test "nginx: after an internal redirect it asks about the new path" {
    local before target wanted
    while read -r target wanted; do
        before=$(decision_count)
        talk none 1.3 "GET $target"
        expect "status of $target" "$(statuses)" 403
        lab_await more_decisions_than $((before + $(wc -w <<<"$wanted") - 1)) || fail "no decision on $target"
        expect "paths asked about for $target" "$(asked_about "$before")" "$wanted"
    done <<'TARGETS'
/gone/x /gone/x /admin/secret.txt
/tried/x /tried/x /admin/secret.txt
/rewritten/secret.txt /admin/secret.txt
/rewritten-here/secret.txt /admin/secret.txt
/backend/?x-accel=/admin/secret.txt /backend/ /admin/secret.txt
/admin/ /admin/
TARGETS
}

@test "nginx: a named location is asked about by the path that led there" {
    local before
    before=$(decision_count)
    talk none 1.3 "GET /gone-proxied/x"
    expect status "$(statuses)" 200
    expect "who answered" "$(of 1 .body | jq -r .by)" backend
    expect "paths asked about" "$(asked_about "$before")" "/gone-proxied/x /gone-proxied/x"
}

@test "nginx: a location that is open opens no other" {
    talk none 1.3 "GET /open/file.txt" "GET /admin/secret.txt" "GET /open/../admin/secret.txt"
    expect statuses "$(statuses)" "200 403 400"
    no_secret_in "$replies"
}

@test "nginx: without a path nobody gets in, and certauthz says why" {
    local before
    before=$(decision_count)
    talk good 1.3 "GET /forgotten/x"
    expect status "$(statuses)" 403
    expect reason "$(reason_since "$before")" missing-server-variable
}

@test "nginx: the path of the question itself is none, and nobody is asked about it" {
    local before
    before=$(decision_count)
    talk good 1.3 "GET /clobbered/x"
    expect status "$(statuses)" 403
    expect decisions "$(decision_count)" "$before"
    talk good 1.3 "GET /certauthz-auth-request"
    expect "status of the question's own location" "$(statuses)" 404
}

@test "nginx: a back end is shown the path that was asked about" {
    talk none 1.3 "GET /backend//a/%62%20%3f%25?x=%2f..%2f"
    expect status "$(statuses)" 200
    expect "path at the back end" "$(of 1 .body | jq -r .uri)" "/backend/a/b%20%3F%25?x=%2f..%2f"
}

@test "nginx: no method, version or connection leads around the rule" {
    local method version
    for method in GET HEAD OPTIONS TRACE POST PUT DELETE PROPFIND BREW; do
        for version in HTTP/1.0 HTTP/1.1; do
            talk none 1.3 "$method /admin/secret.txt $version" "GET /admin/secret.txt $version"
            expect_like "statuses of $method $version" "$(statuses)" "@(403|405) @(403|0)"
            no_secret_in "$replies"
        done
    done
    talk none 1.3 "GET /public/file.txt" "GET /admin/secret.txt" "header Connection: close" \
        "GET /admin/secret.txt"
    expect "statuses on one connection" "$(statuses)" "200 403 403"
    talk good 1.3 "GET /admin/secret.txt"
    talk none 1.3 "GET /admin/secret.txt"
    expect "status after somebody else's approval" "$(statuses)" 403
}

@test "nginx: HTTP/2 is decided stream by stream" {
    local target
    for target in /admin/secret.txt /%61dmin/secret.txt /files../admin/secret.txt /gone/x /rewritten/secret.txt; do
        lab_request none "$target" --http2-prior-knowledge --path-as-is
        expect "status of $target" "$reply_status" 403
        no_secret_in "$reply_body"
    done
    lab_curl --http2 --parallel --parallel-immediate --cert "$LAB/pki/good.pem" --key "$LAB/pki/good.key" \
        -w '%{http_version} %{http_code}\n' -o "$LAB/tmp/h2.1" "$(lab_url /admin/secret.txt)" \
        -o "$LAB/tmp/h2.2" "$(lab_url /public/file.txt)" -o "$LAB/tmp/h2.3" "$(lab_url /forgotten/x)" \
        >"$LAB/tmp/h2"
    expect "versions and statuses" "$(sort "$LAB/tmp/h2" | paste -sd ,)" "2 200,2 200,2 403"
    expect "the file" "$(<"$LAB/tmp/h2.1")" "$SECRET"
}

@test "paths-nginx: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
