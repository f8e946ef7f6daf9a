// SPDX-License-Identifier: GPL-2.0-only
/* A packet can be received without ingress; some configurations lack that. */
#include <linux/skbuff.h>

void probe(struct sk_buff *skb);
void probe(struct sk_buff *skb)
{
	skb->tc_skip_classify = 1;
}
