/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/genetlink.h> between kernels.
 */
#ifndef _SIP_IMS_COMPAT_GENETLINK_H
#define _SIP_IMS_COMPAT_GENETLINK_H

#include <compat/probed.h>
#include <net/genetlink.h>

/*
 * SIP_IMS_MCGRP_ADMIN() - a multicast group that takes CAP_NET_ADMIN, in the
 *	user namespace of the network namespace, to listen to
 * SIP_IMS_MCGRPS_ADMIN() - how many of an array of them a family has: where the
 *	kernel would let everybody listen there is none
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
