/*
 * The configuration file as a value (see certauthz.conf(5)). Every key is described once, in
 * a table (config/schema.h); what the file holds beyond them, of a wrong type or out of range, is
 * an error that names file, line and key.
 */
#ifndef CERTAUTHZ_CONFIG_CONFIG_H
#define CERTAUTHZ_CONFIG_CONFIG_H

#include "authorize/forwarding.h"
#include "base/error.h"
#include "config/source.h"
#include "identity/clients.h"
#include "policy/claim_plan.h"
#include "policy/rules.h"
#include "revocation/settings.h"
#include "validate/requirements.h"

#include <stddef.h>

#define CZ_THREADS_MAX 256

/* A text of the configuration and where it stands, for messages. */
struct config_text {
    char *text; /* owned */
    char *file; /* owned */
    unsigned line;
};

struct config_texts {
    struct config_text *items; /* owned */
    size_t count;
};

enum log_level {
    LOG_ERROR_ONLY = 0, /* failures of the program */
    LOG_REFUSALS,       /* and refusals */
    LOG_DECISIONS,      /* and everything granted */
};

/* A policy before its files are read. */
struct policy_config {
    char *name;     /* owned; NULL: the one without */
    bool own_trust; /* else that of the policy without a name holds */
    struct {
        struct config_texts anchors;
        struct config_texts intermediates;
        struct config_texts pinned;
        bool system;
    } trust;
    struct requirements certificates;      /* its OIDs are filled by cz_snapshot_load */
    struct revocation_settings revocation; /* mode "none" where there is no such group */
    struct {
        struct config_texts purposes; /* items NULL: those of the policy without a name */
        struct config_texts initial_policies;
    } oids;
    const struct clients *clients;   /* of the configuration's client_sets; NULL: none */
    const struct claim_plan *claims; /* of the configuration's claim_plans; NULL: the default */
    struct rules rules;
};

/* Where revocation is learned from: the outermost group `revocation`. */
struct revocation_sources {
    bool configured;           /* the group is there */
    struct config_text store;  /* a folder; text NULL: the one that the build named */
    struct config_texts crls;  /* files, folders and URLs */
    struct config_texts hosts; /* the only ones that are asked; items NULL: any */
    int time_budget;           /* seconds that a request waits for the refresher */
    int fetch_timeout;         /* seconds */
    int fetch_size;            /* MiB */
    int every, retry;          /* seconds: see refresh/schedule.h */
    struct {
        struct config_texts responders; /* URLs, asked for every certificate, before its own */
        struct config_texts signers;    /* files of certificates whose responses count */
        bool nonce;                     /* send one, and demand it in the response */
        bool get;                       /* GET where the request is short enough (RFC 5019) */
    } ocsp;
};

struct config {
    char *folder; /* owned; of the configuration file: relative names are relative to it */
    struct source_files files;      /* that were read for it, and the one that could not be */
    struct policy_config *policies; /* owned; [0] is the one without a name */
    size_t policy_count;
    struct vocabulary vocabulary; /* what clients and rules name */
    struct clients *client_sets;  /* owned; room for one of each policy */
    size_t client_set_count;
    struct claim_plan *claim_plans; /* owned; the same */
    size_t claim_plan_count;
    struct {
        struct config_text destination; /* see cz_config_log */
        int level;                      /* enum log_level */
        int facility;                   /* RFC 5424, section 6.2.1 */
        bool required;
    } log;
    struct {
        int threads;      /* 0: the number of processors */
        int read_timeout; /* seconds, like those that follow */
        int write_timeout;
        int request_deadline;
        struct config_text control; /* "off", or a folder's name */
    } server;
    struct {
        int entries; /* 0: nothing is remembered */
        int seconds;
    } cache;
    struct revocation_sources revocation; /* of all policies */
    struct {
        struct forwarding forwarding; /* taken out by cz_snapshot_load */
        struct config_text header;    /* text NULL: there is no such group */
        struct config_texts proxies;  /* as they were written */
    } forwarded;
};

/* Reads and checks the file. On failure `error` says what, where, and what is wanted. What is worth
 * knowing though no failure is appended to `notices`, a line each. The caller releases `config` in
 * either case; its `files` are good to watch then too. Trust files are not read yet. */
bool cz_config_load(const char *file, struct config *config, struct buffer *notices,
                    struct error *error);
void cz_config_release(struct config *config);

/* A name in the configuration, made absolute or relative to the working directory. The caller
 * frees it; NULL when out of memory. */
char *cz_config_resolve(const struct config *config, const char *name);
/* The same by the folder alone. */
char *cz_resolve(const char *folder, const char *name);

#endif
