/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages of generic netlink dumps.
 */
#ifndef _SIP_IMS_NETLINK_DUMP_H
#define _SIP_IMS_NETLINK_DUMP_H

#include <net/genetlink.h>

/**
 * sip_ims_dump_begin() - begin a message of a dump
 * @skb: buffer of the dump
 * @cb: the dump
 * @family: family of the message
 * @cmd: command of the message
 *
 * Return: the header, for sip_ims_dump_end(), or NULL when the buffer is full.
 */
static inline void *sip_ims_dump_begin(struct sk_buff *skb,
				       struct netlink_callback *cb,
				       const struct genl_family *family, u8 cmd)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, family, NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

/**
 * sip_ims_dump_end() - end a message of a dump, or remove it
 * @skb: buffer of the dump
 * @hdr: header of the message
 * @err: 0, or the error that filling the message met; removes the message
 *
 * Return: @err.
 */
static inline int sip_ims_dump_end(struct sk_buff *skb, void *hdr, int err)
{
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

#endif /* _SIP_IMS_NETLINK_DUMP_H */
