/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of the netlink code: what the messages are filled with.
 */
#ifndef _SIP_IMS_NETLINK_H
#define _SIP_IMS_NETLINK_H

#include <linux/netlink.h>
#include <net/genetlink.h>

#include <call/call.h>
#include <call/dialog.h>
#include <call/traffic.h>
#include <registration/registration.h>
#include <session/counters.h>
#include <session/pinhole.h>
#include <session/settings.h>

#include "netlink_gen.h"

int sip_ims_netlink_init(void);
void sip_ims_netlink_exit(void);

/* A message that carries one call: what a dump gives a reader's buffer. */
#define SIP_IMS_NL_CALL_SIZE	(SKB_WITH_OVERHEAD(32768) - NLMSG_HDRLEN - GENL_HDRLEN)

/**
 * struct sip_ims_nl_setting - where a setting of a zone is kept
 * @attr: its attribute; 0 ends the table
 * @size: of the attribute's payload, and of the field
 * @offset: in struct sip_ims_settings
 */
struct sip_ims_nl_setting {
	u8 attr;
	u8 size;
	u16 offset;
};

/* All but the zone. */
extern const struct sip_ims_nl_setting sip_ims_nl_settings[];

int sip_ims_nl_put_call(struct sk_buff *skb, struct sip_ims_session *session,
			bool cut);
int sip_ims_nl_put_closing(struct sk_buff *skb, const struct sip_ims_call *call,
			   u8 media);
int sip_ims_nl_put_contact(struct sk_buff *skb,
			   const struct sip_ims_registration *registration,
			   const struct sip_ims_contact *contact);
int sip_ims_nl_put_settings(struct sk_buff *skb,
			    const struct sip_ims_settings *settings);
int sip_ims_nl_put_stats(struct sk_buff *skb, struct sip_ims_net *sn);

#endif /* _SIP_IMS_NETLINK_H */
