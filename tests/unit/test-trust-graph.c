/*
 * Path building over whole graphs of CAs that certify each other: wherever a way leads from the
 * anchor to the client over sound certificates alone, it is found, and no other is taken. Which
 * certificates are unsound, and why, is drawn; what is to come of it, a plain search of the graph
 * tells.
 */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "path/search.h"
#include "validate/validate.h"

#define EDGES_MAX 40

/* Who certifies whom, one letter each; '.' is the client. */
struct graph {
    const char *name;
    const char *edges; /* "AB CD": A certifies B, and C certifies D */
    const char *anchors;
};

static const struct graph graphs[] = {
    {"one intermediate", "RA A.", "RA"},
    {"two roots", "RA SA A.", "RSA"},
    /* RFC 4158 figure 7 */
    {"two that certify each other", "RA RC AC CA AB CB B.", "RABC"},
    /* RFC 4158 figure 9, with V for its bridge */
    {"four trees around a bridge",
     "WF WG FG GF FH GI HI IH XJ XL JK LM LN N. YA YC AC CA AB CB BE BD ZO ZP OQ OR RS PS "
     "WV VW XV VX YV VY ZV VZ",
     "VWYLA"},
    {"a ring around the anchor", "AD D. AB AC BA BC CA CB", "AB"},
    {"a ring that nobody trusts", "CD DC D. RA", "R"},
    {"five that all certify each other",
     "AB AC AD AE BA BC BD BE CA CB CD CE DA DB DC DE EA EB EC ED RA E.", "RCE"},
};

enum fault {
    SOUND,
    EXPIRED,
    CONSTRAINED, /* to hosts that the client's is none of */
    FOR_SERVERS,
    NO_BASIC_CONSTRAINTS,
    NO_CA,
    UNKNOWN_CRITICAL,
    BAD_SIGNATURE,
    FAULTS
};

static const char *const fault_names[FAULTS] = {
    "sound",         "expired", "constrained",          "for servers", "without basic constraints",
    "not of a CA's", "unknown", "of another signature",
};

static const struct bytes more[FAULTS][2] = {
    [CONSTRAINED] = {CZ_BYTES("\x30\x18\x06\x03\x55\x1d\x1e\x04\x11\x30\x0f\xa0\x0d\x30\x0b\x82\x09"
                              "b.example")},
    [FOR_SERVERS] = {CZ_BYTES("\x30\x13\x06\x03\x55\x1d\x25\x04\x0c\x30\x0a\x06\x08\x2b\x06\x01\x05"
                              "\x05\x07\x03\x01")},
    [NO_CA] = {CZ_BYTES("\x30\x0c\x06\x03\x55\x1d\x13\x01\x01\xff\x04\x02\x30\x00")},
    [UNKNOWN_CRITICAL] = {CZ_BYTES("\x30\x0c\x06\x03\x2a\x03\x04\x01\x01\xff\x04\x02\x05\x00")},
};
static const struct bytes client_names[] = {
    CZ_BYTES("\x30\x14\x06\x03\x55\x1d\x11\x04\x0d\x30\x0b\x82\x09"
             "a.example"),
    {NULL, 0}};

static const struct requirements usual = {
    .allow_chained = true, .check_validity = true, .max_path_length = CZ_MAX_PATH_LENGTH_LIMIT};

/* Every edge's certificate, sound and with each fault. */
struct made {
    const struct graph *graph;
    char from[EDGES_MAX], to[EDGES_MAX];
    size_t count;
    uint64_t others; /* than the client's, a bit each */
    struct certificate *certificates[EDGES_MAX][FAULTS];
};

static unsigned key_of(char node) {
    return (unsigned)(node == '.' ? 0 : node - 'A' + 1);
}

static struct certificate *make(char from, char to, enum fault fault) {
    char subject[] = {to, '\0'}, issuer[] = {from, '\0'};
    bool faulty_ca = fault == NO_BASIC_CONSTRAINTS || fault == NO_CA;
    struct forge forge = {.subject = subject,
                          .issuer = issuer,
                          .key = key_of(to),
                          .signer = key_of(from),
                          .ca = to != '.' && !faulty_ca,
                          .use_omitted = true,
                          .key_usage = faulty_ca ? "0106" : NULL,
                          .not_after = fault == EXPIRED ? NOW - 1 : 0,
                          .bad_signature = fault == BAD_SIGNATURE,
                          .more = to == '.' ? client_names : more[fault]};
    return forge_certificate(&forge);
}

static void make_all(struct made *made, const struct graph *graph) {
    *made = (struct made){.graph = graph};
    for (const char *at = graph->edges; *at != '\0'; at += at[2] == '\0' ? 2 : 3) {
        size_t i = made->count++;
        made->from[i] = at[0];
        made->to[i] = at[1];
        made->others |= (uint64_t)(at[1] != '.') << i;
        for (enum fault fault = SOUND; fault < (at[1] == '.' ? EXPIRED : FAULTS); fault++)
            made->certificates[i][fault] = make(at[0], at[1], fault);
    }
}

static void release(struct made *made) {
    for (size_t i = 0; i < made->count; i++)
        for (size_t fault = 0; fault < FAULTS; fault++)
            cz_certificate_free(made->certificates[i][fault]);
}

/* What is to come of it: is the client reached from `node` over sound edges? */
static bool leads(const struct made *made, uint64_t unsound, char node, uint64_t *seen) {
    if (node == '.')
        return true;
    if ((*seen >> key_of(node) & 1) != 0)
        return false;
    *seen |= UINT64_C(1) << key_of(node);
    for (size_t i = 0; i < made->count; i++)
        if (made->from[i] == node && (unsound >> i & 1) == 0 &&
            leads(made, unsound, made->to[i], seen))
            return true;
    return false;
}

struct visitor {
    struct signature_checks signatures;
    struct validation validation;
};

static bool visit(void *context, const struct path *path) {
    struct visitor *visitor = context;
    cz_validate_path(path, &usual, &visitor->signatures, NOW, &visitor->validation);
    return visitor->validation.valid;
}

static enum search_result search(const struct made *made, const struct trust *trust,
                                 uint64_t unsound, enum fault fault) {
    static struct visitor visitor;
    struct certificate *sent[EDGES_MAX];
    const struct certificate *client = NULL;
    struct path_search search = {.trust = trust,
                                 .sent = sent,
                                 .signatures = &visitor.signatures,
                                 .visit = visit,
                                 .context = &visitor};
    bool impostor;
    visitor.signatures.count = 0;
    for (size_t i = 0; i < made->count; i++) {
        bool faulty = (unsound >> i & 1) != 0;
        if (made->to[i] == '.')
            client = made->certificates[i][SOUND];
        else
            sent[search.sent_count++] = made->certificates[i][faulty ? fault : SOUND];
    }
    return cz_path_search(&search, client, &impostor);
}

/* splitmix64, so that the drawn edges are the same in every run */
static uint64_t draw(void) {
    static uint64_t state;
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* All sets of unsound edges where they are few, else some of them, of few edges and of many. */
static uint64_t unsound_edges(const struct made *made, unsigned round) {
    uint64_t drawn = draw();
    if (made->count < 8)
        return round & made->others;
    for (unsigned i = round % 4; i > 0; i--)
        drawn &= draw();
    return round == 0 ? 0 : drawn & made->others;
}

static bool is_right(const struct made *made, const struct trust *trust, char anchor,
                     uint64_t unsound, enum fault fault) {
    uint64_t seen = 0;
    bool reached = leads(made, unsound, anchor, &seen);
    enum search_result result = search(made, trust, unsound, fault);
    if (result == (reached ? SEARCH_ACCEPTED : SEARCH_EXHAUSTED))
        return true;
    printf("# edges %#llx %s: %d\n", (unsigned long long)unsound, fault_names[fault], (int)result);
    return false;
}

static void test_anchor(const struct made *made, char anchor) {
    struct trust trust = {0};
    unsigned right = 0, rounds = 64;
    bool few = made->count < 8; /* then every fault with every set of edges */
    cz_pool_add(&trust.anchors, make(anchor, anchor, SOUND));
    for (unsigned round = 0; round < rounds; round++) {
        uint64_t unsound = unsound_edges(made, round);
        for (enum fault fault = EXPIRED; few && fault < FAULTS; fault++)
            right += is_right(made, &trust, anchor, unsound, fault);
        if (!few)
            right += is_right(made, &trust, anchor, unsound, EXPIRED + round % (FAULTS - EXPIRED));
    }
    tap_is_int(right, few ? rounds * (FAULTS - EXPIRED) : rounds, made->graph->name);
    cz_trust_release(&trust);
}

int main(void) {
    for (size_t i = 0; i < CZ_COUNT(graphs); i++) {
        struct made made;
        make_all(&made, &graphs[i]);
        for (const char *anchor = graphs[i].anchors; *anchor != '\0'; anchor++)
            test_anchor(&made, *anchor);
        release(&made);
    }
    return tap_done();
}
