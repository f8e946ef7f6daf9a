// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plan of the edits of a message, and the naive replacement, see rewrite.h.
 */
#include "rewrite.h"

static const struct sip_address addresses[] = {
	{ 4, { 1, 2, 3, 4 } },
	{ 4, { 203, 0, 113, 254 } },
	{ 4, { 255, 255, 255, 255 } },
	{ 4, { 10, 0, 0, 1 } },
	{ 6, { [15] = 1 } },
	{ 6, { 0x20, 1, 0xd, 0xb8, [15] = 9 } },
	{ 6, { [10] = 0xff, [11] = 0xff, 192, 0, 2, 1 } },
	{ 6, { 0x20, 1, 0xd, 0xb8, 0xff, 0xff, 0xff, 0xff,
	       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
};

static u32 next(struct plan *plan)
{
	plan->state = plan->state * 6364136223846793005ull +
		      1442695040888963407ull;
	return (u32)(plan->state >> 33);
}

void plan_begin(struct plan *plan)
{
	static const u16 ports[] = { 0, 1, 80, 5060, 5061, 40000, 65535 };
	static const u32 shares[] = { 0, 64, 192, 256 };
	u32 kind = next(plan);

	plan->share = shares[kind % ARRAY_SIZE(shares)];
	plan->port = ports[(kind >> 8) % ARRAY_SIZE(ports)];
}

void plan_begin_sdp(struct plan *plan)
{
	plan_begin(plan);
	plan->state ^= 0x5d9;
}

static bool chosen(struct plan *plan)
{
	return (next(plan) & 0xff) < plan->share;
}

static const struct sip_address *any_address(struct plan *plan)
{
	return &addresses[next(plan) % ARRAY_SIZE(addresses)];
}

void plan_literal(struct plan *plan, const struct sip_literal *literal,
		  struct wanted *wanted)
{
	wanted->host = chosen(plan);
	wanted->port = chosen(plan);
	wanted->address = *any_address(plan);
	wanted->number = plan->port;
}

/* c= and o= name their family, which the plan changes with the address. */
void plan_address(struct plan *plan, const struct sdp_address *address,
		  struct wanted *wanted)
{
	wanted->host = chosen(plan) && address->address.family;
	wanted->port = false;
	wanted->address = *any_address(plan);
}

void plan_port(struct plan *plan, struct sip_slice digits,
	       struct wanted *wanted)
{
	wanted->host = false;
	wanted->port = chosen(plan) && digits.len;
	wanted->number = plan->port;
}

/* Edits host and port together or one after the other. */
static bool edit_literal(struct sip_edits *edits, const u8 *base,
			 const struct sip_literal *literal,
			 const struct wanted *wanted)
{
	bool brackets = literal->place != SIP_PLACE_RECEIVED ||
			base[literal->host.off] == '[';

	if (wanted->host && wanted->port)
		return !sip_edit_literal(edits, base, literal, &wanted->address,
					wanted->number);
	if (wanted->host)
		return !sip_edit_address(edits, base, literal->host,
					&wanted->address, brackets);
	return !wanted->port ||
	       !sip_edit_port(edits, base, literal, wanted->number);
}

static bool edit_literals(const struct rewritten *message,
			  struct sip_edits *edits)
{
	struct plan plan = { .state = message->seed };
	struct sip_literal literal;
	struct wanted wanted;
	struct sip_walk walk;

	plan_begin(&plan);
	sip_walk_init(&walk);
	while (sip_walk_next(&walk, message->bytes, &message->msg, &literal)) {
		plan_literal(&plan, &literal, &wanted);
		if (!edit_literal(edits, message->bytes, &literal, &wanted))
			return false;
	}
	return true;
}

static bool edit_address(struct sip_edits *edits, const u8 *base,
			 struct plan *plan, const struct sdp_address *address)
{
	struct wanted wanted;
	struct sip_slice digit = {
		.off = (u16)(address->family.off + 2), .len = 1,
	};
	u8 text;

	plan_address(plan, address, &wanted);
	if (!wanted.host)
		return true;
	text = (u8)('0' + wanted.address.family);
	return !sip_edit_bytes(edits, base, digit, &text, 1) &&
	       !sip_edit_address(edits, base, address->text, &wanted.address,
				base[address->text.off] == '[');
}

static bool edit_port(struct sip_edits *edits, const u8 *base,
		      struct plan *plan, struct sip_slice digits)
{
	struct wanted wanted;

	plan_port(plan, digits, &wanted);
	return !wanted.port ||
	       !sip_edit_number(edits, base, digits, wanted.number);
}

static bool edit_sdp(const struct rewritten *message, struct sip_edits *edits)
{
	struct plan plan = { .state = message->seed };
	const struct sdp *sdp = &message->sdp;
	const u8 *base = message->bytes;
	u32 i;

	plan_begin_sdp(&plan);
	if (!edit_address(edits, base, &plan, &sdp->origin) ||
	    !edit_address(edits, base, &plan, &sdp->connection))
		return false;
	for (i = 0; i < sdp->count; i++) {
		const struct sdp_media *media = &sdp->media[i];

		if (!edit_port(edits, base, &plan, media->port_text) ||
		    !edit_port(edits, base, &plan, media->rtcp_text) ||
		    !edit_address(edits, base, &plan, &media->connection) ||
		    !edit_address(edits, base, &plan, &media->rtcp))
			return false;
	}
	return true;
}

enum fate plan_fate(const struct rewritten *message,
		    const struct sdp_attribute *attribute)
{
	return (message->seed >> (32 + 4 * attribute->kind)) % 3;
}

void plan_place(const struct rewritten *message, const struct sdp_place *place,
		struct wanted *wanted)
{
	u32 which = (u32)(message->seed >> 60) % 4;

	wanted->host = place->address.family;
	wanted->port = place->port_text.len;
	wanted->address = addresses[place->address.family == 6 ? 4 + which :
				    which];
	wanted->number = (u16)(message->seed >> 16);
}

static bool edit_place(const struct rewritten *message,
		       struct sip_edits *edits, const struct sdp_place *place)
{
	const u8 *base = message->bytes;
	struct wanted wanted;

	plan_place(message, place, &wanted);
	return (!wanted.host ||
		!sip_edit_address(edits, base, place->text, &wanted.address,
				 base[place->text.off] == '[')) &&
	       (!wanted.port ||
		!sip_edit_number(edits, base, place->port_text, wanted.number));
}

/* The second pass over the SDP: its edits lie between those of the first. */
static bool edit_attributes(const struct rewritten *message,
			    struct sip_edits *edits)
{
	struct sdp_attribute attribute;
	u32 cursor = 0, last = 0;
	bool good = true;

	while (good && sdp_attribute_next(message->bytes, &message->sdp,
					  &cursor, &attribute)) {
		enum fate fate = plan_fate(message, &attribute);

		if (fate == FATE_MOVES)
			good = edit_place(message, edits,
					  &attribute.place[0]) &&
			       edit_place(message, edits, &attribute.place[1]);
		if (fate == FATE_GOES && attribute.line.off != last)
			good = !sip_edit_bytes(edits, message->bytes,
					      attribute.line, NULL, 0);
		last = attribute.line.off;
	}
	return good;
}

/* Edits a body that is not SDP: replaces bytes by more, fewer or none. */
static bool edit_other_body(const struct rewritten *message,
			    struct sip_edits *edits)
{
	static const u8 text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	struct plan plan = { .state = message->seed };
	struct sip_slice body = message->msg.body, where;
	u32 at = body.off, end = (u32)body.off + body.len, len;

	plan_begin(&plan);
	if (!plan.share)
		return true;
	while (at <= end) {
		at += next(&plan) % (body.len + 1u);
		len = next(&plan) % 40;
		if (at + len > end)
			return true;
		where.off = (u16)at;
		where.len = (u16)len;
		if (sip_edit_bytes(edits, message->bytes, where, text,
				   next(&plan) % sizeof(text)))
			return false;
		at += len + 1;
	}
	return true;
}

bool follow_plan(const struct rewritten *message, struct sip_edits *edits)
{
	sip_edits_init(edits);
	return edit_literals(message, edits) &&
	       (message->has_sdp ? edit_sdp(message, edits) &&
				   edit_attributes(message, edits) :
				   edit_other_body(message, edits)) &&
	       !sip_edit_content_length(edits, message->bytes, &message->msg);
}

enum sip_fault rewritten_read(struct rewritten *message)
{
	struct sip_slice body;
	enum sip_fault fault;

	fault = sip_parse(message->bytes, message->len, &message->msg);
	message->has_sdp = !fault &&
		!sip_find_sdp(message->bytes, &message->msg, &body) &&
		body.len && !sdp_parse(message->bytes, body, &message->sdp);
	return fault;
}

/* Makes the edits one by one from the last; each moves the bytes after it. */
static u64 replace_naively(const struct sip_edits *edits,
			   const struct rewritten *old, u8 **result)
{
	u64 size = (u64)old->len + edits->used, len = old->len;
	u8 *bytes = malloc(size + 1);
	u32 i;

	if (!bytes)
		abort();
	memcpy(bytes, old->bytes, old->len);
	for (i = edits->count; i-- > 0;) {
		const struct sip_edit *edit = &edits->edit[i];
		u8 *at = bytes + edit->off;

		memmove(at + edit->text_len, at + edit->len,
			len - edit->off - edit->len);
		memcpy(at, edits->text + edit->text, edit->text_len);
		len = len - edit->len + edit->text_len;
	}
	*result = bytes;
	return len;
}

/* Assembles in a buffer of the exact size; one of a byte less must not do. */
static bool assemble_exactly(const struct sip_edits *edits,
			     const struct rewritten *old, u64 new_len,
			     u8 **out, struct sip_splice *splice)
{
	const struct sip_edit *first = &edits->edit[0];
	const struct sip_edit *last = first + edits->count - 1;
	size_t end = 0, size = 0;
	bool good;

	if (edits->count) {
		end = (size_t)last->off + last->len;
		size = new_len - first->off - (old->len - end);
	}
	*out = malloc(size);
	if (!*out && size)
		abort();
	good = !sip_edits_assemble(edits, old->bytes, old->len, *out, size,
				  splice);
	hold(good == (!edits->failed && new_len <= SIP_MESSAGE_MAX),
	     "a list is assembled unless it failed or is too long");
	if (!good)
		return false;
	hold(splice->new_len == size,
	     "the new bytes are as many as the edits say");
	hold(!size || sip_edits_assemble(edits, old->bytes, old->len, *out,
					 size - 1, splice),
	     "a buffer that is too small is refused");
	hold(!edits->count || sip_edits_assemble(edits, old->bytes, end - 1,
						 *out, size, splice),
	     "an edit beyond the end of the message is refused");
	return !sip_edits_assemble(edits, old->bytes, old->len, *out, size,
				  splice);
}

static void put_in_place(const struct rewritten *old, const u8 *out,
			 const struct sip_splice *splice, struct rewritten *new)
{
	size_t end = (size_t)splice->off + splice->len;

	new->len = old->len - splice->len + splice->new_len;
	new->bytes = malloc(new->len);
	if (!new->bytes && new->len)
		abort();
	memcpy(new->bytes, old->bytes, splice->off);
	memcpy(new->bytes + splice->off, out, splice->new_len);
	memcpy(new->bytes + splice->off + splice->new_len, old->bytes + end,
	       old->len - end);
}

bool assemble(const struct sip_edits *edits, const struct rewritten *old,
	      struct rewritten *new)
{
	struct sip_splice splice;
	u8 *naive, *out = NULL;
	u64 len = replace_naively(edits, old, &naive);
	bool good = assemble_exactly(edits, old, len, &out, &splice);

	if (good) {
		put_in_place(old, out, &splice, new);
		hold(new->len == len && !memcmp(new->bytes, naive, len),
		     "the new message is the old one with each edit made");
	}
	free(naive);
	free(out);
	return good;
}
