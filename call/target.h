/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Targets: ports other than the flow's that a party names for SIP.
 */
#ifndef _CALL_TARGET_H
#define _CALL_TARGET_H

#include <path/path.h>

struct sip_ims_net;
struct sip_ims_call_plan;
struct sip_ims_pool;
struct sip_message;

/**
 * struct sip_ims_target - a port on which a party receives SIP messages
 * @local: endpoint, as the party knows itself
 * @mapped: endpoint, as the other side knows it
 * @pool: pool of the port in @mapped, which the target owns; NULL if @mapped is
 *	equal to @local
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP; 0 if there is no such port
 */
struct sip_ims_target {
	struct sip_ims_endpoint local;
	struct sip_ims_endpoint mapped;
	struct sip_ims_pool *pool;
	u8 l4proto;
};

/**
 * struct sip_ims_party - one end of a dialog
 *
 * Part of its call (the caller) or dialog (the callee), and protected by the
 * lock of the call.
 *
 * @tag: its tag, in the allocation of the call or dialog
 * @tag_len: bytes of @tag
 * @cseq: highest CSeq of its requests
 * @target: its Contact, unless that names the port it sends from
 * @via: the port of its Via, if responses to its requests go there
 */
struct sip_ims_party {
	u8 *tag;
	u8 tag_len;
	u32 cseq;
	struct sip_ims_target target;
	struct sip_ims_target via;
};

int sip_ims_target_prepare(struct sip_ims_call_plan *plan,
			   const struct sip_ims_path *path,
			   struct sip_ims_party *party,
			   const struct sip_message *msg);
int sip_ims_target_require(struct sip_ims_call_plan *plan,
			   const struct sip_ims_party *party,
			   const union nf_inet_addr *peer);
int sip_ims_target_map(const struct sip_ims_path *path,
		       const struct sip_ims_call_plan *plan, bool sender,
		       const struct sip_ims_endpoint *from,
		       struct sip_ims_endpoint *to);
void sip_ims_target_commit(struct sip_ims_call_plan *plan);
void sip_ims_target_abort(struct sip_ims_call_plan *plan);
void sip_ims_target_free(struct sip_ims_net *sn, struct sip_ims_party *party);

#endif /* _CALL_TARGET_H */
