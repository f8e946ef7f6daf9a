// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which pinholes follow from what the two ends of each dialog said.
 *
 * A pinhole towards one end comes from the stream that this end announced; its
 * source is the address the other end announced for the same stream, or, until
 * it has, the signalling peer (TS 24.229 annex F.5 wants it armed at the
 * offer).  While an offer is open or settling, what counted before it does so,
 * too.
 */
#include <call/call.h>
#include <call/description.h>
#include <call/dialog.h>
#include <call/media_pinholes.h>
#include <call/offer.h>
#include <call/plan.h>
#include <call/target.h>
#include <session/pinhole.h>
#include <session/pool.h>

/**
 * struct media_end - one end of a dialog, for the pinholes between two
 * @said: its streams, or NULL
 * @addr: its signalling address
 * @hidden: the router translates its address
 * @open: what it said is an offer without answer: whatever the other end said
 *	before was not about it
 */
struct media_end {
	const struct sip_ims_description *said;
	const union nf_inet_addr *addr;
	bool hidden;
	bool open;
};

/* What an end says of a stream; NULL when it has not said anything yet. */
static const struct sip_ims_stream *end_stream(const struct media_end *end,
					       unsigned int index)
{
	if (!end->said || index >= end->said->count)
		return NULL;
	return &end->said->streams[index];
}

/*
 * A hidden end is let out only from where it said it would be: its first
 * packet gets the public port that was announced for it.  Before it has said
 * anything, there is no such port, and it is left to the ruleset; so is one
 * that connects, from whatever port it likes.
 */
static bool require_source_port(const struct media_end *from,
				const struct sip_ims_stream *peer,
			     struct sip_ims_pinhole_spec *want)
{
	if (!from->hidden && !(peer && peer->here))
		return true;
	if (want->l4proto == IPPROTO_TCP)
		return false;
	want->source_port = want->peer ? want->peer->port : 0;
	return want->source_port;
}

static int require_component(struct sip_ims_call_plan *plan, unsigned int index,
			     unsigned int c, const struct sip_ims_stream *to,
			  const struct media_end *from,
			  const struct sip_ims_stream *peer)
{
	struct sip_ims_pinhole_spec want = {
		.l4proto = to->l4proto,
		.mline = index,
		.outer = &to->mapped[c],
		.inner = &to->local[c],
		.source = from->addr,
	};

	if (!to->local[c].port ||
	    (c == SIP_IMS_RTCP && peer && to->mux && peer->mux))
		return 0;
	if (peer) {
		want.source = &peer->local[SIP_IMS_RTP].addr;
		if (peer->local[c].port)
			want.source = &peer->local[c].addr;
		want.peer = &peer->local[c];
		want.peer_mapped = &peer->mapped[c];
	}
	if (!require_source_port(from, peer, &want))
		return 0;
	return sip_ims_pinhole_require(&plan->base, &want);
}

static int require_stream(struct sip_ims_call_plan *plan, const struct media_end *to,
			  const struct media_end *from, unsigned int index)
{
	const struct sip_ims_stream *stream = end_stream(to, index);
	const struct sip_ims_stream *peer = end_stream(from, index);
	unsigned int c;
	int err = 0;

	if (!stream->l4proto || stream->direct)
		return 0;
	if (peer && peer->off && !to->open)
		return 0;
	if (peer && !peer->l4proto)
		peer = NULL;
	if (peer && peer->direct)
		return 0;
	for (c = 0; c < SIP_IMS_COMPONENTS && !err; c++)
		err = require_component(plan, index, c, stream, from, peer);
	return err;
}

static int require_towards(struct sip_ims_call_plan *plan, const struct media_end *to,
			   const struct media_end *from)
{
	unsigned int i;
	int err = 0;

	for (i = 0; to->said && i < to->said->count && !err; i++)
		err = require_stream(plan, to, from, i);
	return err;
}

static int require_between(struct sip_ims_call_plan *plan,
			   const struct sip_ims_call *call,
			struct sip_ims_description * const *said,
			const bool *open)
{
	struct media_end end[SIP_IMS_ENDS];
	unsigned int i;
	int err;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		end[i].said = said[i];
		end[i].addr = &call->ends[i];
		end[i].hidden = call->hidden[i];
		end[i].open = open[i];
	}
	err = require_towards(plan, &end[SIP_IMS_CALLER], &end[SIP_IMS_CALLEE]);
	return err ?: require_towards(plan, &end[SIP_IMS_CALLEE],
				   &end[SIP_IMS_CALLER]);
}

/* What counts now comes last: of two that are equal, its source is the one. */
static int require_negotiation(struct sip_ims_call_plan *plan,
			       const struct sip_ims_call *call,
			    const struct sip_ims_negotiation *negotiation)
{
	static const bool answered[SIP_IMS_ENDS];
	const struct sip_ims_offer *offer;
	bool open[SIP_IMS_ENDS];
	unsigned int i;
	int err;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		offer = &negotiation->offer[i];
		open[i] = offer->state == SIP_IMS_OFFER_PENDING &&
			  !offer->answered;
		if (offer->state == SIP_IMS_OFFER_NONE ||
		    (!offer->before[0] && !offer->before[1]))
			continue;
		err = require_between(plan, call, offer->before, answered);
		if (err)
			return err;
	}
	return require_between(plan, call, negotiation->now, open);
}

static int require_dialog(struct sip_ims_call_plan *plan, struct sip_ims_call *call,
			  const struct sip_ims_dialog *dialog)
{
	int err;

	err = require_negotiation(plan, call,
				  dialog ? &dialog->negotiation : &call->negotiation);
	if (!err && dialog)
		err = sip_ims_target_require(plan, &dialog->callee,
					     &call->ends[SIP_IMS_CALLER]);
	return err ?: sip_ims_target_require(plan, &call->caller,
					  &call->ends[SIP_IMS_CALLEE]);
}

/* Those that live come last, as above. */
static int require_dialogs(struct sip_ims_call_plan *plan, struct sip_ims_call *call,
			   bool alive)
{
	struct sip_ims_dialog *dialog;
	int err = 0;

	list_for_each_entry(dialog, &call->dialogs, list) {
		if (sip_ims_dialog_alive(dialog) == alive &&
		    sip_ims_dialog_open(dialog))
			err = require_dialog(plan, call, dialog);
		if (err)
			return err;
	}
	return 0;
}

/**
 * sip_ims_media_pinholes_require() - name all pinholes a call shall have
 * @plan: its session is @call, locked
 * @call: the call
 *
 * Return: 0, or an error that is counted.
 */
int sip_ims_media_pinholes_require(struct sip_ims_call_plan *plan, struct sip_ims_call *call)
{
	int err;

	sip_ims_pinhole_compare(&plan->base);
	if (list_empty(&call->dialogs))
		return require_dialog(plan, call, NULL);
	err = require_dialogs(plan, call, false);
	return err ?: require_dialogs(plan, call, true);
}

/**
 * sip_ims_media_pinholes_narrow() - close the pinholes that nothing asks for any more
 * @call: locked
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_media_pinholes_narrow(struct sip_ims_call *call)
{
	struct sip_ims_call_plan plan;

	sip_ims_call_plan_init(&plan);
	plan.base.session = &call->session;
	plan.base.narrow = true;
	sip_ims_media_pinholes_require(&plan, call);
	sip_ims_pinhole_sweep(&call->session);
	sip_ims_pinhole_update_peers(&call->session);
}
