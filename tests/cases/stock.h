/* What a case has at hand about revocation: CRLs of the PKI, and a deny list. */
#ifndef CERTAUTHZ_TESTS_CASES_STOCK_H
#define CERTAUTHZ_TESTS_CASES_STOCK_H

#include "base/error.h"
#include "revocation/holdings.h"

#define STOCK_LISTS_MAX 8

struct stock {
    struct {
        struct buffer der;
        struct crl crl;
        struct crl_index index;
    } lists[STOCK_LISTS_MAX];
    struct crl_candidate candidates[STOCK_LISTS_MAX];
    size_t count;
    struct deny_list denied;
    enum source_state points; /* of every distribution point */
    uint64_t number;          /* counts up with every change */
};

/* `text` is FILE of the PKI's folder, or "none": all are gone. */
bool stock_take_crl(struct stock *stock, const char *pki, const char *text, struct error *error);
/* `text` is (sha256|key|serial) FILE [until=TIME] [REASON]. */
bool stock_take_deny(struct stock *stock, const char *pki, const char *text, int64_t now,
                     struct error *error);
/* `text` is untried, good, unreachable or bad-signature. */
bool stock_take_points(struct stock *stock, const char *text, struct error *error);
/* Borrowed from the stock. */
struct revocation_holdings stock_holdings(const struct stock *stock);
void stock_release(struct stock *stock);

#endif
