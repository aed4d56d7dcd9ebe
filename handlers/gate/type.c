#include "type.h"

#include "base/cleanup.h"

#include <string.h>
#include <strings.h>

#define TEXT(type) type "; charset=utf-8"

static const struct {
    const char *extension, *type;
} table[] = {
    {"html", TEXT("text/html")},
    {"htm", TEXT("text/html")},
    {"xhtml", TEXT("application/xhtml+xml")},
    {"txt", TEXT("text/plain")},
    {"md", TEXT("text/markdown")},
    {"css", TEXT("text/css")},
    {"csv", TEXT("text/csv")},
    {"ics", TEXT("text/calendar")},
    {"vcf", TEXT("text/vcard")},
    {"js", TEXT("text/javascript")},
    {"mjs", TEXT("text/javascript")},
    {"json", "application/json"},
    {"map", "application/json"},
    {"webmanifest", "application/manifest+json"},
    {"xml", "application/xml"},
    {"atom", "application/atom+xml"},
    {"rss", "application/rss+xml"},
    {"wasm", "application/wasm"},
    {"pdf", "application/pdf"},
    {"rtf", "application/rtf"},
    {"epub", "application/epub+zip"},
    {"zip", "application/zip"},
    {"gz", "application/gzip"},
    {"tgz", "application/gzip"},
    {"bz2", "application/x-bzip2"},
    {"xz", "application/x-xz"},
    {"zst", "application/zstd"},
    {"7z", "application/x-7z-compressed"},
    {"tar", "application/x-tar"},
    {"crt", "application/x-x509-ca-cert"},
    {"crl", "application/pkix-crl"},
    {"p12", "application/x-pkcs12"},
    {"doc", "application/msword"},
    {"xls", "application/vnd.ms-excel"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odp", "application/vnd.oasis.opendocument.presentation"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"svg", "image/svg+xml"},
    {"ico", "image/vnd.microsoft.icon"},
    {"bmp", "image/bmp"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"mp3", "audio/mpeg"},
    {"m4a", "audio/mp4"},
    {"ogg", "audio/ogg"},
    {"opus", "audio/ogg"},
    {"flac", "audio/flac"},
    {"wav", "audio/vnd.wave"},
    {"mp4", "video/mp4"},
    {"webm", "video/webm"},
    {"mov", "video/quicktime"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"ttf", "font/ttf"},
    {"otf", "font/otf"},
};

const char *gate_extension(const char *name) {
    const char *slash = strrchr(name, '/');
    const char *dot = strrchr(slash != NULL ? slash : name, '.');
    return dot != NULL ? dot + 1 : "";
}

const char *gate_type(const char *name) {
    const char *extension = gate_extension(name);
    for (size_t i = 0; i < CZ_COUNT(table); i++)
        if (strcasecmp(table[i].extension, extension) == 0)
            return table[i].type;
    return "application/octet-stream";
}
