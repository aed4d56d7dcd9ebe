# Our verdicts against GnuTLS's and OpenSSL's on mutated paths; OpenSSL only where it is.
if HAVE_CRYPTO
check_PROGRAMS += tests/differential/run-differential tests/differential/run-revocation
TESTS += tests/differential/run-differential tests/differential/run-revocation
endif
tests_differential_run_differential_SOURCES = \
	tests/differential/run-differential.c \
	tests/differential/cases.c tests/differential/cases.h \
	tests/differential/forge.c tests/differential/forge.h \
	tests/differential/plan.c tests/differential/plan.h \
	tests/differential/mutation.h \
	tests/differential/mutate-fields.c \
	tests/differential/mutate-names.c \
	tests/differential/mutate-usage.c \
	tests/differential/mutate-extensions.c \
	tests/differential/mutate-constraints.c \
	tests/differential/mutate-policies.c \
	tests/differential/judge.c tests/differential/judge.h \
	tests/differential/judge-openssl.c \
	tests/differential/rules.c tests/differential/rules.h \
	tests/tap.h
tests_differential_run_differential_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests
tests_differential_run_differential_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
tests_differential_run_differential_LDADD = $(CORE_LIBS) $(CRYPTO_LIBS)

# The same of revocation, with OpenSSL alone: GnuTLS knows neither deltas nor indirect CRLs.
tests_differential_run_revocation_SOURCES = \
	tests/differential/run-revocation.c \
	tests/differential/cases.c tests/differential/cases.h \
	tests/differential/forge.c tests/differential/forge.h \
	tests/differential/plan.c tests/differential/plan.h \
	tests/differential/world.c tests/differential/world.h \
	tests/differential/world-twists.c \
	tests/differential/world-judge.c tests/differential/world-judge.h \
	tests/differential/world-openssl.c tests/differential/judge.h \
	tests/differential/world-properties.c tests/differential/world-properties.h \
	tests/differential/world-rules.c tests/differential/world-rules.h \
	tests/tap.h
tests_differential_run_revocation_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests
tests_differential_run_revocation_CFLAGS = $(AM_CFLAGS) $(CRYPTO_CFLAGS)
tests_differential_run_revocation_LDADD = $(CORE_LIBS) $(CRYPTO_LIBS)
