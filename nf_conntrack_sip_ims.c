// SPDX-License-Identifier: GPL-2.0-only
/*
 * The conntrack helper: its registration and its packet callback.
 */
#include <linux/module.h>
#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_helper.h>

#include <sip_ims/helper.h>

#include <compat/net/netfilter/nf_conntrack_helper.h>

/* Seconds; longer than any timer of a session, which closes its pinholes. */
#define MEDIA_TIMEOUT		(25 * 3600)
#define SIGNALLING_TIMEOUT	(8 * 24 * 3600)

static const struct nf_conntrack_expect_policy sip_ims_policy[] = {
	[SIP_IMS_CLASS_MEDIA] = {
		.name = "media",
		.max_expected = NF_CT_EXPECT_MAX_CNT,
		.timeout = MEDIA_TIMEOUT,
	},
	[SIP_IMS_CLASS_SIGNALLING] = {
		.name = "signalling",
		.max_expected = NF_CT_EXPECT_MAX_CNT,
		.timeout = SIGNALLING_TIMEOUT,
	},
};

/* A helper is registered for one protocol of one family. */
static const struct {
	u8 family;
	u8 l4proto;
} helper_kind[SIP_IMS_HELPERS] = {
	{ NFPROTO_IPV4, IPPROTO_UDP },
	{ NFPROTO_IPV4, IPPROTO_TCP },
	{ NFPROTO_IPV6, IPPROTO_UDP },
	{ NFPROTO_IPV6, IPPROTO_TCP },
};

static struct nf_conntrack_helper sip_ims_draft[SIP_IMS_HELPERS] __read_mostly;
static struct nf_conntrack_helper *
sip_ims_helper[SIP_IMS_HELPERS] __read_mostly;

static int sip_ims_help(struct sk_buff *skb, unsigned int protoff,
			struct nf_conn *ct, enum ip_conntrack_info ctinfo)
{
	return sip_ims_packet_handle(skb, protoff, ct, ctinfo);
}

static int __init helpers_register(void)
{
	unsigned int i;

	for (i = 0; i < SIP_IMS_HELPERS; i++)
		sip_ims_helper_init(&sip_ims_draft[i], helper_kind[i].family,
				    helper_kind[i].l4proto, SIP_IMS_HELPER_NAME,
				    sip_ims_policy, SIP_IMS_CLASS_SIGNALLING,
				    sip_ims_help, THIS_MODULE);
	return sip_ims_helpers_register(sip_ims_draft, sip_ims_helper,
					SIP_IMS_HELPERS);
}

static int __init nf_conntrack_sip_ims_init(void)
{
	int err;

	err = sip_ims_helper_attach(sip_ims_helper);
	if (err)
		return err;
	err = helpers_register();
	if (err)
		sip_ims_helper_detach();
	return err;
}

/*
 * Unregistering a helper removes it from every flow and waits for the packets
 * inside it.  Only then can all sessions be ended, since no packet creates
 * another one.
 */
static void __exit nf_conntrack_sip_ims_exit(void)
{
	sip_ims_helpers_unregister(sip_ims_helper, SIP_IMS_HELPERS);
	sip_ims_helper_detach();
	sip_ims_helpers_put(sip_ims_helper, SIP_IMS_HELPERS);
}

module_init(nf_conntrack_sip_ims_init);
module_exit(nf_conntrack_sip_ims_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("IMS application-level gateway, conntrack helper");
MODULE_ALIAS_NFCT_HELPER(SIP_IMS_HELPER_NAME);
/* The rule that loads the helper does not load its NAT module. */
MODULE_SOFTDEP("post: nf_nat_sip_ims");
