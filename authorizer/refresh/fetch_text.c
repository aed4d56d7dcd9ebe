#include "refresh/fetch_text.h"

#include "base/cleanup.h"

#include <string.h>

void cz_fetch_put_status(struct buffer *out, long status) {
    static const struct {
        long status;
        const char *phrase; /* RFC 9110, section 15, and RFC 6585 */
    } known[] = {
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    cz_buffer_decimal(out, status);
    for (size_t i = 0; i < CZ_COUNT(known); i++)
        if (known[i].status == status)
            cz_buffer_printf(out, " %s", known[i].phrase);
}

void cz_fetch_put_size(struct buffer *out, size_t size) {
    static const struct {
        unsigned shift;
        const char *unit;
    } units[] = {{20, "MiB"}, {10, "KiB"}, {0, "bytes"}};
    size_t i = 0;
    while ((size & (((size_t)1 << units[i].shift) - 1)) != 0)
        i++;
    cz_buffer_printf(out, "%zu %s", size >> units[i].shift, units[i].unit);
}

/* What stands behind the words. */
enum more { NOTHING = 0, SYSTEM, LIBRARY };

static const struct {
    CURLcode code;
    enum more more;
    const char *text;
} failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, NOTHING, "the host's name is not known"},
    {CURLE_COULDNT_RESOLVE_PROXY, NOTHING,
     "the name of the proxy, which the environment names, is not known"},
    {CURLE_COULDNT_CONNECT, SYSTEM, "the server cannot be reached"},
    {CURLE_GOT_NOTHING, NOTHING, "the server closed the connection without an answer"},
    {CURLE_PARTIAL_FILE, NOTHING, "the server closed the connection before the end"},
    {CURLE_RECV_ERROR, SYSTEM, "the connection broke before the end"},
    {CURLE_SEND_ERROR, SYSTEM, "the connection broke before the request was sent"},
    {CURLE_WEIRD_SERVER_REPLY, NOTHING, "the server's answer is not HTTP"},
    {CURLE_UNSUPPORTED_PROTOCOL, NOTHING, "the server's answer is not HTTP"},
    {CURLE_PEER_FAILED_VERIFICATION, LIBRARY, "the server's TLS certificate is not trusted"},
    {CURLE_SSL_CONNECT_ERROR, LIBRARY, "no TLS with the server"},
    {CURLE_LDAP_CANNOT_BIND, LIBRARY, "the directory does not let anybody in"},
    {CURLE_LDAP_SEARCH_FAILED, LIBRARY, "the directory does not hand it out"},
    {CURLE_LDAP_INVALID_URL, NOTHING, "not a URL of a directory (RFC 4516)"},
    {CURLE_URL_MALFORMAT, NOTHING, "not a URL of a directory (RFC 4516)"},
    {CURLE_OUT_OF_MEMORY, NOTHING, "out of memory"},
};

static void put_printable(struct buffer *out, const char *text) {
    size_t len = strlen(text);
    while (len > 0 && text[len - 1] == ' ')
        len--;
    for (size_t i = 0; i < len; i++)
        cz_buffer_putc(out, text[i] >= ' ' && text[i] < 0x7f ? text[i] : '?');
}

static void put_more(struct buffer *out, CURL *easy, enum more more, const char *detail) {
    long number = 0;
    if (more == SYSTEM && curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number) == CURLE_OK &&
        number != 0)
        cz_buffer_printf(out, ": %s", strerror((int)number));
    if (more == LIBRARY && detail[0] != '\0') {
        cz_buffer_puts(out, ": ");
        put_printable(out, detail);
    }
}

void cz_fetch_put_failure(struct buffer *out, CURL *easy, CURLcode code, const char *detail) {
    for (size_t i = 0; i < CZ_COUNT(failures); i++)
        if (failures[i].code == code) {
            cz_buffer_puts(out, failures[i].text);
            put_more(out, easy, failures[i].more, detail);
            return;
        }
    put_printable(out, detail[0] != '\0' ? detail : curl_easy_strerror(code));
}
