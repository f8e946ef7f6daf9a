/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ICMP messages in the other family (RFC 7915 sections 4.2 and 5.2).
 */
#ifndef _TRGW_ICMP_H
#define _TRGW_ICMP_H

#include "translate.h"

enum trgw_verdict trgw_icmp_map(u8 version, const u8 *message,
				struct trgw_icmp *icmp);
bool trgw_icmp_is_echo(u8 version, u8 type);
u16 trgw_icmp_length(u8 version, const u8 *message);
u32 trgw_icmp_guess_mtu(u16 length);

#endif /* _TRGW_ICMP_H */
