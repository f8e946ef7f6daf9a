/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/netfilter/nf_conntrack.h> and nf_conntrack_extend.h
 * between kernels.
 */
#ifndef _SIP_IMS_COMPAT_NF_CONNTRACK_H
#define _SIP_IMS_COMPAT_NF_CONNTRACK_H

#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_extend.h>

/* 6.1 wants the skb, later kernels do not. */
static inline void sip_ims_refresh(struct nf_conn *ct, struct sk_buff *skb,
				   u32 extra_jiffies)
{
	nf_ct_refresh(ct, skb, extra_jiffies);
}

/*
 * 6.1 counts generations: after the next unload of any helper module the
 * extensions of an unconfirmed conntrack are no longer found, unless its
 * generation is 0.  A template is never confirmed the ordinary way.
 */
static inline void sip_ims_template_settle(struct nf_conn *template)
{
	template->ext->gen_id = 0;
}

#endif /* _SIP_IMS_COMPAT_NF_CONNTRACK_H */
