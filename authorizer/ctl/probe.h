/*
 * `certauthzctl probe`: what an attacker would try on a page that wants a client certificate, and
 * what the answers mean. Here are values alone: a plan says what is tried, the judge what an answer
 * amounts to, and the report tells it. probe_transfer.h sends it. Pure.
 */
#ifndef CERTAUTHZ_CTL_PROBE_H
#define CERTAUTHZ_CTL_PROBE_H

#include "base/buffer.h"
#include "base/error.h"

#define CZ_PROBE_BODY_MAX (64u << 10)    /* bytes of a body that are read and compared */
#define CZ_PROBE_HEADERS_MAX (64u << 10) /* bytes of a reply's headers */
#define CZ_PROBE_TRY_HEADERS 5           /* headers of one try */
#define CZ_PROBE_MARK "certauthz-probe"  /* stands in names that nobody else has */

enum probe_group {
    PROBE_BASELINE = 0,
    PROBE_CERTIFICATES, /* the certificate in a header */
    PROBE_NAMES,        /* what else a header may claim */
    PROBE_PATHS,
    PROBE_METHODS,
    PROBE_PARTS, /* ranges and conditions */
    PROBE_PROTOCOLS,
    PROBE_HOSTS,
    PROBE_CONNECTIONS,
    PROBE_PASSWORDS,
    PROBE_PLAIN, /* without TLS */
    PROBE_GROUP_COUNT
};

enum probe_who { PROBE_NOBODY = 0, PROBE_GOOD, PROBE_DENIED, PROBE_WHO_COUNT };

enum probe_expectation {
    EXPECT_REFUSED = 0, /* no 2xx, and nothing of the page */
    EXPECT_ELSEWHERE,   /* nothing of the page; another may be there */
    EXPECT_ADMITTED,
    EXPECT_STILL_ADMITTED, /* else nothing can be said of the tries before it */
    EXPECT_NO_ECHO,        /* not the request sent back */
    EXPECT_ANYTHING,       /* it only prepares the next */
    EXPECTATION_COUNT
};

enum probe_link {
    LINK_ANY = 0,
    LINK_NEW,     /* a connection of its own */
    LINK_SAME,    /* that of the try before */
    LINK_SESSION, /* a new one, whose TLS session is kept */
    LINK_RESUMED, /* a new one, which resumes that */
};

enum probe_http { HTTP_1_1 = 0, HTTP_1_0, HTTP_2 };
enum probe_tls { TLS_BEST = 0, TLS_1_2, TLS_1_3, TLS_NONE };

/* "" as the value is a header with none; NULL takes away one that is sent by itself. */
struct probe_header {
    const char *name, *value;
    const char *said; /* instead of the value, for people; or NULL */
};

/* One request. The texts are static or the plan's. */
struct probe_try {
    enum probe_group group;
    enum probe_who who;
    enum probe_expectation expected;
    enum probe_link link;
    enum probe_http http;
    enum probe_tls tls;
    const char *what;   /* for people; NULL: its first header says it, or its target */
    const char *method; /* NULL: GET */
    const char *target; /* as it is sent; NULL: the page's own */
    char *owned;        /* the plan's copy of it */
    const char *server; /* the name in the TLS handshake; NULL: the page's host */
    bool elsewhere;     /* not the page's server but that of --http */
    struct probe_header headers[CZ_PROBE_TRY_HEADERS]; /* up to the first without a name */
};

/* The page that is tried, out of its URL. All borrowed. */
struct probe_page {
    const char *authority;       /* HOST or HOST:PORT, as the URL has it */
    const char *path;            /* begins with '/' */
    const char *query;           /* with its '?', or "" */
    const char *open;            /* the path of a page for everybody; NULL: none is known */
    bool has_denied;             /* there is a certificate that has to be refused */
    bool has_plain;              /* --http is given */
    const char *etag, *modified; /* the good answer's, or NULL */
};

enum probe_form {
    FORM_BASE64 = 0, /* DER */
    FORM_SEQUENCE,   /* the same between colons (RFC 9440) */
    FORM_HEX,
    FORM_ESCAPED, /* PEM, percent-encoded */
    FORM_BLANKS,  /* PEM, its lines joined by blanks */
    FORM_TABS,
    FORM_XFCC,    /* as Envoy writes it */
    FORM_SUBJECT, /* its subject alone */
    FORM_COUNT
};

struct probe_plan {
    struct probe_try *tries; /* owned */
    size_t count, capacity;
    struct buffer forms[FORM_COUNT]; /* owned; the good certificate */
    bool failed;                     /* out of memory; then it is of no use */
};

/* Adds what the group of this number tries, of which cz_probe_baseline() is no part; last the good
 * certificate, since a server that has begun to refuse everybody refuses whatever is tried. */
void cz_probe_plan(struct probe_plan *plan, enum probe_group group, const struct probe_page *page);
/* The tries that show whether anything can be said: first the good certificate twice, then none,
 * then a page that is not there, then the one to be refused. */
void cz_probe_baseline(struct probe_plan *plan, const struct probe_page *page);
/* Writes the forms of the certificate; `subject` is as RFC 4514 has it. */
void cz_probe_forms(struct probe_plan *plan, struct bytes der, struct bytes subject);
void cz_probe_plan_release(struct probe_plan *plan);

/* What the parts of the plan share: adds a try, with a copy of its target; the second once more for
 * the certificate that has to be refused, where there is one. */
void cz_probe_add(struct probe_plan *plan, const struct probe_try *try);
void cz_probe_add_both(struct probe_plan *plan, const struct probe_page *page,
                       const struct probe_try *try);
void cz_probe_plan_certificates(struct probe_plan *plan, const struct probe_page *page);
void cz_probe_plan_names(struct probe_plan *plan, const struct probe_page *page);
void cz_probe_plan_paths(struct probe_plan *plan, const struct probe_page *page);

enum probe_failure {
    FAILURE_NONE = 0,
    FAILURE_CLOSED,      /* the server ended it, in TLS or after: that refuses too */
    FAILURE_UNREACHABLE, /* nobody was there */
    FAILURE_TIME,
    FAILURE_LIBRARY, /* nothing was sent: libcurl cannot do such a thing */
};

struct probe_reply {
    enum probe_failure failure;
    struct error why; /* of the failure */
    unsigned status;
    enum probe_http http;
    struct buffer headers; /* owned; the status line and what follows, with CR LF */
    struct buffer body;    /* owned; its beginning */
    bool same_connection;
    bool is_resumed; /* the TLS session */
};

/* The value of the first header of this name, without blanks around it; false where there is none.
 */
bool cz_probe_header(const struct probe_reply *reply, const char *name, struct bytes *value);
void cz_probe_reply_release(struct probe_reply *reply);

enum probe_finding {
    PROBE_HELD = 0,
    PROBE_HOLE,
    PROBE_NOTE,    /* no hole, but to be known */
    PROBE_SKIPPED, /* the server or the library does not do such a thing */
    PROBE_UNTRIED, /* it could not be tried, so nothing can be said */
    PROBE_FINDING_COUNT
};

/* What the other answers are compared with. Borrowed. */
struct probe_ground {
    const struct probe_reply *good;    /* the page */
    const struct probe_reply *refused; /* without a certificate */
    const struct probe_reply *absent;  /* a page that is not there, without a certificate */
    bool changes;                      /* the page is another each time */
};

struct probe_result {
    enum probe_finding finding;
    bool is_page;  /* a hole, and the whole of it: the page came, or could have */
    char got[32];  /* "403", "no reply" */
    char why[256]; /* empty where `got` says all */
};

/* `reply` has to be that of the try. Of the ground what is not known yet may be NULL. */
void cz_probe_judge(const struct probe_ground *ground, const struct probe_try *try,
                    const struct probe_reply *reply, struct probe_result *result);

struct probe_tally {
    size_t requests;
    size_t findings[PROBE_FINDING_COUNT];
    size_t holes[PROBE_GROUP_COUNT];
    unsigned milliseconds;
    bool out_of_time; /* not everything was tried */
};

const char *cz_probe_group_name(enum probe_group group);
/* What is tried, in words: "Range: bytes=0-0", "GET //admin/". */
void cz_probe_describe(struct buffer *out, const struct probe_try *try);
/* The table's first line, each row, and what comes after the last. */
void cz_probe_put_head(struct buffer *out);
void cz_probe_put_row(struct buffer *out, const struct probe_try *try,
                      const struct probe_result *result);
void cz_probe_put_end(struct buffer *out, const struct probe_tally *tally);
/* The same as one object: the tries' members, then all of it. */
void cz_probe_put_row_json(struct buffer *out, const struct probe_try *try,
                           const struct probe_result *result);
void cz_probe_put_json(struct buffer *out, const char *url, const struct probe_tally *tally,
                       const struct buffer *rows);

#endif
