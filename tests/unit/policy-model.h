/*
 * Random policies for test-policy-properties.c: small models, their text as a configuration in
 * several spellings, and an evaluator that was written from certauthz.conf(5) and not from the
 * code. Certificates have a common name and a unit, requests a path and a method, all from short
 * lists, so that what is drawn at random often meets.
 */
#ifndef CERTAUTHZ_TESTS_UNIT_POLICY_MODEL_H
#define CERTAUTHZ_TESTS_UNIT_POLICY_MODEL_H

#include "base/buffer.h"

enum { NAMES = 3, UNITS = 2, PATHS = 6, PATTERNS = 5, TIMES = 4 };
enum { NODES_MAX = 128, CLIENTS_MAX = 5, CREDENTIALS_MAX = 2, RULES_MAX = 8 };

enum node_kind { NODE_NAME, NODE_UNIT, NODE_SUBJECT, NODE_NOT, NODE_ALL, NODE_ANY };

/* Of a condition. */
struct node {
    enum node_kind kind;
    unsigned mask;       /* NODE_NAME, NODE_UNIT: one of these */
    unsigned name, unit; /* NODE_SUBJECT */
    int parts[2];        /* others: numbers of nodes */
};

struct model_credential {
    int node;
    unsigned from, until; /* seconds behind NOW, both inclusive */
};

struct model_client {
    unsigned id, roles; /* a set */
    size_t count;
    struct model_credential credentials[CREDENTIALS_MAX];
};

enum model_need { MODEL_REQUIRED, MODEL_OPTIONAL, MODEL_NONE };

struct model_rule {
    unsigned id, pattern;
    unsigned methods; /* 0: all; 1: GET, 2: POST */
    bool denies, report_only, next, unknown_allowed;
    enum model_need need;
    unsigned clients, roles; /* sets; 0: not asked */
    int issuers;             /* 0: not asked, 1: the right one, 2: another */
    int node;                /* of its condition, -1: none */
};

struct model {
    bool has_clients;
    size_t node_count, client_count, rule_count;
    struct node nodes[NODES_MAX];
    struct model_client clients[CLIENTS_MAX];
    struct model_rule rules[RULES_MAX];
};

enum { NO_CERTIFICATE = -1, BAD_CERTIFICATE = -2 };

struct question {
    unsigned path;
    unsigned method;  /* 1: GET, 2: POST */
    int certificate;  /* name * UNITS + unit, or one of the above */
    unsigned seconds; /* behind NOW */
};

struct model_answer {
    const char *reason;
    int rule;   /* its id, -1: none */
    int client; /* its id, -1: nobody */
};

extern const char *const model_paths[PATHS];
extern const char *const model_names[NAMES], *const model_units[UNITS];

/* How a model is written down; nothing of it may matter. */
struct spelling {
    bool parts_turned;
    int names; /* 0: RFC 4514, 1: .NET, 2: OpenSSL */
};

void model_seed(uint64_t seed);
unsigned model_random(unsigned below);

void model_draw(struct model *model);
struct model_rule model_draw_rule(struct model *model, bool denies);
void model_draw_client(struct model *model);
void model_write(const struct model *model, const struct spelling *spelling, struct buffer *out);
struct model_answer model_judge(const struct model *model, const struct question *question);
/* Whether no request is covered by both. */
bool model_disjoint(const struct model_rule *a, const struct model_rule *b);

#endif
