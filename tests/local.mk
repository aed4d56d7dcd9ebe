# Unit tests: one program for each module.
check_PROGRAMS += tests/unit/test-base
tests_unit_test_base_SOURCES = tests/unit/test-base.c tests/tap.h
tests_unit_test_base_LDADD = $(LIBBASE)
TESTS += tests/unit/test-base
