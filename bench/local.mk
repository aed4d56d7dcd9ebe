# `make bench`: figures for people, no test hangs on them. Build without sanitizers for it.
BENCHES = bench/decision$(EXEEXT) bench/policy$(EXEEXT) bench/clients$(EXEEXT) \
	bench/crl$(EXEEXT) bench/store$(EXEEXT) bench/null-authorizer$(EXEEXT)
EXTRA_PROGRAMS += bench/decision bench/policy bench/clients bench/crl bench/store \
	bench/null-authorizer
bench_decision_SOURCES = bench/decision.c
bench_decision_LDADD = $(SERVER_LIBS)
bench_policy_SOURCES = bench/policy.c
bench_policy_LDADD = $(EDGE_LIBS)
bench_clients_SOURCES = bench/clients.c
bench_clients_LDADD = $(EDGE_LIBS)
bench_crl_SOURCES = bench/crl.c bench/lists.c bench/lists.h
bench_crl_CPPFLAGS = $(AM_CPPFLAGS)
bench_crl_CFLAGS = $(AM_CFLAGS)
bench_crl_LDADD = $(CORE_LIBS)
bench_store_SOURCES = bench/store.c bench/lists.c bench/lists.h
bench_store_CPPFLAGS = $(AM_CPPFLAGS)
bench_store_CFLAGS = $(AM_CFLAGS)
bench_store_LDADD = $(LIBSTORE) $(EDGE_LIBS)
if HAVE_CRYPTO
bench_crl_CPPFLAGS += -DBENCH_OPENSSL
bench_crl_CFLAGS += $(CRYPTO_CFLAGS)
bench_crl_LDADD += $(CRYPTO_LIBS)
bench_store_CPPFLAGS += -DBENCH_OPENSSL
bench_store_CFLAGS += $(CRYPTO_CFLAGS)
bench_store_LDADD += $(CRYPTO_LIBS)
endif
bench_null_authorizer_SOURCES = bench/null-authorizer.c
bench_null_authorizer_LDADD = $(SERVER_LIBS)
CLEANFILES += $(BENCHES)
EXTRA_DIST += bench/through-lighttpd

.PHONY: bench bench-programs
bench-programs: $(BENCHES)
bench: all bench-programs
	@folder=`mktemp -d` && trap 'rm -rf "$$folder"' EXIT && \
	$(srcdir)/tests/pki/make-pki "$$folder/pki" && \
	cp $(srcdir)/authorizer/config/certauthz.conf.example "$$folder/pki/certauthz.conf" && \
	bench/decision "$$folder/pki" && echo && \
	bench/policy "$$folder/pki" && echo && \
	for kind in sha256 subject rotation; do \
		bench/clients 10000 $$kind "$$folder/pki/clients.conf" && \
		bench/clients 100000 $$kind "$$folder/pki/clients.conf" || exit 1; \
	done && echo && \
	bench/crl && echo && \
	bench/store "$$folder" && echo && \
	$(srcdir)/bench/through-lighttpd "$(abs_builddir)"
