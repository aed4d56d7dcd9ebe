#include "validate/policies.h"

#include "certificate/der.h"
#include "certificate/oid.h"

#define NO_LIMIT (CZ_PATH_MAX + 1) /* a counter of RFC 5280 6.1.2 that was never set */

/*
 * A policy that is valid at one depth. Its edges lead to the nodes one depth nearer to the anchor
 * whose expected policies hold it; a node with none hangs below anyPolicy.
 */
struct node {
    struct bytes oid;
    bool mapped; /* a mapping took its place at the next depth */
    bool kept;
    bool reachable;
    size_t first_edge, edge_count;
};

/* Nodes of one depth stand together, from `first` to the next level's. */
struct level {
    size_t first, count;
    bool has_any; /* anyPolicy is valid here, with everything that it stands for */
};

struct graph {
    size_t node_count, edge_count, level_count;
    bool limit;
    struct level levels[CZ_PATH_MAX];
    struct node nodes[CZ_POLICY_NODES_MAX];
    size_t edges[CZ_POLICY_EDGES_MAX]; /* indices of nodes */
};

struct counters {
    int explicit_policy, policy_mapping, inhibit_any;
};

static struct node *find_node(struct graph *graph, const struct level *level, struct bytes oid) {
    for (size_t i = 0; i < level->count; i++)
        if (cz_bytes_equal(graph->nodes[level->first + i].oid, oid))
            return &graph->nodes[level->first + i];
    return NULL;
}

/* Levels grow at the end of the array only, so the level must be the last. */
static struct node *add_node(struct graph *graph, struct level *level, struct bytes oid) {
    if (graph->node_count == CZ_POLICY_NODES_MAX) {
        graph->limit = true;
        return NULL;
    }
    struct node *node = &graph->nodes[graph->node_count++];
    *node = (struct node){.oid = oid, .kept = true, .first_edge = graph->edge_count};
    level->count++;
    return node;
}

/* The edges of one node stand together: all are added before the next node. */
static void add_edge(struct graph *graph, struct node *node, size_t parent) {
    if (graph->edge_count == CZ_POLICY_EDGES_MAX) {
        graph->limit = true;
        return;
    }
    graph->edges[graph->edge_count++] = parent;
    node->edge_count++;
}

static bool is_any(struct bytes oid) {
    return cz_bytes_equal(oid, OID_ANY_POLICY);
}

/* Takes one PolicyInformation off; its qualifiers are not looked at. */
static bool next_policy(struct bytes *rest, struct bytes *oid) {
    struct bytes information;
    return cz_der_take(rest, DER_SEQUENCE, &information) &&
           cz_der_take(&information, DER_OID, oid) && cz_oid_valid(*oid);
}

static bool next_mapping(struct bytes *rest, struct bytes *issuer, struct bytes *subject) {
    struct bytes pair;
    return cz_der_take(rest, DER_SEQUENCE, &pair) && cz_der_take(&pair, DER_OID, issuer) &&
           cz_der_take(&pair, DER_OID, subject) && pair.len == 0 && cz_oid_valid(*issuer) &&
           cz_oid_valid(*subject);
}

/* The content of an extension that is a SEQUENCE; empty where there is no extension. */
static bool read_list(const struct certificate *certificate, struct bytes oid, struct bytes *list) {
    const struct extension *extension = cz_certificate_extension(certificate, oid);
    *list = (struct bytes){0};
    if (extension == NULL)
        return true;
    struct bytes value = extension->value;
    return cz_der_take(&value, DER_SEQUENCE, list) && value.len == 0 && list->len > 0;
}

static bool list_holds(struct bytes list, struct bytes wanted) {
    struct bytes oid;
    while (next_policy(&list, &oid))
        if (cz_bytes_equal(oid, wanted))
            return true;
    return false;
}

/* False where it is malformed, names one twice (RFC 5280 4.2.1.4), or is too long. */
static bool policies_valid(struct bytes list) {
    struct bytes oid;
    size_t count = 0;
    for (struct bytes rest = list; rest.len > 0;)
        if (++count > CZ_POLICIES_OF_ONE_MAX || !next_policy(&rest, &oid) || list_holds(rest, oid))
            return false;
    return true;
}

/* RFC 5280 6.1.3 (d) and (e) for the last level, which the mappings above have prepared. */
static bool apply_policies(struct graph *graph, const struct certificate *certificate,
                           bool any_allowed) {
    struct level *level = &graph->levels[graph->level_count - 1];
    struct bytes list, oid;
    if (!read_list(certificate, OID_CERTIFICATE_POLICIES, &list) || !policies_valid(list))
        return false;
    bool names_any = any_allowed && list_holds(list, OID_ANY_POLICY);
    for (size_t i = 0; i < level->count; i++) {
        struct node *node = &graph->nodes[level->first + i];
        node->kept = names_any || list_holds(list, node->oid);
    }
    while (level->has_any && next_policy(&list, &oid))
        if (!is_any(oid) && find_node(graph, level, oid) == NULL)
            add_node(graph, level, oid);
    level->has_any = level->has_any && names_any;
    return true;
}

/* Below a policy that is mapped, or is not, the next depth begins with what is expected there
 * (RFC 5280 6.1.4 (b)): nodes for the subject's policies with edges from the issuer's. */
static void expect(struct graph *graph, struct level *next, struct bytes oid,
                   const struct level *level, struct bytes mappings) {
    if (find_node(graph, next, oid) != NULL)
        return;
    struct node *node = add_node(graph, next, oid);
    struct node *same = find_node(graph, level, oid);
    if (node == NULL)
        return;
    if (same != NULL && same->kept && !same->mapped)
        add_edge(graph, node, (size_t)(same - graph->nodes));
    struct bytes issuer, subject;
    while (next_mapping(&mappings, &issuer, &subject)) {
        struct node *parent = cz_bytes_equal(subject, oid) ? find_node(graph, level, issuer) : NULL;
        if (parent != NULL && parent->kept)
            add_edge(graph, node, (size_t)(parent - graph->nodes));
    }
}

/* False where a mapping is malformed, or from or to anyPolicy (6.1.4 (a)), or they are too many. */
static bool mappings_valid(struct bytes mappings) {
    struct bytes issuer, subject;
    for (size_t count = 1; mappings.len > 0; count++)
        if (count > CZ_POLICIES_OF_ONE_MAX || !next_mapping(&mappings, &issuer, &subject) ||
            is_any(issuer) || is_any(subject))
            return false;
    return true;
}

/* Marks the policies that are mapped, made from anyPolicy where that is what allows them; or,
 * where mapping is inhibited, takes them out. */
static void mark_mapped(struct graph *graph, struct level *level, struct bytes mappings,
                        bool allowed) {
    struct bytes issuer, subject;
    while (next_mapping(&mappings, &issuer, &subject)) {
        struct node *node = find_node(graph, level, issuer);
        if (node == NULL && allowed && level->has_any)
            node = add_node(graph, level, issuer);
        if (node == NULL)
            continue;
        node->mapped = allowed;
        node->kept = node->kept && allowed;
    }
}

/* Opens the next level. A node that was made above and not kept has no place in it. */
static bool map_policies(struct graph *graph, const struct certificate *certificate, bool allowed) {
    struct level *level = &graph->levels[graph->level_count - 1];
    struct bytes mappings, rest, issuer, subject;
    if (!read_list(certificate, OID_POLICY_MAPPINGS, &mappings) || !mappings_valid(mappings))
        return false;
    mark_mapped(graph, level, mappings, allowed);
    struct level *next = &graph->levels[graph->level_count++];
    *next = (struct level){.first = graph->node_count, .has_any = level->has_any};
    rest = allowed ? mappings : (struct bytes){0};
    struct bytes expected = rest;
    for (size_t i = 0; i < level->count && !graph->limit; i++) {
        const struct node *node = &graph->nodes[level->first + i];
        if (node->kept && !node->mapped)
            expect(graph, next, node->oid, level, rest);
    }
    while (!graph->limit && next_mapping(&expected, &issuer, &subject)) {
        const struct node *node = find_node(graph, level, issuer);
        if (node != NULL && node->kept)
            expect(graph, next, subject, level, rest);
    }
    return true;
}

static void lower(int *counter, int limit) {
    if (limit < *counter)
        *counter = limit;
}

static bool read_constraint(struct bytes *list, uint8_t tag, int *counter) {
    struct bytes content;
    int number;
    if (!cz_der_take_optional(list, tag, &content))
        return true;
    if (!cz_der_small_integer(content, &number))
        return false;
    lower(counter, number);
    return true;
}

/* RFC 5280 6.1.4 (h) to (j), or for the end certificate 6.1.5 (a) and (b). */
static bool count_down(struct counters *counters, const struct certificate *certificate,
                       bool is_end) {
    if (is_end || !certificate->self_issued) {
        counters->explicit_policy -= counters->explicit_policy > 0;
        counters->policy_mapping -= counters->policy_mapping > 0;
        counters->inhibit_any -= counters->inhibit_any > 0;
    }
    struct bytes list;
    if (!read_list(certificate, OID_POLICY_CONSTRAINTS, &list))
        return false;
    struct counters own = {NO_LIMIT, NO_LIMIT, NO_LIMIT};
    if (!read_constraint(&list, DER_CONTEXT(0), &own.explicit_policy) ||
        !read_constraint(&list, DER_CONTEXT(1), &own.policy_mapping) || list.len != 0)
        return false;
    const struct extension *inhibit = cz_certificate_extension(certificate, OID_INHIBIT_ANY_POLICY);
    struct bytes value = inhibit != NULL ? inhibit->value : (struct bytes){0};
    if (inhibit != NULL &&
        (!read_constraint(&value, DER_INTEGER, &own.inhibit_any) || value.len != 0))
        return false;
    if (is_end) { /* only requireExplicitPolicy 0 has a meaning there */
        if (own.explicit_policy == 0)
            counters->explicit_policy = 0;
        return true;
    }
    lower(&counters->explicit_policy, own.explicit_policy);
    lower(&counters->policy_mapping, own.policy_mapping);
    lower(&counters->inhibit_any, own.inhibit_any);
    return true;
}

static bool level_is_empty(const struct graph *graph) {
    const struct level *level = &graph->levels[graph->level_count - 1];
    for (size_t i = 0; i < level->count; i++)
        if (graph->nodes[level->first + i].kept)
            return false;
    return !level->has_any;
}

static bool is_initial(const struct requirements *requirements, struct bytes oid) {
    for (size_t i = 0; i < requirements->initial_policies.count; i++)
        if (cz_bytes_equal(requirements->initial_policies.oids[i], oid))
            return true;
    return requirements->initial_policies.count == 0;
}

/* Rules may ask for a policy, so none is left out without a word. */
static void report(struct graph *graph, struct policies_found *found, struct bytes oid) {
    for (size_t i = 0; i < found->count; i++)
        if (cz_bytes_equal(found->oids[i], oid))
            return;
    if (found->count < CZ_POLICIES_FOUND_MAX)
        found->oids[found->count++] = oid;
    else
        graph->limit = true;
}

/* RFC 5280 6.1.5 (g) backwards: which policies right below anyPolicy does the last level rest
 * on? Those that the user accepts are the outcome. */
static void collect(struct graph *graph, const struct requirements *requirements,
                    struct policies_found *found) {
    const struct level *last = &graph->levels[graph->level_count - 1];
    for (size_t i = 0; i < last->count; i++)
        graph->nodes[last->first + i].reachable = graph->nodes[last->first + i].kept;
    for (size_t i = graph->node_count; i-- > 0;) {
        struct node *node = &graph->nodes[i];
        if (!node->reachable)
            continue;
        for (size_t j = 0; j < node->edge_count; j++)
            graph->nodes[graph->edges[node->first_edge + j]].reachable = true;
        if (node->edge_count == 0 && is_initial(requirements, node->oid))
            report(graph, found, node->oid);
    }
    if (!last->has_any)
        return;
    found->any = requirements->initial_policies.count == 0;
    for (size_t i = 0; i < requirements->initial_policies.count; i++)
        report(graph, found, requirements->initial_policies.oids[i]);
}

static enum policy_result process(struct graph *graph, const struct certificate *certificate,
                                  bool is_end, struct counters *counters) {
    bool any_allowed = counters->inhibit_any > 0 || (!is_end && certificate->self_issued);
    if (!apply_policies(graph, certificate, any_allowed))
        return POLICY_MALFORMED;
    /* 6.1.3 (f) */
    if (counters->explicit_policy == 0 && level_is_empty(graph))
        return POLICY_NOT_ACCEPTABLE;
    if (!is_end && !map_policies(graph, certificate, counters->policy_mapping > 0))
        return POLICY_MALFORMED;
    struct bytes unused;
    if (is_end &&
        (!read_list(certificate, OID_POLICY_MAPPINGS, &unused) || !mappings_valid(unused)))
        return POLICY_MALFORMED;
    if (!count_down(counters, certificate, is_end))
        return POLICY_MALFORMED;
    return graph->limit ? POLICY_LIMIT : POLICY_ACCEPTABLE;
}

enum policy_result cz_policies_check(const struct path *path,
                                     const struct requirements *requirements,
                                     struct policies_found *found, int *depth) {
    /* not zeroed: it is large, and its counts say what of it is in use */
    struct graph graph;
    graph.node_count = graph.edge_count = graph.level_count = 0;
    graph.limit = false;
    struct counters counters = {
        .explicit_policy = requirements->require_explicit_policy ? 0 : NO_LIMIT,
        .policy_mapping = requirements->inhibit_policy_mapping ? 0 : NO_LIMIT,
        .inhibit_any = requirements->inhibit_any_policy ? 0 : NO_LIMIT,
    };
    found->count = 0;
    found->any = false;
    graph.levels[graph.level_count++] = (struct level){.has_any = true};
    for (*depth = (int)path->count - 2; *depth >= 0; --*depth) {
        enum policy_result result =
            process(&graph, path->certificates[*depth], *depth == 0, &counters);
        if (result != POLICY_ACCEPTABLE)
            return result;
    }
    *depth = 0;
    collect(&graph, requirements, found);
    if (graph.limit)
        return POLICY_LIMIT;
    bool found_any = found->any || found->count > 0;
    return counters.explicit_policy == 0 && !found_any ? POLICY_NOT_ACCEPTABLE : POLICY_ACCEPTABLE;
}
