// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rewriting of one message: first the headers, then the SDP, and last the
 * lengths that change with them.
 */
#include <rewrite/headers.h>
#include <rewrite/rewrite.h>
#include <rewrite/sdp.h>

/**
 * sip_ims_rewrite_message() - list the edits that a message needs
 * @rw: the message and its plan; @edits and the counts are filled in
 *
 * Context: RCU read side, bottom halves off.
 * Return: 0; -ENOSPC if the message needs more edits than the list can hold,
 * -EINVAL if edits overlap.
 */
int sip_ims_rewrite_message(struct sip_ims_rewrite *rw)
{
	int err;

	sip_edits_init(&rw->edits);
	rw->text[0].len = 0;
	rw->text[1].len = 0;
	rw->candidates_removed = 0;
	rw->omr_removed = 0;
	err = sip_ims_edit_headers(rw);
	if (!err)
		err = sip_ims_edit_sdp(rw);
	if (!err)
		err = sip_edit_content_length(&rw->edits, rw->base, rw->msg);
	return err;
}
