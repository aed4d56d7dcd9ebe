# NIST PKITS; skips, and says so, where its data is not installed. In CI ./check takes that for a
# failure.
check_PROGRAMS += tests/pkits/test-pkits
TESTS += tests/pkits/test-pkits
tests_pkits_test_pkits_SOURCES = tests/pkits/test-pkits.c tests/tap.h
tests_pkits_test_pkits_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests
tests_pkits_test_pkits_LDADD = $(EDGE_LIBS)
EXTRA_DIST += tests/pkits/expectations
