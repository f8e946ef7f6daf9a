/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which pinholes follow from what is registered.
 */
#ifndef _REGISTRATION_REGISTRATION_PINHOLES_H
#define _REGISTRATION_REGISTRATION_PINHOLES_H

#include <sip_ims/types.h>

struct sip_ims_path;
struct sip_ims_pinhole;
struct sip_ims_plan;
struct sip_ims_registration;
struct sip_ims_session;

bool sip_ims_registration_require_pinholes(struct sip_ims_plan *plan,
			       struct sip_ims_registration *registration);
bool sip_ims_registration_needs_pinhole(struct sip_ims_registration *registration,
				const struct sip_ims_pinhole *pinhole);
bool sip_ims_registration_flow_strays(struct sip_ims_session *session,
				 const struct sip_ims_path *path);

#endif /* _REGISTRATION_REGISTRATION_PINHOLES_H */
