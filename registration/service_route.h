/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Service-Route: the other hosts of a registrar (RFC 3608).
 */
#ifndef _REGISTRATION_SERVICE_ROUTE_H
#define _REGISTRATION_SERVICE_ROUTE_H

#include <linux/rcupdate.h>

#include <path/path.h>

struct sip_ims_registration;
struct sip_message;

#define SIP_IMS_SERVICE_ROUTES_MAX	4u	/* hosts per registered flow */

/**
 * struct sip_ims_service_route - the other hosts of a registrar (RFC 3608)
 * @rcu: for the deferred free; readers do not take the lock of the session
 * @count: number of entries used in @host
 * @host: the address literals of Service-Route with their ports; the address of
 *	the registrar may be among them with another port
 */
struct sip_ims_service_route {
	struct rcu_head rcu;
	u8 count;
	struct sip_ims_endpoint host[SIP_IMS_SERVICE_ROUTES_MAX];
};

bool
sip_ims_registration_has_host(const struct sip_ims_registration *registration,
			      const union nf_inet_addr *addr);
bool
sip_ims_registration_has_endpoint(const struct sip_ims_registration *registration,
				  const struct sip_ims_endpoint *endpoint);
void sip_ims_service_route_learn(struct sip_ims_registration *registration,
				 const struct sip_ims_path *path,
				 const u8 *base, const struct sip_message *msg);

#endif /* _REGISTRATION_SERVICE_ROUTE_H */
