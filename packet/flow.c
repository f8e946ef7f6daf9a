// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows in the kernel's table: those that came through a pinhole, and those
 * that stand in the way of one.
 *
 * All functions are called with the session locked and bottom halves off.
 */
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <packet/flow.h>
#include <packet/work.h>
#include <path/path.h>
#include <path/route.h>
#include <session/counters.h>
#include <session/pinhole.h>
#include <session/session.h>

#include <sip_ims/helper.h>

static struct nf_conntrack_tuple_hash *
flow_hash(const struct sip_ims_session *session, u8 l4proto,
	  const struct sip_ims_endpoint *src,
	  const struct sip_ims_endpoint *dst)
{
	struct nf_conntrack_tuple tuple = {};
	struct nf_conntrack_zone zone;

	tuple.src.l3num = session->key.l3num;
	tuple.src.u3 = src->addr;
	tuple.src.u.all = src->port;
	tuple.dst.protonum = l4proto;
	tuple.dst.u3 = dst->addr;
	tuple.dst.u.all = dst->port;
	tuple.dst.dir = IP_CT_DIR_ORIGINAL;
	nf_ct_zone_init(&zone, session->key.zone, NF_CT_DEFAULT_ZONE_DIR, 0);
	return nf_conntrack_find_get(session->sn->net, &zone, &tuple);
}

/**
 * sip_ims_flow_find() - look up the flow from a source to a pinhole
 * @session: owner of the pinhole
 * @pinhole: the pinhole
 * @source: where the flow's first packet came from
 *
 * Return: the flow, referenced, or NULL; one not yet confirmed is not found.
 */
struct nf_conn *sip_ims_flow_find(const struct sip_ims_session *session,
				  const struct sip_ims_pinhole *pinhole,
				  const struct sip_ims_endpoint *source)
{
	struct nf_conntrack_tuple_hash *hash;

	hash = flow_hash(session, pinhole->l4proto, source, &pinhole->outer);
	return hash ? nf_ct_tuplehash_to_ctrack(hash) : NULL;
}

/**
 * sip_ims_flow_kill() - end the flow from a source to a pinhole
 * @session: owner of the pinhole
 * @pinhole: the pinhole
 * @source: where the flow's first packet came from
 * @master: only if this is its master
 *
 * Return: whether there was one.
 */
bool sip_ims_flow_kill(const struct sip_ims_session *session,
		       const struct sip_ims_pinhole *pinhole,
		       const struct sip_ims_endpoint *source,
		       const struct nf_conn *master)
{
	struct nf_conn *ct = sip_ims_flow_find(session, pinhole, source);
	bool killed = false;

	if (!ct)
		return false;
	if (ct->master == master)
		killed = nf_ct_kill(ct);
	nf_ct_put(ct);
	return killed;
}

/**
 * sip_ims_flow_session() - whose pinholes a conntrack is the master of
 * @master: any conntrack
 *
 * Context: RCU read side.
 * Return: the session; NULL when it has ended, or for another master.
 */
struct sip_ims_session *sip_ims_flow_session(const struct nf_conn *master)
{
	const struct nf_conn_help *help = nfct_help(master);
	const struct nf_conntrack_helper *helper;

	helper = help ? rcu_dereference(help->helper) : NULL;
	if (!helper || !nf_ct_is_template(master) ||
	    strcmp(helper->name, SIP_IMS_HELPER_NAME))
		return NULL;
	return rcu_dereference(((const struct sip_ims_flow_data *)
				help->data)->session);
}

/**
 * sip_ims_flow_over() - may what a master let in, or expects, go?
 * @master: any conntrack
 *
 * Context: RCU read side.
 * Return: whether it is that of a session that is over, or was.
 */
bool sip_ims_flow_over(const struct nf_conn *master)
{
	const struct sip_ims_session *session;

	if (test_bit(IPS_DYING_BIT, &master->status))
		return true;
	session = sip_ims_flow_session(master);
	return session && READ_ONCE(session->over);
}

/* Calls or registrations depend on it: flow_keep_alive() said so. */
static bool flow_is_kept_alive(const struct nf_conn *ct)
{
	const struct nf_conn_help *help = nfct_help(ct);
	const struct nf_conntrack_helper *helper;
	unsigned long keepalive;

	helper = help ? rcu_dereference(help->helper) : NULL;
	if (!helper || strcmp(helper->name, SIP_IMS_HELPER_NAME))
		return false;
	keepalive = READ_ONCE(((struct sip_ims_flow_data *)help->data)->keepalive);
	return keepalive && time_before(jiffies, keepalive);
}

static bool flow_may_go(const struct sip_ims_session *session,
			const struct nf_conn *ct)
{
	const struct nf_conn *master = ct->master;

	if (master && master != session->master && !sip_ims_flow_over(master))
		return false;
	return !flow_is_kept_alive(ct);
}

static void tuple_source(const struct nf_conntrack_tuple *tuple,
			 struct sip_ims_endpoint *source)
{
	source->addr = tuple->src.u3;
	source->port = tuple->src.u.all;
}

static void tuple_target(const struct nf_conntrack_tuple *tuple,
			 struct sip_ims_endpoint *target)
{
	target->addr = tuple->dst.u3;
	target->port = tuple->dst.u.all;
}

static bool flow_end(struct sip_ims_session *session, struct nf_conn *ct)
{
	bool media = ct->master;

	if (!nf_ct_kill(ct))
		return false;
	/* A call that is over would have ended it before long. */
	if (media)
		sip_ims_count(session->sn, SIP_IMS_A_STATS_MEDIA_FLOWS_KILLED);
	else
		sip_ims_refuse(session->sn, SHADOW_KILLED);
	return true;
}

/* Ends a flow on which nothing depends, for a pinhole that it hides. */
static bool flow_remove(struct sip_ims_session *session, struct nf_conn *ct)
{
	return flow_may_go(session, ct) && flow_end(session, ct);
}

/* An ordinary flow, or one of a call that is over, not this session's. */
static void hiding_clear(struct sip_ims_session *session,
			 const struct sip_ims_pinhole *pinhole)
{
	struct nf_conn *ct = sip_ims_flow_find(session, pinhole,
					       &pinhole->peer);

	if (!ct)
		return;
	if (!ct->master ||
	    (ct->master != session->master && sip_ims_flow_over(ct->master)))
		flow_end(session, ct);
	nf_ct_put(ct);
}

/**
 * sip_ims_flow_yield() - end what has the place of a new flow's answers
 * @session: locked
 * @pinhole: what the flow comes through; not an outward one
 * @source: where its first packet came from
 *
 * The flow of a call that is over, between the same two ports, is known outside
 * by another public port.  With its tuple taken, a new flow's source would get
 * another port than was announced.
 */
void sip_ims_flow_yield(struct sip_ims_session *session,
			const struct sip_ims_pinhole *pinhole,
			const struct sip_ims_endpoint *source)
{
	const struct sip_ims_endpoint *seen = source;
	struct nf_conntrack_tuple_hash *hash;
	struct nf_conn *ct;

	lockdep_assert_held(&session->lock);

	if (sip_ims_same_endpoint(source, &pinhole->peer))
		seen = &pinhole->peer_mapped;
	hash = flow_hash(session, pinhole->l4proto, &pinhole->inner, seen);
	if (!hash)
		return;
	ct = nf_ct_tuplehash_to_ctrack(hash);
	if (ct->master != session->master)
		flow_remove(session, ct);
	nf_ct_put(ct);
}

/* Is the address one of the router's own? */
static bool session_owns(const struct sip_ims_session *session,
			 const union nf_inet_addr *addr)
{
	return sip_ims_address_is_local(session->sn->net, session->key.l3num,
					addr);
}

/*
 * The phone's own flow to that host, by another port than the registered one.
 */
static void own_flow_clear(struct sip_ims_session *session,
			   const struct sip_ims_pinhole *pinhole)
{
	struct nf_conntrack_tuple_hash *hash;
	struct sip_ims_endpoint mapped;
	struct nf_conn *ct;

	hash = flow_hash(session, pinhole->l4proto, &pinhole->peer,
			 &pinhole->outer);
	if (!hash)
		return;
	ct = nf_ct_tuplehash_to_ctrack(hash);
	tuple_target(&ct->tuplehash[!NF_CT_DIRECTION(hash)].tuple, &mapped);
	if (!sip_ims_same_endpoint(&mapped, &pinhole->peer_mapped))
		flow_remove(session, ct);
	nf_ct_put(ct);
}

/*
 * Another phone's flow by the registered port, or one of that host itself from
 * before there was a pinhole.
 *
 * Return: whether nothing has the port towards that host now.
 */
static bool port_clear(struct sip_ims_session *session,
		       const struct sip_ims_pinhole *pinhole)
{
	struct nf_conntrack_tuple_hash *hash;
	struct sip_ims_endpoint inside;
	bool cleared = false;
	struct nf_conn *ct;

	hash = flow_hash(session, pinhole->l4proto, &pinhole->outer,
			 &pinhole->peer_mapped);
	if (!hash)
		return true;
	ct = nf_ct_tuplehash_to_ctrack(hash);
	tuple_source(&ct->tuplehash[!NF_CT_DIRECTION(hash)].tuple, &inside);
	if (!sip_ims_same_endpoint(&inside, &pinhole->peer))
		cleared = flow_remove(session, ct);
	nf_ct_put(ct);
	return cleared;
}

/**
 * sip_ims_flow_unhide() - end the flows that hide an open pinhole
 * @session: locked
 * @pinhole: open
 *
 * Media can come before the answer that opens its pinhole; if the INPUT chain
 * let it in, an ordinary flow now hides the pinhole from that source.  So does
 * the flow of a call that is over, between the same two ports.  A phone
 * can have talked to a registrar's other hosts before they were known as such;
 * a flow that calls or registrations depend on is left alone.
 */
void sip_ims_flow_unhide(struct sip_ims_session *session,
			 struct sip_ims_pinhole *pinhole)
{
	lockdep_assert_held(&session->lock);

	if (!pinhole->peer.port || pinhole->shared)
		return;
	if (sip_ims_pinhole_outward(pinhole)) {
		pinhole->ours = session_owns(session,
					     &pinhole->peer_mapped.addr);
		own_flow_clear(session, pinhole);
		port_clear(session, pinhole);
		return;
	}
	hiding_clear(session, pinhole);
}

/**
 * sip_ims_flow_departs() - can a new flow leave by the port that was announced?
 * @session: locked
 * @pinhole: what it came through
 *
 * Only of a phone's signalling anybody else may have the port by now, or the
 * router another address; then it is better off with the ruleset's own NAT.
 *
 * Return: whether it can; if not, it is counted.
 */
bool sip_ims_flow_departs(struct sip_ims_session *session,
			 const struct sip_ims_pinhole *pinhole)
{
	lockdep_assert_held(&session->lock);

	if (!sip_ims_pinhole_outward(pinhole))
		return true;
	if (pinhole->ours &&
	    !session_owns(session, &pinhole->peer_mapped.addr)) {
		sip_ims_refuse(session->sn, PORT_MOVED);
		return false;
	}
	if (port_clear(session, pinhole))
		return true;
	sip_ims_refuse(session->sn, PORT_TAKEN);
	return false;
}

static void flow_seen(struct sip_ims_pinhole *pinhole, int dir)
{
	pinhole->seen[dir] = (u32)jiffies ?: 1;
}

/**
 * sip_ims_flow_account() - add what a flow has moved since the last time
 * @pinhole: whose counts rise; its session is locked
 * @flow: one of its flows
 * @ct: the same, as conntrack has it
 *
 * Return: whether anything moved; an offloaded flow does, since its packets
 * pass the counters.
 */
bool sip_ims_flow_account(struct sip_ims_pinhole *pinhole,
			  struct sip_ims_flow *flow, const struct nf_conn *ct)
{
	const struct nf_conn_acct *acct = nf_conn_acct_find(ct);
	u64 packets, bytes, returned;
	bool moved;

	if (!acct)
		return true;
	flow->seen = true;
	packets = atomic64_read(&acct->counter[IP_CT_DIR_ORIGINAL].packets);
	bytes = atomic64_read(&acct->counter[IP_CT_DIR_ORIGINAL].bytes);
	returned = atomic64_read(&acct->counter[IP_CT_DIR_REPLY].packets);
	if (packets != flow->packets)
		flow_seen(pinhole, IP_CT_DIR_ORIGINAL);
	if (returned != flow->returned)
		flow_seen(pinhole, IP_CT_DIR_REPLY);
	moved = packets != flow->packets || returned != flow->returned;
	pinhole->packets += packets - flow->packets;
	pinhole->bytes += bytes - flow->bytes;
	pinhole->returned += returned - flow->returned;
	flow->packets = packets;
	flow->bytes = bytes;
	flow->returned = returned;
	return moved || test_bit(IPS_OFFLOAD_BIT, &ct->status);
}
