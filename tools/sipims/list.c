// SPDX-License-Identifier: GPL-2.0-only
/* sipims -L: list calls, bindings, streams and registrations */
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
		return fail(STATUS_USAGE, "unexpected argument '%s' of 'list'",
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

static bool has_entry(const struct enumeration *names, const char *name)
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
	if (!state || has_entry(&call_state_names, state) ||
	    has_entry(&registration_state_names, state))
		return STATUS_OK;
	return fail(STATUS_USAGE,
		    "unknown state '%s'; allowed: calling early confirmed ending pending active",
		    state);
}

/* Calls and registrations have the same names for what the filters compare. */
static bool passes_filters(const struct options *options, const json_t *object)
{
	if (options->id && get_number(object, KEY_CALL_ID) != options->id)
		return false;
	if (options->call_id &&
	    strcmp(get_text(object, KEY_CALL_CALL_ID), options->call_id))
		return false;
	return !options->state ||
	       !strcmp(get_text(object, KEY_CALL_STATE), options->state);
}

static int compare_ids(const void *a, const void *b)
{
	unsigned long long left = get_number(*(json_t *const *)a, KEY_CALL_ID);
	unsigned long long right = get_number(*(json_t *const *)b, KEY_CALL_ID);

	return left < right ? -1 : left > right;
}

/* Calls and registrations arrive in the order of the kernel's hash table. */
static json_t *sort_by_id(json_t *table)
{
	size_t size = json_array_size(table), i;
	json_t **items = calloc(size + 1, sizeof(*items));
	json_t *result;

	if (!items)
		return table;
	for (i = 0; i < size; i++)
		items[i] = json_array_get(table, i);
	qsort(items, size, sizeof(*items), compare_ids);
	result = json_array();
	for (i = 0; i < size; i++)
		json_array_append(result, items[i]);
	free(items);
	json_decref(table);
	return result;
}

/* Reads the objects under @key that pass the filters; NULL after an error. */
static json_t *read_table(const struct options *options, uint8_t command,
			  const char *key)
{
	json_t *list, *answer, *object, *table;
	size_t i;

	list = netlink_query_zone(command, NLM_F_DUMP, options->zone);
	if (!list)
		return NULL;
	table = json_array();
	json_array_foreach(list, i, answer) {
		object = json_object_get(answer, key);
		if (object && passes_filters(options, object))
			json_array_append(table, object);
	}
	json_decref(list);
	return sort_by_id(table);
}

/* Makes one list of all bindings, each with the id of its call. */
static json_t *flatten_bindings(const json_t *calls)
{
	json_t *bindings = json_array();
	json_t *call, *binding, *flat;
	size_t i, j;

	json_array_foreach(calls, i, call) {
		json_array_foreach(get_bindings(call), j, binding) {
			flat = json_pack("{sOsOsO}", KEY_CALL_ID,
					 json_object_get(call, KEY_CALL_ID),
					 KEY_CALL_ZONE,
					 json_object_get(call, KEY_CALL_ZONE),
					 KEY_CALL_CALL_ID,
					 json_object_get(call,
							 KEY_CALL_CALL_ID));
			json_object_update(flat, binding);
			json_array_append_new(bindings, flat);
		}
	}
	return bindings;
}

static void print_json_list(enum view view, const json_t *calls,
			    const json_t *registrations)
{
	json_t *top = json_object();

	if (view == VIEW_BINDINGS)
		json_object_set_new(top, KEY_TOP_BINDINGS,
				    flatten_bindings(calls));
	else if (view == VIEW_STREAMS)
		json_object_set_new(top, KEY_TOP_STREAMS, make_streams(calls));
	else if (calls)
		json_object_set(top, KEY_TOP_CALLS, (json_t *)calls);
	if (registrations)
		json_object_set(top, KEY_TOP_REGISTRATIONS,
				(json_t *)registrations);
	print_json(top);
	json_decref(top);
}

static void print_calls(enum view view, const json_t *calls)
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

static void print_streams(const json_t *calls)
{
	json_t *streams = make_streams(calls), *stream;
	size_t i;

	json_array_foreach(streams, i, stream)
		print_stream(stream);
	json_decref(streams);
}

static void print_registrations(const json_t *registrations)
{
	const json_t *registration;
	size_t i;

	json_array_foreach(registrations, i, registration)
		print_registration(registration);
}

static void print_text_list(enum view view, const json_t *calls,
			    const json_t *registrations, const char *note)
{
	if (view == VIEW_STREAMS)
		print_streams(calls);
	else
		print_calls(view, calls);
	print_registrations(registrations);
	if (note)
		puts(note);
}

/* A table that is NULL is not shown. */
static enum status show_list(const struct options *options, enum view view,
			     const json_t *calls, const json_t *registrations)
{
	const char *note = NULL;

	if (calls && (options->json || view != VIEW_CALLS))
		note = add_traffic(calls);
	if (options->json)
		print_json_list(view, calls, registrations);
	else
		print_text_list(view, calls, registrations, note);
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
		calls = read_table(options, SIP_IMS_CMD_CALL_GET,
				   KEY_MAIN_CALL);
		if (!calls)
			return STATUS_ERROR;
	}
	if (view == VIEW_ALL || view == VIEW_REGISTRATIONS) {
		registrations = read_table(options,
					   SIP_IMS_CMD_REGISTRATION_GET,
					   KEY_MAIN_REGISTRATION);
		if (!registrations)
			status = STATUS_ERROR;
	}
	if (status == STATUS_OK)
		status = show_list(options, view, calls, registrations);
	json_decref(calls);
	json_decref(registrations);
	return status;
}
