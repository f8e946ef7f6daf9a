/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The engine of tcp/ by hand: what the test files share.
 */
#ifndef _TCP_TEST_H
#define _TCP_TEST_H

#include <sip_ims/tcp.h>

struct script {
	struct sip_tcp *tcp;
	u32 iss[2];
	u32 ack[2];
	u16 window[2];
	u32 asked;		/* calls of the reader */
	u32 messages;		/* that it handed out */
	s64 charged;
	s64 allowance;
};

extern const struct sip_tcp_reader script_reader;

/* Numbers count from the first data byte. */
enum sip_tcp_verdict script_segment(struct script *script, unsigned int side,
				    struct sip_tcp_segment *segment,
				    enum sip_tcp_reason *reason);
void script_open(struct script *script, u32 iss, u16 window, s8 scale);
void script_close(struct script *script);

void test_tcp_limits(void);
void test_tcp_memory(void);

#endif /* _TCP_TEST_H */
