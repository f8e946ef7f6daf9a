// SPDX-License-Identifier: GPL-2.0-only
/* tc_skip_classify exists; it depends on the version and configuration. */
#include <linux/skbuff.h>

void probe(struct sk_buff *skb);
void probe(struct sk_buff *skb)
{
	skb->tc_skip_classify = 1;
}
