// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each limit of the engine at its bound and one past it, and what a message
 * costs.
 */
#include <tcp/engine.h>
#include "model.h"
#include "tcp.h"
#include "unit.h"

static u8 filler[SIP_TCP_REACH];

/* One segment of direction 0: @len bytes, "u" and on, with a dot at @dot. */
static enum sip_tcp_verdict send(struct script *script, u32 seq, u32 len,
				 u32 dot, enum sip_tcp_reason *reason,
				 struct sip_tcp_segment *segment)
{
	memset(filler, 'u', sizeof(filler));
	if (dot)
		filler[dot - 1] = '.';
	*segment = (struct sip_tcp_segment){
		.seq = seq, .len = len, .payload = filler, .wscale = -1,
		.flags = SIP_TCP_ACK, .window = 30000,
	};
	return script_segment(script, 0, segment, reason);
}

static void answer(struct script *script, u32 ack, u16 window, u32 *out_ack)
{
	struct sip_tcp_segment segment = {
		.ack = ack, .flags = SIP_TCP_ACK, .window = window,
		.wscale = -1,
	};
	enum sip_tcp_reason reason;

	script_segment(script, 1, &segment, &reason);
	*out_ack = segment.ack;
}

static void test_early_bytes(void)
{
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;

	script_open(&script, 7, 65535, -1);
	check(send(&script, 1, SIP_TCP_EARLY_MAX, 0, &reason, &segment) ==
	      SIP_TCP_CHANGED && segment.len == 1, "early",
	      "as many bytes as may be");
	check(send(&script, 2 + SIP_TCP_EARLY_MAX, 1, 0, &reason, &segment) ==
	      SIP_TCP_DROP && reason == SIP_TCP_REASON_EARLY_FULL, "early",
	      "one more");
	check(send(&script, 1, SIP_TCP_EARLY_MAX, 0, &reason, &segment) ==
	      SIP_TCP_CHANGED, "early", "those that are there");
	check(send(&script, 0, 1, 0, &reason, &segment) == SIP_TCP_CHANGED,
	      "early", "what was missing");
	check(send(&script, SIP_TCP_EARLY_MAX + 1, 1, 1, &reason, &segment) ==
	      SIP_TCP_CHANGED && segment.len == SIP_TCP_EARLY_MAX + 2 &&
	      !segment.seq, "early", "all of it leaves");
	script_close(&script);
}

static void test_early_chunks(void)
{
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;
	u32 i;

	script_open(&script, 7, 65535, -1);
	for (i = 0; i < SIP_TCP_EARLY_CHUNKS; i++) {
		if (send(&script, 2 + 2 * i, 1, 0, &reason, &segment) !=
		    SIP_TCP_CHANGED)
			fail("early: piece %u", i);
	}
	check(send(&script, 2 + 2 * i, 1, 0, &reason, &segment) ==
	      SIP_TCP_DROP && reason == SIP_TCP_REASON_EARLY_FULL, "early",
	      "one piece more");
	/* one segment that fills every gap takes no more pieces than it may */
	check(send(&script, 1, 600, 0, &reason, &segment) == SIP_TCP_DROP &&
	      reason == SIP_TCP_REASON_EARLY_FULL, "early",
	      "all gaps at once");
	script_close(&script);
}

/* Acknowledged early, piece by piece: the receiver has nothing of it. */
static void hold(struct script *script, u32 len)
{
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	u32 at, part, ack;

	for (at = 0; at < len; at += part) {
		part = len - at < 30000 ? len - at : 30000;
		check(send(script, at, part, 0, &reason, &segment) ==
		      SIP_TCP_CHANGED && segment.seq == -1u &&
		      segment.len == 1, "hold", "is held");
		answer(script, 0, 65535, &ack);
		check(ack == at + part, "hold", "is acknowledged");
	}
}

static void test_hold(void)
{
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;

	script_open(&script, 7, 65535, -1);
	hold(&script, SIP_TCP_MESSAGE_MAX - 1);
	check(send(&script, SIP_TCP_MESSAGE_MAX - 1, 1, 1, &reason, &segment) ==
	      SIP_TCP_CHANGED && segment.len == SIP_TCP_EMIT_MAX &&
	      !segment.seq, "hold", "the longest message");
	check(send(&script, SIP_TCP_MESSAGE_MAX, 0, 0, &reason, &segment) ==
	      SIP_TCP_CHANGED && segment.seq == SIP_TCP_EMIT_MAX &&
	      segment.len == SIP_TCP_MESSAGE_MAX - SIP_TCP_EMIT_MAX, "hold",
	      "what did not fit goes with the next");
	script_close(&script);

	script_open(&script, 7, 65535, -1);
	hold(&script, SIP_TCP_MESSAGE_MAX - 1);
	check(send(&script, SIP_TCP_MESSAGE_MAX - 1, 1, 0, &reason, &segment) ==
	      SIP_TCP_CHANGED && reason == SIP_TCP_REASON_TOO_LONG &&
	      segment.len == SIP_TCP_EMIT_MAX && !segment.seq, "hold",
	      "longer than the longest: as it came");
	script_close(&script);
}

/* A message that was changed comes first. */
static void test_hold_changed(void)
{
	struct sip_tcp_segment segment = {
		.len = 2, .payload = (const u8 *)"s.", .flags = SIP_TCP_ACK,
		.window = 65535, .wscale = -1,
	};
	enum sip_tcp_reason reason;
	struct script script;

	script_open(&script, 7, 65535, -1);
	script_segment(&script, 0, &segment, &reason);
	check(send(&script, 2, SIP_TCP_MESSAGE_MAX, 0, &reason, &segment) ==
	      SIP_TCP_RESET && reason == SIP_TCP_REASON_TOO_LONG &&
	      segment.flags & SIP_TCP_RST, "hold",
	      "longer than the longest: reset");
	script_close(&script);
}

/* A receiver that never acknowledges */
static void test_log(void)
{
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;
	enum sip_tcp_verdict verdict;
	u32 seq = 0, messages;
	s64 most = 0;

	script_open(&script, 7, 65535, -1);
	do {
		messages = script.messages;
		verdict = send(&script, seq, 1000, 1000, &reason, &segment);
		seq += 1000;
		if (script.charged > most)
			most = script.charged;
	} while (verdict != SIP_TCP_DROP && seq < 1000000);
	check(verdict == SIP_TCP_DROP && reason == SIP_TCP_REASON_LOG_FULL,
	      "log", "is full");
	check(script.messages == messages, "log",
	      "a message that does not fit is not read");
	check(most <= (s64)(SIP_TCP_LOG_MAX + sizeof(struct sip_tcp)) &&
	      most > (s64)SIP_TCP_LOG_MAX - 2000, "log",
	      "takes what it may and no more");
	script_close(&script);
}

/* A receiver that acknowledges makes room for ever. */
static void test_log_room(void)
{
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;
	u32 seq, ack = 0;

	script_open(&script, 0u - 100000, 65535, -1);
	for (seq = 0; seq < 400000 && ack == seq; seq += 1000) {
		send(&script, seq, 1000, 1000, &reason, &segment);
		answer(&script, seq + 1000, 30000, &ack);
	}
	check(seq == 400000 && script.charged == sizeof(struct sip_tcp), "log",
	      "has room for ever");
	script_close(&script);
}

/* Many small messages in one segment take little more than their bytes. */
static void test_small(void)
{
	struct sip_tcp_segment segment = {
		.len = 30000, .flags = SIP_TCP_ACK, .window = 30000,
		.wscale = -1, .payload = filler,
	};
	enum sip_tcp_reason reason;
	struct script script;

	script_open(&script, 7, 65535, -1);
	memset(filler, '\\', sizeof(filler));
	check(script_segment(&script, 0, &segment, &reason) == SIP_TCP_PASS &&
	      script.messages == 30000 && script.charged < 60000, "log",
	      "30,000 keepalives in one segment");
	script_close(&script);
}

/* The common way: one allocation, no copy but that into the log. */
static void test_fast(void)
{
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;
	s64 blocks;
	u32 ack;

	script_open(&script, 7, 65535, -1);
	blocks = model_blocks;
	check(send(&script, 0, 700, 700, &reason, &segment) == SIP_TCP_PASS &&
	      segment.payload == filler && script.asked == 1 &&
	      model_blocks == blocks + 1, "fast", "one entry, as it came");
	answer(&script, 700, 1000, &ack);
	check(ack == 700 && model_blocks == blocks, "fast",
	      "an ACK of all frees all");
	script_close(&script);
}

void test_tcp_limits(void)
{
	test_early_bytes();
	test_early_chunks();
	test_hold();
	test_hold_changed();
	test_log();
	test_log_room();
	test_small();
	test_fast();
}

/* ---- memory -------------------------------------------------------------- */

static const char * const bytes = "gab.ucd.rxy.gef";

/* Sends the text in pieces of @cut bytes, each until it is acknowledged, and
 * the @fail th allocation is refused; true when there was one.
 */
static bool send_all(u32 cut, s64 fail_at, bool by_charge)
{
	static const char expected[] = "<gab.>ucd.";
	char arrived[40];
	u32 len = (u32)strlen(bytes), had = 0, acked = 0, part, tries = 0;
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;
	bool failed = false;

	script_open(&script, 0u - 3, 1000, -1);
	if (by_charge)
		script.allowance = script.charged + fail_at;
	else
		model_fail_at = fail_at;
	while (acked < len && tries++ < 60) {
		part = len - acked < cut ? len - acked : cut;
		segment = (struct sip_tcp_segment){
			.seq = acked, .len = part, .window = 1000,
			.payload = (const u8 *)bytes + acked,
			.flags = SIP_TCP_ACK, .wscale = -1,
		};
		switch (script_segment(&script, 0, &segment, &reason)) {
		case SIP_TCP_DROP:
			failed = true;
			check(reason == SIP_TCP_REASON_MEMORY, "memory",
			      "the reason is given");
			script.allowance = 10000000;
			continue;
		case SIP_TCP_RESET:
			fail("memory: reset");
			break;
		default:
			break;
		}
		if (reason == SIP_TCP_REASON_MEMORY) {
			failed = true;
			script.allowance = 10000000;
		}
		if (segment.seq != -1u && segment.seq <= had &&
		    segment.seq + segment.len > had) {
			memcpy(arrived + segment.seq, segment.payload,
			       segment.len);
			had = segment.seq + segment.len;
		}
		answer(&script, had, 1000, &acked);
	}
	check(acked == len && had == strlen(expected) &&
	      !memcmp(arrived, expected, had), "memory",
	      "the bytes are exact whichever allocation fails");
	check(script.messages == 3, "memory", "each message is read once");
	failed |= model_fail_at < 0 && !by_charge;
	model_fail_at = -1;
	script_close(&script);
	return failed;
}

void test_tcp_memory(void)
{
	u32 cut;
	s64 at;

	for (cut = 1; cut < 16; cut++) {
		for (at = 0; send_all(cut, at, false); at++)
			;
		check(at > 0, "memory", "an allocation was refused");
		for (at = 0; at < 700; at += 7)
			send_all(cut, at, true);
	}
}
