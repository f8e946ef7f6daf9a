// SPDX-License-Identifier: GPL-2.0-only
/*
 * The edit list of one message, and the one stretch of new bytes it makes.
 */
#include <sip_ims/edit.h>

#include "multipart.h"
#include "parts.h"
#include "scan.h"

#define NUMBER_TEXT_MAX		10

/**
 * sip_edits_init() - an empty list
 * @edits: the list
 */
void sip_edits_init(struct sip_edits *edits)
{
	edits->count = 0;
	edits->used = 0;
	edits->failed = false;
}

static bool refuse(struct sip_edits *edits)
{
	edits->failed = true;
	return false;
}

static u32 edit_end(const struct sip_edit *edit)
{
	return (u32)edit->off + edit->len;
}

static bool stands_before(const struct sip_edit *edit, u32 off, bool insertions)
{
	return edit->off < off ||
	       (insertions && edit->off == off && !edit->len);
}

/* How many edits begin before @off; with @insertions also those that insert
 * there.  Mostly all of them do: edits come in the order of the message.
 */
static u32 edits_before(const struct sip_edits *edits, u32 off, bool insertions)
{
	u32 low = 0, high = edits->count;

	if (high && stands_before(&edits->edit[high - 1], off, insertions))
		return high;
	while (low < high) {
		u32 middle = (low + high) / 2;

		if (stands_before(&edits->edit[middle], off, insertions))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool overlaps(const struct sip_edits *edits, u32 i,
		     struct sip_slice where)
{
	if (i > 0 && edit_end(&edits->edit[i - 1]) > where.off)
		return true;
	return i < edits->count &&
	       edits->edit[i].off < scan_slice_end(where);
}

/**
 * sip_edit_bytes() - replace bytes by others
 * @edits: the list
 * @base: first byte of the message
 * @where: the bytes to replace; length 0 inserts before its offset
 * @text: the new bytes
 * @len: how many; 0 deletes, and @text may be NULL
 *
 * What already stands there adds no edit.  Several insertions at one place
 * come out in the order they were added, before a replacement that begins
 * there.
 *
 * Return: false, and failed is set, when the list is full or the edit
 * overlaps another one.
 */
bool sip_edit_bytes(struct sip_edits *edits, const u8 *base,
		    struct sip_slice where, const u8 *text, size_t len)
{
	struct sip_edit *edit;
	u32 i;

	if (where.len == len && (!len || !memcmp(base + where.off, text, len)))
		return true;
	/* an insertion before a replacement, and behind earlier insertions */
	i = edits_before(edits, where.off, true);
	if (edits->count >= SIP_EDITS_MAX ||
	    len > SIP_EDIT_TEXT_MAX - edits->used || overlaps(edits, i, where))
		return refuse(edits);
	edit = &edits->edit[i];
	if (i < edits->count)
		memmove(edit + 1, edit, (edits->count - i) * sizeof(*edit));
	edit->off = where.off;
	edit->len = where.len;
	edit->text = edits->used;
	edit->text_len = (u16)len;
	if (len)
		memcpy(edits->text + edits->used, text, len);
	edits->used += (u16)len;
	edits->count++;
	return true;
}

/* Decimal digits of @number, the last one before @end; returns the first. */
static u8 *write_number(u8 *end, u32 number)
{
	do {
		*--end = (u8)('0' + number % 10);
		number /= 10;
	} while (number);
	return end;
}

/* A number up to 255 */
static u8 *write_byte(u8 *out, u32 number)
{
	if (number >= 10) {
		if (number >= 100) {
			*out++ = (u8)('0' + number / 100);
			number %= 100;
		}
		*out++ = (u8)('0' + number / 10);
		number %= 10;
	}
	*out++ = (u8)('0' + number);
	return out;
}

static u32 write_v4(u8 *out, const u8 *bytes)
{
	u8 *at = write_byte(out, bytes[0]);
	u32 i;

	for (i = 1; i < 4; i++) {
		*at++ = '.';
		at = write_byte(at, bytes[i]);
	}
	return (u32)(at - out);
}

static u32 write_group(u8 *out, u32 group)
{
	static const char hex[] = "0123456789abcdef";
	u32 at = 0;
	int shift;

	for (shift = 12; shift >= 0; shift -= 4) {
		if (at || group >> shift || !shift)
			out[at++] = (u8)hex[group >> shift & 15];
	}
	return at;
}

static u32 group_of(const u8 *bytes, u32 i)
{
	return (u32)bytes[2 * i] << 8 | bytes[2 * i + 1];
}

/* The first longest run of at least two zero groups. */
static u32 longest_zeros(const u8 *bytes, u32 groups, u32 *length)
{
	u32 best = groups, i, k;

	*length = 1;
	for (i = 0; i < groups; i = k + 1) {
		for (k = i; k < groups && !group_of(bytes, k); k++)
			;
		if (k - i > *length) {
			best = i;
			*length = k - i;
		}
	}
	return best;
}

/* RFC 5952; an IPv4-mapped address in the mixed form of its section 5. */
static u32 write_v6(u8 *out, const u8 *bytes)
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool mixed = !memcmp(bytes, mapped, sizeof(mapped));
	u32 groups = mixed ? 6 : 8, run, zeros, at = 0, i;

	zeros = longest_zeros(bytes, groups, &run);
	for (i = 0; i < groups; i++) {
		if (i == zeros) {
			out[at++] = ':';
			out[at++] = ':';
			i += run - 1;
			continue;
		}
		if (i && i != zeros + run)
			out[at++] = ':';
		at += write_group(out + at, group_of(bytes, i));
	}
	if (mixed) {
		out[at++] = ':';
		at += write_v4(out + at, bytes + 12);
	}
	return at;
}

/**
 * sip_address_text() - an address as text
 * @out: SIP_ADDRESS_TEXT_MAX bytes
 * @address: family 4 or 6
 * @brackets: put an IPv6 address in brackets; nothing for IPv4
 *
 * Return: how many bytes were written; not terminated.
 */
u32 sip_address_text(u8 *out, const struct sip_address *address, bool brackets)
{
	u32 at = 0;

	if (address->family == 4)
		return write_v4(out, address->bytes);
	if (brackets)
		out[at++] = '[';
	at += write_v6(out + at, address->bytes);
	if (brackets)
		out[at++] = ']';
	return at;
}

/**
 * sip_edit_number() - replace bytes by a decimal number
 * @edits: the list
 * @base: first byte of the message
 * @where: the bytes to replace
 * @number: the number
 *
 * Return: as sip_edit_bytes().
 */
bool sip_edit_number(struct sip_edits *edits, const u8 *base,
		     struct sip_slice where, u32 number)
{
	u8 text[NUMBER_TEXT_MAX], *end = text + sizeof(text);
	u8 *at = write_number(end, number);

	return sip_edit_bytes(edits, base, where, at, (size_t)(end - at));
}

/**
 * sip_edit_address() - replace bytes by an address in canonical text
 * @edits: the list
 * @base: first byte of the message
 * @where: the bytes to replace
 * @address: family 4 or 6
 * @brackets: put an IPv6 address in brackets; nothing for IPv4
 *
 * A text that already means @address, in whatever spelling, stays as it is
 * when it has the brackets asked for.
 *
 * Return: as sip_edit_bytes(); false also for an address without family.
 */
bool sip_edit_address(struct sip_edits *edits, const u8 *base,
		      struct sip_slice where, const struct sip_address *address,
		      bool brackets)
{
	u8 text[SIP_ADDRESS_TEXT_MAX];
	struct sip_address old;

	if (address->family != 4 && address->family != 6)
		return refuse(edits);
	if (where.len &&
	    sip_address_decode(base + where.off, where.len, &old) &&
	    !memcmp(&old, address, sizeof(old)) &&
	    (old.family == 4 || brackets == (base[where.off] == '[')))
		return true;
	return sip_edit_bytes(edits, base, where, text,
			      sip_address_text(text, address, brackets));
}

/**
 * sip_edit_literal() - replace host and port of a literal
 * @edits: the list
 * @base: first byte of the message
 * @literal: where they stand, as sip_walk_next() says
 * @address: the new address
 * @port: the new port, host byte order
 *
 * The digits of the port are replaced where there are any.  Where there are
 * none, ":port" is added behind the host of a URI or a sent-by when @port is
 * not the one the literal implies; maddr= and received= have no place for a
 * port.
 *
 * Return: as sip_edit_bytes().
 */
bool sip_edit_literal(struct sip_edits *edits, const u8 *base,
		      const struct sip_literal *literal,
		      const struct sip_address *address, u16 port)
{
	bool brackets = true;

	/* RFC 3261 section 25.1: the address of received= has none. */
	if (literal->place == SIP_PLACE_RECEIVED)
		brackets = base[literal->host.off] == '[';
	return sip_edit_address(edits, base, literal->host, address,
				brackets) &&
	       sip_edit_port(edits, base, literal, port);
}

/**
 * sip_edit_port() - replace the port of a literal
 * @edits: the list
 * @base: first byte of the message
 * @literal: where it stands, as sip_walk_next() says
 * @port: the new port, host byte order
 *
 * As in sip_edit_literal(): added where there is none and one is needed.
 *
 * Return: as sip_edit_bytes().
 */
bool sip_edit_port(struct sip_edits *edits, const u8 *base,
		   const struct sip_literal *literal, u16 port)
{
	struct sip_slice behind = { .off = (u16)scan_slice_end(literal->host) };
	u8 text[1 + NUMBER_TEXT_MAX], *end = text + sizeof(text), *at;

	if (literal->port_text.len)
		return port == literal->port ||
		       sip_edit_number(edits, base, literal->port_text, port);
	if (port == literal->port || literal->place == SIP_PLACE_MADDR ||
	    literal->place == SIP_PLACE_RECEIVED)
		return true;
	at = write_number(end, port);
	*--at = ':';
	return sip_edit_bytes(edits, base, behind, at, (size_t)(end - at));
}

/* By how much the edits lengthen a body; false when one lies across its
 * border.
 */
static bool body_balance(const struct sip_edits *edits, struct sip_slice body,
			 int *balance)
{
	u32 i = edits_before(edits, body.off, false);
	u32 end = (u32)scan_slice_end(body);

	*balance = 0;
	if (i > 0 && edit_end(&edits->edit[i - 1]) > body.off)
		return false;
	for (; i < edits->count; i++) {
		const struct sip_edit *edit = &edits->edit[i];

		if (!stands_before(edit, end, true))
			break;
		if (edit_end(edit) > end)
			return false;
		*balance += (int)edit->text_len - (int)edit->len;
	}
	return true;
}

/* What is no number stays as it is; what is one, right or wrong, gets right. */
static bool edit_part_length(struct sip_edits *edits, const u8 *base,
			     const struct sip_part *part)
{
	struct sip_slice value;
	int balance;
	bool inside = body_balance(edits, part->body, &balance);
	size_t at = 0;
	u32 number;

	if (inside && !balance)
		return true;
	while (sip_part_length_next(base, part, &at, &value)) {
		if (!sip_number(base, value, &number))
			continue;
		if (!inside)
			return refuse(edits);
		if (!sip_edit_number(edits, base, value,
				     (u32)(part->body.len + balance)))
			return false;
	}
	return true;
}

/* The inner parts first: digits more or less in their headers count for what
 * encloses them.
 */
static bool edit_part_lengths(struct sip_edits *edits, const u8 *base,
			      const struct sip_message *msg)
{
	struct sip_parts parts;
	struct sip_part part;

	if (!edits->count ||
	    edits->edit[edits->count - 1].off < msg->body.off)
		return true;
	sip_parts_init(&parts, base, msg);
	while (sip_parts_next(&parts, base, &part)) {
		if (!edit_part_length(edits, base, &part))
			return false;
	}
	return true;
}

/**
 * sip_edit_content_length() - the last edit: make Content-Length true again
 * @edits: the list, complete but for this
 * @base: first byte of the message
 * @msg: its facts
 *
 * Of the body, and of each part of a multipart body that gets longer or
 * shorter; one that says its length twice is corrected twice.
 *
 * Return: as sip_edit_bytes(); false also when an edit lies across the border
 * of the body, or of a part that says its length.
 */
bool sip_edit_content_length(struct sip_edits *edits, const u8 *base,
			     const struct sip_message *msg)
{
	u8 index = msg->first[SIP_HEADER_CONTENT_LENGTH];
	u32 count = edits->count;
	int balance;

	if (edits->failed || !body_balance(edits, msg->body, &balance))
		return refuse(edits);
	if (!edit_part_lengths(edits, base, msg))
		return false;
	if (edits->count != count)
		body_balance(edits, msg->body, &balance);
	if (!balance)
		return true;
	for (; index != SIP_HEADER_NONE; index = msg->headers[index].next) {
		if (!sip_edit_number(edits, base, msg->headers[index].value,
				     (u32)(msg->body.len + balance)))
			return false;
	}
	return true;
}

/* How long the stretch gets. */
static u32 new_length(const struct sip_edits *edits, u32 old)
{
	u32 i, length = old;

	for (i = 0; i < edits->count; i++)
		length = length - edits->edit[i].len + edits->edit[i].text_len;
	return length;
}

static void write_stretch(const struct sip_edits *edits, const u8 *base,
			  u32 from, u8 *out)
{
	u32 i;

	for (i = 0; i < edits->count; i++) {
		const struct sip_edit *edit = &edits->edit[i];

		memcpy(out, base + from, edit->off - from);
		out += edit->off - from;
		memcpy(out, edits->text + edit->text, edit->text_len);
		out += edit->text_len;
		from = edit_end(edit);
	}
}

/**
 * sip_edits_assemble() - the stretch that changes, as new bytes
 * @edits: the list
 * @base: first byte of the message
 * @len: its length in bytes
 * @out: gets the bytes from the first edit to the end of the last one
 * @out_size: room in @out
 * @splice: which old bytes they replace; all zero when there are no edits; valid
 *	also when only the length is too much
 *
 * Return: false, with nothing usable in @out, when the list has failed, does
 * not fit the message, @out is too small or the message would exceed
 * SIP_MESSAGE_MAX.
 */
bool sip_edits_assemble(const struct sip_edits *edits, const u8 *base,
			size_t len, u8 *out, size_t out_size,
			struct sip_splice *splice)
{
	const struct sip_edit *last;
	u32 old;

	memset(splice, 0, sizeof(*splice));
	if (edits->failed || len > SIP_MESSAGE_MAX)
		return false;
	if (!edits->count)
		return true;
	last = &edits->edit[edits->count - 1];
	if (edit_end(last) > len)
		return false;
	old = edit_end(last) - edits->edit[0].off;
	splice->off = edits->edit[0].off;
	splice->len = (u16)old;
	splice->new_len = new_length(edits, old);
	if (splice->new_len > out_size ||
	    (u32)len - old + splice->new_len > SIP_MESSAGE_MAX)
		return false;
	write_stretch(edits, base, splice->off, out);
	return true;
}
