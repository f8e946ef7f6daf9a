// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of addresses that are written into a message.
 *
 * The two addresses of the flow are written at many places of a message, so
 * their text is composed once.
 */
#include <path/path.h>
#include <path/address.h>
#include <rewrite/address_text.h>
#include <rewrite/rewrite.h>

#include <sip_ims/edit.h>
#include <sip_ims/sip.h>

static const struct sip_ims_text *mapped_text(struct sip_ims_rewrite *rw,
					      bool sender)
{
	const struct sip_ims_path *path = rw->path;
	struct sip_ims_text *text = &rw->text[!sender];
	struct sip_address address;

	if (!text->len &&
	    sip_ims_address_write(path, sender ? &path->src_mapped.addr :
					       &path->dst_mapped.addr, &address))
		text->len = sip_address_text(text->text, &address, true);
	return text;
}

/**
 * sip_ims_text_of() - compose the text of an address for the receiver
 * @rw: a message with a plan
 * @addr: the address, as this leg knows it
 * @buf: filled in with the text of an address that is not one of the flow
 *
 * Return: the text, in @rw or @buf; its length is 0 if @addr has no equivalent
 * in the receiver's family.
 */
const struct sip_ims_text *sip_ims_text_of(struct sip_ims_rewrite *rw,
					   const union nf_inet_addr *addr,
					   struct sip_ims_text *buf)
{
	struct sip_address address;

	if (nf_inet_addr_cmp(addr, &rw->path->src_mapped.addr))
		return mapped_text(rw, true);
	if (nf_inet_addr_cmp(addr, &rw->path->dst_mapped.addr))
		return mapped_text(rw, false);
	buf->len = 0;
	if (sip_ims_address_write(rw->path, addr, &address))
		buf->len = sip_address_text(buf->text, &address, true);
	return buf;
}

/**
 * sip_ims_text_put() - write an address into the message
 * @rw: a message with a plan
 * @where: the bytes to replace
 * @text: text of the address, not empty
 * @bare: without the brackets of an IPv6 address
 *
 * Return: as sip_edit_bytes().
 */
int sip_ims_text_put(struct sip_ims_rewrite *rw, struct sip_slice where,
		     const struct sip_ims_text *text, bool bare)
{
	u32 skip = bare && text->text[0] == '[';
	const u8 *bytes = text->text + skip;
	u32 len = text->len - 2 * skip;

	return sip_edit_bytes(&rw->edits, rw->base, where, bytes, len);
}

/**
 * sip_ims_text_put_flow() - write an address of the flow, if NAT changes it
 * @rw: a message with a plan
 * @sender: the address of the sender, else of the receiver
 * @where: the bytes to replace
 *
 * An IPv6 address has brackets afterwards if it had brackets before.
 *
 * Return: as sip_edit_bytes().
 */
int sip_ims_text_put_flow(struct sip_ims_rewrite *rw, bool sender,
			  struct sip_slice where)
{
	const struct sip_ims_path *path = rw->path;
	const struct sip_ims_text *text;
	bool bare;

	if (sender ? nf_inet_addr_cmp(&path->src.addr, &path->src_mapped.addr) :
		     nf_inet_addr_cmp(&path->dst.addr, &path->dst_mapped.addr))
		return 0;
	text = mapped_text(rw, sender);
	bare = text->text[0] == '[' && rw->base[where.off] != '[';
	return sip_edit_bytes(&rw->edits, rw->base, where,
			      text->text + bare, text->len - 2 * bare);
}
