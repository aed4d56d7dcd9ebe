#include "policy-model.h"

#include "base/bytes.h"

const char *const model_names[NAMES] = {"a", "b", "c"};
const char *const model_units[UNITS] = {"x", "y"};
const char *const model_paths[PATHS] = {"/", "/a", "/a/b", "/a/c", "/b", "/b/b"};

static const struct {
    const char *key, *text;
    bool covers[PATHS];
} patterns[PATTERNS] = {
    {"path", "/", {true, true, true, true, true, true}},
    {"path", "/a/", {false, true, true, true, false, false}},
    {"path", "/a/b", {false, false, true, false, false, false}},
    {"glob", "/a/*", {false, false, true, true, false, false}},
    {"glob", "/**/b", {false, false, true, false, true, true}},
};

static uint64_t state;

void model_seed(uint64_t seed) {
    state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

unsigned model_random(unsigned below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % below;
}

/* --- drawing --- */

static int add_node(struct model *model, struct node node) {
    model->nodes[model->node_count] = node;
    return (int)model->node_count++;
}

static int draw_fact(struct model *model) {
    enum node_kind kind = (enum node_kind)model_random(3);
    unsigned all = kind == NODE_NAME ? (1u << NAMES) - 1 : (1u << UNITS) - 1;
    return add_node(model, (struct node){.kind = kind,
                                         .mask = 1 + model_random(all),
                                         .name = model_random(NAMES),
                                         .unit = model_random(UNITS)});
}

static int draw_node(struct model *model, unsigned depth) {
    if (depth == 0 || model_random(2) == 0)
        return draw_fact(model);
    struct node node = {.kind = (enum node_kind)(NODE_NOT + model_random(3))};
    node.parts[0] = draw_node(model, depth - 1);
    node.parts[1] = node.kind != NODE_NOT ? draw_node(model, depth - 1) : -1;
    return add_node(model, node);
}

/* Something that a certificate must have, and perhaps more. */
static struct model_credential draw_credential(struct model *model) {
    struct model_credential credential = {.node = draw_fact(model), .until = TIMES - 1};
    if (model_random(3) == 0) {
        struct node both = {.kind = NODE_ALL, .parts = {credential.node, draw_node(model, 1)}};
        credential.node = add_node(model, both);
    }
    if (model_random(3) == 0) {
        credential.from = model_random(TIMES);
        credential.until = credential.from + model_random(TIMES - credential.from);
    }
    return credential;
}

void model_draw_client(struct model *model) {
    struct model_client *client = &model->clients[model->client_count];
    *client = (struct model_client){.id = (unsigned)model->client_count, .roles = model_random(4)};
    client->count = 1 + model_random(CREDENTIALS_MAX);
    for (size_t i = 0; i < client->count; i++)
        client->credentials[i] = draw_credential(model);
    model->client_count++;
}

/* The roles that some client has: rules may name no others. */
static unsigned roles_in_use(const struct model *model) {
    unsigned roles = 0;
    for (size_t i = 0; i < model->client_count; i++)
        roles |= model->clients[i].roles;
    return roles;
}

struct model_rule model_draw_rule(struct model *model, bool denies) {
    struct model_rule rule = {.id = (unsigned)model->rule_count,
                              .pattern = model_random(PATTERNS),
                              .methods = model_random(3),
                              .denies = denies,
                              .report_only = model_random(5) == 0,
                              .node = -1};
    if (!denies) {
        rule.need = (enum model_need)(model_random(2) == 0 ? 0 : model_random(3));
        rule.next = rule.need != MODEL_NONE && model_random(3) == 0;
    }
    if (rule.need != MODEL_REQUIRED) {
        rule.unknown_allowed = rule.need == MODEL_OPTIONAL && model_random(2) == 0;
        return rule;
    }
    if (model->client_count > 0 && model_random(3) == 0)
        rule.clients = 1 + model_random((1u << model->client_count) - 1);
    if (model_random(3) == 0)
        rule.roles = roles_in_use(model) & (1 + model_random(3));
    if (model_random(4) == 0)
        rule.issuers = 1 + (int)model_random(2);
    if (model_random(3) == 0)
        rule.node = draw_node(model, 2);
    rule.unknown_allowed = !denies && rule.clients == 0 && rule.roles == 0 && model_random(3) == 0;
    return rule;
}

void model_draw(struct model *model) {
    *model = (struct model){.has_clients = model_random(4) > 0};
    for (unsigned left = model->has_clients ? model_random(4) : 0; left > 0; left--)
        model_draw_client(model);
    for (unsigned left = 1 + model_random(5); left > 0; left--) {
        model->rules[model->rule_count] = model_draw_rule(model, model_random(3) == 0);
        model->rule_count++;
    }
}

/* --- writing --- */

static void write_set(struct buffer *out, const char *key, const char *prefix, unsigned set) {
    const char *comma = "";
    if (set == 0)
        return;
    cz_buffer_printf(out, "%s = [ ", key);
    for (unsigned i = 0; set >> i != 0; i++) {
        if ((set >> i & 1) == 0)
            continue;
        cz_buffer_printf(out, "%s\"%s%u\"", comma, prefix, i);
        comma = ", ";
    }
    cz_buffer_puts(out, " ]; ");
}

static void write_facts(struct buffer *out, const char *key, const char *const *texts,
                        unsigned mask) {
    const char *comma = "";
    cz_buffer_printf(out, "%s = [ ", key);
    for (unsigned i = 0; mask >> i != 0; i++) {
        if ((mask >> i & 1) == 0)
            continue;
        cz_buffer_printf(out, "%s\"%s\"", comma, texts[i]);
        comma = ", ";
    }
    cz_buffer_puts(out, " ]; ");
}

static void write_subject(struct buffer *out, const struct node *node, int how) {
    const char *name = model_names[node->name], *unit = model_units[node->unit];
    if (how == 0)
        cz_buffer_printf(out, "subject = \"CN=%s,OU=%s,O=E\"; ", name, unit);
    else if (how == 1)
        cz_buffer_printf(out, "subject = \"CN=%s, OU=\\\"%s\\\", O=E\"; ", name, unit);
    else
        cz_buffer_printf(out, "subject = \"/O=E/OU=%s/CN=%s\"; ", unit, name);
}

static void write_node(const struct model *model, const struct spelling *spelling, int number,
                       struct buffer *out) {
    const struct node *node = &model->nodes[number];
    bool turned = spelling->parts_turned;
    switch (node->kind) {
    case NODE_NAME:
        write_facts(out, "cn", model_names, node->mask);
        break;
    case NODE_UNIT:
        write_facts(out, "ou", model_units, node->mask);
        break;
    case NODE_SUBJECT:
        write_subject(out, node, spelling->names);
        break;
    case NODE_NOT:
        cz_buffer_puts(out, "not: { ");
        write_node(model, spelling, node->parts[0], out);
        cz_buffer_puts(out, "}; ");
        break;
    case NODE_ALL:
    case NODE_ANY:
        cz_buffer_puts(out, node->kind == NODE_ALL ? "all = ( { " : "any = ( { ");
        write_node(model, spelling, node->parts[turned], out);
        cz_buffer_puts(out, "}, { ");
        write_node(model, spelling, node->parts[!turned], out);
        cz_buffer_puts(out, "} ); ");
        break;
    }
}

static void write_clients(const struct model *model, const struct spelling *spelling,
                          struct buffer *out) {
    cz_buffer_puts(out, "clients = (");
    for (size_t i = 0; i < model->client_count; i++) {
        const struct model_client *client = &model->clients[i];
        cz_buffer_printf(out, "%s\n  { id = \"c%u\"; ", i > 0 ? "," : "", client->id);
        write_set(out, "roles", "r", client->roles);
        cz_buffer_puts(out, "credentials = ( ");
        for (size_t j = 0; j < client->count; j++) {
            const struct model_credential *credential = &client->credentials[j];
            cz_buffer_puts(out, j > 0 ? ", { " : "{ ");
            write_node(model, spelling, credential->node, out);
            cz_buffer_printf(out, "active_from = \"2030-01-01T00:00:%02uZ\"; ", credential->from);
            cz_buffer_printf(out, "active_until = \"2030-01-01T00:00:%02uZ\"; }",
                             credential->until);
        }
        cz_buffer_puts(out, " ); }");
    }
    cz_buffer_puts(out, " );\n");
}

static void write_rule(const struct model *model, const struct spelling *spelling,
                       const struct model_rule *rule, struct buffer *out) {
    static const char *const needs[] = {"required", "optional", "none"};
    static const char *const methods[] = {"", "methods = [ \"GET\" ]; ",
                                          "methods = [ \"POST\" ]; "};
    static const char *const issuers[] = {"", "issuers = [ \"CN=root\", \"CN=x\" ]; ",
                                          "issuers = [ \"CN=x\" ]; "};
    cz_buffer_printf(out, "{ name = \"%u\"; %s = \"%s\"; %s", rule->id, patterns[rule->pattern].key,
                     patterns[rule->pattern].text, methods[rule->methods]);
    if (rule->denies)
        cz_buffer_puts(out, "action = \"deny\"; ");
    else
        cz_buffer_printf(out, "certificate = \"%s\"; ", needs[rule->need]);
    write_set(out, "clients", "c", rule->clients);
    write_set(out, "roles", "r", rule->roles);
    cz_buffer_puts(out, issuers[rule->issuers]);
    if (rule->node >= 0) {
        cz_buffer_puts(out, "condition: { ");
        write_node(model, spelling, rule->node, out);
        cz_buffer_puts(out, "}; ");
    }
    cz_buffer_printf(out, "%s%s%s}", rule->unknown_allowed ? "unknown_clients = \"allow\"; " : "",
                     rule->next ? "otherwise = \"next\"; " : "",
                     rule->report_only ? "enforce = false; " : "");
}

void model_write(const struct model *model, const struct spelling *spelling, struct buffer *out) {
    cz_buffer_puts(out, "trust: { anchors = [ \"root.pem\" ]; };\n");
    if (model->has_clients)
        write_clients(model, spelling, out);
    cz_buffer_puts(out, "rules = (");
    for (size_t i = 0; i < model->rule_count; i++) {
        cz_buffer_puts(out, i > 0 ? ",\n  " : "\n  ");
        write_rule(model, spelling, &model->rules[i], out);
    }
    cz_buffer_puts(out, " );\n");
}

/* --- judging, as the manual says --- */

static bool holds(const struct model *model, int number, unsigned name, unsigned unit) {
    const struct node *node = &model->nodes[number];
    switch (node->kind) {
    case NODE_NAME:
        return (node->mask >> name & 1) != 0;
    case NODE_UNIT:
        return (node->mask >> unit & 1) != 0;
    case NODE_SUBJECT:
        return node->name == name && node->unit == unit;
    case NODE_NOT:
        return !holds(model, node->parts[0], name, unit);
    case NODE_ALL:
        return holds(model, node->parts[0], name, unit) && holds(model, node->parts[1], name, unit);
    case NODE_ANY:
        break;
    }
    return holds(model, node->parts[0], name, unit) || holds(model, node->parts[1], name, unit);
}

/* Whether a condition, judged of somebody of whom nothing is known, holds. */
static bool holds_of_nobody(const struct model *model, int number) {
    const struct node *node = &model->nodes[number];
    bool first = node->kind >= NODE_NOT && holds_of_nobody(model, node->parts[0]);
    if (node->kind == NODE_NOT)
        return !first;
    if (node->kind < NODE_NOT)
        return false;
    bool second = holds_of_nobody(model, node->parts[1]);
    return node->kind == NODE_ALL ? first && second : first || second;
}

struct person {
    bool known;
    unsigned name, unit;
    const struct model_client *client; /* NULL: nobody */
    unsigned may_be;                   /* set of all clients of whom he has a credential */
    const char *why;                   /* nobody */
};

static struct person who(const struct model *model, const struct question *question) {
    struct person person = {.known = question->certificate >= 0, .why = "unknown-client"};
    if (!person.known)
        return person;
    person.name = (unsigned)question->certificate / UNITS;
    person.unit = (unsigned)question->certificate % UNITS;
    bool inactive = false, several = false;
    for (size_t i = 0; i < model->client_count; i++)
        for (size_t j = 0; j < model->clients[i].count; j++) {
            const struct model_credential *credential = &model->clients[i].credentials[j];
            if (!holds(model, credential->node, person.name, person.unit))
                continue;
            bool active =
                question->seconds >= credential->from && question->seconds <= credential->until;
            inactive |= !active;
            several |= active && person.client != NULL && person.client != &model->clients[i];
            if (!active)
                continue;
            person.client = &model->clients[i];
            person.may_be |= 1u << i;
        }
    if (several) {
        person.client = NULL;
        person.why = "ambiguous-client";
    } else if (person.client == NULL && inactive) {
        person.why = "credential-not-active";
    }
    return person;
}

static bool names(const struct model_rule *rule, const struct model_client *client) {
    return (rule->clients == 0 || (rule->clients >> client->id & 1) != 0) &&
           (rule->roles == 0 || (rule->roles & client->roles) != 0);
}

static bool asked_for(const struct model *model, const struct model_rule *rule,
                      const struct person *person) {
    bool named = rule->clients == 0 && rule->roles == 0;
    for (size_t i = 0; i < model->client_count; i++) /* a deny is for each whom he may be */
        named |= (rule->denies ? (person->may_be >> i & 1) != 0
                               : person->client == &model->clients[i]) &&
                 names(rule, &model->clients[i]);
    if (!named)
        return false;
    if (rule->issuers != 0 && (!person->known || rule->issuers != 1))
        return false;
    if (rule->node < 0)
        return true;
    return person->known ? holds(model, rule->node, person->name, person->unit)
                         : holds_of_nobody(model, rule->node);
}

static const char *judge_allow(const struct model *model, const struct model_rule *rule,
                               const struct question *question, const struct person *person) {
    if (rule->need == MODEL_NONE)
        return "granted";
    if (question->certificate == NO_CERTIFICATE)
        return rule->need == MODEL_OPTIONAL ? "granted" : "no-certificate";
    if (question->certificate == BAD_CERTIFICATE)
        return "bad-signature";
    bool stranger_will_do = rule->unknown_allowed && strcmp(person->why, "unknown-client") == 0;
    if (model->has_clients && person->client == NULL && !stranger_will_do)
        return person->why;
    return asked_for(model, rule, person) ? "granted" : "client-not-allowed";
}

static bool covers_path(const struct model_rule *rule, const struct question *question) {
    return patterns[rule->pattern].covers[question->path];
}

static bool covers(const struct model_rule *rule, const struct question *question) {
    return covers_path(rule, question) && (rule->methods == 0 || rule->methods == question->method);
}

struct model_answer model_judge(const struct model *model, const struct question *question) {
    struct person person = who(model, question);
    struct model_answer first = {.reason = NULL, .rule = -1};
    int client = person.client != NULL ? (int)person.client->id : -1;
    bool other_method = false;
    for (size_t i = 0; i < model->rule_count; i++) {
        const struct model_rule *rule = &model->rules[i];
        if (rule->denies && !rule->report_only && covers(rule, question) &&
            asked_for(model, rule, &person))
            return (struct model_answer){"denied-by-rule", (int)rule->id, client};
    }
    for (size_t i = 0; i < model->rule_count; i++) {
        const struct model_rule *rule = &model->rules[i];
        if (rule->denies || rule->report_only || !covers_path(rule, question))
            continue;
        other_method |= !covers(rule, question);
        if (!covers(rule, question))
            continue;
        const char *reason = judge_allow(model, rule, question, &person);
        if (strcmp(reason, "granted") == 0 || !rule->next)
            return (struct model_answer){reason, (int)rule->id, client};
        if (first.reason == NULL)
            first = (struct model_answer){reason, (int)rule->id, client};
    }
    if (first.reason == NULL)
        first.reason = other_method ? "method-not-allowed" : "no-rule";
    first.client = client;
    return first;
}

bool model_disjoint(const struct model_rule *a, const struct model_rule *b) {
    if (a->methods != 0 && b->methods != 0 && a->methods != b->methods)
        return true;
    for (size_t i = 0; i < PATHS; i++)
        if (patterns[a->pattern].covers[i] && patterns[b->pattern].covers[i])
            return false;
    return true;
}
