/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One edit list a message: what is replaced, where, by what.
 */
#ifndef _SIP_IMS_EDIT_H
#define _SIP_IMS_EDIT_H

#include <sip_ims/sdp.h>

#define SIP_EDITS_MAX		1024u
#define SIP_EDIT_TEXT_MAX	16384u
/* "[", eight groups of four and seven colons, "]"; the mixed form is shorter. */
#define SIP_ADDRESS_TEXT_MAX	48u

/**
 * struct sip_edit - one replacement
 * @off: offset of the first byte replaced
 * @len: bytes replaced; 0 inserts
 * @text: offset of the new bytes in the list's text
 * @text_len: how many they are; 0 deletes
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
 * @failed: an edit was refused (full, overlapping): the list must not be used
 * @edit: sorted by @off, never overlapping
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
/* Adding what already stands there adds nothing.  Returns false and sets
 * failed when the list is full or the edit overlaps another one.
 */
bool sip_edit_bytes(struct sip_edits *edits, const u8 *base,
		    struct sip_slice where, const u8 *text, size_t len);
u32 sip_address_text(u8 *out, const struct sip_address *address, bool brackets);
bool sip_edit_number(struct sip_edits *edits, const u8 *base,
		     struct sip_slice where, u32 number);
bool sip_edit_address(struct sip_edits *edits, const u8 *base,
		      struct sip_slice where, const struct sip_address *address,
		      bool brackets);
/* Host and port of a literal in one go: the port text is replaced, or ":port"
 * inserted behind the host when there is none and @port is not the default
 * the literal already implies.
 */
bool sip_edit_literal(struct sip_edits *edits, const u8 *base,
		      const struct sip_literal *literal,
		      const struct sip_address *address, u16 port);
bool sip_edit_port(struct sip_edits *edits, const u8 *base,
		   const struct sip_literal *literal, u16 port);
/* The last edit: Content-Length by the balance of the edits inside the body, of
 * the message and of the parts of a multipart body.  No header, nothing to do;
 * length unchanged, nothing to do.
 */
bool sip_edit_content_length(struct sip_edits *edits, const u8 *base,
			     const struct sip_message *msg);

/**
 * struct sip_splice - the one stretch that changes
 * @off: offset of its first byte in the old message
 * @len: its length there
 * @new_len: its length in the new message, written to the caller's buffer
 */
struct sip_splice {
	u16 off;
	u16 len;
	u32 new_len;
};

/* Writes the bytes from the first edit to the end of the last one into @out.
 * Returns false (nothing usable in @out) when failed is set, when @out is too
 * small or the message would exceed SIP_MESSAGE_MAX.
 */
bool sip_edits_assemble(const struct sip_edits *edits, const u8 *base,
			size_t len, u8 *out, size_t out_size,
			struct sip_splice *splice);

/* The facts of the new message out of those of the old one. */
bool sip_edited(const struct sip_edits *edits, const u8 *base,
		struct sip_message *msg, struct sdp *sdp);

#endif /* _SIP_IMS_EDIT_H */
