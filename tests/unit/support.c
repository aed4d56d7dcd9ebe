#include "support.h"

#include "base/cleanup.h"
#include "config/whole_file.h"
#include "pem/pem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

void support_die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("Bail out! ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    exit(1);
}

/* All that was handed out, so that LeakSanitizer knows of it; to several threads at once. */
struct kept {
    struct kept *next;
    char data[];
};
static struct kept *_Atomic all_kept;

struct bytes support_keep(const void *data, size_t len) {
    struct kept *kept = malloc(sizeof *kept + len + 1);
    if (kept == NULL)
        support_die("out of memory");
    kept->next = atomic_load(&all_kept);
    while (!atomic_compare_exchange_weak(&all_kept, &kept->next, kept))
        ;
    if (len > 0 && data != NULL)
        memcpy(kept->data, data, len);
    kept->data[len] = '\0';
    return (struct bytes){.data = (const uint8_t *)kept->data, .len = len};
}

struct bytes support_join(const struct bytes *parts, size_t count) {
    CZ_CLEANUP(cz_buffer_release) struct buffer out = {0};
    for (size_t i = 0; i < count; i++)
        cz_buffer_bytes(&out, parts[i]);
    return support_keep(out.data, out.len);
}

struct bytes support_fill(uint8_t byte, size_t len) {
    struct bytes bytes = support_keep(NULL, len);
    memset((void *)bytes.data, byte, len);
    return bytes;
}

const char *support_text(const char *format, ...) {
    char text[4096];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (len < 0 || (size_t)len >= sizeof text)
        support_die("a text of %d bytes", len);
    return (const char *)support_keep(text, (size_t)len).data;
}

const char *support_content(const char *path) {
    static char text[1 << 20];
    FILE *stream = fopen(path, "r");
    size_t len = stream != NULL ? fread(text, 1, sizeof text - 1, stream) : 0;
    text[len] = '\0';
    if (stream != NULL)
        fclose(stream);
    return text;
}

struct bytes support_der(uint8_t tag, const struct bytes *parts, size_t count) {
    struct bytes content = support_join(parts, count);
    uint8_t header[6] = {tag};
    size_t len = 2;
    if (content.len < 0x80) {
        header[1] = (uint8_t)content.len;
    } else {
        size_t octets = content.len > 0xffff ? 3 : content.len > 0xff ? 2 : 1;
        header[1] = (uint8_t)(0x80 | octets);
        for (size_t i = octets; i-- > 0;)
            header[len++] = (uint8_t)(content.len >> (8 * i));
    }
    return JOIN({.data = header, .len = len}, content);
}

struct bytes support_rdn(struct bytes type, uint8_t tag, struct bytes value) {
    return DER(DER_SET, DER(DER_SEQUENCE, DER(DER_OID, type), DER(tag, value)));
}

struct bytes support_name(const char *common_name) {
    if (common_name == NULL)
        return DER(DER_SEQUENCE, TEXT(""));
    return DER(DER_SEQUENCE,
               support_rdn(OID_COMMON_NAME, DER_UTF8_STRING, cz_bytes_of(common_name)));
}

struct bytes support_extension(struct bytes oid, bool critical, struct bytes value) {
    return DER(DER_SEQUENCE, DER(DER_OID, oid),
               critical ? DER(DER_BOOLEAN, TEXT("\xff")) : TEXT(""), DER(DER_OCTET_STRING, value));
}

struct bytes support_pem(struct bytes der) {
    gnutls_datum_t in = {.data = (unsigned char *)der.data, .size = (unsigned)der.len};
    gnutls_datum_t out = {0};
    if (gnutls_pem_base64_encode2("CERTIFICATE", &in, &out) < 0)
        support_die("gnutls_pem_base64_encode2");
    struct bytes kept = support_keep(out.data, out.size);
    gnutls_free(out.data);
    return kept;
}

const char *support_pki_path(const char *name) {
    const char *folder = getenv("builddir");
    return support_text("%s/tests/pki/out/%s", folder != NULL ? folder : ".", name);
}

struct bytes support_pki(const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer content = {0};
    struct error error = {0};
    if (!cz_file_read(support_pki_path(name), &content, &error))
        support_die("%s (made by `make check`)", error.message);
    return support_keep(content.data, content.len);
}

struct certificate *support_pki_certificate(const char *name) {
    CZ_CLEANUP(cz_buffer_release) struct buffer der = {0};
    const char *detail = "";
    struct certificate *certificate = NULL;
    if (cz_pem_decode(support_pki(support_text("%s.pem", name)), &der, &detail) != PEM_OK ||
        cz_certificate_parse(cz_buffer_view(&der), &certificate, &detail) != CERTIFICATE_OK ||
        !cz_certificate_import_key(certificate))
        support_die("%s.pem: %s", name, detail);
    return certificate;
}
