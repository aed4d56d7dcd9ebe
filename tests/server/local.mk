# The tests against real web servers, which ./check runs; they are only handed on here.
EXTRA_DIST += tests/server/run tests/server/lib.bash tests/server/support.bash \
	tests/server/claims.bats tests/server/daemon.bats \
	tests/server/decisions-apache.bats tests/server/decisions-apache-no-ca.bats \
	tests/server/decisions-lighttpd.bats \
	tests/server/failures-apache.bats tests/server/failures-lighttpd.bats \
	tests/server/log.bats tests/server/refresh.bats tests/server/refresh-queries.bats \
	tests/server/revocation_pki.bash tests/server/paths.bats tests/server/policies.bats tests/server/reload.bats \
	tests/server/sessions.bats tests/server/lighttpd-around.bats tests/server/lighttpd-bin-path.bats \
	tests/server/lighttpd-gnutls.bats tests/server/lighttpd-tcp.bats tests/server/passwords-lighttpd.bats \
	tests/server/fcgi_client.py tests/server/https_client.py tests/server/log_daemon.py \
	tests/server/faulty_server.py tests/server/ldap_server.py \
	tests/server/listen_on_stdin.py tests/server/reload_under_load.py \
	tests/server/online.bats tests/server/refresher.py \
	tests/server/revocation_lab.bash tests/server/traffic.py tests/server/revocation.bats \
	tests/server/revocation-actions.bats tests/server/revocation-online.bats \
	tests/server/revocation-store.bats \
	tests/server/downstream.bash tests/server/backend.py tests/server/doors/README.md \
	tests/server/doors_lighttpd.bash tests/server/doors/lighttpd-unix.bash \
	tests/server/doors/lighttpd-tcp.bash tests/server/doors/lighttpd-bin-path.bash \
	tests/server/doors/lighttpd-gnutls.bash tests/server/doors/fcgid.bash
