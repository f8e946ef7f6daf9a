/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The only SIP response that the router itself sends: 503 to a refused INVITE.
 */
#ifndef _SIP_RESPONSE_H
#define _SIP_RESPONSE_H

#include <sip_ims/sip.h>

/* RFC 3261 section 18.1.1: safe over UDP when the path MTU is unknown. */
#define SIP_RESPONSE_MAX		1300u
#define SIP_RESPONSE_TAG_LENGTH	16u

/**
 * struct sip_response - addressee and contents of a response
 * @source: source address of the request, as the receiver would see it
 * @source_port: source port of the request, host byte order
 * @retry_after: seconds after which the sender may repeat the request
 * @tag: To tag, used when the request has none; token characters
 * @port: port of @source that the response must be sent to, host byte order;
 *	filled in
 */
struct sip_response {
	struct sip_address source;
	u16 source_port;
	u32 retry_after;
	u8 tag[SIP_RESPONSE_TAG_LENGTH];
	u16 port;
};

size_t sip_response_write_unavailable(struct sip_response *response,
				      const u8 *base,
				      const struct sip_message *msg, u8 *out,
				      size_t size);

#endif /* _SIP_RESPONSE_H */
