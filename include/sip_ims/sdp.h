/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SDP parser (RFC 8866): facts from the lines that name an address or a port.
 *
 * All functions are pure: they read the bytes of one message, allocate nothing
 * and may be called in any context.  Offsets count from the first byte of the
 * message.
 */
#ifndef _SIP_IMS_SDP_H
#define _SIP_IMS_SDP_H

#include <sip_ims/sip.h>

#define SDP_MEDIA_MAX		32u
/* Value of sdp_attribute.mline for an attribute of the session. */
#define SDP_SESSION		0xffu

/**
 * enum sdp_transport - transport of a stream, from the proto of its m= line
 * @SDP_TRANSPORT_OTHER: unknown; never mapped, never opened
 * @SDP_TRANSPORT_RTP: RTP/AVP, AVPF, SAVP, SAVPF and UDP/TLS/RTP/AVP(F): UDP,
 *	with a second port for RTCP
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
 * @SDP_SENDRECV: both; also the default without an attribute
 * @SDP_SENDONLY: the sender of the SDP
 * @SDP_RECVONLY: the receiver of the SDP
 * @SDP_INACTIVE: neither
 */
enum sdp_direction {
	SDP_SENDRECV,
	SDP_SENDONLY,
	SDP_RECVONLY,
	SDP_INACTIVE,
};

/**
 * enum sdp_setup - who opens the connection of a TCP stream (RFC 4145)
 * @SDP_SETUP_NONE: there is no readable a=setup
 * @SDP_SETUP_ACTIVE: the sender of the SDP; its port has no meaning (usually 9)
 * @SDP_SETUP_PASSIVE: the receiver of the SDP
 * @SDP_SETUP_ACTPASS: either
 * @SDP_SETUP_HOLDCONN: neither, until the next offer and answer
 */
enum sdp_setup {
	SDP_SETUP_NONE,
	SDP_SETUP_ACTIVE,
	SDP_SETUP_PASSIVE,
	SDP_SETUP_ACTPASS,
	SDP_SETUP_HOLDCONN,
};

/**
 * struct sdp_address - an address in c=, o= or a=rtcp
 * @text: the literal or host name; length 0 when the line is absent
 * @family: the addrtype before it, "IP4" or "IP6"
 * @address: the decoded literal, family 0 for a host name; an IPv6 address in
 *	brackets is accepted
 */
struct sdp_address {
	struct sip_slice text;
	struct sip_slice family;
	struct sip_address address;
};

/**
 * struct sdp_media - facts of one m= line and the lines that belong to it
 * @transport: enum sdp_transport
 * @direction: enum sdp_direction of the stream, from its last such attribute;
 *	without one, the direction of the session
 * @setup: enum sdp_setup of the stream, from its last a=setup with a known
 *	role; without one, the setup of the session
 * @rtcp_mux: the stream has a=rtcp-mux (RFC 5761)
 * @absurd_port: the port is a number below 0 or above 65535; @port is 0
 * @cema: the stream has a=msrp-cema (RFC 6714), so its a=path does not name the
 *	address that the stream is reached at
 * @port: port of the m= line, host byte order; 0 for a refused or removed
 *	stream
 * @ports: number of ports ("m=audio 4000/2"), 1 when not given
 * @rtcp_port: port of a=rtcp (RFC 3605), host byte order; 0 when absent
 * @port_text: digits of @port
 * @rtcp_text: digits of @rtcp_port
 * @connection: c= of the stream; length 0 when that of the session applies
 * @rtcp: address in a=rtcp; length 0 when absent, as it usually is
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
 * @body: the session description in the message
 * @origin: address of the o= line
 * @connection: c= of the session
 * @count: number of entries used in @media
 * @attributes: there are attributes for sdp_attribute_next() to return
 * @excess: number of m= lines past SDP_MEDIA_MAX, which are not in @media
 * @media: one entry for each m= line, in the order of the SDP
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

/**
 * sdp_media_address() - get the connection address of a stream
 * @sdp: facts of the session description
 * @index: number of the m= line, below sdp->count
 *
 * Return: the c= of the stream, or without one the c= of the session (RFC 8866
 * section 5.7).
 */
static inline const struct sdp_address *
sdp_media_address(const struct sdp *sdp, unsigned int index)
{
	const struct sdp_address *own = &sdp->media[index].connection;

	return own->text.len ? own : &sdp->connection;
}

/**
 * enum sdp_attribute_kind - kinds of attributes that name further addresses or
 *	depend on the addresses in other lines
 * @SDP_CANDIDATE: a=candidate (RFC 8839); place[1] is raddr and rport
 * @SDP_REMOTE_CANDIDATE: one triple of a=remote-candidates (RFC 8839); a line
 *	with more than 256 triples is skipped
 * @SDP_ICE: a=end-of-candidates and all attributes whose names begin with ice-
 *	(ice-ufrag, ice-pwd, ice-options, ...); no address is read
 * @SDP_ALTC: a=altc (RFC 6947); place[1] has the port of RTCP, if there is one,
 *	but no address
 * @SDP_PATH: the first URI of the MSRP attribute a=path (RFC 4975)
 * @SDP_OMR: a=visited-realm, a=secondary-realm and all attributes whose names
 *	begin with omr- (TS 29.079); no address is read
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
 * @family: the addrtype before it, "IP4" or "IP6"; length 0 when absent
 * @address: the decoded literal, family 0 for a host name
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
 * struct sdp_attribute - one attribute, or one triple of a=remote-candidates
 * @kind: enum sdp_attribute_kind
 * @mline: number of its m= line, or SDP_SESSION
 * @component: component ID of ICE: 1 for RTP, 2 for RTCP; 255 also stands for
 *	256; 0 for an attribute without one
 * @l4proto: protocol number of a candidate, 6 (TCP) or 17 (UDP); 0 if unknown,
 *	or if the attribute is not a candidate
 * @line: the bytes to delete with the attribute: the whole line and its line
 *	end, if it has one; all triples of one line have the same
 * @place: the address and port; place[1] as in enum sdp_attribute_kind
 */
struct sdp_attribute {
	u8 kind;
	u8 mline;
	u8 component;
	u8 l4proto;
	struct sip_slice line;
	struct sdp_place place[2];
};

bool sdp_attribute_next(const u8 *base, const struct sdp *sdp, u32 *cursor,
			struct sdp_attribute *attribute);

#endif /* _SIP_IMS_SDP_H */
