// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls: an INVITE, the dialogs that it creates, and their end.
 *
 * A call is found by zone, Call-ID and the caller's tag; a dialog in it by the
 * callee's tag (RFC 3261 section 12).  The same call can cross the router
 * twice, from a phone to the proxy and from the proxy to another phone.  Each
 * crossing is a leg with its own state, distinguished by the signalling
 * addresses of its two ends.
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

/* Longest time for which a call keeps its signalling flow alive, seconds. */
#define CALL_KEEPALIVE	3600

/**
 * struct call_facts - the facts of a message that belongs to a call
 * @path: the path of the message
 * @base: first byte of the message
 * @msg: the facts that the parser found
 * @sender: tag of the end that sent the message
 * @receiver: tag of the other end; may be absent
 * @from_caller: the sender is the end that sent the first INVITE; set when the
 *	call has been found or created
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
	sip_ims_key_init(&facts->key, path, SIP_IMS_CALL,
			 base + msg->call_id.off, msg->call_id.len);
}

static bool slice_equals(const struct call_facts *facts,
			 struct sip_slice slice, const u8 *bytes, size_t len)
{
	return slice.len == len &&
	       !memcmp(facts->base + slice.off, bytes, len);
}

/*
 * Return: how many of the two addresses match.  With both, the message is on
 * this leg; with one, an end may have got another address.
 */
static int count_matching_ends(const struct call_facts *facts,
			       const struct sip_ims_call *call,
			       bool from_caller)
{
	const struct sip_ims_path *path = facts->path;
	const union nf_inet_addr *sender = &call->ends[!from_caller];
	const union nf_inet_addr *receiver = &call->ends[from_caller];

	return nf_inet_addr_cmp(sender, &path->src.addr) +
	       nf_inet_addr_cmp(receiver, &path->dst_mapped.addr);
}

/*
 * The first INVITE must match both addresses; otherwise the second leg of a
 * call would be taken for the first.
 */
static int required_matching_ends(const struct sip_message *msg)
{
	return msg->request && msg->method == SIP_METHOD_INVITE &&
	       !msg->to_tag.len ? 2 : 1;
}

/* @list has the calls with the same key.  Sets @from_caller for the result. */
static struct sip_ims_call *call_lookup(struct call_facts *facts,
					struct rhlist_head *list)
{
	int matches, best = required_matching_ends(facts->msg) - 1;
	struct sip_ims_call *call, *found = NULL;
	struct rhlist_head *pos;
	bool from_caller;

	rhl_for_each_entry_rcu(call, pos, list, session.node) {
		if (!slice_equals(facts, facts->msg->call_id, call->call_id,
				  call->call_id_len))
			continue;
		from_caller = slice_equals(facts, facts->sender,
					   call->caller.tag,
					   call->caller.tag_len);
		if (!from_caller &&
		    !slice_equals(facts, facts->receiver, call->caller.tag,
				  call->caller.tag_len))
			continue;
		matches = count_matching_ends(facts, call, from_caller);
		if (matches > best) {
			best = matches;
			found = call;
			facts->from_caller = from_caller;
		}
	}
	return found;
}

static u8 *copy_text(u8 **end, const u8 *base, struct sip_slice slice, u8 len)
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
	call->call_id = copy_text(&end, base, msg->call_id, msg->call_id.len);
	call->caller.tag_len = msg->from_tag.len;
	call->caller.tag = copy_text(&end, base, msg->from_tag,
				     msg->from_tag.len);
	call->from_len = from_len;
	call->from = copy_text(&end, base, msg->from, from_len);
	call->to_len = to_len;
	call->to = copy_text(&end, base, msg->to, to_len);
	call->ends[0] = path->src.addr;
	call->ends[1] = path->dst_mapped.addr;
	call->hidden[0] = sip_ims_source_hidden(path);
	call->hidden[1] = sip_ims_destination_hidden(path);
	INIT_LIST_HEAD(&call->dialogs);
	INIT_LIST_HEAD(&call->bindings);
	sip_ims_session_init(&call->session, &sip_ims_call_ops, &facts->key,
			     path);
	return call;
}

/*
 * Another CPU may have created the same call since the first look-up, so look
 * it up again under the lock.
 */
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

/* Return: the call for this INVITE, locked; NULL with plan->base.drop set. */
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

/* A retransmission has the CSeq of the INVITE before it. */
static bool is_new_attempt(const struct call_facts *facts,
			   const struct sip_ims_call *call)
{
	const struct sip_message *msg = facts->msg;

	return msg->request && msg->method == SIP_METHOD_INVITE &&
	       !msg->to_tag.len &&
	       (call->state == SIP_IMS_CALL_STATE_ENDING ||
		msg->cseq > call->cseq);
}

/* Return: the call of a message, locked; created for an INVITE; or NULL. */
static struct sip_ims_call *call_get(struct sip_ims_call_plan *plan,
				     struct call_facts *facts)
{
	const struct sip_message *msg = facts->msg;
	struct sip_ims_call *call;

	call = call_lookup(facts, sip_ims_session_lookup(facts->path->sn,
							 &facts->key));
	if (call && sip_ims_session_lock(&call->session)) {
		if (!is_new_attempt(facts, call) ||
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

static struct sip_slice callee_tag(const struct call_facts *facts)
{
	return facts->from_caller ? facts->receiver : facts->sender;
}

static struct sip_ims_dialog *dialog_find(const struct call_facts *facts,
					  struct sip_ims_call *call)
{
	struct sip_slice tag = callee_tag(facts);
	struct sip_ims_dialog *dialog;

	list_for_each_entry(dialog, &call->dialogs, list) {
		if (slice_equals(facts, tag, dialog->callee.tag,
				 dialog->callee.tag_len))
			return dialog;
	}
	return NULL;
}

/*
 * A dialog begins with a response to INVITE that has a tag, 101 to 299 (RFC
 * 3261 section 12.1).  A dialog that is older than its state here is created by
 * a request with both tags.
 */
static bool creates_dialog(const struct call_facts *facts)
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

/* Return: the dialog of a message, created if necessary; or NULL. */
static struct sip_ims_dialog *dialog_get(struct sip_ims_call_plan *plan,
					 const struct call_facts *facts,
					 struct sip_ims_call *call)
{
	struct sip_slice tag = callee_tag(facts);
	struct sip_ims_dialog *dialog = dialog_find(facts, call);

	if (dialog || !creates_dialog(facts))
		return dialog;
	return sip_ims_dialog_create(plan, call, facts->base + tag.off,
				     tag.len);
}

static bool call_is_confirmed(const struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;

	list_for_each_entry(dialog, &call->dialogs, list) {
		if (dialog->state == SIP_IMS_DIALOG_CONFIRMED)
			return true;
	}
	return false;
}

static void call_set_state(struct sip_ims_call *call, u8 state)
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

/* The session ends after the grace period. */
static void call_end(struct sip_ims_call *call)
{
	if (call->state != SIP_IMS_CALL_STATE_ENDING)
		call_set_state(call, SIP_IMS_CALL_STATE_ENDING);
}

/* A dialog whose BYE was forged or refused continues, and so does its call. */
static void call_revive(struct sip_ims_call *call)
{
	if (call->state != SIP_IMS_CALL_STATE_ENDING)
		return;
	if (!call_is_confirmed(call)) {
		call_set_state(call, SIP_IMS_CALL_STATE_EARLY);
		return;
	}
	call->state = SIP_IMS_CALL_STATE_CONFIRMED;
	sip_ims_session_expire(&call->session, call->deadline);
	sip_ims_session_check(&call->session, jiffies + HZ);
}

static void call_apply_event(struct sip_ims_call *call,
			     enum sip_ims_dialog_event event)
{
	if (event == SIP_IMS_DIALOG_LAST_ENDS)
		call_end(call);
	else if (event == SIP_IMS_DIALOG_REVIVED)
		call_revive(call);
}

static void handle_invite(const struct call_facts *facts,
			  struct sip_ims_call *call,
			  struct sip_ims_dialog *dialog, bool created)
{
	const struct sip_message *msg = facts->msg;

	if (msg->to_tag.len) {
		/* The dialog is older than its state here: it has a 2xx. */
		if (created && dialog)
			sip_ims_dialog_confirm(call, dialog);
		if (created)
			call_set_state(call, SIP_IMS_CALL_STATE_CONFIRMED);
		return;
	}
	/* The caller repeats a call with credentials, or after a 3xx. */
	if (created || msg->cseq > call->cseq) {
		call->cseq = msg->cseq;
		if (!call_is_confirmed(call))
			call_set_state(call, SIP_IMS_CALL_STATE_CALLING);
	}
}

/*
 * Only the grace period remains, and nothing can revive the call.  A BYE
 * without a response may be forged, so its dialog may continue.
 */
static bool call_is_over(const struct sip_ims_call *call)
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

static void handle_request(const struct call_facts *facts,
			   struct sip_ims_call *call,
			   struct sip_ims_dialog *dialog, bool created)
{
	enum sip_ims_dialog_event event;

	switch (facts->msg->method) {
	case SIP_METHOD_INVITE:
		handle_invite(facts, call, dialog, created);
		break;
	case SIP_METHOD_CANCEL:
		/* After a 2xx it has no effect (RFC 3261 section 9.1). */
		if (facts->from_caller && !call_is_confirmed(call))
			call_end(call);
		break;
	case SIP_METHOD_BYE:
		if (!dialog)
			break;
		event = sip_ims_dialog_handle_bye(call, dialog,
						  facts->from_caller,
						  facts->msg->cseq);
		call_apply_event(call, event);
		break;
	default:
		break;
	}
}

static void call_confirm(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog)
{
	if (!dialog || dialog->state == SIP_IMS_DIALOG_ENDING ||
	    dialog->state == SIP_IMS_DIALOG_CLOSED)
		return;
	sip_ims_dialog_confirm(call, dialog);
	if (call->state != SIP_IMS_CALL_STATE_CONFIRMED)
		call_set_state(call, SIP_IMS_CALL_STATE_CONFIRMED);
}

/* A retransmission of the final response is not another failure. */
static void count_failure(const struct call_facts *facts,
			  struct sip_ims_call *call)
{
	const struct sip_message *msg = facts->msg;
	u64 transaction = sip_ims_hash(call->session.sn,
				       facts->base + msg->branch.off,
				       msg->branch.len) ^ msg->cseq;

	if (!sip_ims_admission_is_failure(msg->status) ||
	    call->failed == transaction)
		return;
	call->failed = transaction;
	sip_ims_admission_count_failure(facts->path);
}

/* Only responses to the caller's last INVITE change the state of the call. */
static void handle_invite_response(const struct call_facts *facts,
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
		if (call_is_confirmed(call))
			return;
		count_failure(facts, call);
		call_end(call);
	} else if (msg->status >= 200) {
		call_confirm(call, dialog);
	} else if (call->state < SIP_IMS_CALL_STATE_CONFIRMED) {
		/* A 100 does not restart timer C (RFC 3261 16.7, item 2). */
		if (msg->status > 100)
			call_set_state(call, SIP_IMS_CALL_STATE_EARLY);
	} else if (call->state == SIP_IMS_CALL_STATE_CONFIRMED && dialog &&
		   dialog->state == SIP_IMS_DIALOG_EARLY) {
		sip_ims_dialog_lose(call, dialog);
	}
}

static void handle_response(const struct call_facts *facts,
			    struct sip_ims_call *call,
			    struct sip_ims_dialog *dialog)
{
	const struct sip_message *msg = facts->msg;
	enum sip_ims_dialog_event event;

	if (msg->method == SIP_METHOD_INVITE) {
		handle_invite_response(facts, call, dialog);
	} else if (msg->method == SIP_METHOD_BYE && msg->status >= 200 &&
		   dialog) {
		event = sip_ims_dialog_handle_bye_response(call, dialog, msg,
							   facts->from_caller);
		call_apply_event(call, event);
	}
}

/* The signalling flow need not outlive the call. */
static u32 call_keepalive(const struct sip_ims_call *call)
{
	unsigned long left = call->session.expires - jiffies;

	if (call->state == SIP_IMS_CALL_STATE_ENDING)
		return 0;
	return min_t(unsigned long, left / HZ, CALL_KEEPALIVE);
}

static struct sip_ims_party *find_sender(const struct call_facts *facts,
					 struct sip_ims_call *call,
					 struct sip_ims_dialog *dialog)
{
	if (facts->from_caller)
		return &call->caller;
	return dialog ? &dialog->callee : NULL;
}

static struct sip_ims_party *find_receiver(const struct call_facts *facts,
					   struct sip_ims_call *call,
					   struct sip_ims_dialog *dialog)
{
	if (!facts->from_caller)
		return &call->caller;
	return dialog ? &dialog->callee : NULL;
}

/* The Contacts of a 3xx are those of other hosts. */
static bool may_set_target(const struct sip_message *msg,
			   const struct sip_ims_call *call)
{
	return call->state != SIP_IMS_CALL_STATE_ENDING &&
	       (msg->request || msg->status < 300);
}

/* Streams and target of the sender first: the pinholes follow from them. */
static int decide_media(struct sip_ims_call_plan *plan,
			const struct call_facts *facts,
			struct sip_ims_call *call,
			struct sip_ims_dialog *dialog, const struct sdp *sdp)
{
	struct sip_ims_negotiation *negotiation =
		dialog ? &dialog->negotiation : &call->negotiation;
	enum sip_ims_end end = facts->from_caller ? SIP_IMS_CALLER :
						    SIP_IMS_CALLEE;
	int err;

	err = sip_ims_offer_decide(plan, facts->path, negotiation, end,
				   facts->base, facts->msg, sdp);
	if (!err && may_set_target(facts->msg, call))
		err = sip_ims_target_prepare(plan, facts->path, plan->sender,
					     facts->msg);
	if (!err && (plan->negotiation || plan->target_party || call->reopened))
		err = sip_ims_media_pinholes_require(plan, call);
	return err;
}

/* No pinhole follows from such an SDP; only addresses in it are translated. */
static void count_stray_sdp(const struct call_facts *facts,
			    const struct sdp *sdp)
{
	if (sdp->body.len)
		sip_ims_refuse(facts->path->sn, STRAY_SDP);
}

/**
 * sip_ims_call_decide() - decide about a message that belongs to a call
 * @plan: filled in; initialised before.  plan->base.session is set to the call,
 *	locked and referenced, unless there is none.  A commit or an abort must
 *	follow
 * @path: path of the packet
 * @base: first byte of the message
 * @msg: its facts; the method is that of a call (INVITE, ACK, BYE, ...)
 * @sdp: its SDP; with an empty body when there is none
 *
 * An INVITE creates the call, and a response to it the dialog (RFC 3261
 * sections 12 and 13).  plan->base.drop is set, and the reason counted, when a
 * limit or a lack of memory forbids the message.
 *
 * Context: RCU read side, bottom halves off; no session is locked.
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
		handle_request(&facts, call, dialog, plan->base.created);
	else
		handle_response(&facts, call, dialog);
	WRITE_ONCE(call->session.over, call_is_over(call));
	plan->base.keepalive = call_keepalive(call);

	plan->sender = find_sender(&facts, call, dialog);
	plan->receiver = find_receiver(&facts, call, dialog);
	if (call->state == SIP_IMS_CALL_STATE_ENDING || !plan->sender) {
		count_stray_sdp(&facts, sdp);
		return;
	}
	err = decide_media(plan, &facts, call, dialog, sdp);
	plan->base.drop = err;
	if (err == -ENOSPC)
		plan->base.retry_after = SIP_IMS_RETRY_AFTER;
}

static void call_check_traffic(struct sip_ims_call *call)
{
	u32 inactive_media;
	u32 idle = sip_ims_traffic_check(call, &inactive_media);

	if (!idle)
		return;
	/* The event reads the counts of the pinholes. */
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
		call_apply_event(call, event);
	}
	WRITE_ONCE(session->over, call_is_over(call));
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
