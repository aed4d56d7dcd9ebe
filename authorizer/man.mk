# The manual pages, and the test that they agree with the code.
dist_man_MANS += authorizer/certauthzctl.1 authorizer/certauthz.conf.5 authorizer/certauthz.8 \
	authorizer/certauthz-refresh.8

dist_check_SCRIPTS += tests/unit/manual.sh
TESTS += tests/unit/manual.sh

EXTRA_DIST += SECURITY.md
