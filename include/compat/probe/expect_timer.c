// SPDX-License-Identifier: GPL-2.0-only
/* Each expectation has a timer. */
#include <net/netfilter/nf_conntrack_expect.h>

bool probe(struct nf_conntrack_expect *exp);
bool probe(struct nf_conntrack_expect *exp)
{
	return nf_ct_remove_expect(exp);
}
