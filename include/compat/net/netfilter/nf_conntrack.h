/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/netfilter/nf_conntrack.h> and nf_conntrack_extend.h
 * between kernels.
 */
#ifndef _SIP_IMS_COMPAT_NF_CONNTRACK_H
#define _SIP_IMS_COMPAT_NF_CONNTRACK_H

#include <compat/probed.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_extend.h>

/**
 * sip_ims_refresh() - let a flow live on
 * @ct: the flow
 * @skb: a packet of it
 * @extra_jiffies: how long from now
 */
static inline void sip_ims_refresh(struct nf_conn *ct, struct sk_buff *skb,
				   u32 extra_jiffies)
{
#ifdef SIP_IMS_KERNEL_REFRESH_PACKET
	nf_ct_refresh(ct, skb, extra_jiffies);
#else
	nf_ct_refresh(ct, extra_jiffies);
#endif
}

/**
 * sip_ims_template_settle() - a template has all its extensions
 * @template: about to be a master
 *
 * Some kernels count generations: after the next unload of any helper module
 * the extensions of an unconfirmed conntrack are no longer found, unless its
 * generation is 0.  A template is never confirmed the ordinary way.
 */
static inline void sip_ims_template_settle(struct nf_conn *template)
{
#ifdef SIP_IMS_KERNEL_EXTENSION_GENERATION
	template->ext->gen_id = 0;
#endif
}

#endif /* _SIP_IMS_COMPAT_NF_CONNTRACK_H */
