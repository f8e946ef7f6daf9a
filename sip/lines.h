/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Declarations that the readers of SDP share: the fields of a line.
 */
#ifndef _SIP_LINES_H
#define _SIP_LINES_H

#include <sip_ims/sdp.h>

#include "parts.h"
#include "scan.h"

/* Return: the next field, which ends at a blank; length 0 at the line's end. */
static inline struct sip_slice line_field(const u8 *base, size_t *at,
					  size_t end)
{
	size_t start = *at;

	while (start < end && base[start] == ' ')
		start++;
	*at = scan_byte(base, start, end, ' ');
	return scan_slice(start, *at);
}

static inline bool line_port(const u8 *base, struct sip_slice text, u16 *port)
{
	u32 number;

	if (!sip_number(base, text, &number) || number > 65535)
		return false;
	*port = (u16)number;
	return true;
}

size_t sdp_attribute_read(const u8 *base, size_t at, size_t end,
			  struct sdp_attribute *attribute);

#endif /* _SIP_LINES_H */
