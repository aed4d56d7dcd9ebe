/* What certauthzctl probe sends with a libcurl that was built without HTTP/2. */
#include "../tap.h"
#include "support.h"

#include "base/cleanup.h"
#include "ctl/probe_transfer.h"

#include <curl/curl.h>

/* --- the poorer libcurl ---------------------------------------------------------------- */

static bool has_http2;

curl_version_info_data *__real_curl_version_info(CURLversion version);
curl_version_info_data *__wrap_curl_version_info(CURLversion version);

curl_version_info_data *__wrap_curl_version_info(CURLversion version) {
    static curl_version_info_data data;
    data = *__real_curl_version_info(version);
    data.features &= has_http2 ? ~0 : ~CURL_VERSION_HTTP2;
    data.features |= has_http2 ? CURL_VERSION_HTTP2 : 0;
    return &data;
}

CURLcode __real_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);

/* No option of the prober is a curl_off_t. */
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...) {
    va_list arguments;
    va_start(arguments, option);
    bool is_number = option < CURLOPTTYPE_OBJECTPOINT;
    long number = is_number ? va_arg(arguments, long) : 0;
    void *pointer = is_number ? NULL : va_arg(arguments, void *);
    va_end(arguments);
    if (option == CURLOPT_HTTP_VERSION && number == CURL_HTTP_VERSION_2TLS && !has_http2)
        return CURLE_UNSUPPORTED_PROTOCOL;
    return is_number ? __real_curl_easy_setopt(easy, option, number)
                     : __real_curl_easy_setopt(easy, option, pointer);
}

/* --- what becomes of a try ------------------------------------------------------------- */

/* At a port where nobody is. */
static enum probe_failure failure_of(enum probe_http http, struct error *why) {
    CZ_CLEANUP(cz_probe_reply_release) struct probe_reply reply = {0};
    const struct probe_settings settings = {.url = "https://127.0.0.1:1/"};
    const struct probe_try try = {.http = http, .link = LINK_NEW};
    struct prober *prober = NULL;
    if (!cz_prober_new(&settings, &prober, why))
        support_die("no prober: %s", why->message);
    bool sent = cz_prober_send(prober, &try, 5000, &reply, why);
    cz_prober_free(&prober);
    tap_ok(sent, "the probe goes on after HTTP/%s", http == HTTP_2 ? "2" : "1.1");
    *why = reply.why;
    return reply.failure;
}

int main(void) {
    struct error why = {0};
    tap_is_int(failure_of(HTTP_2, &why), FAILURE_LIBRARY,
               "without HTTP/2 in libcurl it is not sent");
    tap_is(why.message, "libcurl does not speak HTTP/2", "and it is told why");
    tap_is_int(failure_of(HTTP_1_1, &why), FAILURE_UNREACHABLE, "others are");
    has_http2 = true;
    if ((__real_curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0)
        tap_is_int(failure_of(HTTP_2, &why), FAILURE_UNREACHABLE, "and with it HTTP/2 is");
    return tap_done();
}
