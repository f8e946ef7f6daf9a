/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers of IP headers and of upper layers, with names of their own because
 * the translation also builds in userspace. Lengths and offsets are in bytes.
 */
#ifndef _TRGW_PROTOCOL_H
#define _TRGW_PROTOCOL_H

/* Flags and fragment offset of an IPv4 header */
#define IP4_DF			0x4000
#define IP4_MF			0x2000
#define IP4_OFFSET		0x1fff

/* Extension headers of IPv6 */
#define IP6_HOP			0
#define IP6_ROUTING		43
#define IP6_FRAGMENT		44
#define IP6_DESTINATION		60

/* Upper layers */
#define PROTOCOL_ICMP		1
#define PROTOCOL_TCP		6
#define PROTOCOL_UDP		17
#define PROTOCOL_AH		51
#define PROTOCOL_ICMP6		58
#define PROTOCOL_NONE		59
#define PROTOCOL_MOBILITY	135
#define PROTOCOL_HIP		139
#define PROTOCOL_SHIM6		140

/* Headers without options, and where their checksums begin and end */
#define TCP_LEN			20
#define TCP_CHECKSUM		16
#define TCP_CHECKSUM_END	18
#define UDP_LEN			8
#define UDP_CHECKSUM		6
#define ICMP_CHECKSUM		2
#define ICMP_CHECKSUM_END	4

#endif /* _TRGW_PROTOCOL_H */
