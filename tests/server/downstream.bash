# shellcheck shell=bash
# What stands behind a front door: an application as CGI, in PHP, and as an HTTP server of its
# own. Each answers with one JSON object: "by" (cgi, php or backend), "method", "uri",
# "variables" (its environment; of the HTTP server the headers), "body_bytes" and "body_sha256"
# of the body that it was sent.
#
#   lab_add_applications     the files: $LAB/site/app/echo.cgi and echo.php
#   lab_start php            PHP-FPM at $LAB/run/php.sock
#   lab_start backend        the HTTP server, at $LAB_BACKEND_PORT of 127.0.0.1; a request for
#                            /bytes/N or /backend/bytes/N is answered with N bytes
#   lab_add_big_file         $LAB/site/big.bin, 100 MB

lab_add_applications() {
    mkdir -p "$LAB/site/app"
    cat >"$LAB/site/app/echo.cgi" <<'PERL'
#!/usr/bin/perl
use strict;
use warnings;
use Digest::SHA;
use JSON::PP;

my ($left, $bytes, $digest) = ($ENV{CONTENT_LENGTH} || 0, 0, Digest::SHA->new(256));
while ($left > 0) {
    my $got = sysread(STDIN, my $piece, $left < 65536 ? $left : 65536);
    last unless $got;
    $left -= $got;
    $bytes += $got;
    $digest->add($piece);
}
print "Content-Type: application/json\r\n\r\n";
print JSON::PP->new->canonical->encode({
    by => "cgi", method => $ENV{REQUEST_METHOD}, uri => $ENV{REQUEST_URI}, variables => {%ENV},
    body_bytes => $bytes, body_sha256 => $digest->hexdigest,
}), "\n" if $ENV{REQUEST_METHOD} ne "HEAD";
PERL
    chmod 755 "$LAB/site/app/echo.cgi"
    cat >"$LAB/site/app/echo.php" <<'PHP'
<?php
$body = fopen('php://input', 'rb');
$digest = hash_init('sha256');
$bytes = 0;
while (($piece = fread($body, 65536)) !== false && $piece !== '') {
    $bytes += strlen($piece);
    hash_update($digest, $piece);
}
header('Content-Type: application/json');
echo json_encode(['by' => 'php', 'method' => $_SERVER['REQUEST_METHOD'],
    'uri' => $_SERVER['REQUEST_URI'], 'variables' => $_SERVER, 'body_bytes' => $bytes,
    'body_sha256' => hash_final($digest)]), "\n";
PHP
}

lab_add_big_file() {
    [[ -e $LAB/site/big.bin ]] || head -c 100000000 /dev/urandom >"$LAB/site/big.bin"
}

lab_start_php() {
    local program
    program=$(PATH=$PATH:/usr/local/sbin:/usr/sbin compgen -c php-fpm | sort -r | head -n 1)
    cat >"$LAB/etc/php-fpm.conf" <<CONF
[global]
error_log = $LAB/log/php-error.log
daemonize = no
[www]
listen = $LAB/run/php.sock
listen.mode = 0660
pm = static
pm.max_children = 2
clear_env = yes
php_admin_flag[enable_post_data_reading] = off
CONF
    lab_spawn php lab_become "$(PATH=$PATH:/usr/local/sbin:/usr/sbin command -v "${program:-php-fpm}")" \
        --nodaemonize --fpm-config "$LAB/etc/php-fpm.conf"
    lab_await lab_listens_or_gone php && lab_pid php >/dev/null
}

lab_start_backend() {
    rm -f "$LAB/run/backend.port"
    lab_spawn backend lab_become "$LAB_SOURCE/tests/server/backend.py" "$LAB/run/backend.port"
    lab_await lab_backend_serves_or_gone && lab_pid backend >/dev/null || return 1
    LAB_BACKEND_PORT=$(<"$LAB/run/backend.port")
    export LAB_BACKEND_PORT
}

lab_backend_serves_or_gone() {
    [[ -s $LAB/run/backend.port ]] || ! lab_pid backend >/dev/null
}
