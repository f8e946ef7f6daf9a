/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of this room lend each other: the pieces of a header value.
 */
#ifndef _SIP_PARTS_H
#define _SIP_PARTS_H

#include <sip_ims/sip.h>

/**
 * struct sip_value - one of the comma-separated values of a header
 * @uri: the URI, without the angle brackets
 * @params: offset behind the URI, where header parameters may begin
 */
struct sip_value {
	struct sip_slice uri;
	size_t params;
};

/**
 * struct sip_param - one ";name=value"
 * @name: its name
 * @value: its value, with the quotes of a quoted string; length 0 when absent
 */
struct sip_param {
	struct sip_slice name;
	struct sip_slice value;
};

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
