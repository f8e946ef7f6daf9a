// SPDX-License-Identifier: GPL-2.0-only
/* The helper of the new flow has a member of its own. */
#include <net/netfilter/nf_conntrack_expect.h>

void *probe(struct nf_conntrack_expect *exp);
void *probe(struct nf_conntrack_expect *exp)
{
	return &exp->assign_helper;
}
