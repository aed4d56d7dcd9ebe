# shellcheck shell=bash
# The gate, put in place as somebody with FTP alone does it: see apache-conf/shared-hosting/INSTALL.
# $LAB/home is that user's folder, and $LAB/site what the web server shows of it. After lab_open:
#
#   gate_install SERVER FOLDER...   for apache or lighttpd: protects these folders of the site, ""
#                                   for the whole of it
#   gate_start SERVER               the web server, which starts the gate for each request

gate_install() {
    local server=$1 shipped=$LAB_SOURCE/apache-conf/shared-hosting folder folders=
    shift
    mkdir -p "$LAB/home/certauthz" "$LAB/site/cgi-bin"
    cp -- "$LAB/bin/gate" "$LAB/pki/anchors.pem" "$LAB/pki/intermediates.pem" "$LAB/home/certauthz/"
    gate_place "$shipped/certauthz/gate.conf" "$LAB/home/certauthz/gate.conf"
    gate_place "$shipped/certauthz/certauthz.conf" "$LAB/home/certauthz/certauthz.conf"
    # That file says of it what a user's own folder needs; here www-data has to write it.
    gate_change certauthz.conf '"certauthz.log"' "\"$LAB/log/certauthz.log\""
    for folder in "$@"; do
        folder=$LAB/site${folder:+/$folder}
        mkdir -p "$folder"
        folders+="${folders:+, }\"$folder\""
        [[ $server != apache ]] || cp -- "$shipped/members/.htaccess" "$folder/"
    done
    gate_change gate.conf "\"$LAB/site/members\"" "$folders"
    if [[ $server = lighttpd ]]; then
        printf 'server = "lighttpd";\nx_sendfile = true;\n' >>"$LAB/home/certauthz/gate.conf"
    else
        gate_place "$shipped/cgi-bin/gate.cgi" "$LAB/site/cgi-bin/gate.cgi"
        chmod 755 "$LAB/site/cgi-bin/gate.cgi"
        cp -- "$shipped/cgi-bin/.htaccess" "$LAB/site/cgi-bin/"
    fi
}

# gate_place FILE AS: with the laboratory's folders in place of the example's.
gate_place() {
    sed "s|/home/me/public_html|$LAB/site|g; s|/home/me/|$LAB/home/|g" "$1" >"$2"
}

# gate_change FILE OLD NEW: in the user's folder; what is to be changed has to be there.
gate_change() {
    local file=$LAB/home/certauthz/$1 text
    text=$(<"$file")
    if [[ $text != *"$2"* ]]; then
        lab_say "$file does not have: $2"
        return 1
    fi
    printf '%s\n' "${text/"$2"/"$3"}" >"$file"
}

gate_start() {
    local php
    if [[ $1 = lighttpd ]]; then
        LAB_LIGHTTPD_CONF=$LAB_SOURCE/lighttpd-conf/gate.conf lab_start lighttpd
        return
    fi
    php=$(dirname -- "$(command -v php-cgi || echo /usr/bin/php-cgi)")
    local modules=${LAB_APACHE_MODULES:-/usr/lib/apache2/modules} module extra=
    for module in ${GATE_MODULES:-actions alias cgid negotiation rewrite}; do
        extra+="LoadModule ${module}_module \"$modules/mod_$module.so\""$'\n'
    done
    LAB_APACHE_EXTRA="${extra}Define SHARED_HOST_RUN \"$LAB/run\"
Define SHARED_HOST_PHP \"$php\"
Define SHARED_HOST_SLASHES ${SHARED_HOST_SLASHES:-Off}
${LAB_APACHE_EXTRA-}" LAB_APACHE_CONF=$LAB_SOURCE/tests/server/shared-host.conf lab_start apache
}
