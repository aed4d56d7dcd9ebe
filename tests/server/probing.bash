# shellcheck shell=bash
# certauthzctl probe in the tests, on top of support.bash: the good certificate of the laboratory
# is admitted, and $LAB_PORT is where it is tried.

# probe_as_good: sets PROBE, the options of every probe.
probe_as_good() {
    PROBE=(--cert "$LAB/pki/good.pem" --key "$LAB/pki/good.key" --ca "$LAB/pki/root-ca.pem")
}

# probe PATH-OR-URL OPTION...: sets `status`, `report` (JSON) and `complaints` (standard error).
probe() {
    local url=$1
    shift
    [[ $url != /* ]] || url=$(lab_url "$url")
    status=0
    "$LAB/bin/certauthzctl" probe "${PROBE[@]}" --json "$@" "$url" \
        >"$LAB/tmp/report" 2>"$LAB/tmp/complaints" || status=$?
    report=$(<"$LAB/tmp/report")
    complaints=$(<"$LAB/tmp/complaints")
}

# tries VERDICT: what was tried and came out so, with the group before it, one a line.
tries() {
    jq -r --arg verdict "$1" '.tries[] | select(.verdict == $verdict) | "\(.group): \(.tried)"' \
        <<<"$report"
}

# finds_no_hole: nothing untried either; there may be notes.
finds_no_hole() {
    expect "holes" "$(tries hole)" ""
    expect "untried" "$(tries untried)" ""
    expect "status and complaints" "$status $complaints" "0 "
}

# finds_nothing: no note either, and all groups were tried.
finds_nothing() {
    finds_no_hole
    expect "notes" "$(tries note)" ""
    expect "groups that were tried" "$(jq -r '.tries[].group' <<<"$report" | uniq | xargs)" \
        "baseline certificates names paths methods parts protocols hosts connections passwords plain"
}

# finds GROUP PATTERN: at least one hole, all of them in this group, one of them such.
finds() {
    expect "status" "$status" 1
    expect "groups with holes" "$(tries hole | cut -d : -f 1 | sort -u)" "$1"
    # shellcheck disable=SC2053 # a pattern
    [[ $(tries hole) == $2 ]] || fail "no such hole: $2" "$(tries hole)"
}

# said TRIED: why it came out as it did.
said() {
    jq -r --arg tried "$1" '[.tries[] | select(.tried == $tried)][0] | "\(.verdict) \(.got) \(.why)"' <<<"$report"
}
