#include "approval.h"

#define LINE_END "\r\n"

static bool take(struct bytes *text, struct bytes expected) {
    if (text->len < expected.len || memcmp(text->data, expected.data, expected.len) != 0)
        return false;
    text->data += expected.len;
    text->len -= expected.len;
    return true;
}

/* What stands before `end`, both of which are taken off; false where `end` is not there. */
static bool take_until(struct bytes *text, struct bytes end, struct bytes *taken) {
    const uint8_t *found = memmem(text->data, text->len, end.data, end.len);
    if (text->len == 0 || found == NULL)
        return false;
    *taken = (struct bytes){.data = text->data, .len = (size_t)(found - text->data)};
    text->data += taken->len + end.len;
    text->len -= taken->len + end.len;
    return true;
}

static bool is_name(struct bytes name) {
    for (size_t i = 0; i < name.len; i++)
        if (memchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", name.data[i], 37) == NULL)
            return false;
    return name.len > 0;
}

static bool is_value(struct bytes value) {
    for (size_t i = 0; i < value.len; i++)
        if (value.data[i] < 0x20 || value.data[i] == 0x7f)
            return false;
    return true;
}

/* What is not a whole claim is left where it is. */
bool gate_claim_next(struct bytes *claims, struct gate_claim *claim) {
    struct bytes rest = *claims;
    bool good = take(&rest, CZ_BYTES("Variable-")) &&
                take_until(&rest, CZ_BYTES(": "), &claim->name) && is_name(claim->name) &&
                take_until(&rest, CZ_BYTES(LINE_END), &claim->value) && is_value(claim->value);
    if (good)
        *claims = rest;
    return good;
}

bool gate_approval_read(struct bytes reply, struct bytes *claims) {
    struct gate_claim claim;
    *claims = (struct bytes){0};
    if (!take(&reply, CZ_BYTES("Status: 200 OK" LINE_END)))
        return false;
    struct bytes rest = reply;
    while (gate_claim_next(&rest, &claim))
        continue;
    if (!cz_bytes_equal(rest, CZ_BYTES(LINE_END)))
        return false;
    *claims = (struct bytes){.data = reply.data, .len = reply.len - rest.len};
    return true;
}
