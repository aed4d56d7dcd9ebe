/*
 * Random policies: the pipeline agrees with an evaluator written from the manual, and what must
 * not matter does not. CERTAUTHZ_TEST_SEED draws others.
 */
#include "../tap.h"
#include "policy-model.h"
#include "support.h"

#include "authorize/authorize.h"
#include "base/cleanup.h"
#include "config/setup.h"

#include <stdlib.h>
#include <unistd.h>

enum { MODELS = 400, QUESTIONS = 40, CERTIFICATES = NAMES * UNITS };

static char folder[] = "test-config.XXXXXX";
static const char *variables[CERTIFICATES + 1]; /* SSL_CLIENT_CERT; the last is not valid */

/* A configuration of a model. */
struct world {
    struct setup setup;
    struct memory *memory;
};

static void world_release(struct world *world) {
    cz_memory_release(&world->memory);
    cz_setup_release(&world->setup);
}

static void write_file(const char *name, struct bytes content) {
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    cz_buffer_printf(&path, "%s/%s", folder, name);
    FILE *stream = fopen(cz_buffer_text(&path), "w");
    if (stream == NULL || fwrite(content.data, 1, content.len, stream) != content.len ||
        fclose(stream) != 0)
        support_die("%s cannot be written", name);
}

/* False where the model makes no configuration: two clients drew the same credential. */
static bool make_world(const struct model *model, const struct spelling *spelling,
                       struct world *world) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer path = {0};
    struct error error = {0};
    memset(world, 0, sizeof *world);
    model_write(model, spelling, &text);
    write_file("test.conf", cz_buffer_view(&text));
    cz_buffer_printf(&path, "%s/test.conf", folder);
    world->memory = cz_memory_new(64, 300);
    if (cz_setup_load(cz_buffer_text(&path), &world->setup, &error))
        return true;
    if (strstr(error.message, "have the same credential") == NULL &&
        strstr(error.message, "twice") == NULL)
        support_die("%s\n%s", error.message, cz_buffer_text(&text));
    return false;
}

static struct model_answer ask(const struct world *world, const struct question *question) {
    struct request request;
    struct decision decision;
    char uri[64];
    snprintf(uri, sizeof uri, "REQUEST_URI=%s", model_paths[question->path]);
    const char *certificate = question->certificate == BAD_CERTIFICATE  ? variables[CERTIFICATES]
                              : question->certificate == NO_CERTIFICATE ? "SSL_CLIENT_CERT="
                                                                        : NULL;
    const char *const environment[] = {
        question->method == 1 ? "REQUEST_METHOD=GET" : "REQUEST_METHOD=POST", uri,
        certificate != NULL ? certificate : variables[question->certificate], NULL};
    cz_request_read(&request, environment);
    cz_authorize(&world->setup.snapshot, world->memory, CZ_NO_HOLDINGS, &request,
                 NOW + question->seconds, &decision);
    const struct client *client = decision.identification.client;
    struct model_answer answer = {
        .reason = cz_reason_info(decision.reason)->slug,
        .rule = decision.rule != NULL ? atoi(decision.rule->name) : -1,
        .client = client != NULL ? atoi(client->id + 1) : -1,
    };
    if ((decision.verdict == VERDICT_GRANTED) != (strcmp(answer.reason, "granted") == 0))
        answer.reason = "verdict and reason differ";
    cz_decision_release(&decision);
    return answer;
}

static struct question draw_question(void) {
    int certificate = (int)model_random(CERTIFICATES + 2);
    return (struct question){
        .path = model_random(PATHS),
        .method = 1 + model_random(2),
        .certificate = certificate < CERTIFICATES    ? certificate
                       : certificate == CERTIFICATES ? NO_CERTIFICATE
                                                     : BAD_CERTIFICATE,
        .seconds = model_random(TIMES),
    };
}

static bool granted(struct model_answer answer) {
    return strcmp(answer.reason, "granted") == 0;
}

static bool same_reason(struct model_answer a, struct model_answer b) {
    return strcmp(a.reason, b.reason) == 0;
}

/* One property, over all models. */
struct property {
    const char *name;
    /* Makes another model of it; false where there is nothing to change. */
    bool (*change)(struct model *model, struct spelling *spelling);
    bool (*good)(const struct question *question, struct model_answer before,
                 struct model_answer after);
    unsigned checked, failed;
};

#define SHUFFLE(items, count)                                                                      \
    for (size_t left = (count); left > 1; left--) {                                                \
        size_t other = model_random((unsigned)left);                                               \
        __typeof__((items)[0]) kept = (items)[other];                                              \
        (items)[other] = (items)[left - 1];                                                        \
        (items)[left - 1] = kept;                                                                  \
    }

static bool shuffle_clients(struct model *model, struct spelling *spelling) {
    (void)spelling;
    SHUFFLE(model->clients, model->client_count)
    for (size_t i = 0; i < model->client_count; i++)
        SHUFFLE(model->clients[i].credentials, model->clients[i].count)
    return model->client_count > 0;
}

/* Each deny anywhere; the allows keep their order. */
static bool shuffle_denies(struct model *model, struct spelling *spelling) {
    struct model_rule allows[RULES_MAX];
    size_t allow_count = 0, taken = 0;
    (void)spelling;
    for (size_t i = 0; i < model->rule_count; i++)
        if (!model->rules[i].denies)
            allows[allow_count++] = model->rules[i];
    SHUFFLE(model->rules, model->rule_count)
    for (size_t i = 0; i < model->rule_count; i++)
        if (!model->rules[i].denies)
            model->rules[i] = allows[taken++];
    return model->rule_count > allow_count;
}

static bool swap_disjoint(struct model *model, struct spelling *spelling) {
    bool swapped = false;
    (void)spelling;
    for (size_t i = 1; i < model->rule_count; i++) {
        struct model_rule *a = &model->rules[i - 1], *b = &model->rules[i], kept = *a;
        if (a->denies || b->denies || !model_disjoint(a, b))
            continue;
        *a = *b;
        *b = kept;
        swapped = true;
    }
    return swapped;
}

static bool spell_otherwise(struct model *model, struct spelling *spelling) {
    (void)model;
    *spelling = (struct spelling){.parts_turned = true, .names = 1 + (int)model_random(2)};
    return true;
}

static bool add_deny(struct model *model, struct spelling *spelling) {
    (void)spelling;
    model->rules[model->rule_count] = model_draw_rule(model, true);
    model->rule_count++;
    return true;
}

static bool add_client(struct model *model, struct spelling *spelling) {
    (void)spelling;
    if (model->has_clients)
        model_draw_client(model);
    return model->has_clients;
}

static bool drop_report_only(struct model *model, struct spelling *spelling) {
    size_t kept = 0, count = model->rule_count;
    (void)spelling;
    for (size_t i = 0; i < count; i++)
        if (!model->rules[i].report_only)
            model->rules[kept++] = model->rules[i];
    model->rule_count = kept;
    return kept < count;
}

/* Who it is is found out only where some rule asks. */
static bool is_same_client(struct model_answer a, struct model_answer b) {
    return a.client == b.client || a.client < 0 || b.client < 0;
}

static bool is_same(const struct question *question, struct model_answer before,
                    struct model_answer after) {
    (void)question;
    return same_reason(before, after) && before.rule == after.rule && is_same_client(before, after);
}

/* Of several denies another may be told. */
static bool is_same_verdict(const struct question *question, struct model_answer before,
                            struct model_answer after) {
    bool denied = strcmp(before.reason, "denied-by-rule") == 0;
    (void)question;
    return same_reason(before, after) && is_same_client(before, after) &&
           (denied || before.rule == after.rule);
}

static bool grants_no_more(const struct question *question, struct model_answer before,
                           struct model_answer after) {
    (void)question;
    return !granted(after) || (granted(before) && before.rule == after.rule);
}

/* Who was somebody stays the same one with the same answer, or is of several and so nobody: who
 * was refused stays so, and who was not may be let in as anybody. */
static bool is_same_or_nobody(const struct question *question, struct model_answer before,
                              struct model_answer after) {
    return before.client < 0 || is_same(question, before, after) ||
           (after.client < 0 && (granted(before) || !granted(after)));
}

static struct property properties[] = {
    {.name = "the order of clients and credentials is of no matter",
     .change = shuffle_clients,
     .good = is_same},
    {.name = "a deny counts wherever it stands", .change = shuffle_denies, .good = is_same_verdict},
    {.name = "the order of allows for different requests is of no matter",
     .change = swap_disjoint,
     .good = is_same},
    {.name = "nor is the spelling of names, nor the order of parts",
     .change = spell_otherwise,
     .good = is_same},
    {.name = "one more deny grants nothing more", .change = add_deny, .good = grants_no_more},
    {.name = "one more client changes nobody else, but to ambiguous",
     .change = add_client,
     .good = is_same_or_nobody},
    {.name = "rules that are only reported decide nothing",
     .change = drop_report_only,
     .good = is_same},
};

static void tell(const struct model *model, const struct question *question,
                 struct model_answer wanted, struct model_answer got) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    model_write(model, &(struct spelling){0}, &text);
    printf("# %s method %u certificate %d at %u: %s by %d for %d, and then %s by %d for %d\n",
           model_paths[question->path], question->method, question->certificate, question->seconds,
           wanted.reason, wanted.rule, wanted.client, got.reason, got.rule, got.client);
    for (char *line = text.data; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        printf("#   %.*s\n", (int)(end - line), line);
        line = end + 1;
    }
}

static void check_property(struct property *property, const struct model *model,
                           const struct question *questions, const struct model_answer *before) {
    struct model changed = *model;
    struct spelling spelling = {0};
    CZ_CLEANUP(world_release) struct world world = {0};
    if (!property->change(&changed, &spelling) || !make_world(&changed, &spelling, &world))
        return;
    for (size_t i = 0; i < QUESTIONS; i++) {
        struct model_answer after = ask(&world, &questions[i]);
        property->checked++;
        if (property->good(&questions[i], before[i], after))
            continue;
        if (property->failed++ == 0)
            tell(&changed, &questions[i], before[i], after);
    }
}

/* The number of questions on whose answer the model and the pipeline disagree. */
static unsigned check_model(const struct model *model, unsigned *asked, unsigned *grants) {
    struct question questions[QUESTIONS];
    struct model_answer answers[QUESTIONS];
    CZ_CLEANUP(world_release) struct world world = {0};
    unsigned wrong = 0;
    if (!make_world(model, &(struct spelling){0}, &world))
        return 0;
    for (size_t i = 0; i < QUESTIONS; i++) {
        questions[i] = draw_question();
        answers[i] = ask(&world, &questions[i]);
        struct model_answer wanted = model_judge(model, &questions[i]);
        if (!is_same(&questions[i], wanted, answers[i]) && wrong++ == 0)
            tell(model, &questions[i], wanted, answers[i]);
        *asked += 1;
        *grants += granted(answers[i]);
    }
    for (size_t i = 0; i < CZ_COUNT(properties); i++)
        check_property(&properties[i], model, questions, answers);
    return wrong;
}

static void prepare(void) {
    const struct forge root = {
        .subject = "root", .issuer = "root", .key = 1, .signer = 1, .ca = true};
    struct bytes pem = support_pem(forge_der(&root));
    if (mkdtemp(folder) == NULL)
        support_die("mkdtemp");
    write_file("root.pem", pem);
    for (unsigned i = 0; i <= CERTIFICATES; i++) {
        unsigned name = i / UNITS % NAMES, unit = i % UNITS;
        struct forge forge = {.subject = "-",
                              .issuer = "root",
                              .key = 2,
                              .signer = 1,
                              .bad_signature = i == CERTIFICATES};
        forge.parts[PART_SUBJECT] = DER(
            DER_SEQUENCE, support_rdn(OID_ORGANIZATION, DER_UTF8_STRING, TEXT("E")),
            support_rdn(OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING, cz_bytes_of(model_units[unit])),
            support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, cz_bytes_of(model_names[name])));
        variables[i] =
            support_text("SSL_CLIENT_CERT=%s", (const char *)support_pem(forge_der(&forge)).data);
    }
}

int main(void) {
    const char *seed = getenv("CERTAUTHZ_TEST_SEED");
    unsigned asked = 0, grants = 0, wrong = 0;
    struct model model;
    model_seed(seed != NULL ? strtoull(seed, NULL, 10) : 1);
    prepare();
    for (unsigned i = 0; i < MODELS; i++) {
        model_draw(&model);
        wrong += check_model(&model, &asked, &grants);
    }
    tap_ok(wrong == 0, "%u answers are as the manual says (%u others)", asked, wrong);
    tap_ok(asked > MODELS * QUESTIONS / 2 && grants > asked / 10 && grants < asked * 9 / 10,
           "%u of them grant", grants);
    for (size_t i = 0; i < CZ_COUNT(properties); i++) {
        tap_ok(properties[i].failed == 0, "%s (%u of %u)", properties[i].name, properties[i].failed,
               properties[i].checked);
        tap_ok(properties[i].checked > 1000, "which was seen often enough");
    }
    return system(support_text("rm -rf '%s'", folder)) == 0 ? tap_done() : 1;
}
