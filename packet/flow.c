// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows in the conntrack table: those that came through a pinhole, and those
 * that hide one.
 *
 * A flow hides a pinhole when conntrack assigns the packets that the pinhole
 * expects to that flow: an expectation is looked up for new flows only.
 *
 * Unless stated otherwise, the caller has locked the session and disabled
 * bottom halves.  Flows are looked up each time; no pointer to one is kept.
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
 * Return: the flow, referenced; NULL if there is none, or if it is not yet
 * confirmed.
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
 * @master: end the flow only if this is its master
 *
 * Return: 0; -ENOENT when there is no such flow, or it was ending already.
 */
int sip_ims_flow_kill(const struct sip_ims_session *session,
		      const struct sip_ims_pinhole *pinhole,
		      const struct sip_ims_endpoint *source,
		      const struct nf_conn *master)
{
	struct nf_conn *ct = sip_ims_flow_find(session, pinhole, source);
	int err = -ENOENT;

	if (!ct)
		return err;
	if (ct->master == master && nf_ct_kill(ct))
		err = 0;
	nf_ct_put(ct);
	return err;
}

/* Get our data of a flow or a template, if it has one of our helpers. */
static struct sip_ims_flow_data *flow_data(const struct nf_conn *ct)
{
	struct nf_conn_help *help = nfct_help(ct);
	const struct nf_conntrack_helper *helper;

	helper = help ? rcu_dereference(help->helper) : NULL;
	if (!helper || strcmp(helper->name, SIP_IMS_HELPER_NAME))
		return NULL;
	return (struct sip_ims_flow_data *)help->data;
}

/**
 * sip_ims_flow_find_session() - find the session that a master belongs to
 * @master: any conntrack
 *
 * Context: RCU read side.
 * Return: the session; NULL if the session has ended, or if @master is not the
 * template of a session.
 */
struct sip_ims_session *
sip_ims_flow_find_session(const struct nf_conn *master)
{
	const struct sip_ims_flow_data *data;

	data = nf_ct_is_template(master) ? flow_data(master) : NULL;
	return data ? rcu_dereference(data->session) : NULL;
}

/**
 * sip_ims_flow_is_replaceable() - check whether the owner of a master has ended
 * @master: any conntrack
 *
 * Context: RCU read side.
 * Return: whether another session may replace the flows and expectations of
 * @master.
 */
bool sip_ims_flow_is_replaceable(const struct nf_conn *master)
{
	const struct sip_ims_session *session;

	if (test_bit(IPS_DYING_BIT, &master->status))
		return true;
	session = sip_ims_flow_find_session(master);
	return session && READ_ONCE(session->over);
}

/* Check whether calls or registrations depend on the flow (handle.c). */
static bool flow_is_kept_alive(const struct nf_conn *ct)
{
	const struct sip_ims_flow_data *data = flow_data(ct);
	unsigned long keepalive = data ? READ_ONCE(data->keepalive) : 0;

	return keepalive && time_before(jiffies, keepalive);
}

static bool flow_is_removable(const struct sip_ims_session *session,
			      const struct nf_conn *ct)
{
	const struct nf_conn *master = ct->master;

	if (master && master != session->master &&
	    !sip_ims_flow_is_replaceable(master))
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

/* End and count a flow that hides a pinhole; false if it was ending already. */
static bool flow_end(struct sip_ims_session *session, struct nf_conn *ct)
{
	bool media = ct->master;

	if (!nf_ct_kill(ct))
		return false;
	/* The finished call would have ended a media flow soon anyway. */
	if (media)
		sip_ims_count(session->sn, SIP_IMS_A_STATS_MEDIA_FLOWS_KILLED);
	else
		sip_ims_refuse(session->sn, SHADOW_KILLED);
	return true;
}

/* End a flow that hides a pinhole, unless something depends on it. */
static bool flow_remove(struct sip_ims_session *session, struct nf_conn *ct)
{
	return flow_is_removable(session, ct) && flow_end(session, ct);
}

/* End an ordinary flow or a flow of a finished session. */
static void hiding_flow_clear(struct sip_ims_session *session,
			      const struct sip_ims_pinhole *pinhole)
{
	struct nf_conn *ct = sip_ims_flow_find(session, pinhole,
					       &pinhole->peer);

	if (!ct)
		return;
	if (!ct->master || (ct->master != session->master &&
			    sip_ims_flow_is_replaceable(ct->master)))
		flow_end(session, ct);
	nf_ct_put(ct);
}

/**
 * sip_ims_flow_clear_reply() - end the flow with the reply tuple of a new flow
 * @session: locked
 * @pinhole: the pinhole that the new flow comes through; not an outward one
 * @source: source of its first packet
 *
 * A flow of a finished call between the same two ports may still exist, with
 * another public port.  As long as its reply tuple is in use, NAT would give
 * the source of the new flow another port than was announced.
 */
void sip_ims_flow_clear_reply(struct sip_ims_session *session,
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

/* Check whether an address belongs to the router of the session. */
static bool address_is_ours(const struct sip_ims_session *session,
			    const union nf_inet_addr *addr)
{
	return sip_ims_address_is_local(session->sn->net, session->key.l3num,
					addr);
}

/*
 * End the phone's own flow to that host if it uses another public port than the
 * registered one.
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
 * End the flow that uses the registered port towards that host: one of another
 * phone, or one that the host began before there was a pinhole.
 *
 * Return: whether the port is free towards that host now.
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
 * Media can arrive before the answer that opens its pinhole.  If the INPUT
 * chain accepts it, an ordinary flow hides the pinhole from that source.  So
 * does a flow of a finished call between the same two ports, or a flow from the
 * phone to another host of its registrar that began before that host was known.
 * A flow that calls or registrations depend on stays.
 */
void sip_ims_flow_unhide(struct sip_ims_session *session,
			 struct sip_ims_pinhole *pinhole)
{
	lockdep_assert_held(&session->lock);

	if (!pinhole->peer.port || pinhole->shared)
		return;
	if (sip_ims_pinhole_is_outward(pinhole)) {
		pinhole->ours = address_is_ours(session,
						&pinhole->peer_mapped.addr);
		own_flow_clear(session, pinhole);
		port_clear(session, pinhole);
		return;
	}
	hiding_flow_clear(session, pinhole);
}

/**
 * sip_ims_flow_claim_port() - make the announced port available to a new flow
 * @session: locked
 * @pinhole: the pinhole that the flow comes through
 *
 * For an outward pinhole, another flow may have the port by now, or the router
 * may have another address.  The NAT rules then have to choose the port.
 *
 * Return: 0; -EADDRINUSE or -EADDRNOTAVAIL, counted, if the flow cannot have
 * the port.
 */
int sip_ims_flow_claim_port(struct sip_ims_session *session,
			    const struct sip_ims_pinhole *pinhole)
{
	lockdep_assert_held(&session->lock);

	if (!sip_ims_pinhole_is_outward(pinhole))
		return 0;
	if (pinhole->ours &&
	    !address_is_ours(session, &pinhole->peer_mapped.addr)) {
		sip_ims_refuse(session->sn, PORT_MOVED);
		return -EADDRNOTAVAIL;
	}
	if (port_clear(session, pinhole))
		return 0;
	sip_ims_refuse(session->sn, PORT_TAKEN);
	return -EADDRINUSE;
}

/* Record that the flow has sent packets; 0 means never. */
static void flow_set_seen(struct sip_ims_pinhole *pinhole, int dir)
{
	pinhole->seen[dir] = (u32)jiffies ?: 1;
}

/**
 * sip_ims_flow_account() - add the traffic of a flow to that of its pinhole
 * @pinhole: the pinhole; its session is locked
 * @flow: one of its flows
 * @ct: the same flow in the conntrack table
 *
 * Return: whether packets passed since the last time.  An offloaded flow counts
 * as active, since its packets bypass the counters.
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
		flow_set_seen(pinhole, IP_CT_DIR_ORIGINAL);
	if (returned != flow->returned)
		flow_set_seen(pinhole, IP_CT_DIR_REPLY);
	moved = packets != flow->packets || returned != flow->returned;
	pinhole->packets += packets - flow->packets;
	pinhole->bytes += bytes - flow->bytes;
	pinhole->returned += returned - flow->returned;
	flow->packets = packets;
	flow->bytes = bytes;
	flow->returned = returned;
	return moved || test_bit(IPS_OFFLOAD_BIT, &ct->status);
}
