// SPDX-License-Identifier: GPL-2.0-only
/*
 * One message, from its bytes to a verdict: facts, decisions, edits, pinholes,
 * new bytes.  A message takes effect as a whole or not at all.
 */
#include <linux/ipv6.h>
#include <linux/kmod.h>
#include <linux/ratelimit.h>
#include <linux/udp.h>
#include <linux/workqueue.h>

#include <call/plan.h>
#include <packet/cache.h>
#include <packet/decide.h>
#include <packet/message.h>
#include <packet/nat.h>
#include <packet/reject.h>
#include <packet/work.h>
#include <path/path.h>
#include <path/xlat.h>
#include <session/counters.h>
#include <session/net.h>
#include <session/pinhole.h>
#include <session/settings.h>

#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

/**
 * sip_ims_packet_drop() - count a drop
 * @sn: the namespace
 *
 * The caller has counted the reason.
 *
 * Return: NF_DROP.
 */
unsigned int sip_ims_packet_drop(struct sip_ims_net *sn)
{
	sip_ims_count(sn, SIP_IMS_A_STATS_DROPPED);
	return NF_DROP;
}

/*
 * A message that cannot be parsed, or would get too long, passes unchanged or
 * is dropped, by the setting "malformed" of the zone.
 */
static unsigned int message_give_up(const struct sip_ims_work *work)
{
	struct sip_ims_settings settings;

	sip_ims_settings_copy(work->path.sn, work->path.zone, &settings);
	if (settings.malformed == SIP_IMS_MALFORMED_POLICY_PASS)
		return NF_ACCEPT;
	return sip_ims_packet_drop(work->path.sn);
}

static unsigned int message_malformed(struct sip_ims_work *work,
				      enum sip_fault fault)
{
	struct sip_ims_net *sn = work->path.sn;

	static_assert(SIP_IMS_A_STATS_MALFORMED_MULTIPART -
		      SIP_IMS_A_STATS_MALFORMED_NOT_SIP ==
		      SIP_FAULT_MULTIPART - SIP_FAULT_NOT_SIP);

	sip_ims_count(sn, SIP_IMS_A_STATS_MALFORMED);
	sip_ims_count_refusal(sn, SIP_IMS_A_STATS_MALFORMED_NOT_SIP +
			      fault - SIP_FAULT_NOT_SIP, sip_fault_name(fault));
	return message_give_up(work);
}

static enum sip_fault message_parse(struct sip_ims_work *work)
{
	struct sip_slice body;
	enum sip_fault fault;

	if (!sip_ims_cache_take(work))
		return SIP_OK;
	fault = sip_parse(work->base, work->len, &work->msg);
	if (fault)
		return fault;
	work->sdp.body.len = 0;
	work->sdp.count = 0;
	if (!work->msg.body.len)
		return SIP_OK;
	fault = sip_find_sdp(work->base, &work->msg, &body);
	if (fault || !body.len)
		return fault;
	return sdp_parse(work->base, body, &work->sdp);
}

/* A datagram with bytes after the UDP length cannot grow or shrink. */
static bool message_resizable(const struct sip_ims_work *work)
{
	return work->path.l4proto == IPPROTO_TCP ||
	       work->skb->len == work->protoff + sizeof(struct udphdr) +
				 work->len;
}

/* The length field of IPv6 does not count the header. */
static bool message_fits(const struct sip_ims_work *work)
{
	unsigned int uncounted = work->path.l3num == AF_INET ?
				 0 : sizeof(struct ipv6hdr);
	unsigned int growth = work->splice.new_len - work->splice.len;

	if (work->path.l4proto == IPPROTO_TCP)
		return work->len + growth <= SIP_MESSAGE_MAX;
	return work->skb->len + growth - uncounted <= U16_MAX;
}

/* Return: 0; -EMSGSIZE when the message gets too long; -EINVAL. */
static int message_assemble(struct sip_ims_work *work)
{
	int err;

	if (!work->rewrite.edits.count)
		return 0;
	if (!message_resizable(work))
		return -EINVAL;
	err = sip_edits_assemble(&work->rewrite.edits, work->base, work->len,
				 work->out, sizeof(work->out), &work->splice);
	if (!err && !message_fits(work))
		err = -EMSGSIZE;
	return err;
}

static bool strips_candidates(const struct sip_ims_path *path)
{
	return sip_ims_settings_find(path->sn, path->zone)->candidates ==
	       SIP_IMS_CANDIDATES_POLICY_STRIP;
}

static int message_rewrite(struct sip_ims_work *work)
{
	struct sip_ims_net *sn = work->path.sn;
	struct sip_ims_rewrite *rw = &work->rewrite;
	int err;

	rw->path = &work->path;
	rw->base = work->base;
	rw->msg = &work->msg;
	rw->sdp = &work->sdp;
	rw->plan = &work->plan;
	rw->strip_candidates = work->sdp.attributes &&
			       strips_candidates(&work->path);
	err = sip_ims_rewrite_message(rw);
	if (rw->candidates_removed)
		sip_ims_count_more(sn, SIP_IMS_A_STATS_ICE_REMOVED,
				   rw->candidates_removed);
	if (rw->omr_removed)
		sip_ims_count_more(sn, SIP_IMS_A_STATS_OMR_REMOVED,
				   rw->omr_removed);
	if (!err)
		err = message_assemble(work);
	if (err == -EMSGSIZE)
		sip_ims_refuse(sn, TOO_LARGE);
	else if (err)
		sip_ims_refuse(sn, EDIT_FAILED);
	return err;
}

/* On TCP a message is written as a whole: add the bytes that do not change. */
static void message_complete(struct sip_ims_work *work)
{
	const struct sip_splice *splice = &work->splice;
	u32 end = splice->off + splice->len;

	memmove(work->out + splice->off, work->out, splice->new_len);
	memcpy(work->out, work->base, splice->off);
	memcpy(work->out + splice->off + splice->new_len, work->base + end,
	       work->len - end);
	work->new_len = work->len - splice->len + splice->new_len;
}

/* Write the new bytes to the datagram, whose skb may be reallocated. */
static int message_write(struct sip_ims_work *work)
{
	int err;

	if (work->path.l4proto == IPPROTO_TCP) {
		message_complete(work);
		return 0;
	}
	err = work->nat->write(work->skb, work->protoff, work->ct,
			       work->ctinfo, &work->splice, work->out);
	if (err)
		sip_ims_refuse(work->path.sn, NO_MEMORY);
	else
		work->base = NULL;
	return err;
}

static bool path_changes(const struct sip_ims_path *path)
{
	return path->translated || path->xlat;
}

/*
 * Return: 0, or an errno whose reason is counted; -EMSGSIZE when the message
 * may pass unchanged.
 */
static int plan_carry_out(struct sip_ims_work *work)
{
	struct sip_ims_call_plan *plan = &work->plan;
	int err = 0;

	work->rewrite.edits.count = 0;
	if (path_changes(&work->path) && !plan->base.untouched)
		err = message_rewrite(work);
	if (err)
		return err;
	if (plan->base.session &&
	    sip_ims_pinhole_open(&plan->base, &work->path))
		return -ENOSPC;
	return work->rewrite.edits.count ? message_write(work) : 0;
}

/*
 * modprobe -r can remove the NAT module while the helper stays in use.  Loading
 * a module sleeps, so a work item does it.
 */
static void nat_load(struct work_struct *unused)
{
	request_module("nf_nat_sip_ims");
}

static DECLARE_WORK(nat_load_work, nat_load);

static unsigned int nat_missing(struct sip_ims_net *sn)
{
	static DEFINE_RATELIMIT_STATE(limit, 10 * HZ, 1);

	sip_ims_refuse(sn, NAT_MISSING);
	ratelimit_set_flags(&limit, RATELIMIT_MSG_ON_RELEASE);
	if (__ratelimit(&limit))
		schedule_work(&nat_load_work);
	return sip_ims_packet_drop(sn);
}

/**
 * sip_ims_message_exit() - stop loading the NAT module
 *
 * Context: process context; no packet is handled any more.
 */
void sip_ims_message_exit(void)
{
	cancel_work_sync(&nat_load_work);
}

/* Check what a decision requires.  Return: NF_ACCEPT; NF_DROP, counted. */
static unsigned int message_check(struct sip_ims_work *work)
{
	struct sip_ims_net *sn = work->path.sn;

	if (path_changes(&work->path) && !work->nat)
		return nat_missing(sn);
	if (sip_ims_xlat_assign_source(&work->path)) {
		sip_ims_refuse(sn, NO_ADDRESS4);
		return sip_ims_packet_drop(sn);
	}
	if (sip_ims_reject_is_acked(work)) {
		sip_ims_refuse(sn, NO_CALL);
		return sip_ims_packet_drop(sn);
	}
	return NF_ACCEPT;
}

/* Decide, rewrite, then commit or abort.  May reallocate the skb. */
static unsigned int message_apply(struct sip_ims_work *work)
{
	struct sip_ims_call_plan *plan = &work->plan;
	struct sip_ims_net *sn = work->path.sn;
	int err;

	if (message_check(work) != NF_ACCEPT)
		return NF_DROP;
	sip_ims_plan_decide(plan, &work->path, work->base, &work->msg,
			    &work->sdp);
	err = plan->base.drop ? -EPERM : plan_carry_out(work);
	if (err) {
		sip_ims_plan_abort(plan);
		if (err == -EMSGSIZE)
			return message_give_up(work);
		sip_ims_reject_send(work);
		return sip_ims_packet_drop(sn);
	}
	sip_ims_plan_commit(plan);
	if (work->path.xlat)
		sip_ims_count(sn, SIP_IMS_A_STATS_XLAT);
	work->keepalive = plan->base.keepalive;
	if (work->rewrite.edits.count)
		sip_ims_count(sn, SIP_IMS_A_STATS_REWRITTEN);
	else
		sip_ims_count(sn, SIP_IMS_A_STATS_UNCHANGED);
	if (work->path.departs)
		sip_ims_cache_store(work);
	return NF_ACCEPT;
}

/**
 * sip_ims_message_handle() - handle a SIP message
 * @work: @base, @len, @path and @nat are set; @keepalive is filled in
 *
 * May reallocate the skb of a datagram.  A message of a TCP connection that
 * changes is written to @work->out, and @work->new_len is its length.
 *
 * Context: RCU read side, bottom halves off.
 * Return: NF_ACCEPT; NF_DROP for a reason that is counted.
 */
unsigned int sip_ims_message_handle(struct sip_ims_work *work)
{
	enum sip_fault fault = message_parse(work);

	if (fault)
		return message_malformed(work, fault);
	if (work->msg.request)
		sip_ims_count(work->path.sn, SIP_IMS_A_STATS_REQUESTS);
	else
		sip_ims_count(work->path.sn, SIP_IMS_A_STATS_RESPONSES);
	return message_apply(work);
}

static unsigned int datagram_pass(struct sip_ims_work *work,
				  unsigned int counter)
{
	this_cpu_inc(work->path.sn->counters->value[counter]);
	return NF_ACCEPT;
}

/**
 * sip_ims_datagram_handle() - handle a datagram on a signalling flow
 * @work: as for sip_ims_message_handle()
 *
 * May reallocate the skb.
 *
 * Context: RCU read side, bottom halves off.
 * Return: NF_ACCEPT; NF_DROP for a reason that is counted.
 */
unsigned int sip_ims_datagram_handle(struct sip_ims_work *work)
{
	switch (sip_classify(work->base, work->len)) {
	case SIP_KIND_SIP:
		return sip_ims_message_handle(work);
	case SIP_KIND_KEEPALIVE:
		return datagram_pass(work, SIP_IMS_A_STATS_KEEPALIVE);
	case SIP_KIND_STUN:
		return datagram_pass(work, SIP_IMS_A_STATS_STUN);
	case SIP_KIND_SIGCOMP:
		return datagram_pass(work, SIP_IMS_A_STATS_SIGCOMP);
	case SIP_KIND_TLS:
		return datagram_pass(work, SIP_IMS_A_STATS_TLS);
	default:
		return message_malformed(work, SIP_FAULT_NOT_SIP);
	}
}
