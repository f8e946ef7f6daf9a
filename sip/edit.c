// SPDX-License-Identifier: GPL-2.0-only
/*
 * The edits of one message, and the new bytes that they result in.
 */
#include <linux/errno.h>

#include <sip_ims/edit.h>

#include "multipart.h"
#include "parts.h"
#include "scan.h"

#define NUMBER_TEXT_MAX		10

/**
 * sip_edits_init() - empty a list of edits
 * @edits: the list
 */
void sip_edits_init(struct sip_edits *edits)
{
	edits->count = 0;
	edits->used = 0;
	edits->failed = false;
}

static int refuse_edit(struct sip_edits *edits, int err)
{
	edits->failed = true;
	return err;
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

/*
 * Return: number of edits that begin before @off; with @insertions also those
 * that insert at @off.  Usually that is all of them, because edits are added in
 * the order of the message.
 */
static u32 count_before(const struct sip_edits *edits, u32 off, bool insertions)
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
 * sip_edit_bytes() - replace bytes of the message
 * @edits: the list
 * @base: first byte of the message
 * @where: the bytes to replace; length 0 inserts before its offset
 * @text: the new bytes, which are copied
 * @len: length of @text; 0 deletes, and @text may be NULL
 *
 * No edit is added if the new bytes equal the old ones.  Insertions at the same
 * offset keep the order in which they were added, and precede a replacement
 * that begins there.
 *
 * Return: 0; -ENOSPC if the list is full, -EINVAL if the edit overlaps another
 * one.  After an error the list is marked as failed.
 */
int sip_edit_bytes(struct sip_edits *edits, const u8 *base,
		   struct sip_slice where, const u8 *text, size_t len)
{
	struct sip_edit *edit;
	u32 i;

	if (where.len == len && (!len || !memcmp(base + where.off, text, len)))
		return 0;
	i = count_before(edits, where.off, true);
	if (edits->count >= SIP_EDITS_MAX ||
	    len > SIP_EDIT_TEXT_MAX - edits->used)
		return refuse_edit(edits, -ENOSPC);
	if (overlaps(edits, i, where))
		return refuse_edit(edits, -EINVAL);
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
	return 0;
}

/* Write the decimal digits of @number before @end.  Return: the first digit. */
static u8 *write_number(u8 *end, u32 number)
{
	do {
		*--end = (u8)('0' + number % 10);
		number /= 10;
	} while (number);
	return end;
}

/* @number is at most 255.  Return: the end of the digits. */
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

/* The first of the longest runs of zero groups, of at least two (RFC 5952). */
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

/* RFC 5952; an IPv4-mapped address in the mixed notation of its section 5. */
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
 * sip_address_text() - write an address in canonical text
 * @out: SIP_ADDRESS_TEXT_MAX bytes
 * @address: family 4 or 6
 * @brackets: put an IPv6 address in brackets; IPv4 has none
 *
 * Return: number of bytes written; the text is not terminated.
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
int sip_edit_number(struct sip_edits *edits, const u8 *base,
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
 * @brackets: put an IPv6 address in brackets; IPv4 has none
 *
 * A text that already denotes @address stays as it is, in any notation, if it
 * has the requested brackets.
 *
 * Return: as sip_edit_bytes(); -EAFNOSUPPORT for an address without family.
 */
int sip_edit_address(struct sip_edits *edits, const u8 *base,
		     struct sip_slice where, const struct sip_address *address,
		     bool brackets)
{
	u8 text[SIP_ADDRESS_TEXT_MAX];
	struct sip_address old;

	if (address->family != 4 && address->family != 6)
		return refuse_edit(edits, -EAFNOSUPPORT);
	if (where.len &&
	    sip_address_decode(base + where.off, where.len, &old) &&
	    !memcmp(&old, address, sizeof(old)) &&
	    (old.family == 4 || brackets == (base[where.off] == '[')))
		return 0;
	return sip_edit_bytes(edits, base, where, text,
			      sip_address_text(text, address, brackets));
}

/**
 * sip_edit_literal() - replace host and port of a literal
 * @edits: the list
 * @base: first byte of the message
 * @literal: the literal, from sip_walk_next()
 * @address: the new address
 * @port: the new port, host byte order; see sip_edit_port()
 *
 * Return: as sip_edit_address().
 */
int sip_edit_literal(struct sip_edits *edits, const u8 *base,
		     const struct sip_literal *literal,
		     const struct sip_address *address, u16 port)
{
	bool brackets = true;
	int err;

	/* RFC 3261 section 25.1: the address of received= has no brackets. */
	if (literal->place == SIP_PLACE_RECEIVED)
		brackets = base[literal->host.off] == '[';
	err = sip_edit_address(edits, base, literal->host, address, brackets);
	return err ? err : sip_edit_port(edits, base, literal, port);
}

/**
 * sip_edit_port() - replace the port of a literal
 * @edits: the list
 * @base: first byte of the message
 * @literal: the literal, from sip_walk_next()
 * @port: the new port, host byte order
 *
 * If the literal has no port and @port is not the default that it implies,
 * ":port" is inserted after the host of a URI or a sent-by; maddr= and
 * received= cannot have a port.
 *
 * Return: as sip_edit_bytes().
 */
int sip_edit_port(struct sip_edits *edits, const u8 *base,
		  const struct sip_literal *literal, u16 port)
{
	struct sip_slice after = { .off = (u16)scan_slice_end(literal->host) };
	u8 text[1 + NUMBER_TEXT_MAX], *end = text + sizeof(text), *at;

	if (port == literal->port)
		return 0;
	if (literal->port_text.len)
		return sip_edit_number(edits, base, literal->port_text, port);
	if (literal->place == SIP_PLACE_MADDR ||
	    literal->place == SIP_PLACE_RECEIVED)
		return 0;
	at = write_number(end, port);
	*--at = ':';
	return sip_edit_bytes(edits, base, after, at, (size_t)(end - at));
}

/*
 * Set @growth to the bytes that the edits add to a body.
 * Return: 0; -EINVAL if an edit crosses the border of the body.
 */
static int count_growth(const struct sip_edits *edits, struct sip_slice body,
			int *growth)
{
	u32 i = count_before(edits, body.off, false);
	u32 end = (u32)scan_slice_end(body);

	*growth = 0;
	if (i > 0 && edit_end(&edits->edit[i - 1]) > body.off)
		return -EINVAL;
	for (; i < edits->count; i++) {
		const struct sip_edit *edit = &edits->edit[i];

		if (!stands_before(edit, end, true))
			break;
		if (edit_end(edit) > end)
			return -EINVAL;
		*growth += (int)edit->text_len - (int)edit->len;
	}
	return 0;
}

/* A Content-Length that is a number is corrected, any other value stays. */
static int edit_part_length(struct sip_edits *edits, const u8 *base,
			    const struct sip_part *part)
{
	struct sip_slice value;
	int growth, err = count_growth(edits, part->body, &growth);
	size_t at = 0;
	u32 number;

	if (!err && !growth)
		return 0;
	while (sip_part_length_next(base, part, &at, &value)) {
		if (!sip_number(base, value, &number))
			continue;
		if (err)
			return refuse_edit(edits, err);
		err = sip_edit_number(edits, base, value,
				      (u32)(part->body.len + growth));
		if (err)
			return err;
	}
	return 0;
}

/*
 * Inner parts come first, because an edit of their headers changes the length
 * of the part that contains them.
 */
static int edit_part_lengths(struct sip_edits *edits, const u8 *base,
			     const struct sip_message *msg)
{
	struct sip_parts parts;
	struct sip_part part;
	int err = 0;

	if (!edits->count ||
	    edits->edit[edits->count - 1].off < msg->body.off)
		return 0;
	sip_parts_init(&parts, base, msg);
	while (!err && sip_parts_next(&parts, base, &part))
		err = edit_part_length(edits, base, &part);
	return err;
}

/* Every Content-Length of the message. */
static int edit_body_length(struct sip_edits *edits, const u8 *base,
			    const struct sip_message *msg, u32 length)
{
	u8 index = msg->first[SIP_HEADER_CONTENT_LENGTH];
	int err = 0;

	for (; !err && index != SIP_HEADER_NONE;
	     index = msg->headers[index].next)
		err = sip_edit_number(edits, base, msg->headers[index].value,
				      length);
	return err;
}

/**
 * sip_edit_content_length() - correct Content-Length for all edits so far
 * @edits: the list; no other edit may follow
 * @base: first byte of the message
 * @msg: its facts
 *
 * Corrects every Content-Length of the message, and of each part of a multipart
 * body whose length changes.  A message without Content-Length gets none.
 *
 * Return: as sip_edit_bytes(); -EINVAL also if the list has failed, or if an
 * edit crosses the border of the body or of a part with a Content-Length.
 */
int sip_edit_content_length(struct sip_edits *edits, const u8 *base,
			    const struct sip_message *msg)
{
	u32 count = edits->count;
	int growth, err;

	if (edits->failed || count_growth(edits, msg->body, &growth))
		return refuse_edit(edits, -EINVAL);
	err = edit_part_lengths(edits, base, msg);
	if (err)
		return err;
	if (edits->count != count)
		count_growth(edits, msg->body, &growth);
	if (!growth)
		return 0;
	return edit_body_length(edits, base, msg,
				(u32)(msg->body.len + growth));
}

/* Length of the splice in the new message. */
static u32 new_length(const struct sip_edits *edits, u32 old)
{
	u32 i, length = old;

	for (i = 0; i < edits->count; i++)
		length = length - edits->edit[i].len + edits->edit[i].text_len;
	return length;
}

static void write_splice(const struct sip_edits *edits, const u8 *base,
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
 * sip_edits_assemble() - write the new bytes of an edited message
 * @edits: the list
 * @base: first byte of the message
 * @len: length of the message, bytes
 * @out: filled in with the new bytes from the first edit to the end of the last
 * @out_size: size of @out, bytes
 * @splice: filled in with the old bytes that @out replaces; all zero if there
 *	are no edits
 *
 * Return: 0; -EMSGSIZE if @out is too small or the new message would exceed
 * SIP_MESSAGE_MAX, and @splice is valid; -EINVAL if the list has failed or does
 * not match the message.  After an error @out is undefined.
 */
int sip_edits_assemble(const struct sip_edits *edits, const u8 *base,
		       size_t len, u8 *out, size_t out_size,
		       struct sip_splice *splice)
{
	const struct sip_edit *last;
	u32 old;

	memset(splice, 0, sizeof(*splice));
	if (edits->failed || len > SIP_MESSAGE_MAX)
		return -EINVAL;
	if (!edits->count)
		return 0;
	last = &edits->edit[edits->count - 1];
	if (edit_end(last) > len)
		return -EINVAL;
	old = edit_end(last) - edits->edit[0].off;
	splice->off = edits->edit[0].off;
	splice->len = (u16)old;
	splice->new_len = new_length(edits, old);
	if (splice->new_len > out_size ||
	    (u32)len - old + splice->new_len > SIP_MESSAGE_MAX)
		return -EMSGSIZE;
	write_splice(edits, base, splice->off, out);
	return 0;
}
