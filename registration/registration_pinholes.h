/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pinholes of a registration.
 */
#ifndef _REGISTRATION_REGISTRATION_PINHOLES_H
#define _REGISTRATION_REGISTRATION_PINHOLES_H

#include <sip_ims/types.h>

struct sip_ims_path;
struct sip_ims_pinhole;
struct sip_ims_plan;
struct sip_ims_registration;
struct sip_ims_session;

int
sip_ims_registration_require_pinholes(struct sip_ims_plan *plan,
				      struct sip_ims_registration *registration);
void
sip_ims_registration_close_unneeded(struct sip_ims_registration *registration);
const struct sip_ims_pinhole *
sip_ims_registration_find_moved(struct sip_ims_session *session,
				const struct sip_ims_path *path);
void sip_ims_registration_close_moved(struct sip_ims_session *session,
				      const struct sip_ims_pinhole *moved);

#endif /* _REGISTRATION_REGISTRATION_PINHOLES_H */
