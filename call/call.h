/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls: an INVITE and all the dialogs it makes.
 */
#ifndef _CALL_CALL_H
#define _CALL_CALL_H

#include <linux/netfilter.h>

#include <call/offer.h>
#include <call/target.h>

#include <session/session.h>

/**
 * struct sip_ims_call - an INVITE and all dialogs it made, on one leg
 * @session: must be first
 * @state: enum sip_ims_call_state
 * @caller: the end that sent the first INVITE
 * @ends: signalling addresses of caller [0] and callee side [1], each as it
 *	calls itself.  The same call can cross the router twice (both phones
 *	inside, the proxy outside); the ends tell the two legs apart
 * @hidden: whether the router translates that end's address
 * @dialogs: list of struct sip_ims_dialog
 * @n_dialogs: its length, at most SIP_IMS_DIALOGS_MAX
 * @negotiation: the caller's offer, which each new dialog begins with
 * @bindings: list of struct sip_ims_binding, of all ends
 * @n_bindings: its length, at most SIP_IMS_BINDINGS_MAX
 * @inactive: a bit for each m= line whose pinholes closed by inactivity
 * @reopened: a lost dialog was answered, and its pinholes may be closed
 * @deadline: jiffies, when it ends however much it talks; once confirmed
 * @cseq: CSeq of the last INVITE of the caller
 * @source: who has it among its unanswered calls, or NULL
 * @failed: hash of the last transaction that the admission counted as failed
 * @call_id: the Call-ID, in @text
 * @call_id_len: its length
 * @from: URI of From, for people, in @text
 * @from_len: its length
 * @to: URI of To, for people, in @text
 * @to_len: its length
 * @text: Call-ID, caller's tag, From URI, To URI
 */
struct sip_ims_call {
	struct sip_ims_session session;
	u8 state;
	struct sip_ims_party caller;
	union nf_inet_addr ends[2];
	bool hidden[2];
	struct list_head dialogs;
	u8 n_dialogs;
	struct sip_ims_negotiation negotiation;
	struct list_head bindings;
	u16 n_bindings;
	u32 inactive;
	bool reopened;
	unsigned long deadline;
	u32 cseq;
	struct sip_ims_source *source;
	u64 failed;
	u8 *call_id;
	u8 *from;
	u8 *to;
	u8 call_id_len;
	u8 from_len;
	u8 to_len;
	u8 text[];
};

extern const struct sip_ims_session_ops sip_ims_call_ops;

void sip_ims_call_decide(struct sip_ims_call_plan *plan,
			 const struct sip_ims_path *path, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp);

static inline struct sip_ims_call *
sip_ims_call_of(struct sip_ims_session *session)
{
	return container_of(session, struct sip_ims_call, session);
}

#endif /* _CALL_CALL_H */
