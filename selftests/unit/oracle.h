/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sip/ against the naive parser, one message at a time.
 */
#ifndef _ORACLE_H
#define _ORACLE_H

#include <sip_ims/sip.h>

/* NULL, or in what the two differ. */
const char *compare_message(const u8 *bytes, size_t len);
const char *compare_sdp(const u8 *bytes, struct sip_slice body);

#endif /* _ORACLE_H */
