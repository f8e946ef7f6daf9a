/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rewriting of the SDP.
 */
#ifndef _REWRITE_SDP_H
#define _REWRITE_SDP_H

#include <rewrite/rewrite.h>

int sip_ims_edit_sdp(struct sip_ims_rewrite *rw);

#endif /* _REWRITE_SDP_H */
