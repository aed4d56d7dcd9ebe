# Unit tests: one program for each module, and fuzz targets whose seeds `make check` replays.

# --- the PKI of this run: throw-away keys, made once by `make check` -----------------------
check_DATA = tests/pki/stamp
tests/pki/stamp: $(srcdir)/tests/pki/make-pki
	$(AM_V_GEN)rm -rf tests/pki/out && $(MKDIR_P) tests/pki/out && \
	    $(SHELL) $(srcdir)/tests/pki/make-pki tests/pki/out && echo made >$@
clean-local: clean-pki
clean-pki:
	rm -rf tests/pki/out tests/pki/stamp test-config.?????? test-log.?????? test-scratch.??????
.PHONY: clean-pki
EXTRA_DIST += tests/pki/make-pki

# --- unit tests ----------------------------------------------------------------------------
check_LIBRARIES = tests/unit/libsupport.a
tests_unit_libsupport_a_SOURCES = tests/tap.h \
	tests/unit/support.c tests/unit/support.h \
	tests/unit/forge.c tests/unit/path-cases.h tests/unit/authorize-cases.h tests/unit/config-cases.h \
	tests/unit/config-who-cases.h tests/unit/config-rule-cases.h \
	tests/unit/config-revocation-cases.h tests/unit/config-forwarded-cases.h \
	tests/unit/forge-crl.c tests/unit/forge-ocsp.c \
	tests/unit/ocsp-trial.c tests/unit/ocsp-trial.h \
	tests/unit/json.c tests/unit/json.h tests/unit/scratch.h tests/unit/server-child.h \
	tests/unit/revocation.c tests/unit/revocation.h \
	tests/unit/stores.c tests/unit/stores.h \
	tests/unit/faults.c tests/unit/faults.h
UNIT_LIBS = tests/unit/libsupport.a $(EDGE_LIBS)
STORE_TEST_LIBS = tests/unit/libsupport.a $(STORE_LIBS)
# For programs that use tests/unit/faults.h.
FAULTY_LINKING = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup,--wrap=strndup

UNIT_TESTS = \
	tests/unit/test-base \
	tests/unit/test-der \
	tests/unit/test-oid \
	tests/unit/test-name \
	tests/unit/test-name-text \
	tests/unit/test-name-parse \
	tests/unit/test-name-forms \
	tests/unit/test-pem \
	tests/unit/test-forwarded \
	tests/unit/test-request \
	tests/unit/test-target \
	tests/unit/test-verification \
	tests/unit/test-certificate \
	tests/unit/test-extensions \
	tests/unit/test-public-key \
	tests/unit/test-strength \
	tests/unit/test-trust \
	tests/unit/test-search \
	tests/unit/test-trust-graph \
	tests/unit/test-validate \
	tests/unit/test-name-match \
	tests/unit/test-self-signed \
	tests/unit/test-crl \
	tests/unit/test-crl-malformed \
	tests/unit/test-crl-index \
	tests/unit/test-scope \
	tests/unit/test-crl-issuer \
	tests/unit/test-revocation \
	tests/unit/test-ocsp \
	tests/unit/test-ocsp-malformed \
	tests/unit/test-ocsp-check \
	tests/unit/test-ocsp-times \
	tests/unit/test-ocsp-revocation \
	tests/unit/test-verdict \
	tests/unit/test-revocation-times \
	tests/unit/test-revocation-conflicts \
	tests/unit/test-revocation-actions \
	tests/unit/test-deny-list \
	tests/unit/test-deny-file \
	tests/unit/test-crl-account \
	tests/unit/test-identity \
	tests/unit/test-term \
	tests/unit/test-condition \
	tests/unit/test-clients \
	tests/unit/test-address \
	tests/unit/test-pattern \
	tests/unit/test-rules \
	tests/unit/test-fit \
	tests/unit/test-decision \
	tests/unit/test-reason \
	tests/unit/test-response \
	tests/unit/test-claims \
	tests/unit/test-claim-values \
	tests/unit/test-config-claims \
	tests/unit/test-log \
	tests/unit/test-log-file \
	tests/unit/test-log-socket \
	tests/unit/test-serve \
	tests/unit/test-memory \
	tests/unit/test-authorize \
	tests/unit/test-faults \
	tests/unit/test-source \
	tests/unit/test-portions \
	tests/unit/test-policy-properties \
	tests/unit/test-config \
	tests/unit/test-config-revocation \
	tests/unit/test-load \
	tests/unit/test-loop \
	tests/unit/test-program \
	tests/unit/test-generation \
	tests/unit/test-watch \
	tests/unit/test-reloader \
	tests/unit/test-reload-faults \
	tests/unit/test-control \
	tests/unit/test-control-client \
	tests/unit/test-subsume \
	tests/unit/test-imply \
	tests/unit/test-health \
	tests/unit/test-watchman \
	tests/unit/test-rest \
	tests/unit/test-forerunner \
	tests/unit/test-store-status \
	tests/unit/test-question \
	tests/unit/test-spelling \
	tests/unit/test-probe \
	tests/unit/test-probe-judge \
	tests/unit/test-query \
	tests/unit/test-query-client \
	tests/unit/test-workers \
	tests/unit/test-questions \
	tests/unit/test-inquire \
	tests/unit/test-store \
	tests/unit/test-store-forms \
	tests/unit/test-keeper \
	tests/unit/test-keeper-folder \
	tests/unit/test-schedule \
	tests/unit/test-points \
	tests/unit/test-tasks \
	tests/unit/test-ocsp-rounds \
	tests/unit/test-imports \
	tests/unit/test-import-files \
	tests/unit/test-ldif \
	tests/unit/test-no-fetch
if HAVE_CURL
UNIT_TESTS += tests/unit/test-fetch tests/unit/test-fetch-places tests/unit/test-probe-transfer
endif
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)

tests_unit_test_base_LDADD = $(LIBBASE)
tests_unit_test_der_LDADD = $(UNIT_LIBS)
tests_unit_test_oid_LDADD = $(UNIT_LIBS)
tests_unit_test_name_LDADD = $(UNIT_LIBS)
tests_unit_test_name_text_LDADD = $(UNIT_LIBS)
tests_unit_test_name_parse_LDADD = $(UNIT_LIBS)
tests_unit_test_name_parse_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_name_forms_LDADD = $(UNIT_LIBS)
tests_unit_test_pem_LDADD = $(UNIT_LIBS)
tests_unit_test_forwarded_LDADD = $(UNIT_LIBS)
tests_unit_test_request_LDADD = $(UNIT_LIBS)
tests_unit_test_target_LDADD = $(UNIT_LIBS)
tests_unit_test_verification_LDADD = $(UNIT_LIBS)
tests_unit_test_certificate_LDADD = $(UNIT_LIBS)
tests_unit_test_extensions_LDADD = $(UNIT_LIBS)
tests_unit_test_public_key_LDADD = $(UNIT_LIBS)
tests_unit_test_strength_LDADD = $(UNIT_LIBS)
tests_unit_test_trust_LDADD = $(UNIT_LIBS)
tests_unit_test_search_LDADD = $(UNIT_LIBS)
tests_unit_test_trust_graph_LDADD = $(UNIT_LIBS)
tests_unit_test_validate_LDADD = $(UNIT_LIBS)
tests_unit_test_name_match_LDADD = $(UNIT_LIBS)
tests_unit_test_self_signed_LDADD = $(UNIT_LIBS)
tests_unit_test_crl_LDADD = $(UNIT_LIBS)
tests_unit_test_crl_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_crl_malformed_LDADD = $(UNIT_LIBS)
tests_unit_test_crl_index_LDADD = $(UNIT_LIBS)
tests_unit_test_crl_index_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_scope_LDADD = $(UNIT_LIBS)
tests_unit_test_scope_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_crl_issuer_LDADD = $(UNIT_LIBS)
tests_unit_test_revocation_LDADD = $(UNIT_LIBS)
tests_unit_test_revocation_times_LDADD = $(UNIT_LIBS)
tests_unit_test_revocation_conflicts_LDADD = $(UNIT_LIBS)
tests_unit_test_revocation_actions_LDADD = $(UNIT_LIBS)
tests_unit_test_verdict_LDADD = $(UNIT_LIBS)
tests_unit_test_revocation_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_deny_list_LDADD = $(UNIT_LIBS)
tests_unit_test_deny_list_LDFLAGS = $(FAULTY_LINKING) -Wl,--wrap=gnutls_hash_fast
tests_unit_test_deny_file_LDADD = $(LIBSTORE) $(UNIT_LIBS)
tests_unit_test_deny_file_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_crl_account_LDADD = $(LIBCTL) $(UNIT_LIBS)
tests_unit_test_crl_account_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_ocsp_LDADD = $(UNIT_LIBS)
tests_unit_test_ocsp_malformed_LDADD = $(UNIT_LIBS)
tests_unit_test_ocsp_check_LDADD = $(UNIT_LIBS)
tests_unit_test_ocsp_times_LDADD = $(UNIT_LIBS)
tests_unit_test_ocsp_times_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_ocsp_revocation_LDADD = $(UNIT_LIBS)
tests_unit_test_ocsp_revocation_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_identity_LDADD = $(UNIT_LIBS)
tests_unit_test_term_LDADD = $(UNIT_LIBS)
tests_unit_test_condition_LDADD = $(UNIT_LIBS)
tests_unit_test_clients_LDADD = $(UNIT_LIBS)
tests_unit_test_address_LDADD = $(UNIT_LIBS)
tests_unit_test_pattern_LDADD = $(UNIT_LIBS)
tests_unit_test_rules_LDADD = $(UNIT_LIBS)
tests_unit_test_fit_LDADD = $(UNIT_LIBS)
tests_unit_test_decision_LDADD = $(UNIT_LIBS)
tests_unit_test_reason_LDADD = $(UNIT_LIBS)
tests_unit_test_response_LDADD = $(UNIT_LIBS)
tests_unit_test_claims_LDADD = $(UNIT_LIBS)
tests_unit_test_claim_values_LDADD = $(UNIT_LIBS)
tests_unit_test_config_claims_LDADD = $(UNIT_LIBS)
tests_unit_test_log_LDADD = $(UNIT_LIBS)
tests_unit_test_log_file_LDADD = $(UNIT_LIBS)
tests_unit_test_log_socket_LDADD = $(UNIT_LIBS)
tests_unit_test_serve_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_memory_LDADD = $(UNIT_LIBS)
tests_unit_test_authorize_LDADD = $(UNIT_LIBS)
tests_unit_test_faults_LDADD = $(UNIT_LIBS)
tests_unit_test_faults_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_source_LDADD = $(UNIT_LIBS)
tests_unit_test_portions_LDADD = $(UNIT_LIBS)
tests_unit_test_policy_properties_SOURCES = tests/tap.h tests/unit/test-policy-properties.c \
	tests/unit/policy-model.c tests/unit/policy-model.h
tests_unit_test_policy_properties_LDADD = $(UNIT_LIBS)
tests_unit_test_config_LDADD = $(UNIT_LIBS)
tests_unit_test_config_revocation_LDADD = $(UNIT_LIBS)
tests_unit_test_load_LDADD = $(UNIT_LIBS)
tests_unit_test_loop_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_program_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_generation_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_watch_LDADD = $(UNIT_LIBS)
tests_unit_test_watch_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=inotify_init1,--wrap=inotify_add_watch
tests_unit_test_reloader_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_reload_faults_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_reload_faults_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_control_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=getsockopt
tests_unit_test_control_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_control_client_SOURCES = tests/unit/test-control-client.c \
	authorizer/ctl/answer.c authorizer/ctl/config_text.c authorizer/ctl/control.c
tests_unit_test_control_client_LDADD = $(LIBCTL) $(UNIT_LIBS)
tests_unit_test_subsume_LDADD = $(UNIT_LIBS)
tests_unit_test_imply_LDADD = $(UNIT_LIBS)
tests_unit_test_store_status_SOURCES = tests/tap.h tests/unit/test-store-status.c \
	authorizer/ctl/store_status.c authorizer/ctl/store_text.c authorizer/ctl/store_json.c \
	authorizer/ctl/store_at_hand.c authorizer/ctl/summary.c authorizer/ctl/revocation_account.c \
	authorizer/ctl/revocation_text.c authorizer/ctl/revocation_json.c
tests_unit_test_store_status_LDADD = tests/unit/libsupport.a $(LIBCTL) $(STORE_LIBS)
tests_unit_test_store_status_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_watchman_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_rest_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_forerunner_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_health_LDADD = tests/unit/libsupport.a $(LIBSTORE) $(EDGE_LIBS)
tests_unit_test_health_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_question_LDADD = $(LIBCTL) $(UNIT_LIBS)
tests_unit_test_question_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_spelling_LDADD = $(LIBCTL) $(UNIT_LIBS)
tests_unit_test_spelling_LDFLAGS = $(FAULTY_LINKING)
# With what there is without libcurl, wherever it is built.
tests_unit_test_probe_SOURCES = tests/tap.h tests/unit/test-probe.c \
	authorizer/ctl/no_probe_transfer.c
tests_unit_test_probe_LDADD = $(LIBCTL) $(UNIT_LIBS)
tests_unit_test_probe_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_probe_judge_LDADD = $(LIBCTL) $(UNIT_LIBS)
tests_unit_test_probe_transfer_SOURCES = tests/tap.h tests/unit/test-probe-transfer.c \
	authorizer/ctl/command.c
tests_unit_test_probe_transfer_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_unit_test_probe_transfer_LDADD = $(LIBPROBE) $(LIBCTL) $(STORE_TEST_LIBS) $(CURL_LIBS)
tests_unit_test_probe_transfer_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=curl_version_info,--wrap=curl_easy_setopt
tests_unit_test_query_LDADD = tests/unit/libsupport.a $(STORE_LIBS)
tests_unit_test_query_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_query_client_LDADD = tests/unit/libsupport.a $(STORE_LIBS)
tests_unit_test_query_client_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=connect
tests_unit_test_workers_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_questions_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_inquire_LDADD = tests/unit/libsupport.a $(SERVER_LIBS)
tests_unit_test_workers_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=pthread_create
tests_unit_test_store_LDADD = $(STORE_TEST_LIBS)
tests_unit_test_store_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_store_forms_LDADD = $(STORE_TEST_LIBS)
tests_unit_test_store_forms_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_keeper_LDADD = $(STORE_TEST_LIBS)
tests_unit_test_keeper_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_keeper_folder_LDADD = $(STORE_TEST_LIBS)
tests_unit_test_keeper_folder_LDFLAGS = $(FAULTY_LINKING)
tests_unit_test_schedule_LDADD = tests/unit/libsupport.a $(REFRESH_LIBS)
tests_unit_test_tasks_LDADD = tests/unit/libsupport.a $(REFRESHER_LIBS)
tests_unit_test_ocsp_rounds_LDADD = tests/unit/libsupport.a $(REFRESHER_LIBS)
tests_unit_test_ocsp_rounds_LDFLAGS = $(FAULTY_LINKING) \
	-Wl,--wrap=cz_fetcher_start,--wrap=cz_fetcher_run,--wrap=cz_keeper_get_ocsp \
	-Wl,--wrap=cz_task_add
tests_unit_test_imports_LDADD = tests/unit/libsupport.a $(REFRESHER_LIBS)
tests_unit_test_import_files_LDADD = tests/unit/libsupport.a $(REFRESHER_LIBS)
tests_unit_test_import_files_LDFLAGS = $(FAULTY_LINKING) \
	-Wl,--wrap=write,--wrap=fsync,--wrap=rename,--wrap=opendir,--wrap=readdir
tests_unit_test_points_LDADD = tests/unit/libsupport.a $(REFRESH_LIBS)
tests_unit_test_ldif_LDADD = tests/unit/libsupport.a $(REFRESH_LIBS)
FETCHING = tests/tap.h tests/unit/fetching.c tests/unit/fetching.h
tests_unit_test_fetch_SOURCES = tests/unit/test-fetch.c $(FETCHING)
tests_unit_test_fetch_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_unit_test_fetch_LDADD = tests/unit/libsupport.a $(REFRESH_LIBS)
tests_unit_test_fetch_LDFLAGS = $(FAULTY_LINKING) -Wl,--wrap=curl_easy_setopt
tests_unit_test_fetch_places_SOURCES = tests/unit/test-fetch-places.c $(FETCHING)
tests_unit_test_fetch_places_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)
tests_unit_test_fetch_places_LDADD = tests/unit/libsupport.a $(REFRESH_LIBS)
tests_unit_test_fetch_places_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=curl_easy_setopt
# What there is without libcurl, wherever it is built.
tests_unit_test_no_fetch_SOURCES = tests/tap.h tests/unit/test-no-fetch.c \
	authorizer/refresh/no_fetch.c authorizer/refresh/fetch_shown.c
tests_unit_test_no_fetch_LDADD = tests/unit/libsupport.a $(EDGE_LIBS)
tests_unit_test_no_fetch_LDFLAGS = $(FAULTY_LINKING)

# --- end of unit programs

# Rules about the source and the objects, each a script of its own.
RULE_TESTS = tests/unit/grants.sh tests/unit/layers.sh tests/unit/network.sh tests/unit/purity.sh
dist_check_SCRIPTS += $(RULE_TESTS)
TESTS += $(RULE_TESTS)

# --- fuzz targets --------------------------------------------------------------------------
# With --enable-fuzzers they are libFuzzer's, else plain programs that replay files.
FUZZ_COMMON = tests/fuzz/fuzz.h tests/fuzz/headers.c
FUZZ_LINKING = $(AM_LDFLAGS)
if FUZZERS
FUZZ_LINKING += $(CZ_FUZZ_FLAGS)
else
FUZZ_COMMON += tests/fuzz/replay.c
endif
check_PROGRAMS += \
	tests/fuzz/fuzz-pem \
	tests/fuzz/fuzz-forwarded \
	tests/fuzz/fuzz-name-text \
	tests/fuzz/fuzz-certificate \
	tests/fuzz/fuzz-path \
	tests/fuzz/fuzz-crl \
	tests/fuzz/fuzz-store \
	tests/fuzz/fuzz-deny-list \
	tests/fuzz/fuzz-ocsp \
	tests/fuzz/fuzz-target \
	tests/fuzz/fuzz-request \
	tests/fuzz/fuzz-config-source \
	tests/fuzz/fuzz-query \
	tests/fuzz/fuzz-fetched
tests_fuzz_fuzz_pem_SOURCES = tests/fuzz/fuzz-pem.c $(FUZZ_COMMON)
tests_fuzz_fuzz_pem_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_pem_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_forwarded_SOURCES = tests/fuzz/fuzz-forwarded.c $(FUZZ_COMMON)
tests_fuzz_fuzz_forwarded_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_forwarded_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_name_text_SOURCES = tests/fuzz/fuzz-name-text.c $(FUZZ_COMMON)
tests_fuzz_fuzz_name_text_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_name_text_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_certificate_SOURCES = tests/fuzz/fuzz-certificate.c $(FUZZ_COMMON)
tests_fuzz_fuzz_certificate_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_certificate_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_path_SOURCES = tests/fuzz/fuzz-path.c $(FUZZ_COMMON)
tests_fuzz_fuzz_path_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_path_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_crl_SOURCES = tests/fuzz/fuzz-crl.c $(FUZZ_COMMON)
tests_fuzz_fuzz_crl_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_crl_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_store_SOURCES = tests/fuzz/fuzz-store.c $(FUZZ_COMMON)
tests_fuzz_fuzz_store_LDADD = $(STORE_TEST_LIBS)
tests_fuzz_fuzz_store_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_deny_list_SOURCES = tests/fuzz/fuzz-deny-list.c $(FUZZ_COMMON)
tests_fuzz_fuzz_deny_list_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_deny_list_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_ocsp_SOURCES = tests/fuzz/fuzz-ocsp.c $(FUZZ_COMMON)
tests_fuzz_fuzz_ocsp_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_ocsp_LDFLAGS = $(FUZZ_LINKING) -Wl,--wrap=cz_signature_verify
tests_fuzz_fuzz_target_SOURCES = tests/fuzz/fuzz-target.c $(FUZZ_COMMON)
tests_fuzz_fuzz_target_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_target_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz-request.c $(FUZZ_COMMON)
tests_fuzz_fuzz_request_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_request_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_config_source_SOURCES = tests/fuzz/fuzz-config-source.c $(FUZZ_COMMON)
tests_fuzz_fuzz_config_source_LDADD = $(UNIT_LIBS)
tests_fuzz_fuzz_config_source_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_query_SOURCES = tests/fuzz/fuzz-query.c $(FUZZ_COMMON)
tests_fuzz_fuzz_query_LDADD = $(STORE_TEST_LIBS)
tests_fuzz_fuzz_query_LDFLAGS = $(FUZZ_LINKING)
tests_fuzz_fuzz_fetched_SOURCES = tests/fuzz/fuzz-fetched.c $(FUZZ_COMMON)
tests_fuzz_fuzz_fetched_LDADD = tests/unit/libsupport.a $(REFRESH_LIBS)
tests_fuzz_fuzz_fetched_LDFLAGS = $(FUZZ_LINKING)

dist_check_SCRIPTS += tests/fuzz/run-seeds.sh
TESTS += tests/fuzz/run-seeds.sh
EXTRA_DIST += tests/fuzz/seeds
