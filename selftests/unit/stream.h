/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The engine of stream/ by hand: what the test files share.
 */
#ifndef _STREAM_TEST_H
#define _STREAM_TEST_H

#include <sip_ims/tcp.h>

struct script {
	struct stream *stream;
	u32 iss[2];
	u32 ack[2];
	u16 window[2];
	u32 asked;		/* calls of the reader */
	u32 messages;		/* that it handed out */
	s64 charged;
	s64 allowance;
};

extern const struct stream_reader script_reader;

/* Numbers count from the first data byte. */
enum stream_verdict script_segment(struct script *script, unsigned int side,
				   struct stream_segment *segment,
				   enum stream_reason *reason);
void script_open(struct script *script, u32 iss, u16 window, s8 scale);
void script_close(struct script *script);

void test_stream_limits(void);
void test_stream_memory(void);

#endif /* _STREAM_TEST_H */
