// SPDX-License-Identifier: GPL-2.0-only
/* Registration copies the helper, and returns a pointer to the copy. */
#include <net/netfilter/nf_conntrack_helper.h>

int probe(struct nf_conntrack_helper *draft,
	  struct nf_conntrack_helper **helper);
int probe(struct nf_conntrack_helper *draft,
	  struct nf_conntrack_helper **helper)
{
	return nf_conntrack_helpers_register(draft, 1, helper);
}
