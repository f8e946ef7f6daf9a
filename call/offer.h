/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Offers and answers (RFC 3264) of one dialog.
 */
#ifndef _CALL_OFFER_H
#define _CALL_OFFER_H

#include <call/description.h>

struct sip_ims_call_plan;

/**
 * enum sip_ims_offer_state - state of an offer (RFC 3264)
 * @SIP_IMS_OFFER_NONE: there is none, or it is completed
 * @SIP_IMS_OFFER_PENDING: it has no final answer yet; media may use the old and
 *	the new addresses
 * @SIP_IMS_OFFER_SETTLING: it has its final answer; packets to the old
 *	addresses may still be in flight (timer T4)
 */
enum sip_ims_offer_state {
	SIP_IMS_OFFER_NONE,
	SIP_IMS_OFFER_PENDING,
	SIP_IMS_OFFER_SETTLING,
};

/**
 * struct sip_ims_offer - the last offer of one end
 * @state: enum sip_ims_offer_state
 * @method: method of the transaction that carried it, enum sip_method
 * @answered: there is an answer, which may be followed by another one
 * @response: it was in a response, to an INVITE without an offer
 * @cseq: CSeq of the transaction
 * @requested: one more than the highest CSeq among the requests of this end
 *	that had an SDP in the request or a response; 0 for none
 * @invited: CSeq of the last INVITE of this end, with or without an offer
 * @until: jiffies, end of SETTLING
 * @before: descriptions of both ends that were in effect before the offer,
 *	referenced; NULL before the first SDP, and in NONE
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
 *
 * Protected by the lock of the call.
 *
 * @now: the last description of each end, referenced; NULL before its first SDP
 * @offer: the last offer of each end
 */
struct sip_ims_negotiation {
	struct sip_ims_description *now[SIP_IMS_ENDS];
	struct sip_ims_offer offer[SIP_IMS_ENDS];
};

int sip_ims_offer_decide(struct sip_ims_call_plan *plan,
			 const struct sip_ims_path *path,
			 struct sip_ims_negotiation *negotiation,
			 enum sip_ims_end end, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp);
void sip_ims_offer_commit(struct sip_ims_call_plan *plan);
void sip_ims_offer_abort(struct sip_ims_call_plan *plan);
bool sip_ims_offer_tick(struct sip_ims_call *call,
			struct sip_ims_negotiation *negotiation);
void sip_ims_negotiation_copy(struct sip_ims_negotiation *to,
			      const struct sip_ims_negotiation *from);
void sip_ims_negotiation_free(struct sip_ims_call *call,
			      struct sip_ims_negotiation *negotiation);

#endif /* _CALL_OFFER_H */
