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

# A CGI program that asks certauthz itself, for servers that run nothing else.
noinst_LIBRARIES += handlers/gate/libgate.a
pkglibexec_PROGRAMS += handlers/gate/gate
dist_man_MANS += handlers/gate/certauthz-gate.8

GATE_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/handlers/gate

# Everything but the edges: no files, no clock, no environment.
handlers_gate_libgate_a_CPPFLAGS = $(GATE_CPPFLAGS)
handlers_gate_libgate_a_SOURCES = \
	handlers/gate/approval.c handlers/gate/approval.h \
	handlers/gate/call.c handlers/gate/call.h \
	handlers/gate/condition.c handlers/gate/condition.h \
	handlers/gate/date.c handlers/gate/date.h \
	handlers/gate/environment.c handlers/gate/environment.h \
	handlers/gate/range.c handlers/gate/range.h \
	handlers/gate/reply.c handlers/gate/reply.h \
	handlers/gate/type.c handlers/gate/type.h \
	handlers/gate/url.c handlers/gate/url.h

handlers_gate_gate_CPPFLAGS = $(GATE_CPPFLAGS)
handlers_gate_gate_LDADD = handlers/gate/libgate.a $(SERVER_LIBS)
handlers_gate_gate_SOURCES = \
	handlers/gate/answer.c handlers/gate/answer.h \
	handlers/gate/gate.c \
	handlers/gate/output.c handlers/gate/output.h \
	handlers/gate/settings.c handlers/gate/settings.h \
	handlers/gate/tree.c handlers/gate/tree.h

check_PROGRAMS += handlers/gate/test-gate handlers/gate/test-gate-replies
TESTS += handlers/gate/test-gate handlers/gate/test-gate-replies
handlers_gate_test_gate_CPPFLAGS = $(GATE_CPPFLAGS)
handlers_gate_test_gate_LDADD = handlers/gate/libgate.a $(CORE_LIBS)
handlers_gate_test_gate_SOURCES = handlers/gate/test-gate.c handlers/gate/test-gate.h tests/tap.h
handlers_gate_test_gate_replies_CPPFLAGS = $(GATE_CPPFLAGS)
handlers_gate_test_gate_replies_LDADD = handlers/gate/libgate.a $(CORE_LIBS)
handlers_gate_test_gate_replies_SOURCES = handlers/gate/test-gate-replies.c \
	handlers/gate/test-gate.h tests/tap.h

check_PROGRAMS += handlers/gate/test-gate-files
TESTS += handlers/gate/test-gate-files
handlers_gate_test_gate_files_CPPFLAGS = $(GATE_CPPFLAGS)
handlers_gate_test_gate_files_LDFLAGS = $(FAULTY_LINKING)
handlers_gate_test_gate_files_LDADD = handlers/gate/libgate.a $(UNIT_LIBS)
handlers_gate_test_gate_files_SOURCES = handlers/gate/test-gate-files.c tests/tap.h \
	handlers/gate/settings.c handlers/gate/settings.h \
	handlers/gate/tree.c handlers/gate/tree.h
