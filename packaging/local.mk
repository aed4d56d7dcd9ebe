# Units of systemd: examples, installed where nothing starts them.
systemdexampledir = $(docdir)/examples/systemd
dist_systemdexample_DATA = packaging/systemd/certauthz.service \
	packaging/systemd/certauthz-refresh.service \
	packaging/systemd/certauthz-refresh-once.service \
	packaging/systemd/certauthz-refresh-once.timer \
	packaging/systemd/certauthz.sysusers

dist_check_SCRIPTS += tests/unit/units.sh
TESTS += tests/unit/units.sh
