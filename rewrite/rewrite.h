/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rewriting of one message: which address becomes which.
 *
 * Nothing here knows packets.  Headers and SDP are read, and the bytes that
 * have to change become a list of edits.  The directory also builds in
 * userspace, where its unit tests rewrite whole messages.
 */
#ifndef _REWRITE_REWRITE_H
#define _REWRITE_REWRITE_H

#include <rewrite/address_text.h>

#include <sip_ims/edit.h>

struct sip_ims_call_plan;
struct sip_ims_path;

/**
 * struct sip_ims_rewrite - one message and the edits that it needs
 *
 * The caller fills in the fields up to @strip_candidates.
 *
 * @path: path of the packet that carries the message
 * @base: first byte of the message
 * @msg: its facts
 * @sdp: its SDP; an empty body when there is none
 * @plan: the consequences of the message
 * @strip_candidates: remove ICE candidates instead of translating them
 * @edits: the bytes that have to change
 * @header_edits: number of edits in the header part
 * @removed: offset of the line that was removed last, 0 for none
 * @candidates_removed: ICE candidates that were removed
 * @omr_removed: lines of OMR (TS 29.079) that were removed
 * @text: the sender's [0] and the receiver's [1] address, as the other side
 *	knows it
 */
struct sip_ims_rewrite {
	const struct sip_ims_path *path;
	const u8 *base;
	const struct sip_message *msg;
	const struct sdp *sdp;
	const struct sip_ims_call_plan *plan;
	bool strip_candidates;
	u16 header_edits;
	u16 removed;
	u32 candidates_removed;
	u32 omr_removed;
	struct sip_ims_text text[2];
	struct sip_edits edits;
};

int sip_ims_rewrite_message(struct sip_ims_rewrite *rw);

#endif /* _REWRITE_REWRITE_H */
