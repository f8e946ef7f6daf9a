// SPDX-License-Identifier: GPL-2.0-only
/* sipims set: change the settings of one zone */
#include <stdio.h>
#include <string.h>

#include "sipims.h"

#define MAX_SETTINGS	64	/* arguments; they fit into one request */

/* The zone is an option, not a setting. */
static bool is_setting(unsigned int type)
{
	return type != SIP_IMS_A_SETTINGS_ZONE &&
	       settings_set.attr[type].kind != KIND_NONE;
}

/* The names do not fit into the line of the error. */
static enum status report_unknown_setting(const char *word, size_t len)
{
	const int indent = 2;
	unsigned int type;
	int at = indent;

	warnx("unknown setting '%.*s'; allowed:", (int)len, word);
	fprintf(stderr, "%*s", indent, "");
	for (type = 1; type <= settings_set.max; type++) {
		const char *name = settings_set.attr[type].name;

		if (is_setting(type))
			at = print_word(stderr, name, (int)strlen(name), at,
					indent);
	}
	fputc('\n', stderr);
	return STATUS_USAGE;
}

static unsigned int find_setting(const char *word, size_t len)
{
	unsigned int type;

	for (type = 1; type <= settings_set.max; type++) {
		const char *name = settings_set.attr[type].name;

		if (is_setting(type) && strlen(name) == len &&
		    !strncmp(name, word, len))
			return type;
	}
	return 0;
}

static enum status put_name(struct nlmsghdr *request, unsigned int type,
			    const char *text)
{
	const struct attribute *attr = &settings_set.attr[type];
	char names[128] = "";
	unsigned int i;
	size_t at = 0;

	for (i = 0; i < attr->values->count; i++) {
		if (!strcmp(attr->values->name[i], text)) {
			mnl_attr_put_u8(request, (uint16_t)type, (uint8_t)i);
			return STATUS_OK;
		}
		if (at < sizeof(names))
			at += (size_t)snprintf(names + at, sizeof(names) - at,
					       " %s", attr->values->name[i]);
	}
	return fail(STATUS_USAGE, "%s: unknown value '%s'; allowed:%s",
		    attr->name, text, names);
}

/* The kernel checks the range; check here only that the number fits. */
static enum status put_number(struct nlmsghdr *request, unsigned int type,
			      const char *text)
{
	const struct attribute *attr = &settings_set.attr[type];
	uint32_t max = attr->kind == KIND_U16 ? UINT16_MAX : UINT32_MAX;
	uint32_t value;

	if (!parse_number(text, 0, max, &value))
		return fail(STATUS_USAGE,
			    "%s: '%s' is not a number from 0 to %u", attr->name,
			    text, max);
	if (attr->kind == KIND_U16)
		mnl_attr_put_u16(request, (uint16_t)type, (uint16_t)value);
	else
		mnl_attr_put_u32(request, (uint16_t)type, value);
	return STATUS_OK;
}

static enum status put_word(struct nlmsghdr *request, const char *word)
{
	size_t len = strcspn(word, "=");
	unsigned int type;

	if (!word[len])
		return fail(STATUS_USAGE,
			    "'%s' is not name=value; try 'sipims --help'",
			    word);
	type = find_setting(word, len);
	if (!type)
		return report_unknown_setting(word, len);
	if (settings_set.attr[type].values)
		return put_name(request, type, word + len + 1);
	return put_number(request, type, word + len + 1);
}

static enum status put_settings(struct nlmsghdr *request,
				const struct options *options)
{
	enum status status = STATUS_OK;
	struct nlattr *nest;
	int i;

	nest = mnl_attr_nest_start(request, SIP_IMS_A_MAIN_SETTINGS);
	mnl_attr_put_u16(request, SIP_IMS_A_SETTINGS_ZONE,
			 options->zone < 0 ? 0 : (uint16_t)options->zone);
	for (i = 0; i < options->n_args && status == STATUS_OK; i++)
		status = put_word(request, options->args[i]);
	mnl_attr_nest_end(request, nest);
	return status;
}

static json_t *send_settings(const struct options *options)
{
	struct netlink netlink;
	json_t *list = NULL;

	if (netlink_open(&netlink, &sip_ims_family) != STATUS_OK)
		return NULL;
	if (put_settings(netlink_request(&netlink, SIP_IMS_CMD_SETTINGS_SET, 0),
			 options) == STATUS_OK)
		list = netlink_query(&netlink);
	netlink_close(&netlink);
	return list;
}

enum status run_set(const struct options *options)
{
	struct options get = { .zone = options->zone < 0 ? 0 : options->zone,
			       .json = true };
	struct netlink trial = { .seq = 0 };
	enum status status;
	json_t *list;

	if (!options->n_args)
		return fail(STATUS_USAGE,
			    "'set' needs name=value; try 'sipims --help'");
	if (options->n_args > MAX_SETTINGS)
		return fail(STATUS_USAGE, "'set' takes at most %d settings",
			    MAX_SETTINGS);
	/* report errors in the arguments before opening the socket */
	status = put_settings(netlink_request(&trial, SIP_IMS_CMD_SETTINGS_SET,
					      0), options);
	if (status != STATUS_OK)
		return status;
	list = send_settings(options);
	if (!list)
		return STATUS_ERROR;
	json_decref(list);
	return options->json ? run_get(&get) : STATUS_OK;
}
