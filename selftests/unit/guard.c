// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every prefix of every message, so placed that the next byte behind it, or
 * the one before it, stops the program.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"

#define ARENA_SIZE	(128 * 1024)

void arena_open(struct arena *arena, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	u8 *map;

	size = (size + page - 1) / page * page;
	map = mmap(NULL, size + 2 * page, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || mprotect(map + page, size,
					  PROT_READ | PROT_WRITE)) {
		perror("mmap");
		exit(2);
	}
	arena->begin = map + page;
	arena->end = arena->begin + size;
}

u8 *arena_at_end(const struct arena *arena, const u8 *bytes, size_t len)
{
	return memcpy(arena->end - len, bytes, len);
}

u8 *arena_at_begin(const struct arena *arena, const u8 *bytes, size_t len)
{
	return memcpy(arena->begin, bytes, len);
}

static bool inside(struct sip_slice slice, size_t len)
{
	return (size_t)slice.off + slice.len <= len;
}

static const char *exercise_message(const struct sip_message *msg, size_t len)
{
	u32 i, seen = 0, id;

	if (!inside(msg->uri, len) || !inside(msg->call_id, len) ||
	    !inside(msg->from_tag, len) || !inside(msg->to_tag, len) ||
	    !inside(msg->branch, len) || !inside(msg->body, len) ||
	    !inside(msg->content_length, len))
		return "a fact lies outside of the message";
	if (msg->len != msg->body.off + msg->body.len ||
	    (size_t)msg->len + msg->trailing != len)
		return "body and trailing bytes do not add up";
	for (i = 0; i < msg->count; i++) {
		if (!inside(msg->headers[i].value, len))
			return "a header lies outside of the message";
	}
	for (id = 0; id < SIP_HEADER_MAX; id++) {
		for (i = msg->first[id]; i != SIP_HEADER_NONE;
		     i = msg->headers[i].next) {
			if (i >= msg->count || msg->headers[i].id != id)
				return "a chain of headers is broken";
			seen++;
		}
	}
	return seen == msg->count ? NULL : "a header is in no chain";
}

static const char *exercise_walk(const u8 *bytes, size_t len,
				 const struct sip_message *msg)
{
	struct sip_literal literal;
	struct sip_address address;
	struct sip_walk walk;
	u32 count = 0, last = 0;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, bytes, msg, &literal)) {
		if (++count > len)
			return "the walk does not end";
		if (!literal.host.len || !inside(literal.host, msg->body.off) ||
		    !inside(literal.port_text, msg->body.off))
			return "a literal lies outside of the header part";
		if (literal.place != SIP_PLACE_RECEIVED &&
		    literal.place != SIP_PLACE_MADDR) {
			if (literal.host.off < last)
				return "the walk goes backwards";
			last = literal.host.off;
		}
		if (!sip_address_decode(bytes + literal.host.off,
					literal.host.len, &address) ||
		    memcmp(&address, &literal.address, sizeof(address)))
			return "a literal is not what it says";
	}
	return sip_walk_next(&walk, bytes, msg, &literal) ?
		"the walk goes on behind its end" : NULL;
}

static const char *exercise_headers(const u8 *bytes, size_t len,
				    const struct sip_message *msg)
{
	struct sip_contact contact;
	u32 cursor = 0, count = 0, seconds, id;

	while (sip_contact_next(bytes, msg, &cursor, &contact)) {
		if (++count > len)
			return "the contacts do not end";
		if (!inside(contact.uri, msg->body.off) ||
		    !inside(contact.host, msg->body.off))
			return "a contact lies outside of the header part";
	}
	sip_expires(bytes, msg, &seconds);
	for (id = 0; id < SIP_HEADER_MAX; id++) {
		if (!inside(sip_header_uri(bytes, msg, id), msg->body.off))
			return "a URI lies outside of the header part";
	}
	return NULL;
}

static const char *exercise_sdp(const u8 *bytes, size_t len,
				struct sip_slice body)
{
	static struct sdp sdp;
	u32 i;

	if (!inside(body, len))
		return "the SDP lies outside of the message";
	if (sdp_parse(bytes, body, &sdp))
		return NULL;
	if (!inside(sdp.origin.text, len) || !inside(sdp.connection.text, len))
		return "an address lies outside of the message";
	for (i = 0; i < sdp.count; i++) {
		const struct sdp_media *media = &sdp.media[i];

		if (!media->port_text.len || !inside(media->port_text, len) ||
		    !inside(media->rtcp_text, len) ||
		    !inside(media->connection.text, len) ||
		    !inside(media->rtcp.text, len))
			return "a stream lies outside of the message";
	}
	return NULL;
}

const char *exercise(const u8 *bytes, size_t len)
{
	static struct sip_message msg;
	struct sip_slice all = { 0, (u16)len }, sdp;
	const char *wrong;

	sip_classify(bytes, len);
	wrong = exercise_sdp(bytes, len, all);
	if (wrong || sip_parse(bytes, len, &msg))
		return wrong;
	wrong = exercise_message(&msg, len);
	if (!wrong)
		wrong = exercise_walk(bytes, len, &msg);
	if (!wrong)
		wrong = exercise_headers(bytes, len, &msg);
	if (!wrong && !sip_find_sdp(bytes, &msg, &sdp))
		wrong = exercise_sdp(bytes, len, sdp);
	return wrong;
}

/* Of a long message not every prefix, but all near its ends. */
static size_t step(size_t at, size_t len)
{
	return len <= 6000 || at < 300 || len - at < 300 ? 1 : 127;
}

static const char *exercise_prefixes(const struct arena *arena,
				     const struct test_case *test)
{
	const char *wrong = NULL;
	size_t len;

	for (len = 0; len <= test->len && !wrong; len += step(len, test->len)) {
		snprintf(current, sizeof(current), "%s: %s: first %zu bytes",
			 test->file, test->name, len);
		wrong = exercise(arena_at_end(arena, test->bytes, len), len);
		if (!wrong)
			wrong = exercise(arena_at_begin(arena, test->bytes,
							len), len);
	}
	return wrong;
}

void test_guard(const struct corpus *corpus)
{
	struct arena arena;
	const char *wrong;
	size_t i;

	arena_open(&arena, ARENA_SIZE);
	for (i = 0; i < corpus->count; i++) {
		if (corpus->cases[i].len > ARENA_SIZE)
			continue;
		wrong = exercise_prefixes(&arena, &corpus->cases[i]);
		if (wrong)
			fail("%s: %s", current, wrong);
		else
			pass();
	}
}
