/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses as they are written into a message.
 */
#ifndef _REWRITE_ADDRESS_TEXT_H
#define _REWRITE_ADDRESS_TEXT_H

#include <path/path.h>

#include <sip_ims/edit.h>

struct sip_ims_rewrite;

/**
 * struct sip_ims_text - an address as it is written into a message
 * @len: bytes of @text; 0: not written yet
 * @text: an IPv6 address in brackets
 */
struct sip_ims_text {
	u8 len;
	u8 text[SIP_ADDRESS_TEXT_MAX];
};

const struct sip_ims_text *sip_ims_text_of(struct sip_ims_rewrite *rw,
					   const union nf_inet_addr *addr,
					   struct sip_ims_text *room);
bool sip_ims_text_put(struct sip_ims_rewrite *rw, struct sip_slice where,
		      const struct sip_ims_text *text, bool bare);
bool sip_ims_text_flow(struct sip_ims_rewrite *rw, bool sender,
		       struct sip_slice where);

#endif /* _REWRITE_ADDRESS_TEXT_H */
