// SPDX-License-Identifier: GPL-2.0-only
/*
 * ICMP messages in the other family (RFC 7915 sections 4.2 and 5.2).
 */
#include "bytes.h"
#include "icmp.h"

/* ICMP for IPv4 (RFC 792) */
#define ICMP4_ECHO_REPLY	0
#define ICMP4_UNREACHABLE	3
#define ICMP4_ECHO		8
#define ICMP4_TIME		11
#define ICMP4_PARAMETER		12

#define ICMP4_NET		0
#define ICMP4_HOST		1
#define ICMP4_PROTOCOL		2
#define ICMP4_PORT		3
#define ICMP4_TOO_BIG		4
#define ICMP4_HOST_PROHIBITED	10

/* ICMPv6 (RFC 4443) */
#define ICMP6_UNREACHABLE	1
#define ICMP6_TOO_BIG		2
#define ICMP6_TIME		3
#define ICMP6_PARAMETER		4
#define ICMP6_ECHO		128
#define ICMP6_ECHO_REPLY	129

#define ICMP6_NO_ROUTE		0
#define ICMP6_PROHIBITED	1
#define ICMP6_BEYOND_SCOPE	2
#define ICMP6_ADDRESS		3
#define ICMP6_PORT		4

#define NONE			0xff
#define EXTENSION_MIN		128	/* RFC 4884 section 3 */

/* Codes of ICMPv6 type 1 by codes of ICMP type 3, destination unreachable */
static const u8 unreachable4[] = {
	[0] = ICMP6_NO_ROUTE,	/* network */
	[1] = ICMP6_NO_ROUTE,	/* host */
	[2] = NONE,		/* protocol: see map_unreachable4() */
	[3] = ICMP6_PORT,
	[4] = NONE,		/* fragmentation needed: likewise */
	[5] = ICMP6_NO_ROUTE,	/* source route failed */
	[6] = ICMP6_NO_ROUTE,	/* network unknown */
	[7] = ICMP6_NO_ROUTE,	/* host unknown */
	[8] = ICMP6_NO_ROUTE,	/* source host isolated */
	[9] = ICMP6_PROHIBITED,	/* network prohibited */
	[10] = ICMP6_PROHIBITED, /* host prohibited */
	[11] = ICMP6_NO_ROUTE,	/* network, for this type of service */
	[12] = ICMP6_NO_ROUTE,	/* host, for this type of service */
	[13] = ICMP6_PROHIBITED, /* by filtering */
	[14] = NONE,		/* host precedence violation */
	[15] = ICMP6_PROHIBITED, /* precedence cutoff */
};

/* Codes of ICMP type 3 by codes of ICMPv6 type 1 */
static const u8 unreachable6[] = {
	[ICMP6_NO_ROUTE] = ICMP4_HOST,
	[ICMP6_PROHIBITED] = ICMP4_HOST_PROHIBITED,
	[ICMP6_BEYOND_SCOPE] = ICMP4_HOST,
	[ICMP6_ADDRESS] = ICMP4_HOST,
	[ICMP6_PORT] = ICMP4_PORT,
};

/* Offsets of a field in the other header (RFC 7915 figures 3 and 6) */
static const u8 pointer4[TRGW_IP4_LEN] = {
	0, 1, 4, 4, NONE, NONE, NONE, NONE, 7, 6, NONE, NONE,
	8, 8, 8, 8, 24, 24, 24, 24,
};

static const u8 pointer6[TRGW_IP6_LEN] = {
	0, 1, NONE, NONE, 2, 2, 9, 8,
	12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
	16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16,
};

static enum trgw_verdict set_type(struct trgw_icmp *icmp, u8 type, u8 code)
{
	icmp->type = type;
	icmp->code = code;
	return TRGW_OK;
}

static enum trgw_verdict set_code(struct trgw_icmp *icmp, u8 type,
				  const u8 *table, size_t size, u8 code)
{
	if (code >= size || table[code] == NONE)
		return TRGW_ICMP_TYPE;
	return set_type(icmp, type, table[code]);
}

static enum trgw_verdict set_pointer(struct trgw_icmp *icmp, u8 type,
				     const u8 *table, size_t size, u32 pointer)
{
	if (pointer >= size || table[pointer] == NONE)
		return TRGW_ICMP_TYPE;
	icmp->pointer = table[pointer];
	return set_type(icmp, type, 0);
}

static enum trgw_verdict map_unreachable4(const u8 *message,
					  struct trgw_icmp *icmp)
{
	u16 length = get16(message + TRGW_ICMP_LEN + 2);
	u8 code = message[1];

	if (code == ICMP4_PROTOCOL) {
		icmp->pointer = 6;	/* next header */
		return set_type(icmp, ICMP6_PARAMETER, 1);
	}
	if (code == ICMP4_TOO_BIG) {
		/* Old routers leave the MTU 0: guess from the inner packet. */
		icmp->mtu = get16(message + 6);
		if (!icmp->mtu)
			icmp->mtu = trgw_icmp_guess_mtu(length);
		icmp->mtu += TRGW_IP6_LEN - TRGW_IP4_LEN;
		if (icmp->mtu < TRGW_IP6_MTU_MIN)
			icmp->mtu = TRGW_IP6_MTU_MIN;
		return set_type(icmp, ICMP6_TOO_BIG, 0);
	}
	return set_code(icmp, ICMP6_UNREACHABLE, unreachable4,
			sizeof(unreachable4), code);
}

static enum trgw_verdict map_message4(const u8 *message, struct trgw_icmp *icmp)
{
	u8 code = message[1];

	switch (message[0]) {
	case ICMP4_ECHO:
		return set_type(icmp, ICMP6_ECHO, code);
	case ICMP4_ECHO_REPLY:
		return set_type(icmp, ICMP6_ECHO_REPLY, code);
	case ICMP4_UNREACHABLE:
		return map_unreachable4(message, icmp);
	case ICMP4_TIME:
		return set_type(icmp, ICMP6_TIME, code);
	case ICMP4_PARAMETER:
		if (code != 0 && code != 2)
			return TRGW_ICMP_TYPE;
		return set_pointer(icmp, ICMP6_PARAMETER, pointer4,
				   sizeof(pointer4), message[4]);
	default:
		return TRGW_ICMP_TYPE;
	}
}

static enum trgw_verdict map_parameter6(const u8 *message,
					struct trgw_icmp *icmp)
{
	switch (message[1]) {
	case 0:
		return set_pointer(icmp, ICMP4_PARAMETER, pointer6,
				   sizeof(pointer6), get32(message + 4));
	case 1:
		return set_type(icmp, ICMP4_UNREACHABLE, ICMP4_PROTOCOL);
	default:
		return TRGW_ICMP_TYPE;
	}
}

static enum trgw_verdict map_message6(const u8 *message, struct trgw_icmp *icmp)
{
	u8 code = message[1];

	switch (message[0]) {
	case ICMP6_ECHO:
		return set_type(icmp, ICMP4_ECHO, code);
	case ICMP6_ECHO_REPLY:
		return set_type(icmp, ICMP4_ECHO_REPLY, code);
	case ICMP6_UNREACHABLE:
		return set_code(icmp, ICMP4_UNREACHABLE, unreachable6,
				sizeof(unreachable6), code);
	case ICMP6_TOO_BIG:
		icmp->mtu = get32(message + 4);
		if (icmp->mtu < TRGW_IP6_MTU_MIN)
			icmp->mtu = TRGW_IP6_MTU_MIN;
		icmp->mtu -= TRGW_IP6_LEN - TRGW_IP4_LEN;
		return set_type(icmp, ICMP4_UNREACHABLE, ICMP4_TOO_BIG);
	case ICMP6_TIME:
		return set_type(icmp, ICMP4_TIME, code);
	case ICMP6_PARAMETER:
		return map_parameter6(message, icmp);
	default:
		return TRGW_ICMP_TYPE;
	}
}

/**
 * trgw_icmp_map() - map an ICMP message to the other family
 * @version: the IP version of the message
 * @message: its first 8 bytes, and for an error 4 bytes of the inner packet
 * @icmp: filled in
 *
 * Return: TRGW_OK, or TRGW_ICMP_TYPE when the other family has no such message.
 */
enum trgw_verdict trgw_icmp_map(u8 version, const u8 *message,
				struct trgw_icmp *icmp)
{
	*icmp = (struct trgw_icmp){ .type = 0 };
	return version == 4 ? map_message4(message, icmp) :
			      map_message6(message, icmp);
}

/**
 * trgw_icmp_is_echo() - check whether a message is an echo request or reply
 * @version: the IP version of the message
 * @type: its type
 *
 * Return: true if so; false if the message may quote a packet.
 */
bool trgw_icmp_is_echo(u8 version, u8 type)
{
	if (version == 4)
		return type == ICMP4_ECHO || type == ICMP4_ECHO_REPLY;
	return type == ICMP6_ECHO || type == ICMP6_ECHO_REPLY;
}

/**
 * trgw_icmp_length() - get the length of an ICMP error without extensions
 * @version: the IP version of the message
 * @message: its first 8 bytes
 *
 * Return: the offset of the extensions (RFC 4884) in bytes, or 0 without any.
 */
u16 trgw_icmp_length(u8 version, const u8 *message)
{
	u16 words = 0;

	if (version == 4 && (message[0] == ICMP4_UNREACHABLE ||
			     message[0] == ICMP4_TIME ||
			     message[0] == ICMP4_PARAMETER))
		words = message[5];
	else if (version == 6 && (message[0] == ICMP6_UNREACHABLE ||
				  message[0] == ICMP6_TIME))
		words = (u16)(2 * message[4]);
	if (words * 4 < EXTENSION_MIN)
		return 0;
	return (u16)(TRGW_ICMP_LEN + words * 4);
}

/**
 * trgw_icmp_guess_mtu() - guess the MTU that a router did not report
 * @length: of the packet that was too big for the router
 *
 * Return: the next lower plateau of RFC 1191 section 7.
 */
u32 trgw_icmp_guess_mtu(u16 length)
{
	static const u16 plateaus[] = {
		65535, 32000, 17914, 8166, 4352, 2002, 1492
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(plateaus); i++) {
		if (plateaus[i] < length)
			return plateaus[i];
	}
	return TRGW_IP6_MTU_MIN - (TRGW_IP6_LEN - TRGW_IP4_LEN);
}
