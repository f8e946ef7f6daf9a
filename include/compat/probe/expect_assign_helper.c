// SPDX-License-Identifier: GPL-2.0-only
/* An expectation has the helper of the new flow in assign_helper. */
#include <net/netfilter/nf_conntrack_expect.h>

void *probe(struct nf_conntrack_expect *exp);
void *probe(struct nf_conntrack_expect *exp)
{
	return &exp->assign_helper;
}
