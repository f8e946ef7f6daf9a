// SPDX-License-Identifier: GPL-2.0-only
/*
 * Targets: where an end of a call wants its next requests (RFC 3261 section
 * 12.1, the remote target of the other end).
 *
 * Mostly that is the port it sends from, and the signalling flow is the way
 * back.  A phone that sends from a port of the moment names another one in its
 * Contact, and, without rport, in its Via (RFC 3261 section 18.2.2).  Each gets
 * a public port and a pinhole of its own, open to the signalling peer for as
 * long as the call lasts; they are one when they are one port, and none when it
 * is registered with that peer.
 */

#include <call/plan.h>
#include <call/target.h>
#include <path/address.h>
#include <path/path.h>
#include <path/via.h>
#include <registration/plan_grant.h>
#include <registration/port.h>
#include <session/net.h>
#include <session/pinhole.h>
#include <session/pool.h>

#include <sip_ims/sip.h>

static bool target_read(const struct sip_ims_path *path,
			const struct sip_message *msg,
			struct sip_ims_endpoint *target)
{
	const struct sip_uri *contact = &msg->contact_uri;

	if (!msg->contact_end || contact->port < SIP_IMS_PORT_FLOOR)
		return false;
	target->port = htons(contact->port);
	return target->port != path->src.port &&
	       sip_ims_address_read(&target->addr, &contact->address,
				    path) &&
	       nf_inet_addr_cmp(&target->addr, &path->src.addr);
}

static int target_alloc(const struct sip_ims_path *path,
			const struct sip_ims_endpoint *local,
			struct sip_ims_target *target)
{
	struct sip_ims_endpoint pair[SIP_IMS_COMPONENTS] = { *local };
	const struct sip_ims_binding *binding;

	target->local = *local;
	target->mapped = *local;
	target->pool = NULL;
	target->l4proto = path->l4proto;
	if (nf_inet_addr_cmp(&path->src.addr, &path->src_mapped.addr))
		return 0;
	binding = sip_ims_binding_take(path, pair, 0);
	if (IS_ERR(binding))
		return PTR_ERR(binding);
	target->mapped = binding->mapped;
	target->pool = binding->pool;
	return 0;
}

static const struct sip_ims_target *
party_target(const struct sip_ims_call_plan *plan,
	     const struct sip_ims_party *party)
{
	return plan->target_party == party && plan->new_target ?
	       &plan->target : &party->target;
}

static const struct sip_ims_target *
party_via(const struct sip_ims_call_plan *plan, const struct sip_ims_party *party)
{
	return plan->target_party == party && plan->new_via ?
	       &plan->via : &party->via;
}

static int via_prepare(struct sip_ims_call_plan *plan,
		       const struct sip_ims_path *path,
		       struct sip_ims_party *party,
		       const struct sip_message *msg)
{
	struct sip_ims_endpoint local;
	int err;

	if (!sip_ims_via_read(path, msg, &local) ||
	    sip_ims_same_endpoint(&party->via.local, &local) ||
	    sip_ims_same_endpoint(&party_target(plan, party)->local,
				  &local) ||
	    sip_ims_port_reaches(path, &local))
		return 0;
	err = target_alloc(path, &local, &plan->via);
	if (err)
		return err;
	plan->new_via = true;
	plan->target_party = party;
	return 0;
}

/**
 * sip_ims_target_prepare() - plan what Contact and Via in a call ask for
 * @plan: its session is a call, locked
 * @path: the packet
 * @party: the end that sent the message
 * @msg: its facts
 *
 * Sets plan->target_party when something is to change.
 *
 * Return: 0, or an error that is counted.
 */
int sip_ims_target_prepare(struct sip_ims_call_plan *plan,
			   const struct sip_ims_path *path,
			   struct sip_ims_party *party,
			   const struct sip_message *msg)
{
	struct sip_ims_endpoint local = {};
	int err;

	/* An old request that comes again says where it was then. */
	if (msg->request) {
		if (msg->cseq < party->cseq)
			return 0;
		party->cseq = msg->cseq;
	}
	if (!target_read(path, msg, &local) ||
	    sip_ims_same_endpoint(&party->target.local, &local) ||
	    sip_ims_port_reaches(path, &local))
		return via_prepare(plan, path, party, msg);
	err = target_alloc(path, &local, &plan->target);
	if (err)
		return err;
	plan->new_target = true;
	plan->target_party = party;
	return via_prepare(plan, path, party, msg);
}

static int require_target(struct sip_ims_call_plan *plan,
			  const struct sip_ims_target *target,
		       const union nf_inet_addr *peer)
{
	struct sip_ims_pinhole_spec want = {
		.l4proto = target->l4proto,
		.signalling = true,
		.source = peer,
		.outer = &target->mapped,
		.inner = &target->local,
	};

	return sip_ims_pinhole_require(&plan->base, &want);
}

/**
 * sip_ims_target_require() - name the pinholes towards a party's target and Via
 * @plan: its session is a call, locked
 * @party: whose target
 * @peer: the signalling address of the other end
 *
 * Return: 0, or an error that is counted.
 */
int sip_ims_target_require(struct sip_ims_call_plan *plan,
			   const struct sip_ims_party *party,
			const union nf_inet_addr *peer)
{
	const struct sip_ims_target *target = party_target(plan, party);
	const struct sip_ims_target *via = party_via(plan, party);
	int err = 0;

	if (target->l4proto)
		err = require_target(plan, target, peer);
	if (!err && via->l4proto)
		err = require_target(plan, via, peer);
	return err;
}

static bool target_maps(const struct sip_ims_target *target, bool sender,
			const struct sip_ims_endpoint *from,
			struct sip_ims_endpoint *to)
{
	if (!target->l4proto ||
	    !sip_ims_same_endpoint(sender ? &target->local :
					    &target->mapped, from))
		return false;
	*to = sender ? target->mapped : target->local;
	return true;
}

static bool party_maps(const struct sip_ims_call_plan *plan,
		       const struct sip_ims_party *party, bool sender,
		       const struct sip_ims_endpoint *from,
		       struct sip_ims_endpoint *to)
{
	return party &&
	       (target_maps(party_target(plan, party), sender, from, to) ||
		target_maps(party_via(plan, party), sender, from, to));
}

/**
 * sip_ims_target_map() - translate a port that is not the flow's own
 * @path: the packet's way
 * @plan: the plan of this message
 * @sender: @from is the sender's, as it calls itself; else the receiver's, as
 *	the sender knows it
 * @from: what stands in the message
 * @to: what the other side knows it as
 *
 * Return: whether a target of this call, a grant of this message, or a port
 * that the phone registered says so.
 */
bool sip_ims_target_map(const struct sip_ims_path *path,
			const struct sip_ims_call_plan *plan, bool sender,
			const struct sip_ims_endpoint *from,
			struct sip_ims_endpoint *to)
{
	return party_maps(plan, sender ? plan->sender : plan->receiver, sender,
			  from, to) ||
	       (sender && sip_ims_plan_grant_map(&plan->base, from, to)) ||
	       sip_ims_port_map(path, sender, from, to);
}

static void target_free(struct sip_ims_net *sn, struct sip_ims_target *target)
{
	if (target->pool)
		sip_ims_pool_free(sn, target->pool, target->mapped.port);
}

/**
 * sip_ims_target_commit() - the party now has target and Via of the plan
 * @plan: its session is locked
 */
void sip_ims_target_commit(struct sip_ims_call_plan *plan)
{
	struct sip_ims_party *party = plan->target_party;
	struct sip_ims_net *sn = plan->base.session->sn;

	if (party && plan->new_target) {
		target_free(sn, &party->target);
		party->target = plan->target;
	}
	if (party && plan->new_via) {
		target_free(sn, &party->via);
		party->via = plan->via;
	}
}

/**
 * sip_ims_target_abort() - give back what the plan took
 * @plan: its session is locked
 */
void sip_ims_target_abort(struct sip_ims_call_plan *plan)
{
	struct sip_ims_net *sn = plan->base.session->sn;

	if (plan->new_target)
		target_free(sn, &plan->target);
	if (plan->new_via)
		target_free(sn, &plan->via);
}

/**
 * sip_ims_target_free() - free target and Via of a party that goes
 * @sn: the namespace
 * @party: the party
 */
void sip_ims_target_free(struct sip_ims_net *sn, struct sip_ims_party *party)
{
	target_free(sn, &party->target);
	target_free(sn, &party->via);
}
