// SPDX-License-Identifier: GPL-2.0-only
/* Compiles with no kernel; if it does, no result of another probe is valid. */
#include <net/netfilter/nf_conntrack_helper.h>

int probe(struct nf_conntrack_helper *helper);
int probe(struct nf_conntrack_helper *helper)
{
	return no_kernel_has_this(helper);
}
