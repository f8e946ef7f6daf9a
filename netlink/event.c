// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sends events to multicast listeners, see Documentation/design/netlink.md.
 */
#include <linux/jiffies.h>
#include <linux/user_namespace.h>
#include <net/netlink.h>

#include <session/counters.h>
#include <session/net.h>
#include <session/pinhole.h>

#include "event.h"
#include "netlink_gen.h"
#include "put.h"

/*
 * The multicast group requires CAP_NET_ADMIN in the user namespace that owns
 * the network namespace.  Requests require it in the initial user namespace, so
 * send events only if that is the owner.
 */
static bool may_send_events(const struct sip_ims_net *sn)
{
	return sip_ims_nl_family.n_mcgrps &&
	       sn->net->user_ns == &init_user_ns &&
	       genl_has_listeners(&sip_ims_nl_family, sn->net,
				  SIP_IMS_NLGRP_EVENTS);
}

/* Listeners read ENOBUFS, as if their receive buffer had overflowed. */
static void report_lost_event(struct sip_ims_net *sn)
{
	sip_ims_count(sn, SIP_IMS_A_STATS_EVENTS_LOST);
	genl_set_err(&sip_ims_nl_family, sn->net, 0, SIP_IMS_NLGRP_EVENTS,
		     -ENOBUFS);
}

/* An error means that all listeners are in other network namespaces. */
static void send_event(struct sip_ims_net *sn, struct sk_buff *msg, void *hdr)
{
	genlmsg_end(msg, hdr);
	if (!genlmsg_multicast_netns(&sip_ims_nl_family, sn->net, msg, 0,
				     SIP_IMS_NLGRP_EVENTS, GFP_ATOMIC))
		sip_ims_count(sn, SIP_IMS_A_STATS_EVENTS);
}

static int put_inactivity(struct sk_buff *msg, const struct sip_ims_call *call,
			  u8 mline, u32 inactive_media)
{
	const struct sip_ims_pinhole *pinhole;
	u32 idle = U32_MAX;
	struct nlattr *nest;
	u64 packets = 0;

	list_for_each_entry(pinhole, &call->session.pinholes, list) {
		if (pinhole->signalling || pinhole->mline != mline)
			continue;
		idle = min(idle, (u32)jiffies - pinhole->active);
		packets += pinhole->packets + pinhole->returned;
	}
	nest = nla_nest_start(msg, SIP_IMS_A_MAIN_INACTIVITY);
	if (!nest ||
	    nla_put_u8(msg, SIP_IMS_A_INACTIVITY_MLINE, mline) ||
	    nla_put_u64_64bit(msg, SIP_IMS_A_INACTIVITY_IDLE,
			      jiffies_to_msecs(idle),
			      SIP_IMS_A_INACTIVITY_PAD) ||
	    nla_put_u32(msg, SIP_IMS_A_INACTIVITY_INACTIVE_MEDIA,
			inactive_media) ||
	    nla_put_u64_64bit(msg, SIP_IMS_A_INACTIVITY_PACKETS, packets,
			      SIP_IMS_A_INACTIVITY_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* The bindings are last: they are truncated if the message is full. */
static void send_inactivity(const struct sip_ims_call *call, u8 mline,
			    u32 inactive_media)
{
	struct sip_ims_net *sn = call->session.sn;
	struct sk_buff *msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	void *hdr;

	if (!msg) {
		report_lost_event(sn);
		return;
	}
	hdr = genlmsg_put(msg, 0, 0, &sip_ims_nl_family, 0,
			  SIP_IMS_CMD_MEDIA_INACTIVE);
	if (hdr && !put_inactivity(msg, call, mline, inactive_media) &&
	    !sip_ims_nl_put_closing(msg, call, mline)) {
		send_event(sn, msg, hdr);
		return;
	}
	nlmsg_free(msg);
	report_lost_event(sn);
}

/**
 * sip_ims_event_inactive() - send an event for each inactive stream
 * @call: call, locked; its pinholes have not been closed yet
 * @streams: streams that are about to be closed, one bit for each m= line
 * @inactive_media: setting of the zone, seconds
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_event_inactive(const struct sip_ims_call *call, u32 streams,
			    u32 inactive_media)
{
	u8 mline;

	lockdep_assert_held(&call->session.lock);

	if (!may_send_events(call->session.sn))
		return;
	for (mline = 0; streams; mline++, streams >>= 1) {
		if (streams & 1)
			send_inactivity(call, mline, inactive_media);
	}
}
