#include "server/serve.h"

#include "base/cleanup.h"
#include "response/response.h"

#include <gnutls/crypto.h>

#include <time.h>

#define ID_BYTES 10
#define ID_SIZE (ID_BYTES * 8 / 5 + 1)

/* 80 random bits in 16 letters and digits that are not mistaken for one another (RFC 4648's
 * base32 in lower case): enough to find one line in any log. */
static void make_id(char id[ID_SIZE]) {
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
    uint8_t random[ID_BYTES] = {0};
    if (gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof random) < 0) {
        memcpy(id, "no-random-number", ID_SIZE);
        return;
    }
    for (size_t i = 0; i < ID_SIZE - 1; i++) {
        size_t bit = i * 5;
        unsigned pair =
            (unsigned)random[bit / 8] << 8 | (bit / 8 + 1 < ID_BYTES ? random[bit / 8 + 1] : 0u);
        id[i] = alphabet[pair >> (11 - bit % 8) & 31];
    }
    id[ID_SIZE - 1] = '\0';
}

static int64_t microseconds_between(const struct timespec *from, const struct timespec *to) {
    return (int64_t)(to->tv_sec - from->tv_sec) * 1000000 + (to->tv_nsec - from->tv_nsec) / 1000;
}

/* Where the log is required, its line comes before the reply; and where that is lost, a refusal
 * comes in place of what was decided. True where there is such a refusal. */
static bool record(const struct log *log, const struct log_event *event, struct decision *decision,
                   struct buffer *line) {
    if (!cz_log_wants(log, decision))
        return false;
    cz_log_render(log, line, event);
    if (!log->required)
        return false;
    bool lost = !cz_log_write(log, line);
    if (lost)
        cz_decide(decision, &(struct evidence){.refusal = REASON_LOG_UNAVAILABLE});
    cz_buffer_clear(line);
    return lost;
}

/* Once nothing can change what was decided any more. */
static void count(struct service *service, const struct decision *decision) {
    bool granted = decision->verdict == VERDICT_GRANTED;
    atomic_fetch_add_explicit(granted ? &service->granted : &service->refused, 1,
                              memory_order_relaxed);
}

/* Once, since anybody may send the header; a misspelt list of proxies shows at the first request.
 */
static void tell_stranger(const struct log *log, struct generation *generation,
                          const struct request *request, const struct decision *decision) {
    CZ_CLEANUP(cz_buffer_release) struct buffer address = {0};
    struct bytes text = request->address;
    if (decision->forwarding != FORWARDING_IGNORED ||
        atomic_exchange(&generation->stranger_told, true))
        return;
    text.len = text.len < CZ_LOG_HOST_MAX ? text.len : CZ_LOG_HOST_MAX;
    cz_buffer_bytes(&address, text);
    cz_log_message(log, "warning",
                   "a certificate in the header of forwarded.header came from the address \"%s\", "
                   "which is not among forwarded.proxies; it is ignored. Add the address if it is "
                   "a proxy of yours; further ones are not told of",
                   cz_buffer_text(&address));
}

void cz_serve(struct service *service, const char *const *variables, struct buffer *reply,
              struct buffer *line) {
    struct timespec wall, begin, end;
    char id[ID_SIZE];
    struct request request;
    /* declared first, let go last: decisions borrow from it */
    CZ_CLEANUP(cz_generation_let_go)
    struct generation *generation = cz_generations_hold(service->generations);
    CZ_CLEANUP(cz_decision_release) struct decision decision;
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    make_id(id);
    cz_request_read(&request, variables);
    cz_request_read_forwarded(&request, &generation->setup.snapshot.forwarding.variables,
                              variables);
    if (request.policy.len == 0 && service->policy != NULL)
        request.policy = cz_bytes_of(service->policy);
    cz_inquire(service->inquirer, generation, &request, &wall, &decision);
    cz_response_render(reply, &decision, request.accept, id, wall.tv_sec);
    clock_gettime(CLOCK_MONOTONIC, &end);
    tell_stranger(service->log, generation, &request, &decision);
    const struct log_event event = {.decision = &decision,
                                    .request = &request,
                                    .id = id,
                                    .generation = generation->number,
                                    .now = wall.tv_sec,
                                    .milliseconds = (unsigned)(wall.tv_nsec / 1000000),
                                    .microseconds_used = microseconds_between(&begin, &end)};
    if (record(service->log, &event, &decision, line)) {
        cz_buffer_clear(reply);
        cz_response_render(reply, &decision, request.accept, id, wall.tv_sec);
    }
    count(service, &decision);
}
