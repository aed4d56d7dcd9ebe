#include "ctl/probe_session.h"

#include "base/cleanup.h"
#include "ctl/command.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <poll.h>
#include <stdio.h>

#define PIECE 4096 /* bytes read at once */

struct conversation {
    const struct probe_session *session;
    gnutls_certificate_credentials_t credentials; /* owned */
    gnutls_session_t tls;                         /* owned */
    int64_t end;                                  /* milliseconds of the monotonic clock */
    struct buffer received;                       /* owned */
};

static void conversation_release(struct conversation *conversation) {
    if (conversation->tls != NULL)
        gnutls_deinit(conversation->tls);
    if (conversation->credentials != NULL)
        gnutls_certificate_free_credentials(conversation->credentials);
    cz_buffer_release(&conversation->received);
}

/* Whether GnuTLS is to be called again after this; waits until it can go on. */
static bool goes_on(const struct conversation *conversation, ssize_t *status) {
    bool waits = *status == GNUTLS_E_AGAIN || *status == GNUTLS_E_INTERRUPTED;
    int64_t left = conversation->end - cz_ctl_milliseconds();
    struct pollfd waited = {.fd = conversation->session->fd,
                            .events = gnutls_record_get_direction(conversation->tls) == 1 ? POLLOUT
                                                                                          : POLLIN};
    if (*status >= 0 || gnutls_error_is_fatal((int)*status) != 0)
        return false;
    if (left > 0 && (!waits || poll(&waited, 1, (int)left) > 0 || errno == EINTR))
        return true;
    *status = GNUTLS_E_TIMEDOUT;
    return false;
}

/* --- before the request ---------------------------------------------------------------- */

static bool is_address(const char *name) {
    uint8_t address[16];
    return name[0] == '[' || inet_pton(AF_INET, name, address) == 1;
}

static int prepare(struct conversation *conversation) {
    static const char *const priorities[] = {
        [TLS_1_2] = "NORMAL:-VERS-ALL:+VERS-TLS1.2", [TLS_1_3] = "NORMAL:-VERS-ALL:+VERS-TLS1.3"};
    const struct probe_session *session = conversation->session;
    int status = gnutls_certificate_allocate_credentials(&conversation->credentials);
    if (!session->resumes)
        cz_buffer_clear(session->kept); /* of another, should this one come to nothing */
    if (status >= 0 && session->certificate != NULL)
        status = gnutls_certificate_set_x509_key_file(
            conversation->credentials, session->certificate, session->key, GNUTLS_X509_FMT_PEM);
    /* Else a certificate stays at home whose CA the server does not name. */
    if (status >= 0)
        status = gnutls_init(&conversation->tls,
                             GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT | GNUTLS_NO_SIGNAL);
    if (status >= 0)
        status = gnutls_priority_set_direct(conversation->tls, priorities[session->tls], NULL);
    if (status >= 0)
        status = gnutls_credentials_set(conversation->tls, GNUTLS_CRD_CERTIFICATE,
                                        conversation->credentials);
    if (status >= 0 && !is_address(session->server))
        status = gnutls_server_name_set(conversation->tls, GNUTLS_NAME_DNS, session->server,
                                        strlen(session->server));
    if (status >= 0 && session->resumes && session->kept->len > 0)
        status =
            gnutls_session_set_data(conversation->tls, session->kept->data, session->kept->len);
    if (status >= 0)
        gnutls_transport_set_int(conversation->tls, session->fd);
    return status;
}

/* --- the request ----------------------------------------------------------------------- */

static ssize_t shake_hands(struct conversation *conversation) {
    ssize_t status;
    do
        status = gnutls_handshake(conversation->tls);
    while (goes_on(conversation, &status));
    return status;
}

static ssize_t ask(struct conversation *conversation) {
    CZ_CLEANUP(cz_buffer_release) struct buffer request = {0};
    const struct probe_session *session = conversation->session;
    cz_buffer_printf(&request,
                     "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: certauthzctl (probe)\r\n"
                     "Accept: */*\r\nConnection: close\r\n\r\n",
                     session->target, session->host);
    if (request.failed)
        return GNUTLS_E_MEMORY_ERROR;
    size_t sent = 0;
    ssize_t status = 0;
    while (sent < request.len) {
        do
            status = gnutls_record_send(conversation->tls, request.data + sent, request.len - sent);
        while (goes_on(conversation, &status));
        if (status < 0)
            return status;
        sent += (size_t)status;
    }
    return status;
}

/* To the end of the connection, or until there is enough of it. */
static ssize_t listen_to(struct conversation *conversation) {
    struct buffer *received = &conversation->received;
    char piece[PIECE];
    ssize_t status;
    do {
        do
            status = gnutls_record_recv(conversation->tls, piece, sizeof piece);
        while (goes_on(conversation, &status));
        if (status > 0)
            cz_buffer_append(received, piece, (size_t)status);
    } while (status > 0 && received->len < CZ_PROBE_HEADERS_MAX + CZ_PROBE_BODY_MAX);
    return received->failed ? GNUTLS_E_MEMORY_ERROR : status;
}

/* --- what comes of it ------------------------------------------------------------------ */

/* TLS 1.3 sends tickets only after the handshake. */
static void keep_session(struct conversation *conversation) {
    gnutls_datum_t data = {0};
    struct buffer *kept = conversation->session->kept;
    if (conversation->session->resumes ||
        gnutls_session_get_data2(conversation->tls, &data) != GNUTLS_E_SUCCESS)
        return;
    cz_buffer_append(kept, data.data, data.size);
    gnutls_free(data.data);
}

/* The status line, the headers, and what is left of the body. False where that is no reply. */
static bool split(const struct buffer *received, struct probe_reply *reply) {
    const char *text = cz_buffer_text(received);
    const char *body = strstr(text, "\r\n\r\n");
    if (body == NULL || sscanf(text, "HTTP/%*1u.%*1u %3u", &reply->status) != 1)
        return false;
    body += 4;
    size_t left = received->len - (size_t)(body - text);
    cz_buffer_append(&reply->headers, text, (size_t)(body - text));
    cz_buffer_append(&reply->body, body, left < CZ_PROBE_BODY_MAX ? left : CZ_PROBE_BODY_MAX);
    return true;
}

static void conclude(struct conversation *conversation, ssize_t status, struct probe_reply *reply) {
    reply->is_resumed = gnutls_session_is_resumed(conversation->tls) != 0;
    if (split(&conversation->received, reply)) {
        keep_session(conversation);
        return;
    }
    reply->failure = status == GNUTLS_E_TIMEDOUT ? FAILURE_TIME : FAILURE_CLOSED;
    if (status == GNUTLS_E_FATAL_ALERT_RECEIVED)
        cz_error_set(&reply->why, "%s", gnutls_alert_get_name(gnutls_alert_get(conversation->tls)));
    else
        cz_error_set(&reply->why, "%s",
                     status < 0 ? gnutls_strerror((int)status) : "the connection was closed");
}

bool cz_probe_session(const struct probe_session *session, struct probe_reply *reply,
                      struct error *error) {
    CZ_CLEANUP(conversation_release)
    struct conversation conversation = {.session = session,
                                        .end = cz_ctl_milliseconds() + session->milliseconds};
    ssize_t status = prepare(&conversation);
    if (status < 0)
        return cz_error_set(error, "a TLS session cannot be begun: %s",
                            gnutls_strerror((int)status));
    status = shake_hands(&conversation);
    if (status >= 0)
        status = ask(&conversation);
    if (status >= 0)
        status = listen_to(&conversation);
    if (status == GNUTLS_E_MEMORY_ERROR)
        return cz_error_set(error, "out of memory");
    conclude(&conversation, status, reply);
    return (!reply->headers.failed && !reply->body.failed && !session->kept->failed) ||
           cz_error_set(error, "out of memory");
}
