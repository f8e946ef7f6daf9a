/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interface between sip_ims.ko and nf_nat_sip_ims.ko.
 */
#ifndef _SIP_IMS_NAT_H
#define _SIP_IMS_NAT_H

#include <linux/netfilter/nf_conntrack_common.h>

#include <sip_ims/types.h>

struct nf_conn;
struct sip_ims_pinhole;
struct sip_splice;
struct sk_buff;

/**
 * struct sip_ims_nat - operations of the NAT module
 * @write: replace the bytes of a datagram's payload that @splice describes by
 *	@bytes.  May reallocate @skb.  Return: 0; -ENOMEM, with the packet
 *	unchanged
 * @setup: translate a new flow that came through @pinhole, whose session is
 *	locked
 *
 * Both are called on the RCU read side with bottom halves off.
 */
struct sip_ims_nat {
	int (*write)(struct sk_buff *skb, unsigned int protoff,
		     struct nf_conn *ct, enum ip_conntrack_info ctinfo,
		     const struct sip_splice *splice, const u8 *bytes);
	void (*setup)(struct nf_conn *ct,
		      const struct sip_ims_pinhole *pinhole);
};

void sip_ims_nat_register(const struct sip_ims_nat *nat);
void sip_ims_nat_unregister(void);

#endif /* _SIP_IMS_NAT_H */
