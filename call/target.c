// SPDX-License-Identifier: GPL-2.0-only
/*
 * Targets: ports other than the flow's that a party names for SIP (RFC 3261
 * section 12.1, the remote target of the other party).
 *
 * Most phones receive requests on the port they send from, through their
 * signalling flow.  A phone that sends from an ephemeral port names another
 * port in its Contact and, without rport, in its Via (RFC 3261 section 18.2.2).
 * Each such port gets a public port and a pinhole, for the signalling address
 * of the other end and the lifetime of the call.  If Contact and Via name the
 * same port, it has one pinhole; if the port is registered with that peer, the
 * registration's pinhole is used.
 */
#include <call/binding.h>
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

/* Return: 0; -ENOENT if the Contact names no other port of the sender. */
static int target_read(const struct sip_ims_path *path,
		       const struct sip_message *msg,
		       struct sip_ims_endpoint *target)
{
	const struct sip_uri *contact = &msg->contact_uri;

	if (!msg->contact_end || contact->port < SIP_IMS_PORT_FLOOR)
		return -ENOENT;
	target->port = htons(contact->port);
	if (target->port == path->src.port ||
	    !sip_ims_address_read(&target->addr, &contact->address, path) ||
	    !nf_inet_addr_cmp(&target->addr, &path->src.addr))
		return -ENOENT;
	return 0;
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
planned_target(const struct sip_ims_call_plan *plan,
	       const struct sip_ims_party *party)
{
	return plan->target_party == party && plan->new_target ?
	       &plan->target : &party->target;
}

static const struct sip_ims_target *
planned_via(const struct sip_ims_call_plan *plan,
	    const struct sip_ims_party *party)
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
	    sip_ims_same_endpoint(&planned_target(plan, party)->local,
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
 * sip_ims_target_prepare() - plan the targets that Contact and Via name
 * @plan: the plan of the message; its session is a call, locked
 * @path: path of the packet
 * @party: the party that sent the message
 * @msg: its facts
 *
 * Sets plan->target_party if a target changes; the plan owns the ports of the
 * new ones.  sip_ims_target_commit() or sip_ims_target_abort() must follow,
 * also after an error.
 *
 * Context: RCU read side, bottom halves off.
 * Return: 0, or an error of sip_ims_binding_take(), counted.
 */
int sip_ims_target_prepare(struct sip_ims_call_plan *plan,
			   const struct sip_ims_path *path,
			   struct sip_ims_party *party,
			   const struct sip_message *msg)
{
	struct sip_ims_endpoint local = {};
	int err;

	/* A retransmitted request may have an old Contact. */
	if (msg->request) {
		if (msg->cseq < party->cseq)
			return 0;
		party->cseq = msg->cseq;
	}
	if (target_read(path, msg, &local) ||
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
	struct sip_ims_pinhole_spec spec = {
		.l4proto = target->l4proto,
		.signalling = true,
		.source = peer,
		.outer = &target->mapped,
		.inner = &target->local,
	};

	return sip_ims_pinhole_require(&plan->base, &spec);
}

/**
 * sip_ims_target_require() - name the pinholes for the targets of a party
 * @plan: the plan; its session is a call, locked
 * @party: the party; its targets in @plan replace its own
 * @peer: signalling address of the other party, the source of the pinholes
 *
 * Context: bottom halves off.
 * Return: 0, or an error of sip_ims_pinhole_require(), counted.
 */
int sip_ims_target_require(struct sip_ims_call_plan *plan,
			   const struct sip_ims_party *party,
			   const union nf_inet_addr *peer)
{
	const struct sip_ims_target *target = planned_target(plan, party);
	const struct sip_ims_target *via = planned_via(plan, party);
	int err = 0;

	if (target->l4proto)
		err = require_target(plan, target, peer);
	if (!err && via->l4proto)
		err = require_target(plan, via, peer);
	return err;
}

static int target_map(const struct sip_ims_target *target, bool sender,
		      const struct sip_ims_endpoint *from,
		      struct sip_ims_endpoint *to)
{
	const struct sip_ims_endpoint *endpoint;

	endpoint = sender ? &target->local : &target->mapped;
	if (!target->l4proto || !sip_ims_same_endpoint(endpoint, from))
		return -ENOENT;
	*to = sender ? target->mapped : target->local;
	return 0;
}

static int party_map(const struct sip_ims_call_plan *plan,
		     const struct sip_ims_party *party, bool sender,
		     const struct sip_ims_endpoint *from,
		     struct sip_ims_endpoint *to)
{
	if (!party)
		return -ENOENT;
	if (!target_map(planned_target(plan, party), sender, from, to))
		return 0;
	return target_map(planned_via(plan, party), sender, from, to);
}

/**
 * sip_ims_target_map() - translate an endpoint that is not the flow's own
 * @path: path of the packet
 * @plan: the plan of the message
 * @sender: @from is an endpoint of the sender, as it knows itself; else of the
 *	receiver, as the sender knows it
 * @from: the endpoint in the message
 * @to: set on success, to the endpoint as the other side knows it
 *
 * The endpoint may be a target of the call, have a grant of this message, or be
 * registered by the phone.
 *
 * Context: RCU read side, bottom halves off; plan->base.session is locked, if
 * there is one.
 * Return: 0; -ENOENT if it is none of these.
 */
int sip_ims_target_map(const struct sip_ims_path *path,
		       const struct sip_ims_call_plan *plan, bool sender,
		       const struct sip_ims_endpoint *from,
		       struct sip_ims_endpoint *to)
{
	const struct sip_ims_party *party = sender ? plan->sender :
						     plan->receiver;

	if (!party_map(plan, party, sender, from, to) ||
	    (sender && sip_ims_plan_grant_map(&plan->base, from, to)) ||
	    sip_ims_port_map(path, sender, from, to))
		return 0;
	return -ENOENT;
}

static void target_free(struct sip_ims_net *sn, struct sip_ims_target *target)
{
	if (target->pool)
		sip_ims_pool_free(sn, target->pool, target->mapped.port);
}

/**
 * sip_ims_target_commit() - give the targets of a plan to their party
 * @plan: the plan; its session is locked
 *
 * Releases the ports of the targets that are replaced.
 *
 * Context: any.
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
 * sip_ims_target_abort() - release the ports of the targets of a plan
 * @plan: the plan; its session is locked
 *
 * Context: any.
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
 * sip_ims_target_free() - release the ports of a party's targets
 * @sn: the namespace
 * @party: the party, about to be freed with its call or dialog; the call is
 *	locked or without any reference to it
 *
 * Context: any.
 */
void sip_ims_target_free(struct sip_ims_net *sn, struct sip_ims_party *party)
{
	target_free(sn, &party->target);
	target_free(sn, &party->via);
}
