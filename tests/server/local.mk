# The tests against real web servers, which ./check runs; they are only handed on here.
EXTRA_DIST += tests/server/run tests/server/lib.bash tests/server/support.bash \
	tests/server/claims.bats tests/server/daemon.bats \
	tests/server/decisions-apache.bats tests/server/decisions-apache-no-ca.bats \
	tests/server/decisions-lighttpd.bats \
	tests/server/failures-apache.bats tests/server/failures-lighttpd.bats \
	tests/server/log.bats tests/server/refresh.bats tests/server/refresh-queries.bats \
	tests/server/revocation_pki.bash tests/server/paths.bats tests/server/targets.bash tests/server/policies.bats tests/server/reload.bats \
	tests/server/refresh-imports.bats tests/server/catch_child.py \
	tests/server/revocation_pki.bash tests/server/paths.bats tests/server/policies.bats tests/server/reload.bats \
	tests/server/sessions.bats \
	tests/server/fcgi_client.py tests/server/https_client.py tests/server/log_daemon.py \
	tests/server/faulty_server.py tests/server/ldap_server.py \
	tests/server/listen_on_stdin.py tests/server/reload_under_load.py \
	tests/server/online.bats tests/server/refresher.py \
	tests/server/revocation_lab.bash tests/server/traffic.py tests/server/revocation.bats \
	tests/server/revocation-actions.bats tests/server/revocation-online.bats \
	tests/server/revocation-store.bats \
	tests/server/forwarded.bats tests/server/proxies.bash \
	tests/server/downstream.bash tests/server/backend.py tests/server/doors/README.md \
	tests/server/doors/lighttpd-unix.bash tests/server/doors/fcgid.bash \
	tests/server/doors/fcgid-htaccess.bash tests/server/doors/authnz-fcgi.bash \
	tests/server/doors/lighttpd-unix.bash \
	tests/server/doors/gate-apache.bash tests/server/doors/gate-lighttpd.bash \
	tests/server/gate.bash tests/server/gate-checks.bash tests/server/shared-host.conf \
	tests/server/gate-apache.bats tests/server/gate-lighttpd.bats \
	tests/server/doors/fcgid.bash \
	tests/server/doors/nginx.bash \
	tests/server/apache-doors.bats tests/server/apache-passwords.bats tests/server/apache-authnz-fcgi.bats \
	tests/server/apache-htaccess.bats \
	tests/server/doors/lighttpd.bash tests/server/doors/lighttpd-unix.bash \
	tests/server/doors/lighttpd-tcp.bash tests/server/doors/lighttpd-bin-path.bash \
	tests/server/doors/lighttpd-gnutls.bash tests/server/doors/fcgid.bash \
	tests/server/doors/nginx.bash tests/server/nginx.bats tests/server/paths-nginx.bats tests/server/failures-nginx.bats \
	tests/server/spellings.bash tests/server/stub_authorizer.py \
	tests/server/downstream.bash tests/server/backend.py tests/server/matrix.bash \
	tests/server/matrix.bats.in tests/server/matrix.py tests/server/faulty_authorizer.py \
	tests/server/doors/README.md tests/server/doors/lighttpd-unix.bash \
	tests/server/doors/fcgid.bash tests/server/doors/fcgid-htaccess.bash \
	tests/server/doors/authnz-fcgi.bash tests/server/doors/nginx.bash \
	tests/server/gate.bash tests/server/shared-host.conf
