/* From a configuration to the snapshot that decisions rest on: reads the trust files. */
#ifndef CERTAUTHZ_CONFIG_LOAD_H
#define CERTAUTHZ_CONFIG_LOAD_H

#include "authorize/snapshot.h"
#include "base/buffer.h"
#include "config/config.h"

/*
 * Takes the rules, the clients, their vocabulary, the plans of claims and the proxies out of
 * `config`. Every anchor and intermediate must be readable and usable, and every configured file or
 * folder must hold at least one. On failure `error` says what and where. What is worth knowing
 * though no failure is appended to `notices`, a line each. The caller releases `snapshot` in either
 * case.
 */
bool cz_snapshot_load(struct config *config, struct snapshot *snapshot, struct buffer *notices,
                      struct error *error);

#endif
