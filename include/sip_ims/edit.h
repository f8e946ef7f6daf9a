/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The edits of one message: which bytes are replaced by which.
 */
#ifndef _SIP_IMS_EDIT_H
#define _SIP_IMS_EDIT_H

#include <sip_ims/sdp.h>

#define SIP_EDITS_MAX		1024u
#define SIP_EDIT_TEXT_MAX	16384u
/* "[", eight groups of four digits, seven colons, "]" */
#define SIP_ADDRESS_TEXT_MAX	48u

/**
 * struct sip_edit - one replacement
 * @off: offset in the message of the first byte to replace
 * @len: number of bytes to replace; 0 inserts
 * @text: offset of the new bytes in struct sip_edits.text
 * @text_len: number of new bytes; 0 deletes
 */
struct sip_edit {
	u16 off;
	u16 len;
	u16 text;
	u16 text_len;
};

/**
 * struct sip_edits - the edits of one message, sorted by offset
 * @count: entries used in @edit
 * @used: bytes used in @text
 * @failed: an edit was refused, so the list must not be used
 * @edit: sorted by offset, without overlaps
 * @text: the new bytes
 */
struct sip_edits {
	u16 count;
	u16 used;
	bool failed;
	struct sip_edit edit[SIP_EDITS_MAX];
	u8 text[SIP_EDIT_TEXT_MAX];
};

void sip_edits_init(struct sip_edits *edits);
int sip_edit_bytes(struct sip_edits *edits, const u8 *base,
		   struct sip_slice where, const u8 *text, size_t len);
u32 sip_address_text(u8 *out, const struct sip_address *address, bool brackets);
int sip_edit_number(struct sip_edits *edits, const u8 *base,
		    struct sip_slice where, u32 number);
int sip_edit_address(struct sip_edits *edits, const u8 *base,
		     struct sip_slice where, const struct sip_address *address,
		     bool brackets);
int sip_edit_literal(struct sip_edits *edits, const u8 *base,
		     const struct sip_literal *literal,
		     const struct sip_address *address, u16 port);
int sip_edit_port(struct sip_edits *edits, const u8 *base,
		  const struct sip_literal *literal, u16 port);
int sip_edit_content_length(struct sip_edits *edits, const u8 *base,
			    const struct sip_message *msg);

/**
 * struct sip_splice - the bytes from the first edit to the end of the last one
 * @off: offset of the first byte, the same in the old and the new message
 * @len: length in the old message, bytes
 * @new_len: length in the new message, bytes
 */
struct sip_splice {
	u16 off;
	u16 len;
	u32 new_len;
};

int sip_edits_assemble(const struct sip_edits *edits, const u8 *base,
		       size_t len, u8 *out, size_t out_size,
		       struct sip_splice *splice);

int sip_facts_move(const struct sip_edits *edits, const u8 *base,
		   struct sip_message *msg, struct sdp *sdp);

#endif /* _SIP_IMS_EDIT_H */
