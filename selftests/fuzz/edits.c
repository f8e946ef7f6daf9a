// SPDX-License-Identifier: GPL-2.0-only
/*
 * The edit list by itself: an input is a row of edits in any order, held
 * against a model that knows one thing only: two edits exclude each other when
 * one reaches into the other.
 */
#include "rewrite.h"

#define OLD_MAX		400u
#define LONG_TEXT	1400u	/* twelve of them are too many */

struct model_edit {
	u32 off;
	u32 len;
	const u8 *text;
	u32 text_len;
};

/* Sorted; insertions at one place in their order, before a replacement. */
struct model {
	struct model_edit edit[SIP_EDITS_MAX + 1];
	u32 count;
	u32 used;
};

static struct sip_edits edits;
static struct sip_message msg;
static struct model model;

/* The bytes of the input, then zeros. */
struct program {
	const u8 *at;
	const u8 *end;
};

static u32 byte(struct program *program)
{
	return program->at < program->end ? *program->at++ : 0;
}

static bool excludes(const struct model_edit *a, const struct model_edit *b)
{
	return a->off < b->off + b->len && b->off < a->off + a->len;
}

static bool model_add(const struct model_edit *edit)
{
	u32 i;

	if (model.count == SIP_EDITS_MAX ||
	    model.used + edit->text_len > SIP_EDIT_TEXT_MAX)
		return false;
	for (i = 0; i < model.count; i++) {
		if (excludes(&model.edit[i], edit))
			return false;
	}
	i = model.count++;
	while (i && (model.edit[i - 1].off > edit->off ||
		     (model.edit[i - 1].off == edit->off &&
		      model.edit[i - 1].len))) {
		model.edit[i] = model.edit[i - 1];
		i--;
	}
	model.edit[i] = *edit;
	model.used += edit->text_len;
	return true;
}

static void hold_list(void)
{
	u32 i;

	hold(edits.count == model.count && edits.used == model.used,
	     "the list has as many edits and as much text as were added");
	for (i = 0; i < edits.count; i++) {
		const struct sip_edit *a = &edits.edit[i];
		const struct model_edit *b = &model.edit[i];

		hold(a->off == b->off && a->len == b->len &&
		     a->text_len == b->text_len &&
		     !memcmp(edits.text + a->text, b->text, b->text_len),
		     "the list has the edits in their order");
	}
}

/* One edit; false when it is refused. */
static bool add(struct program *program, const struct rewritten *old)
{
	static const u8 text[6 * LONG_TEXT] = "new";
	u32 off = (byte(program) << 8 | byte(program)) % (old->len + 1);
	u32 len = byte(program) % (old->len + 1 - off), kind = byte(program);
	struct model_edit edit = { off, len, text, kind % 17 };
	struct sip_slice where = { (u16)off, (u16)len };
	bool expected, nothing;

	if (kind >= 250)
		edit.text_len = (kind - 249) * LONG_TEXT;
	else if (kind >= 240)
		edit.text_len = len;
	if (kind >= 245 && kind < 250)
		edit.text = old->bytes + off;	/* the same bytes */
	nothing = edit.text_len == len && !memcmp(edit.text, old->bytes + off,
						  len);
	expected = nothing || model_add(&edit);
	hold(!sip_edit_bytes(&edits, old->bytes, where, edit.text,
			     edit.text_len) == expected,
	     "an edit is refused if it overlaps or there is no room");
	hold(edits.failed == !expected, "a refused edit is remembered");
	hold_list();
	return expected;
}

/* The digits of a Content-Length in front of the body, and the body. */
static void make_message(struct program *program, struct rewritten *old)
{
	u32 len = (u32)old->len, body = byte(program) % (len + 1);

	memset(&msg, 0, sizeof(msg));
	memset(msg.first, SIP_HEADER_NONE, sizeof(msg.first));
	msg.body.off = (u16)body;
	msg.body.len = (u16)(byte(program) % (len - body + 1));
	if (body < 8)
		return;
	msg.count = 1;
	msg.first[SIP_HEADER_CONTENT_LENGTH] = 0;
	msg.headers[0].value.off = 2;
	msg.headers[0].value.len = (u16)(1 + byte(program) % 5);
	msg.headers[0].id = SIP_HEADER_CONTENT_LENGTH;
	msg.headers[0].next = SIP_HEADER_NONE;
}

/* Is the edit inside of the body: 1, outside: 0, or crossing its border: -1. */
static int in_body(const struct model_edit *edit)
{
	u32 begin = msg.body.off, end = begin + msg.body.len;
	u32 edit_end = edit->off + edit->len;

	if (edit->off >= begin && edit_end <= end)
		return 1;
	return edit_end <= begin || edit->off >= end ? 0 : -1;
}

/* Whether no edit crosses the border, and the length of the edited body. */
static bool body_length(u64 *length)
{
	bool good = true;
	u32 i;

	*length = msg.body.len;
	for (i = 0; i < model.count; i++) {
		const struct model_edit *edit = &model.edit[i];
		int inside = in_body(edit);

		if (inside > 0)
			*length = *length + edit->text_len - edit->len;
		good &= inside >= 0;
	}
	return good;
}

static void hold_content_length(const struct rewritten *old)
{
	struct model_edit edit = { .off = msg.headers[0].value.off,
				   .len = msg.headers[0].value.len };
	static char digits[24];
	bool good, expected;
	u64 length;

	expected = body_length(&length);
	if (expected && length != msg.body.len && msg.count) {
		edit.text_len = (u32)snprintf(digits, sizeof(digits), "%llu",
					      (unsigned long long)length);
		edit.text = (const u8 *)digits;
		if (edit.text_len != edit.len ||
		    memcmp(digits, old->bytes + edit.off, edit.len))
			expected = model_add(&edit);
	}
	good = !sip_edit_content_length(&edits, old->bytes, &msg);
	hold(good == expected,
	     "Content-Length is refused if an edit crosses the border");
	hold(edits.failed == !good, "a refused edit is remembered");
	hold_list();
}

int fuzz_one(const u8 *data, size_t size)
{
	struct program program = { data, data + size };
	struct rewritten old = { 0 }, new = { 0 };
	bool good = true;
	u32 i;

	old.len = (byte(&program) << 8 | byte(&program)) % OLD_MAX;
	old.bytes = malloc(old.len);
	if (!old.bytes && old.len)
		abort();
	for (i = 0; i < old.len; i++)
		old.bytes[i] = (u8)(i % 7 ? '0' + i % 10 : 'n');
	model.count = 0;
	model.used = 0;
	make_message(&program, &old);
	sip_edits_init(&edits);
	while (good && program.at < program.end)
		good = add(&program, &old);
	if (good)
		hold_content_length(&old);
	assemble(&edits, &old, &new);
	free(old.bytes);
	free(new.bytes);
	return 0;
}
