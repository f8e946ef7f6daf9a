// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows in conntrack's table: those that came through a pinhole, and those
 * that hide one.
 */
#include <linux/export.h>
#include <net/netfilter/nf_conntrack_acct.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <sip_ims/packet.h>

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
	struct nf_conntrack_tuple tuple = {};
	struct nf_conntrack_tuple_hash *hash;
	struct nf_conntrack_zone zone;

	tuple.src.l3num = session->key.l3num;
	tuple.src.u3 = source->addr;
	tuple.src.u.all = source->port;
	tuple.dst.protonum = pinhole->l4proto;
	tuple.dst.u3 = pinhole->outer.addr;
	tuple.dst.u.all = pinhole->outer.port;
	tuple.dst.dir = IP_CT_DIR_ORIGINAL;
	nf_ct_zone_init(&zone, session->key.zone, NF_CT_DEFAULT_ZONE_DIR, 0);
	hash = nf_conntrack_find_get(session->sn->net, &zone, &tuple);
	return hash ? nf_ct_tuplehash_to_ctrack(hash) : NULL;
}
EXPORT_SYMBOL_GPL(sip_ims_flow_find);

/**
 * sip_ims_flow_kill() - end the flow from a source to a pinhole
 * @session: owner of the pinhole
 * @pinhole: the pinhole
 * @source: where the flow's first packet came from
 * @master: only if this is its master; NULL: only if it has none
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
EXPORT_SYMBOL_GPL(sip_ims_flow_kill);

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
	moved = packets != flow->packets || returned != flow->returned;
	pinhole->packets += packets - flow->packets;
	pinhole->bytes += bytes - flow->bytes;
	flow->packets = packets;
	flow->bytes = bytes;
	flow->returned = returned;
	return moved || test_bit(IPS_OFFLOAD_BIT, &ct->status);
}
EXPORT_SYMBOL_GPL(sip_ims_flow_account);
