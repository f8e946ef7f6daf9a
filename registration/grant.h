/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Grants: the temporary right of another host to use a port of a registration.
 */
#ifndef _REGISTRATION_GRANT_H
#define _REGISTRATION_GRANT_H

#include <linux/list.h>

#include <path/path.h>

struct sip_ims_port;
struct sip_ims_registration;

#define SIP_IMS_GRANTS_MAX		16u	/* per registered flow */

/**
 * struct sip_ims_grant - temporary right of a host to use a port
 * @list: entry in sip_ims_registration.grants
 * @port: the port, referenced
 * @source: address of the host, the only one that may use the port
 * @registered: end the grant as soon as no contact at the port is active
 * @asked: number of messages that asked for this grant
 * @expires: end of the grant, in jiffies
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
sip_ims_grant_find(struct sip_ims_registration *registration,
		   const struct sip_ims_endpoint *mapped,
		   const union nf_inet_addr *source);
struct sip_ims_grant *
sip_ims_grant_add(struct sip_ims_registration *registration,
		  struct sip_ims_port *port, const union nf_inet_addr *source,
		  unsigned long expires);
void sip_ims_grant_free(struct sip_ims_registration *registration,
			struct sip_ims_grant *grant);

#endif /* _REGISTRATION_GRANT_H */
