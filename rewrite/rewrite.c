// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rewriting of one message: the header part, the SDP, and the lengths that
 * follow from both.
 */
#include <rewrite/headers.h>
#include <rewrite/rewrite.h>
#include <rewrite/sdp.h>

/**
 * sip_ims_rewrite_message() - list the edits that a message needs
 * @rw: the message and its plan; @edits and the counts are filled in
 *
 * Context: RCU read side, bottom halves off.
 * Return: 0; -EINVAL when a message needs more edits than fit into the list,
 * or edits that overlap.
 */
int sip_ims_rewrite_message(struct sip_ims_rewrite *rw)
{
	sip_edits_init(&rw->edits);
	rw->text[0].len = 0;
	rw->text[1].len = 0;
	rw->candidates_removed = 0;
	rw->omr_removed = 0;
	if (!sip_ims_edit_headers(rw) || !sip_ims_edit_sdp(rw) ||
	    !sip_edit_content_length(&rw->edits, rw->base, rw->msg))
		return -EINVAL;
	return 0;
}
