#!/bin/sh
# Every fuzz target over its seeds, and the certificates of this run over those that read
# certificates. Speaks TAP.
set -u
srcdir=${srcdir:-$(dirname -- "$0")/../..}
builddir=${builddir:-.}

number=0
# replay TARGET FILE...
replay() {
    number=$((number + 1))
    program=$builddir/tests/fuzz/fuzz-$1
    name="fuzz-$1 finds nothing in $(($# - 1)) seeds"
    shift
    if [ $# -gt 1 ] && output=$("$program" "$@" 2>&1); then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        printf '%s\n' "${output-no seeds}" | tail -n 40 | sed 's/^/# /'
    fi
}

echo 1..14
replay pem "$srcdir"/tests/fuzz/seeds/pem/* "$builddir"/tests/pki/out/*.pem
replay forwarded "$srcdir"/tests/fuzz/seeds/forwarded/*
replay certificate "$srcdir"/tests/fuzz/seeds/certificate/* "$builddir"/tests/pki/out/*.pem
replay target "$srcdir"/tests/fuzz/seeds/target/*
replay path "$srcdir"/tests/fuzz/seeds/path/*
replay crl "$srcdir"/tests/fuzz/seeds/crl/*
replay store "$srcdir"/tests/fuzz/seeds/store/*
replay deny-list "$srcdir"/tests/fuzz/seeds/deny-list/*
replay ocsp "$srcdir"/tests/fuzz/seeds/ocsp/*
replay request "$srcdir"/tests/fuzz/seeds/request/*
replay name-text "$srcdir"/tests/fuzz/seeds/name-text/*
replay config-source "$srcdir"/tests/fuzz/seeds/config-source/*
replay query "$srcdir"/tests/fuzz/seeds/query/*
replay fetched "$srcdir"/tests/fuzz/seeds/fetched/* "$srcdir"/tests/fuzz/seeds/crl/*
