// SPDX-License-Identifier: GPL-2.0-only
/* A multicast group of generic netlink can require a capability. */
#include <net/genetlink.h>

void probe(struct genl_multicast_group *group);
void probe(struct genl_multicast_group *group)
{
	group->flags = GENL_MCAST_CAP_NET_ADMIN;
}
