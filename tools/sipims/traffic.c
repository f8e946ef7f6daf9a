// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets and bytes of media flows, from the conntrack table.
 *
 * The table is read once.  An end of a flow belongs to a binding when one of
 * its two addresses, before or after translation, is the binding's local or
 * mapped one.  The flow counts when it came through a pinhole, or when both
 * ends belong to the same call: then it was a phone inside that sent first.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <libnetfilter_conntrack/libnetfilter_conntrack.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipims.h"

#define ACCT_PATH	"/proc/sys/net/netfilter/nf_conntrack_acct"

/* An address of a flow or binding, without padding for memcmp() */
struct endpoint {
	uint8_t address[16];
	uint16_t port;		/* network byte order */
	uint16_t zone;
	uint16_t l4proto;
	uint16_t family;
};

struct traffic {
	const json_t *call;
	json_t *binding;
	bool uncounted;		/* a flow has no counters */
	uint64_t round;		/* last round that reached it */
	uint64_t rx_packets;
	uint64_t rx_bytes;
	uint64_t tx_packets;
	uint64_t tx_bytes;
};

/* A binding has one entry for each of its two endpoints. */
struct entry {
	struct endpoint endpoint;
	struct traffic *traffic;
};

struct table {
	struct entry *entries;		/* sorted by endpoint */
	size_t count;
	struct traffic *traffic;
	size_t n_traffic;
	uint64_t round;			/* counts the sides of flows */
};

/* Conntrack attributes that describe one end of a flow */
struct side {
	enum nf_conntrack_attr ipv4[2];
	enum nf_conntrack_attr ipv6[2];
	enum nf_conntrack_attr port[2];
	enum nf_conntrack_attr tx_packets;
	enum nf_conntrack_attr tx_bytes;
	enum nf_conntrack_attr rx_packets;
	enum nf_conntrack_attr rx_bytes;
};

static const struct side sides[] = {
	{	/* the end that sent the first packet */
		.ipv4 = { ATTR_ORIG_IPV4_SRC, ATTR_REPL_IPV4_DST },
		.ipv6 = { ATTR_ORIG_IPV6_SRC, ATTR_REPL_IPV6_DST },
		.port = { ATTR_ORIG_PORT_SRC, ATTR_REPL_PORT_DST },
		.tx_packets = ATTR_ORIG_COUNTER_PACKETS,
		.tx_bytes = ATTR_ORIG_COUNTER_BYTES,
		.rx_packets = ATTR_REPL_COUNTER_PACKETS,
		.rx_bytes = ATTR_REPL_COUNTER_BYTES,
	},
	{
		.ipv4 = { ATTR_ORIG_IPV4_DST, ATTR_REPL_IPV4_SRC },
		.ipv6 = { ATTR_ORIG_IPV6_DST, ATTR_REPL_IPV6_SRC },
		.port = { ATTR_ORIG_PORT_DST, ATTR_REPL_PORT_SRC },
		.tx_packets = ATTR_REPL_COUNTER_PACKETS,
		.tx_bytes = ATTR_REPL_COUNTER_BYTES,
		.rx_packets = ATTR_ORIG_COUNTER_PACKETS,
		.rx_bytes = ATTR_ORIG_COUNTER_BYTES,
	},
};

static int compare_endpoints(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return memcmp(&left->endpoint, &right->endpoint,
		      sizeof(left->endpoint));
}

/* ---- the bindings ---- */

static struct endpoint get_binding_endpoint(const struct traffic *traffic,
					    const char *address,
					    const char *port)
{
	const char *text = get_text(traffic->binding, address);
	uint64_t l4proto = get_number(traffic->binding, KEY_BINDING_L4PROTO);
	struct endpoint endpoint = {
		.port = htons((uint16_t)get_number(traffic->binding, port)),
		.zone = (uint16_t)get_number(traffic->call, KEY_CALL_ZONE),
		.l4proto = l4proto ? (uint16_t)l4proto : IPPROTO_UDP,
		.family = strchr(text, ':') ? AF_INET6 : AF_INET,
	};

	inet_pton(endpoint.family, text, endpoint.address);
	return endpoint;
}

static void add_to_table(struct table *table, const json_t *call,
			 json_t *binding)
{
	struct traffic *traffic = &table->traffic[table->n_traffic++];
	struct entry *entry = &table->entries[table->count];

	traffic->call = call;
	traffic->binding = binding;
	entry[0].traffic = traffic;
	entry[0].endpoint = get_binding_endpoint(traffic,
						 KEY_BINDING_LOCAL_ADDRESS,
						 KEY_BINDING_LOCAL_PORT);
	entry[1].traffic = traffic;
	entry[1].endpoint = get_binding_endpoint(traffic,
						 KEY_BINDING_MAPPED_ADDRESS,
						 KEY_BINDING_MAPPED_PORT);
	table->count += compare_endpoints(&entry[0], &entry[1]) ? 2 : 1;
}

static size_t count_bindings(const json_t *calls)
{
	const json_t *call;
	size_t count = 0, i;

	json_array_foreach(calls, i, call)
		count += json_array_size(get_bindings(call));
	return count;
}

static void make_table(struct table *table, const json_t *calls, size_t size)
{
	json_t *call, *binding;
	size_t i, j;

	table->traffic = calloc(size, sizeof(*table->traffic));
	table->entries = calloc(2 * size, sizeof(*table->entries));
	if (!table->traffic || !table->entries)
		return;
	json_array_foreach(calls, i, call) {
		json_array_foreach(get_bindings(call), j, binding)
			add_to_table(table, call, binding);
	}
	qsort(table->entries, table->count, sizeof(*table->entries),
	      compare_endpoints);
}

/* Finds the first entry of an endpoint; equal ones follow it. */
static const struct entry *find_entry(const struct table *table,
				      const struct endpoint *endpoint)
{
	struct entry key = { .endpoint = *endpoint };
	const struct entry *entry;

	entry = bsearch(&key, table->entries, table->count, sizeof(key),
			compare_endpoints);
	while (entry && entry > table->entries &&
	       !compare_endpoints(entry - 1, &key))
		entry--;
	return entry;
}

/* ---- the flows ---- */

/* A zone may apply to one direction only. */
static uint16_t get_flow_zone(const struct nf_conntrack *ct)
{
	static const enum nf_conntrack_attr attrs[] = {
		ATTR_ZONE, ATTR_ORIG_ZONE, ATTR_REPL_ZONE,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(attrs); i++) {
		if (nfct_attr_is_set(ct, attrs[i]) > 0)
			return nfct_get_attr_u16(ct, attrs[i]);
	}
	return 0;
}

static bool get_flow_endpoint(const struct nf_conntrack *ct,
			      const struct side *side, int which,
			      struct endpoint *endpoint)
{
	*endpoint = (struct endpoint){
		.l4proto = nfct_get_attr_u8(ct, ATTR_ORIG_L4PROTO),
		.zone = get_flow_zone(ct),
	};
	if (nfct_attr_is_set(ct, side->port[which]) <= 0)
		return false;
	endpoint->port = nfct_get_attr_u16(ct, side->port[which]);
	if (nfct_attr_is_set(ct, side->ipv4[which]) > 0) {
		endpoint->family = AF_INET;
		memcpy(endpoint->address,
		       nfct_get_attr(ct, side->ipv4[which]), 4);
		return true;
	}
	if (nfct_attr_is_set(ct, side->ipv6[which]) <= 0)
		return false;
	endpoint->family = AF_INET6;
	memcpy(endpoint->address, nfct_get_attr(ct, side->ipv6[which]), 16);
	return true;
}

static bool is_expected(const struct nf_conntrack *ct)
{
	return nfct_attr_is_set(ct, ATTR_STATUS) > 0 &&
	       (nfct_get_attr_u32(ct, ATTR_STATUS) & IPS_EXPECTED);
}

/* Whether @side of the flow is an address of the call */
static bool is_side_of_call(const struct table *table,
			    const struct nf_conntrack *ct,
			    const struct side *side, const json_t *call)
{
	const struct entry *entry, *end = table->entries + table->count;
	struct endpoint endpoint;
	int which;

	for (which = 0; which < 2; which++) {
		if (!get_flow_endpoint(ct, side, which, &endpoint))
			continue;
		entry = find_entry(table, &endpoint);
		for (; entry && entry < end; entry++) {
			if (memcmp(&entry->endpoint, &endpoint,
				   sizeof(endpoint)))
				break;
			if (entry->traffic->call == call)
				return true;
		}
	}
	return false;
}

static void add_flow(struct traffic *traffic, const struct nf_conntrack *ct,
		     const struct side *side)
{
	if (nfct_attr_is_set(ct, side->tx_packets) <= 0 ||
	    nfct_attr_is_set(ct, side->rx_packets) <= 0) {
		traffic->uncounted = true;
		return;
	}
	traffic->tx_packets += nfct_get_attr_u64(ct, side->tx_packets);
	traffic->tx_bytes += nfct_get_attr_u64(ct, side->tx_bytes);
	traffic->rx_packets += nfct_get_attr_u64(ct, side->rx_packets);
	traffic->rx_bytes += nfct_get_attr_u64(ct, side->rx_bytes);
}

/* Both addresses of a side may belong to one binding, which is counted once. */
static void add_side(struct table *table, const struct nf_conntrack *ct,
		     const struct side *side, const struct side *other)
{
	const struct entry *entry, *end = table->entries + table->count;
	struct endpoint endpoint;
	int which;

	table->round++;
	for (which = 0; which < 2; which++) {
		if (!get_flow_endpoint(ct, side, which, &endpoint))
			continue;
		entry = find_entry(table, &endpoint);
		for (; entry && entry < end; entry++) {
			struct traffic *traffic = entry->traffic;

			if (memcmp(&entry->endpoint, &endpoint,
				   sizeof(endpoint)))
				break;
			if (traffic->round == table->round)
				continue;
			traffic->round = table->round;
			if (is_expected(ct) ||
			    is_side_of_call(table, ct, other, traffic->call))
				add_flow(traffic, ct, side);
		}
	}
}

static int flow_callback(enum nf_conntrack_msg_type type,
			 struct nf_conntrack *ct, void *data)
{
	struct table *table = data;

	(void)type;
	add_side(table, ct, &sides[0], &sides[1]);
	add_side(table, ct, &sides[1], &sides[0]);
	return NFCT_CB_CONTINUE;
}

static bool read_flows(struct table *table)
{
	struct nfct_handle *handle = nfct_open(CONNTRACK, 0);
	uint32_t family = AF_UNSPEC;
	int err = -1;

	if (!handle)
		return false;
	if (!nfct_callback_register(handle, NFCT_T_ALL, flow_callback, table))
		err = nfct_query(handle, NFCT_Q_DUMP, &family);
	nfct_close(handle);
	return err >= 0;
}

/* ---- the numbers ---- */

static bool is_accounting_on(void)
{
	FILE *file = fopen(ACCT_PATH, "re");
	int c;

	if (!file)
		return false;
	c = fgetc(file);
	fclose(file);
	return c != '0';
}

static void set_number(const struct traffic *traffic, const char *key,
		       uint64_t value, bool known)
{
	json_object_set_new(traffic->binding, key, known ?
			    json_integer((json_int_t)value) : json_null());
}

/* Returns whether all of the numbers are known. */
static bool set_numbers(const struct table *table, bool known)
{
	bool all = known;
	size_t i;

	for (i = 0; i < table->n_traffic; i++) {
		const struct traffic *traffic = &table->traffic[i];
		bool sure = known && !traffic->uncounted;

		all &= sure;
		set_number(traffic, KEY_TRAFFIC_RX_PACKETS, traffic->rx_packets,
			   sure);
		set_number(traffic, KEY_TRAFFIC_RX_BYTES, traffic->rx_bytes,
			   sure);
		set_number(traffic, KEY_TRAFFIC_TX_PACKETS, traffic->tx_packets,
			   sure);
		set_number(traffic, KEY_TRAFFIC_TX_BYTES, traffic->tx_bytes,
			   sure);
	}
	return all;
}

/* Flows of pinholes are counted whatever the sysctl says. */
static const char *add_flows(struct table *table)
{
	static char text[128];

	if (!read_flows(table)) {
		snprintf(text, sizeof(text),
			 "packets unknown: cannot read the conntrack table: %s",
			 strerror(errno));
		set_numbers(table, false);
		return text;
	}
	return set_numbers(table, true) || is_accounting_on() ? NULL :
	       "some flows have no counters: sysctl -w net.netfilter.nf_conntrack_acct=1";
}

const char *add_traffic(const json_t *calls)
{
	size_t size = count_bindings(calls);
	struct table table = { .count = 0 };
	const char *why = NULL;

	if (!size)
		return NULL;
	make_table(&table, calls, size);
	if (table.traffic && table.entries)
		why = add_flows(&table);
	free(table.traffic);
	free(table.entries);
	return why;
}
