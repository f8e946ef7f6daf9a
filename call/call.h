/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls: an INVITE and all dialogs that it creates.
 *
 * Lifetimes
 * ---------
 * A call is a session: it is created by an INVITE, found under RCU, counted by
 * references, and freed as session/net.h describes.  A call owns everything
 * below it:
 *
 *   call --- party (the caller) --- targets
 *     |----- negotiation (before the first dialog) --.
 *     |----- dialogs --- party (the callee)          |
 *     |         '------- negotiation -------------.  |
 *     |                                           v  v
 *     |                          descriptions: arrays of streams
 *     |                                             |
 *     '----- bindings <-----------------------------'
 *
 * Dialog: freed with the call.  When a call has SIP_IMS_DIALOGS_MAX dialogs, a
 * new one replaces the oldest that is not open any more.  A dialog that is
 * closed has only its tag and targets left.
 *
 * Negotiation: part of its call or dialog.  A new dialog begins with a copy of
 * the call's negotiation, because all branches answer the caller's offer.
 *
 * Description: created from one SDP and not changed afterwards.  It is counted;
 * references are held by negotiations (what each end has announced, and what
 * was in use before each offer) and by the plan of the message, from
 * sip_ims_offer_decide() to its commit or abort.  Streams are part of it.
 *
 * Binding: in the list of the call, counted by the streams that refer to it.
 * The last of them releases the pair of ports to its pool.
 *
 * Target: part of its party.  It owns a pair of ports unless its address is not
 * translated.  The commit of a plan replaces it; it is freed with its party.
 *
 * Pinholes belong to the session and refer to none of these, except for the
 * planned peers, which end with the commit or abort of the plan.  The pointers
 * in struct sip_ims_call_plan to negotiations, parties and descriptions are
 * valid up to then, too, since the call stays locked.
 *
 * Locks
 * -----
 * session.lock of the call protects the call and all of the above, so the
 * reference counts of descriptions and bindings are plain integers.  Look-ups
 * under RCU read, without the lock, only the key, @call_id, the tag of @caller
 * and @ends, which do not change once the call is in the table.
 *
 * Bottom halves are off whenever a call is locked.  Functions of this directory
 * for which "Context: any" holds are also called without the lock, when there
 * is no reference to the call any more (sip_ims_session_ops.free).
 */
#ifndef _CALL_CALL_H
#define _CALL_CALL_H

#include <linux/netfilter.h>

#include <call/offer.h>
#include <call/target.h>

#include <session/session.h>

/**
 * struct sip_ims_call - an INVITE and all dialogs that it created, on one leg
 *
 * For lifetimes and locks see above.
 *
 * @session: must be the first member
 * @state: enum sip_ims_call_state
 * @caller: the end that sent the first INVITE
 * @ends: signalling addresses of the caller [0] and of the callee's side [1],
 *	each as it knows itself, in network byte order.  The same call can cross
 *	the router twice, when both phones are inside and the proxy is outside;
 *	the addresses tell the two legs apart
 * @hidden: whether NAT translates the address in @ends
 * @dialogs: list of struct sip_ims_dialog, oldest first
 * @n_dialogs: length of @dialogs, at most SIP_IMS_DIALOGS_MAX
 * @negotiation: the caller's offer, with which each new dialog begins
 * @bindings: list of struct sip_ims_binding, of both ends
 * @n_bindings: length of @bindings, at most SIP_IMS_BINDINGS_MAX
 * @inactive: a bit for each m= line whose pinholes were closed for inactivity,
 *	until an offer or answer opens them again
 * @reopened: a 2xx has confirmed a lost dialog, whose pinholes may be closed
 * @deadline: jiffies, when a confirmed call ends in any case (max-call)
 * @cseq: CSeq of the caller's last INVITE outside of a dialog
 * @source: the account of the caller's unanswered calls that the call is
 *	charged to, or NULL
 * @failed: hash of the last transaction that was counted as a failed INVITE
 * @call_id: Call-ID, in @text
 * @call_id_len: bytes of @call_id
 * @from: URI of From, shown to users, in @text
 * @from_len: bytes of @from, at most SIP_IMS_URI_MAX
 * @to: URI of To, shown to users, in @text
 * @to_len: bytes of @to, at most SIP_IMS_URI_MAX
 * @text: the bytes of Call-ID, the caller's tag, From URI and To URI
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

/**
 * sip_ims_call_of() - convert a session to its call
 * @session: a session of the kind SIP_IMS_CALL
 *
 * Context: any.
 * Return: the call.
 */
static inline struct sip_ims_call *
sip_ims_call_of(struct sip_ims_session *session)
{
	return container_of(session, struct sip_ims_call, session);
}

#endif /* _CALL_CALL_H */
