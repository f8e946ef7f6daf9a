/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The language: bytes become facts.
 *
 * Nothing here knows a packet, a lock or an allocator; the same files build
 * in userspace and in the kernel.  A message is described by offsets from
 * its first byte, never by pointers: the bytes may move between two calls,
 * so every function takes the base address anew.
 */
#ifndef _SIP_IMS_SIP_H
#define _SIP_IMS_SIP_H

#include <sip_ims/types.h>

/* A UDP payload, and by our own rule a TCP message, fits in 16 bits. */
#define SIP_MESSAGE_MAX		65535u
#define SIP_HEADERS_MAX		128u
#define SIP_HEADER_LENGTH_MAX	8192u
/* Call-ID and tags are kept for the life of a call: bounded. */
#define SIP_CALL_ID_MAX		255u
#define SIP_TAG_MAX		127u

/**
 * struct sip_slice - a run of bytes inside one message
 * @off: offset of the first byte from the message's first byte
 * @len: length in bytes; 0 means absent
 */
struct sip_slice {
	u16 off;
	u16 len;
};

/**
 * enum sip_kind - what a datagram on a SIP port is, told by its first bytes
 * @SIP_KIND_SIP: may be a SIP message: hand it to sip_parse()
 * @SIP_KIND_KEEPALIVE: empty, or at most 4 bytes of CR, LF, blank and NUL
 *	only (RFC 5626 section 4.4.1 sends CRLF and CRLFCRLF)
 * @SIP_KIND_STUN: RFC 8489 section 5: two zero bits, length, magic cookie
 * @SIP_KIND_SIGCOMP: RFC 3320 section 7: the first five bits are ones
 * @SIP_KIND_TLS: a TLS or DTLS record header
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
 * Each has a name of its own in the counters (sipims -S); sip_fault_name()
 * gives it.
 */
enum sip_fault {
	SIP_OK,
	SIP_FAULT_NOT_SIP,		/* first line is no SIP start line */
	SIP_FAULT_START_LINE,		/* SIP-like, but method/URI/status bad */
	SIP_FAULT_VERSION,		/* not SIP/2.0 */
	SIP_FAULT_TRUNCATED,		/* ends before the empty line */
	SIP_FAULT_LINE_END,		/* CR without LF */
	SIP_FAULT_CONTROL,		/* NUL or another control character */
	SIP_FAULT_UTF8,			/* header is not UTF-8 */
	SIP_FAULT_HEADER_NAME,		/* line without a colon or token name */
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
	SIP_FAULT_CSEQ,			/* no number below 2^31, or method differs */
	SIP_FAULT_CONTENT_LENGTH,	/* not a number, or two that differ */
	SIP_FAULT_BODY_SHORT,		/* Content-Length says more than there is */
	SIP_FAULT_URI,			/* a URI or Via that cannot be read */
	SIP_FAULT_SDP,			/* the SDP cannot be read */
	SIP_FAULT_MULTIPART,		/* the parts cannot be told apart */
	SIP_FAULT_MAX,
};

/*
 * enum sip_method - RFC 3261 and its extensions; unknown ones pass
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
 * enum sip_header_id - the headers somebody here asks for
 *
 * Compact forms (RFC 3261 section 7.3.3 and the IANA registry) have the id
 * of the long form.  All others are SIP_HEADER_OTHER and only keep a place.
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
 *	inside, as they came
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
 * struct sip_address - an IP address as a literal in text
 * @family: 4, 6, or 0 when the text is no literal (a host name)
 * @bytes: network byte order; 4 bytes used for family 4, the rest zero
 */
struct sip_address {
	u8 family;
	u8 bytes[16];
};

/**
 * struct sip_uri - a URI taken apart
 * @host: host of a sip: or sips: URI, with the brackets of an IPv6 reference;
 *	length 0 for another scheme
 * @address: the decoded host, family 0 for a name
 * @port_text: digits of the port; length 0 when there is none
 * @port: the port, or the scheme's default
 * @rest: offset behind host and port, where URI parameters may begin
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
 * @address: the decoded host, family 0 for a name
 * @port_text: digits of its port; length 0 when there is none
 * @port: the port, or the transport's default
 * @branch: value of the first branch=; length 0 when absent or empty
 * @received: value of received=; length 0 when absent
 * @rport: value of rport=; length 0 when absent or empty
 * @has_rport: rport is there, with a value or without
 * @maddr: value of maddr=; length 0 when absent
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
 * struct sip_message - the facts of one message; offsets only
 * @len: offset behind the last byte of the message, body included
 * @request: a request; else a response
 * @method: of the request line, or of CSeq in a response
 * @status: 100 to 699 in a response, else 0
 * @uri: Request-URI, in a request
 * @call_id: the value of Call-ID
 * @from: the URI of From, without angle brackets
 * @to: the URI of To
 * @from_tag: tag of From; length 0 when there is none (RFC 2543 peers)
 * @to_tag: tag of To; length 0 outside a dialog
 * @branch: branch parameter of the topmost Via; length 0 when absent
 * @rport: the topmost Via has an rport parameter
 * @cseq: number of CSeq, below 2^31 (RFC 3261 section 8.1.1.5)
 * @content_length: the value slice of the first Content-Length; length 0 when
 *	absent
 * @body: the body; bytes behind a Content-Length that is smaller than the
 *	rest are not part of it
 * @trailing: bytes behind the body (RFC 3261 section 18.3 lets a UDP receiver
 *	discard them)
 * @headers: the table, in the order of the message
 * @count: entries used in @headers
 * @via_end: where the topmost Via ends; 0 when it cannot be read, then only its
 *	parameters count
 * @contact_end: behind the URI of the first value of Contact, where parameters
 *	may begin; 0 when there is none or it cannot be read, then @contact and
 *	@contact_uri are undefined
 * @first: index of the first header of each id, or SIP_HEADER_NONE
 * @via: the topmost Via: where answers go (RFC 3261 section 18.2.2, RFC 3581
 *	section 4)
 * @contact: the URI of the first value of Contact, or "*"
 * @contact_uri: the same taken apart: where the sender wants its next requests
 *	(RFC 3261 section 8.1.1.8); all zero when it is no sip: or sips: URI
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
 * enum sip_framing - what the first bytes of a stream are
 * @SIP_FRAMING_MORE: the beginning of a message; there must be more bytes
 * @SIP_FRAMING_MESSAGE: a whole message
 * @SIP_FRAMING_KEEPALIVE: empty lines (RFC 5626 section 4.4.1)
 * @SIP_FRAMING_TLS: the first byte of a TLS record
 * @SIP_FRAMING_OTHER: nothing of SIP begins like this
 * @SIP_FRAMING_BROKEN: it began like SIP, but where it ends cannot be told
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
 * struct sip_frame - the message at the beginning of some bytes
 * @length: its bytes; with SIP_FRAMING_MORE how many it will have, or 0: not
 *	yet known
 * @fault: with SIP_FRAMING_BROKEN: why
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
 * enum sip_place - where a literal stands
 * @SIP_PLACE_REQUEST_URI: host of the Request-URI
 * @SIP_PLACE_URI: host of a sip: or sips: URI in a header
 * @SIP_PLACE_MADDR: maddr= parameter of such a URI, or of a Via
 * @SIP_PLACE_VIA: sent-by of a Via
 * @SIP_PLACE_RECEIVED: received= of a Via; @port of the literal is the value
 *	of rport= of the same Via, wherever it stands
 */
enum sip_place {
	SIP_PLACE_REQUEST_URI,
	SIP_PLACE_URI,
	SIP_PLACE_MADDR,
	SIP_PLACE_VIA,
	SIP_PLACE_RECEIVED,
};

/**
 * struct sip_literal - one place in the header part that names an IP address
 * @place: enum sip_place
 * @header: enum sip_header_id; SIP_HEADER_OTHER for the Request-URI
 * @index: which value of that header in the message, from 0 (first Via = 0);
 *	255 also stands for all later ones
 * @host: the text, with the brackets of an IPv6 reference
 * @port_text: digits of the port; length 0 when there is none, then @port is
 *	the default of the URI's scheme or of the Via's transport
 * @address: the decoded address, family never 0
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
 * @header: index into headers[], 0xff = Request-URI
 * @pending: literals in @queue
 * @taken: of these, handed out
 * @values: values seen of each header id, saturated
 * @at: offset of the next value in this header, 0 = its first
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

/* Order of literals: ascending @host.off except that the parameters of one
 * Via may come in any order.  Host names are passed over.  Headers walked: Request-URI
 * (unless REGISTER), Via, From, To, Contact, Route, Record-Route, Path,
 * Service-Route, Refer-To, Referred-By; nothing else is ever touched.
 * From, To, Refer-To and Referred-By have one value, a comma divides nothing.
 */
void sip_walk_init(struct sip_walk *walk);
bool sip_walk_next(struct sip_walk *walk, const u8 *base,
		   const struct sip_message *msg, struct sip_literal *literal);

/**
 * struct sip_contact - one value of Contact
 * @star: it is "*" (only in REGISTER); the other fields are unset
 * @uri: the whole URI without angle brackets
 * @host: host text of the URI; may be a name
 * @address: decoded literal, family 0 for a name
 * @port: port, host byte order; the scheme's default when none is given
 * @expires: value of the expires parameter, saturated at 2^32 - 1
 * @has_expires: the parameter is there and is a number
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

/* Start with *cursor = 0; false at the end. */
bool sip_contact_next(const u8 *base, const struct sip_message *msg,
		      u32 *cursor, struct sip_contact *contact);
/* Expires header as a number; false when absent or not a number. */
bool sip_expires(const u8 *base, const struct sip_message *msg, u32 *seconds);
/* Authorization or Proxy-Authorization covers the body (RFC 3261 22.4). */
bool sip_auth_int(const u8 *base, const struct sip_message *msg);
/* Host and port of a sip: or sips: URI; false for any other. */
bool sip_uri_read(const u8 *base, struct sip_slice text, struct sip_uri *uri);
/* The URI of From or To: sip:user@host, without parameters, tags, brackets. */
struct sip_slice sip_header_uri(const u8 *base, const struct sip_message *msg,
				enum sip_header_id id);
/* The body part of type application/sdp: the body itself, or one part of a
 * multipart body (RFC 2046; first one wins; nested multipart to depth 3).
 * Length 0 when there is none.
 */
enum sip_fault sip_find_sdp(const u8 *base, const struct sip_message *msg,
			    struct sip_slice *sdp);

#endif /* _SIP_IMS_SIP_H */
