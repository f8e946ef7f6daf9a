// SPDX-License-Identifier: GPL-2.0-only
/*
 * The addresses in the headers and the Request-URI.
 *
 * An IP literal is rewritten only if NAT translates it in this flow: it is the
 * address of the sender, or the address by which the sender reached the
 * receiver.  Host names, other literals and all headers that sip_walk_next()
 * does not visit stay as they are.  edit_xlat_literal() has the rules for a
 * leg that changes the address family.
 */
#include <linux/errno.h>

#include <call/plan.h>
#include <path/address.h>
#include <path/path.h>
#include <registration/plan_grant.h>
#include <rewrite/address_text.h>
#include <rewrite/headers.h>

#include <sip_ims/edit.h>
#include <sip_ims/sip.h>

/**
 * struct literal_map - what NAT makes of the address in a literal
 * @sender: it is the sender's address; otherwise the receiver's
 * @from: the endpoint of the flow with this address, before NAT
 * @to: the same after NAT
 */
struct literal_map {
	bool sender;
	const struct sip_ims_endpoint *from;
	const struct sip_ims_endpoint *to;
};

/*
 * The Vias of a request belong to the sender and the hosts before it, never to
 * the receiver.  If one has the receiver's public address, it is that of
 * another phone with the same public address.
 */
static bool is_request_via(const struct sip_ims_rewrite *rw,
			   const struct sip_literal *literal)
{
	return rw->msg->request && literal->header == SIP_HEADER_VIA;
}

/* Return: 0; -ENOENT if NAT does not change the address. */
static int map_literal(const struct sip_ims_rewrite *rw,
		       const struct sip_literal *literal,
		       struct literal_map *map)
{
	const struct sip_ims_path *path = rw->path;

	if (sip_ims_address_is(&literal->address, path->l3num,
			       &path->src.addr)) {
		map->sender = true;
		map->from = &path->src;
		map->to = &path->src_mapped;
	} else if (!is_request_via(rw, literal) &&
		   sip_ims_address_is(&literal->address, path->l3num,
				      &path->dst.addr)) {
		map->sender = false;
		map->from = &path->dst;
		map->to = &path->dst_mapped;
	} else {
		return -ENOENT;
	}
	return sip_ims_same_endpoint(map->from, map->to) ? -ENOENT : 0;
}

/* The topmost Via of a response is the receiver's own. */
static bool is_receiver_via(const struct sip_ims_rewrite *rw,
			    const struct sip_literal *literal)
{
	return !rw->msg->request && literal->header == SIP_HEADER_VIA &&
	       !literal->index;
}

/*
 * NAT translates the port of the flow, the targets of the call and the ports
 * that the phone has registered.  With any other port, the sender's address is
 * translated alone, because it is private; a Via with it comes back in the
 * response.  Any other port at the receiver's public address belongs to
 * another host.
 *
 * Return: 0 and the new port in @port; -ENOENT if the literal must stay.
 */
static int map_port(const struct sip_ims_rewrite *rw,
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
	else if (!map->sender && !is_receiver_via(rw, literal))
		return -ENOENT;
	return 0;
}

/*
 * From and To without a port identify a person, not a contact address.  No port
 * is added, so that the sender gets back the URI that it has sent (RFC 3261
 * section 8.1.1.3).
 */
static bool is_identity(const struct sip_literal *literal)
{
	return (literal->header == SIP_HEADER_FROM ||
		literal->header == SIP_HEADER_TO) && !literal->port_text.len;
}

/*
 * The receiver is identified in To of a request and in From of a response.  Its
 * address in the other header may identify another phone with the same public
 * address.
 */
static bool identity_maps(const struct sip_ims_rewrite *rw,
			  const struct sip_literal *literal,
			  const struct literal_map *map)
{
	return map->sender || literal->header ==
	       (rw->msg->request ? SIP_HEADER_TO : SIP_HEADER_FROM);
}

/*
 * A transfer or redirection to another phone behind the router, for which the
 * plan has a grant.  Return: 0; -ENOENT.
 */
static int map_transfer(const struct sip_ims_rewrite *rw,
			const struct sip_literal *literal,
			struct sip_ims_endpoint *to)
{
	struct sip_ims_endpoint from = { .port = htons(literal->port) };

	if (literal->place != SIP_PLACE_URI ||
	    (literal->header != SIP_HEADER_REFER_TO &&
	     literal->header != SIP_HEADER_REFERRED_BY &&
	     literal->header != SIP_HEADER_CONTACT) ||
	    literal->address.family != (rw->path->l3num == AF_INET ? 4 : 6))
		return -ENOENT;
	memcpy(&from.addr, literal->address.bytes,
	       sizeof(literal->address.bytes));
	return sip_ims_plan_grant_map(&rw->plan->base, &from, to) ? 0 : -ENOENT;
}

static int edit_transfer(struct sip_ims_rewrite *rw,
			 const struct sip_literal *literal)
{
	struct sip_ims_endpoint to;
	struct sip_address address;

	if (!rw->plan->base.n_grants || map_transfer(rw, literal, &to))
		return 0;
	sip_ims_address_from(&address, rw->path->l3num, &to.addr);
	return sip_edit_literal(&rw->edits, rw->base, literal, &address,
				ntohs(to.port));
}

/* RFC 3261 section 25.1: the address of received= has no brackets. */
static int edit_xlat_host(struct sip_ims_rewrite *rw,
			  const struct sip_literal *literal,
			  const struct sip_ims_text *text)
{
	return sip_ims_text_put(rw, literal->host, text,
				literal->place == SIP_PLACE_RECEIVED &&
				rw->base[literal->host.off] != '[');
}

/* The address @to of a literal, as this leg knows it, is mapped by NAT. */
static void map_xlat_literal(const struct sip_ims_rewrite *rw,
			     const struct sip_literal *literal,
			     struct sip_ims_endpoint *to, u16 *port)
{
	struct literal_map map;

	if (map_literal(rw, literal, &map)) {
		if (!map_transfer(rw, literal, to))
			*port = ntohs(to->port);
	} else if (is_identity(literal) ? identity_maps(rw, literal, &map) :
					  !map_port(rw, literal, &map, port)) {
		to->addr = map.to->addr;
	}
}

/*
 * On a leg that changes the family, each address that the translator device has
 * an equivalent for is written in the receiver's family, after NAT.
 */
static int edit_xlat_literal(struct sip_ims_rewrite *rw,
			     const struct sip_literal *literal)
{
	const struct sip_ims_text *text;
	struct sip_ims_endpoint to;
	struct sip_literal local = *literal;
	struct sip_ims_text buf;
	u16 port = literal->port;
	int err;

	if (!sip_ims_address_read(&to.addr, &literal->address, rw->path))
		return 0;
	/* on the leg from the device, the message still has IPv4 addresses */
	if (rw->path->xlat != SIP_IMS_XLAT_TO4)
		sip_ims_address_from(&local.address, rw->path->l3num, &to.addr);
	map_xlat_literal(rw, &local, &to, &port);
	text = sip_ims_text_of(rw, &to.addr, &buf);
	if (!text->len)
		return 0;
	err = edit_xlat_host(rw, literal, text);
	return err ?: sip_edit_port(&rw->edits, rw->base, literal, port);
}

static int edit_literal(struct sip_ims_rewrite *rw,
			const struct sip_literal *literal)
{
	bool identity = is_identity(literal);
	struct literal_map map;
	u16 port;
	int err;

	if (rw->path->xlat)
		return edit_xlat_literal(rw, literal);
	if (map_literal(rw, literal, &map))
		return edit_transfer(rw, literal);
	if (identity ? !identity_maps(rw, literal, &map) :
		       map_port(rw, literal, &map, &port))
		return 0;
	err = sip_ims_text_put_flow(rw, map.sender, literal->host);
	if (err || identity || literal->place == SIP_PLACE_MADDR)
		return err;
	return sip_edit_port(&rw->edits, rw->base, literal, port);
}

/*
 * The Request-URI of REGISTER is a domain and stays.  But a registrar does not
 * recognize a domain that is an address of the other family.
 */
static int edit_xlat_registrar(struct sip_ims_rewrite *rw)
{
	struct sip_literal literal = {
		.place = SIP_PLACE_REQUEST_URI, .header = SIP_HEADER_OTHER,
	};
	struct sip_uri uri;

	if (!rw->msg->request || rw->msg->method != SIP_METHOD_REGISTER ||
	    !sip_uri_read(rw->base, rw->msg->uri, &uri))
		return 0;
	literal.host = uri.host;
	literal.address = uri.address;
	literal.port_text = uri.port_text;
	literal.port = uri.port;
	return edit_xlat_literal(rw, &literal);
}

/**
 * sip_ims_edit_headers() - list the edits of the headers and the Request-URI
 * @rw: a message with a plan, and an empty list of edits
 *
 * Context: RCU read side, bottom halves off.
 * Return: as sip_edit_bytes().
 */
int sip_ims_edit_headers(struct sip_ims_rewrite *rw)
{
	struct sip_literal literal;
	struct sip_walk walk;
	int err = 0;

	if (rw->path->xlat)
		err = edit_xlat_registrar(rw);
	sip_walk_init(&walk);
	while (!err && sip_walk_next(&walk, rw->base, rw->msg, &literal))
		err = edit_literal(rw, &literal);
	return err;
}
