// SPDX-License-Identifier: GPL-2.0-only
/*
 * The engine of tcp/, segment by segment.
 *
 * A script has one segment a line, and what becomes of it:
 *
 *	> 0 gab. = change 0 <gab.>
 *
 * ">" is direction 0.  Then sequence number (0 is the first data byte) and
 * bytes, "-" none, "~" the byte of a probe; then FIN, RST, URG, aN an
 * acknowledgment, wN a window, as far as they differ from what was last said.
 * After "=" the verdict, a reason if there is one, and the same again; what is
 * not named there is not looked at, but for FIN and RST.
 *
 * A message ends with a dot, "\" stands for a keepalive.  Its first letter says
 * what becomes of it: u nothing, g <it>, s "*.", r it is removed.  "!" is none
 * of ours, "?" is an error.
 */
#include <errno.h>

#include <tcp/engine.h>
#include "model.h"
#include "tcp.h"
#include "unit.h"

static const char * const reasons[SIP_TCP_REASON_MAX] = {
	"ok", "memory", "early-full", "log-full", "ack-beyond", "outside",
	"urgent", "broken", "too-long", "unfinished", "partial", "flags",
};

static const char * const verdicts[] = { "pass", "change", "drop", "reset" };

static u8 out[65535];

static enum sip_tcp_read script_read(void *context, unsigned int side,
				     const u8 *bytes, u32 len, u32 seen,
				     struct sip_tcp_message *message)
{
	static u8 longer[SIP_TCP_MESSAGE_MAX + 2];
	struct script *script = context;
	const u8 *dot;

	script->asked++;
	if (bytes[0] == '!')
		return SIP_TCP_READ_BYPASS;
	if (bytes[0] == '?')
		return SIP_TCP_READ_BROKEN;
	dot = bytes[0] == '\\' ? bytes : memchr(bytes, '.', len);
	if (!dot)
		return SIP_TCP_READ_MORE;
	script->messages++;
	message->length = (u32)(dot - bytes) + 1;
	if (bytes[0] == 'g') {
		longer[0] = '<';
		memcpy(longer + 1, bytes, message->length);
		longer[message->length + 1] = '>';
		message->new_length = message->length + 2;
	} else if (bytes[0] == 's') {
		memcpy(longer, "*.", 2);
		message->new_length = 2;
	} else if (bytes[0] != 'r') {
		return SIP_TCP_READ_MESSAGE;
	}
	message->new_bytes = longer;
	return SIP_TCP_READ_MESSAGE;
}

static int script_charge(void *context, s32 bytes)
{
	struct script *script = context;

	if (bytes > 0 && script->charged + bytes > script->allowance)
		return -ENOBUFS;
	script->charged += bytes;
	return 0;
}

const struct sip_tcp_reader script_reader = {
	.read = script_read,
	.charge = script_charge,
};

enum sip_tcp_verdict script_segment(struct script *script, unsigned int side,
				    struct sip_tcp_segment *segment,
				    enum sip_tcp_reason *reason)
{
	enum sip_tcp_verdict verdict;

	segment->seq += script->iss[side] + 1;
	segment->ack += script->iss[!side] + 1;
	verdict = sip_tcp_input(script->tcp, script, side, segment, out,
				sizeof(out), reason);
	segment->seq -= script->iss[side] + 1;
	segment->ack -= script->iss[!side] + 1;
	return verdict;
}

void script_open(struct script *script, u32 iss, u16 window, s8 scale)
{
	struct sip_tcp_segment segment = { .flags = SIP_TCP_SYN, .seq = -1u,
					  .window = window, .wscale = scale };
	enum sip_tcp_reason reason;

	memset(script, 0, sizeof(*script));
	script->allowance = 10000000;
	script->iss[0] = iss;
	script->iss[1] = ~iss;
	script->window[0] = window;
	script->window[1] = window;
	script->tcp = sip_tcp_create(&script_reader, script);
	if (!script->tcp)
		abort();
	script_segment(script, 0, &segment, &reason);
	segment = (struct sip_tcp_segment){
		.flags = SIP_TCP_SYN | SIP_TCP_ACK, .seq = -1u,
		.window = window, .wscale = scale,
	};
	script_segment(script, 1, &segment, &reason);
}

void script_close(struct script *script)
{
	sip_tcp_destroy(script->tcp, script);
	check(!script->charged && !model_blocks, "tcp",
	      "all memory is given back");
}

/* ---- scripts ------------------------------------------------------------- */

/* "- F a5 w100": what is there is set. */
static void read_words(char **words, struct sip_tcp_segment *segment,
		       bool *has_ack, bool *has_window)
{
	const char *word;

	while ((word = strsep(words, " "))) {
		if (!strcmp(word, "F"))
			segment->flags |= SIP_TCP_FIN;
		else if (!strcmp(word, "R"))
			segment->flags |= SIP_TCP_RST;
		else if (!strcmp(word, "U"))
			segment->flags |= SIP_TCP_URG;
		*has_ack |= word[0] == 'a';
		*has_window |= word[0] == 'w';
		if (word[0] == 'a')
			segment->ack = (u32)atoi(word + 1);
		else if (word[0] == 'w')
			segment->window = (u16)atoi(word + 1);
	}
}

static void read_segment(char **words, struct sip_tcp_segment *segment,
			 bool *has_ack, bool *has_window)
{
	const char *word = strsep(words, " ");

	*has_ack = false;
	*has_window = false;
	segment->seq = word ? (u32)atoi(word) : 0;
	segment->payload = (const u8 *)strsep(words, " ");
	segment->flags = SIP_TCP_ACK;
	segment->wscale = -1;
	segment->len = 0;
	if (segment->payload && segment->payload[0] != '-')
		segment->len = (u32)strlen((const char *)segment->payload);
	read_words(words, segment, has_ack, has_window);
}

static u8 ends(const struct sip_tcp_segment *segment)
{
	return segment->flags & (SIP_TCP_FIN | SIP_TCP_RST);
}

static bool same_bytes(const struct sip_tcp_segment *segment,
		       const struct sip_tcp_segment *expected)
{
	if (expected->len == 1 && expected->payload[0] == '~')
		return segment->len == 1 && !segment->payload[0];
	return segment->len == expected->len &&
	       (!segment->len || !memcmp(segment->payload, expected->payload,
					 segment->len));
}

static bool run_line(struct script *script, char *line, char *why, size_t room)
{
	struct sip_tcp_segment segment = { 0 }, expected = { 0 };
	unsigned int side = line[0] == '<';
	char *left = line + 2, *right = strstr(line, " = ");
	bool has_ack, has_window, wrong;
	enum sip_tcp_reason reason = SIP_TCP_REASON_MAX;
	enum sip_tcp_verdict verdict;
	const char *word, *wanted;

	*right = 0;
	right += 3;
	segment.ack = script->ack[side];
	segment.window = script->window[side];
	read_segment(&left, &segment, &has_ack, &has_window);
	script->ack[side] = segment.ack;
	script->window[side] = segment.window;
	verdict = script_segment(script, side, &segment, &reason);
	wanted = strsep(&right, " ");
	word = reasons[reason];
	snprintf(why, room, "%s %s %d %.*s %sa%d w%u", verdicts[verdict], word,
		 (s32)segment.seq, segment.len < 30 ? (int)segment.len : 30,
		 segment.len ? (const char *)segment.payload : "",
		 segment.flags & SIP_TCP_FIN ? "F " : "", (s32)segment.ack,
		 segment.window);
	if (strcmp(wanted, verdicts[verdict]))
		return false;
	if (reason) {
		wanted = strsep(&right, " ");
		if (!wanted || strcmp(wanted, word))
			return false;
	}
	if (!right)
		return true;
	read_segment(&right, &expected, &has_ack, &has_window);
	wrong = segment.seq != expected.seq || ends(&segment) != ends(&expected) ||
		!same_bytes(&segment, &expected) ||
		(has_ack && segment.ack != expected.ack) ||
		(has_window && segment.window != expected.window);
	return !wrong;
}

static void run_script(const char *name, const char *text, u32 iss)
{
	char copy[2000], *rest = copy, *line, asked[128], why[200];
	struct script script;

	snprintf(copy, sizeof(copy), "%s", text);
	script_open(&script, iss, 1000, -1);
	while ((line = strsep(&rest, "\n"))) {
		if (!line[0])
			continue;
		snprintf(asked, sizeof(asked), "%s", line);
		if (run_line(&script, line, why, sizeof(why))) {
			pass();
			continue;
		}
		fail("tcp: %s, ISN %u: %s: %s", name, iss, asked, why);
		break;
	}
	script_close(&script);
}

struct script_case {
	const char *name;
	const char *text;
};

static const struct script_case cases[] = {
	{ "1: a whole message, unchanged",
	  "> 0 uab. = pass 0 uab.\n"
	  "< 0 - a4 = pass 0 - a4\n"
	  "> 4 uc. = pass 4 uc.\n" },
	{ "1: a whole message that grows",
	  "> 0 gab. = change 0 <gab.>\n"
	  "< 0 - a6 = change 0 - a4\n"
	  "> 4 uc. = change 6 uc.\n"
	  "< 0 - a9 = change 0 - a7\n" },
	{ "1: a message in pieces",
	  "> 0 ga = change -1 ~\n"
	  "< 0 - a0 = change 0 - a2\n"
	  "> 2 b = change -1 ~\n"
	  "< 0 - a0 = change 0 - a3\n"
	  "> 3 . = change 0 <gab.>\n"
	  "< 0 - a6 = change 0 - a4\n" },
	{ "1: several messages in one segment",
	  "> 0 ua.gb.sccc.ud. = change 0 ua.<gb.>*.ud.\n"
	  "< 0 - a13 = change 0 - a14\n" },
	{ "1: a whole message and a part",
	  "> 0 gab.uc = change 0 <gab.>\n"
	  "< 0 - a6 = pass 0 - a6\n"
	  "> 6 . = change 6 uc.\n" },
	{ "1: a removed message",
	  "> 0 rab. = change -1 ~\n"
	  "< 0 - a0 = change 0 - a4\n"
	  "> 0 rab. = change -1 ~\n"
	  "> 4 uc. = change 0 uc.\n"
	  "< 0 - a3 = change 0 - a7\n" },
	{ "1: keepalives pass at once",
	  "> 0 \\\\ = pass 0 \\\\\n"
	  "> 2 ga. = change 2 <ga.>\n"
	  "> 5 \\ = change 7 \\\n" },
	{ "2: repeated, in any cut",
	  "> 0 gab. = change 0 <gab.>\n"
	  "> 4 uc. = change 6 uc.\n"
	  "> 0 gab. = change 0 <gab.>\n"
	  "> 1 a = change 0 <gab.>\n"
	  "> 3 .u = change 0 <gab.>uc.\n"
	  "> 5 c. = change 6 uc.\n"
	  "> 0 gab.uc. = change 0 <gab.>uc.\n" },
	{ "2: repeated after a partial acknowledgment",
	  "> 0 gab. = change 0 <gab.>\n"
	  "< 0 - a3 = pass 0 - a3\n"
	  "> 0 gab. = change 3 b.>\n"
	  "> 0 g = change 3 b.>\n"
	  "< 0 - a6 = change 0 - a4\n"
	  "> 0 gab. = change 5 ~\n" },
	{ "2: repeated together with what is new",
	  "> 0 gab. = change 0 <gab.>\n"
	  "> 0 gab.uc. = change 0 <gab.>uc.\n" },
	{ "2: what was held, repeated",
	  "> 0 ga = change -1 ~\n"
	  "> 0 ga = change -1 ~\n"
	  "> 0 gab. = change 0 <gab.>\n" },
	{ "4: held while something is under way",
	  "> 0 ua. = pass 0 ua.\n"
	  "> 3 gb = change -1 ~\n"
	  "< 0 - a3 = change 0 - a5\n" },
	{ "5: acknowledged inside of a message",
	  "> 0 ga = change -1 ~\n"
	  "< 0 - a0 = change 0 - a2\n"
	  "> 2 b. = change 0 <gab.>\n"
	  "< 0 - a1 = drop partial\n"
	  "< 0 - a1 = change 0 - a2\n"
	  "< 0 - a3 = pass 0 - a3\n"
	  "< 0 - a5 = drop partial\n"
	  "< 0 - a5 w900 = change 0 - a3\n"
	  "< 0 - a6 = change 0 - a4\n"
	  "< 0 - a2 = change 0 - a4\n" },
	{ "5: acknowledged what was not sent",
	  "> 0 ga = change -1 ~\n"
	  "< 0 - a1 = drop ack-beyond\n"
	  "> 2 b. = change 0 <gab.>\n"
	  "< 0 - a7 = drop ack-beyond\n"
	  "< 0 - a6 = change 0 - a4\n" },
	{ "5: a removed message between two",
	  "> 0 ua.rb.uc. = change 0 ua.uc.\n"
	  "< 0 - a3 = pass 0 - a3\n"
	  "> 3 rb.uc. = change 3 uc.\n"
	  "< 0 - a6 = change 0 - a9\n" },
	{ "6: out of order",
	  "> 2 b. = change -1 ~\n"
	  "> 5 ud. = change -1 ~\n"
	  "> 2 b.u = change -1 ~\n"
	  "< 0 - a0 = pass 0 - a0\n"
	  "> 0 ga = change 0 <gab.>uud.\n"
	  "> 4 uu = change 6 uud.\n"
	  "< 0 - a6 = change 0 - a4\n"
	  "< 0 - a10 = change 0 - a8\n"
	  "> 10 . = change 9 ~\n"
	  "> 8 ge = change 10 <ge.>\n" },
	{ "6: two that differ",
	  "> 2 b. = change -1 ~\n"
	  "> 1 axx = change -1 ~\n"
	  "> 0 g = change 0 <gab.>\n"
	  "> 0 gyyy = change 0 <gab.>\n" },
	{ "7: FIN with the last message",
	  "> 0 gab. F = change 0 <gab.> F\n"
	  "> 0 gab. F = change 0 <gab.> F\n"
	  "> 4 - F = change 6 - F\n"
	  "< 0 - a6 = change 0 - a4\n"
	  "< 0 - a7 = change 0 - a5\n"
	  "> 4 - F = change 6 ~\n" },
	{ "7: FIN inside of a message",
	  "> 0 ua.ga F = change unfinished 0 ua. F\n"
	  "< 0 - a3 = pass 0 - a3\n"
	  "> 3 ga F = change 3 - F\n"
	  "< 0 - a4 = change 0 - a6\n" },
	{ "7: FIN after what is held and acknowledged",
	  "> 0 ga = change -1 ~\n"
	  "< 0 - a0 = change 0 - a2\n"
	  "> 2 - F = change unfinished 0 - F\n"
	  "< 0 - a1 = change 0 - a3\n" },
	{ "7: early FIN",
	  "> 4 - F = change -1 ~\n"
	  "> 0 gab. = change 0 <gab.> F\n"
	  "< 0 - a7 = change 0 - a5\n" },
	{ "7: early FIN with data",
	  "> 2 b. F = change -1 ~\n"
	  "> 0 ga = change 0 <gab.> F\n" },
	{ "7: nothing follows a FIN",
	  "> 0 ua. F = pass 0 ua. F\n"
	  "< 0 - a4 = pass 0 - a4\n"
	  "> 4 ub. = change 3 ~\n" },
	{ "8: RST with held bytes",
	  "> 0 ga = change -1 ~\n"
	  "> 2 - R = change 0 - R\n" },
	{ "8: RST with data under way",
	  "> 0 gab. = change 0 <gab.>\n"
	  "> 4 - R = change 6 - R\n"
	  "> 0 - R = pass 0 - R\n"
	  "> 3 - R = change 5 - R\n" },
	{ "8: RST of the other end",
	  "> 0 gab. = change 0 <gab.>\n"
	  "< 0 - R a6 = change 0 - R a0\n" },
	{ "9: keepalive",
	  "> 0 gab. = change 0 <gab.>\n"
	  "< 0 - a6 = change 0 - a4\n"
	  "> 3 - = change 5 ~\n"
	  "> 3 x = change 5 ~\n"
	  "> 4 - = change 6 -\n" },
	{ "9: zero window",
	  "> 0 gab. = change 0 <gab.>\n"
	  "< 0 - a6 w0 = change 0 - a4 w0\n"
	  "> 3 - = change 5 ~\n"
	  "> 4 u = change 5 ~\n"
	  "< 0 - a6 w0 = change 0 - a5 w0\n"
	  "> 5 c. = change 5 ~\n"
	  "> 7 - = change 6 -\n"
	  "< 0 - a6 w2 = change -1 ~ a5\n"
	  "> 7 - = change 6 uc\n"
	  "< 0 - a8 w0 = change 0 - a6 w0\n"
	  "> 5 c. = change 7 ~\n"
	  "< 0 - a8 w9 = change -1 ~\n"
	  "> 5 c. = change 8 .\n"
	  "< 0 - a9 = change 0 - a7\n" },
	{ "9: an old segment says nothing of the window",
	  "< 0 ua. a0 w500 = pass 0 ua. w500\n"
	  "< 3 ub. a0 w600 = pass 3 ub. w600\n"
	  "< 0 ua. a0 w2 = change 0 ua. w2\n"
	  "> 0 uabc. = pass 0 uabc.\n" },
	{ "9: a window that opens while both have more",
	  "< 0 ub. a0 w2 = pass 0 ub.\n"
	  "> 0 uab. a0 w1 = change 0 ua\n"
	  "< 3 uc. a0 = change -1 ~\n"
	  "< 6 - a2 w9 = change -1 ~ a2\n"
	  "> 4 - a3 w9 = change 2 b. a3\n"
	  "< 6 - a4 w9 = change 3 uc. a4\n" },
	{ "11: not SIP from the first byte on",
	  "> 0 !ab = pass 0 !ab\n"
	  "> 3 gc. = pass 3 gc.\n"
	  "< 0 ga. a6 = pass 0 ga. a6\n"
	  "> 9 - F = pass 9 - F\n"
	  "> 5000000 x = pass 5000000 x\n" },
	{ "11: the other end speaks first, not SIP",
	  "< 0 !ab = pass 0 !ab\n"
	  "> 0 gc. a3 = pass 0 gc.\n" },
	{ "11: what the other end holds then goes as it came",
	  "> 0 gc = change -1 ~\n"
	  "< 0 !ab = change 0 !ab a2\n"
	  "> 2 - a3 = change 0 -\n"
	  "> 2 . = change 0 gc.\n"
	  "> 0 gc. = change 0 gc.\n"
	  "> 2 . = change 0 gc.\n"
	  "< 3 - a3 = pass 3 - a3\n"
	  "> 3 ge. = pass 3 ge.\n" },
	{ "11: FIN after what is held of a foreign connection",
	  "> 0 gc = change -1 ~\n"
	  "< 0 !ab = change 0 !ab a2\n"
	  "> 2 - F = change 0 gc F\n"
	  "< 3 - a3 = pass 3 - a3\n" },
	{ "11: an error, nothing was changed",
	  "> 0 ua. = pass 0 ua.\n"
	  "> 3 ?gb. = pass broken 3 ?gb.\n"
	  "> 0 ua. = change 0 ua.\n"
	  "> 1 a.? = change 0 ua.?\n"
	  "< 0 gx. a7 = pass 0 gx. a7\n"
	  "< 3 - a8 = pass 3 - a8\n" },
	{ "11: an error after what was changed",
	  "> 0 gab. = change 0 <gab.>\n"
	  "> 4 ?gb. = reset broken 6 - R\n"
	  "> 4 ?gb. = change -1 ~\n"
	  "< 0 - R a6 = change 0 - R\n" },
	{ "11: what the RST did not reach",
	  "> 0 gab. a0 = change 0 <gab.>\n"
	  "> 4 ?gb. = reset broken 6 - R\n"
	  "< 0 - a0 = change -1 ~\n"
	  "> 4 - = change 0 - R\n" },
	{ "11: foreign, when the other direction was changed",
	  "> 0 gab. = change 0 <gab.>\n"
	  "< 0 !ab a6 = reset broken 0 - R\n" },
	{ "urgent data is refused",
	  "> 0 uab. U = drop urgent\n"
	  "> 0 uab. = pass 0 uab.\n" },
	{ "data both ways at once",
	  "> 0 gab. = change 0 <gab.>\n"
	  "< 0 gc. a0 = change 0 <gc.> a0\n"
	  "< 3 - a6 = change 5 - a4\n"
	  "> 4 - a5 = change 6 - a3\n"
	  "> 4 ud. a5 = change 6 ud. a3\n" },
	{ "far away",
	  "> 131072 x = change -1 ~\n"
	  "> 131073 x = drop outside\n"
	  "> -131073 x = change -1 ~\n"
	  "> -131074 x = drop outside\n" },
};

/* ---- beginnings ----------------------------------------------------------- */

static struct sip_tcp_segment syn(u32 seq, u16 window, s8 scale)
{
	struct sip_tcp_segment segment = { .flags = SIP_TCP_SYN, .seq = seq,
					  .window = window, .wscale = scale };

	return segment;
}

static void test_syn(void)
{
	struct sip_tcp_segment segment = syn(-1u, 65535, 7);
	struct script script = { .allowance = 100000 };
	enum sip_tcp_reason reason;

	script.tcp = sip_tcp_create(&script_reader, &script);
	segment.len = 3;
	segment.payload = (const u8 *)"ga.";
	check(script_segment(&script, 0, &segment, &reason) ==
	      SIP_TCP_CHANGED && !segment.len &&
	      segment.window == SIP_TCP_WINDOW, "SYN",
	      "data is cut, the window is bounded");
	segment = syn(-1u, 32768, 2);
	segment.flags |= SIP_TCP_ACK;
	check(script_segment(&script, 1, &segment, &reason) == SIP_TCP_PASS,
	      "SYN", "a window of 32768 passes");
	segment = (struct sip_tcp_segment){ .flags = SIP_TCP_ACK, .window = 257,
					   .wscale = -1 };
	script_segment(&script, 0, &segment, &reason);
	check(segment.window == 256, "SYN", "a scaled window is bounded");
	segment = (struct sip_tcp_segment){ .flags = SIP_TCP_ACK, .window = 256,
					   .wscale = -1 };
	check(script_segment(&script, 0, &segment, &reason) == SIP_TCP_PASS,
	      "SYN", "a scaled window of 32768 passes");
	segment = (struct sip_tcp_segment){ .flags = SIP_TCP_PSH };
	check(script_segment(&script, 0, &segment, &reason) == SIP_TCP_DROP &&
	      reason == SIP_TCP_REASON_FLAGS, "SYN", "no ACK: dropped");
	script_close(&script);
}

/* Another SYN before any data begins again; a later one is ignored. */
static void test_syn_again(void)
{
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;

	script_open(&script, 5, 1000, -1);
	segment = syn(700, 1000, -1);
	script_segment(&script, 0, &segment, &reason);
	segment = (struct sip_tcp_segment){ .flags = SIP_TCP_ACK, .seq = 701,
					   .len = 3, .window = 1000,
					   .payload = (const u8 *)"ga." };
	check(script_segment(&script, 0, &segment, &reason) ==
	      SIP_TCP_CHANGED && segment.seq == 701 && segment.len == 5,
	      "SYN", "another one begins again");
	segment = syn(9000, 1000, -1);
	check(script_segment(&script, 0, &segment, &reason) == SIP_TCP_PASS &&
	      segment.seq == 9000, "SYN", "a late one passes");
	segment = (struct sip_tcp_segment){ .flags = SIP_TCP_ACK, .seq = 704,
					   .len = 3, .window = 1000,
					   .payload = (const u8 *)"ua." };
	check(script_segment(&script, 0, &segment, &reason) ==
	      SIP_TCP_CHANGED && segment.seq == 706, "SYN",
	      "a late one changes nothing");
	script_close(&script);
}

/* Refused, or reset: the next SYN is another connection's. */
static void test_syn_after_rst(void)
{
	static const char * const text[] = {
		"> 0 gab. = change 0 <gab.>",
		"< 5 - R a0 = pass 5 - R",
		"> 4 ub. = change 6 ub.",
		"> 7 - R = change 9 - R",
	};
	struct sip_tcp_segment segment;
	enum sip_tcp_reason reason;
	struct script script;
	char line[80], why[200];
	u32 i;

	script_open(&script, 5, 1000, -1);
	for (i = 0; i < ARRAY_SIZE(text); i++) {
		snprintf(line, sizeof(line), "%s", text[i]);
		check(run_line(&script, line, why, sizeof(why)), text[i], why);
	}
	script.iss[0] = 700;
	script.ack[0] = 0;
	script.ack[1] = 0;
	segment = syn(-1u, 1000, -1);
	script_segment(&script, 0, &segment, &reason);
	segment = (struct sip_tcp_segment){ .flags = SIP_TCP_ACK, .wscale = -1,
					   .len = 3, .window = 1000,
					   .payload = (const u8 *)"ga." };
	check(script_segment(&script, 1, &segment, &reason) == SIP_TCP_DROP &&
	      reason == SIP_TCP_REASON_FLAGS, "SYN",
	      "no bytes before it is answered");
	segment = syn(-1u, 1000, -1);
	segment.flags |= SIP_TCP_ACK;
	script_segment(&script, 1, &segment, &reason);
	for (i = 0; i < ARRAY_SIZE(text); i++) {
		snprintf(line, sizeof(line), "%s", text[i]);
		check(run_line(&script, line, why, sizeof(why)), text[i], why);
	}
	script_close(&script);
}

/* A closed port */
static void test_refused(void)
{
	struct script script = { .allowance = 100000, .iss = { 9, 99 } };
	struct sip_tcp_segment segment = syn(-1u, 1000, -1);
	enum sip_tcp_reason reason;

	script.tcp = sip_tcp_create(&script_reader, &script);
	script_segment(&script, 0, &segment, &reason);
	segment = (struct sip_tcp_segment){ .wscale = -1,
					   .flags = SIP_TCP_RST | SIP_TCP_ACK };
	check(script_segment(&script, 1, &segment, &reason) == SIP_TCP_PASS &&
	      !sip_tcp_is_bypassed(script.tcp), "refused", "the RST passes");
	script.iss[0] = 4000;
	segment = syn(-1u, 1000, -1);
	script_segment(&script, 0, &segment, &reason);
	segment.flags |= SIP_TCP_ACK;
	segment.seq = -1u;
	segment.ack = 0;
	script_segment(&script, 1, &segment, &reason);
	segment = (struct sip_tcp_segment){
		.flags = SIP_TCP_ACK, .window = 1000, .wscale = -1, .len = 3,
		.payload = (const u8 *)"ga.",
	};
	check(script_segment(&script, 0, &segment, &reason) ==
	      SIP_TCP_CHANGED && !segment.seq && segment.len == 5, "refused",
	      "the next SYN begins");
	script_close(&script);
}

/*
 * A window in units of 8 bytes is rounded down: the edge may lie below bytes
 * that were sent within an earlier window.
 */
static void test_rounded_window(void)
{
	static const char * const text[] = {
		"> 0 gabcdefgh. w125 = change 0 <gabcdefgh.>",
		"< 0 - a4 w0 = pass 0 - a4",
		"> 10 - = change 4 -",	/* 8 bytes: the window has shrunk */
		"< 0 - a5 w0 = pass 0 - a5",
		"> 10 - = change 12 -",	/* 7 bytes: it was rounded down */
	};
	char line[200], why[200];
	struct script script;
	u32 i;

	script_open(&script, 1000000, 1000, 3);
	for (i = 0; i < ARRAY_SIZE(text); i++) {
		snprintf(line, sizeof(line), "%s", text[i]);
		check(run_line(&script, line, why, sizeof(why)), text[i], why);
	}
	script_close(&script);
}

/* A connection whose SYN was not seen is passed. */
static void test_middle(void)
{
	struct script script = { .allowance = 100000 };
	struct sip_tcp_segment segment = { .flags = SIP_TCP_ACK, .len = 3,
					  .payload = (const u8 *)"ga." };
	enum sip_tcp_reason reason;

	script.tcp = sip_tcp_create(&script_reader, &script);
	check(script_segment(&script, 0, &segment, &reason) == SIP_TCP_PASS &&
	      sip_tcp_is_bypassed(script.tcp), "no SYN", "is left alone");
	script_close(&script);
}

void test_tcp(void)
{
	u32 i, k;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		run_script(cases[i].name, cases[i].text, 1000000);
		/* the numbers wrap around at every byte */
		for (k = 0; k < 24; k++)
			run_script(cases[i].name, cases[i].text, 0u - k);
	}
	test_syn();
	test_syn_again();
	test_syn_after_rst();
	test_refused();
	test_rounded_window();
	test_middle();
	test_tcp_limits();
	test_tcp_memory();
}
