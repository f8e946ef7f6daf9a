/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SDP (RFC 8866): the lines that name an address or a port.
 */
#ifndef _SIP_IMS_SDP_H
#define _SIP_IMS_SDP_H

#include <sip_ims/sip.h>

#define SDP_MEDIA_MAX		32u
/* Number of the m= line that an attribute of the session has. */
#define SDP_SESSION		0xffu

/**
 * enum sdp_transport - what carries a stream, told from proto of the m= line
 * @SDP_TRANSPORT_OTHER: unknown: never mapped, never opened
 * @SDP_TRANSPORT_RTP: RTP/AVP, AVPF, SAVP, SAVPF and UDP/TLS/RTP/AVP(F): UDP,
 *	with an RTCP port beside it
 * @SDP_TRANSPORT_UDP: udp, udptl, UDP/DTLS/SCTP: one UDP port
 * @SDP_TRANSPORT_TCP: TCP, TCP/MSRP, TCP/TLS/MSRP, TCP/BFCP, ...: one TCP port
 */
enum sdp_transport {
	SDP_TRANSPORT_OTHER,
	SDP_TRANSPORT_RTP,
	SDP_TRANSPORT_UDP,
	SDP_TRANSPORT_TCP,
};

/**
 * enum sdp_direction - who sends media (RFC 8866 section 6.7)
 * @SDP_SENDRECV: both, also when nothing is said
 * @SDP_SENDONLY: the sender of the SDP
 * @SDP_RECVONLY: the receiver of the SDP
 * @SDP_INACTIVE: nobody
 */
enum sdp_direction {
	SDP_SENDRECV,
	SDP_SENDONLY,
	SDP_RECVONLY,
	SDP_INACTIVE,
};

/**
 * enum sdp_setup - who opens the connection of a TCP stream (RFC 4145)
 * @SDP_SETUP_NONE: nothing is said
 * @SDP_SETUP_ACTIVE: the sender of the SDP; its port is a formality (9)
 * @SDP_SETUP_PASSIVE: the receiver of the SDP
 * @SDP_SETUP_ACTPASS: either
 * @SDP_SETUP_HOLDCONN: nobody for now
 */
enum sdp_setup {
	SDP_SETUP_NONE,
	SDP_SETUP_ACTIVE,
	SDP_SETUP_PASSIVE,
	SDP_SETUP_ACTPASS,
	SDP_SETUP_HOLDCONN,
};

/**
 * struct sdp_address - a connection address (c=, o=, a=rtcp)
 * @text: the literal or host name; length 0 when the line is absent
 * @address: decoded; family 0 for a host name.  An IPv6 address in brackets
 *	is accepted
 * @family: the addrtype in front of it, "IP4" or "IP6"
 */
struct sdp_address {
	struct sip_slice text;
	struct sip_slice family;
	struct sip_address address;
};

/**
 * struct sdp_media - one m= line and what belongs to it
 * @transport: enum sdp_transport
 * @direction: enum sdp_direction; the session's unless the stream says so; the
 *	last of several counts
 * @setup: enum sdp_setup; the session's unless the stream says so; the last of
 *	several counts, a word that is none of these says nothing
 * @port: port of the m= line, host byte order; 0 = stream refused or removed
 * @port_text: its digits
 * @ports: number of ports ("m=audio 4000/2"), 1 when not given
 * @connection: the media-level c=; length 0 when the session's counts
 * @rtcp_port: from a=rtcp (RFC 3605), 0 when absent
 * @rtcp_text: its digits
 * @rtcp: address in a=rtcp, mostly absent
 * @rtcp_mux: a=rtcp-mux is there (RFC 5761)
 * @absurd_port: the port is a number below 0 or above 65535; @port is 0
 * @cema: a=msrp-cema is there (RFC 6714): a=path is not where it is reached
 */
struct sdp_media {
	u8 transport;
	u8 direction;
	u8 setup;
	bool rtcp_mux;
	bool absurd_port;
	bool cema;
	u16 port;
	u16 ports;
	u16 rtcp_port;
	struct sip_slice port_text;
	struct sip_slice rtcp_text;
	struct sdp_address connection;
	struct sdp_address rtcp;
};

/**
 * struct sdp - the facts of one session description
 * @body: where it stands in the message
 * @origin: address of the o= line
 * @connection: the session-level c=
 * @count: entries used in @media
 * @attributes: sdp_attribute_next() has something to say
 * @excess: m= lines past SDP_MEDIA_MAX, not in @media
 * @media: one for each m= line, in order
 */
struct sdp {
	struct sip_slice body;
	struct sdp_address origin;
	struct sdp_address connection;
	u8 count;
	bool attributes;
	u16 excess;
	struct sdp_media media[SDP_MEDIA_MAX];
};

enum sip_fault sdp_parse(const u8 *base, struct sip_slice body,
			 struct sdp *sdp);

/* The address that counts for stream @index: media level wins. */
static inline const struct sdp_address *
sdp_media_address(const struct sdp *sdp, unsigned int index)
{
	const struct sdp_address *own = &sdp->media[index].connection;

	return own->text.len ? own : &sdp->connection;
}

/**
 * enum sdp_attribute_kind - the attributes that name further addresses, or that
 *	speak for the bytes of others
 * @SDP_CANDIDATE: a=candidate (RFC 8839); place[1] is raddr and rport
 * @SDP_REMOTE_CANDIDATE: one triple of a=remote-candidates; a line with more
 *	than 256 of them is passed over
 * @SDP_ICE: a=ice-ufrag, ice-pwd, ice-options, ice-lite, ice-mismatch,
 *	ice-pacing and the other ice- attributes, end-of-candidates: no address
 * @SDP_ALTC: a=altc (RFC 6947); place[1] has the port of RTCP, when it is told,
 *	and no address
 * @SDP_PATH: the first URI of a=path of MSRP (RFC 4975)
 * @SDP_OMR: a=visited-realm, secondary-realm, omr-m-cksum, omr-s-cksum and the
 *	other omr- attributes (TS 29.079): no address is told
 */
enum sdp_attribute_kind {
	SDP_CANDIDATE,
	SDP_REMOTE_CANDIDATE,
	SDP_ICE,
	SDP_ALTC,
	SDP_PATH,
	SDP_OMR,
};

/**
 * struct sdp_place - an address and its port in an attribute
 * @text: the address or host name, brackets included; length 0 when absent
 * @family: the addrtype in front of it, "IP4" or "IP6"; length 0 where there is
 *	none
 * @address: decoded; family 0 for a host name
 * @port_text: digits of the port; length 0 when absent
 * @port: port, host byte order; 0 when absent
 */
struct sdp_place {
	struct sip_slice text;
	struct sip_slice family;
	struct sip_address address;
	struct sip_slice port_text;
	u16 port;
};

/**
 * struct sdp_attribute - one attribute, or one address of one
 * @kind: enum sdp_attribute_kind
 * @mline: number of its m= line, or SDP_SESSION
 * @component: 1 RTP, 2 RTCP; 255 also stands for 256; 0 where there is no such
 *	number
 * @l4proto: 6 or 17 of a candidate; 0 unknown, or where there is none
 * @line: the whole line with its line end, if it has one: what goes when it is
 *	removed; the triples of one line have the same
 * @place: the address; of a candidate also the related address
 */
struct sdp_attribute {
	u8 kind;
	u8 mline;
	u8 component;
	u8 l4proto;
	struct sip_slice line;
	struct sdp_place place[2];
};

/* Attributes of m= lines past SDP_MEDIA_MAX are passed over; start with
 * *cursor = 0; false at the end.
 */
bool sdp_attribute_next(const u8 *base, const struct sdp *sdp, u32 *cursor,
			struct sdp_attribute *attribute);

#endif /* _SIP_IMS_SDP_H */
