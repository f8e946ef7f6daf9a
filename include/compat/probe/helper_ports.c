// SPDX-License-Identifier: GPL-2.0-only
/* nf_ct_helper_init() takes default ports and an id. */
#include <net/netfilter/nf_conntrack_helper.h>

void probe(struct nf_conntrack_helper *helper,
	   const struct nf_conntrack_expect_policy *policy);
void probe(struct nf_conntrack_helper *helper,
	   const struct nf_conntrack_expect_policy *policy)
{
	nf_ct_helper_init(helper, 0, 0, "", 0, 0, 0, policy, 0, NULL, NULL,
			  NULL);
}
