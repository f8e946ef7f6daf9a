// SPDX-License-Identifier: GPL-2.0-only
/*
 * sipims -L streams: join the bindings of the two ends of each m= line.
 *
 * The kernel has two calls for a call between IPv4 and IPv6, one for each leg.
 * The legs belong together if the translator device turns an address of the
 * IPv6 leg into a local address of the IPv4 leg; such legs make one stream.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipims.h"

#define LEG_KEY_MAX		(CALL_ID_MAX + 160)

static const char *const parties[] = { KEY_STREAM_CALLER, KEY_STREAM_CALLEE };

/* Identifies an address of one end of a stream of a call. */
static const char *format_leg_key(char *key, const json_t *call,
				  const json_t *binding, const char *address)
{
	snprintf(key, LEG_KEY_MAX, "%llu %s %llu %llu %s %llu %s",
		 get_number(call, KEY_CALL_ZONE),
		 get_text(binding, KEY_BINDING_PARTY),
		 get_number(binding, KEY_BINDING_MLINE),
		 get_number(binding, KEY_BINDING_COMPONENT),
		 get_text(binding, address),
		 get_number(binding, KEY_BINDING_LOCAL_PORT),
		 get_text(call, KEY_CALL_CALL_ID));
	return key;
}

static bool has_xlat_address(const json_t *binding)
{
	const json_t *address = json_object_get(binding,
						KEY_BINDING_XLAT_ADDRESS);

	return json_is_string(address);
}

/* Indexes calls by the local addresses of their bindings. */
static json_t *index_legs(const json_t *calls)
{
	json_t *legs = json_object(), *call, *binding;
	char key[LEG_KEY_MAX];
	size_t i, j;

	json_array_foreach(calls, i, call) {
		json_array_foreach(get_bindings(call), j, binding) {
			format_leg_key(key, call, binding,
				       KEY_BINDING_LOCAL_ADDRESS);
			json_object_set(legs, key, call);
		}
	}
	return legs;
}

/* Finds the IPv4 leg of a call; NULL if there is none. */
static json_t *find_ipv4_leg(const json_t *legs, const json_t *call)
{
	char key[LEG_KEY_MAX];
	json_t *binding, *leg;
	size_t i;

	json_array_foreach(get_bindings(call), i, binding) {
		if (!has_xlat_address(binding))
			continue;
		format_leg_key(key, call, binding, KEY_BINDING_XLAT_ADDRESS);
		leg = json_object_get(legs, key);
		if (leg)
			return leg;
	}
	return NULL;
}

static bool has_same_number(const json_t *a, const json_t *b, const char *key)
{
	return get_number(a, key) == get_number(b, key);
}

static bool is_same_stream(const json_t *a, const json_t *b)
{
	return has_same_number(a, b, KEY_BINDING_MLINE) &&
	       has_same_number(a, b, KEY_BINDING_COMPONENT) &&
	       !strcmp(get_text(a, KEY_BINDING_TAG),
		       get_text(b, KEY_BINDING_TAG));
}

/* Finds the binding of @party in the stream of @like; NULL if there is none. */
static const json_t *find_end(const json_t *call, const json_t *like,
			      const char *party)
{
	const json_t *binding;
	size_t i;

	json_array_foreach(get_bindings(call), i, binding) {
		if (is_same_stream(binding, like) &&
		    !strcmp(get_text(binding, KEY_BINDING_PARTY), party))
			return binding;
	}
	return NULL;
}

static void add_address(json_t *addresses, const json_t *binding,
			const char *address, const char *port)
{
	size_t count = json_array_size(addresses);
	char text[80];

	format_endpoint(text, sizeof(text), binding, address, port);
	if (!count ||
	    strcmp(json_string_value(json_array_get(addresses, count - 1)),
		   text))
		json_array_append_new(addresses, json_string(text));
}

static void add_addresses(json_t *addresses, const json_t *binding)
{
	if (!binding)
		return;
	add_address(addresses, binding, KEY_BINDING_LOCAL_ADDRESS,
		    KEY_BINDING_LOCAL_PORT);
	add_address(addresses, binding, KEY_BINDING_MAPPED_ADDRESS,
		    KEY_BINDING_MAPPED_PORT);
}

/* Lists addresses from the own one of the end to the one that the peer uses. */
static json_t *make_end(const json_t *near, const json_t *far)
{
	static const char *const kept[] = {
		KEY_BINDING_OPEN, KEY_BINDING_ON_HOLD, KEY_BINDING_INACTIVE,
		KEY_BINDING_DIRECT, KEY_BINDING_PACKETS, KEY_BINDING_BYTES,
		KEY_TRAFFIC_RX_PACKETS, KEY_TRAFFIC_RX_BYTES,
		KEY_TRAFFIC_TX_PACKETS, KEY_TRAFFIC_TX_BYTES,
		KEY_BINDING_RX_QUIET, KEY_BINDING_TX_QUIET,
	};
	json_t *addresses = json_array(), *end;
	size_t i;

	add_addresses(addresses, near);
	if (!far && has_xlat_address(near))
		add_address(addresses, near, KEY_BINDING_XLAT_ADDRESS,
			    KEY_BINDING_LOCAL_PORT);
	add_addresses(addresses, far);
	end = json_pack("{so}", KEY_END_ADDRESSES, addresses);
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		json_object_set(end, kept[i], json_object_get(near, kept[i]));
	return end;
}

/* The leg whose binding has a translated address, or the only one, is near. */
static void set_end(json_t *stream, const char *party, const json_t *here,
		    const json_t *there)
{
	bool near = here && has_xlat_address(here);

	if (!here && !there)
		return;
	if (!here || (there && !near))
		json_object_set_new(stream, party, make_end(there, here));
	else
		json_object_set_new(stream, party, make_end(here, there));
}

static json_t *make_stream(const json_t *call, const json_t *leg,
			   const json_t *binding)
{
	json_t *stream, *ids = json_array();
	size_t i;

	json_array_append(ids, json_object_get(call, KEY_CALL_ID));
	if (leg)
		json_array_append(ids, json_object_get(leg, KEY_CALL_ID));
	stream = json_pack("{sosOsOsssOsOsO}",
			   KEY_STREAM_CALLS, ids,
			   KEY_STREAM_ZONE,
			   json_object_get(call, KEY_CALL_ZONE),
			   KEY_STREAM_CALL_ID,
			   json_object_get(call, KEY_CALL_CALL_ID),
			   KEY_STREAM_TAG, get_text(binding, KEY_BINDING_TAG),
			   KEY_STREAM_MLINE,
			   json_object_get(binding, KEY_BINDING_MLINE),
			   KEY_STREAM_COMPONENT,
			   json_object_get(binding, KEY_BINDING_COMPONENT),
			   KEY_STREAM_L4PROTO,
			   json_object_get(binding, KEY_BINDING_L4PROTO));
	for (i = 0; i < ARRAY_SIZE(parties); i++)
		set_end(stream, parties[i],
			find_end(call, binding, parties[i]),
			leg ? find_end(leg, binding, parties[i]) : NULL);
	return stream;
}

/* Both ends have a binding: count the stream once. */
static bool represents_stream(const json_t *call, const json_t *binding)
{
	return strcmp(get_text(binding, KEY_BINDING_PARTY), parties[1]) ||
	       !find_end(call, binding, parties[0]);
}

static const char *format_id_key(char *key, const json_t *call)
{
	snprintf(key, LEG_KEY_MAX, "%llu", get_number(call, KEY_CALL_ID));
	return key;
}

json_t *make_streams(const json_t *calls)
{
	json_t *streams = json_array(), *ipv4_legs = json_object();
	json_t *legs = index_legs(calls), *call, *leg, *binding;
	char key[LEG_KEY_MAX];
	size_t i, j;

	json_array_foreach(calls, i, call) {
		leg = find_ipv4_leg(legs, call);
		if (leg)
			json_object_set(ipv4_legs, format_id_key(key, leg),
					leg);
	}
	json_array_foreach(calls, i, call) {
		if (json_object_get(ipv4_legs, format_id_key(key, call)))
			continue;
		leg = find_ipv4_leg(legs, call);
		json_array_foreach(get_bindings(call), j, binding) {
			if (!represents_stream(call, binding))
				continue;
			json_array_append_new(streams,
					      make_stream(call, leg, binding));
		}
	}
	json_decref(ipv4_legs);
	json_decref(legs);
	return streams;
}
