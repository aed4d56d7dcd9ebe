# shellcheck shell=bash
# A CA that revokes, for the tests of revocation: made by OpenSSL, so that lists and responses are
# not read by the code that wrote them.
#
#   ca_make NAME [ISSUER]              $CA/NAME.pem and .key: a root, or issued by ISSUER
#   ca_issue CA NAME [EXTENSION...]    $CA/NAME.pem and .key, a client's; lines of openssl x509v3
#   ca_revoke CA NAME [REASON]
#   ca_crl CA FILE [OPTION...]         the CA's list as DER, its number counted up; options of
#                                      openssl ca -gencrl

# ca_make_config NAME: what `openssl ca` keeps of a CA.
ca_make_config() {
    local folder=$CA/$1.d
    mkdir -p "$folder/certs"
    : >"$folder/index"
    echo 1000 >"$folder/serial"
    echo 01 >"$folder/crlnumber"
    cat >"$folder/ca.cnf" <<CONF
[ca]
default_ca = this
[this]
database = $folder/index
serial = $folder/serial
crlnumber = $folder/crlnumber
new_certs_dir = $folder/certs
certificate = $CA/$1.pem
private_key = $CA/$1.key
default_md = sha256
default_days = 30
default_crl_days = 7
policy = any
unique_subject = no
crl_extensions = list
[any]
commonName = supplied
[list]
authorityKeyIdentifier = keyid
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
CONF
}

ca_key() {
    openssl ecparam -name prime256v1 -genkey -noout -out "$CA/$1.key" 2>/dev/null
}

ca_make() {
    ca_make_config "$1"
    ca_key "$1"
    if [[ -z ${2-} ]]; then
        openssl req -x509 -new -key "$CA/$1.key" -subj "/CN=$1" -days 60 -out "$CA/$1.pem" \
            -config "$CA/$1.d/ca.cnf" -extensions authority
    else
        ca_sign "$2" "$1" "$CA/$1.d/ca.cnf" authority
    fi
}

# ca_sign CA NAME EXTENSIONS-FILE SECTION
ca_sign() {
    openssl req -new -key "$CA/$2.key" -subj "/CN=$2" -out "$CA/$2.csr" -config "$CA/$1.d/ca.cnf"
    openssl ca -batch -notext -config "$CA/$1.d/ca.cnf" -in "$CA/$2.csr" -out "$CA/$2.pem" \
        -extfile "$3" -extensions "$4" 2>"$CA/$2.log" || {
        cat "$CA/$2.log" >&2
        return 1
    }
}

ca_issue() {
    local ca=$1 name=$2
    shift 2
    {
        echo "[client]"
        echo "basicConstraints = CA:FALSE"
        echo "authorityKeyIdentifier = keyid"
        printf '%s\n' "$@"
    } >"$CA/$name.ext"
    ca_key "$name"
    ca_sign "$ca" "$name" "$CA/$name.ext" client
}

ca_revoke() {
    openssl ca -config "$CA/$1.d/ca.cnf" -revoke "$CA/$2.pem" -crl_reason "${3-keyCompromise}" \
        2>/dev/null
}

ca_crl() {
    local ca=$1 file=$2
    shift 2
    openssl ca -config "$CA/$ca.d/ca.cnf" -gencrl "$@" 2>/dev/null |
        openssl crl -outform DER -out "$file.new"
    mv -- "$file.new" "$file"
}

# --- certauthz-refresh at work in a laboratory (see lib.bash) ----------------------------------
#
#   refresh_open_lab                   a laboratory with the CA "root" above "sub", and that server:
#   refresh_start_web                  faulty_server.py on the folder $WEB; $URL is where it is
#   refresh_begin                      empties the store and what the last test left
#   refresh_configure CRLS [LINES [RETRY]]
#                                      $LAB/etc/refresh.conf; URL in it stands for $URL
#   refresh ARGUMENT...                sets output and status
#   holds FILE, lacks FILE             whether the list is in the store

refresh_open_lab() {
    open_lab
    export CA=$LAB/ca
    mkdir "$CA"
    refresh_start_web
    ca_make root
    ca_make sub root
}

refresh_start_web() {
    export WEB=$LAB/www
    mkdir "$WEB"
    mkfifo "$LAB/tmp/hold"
    # opened for both, so that its standard input never ends
    "$HERE/faulty_server.py" --folder "$WEB" <>"$LAB/tmp/hold" >"$LAB/tmp/port" \
        2>>"$LAB/log/web.log" 3>&- &
    echo $! >"$LAB/pid/web"
    lab_await test -s "$LAB/tmp/port"
    URL=http://127.0.0.1:$(<"$LAB/tmp/port")
    export URL
}

refresh_begin() {
    rm -rf -- "$LAB/store" "$LAB/lists"
    mkdir "$LAB/store" "$LAB/lists"
    [[ $EUID -ne 0 ]] || chown "$LAB_USER:$LAB_GROUP" "$LAB/store"
    web_set /files/sub.crl ""
}

refresh_configure() {
    cat >"$LAB/etc/refresh.conf" <<CONF
trust: { anchors = ["../ca/root.pem"]; intermediates = ["../ca/sub.pem"]; };
revocation: { store = "../store"; crls = [ ${1//URL/$URL} ]; fetch_size = 1; retry = ${3-1}; fetch_timeout = 5; ${2-} };
rules = ( { path = "/"; certificate = "required"; } );
CONF
}

refresh() {
    status=0
    output=$(lab_become "$LAB/bin/certauthz-refresh" -c "$LAB/etc/refresh.conf" "$@" 2>&1) ||
        status=$?
}

once() {
    refresh --once
}

in_store() {
    local sum
    sum=$(sha256sum <"$1")
    [[ -s $LAB/store/lists/${sum%% *}.list ]]
}

holds() {
    in_store "$1" || fail "the store does not hold $1"
}

lacks() {
    ! in_store "$1" || fail "the store holds $1"
}

# web_set PATH AS, web_hits PATH
web_set() {
    curl -sfo /dev/null --get --data-urlencode "path=$1" --data-urlencode "as=$2" "$URL/set"
}

web_hits() {
    curl -sf --get --data-urlencode "path=$1" "$URL/hits"
}

# flip FILE INDEX OUT: one bit.
flip() {
    python3 -c 'import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(sys.argv[2])] ^= 1
open(sys.argv[3], "wb").write(data)' "$@"
}

# big_list CA COUNT FILE: with so many further entries.
big_list() {
    local index=$CA/$1.d/index
    cp -- "$index" "$index.before"
    awk -v count="$2" 'BEGIN {
        for (i = 1; i <= count; i++)
            printf "R\t301231235959Z\t260101000000Z,keyCompromise\t%08X\tunknown\t/CN=%d\n", 1048576 + i * 7919, i
    }' >>"$index"
    ca_crl "$1" "$3"
    mv -- "$index.before" "$index"
}
