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
 * sip_ims_helper_init() - fill in the description of a helper
 * @draft: filled in
 * @nfproto: NFPROTO_IPV4 or NFPROTO_IPV6
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @name: the name that rules use
 * @policy: policies of expectations, one for each class
 * @class_max: the last class
 * @help: called for each packet
 * @module: the module of @help
 *
 * The helper gets no default port: the stock helper may have registered 5060
 * for the same protocol.
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
 * sip_ims_helpers_register() - register several helpers, or none
 * @drafts: filled in by sip_ims_helper_init(); must outlive the helpers
 * @helpers: filled in: the helpers that flows and expectations point to, valid
 *	until sip_ims_helpers_put()
 * @n: number of helpers
 *
 * Return: 0, or an error, with none of the helpers registered.
 */
static inline int
sip_ims_helpers_register(struct nf_conntrack_helper *drafts,
			 struct nf_conntrack_helper **helpers, unsigned int n)
{
	unsigned int i;
#ifdef SIP_IMS_KERNEL_HELPER_COPIED
	int err = nf_conntrack_helpers_register(drafts, n, helpers);

	/* Conntrack does not count the references of our templates. */
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
 * sip_ims_helpers_unregister() - unregister the helpers
 * @helpers: filled in by sip_ims_helpers_register()
 * @n: number of helpers
 *
 * Context: process context; waits until no packet is in a helper.
 */
static inline void
sip_ims_helpers_unregister(struct nf_conntrack_helper **helpers, unsigned int n)
{
#ifdef SIP_IMS_KERNEL_HELPER_COPIED
	struct nf_conntrack_helper *helper;

	while (n--) {
		/* Clears its argument, but sip_ims_helpers_put() needs it. */
		helper = helpers[n];
		nf_conntrack_helpers_unregister(&helper, 1);
	}
#else
	/* The helpers are the drafts themselves, which are adjacent. */
	nf_conntrack_helpers_unregister(helpers[0], n);
#endif
}

/**
 * sip_ims_helpers_put() - drop the references for the templates
 * @helpers: the helpers, unregistered; no template points to them any more
 * @n: number of helpers
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
