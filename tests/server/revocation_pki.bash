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
