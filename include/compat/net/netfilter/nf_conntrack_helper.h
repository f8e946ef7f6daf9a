/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/netfilter/nf_conntrack_helper.h> between kernels.
 */
#ifndef _SIP_IMS_COMPAT_NF_CONNTRACK_HELPER_H
#define _SIP_IMS_COMPAT_NF_CONNTRACK_HELPER_H

#include <compat/probed.h>
#include <linux/err.h>
#include <net/netfilter/nf_conntrack_helper.h>

typedef int (*sip_ims_help_fn)(struct sk_buff *skb, unsigned int protoff,
			       struct nf_conn *ct,
			       enum ip_conntrack_info ctinfo);

/**
 * sip_ims_helper_init() - describe a helper
 * @draft: to be filled
 * @nfproto: NFPROTO_IPV4 or NFPROTO_IPV6
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @name: by which rules ask for it
 * @policy: one for each class of expectations
 * @class_max: the last class
 * @help: gets the packets
 * @module: whose code that is
 *
 * No default port: the stock helper may hold 5060 of the same protocol.
 */
static inline void
sip_ims_helper_init(struct nf_conntrack_helper *draft, u8 nfproto, u8 l4proto,
		    const char *name,
		    const struct nf_conntrack_expect_policy *policy,
		    unsigned int class_max, sip_ims_help_fn help,
		    struct module *module)
{
#ifdef SIP_IMS_KERNEL_HELPER_PORTS
	nf_ct_helper_init(draft, nfproto, l4proto, name, 0, 0, 0, policy,
			  class_max, help, NULL, module);
#else
	nf_ct_helper_init(draft, nfproto, l4proto, name, policy, class_max,
			  help, NULL, module);
#endif
}

/**
 * sip_ims_helper_register() - from now on rules find the helper
 * @draft: what sip_ims_helper_init() filled; stays as long as the helper
 *
 * Return: the helper as flows and expectations must point to it, or an
 * ERR_PTR().  It is there until sip_ims_helper_put().
 */
static inline struct nf_conntrack_helper *
sip_ims_helper_register(struct nf_conntrack_helper *draft)
{
#ifdef SIP_IMS_KERNEL_HELPER_COPIED
	struct nf_conntrack_helper *helper;
	int err = nf_conntrack_helpers_register(draft, 1, &helper);

	if (err)
		return ERR_PTR(err);
	/* Templates point to it, which conntrack does not count. */
	refcount_inc(&helper->ct_refcnt);
	return helper;
#else
	int err = nf_conntrack_helpers_register(draft, 1);

	return err ? ERR_PTR(err) : draft;
#endif
}

/**
 * sip_ims_helper_unregister() - rules find it no more, it gets no more packets
 * @helper: as sip_ims_helper_register() returned it
 *
 * Context: process context; waits for the packets in it.
 */
static inline void
sip_ims_helper_unregister(struct nf_conntrack_helper *helper)
{
#ifdef SIP_IMS_KERNEL_HELPER_COPIED
	nf_conntrack_helpers_unregister(&helper, 1);
#else
	nf_conntrack_helpers_unregister(helper, 1);
#endif
}

/**
 * sip_ims_helper_put() - no template points to it any more
 * @helper: unregistered
 */
static inline void sip_ims_helper_put(struct nf_conntrack_helper *helper)
{
#ifdef SIP_IMS_KERNEL_HELPER_COPIED
	nf_conntrack_helper_release(helper);
#endif
}

#endif /* _SIP_IMS_COMPAT_NF_CONNTRACK_HELPER_H */
