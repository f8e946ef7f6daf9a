/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one answer the router gives itself: 503 to an INVITE that it refuses.
 */
#ifndef _SIP_IMS_REPLY_H
#define _SIP_IMS_REPLY_H

#include <sip_ims/sip.h>

/* RFC 3261 section 18.1.1: what is safe to send without asking for the MTU. */
#define SIP_REPLY_MAX		1300u
#define SIP_REPLY_TAG_LENGTH	16u

/**
 * struct sip_reply - who is answered, and how
 * @source: where the request came from, as its receiver would see it
 * @source_port: its port, host byte order
 * @retry_after: seconds after which it may be sent again
 * @tag: tag for To, when the request has none there: characters of a token
 * @port: port of @source the answer has to go to, host byte order; filled in
 */
struct sip_reply {
	struct sip_address source;
	u16 source_port;
	u32 retry_after;
	u8 tag[SIP_REPLY_TAG_LENGTH];
	u16 port;
};

/* Returns the length, or 0 when it would be longer than @size. */
size_t sip_reply_unavailable(struct sip_reply *reply, const u8 *base,
			     const struct sip_message *msg, u8 *out,
			     size_t size);

#endif /* _SIP_IMS_REPLY_H */
