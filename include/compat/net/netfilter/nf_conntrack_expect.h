/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/netfilter/nf_conntrack_expect.h> between kernels.
 */
#ifndef _SIP_IMS_COMPAT_NF_CONNTRACK_EXPECT_H
#define _SIP_IMS_COMPAT_NF_CONNTRACK_EXPECT_H

#include <compat/probed.h>
#include <net/netfilter/nf_conntrack_expect.h>

/**
 * sip_ims_expect_set_helper() - set the helper of the expected flow
 * @exp: the expectation, not inserted yet
 * @helper: a helper filled in by sip_ims_helpers_register(), or NULL for none
 *
 * Call it for every expectation: some kernels preset the helper of the master,
 * which would then parse media as SIP.
 */
static inline void sip_ims_expect_set_helper(struct nf_conntrack_expect *exp,
					     struct nf_conntrack_helper *helper)
{
#ifdef SIP_IMS_KERNEL_EXPECT_ASSIGN_HELPER
	rcu_assign_pointer(exp->assign_helper, helper);
#else
	rcu_assign_pointer(exp->helper, helper);
#endif
}

/**
 * sip_ims_expect_remove() - remove an expectation
 * @exp: the expectation, in the table
 *
 * Context: nf_conntrack_expect_lock is held.
 */
static inline void sip_ims_expect_remove(struct nf_conntrack_expect *exp)
{
#ifdef SIP_IMS_KERNEL_EXPECT_TIMER
	nf_ct_remove_expect(exp);
#else
	nf_ct_unlink_expect(exp);
#endif
}

#endif /* _SIP_IMS_COMPAT_NF_CONNTRACK_EXPECT_H */
