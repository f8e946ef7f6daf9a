/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/netfilter/nf_conntrack_helper.h> between kernels.
 */
#ifndef _SIP_IMS_COMPAT_NF_CONNTRACK_HELPER_H
#define _SIP_IMS_COMPAT_NF_CONNTRACK_HELPER_H

#include <net/netfilter/nf_conntrack_helper.h>

typedef int (*sip_ims_help_fn)(struct sk_buff *skb, unsigned int protoff,
			       struct nf_conn *ct,
			       enum ip_conntrack_info ctinfo);

/* No default port: the stock helper may hold 5060 of the same protocol. */
static inline void
sip_ims_helper_init(struct nf_conntrack_helper *helper, u8 nfproto, u8 l4proto,
		    const char *name,
		    const struct nf_conntrack_expect_policy *policy,
		    unsigned int class_max, sip_ims_help_fn help,
		    struct module *module)
{
	nf_ct_helper_init(helper, nfproto, l4proto, name, 0, 0, 0, policy,
			  class_max, help, NULL, module);
}

#endif /* _SIP_IMS_COMPAT_NF_CONNTRACK_HELPER_H */
