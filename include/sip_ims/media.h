/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Media of a call: what its ends say, offer and answer, and what they are told
 * instead.
 */
#ifndef _SIP_IMS_MEDIA_H
#define _SIP_IMS_MEDIA_H

#include <sip_ims/sdp.h>
#include <sip_ims/session.h>

struct sip_ims_call;
struct sip_ims_party;
struct sip_ims_pool;

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
 * enum sip_ims_end - the two ends of a dialog
 * @SIP_IMS_CALLER: sent the first INVITE
 * @SIP_IMS_CALLEE: answered it, or is one of those who did
 * @SIP_IMS_ENDS: how many
 */
enum sip_ims_end {
	SIP_IMS_CALLER,
	SIP_IMS_CALLEE,
	SIP_IMS_ENDS,
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

/**
 * struct sip_ims_stream - one m= line of one end
 * @local: as announced by the end; port 0: this component is absent
 * @mapped: as the other side is told; equal to @local when not translated
 * @across: IPv4 address of the host of @local, of a message that left by a
 *	translator device; else all zero
 * @binding: owner of the pair in @mapped, referenced, or NULL
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP, 0 when nothing is to be opened
 * @mux: a=rtcp-mux was offered or accepted
 * @edit: @mapped has to be written into the SDP
 * @third_party: the address is not the sender's
 * @here: the address is one of our own public ports; @local is the phone
 *	behind it, @mapped what stands in the SDP
 * @direct: with @here: @local has to be written, media does not pass us
 * @hold: the end asked not to be sent media
 * @off: refused, removed, or put on hold with nothing retained
 */
struct sip_ims_stream {
	struct sip_ims_endpoint local[SIP_IMS_COMPONENTS];
	struct sip_ims_endpoint mapped[SIP_IMS_COMPONENTS];
	union nf_inet_addr across;
	struct sip_ims_binding *binding;
	u8 l4proto;
	bool mux;
	bool edit;
	bool third_party;
	bool here;
	bool direct;
	bool hold;
	bool off;
};

/**
 * struct sip_ims_description - what one SDP of one end says
 *
 * Never changed once it is in a negotiation; shared by all dialogs and offers
 * that it counts in.
 *
 * @use: who holds it
 * @count: entries in @streams
 * @hash: of the SDP and of the address its sender is seen as, never 0
 * @streams: one for each m= line
 */
struct sip_ims_description {
	u32 use;
	u8 count;
	u64 hash;
	struct sip_ims_stream streams[];
};

/**
 * enum sip_ims_offer_state - where an offer stands (RFC 3264)
 * @SIP_IMS_OFFER_NONE: nobody waits for anything
 * @SIP_IMS_OFFER_PENDING: no final answer yet; media may use the old and the
 *	new addresses
 * @SIP_IMS_OFFER_SETTLING: answered; packets to the old addresses are still on
 *	their way (timer T4)
 */
enum sip_ims_offer_state {
	SIP_IMS_OFFER_NONE,
	SIP_IMS_OFFER_PENDING,
	SIP_IMS_OFFER_SETTLING,
};

/**
 * struct sip_ims_offer - the last offer of one end
 * @state: enum sip_ims_offer_state
 * @method: of the transaction that carried it, enum sip_method
 * @answered: there is an answer, maybe not the final one
 * @response: it stood in a response to an INVITE without offer
 * @cseq: of that transaction
 * @requested: one more than the highest CSeq of a request of this end that had
 *	an SDP, itself or in its response; 0 for none
 * @invited: CSeq of the last INVITE of this end, with or without an offer
 * @until: jiffies, end of SETTLING
 * @before: what counted before it, for both ends; NULL before the first
 */
struct sip_ims_offer {
	u8 state;
	u8 method;
	bool answered;
	bool response;
	u32 cseq;
	u32 requested;
	u32 invited;
	unsigned long until;
	struct sip_ims_description *before[SIP_IMS_ENDS];
};

/**
 * struct sip_ims_negotiation - offers and answers of one dialog
 * @now: what each end said last; NULL before its first SDP
 * @offer: the last offer of each end
 */
struct sip_ims_negotiation {
	struct sip_ims_description *now[SIP_IMS_ENDS];
	struct sip_ims_offer offer[SIP_IMS_ENDS];
};

/* offer.c */
int sip_ims_offer_decide(struct sip_ims_plan *plan,
			 const struct sip_ims_path *path,
			 struct sip_ims_negotiation *negotiation,
			 enum sip_ims_end end, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp);
void sip_ims_offer_commit(struct sip_ims_plan *plan);
void sip_ims_offer_abort(struct sip_ims_plan *plan);
bool sip_ims_offer_tick(struct sip_ims_call *call,
			struct sip_ims_negotiation *negotiation);
void sip_ims_negotiation_copy(struct sip_ims_negotiation *to,
			      const struct sip_ims_negotiation *from);
void sip_ims_negotiation_free(struct sip_ims_call *call,
			      struct sip_ims_negotiation *negotiation);

/* binding.c */
struct sip_ims_binding *
sip_ims_binding_take(const struct sip_ims_path *path,
		     const struct sip_ims_endpoint *local, u64 call);
struct sip_ims_binding *sip_ims_binding_get(const struct sip_ims_path *path,
					    struct sip_ims_call *call,
					    const struct sip_ims_stream *stream);
void sip_ims_binding_put(struct sip_ims_call *call,
			 struct sip_ims_binding *binding);

/* across.c, of the files beside this room */
bool sip_ims_across_side(const struct sip_ims_path *path);
bool sip_ims_across_read(const struct sip_ims_path *path, const u8 *addr4,
			 union nf_inet_addr *addr);
void sip_ims_across_asked(const struct sip_ims_path *path,
			  const union nf_inet_addr *addr,
			  struct sip_address *asked);
bool sip_ims_across_told(const struct sip_ims_path *path,
			 const union nf_inet_addr *addr,
			 struct sip_address *told);

/* media.c */
bool sip_ims_address_set(union nf_inet_addr *addr,
			 const struct sip_address *from,
			 const struct sip_ims_path *path);
struct sip_ims_description *
sip_ims_media_describe(const struct sip_ims_path *path,
		       struct sip_ims_call *call,
		       const struct sip_ims_description *last, const u8 *base,
		       const struct sdp *sdp, u64 hash);
u64 sip_ims_media_hash(const struct sip_ims_path *path, const u8 *base,
		       const struct sdp *sdp);
void sip_ims_description_put(struct sip_ims_call *call,
			     struct sip_ims_description *description);
bool sip_ims_description_map(const struct sip_ims_description *description,
			     unsigned int media, bool own,
			     const struct sip_ims_endpoint *from,
			     struct sip_ims_endpoint *to);
bool sip_ims_description_direct(const struct sip_ims_description *description,
				bool own, const struct sip_ims_endpoint *from,
				struct sip_ims_endpoint *to);
void sip_ims_party_free(struct sip_ims_net *sn, struct sip_ims_party *party);

/* want.c */
int sip_ims_media_want(struct sip_ims_plan *plan, struct sip_ims_call *call);
void sip_ims_media_narrow(struct sip_ims_call *call);

/* traffic.c */
u64 sip_ims_traffic_count(struct sip_ims_session *session);
void sip_ims_traffic_check(struct sip_ims_call *call);

#endif /* _SIP_IMS_MEDIA_H */
