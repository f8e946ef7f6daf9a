/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Iteration over the parts of a multipart body (RFC 2046).
 */
#ifndef _SIP_MULTIPART_H
#define _SIP_MULTIPART_H

#include <sip_ims/sip.h>

/* Multipart bodies that may be nested, the message's own included. */
#define SIP_PARTS_DEPTH_MAX	3

/**
 * struct sip_part - a body part
 * @type: value of Content-Type; length 0 when absent
 * @coded: the part has a content coding or transfer encoding, which is not
 *	decoded here
 * @headers: header fields of the part and the empty line after them
 * @body: the bytes after @headers
 */
struct sip_part {
	struct sip_slice type;
	bool coded;
	struct sip_slice headers;
	struct sip_slice body;
};

/**
 * struct sip_level - one multipart body being read
 * @part: the part that has this body; unset for the body of the message
 * @boundary: the boundary between its parts, without "--"
 * @at: offset of the next part
 * @end: offset of the end of the body
 */
struct sip_level {
	struct sip_part part;
	struct sip_slice boundary;
	size_t at;
	size_t end;
};

/**
 * struct sip_parts - cursor over the parts of a message
 * @fault: SIP_FAULT_MULTIPART when the parts of a body cannot be separated;
 *	iteration then continues with the enclosing body
 * @depth: number of entries used in @level
 * @level: the bodies being read, the outermost first
 */
struct sip_parts {
	enum sip_fault fault;
	u32 depth;
	struct sip_level level[SIP_PARTS_DEPTH_MAX];
};

void sip_parts_init(struct sip_parts *parts, const u8 *base,
		    const struct sip_message *msg);
bool sip_parts_next(struct sip_parts *parts, const u8 *base,
		    struct sip_part *part);
bool sip_part_is_sdp(const u8 *base, const struct sip_part *part);
bool sip_part_length_next(const u8 *base, const struct sip_part *part,
			  size_t *at, struct sip_slice *value);

#endif /* _SIP_MULTIPART_H */
