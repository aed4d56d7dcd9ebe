# Three layers: what every program shares, the pure stages of a decision, and the edges that
# touch the outside. tests/unit/purity.sh holds the first two to their word.
LIBBASE = authorizer/libbase.a
LIBCORE = authorizer/libcore.a
LIBEDGE = authorizer/libedge.a
noinst_LIBRARIES += $(LIBBASE) $(LIBCORE) $(LIBEDGE)

authorizer_libbase_a_SOURCES = \
	authorizer/base/accept.c authorizer/base/accept.h \
	authorizer/base/buffer.c authorizer/base/buffer.h \
	authorizer/base/bytes.h \
	authorizer/base/calendar.c authorizer/base/calendar.h \
	authorizer/base/cleanup.h \
	authorizer/base/error.c authorizer/base/error.h \
	authorizer/base/json_writer.c authorizer/base/json_writer.h \
	authorizer/base/numbers.c authorizer/base/numbers.h \
	authorizer/base/text.c authorizer/base/text.h \
	authorizer/base/variables.c authorizer/base/variables.h

# In the order of the flow.
authorizer_libcore_a_SOURCES = \
	authorizer/reason/reason.c authorizer/reason/reason.h \
	authorizer/reason/trace.c authorizer/reason/trace.h \
	authorizer/request/request.c authorizer/request/request.h \
	authorizer/request/target.c authorizer/request/target.h \
	authorizer/request/verification.c authorizer/request/verification.h \
	authorizer/pem/encodings.c authorizer/pem/encodings.h \
	authorizer/pem/pem.c authorizer/pem/pem.h \
	authorizer/pem/xfcc.c authorizer/pem/xfcc.h \
	authorizer/pem/forwarded.c authorizer/pem/forwarded.h \
	authorizer/certificate/der.c authorizer/certificate/der.h \
	authorizer/certificate/der_write.c authorizer/certificate/der_write.h \
	authorizer/certificate/oid.c authorizer/certificate/oid.h \
	authorizer/certificate/name.c authorizer/certificate/name.h \
	authorizer/certificate/name_types.c authorizer/certificate/name_types.h \
	authorizer/certificate/name_compare.c authorizer/certificate/name_write.c \
	authorizer/certificate/name_reader.h authorizer/certificate/name_value.c \
	authorizer/certificate/name_text.c authorizer/certificate/name_text.h \
	authorizer/certificate/public_key.c authorizer/certificate/public_key.h \
	authorizer/certificate/extensions.c authorizer/certificate/extensions.h \
	authorizer/certificate/certificate.c authorizer/certificate/certificate.h \
	authorizer/certificate/signature.c authorizer/certificate/signature.h \
	authorizer/trust/pool.c authorizer/trust/pool.h \
	authorizer/trust/trust.c authorizer/trust/trust.h \
	authorizer/path/path.h \
	authorizer/path/search.c authorizer/path/search.h \
	authorizer/validate/requirements.c authorizer/validate/requirements.h \
	authorizer/validate/name_match.c authorizer/validate/name_match.h \
	authorizer/validate/name_constraints.c authorizer/validate/name_constraints.h \
	authorizer/validate/policies.c authorizer/validate/policies.h \
	authorizer/validate/strength.c authorizer/validate/strength.h \
	authorizer/validate/validate.c authorizer/validate/validate.h \
	authorizer/revocation/status.c authorizer/revocation/status.h \
	authorizer/revocation/distribution_point.c authorizer/revocation/distribution_point.h \
	authorizer/revocation/crl.c authorizer/revocation/crl_entry.c authorizer/revocation/crl.h \
	authorizer/revocation/crl_index.c authorizer/revocation/crl_index_build.c \
	authorizer/revocation/crl_index.h \
	authorizer/revocation/scope.c authorizer/revocation/scope.h \
	authorizer/revocation/crl_issuer.c authorizer/revocation/crl_issuer.h \
	authorizer/revocation/settings.c authorizer/revocation/settings.h \
	authorizer/revocation/deny_list.c authorizer/revocation/deny_text.c \
	authorizer/revocation/deny_list.h authorizer/revocation/holdings.h \
	authorizer/revocation/ocsp_id.c authorizer/revocation/ocsp_id.h \
	authorizer/revocation/ocsp_request.c authorizer/revocation/ocsp_response.c \
	authorizer/revocation/ocsp_find.c authorizer/revocation/ocsp.h \
	authorizer/revocation/ocsp_signer.c authorizer/revocation/ocsp_signer.h \
	authorizer/revocation/ocsp_check.c authorizer/revocation/ocsp_check.h \
	authorizer/revocation/check.c authorizer/revocation/check.h \
	authorizer/revocation/crl_check.c authorizer/revocation/subject.h \
	authorizer/revocation/sources.c authorizer/revocation/sources.h \
	authorizer/revocation/trace.c authorizer/revocation/trace.h \
	authorizer/revocation/verdict.c authorizer/revocation/verdict.h \
	authorizer/selector/term.c authorizer/selector/term.h \
	authorizer/selector/vocabulary.c authorizer/selector/vocabulary.h \
	authorizer/selector/condition.c authorizer/selector/condition.h \
	authorizer/selector/imply.c authorizer/selector/imply.h \
	authorizer/identity/values.c authorizer/identity/values.h \
	authorizer/identity/identity.c authorizer/identity/identity.h \
	authorizer/identity/clients.c authorizer/identity/clients.h \
	authorizer/policy/address.c authorizer/policy/address.h \
	authorizer/policy/pattern.c authorizer/policy/pattern.h \
	authorizer/policy/rules.c authorizer/policy/rules.h \
	authorizer/policy/subsume.c authorizer/policy/subsume.h \
	authorizer/policy/fit.c authorizer/policy/fit.h \
	authorizer/policy/claim_plan.c authorizer/policy/claim_plan.h \
	authorizer/policy/policy.c authorizer/policy/policy.h \
	authorizer/decision/assessment.c authorizer/decision/assessment.h \
	authorizer/decision/decision.c authorizer/decision/decision.h \
	authorizer/response/claim_name.c authorizer/response/claim_name.h \
	authorizer/response/dialects.c authorizer/response/dialects.h \
	authorizer/response/claim_sources.c authorizer/response/claim_sources.h \
	authorizer/response/claims.c authorizer/response/claims.h \
	authorizer/response/denial.c authorizer/response/denial.h \
	authorizer/response/response.c authorizer/response/response.h \
	authorizer/log/entry.c authorizer/log/entry.h \
	authorizer/log/line.c authorizer/log/fields.c authorizer/log/line.h \
	authorizer/authorize/forwarding.c authorizer/authorize/forwarding.h \
	authorizer/authorize/snapshot.c authorizer/authorize/snapshot.h \
	authorizer/authorize/memory.c authorizer/authorize/memory.h \
	authorizer/authorize/assess.c authorizer/authorize/assess.h \
	authorizer/authorize/judge.c authorizer/authorize/judge.h \
	authorizer/authorize/authorize.c authorizer/authorize/authorize.h

authorizer_libedge_a_SOURCES = \
	authorizer/config/whole_file.c authorizer/config/whole_file.h \
	authorizer/config/lexer.c authorizer/config/lexer.h \
	authorizer/config/source.c authorizer/config/source.h \
	authorizer/config/tree.c authorizer/config/tree.h \
	authorizer/config/portions.c authorizer/config/portions.h \
	authorizer/config/places.c authorizer/config/places.h \
	authorizer/config/schema.c authorizer/config/schema.h \
	authorizer/config/logging.c authorizer/config/logging.h \
	authorizer/config/numbers.c authorizer/config/numbers.h \
	authorizer/config/selectors.c authorizer/config/selectors.h \
	authorizer/config/conditions.c authorizer/config/conditions.h \
	authorizer/config/claims.c authorizer/config/claims.h \
	authorizer/config/clients.c authorizer/config/clients.h \
	authorizer/config/ranges.c authorizer/config/ranges.h \
	authorizer/config/coverage.c authorizer/config/coverage.h \
	authorizer/config/rules.c authorizer/config/rules.h \
	authorizer/config/revocation_actions.c authorizer/config/revocation_actions.h \
	authorizer/config/revocation.c authorizer/config/revocation.h \
	authorizer/config/forwarded.c authorizer/config/forwarded.h \
	authorizer/config/policies.c authorizer/config/policies.h \
	authorizer/config/config.c authorizer/config/config.h \
	authorizer/config/store_folder.c authorizer/config/store_folder.h \
	authorizer/config/certificate_file.c authorizer/config/certificate_file.h \
	authorizer/config/load.c authorizer/config/load.h \
	authorizer/config/setup.c authorizer/config/setup.h \
	authorizer/config/files.c authorizer/config/files.h \
	authorizer/config/fingerprint.c authorizer/config/fingerprint.h \
	authorizer/config/watch.c authorizer/config/watch.h \
	authorizer/log/complain.c authorizer/log/complain.h \
	authorizer/log/file.c authorizer/log/file.h \
	authorizer/log/socket.c authorizer/log/socket.h \
	authorizer/log/syslog.c authorizer/log/syslog.h \
	authorizer/log/log.c authorizer/log/log.h

# The revocation store, and the questions to certauthz-refresh.
LIBSTORE = authorizer/libstore.a
noinst_LIBRARIES += $(LIBSTORE)
authorizer_libstore_a_SOURCES = \
	authorizer/store/files.c authorizer/store/files.h \
	authorizer/store/form.c authorizer/store/form.h \
	authorizer/store/catalogue.c authorizer/store/catalogue.h \
	authorizer/store/ocsp_record.c authorizer/store/ocsp_record.h \
	authorizer/store/list_file.c authorizer/store/list_file.h \
	authorizer/store/stored_list.c authorizer/store/stored_list.h \
	authorizer/store/stock.c authorizer/store/stock.h \
	authorizer/store/sighting.c authorizer/store/sighting.h \
	authorizer/store/view.c authorizer/store/view.h \
	authorizer/store/store.c authorizer/store/store.h \
	authorizer/store/keeper.c authorizer/store/keeper_ocsp.c authorizer/store/keeper_intake.c \
	authorizer/store/keeper_newest.c authorizer/store/newest.c authorizer/store/newest.h \
	authorizer/store/keeper.h authorizer/store/keeper_private.h \
	authorizer/store/deny_file.c authorizer/store/deny_file.h \
	authorizer/store/health.c authorizer/store/health_text.c authorizer/store/health.h \
	authorizer/store/ocsp_survey.c authorizer/store/ocsp_survey.h \
	authorizer/query/query.h authorizer/query/message.c \
	authorizer/query/exchange.c authorizer/query/exchange.h \
	authorizer/query/client.c authorizer/query/run.c

# What certauthz-refresh does, which links with libcurl.
LIBREFRESH = authorizer/librefresh.a
noinst_LIBRARIES += $(LIBREFRESH)
authorizer_librefresh_a_SOURCES = \
	authorizer/refresh/schedule.c authorizer/refresh/schedule.h \
	authorizer/refresh/breaker.c \
	authorizer/refresh/fetch_shown.c authorizer/refresh/fetch_shown.h \
	authorizer/refresh/fetch_ldif.c authorizer/refresh/fetch_ldif.h \
	authorizer/refresh/fetch.h \
	authorizer/refresh/signers.c authorizer/refresh/signers.h \
	authorizer/refresh/sources.c authorizer/refresh/crl_files.c authorizer/refresh/sources.h \
	authorizer/refresh/points.c authorizer/refresh/points.h \
	authorizer/refresh/intake.c authorizer/refresh/intake.h \
	authorizer/refresh/import.c authorizer/refresh/import_child.c authorizer/refresh/import.h \
	authorizer/refresh/task.c authorizer/refresh/task.h \
	authorizer/refresh/list_task.c authorizer/refresh/list_task.h \
	authorizer/refresh/file_parts.c authorizer/refresh/file_parts.h \
	authorizer/refresh/file_round.c authorizer/refresh/file_round.h \
	authorizer/refresh/ocsp_accept.c authorizer/refresh/ocsp_accept.h \
	authorizer/refresh/ocsp_book.c authorizer/refresh/ocsp_book.h \
	authorizer/refresh/ocsp_task.c authorizer/refresh/ocsp_task.h \
	authorizer/refresh/refresher.c authorizer/refresh/refresher.h \
	authorizer/refresh/inquiry.c authorizer/refresh/inquiry.h \
	authorizer/refresh/peers.c authorizer/refresh/peers.h \
	authorizer/refresh/once.c authorizer/refresh/once.h \
	authorizer/refresh/daemon.c authorizer/refresh/daemon.h
authorizer_librefresh_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
if HAVE_CURL
authorizer_librefresh_a_SOURCES += \
	authorizer/refresh/fetch.c \
	authorizer/refresh/fetch_url.c authorizer/refresh/fetch_url.h \
	authorizer/refresh/fetch_text.c authorizer/refresh/fetch_text.h \
	authorizer/refresh/fetch_outcome.c \
	authorizer/refresh/fetch_transfer.c authorizer/refresh/fetch_transfer.h
else
authorizer_librefresh_a_SOURCES += authorizer/refresh/no_fetch.c
endif

# The FastCGI server, for the handlers too.
LIBSERVER = authorizer/libserver.a
noinst_LIBRARIES += $(LIBSERVER)
authorizer_libserver_a_SOURCES = \
	authorizer/server/program.c authorizer/server/program.h \
	authorizer/server/rest.c authorizer/server/rest.h \
	authorizer/server/loop.c authorizer/server/loop.h \
	authorizer/server/shared_store.c authorizer/server/shared_store.h \
	authorizer/server/generation.c authorizer/server/generation.h \
	authorizer/server/waiting.h \
	authorizer/server/questions.c authorizer/server/questions.h \
	authorizer/server/inquire.c authorizer/server/inquire.h \
	authorizer/server/serve.c authorizer/server/serve.h \
	authorizer/server/once.c authorizer/server/once.h \
	authorizer/server/reloader.c authorizer/server/reloader.h \
	authorizer/server/control.c authorizer/server/control.h \
	authorizer/server/commands.c authorizer/server/commands.h \
	authorizer/server/forerunner.c authorizer/server/forerunner.h \
	authorizer/server/watchman.c authorizer/server/watchman.h \
	authorizer/server/listener.c authorizer/server/listener.h \
	authorizer/server/deadline.c authorizer/server/deadline.h \
	authorizer/server/connection.c authorizer/server/connection.h \
	authorizer/server/workers.c authorizer/server/workers.h

CORE_LIBS = $(LIBCORE) $(LIBBASE) $(GNUTLS_LIBS) $(PTHREAD_LIBS)
EDGE_LIBS = $(LIBEDGE) $(CORE_LIBS) $(LIBCONFIG_LIBS)
STORE_LIBS = $(LIBSTORE) $(EDGE_LIBS)
SERVER_LIBS = $(LIBSERVER) $(STORE_LIBS) $(FCGI_LIBS)
REFRESH_LIBS = $(LIBREFRESH) $(STORE_LIBS) $(CURL_LIBS)
# Of the server only what makes sockets, waits for signals, and rests.
REFRESHER_LIBS = $(LIBREFRESH) $(LIBSERVER) $(REFRESH_LIBS)

# What certauthzctl knows and a daemon may be asked: questions, reports, spellings, tables.
LIBCTL = authorizer/libctl.a
noinst_LIBRARIES += $(LIBCTL)
authorizer_libctl_a_SOURCES = \
	authorizer/ctl/json_reader.c authorizer/ctl/json_reader.h \
	authorizer/ctl/question.c authorizer/ctl/question.h \
	authorizer/ctl/log_line.c authorizer/ctl/log_line.h \
	authorizer/ctl/paint.c authorizer/ctl/paint.h \
	authorizer/ctl/rule_account.c authorizer/ctl/rule_account.h \
	authorizer/ctl/report.c authorizer/ctl/report.h \
	authorizer/ctl/report_text.c authorizer/ctl/report_json.c \
	authorizer/ctl/decide.c authorizer/ctl/decide.h \
	authorizer/ctl/explanation.c authorizer/ctl/explanation.h \
	authorizer/ctl/deny_report.c authorizer/ctl/deny_report.h \
	authorizer/ctl/crl_account.c authorizer/ctl/crl_account.h \
	authorizer/ctl/crl_words.c authorizer/ctl/crl_words.h authorizer/ctl/crl_report.c \
	authorizer/ctl/spelling_walk.c authorizer/ctl/spelling_walk.h \
	authorizer/ctl/spelling.c authorizer/ctl/spelling.h \
	authorizer/ctl/probe.h authorizer/ctl/probe_plan.c authorizer/ctl/probe_headers.c \
	authorizer/ctl/probe_paths.c authorizer/ctl/probe_judge.c authorizer/ctl/probe_report.c \
	authorizer/ctl/table.c authorizer/ctl/table.h
CTL_LIBS = $(LIBCTL) $(EDGE_LIBS)

# What sends the requests of `certauthzctl probe`: all that certauthzctl has of libcurl.
LIBPROBE = authorizer/libprobe.a
noinst_LIBRARIES += $(LIBPROBE)
authorizer_libprobe_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
authorizer_libprobe_a_SOURCES = authorizer/ctl/probe_transfer.h
if HAVE_CURL
authorizer_libprobe_a_SOURCES += authorizer/ctl/probe_transfer.c \
	authorizer/ctl/probe_session.c authorizer/ctl/probe_session.h
else
authorizer_libprobe_a_SOURCES += authorizer/ctl/no_probe_transfer.c
endif

sbin_PROGRAMS += authorizer/certauthz
authorizer_certauthz_SOURCES = authorizer/certauthz.c
authorizer_certauthz_LDADD = $(LIBCTL) $(SERVER_LIBS)

sbin_PROGRAMS += authorizer/certauthz-refresh
authorizer_certauthz_refresh_SOURCES = authorizer/certauthz-refresh.c
authorizer_certauthz_refresh_LDADD = $(REFRESHER_LIBS)

bin_PROGRAMS += authorizer/certauthzctl
authorizer_certauthzctl_SOURCES = authorizer/certauthzctl.c \
	authorizer/ctl/answer.c authorizer/ctl/answer.h \
	authorizer/ctl/config_text.c authorizer/ctl/config_text.h \
	authorizer/ctl/control.c authorizer/ctl/control.h \
	authorizer/ctl/processes.c authorizer/ctl/processes.h \
	authorizer/ctl/status.c authorizer/ctl/summary.c authorizer/ctl/summary.h \
	authorizer/ctl/store_status.c authorizer/ctl/store_status.h \
	authorizer/ctl/store_text.c authorizer/ctl/store_json.c \
	authorizer/ctl/revocation.c \
	authorizer/ctl/revocation_account.c authorizer/ctl/revocation_account.h \
	authorizer/ctl/revocation_text.c authorizer/ctl/revocation_json.c \
	authorizer/ctl/command.c authorizer/ctl/command.h \
	authorizer/ctl/store.c \
	authorizer/ctl/deny_target.c authorizer/ctl/deny_target.h \
	authorizer/ctl/deny.c authorizer/ctl/undeny.c \
	authorizer/ctl/crl.c \
	authorizer/ctl/store_at_hand.c authorizer/ctl/store_at_hand.h \
	authorizer/ctl/check.c \
	authorizer/ctl/presented.c authorizer/ctl/presented.h \
	authorizer/ctl/explain.c \
	authorizer/ctl/certificate_source.c authorizer/ctl/certificate_source.h \
	authorizer/ctl/pkcs12.c authorizer/ctl/pkcs12.h \
	authorizer/ctl/inspect.c \
	authorizer/ctl/lint.c authorizer/ctl/lint.h \
	authorizer/ctl/lint_rules.c authorizer/ctl/lint_clients.c authorizer/ctl/lint_overlaps.c \
	authorizer/ctl/lint_revocation.c authorizer/ctl/lint_forwarded.c \
	authorizer/ctl/probe.c \
	authorizer/ctl/test.c
authorizer_certauthzctl_LDADD = $(LIBPROBE) $(LIBCTL) $(STORE_LIBS) $(CURL_LIBS)

exampledir = $(docdir)/examples
dist_example_DATA = authorizer/config/certauthz.conf.example
