/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes structures to netlink messages.
 */
#ifndef _NETLINK_PUT_H
#define _NETLINK_PUT_H

#include <linux/netlink.h>
#include <net/genetlink.h>

#include <call/call.h>
#include <registration/registration.h>
#include <session/settings.h>

/* Payload of a message with one call: fits into the 32 KiB buffer of a dump */
#define SIP_IMS_NL_CALL_SIZE \
	(SKB_WITH_OVERHEAD(32768) - NLMSG_HDRLEN - GENL_HDRLEN)

/**
 * struct sip_ims_nl_setting - maps an attribute to a field of the settings
 * @attr: attribute, 0 at the end of the table
 * @size: bytes of the payload of @attr and of the field
 * @offset: of the field in struct sip_ims_settings, bytes
 */
struct sip_ims_nl_setting {
	u8 attr;
	u8 size;
	u16 offset;
};

/* All settings; the zone is not one. */
extern const struct sip_ims_nl_setting sip_ims_nl_settings[];

int sip_ims_nl_put_call(struct sk_buff *skb, struct sip_ims_session *session,
			bool cut);
int sip_ims_nl_put_closing(struct sk_buff *skb, const struct sip_ims_call *call,
			   u8 mline);
int sip_ims_nl_put_contact(struct sk_buff *skb,
			   const struct sip_ims_registration *registration,
			   const struct sip_ims_contact *contact);
int sip_ims_nl_put_settings(struct sk_buff *skb,
			    const struct sip_ims_settings *settings);
int sip_ims_nl_put_stats(struct sk_buff *skb, struct sip_ims_net *sn);

#endif /* _NETLINK_PUT_H */
