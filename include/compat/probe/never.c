// SPDX-License-Identifier: GPL-2.0-only
/* Compiles with no kernel; otherwise no answer of the others counts. */
#include <net/netfilter/nf_conntrack_helper.h>

int probe(struct nf_conntrack_helper *helper);
int probe(struct nf_conntrack_helper *helper)
{
	return no_kernel_has_this(helper);
}
