/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Port pools: pairs of an even and an odd port of a public address.
 */
#ifndef _SESSION_POOL_H
#define _SESSION_POOL_H

#include <linux/list.h>

#include <path/path.h>

struct sip_ims_pool;

#define SIP_IMS_POOLS_MAX	256u	/* public addresses, per namespace */

/**
 * enum sip_ims_component - components of one stream
 * @SIP_IMS_RTP: RTP, or the only port; the even port of the pair
 * @SIP_IMS_RTCP: RTCP; the odd port of the pair
 * @SIP_IMS_COMPONENTS: number of components
 */
enum sip_ims_component {
	SIP_IMS_RTP,
	SIP_IMS_RTCP,
	SIP_IMS_COMPONENTS,
};

/**
 * struct sip_ims_binding - a pair of public ports for an address of one end
 *
 * A binding exists as long as a description refers to it, so that an address
 * keeps its ports through re-INVITEs, refused offers and retransmissions.  Its
 * memory belongs to the pool, and sip_ims_pool_free() frees it.  A pair that
 * carries no media of a call has only @pool, @local and @mapped.
 *
 * @list: in sip_ims_call.bindings, protected by the lock of the call
 * @use: number of streams that refer to it, protected by the lock of the call
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @pool: pool of the pair
 * @local: endpoint of RTP, as the end knows itself
 * @mapped: public endpoint, with the even port of the pair
 */
struct sip_ims_binding {
	struct list_head list;
	u32 use;
	u8 l4proto;
	struct sip_ims_pool *pool;
	struct sip_ims_endpoint local;
	struct sip_ims_endpoint mapped;
};

struct sip_ims_binding *sip_ims_pool_take(const struct sip_ims_path *path,
					  const union nf_inet_addr *addr,
					  const struct sip_ims_endpoint *local,
					  u64 call);
int sip_ims_pool_find_owner(struct sip_ims_net *sn, u16 zone, u8 l3num,
			    const struct sip_ims_endpoint *mapped, u64 call,
			    struct sip_ims_endpoint *local);
void sip_ims_pool_free(struct sip_ims_net *sn, struct sip_ims_pool *pool,
		       __be16 port);
void sip_ims_pools_exit(struct sip_ims_net *sn);

#endif /* _SESSION_POOL_H */
