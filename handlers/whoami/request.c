#include "request.h"

#include "base/accept.h"
#include "base/cleanup.h"
#include "base/variables.h"

#include <string.h>

void whoami_request_read(struct whoami_request *request, char *const *variables) {
    *request = (struct whoami_request){
        .method = cz_variable(variables, "REQUEST_METHOD"),
        .uri = cz_variable(variables, "REQUEST_URI"),
        .query = cz_variable(variables, "QUERY_STRING"),
        .accept = cz_variable(variables, "HTTP_ACCEPT"),
    };
    whoami_claims_read(&request->claims, variables);
}

bool whoami_method_allowed(const struct whoami_request *request) {
    static const char *const allowed[] = {"GET", "HEAD", "POST", "PUT"};
    for (size_t i = 0; i < CZ_COUNT(allowed); i++)
        if (strcmp(request->method, allowed[i]) == 0)
            return true;
    return false;
}

bool whoami_is_head(const struct whoami_request *request) {
    return strcmp(request->method, "HEAD") == 0;
}

static bool query_has(const char *query, const char *pair) {
    size_t len = strlen(pair);
    while (*query != '\0') {
        size_t next = strcspn(query, "&");
        if (next == len && strncmp(query, pair, len) == 0)
            return true;
        query += next + (query[next] == '&');
    }
    return false;
}

bool whoami_wants_json(const struct whoami_request *request) {
    static const char *const offers[] = {"text/html", "application/json"};
    return query_has(request->query, "format=json") ||
           cz_accept_choose(request->accept, offers, CZ_COUNT(offers)) == 1;
}
