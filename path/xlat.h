/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Legs next to a translator device: the address family of the message, and the
 * device's pairs of addresses.
 */
#ifndef _PATH_XLAT_H
#define _PATH_XLAT_H

#include <path/path.h>

void sip_ims_xlat_init(struct sip_ims_path *path, const struct net_device *dev);
int sip_ims_xlat_find4(struct net *net, int ifindex,
		       const union nf_inet_addr *addr, __be32 *addr4);
int sip_ims_xlat_assign_source(struct sip_ims_path *path);
bool sip_ims_xlat_is_trusted(const struct sip_ims_path *path);
int sip_ims_xlat_to6(const struct sip_ims_path *path, const u8 *addr4,
		     union nf_inet_addr *addr);
int sip_ims_xlat_to4(const struct sip_ims_path *path,
		     const union nf_inet_addr *addr, u8 *addr4);
int sip_ims_xlat_assign(const struct sip_ims_path *path,
			const union nf_inet_addr *addr, bool early, u8 *addr4);

#endif /* _PATH_XLAT_H */
