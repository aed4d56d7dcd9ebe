#!/bin/sh
# A grant is written in exactly one place: no other code may say VERDICT_GRANTED than to compare
# with it. Speaks TAP.
set -u
LC_ALL=C
export LC_ALL
cd -- "${srcdir:-$(dirname -- "$0")/../..}" || exit 99

number=0
# report NAME EXPECTED GOT
report() {
    number=$((number + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        printf '%s\n' "expected:" "$2" "got:" "$3" | sed 's/^/# /'
    fi
}

# sources: every source without comments and texts, as FILE:STATEMENT, so that no line break
# hides anything.
sources() {
    find authorizer -name '*.[ch]' -type f | sort | while read -r file; do
        sed 's|//.*||; s/"\([^"\\]\|\\.\)*"/""/g' "$file" | tr '\n\t' '  ' |
            sed 's|/\*\([^*]\|\*[^/]\)*\*/||g' | tr '{};' '\n' | sed "s|^|$file:|"
    done
}

# count: each file with the number of its lines.
count() {
    sed 's/:.*//' | uniq -c | sed 's/^ *//'
}

report "VERDICT_GRANTED is defined once and written once" \
    "1 authorizer/decision/decision.c
1 authorizer/decision/decision.h" \
    "$(sources | sed 's/[=!]= *VERDICT_GRANTED//g; s/case *VERDICT_GRANTED *://g' |
        grep VERDICT_GRANTED | count)"
report "a verdict is assigned by cz_decision_init and cz_decide alone" \
    "2 authorizer/decision/decision.c" \
    "$(sources | grep -E '(->|\.) *verdict *[-+*/|&^]?=[^=]' | count)"
report "REASON_GRANTED is known to the table, the decision and the reply alone" \
    "authorizer/decision/decision.c
authorizer/reason/reason.c
authorizer/reason/reason.h
authorizer/response/response.c" \
    "$(sources | grep REASON_GRANTED | sed 's/:.*//' | sort -u)"
report "no number is cast to a verdict or a reason" "" \
    "$(sources | grep -E '\( *enum (verdict|reason) *\)')"
echo "1..$number"
