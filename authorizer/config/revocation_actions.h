/*
 * The tables of `revocation`: what happens by event, by the place of a certificate on its path, and
 * by the CA that issued it. What is said most closely holds: of the CA and the place, of the CA, of
 * the place, of all; and where nothing is said, "deny", but "allow" for a root without a source.
 */
#ifndef CERTAUTHZ_CONFIG_REVOCATION_ACTIONS_H
#define CERTAUTHZ_CONFIG_REVOCATION_ACTIONS_H

#include "base/error.h"
#include "revocation/settings.h"

#include <libconfig.h>

/* Fills the actions and the authorities, complete. Either setting may be NULL: it is not there.
 * The caller releases `settings` in either case. */
bool cz_config_read_actions(const config_setting_t *on, const config_setting_t *authorities,
                            struct revocation_settings *settings, struct error *error);

#endif
