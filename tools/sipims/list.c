// SPDX-License-Identifier: GPL-2.0-only
/* sipims -L: calls, their bindings, registrations */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipims.h"

enum view {
	VIEW_ALL,
	VIEW_CALLS,
	VIEW_REGISTRATIONS,
	VIEW_BINDINGS,
	VIEW_STREAMS,
};

static const char *const view_names[] = {
	[VIEW_ALL] = "all",
	[VIEW_CALLS] = "calls",
	[VIEW_REGISTRATIONS] = "registrations",
	[VIEW_BINDINGS] = "bindings",
	[VIEW_STREAMS] = "streams",
};

static enum status parse_view(const struct options *options, enum view *view)
{
	size_t i;

	*view = VIEW_ALL;
	if (!options->n_args)
		return STATUS_OK;
	if (options->n_args > 1)
		return fail(STATUS_USAGE, "list takes one word, '%s' is too much",
			    options->args[1]);
	for (i = 0; i < ARRAY_SIZE(view_names); i++) {
		if (!strcmp(options->args[0], view_names[i])) {
			*view = (enum view)i;
			return STATUS_OK;
		}
	}
	return fail(STATUS_USAGE,
		    "cannot list '%s'; allowed: all calls registrations bindings streams",
		    options->args[0]);
}

static bool has_name(const struct enumeration *names, const char *name)
{
	unsigned int i;

	for (i = 0; i < names->count; i++) {
		if (!strcmp(names->name[i], name))
			return true;
	}
	return false;
}

static enum status check_state(const char *state)
{
	if (!state || has_name(&call_state_names, state) ||
	    has_name(&registration_state_names, state))
		return STATUS_OK;
	return fail(STATUS_USAGE,
		    "unknown state '%s'; allowed: calling early confirmed ending pending active",
		    state);
}

static bool wanted(const struct options *options, const json_t *object)
{
	if (options->id && get_number(object, "id") != options->id)
		return false;
	if (options->call_id &&
	    strcmp(get_text(object, "call-id"), options->call_id))
		return false;
	return !options->state ||
	       !strcmp(get_text(object, "state"), options->state);
}

static int by_id(const void *a, const void *b)
{
	unsigned long long left = get_number(*(json_t *const *)a, "id");
	unsigned long long right = get_number(*(json_t *const *)b, "id");

	return left < right ? -1 : left > right;
}

/* The kernel's order is that of its hash table. */
static json_t *sorted(json_t *table)
{
	size_t size = json_array_size(table), i;
	json_t **items = calloc(size + 1, sizeof(*items));
	json_t *result;

	if (!items)
		return table;
	for (i = 0; i < size; i++)
		items[i] = json_array_get(table, i);
	qsort(items, size, sizeof(*items), by_id);
	result = json_array();
	for (i = 0; i < size; i++)
		json_array_append(result, items[i]);
	free(items);
	json_decref(table);
	return result;
}

/* The objects under @key of all answers that pass the filters, or NULL */
static json_t *read_table(const struct options *options, uint8_t command,
			  const char *key)
{
	json_t *list, *answer, *object, *table;
	size_t i;

	list = netlink_simple(command, NLM_F_DUMP, options->zone);
	if (!list)
		return NULL;
	table = json_array();
	json_array_foreach(list, i, answer) {
		object = json_object_get(answer, key);
		if (object && wanted(options, object))
			json_array_append(table, object);
	}
	json_decref(list);
	return sorted(table);
}

/* All bindings in one list, each with the call it belongs to */
static json_t *flat_bindings(const json_t *calls)
{
	json_t *bindings = json_array();
	json_t *call, *binding, *flat;
	size_t i, j;

	json_array_foreach(calls, i, call) {
		json_array_foreach(json_object_get(call, "binding"), j, binding) {
			flat = json_pack("{sOsOsO}",
					 "id", json_object_get(call, "id"),
					 "zone", json_object_get(call, "zone"),
					 "call-id",
					 json_object_get(call, "call-id"));
			json_object_update(flat, binding);
			json_array_append_new(bindings, flat);
		}
	}
	return bindings;
}

static void list_json(enum view view, const json_t *calls,
		      const json_t *registrations)
{
	json_t *top = json_object();

	if (view == VIEW_BINDINGS)
		json_object_set_new(top, "bindings", flat_bindings(calls));
	else if (view == VIEW_STREAMS)
		json_object_set_new(top, "streams", streams_of(calls));
	else if (calls)
		json_object_set(top, "calls", (json_t *)calls);
	if (registrations)
		json_object_set(top, "registrations", (json_t *)registrations);
	print_json(top);
	json_decref(top);
}

static void list_calls(enum view view, const json_t *calls)
{
	const json_t *call;
	size_t i;

	json_array_foreach(calls, i, call) {
		if (view == VIEW_BINDINGS)
			print_bindings(call);
		else
			print_call(call, view == VIEW_ALL);
	}
}

static void list_streams(const json_t *calls)
{
	json_t *streams = streams_of(calls), *stream;
	size_t i;

	json_array_foreach(streams, i, stream)
		print_stream(stream);
	json_decref(streams);
}

static void list_registrations(const json_t *registrations)
{
	const json_t *registration;
	size_t i;

	json_array_foreach(registrations, i, registration)
		print_registration(registration);
}

static void list_print(enum view view, const json_t *calls,
		       const json_t *registrations, const char *note)
{
	if (view == VIEW_STREAMS)
		list_streams(calls);
	else
		list_calls(view, calls);
	list_registrations(registrations);
	if (note)
		puts(note);
}

/* Either table is NULL when it is not to be shown. */
static enum status list_show(const struct options *options, enum view view,
			     const json_t *calls, const json_t *registrations)
{
	const char *note = NULL;

	if (calls && (options->json || view != VIEW_CALLS))
		note = traffic_add(calls);
	if (options->json)
		list_json(view, calls, registrations);
	else
		list_print(view, calls, registrations, note);
	return STATUS_OK;
}

enum status run_list(const struct options *options)
{
	json_t *calls = NULL, *registrations = NULL;
	enum status status;
	enum view view;

	status = parse_view(options, &view);
	if (status == STATUS_OK)
		status = check_state(options->state);
	if (status != STATUS_OK)
		return status;
	if (view != VIEW_REGISTRATIONS) {
		calls = read_table(options, SIP_IMS_CMD_CALL_GET, "call");
		if (!calls)
			return STATUS_ERROR;
	}
	if (view == VIEW_ALL || view == VIEW_REGISTRATIONS) {
		registrations = read_table(options, SIP_IMS_CMD_REGISTRATION_GET,
					   "registration");
		if (!registrations)
			status = STATUS_ERROR;
	}
	if (status == STATUS_OK)
		status = list_show(options, view, calls, registrations);
	json_decref(calls);
	json_decref(registrations);
	return status;
}
