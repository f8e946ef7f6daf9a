// SPDX-License-Identifier: GPL-2.0-only
/*
 * The facts of an edited message, derived from the facts before the edits.
 *
 * Every offset after an edit moves by the growth of the edits before it, and
 * only the addresses and numbers that were written are read again.  That costs
 * a fraction of parsing.  The result must equal the facts that the parser finds
 * in the new message; a fuzz target compares the two.
 */
#include <linux/errno.h>

#include <sip_ims/edit.h>

#include "parts.h"
#include "scan.h"

/**
 * struct shift - cursor that maps offsets of the old message to the new one
 * @edits: the edits, none of which inserts or deletes
 * @base: first byte of the new message
 * @next: index of the first edit that ends after the last offset mapped
 * @delta: growth of all edits before @next, in bytes
 * @from: end of the edit before @next, as an offset of the old message
 * @until: begin of the edit @next, as an offset of the old message
 * @failed: a fact begins or ends inside an edit, or the new bytes are not what
 *	the fact requires
 */
struct shift {
	const struct sip_edits *edits;
	const u8 *base;
	u32 next;
	int delta;
	u32 from;
	u32 until;
	bool failed;
};

static u32 end_of(const struct sip_edit *edit)
{
	return (u32)edit->off + edit->len;
}

static int growth(const struct sip_edit *edit)
{
	return (int)edit->text_len - (int)edit->len;
}

/* Derive @from and @until from @next. */
static void set_window(struct shift *shift)
{
	const struct sip_edit *edit = shift->edits->edit;
	u32 next = shift->next;

	shift->from = next ? end_of(&edit[next - 1]) : 0;
	shift->until = next < shift->edits->count ? edit[next].off : ~0u;
}

static void seek_offset(struct shift *shift, u32 off)
{
	const struct sip_edit *edit = shift->edits->edit;

	while (shift->next < shift->edits->count &&
	       end_of(&edit[shift->next]) <= off)
		shift->delta += growth(&edit[shift->next++]);
	while (shift->next && end_of(&edit[shift->next - 1]) > off)
		shift->delta -= growth(&edit[--shift->next]);
	set_window(shift);
	if (off > shift->until)
		shift->failed = true;
}

static inline u32 move_value(struct shift *shift, u32 off)
{
	if (unlikely(off < shift->from || off > shift->until))
		seek_offset(shift, off);
	return off + (u32)shift->delta;
}

/* Return: whether the slice contains an edit.  An absent slice has no offset. */
static inline bool move_slice(struct shift *shift, struct sip_slice *slice)
{
	u32 end = (u32)scan_slice_end(*slice), first;

	if (!end)
		return false;
	slice->off = (u16)move_value(shift, slice->off);
	first = shift->next;
	slice->len = (u16)(move_value(shift, end) - slice->off);
	return shift->next != first;
}

static void move_offset(struct shift *shift, u16 *off)
{
	if (*off)
		*off = (u16)move_value(shift, *off);
}

static void read_number(struct shift *shift, struct sip_slice text, u16 *number)
{
	u32 value;

	if (sip_number(shift->base, text, &value) && value <= 65535)
		*number = (u16)value;
	else
		shift->failed = true;
}

static bool read_literal(struct shift *shift, struct sip_slice text,
			 struct sip_address *address)
{
	bool good = sip_address_decode(shift->base + text.off, text.len,
				       address);

	shift->failed |= !good;
	return good;
}

/*
 * A header that comes close to SIP_HEADER_LENGTH_MAX may exceed it: the parser
 * has to decide that.
 */
static void move_headers(struct shift *shift, struct sip_message *msg)
{
	struct sip_header *header = msg->headers, *end = header + msg->count;
	u32 begin = 0;

	for (; header < end; header++) {
		header->name = (u16)move_value(shift, header->name);
		move_slice(shift, &header->value);
		shift->failed |= header->name - begin > SIP_HEADER_LENGTH_MAX;
		begin = header->name;
	}
	shift->failed |= move_value(shift, msg->body.off) - begin >
			 SIP_HEADER_LENGTH_MAX;
}

static void move_via(struct shift *shift, struct sip_message *msg)
{
	struct sip_via *via = &msg->via;

	if (move_slice(shift, &via->host))
		read_literal(shift, via->host, &via->address);
	if (move_slice(shift, &via->port_text))
		read_number(shift, via->port_text, &via->port);
	move_slice(shift, &via->branch);
	move_slice(shift, &via->received);
	move_slice(shift, &via->rport);
	move_slice(shift, &via->maddr);
	move_offset(shift, &msg->via_end);
	msg->branch = via->branch;
}

static void move_contact(struct shift *shift, struct sip_message *msg)
{
	struct sip_uri *uri = &msg->contact_uri;

	if (!msg->contact_end)
		return;
	move_slice(shift, &msg->contact);
	if (move_slice(shift, &uri->host))
		read_literal(shift, uri->host, &uri->address);
	if (move_slice(shift, &uri->port_text))
		read_number(shift, uri->port_text, &uri->port);
	move_offset(shift, &uri->rest);
	move_offset(shift, &msg->contact_end);
}

static void restart_shift(struct shift *shift)
{
	shift->next = 0;
	shift->delta = 0;
	set_window(shift);
}

/* Two passes, each in the usual order of the message: the cursor moves little. */
static void move_message(struct shift *shift, struct sip_message *msg)
{
	restart_shift(shift);
	move_slice(shift, &msg->uri);
	move_via(shift, msg);
	move_slice(shift, &msg->from);
	move_slice(shift, &msg->from_tag);
	move_slice(shift, &msg->to);
	move_slice(shift, &msg->to_tag);
	move_slice(shift, &msg->call_id);
	move_contact(shift, msg);
	move_slice(shift, &msg->content_length);
	restart_shift(shift);
	move_headers(shift, msg);
	move_slice(shift, &msg->body);
	msg->len = (u16)scan_slice_end(msg->body);
}

/* The address type before the address ("IP4", "IP6") has to match it. */
static void move_address(struct shift *shift, struct sdp_address *address)
{
	bool touched = move_slice(shift, &address->family);
	struct sip_slice family = address->family;

	touched |= move_slice(shift, &address->text);
	if (!touched || !read_literal(shift, address->text, &address->address))
		return;
	shift->failed |= family.len != 3 || shift->base[family.off + 2] !=
					    '0' + address->address.family;
}

static void move_media(struct shift *shift, struct sdp_media *media)
{
	if (move_slice(shift, &media->port_text)) {
		read_number(shift, media->port_text, &media->port);
		media->absurd_port = false;
	}
	move_address(shift, &media->connection);
	if (move_slice(shift, &media->rtcp_text))
		read_number(shift, media->rtcp_text, &media->rtcp_port);
	move_address(shift, &media->rtcp);
}

static void move_sdp(struct shift *shift, struct sdp *sdp)
{
	u32 i;

	move_slice(shift, &sdp->body);
	move_address(shift, &sdp->origin);
	move_address(shift, &sdp->connection);
	for (i = 0; i < sdp->count; i++)
		move_media(shift, &sdp->media[i]);
}

/* Insertions and deletions can add or remove fields, so the facts may not hold. */
static bool replaces_only(const struct sip_edits *edits)
{
	u32 i;

	for (i = 0; i < edits->count; i++) {
		if (!edits->edit[i].len || !edits->edit[i].text_len)
			return false;
	}
	return !edits->failed;
}

/* An unreadable Via or Contact has no offsets that could be moved. */
static bool all_read(const struct sip_message *msg)
{
	return msg->via_end &&
	       (msg->contact_end ||
		msg->first[SIP_HEADER_CONTACT] == SIP_HEADER_NONE);
}

/**
 * sip_facts_move() - turn the facts of a message into those of the edited one
 * @edits: the edits: addresses and numbers at places that the facts, the walk
 *	or sdp_attribute_next() have named, and Content-Length last
 * @base: first byte of the new message
 * @msg: facts of the old message; become those of the new one
 * @sdp: facts of its SDP; likewise; an empty body if there is none
 *
 * Return: 0 if the facts are those that sip_parse() and sdp_parse() would find
 * in the new message; -EINVAL if they cannot be derived.  Then @msg and @sdp
 * are undefined, and the new message has to be parsed.
 */
int sip_facts_move(const struct sip_edits *edits, const u8 *base,
		   struct sip_message *msg, struct sdp *sdp)
{
	struct shift shift = { .edits = edits, .base = base };

	if (!replaces_only(edits) || !all_read(msg))
		return -EINVAL;
	move_message(&shift, msg);
	if (sdp->body.len)
		move_sdp(&shift, sdp);
	return shift.failed ? -EINVAL : 0;
}
