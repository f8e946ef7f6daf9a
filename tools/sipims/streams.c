// SPDX-License-Identifier: GPL-2.0-only
/*
 * sipims -L streams: what the two ends of each m= line are known as, and what
 * came to them.
 *
 * A call between families is two calls to the kernel, one for each leg.  They
 * belong together when an address of the IPv6 leg is, beyond the translator
 * device, the address that the IPv4 leg begins with; then they are one here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipims.h"

#define KEY_MAX		(CALL_ID_MAX + 160)

static const char *const parties[] = { "caller", "callee" };

/* Which end of which stream of which call has which address */
static const char *leg_key(char *key, const json_t *call, const json_t *binding,
			   const char *address)
{
	snprintf(key, KEY_MAX, "%llu %s %llu %llu %s %llu %s",
		 get_number(call, "zone"), get_text(binding, "party"),
		 get_number(binding, "mline"), get_number(binding, "component"),
		 get_text(binding, address), get_number(binding, "local-port"),
		 get_text(call, "call-id"));
	return key;
}

static bool has_across(const json_t *binding)
{
	return json_is_string(json_object_get(binding, "xlat-address"));
}

/* Calls by where they begin */
static json_t *legs_index(const json_t *calls)
{
	json_t *legs = json_object(), *call, *binding;
	char key[KEY_MAX];
	size_t i, j;

	json_array_foreach(calls, i, call) {
		json_array_foreach(json_object_get(call, "binding"), j, binding)
			json_object_set(legs, leg_key(key, call, binding,
						      "local-address"), call);
	}
	return legs;
}

/* The IPv4 leg of a call, or NULL */
static json_t *leg_across(const json_t *legs, const json_t *call)
{
	char key[KEY_MAX];
	json_t *binding, *leg;
	size_t i;

	json_array_foreach(json_object_get(call, "binding"), i, binding) {
		leg = has_across(binding) ?
		      json_object_get(legs, leg_key(key, call, binding,
						    "xlat-address")) : NULL;
		if (leg)
			return leg;
	}
	return NULL;
}

static bool same_stream(const json_t *a, const json_t *b)
{
	return get_number(a, "mline") == get_number(b, "mline") &&
	       get_number(a, "component") == get_number(b, "component") &&
	       !strcmp(get_text(a, "tag"), get_text(b, "tag"));
}

/* What an end of the stream of @like is in a call, or NULL */
static const json_t *stream_end(const json_t *call, const json_t *like,
				const char *party)
{
	const json_t *binding;
	size_t i;

	json_array_foreach(json_object_get(call, "binding"), i, binding) {
		if (same_stream(binding, like) &&
		    !strcmp(get_text(binding, "party"), party))
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
	if (!count || strcmp(json_string_value(json_array_get(addresses,
							      count - 1)), text))
		json_array_append_new(addresses, json_string(text));
}

static void add_addresses(json_t *addresses, const json_t *binding)
{
	if (!binding)
		return;
	add_address(addresses, binding, "local-address", "local-port");
	add_address(addresses, binding, "mapped-address", "mapped-port");
}

/* From what the end calls itself to what the far end knows it as */
static json_t *end_object(const json_t *near, const json_t *far)
{
	static const char *const kept[] = {
		"open", "on-hold", "inactive", "direct", "packets", "bytes",
		"rx-packets", "rx-bytes", "tx-packets", "tx-bytes",
		"rx-quiet", "tx-quiet",
	};
	json_t *addresses = json_array(), *end;
	size_t i;

	add_addresses(addresses, near);
	if (!far && has_across(near))
		add_address(addresses, near, "xlat-address", "local-port");
	add_addresses(addresses, far);
	end = json_pack("{so}", "addresses", addresses);
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		json_object_set(end, kept[i], json_object_get(near, kept[i]));
	return end;
}

/* An end is on this leg, or on the other one if that is where it begins. */
static void set_end(json_t *stream, const char *party, const json_t *here,
		    const json_t *there)
{
	bool inside = here && has_across(here);

	if (!here && !there)
		return;
	if (!here || (there && !inside))
		json_object_set_new(stream, party, end_object(there, here));
	else
		json_object_set_new(stream, party, end_object(here, there));
}

static json_t *stream_object(const json_t *call, const json_t *leg,
			     const json_t *binding)
{
	json_t *stream, *ids = json_array();
	size_t i;

	json_array_append(ids, json_object_get(call, "id"));
	if (leg)
		json_array_append(ids, json_object_get(leg, "id"));
	stream = json_pack("{sosOsOsssOsOsO}", "calls", ids,
			   "zone", json_object_get(call, "zone"),
			   "call-id", json_object_get(call, "call-id"),
			   "tag", get_text(binding, "tag"),
			   "mline", json_object_get(binding, "mline"),
			   "component", json_object_get(binding, "component"),
			   "l4proto", json_object_get(binding, "l4proto"));
	for (i = 0; i < ARRAY_SIZE(parties); i++)
		set_end(stream, parties[i],
			stream_end(call, binding, parties[i]),
			leg ? stream_end(leg, binding, parties[i]) : NULL);
	return stream;
}

/* Both ends have a binding; the first of them is the stream. */
static bool is_first(const json_t *call, const json_t *binding)
{
	return strcmp(get_text(binding, "party"), parties[1]) ||
	       !stream_end(call, binding, parties[0]);
}

static const char *id_key(char *key, const json_t *call)
{
	snprintf(key, KEY_MAX, "%llu", get_number(call, "id"));
	return key;
}

json_t *streams_of(const json_t *calls)
{
	json_t *streams = json_array(), *seconds = json_object();
	json_t *legs = legs_index(calls), *call, *leg, *binding;
	char key[KEY_MAX];
	size_t i, j;

	json_array_foreach(calls, i, call) {
		leg = leg_across(legs, call);
		if (leg)
			json_object_set(seconds, id_key(key, leg), leg);
	}
	json_array_foreach(calls, i, call) {
		if (json_object_get(seconds, id_key(key, call)))
			continue;
		leg = leg_across(legs, call);
		json_array_foreach(json_object_get(call, "binding"), j, binding) {
			if (!is_first(call, binding))
				continue;
			json_array_append_new(streams,
					      stream_object(call, leg, binding));
		}
	}
	json_decref(seconds);
	json_decref(legs);
	return streams;
}
