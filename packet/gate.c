// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gate: pinholes are conntrack expectations.
 *
 * Masters
 * -------
 * The kernel allows 255 expectations for one master and evicts the oldest
 * without a word, so a call does not use the signalling flow, which carries
 * all calls of a trunk.  Each session has a template conntrack of its own as
 * master; closing a session is one nf_ct_remove_expectations().  The template
 * points to its session (RCU).  The session puts it only a grace period after
 * it has retired it, because dumps read exp->master under RCU and the last put
 * of a template frees it at once.
 */
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_ecache.h>
#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <packet/flow.h>
#include <packet/gate.h>
#include <packet/nat.h>
#include <path/route.h>
#include <session/counters.h>
#include <session/gate.h>
#include <session/pinhole.h>
#include <session/settings.h>

#include <sip_ims/helper.h>

#include <compat/net/netfilter/nf_conntrack.h>
#include <compat/net/netfilter/nf_conntrack_expect.h>
#include <compat/net/netfilter/nf_conntrack_helper.h>

static struct nf_conntrack_helper * const *gate_helpers __read_mostly;

/* In the order of struct sip_ims_helpers. */
static struct nf_conntrack_helper *helper_of(u8 l3num, u8 l4proto)
{
	return gate_helpers[2 * (l3num != NFPROTO_IPV4) +
			    (l4proto == IPPROTO_TCP)];
}

static struct nf_conn *master_alloc(const struct sip_ims_session *session,
				    const struct nf_conn *flow)
{
	struct nf_conntrack_zone zone = *nf_ct_zone(flow);
	struct sip_ims_flow_data *data;
	struct nf_conn_help *help;
	struct nf_conn *master;

	BUILD_BUG_ON(sizeof(*data) > sizeof(help->data));

	master = nf_ct_tmpl_alloc(nf_ct_net(flow), &zone, GFP_ATOMIC);
	if (!master)
		return NULL;
	master->tuplehash[0].tuple = flow->tuplehash[0].tuple;
	master->tuplehash[1].tuple = flow->tuplehash[1].tuple;
#ifdef CONFIG_NF_CONNTRACK_MARK
	master->mark = READ_ONCE(flow->mark);
#endif
#ifdef CONFIG_NF_CONNTRACK_SECMARK
	master->secmark = flow->secmark;
#endif
	help = nf_ct_helper_ext_add(master, GFP_ATOMIC);
	if (!help) {
		nf_ct_tmpl_free(master);
		return NULL;
	}
	data = (struct sip_ims_flow_data *)help->data;
	rcu_assign_pointer(data->session, (struct sip_ims_session *)session);
	rcu_assign_pointer(help->helper, helper_of(session->key.l3num,
						   nf_ct_protonum(flow)));
	/* Without this extension only expectation events are missing. */
	nf_ct_ecache_ext_add(master, 0, ~0, GFP_ATOMIC);
	sip_ims_template_fix_extensions(master);
	/* Expectations are found only while their master is confirmed. */
	smp_wmb();
	__set_bit(IPS_CONFIRMED_BIT, &master->status);
	return master;
}

static void sip_ims_expected(struct nf_conn *ct,
			     struct nf_conntrack_expect *exp);

static struct nf_conntrack_expect *
pinhole_expect(struct sip_ims_session *session,
	       const struct sip_ims_pinhole *pinhole)
{
	struct nf_conntrack_expect *exp = nf_ct_expect_alloc(session->master);

	if (!exp)
		return NULL;
	nf_ct_expect_init(exp, pinhole->signalling ?
			  SIP_IMS_CLASS_SIGNALLING : SIP_IMS_CLASS_MEDIA,
			  session->key.l3num, &pinhole->source,
			  &pinhole->outer.addr, pinhole->l4proto,
			  pinhole->source_port ? &pinhole->source_port : NULL,
			  &pinhole->outer.port);
	exp->flags = NF_CT_EXPECT_PERMANENT;
	exp->expectfn = sip_ims_expected;
	sip_ims_expect_set_helper(exp, pinhole->signalling ?
				  helper_of(session->key.l3num,
					    pinhole->l4proto) : NULL);
#if IS_ENABLED(CONFIG_NF_NAT)
	exp->saved_addr = pinhole->inner.addr;
	exp->saved_proto.all = pinhole->inner.port;
	exp->dir = IP_CT_DIR_REPLY;
#endif
	return exp;
}

/*
 * A finished session's expectation may be replaced.  Its owner already copes
 * with losing one (conntrack -F expect), so no lock of that session is needed.
 *
 * Return: 0 when the expectation that clashes with @exp was removed; -EBUSY.
 */
static int expect_evict(const struct nf_conntrack_expect *exp)
{
	struct nf_conntrack_expect *old;
	int err = -EBUSY;

	spin_lock_bh(&nf_conntrack_expect_lock);
	old = __nf_ct_expect_find(nf_ct_net(exp->master),
				  nf_ct_zone(exp->master), &exp->tuple);
	if (old && old->master != exp->master &&
	    sip_ims_flow_is_replaceable(old->master)) {
		sip_ims_expect_remove(old);
		err = 0;
	}
	spin_unlock_bh(&nf_conntrack_expect_lock);
	return err;
}

static int gate_open(struct sip_ims_session *session,
		     struct sip_ims_pinhole *pinhole,
		     const struct sip_ims_path *path)
{
	struct nf_conntrack_expect *exp;
	int err;

	lockdep_assert_held(&session->lock);

	if (!session->master && path)
		session->master = master_alloc(session, path->ct);
	if (!session->master)
		return -ENOMEM;
	exp = pinhole_expect(session, pinhole);
	if (!exp)
		return -ENOMEM;
	do {
		err = nf_ct_expect_related(exp, 0);
	} while (err == -EBUSY && !expect_evict(exp));
	nf_ct_expect_put(exp);
	if (err)
		return err == -EBUSY ? -EALREADY : err;
	sip_ims_count(session->sn, SIP_IMS_A_STATS_PINHOLES_OPENED);
	sip_ims_flow_unhide(session, pinhole);
	return 0;
}

static bool expect_is_of(const struct nf_conntrack_expect *exp,
			 const struct sip_ims_pinhole *pinhole)
{
	return exp->tuple.dst.u.all == pinhole->outer.port &&
	       exp->tuple.src.u.all == pinhole->source_port &&
	       exp->tuple.dst.protonum == pinhole->l4proto &&
	       nf_inet_addr_cmp(&exp->tuple.dst.u3, &pinhole->outer.addr) &&
	       nf_inet_addr_cmp(&exp->tuple.src.u3, &pinhole->source);
}

/*
 * The expectation is looked up in the list of its master, and no pointer to it
 * is kept: conntrack -F expect may have removed it.
 */
static void pinhole_unexpect(struct nf_conn *master,
			     const struct sip_ims_pinhole *pinhole)
{
	struct nf_conn_help *help = nfct_help(master);
	struct nf_conntrack_expect *exp;
	struct hlist_node *next;

	spin_lock_bh(&nf_conntrack_expect_lock);
	hlist_for_each_entry_safe(exp, next, &help->expectations, lnode) {
		if (expect_is_of(exp, pinhole))
			sip_ims_expect_remove(exp);
	}
	spin_unlock_bh(&nf_conntrack_expect_lock);
}

/*
 * The flow of an outward pinhole was begun by the phone and stays: calls may
 * still need it after the registration has ended or the registrar has moved to
 * other hosts.
 */
static void pinhole_kill_flows(struct sip_ims_session *session,
			       const struct sip_ims_pinhole *pinhole)
{
	struct sip_ims_flow *flow;

	if (sip_ims_pinhole_is_outward(pinhole))
		return;
	list_for_each_entry(flow, &pinhole->flows, list) {
		if (!sip_ims_flow_kill(session, pinhole, &flow->source,
				       session->master))
			sip_ims_count(session->sn,
				      SIP_IMS_A_STATS_MEDIA_FLOWS_KILLED);
	}
}

static void gate_close(struct sip_ims_session *session,
		       struct sip_ims_pinhole *pinhole)
{
	lockdep_assert_held(&session->lock);

	if (!session->master || pinhole->shared)
		return;
	pinhole_unexpect(session->master, pinhole);
	pinhole_kill_flows(session, pinhole);
	sip_ims_count(session->sn, SIP_IMS_A_STATS_PINHOLES_CLOSED);
}

/* Remove all expectations of the master, and its reference to the session. */
static void master_retire(struct sip_ims_session *session)
{
	struct nf_conn_help *help = nfct_help(session->master);
	struct sip_ims_flow_data *data = (void *)help->data;
	const struct sip_ims_pinhole *pinhole;
	unsigned int count = 0;

	if (test_and_set_bit(IPS_DYING_BIT, &session->master->status))
		return;
	nf_ct_remove_expectations(session->master);
	RCU_INIT_POINTER(data->session, NULL);
	RCU_INIT_POINTER(help->helper, NULL);
	list_for_each_entry(pinhole, &session->pinholes, list)
		count += !pinhole->shared;
	sip_ims_count_more(session->sn, SIP_IMS_A_STATS_PINHOLES_CLOSED, count);
}

static int gate_release(struct sip_ims_session *session)
{
	struct sip_ims_pinhole *pinhole;

	lockdep_assert_held(&session->lock);

	if (!session->master)
		return 0;
	master_retire(session);
	list_for_each_entry(pinhole, &session->pinholes, list)
		pinhole_kill_flows(session, pinhole);
	return refcount_read(&session->master->ct_general.use) > 1 ?
	       -EAGAIN : 0;
}

/* A flow that is not confirmed yet cannot be found, but is kept in the list. */
static bool gate_traffic(struct sip_ims_session *session,
			 struct sip_ims_pinhole *pinhole)
{
	struct sip_ims_flow *flow, *next;
	bool moved = false;
	struct nf_conn *ct;

	lockdep_assert_held(&session->lock);

	list_for_each_entry_safe(flow, next, &pinhole->flows, list) {
		ct = sip_ims_flow_find(session, pinhole, &flow->source);
		if (ct && ct->master == session->master)
			moved |= sip_ims_flow_account(pinhole, flow, ct);
		else if (flow->seen)
			sip_ims_pinhole_forget(pinhole, flow);
		if (ct)
			nf_ct_put(ct);
	}
	return moved;
}

static const struct sip_ims_gate sip_ims_gate_conntrack = {
	.open = gate_open,
	.unhide = sip_ims_flow_unhide,
	.close = gate_close,
	.release = gate_release,
	.traffic = gate_traffic,
	.same_side = sip_ims_same_side,
};

/* With the setting "latching", accept the first source port only (RFC 7362). */
static bool expected_latches(struct sip_ims_session *session,
			     struct sip_ims_pinhole *pinhole, __be16 port)
{
	struct sip_ims_settings settings;

	if (!pinhole->latched)
		pinhole->latched = port;
	if (pinhole->latched == port || pinhole->signalling)
		return true;
	sip_ims_settings_copy(session->sn, session->key.zone, &settings);
	if (settings.latching == SIP_IMS_SWITCH_OFF)
		return true;
	sip_ims_refuse(session->sn, LATCH_REFUSED);
	return false;
}

static bool expected_accept(struct sip_ims_session *session,
			    struct nf_conn *ct)
{
	const struct nf_conntrack_tuple *tuple = &ct->tuplehash[0].tuple;
	struct sip_ims_endpoint source = {
		.addr = tuple->src.u3, .port = tuple->src.u.all,
	};
	struct sip_ims_endpoint outer = {
		.addr = tuple->dst.u3, .port = tuple->dst.u.all,
	};
	struct sip_ims_pinhole *pinhole;
	const struct sip_ims_nat *nat;

	if (session->closed)
		return false;
	pinhole = sip_ims_pinhole_find(session, tuple->dst.protonum,
				       &source, &outer);
	if (!pinhole || !expected_latches(session, pinhole, source.port))
		return false;
	if (pinhole->n_flows == SIP_IMS_FLOWS_MAX)
		gate_traffic(session, pinhole);
	if (sip_ims_pinhole_remember(pinhole, &source)) {
		sip_ims_refuse(session->sn, FLOW_LIMIT);
		return false;
	}
	/* Count its packets even if the sysctl nf_conntrack_acct is off. */
	if (!pinhole->signalling)
		nf_ct_ext_add(ct, NF_CT_EXT_ACCT, GFP_ATOMIC);
	nat = sip_ims_nat_get();
	if (session->translated && nat &&
	    !sip_ims_flow_claim_port(session, pinhole)) {
		if (!sip_ims_pinhole_is_outward(pinhole))
			sip_ims_flow_clear_reply(session, pinhole, &source);
		nat->setup(ct, pinhole);
	}
	sip_ims_count(session->sn, SIP_IMS_A_STATS_MEDIA_FLOWS);
	return true;
}

/*
 * Accept or refuse a new flow that came through a pinhole.  The pinhole
 * remembers the flow before it is confirmed, so that the end of the session
 * finds it.  A refused flow is marked as dying, which drops its first packet at
 * confirmation.
 *
 * Context: RCU read side; nf_conntrack_expect_lock is not held.
 */
static void sip_ims_expected(struct nf_conn *ct,
			     struct nf_conntrack_expect *exp)
{
	struct sip_ims_session *session = sip_ims_flow_find_session(ct->master);
	bool accept = false;

	if (session) {
		spin_lock_bh(&session->lock);
		accept = expected_accept(session, ct);
		spin_unlock_bh(&session->lock);
	}
	if (!accept)
		set_bit(IPS_DYING_BIT, &ct->status);
}

static struct nf_ct_helper_expectfn sip_ims_expectfn = {
	.name = "sip-ims",
	.expectfn = sip_ims_expected,
};

/**
 * sip_ims_gate_open() - register the gate, so that sessions can open pinholes
 * @helpers: the registered helpers: IPv4 UDP, IPv4 TCP, IPv6 UDP, IPv6 TCP;
 *	filled in before the first packet, and valid until sip_ims_gate_close()
 *
 * Context: process context.
 * Return: 0; -EEXIST when there is a gate already.
 */
int sip_ims_gate_open(struct nf_conntrack_helper * const *helpers)
{
	int err = sip_ims_gate_register(&sip_ims_gate_conntrack);

	if (err)
		return err;
	gate_helpers = helpers;
	nf_ct_helper_expectfn_register(&sip_ims_expectfn);
	return 0;
}

/**
 * sip_ims_gate_close() - unregister the gate
 *
 * The caller has ended all sessions, and no packet can create another one.
 *
 * Context: process context, may sleep.
 */
void sip_ims_gate_close(void)
{
	sip_ims_gate_unregister();
	nf_ct_helper_expectfn_unregister(&sip_ims_expectfn);
	synchronize_rcu();
}
