/*
 * A web server's side of FastCGI, for the time that a reply takes: CLIENTS threads ask certauthz at
 * SOCKET for SECONDS, each request on a connection of its own, as web servers do. With a rate, so
 * many requests a second begin in all, one after the other, each at its time whether or not the one
 * before has been answered late, and its time counts from then on; a rate of 0 is as fast as they
 * are answered. The certificate is sent in TEXTS forms that differ by line ends alone: so many
 * certificates to whoever remembers verdicts by their text.
 *
 * Prints, in one line: requests, how many were not granted, microseconds of the median, of the
 * 99th percentile and of the slowest.
 *
 * usage: requests SOCKET CERTIFICATE CLIENTS SECONDS RATE TEXTS
 */
#include "base/buffer.h"
#include "base/cleanup.h"
#include "lists.h"

#include <gnutls/gnutls.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS_MAX 64
#define REPLY_SIZE_MAX 65536
#define HEADER_SIZE 8
enum record_type { BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDOUT = 6 };

struct load {
    struct sockaddr_un address;
    struct buffer *requests; /* one for each form of the certificate */
    size_t request_count;
    double begin, end; /* microseconds */
    double apart;      /* between two of one client's, 0: at once */
    double later;      /* each client than the one before */
};

struct client {
    pthread_t thread;
    const struct load *load;
    size_t number;
    double *times;
    size_t count, room, failed;
};

/* --- what is sent --- */

static void put_record(struct buffer *out, enum record_type type, struct bytes content) {
    const uint8_t header[HEADER_SIZE] = {
        1, (uint8_t)type, 0, 1, (uint8_t)(content.len >> 8), (uint8_t)content.len, 0, 0};
    cz_buffer_append(out, header, sizeof header);
    cz_buffer_bytes(out, content);
}

static void put_length(struct buffer *out, size_t len) {
    const uint8_t octets[] = {(uint8_t)(len >> 24 | 0x80), (uint8_t)(len >> 16),
                              (uint8_t)(len >> 8), (uint8_t)len};
    cz_buffer_append(out, octets, sizeof octets);
}

static void put_variable(struct buffer *out, const char *name, const char *value) {
    put_length(out, strlen(name));
    put_length(out, strlen(value));
    cz_buffer_puts(out, name);
    cz_buffer_puts(out, value);
}

static void make_request(struct buffer *request, const char *certificate, size_t line_ends) {
    static const uint8_t authorizer[] = {0, 2, 0, 0, 0, 0, 0, 0};
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer variables = {0};
    cz_buffer_puts(&text, certificate);
    for (size_t i = 0; i < line_ends; i++)
        cz_buffer_putc(&text, '\n');
    put_variable(&variables, "REQUEST_METHOD", "GET");
    put_variable(&variables, "REQUEST_URI", "/reports/2026/november.html");
    put_variable(&variables, "SSL_CLIENT_VERIFY", "SUCCESS");
    put_variable(&variables, "SSL_CLIENT_CERT", cz_buffer_text(&text));
    put_record(request, BEGIN_REQUEST, (struct bytes){authorizer, sizeof authorizer});
    put_record(request, PARAMS, cz_buffer_view(&variables));
    put_record(request, PARAMS, (struct bytes){0});
    if (request->failed || variables.len > UINT16_MAX)
        die("the request is too large");
}

/* --- one exchange --- */

/* The whole reply, which ends with the connection. */
static bool receive(int peer, struct buffer *reply) {
    uint8_t piece[4096];
    ssize_t got;
    while ((got = read(peer, piece, sizeof piece)) > 0)
        cz_buffer_append(reply, piece, (size_t)got);
    return got == 0 && !reply->failed;
}

static bool is_granted(const struct buffer *reply) {
    static const char granted[] = "Status: 200";
    return reply->len > HEADER_SIZE + sizeof granted && reply->data[1] == STDOUT &&
           memcmp(reply->data + HEADER_SIZE, granted, sizeof granted - 1) == 0 &&
           reply->data[reply->len - 2 * HEADER_SIZE + 1] == END_REQUEST;
}

static bool ask(const struct load *load, const struct buffer *request) {
    CZ_CLEANUP(cz_buffer_release) struct buffer reply = {.limit = REPLY_SIZE_MAX};
    CZ_CLEANUP(cz_close_fd) int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return peer >= 0 &&
           connect(peer, (const struct sockaddr *)&load->address, sizeof load->address) == 0 &&
           send(peer, request->data, request->len, MSG_NOSIGNAL) == (ssize_t)request->len &&
           receive(peer, &reply) && is_granted(&reply);
}

/* --- the clients --- */

static void wait_until(double microseconds) {
    const struct timespec moment = {
        .tv_sec = (time_t)(microseconds / 1e6),
        .tv_nsec = (long)((microseconds - (double)(time_t)(microseconds / 1e6) * 1e6) * 1e3)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL);
}

static void note_time(struct client *client, double microseconds) {
    if (client->count == client->room) {
        client->room = client->room == 0 ? 4096 : client->room * 2;
        client->times = realloc(client->times, client->room * sizeof *client->times);
        if (client->times == NULL)
            die("out of memory");
    }
    client->times[client->count++] = microseconds;
}

static void *run(void *context) {
    struct client *client = context;
    const struct load *load = client->load;
    double due = load->begin + load->later * (double)client->number;
    for (size_t i = client->number * 31; due < load->end; i++) {
        if (load->apart > 0)
            wait_until(due);
        client->failed += !ask(load, &load->requests[i % load->request_count]);
        double now = now_microseconds();
        note_time(client, now - due);
        due = load->apart > 0 ? due + load->apart : now;
    }
    return NULL;
}

static int compare_doubles(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static int report(struct client *clients, size_t count) {
    struct client all = {.count = 0};
    for (size_t i = 0; i < count; i++) {
        pthread_join(clients[i].thread, NULL);
        all.failed += clients[i].failed;
        for (size_t k = 0; k < clients[i].count; k++)
            note_time(&all, clients[i].times[k]);
        free(clients[i].times);
    }
    if (all.count == 0)
        die("there was no request");
    qsort(all.times, all.count, sizeof *all.times, compare_doubles);
    printf("%zu %zu %.1f %.1f %.1f\n", all.count, all.failed, all.times[all.count / 2],
           all.times[all.count * 99 / 100], all.times[all.count - 1]);
    free(all.times);
    return 0;
}

int main(int argc, char **argv) {
    static struct client clients[CLIENTS_MAX];
    gnutls_datum_t certificate;
    if (argc != 7)
        die("usage: requests SOCKET CERTIFICATE CLIENTS SECONDS RATE TEXTS");
    size_t count = strtoul(argv[3], NULL, 10);
    double rate = strtod(argv[5], NULL);
    struct load load = {.address.sun_family = AF_UNIX, .request_count = strtoul(argv[6], NULL, 10)};
    if (count < 1 || count > CLIENTS_MAX || load.request_count < 1 ||
        strlen(argv[1]) >= sizeof load.address.sun_path)
        die("an argument is out of bounds");
    memcpy(load.address.sun_path, argv[1], strlen(argv[1]));
    load.requests = calloc(load.request_count, sizeof *load.requests);
    if (load.requests == NULL || gnutls_load_file(argv[2], &certificate) < 0)
        die("the certificate cannot be read");
    for (size_t i = 0; i < load.request_count; i++)
        make_request(&load.requests[i], (const char *)certificate.data, i);
    load.later = rate > 0 ? 1e6 / rate : 0;
    load.apart = load.later * (double)count;
    load.begin = now_microseconds();
    load.end = load.begin + strtod(argv[4], NULL) * 1e6;
    for (size_t i = 0; i < count; i++) {
        clients[i] = (struct client){.load = &load, .number = i};
        if (pthread_create(&clients[i].thread, NULL, run, &clients[i]) != 0)
            die("a thread cannot be started");
    }
    return report(clients, count);
}
