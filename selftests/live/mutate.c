// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutations: a message becomes one that is wrong.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "live.h"

#define MUTATIONS_MAX	4u

/* A place in the message; near its start, where all the syntax is, as a rule */
static size_t somewhere(const struct message *message)
{
	size_t most = message->len;

	if (most > 4096 && random_percent(90))
		most = 4096;
	return random_below(most + 1);
}

/* A stretch from @at on, mostly a short one. */
static size_t stretch(const struct message *message, size_t at)
{
	size_t most = message->len - at;

	if (most > 64 && random_percent(70))
		most = 64;
	return random_below(most + 1);
}

static void flip_bits(struct message *message, const struct message *other)
{
	unsigned int count = 1 + random_below(8);
	size_t at;

	while (count--) {
		at = somewhere(message);
		if (at < message->len)
			message->bytes[at] ^= 1u << random_below(8);
	}
}

static void set_bytes(struct message *message, const struct message *other)
{
	static const u8 bytes[] = "\0\r\n\t :;,<>\"\\@=[]/*%-.0\x7f\x80\xc0\xff";
	size_t at = somewhere(message);
	u8 byte = bytes[random_below(sizeof(bytes) - 1)];

	if (random_percent(50))
		message_replace(message, at, 0, &byte, 1);
	else if (at < message->len)
		message->bytes[at] = byte;
}

static void delete_chunk(struct message *message, const struct message *other)
{
	size_t at = somewhere(message);

	message_replace(message, at, stretch(message, at), "", 0);
}

static void duplicate_chunk(struct message *message,
			    const struct message *other)
{
	static struct message chunk;
	size_t at = somewhere(message);
	size_t len = stretch(message, at);
	unsigned int times = random_percent(80) ? 1 : random_below(200);

	chunk.len = 0;
	message_bytes(&chunk, message->bytes + at, len);
	while (times-- && len)
		message_replace(message, at, 0, chunk.bytes, chunk.len);
}

/* The beginning of one, the end of the other. */
static void splice(struct message *message, const struct message *other)
{
	size_t at = somewhere(message), from = somewhere(other);

	message_replace(message, at, message->len - at, other->bytes + from,
			other->len - from);
}

static void insert_other(struct message *message, const struct message *other)
{
	size_t from = somewhere(other);

	message_replace(message, somewhere(message), 0, other->bytes + from,
			stretch(other, from));
}

static void truncate_end(struct message *message, const struct message *other)
{
	message->len = somewhere(message);
}

static void absurd_number(struct message *message, const struct message *other)
{
	static const char * const numbers[] = {
		"", "0", "00000000005060", "-1", "+1", "1", "255", "256", "1023",
		"5060", "65534", "65535", "65536", "131072", "2147483647",
		"2147483648", "4294967295", "4294967296", "4294967328",
		"9223372036854775808", "18446744073709551616", "0x10", "1e3",
		"99999999999999999999999999999999999999", " 7", "7 7",
	};
	const char *number = numbers[random_below(ARRAY_SIZE(numbers))];
	size_t at = somewhere(message), end;

	while (at < message->len && !isdigit(message->bytes[at]))
		at++;
	for (end = at; end < message->len && isdigit(message->bytes[end]);)
		end++;
	message_replace(message, at, end - at, number, strlen(number));
}

/* Begin and length of a line of the head, with its end. */
static size_t a_line(const struct message *message, size_t *len)
{
	size_t head = message_head(message);
	size_t at = random_below(head + 1), end;

	while (at && message->bytes[at - 1] != '\n')
		at--;
	for (end = at; end < head && message->bytes[end] != '\n';)
		end++;
	*len = end - at + (end < head);
	return at;
}

static void duplicate_header(struct message *message,
			     const struct message *other)
{
	const struct message *source = random_percent(70) ? message : other;
	static struct message line;
	size_t at, len;

	at = a_line(source, &len);
	line.len = 0;
	message_bytes(&line, source->bytes + at, len);
	at = a_line(message, &len);
	message_replace(message, at, 0, line.bytes, line.len);
}

static void drop_header(struct message *message, const struct message *other)
{
	size_t len, at = a_line(message, &len);

	message_replace(message, at, len, "", 0);
}

/* Many of one line, past every limit of a list. */
static void many_headers(struct message *message, const struct message *other)
{
	unsigned int times = random_percent(70) ? random_below(20) :
			     random_below(200);
	static struct message line;
	size_t at, len;

	at = a_line(message, &len);
	line.len = 0;
	message_bytes(&line, message->bytes + at, len);
	while (times--)
		message_replace(message, at, 0, line.bytes, line.len);
}

static void fold_line(struct message *message, const struct message *other)
{
	size_t at = random_below(message_head(message) + 1);

	message_replace(message, at, 0, "\r\n ", 3);
}

/* Each line: words that can stand for each other, or must not. */
static const char * const words[][8] = {
	{ "SIP/2.0", "SIP/3.0", "sip/2.0", "SIP/2.0 ", "SIP/" },
	{ "INVITE", "BYE", "CANCEL", "REGISTER", "ACK", "UPDATE", "OPTIONS" },
	{ "PRACK", "INVITE", "MESSAGE", "invite", "SUBSCRIBE", "INFO" },
	{ "REGISTER", "INVITE", "PUBLISH" },
	{ "SIP/2.0 200", "SIP/2.0 183", "SIP/2.0 401", "SIP/2.0 486",
	  "SIP/2.0 699", "SIP/2.0 700", "SIP/2.0 99" },
	{ "Via:", "v:", "Vi:", "Route:" },
	{ "From:", "f:", "To:" },
	{ "To:", "t:", "From:" },
	{ "Contact:", "m:", "Record-Route:", "Content-Length:" },
	{ "Content-Length:", "l:", "Content-Length :", "L:", "Expires:" },
	{ "Content-Type:", "c:", "Content-Encoding:", "e:" },
	{ "Call-ID:", "i:", "call-id:", "CSeq:" },
	{ "IN IP4", "IN IP6", "in ip4", "IN  IP4", "IN" },
	{ "RTP/AVP", "RTP/SAVPF", "TCP/RTP/AVP", "UDP/TLS/RTP/SAVPF", "udp",
	  "TCP/MSRP", "sctp" },
	{ "audio", "video", "message", "application", "" },
	{ "\r\n", "\n", "\r", "\r\n ", "\r\n\r\n", "\n\r" },
	{ "sip:", "sips:", "tel:", "sip:sip:", "", "urn:" },
	{ "application/sdp", "multipart/mixed;boundary=x", "text/plain",
	  "multipart/mixed", "multipart/alternative;boundary=\"\"" },
	{ "a=", "c=IN IP4 127.0.0.1\r\na=", "m=audio 4000 RTP/AVP 0\r\na=",
	  "a=rtcp:1\r\na=" },
	{ "m=", "m=audio 6000 RTP/AVP 0\r\nm=", "M=", "a=m=" },
	{ "c=", "o=", "c=IN IP4 192.168.1.1\r\nc=", "c=IN IP4 8.8.8.8\r\nc=" },
	{ INSIDE_PREFIX "1", OUTSIDE_PREFIX "1", "127.0.0.1", "0.0.0.0",
	  "224.0.0.1", "255.255.255.255", "[::1]", "::ffff:192.168.1.10" },
	{ OUTSIDE_PREFIX "1", INSIDE_PREFIX "1", "10.9.9.9", "169.254.1.1",
	  "256.1.1.1", "[2001:db8::1]", "203.0.113", "router.example.org" },
	{ ";tag=", ";tag=x;tag=", ";", ";TAG=", ";tag" },
	{ ";branch=", ";branch=z9hG4bK;branch=", ";received=", ";maddr=" },
	{ ";expires=3600", ";expires=0", ";expires=4294967296", ";q=0.5" },
	{ "<", "\"", "", "<<", "\"a\\\"b\" <" },
	{ ">", "", ">>", ";lr>" },
	{ "live-", "hello-", "live", "live-0" },
	{ "--part", "--", "--part--", "--x" },
	{ "Subject:", "Security-Client:", "Session-Expires:", "Path:",
	  "Service-Route:", "P-Associated-URI:", "Warning:" },
};

static unsigned int word_choices(const char * const *line)
{
	unsigned int count = 0;

	while (count < ARRAY_SIZE(words[0]) && line[count])
		count++;
	return count;
}

/* Sometimes all of its kind, so that the message stays coherent. */
static void swap_word(struct message *message, const struct message *other)
{
	const char * const *line = words[random_below(ARRAY_SIZE(words))];
	const char *new = line[random_below(word_choices(line))];
	size_t from = random_percent(50) ? 0 : somewhere(message);
	unsigned int times = random_percent(70) ? 1 : 100;
	const u8 *at;

	while (times-- && (at = message_find(message, from, line[0]))) {
		from = at - message->bytes;
		message_replace(message, from, strlen(line[0]), new,
				strlen(new));
		from += strlen(new);
	}
}

typedef void mutation(struct message *message, const struct message *other);

static mutation * const mutations[] = {
	flip_bits, set_bytes, set_bytes, delete_chunk, duplicate_chunk, splice,
	insert_other, truncate_end, absurd_number, absurd_number,
	duplicate_header, duplicate_header, drop_header, many_headers,
	fold_line, swap_word, swap_word, swap_word,
};

/* @other: the source of foreign parts. */
void mutate(struct message *message, const struct message *other)
{
	unsigned int count = 1 + random_below(MUTATIONS_MAX);

	while (count--)
		mutations[random_below(ARRAY_SIZE(mutations))](message, other);
	message->bytes[message->len] = 0;
	if (random_percent(60))
		message_fix_length(message);
}
