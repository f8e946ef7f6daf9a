/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interface between sip_ims.ko and nf_conntrack_sip_ims.ko.
 */
#ifndef _SIP_IMS_HELPER_H
#define _SIP_IMS_HELPER_H

#include <linux/netfilter/nf_conntrack_common.h>

#define SIP_IMS_HELPER_NAME	"sip-ims"
#define SIP_IMS_HELPERS		4u	/* two families, two protocols */

struct nf_conn;
struct nf_conntrack_helper;
struct sk_buff;

/**
 * enum sip_ims_class - classes of expectations, as the helpers declare them
 * @SIP_IMS_CLASS_MEDIA: for flows of media
 * @SIP_IMS_CLASS_SIGNALLING: for signalling flows, which get the helper, too
 */
enum sip_ims_class {
	SIP_IMS_CLASS_MEDIA,
	SIP_IMS_CLASS_SIGNALLING,
};

int sip_ims_helper_attach(struct nf_conntrack_helper * const *helpers);
void sip_ims_helper_detach(void);
int sip_ims_packet_handle(struct sk_buff *skb, unsigned int protoff,
			  struct nf_conn *ct, enum ip_conntrack_info ctinfo);

#endif /* _SIP_IMS_HELPER_H */
