// SPDX-License-Identifier: GPL-2.0-only
/* nf_ct_refresh() takes a packet as its second argument. */
#include <net/netfilter/nf_conntrack.h>

void probe(struct nf_conn *ct, const struct sk_buff *skb);
void probe(struct nf_conn *ct, const struct sk_buff *skb)
{
	nf_ct_refresh(ct, skb, 0);
}
