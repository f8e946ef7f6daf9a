/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Grants: who else may use a port of a registration for a while.
 */
#ifndef _REGISTRATION_GRANT_H
#define _REGISTRATION_GRANT_H

#include <linux/list.h>

#include <path/path.h>

struct sip_ims_plan;
struct sip_ims_port;
struct sip_ims_registration;
struct sip_message;

#define SIP_IMS_GRANTS_MAX		16u	/* per registered flow */

/**
 * struct sip_ims_grant - who else may use a port for a while
 * @list: in sip_ims_registration.grants
 * @port: the port
 * @source: the only address it may be used from
 * @registered: only while the port is registered
 * @asked: how many messages asked for it
 * @expires: jiffies
 */
struct sip_ims_grant {
	struct list_head list;
	struct sip_ims_port *port;
	union nf_inet_addr source;
	bool registered;
	u32 asked;
	unsigned long expires;
};

struct sip_ims_grant *
sip_ims_grant_add(struct sip_ims_registration *registration,
		  struct sip_ims_port *port, const union nf_inet_addr *source,
		  unsigned long expires);
void sip_ims_grant_free(struct sip_ims_registration *registration,
			struct sip_ims_grant *grant);
int sip_ims_via_prepare(struct sip_ims_plan *plan,
			const struct sip_ims_path *path, const u8 *base,
			const struct sip_message *msg);
int sip_ims_transfer_prepare(struct sip_ims_plan *plan,
			     const struct sip_ims_path *path, const u8 *base,
			     const struct sip_message *msg);
bool sip_ims_plan_grant_map(const struct sip_ims_plan *plan,
		       const struct sip_ims_endpoint *from,
		       struct sip_ims_endpoint *to);
void sip_ims_plan_grants_commit(struct sip_ims_plan *plan);
void sip_ims_plan_grants_abort(struct sip_ims_plan *plan);

#endif /* _REGISTRATION_GRANT_H */
