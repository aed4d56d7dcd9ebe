# OCSP beside others: the vectors of pyca/cryptography, which are skipped, and say so, where they
# are not installed (in CI ./check takes that for a failure), and openssl's responder.
check_PROGRAMS += tests/ocsp/test-ocsp-vectors tests/ocsp/ask-ocsp
TESTS += tests/ocsp/test-ocsp-vectors tests/ocsp/responder.sh
dist_check_SCRIPTS += tests/ocsp/responder.sh
tests_ocsp_test_ocsp_vectors_SOURCES = tests/ocsp/test-ocsp-vectors.c tests/tap.h
tests_ocsp_test_ocsp_vectors_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/tests
tests_ocsp_test_ocsp_vectors_LDADD = $(EDGE_LIBS)
tests_ocsp_ask_ocsp_SOURCES = tests/ocsp/ask-ocsp.c
tests_ocsp_ask_ocsp_LDADD = $(EDGE_LIBS)
