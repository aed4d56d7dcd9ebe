# What people see: the pages behind lighttpd in a real Chromium, with certificates in its own store.

load support

setup_file() {
    open_lab
    lab_start certauthz
    lab_start whoami
    lab_start lighttpd
}

teardown_file() {
    close_lab
}

setup() {
    SERVER=lighttpd
}

# A browser of its own for each certificate: a home with a store for keys, where the certificate
# lies and the site's CA is trusted, and a profile in which the site may have any certificate
# without a question. Its window cannot ask; with an empty store there is nothing to be asked.
make_browser() {
    local certificate=$1 home=$LAB/browser-$1 store pki=$LAB/pki
    [[ ! -e $home ]] || return 0
    mkdir -p "$home/.pki/nssdb" "$home/profile/Default"
    store=sql:$home/.pki/nssdb
    certutil -N -d "$store" --empty-password
    certutil -A -d "$store" -n server -t C,, -i "$pki/root-ca.pem"
    if [[ $certificate != none ]]; then
        openssl pkcs12 -export -in "$pki/$certificate.pem" -inkey "$pki/$certificate.key" \
            -name client -passout pass:x -out "$LAB/tmp/client.p12"
        pk12util -i "$LAB/tmp/client.p12" -d "$store" -W x >"$LAB/log/pk12util.log"
    fi
    jq -n --arg site "https://localhost:$LAB_PORT,*" '{profile: {content_settings: {exceptions:
        {auto_select_certificate: {($site): {setting: {filters: [{}]}}}}}}}' >"$home/profile/Default/Preferences"
    [[ $EUID -ne 0 ]] || chown -R "$LAB_USER:$LAB_GROUP" "$home"
}

# browse CERTIFICATE PATH: sets `dom`, the page as the browser has it when all has been done that
# it says. Chromium's sandbox is not to be had in every container, and it reads our pages alone.
browse() {
    local home=$LAB/browser-$1
    make_browser "$1"
    # Its sockets lie in TMPDIR, and may not have long names.
    dom=$(HOME=$home TMPDIR=$LAB/run DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent lab_become \
        timeout --kill-after 5 $((LAB_PATIENCE * 3)) chromium --headless --no-sandbox --no-first-run \
        --disable-gpu --disable-dev-shm-usage --disable-extensions --disable-background-networking \
        --disable-component-update --no-proxy-server --user-data-dir="$home/profile" \
        --dump-dom "$(lab_url "$2")" 2>"$LAB/log/browser-$1.log" 3>&-) ||
        fail "the browser did not show $2:" "$(tail -n 5 "$LAB/log/browser-$1.log")"
}

# cell NAME: the text beside the claim of that name in the page.
cell() {
    python3 - "$1" 3<<<"$dom" <<'PYTHON'
import html.parser
import sys


class Page(html.parser.HTMLParser):
    """Collects the texts of the cells, row by row, and those of terms and what they stand for."""
    rows, row, text = [], [], None

    def handle_starttag(self, tag, _):
        if tag in ("tr", "dt"):
            self.row = []
            self.rows.append(self.row)
        if tag in ("th", "td", "dt", "dd"):
            self.row.append("")
            self.text = True
        elif tag in ("code", "li") and self.text:
            self.row[-1] += " "

    def handle_endtag(self, tag):
        if tag in ("th", "td", "dt", "dd"):
            self.text = None

    def handle_data(self, data):
        if self.text:
            self.row[-1] += data


page = Page()
page.feed(open(3, encoding="utf-8").read())
for row in page.rows:
    if len(row) == 2 and sys.argv[1] in row[0].split():
        print(" ".join(row[1].split()))
PYTHON
}

@test "Chromium: with a certificate, the application's page shows its claims" {
    local pem=$LAB/pki/good.pem
    browse good /whoami
    expect_like title "$dom" "*<title>You are CN=good client,OU=production,O=Example</title>*"
    expect user "$(cell REMOTE_USER)" "CN=good client,OU=production,O=Example"
    expect subject "$(cell CERT_SUBJECT)" "CN=good client,OU=production,O=Example"
    expect decision "$(cell CERTAUTHZ)" granted
    expect name "$(cell CERT_NAME)" "good client"
    expect e-mail "$(cell CERT_EMAIL)" good@example.org
    expect "host names" "$(cell CERT_DNS)" "good.example good.internal.example"
    expect serial "$(cell CERT_SERIAL)" \
        "$(openssl x509 -in "$pem" -noout -serial | sed 's/^serial=//' | tr A-F a-f)"
    expect fingerprint "$(cell CERT_SHA256)" \
        "$(openssl x509 -in "$pem" -outform DER | sha256sum | cut -d ' ' -f 1)"
}

@test "Chromium: a name that is HTML is shown as it is, and not run" {
    browse html-name /whoami
    expect name "$(cell CERT_NAME)" '<script>alert(1)</script> & "co"'
    [[ $dom != *"<script"* ]] || fail "a script in the page"
    browse utf8-name /whoami
    expect "a name beyond ASCII" "$(cell CERT_NAME)" 'Žofie Łukasiewicz 山田'
}

# denied CERTIFICATE REASON SENTENCE: the page says so, and the log has its id.
denied() {
    local id
    browse "$1" /secret.txt
    no_secret_in "$dom"
    expect_like title "$dom" "*<title>Forbidden</title>*"
    expect_like sentence "$dom" "*<p>$3</p>*"
    expect reason "$(cell Reason)" "$2"
    id=$(cell Id)
    logged() { decisions | grep -qF "\"id\":\"${id:-none}\""; }
    lab_await logged || fail "the log does not have the id '$id'"
    expect "what the log has under it" \
        "$(decisions | jq -r --arg id "$id" 'select(.id == $id) | "\(.path) \(.reason)"')" "/secret.txt $2"
}

@test "Chromium: without a certificate the page says why, and by which id the log knows it" {
    denied none no-certificate "This resource needs a client certificate, and none was presented."
}

@test "Chromium: with a certificate that is refused the page says why" {
    denied untrusted no-path-to-trust-anchor "The client certificate was not issued by an authority *"
}

@test "Chromium: what is for everybody is shown without a certificate" {
    browse none /public/file.txt
    expect_like page "$dom" "*the public file*"
}

@test "browser: every process ended when asked to, and no sanitizer complained" {
    everything_ended_well
}
