# Whole decisions as golden files, and the programs at their command lines.
check_PROGRAMS += tests/cases/run-cases tests/cases/make-store
COMMAND_TESTS = \
	tests/cases/check-commands.sh \
	tests/cases/check-crl.sh \
	tests/cases/check-deny.sh \
	tests/cases/check-explain.sh \
	tests/cases/check-inspect.sh \
	tests/cases/check-lint.sh \
	tests/cases/check-revocation.sh \
	tests/cases/check-status.sh \
	tests/cases/check-table.sh
TESTS += tests/cases/run-cases $(COMMAND_TESTS)
dist_check_SCRIPTS += $(COMMAND_TESTS)
EXTRA_DIST += tests/cases/commands.sh
tests_cases_run_cases_SOURCES = tests/tap.h \
	tests/cases/run-cases.c \
	tests/cases/script.c tests/cases/script.h \
	tests/cases/case.c tests/cases/case.h \
	tests/cases/value.c tests/cases/value.h \
	tests/cases/filter.c tests/cases/filter.h \
	tests/cases/ask.c tests/cases/ask.h \
	tests/cases/stock.c tests/cases/stock.h \
	tests/cases/expectation.c tests/cases/expectation.h \
	tests/cases/reply.c tests/cases/reply.h
tests_cases_run_cases_LDADD = $(EDGE_LIBS)
tests_cases_make_store_SOURCES = tests/cases/make-store.c
tests_cases_make_store_LDADD = $(STORE_LIBS)
EXTRA_DIST += tests/cases/README \
	tests/cases/config/everything.conf \
	tests/cases/config/everything-required.conf \
	tests/cases/config/roots.conf \
	tests/cases/config/site.conf \
	tests/cases/aspnet-types.cases \
	tests/cases/aspnet.cases \
	tests/cases/certificate-text.cases \
	tests/cases/chains.cases \
	tests/cases/claims.cases \
	tests/cases/clients.cases \
	tests/cases/conditions.cases \
	tests/cases/constraints.cases \
	tests/cases/forwarded.cases \
	tests/cases/kestrun.cases \
	tests/cases/names.cases \
	tests/cases/paths.cases \
	tests/cases/policies.cases \
	tests/cases/precedence.cases \
	tests/cases/replies.cases \
	tests/cases/report-only.cases \
	tests/cases/responder.cases \
	tests/cases/revocation.cases \
	tests/cases/rule-matching.cases \
	tests/cases/rules.cases \
	tests/cases/selectors.cases \
	tests/cases/server-variables.cases \
	tests/cases/strength.cases \
	tests/cases/times.cases
