/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/netfilter/nf_conntrack_expect.h> between kernels.
 */
#ifndef _SIP_IMS_COMPAT_NF_CONNTRACK_EXPECT_H
#define _SIP_IMS_COMPAT_NF_CONNTRACK_EXPECT_H

#include <compat/probed.h>
#include <net/netfilter/nf_conntrack_expect.h>

/**
 * sip_ims_expect_assign() - what the flow that is expected will have as helper
 * @exp: not known to conntrack yet
 * @helper: as sip_ims_helper_register() returned it; NULL for none
 *
 * Must be called for every expectation: some kernels have by then assigned the
 * helper that made it, so that media would get to it as if it were SIP.
 */
static inline void sip_ims_expect_assign(struct nf_conntrack_expect *exp,
					 struct nf_conntrack_helper *helper)
{
#ifdef SIP_IMS_KERNEL_EXPECT_ASSIGN_HELPER
	rcu_assign_pointer(exp->assign_helper, helper);
#else
	rcu_assign_pointer(exp->helper, helper);
#endif
}

/**
 * sip_ims_expect_remove() - expect this no more
 * @exp: known to conntrack
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
