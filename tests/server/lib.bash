# shellcheck shell=bash
# A laboratory: certauthz, a real web server and a throw-away PKI on loopback, made of the
# very files that are shipped. ./demo and tests/server/*.bats source this.
#
#   lab_open BUILD           make the folder $LAB with the PKI, a small site and the
#                            programs of the build folder BUILD
#   lab_start PROGRAM        certauthz (or, on TCP, certauthz-first and certauthz-second), whoami,
#                            lighttpd, apache or nginx; returns when it is ready
#   lab_stop PROGRAM         returns when it is gone
#   lab_request CERT PATH [CURL-OPTION...]
#                            one request; sets the variables reply_...
#   lab_close                stop everything that still runs, and remove $LAB
#
# Before lab_open these may be set: LAB_USER (whom everything runs as if we are root),
# LAB_PKI (a folder that make-pki filled, to be used again), TMPDIR, and before lab_start
# LAB_LIGHTTPD_CONF, LAB_APACHE_CONF and LAB_NGINX_CONF (in place of the shipped file),
# LAB_LIGHTTPD_EXTRA, LAB_APACHE_EXTRA, LAB_NGINX_EXTRA, LAB_NGINX_HTTP (further lines),
# LAB_LIGHTTPD_TLS (openssl or gnutls), LAB_LIGHTTPD_STARTED (unix, tcp or bin-path: how it reaches certauthz),
# LAB_APACHE_PROCESSES, LAB_APACHE_FILES (in place of the shipped folder) and LAB_APACHE_WHOAMI
# (socket: it is not for Apache to start). Between lab_open and
# lab_start, files below $LAB/etc may be changed: certauthz.conf is a copy of the shipped
# example. Nothing here waits for a fixed time.

LAB_SOURCE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
export LAB_SOURCE

# Seconds until something that should happen counts as failed.
: "${LAB_PATIENCE:=20}"

lab_say() {
    printf '%s\n' "$*" >&2
}

# lab_await COMMAND...: until it succeeds, or patience ends.
lab_await() {
    local end=$((SECONDS + LAB_PATIENCE))
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.02
    done
}

# --- processes -------------------------------------------------------------------------

# lab_alive PID: a zombie that nobody has waited for yet is not alive.
lab_alive() {
    local stat
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    stat=${stat##*) }
    [[ $stat != Z* ]]
}

lab_gone() {
    ! lab_alive "$1"
}

# lab_pid PROGRAM: its process id, while it runs.
lab_pid() {
    local pid
    { read -r pid <"$LAB/pid/$1"; } 2>/dev/null && lab_alive "$pid" && echo "$pid"
}

# lab_listens SOCKET: whether somebody listens on the Unix socket (its own file appears a
# moment before that). 00010000 is the kernel's flag for a listening socket.
lab_listens() {
    local line
    while read -r line; do
        [[ $line == *" 00010000 "*" $1" ]] && return 0
    done </proc/net/unix
    return 1
}

# lab_spawn PROGRAM COMMAND...: in the background, its output in $LAB/log/PROGRAM.log.
# Descriptor 3 belongs to bats, which waits for everybody who holds it.
lab_spawn() {
    local program=$1
    shift
    "$@" >>"$LAB/log/$program.log" 2>&1 </dev/null 3>&- &
    echo $! >"$LAB/pid/$program"
}

# lab_become COMMAND...: goes on as the command, and as LAB_USER if we are root.
lab_become() {
    if [[ $EUID -eq 0 ]]; then
        exec setpriv --reuid "$LAB_USER" --regid "$LAB_GROUP" --init-groups "$@"
    else
        exec "$@"
    fi
}

# lab_running PROGRAM: processes that run this program of the laboratory ("*": any), whoever
# started them, and whether its file is still there or not.
lab_running() {
    local exe target
    for exe in /proc/[0-9]*/exe; do
        target=$(readlink -- "$exe" 2>/dev/null) || continue
        # shellcheck disable=SC2053 # a pattern
        if [[ ${target% (deleted)} == "$LAB"/bin/$1 ]]; then
            exe=${exe#/proc/}
            echo "${exe%/exe}"
        fi
    done
}

lab_leftovers() {
    lab_running '*'
}

lab_no_leftovers() {
    [[ -z $(lab_leftovers) ]]
}

lab_stop() {
    local program=$1 pid patience=5
    # Apache may kill children of its own only after some seconds.
    [[ $program != apache ]] || patience=20
    if pid=$(lab_pid "$program"); then
        kill -TERM "$pid" 2>/dev/null || :
        if ! LAB_PATIENCE=$patience lab_await lab_gone "$pid"; then
            lab_say "$program (process $pid) ignored SIGTERM for $patience seconds and was killed."
            kill -KILL "$pid" 2>/dev/null || :
        fi
        wait "$pid" 2>/dev/null || :
    fi
    rm -f "$LAB/pid/$program"
    # What mod_fcgid started goes shortly after Apache itself.
    [[ $program != apache ]] || LAB_PATIENCE=5 lab_await lab_no_leftovers || :
}

# --- the folder ------------------------------------------------------------------------

lab_open() {
    local build=$1 program
    LAB=$(mktemp -d "${TMPDIR:-/tmp}/certauthz.XXXXXX") || return 1
    export LAB
    chmod 755 "$LAB"
    mkdir "$LAB"/{bin,etc,log,pid,run,site,tmp}

    if [[ $EUID -eq 0 ]]; then
        if [[ -z ${LAB_USER-} ]]; then
            LAB_USER=www-data
            id "$LAB_USER" >/dev/null 2>&1 || LAB_USER=nobody
        fi
    else
        LAB_USER=$(id -un)
    fi
    LAB_GROUP=$(id -gn "$LAB_USER") || return 1
    export LAB_USER LAB_GROUP
    [[ $EUID -ne 0 ]] || chown "$LAB_USER:$LAB_GROUP" "$LAB/run" "$LAB/log"

    # Copies: the web server's user may not be allowed into the folder of the build.
    for program in authorizer/certauthz certauthz authorizer/certauthz-refresh certauthz-refresh \
        authorizer/certauthzctl certauthzctl handlers/whoami/whoami handlers/whoami whoami \
        handlers/gate/gate gate; do
        if [[ -f $build/$program && -x $build/$program ]]; then
            cp -- "$build/$program" "$LAB/bin/" || return 1
        fi
    done
    for program in certauthz whoami; do
        if [[ ! -x $LAB/bin/$program ]]; then
            lab_say "No program $program in $build: has it been built?"
            return 1
        fi
    done

    if [[ -n ${LAB_PKI-} ]]; then
        cp -Rp -- "$LAB_PKI" "$LAB/pki" || return 1
    else
        "$LAB_SOURCE/tests/pki/make-pki" "$LAB/pki" || return 1
    fi

    cp -- "$LAB_SOURCE/authorizer/config/certauthz.conf.example" "$LAB/etc/certauthz.conf" || return 1
    cp -- "$LAB/pki/anchors.pem" "$LAB/pki/intermediates.pem" "$LAB/etc/" || return 1

    cat >"$LAB/etc/curl-openssl.cnf" <<'CONF'
openssl_conf = all
[all]
ssl_conf = programs
[programs]
system_default = weak
[weak]
CipherString = DEFAULT@SECLEVEL=0
CONF

    mkdir "$LAB"/site/{public,optional,admin}
    echo "the start page" >"$LAB/site/index.html"
    echo "the secret" >"$LAB/site/secret.txt"
    for program in public optional admin; do
        echo "the $program file" >"$LAB/site/$program/file.txt"
    done
}

lab_close() {
    local pid
    [[ -n ${LAB-} && -d $LAB ]] || return 0
    for pid in "$LAB"/pid/*; do
        [[ ! -e $pid ]] || lab_stop "${pid##*/}"
    done
    for pid in $(lab_leftovers); do
        kill -KILL "$pid" 2>/dev/null || :
    done
    rm -rf -- "$LAB"
    unset LAB
}

# --- the programs ----------------------------------------------------------------------

# lab_start PROGRAM: on failure the last lines of its logs are shown.
lab_start() {
    local log
    "lab_start_$1" && return 0
    lab_say "$1 did not start. The last lines of its logs:"
    for log in "$LAB/log/$1"*.log; do
        [[ ! -s $log ]] || tail -n 15 -- "$log" >&2
    done
    return 1
}

# lab_start_daemon PROGRAM OPTION...: with its socket at $LAB/run/PROGRAM.sock.
lab_start_daemon() {
    local program=$1
    shift
    lab_spawn "$program" lab_become "$LAB/bin/$program" --listen "unix:$LAB/run/$program.sock" "$@"
    # Not lab_listens once more: the kernel's table is read in pieces, and where sockets come and go
    # meanwhile an entry may be missed in a single reading.
    lab_await lab_listens_or_gone "$program" && lab_pid "$program" >/dev/null
}

lab_listens_or_gone() {
    lab_listens "$LAB/run/$1.sock" || ! lab_pid "$1" >/dev/null
}

lab_start_certauthz() {
    lab_start_daemon certauthz -c "$LAB/etc/certauthz.conf" \
        --socket-mode 0660 --socket-group "$LAB_GROUP"
}

lab_start_whoami() {
    lab_start_daemon whoami
}

# Two of certauthz on TCP, their logs in certauthz-first.log and certauthz-second.log.
lab_start_certauthz-first() {
    lab_start_tcp certauthz-first "${LAB_FIRST_PORT-}" || return 1
    export LAB_FIRST_PORT=$lab_tcp_port
}

lab_start_certauthz-second() {
    lab_start_tcp certauthz-second "${LAB_SECOND_PORT-}" || return 1
    export LAB_SECOND_PORT=$lab_tcp_port
}

# lab_start_tcp NAME [PORT]: certauthz on this port of 127.0.0.1, or on one that is free. Sets
# lab_tcp_port.
lab_start_tcp() {
    local name=$1 port=${2-} attempt
    for attempt in {1..20}; do
        lab_tcp_port=${port:-$((20000 + (RANDOM % 10000)))}
        lab_spawn "$name" lab_become "$LAB/bin/certauthz" -c "$LAB/etc/certauthz.conf" \
            --listen "127.0.0.1:$lab_tcp_port"
        lab_await lab_listens_on_tcp_or_gone "$name" "$lab_tcp_port" || return 1
        lab_pid "$name" >/dev/null && return 0
        [[ -z $port ]] || return 1
    done
    lab_say "No free port found in $attempt attempts."
    return 1
}

# Whether it is this process that listens there: 0A is the kernel's number for listening.
lab_listens_on_tcp_or_gone() {
    local pid inode address
    pid=$(lab_pid "$1") || return 0
    printf -v address '0100007F:%04X' "$2"
    inode=$(awk -v address="$address" '$2 == address && $4 == "0A" { print $10 }' /proc/net/tcp)
    [[ -n $inode && $(readlink "/proc/$pid/fd/"* 2>/dev/null) == *"socket:[$inode]"* ]]
}

lab_start_lighttpd() {
    lab_start_on_free_port lighttpd
}

lab_start_apache() {
    lab_start_on_free_port apache
}

lab_start_nginx() {
    lab_start_on_free_port nginx
}

# lab_start_on_free_port SERVER: sets LAB_PORT. Whether a port is free shows only when it
# is bound, so a server that finds it taken is started again on another.
lab_start_on_free_port() {
    local server=$1 attempt
    for attempt in {1..20}; do
        LAB_PORT=$((20000 + (RANDOM % 10000)))
        export LAB_PORT
        : >"$LAB/log/$server.log"
        "lab_configure_$server" || return 1
        "lab_spawn_$server" || return 1
        lab_await lab_serves_or_gone "$server" || return 1
        lab_pid "$server" >/dev/null && return 0
        grep -qiE 'bind.*(in use|address)|address.*in use' "$LAB/log/$server"*.log || return 1
    done
    lab_say "No free port found in $attempt attempts."
    return 1
}

# It is our server, and no other on the port, that shows a certificate of our root. Another
# one may not answer at all. mod_gnutls speaks to nobody who has no certificate.
lab_serves_or_gone() {
    local -a identity=()
    [[ $1 != lighttpd || ${LAB_LIGHTTPD_TLS-} != gnutls ]] ||
        identity=(--cert "$LAB/pki/good.pem" --key "$LAB/pki/good.key")
    ! lab_pid "$1" >/dev/null ||
        lab_curl --max-time 1 -o /dev/null "${identity[@]}" "$(lab_url /public/file.txt)"
}

# What the site's example has to be told here, one variable a line.
lab_lighttpd_values() {
    cat <<VALUES
address "127.0.0.1"
port $LAB_PORT
document_root "$LAB/site"
user "$LAB_USER"
group "$LAB_GROUP"
server_certificate "$LAB/pki/server.pem"
server_key "$LAB/pki/server.key"
client_ca "$LAB/pki/server-ca.pem"
tls "${LAB_LIGHTTPD_TLS:-openssl}"
started "${LAB_LIGHTTPD_STARTED:-unix}"
socket "${LAB_AUTHORIZER_SOCKET:-$LAB/run/certauthz.sock}"
first_port ${LAB_FIRST_PORT:-9}
second_port ${LAB_SECOND_PORT:-9}
program "$LAB/bin/certauthz"
configuration "$LAB/etc/certauthz.conf"
whoami_socket "$LAB/run/whoami.sock"
php_socket "$LAB/run/php.sock"
backend_port ${LAB_BACKEND_PORT:-9}
read_timeout ${LAB_AUTHORIZER_TIMEOUT:-15}
gate "$LAB/home/certauthz/gate"
gate_url "${LAB_GATE_URL-/members}"
upload_directory "$LAB/run"
error_log "$LAB/log/lighttpd-error.log"
access_log "$LAB/log/lighttpd-access.log"
VALUES
}

# The shipped files as an administrator copies them; in the site's example only values differ.
lab_configure_lighttpd() {
    local folder=$LAB/etc/lighttpd name value
    mkdir -p "$folder"
    cp -- "$LAB_SOURCE"/lighttpd-conf/*.conf "$folder/" || return 1
    while read -r name value; do
        if ! grep -q "^var\.certauthz_$name *=" "$folder/example-site.conf"; then
            lab_say "example-site.conf does not set var.certauthz_$name"
            return 1
        fi
        sed -i "s|^\(var\.certauthz_$name *=\).*|\1 $value|" "$folder/example-site.conf"
    done < <(lab_lighttpd_values)
    sed -i "s|^\(server\.pid-file *=\).*|\1 \"$LAB/run/lighttpd.pid\"|" "$folder/example-site.conf"
    [[ -z ${LAB_LIGHTTPD_CONF-} ]] || cp -- "$LAB_LIGHTTPD_CONF" "$folder/certauthz.conf"
    printf '%s\n' "${LAB_LIGHTTPD_EXTRA-}" >>"$folder/example-site.conf"
}

lab_spawn_lighttpd() {
    lab_spawn lighttpd "$(PATH=$PATH:/usr/local/sbin:/usr/sbin command -v lighttpd)" \
        -D -f "$LAB/etc/lighttpd/example-site.conf"
}

# What Debian has in apache2.conf, ports.conf and mods-enabled, and the site's values.
lab_configure_apache() {
    local modules module
    for modules in "${LAB_APACHE_MODULES-}" /usr/lib/apache2/modules /usr/lib64/httpd/modules /usr/lib/httpd/modules; do
        [[ ! -e $modules/mod_fcgid.so ]] || break
    done
    {
        for module in mpm_event authn_core authz_core authz_host access_compat unixd log_config \
            mime dir env headers setenvif socache_shmcb ssl fcgid cgi authnz_fcgi auth_basic \
            authn_file authz_user alias http2 proxy proxy_fcgi proxy_http; do
            # Some distributions link a few of them into the program itself.
            [[ ! -e $modules/mod_$module.so ]] ||
                echo "LoadModule ${module}_module \"$modules/mod_$module.so\""
        done
        cat <<CONF
ServerRoot "$LAB"
ServerName localhost
DefaultRuntimeDir "$LAB/run"
PidFile "$LAB/run/apache.pid"
User $LAB_USER
Group $LAB_GROUP
Listen 127.0.0.1:$LAB_PORT
ErrorLog "$LAB/log/apache-error.log"
TypesConfig /etc/mime.types
DirectoryIndex index.html
SSLSessionCache "shmcb:$LAB/run/ssl-sessions(512000)"
FcgidIPCDir "$LAB/run/fcgid"
FcgidProcessTableFile "$LAB/run/fcgid-processes"
<Directory />
    AllowOverride None
    Require all denied
</Directory>

Define CERTAUTHZ_FILES "${LAB_APACHE_FILES:-$LAB_SOURCE/apache-conf}"
Define CERTAUTHZ_ADDRESS 127.0.0.1
Define CERTAUTHZ_PORT $LAB_PORT
Define CERTAUTHZ_SERVER_NAME localhost
Define CERTAUTHZ_DOCUMENT_ROOT "$LAB/site"
Define CERTAUTHZ_SERVER_CERTIFICATE "$LAB/pki/server.pem"
Define CERTAUTHZ_SERVER_KEY "$LAB/pki/server.key"
Define CERTAUTHZ_VERIFY_CLIENT ${LAB_APACHE_VERIFY_CLIENT:-optional}
Define CERTAUTHZ_CLIENT_CA "$LAB/pki/server-ca.pem"
Define CERTAUTHZ_PROGRAM "$LAB/bin/certauthz"
Define CERTAUTHZ_CONFIGURATION "$LAB/etc/certauthz.conf"
Define CERTAUTHZ_PROCESSES ${LAB_APACHE_PROCESSES:-2}
Define CERTAUTHZ_TIMEOUT ${LAB_AUTHORIZER_TIMEOUT:-15}
$(lab_apache_defines)
Define CERTAUTHZ_ERROR_LOG "$LAB/log/apache-site-error.log"
Define CERTAUTHZ_ACCESS_LOG "$LAB/log/apache-access.log"
${LAB_APACHE_EXTRA-}
Include "${LAB_APACHE_CONF:-$LAB_SOURCE/apache-conf/certauthz-fcgid.conf}"
CONF
    } >"$LAB/etc/apache.conf"
}

# What the site has only where it is there: see parts/applications.conf and parts/passwords.conf.
lab_apache_defines() {
    case ${LAB_APACHE_WHOAMI:-started} in
    started) echo "Define CERTAUTHZ_WHOAMI \"$LAB/bin/whoami\"" ;;
    socket) echo "Define CERTAUTHZ_WHOAMI_SOCKET \"$LAB/run/whoami.sock\"" ;;
    esac
    [[ ! -d $LAB/site/app ]] || echo "Define CERTAUTHZ_CGI_DIRECTORY \"$LAB/site/app\""
    [[ ! -S $LAB/run/php.sock ]] || echo "Define CERTAUTHZ_PHP_SOCKET \"$LAB/run/php.sock\""
    [[ -z ${LAB_BACKEND_PORT-} ]] || echo "Define CERTAUTHZ_BACKEND http://127.0.0.1:$LAB_BACKEND_PORT/"
    [[ ! -e $LAB/etc/passwords ]] || echo "Define CERTAUTHZ_PASSWORDS \"$LAB/etc/passwords\""
    [[ -z ${LAB_CERTAUTHZ_PORT-} ]] || echo "Define CERTAUTHZ_DAEMON 127.0.0.1:$LAB_CERTAUTHZ_PORT"
}

lab_spawn_apache() {
    lab_spawn apache "$(PATH=$PATH:/usr/local/sbin:/usr/sbin command -v apache2 || command -v httpd)" \
        -DFOREGROUND -f "$LAB/etc/apache.conf"
}

# lab_substitute FILE OLD NEW...: the file with each OLD, which has to be there, as its NEW.
lab_substitute() {
    local file=$1 text
    text=$(<"$file") || return 1
    shift
    while (($# > 0)); do
        [[ $text == *"$1"* ]] || { lab_say "$file does not have: $1"; return 1; }
        text=${text//"$1"/"$2"}
        shift 2
    done
    printf '%s\n' "$text"
}

# The shipped site with this laboratory's values, and what Debian has in nginx.conf. LAB_NGINX_EXTRA
# stands in the server block, before its locations, and LAB_NGINX_HTTP outside. Another name makes a
# second one beside the first.
lab_configure_nginx() {
    local name=${1:-nginx}
    lab_substitute "${LAB_NGINX_CONF:-$LAB_SOURCE/packaging/nginx/certauthz.conf}" \
        "fastcgi_read_timeout    15s;" "fastcgi_read_timeout ${LAB_AUTHORIZER_TIMEOUT:-15}s;" \
        >"$LAB/etc/$name-certauthz.conf" &&
        lab_substitute "$LAB_SOURCE/packaging/nginx/example-site.conf" \
            /run/certauthz/authorizer.sock "${LAB_AUTHORIZER_SOCKET:-$LAB/run/certauthz.sock}" \
            /run/certauthz/whoami.sock "$LAB/run/whoami.sock" \
            /run/php/php-fpm.sock "$LAB/run/php.sock" \
            127.0.0.1:8080 "127.0.0.1:${LAB_BACKEND_PORT:-1}" \
            "listen 443 " "listen 127.0.0.1:$LAB_PORT " \
            /var/www/html "$LAB/site" \
            /var/log/nginx/error.log "$LAB/log/$name-error.log" \
            /var/log/nginx/access.log "$LAB/log/$name-access.log" \
            /etc/ssl/certs/ssl-cert-snakeoil.pem "$LAB/pki/server.pem" \
            /etc/ssl/private/ssl-cert-snakeoil.key "$LAB/pki/server.key" \
            /etc/certauthz/client-ca.pem "$LAB/pki/server-ca.pem" \
            "include /etc/nginx/certauthz.conf;" \
            "include $LAB/etc/$name-certauthz.conf;
${LAB_NGINX_EXTRA-}" >"$LAB/etc/$name-site.conf" && lab_include_nginx_site "$name"
}

# lab_include_nginx_site NAME: the configuration around $LAB/etc/NAME-site.conf.
lab_include_nginx_site() {
    local name=$1
    {
        [[ $EUID -ne 0 ]] || echo "user $LAB_USER $LAB_GROUP;"
        cat <<CONF
daemon off;
worker_processes 2;
pid $LAB/run/$name.pid;
events { }
http {
    include /etc/nginx/mime.types;
    client_body_temp_path $LAB/run/$name-body;
    fastcgi_temp_path $LAB/run/$name-fastcgi;
    proxy_temp_path $LAB/run/$name-proxy;
    uwsgi_temp_path $LAB/run/$name-uwsgi;
    scgi_temp_path $LAB/run/$name-scgi;
    ${LAB_NGINX_HTTP-}
    include $LAB/etc/$name-site.conf;
}
CONF
    } >"$LAB/etc/$name.conf"
}

lab_spawn_nginx() {
    local name=${1:-nginx}
    lab_spawn "$name" "$(PATH=$PATH:/usr/local/sbin:/usr/sbin command -v nginx)" \
        -e "$LAB/log/$name-error.log" -p "$LAB" -c "$LAB/etc/$name.conf"
}

# --- requests --------------------------------------------------------------------------

lab_url() {
    echo "https://localhost:$LAB_PORT$1"
}

# The user's own curl settings and proxies stay out of it. OpenSSL's scruples too: a weak
# client certificate is for the server to refuse.
lab_curl() {
    OPENSSL_CONF=$LAB/etc/curl-openssl.cnf curl --disable --noproxy '*' --silent --show-error --max-time "$LAB_PATIENCE" --ipv4 \
        --cacert "$LAB/pki/root-ca.pem" "$@" 2>"$LAB/tmp/curl-error"
}

# lab_request CERT PATH [CURL-OPTION...]: CERT is a name in the PKI, or "none". Sets
# reply_status (000 if there was no HTTP reply), reply_headers, reply_body and reply_error.
lab_request() {
    local certificate=$1 path=$2 pki=$LAB/pki
    shift 2
    if [[ $certificate != none ]]; then
        cat "$pki/$certificate.pem" >"$LAB/tmp/client.pem"
        [[ ! -e $pki/$certificate.chain.pem ]] || cat "$pki/$certificate.chain.pem" >>"$LAB/tmp/client.pem"
        set -- --cert "$LAB/tmp/client.pem" --key "$pki/$certificate.key" "$@"
    fi
    : >"$LAB/tmp/body"
    : >"$LAB/tmp/headers"
    # shellcheck disable=SC2034 # for the caller
    {
        reply_status=$(lab_curl -o "$LAB/tmp/body" -D "$LAB/tmp/headers" -w '%{http_code}' "$@" "$(lab_url "$path")") || :
        reply_headers=$(tr -d '\r\0' <"$LAB/tmp/headers")
        reply_body=$(tr -d '\0' <"$LAB/tmp/body")
        reply_error=$(<"$LAB/tmp/curl-error")
    }
}

# The decisions that certauthz logged, one JSON object a line, oldest first. Apache writes
# the standard error of what mod_fcgid starts into its own error log.
lab_decisions() {
    cat "$LAB"/log/{certauthz*,apache-error,lighttpd}.log 2>/dev/null | grep '^{.*"verdict"' || :
}

# Reports of the sanitizers in any log, whoever wrote it; fails if there is one.
lab_no_sanitizer_reports() {
    ! grep -HE 'ERROR: (Address|Leak|Thread)Sanitizer|runtime error:' "$LAB"/log/*.log
}
