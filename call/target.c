// SPDX-License-Identifier: GPL-2.0-only
/*
 * Targets: where an end of a call wants its next requests (RFC 3261 section
 * 12.1, the remote target of the other end).
 *
 * Mostly that is the port it sends from, and the signalling flow is the way
 * back.  A phone that sends from a port of the moment names another one in its
 * Contact; that one gets a public port and a pinhole of its own, open to the
 * signalling peer for as long as the call lasts.
 */
#include <linux/export.h>

#include <sip_ims/call.h>

/* Nobody listens for SIP down there. */
#define TARGET_PORT_FLOOR	1024

static bool target_read(const struct sip_ims_path *path, const u8 *base,
			const struct sip_message *msg,
			struct sip_ims_endpoint *target)
{
	struct sip_contact contact;

	if (!sip_contact_first(base, msg, &contact) || contact.star)
		return false;
	if (!sip_ims_address_set(&target->addr, &contact.address, path->l3num))
		return false;
	target->port = htons(contact.port);
	return contact.port >= TARGET_PORT_FLOOR &&
	       target->port != path->src.port &&
	       nf_inet_addr_cmp(&target->addr, &path->src.addr);
}

/**
 * sip_ims_target_prepare() - plan what a Contact in a call asks for
 * @plan: its session is a call, locked
 * @path: the packet
 * @party: the end that sent the message
 * @base: first byte of the message
 * @msg: its facts
 *
 * Sets plan->target_party when something is to change.
 *
 * Return: 0, or an error that is counted.
 */
int sip_ims_target_prepare(struct sip_ims_plan *plan,
			   const struct sip_ims_path *path,
			   struct sip_ims_party *party, const u8 *base,
			   const struct sip_message *msg)
{
	struct sip_ims_stream *target = &plan->target;
	struct sip_ims_endpoint local = {}, mapped;

	if (!target_read(path, base, msg, &local) ||
	    sip_ims_same_endpoint(&party->target.local[0], &local) ||
	    sip_ims_registration_map(path, true, &local, &mapped))
		return 0;
	memset(target, 0, sizeof(*target));
	target->local[0] = local;
	target->mapped[0] = local;
	target->l4proto = path->l4proto;
	if (!nf_inet_addr_cmp(&path->src.addr, &path->src_mapped.addr)) {
		int err = sip_ims_stream_alloc(path, target, 0);

		if (err)
			return err;
	}
	plan->target_party = party;
	return 0;
}

static const struct sip_ims_stream *
party_target(const struct sip_ims_plan *plan,
	     const struct sip_ims_party *party)
{
	return plan->target_party == party ? &plan->target : &party->target;
}

/**
 * sip_ims_target_want() - name the pinhole towards a party's target
 * @plan: its session is a call, locked
 * @party: whose target
 * @peer: the signalling address of the other end
 *
 * Return: 0, or an error that is counted.
 */
int sip_ims_target_want(struct sip_ims_plan *plan,
			const struct sip_ims_party *party,
			const union nf_inet_addr *peer)
{
	const struct sip_ims_stream *target = party_target(plan, party);
	struct sip_ims_pinhole want = {
		.l4proto = target->l4proto,
		.signalling = true,
		.source = *peer,
		.outer = target->mapped[0],
		.inner = target->local[0],
	};

	return target->l4proto ? sip_ims_pinhole_want(plan, &want) : 0;
}

static bool target_maps(const struct sip_ims_plan *plan,
			const struct sip_ims_party *party, bool sender,
			const struct sip_ims_endpoint *from,
			struct sip_ims_endpoint *to)
{
	const struct sip_ims_stream *target;

	if (!party)
		return false;
	target = party_target(plan, party);
	if (!target->l4proto ||
	    !sip_ims_same_endpoint(sender ? &target->local[0] :
					    &target->mapped[0], from))
		return false;
	*to = sender ? target->mapped[0] : target->local[0];
	return true;
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
 * Return: whether a target of this call, or a contact registered on this flow,
 * says so.
 */
bool sip_ims_target_map(const struct sip_ims_path *path,
			const struct sip_ims_plan *plan, bool sender,
			const struct sip_ims_endpoint *from,
			struct sip_ims_endpoint *to)
{
	return target_maps(plan, sender ? plan->sender : plan->receiver,
			   sender, from, to) ||
	       sip_ims_registration_map(path, sender, from, to);
}
EXPORT_SYMBOL_GPL(sip_ims_target_map);

static void target_free(struct sip_ims_net *sn, struct sip_ims_stream *target)
{
	if (target->pool)
		sip_ims_pool_free(sn, target->pool, target->mapped[0].port);
}

/**
 * sip_ims_target_commit() - the party now has the target of the plan
 * @plan: its session is locked
 */
void sip_ims_target_commit(struct sip_ims_plan *plan)
{
	struct sip_ims_party *party = plan->target_party;

	if (!party)
		return;
	target_free(plan->session->sn, &party->target);
	party->target = plan->target;
}

/**
 * sip_ims_target_abort() - give back what the plan took
 * @plan: its session is locked
 */
void sip_ims_target_abort(struct sip_ims_plan *plan)
{
	if (plan->target_party)
		target_free(plan->session->sn, &plan->target);
}

/**
 * sip_ims_target_free() - free the target of a party that goes
 * @sn: the namespace
 * @party: the party
 */
void sip_ims_target_free(struct sip_ims_net *sn, struct sip_ims_party *party)
{
	target_free(sn, &party->target);
}
