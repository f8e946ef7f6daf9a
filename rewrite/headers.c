// SPDX-License-Identifier: GPL-2.0-only
/*
 * The header part: which address becomes which.
 *
 * A literal is rewritten only if it is an address the router itself translates
 * in this flow: the sender's own (source before and after NAT) or the one the
 * sender reached the receiver by (destination before and after NAT).  Names,
 * foreign literals and everything outside the headers of sip_walk_next() stay
 * as they are.  Beside a translator device see rewrite_xlat_literal().
 */

#include <call/plan.h>
#include <path/address.h>
#include <path/path.h>
#include <registration/plan_grant.h>
#include <rewrite/address_text.h>
#include <rewrite/headers.h>

#include <sip_ims/edit.h>
#include <sip_ims/sip.h>

/**
 * struct literal_map - one of the two addresses a packet's literals may name
 * @sender: it is the sender's own
 * @from: as it stands in the message
 * @to: as the other side has to read it
 */
struct literal_map {
	bool sender;
	const struct sip_ims_endpoint *from;
	const struct sip_ims_endpoint *to;
};

/*
 * A receiver's own Via is in no request to it: the ones there are of those the
 * request came from, maybe of another phone behind the same public address.
 */
static bool literal_is_foreign(const struct sip_ims_rewrite *rw,
			       const struct sip_literal *literal)
{
	return rw->msg->request && literal->header == SIP_HEADER_VIA;
}

static bool literal_maps(const struct sip_ims_rewrite *rw,
			 const struct sip_literal *literal,
			 struct literal_map *map)
{
	const struct sip_ims_path *path = rw->path;

	if (sip_ims_address_is(&literal->address, path->l3num, &path->src.addr)) {
		map->sender = true;
		map->from = &path->src;
		map->to = &path->src_mapped;
	} else if (!literal_is_foreign(rw, literal) &&
		   sip_ims_address_is(&literal->address, path->l3num,
				      &path->dst.addr)) {
		map->sender = false;
		map->from = &path->dst;
		map->to = &path->dst_mapped;
	} else {
		return false;
	}
	return !sip_ims_same_endpoint(map->from, map->to);
}

/* The topmost Via of an answer is that of whoever receives it. */
static bool literal_is_own(const struct sip_ims_rewrite *rw,
			   const struct sip_literal *literal)
{
	return !rw->msg->request && literal->header == SIP_HEADER_VIA &&
	       !literal->index;
}

/*
 * The port goes with the address when it is the flow's own, a target of the
 * call, or one that the phone registered.  Any other port of the sender's is
 * not translated here, but its address is private all the same; in the answer
 * it comes back so.  Any other port at the receiver's public address belongs
 * to somebody else.
 */
static bool literal_port(const struct sip_ims_rewrite *rw,
			 const struct sip_literal *literal,
			 const struct literal_map *map, u16 *port)
{
	struct sip_ims_endpoint from = {
		.addr = map->from->addr, .port = htons(literal->port),
	};
	struct sip_ims_endpoint to;

	*port = literal->port;
	if (from.port == map->from->port)
		*port = ntohs(map->to->port);
	else if (!sip_ims_target_map(rw->path, rw->plan, map->sender,
				     &from, &to))
		*port = ntohs(to.port);
	else
		return map->sender || literal_is_own(rw, literal);
	return true;
}

/*
 * From and To without a port name a person, not a way: none is added, so that
 * what comes back is what was sent (RFC 3261 section 8.1.1.3).  The receiver's
 * own name is in To of a request and in From of an answer; the other one may
 * be another phone's behind the same public address.
 */
static bool literal_is_name(const struct sip_literal *literal)
{
	return (literal->header == SIP_HEADER_FROM ||
		literal->header == SIP_HEADER_TO) && !literal->port_text.len;
}

static bool name_maps(const struct sip_ims_rewrite *rw,
		      const struct sip_literal *literal,
		      const struct literal_map *map)
{
	return map->sender || literal->header ==
	       (rw->msg->request ? SIP_HEADER_TO : SIP_HEADER_FROM);
}

/* Another phone behind the router, which the receiver is told to call. */
static bool transfer_maps(const struct sip_ims_rewrite *rw,
			  const struct sip_literal *literal,
			  struct sip_ims_endpoint *to)
{
	struct sip_ims_endpoint from = { .port = htons(literal->port) };

	if (literal->place != SIP_PLACE_URI ||
	    (literal->header != SIP_HEADER_REFER_TO &&
	     literal->header != SIP_HEADER_REFERRED_BY &&
	     literal->header != SIP_HEADER_CONTACT) ||
	    literal->address.family != (rw->path->l3num == AF_INET ? 4 : 6))
		return false;
	memcpy(&from.addr, literal->address.bytes,
	       sizeof(literal->address.bytes));
	return sip_ims_plan_grant_map(&rw->plan->base, &from, to);
}

static bool edit_transfer(struct sip_ims_rewrite *rw,
			  const struct sip_literal *literal,
			  const struct sip_ims_endpoint *to)
{
	struct sip_address address;

	sip_ims_address_from(&address, rw->path->l3num, &to->addr);
	return sip_edit_literal(&rw->edits, rw->base, literal, &address,
				ntohs(to->port));
}

/* RFC 3261 section 25.1: the address of received= has no brackets. */
static bool rewrite_xlat_host(struct sip_ims_rewrite *rw,
			      const struct sip_literal *literal,
			const struct sip_ims_text *text)
{
	return sip_ims_text_put(rw, literal->host, text,
				literal->place == SIP_PLACE_RECEIVED &&
				rw->base[literal->host.off] != '[');
}

/* What the literal says on this leg, in @here if that is another address. */
static const struct sip_literal *literal_here(const struct sip_ims_path *path,
					      const struct sip_literal *literal,
					      const union nf_inet_addr *addr,
					      struct sip_literal *here)
{
	if (path->xlat == SIP_IMS_XLAT_TO4)
		return literal;
	*here = *literal;
	sip_ims_address_from(&here->address, path->l3num, addr);
	return here;
}

/*
 * Beside a translator device each address that it knows changes its family,
 * those of the flow and of transfers after they were mapped as ever.
 */
static bool rewrite_xlat_literal(struct sip_ims_rewrite *rw,
				 const struct sip_literal *literal)
{
	bool name = literal_is_name(literal);
	const struct sip_ims_text *text;
	const struct sip_literal *known;
	struct sip_ims_endpoint to;
	struct sip_literal here;
	struct sip_ims_text room;
	struct literal_map map;
	u16 port = literal->port;

	if (!sip_ims_address_read(&to.addr, &literal->address, rw->path))
		return true;
	known = literal_here(rw->path, literal, &to.addr, &here);
	if (literal_maps(rw, known, &map)) {
		if (name ? name_maps(rw, known, &map) :
			   literal_port(rw, known, &map, &port))
			to.addr = map.to->addr;
	} else if (transfer_maps(rw, known, &to)) {
		port = ntohs(to.port);
	}
	text = sip_ims_text_of(rw, &to.addr, &room);
	return !text->len ||
	       (rewrite_xlat_host(rw, literal, text) &&
		sip_edit_port(&rw->edits, rw->base, literal, port));
}

static bool edit_literal(struct sip_ims_rewrite *rw,
			 const struct sip_literal *literal)
{
	bool name = literal_is_name(literal);
	struct sip_ims_endpoint to;
	struct literal_map map;
	u16 port;

	if (rw->path->xlat)
		return rewrite_xlat_literal(rw, literal);
	if (!literal_maps(rw, literal, &map))
		return !rw->plan->base.n_grants ||
		       !transfer_maps(rw, literal, &to) ||
		       edit_transfer(rw, literal, &to);
	if (name ? !name_maps(rw, literal, &map) :
		   !literal_port(rw, literal, &map, &port))
		return true;
	if (!sip_ims_text_flow(rw, map.sender, literal->host))
		return false;
	return name || literal->place == SIP_PLACE_MADDR ||
	       sip_edit_port(&rw->edits, rw->base, literal, port);
}

/*
 * The domain that REGISTER goes to is no place and stays, but where it is an
 * address the registrar would not know it by one of another family.
 */
static bool rewrite_xlat_registrar(struct sip_ims_rewrite *rw)
{
	struct sip_literal literal = {
		.place = SIP_PLACE_REQUEST_URI, .header = SIP_HEADER_OTHER,
	};
	struct sip_uri uri;

	if (!rw->msg->request || rw->msg->method != SIP_METHOD_REGISTER ||
	    !sip_uri_read(rw->base, rw->msg->uri, &uri))
		return true;
	literal.host = uri.host;
	literal.address = uri.address;
	literal.port_text = uri.port_text;
	literal.port = uri.port;
	return rewrite_xlat_literal(rw, &literal);
}

/**
 * sip_ims_edit_headers() - what changes in the header part
 * @rw: a message with a plan, and an empty list of edits
 *
 * Context: RCU read side, bottom halves off.
 * Return: false when there is no room for more edits.
 */
bool sip_ims_edit_headers(struct sip_ims_rewrite *rw)
{
	struct sip_literal literal;
	struct sip_walk walk;

	if (rw->path->xlat && !rewrite_xlat_registrar(rw))
		return false;
	sip_walk_init(&walk);
	while (sip_walk_next(&walk, rw->base, rw->msg, &literal)) {
		if (!edit_literal(rw, &literal))
			return false;
	}
	return true;
}
