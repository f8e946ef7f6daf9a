// SPDX-License-Identifier: GPL-2.0-only
/*
 * Framing against the whole parser: the bytes that sip_frame() cuts off are a
 * message without bytes after it, wherever the bytes were cut before, and a
 * message that the parser accepts is framed as one.
 */
#include "fuzz.h"

static struct sip_message parsed;

static void hold_framed(const u8 *bytes, u32 length)
{
	enum sip_fault fault = sip_parse(bytes, length, &parsed);

	hold(fault != SIP_FAULT_BODY_SHORT && fault != SIP_FAULT_TRUNCATED &&
	     fault != SIP_FAULT_CONTENT_LENGTH,
	     "what is framed has its length");
	hold(fault || !parsed.trailing, "no bytes follow in what is framed");
}

/* Framing in steps has the result of framing all bytes at once. */
static void hold_steps(const u8 *data, size_t size, enum sip_framing framing,
		       const struct sip_frame *frame)
{
	size_t len, seen = 0, step = 1 + mix(MIX_START, data, size) % 97;
	struct sip_frame part;
	enum sip_framing said;
	u8 *copy;

	for (len = step; len < size; len += step) {
		copy = copy_of(data, len);
		said = sip_frame(copy, len, seen, &part);
		free(copy);
		if (said == SIP_FRAMING_KEEPALIVE)
			return;
		if (said != SIP_FRAMING_MORE) {
			hold(said == framing && part.fault == frame->fault &&
			     part.length == frame->length,
			     "a part says what the whole says");
			return;
		}
		hold(!part.length || part.length > len,
		     "more bytes are wanted than there are");
		hold(framing != SIP_FRAMING_MESSAGE || frame->length > len,
		     "a message is found as soon as it is there");
		seen = part.length ? 0 : len;
	}
}

static void hold_found(const u8 *data, size_t size, enum sip_framing framing,
		       const struct sip_frame *frame)
{
	size_t line = size <= SIP_HEADER_LENGTH_MAX ?
		      size : SIP_HEADER_LENGTH_MAX + 1;

	/* a stream does not wait for the end of any line */
	if (sip_parse(data, size, &parsed) || data[0] == '\r' ||
	    data[0] == '\n' || !memchr(data, '\n', line))
		return;
	hold(framing == SIP_FRAMING_MESSAGE, "a message is framed");
	hold(frame->length == (parsed.content_length.len ? parsed.len :
							   parsed.body.off),
	     "a message is framed where it ends");
}

int fuzz_one(const u8 *data, size_t size)
{
	struct sip_frame frame;
	enum sip_framing framing;
	u8 *copy;

	if (!size || size > SIP_MESSAGE_MAX)
		return 0;
	copy = copy_of(data, size);
	framing = sip_frame(copy, size, 0, &frame);
	hold(framing == SIP_FRAMING_MORE || frame.length <= size,
	     "a frame lies in the bytes");
	hold((framing == SIP_FRAMING_BROKEN) == (frame.fault != SIP_OK),
	     "what is broken has a reason");
	if (framing == SIP_FRAMING_MESSAGE)
		hold_framed(copy, frame.length);
	free(copy);
	hold_steps(data, size, framing, &frame);
	hold_found(data, size, framing, &frame);
	return 0;
}
