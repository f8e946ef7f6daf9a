/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SIP parser: it finds the facts in the bytes of a message.
 *
 * It has no packets, locks or allocations, and also builds in userspace.  Facts
 * are offsets from the first byte of the message, never pointers, because the
 * bytes may move between two calls.  So each function takes the address of the
 * first byte.
 */
#ifndef _SIP_IMS_SIP_H
#define _SIP_IMS_SIP_H

#include <sip_ims/types.h>

/* Limit of a UDP payload, and our limit for a message over TCP */
#define SIP_MESSAGE_MAX		65535u
#define SIP_HEADERS_MAX		128u
#define SIP_HEADER_LENGTH_MAX	8192u
/* A call keeps a copy of its Call-ID and tags. */
#define SIP_CALL_ID_MAX		255u
#define SIP_TAG_MAX		127u

/**
 * struct sip_slice - consecutive bytes of a message
 * @off: offset of the first of them in the message
 * @len: length, bytes; 0 if absent
 */
struct sip_slice {
	u16 off;
	u16 len;
};

/**
 * enum sip_kind - kind of a datagram on a signalling flow
 * @SIP_KIND_SIP: possibly a SIP message, for sip_parse() to decide
 * @SIP_KIND_KEEPALIVE: empty, or up to 4 bytes that are each CR, LF, blank or
 *	NUL (RFC 5626 section 4.4.1 has CRLF and CRLFCRLF)
 * @SIP_KIND_STUN: STUN message: two zero bits, length, magic cookie (RFC 8489
 *	section 5)
 * @SIP_KIND_SIGCOMP: SigComp message: the first five bits are ones (RFC 3320
 *	section 7)
 * @SIP_KIND_TLS: TLS or DTLS record
 * @SIP_KIND_OTHER: none of these
 */
enum sip_kind {
	SIP_KIND_SIP,
	SIP_KIND_KEEPALIVE,
	SIP_KIND_STUN,
	SIP_KIND_SIGCOMP,
	SIP_KIND_TLS,
	SIP_KIND_OTHER,
};

/*
 * enum sip_fault - why bytes are not a well-formed SIP message
 *
 * Each fault has a counter (sipims -S), whose name sip_fault_name() returns.
 */
enum sip_fault {
	SIP_OK,
	SIP_FAULT_NOT_SIP,		/* first line is not a SIP start line */
	SIP_FAULT_START_LINE,		/* malformed method, URI or status */
	SIP_FAULT_VERSION,		/* not SIP/2.0 */
	SIP_FAULT_TRUNCATED,		/* ends before the empty line */
	SIP_FAULT_LINE_END,		/* CR without LF */
	SIP_FAULT_CONTROL,		/* NUL or another control character */
	SIP_FAULT_UTF8,			/* header is not UTF-8 */
	SIP_FAULT_HEADER_NAME,		/* line without a name and a colon */
	SIP_FAULT_HEADER_LENGTH,	/* longer than SIP_HEADER_LENGTH_MAX */
	SIP_FAULT_HEADER_COUNT,		/* more than SIP_HEADERS_MAX */
	SIP_FAULT_TOO_LONG,		/* longer than SIP_MESSAGE_MAX */
	SIP_FAULT_NO_VIA,
	SIP_FAULT_NO_FROM,
	SIP_FAULT_NO_TO,
	SIP_FAULT_NO_CALL_ID,
	SIP_FAULT_NO_CSEQ,
	SIP_FAULT_DUPLICATE,		/* From, To, Call-ID or CSeq twice */
	SIP_FAULT_CALL_ID,		/* empty or longer than the limit */
	SIP_FAULT_TAG,			/* empty, twice, or over the limit */
	SIP_FAULT_CSEQ,			/* not below 2^31, or another method */
	SIP_FAULT_CONTENT_LENGTH,	/* not a number, or two that differ */
	SIP_FAULT_BODY_SHORT,		/* shorter than Content-Length */
	SIP_FAULT_URI,			/* a URI or Via that cannot be read */
	SIP_FAULT_SDP,			/* the SDP cannot be read */
	SIP_FAULT_MULTIPART,		/* the parts cannot be delimited */
	SIP_FAULT_MAX,
};

/*
 * enum sip_method - methods of RFC 3261 and its extensions; others pass, too
 */
enum sip_method {
	SIP_METHOD_UNKNOWN,
	SIP_METHOD_INVITE,
	SIP_METHOD_ACK,
	SIP_METHOD_BYE,
	SIP_METHOD_CANCEL,
	SIP_METHOD_PRACK,
	SIP_METHOD_UPDATE,
	SIP_METHOD_REGISTER,
	SIP_METHOD_SUBSCRIBE,
	SIP_METHOD_NOTIFY,
	SIP_METHOD_PUBLISH,
	SIP_METHOD_REFER,
	SIP_METHOD_INFO,
	SIP_METHOD_OPTIONS,
	SIP_METHOD_MESSAGE,
};

/*
 * enum sip_header_id - the headers that are read
 *
 * Compact forms (RFC 3261 section 7.3.3 and the IANA registry) have the id of
 * the long form.  All other headers are SIP_HEADER_OTHER.
 */
enum sip_header_id {
	SIP_HEADER_OTHER,
	SIP_HEADER_VIA,
	SIP_HEADER_FROM,
	SIP_HEADER_TO,
	SIP_HEADER_CALL_ID,
	SIP_HEADER_CSEQ,
	SIP_HEADER_CONTACT,
	SIP_HEADER_CONTENT_LENGTH,
	SIP_HEADER_CONTENT_TYPE,
	SIP_HEADER_CONTENT_ENCODING,
	SIP_HEADER_EXPIRES,
	SIP_HEADER_ROUTE,
	SIP_HEADER_RECORD_ROUTE,
	SIP_HEADER_PATH,
	SIP_HEADER_SERVICE_ROUTE,
	SIP_HEADER_REFER_TO,
	SIP_HEADER_REFERRED_BY,
	SIP_HEADER_SECURITY_CLIENT,
	SIP_HEADER_SECURITY_VERIFY,
	SIP_HEADER_SECURITY_SERVER,
	SIP_HEADER_AUTHORIZATION,
	SIP_HEADER_PROXY_AUTHORIZATION,
	SIP_HEADER_MAX,
};

#define SIP_HEADER_NONE		0xff

/**
 * struct sip_header - one header field
 * @name: offset of its name
 * @value: its value without the white space around it; folded lines are
 *	included as they are
 * @id: enum sip_header_id
 * @next: index of the next header with this id, or SIP_HEADER_NONE
 */
struct sip_header {
	u16 name;
	struct sip_slice value;
	u8 id;
	u8 next;
};

/**
 * struct sip_address - IP address of a literal
 * @family: 4, 6, or 0 if the text is not a literal but a host name
 * @bytes: network byte order; 4 bytes used for family 4, the rest zero
 */
struct sip_address {
	u8 family;
	u8 bytes[16];
};

/**
 * struct sip_uri - host and port of a URI
 * @host: host of a sip: or sips: URI, with the brackets of an IPv6 reference;
 *	length 0 for another scheme
 * @address: address of the host; family 0 for a name
 * @port_text: digits of the port; length 0 if absent
 * @port: the port, or the scheme's default; host byte order
 * @rest: offset after host and port, where URI parameters may begin
 */
struct sip_uri {
	struct sip_slice host;
	struct sip_address address;
	struct sip_slice port_text;
	u16 port;
	u16 rest;
};

/**
 * struct sip_via - one value of Via
 * @host: host of sent-by, with the brackets of an IPv6 reference
 * @address: address of the host; family 0 for a name
 * @port_text: digits of its port; length 0 if absent
 * @port: the port, or the transport's default; host byte order
 * @branch: value of the first branch=; length 0 if absent or empty
 * @received: value of received=; length 0 if absent
 * @rport: value of rport=; length 0 if absent or empty
 * @has_rport: there is an rport parameter, with or without a value
 * @maddr: value of maddr=; length 0 if absent
 */
struct sip_via {
	struct sip_slice host;
	struct sip_address address;
	struct sip_slice port_text;
	u16 port;
	struct sip_slice branch;
	struct sip_slice received;
	struct sip_slice rport;
	bool has_rport;
	struct sip_slice maddr;
};

/**
 * struct sip_message - the facts of a message, as offsets
 * @len: length of the message with its body, bytes
 * @request: a request; otherwise a response
 * @method: method of the request line, or of CSeq in a response
 * @status: 100 to 699 in a response; 0 in a request
 * @uri: Request-URI of a request
 * @call_id: value of Call-ID
 * @from: URI of From, without angle brackets
 * @to: URI of To, without angle brackets
 * @from_tag: tag of From; length 0 if absent (RFC 2543)
 * @to_tag: tag of To; length 0 outside a dialog
 * @branch: branch parameter of the topmost Via; length 0 if absent
 * @rport: the topmost Via has an rport parameter
 * @cseq: number of CSeq, below 2^31 (RFC 3261 section 8.1.1.5)
 * @content_length: value of the first Content-Length; length 0 if absent
 * @body: the body, no longer than Content-Length
 * @trailing: number of bytes after the body, which a UDP receiver discards
 *	(RFC 3261 section 18.3)
 * @headers: all headers, in the order of the message
 * @count: number of entries used in @headers
 * @via_end: end of the topmost Via; 0 if it cannot be read, and then only the
 *	parameters in @via are valid
 * @contact_end: offset after the URI of the first value of Contact, where
 *	parameters may begin; 0 if absent or unreadable, and then @contact and
 *	@contact_uri are undefined
 * @first: index in @headers of the first header of each id, or SIP_HEADER_NONE
 * @via: the topmost Via, which determines where the response goes (RFC 3261
 *	section 18.2.2, RFC 3581 section 4)
 * @contact: URI of the first value of Contact, or "*"
 * @contact_uri: host and port of @contact, the target of later requests (RFC
 *	3261 section 8.1.1.8); all zero if it is not a sip: or sips: URI
 */
struct sip_message {
	u16 len;
	bool request;
	u8 method;
	u16 status;
	struct sip_slice uri;
	struct sip_slice call_id;
	struct sip_slice from;
	struct sip_slice to;
	struct sip_slice from_tag;
	struct sip_slice to_tag;
	struct sip_slice branch;
	bool rport;
	u32 cseq;
	struct sip_slice content_length;
	struct sip_slice body;
	u16 trailing;
	u8 count;
	u16 via_end;
	u16 contact_end;
	u8 first[SIP_HEADER_MAX];
	struct sip_via via;
	struct sip_slice contact;
	struct sip_uri contact_uri;
	struct sip_header headers[SIP_HEADERS_MAX];
};

enum sip_kind sip_classify(const u8 *base, size_t len);
enum sip_fault sip_parse(const u8 *base, size_t len, struct sip_message *msg);

/**
 * enum sip_framing - what the next bytes of a TCP connection are
 * @SIP_FRAMING_MORE: the beginning of a message, of which bytes are missing
 * @SIP_FRAMING_MESSAGE: a whole message
 * @SIP_FRAMING_KEEPALIVE: empty lines (RFC 5626 section 4.4.1)
 * @SIP_FRAMING_TLS: the first byte of a TLS record
 * @SIP_FRAMING_OTHER: neither SIP nor TLS
 * @SIP_FRAMING_BROKEN: a SIP message whose end cannot be determined
 */
enum sip_framing {
	SIP_FRAMING_MORE,
	SIP_FRAMING_MESSAGE,
	SIP_FRAMING_KEEPALIVE,
	SIP_FRAMING_TLS,
	SIP_FRAMING_OTHER,
	SIP_FRAMING_BROKEN,
};

/**
 * struct sip_frame - result of sip_frame()
 * @length: length of the message, bytes; with SIP_FRAMING_MORE the length that
 *	it will have, or 0 if that is not known yet
 * @fault: the reason for SIP_FRAMING_BROKEN
 */
struct sip_frame {
	u32 length;
	enum sip_fault fault;
};

enum sip_framing sip_frame(const u8 *base, size_t len, size_t seen,
			   struct sip_frame *frame);
const char *sip_fault_name(enum sip_fault fault);
const char *sip_method_name(enum sip_method method);

bool sip_address_decode(const u8 *text, size_t len, struct sip_address *addr);

/**
 * enum sip_place - place of a literal in the message
 * @SIP_PLACE_REQUEST_URI: host of the Request-URI
 * @SIP_PLACE_URI: host of a sip: or sips: URI in a header
 * @SIP_PLACE_MADDR: maddr= parameter of such a URI, or of a Via
 * @SIP_PLACE_VIA: sent-by of a Via
 * @SIP_PLACE_RECEIVED: received= parameter of a Via; @port of the literal is
 *	the value of rport= of the same Via
 */
enum sip_place {
	SIP_PLACE_REQUEST_URI,
	SIP_PLACE_URI,
	SIP_PLACE_MADDR,
	SIP_PLACE_VIA,
	SIP_PLACE_RECEIVED,
};

/**
 * struct sip_literal - an IP address in the Request-URI or a header
 * @place: enum sip_place
 * @header: enum sip_header_id; SIP_HEADER_OTHER for the Request-URI
 * @index: number of the value among all values of this header, from 0 to 255;
 *	later values have 255, too
 * @host: the text, with the brackets of an IPv6 reference
 * @port_text: digits of the port; length 0 if absent, and then @port is the
 *	default of the URI's scheme or of the Via's transport
 * @address: the address; its family is not 0
 * @port: port, host byte order
 */
struct sip_literal {
	u8 place;
	u8 header;
	u8 index;
	struct sip_slice host;
	struct sip_slice port_text;
	struct sip_address address;
	u16 port;
};

/**
 * struct sip_walk - cursor over the literals of a message; private
 * @header: index in struct sip_message.headers; 0xff for the Request-URI
 * @pending: number of literals in @queue
 * @taken: number of these that have been returned
 * @values: number of values of each header id so far, up to 255
 * @at: offset of the next value of this header; 0 for the first
 * @queue: the literals of one value: host, received, maddr
 */
struct sip_walk {
	u8 header;
	u8 pending;
	u8 taken;
	u8 values[SIP_HEADER_MAX];
	u16 at;
	struct sip_literal queue[3];
};

void sip_walk_init(struct sip_walk *walk);
bool sip_walk_next(struct sip_walk *walk, const u8 *base,
		   const struct sip_message *msg, struct sip_literal *literal);

/**
 * struct sip_contact - one value of Contact
 * @star: the value is "*" (in REGISTER); the other fields are undefined
 * @uri: the URI without angle brackets
 * @host: host of the URI, a literal or a name
 * @address: address of the host; family 0 for a name
 * @port: port, or the scheme's default; host byte order
 * @expires: value of the expires parameter, seconds; at most 2^32 - 1
 * @has_expires: there is an expires parameter with a number
 */
struct sip_contact {
	bool star;
	struct sip_slice uri;
	struct sip_slice host;
	struct sip_address address;
	u16 port;
	u32 expires;
	bool has_expires;
};

bool sip_contact_next(const u8 *base, const struct sip_message *msg,
		      u32 *cursor, struct sip_contact *contact);
bool sip_expires(const u8 *base, const struct sip_message *msg, u32 *seconds);
bool sip_auth_int(const u8 *base, const struct sip_message *msg);
bool sip_uri_read(const u8 *base, struct sip_slice text, struct sip_uri *uri);
struct sip_slice sip_header_uri(const u8 *base, const struct sip_message *msg,
				enum sip_header_id id);
enum sip_fault sip_find_sdp(const u8 *base, const struct sip_message *msg,
			    struct sip_slice *sdp);

#endif /* _SIP_IMS_SIP_H */
