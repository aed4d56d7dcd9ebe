/* The operator's deny list: who is on it and for how long, and its text form. */
#include "../tap.h"
#include "faults.h"
#include "support.h"

#include "base/cleanup.h"
#include "revocation/deny_list.h"

#include <gnutls/crypto.h>

#define EVER_SINCE INT64_MIN
#define FOR_EVER INT64_MAX
#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define SINCE " since=2030-01-01T00:00:00Z"
#define FIRST "certauthz-deny-list 1\n"
#define LINE_A "sha256 " HEX_A SINCE " about=\"a\" reason=\"\"\n"

/* gnutls_hash_fast, which fails where a test says so; how often it was asked. */
static bool hash_fails;
static unsigned hashed;
int __real_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *data, size_t len,
                            void *digest);
int __wrap_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *data, size_t len,
                            void *digest);
int __wrap_gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *data, size_t len,
                            void *digest) {
    hashed++;
    return hash_fails ? GNUTLS_E_INTERNAL_ERROR
                      : __real_gnutls_hash_fast(algorithm, data, len, digest);
}

/* Its texts are the list's to free. */
static struct deny_entry entry_of(enum deny_kind kind, const uint8_t digest[CZ_SHA256_SIZE]) {
    struct deny_entry entry = {
        .kind = kind, .text = strdup("a text"), .reason = strdup("a reason"), .since = NOW};
    memcpy(entry.digest, digest, CZ_SHA256_SIZE);
    return entry;
}

static void deny(struct deny_list *list, enum deny_kind kind, const struct certificate *certificate,
                 int64_t until) {
    uint8_t digest[CZ_SHA256_SIZE];
    if (!cz_deny_digest(kind, certificate, digest))
        support_die("cz_deny_digest");
    struct deny_entry entry = entry_of(kind, digest);
    entry.has_until = until != FOR_EVER;
    entry.until = until;
    if (!cz_deny_list_add(list, &entry))
        support_die("cz_deny_list_add");
}

static const char *hex_of(const uint8_t digest[CZ_SHA256_SIZE]) {
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {0};
    cz_buffer_hex(&text, (struct bytes){.data = digest, .len = CZ_SHA256_SIZE});
    return support_text("%s", cz_buffer_text(&text));
}

/* --- who is on it -------------------------------------------------------------------------- */

struct answer {
    const struct deny_entry *entry;
    int64_t from, until;
    bool known;
};

static struct answer ask(const struct deny_list *list, const struct certificate *certificate,
                         int64_t now) {
    struct answer answer = {.from = EVER_SINCE, .until = FOR_EVER};
    answer.entry =
        cz_deny_list_find(list, certificate, now, &answer.from, &answer.until, &answer.known);
    return answer;
}

static void test_kinds(void) {
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *first = forge_certificate(&(struct forge){
        .subject = "a", .issuer = "ca", .parts = {[PART_SERIAL] = TEXT("\x02\x01\x07")}});
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *renewed = forge_certificate(&(struct forge){
        .subject = "a", .issuer = "ca", .parts = {[PART_SERIAL] = TEXT("\x02\x01\x08")}});
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *other = forge_certificate(&(struct forge){
        .subject = "b", .issuer = "CA", .key = 1, .parts = {[PART_SERIAL] = TEXT("\x02\x01\x07")}});
    static const struct {
        enum deny_kind kind;
        const char *name;
        bool renewed, other;
    } kinds[] = {
        {DENY_SHA256, "by SHA-256: the certificate alone", false, false},
        {DENY_PUBLIC_KEY, "by public key: and its renewal", true, false},
        {DENY_SERIAL, "by issuer and serial: whatever has them, in any case of the name", false,
         true},
    };
    for (size_t i = 0; i < CZ_COUNT(kinds); i++) {
        CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
        deny(&list, kinds[i].kind, first, FOR_EVER);
        tap_ok(ask(&list, first, NOW).entry == &list.entries[0] &&
                   (ask(&list, renewed, NOW).entry != NULL) == kinds[i].renewed &&
                   (ask(&list, other, NOW).entry != NULL) == kinds[i].other,
               "%s", kinds[i].name);
        tap_ok(ask(&list, renewed, NOW).known, "and it is known");
    }
    struct answer nobody = ask(NULL, first, NOW);
    tap_ok(nobody.entry == NULL && nobody.known && nobody.from == EVER_SINCE &&
               nobody.until == FOR_EVER,
           "no list denies nobody");
    struct deny_list empty = {0};
    nobody = ask(&empty, first, NOW);
    tap_ok(nobody.entry == NULL && nobody.known && nobody.from == EVER_SINCE &&
               nobody.until == FOR_EVER,
           "and so does an empty one");
}

/* These lie on disks: where the test fails, the text form needs another version. */
static void test_digests(void) {
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate =
        forge_certificate(&(struct forge){.subject = "a", .issuer = "Some  CA"});
    uint8_t digest[CZ_SHA256_SIZE], again[CZ_SHA256_SIZE];
    struct certificate seven = *certificate;
    seven.serial = TEXT("\x07");
    tap_ok(cz_deny_digest(DENY_SERIAL, &seven, digest), "an issuer and a serial have a digest");
    tap_is(hex_of(digest), "66f70b372ecf163e97de6eeefc574d147434e68c931f39b3250eab2b80a0d3e4",
           "that is ever the same");
    cz_deny_digest_serial(seven.issuer_canonical, seven.serial, again);
    tap_ok(memcmp(digest, again, sizeof digest) == 0, "without a certificate too");
    cz_deny_digest_serial(TEXT("ab"), TEXT("c"), digest);
    cz_deny_digest_serial(TEXT("a"), TEXT("bc"), again);
    tap_ok(memcmp(digest, again, sizeof digest) != 0, "no two pairs have the same");
    tap_ok(!cz_deny_digest(DENY_KIND_COUNT, certificate, digest), "no other kind has one");
}

static void test_times(void) {
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate =
        forge_certificate(&(struct forge){.subject = "a", .issuer = "ca"});
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    deny(&list, DENY_SHA256, certificate, NOW);
    struct answer last = ask(&list, certificate, NOW), after = ask(&list, certificate, NOW + 1);
    tap_ok(last.entry == &list.entries[0] && last.until == NOW && last.from == EVER_SINCE,
           "denied in the last second, and no longer");
    tap_ok(after.entry == NULL && after.known && after.from == NOW + 1 && after.until == FOR_EVER,
           "let go in the next one, and not before");
    tap_ok(ask(&list, certificate, NOW - 10 * DAY).entry != NULL,
           "a clock that was set back lets nobody in");
    deny(&list, DENY_PUBLIC_KEY, certificate, NOW + DAY);
    deny(&list, DENY_SERIAL, certificate, FOR_EVER);
    struct answer second = ask(&list, certificate, NOW + 1);
    tap_ok(second.entry == &list.entries[1] && second.from == NOW + 1 && second.until == NOW + DAY,
           "the next entry takes over, for its own time");
    struct answer third = ask(&list, certificate, NOW + DAY + 1);
    tap_ok(third.entry == &list.entries[2] && third.from == NOW + DAY + 1 &&
               third.until == FOR_EVER,
           "and the one after it for ever");
    struct answer narrow = {.from = NOW, .until = NOW + 5};
    cz_deny_list_find(&list, certificate, NOW + 2, &narrow.from, &narrow.until, &narrow.known);
    tap_ok(narrow.from == NOW + 1 && narrow.until == NOW + 5, "what was narrower stays so");
}

static void test_hashing(void) {
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *certificate =
        forge_certificate(&(struct forge){.subject = "a", .issuer = "ca"});
    CZ_CLEANUP(cz_certificate_release)
    struct certificate *other =
        forge_certificate(&(struct forge){.subject = "b", .issuer = "ca", .key = 1});
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    deny(&list, DENY_SHA256, other, FOR_EVER);
    hashed = 0;
    ask(&list, certificate, NOW);
    tap_is_int(hashed, 0, "nothing is hashed for entries by SHA-256");
    deny(&list, DENY_SERIAL, other, FOR_EVER);
    hashed = 0;
    ask(&list, certificate, NOW);
    tap_is_int(hashed, 1, "one digest for those of another kind");
    hash_fails = true;
    struct answer unknown = ask(&list, certificate, NOW), denied = ask(&list, other, NOW);
    hash_fails = false;
    tap_ok(!unknown.known && unknown.entry == NULL && unknown.from == NOW && unknown.until == NOW,
           "without a hash it is not known, and for no other second");
    tap_ok(denied.known && denied.entry != NULL, "but where none is needed");
    faults_begin(0, true);
    unknown = ask(&list, certificate, NOW);
    faults_end();
    tap_ok(!unknown.known && unknown.entry == NULL, "nor is it without memory");
}

/* --- changes ------------------------------------------------------------------------------- */

static bool is_sorted(const struct deny_list *list) {
    for (size_t i = 1; i < list->count; i++) {
        const struct deny_entry *a = &list->entries[i - 1], *b = &list->entries[i];
        if (a->kind > b->kind ||
            (a->kind == b->kind && memcmp(a->digest, b->digest, CZ_SHA256_SIZE) >= 0))
            return false;
    }
    return true;
}

/* Entries come and go by a fixed disorder, and the list is compared with a table of bits. */
static void test_changes(void) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    bool there[3][64] = {0}, good = true;
    uint32_t state = 1;
    size_t count = 0;
    for (int i = 0; i < 5000; i++) {
        uint8_t digest[CZ_SHA256_SIZE] = {0};
        state = state * 1664525u + 1013904223u;
        enum deny_kind kind = (enum deny_kind)((state >> 20) % 3);
        size_t number = state >> 26;
        digest[31] = (uint8_t)number;
        bool removed = (state >> 10) % 2 != 0;
        if (removed) {
            good &= cz_deny_list_remove(&list, kind, digest) == there[kind][number];
        } else {
            struct deny_entry entry = entry_of(kind, digest);
            good &= cz_deny_list_add(&list, &entry);
        }
        count = count + (!removed && !there[kind][number]) - (removed && there[kind][number]);
        there[kind][number] = !removed;
        good &= list.count == count && is_sorted(&list) &&
                (cz_deny_list_entry(&list, kind, digest) != NULL) == !removed;
    }
    tap_ok(good, "entries come and go, and stay in order");
}

static void test_replacing(void) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    static const uint8_t digest[CZ_SHA256_SIZE];
    struct deny_entry first = entry_of(DENY_SHA256, digest);
    struct deny_entry second = entry_of(DENY_SHA256, digest);
    second.reason[0] = 'A';
    bool added = cz_deny_list_add(&list, &first) && cz_deny_list_add(&list, &second);
    tap_ok(added && list.count == 1, "the same once more is still one");
    tap_is(list.entries[0].reason, "A reason", "and what was said last holds");
}

/* What the text form could not hold. `longest` has one byte too many; so has its end for a reason.
 */
static void test_unsound(void) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    static const uint8_t digest[CZ_SHA256_SIZE];
    static char longest[CZ_DENY_TEXT_SIZE_MAX + 2];
    memset(longest, 'x', CZ_DENY_TEXT_SIZE_MAX + 1);
    static const struct {
        const char *text, *reason, *name;
    } cases[] = {
        {"", "", "an empty text"},
        {"a\nb", "", "a text of two lines"},
        {"\xff", "", "a text that is no UTF-8"},
        {"a", "b\x1b[2J", "a reason with a control"},
        {"a", " b", "a reason that begins with a blank"},
        {longest, "", "a text that is too long"},
        {"a", longest + CZ_DENY_TEXT_SIZE_MAX - CZ_DENY_REASON_SIZE_MAX,
         "a reason that is too long"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        struct deny_entry entry = {.text = (char *)(uintptr_t)cases[i].text,
                                   .reason = (char *)(uintptr_t)cases[i].reason};
        memcpy(entry.digest, digest, sizeof digest);
        tap_ok(!cz_deny_list_add(&list, &entry) && list.count == 0, "%s is not taken",
               cases[i].name);
    }
    struct deny_entry fits = {.text = longest + 1,
                              .reason =
                                  longest + 1 + CZ_DENY_TEXT_SIZE_MAX - CZ_DENY_REASON_SIZE_MAX};
    tap_ok(cz_deny_entry_is_sound(&fits), "texts may be as long as is said");
}

static void test_full(void) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer text = {.limit = 64u << 20};
    struct error error = {0};
    cz_buffer_puts(&text, FIRST);
    for (unsigned i = 0; i < CZ_DENY_LIST_MAX; i++)
        cz_buffer_printf(&text, "sha256 %064x" SINCE " about=\"a\" reason=\"\"\n", i);
    size_t len = text.len;
    cz_buffer_printf(&text, "end %d\n", CZ_DENY_LIST_MAX);
    bool parsed = cz_deny_list_parse(cz_buffer_view(&text), &list, &error);
    tap_ok(parsed && list.count == CZ_DENY_LIST_MAX, "a list may be as long as is said (%s)",
           error.message);
    uint8_t digest[CZ_SHA256_SIZE];
    memset(digest, 0xff, sizeof digest);
    struct deny_entry entry = {.text = (char *)(uintptr_t) "a", .reason = (char *)(uintptr_t) ""};
    memcpy(entry.digest, digest, sizeof digest);
    tap_ok(!cz_deny_list_add(&list, &entry) && list.count == CZ_DENY_LIST_MAX,
           "then nothing more is taken");
    cz_deny_list_release(&list);
    cz_buffer_truncate(&text, len);
    cz_buffer_puts(&text, "sha256 " HEX_A SINCE " about=\"a\" reason=\"\"\nend 100001\n");
    parsed = cz_deny_list_parse(cz_buffer_view(&text), &list, &error);
    tap_is(parsed ? "" : error.message, "line 100002: there are too many entries", "nor read");
}

/* --- its text form ------------------------------------------------------------------------- */

static void check_read(const char *text, size_t count, const char *name) {
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    CZ_CLEANUP(cz_buffer_release) struct buffer again = {0};
    struct error error = {0};
    bool good = cz_deny_list_parse(cz_bytes_of(text), &list, &error);
    tap_ok(good && list.count == count, "%s is read (%s)", name, error.message);
    cz_deny_list_write(&list, &again);
    tap_is(cz_buffer_text(&again), text, "and written as it was");
}

static void test_reading(void) {
    check_read(FIRST "end 0\n", 0, "an empty list");
    check_read(FIRST LINE_A "end 1\n", 1, "an entry");
    check_read(FIRST LINE_A "sha256 " HEX_B SINCE
                            " until=2030-01-02T00:00:00Z about=\"\\\"x\\\\y\\\"\" reason=\"z\"\n"
                            "public-key " HEX_A SINCE " about=\"\xc3\xa9\" reason=\"\\\\\"\n"
                            "serial " HEX_A SINCE " about=\"a\" reason=\"since=\"\nend 4\n",
               4, "each kind of entry");
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    struct error error = {0};
    cz_deny_list_parse(TEXT(FIRST "serial " HEX_B SINCE " until=2030-01-02T00:00:00Z "
                                  "about=\"\\\"a\\\\\" reason=\"why\"\nend 1\n"),
                       &list, &error);
    const struct deny_entry *entry = list.entries;
    tap_ok(list.count == 1 && entry->kind == DENY_SERIAL && entry->since == NOW &&
               entry->has_until && entry->until == NOW + DAY && entry->digest[31] == 0xbb,
           "with what it says");
    tap_is(list.count == 1 ? entry->text : NULL, "\"a\\", "its text");
    tap_is(list.count == 1 ? entry->reason : NULL, "why", "and its reason");
}

static void test_refused(void) {
#define CUT "the list is cut off before its last line, which begins with \"end\""
#define VERSION "\"certauthz-deny-list 1\" is wanted: no deny list, or of another version"
#define WORD "sha256, public-key, serial or end is wanted"
#define DIGITS "64 hexadecimal digits in lower case are wanted"
#define BEGIN "since= and a time such as 2026-01-02T03:04:05Z are wanted"
#define ABOUT "about= and a text in quotes are wanted"
#define WHY "reason= and a text in quotes are wanted, and nothing behind them"
#define PUT(line) FIRST line "\nend 1\n"
    static const struct {
        const char *text, *problem, *name;
    } cases[] = {
        {"", "line 1: " CUT, "nothing"},
        {"certauthz-deny-list 1", "line 1: " CUT, "half a first line"},
        {"certauthz-deny-list 2\nend 0\n", "line 1: " VERSION, "another version"},
        {"\n", "line 1: " VERSION, "an empty line"},
        {FIRST, "line 2: " CUT, "no end"},
        {FIRST LINE_A, "line 3: " CUT, "an entry and no end"},
        {FIRST LINE_A "end 1", "line 3: " CUT, "half an end"},
        {FIRST LINE_A "end 2\n", "line 3: \"end 1\" is wanted, as many as stand before it",
         "an entry that is missing"},
        {FIRST "end\n", "line 2: \"end 0\" is wanted, as many as stand before it", "no number"},
        {FIRST "end 00\n", "line 2: \"end 0\" is wanted, as many as stand before it",
         "another form of the number"},
        {FIRST "end 0\n\n", "line 3: nothing may stand behind the end", "something behind it"},
        {FIRST "\nend 0\n", "line 2: " WORD, "an empty line between"},
        {PUT("sha1 " HEX_A SINCE), "line 2: " WORD, "another kind"},
        {PUT("sha256" SINCE), "line 2: " DIGITS, "no digest"},
        {PUT("sha256 aa" SINCE), "line 2: " DIGITS, "a short digest"},
        {PUT("sha256 A" HEX_A SINCE), "line 2: " DIGITS, "capitals"},
        {PUT("sha256 " HEX_A "a" SINCE), "line 2: " BEGIN, "a long digest"},
        {PUT("sha256 " HEX_A " since=2030-01-01"), "line 2: " BEGIN, "no time of day"},
        {PUT("sha256 " HEX_A " since=2030-02-30T00:00:00Z about=\"a\" reason=\"\""),
         "line 2: " BEGIN, "a day that there is not"},
        {PUT("sha256 " HEX_A SINCE " until=never about=\"a\" reason=\"\""),
         "line 2: behind until= a time such as 2026-01-02T03:04:05Z is wanted", "no end of time"},
        {PUT("sha256 " HEX_A SINCE " reason=\"\""), "line 2: " ABOUT, "no text"},
        {PUT("sha256 " HEX_A SINCE " about=\"a"), "line 2: " ABOUT, "no quote at the end"},
        {PUT("sha256 " HEX_A SINCE " about=\"a\\"), "line 2: " ABOUT, "a backslash at the end"},
        {PUT("sha256 " HEX_A SINCE " about=\"\\n\" reason=\"\""), "line 2: " ABOUT,
         "a backslash that is not needed"},
        {PUT("sha256 " HEX_A SINCE " about=\"a\""), "line 2: " WHY, "no reason"},
        {PUT("sha256 " HEX_A SINCE " about=\"a\" reason=\"\" "), "line 2: " WHY,
         "a blank at the end"},
        {PUT("sha256 " HEX_A SINCE " about=\"\" reason=\"\""),
         "line 2: a text is too long, or no line of UTF-8 without controls", "an empty text"},
        {FIRST LINE_A LINE_A "end 2\n", "line 3: it has to stand earlier, or stands there twice",
         "an entry twice"},
        {FIRST "serial " HEX_A SINCE " about=\"a\" reason=\"\"\n" LINE_A "end 2\n",
         "line 3: it has to stand earlier, or stands there twice", "entries out of order"},
    };
    for (size_t i = 0; i < CZ_COUNT(cases); i++) {
        CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
        struct error error = {0};
        bool good = cz_deny_list_parse(cz_bytes_of(cases[i].text), &list, &error);
        tap_is(good ? "" : error.message, cases[i].problem, cases[i].name);
    }
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    struct error error = {0};
    bool good = cz_deny_list_parse(
        TEXT(FIRST "sha256 " HEX_A SINCE " about=\"a\0b\" reason=\"\"\nend 1\n"), &list, &error);
    tap_is(good ? "" : error.message, "line 2: " ABOUT, "a NUL");
}

/* Whatever is cut off it, a list with fewer entries never comes out. */
static void test_cut(void) {
    static const char text[] =
        FIRST LINE_A "sha256 " HEX_B SINCE " about=\"b\" reason=\"\"\nend 2\n";
    bool good = true;
    for (size_t len = 0; len < sizeof text - 1; len++) {
        CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
        struct error error = {0};
        struct bytes cut = {.data = (const uint8_t *)text, .len = len};
        good &= !cz_deny_list_parse(cut, &list, &error) && error.message[0] != '\0';
    }
    tap_ok(good, "a list that is cut anywhere is refused");
}

static void test_memory(void) {
    static const char text[] =
        FIRST LINE_A "sha256 " HEX_B SINCE " about=\"b\" reason=\"\"\nend 2\n";
    long reached = 0, unsafe = -1;
    for (bool failed = true; failed && reached < 1000; reached += failed) {
        CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
        struct error error = {0};
        faults_begin(reached, false);
        bool good = cz_deny_list_parse(cz_bytes_of(text), &list, &error);
        failed = faults_end();
        bool safe =
            failed ? !good && strcmp(error.message, "out of memory") == 0 : good && list.count == 2;
        if (!safe && unsafe < 0)
            unsafe = reached;
    }
    tap_ok(unsafe < 0 && reached >= 7, "an error at each of %ld allocations (%ld)", reached,
           unsafe);
    static const uint8_t digest[CZ_SHA256_SIZE];
    CZ_CLEANUP(cz_deny_list_release) struct deny_list list = {0};
    struct deny_entry entry = entry_of(DENY_SHA256, digest);
    faults_begin(0, true);
    bool added = cz_deny_list_add(&list, &entry);
    faults_end();
    tap_ok(!added && list.count == 0, "without memory nothing is added");
    tap_ok(cz_deny_list_add(&list, &entry), "and it is still the caller's");
    tap_is(cz_deny_kind_name(DENY_KIND_COUNT), "sha256", "a kind that is none has a name");
}

int main(void) {
    test_kinds();
    test_digests();
    test_times();
    test_hashing();
    test_changes();
    test_replacing();
    test_unsound();
    test_full();
    test_reading();
    test_refused();
    test_cut();
    test_memory();
    return tap_done();
}
