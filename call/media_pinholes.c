// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pinholes that the descriptions of both ends of each dialog require.
 *
 * The destination of a pinhole is what one end announced for a stream; its
 * source is the address that the other end announced for the same stream.  As
 * long as the other end has announced none, the source is its signalling
 * address, because TS 24.229 annex F.5 requires the pinhole with the offer.
 * While an offer is pending or settling, the descriptions before it have their
 * pinholes, too.
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
 * struct media_end - one end of a dialog
 * @description: its description, or NULL
 * @addr: its signalling address
 * @hidden: NAT translates its address
 * @unanswered: its description is an offer without an answer, so the
 *	description of the other end does not refer to it
 */
struct media_end {
	const struct sip_ims_description *description;
	const union nf_inet_addr *addr;
	bool hidden;
	bool unanswered;
};

/* Return: the stream of an end; NULL if the end has not announced it. */
static const struct sip_ims_stream *end_stream(const struct media_end *end,
					       unsigned int index)
{
	if (!end->description || index >= end->description->count)
		return NULL;
	return &end->description->streams[index];
}

/*
 * The pinhole of a hidden end has the port that the end announced as its source
 * port, so that the first packet leaves from the public port that stands for
 * it.  While the end has announced no port, and for TCP, which connects from
 * any port, the ruleset's own NAT applies.  Return: 0; -ENOENT for no pinhole.
 */
static int set_source_port(const struct media_end *from,
			   const struct sip_ims_stream *peer,
			   struct sip_ims_pinhole_spec *spec)
{
	if (!from->hidden && !(peer && peer->own_port))
		return 0;
	if (spec->l4proto == IPPROTO_TCP)
		return -ENOENT;
	spec->source_port = spec->peer ? spec->peer->port : 0;
	return spec->source_port ? 0 : -ENOENT;
}

static int require_component(struct sip_ims_call_plan *plan, unsigned int index,
			     unsigned int c, const struct sip_ims_stream *to,
			     const struct media_end *from,
			     const struct sip_ims_stream *peer)
{
	struct sip_ims_pinhole_spec spec = {
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
		spec.source = &peer->local[SIP_IMS_RTP].addr;
		if (peer->local[c].port)
			spec.source = &peer->local[c].addr;
		spec.peer = &peer->local[c];
		spec.peer_mapped = &peer->mapped[c];
	}
	if (set_source_port(from, peer, &spec))
		return 0;
	return sip_ims_pinhole_require(&plan->base, &spec);
}

static int require_stream(struct sip_ims_call_plan *plan,
			  const struct media_end *to,
			  const struct media_end *from, unsigned int index)
{
	const struct sip_ims_stream *stream = end_stream(to, index);
	const struct sip_ims_stream *peer = end_stream(from, index);
	unsigned int c;
	int err = 0;

	if (!stream->l4proto || stream->direct)
		return 0;
	if (peer && peer->off && !to->unanswered)
		return 0;
	if (peer && !peer->l4proto)
		peer = NULL;
	if (peer && peer->direct)
		return 0;
	for (c = 0; c < SIP_IMS_COMPONENTS && !err; c++)
		err = require_component(plan, index, c, stream, from, peer);
	return err;
}

static int require_towards(struct sip_ims_call_plan *plan,
			   const struct media_end *to,
			   const struct media_end *from)
{
	unsigned int i;
	int err = 0;

	if (!to->description)
		return 0;
	for (i = 0; i < to->description->count && !err; i++)
		err = require_stream(plan, to, from, i);
	return err;
}

static int require_between(struct sip_ims_call_plan *plan,
			   const struct sip_ims_call *call,
			   struct sip_ims_description * const *descriptions,
			   const bool *unanswered)
{
	struct media_end end[SIP_IMS_ENDS];
	unsigned int i;
	int err;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		end[i].description = descriptions[i];
		end[i].addr = &call->ends[i];
		end[i].hidden = call->hidden[i];
		end[i].unanswered = unanswered[i];
	}
	err = require_towards(plan, &end[SIP_IMS_CALLER], &end[SIP_IMS_CALLEE]);
	return err ?: require_towards(plan, &end[SIP_IMS_CALLEE],
				      &end[SIP_IMS_CALLER]);
}

/*
 * The current descriptions come last, so that of two equal pinholes theirs
 * supplies the peer.
 */
static int require_negotiation(struct sip_ims_call_plan *plan,
			       const struct sip_ims_call *call,
			       const struct sip_ims_negotiation *negotiation)
{
	static const bool answered[SIP_IMS_ENDS];
	const struct sip_ims_offer *offer;
	bool unanswered[SIP_IMS_ENDS];
	unsigned int i;
	int err;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		offer = &negotiation->offer[i];
		unanswered[i] = offer->state == SIP_IMS_OFFER_PENDING &&
				!offer->answered;
		if (offer->state == SIP_IMS_OFFER_NONE ||
		    (!offer->before[0] && !offer->before[1]))
			continue;
		err = require_between(plan, call, offer->before, answered);
		if (err)
			return err;
	}
	return require_between(plan, call, negotiation->now, unanswered);
}

/* @dialog: NULL before the first dialog of the call */
static int require_dialog(struct sip_ims_call_plan *plan,
			  struct sip_ims_call *call,
			  const struct sip_ims_dialog *dialog)
{
	const struct sip_ims_negotiation *negotiation =
		dialog ? &dialog->negotiation : &call->negotiation;
	int err;

	err = require_negotiation(plan, call, negotiation);
	if (!err && dialog)
		err = sip_ims_target_require(plan, &dialog->callee,
					     &call->ends[SIP_IMS_CALLER]);
	return err ?: sip_ims_target_require(plan, &call->caller,
					     &call->ends[SIP_IMS_CALLEE]);
}

static int require_dialogs(struct sip_ims_call_plan *plan,
			   struct sip_ims_call *call, bool alive)
{
	struct sip_ims_dialog *dialog;
	int err = 0;

	list_for_each_entry(dialog, &call->dialogs, list) {
		if (sip_ims_dialog_is_alive(dialog) == alive &&
		    sip_ims_dialog_is_open(dialog))
			err = require_dialog(plan, call, dialog);
		if (err)
			return err;
	}
	return 0;
}

/**
 * sip_ims_media_pinholes_require() - name all pinholes that a call requires
 * @plan: the plan; its session is @call
 * @call: the call, locked
 *
 * The dialogs that are alive come last, so that of two equal pinholes theirs
 * supplies the peer.
 *
 * Context: bottom halves off.
 * Return: 0, or an error of sip_ims_pinhole_require(), counted.
 */
int sip_ims_media_pinholes_require(struct sip_ims_call_plan *plan,
				   struct sip_ims_call *call)
{
	int err;

	sip_ims_pinhole_compare(&plan->base);
	if (list_empty(&call->dialogs))
		return require_dialog(plan, call, NULL);
	err = require_dialogs(plan, call, false);
	return err ?: require_dialogs(plan, call, true);
}

/**
 * sip_ims_media_pinholes_narrow() - close the pinholes not required any more
 * @call: the call, locked
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
