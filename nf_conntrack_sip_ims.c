// SPDX-License-Identifier: GPL-2.0-only
/*
 * The conntrack half: packets in, expectations out.
 *
 * Masters
 * -------
 * The kernel allows 255 expectations for one master and evicts the oldest
 * without a word, so a call does not use the signalling flow, which carries
 * all calls of a trunk.  Each session has a template conntrack of its own as
 * master; closing a session is one nf_ct_remove_expectations().  The template
 * points to its session (RCU); it is put only a grace period after the session
 * let go of it, because dumps read exp->master under RCU and a template is
 * freed at once.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_ecache.h>
#include <net/netfilter/nf_conntrack_expect.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <sip_ims/packet.h>
#include <sip_ims/registration.h>

#include <compat/net/netfilter/nf_conntrack.h>
#include <compat/net/netfilter/nf_conntrack_expect.h>
#include <compat/net/netfilter/nf_conntrack_helper.h>

/* Our own timers close pinholes; these only have to be longer. */
#define MEDIA_TIMEOUT		(25 * 3600)
#define SIGNALLING_TIMEOUT	(8 * 24 * 3600)

enum {
	CLASS_MEDIA,
	CLASS_SIGNALLING,
};

static const struct nf_conntrack_expect_policy sip_ims_policy[] = {
	[CLASS_MEDIA] = {
		.name = "media",
		.max_expected = NF_CT_EXPECT_MAX_CNT,
		.timeout = MEDIA_TIMEOUT,
	},
	[CLASS_SIGNALLING] = {
		.name = "signalling",
		.max_expected = NF_CT_EXPECT_MAX_CNT,
		.timeout = SIGNALLING_TIMEOUT,
	},
};

/* Each protocol of each family is a helper of its own to the kernel. */
static const struct {
	u8 family;
	u8 l4proto;
} helper_kind[] = {
	{ NFPROTO_IPV4, IPPROTO_UDP },
	{ NFPROTO_IPV4, IPPROTO_TCP },
	{ NFPROTO_IPV6, IPPROTO_UDP },
	{ NFPROTO_IPV6, IPPROTO_TCP },
};

static struct nf_conntrack_helper
sip_ims_draft[ARRAY_SIZE(helper_kind)] __read_mostly;
static struct nf_conntrack_helper *
sip_ims_helper[ARRAY_SIZE(helper_kind)] __read_mostly;
static const struct sip_ims_nat __rcu *sip_ims_nat_ops __read_mostly;
static struct sip_ims_work * __percpu *sip_ims_work __read_mostly;

/**
 * sip_ims_nat_register() - the NAT half comes
 * @nat: its operations, kept until sip_ims_nat_unregister()
 */
void sip_ims_nat_register(const struct sip_ims_nat *nat)
{
	rcu_assign_pointer(sip_ims_nat_ops, nat);
}
EXPORT_SYMBOL_GPL(sip_ims_nat_register);

/**
 * sip_ims_nat_unregister() - the NAT half goes
 *
 * Context: process context; waits until nobody uses its operations.
 */
void sip_ims_nat_unregister(void)
{
	RCU_INIT_POINTER(sip_ims_nat_ops, NULL);
	synchronize_rcu();
}
EXPORT_SYMBOL_GPL(sip_ims_nat_unregister);

static struct nf_conntrack_helper *helper_of(u8 l3num, u8 l4proto)
{
	return sip_ims_helper[2 * (l3num != NFPROTO_IPV4) +
			      (l4proto == IPPROTO_TCP)];
}

/* The gate: pinholes are expectations. */

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
	/* Without it there are no expectation events; good enough. */
	nf_ct_ecache_ext_add(master, 0, ~0, GFP_ATOMIC);
	sip_ims_template_settle(master);
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
	nf_ct_expect_init(exp, pinhole->signalling ? CLASS_SIGNALLING :
			  CLASS_MEDIA, session->key.l3num, &pinhole->source,
			  &pinhole->outer.addr, pinhole->l4proto,
			  pinhole->source_port ? &pinhole->source_port : NULL,
			  &pinhole->outer.port);
	exp->flags = NF_CT_EXPECT_PERMANENT;
	exp->expectfn = sip_ims_expected;
	sip_ims_expect_assign(exp, pinhole->signalling ?
			      helper_of(session->key.l3num, pinhole->l4proto) :
			      NULL);
#if IS_ENABLED(CONFIG_NF_NAT)
	exp->saved_addr = pinhole->inner.addr;
	exp->saved_proto.all = pinhole->inner.port;
	exp->dir = IP_CT_DIR_REPLY;
#endif
	return exp;
}

/*
 * What a session that is over expects makes room.  That one misses it as after
 * conntrack -F expect, so its lock is not needed.
 */
static bool expect_yields(const struct nf_conntrack_expect *exp)
{
	struct nf_conntrack_expect *old;
	bool yields;

	spin_lock_bh(&nf_conntrack_expect_lock);
	old = __nf_ct_expect_find(nf_ct_net(exp->master),
				  nf_ct_zone(exp->master), &exp->tuple);
	yields = old && old->master != exp->master &&
		 sip_ims_flow_over(old->master);
	if (yields)
		sip_ims_expect_remove(old);
	spin_unlock_bh(&nf_conntrack_expect_lock);
	return yields;
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
	} while (err == -EBUSY && expect_yields(exp));
	nf_ct_expect_put(exp);
	if (err)
		return err == -EBUSY ? -EALREADY : err;
	sip_ims_count(session->sn, SIP_IMS_A_STATS_PINHOLES_OPENED);
	sip_ims_flow_unhide(session, pinhole);
	return 0;
}

static bool expect_of(const struct nf_conntrack_expect *exp,
		      const struct sip_ims_pinhole *pinhole)
{
	return exp->tuple.dst.u.all == pinhole->outer.port &&
	       exp->tuple.src.u.all == pinhole->source_port &&
	       exp->tuple.dst.protonum == pinhole->l4proto &&
	       nf_inet_addr_cmp(&exp->tuple.dst.u3, &pinhole->outer.addr) &&
	       nf_inet_addr_cmp(&exp->tuple.src.u3, &pinhole->source);
}

/*
 * An expectation is looked up in its master's list, never kept by pointer: it
 * may have gone by conntrack -F expect.
 */
static void pinhole_unexpect(struct nf_conn *master,
			     const struct sip_ims_pinhole *pinhole)
{
	struct nf_conn_help *help = nfct_help(master);
	struct nf_conntrack_expect *exp;
	struct hlist_node *next;

	spin_lock_bh(&nf_conntrack_expect_lock);
	hlist_for_each_entry_safe(exp, next, &help->expectations, lnode) {
		if (expect_of(exp, pinhole))
			sip_ims_expect_remove(exp);
	}
	spin_unlock_bh(&nf_conntrack_expect_lock);
}

/*
 * A phone's own flow is not what a pinhole let in: calls that go on may need it
 * when the registration ends, or the registrar has become other hosts.
 */
static void pinhole_kill(struct sip_ims_session *session,
			 const struct sip_ims_pinhole *pinhole)
{
	struct sip_ims_flow *flow;

	if (sip_ims_pinhole_outward(pinhole))
		return;
	list_for_each_entry(flow, &pinhole->flows, list) {
		if (sip_ims_flow_kill(session, pinhole, &flow->source,
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
	pinhole_kill(session, pinhole);
	sip_ims_count(session->sn, SIP_IMS_A_STATS_PINHOLES_CLOSED);
}

/* The master expects nothing more, and nobody finds the session through it. */
static void master_retire(struct sip_ims_session *session)
{
	struct nf_conn_help *help = nfct_help(session->master);
	const struct sip_ims_pinhole *pinhole;
	unsigned int count = 0;

	if (test_and_set_bit(IPS_DYING_BIT, &session->master->status))
		return;
	nf_ct_remove_expectations(session->master);
	RCU_INIT_POINTER(((struct sip_ims_flow_data *)help->data)->session, NULL);
	RCU_INIT_POINTER(help->helper, NULL);
	list_for_each_entry(pinhole, &session->pinholes, list)
		count += !pinhole->shared;
	this_cpu_add(session->sn->counters->value
		     [SIP_IMS_A_STATS_PINHOLES_CLOSED], count);
}

static bool gate_release(struct sip_ims_session *session)
{
	struct sip_ims_pinhole *pinhole;

	lockdep_assert_held(&session->lock);

	if (!session->master)
		return false;
	master_retire(session);
	list_for_each_entry(pinhole, &session->pinholes, list)
		pinhole_kill(session, pinhole);
	return refcount_read(&session->master->ct_general.use) > 1;
}

/* A flow that is not confirmed yet cannot be found; it is not forgotten. */
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

/* Only the first source port, if the zone wants that (RFC 7362). */
static bool expected_latches(struct sip_ims_session *session,
			     struct sip_ims_pinhole *pinhole, __be16 port)
{
	struct sip_ims_settings settings;

	if (!pinhole->latched)
		pinhole->latched = port;
	if (pinhole->latched == port || pinhole->signalling)
		return true;
	sip_ims_zone_get(session->sn, session->key.zone, &settings);
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
	if (sip_ims_pinhole_flow(pinhole, &source)) {
		sip_ims_refuse(session->sn, FLOW_LIMIT);
		return false;
	}
	/* Counted whatever the sysctl says; without memory it counts as used. */
	if (!pinhole->signalling)
		nf_ct_ext_add(ct, NF_CT_EXT_ACCT, GFP_ATOMIC);
	nat = rcu_dereference(sip_ims_nat_ops);
	if (session->translated && nat &&
	    sip_ims_flow_leaves(session, pinhole)) {
		if (!sip_ims_pinhole_outward(pinhole))
			sip_ims_flow_yield(session, pinhole, &source);
		nat->expected(ct, pinhole);
	}
	sip_ims_count(session->sn, SIP_IMS_A_STATS_MEDIA_FLOWS);
	return true;
}

/*
 * A new flow came through a pinhole.  It is recorded before it is confirmed,
 * so that the end of the session finds it; a flow that must not be is marked
 * as dying, and its first packet is dropped at confirmation.
 *
 * Context: RCU read side; nf_conntrack_expect_lock is not held.
 */
static void sip_ims_expected(struct nf_conn *ct,
			     struct nf_conntrack_expect *exp)
{
	struct sip_ims_session *session = sip_ims_flow_session(ct->master);
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

/* Packets. */

/* It came by a device of a VRF, for most of the kernel by the VRF itself. */
static int device_in(const struct sk_buff *skb, u8 l3num)
{
	int slave = l3num == AF_INET ? inet_sdif(skb) : inet6_sdif(skb);

	return slave ?: skb->skb_iif;
}

static void path_init(struct sip_ims_path *path, struct sip_ims_net *sn,
		      const struct sk_buff *skb, struct nf_conn *ct,
		      enum ip_conntrack_info ctinfo)
{
	enum ip_conntrack_dir dir = CTINFO2DIR(ctinfo);
	const struct nf_conntrack_tuple *in = &ct->tuplehash[dir].tuple;
	const struct nf_conntrack_tuple *out = &ct->tuplehash[!dir].tuple;

	path->sn = sn;
	path->ct = ct;
	path->ifindex = skb->dev->ifindex;
	path->mark = skb->mark;
	path->zone = nf_ct_zone(ct)->id;
	path->l3num = nf_ct_l3num(ct);
	path->l4proto = nf_ct_protonum(ct);
	path->src.addr = in->src.u3;
	path->src.port = in->src.u.all;
	path->src_mapped.addr = out->dst.u3;
	path->src_mapped.port = out->dst.u.all;
	path->dst.addr = in->dst.u3;
	path->dst.port = in->dst.u.all;
	path->dst_mapped.addr = out->src.u3;
	path->dst_mapped.port = out->src.u.all;
	path->iif = device_in(skb, path->l3num);
	sip_ims_across_init(path, skb->dev);
	path->translated =
		!sip_ims_same_endpoint(&path->src, &path->src_mapped) ||
		!sip_ims_same_endpoint(&path->dst, &path->dst_mapped);
}

/*
 * The tracker has just set its own timeout; a flow that carries calls or
 * registrations lives as long as they do.  A TCP connection that is not open
 * any more does not, and mostly the tracker gives it longer anyway.
 */
static void flow_refresh(const struct sip_ims_work *work, unsigned long left)
{
	struct nf_conn *ct = work->ct;

	if (work->path.l4proto == IPPROTO_TCP &&
	    (READ_ONCE(ct->proto.tcp.state) != TCP_CONNTRACK_ESTABLISHED ||
	     nf_ct_expires(ct) >= left))
		return;
	sip_ims_refresh(ct, work->skb, left);
}

static void flow_hold(const struct sip_ims_work *work,
		      struct sip_ims_flow_data *data)
{
	unsigned long now = jiffies;

	if (work->hold && (!data->hold ||
			   time_before(data->hold, now + work->hold * HZ)))
		data->hold = now + work->hold * HZ;
	if (!data->hold)
		return;
	if (time_before(now, data->hold))
		flow_refresh(work, data->hold - now);
	else
		data->hold = 0;
}

/* Nearly all datagrams have one.  May reallocate the skb. */
static unsigned int checksum(struct sip_ims_work *work)
{
	struct sk_buff *skb = work->skb;
	const struct udphdr *udp = (const void *)(skb->data + work->protoff);

	if (likely(udp->check))
		return NF_ACCEPT;
	if (skb_ensure_writable(skb, work->protoff + sizeof(*udp))) {
		sip_ims_refuse(work->path.sn, NO_MEMORY);
		return sip_ims_packet_drop(work->path.sn);
	}
	sip_ims_across_checksum(skb, work->protoff);
	return NF_ACCEPT;
}

/* May reallocate the skb: the message is parsed in one piece. */
static unsigned int packet(struct sip_ims_work *work)
{
	struct sk_buff *skb = work->skb;
	const struct udphdr *udp;
	unsigned int verdict;

	sip_ims_count(work->path.sn, SIP_IMS_A_STATS_DATAGRAMS);
	if (skb_linearize(skb)) {
		sip_ims_refuse(work->path.sn, NO_MEMORY);
		return sip_ims_packet_drop(work->path.sn);
	}
	/* The UDP tracker refused lengths below the header or past the end. */
	udp = (const void *)(skb->data + work->protoff);
	work->base = (const u8 *)(udp + 1);
	work->len = ntohs(udp->len) - sizeof(*udp);
	verdict = sip_ims_datagram(work);
	if (verdict == NF_ACCEPT && work->path.departs &&
	    work->path.l3num == AF_INET)
		verdict = checksum(work);
	return verdict;
}

/*
 * A phone's flow through an outward pinhole, and its first packet: which device
 * it leaves by was not known when the flow got its public port.
 */
static bool flow_strays(const struct sip_ims_work *work)
{
	struct sip_ims_session *session;
	bool strays = false;

	if (nf_ct_is_confirmed(work->ct) || !work->ct->master)
		return false;
	session = sip_ims_flow_session(work->ct->master);
	if (session) {
		spin_lock(&session->lock);
		strays = sip_ims_registration_strays(session, &work->path);
		spin_unlock(&session->lock);
	}
	if (strays)
		sip_ims_refuse(work->path.sn, PORT_MOVED);
	return strays;
}

/* Behind extension headers, as conntrack finds it. */
static bool packet_is_of6(const struct sk_buff *skb, unsigned int protoff,
			  u8 l4proto)
{
	u8 protocol = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off;

	if (protocol == l4proto)
		return true;
	return ipv6_skip_exthdr(skb, skb_network_offset(skb) +
				sizeof(struct ipv6hdr), &protocol,
				&frag_off) == protoff &&
	       protocol == l4proto;
}

/* An ICMP error about the flow comes here, too; it is no packet of it. */
static bool packet_is_of(const struct sk_buff *skb, unsigned int protoff,
			 u8 l4proto)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol == l4proto;
	return skb->protocol == htons(ETH_P_IPV6) &&
	       packet_is_of6(skb, protoff, l4proto);
}

static int sip_ims_help(struct sk_buff *skb, unsigned int protoff,
			struct nf_conn *ct, enum ip_conntrack_info ctinfo)
{
	struct sip_ims_net *sn = sip_ims_pernet(nf_ct_net(ct));
	struct nf_conn_help *help = nfct_help(ct);
	struct sip_ims_work *work;
	struct sip_ims_flow_data *data;
	unsigned int verdict;

	/* Extensions of a new flow go when another helper is unloaded. */
	if (!help || !packet_is_of(skb, protoff, nf_ct_protonum(ct)) ||
	    skb->len < protoff + sizeof(struct udphdr))
		return NF_ACCEPT;
	data = (struct sip_ims_flow_data *)help->data;
	local_bh_disable();
	work = *this_cpu_ptr(sip_ims_work);
	work->skb = skb;
	work->ct = ct;
	work->ctinfo = ctinfo;
	work->nat = rcu_dereference(sip_ims_nat_ops);
	work->protoff = protoff;
	work->hold = 0;
	path_init(&work->path, sn, skb, ct, ctinfo);
	if (flow_strays(work))
		verdict = sip_ims_packet_drop(sn);
	else if (work->path.l4proto == IPPROTO_TCP)
		verdict = sip_ims_segment(work, &data->tcp);
	else
		verdict = packet(work);
	if (verdict == NF_ACCEPT)
		flow_hold(work, data);
	local_bh_enable();
	return verdict;
}

static void work_free(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(*per_cpu_ptr(sip_ims_work, cpu));
	free_percpu(sip_ims_work);
}

static int work_alloc(void)
{
	struct sip_ims_work *work;
	int cpu;

	sip_ims_work = alloc_percpu(struct sip_ims_work *);
	if (!sip_ims_work)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		work = vzalloc_node(sizeof(*work), cpu_to_node(cpu));
		if (!work) {
			work_free();
			return -ENOMEM;
		}
		*per_cpu_ptr(sip_ims_work, cpu) = work;
	}
	return 0;
}

static int __init helpers_register(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(helper_kind); i++)
		sip_ims_helper_init(&sip_ims_draft[i], helper_kind[i].family,
				    helper_kind[i].l4proto, SIP_IMS_HELPER_NAME,
				    sip_ims_policy, CLASS_SIGNALLING,
				    sip_ims_help, THIS_MODULE);
	return sip_ims_helpers_register(sip_ims_draft, sip_ims_helper,
					ARRAY_SIZE(sip_ims_helper));
}

static int __init nf_conntrack_sip_ims_init(void)
{
	int err;

	err = work_alloc();
	if (err)
		return err;
	err = sip_ims_gate_register(&sip_ims_gate_conntrack);
	if (err)
		goto err_work;
	nf_ct_helper_expectfn_register(&sip_ims_expectfn);
	err = helpers_register();
	if (err)
		goto err_expectfn;
	return 0;

err_expectfn:
	nf_ct_helper_expectfn_unregister(&sip_ims_expectfn);
	sip_ims_gate_unregister();
err_work:
	work_free();
	return err;
}

/*
 * Unregistering a helper takes it from every flow and waits for packets in it;
 * only then all sessions can be closed with nothing coming after.
 */
static void __exit nf_conntrack_sip_ims_exit(void)
{
	sip_ims_helpers_unregister(sip_ims_helper, ARRAY_SIZE(sip_ims_helper));
	sip_ims_message_exit();
	sip_ims_gate_unregister();
	nf_ct_helper_expectfn_unregister(&sip_ims_expectfn);
	synchronize_rcu();
	sip_ims_helpers_put(sip_ims_helper, ARRAY_SIZE(sip_ims_helper));
	work_free();
}

module_init(nf_conntrack_sip_ims_init);
module_exit(nf_conntrack_sip_ims_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("IMS application-level gateway, conntrack helper");
MODULE_ALIAS_NFCT_HELPER(SIP_IMS_HELPER_NAME);
/* Nothing that asks for the helper asks for its NAT half. */
MODULE_SOFTDEP("post: nf_nat_sip_ims");
