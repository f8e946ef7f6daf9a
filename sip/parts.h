/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Declarations that only the files of sip/ share: the parts of a header value.
 */
#ifndef _SIP_PARTS_H
#define _SIP_PARTS_H

#include <sip_ims/sip.h>

/**
 * struct sip_value - one of the comma-separated values of a header
 * @uri: the URI, without the angle brackets
 * @params: offset after the URI, where header parameters may begin
 */
struct sip_value {
	struct sip_slice uri;
	size_t params;
};

/**
 * struct sip_param - one ";name=value"
 * @name: the name
 * @value: the value, with the quotes of a quoted string; length 0 if absent
 */
struct sip_param {
	struct sip_slice name;
	struct sip_slice value;
};

/* First byte of a TLS or DTLS record (RFC 8446 section 5.1, RFC 9147) */
enum sip_tls_type {
	SIP_TLS_CHANGE_CIPHER_SPEC = 20,
	SIP_TLS_ALERT = 21,
	SIP_TLS_HANDSHAKE = 22,
	SIP_TLS_APPLICATION_DATA = 23,
	SIP_DTLS_HEARTBEAT = 24,
	SIP_DTLS_CID = 25,
};

/* Major version of TLS; DTLS has the ones' complement of its version. */
#define SIP_TLS_MAJOR		3
#define SIP_TLS_MINOR_MAX	4
#define SIP_DTLS_MAJOR		254
#define SIP_DTLS_MINOR_1_0	255
#define SIP_DTLS_MINOR_1_2	253

enum sip_header_id sip_header_lookup(const u8 *name, size_t len);
enum sip_method sip_method_lookup(const u8 *name, size_t len);

size_t sip_address_v4(const u8 *text, size_t len, u8 *bytes);
bool sip_number(const u8 *base, struct sip_slice text, u32 *number);
bool sip_value_read(const u8 *base, size_t at, size_t end,
		    struct sip_value *value);
size_t sip_value_end(const u8 *base, size_t at, size_t end);
bool sip_param_next(const u8 *base, size_t *at, size_t end,
		    struct sip_param *param);
struct sip_slice sip_uri_maddr(const u8 *base, size_t at, size_t end);
size_t sip_via_params(const u8 *base, size_t at, size_t end,
		      struct sip_via *via);
size_t sip_via_read(const u8 *base, size_t at, size_t end, struct sip_via *via);

enum sip_fault sip_read_facts(const u8 *base, struct sip_slice method,
			      size_t len, struct sip_message *msg);

#endif /* _SIP_PARTS_H */
