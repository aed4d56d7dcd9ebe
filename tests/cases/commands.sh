# shellcheck shell=sh
# What the tests of the command lines are made of; to be sourced. Leaves the shell in an empty
# folder, with pki the certificates of this run, source the
# repository's folder, and the programs of the build in PATH.
unset CERTAUTHZ_CONFIG GATEWAY_INTERFACE FCGI_WEB_SERVER_ADDRS || :

# shellcheck disable=SC2034 # for those who source this
source=$(cd -- "${srcdir:-$(dirname -- "$0")/../..}" && pwd) || exit 99
build=$(cd -- "${builddir:-.}" && pwd) || exit 99
pki=${CERTAUTHZ_TEST_PKI:-$build/tests/pki/out}
pki=$(cd -- "$pki" && pwd) || exit 99
PATH=$build/authorizer:$PATH
folder=$(mktemp -d) || exit 99
trap 'rm -rf -- "$folder"' EXIT
cd -- "$folder" || exit 99
ln -s "$pki" pki

# --- what a test is made of ------------------------------------------------------------------

number=0
failures=0
problems=

problem() {
    problems="$problems
# $1"
}

# try STATUS COMMAND...: runs it, its output in the files out and err.
try() {
    wanted=$1
    shift
    "$@" >out 2>err </dev/null
    status=$?
    [ "$status" -eq "$wanted" ] || problem "$*: exit status $status instead of $wanted"
}

# says FILE TEXT: the file holds a line with this text, word for word.
says() {
    grep -qF -- "$2" "$1" || problem "$1 lacks: $2"
}

says_not() {
    ! grep -qF -- "$2" "$1" || problem "$1 holds: $2"
}

# silent FILE: nothing is in it.
silent() {
    [ ! -s "$1" ] || problem "$1 is not empty"
}

# first FILE TEXT: its first line, without the carriage return.
first() {
    got=$(head -n 1 "$1" | tr -d '\r')
    [ "$got" = "$2" ] || problem "$1 begins with: $got"
}

# json FILTER: jq's filter is true of out.
json() {
    jq -e "$1" out >jq.out 2>&1 || problem "not so of the JSON: $1"
}

# ends NAME: the result of everything since the last one.
ends() {
    number=$((number + 1))
    if [ -z "$problems" ]; then
        echo "ok $number - $1"
    else
        failures=$((failures + 1))
        printf '%s\n' "not ok $number - $1$problems"
        sed 's/^/#   out: /' out
        sed 's/^/#   err: /' err
    fi
    problems=
}

# make_crl NAME CA FROM UNTIL [OPTION...]: a list of that CA, from that day of January 2030 to that,
# with the certificates that certtool's options name on it.
make_crl() {
    cat >crl.template <<TEMPLATE
crl_this_update_date = "2030-01-$3 00:00:00 UTC"
crl_next_update_date = "2030-01-$4 00:00:00 UTC"
crl_revocation_date = "2029-12-31 00:00:00 UTC"
crl_number = 7
TEMPLATE
    crl_name=$1 crl_ca=$2
    shift 4
    certtool --generate-crl --load-ca-certificate "$crl_ca.pem" --load-ca-privkey "$crl_ca.key" \
        "$@" --template crl.template --no-text --outfile "$crl_name" >certtool.out 2>&1 ||
        cat certtool.out >&2
}

# done_testing: the plan, and the exit status of all.
done_testing() {
    echo "1..$number"
    [ "$failures" -eq 0 ]
}
