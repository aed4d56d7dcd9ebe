#!/bin/sh
# The core is pure: its objects call nothing but what is listed here, and nothing here reads a
# file, a clock, a socket or the environment. A new symbol fails until somebody has looked at it
# and put it on the list. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
libraries="${builddir:-.}/authorizer/libcore.a ${builddir:-.}/authorizer/libbase.a"

# libc: memory, text, and locks of our own
allowed="
bcmp calloc free malloc realloc
memchr memcmp memcpy memmem memmove memrchr memset
qsort qsort_r strchr strcmp strcspn strdup strlen strncasecmp strncmp strspn vsnprintf
inet_ntop inet_pton
pthread_mutex_destroy pthread_mutex_init pthread_mutex_lock pthread_mutex_unlock
"
# GnuTLS: hashes, signatures, and one certificate's syntax; no files, no random numbers
allowed="$allowed
gnutls_free gnutls_hash gnutls_hash_deinit gnutls_hash_fast gnutls_hash_get_len gnutls_hash_init
gnutls_pk_bits_to_sec_param gnutls_sec_param_to_symmetric_bits
gnutls_pubkey_deinit gnutls_pubkey_export_dsa_raw gnutls_pubkey_import
gnutls_pubkey_import_dsa_raw gnutls_pubkey_init gnutls_pubkey_verify_data2
gnutls_sign_get_hash_algorithm gnutls_sign_is_secure2
gnutls_x509_crt_deinit gnutls_x509_crt_get_signature_algorithm gnutls_x509_crt_import
gnutls_x509_crt_init
"
# What compilers add by themselves: sanitizers, coverage, stack protection
added='^(__(asan|ubsan|tsan|msan|lsan|sanitizer|gcov|llvm|start|stop)_.*|__sancov.*|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_)$'

folder=$(mktemp -d) || exit 99
trap 'rm -rf -- "$folder"' EXIT

# shellcheck disable=SC2086 # two libraries
"${NM:-nm}" -g -P $libraries >"$folder/symbols" || exit 99
awk 'NF >= 2 && $2 ~ /^[UwvN]$/ { print $1 }' "$folder/symbols" | sort -u >"$folder/undefined"
awk 'NF >= 2 && $2 !~ /^[UwvN]$/ { print $1 }' "$folder/symbols" | sort -u >"$folder/defined"
echo "$allowed" | tr -s ' ' '\n' | sort -u >"$folder/allowed"
# __memcpy_chk and its like are the function itself with a check of the size
comm -23 "$folder/undefined" "$folder/defined" | grep -vE "$added" |
    sed 's/^__\(.*\)_chk$/\1/' | sort -u >"$folder/called"
comm -23 "$folder/called" "$folder/allowed" >"$folder/strangers"

echo 1..3
if grep -qx cz_authorize "$folder/defined" && grep -qx cz_buffer_append "$folder/defined"; then
    echo "ok 1 - the libraries hold the pipeline and the base"
else
    echo "not ok 1 - the libraries hold the pipeline and the base"
fi
# So that an empty list does not pass for a pure one.
if grep -qx malloc "$folder/called" && grep -qx gnutls_x509_crt_import "$folder/called"; then
    echo "ok 2 - what they call is seen"
else
    echo "not ok 2 - what they call is seen"
fi
if [ ! -s "$folder/strangers" ]; then
    echo "ok 3 - and all of it is on the list"
else
    echo "not ok 3 - and all of it is on the list"
    # shellcheck disable=SC2086
    while read -r symbol; do
        echo "# $symbol, called in:" \
            "$("${NM:-nm}" -A -g -P $libraries | grep -E " (__)?$symbol(_chk)? U" |
                sed 's/.*\[\(.*\)\].*/\1/' | sort -u | tr '\n' ' ')"
    done <"$folder/strangers"
fi
