/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The grants of a plan: those that one message causes.
 */
#ifndef _REGISTRATION_PLAN_GRANT_H
#define _REGISTRATION_PLAN_GRANT_H

#include <path/path.h>

struct sip_ims_grant;
struct sip_ims_plan;
struct sip_ims_registration;

int sip_ims_plan_grant_open(struct sip_ims_plan *plan,
			    const struct sip_ims_path *path,
			    struct sip_ims_registration *registration,
			    struct sip_ims_grant *grant);
bool sip_ims_plan_grant_map(const struct sip_ims_plan *plan,
			    const struct sip_ims_endpoint *from,
			    struct sip_ims_endpoint *to);
void sip_ims_plan_grants_commit(struct sip_ims_plan *plan);
void sip_ims_plan_grants_abort(struct sip_ims_plan *plan);

#endif /* _REGISTRATION_PLAN_GRANT_H */
