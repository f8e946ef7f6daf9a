// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decode, edit, assemble, decode again.  A plan derived from the input moves
 * literals, the lines of the SDP and bytes of other bodies, as the modules do.
 * The facts of the new message must be those of the old one except for the
 * edits, which must be those of the plan, and following the plan a second time
 * must make no edit.
 */
#include <strings.h>

#include "naive.h"
#include "rewrite.h"

static struct sip_edits edits;
static struct rewritten old, new;

/* How far the byte at @off has moved, including bytes inserted before it. */
static u32 moved(u32 off)
{
	u32 i, to = off;

	for (i = 0; i < edits.count; i++) {
		const struct sip_edit *edit = &edits.edit[i];

		if (edit->off < off || (edit->off == off && !edit->len))
			to = to - edit->len + edit->text_len;
	}
	return to;
}

/* Offset of the body: bytes inserted there belong to the body. */
static u32 body_moved(void)
{
	u32 i, to = old.msg.body.off;

	for (i = 0; i < edits.count; i++) {
		const struct sip_edit *edit = &edits.edit[i];

		if (edit->off < old.msg.body.off)
			to = to - edit->len + edit->text_len;
	}
	return to;
}

static bool slice_moved(struct sip_slice from, struct sip_slice to)
{
	if (!from.len)
		return !to.len;
	return to.off == moved(from.off) &&
	       to.off + to.len == (int)moved(from.off + from.len);
}

static bool same_text(struct sip_slice from, struct sip_slice to)
{
	return from.len == to.len &&
	       !memcmp(old.bytes + from.off, new.bytes + to.off, from.len);
}

static void hold_start(const struct sip_message *a, const struct sip_message *b)
{
	hold(a->request == b->request && a->method == b->method &&
	     a->status == b->status && a->cseq == b->cseq,
	     "an edited message has the same start line and CSeq");
	hold(slice_moved(a->uri, b->uri) && slice_moved(a->from, b->from) &&
	     slice_moved(a->to, b->to),
	     "an edited message has the same URIs");
	hold(same_text(a->call_id, b->call_id) &&
	     same_text(a->from_tag, b->from_tag) &&
	     same_text(a->to_tag, b->to_tag) && same_text(a->branch, b->branch),
	     "an edited message has the same Call-ID, tags, branch");
}

static void hold_headers(const struct sip_message *a,
			 const struct sip_message *b)
{
	u32 i;

	hold(a->count == b->count, "an edited message has the same headers");
	for (i = 0; i < a->count; i++) {
		const struct sip_header *from = &a->headers[i];
		const struct sip_header *to = &b->headers[i];

		hold(from->id == to->id && from->next == to->next &&
		     to->name == moved(from->name) &&
		     slice_moved(from->value, to->value),
		     "each header of an edited message is where it should be");
	}
}

static void hold_body(const struct sip_message *a, const struct sip_message *b)
{
	u32 end = moved(a->body.off + a->body.len);

	hold(b->body.off == body_moved(),
	     "the body of an edited message begins where it should");
	hold(b->len == end && b->trailing == a->trailing,
	     "Content-Length of an edited message is true");
	hold(!memcmp(old.bytes + a->len, new.bytes + b->len, a->trailing),
	     "what follows the body stays as it is");
}

/* RFC 3261 section 25.1; received= keeps the brackets that it has. */
static void hold_brackets(const struct sip_literal *from,
			  const struct sip_literal *to)
{
	bool wanted = to->place != SIP_PLACE_RECEIVED ||
		      old.bytes[from->host.off] == '[';

	hold((new.bytes[to->host.off] == '[') ==
	     (to->address.family == 6 && wanted),
	     "an IPv6 address has brackets where they belong");
}

static void hold_literal(const struct sip_literal *from,
			 const struct sip_literal *to,
			 const struct wanted *wanted)
{
	hold(from->place == to->place && from->header == to->header &&
	     from->index == to->index && to->host.off == moved(from->host.off),
	     "a literal stands where it stood");
	if (wanted->host)
		hold(!memcmp(&to->address, &wanted->address,
			     sizeof(to->address)),
		     "an edited literal names the new address");
	else
		hold(same_text(from->host, to->host),
		     "a literal that is not edited stays as it is");
	if (wanted->host)
		hold_brackets(from, to);
	if (to->place == SIP_PLACE_MADDR ||
	    (to->place == SIP_PLACE_RECEIVED && !from->port_text.len))
		return;	/* another place's port */
	hold(to->port == (wanted->port ? wanted->number : from->port),
	     "an edited literal has the new port");
}

static void hold_literals(void)
{
	struct sip_literal from, to;
	struct sip_walk walk_old, walk_new;
	struct wanted wanted;
	struct plan plan = { .state = old.seed };

	plan_begin(&plan);
	sip_walk_init(&walk_old);
	sip_walk_init(&walk_new);
	while (sip_walk_next(&walk_old, old.bytes, &old.msg, &from)) {
		hold(sip_walk_next(&walk_new, new.bytes, &new.msg, &to),
		     "no literal is lost by editing");
		plan_literal(&plan, &from, &wanted);
		hold_literal(&from, &to, &wanted);
	}
	hold(!sip_walk_next(&walk_new, new.bytes, &new.msg, &to),
	     "no literal is made by editing");
}

static void hold_contacts(void)
{
	struct sip_contact from, to;
	u32 cursor_old = 0, cursor_new = 0;

	while (sip_contact_next(old.bytes, &old.msg, &cursor_old, &from)) {
		hold(sip_contact_next(new.bytes, &new.msg, &cursor_new, &to),
		     "no contact is lost by editing");
		hold(from.star == to.star, "a star stays a star");
		if (from.star)
			continue;
		hold(slice_moved(from.uri, to.uri) &&
		     from.has_expires == to.has_expires &&
		     (!from.has_expires || from.expires == to.expires),
		     "a contact is where it was and lasts as long");
	}
	hold(!sip_contact_next(new.bytes, &new.msg, &cursor_new, &to),
	     "no contact is made by editing");
}

static void hold_address(const struct sdp_address *from,
			 const struct sdp_address *to, struct plan *plan)
{
	struct wanted wanted;

	plan_address(plan, from, &wanted);
	hold(slice_moved(from->text, to->text) &&
	     slice_moved(from->family, to->family),
	     "an address of the SDP is where it was");
	if (wanted.host)
		hold(!memcmp(&to->address, &wanted.address,
			     sizeof(to->address)),
		     "an edited address of the SDP is the new one");
	else
		hold(same_text(from->text, to->text),
		     "an address of the SDP that is not edited stays");
}

static void hold_stream(const struct sdp_media *from,
			const struct sdp_media *to, struct plan *plan)
{
	struct wanted wanted;

	plan_port(plan, from->port_text, &wanted);
	hold(from->transport == to->transport && from->ports == to->ports &&
	     from->rtcp_mux == to->rtcp_mux &&
	     slice_moved(from->port_text, to->port_text),
	     "a stream is what and where it was");
	hold(to->port == (wanted.port ? wanted.number : from->port) &&
	     to->absurd_port == (wanted.port ? false : from->absurd_port),
	     "an edited stream has the new port");
	plan_port(plan, from->rtcp_text, &wanted);
	hold(to->rtcp_port == (wanted.port ? wanted.number : from->rtcp_port) &&
	     slice_moved(from->rtcp_text, to->rtcp_text),
	     "an edited stream has the new port of RTCP");
	hold_address(&from->connection, &to->connection, plan);
	hold_address(&from->rtcp, &to->rtcp, plan);
}

static void hold_place(const struct sdp_place *from, const struct sdp_place *to,
		       enum fate fate)
{
	struct wanted wanted;

	plan_place(&old, from, &wanted);
	hold(slice_moved(from->text, to->text) &&
	     slice_moved(from->port_text, to->port_text),
	     "a place of an attribute is where it was");
	if (fate == FATE_MOVES && wanted.host)
		hold(!memcmp(&to->address, &wanted.address,
			     sizeof(to->address)),
		     "an edited attribute names the new address");
	else
		hold(same_text(from->text, to->text),
		     "an address of an attribute that is not edited stays");
	hold(to->port == (fate == FATE_MOVES && wanted.port ? wanted.number :
			  from->port),
	     "an edited attribute has the new port");
}

static void hold_attribute(const struct sdp_attribute *from,
			   const struct sdp_attribute *to)
{
	enum fate fate = plan_fate(&old, from);

	hold(from->kind == to->kind && from->media == to->media &&
	     from->component == to->component && from->l4proto == to->l4proto &&
	     slice_moved(from->line, to->line),
	     "an attribute is what and where it was");
	hold(fate == FATE_MOVES || same_text(from->line, to->line),
	     "an attribute that is not edited stays");
	hold_place(&from->place[0], &to->place[0], fate);
	hold_place(&from->place[1], &to->place[1], fate);
}

static void hold_attributes(void)
{
	struct sdp_attribute from, to;
	u32 cursor_old = 0, cursor_new = 0;

	while (sdp_attribute_next(old.bytes, &old.sdp, &cursor_old, &from)) {
		if (plan_fate(&old, &from) == FATE_GOES)
			continue;
		hold(sdp_attribute_next(new.bytes, &new.sdp, &cursor_new, &to),
		     "no attribute is lost unless it was to go");
		hold_attribute(&from, &to);
	}
	hold(!sdp_attribute_next(new.bytes, &new.sdp, &cursor_new, &to),
	     "no attribute stays that was to go");
}

static void hold_sdp(void)
{
	struct plan plan = { .state = old.seed };
	u32 i;

	if (!old.has_sdp)
		return;
	if (!new.has_sdp) {
		hold(moved(old.sdp.body.off) ==
		     moved(old.sdp.body.off + old.sdp.body.len),
		     "an SDP is gone only if all of its lines went");
		return;
	}
	hold(slice_moved(old.sdp.body, new.sdp.body),
	     "an edited SDP is where it was");
	hold(old.sdp.count == new.sdp.count && old.sdp.excess == new.sdp.excess,
	     "an edited SDP has the same streams");
	plan_begin_sdp(&plan);
	hold_address(&old.sdp.origin, &new.sdp.origin, &plan);
	hold_address(&old.sdp.connection, &new.sdp.connection, &plan);
	for (i = 0; i < old.sdp.count; i++)
		hold_stream(&old.sdp.media[i], &new.sdp.media[i], &plan);
	hold_attributes();
}

#define NAIVE_MAX	8192	/* the naive functions are slow */

static bool is_multipart(void)
{
	static const char name[] = "multipart";
	u8 index = old.msg.first[SIP_HEADER_CONTENT_TYPE];
	struct sip_slice type;

	if (index == SIP_HEADER_NONE)
		return false;
	type = old.msg.headers[index].value;
	return type.len >= sizeof(name) - 1 &&
	       !strncasecmp((const char *)old.bytes + type.off, name,
			    sizeof(name) - 1);
}

static void hold_lengths(void)
{
	if (old.has_sdp && is_multipart() && old.len <= NAIVE_MAX &&
	    new.len <= NAIVE_MAX && !memchr(old.bytes, 0, old.len))
		hold_none(naive_lengths(old.bytes, old.len, new.bytes, new.len),
			  "the parts of an edited message say their length");
}

/* Whether a header line exceeds its limit, so that @new must not parse. */
static bool outgrown(void)
{
	u32 i, end;

	for (i = 0; i < old.msg.count; i++) {
		end = i + 1u < old.msg.count ? old.msg.headers[i + 1].name :
			old.msg.body.off;
		if (moved(end) - moved(old.msg.headers[i].name) >
		    SIP_HEADER_LENGTH_MAX)
			return true;
	}
	return false;
}

/* Whether the edits or the facts give sip_edited() a reason to refuse. */
static bool may_be_refused(void)
{
	u32 i;

	for (i = 0; i < edits.count; i++) {
		if (!edits.edit[i].len || !edits.edit[i].text_len)
			return true;
	}
	return !old.msg.via_end || (!old.msg.contact_end &&
		old.msg.first[SIP_HEADER_CONTACT] != SIP_HEADER_NONE) ||
	       new.len > SIP_HEADER_LENGTH_MAX;
}

static const struct sdp no_sdp;

/* sip_edited() returns the facts that parsing finds, or refuses. */
static void hold_edited(void)
{
	const struct sdp *now = old.has_sdp && new.has_sdp ? &new.sdp : &no_sdp;
	static struct sip_message msg;
	static struct sdp sdp;

	msg = old.msg;
	sdp = old.has_sdp ? old.sdp : no_sdp;
	if (sip_edited(&edits, new.bytes, &msg, &sdp))
		hold(facts_hash(&msg, &sdp) == facts_hash(&new.msg, now),
		     "the facts of an edited message are those it has");
	else
		hold(may_be_refused(),
		     "the facts of an edited message follow from the old ones");
}

static void hold_refused(void)
{
	static struct sip_message msg;
	static struct sdp sdp;

	msg = old.msg;
	sdp = old.has_sdp ? old.sdp : no_sdp;
	hold(!sip_edited(&edits, new.bytes, &msg, &sdp),
	     "no facts are returned of a header line beyond its limit");
}

static void hold_all(void)
{
	enum sip_fault fault = rewritten_read(&new);

	if (fault == SIP_FAULT_HEADER_LENGTH && outgrown()) {
		hold_refused();
		return;
	}
	hold(!fault, "an edited message is a message");
	hold_edited();
	hold_start(&old.msg, &new.msg);
	hold_headers(&old.msg, &new.msg);
	hold_body(&old.msg, &new.msg);
	hold_literals();
	hold_contacts();
	hold_sdp();
	hold_lengths();
	if (!old.has_sdp || !new.has_sdp)
		return;	/* the plan edits bytes of the body: once */
	new.seed = old.seed;
	hold(follow_plan(&new, &edits) && !edits.count,
	     "editing twice is editing once");
}

static void hold_list(const u8 *bytes, size_t len)
{
	u32 i, last = 0, text = 0;

	for (i = 0; i < edits.count; i++) {
		const struct sip_edit *edit = &edits.edit[i];
		u32 end = (u32)edit->off + edit->len;

		hold(edit->off >= last && end <= len,
		     "edits are sorted, do not overlap and lie inside");
		hold((size_t)edit->text + edit->text_len <= edits.used,
		     "the text of an edit lies inside of the list's");
		hold(edit->len != edit->text_len ||
		     memcmp(bytes + edit->off, edits.text + edit->text,
			    edit->len),
		     "an edit changes something");
		last = end;
		text += edit->text_len;
	}
	hold(text == edits.used, "no text is left over");
}

int fuzz_one(const u8 *data, size_t size)
{
	bool good;

	if (size > SIP_MESSAGE_MAX)
		return 0;
	old.bytes = copy_of(data, size);
	old.len = size;
	old.seed = mix(MIX_START, data, size);
	new.bytes = NULL;
	if (!rewritten_read(&old)) {
		good = follow_plan(&old, &edits);
		/* or when it crosses the border of a part */
		hold(good || (is_multipart() && !old.has_sdp) ||
		     edits.count == SIP_EDITS_MAX ||
		     edits.used + SIP_ADDRESS_TEXT_MAX > SIP_EDIT_TEXT_MAX,
		     "an edit is refused only when the list is full");
		hold(good != edits.failed, "a refused edit is remembered");
		hold_list(old.bytes, size);
		if (assemble(&edits, &old, &new))
			hold_all();
	}
	free(old.bytes);
	free(new.bytes);
	return 0;
}
