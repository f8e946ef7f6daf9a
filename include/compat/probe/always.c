// SPDX-License-Identifier: GPL-2.0-only
/* Compiles with every kernel; if not, no result of another probe is valid. */
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_extend.h>
#include <net/netfilter/nf_conntrack_helper.h>

int probe(void);
int probe(void)
{
	return NF_CT_EXPECT_MAX_CNT;
}
