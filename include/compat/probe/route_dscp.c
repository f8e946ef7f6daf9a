// SPDX-License-Identifier: GPL-2.0-only
/* A lookup of an IPv4 route takes the type of service as a dscp_t. */
#include <net/flow.h>
#include <net/inet_dscp.h>

void probe(struct flowi4 *flow);
void probe(struct flowi4 *flow)
{
	flow->flowi4_dscp = inet_dsfield_to_dscp(0);
}
