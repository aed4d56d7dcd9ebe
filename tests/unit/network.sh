#!/bin/sh
# certauthz opens no network socket: what could reach a network is called in few objects, and each
# of these makes Unix sockets alone; but for the listener, which is reached and reaches nobody.
# Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
source=$(cd -- "${srcdir:-$(dirname -- "$0")/../..}" && pwd) || exit 99
cd -- "${builddir:-.}" || exit 99
folder=$(mktemp -d) || exit 99
trap 'rm -rf -- "$folder"' EXIT

# What certauthz is linked from, and who may call what there.
parts="base core edge store server ctl"
called='socket|connect|bind|listen|socketpair|sendto|sendmsg|sendmmsg|getaddrinfo|getnameinfo|gethostby[a-z0-9_]*|getservby[a-z_]*|__?res_[a-z]*|ns_[a-z]*|curl_[a-z_]*|ldap_[a-z_]*|gnutls_init|gnutls_handshake|FCGX_OpenSocket|dlopen|dlsym|popen|system'
cat >"$folder/allowed" <<'LIST'
client.o connect
client.o socket
control.o bind
control.o connect
control.o listen
control.o socket
listener.o bind
listener.o connect
listener.o getaddrinfo
listener.o listen
listener.o socket
run.o socketpair
socket.o connect
socket.o socket
LIST

for part in $parts; do
    "${NM:-nm}" -A -u -P "authorizer/lib$part.a" || echo "lib$part.a: no symbols" >&2
done >"$folder/symbols"
"${NM:-nm}" -A -u -P authorizer/certauthz.o >>"$folder/symbols"
sed -n -E "s/^.*[[/]([a-z_]+\.o)[]:]*:? ($called)(@[^ ]*)? U.*/\1 \2/p" "$folder/symbols" |
    sort -u >"$folder/found"

number=0
# report NAME FILE-WITH-COMPLAINTS
report() {
    number=$((number + 1))
    if [ ! -s "$2" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        sed 's/^/# /' "$2"
    fi
}

comm -3 "$folder/allowed" "$folder/found" >"$folder/complaints"
report "what could reach a network is called where it is known to be" "$folder/complaints"

# The sources of these objects, and each call that makes a socket in them.
sources="authorizer/query/client.c authorizer/query/run.c authorizer/server/control.c
authorizer/server/listener.c authorizer/log/socket.c"
for file in $sources; do
    grep -HnE '[^a-z_](socket|socketpair)\(' "$source/$file" || echo "$file: makes no socket?"
done | grep -v 'AF_UNIX' | grep -v 'listener\.c:[0-9]*: *listener->fd = socket(found->ai_family' \
    >"$folder/complaints"
report "they make Unix sockets, but for the listener's own" "$folder/complaints"

# The listener connects once, to see whether somebody listens on a Unix socket of this name, and
# asks no name server for the address that it listens on.
: >"$folder/complaints"
listener=$source/authorizer/server/listener.c
[ "$(grep -c '[^a-z_]connect(' "$listener")" -eq 1 ] || echo "connects more than once" >>"$folder/complaints"
grep -q 'connect(probe, (const struct sockaddr \*)address, sizeof \*address)' "$listener" ||
    echo "connects elsewhere than to its Unix socket" >>"$folder/complaints"
grep -q 'ai_flags = AI_NUMERICHOST' "$listener" || echo "may look names up" >>"$folder/complaints"
report "which connects to nothing but its own name" "$folder/complaints"

"${NM:-nm}" -u authorizer/certauthz 2>/dev/null | grep -E ' (curl_|ldap_|res_|__res_)' >"$folder/complaints"
report "nothing of libcurl, LDAP or a resolver is linked" "$folder/complaints"

# certauthzctl asks web servers in one command, which hands its requests to one object.
: >"$folder/complaints"
"${NM:-nm}" -A -u -P authorizer/ctl/*.o authorizer/certauthzctl.o >"$folder/symbols" ||
    echo "certauthzctl: no symbols" >"$folder/complaints"
grep -E ' (curl_[a-z_]*|getaddrinfo|gnutls_handshake)(@[^ ]*)? U' "$folder/symbols" |
    sed -E 's|^authorizer/ctl/||; s|^.*/||' | grep -vE '^(libprobe_a-)?probe_(transfer|session)\.o' \
    >>"$folder/complaints"
report "of certauthzctl only the probe reaches a network" "$folder/complaints"
echo "1..$number"
