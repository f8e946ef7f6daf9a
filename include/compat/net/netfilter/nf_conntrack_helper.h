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
 * sip_ims_helpers_register() - from now on rules find the helpers
 * @drafts: what sip_ims_helper_init() filled; stays as long as the helpers
 * @helpers: filled in: each as flows and expectations must point to it; there
 *	until sip_ims_helpers_put()
 * @n: how many
 *
 * Return: 0, or an error: then there is none of them.
 */
static inline int
sip_ims_helpers_register(struct nf_conntrack_helper *drafts,
			 struct nf_conntrack_helper **helpers, unsigned int n)
{
	unsigned int i;
#ifdef SIP_IMS_KERNEL_HELPER_COPIED
	int err = nf_conntrack_helpers_register(drafts, n, helpers);

	/* Templates point to it, which conntrack does not count. */
	for (i = 0; !err && i < n; i++)
		refcount_inc(&helpers[i]->ct_refcnt);
#else
	int err = nf_conntrack_helpers_register(drafts, n);

	for (i = 0; !err && i < n; i++)
		helpers[i] = &drafts[i];
#endif
	return err;
}

/**
 * sip_ims_helpers_unregister() - rules find them no more, no packets get there
 * @helpers: as sip_ims_helpers_register() filled it
 * @n: how many
 *
 * Context: process context; waits for the packets in them.
 */
static inline void
sip_ims_helpers_unregister(struct nf_conntrack_helper **helpers, unsigned int n)
{
#ifdef SIP_IMS_KERNEL_HELPER_COPIED
	struct nf_conntrack_helper *helper;

	while (n--) {
		/* What is handed over is forgotten; it is still to be put. */
		helper = helpers[n];
		nf_conntrack_helpers_unregister(&helper, 1);
	}
#else
	/* They are the drafts, one after the other. */
	nf_conntrack_helpers_unregister(helpers[0], n);
#endif
}

/**
 * sip_ims_helpers_put() - no template points to them any more
 * @helpers: unregistered
 * @n: how many
 */
static inline void
sip_ims_helpers_put(struct nf_conntrack_helper **helpers, unsigned int n)
{
#ifdef SIP_IMS_KERNEL_HELPER_COPIED
	while (n--)
		nf_conntrack_helper_release(helpers[n]);
#endif
}

#endif /* _SIP_IMS_COMPAT_NF_CONNTRACK_HELPER_H */
