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
 * sip_ims_ct_refresh() - set the timeout of a flow
 * @ct: the flow
 * @skb: a packet of the flow
 * @extra_jiffies: jiffies from now
 */
static inline void sip_ims_ct_refresh(struct nf_conn *ct, struct sk_buff *skb,
				      u32 extra_jiffies)
{
#ifdef SIP_IMS_KERNEL_REFRESH_PACKET
	nf_ct_refresh(ct, skb, extra_jiffies);
#else
	nf_ct_refresh(ct, extra_jiffies);
#endif
}

/**
 * sip_ims_template_fix_extensions() - keep the extensions of a template valid
 * @template: the template, after its last extension was added
 *
 * Some kernels give extensions a generation: when any helper module is
 * unloaded, the extensions of unconfirmed conntracks become invalid unless
 * their generation is 0.  Confirmation sets it to 0, but a template is never
 * confirmed by the stack.
 */
static inline void sip_ims_template_fix_extensions(struct nf_conn *template)
{
#ifdef SIP_IMS_KERNEL_EXTENSION_GENERATION
	template->ext->gen_id = 0;
#endif
}

#endif /* _SIP_IMS_COMPAT_NF_CONNTRACK_H */
