/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Port pools: even/odd pairs of a public address.
 */
#ifndef _SESSION_POOL_H
#define _SESSION_POOL_H

#include <linux/list.h>

#include <path/path.h>

struct sip_ims_pool;

#define SIP_IMS_POOLS_MAX		256u	/* public addresses, per namespace */

/**
 * enum sip_ims_component - RTP (or the only port) and RTCP of one stream
 * @SIP_IMS_RTP: even port of the pair
 * @SIP_IMS_RTCP: odd port of the pair
 * @SIP_IMS_COMPONENTS: how many
 */
enum sip_ims_component {
	SIP_IMS_RTP,
	SIP_IMS_RTCP,
	SIP_IMS_COMPONENTS,
};

/**
 * struct sip_ims_binding - a pair of public ports for an address of one end
 *
 * It lives while a description names it, so that an address keeps its ports
 * through re-INVITEs, refused offers and retransmissions.  Of a pair that is no
 * call's media, only @pool, @local and @mapped count.
 *
 * @list: in sip_ims_call.bindings
 * @use: streams that name it
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @pool: owner of the pair
 * @local: RTP, as the end calls itself
 * @mapped: the even port of the pair, as the other side is told
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
struct sip_ims_binding *
sip_ims_binding_take(const struct sip_ims_path *path,
		     const struct sip_ims_endpoint *local, u64 call);

#endif /* _SESSION_POOL_H */
