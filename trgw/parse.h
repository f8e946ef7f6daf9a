/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading the headers of a packet.
 */
#ifndef _TRGW_PARSE_H
#define _TRGW_PARSE_H

#include "translate.h"

enum trgw_verdict trgw_parse_packet(const u8 *data, size_t avail, size_t len,
				    u8 version, struct trgw_facts *facts);
u16 trgw_fragment_size(const struct trgw_facts *facts, u16 limit);

#endif /* _TRGW_PARSE_H */
