#include "certificate/name_types.h"

#include "base/cleanup.h"
#include "certificate/oid.h"

#define TYPE_TEXT_MAX 128 /* bytes of a type as text; OIDs of certificates are far below it */

/* .NET's names are those of Windows; the rest it writes as OIDs. */
static const struct name_type types[] = {
    {.oid = CZ_BYTES("\x55\x04\x03"),
     .name = "CN",
     .dotnet = "CN",
     .also = {"commonName"},
     .rank = NAME_RANK_SPECIFIC},
    {.oid = CZ_BYTES("\x55\x04\x0b"),
     .name = "OU",
     .dotnet = "OU",
     .also = {"organizationalUnitName"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x55\x04\x0a"),
     .name = "O",
     .dotnet = "O",
     .also = {"organizationName"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x55\x04\x06"),
     .name = "C",
     .dotnet = "C",
     .also = {"countryName"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x55\x04\x07"),
     .name = "L",
     .dotnet = "L",
     .also = {"localityName"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x55\x04\x08"),
     .name = "ST",
     .dotnet = "S",
     .also = {"SP", "stateOrProvinceName"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x55\x04\x09"),
     .name = "STREET",
     .dotnet = "STREET",
     .openssl = "street",
     .also = {"streetAddress"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"),
     .name = "DC",
     .dotnet = "DC",
     .also = {"domainComponent"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"),
     .name = "UID",
     .also = {"userId"},
     .rank = NAME_RANK_SPECIFIC},
    {.oid = CZ_BYTES("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"),
     .name = "emailAddress",
     .dotnet = "E",
     .also = {"EMAIL"},
     .rank = NAME_RANK_SPECIFIC},
    {.oid = CZ_BYTES("\x55\x04\x05"),
     .name = "serialNumber",
     .dotnet = "SERIALNUMBER",
     .rank = NAME_RANK_SPECIFIC},
    {.oid = CZ_BYTES("\x55\x04\x04"),
     .name = "SN",
     .dotnet = "SN",
     .also = {"surname"},
     .rank = NAME_RANK_SPECIFIC},
    {.oid = CZ_BYTES("\x55\x04\x2a"),
     .name = "GN",
     .dotnet = "G",
     .also = {"givenName"},
     .rank = NAME_RANK_SPECIFIC},
    {.oid = CZ_BYTES("\x55\x04\x2b"), .name = "initials", .dotnet = "I"},
    {.oid = CZ_BYTES("\x55\x04\x29"), .name = "name"},
    {.oid = CZ_BYTES("\x55\x04\x0c"), .name = "title", .dotnet = "T"},
    {.oid = CZ_BYTES("\x55\x04\x0d"), .name = "description", .dotnet = "Description"},
    {.oid = CZ_BYTES("\x55\x04\x2c"), .name = "generationQualifier"},
    {.oid = CZ_BYTES("\x55\x04\x2e"), .name = "dnQualifier", .dotnet = "dnQualifier"},
    {.oid = CZ_BYTES("\x55\x04\x41"), .name = "pseudonym", .rank = NAME_RANK_SPECIFIC},
    {.oid = CZ_BYTES("\x55\x04\x11"),
     .name = "postalCode",
     .dotnet = "PostalCode",
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x55\x04\x12"), .name = "postOfficeBox", .dotnet = "POBox"},
    {.oid = CZ_BYTES("\x55\x04\x14"), .name = "telephoneNumber", .dotnet = "Phone"},
    {.oid = CZ_BYTES("\x55\x04\x0f"), .name = "businessCategory", .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x55\x04\x61"), .name = "organizationIdentifier", .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01"),
     .name = "jurisdictionL",
     .also = {"jurisdictionLocalityName", "jurisdictionOfIncorporationLocalityName"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02"),
     .name = "jurisdictionST",
     .also = {"jurisdictionStateOrProvinceName", "jurisdictionOfIncorporationStateOrProvinceName"},
     .rank = NAME_RANK_GENERAL},
    {.oid = CZ_BYTES("\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03"),
     .name = "jurisdictionC",
     .also = {"jurisdictionCountryName", "jurisdictionOfIncorporationCountryName"},
     .rank = NAME_RANK_GENERAL},
};

const struct name_type *cz_name_type_find(struct bytes oid) {
    for (size_t i = 0; i < CZ_COUNT(types); i++)
        if (cz_bytes_equal(types[i].oid, oid))
            return &types[i];
    return NULL;
}

static bool is_name(struct bytes text, const char *name) {
    return name != NULL && strlen(name) == text.len &&
           strncasecmp((const char *)text.data, name, text.len) == 0;
}

static bool has_name(const struct name_type *type, struct bytes text) {
    for (size_t i = 0; i < CZ_COUNT(type->also); i++)
        if (is_name(text, type->also[i]))
            return true;
    return is_name(text, type->name) || is_name(text, type->dotnet);
}

bool cz_name_type_parse(struct bytes text, struct buffer *oid) {
    for (size_t i = 0; i < CZ_COUNT(types); i++)
        if (has_name(&types[i], text)) {
            cz_buffer_bytes(oid, types[i].oid);
            return true;
        }
    char digits[TYPE_TEXT_MAX];
    size_t prefix = text.len > 4 && strncasecmp((const char *)text.data, "OID.", 4) == 0 ? 4 : 0;
    if (text.len - prefix >= sizeof digits || text.len == 0)
        return false;
    memcpy(digits, text.data + prefix, text.len - prefix);
    digits[text.len - prefix] = '\0';
    return cz_oid_parse(digits, oid);
}
