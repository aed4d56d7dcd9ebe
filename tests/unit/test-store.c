/* The store as readers see it, while a writer changes it and when it is damaged. */
#include "stores.h"

static void test_absent(void) {
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, false);
    const struct revocation_holdings *holdings = cz_store_holdings(view);
    struct ocsp_holding holding;
    const uint8_t key[CZ_OCSP_KEY_SIZE] = {0};
    tap_is(cz_store_view_problem(view), "", "a folder that is not there is an empty store");
    tap_ok(holdings->crl_count == 0 && holdings->denied != NULL && holdings->denied->count == 0 &&
               !holdings->deny_list_unreadable,
           "without a list, and nobody is denied");
    tap_ok(holdings->number > 0 && holdings->configured == SOURCE_UNTRIED &&
               holdings->point(holdings->context, TEXT("http://l/")) == SOURCE_UNTRIED &&
               !holdings->ocsp(holdings->context, key, &holding),
           "and nothing is known of any source");
    tap_ok(cz_store_catalogue(view)->source_count == 0, "nor listed");
}

static void test_publishing(void) {
    stores_clear();
    CZ_CLEANUP(cz_store_close) struct store *store = cz_store_open(stores_folder());
    stores_fill(LIST_CA(.entries = stores_one));
    tap_is(stores_look(store, TEXT("\x05")), "listed", "what is published is seen");
    tap_is(stores_look(store, TEXT("\x06")), "absent", "and says nothing else");
    CZ_CLEANUP(cz_store_let_go) struct store_view *old = cz_store_hold(store, true);
    uint64_t number = cz_store_holdings(old)->number;
    stores_fill(LIST_CA(.entries = stores_two, .number = 2));
    tap_is(stores_look(store, TEXT("\x06")), "listed", "a newer one takes its place");
    tap_is(stores_ask(old, TEXT("\x06")), "absent", "a view that is held stays as it was");
    CZ_CLEANUP(cz_store_let_go) struct store_view *view = cz_store_hold(store, true);
    tap_ok(cz_store_holdings(view)->number > number, "and has another number");
    CZ_CLEANUP(cz_store_let_go) struct store_view *again = cz_store_hold(store, true);
    tap_ok(again == view, "as long as nothing changes it is one view");
    tap_is_int((long long)stores_file_count("lists"), 1, "a list that nobody names is removed");
}

int main(void) {
    stores_begin();
    test_absent();
    test_publishing();
    stores_end();
    return tap_done();
}
