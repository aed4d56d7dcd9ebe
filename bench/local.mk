# `make bench`: figures for people, no test hangs on them. Build without sanitizers for it.
BENCHES = bench/decision$(EXEEXT) bench/policy$(EXEEXT) bench/clients$(EXEEXT) \
	bench/store$(EXEEXT) bench/null-authorizer$(EXEEXT) bench/null-libfcgi$(EXEEXT) bench/null-claims$(EXEEXT) bench/make-list$(EXEEXT) \
	bench/requests$(EXEEXT) bench/starts$(EXEEXT)
EXTRA_PROGRAMS += bench/decision bench/policy bench/clients bench/store bench/null-authorizer bench/null-libfcgi bench/null-claims \
	bench/make-list bench/requests bench/starts
bench_decision_SOURCES = bench/decision.c
bench_decision_LDADD = $(SERVER_LIBS)
bench_policy_SOURCES = bench/policy.c
bench_policy_LDADD = $(EDGE_LIBS)
bench_clients_SOURCES = bench/clients.c
bench_clients_LDADD = $(EDGE_LIBS)
bench_store_SOURCES = bench/store.c bench/lists.c bench/lists.h
bench_store_CPPFLAGS = $(AM_CPPFLAGS)
bench_store_CFLAGS = $(AM_CFLAGS)
bench_store_LDADD = $(LIBSTORE) $(EDGE_LIBS)
if HAVE_CRYPTO
bench_store_CPPFLAGS += -DBENCH_OPENSSL
bench_store_CFLAGS += $(CRYPTO_CFLAGS)
bench_store_LDADD += $(CRYPTO_LIBS)
endif
bench_make_list_SOURCES = bench/make-list.c bench/lists.c bench/lists.h
bench_make_list_LDADD = $(CORE_LIBS)
bench_requests_SOURCES = bench/requests.c bench/lists.c bench/lists.h
bench_requests_LDADD = $(CORE_LIBS)
bench_starts_SOURCES = bench/starts.c bench/lists.c bench/lists.h
bench_starts_LDADD = $(CORE_LIBS)
bench_null_authorizer_SOURCES = bench/null-authorizer.c
bench_null_authorizer_LDADD = $(SERVER_LIBS)
bench_null_libfcgi_SOURCES = bench/null-authorizer.c
bench_null_libfcgi_CPPFLAGS = $(AM_CPPFLAGS) -DNULL_LIBFCGI
bench_null_libfcgi_LDADD = $(SERVER_LIBS)
bench_null_claims_SOURCES = bench/null-authorizer.c
bench_null_claims_CPPFLAGS = $(AM_CPPFLAGS) -DNULL_CLAIMS
bench_null_claims_LDADD = $(SERVER_LIBS)
CLEANFILES += $(BENCHES)
EXTRA_DIST += bench/gate bench/lists-of-all bench/front-doors bench/with-revocation

.PHONY: bench bench-programs
bench-programs: $(BENCHES)
bench: all
	@$(MAKE) $(AM_MAKEFLAGS) bench-programs
	@folder=`mktemp -d` && trap 'rm -rf "$$folder"' EXIT && \
	$(srcdir)/tests/pki/make-pki "$$folder/pki" && \
	cp $(srcdir)/authorizer/config/certauthz.conf.example "$$folder/pki/certauthz.conf" && \
	$(srcdir)/bench/lists-of-all "$(abs_builddir)" "$$folder/pki" && \
	bench/decision "$$folder/pki" && echo && \
	bench/policy "$$folder/pki" && echo && \
	for kind in sha256 subject rotation; do \
		bench/clients 10000 $$kind "$$folder/pki/clients.conf" && \
		bench/clients 100000 $$kind "$$folder/pki/clients.conf" || exit 1; \
	done && echo && \
	bench/store "$$folder" && echo && \
	$(srcdir)/bench/with-revocation "$(abs_builddir)" && echo && \
	$(srcdir)/bench/gate "$(abs_builddir)" && echo && \
	$(srcdir)/bench/front-doors "$(abs_builddir)"
