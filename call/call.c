// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls: an INVITE, the dialogs it makes, and their end.
 *
 * A call is found by zone, Call-ID and the caller's tag; a dialog in it by the
 * callee's tag (RFC 3261 section 12).  The same call can cross the router
 * twice, phone to proxy and proxy to phone; each crossing is a leg with a
 * state of its own, told apart by the signalling addresses of its two ends.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include <call/call.h>
#include <call/description.h>
#include <call/dialog.h>
#include <call/media_pinholes.h>
#include <call/notify.h>
#include <call/offer.h>
#include <call/plan.h>
#include <call/target.h>
#include <call/traffic.h>
#include <path/path.h>
#include <session/admission.h>
#include <session/counters.h>
#include <session/net.h>
#include <session/pinhole.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

/* How long the signalling flow of a silent call lives at most, seconds. */
#define CALL_KEEPALIVE	3600

/**
 * struct call_facts - one message as a call sees it
 * @path: its way
 * @base: first byte of the message
 * @msg: its facts
 * @sender: tag of the end that sent it
 * @receiver: tag of the other end; may be absent
 * @from_caller: the sender is the end that sent the first INVITE
 * @key: key of the call
 */
struct call_facts {
	const struct sip_ims_path *path;
	const u8 *base;
	const struct sip_message *msg;
	struct sip_slice sender;
	struct sip_slice receiver;
	bool from_caller;
	struct sip_ims_key key;
};

static void call_facts_init(struct call_facts *facts,
			    const struct sip_ims_path *path, const u8 *base,
			    const struct sip_message *msg)
{
	memset(facts, 0, sizeof(*facts));
	facts->path = path;
	facts->base = base;
	facts->msg = msg;
	facts->sender = msg->request ? msg->from_tag : msg->to_tag;
	facts->receiver = msg->request ? msg->to_tag : msg->from_tag;
	facts->key.hash = sip_ims_hash(path->sn, base + msg->call_id.off,
				       msg->call_id.len);
	facts->key.zone = path->zone;
	facts->key.kind = SIP_IMS_CALL;
	facts->key.l3num = path->l3num;
}

static bool same_bytes(const struct call_facts *facts, struct sip_slice slice,
		       const u8 *bytes, size_t len)
{
	return slice.len == len &&
	       !memcmp(facts->base + slice.off, bytes, len);
}

/* How many of the two ends fit: 2 the leg itself, 1 a peer with a new address. */
static int call_fits(const struct call_facts *facts,
		     const struct sip_ims_call *call, bool from_caller)
{
	const struct sip_ims_path *path = facts->path;
	const union nf_inet_addr *sender = &call->ends[!from_caller];
	const union nf_inet_addr *receiver = &call->ends[from_caller];

	return nf_inet_addr_cmp(sender, &path->src.addr) +
	       nf_inet_addr_cmp(receiver, &path->dst_mapped.addr);
}

/* The first INVITE must meet both ends, or a second leg would join the first. */
static int call_least(const struct sip_message *msg)
{
	return msg->request && msg->method == SIP_METHOD_INVITE &&
	       !msg->to_tag.len ? 2 : 1;
}

/* Of those in the list of its Call-ID. */
static struct sip_ims_call *call_lookup(struct call_facts *facts,
					struct rhlist_head *list)
{
	int fits, best = call_least(facts->msg) - 1;
	struct sip_ims_call *call, *found = NULL;
	struct rhlist_head *pos;
	bool from_caller;

	rhl_for_each_entry_rcu(call, pos, list, session.node) {
		if (!same_bytes(facts, facts->msg->call_id, call->call_id,
				call->call_id_len))
			continue;
		from_caller = same_bytes(facts, facts->sender, call->caller.tag,
					 call->caller.tag_len);
		if (!from_caller &&
		    !same_bytes(facts, facts->receiver, call->caller.tag,
				call->caller.tag_len))
			continue;
		fits = call_fits(facts, call, from_caller);
		if (fits > best) {
			best = fits;
			found = call;
			facts->from_caller = from_caller;
		}
	}
	return found;
}

static u8 *call_text(u8 **end, const u8 *base, struct sip_slice slice, u8 len)
{
	u8 *text = *end;

	memcpy(text, base + slice.off, len);
	*end += len;
	return text;
}

static struct sip_ims_call *call_alloc(struct call_facts *facts)
{
	const struct sip_ims_path *path = facts->path;
	const struct sip_message *msg = facts->msg;
	const u8 *base = facts->base;
	u8 from_len = min_t(u16, msg->from.len, SIP_IMS_URI_MAX);
	u8 to_len = min_t(u16, msg->to.len, SIP_IMS_URI_MAX);
	struct sip_ims_call *call;
	u8 *end;

	call = kzalloc(struct_size(call, text, msg->call_id.len +
				   msg->from_tag.len + from_len + to_len),
		       GFP_ATOMIC);
	if (!call)
		return NULL;
	end = call->text;
	call->call_id_len = msg->call_id.len;
	call->call_id = call_text(&end, base, msg->call_id, msg->call_id.len);
	call->caller.tag_len = msg->from_tag.len;
	call->caller.tag = call_text(&end, base, msg->from_tag,
				     msg->from_tag.len);
	call->from_len = from_len;
	call->from = call_text(&end, base, msg->from, from_len);
	call->to_len = to_len;
	call->to = call_text(&end, base, msg->to, to_len);
	call->ends[0] = path->src.addr;
	call->ends[1] = path->dst_mapped.addr;
	call->hidden[0] = !nf_inet_addr_cmp(&path->src.addr,
					    &path->src_mapped.addr);
	call->hidden[1] = !nf_inet_addr_cmp(&path->dst.addr,
					    &path->dst_mapped.addr);
	INIT_LIST_HEAD(&call->dialogs);
	INIT_LIST_HEAD(&call->bindings);
	sip_ims_session_init(&call->session, &sip_ims_call_ops, &facts->key, path);
	return call;
}

/* Another CPU may have made the same call meanwhile: look again, then insert. */
static struct sip_ims_call *call_insert(struct call_facts *facts,
					struct sip_ims_call *call, int *err)
{
	struct sip_ims_net *sn = facts->path->sn;
	struct sip_ims_call *other;
	struct rhlist_head *list;

	spin_lock(&sn->lock);
	list = sip_ims_session_lookup(sn, &facts->key);
	other = call_lookup(facts, list);
	*err = other ? -EEXIST : sip_ims_session_insert(&call->session, list);
	spin_unlock(&sn->lock);
	if (other)
		return other;
	return *err ? NULL : call;
}

/* Returns the call locked, made for this INVITE; NULL with plan->base.drop set. */
static struct sip_ims_call *call_create(struct sip_ims_call_plan *plan,
					struct call_facts *facts)
{
	struct sip_ims_net *sn = facts->path->sn;
	struct sip_ims_call *call, *made;
	int err = -ENOMEM;

	facts->from_caller = true;
	if (!facts->msg->to_tag.len &&
	    sip_ims_admission_check(&plan->base, facts->path))
		return NULL;
	made = call_alloc(facts);
	if (made)
		err = sip_ims_source_take(facts->path, &made->source);
	call = !err ? call_insert(facts, made, &err) : NULL;
	if (call && !sip_ims_session_lock(&call->session))
		call = NULL;
	if (made)
		sip_ims_session_put(&made->session);
	if (err == -ENOSPC)
		sip_ims_refuse(sn, CALL_LIMIT);
	else if (err == -EDQUOT)
		sip_ims_refuse(sn, SOURCE_LIMIT);
	else if (err == -ENOMEM)
		sip_ims_refuse(sn, NO_MEMORY);
	if (err == -ENOSPC || err == -EDQUOT)
		plan->base.retry_after = SIP_IMS_RETRY_AFTER;
	plan->base.drop = !call;
	if (!err) {
		sip_ims_count(sn, SIP_IMS_A_STATS_CALLS_OPENED);
		plan->base.created = true;
	}
	return call;
}

/* An INVITE that begins the call anew, not one that is sent again. */
static bool call_again(const struct call_facts *facts,
		       const struct sip_ims_call *call)
{
	const struct sip_message *msg = facts->msg;

	return msg->request && msg->method == SIP_METHOD_INVITE &&
	       !msg->to_tag.len &&
	       (call->state == SIP_IMS_CALL_STATE_ENDING ||
		msg->cseq > call->cseq);
}

/* The call of a message, locked; an INVITE makes one. */
static struct sip_ims_call *call_get(struct sip_ims_call_plan *plan,
				     struct call_facts *facts)
{
	const struct sip_message *msg = facts->msg;
	struct sip_ims_call *call;

	call = call_lookup(facts, sip_ims_session_lookup(facts->path->sn,
							 &facts->key));
	if (call && sip_ims_session_lock(&call->session)) {
		if (!call_again(facts, call) ||
		    !sip_ims_admission_check(&plan->base, facts->path))
			return call;
		sip_ims_session_unlock(&call->session);
		return NULL;
	}
	if (msg->request && msg->method == SIP_METHOD_INVITE)
		return call_create(plan, facts);
	sip_ims_refuse(facts->path->sn, NO_CALL);
	return NULL;
}

static struct sip_ims_dialog *dialog_find(const struct call_facts *facts,
					  struct sip_ims_call *call)
{
	struct sip_slice tag = facts->from_caller ? facts->receiver :
			       facts->sender;
	struct sip_ims_dialog *dialog;

	list_for_each_entry(dialog, &call->dialogs, list) {
		if (same_bytes(facts, tag, dialog->callee.tag,
			       dialog->callee.tag_len))
			return dialog;
	}
	return NULL;
}

/*
 * A dialog begins with a response to INVITE that has a tag, 101 to 299; one
 * that was there before us shows in a request with both tags.
 */
static bool dialog_begins(const struct call_facts *facts)
{
	const struct sip_message *msg = facts->msg;

	if (!msg->to_tag.len)
		return false;
	if (msg->request)
		return msg->method == SIP_METHOD_INVITE ||
		       msg->method == SIP_METHOD_UPDATE;
	return msg->method == SIP_METHOD_INVITE && !facts->from_caller &&
	       msg->status > 100 && msg->status < 300;
}

/* The dialog of a message, made if this message begins it. */
static struct sip_ims_dialog *dialog_get(struct sip_ims_call_plan *plan,
					 const struct call_facts *facts,
					 struct sip_ims_call *call)
{
	struct sip_slice tag = facts->from_caller ? facts->receiver :
			       facts->sender;
	struct sip_ims_dialog *dialog = dialog_find(facts, call);

	if (dialog || !dialog_begins(facts))
		return dialog;
	return sip_ims_dialog_create(plan, call, facts->base + tag.off,
				     tag.len);
}

static bool call_confirmed(const struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;

	list_for_each_entry(dialog, &call->dialogs, list) {
		if (dialog->state == SIP_IMS_DIALOG_CONFIRMED)
			return true;
	}
	return false;
}

static void call_state(struct sip_ims_call *call, u8 state)
{
	struct sip_ims_session *session = &call->session;
	const struct sip_ims_settings *settings;
	u32 seconds;

	settings = sip_ims_settings_find(session->sn, session->key.zone);
	switch (state) {
	case SIP_IMS_CALL_STATE_CONFIRMED:
		seconds = settings->max_call;
		call->deadline = jiffies + seconds * HZ;
		if (settings->inactive_media)
			sip_ims_session_check(session, jiffies + HZ);
		break;
	case SIP_IMS_CALL_STATE_ENDING:
		seconds = settings->grace;
		break;
	default:
		seconds = settings->timer_c;
		break;
	}
	call->state = state;
	sip_ims_session_expire(session, jiffies + seconds * HZ);
}

/* After its grace all of the call ends. */
static void call_end(struct sip_ims_call *call)
{
	if (call->state != SIP_IMS_CALL_STATE_ENDING)
		call_state(call, SIP_IMS_CALL_STATE_ENDING);
}

/* A dialog whose BYE was forged or refused goes on, and so does its call. */
static void call_revive(struct sip_ims_call *call)
{
	if (call->state != SIP_IMS_CALL_STATE_ENDING)
		return;
	if (!call_confirmed(call)) {
		call_state(call, SIP_IMS_CALL_STATE_EARLY);
		return;
	}
	call->state = SIP_IMS_CALL_STATE_CONFIRMED;
	sip_ims_session_expire(&call->session, call->deadline);
	sip_ims_session_check(&call->session, jiffies + HZ);
}

/* What an event of one dialog means for its call. */
static void call_follow(struct sip_ims_call *call,
			enum sip_ims_dialog_event event)
{
	if (event == SIP_IMS_DIALOG_LAST_ENDS)
		call_end(call);
	else if (event == SIP_IMS_DIALOG_REVIVED)
		call_revive(call);
}

static void request_invite(const struct call_facts *facts,
			   struct sip_ims_call *call,
			   struct sip_ims_dialog *dialog, bool created)
{
	const struct sip_message *msg = facts->msg;

	if (msg->to_tag.len) {
		/* A dialog that was there before us is as good as answered. */
		if (created && dialog)
			sip_ims_dialog_confirm(call, dialog);
		if (created)
			call_state(call, SIP_IMS_CALL_STATE_CONFIRMED);
		return;
	}
	/* The same call again with credentials (401, 407) or after a 3xx. */
	if (created || msg->cseq > call->cseq) {
		call->cseq = msg->cseq;
		if (!call_confirmed(call))
			call_state(call, SIP_IMS_CALL_STATE_CALLING);
	}
}

/*
 * Only its grace runs; a dialog whose BYE nobody answered may come back, since
 * anybody could have sent it.
 */
static bool call_over(const struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;

	if (call->state != SIP_IMS_CALL_STATE_ENDING)
		return false;
	list_for_each_entry(dialog, &call->dialogs, list) {
		if (dialog->state == SIP_IMS_DIALOG_ENDING &&
		    !dialog->bye.answered)
			return false;
	}
	return true;
}

static void call_request(const struct call_facts *facts,
			 struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog, bool created)
{
	switch (facts->msg->method) {
	case SIP_METHOD_INVITE:
		request_invite(facts, call, dialog, created);
		break;
	case SIP_METHOD_CANCEL:
		/* Too late after a 2xx (RFC 3261 section 9.1). */
		if (facts->from_caller && !call_confirmed(call))
			call_end(call);
		break;
	case SIP_METHOD_BYE:
		if (dialog)
			call_follow(call,
				    sip_ims_dialog_bye(call, dialog,
						       facts->from_caller,
						       facts->msg->cseq));
		break;
	default:
		break;
	}
}

static void call_answered(struct sip_ims_call *call,
			  struct sip_ims_dialog *dialog)
{
	if (!dialog || dialog->state == SIP_IMS_DIALOG_ENDING ||
	    dialog->state == SIP_IMS_DIALOG_CLOSED)
		return;
	sip_ims_dialog_confirm(call, dialog);
	if (call->state != SIP_IMS_CALL_STATE_CONFIRMED)
		call_state(call, SIP_IMS_CALL_STATE_CONFIRMED);
}

/* A final response is retransmitted until its ACK, but counts as one failure. */
static bool call_fails_anew(struct sip_ims_call *call,
			    const struct call_facts *facts)
{
	const struct sip_message *msg = facts->msg;
	u64 transaction = sip_ims_hash(call->session.sn,
				       facts->base + msg->branch.off,
				       msg->branch.len) ^ msg->cseq;

	if (call->failed == transaction)
		return false;
	call->failed = transaction;
	return true;
}

/* Only answers to the caller's last INVITE move the call. */
static void invite_response(const struct call_facts *facts,
			    struct sip_ims_call *call,
			    struct sip_ims_dialog *dialog)
{
	const struct sip_message *msg = facts->msg;

	if (facts->from_caller)
		return;
	if (msg->status / 100 == 2)
		sip_ims_source_put(call->session.sn, &call->source);
	if (msg->cseq != call->cseq)
		return;
	if (msg->status >= 300) {
		if (call_confirmed(call))
			return;
		if (sip_ims_admission_is_failure(msg->status) &&
		    call_fails_anew(call, facts))
			sip_ims_admission_count_failure(facts->path);
		call_end(call);
	} else if (msg->status >= 200) {
		call_answered(call, dialog);
	} else if (call->state < SIP_IMS_CALL_STATE_CONFIRMED) {
		/* A 100 says nothing (RFC 3261 section 16.7, item 2). */
		if (msg->status > 100)
			call_state(call, SIP_IMS_CALL_STATE_EARLY);
	} else if (call->state == SIP_IMS_CALL_STATE_CONFIRMED && dialog &&
		   dialog->state == SIP_IMS_DIALOG_EARLY) {
		sip_ims_dialog_lose(call, dialog);
	}
}

static void call_response(const struct call_facts *facts,
			  struct sip_ims_call *call,
			  struct sip_ims_dialog *dialog)
{
	const struct sip_message *msg = facts->msg;

	if (msg->method == SIP_METHOD_INVITE)
		invite_response(facts, call, dialog);
	else if (msg->method == SIP_METHOD_BYE && msg->status >= 200 && dialog)
		call_follow(call,
			    sip_ims_dialog_bye_answered(call, dialog, msg,
							facts->from_caller));
}

/* An unanswered call does not hold its flow longer than itself. */
static u32 call_keepalive(const struct sip_ims_call *call)
{
	unsigned long left = call->session.expires - jiffies;

	if (call->state == SIP_IMS_CALL_STATE_ENDING)
		return 0;
	return min_t(unsigned long, left / HZ, CALL_KEEPALIVE);
}

static struct sip_ims_party *call_sender(const struct call_facts *facts,
					 struct sip_ims_call *call,
					 struct sip_ims_dialog *dialog)
{
	if (facts->from_caller)
		return &call->caller;
	return dialog ? &dialog->callee : NULL;
}

static struct sip_ims_party *call_receiver(const struct call_facts *facts,
					   struct sip_ims_call *call,
					   struct sip_ims_dialog *dialog)
{
	if (!facts->from_caller)
		return &call->caller;
	return dialog ? &dialog->callee : NULL;
}

/* Nothing in a failure answer, or after the end, opens anything. */
static bool call_listens(const struct sip_message *msg,
			 const struct sip_ims_call *call)
{
	return call->state != SIP_IMS_CALL_STATE_ENDING &&
	       (msg->request || msg->status < 300);
}

/* Streams and target of the sender, then the pinholes that follow. */
static int call_media(struct sip_ims_call_plan *plan, const struct call_facts *facts,
		      struct sip_ims_call *call, struct sip_ims_dialog *dialog,
		      const struct sdp *sdp)
{
	enum sip_ims_end end = facts->from_caller ? SIP_IMS_CALLER :
						    SIP_IMS_CALLEE;
	int err;

	err = sip_ims_offer_decide(plan, facts->path,
				   dialog ? &dialog->negotiation : &call->negotiation, end,
				   facts->base, facts->msg, sdp);
	if (!err && call_listens(facts->msg, call))
		err = sip_ims_target_prepare(plan, facts->path, plan->sender,
					     facts->msg);
	if (!err && (plan->negotiation || plan->target_party || call->reopened))
		err = sip_ims_media_pinholes_require(plan, call);
	return err;
}

/* An SDP that nothing follows from: only its address is translated. */
static void call_stray(const struct call_facts *facts, const struct sdp *sdp)
{
	if (sdp->body.len)
		sip_ims_refuse(facts->path->sn, STRAY_SDP);
}

/**
 * sip_ims_call_decide() - INVITE and its family
 * @plan: filled
 * @path: the packet's way
 * @base: first byte of the message
 * @msg: its facts
 * @sdp: its SDP; an empty body when there is none
 */
void sip_ims_call_decide(struct sip_ims_call_plan *plan,
			 const struct sip_ims_path *path, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp)
{
	struct sip_ims_dialog *dialog;
	struct call_facts facts;
	struct sip_ims_call *call;
	int err;

	call_facts_init(&facts, path, base, msg);
	call = call_get(plan, &facts);
	if (!call)
		return;
	plan->base.session = &call->session;

	dialog = dialog_get(plan, &facts, call);
	if (plan->base.drop)
		return;
	if (msg->request)
		call_request(&facts, call, dialog, plan->base.created);
	else
		call_response(&facts, call, dialog);
	WRITE_ONCE(call->session.over, call_over(call));
	plan->base.keepalive = call_keepalive(call);

	plan->sender = call_sender(&facts, call, dialog);
	plan->receiver = call_receiver(&facts, call, dialog);
	if (call->state == SIP_IMS_CALL_STATE_ENDING || !plan->sender) {
		call_stray(&facts, sdp);
		return;
	}
	err = call_media(plan, &facts, call, dialog, sdp);
	plan->base.drop = err;
	if (err == -ENOSPC)
		plan->base.retry_after = SIP_IMS_RETRY_AFTER;
}

/* Close the streams that no packet has used for the time of inactive-media. */
static void call_check_traffic(struct sip_ims_call *call)
{
	u32 inactive_media;
	u32 idle = sip_ims_traffic_check(call, &inactive_media);

	if (!idle)
		return;
	/* The event reports what the pinholes have counted. */
	sip_ims_notify_inactive(call, idle, inactive_media);
	sip_ims_traffic_close(call, idle);
}

static void call_tick(struct sip_ims_session *session)
{
	struct sip_ims_call *call = sip_ims_call_of(session);
	enum sip_ims_dialog_event event;
	struct sip_ims_dialog *dialog;
	bool changed = false;

	list_for_each_entry(dialog, &call->dialogs, list) {
		changed |= sip_ims_offer_tick(call, &dialog->negotiation);
		event = sip_ims_dialog_tick(call, dialog);
		changed |= event == SIP_IMS_DIALOG_CHANGED;
		call_follow(call, event);
	}
	WRITE_ONCE(session->over, call_over(call));
	if (changed)
		sip_ims_media_pinholes_narrow(call);
	sip_ims_pinhole_reopen(session);
	call_check_traffic(call);
}

static void call_free(struct sip_ims_session *session)
{
	struct sip_ims_call *call = sip_ims_call_of(session);
	struct sip_ims_dialog *dialog, *next;

	sip_ims_pinholes_free(session);
	sip_ims_source_put(session->sn, &call->source);
	list_for_each_entry_safe(dialog, next, &call->dialogs, list)
		sip_ims_dialog_free(call, dialog);
	sip_ims_negotiation_free(call, &call->negotiation);
	sip_ims_target_free(session->sn, &call->caller);
}

const struct sip_ims_session_ops sip_ims_call_ops = {
	.limit = SIP_IMS_CALLS_MAX,
	.gauge = offsetof(struct sip_ims_net, calls),
	.closed = SIP_IMS_A_STATS_CALLS_CLOSED,
	.retries_shared = true,
	.tick = call_tick,
	.free = call_free,
};
