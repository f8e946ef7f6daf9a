/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of addresses that are written into a message.
 */
#ifndef _REWRITE_ADDRESS_TEXT_H
#define _REWRITE_ADDRESS_TEXT_H

#include <path/path.h>

#include <sip_ims/edit.h>

struct sip_ims_rewrite;

/**
 * struct sip_ims_text - text of an address, ready to be written
 * @len: length of @text, bytes; 0 if there is no text yet
 * @text: the address; an IPv6 address in brackets
 */
struct sip_ims_text {
	u8 len;
	u8 text[SIP_ADDRESS_TEXT_MAX];
};

const struct sip_ims_text *sip_ims_text_of(struct sip_ims_rewrite *rw,
					   const union nf_inet_addr *addr,
					   struct sip_ims_text *buf);
int sip_ims_text_put(struct sip_ims_rewrite *rw, struct sip_slice where,
		     const struct sip_ims_text *text, bool bare);
int sip_ims_text_put_flow(struct sip_ims_rewrite *rw, bool sender,
			  struct sip_slice where);

#endif /* _REWRITE_ADDRESS_TEXT_H */
