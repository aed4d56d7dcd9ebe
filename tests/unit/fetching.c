#include "fetching.h"

#include "../tap.h"
#include "scratch.h"

#include "base/cleanup.h"

#include <curl/curl.h>
#include <dirent.h>
#include <dlfcn.h>
#include <netdb.h>
#include <signal.h>
#include <stdarg.h>

#define PATIENCE 600 /* runs of a tenth of a second */

const char *fetching_roots;
unsigned fetching_names;
bool fetching_awaited;

struct server_child fetching_web, fetching_tls, fetching_directory;

const struct fetch_limits fetching_limits = {
    .size = 64u << 10,
    .seconds = 60,
    .connect_seconds = 60,
    .redirects = 3,
};

/* --- in the place of libc's and libcurl's --- */

/* libcurl finds this one before libc's, in threads of its own. */
int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict found) {
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    size_t len = node != NULL ? strlen(node) : 0;
    if (len < 5 || strcmp(node + len - 5, ".test") != 0)
        return real(node, service, hints, found);
    fetching_names++;
    if (strcmp(node, "unknown.test") == 0)
        return EAI_NONAME;
    if (strcmp(node, "slow.test") == 0) {
        sleep(60);
        fetching_awaited = true;
        return EAI_AGAIN;
    }
    return real("127.0.0.1", service, hints, found);
}

CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);

CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...) {
    CURLcode code;
    va_list arguments;
    va_start(arguments, option);
    if (option >= CURLOPTTYPE_OFF_T && option < CURLOPTTYPE_BLOB)
        code = __real_curl_easy_setopt(easy, option, va_arg(arguments, curl_off_t));
    else if (option < CURLOPTTYPE_OBJECTPOINT)
        code = __real_curl_easy_setopt(easy, option, va_arg(arguments, long));
    else
        code = __real_curl_easy_setopt(easy, option, va_arg(arguments, void *));
    va_end(arguments);
    if (option == CURLOPT_SSL_VERIFYPEER && fetching_roots != NULL)
        __real_curl_easy_setopt(easy, CURLOPT_CAINFO, fetching_roots);
    return code;
}

/* --- the servers --- */

void fetching_open(void) {
    static const char *const proxies[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                          "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    for (size_t i = 0; i < CZ_COUNT(proxies); i++)
        unsetenv(proxies[i]);
    signal(SIGPIPE, SIG_IGN);
    scratch_open();
    const char *const plain[] = {"--folder", scratch, NULL};
    const char *const with_tls[] = {
        "--certificate",
        support_pki_path("server.pem"),
        "--key",
        support_pki_path("server.key"),
        "--folder",
        scratch,
        NULL,
    };
    if (!server_start(&fetching_web, "faulty_server.py", plain)) {
        printf("1..0 # SKIP python3 does not run; install it\n");
        scratch_close();
        exit(0);
    }
    if (!server_start(&fetching_tls, "faulty_server.py", with_tls) ||
        !server_start(&fetching_directory, "ldap_server.py", plain))
        support_die("a server cannot be started");
}

void fetching_close(void) {
    server_stop(&fetching_web);
    server_stop(&fetching_tls);
    server_stop(&fetching_directory);
    scratch_close();
}

void fetching_write(const char *name, const char *text) {
    scratch_write(name, text);
}

const char *fetching_at(const char *path) {
    return support_text("http://127.0.0.1:%u%s", fetching_web.port, path);
}

size_t fetching_descriptors(void) {
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL)
        support_die("/proc is not there");
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* --- one fetch --- */

void fetching_done(void *context, struct fetch_reply *reply) {
    struct fetching *fetching = context;
    *fetching = (struct fetching){
        .times = fetching->times + 1,
        .outcome = reply->outcome,
        .status = reply->status,
        .body = support_text("%.2000s", cz_buffer_text(&reply->body)),
        .etag = support_text("%s", reply->etag),
        .last_modified = support_text("%s", reply->last_modified),
        .error = support_text("%s", reply->error.message),
        .size = reply->size,
        .retry_after = reply->retry_after,
        .max_age = reply->max_age,
    };
}

bool fetching_run(struct fetcher *fetcher, struct error *error) {
    for (int i = 0; cz_fetcher_busy(fetcher) > 0; i++)
        if (i == PATIENCE || !cz_fetcher_run(fetcher, NULL, 0, 100, error))
            return false;
    return true;
}

struct fetching fetching_ask(const struct fetch_limits *limits,
                             const struct fetch_request *request) {
    struct fetching fetching = {0};
    struct fetcher *fetcher;
    struct error error = {0};
    if (!cz_fetcher_new(limits, &fetcher, &error) ||
        !cz_fetcher_start(fetcher, request, fetching_done, &fetching) ||
        !fetching_run(fetcher, &error))
        support_die("%s is not answered: %s", request->url, error.message);
    cz_fetcher_free(&fetcher);
    return fetching;
}

struct fetching fetching_get(const char *url) {
    return fetching_ask(&fetching_limits, &(struct fetch_request){.url = url, .spool = -1});
}
