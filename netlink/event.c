// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: what whoever listens is told when it happens.  See "Events" in
 * Documentation/design.md.
 */
#include <linux/jiffies.h>
#include <linux/user_namespace.h>
#include <net/netlink.h>

#include "event.h"
#include "netlink.h"

/*
 * Whether it is worth making an event.  CAP_NET_ADMIN in the user namespace of
 * the network namespace is what the group asks for; only where that is the
 * initial one it is as much as a request takes.
 */
static bool event_wanted(const struct sip_ims_net *sn)
{
	return sip_ims_nl_family.n_mcgrps &&
	       sn->net->user_ns == &init_user_ns &&
	       genl_has_listeners(&sip_ims_nl_family, sn->net,
				  SIP_IMS_NLGRP_EVENTS);
}

/* Nobody is told: whoever listens reads ENOBUFS, as after an overrun. */
static void event_lost(struct sip_ims_net *sn)
{
	sip_ims_count(sn, SIP_IMS_A_STATS_EVENTS_LOST);
	genl_set_err(&sip_ims_nl_family, sn->net, 0, SIP_IMS_NLGRP_EVENTS,
		     -ENOBUFS);
}

/* The listeners that made it wanted may be in other namespaces. */
static void event_send(struct sip_ims_net *sn, struct sk_buff *msg, void *hdr)
{
	genlmsg_end(msg, hdr);
	if (!genlmsg_multicast_netns(&sip_ims_nl_family, sn->net, msg, 0,
				     SIP_IMS_NLGRP_EVENTS, GFP_ATOMIC))
		sip_ims_count(sn, SIP_IMS_A_STATS_EVENTS);
}

static int put_inactivity(struct sk_buff *msg, const struct sip_ims_call *call,
			  u8 media, u32 inactive_media)
{
	const struct sip_ims_pinhole *pinhole;
	u32 idle = U32_MAX;
	struct nlattr *nest;
	u64 packets = 0;

	list_for_each_entry(pinhole, &call->session.pinholes, list) {
		if (pinhole->signalling || pinhole->mline != media)
			continue;
		idle = min(idle, (u32)jiffies - pinhole->active);
		packets += pinhole->packets + pinhole->returned;
	}
	nest = nla_nest_start(msg, SIP_IMS_A_MAIN_INACTIVITY);
	if (!nest ||
	    nla_put_u8(msg, SIP_IMS_A_INACTIVITY_MLINE, media) ||
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

/* The bindings come last: they are what is cut if it does not fit. */
static void event_inactive(const struct sip_ims_call *call, u8 media,
			   u32 inactive_media)
{
	struct sip_ims_net *sn = call->session.sn;
	struct sk_buff *msg = genlmsg_new(GENLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	void *hdr;

	if (!msg) {
		event_lost(sn);
		return;
	}
	hdr = genlmsg_put(msg, 0, 0, &sip_ims_nl_family, 0,
			  SIP_IMS_CMD_MEDIA_INACTIVE);
	if (hdr && !put_inactivity(msg, call, media, inactive_media) &&
	    !sip_ims_nl_put_closing(msg, call, media)) {
		event_send(sn, msg, hdr);
		return;
	}
	nlmsg_free(msg);
	event_lost(sn);
}

/**
 * sip_ims_event_inactive() - tell of streams that close for nothing came
 * @call: locked; the pinholes are still there
 * @streams: a bit for each m= line
 * @inactive_media: the setting that they are closed by, seconds
 *
 * One event for each stream.
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_event_inactive(const struct sip_ims_call *call, u32 streams,
			    u32 inactive_media)
{
	u8 media;

	lockdep_assert_held(&call->session.lock);

	if (!event_wanted(call->session.sn))
		return;
	for (media = 0; streams; media++, streams >>= 1) {
		if (streams & 1)
			event_inactive(call, media, inactive_media);
	}
}
