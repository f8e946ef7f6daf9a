/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of a multipart body, one after the other.
 */
#ifndef _SIP_MULTIPART_H
#define _SIP_MULTIPART_H

#include <sip_ims/sip.h>

#define SIP_PARTS_DEPTH_MAX	3

/**
 * struct sip_part - a body part
 * @type: value of Content-Type; length 0 when absent
 * @coded: it has a coding we do not undo
 * @headers: its header fields, with the empty line behind them
 * @body: what follows them
 */
struct sip_part {
	struct sip_slice type;
	bool coded;
	struct sip_slice headers;
	struct sip_slice body;
};

/**
 * struct sip_level - one multipart body being read
 * @part: the part whose body it is; unset for the message's own
 * @boundary: what stands between its parts, without "--"
 * @at: where the next part begins
 * @end: where the body ends
 */
struct sip_level {
	struct sip_part part;
	struct sip_slice boundary;
	size_t at;
	size_t end;
};

/**
 * struct sip_parts - cursor over the parts of a message
 * @fault: why parts cannot be told apart; the reading goes on with what
 *	encloses them
 * @depth: entries used in @level
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
