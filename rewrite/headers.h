/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rewriting of the header part.
 */
#ifndef _REWRITE_HEADERS_H
#define _REWRITE_HEADERS_H

#include <rewrite/rewrite.h>

int sip_ims_edit_headers(struct sip_ims_rewrite *rw);

#endif /* _REWRITE_HEADERS_H */
