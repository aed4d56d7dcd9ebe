# Handlers that stand behind the authorizer.
noinst_LIBRARIES += handlers/whoami/libwhoami.a
pkglibexec_PROGRAMS += handlers/whoami/whoami
check_PROGRAMS += handlers/whoami/test-whoami
TESTS += handlers/whoami/test-whoami
dist_man_MANS += handlers/whoami/certauthz-whoami.8

WHOAMI_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/handlers/whoami

# Everything but the edges: no files, no sockets, no clock, no environment.
handlers_whoami_libwhoami_a_CPPFLAGS = $(WHOAMI_CPPFLAGS)
handlers_whoami_libwhoami_a_SOURCES = \
	handlers/whoami/answer.c handlers/whoami/answer.h \
	handlers/whoami/claims.c handlers/whoami/claims.h \
	handlers/whoami/dn.c handlers/whoami/dn.h \
	handlers/whoami/html.c handlers/whoami/html.h \
	handlers/whoami/json.c handlers/whoami/json.h \
	handlers/whoami/page.c handlers/whoami/page.h \
	handlers/whoami/principal.c handlers/whoami/principal.h \
	handlers/whoami/request.c handlers/whoami/request.h \
	handlers/whoami/style.c handlers/whoami/style.h

handlers_whoami_whoami_CPPFLAGS = $(WHOAMI_CPPFLAGS)
handlers_whoami_whoami_LDADD = \
	handlers/whoami/libwhoami.a $(SERVER_LIBS)
handlers_whoami_whoami_SOURCES = \
	handlers/whoami/cgi.c handlers/whoami/cgi.h \
	handlers/whoami/serve.c handlers/whoami/serve.h \
	handlers/whoami/whoami.c

handlers_whoami_test_whoami_CPPFLAGS = $(WHOAMI_CPPFLAGS)
handlers_whoami_test_whoami_LDADD = handlers/whoami/libwhoami.a $(LIBBASE) $(GNUTLS_LIBS)
handlers_whoami_test_whoami_SOURCES = handlers/whoami/test-whoami.c tests/tap.h
