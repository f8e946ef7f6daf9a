// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses as they are written into a message: the two of the flow once, since
 * they go to many places.
 */
#include <path/path.h>
#include <path/address.h>
#include <rewrite/address_text.h>
#include <rewrite/rewrite.h>

#include <sip_ims/edit.h>
#include <sip_ims/sip.h>

/* The same two addresses go to many places: written as text once a packet. */
static const struct sip_ims_text *mapped_text(struct sip_ims_rewrite *rw,
					      bool sender)
{
	const struct sip_ims_path *path = rw->path;
	struct sip_ims_text *text = &rw->text[!sender];
	struct sip_address told;

	if (!text->len &&
	    sip_ims_address_write(path, sender ? &path->src_mapped.addr :
					       &path->dst_mapped.addr, &told))
		text->len = sip_address_text(text->text, &told, true);
	return text;
}

/**
 * sip_ims_text_of() - an address as the receiver reads it
 * @rw: a message with a plan
 * @addr: the address, as this leg knows it
 * @room: where it is written if it is none of the flow's
 *
 * Return: its text, of length 0 when the receiver's family has none for it.
 */
const struct sip_ims_text *sip_ims_text_of(struct sip_ims_rewrite *rw,
					   const union nf_inet_addr *addr,
					   struct sip_ims_text *room)
{
	struct sip_address told;

	if (nf_inet_addr_cmp(addr, &rw->path->src_mapped.addr))
		return mapped_text(rw, true);
	if (nf_inet_addr_cmp(addr, &rw->path->dst_mapped.addr))
		return mapped_text(rw, false);
	room->len = 0;
	if (sip_ims_address_write(rw->path, addr, &told))
		room->len = sip_address_text(room->text, &told, true);
	return room;
}

/**
 * sip_ims_text_put() - write an address, unless it stands there already
 * @rw: a message with a plan
 * @where: what it replaces
 * @text: its text, not empty
 * @bare: without the brackets of an IPv6 address
 *
 * Return: false when there is no room for more edits.
 */
bool sip_ims_text_put(struct sip_ims_rewrite *rw, struct sip_slice where,
		      const struct sip_ims_text *text, bool bare)
{
	u32 skip = bare && text->text[0] == '[';
	const u8 *bytes = text->text + skip;
	u32 len = text->len - 2 * skip;

	return (where.len == len &&
		!memcmp(rw->base + where.off, bytes, len)) ||
	       sip_edit_bytes(&rw->edits, rw->base, where, bytes, len);
}

/**
 * sip_ims_text_flow() - write an address of the flow, if it was translated
 * @rw: a message with a plan
 * @sender: the sender's, else the receiver's
 * @where: what it replaces
 *
 * An IPv6 address keeps the brackets it has, and gets none it has not.
 *
 * Return: false when there is no room for more edits.
 */
bool sip_ims_text_flow(struct sip_ims_rewrite *rw, bool sender,
		       struct sip_slice where)
{
	const struct sip_ims_path *path = rw->path;
	const struct sip_ims_text *text;
	bool bare;

	if (sender ? nf_inet_addr_cmp(&path->src.addr, &path->src_mapped.addr) :
		     nf_inet_addr_cmp(&path->dst.addr, &path->dst_mapped.addr))
		return true;
	text = mapped_text(rw, sender);
	bare = text->text[0] == '[' && rw->base[where.off] != '[';
	return sip_edit_bytes(&rw->edits, rw->base, where,
			      text->text + bare, text->len - 2 * bare);
}
