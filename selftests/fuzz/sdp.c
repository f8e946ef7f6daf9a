// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bodies: SDP and multipart.  An input is the text after "Content-Type: " in a
 * message; the headers before it are always the same.
 */
#include "fuzz.h"
#include "oracle.h"
#include "unit.h"

static const char before[] =
	"INFO sip:h SIP/2.0\r\n"
	"Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
	"From: <sip:a@h>;tag=f\r\n"
	"To: <sip:b@h>\r\n"
	"Call-ID: c\r\n"
	"CSeq: 1 INFO\r\n"
	"Content-Type: ";

#define BEFORE	(sizeof(before) - 1)

static struct sip_message msg;
static struct sdp whole, cut;

/* All streams but the last one, whose attributes may be cut off. */
static bool same_streams(void)
{
	u32 i;

	for (i = 0; i + 1 < cut.count; i++) {
		if (memcmp(&whole.media[i], &cut.media[i],
			   sizeof(struct sdp_media)))
			return false;
	}
	return true;
}

/* Both are readable: the shorter one has no more in it. */
static void hold_cut(const u8 *bytes, struct sip_slice body)
{
	u64 digest = mix(MIX_START, bytes + body.off, body.len);
	struct sip_slice part = body;
	u8 *copy;

	memset(&whole, 0, sizeof(whole));
	memset(&cut, 0, sizeof(cut));
	part.len = (u16)(digest % (body.len + 1u));
	copy = copy_of(bytes, (size_t)part.off + part.len);
	if (!sdp_parse(bytes, body, &whole) && !sdp_parse(copy, part, &cut)) {
		hold(cut.count <= whole.count && cut.excess <= whole.excess,
		     "an SDP cut short has no more streams");
		hold(same_streams(), "an SDP cut short has the same streams");
	}
	free(copy);
}

int fuzz_one(const u8 *data, size_t size)
{
	size_t len = BEFORE + size;
	struct sip_slice body;
	u8 *bytes;

	if (len > SIP_MESSAGE_MAX)
		return 0;
	bytes = malloc(len);
	if (!bytes)
		abort();
	memcpy(bytes, before, BEFORE);
	memcpy(bytes + BEFORE, data, size);
	hold_none(exercise(bytes, len), "a body");
	hold(facts_digest(bytes, len, 0x00) == facts_digest(bytes, len, 0xff),
	     "the facts depend on the bytes alone");
	hold_none(compare_message(bytes, len), "read as naively");
	if (!sip_parse(bytes, len, &msg) &&
	    !sip_find_sdp(bytes, &msg, &body) && body.len)
		hold_cut(bytes, body);
	free(bytes);
	return 0;
}
