#!/bin/sh
# One way: a file includes only headers of its own stage and of those that stand earlier in the
# flow. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
cd -- "${srcdir:-$(dirname -- "$0")/../..}/authorizer" || exit 99

flow="base reason request pem certificate trust path validate revocation selector identity policy
decision response log authorize config store query"
# These stand behind the flow, side by side; but the refresher takes its socket and its signals from
# the server.
last="server ctl refresh"

# may STAGE: the stages that it may include, itself among them.
may() {
    for earlier in $flow; do
        echo "$earlier"
        [ "$earlier" = "$1" ] && return
    done
    [ "$1" = refresh ] && echo server
    echo "$1"
}

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

complaints=$(mktemp) || exit 99
trap 'rm -f -- "$complaints"' EXIT

for stage in $flow $last; do
    may "$stage" >"$complaints.may"
    find "$stage" -name '*.[ch]' -type f | sort | while read -r file; do
        [ -s "$file" ] && grep -H '^ *# *include *"' "$file" </dev/null
    done | sed 's/^\([^:]*\): *# *include *"\([^"]*\)".*/\1 \2/' >"$complaints.includes"
    [ -s "$complaints.includes" ] || echo "$stage: nothing is included there" >"$complaints"
    while read -r file header; do
        grep -qxF "${header%%/*}" "$complaints.may" || echo "$file includes $header"
        [ -f "$header" ] || echo "$file includes $header, which is not there"
    done <"$complaints.includes" >>"$complaints"
    report "$stage includes only what stands before it" "$complaints"
    : >"$complaints"
done
rm -f -- "$complaints.may" "$complaints.includes"

find . -mindepth 1 -maxdepth 1 -type d | sed 's|^\./||' | sort >"$complaints"
for stage in $flow $last; do
    echo "$stage"
done | sort | comm -3 - "$complaints" >"$complaints.new"
mv -- "$complaints.new" "$complaints"
report "each folder has its place in the flow" "$complaints"
echo "1..$number"
