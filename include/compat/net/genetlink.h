/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/genetlink.h> between kernels.
 */
#ifndef _SIP_IMS_COMPAT_GENETLINK_H
#define _SIP_IMS_COMPAT_GENETLINK_H

#include <compat/probed.h>
#include <net/genetlink.h>

/*
 * SIP_IMS_MCGRP_ADMIN() - a multicast group whose listeners need CAP_NET_ADMIN
 *	in the user namespace that owns the network namespace
 * SIP_IMS_MCGRPS_ADMIN() - number of groups to register out of an array of
 *	them: 0 on a kernel that cannot restrict the listeners of a group
 */
#ifdef SIP_IMS_KERNEL_MCAST_CAPABILITY
#define SIP_IMS_MCGRP_ADMIN(group) \
	{ .name = (group), .flags = GENL_MCAST_CAP_NET_ADMIN }
#define SIP_IMS_MCGRPS_ADMIN(groups)	ARRAY_SIZE(groups)
#else
#define SIP_IMS_MCGRP_ADMIN(group)	{ .name = (group) }
#define SIP_IMS_MCGRPS_ADMIN(groups)	0
#endif

#endif /* _SIP_IMS_COMPAT_GENETLINK_H */
