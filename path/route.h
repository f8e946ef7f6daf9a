/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sides of the router: whether the routes of the namespace lead to two
 * addresses by the same device.
 */
#ifndef _PATH_ROUTE_H
#define _PATH_ROUTE_H

#include <path/path.h>

bool sip_ims_address_is_local(struct net *net, u8 l3num,
			      const union nf_inet_addr *addr);
bool sip_ims_same_side(const struct sip_ims_path *path,
		       const union nf_inet_addr *addr,
		       const union nf_inet_addr *peer);

#endif /* _PATH_ROUTE_H */
