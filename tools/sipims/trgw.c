// SPDX-License-Identifier: GPL-2.0-only
/*
 * sipims trgw: the devices that translate between IPv4 and IPv6.
 *
 * The first argument is a command, the second a device.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipims.h"

#define MAX_WORDS	64	/* arguments; they fit into one request */

static const struct family trgw_family = {
	TRGW_FAMILY_NAME, "trgw", &trgw_main_set,
};

/* The arguments of a command */
struct request {
	const struct options *options;
	const char *device;
	uint32_t ifindex;
	char **args;		/* arguments after the device */
	int n_args;
};

struct trgw_command {
	const char *name;
	int min;		/* arguments after the device */
	int max;
	enum status (*run)(const struct request *request);
	const char *usage;
};

/* ---- requests ---- */

static json_t *send_query(const struct request *request, uint8_t command,
			  uint16_t flags,
			  enum status (*fill)(struct nlmsghdr *,
					      const struct request *))
{
	struct netlink netlink;
	struct nlmsghdr *header;
	json_t *list = NULL;

	if (netlink_open(&netlink, &trgw_family) != STATUS_OK)
		return NULL;
	header = netlink_request(&netlink, command, flags);
	if (request->ifindex)
		mnl_attr_put_u32(header, TRGW_A_MAIN_IFINDEX, request->ifindex);
	if (!fill || fill(header, request) == STATUS_OK)
		list = netlink_query(&netlink);
	netlink_close(&netlink);
	return list;
}

static enum status send_change(const struct request *request, uint8_t command,
			       enum status (*fill)(struct nlmsghdr *,
						   const struct request *))
{
	struct netlink trial = { .seq = 0 };
	enum status status;
	json_t *list;

	/* report errors in the arguments before opening the socket */
	status = fill(netlink_request(&trial, command, 0), request);
	if (status != STATUS_OK)
		return status;
	list = send_query(request, command, 0, fill);
	json_decref(list);
	return list ? STATUS_OK : STATUS_ERROR;
}

/* ---- show ---- */

static void print_device(const json_t *device)
{
	const char *first = get_text(device, KEY_TRGW_DEVICE_POOL_FIRST);

	printf("%s\n", get_text(device, KEY_TRGW_DEVICE_NAME));
	if (get_number(device, KEY_TRGW_DEVICE_PREFIX_LEN))
		printf("  prefix=%s/%llu\n",
		       get_text(device, KEY_TRGW_DEVICE_PREFIX),
		       get_number(device, KEY_TRGW_DEVICE_PREFIX_LEN));
	else
		puts("  prefix=none");
	if (strcmp(first, "0.0.0.0"))
		printf("  pool=%s-%s\n", first,
		       get_text(device, KEY_TRGW_DEVICE_POOL_LAST));
	else
		puts("  pool=none");
	printf("  idle=%llu\n  limit=%llu\n",
	       get_number(device, KEY_TRGW_DEVICE_IDLE),
	       get_number(device, KEY_TRGW_DEVICE_LIMIT));
	printf("  hosts: %llu static, %llu assigned\n",
	       get_number(device, KEY_TRGW_DEVICE_STATIC),
	       get_number(device, KEY_TRGW_DEVICE_ASSIGNED));
}

static enum status run_show(const struct request *request)
{
	json_t *list, *answer, *devices = json_array();
	size_t i;

	list = send_query(request, TRGW_CMD_DEVICE_GET,
			  request->ifindex ? 0 : NLM_F_DUMP, NULL);
	json_array_foreach(list, i, answer)
		json_array_append(devices,
				  json_object_get(answer,
						  KEY_TRGW_MAIN_DEVICE));
	if (list && request->options->json) {
		json_t *top = json_pack("{sO}", KEY_TOP_DEVICES, devices);

		print_json(top);
		json_decref(top);
	} else {
		json_array_foreach(devices, i, answer)
			print_device(answer);
	}
	json_decref(devices);
	json_decref(list);
	return list ? STATUS_OK : STATUS_ERROR;
}

/* ---- set ---- */

static enum status put_prefix(struct nlmsghdr *header, const char *text)
{
	char address[INET6_ADDRSTRLEN] = "";
	size_t len = strcspn(text, "/");
	struct in6_addr prefix = { 0 };
	uint32_t bits = 0;

	if (strcmp(text, "none")) {
		if (len >= sizeof(address) || !text[len] ||
		    !parse_number(text + len + 1, 1, 128, &bits))
			return fail(STATUS_USAGE,
				    "prefix: '%s' is not ADDRESS/LENGTH", text);
		memcpy(address, text, len);
		if (inet_pton(AF_INET6, address, &prefix) != 1)
			return fail(STATUS_USAGE,
				    "prefix: '%s' is no IPv6 address", address);
	}
	mnl_attr_put(header, TRGW_A_DEVICE_PREFIX, sizeof(prefix), &prefix);
	mnl_attr_put_u8(header, TRGW_A_DEVICE_PREFIX_LEN, (uint8_t)bits);
	return STATUS_OK;
}

/* Parses the LENGTH of a pool written as ADDRESS/LENGTH. */
static bool parse_pool_length(struct in_addr first, const char *text,
			      struct in_addr *last)
{
	uint32_t bits, mask;

	if (!parse_number(text, 1, 32, &bits))
		return false;
	mask = (uint32_t)((1ull << (32 - bits)) - 1);
	last->s_addr = first.s_addr | htonl(mask);
	return !(first.s_addr & htonl(mask));
}

static enum status put_pool(struct nlmsghdr *header, const char *text)
{
	struct in_addr first = { 0 }, last = { 0 };
	size_t len = strcspn(text, "/-");
	char address[INET_ADDRSTRLEN] = "";
	bool good;

	if (strcmp(text, "none")) {
		good = len < sizeof(address) && text[len];
		if (good)
			memcpy(address, text, len);
		good = good && inet_pton(AF_INET, address, &first) == 1;
		if (good && text[len] == '/')
			good = parse_pool_length(first, text + len + 1, &last);
		else
			good = good &&
			       inet_pton(AF_INET, text + len + 1, &last) == 1;
		if (!good)
			return fail(STATUS_USAGE,
				    "pool: '%s' is neither FIRST-LAST nor ADDRESS/LENGTH",
				    text);
	}
	mnl_attr_put(header, TRGW_A_DEVICE_POOL_FIRST, sizeof(first), &first);
	mnl_attr_put(header, TRGW_A_DEVICE_POOL_LAST, sizeof(last), &last);
	return STATUS_OK;
}

static enum status put_idle(struct nlmsghdr *header, const char *text)
{
	uint32_t seconds;

	if (!parse_number(text, 0, UINT32_MAX, &seconds))
		return fail(STATUS_USAGE,
			    "idle: '%s' is not a number of seconds", text);
	mnl_attr_put_u32(header, TRGW_A_DEVICE_IDLE, seconds);
	return STATUS_OK;
}

static enum status put_limit(struct nlmsghdr *header, const char *text)
{
	uint32_t bytes;

	if (!parse_number(text, 0, UINT16_MAX, &bytes))
		return fail(STATUS_USAGE,
			    "limit: '%s' is not a number from 0 to %u", text,
			    UINT16_MAX);
	mnl_attr_put_u16(header, TRGW_A_DEVICE_LIMIT, (uint16_t)bytes);
	return STATUS_OK;
}

static const struct {
	const char *name;
	enum status (*put)(struct nlmsghdr *header, const char *text);
} settings[] = {
	{ "prefix", put_prefix },
	{ "pool", put_pool },
	{ "idle", put_idle },
	{ "limit", put_limit },
};

static enum status put_setting(struct nlmsghdr *header, const char *word)
{
	size_t len = strcspn(word, "="), i;

	if (!word[len])
		return fail(STATUS_USAGE,
			    "'%s' is not name=value; try 'sipims --help'",
			    word);
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		if (strlen(settings[i].name) == len &&
		    !strncmp(settings[i].name, word, len))
			return settings[i].put(header, word + len + 1);
	}
	return fail(STATUS_USAGE,
		    "unknown setting '%.*s'; allowed: prefix pool idle limit",
		    (int)len, word);
}

static enum status fill_settings(struct nlmsghdr *header,
				 const struct request *request)
{
	struct nlattr *nest = mnl_attr_nest_start(header, TRGW_A_MAIN_DEVICE);
	enum status status = STATUS_OK;
	int i;

	for (i = 0; i < request->n_args && status == STATUS_OK; i++)
		status = put_setting(header, request->args[i]);
	mnl_attr_nest_end(header, nest);
	return status;
}

static enum status run_trgw_set(const struct request *request)
{
	return send_change(request, TRGW_CMD_DEVICE_SET, fill_settings);
}

/* ---- hosts ---- */

static enum status put_address(struct nlmsghdr *header, const char *text)
{
	struct in6_addr addr6;
	struct in_addr addr4;

	if (inet_pton(AF_INET, text, &addr4) == 1)
		mnl_attr_put(header, TRGW_A_HOST_ADDRESS4, sizeof(addr4),
			     &addr4);
	else if (inet_pton(AF_INET6, text, &addr6) == 1)
		mnl_attr_put(header, TRGW_A_HOST_ADDRESS6, sizeof(addr6),
			     &addr6);
	else
		return fail(STATUS_USAGE, "'%s' is no address", text);
	return STATUS_OK;
}

/* The order does not matter, since the families differ. */
static enum status fill_host(struct nlmsghdr *header,
			     const struct request *request)
{
	struct nlattr *nest = mnl_attr_nest_start(header, TRGW_A_MAIN_HOST);
	enum status status = STATUS_OK;
	int i;

	for (i = 0; i < request->n_args && status == STATUS_OK; i++)
		status = put_address(header, request->args[i]);
	mnl_attr_nest_end(header, nest);
	return status;
}

static enum status run_add(const struct request *request)
{
	return send_change(request, TRGW_CMD_HOST_ADD, fill_host);
}

static enum status run_trgw_delete(const struct request *request)
{
	return send_change(request, TRGW_CMD_HOST_DEL, fill_host);
}

/* Returns the IPv4 address of an element of the array of hosts. */
static struct in_addr host_address4(const void *element)
{
	const json_t *host = *(json_t *const *)element;
	struct in_addr address = { 0 };

	inet_pton(AF_INET, get_text(host, KEY_TRGW_HOST_ADDRESS4), &address);
	return address;
}

static int compare_address4(const void *a, const void *b)
{
	struct in_addr left = host_address4(a), right = host_address4(b);

	if (ntohl(left.s_addr) < ntohl(right.s_addr))
		return -1;
	return left.s_addr != right.s_addr;
}

static void print_host(const json_t *host)
{
	printf("%-15s  %-39s", get_text(host, KEY_TRGW_HOST_ADDRESS4),
	       get_text(host, KEY_TRGW_HOST_ADDRESS6));
	if (json_is_true(json_object_get(host, KEY_TRGW_HOST_ASSIGNED)))
		printf("  assigned, idle %llu s\n",
		       get_number(host, KEY_TRGW_HOST_IDLE));
	else
		puts("  static");
}

/* Sorts the hosts, which the kernel reports in the order of its hash table. */
static json_t *sort_hosts(const json_t *list)
{
	size_t count = json_array_size(list), i;
	json_t **sorted = calloc(count + 1, sizeof(*sorted));
	json_t *hosts = json_array();

	if (!sorted)
		return hosts;
	for (i = 0; i < count; i++)
		sorted[i] = json_object_get(json_array_get(list, i),
					    KEY_TRGW_MAIN_HOST);
	qsort(sorted, count, sizeof(*sorted), compare_address4);
	for (i = 0; i < count; i++)
		json_array_append(hosts, sorted[i]);
	free(sorted);
	return hosts;
}

static enum status run_trgw_list(const struct request *request)
{
	json_t *list = send_query(request, TRGW_CMD_HOST_GET, NLM_F_DUMP, NULL);
	json_t *hosts, *host;
	size_t i;

	if (!list)
		return STATUS_ERROR;
	hosts = sort_hosts(list);
	if (request->options->json) {
		json_t *top = json_pack("{sO}", KEY_TOP_HOSTS, hosts);

		print_json(top);
		json_decref(top);
	} else {
		json_array_foreach(hosts, i, host)
			print_host(host);
	}
	json_decref(hosts);
	json_decref(list);
	return STATUS_OK;
}

static enum status run_trgw_flush(const struct request *request)
{
	json_t *list = send_query(request, TRGW_CMD_FLUSH, 0, NULL);

	if (!list)
		return STATUS_ERROR;
	if (request->options->json)
		print_json(json_array_get(list, 0));
	else
		printf("%llu assigned addresses released\n",
		       get_number(json_array_get(list, 0),
				  KEY_TRGW_MAIN_FLUSHED));
	json_decref(list);
	return STATUS_OK;
}

/* ---- stats ---- */

static enum status run_trgw_stats(const struct request *request)
{
	json_t *list = send_query(request, TRGW_CMD_STATS_GET, 0, NULL);
	const json_t *counts;
	unsigned int type;

	if (!list)
		return STATUS_ERROR;
	counts = json_object_get(json_array_get(list, 0), KEY_TRGW_MAIN_STATS);
	if (request->options->json)
		print_json(counts);
	for (type = 1; !request->options->json && type <= trgw_stats_set.max;
	     type++) {
		const struct attribute *attr = &trgw_stats_set.attr[type];
		uint64_t value = get_number(counts, attr->name);

		if (attr->kind != KIND_U64)
			continue;
		if (request->options->all || value ||
		    type <= TRGW_A_STATS_FROM6)
			print_counter(attr->name, value,
				      request->options->all ? attr->doc : NULL);
	}
	json_decref(list);
	return STATUS_OK;
}

/* ---- commands ---- */

static const struct trgw_command commands[] = {
	{ "show", 0, 0, run_show, "show [DEVICE]" },
	{ "set", 1, MAX_WORDS, run_trgw_set, "set DEVICE NAME=VALUE..." },
	{ "list", 0, 0, run_trgw_list, "list DEVICE" },
	{ "add", 2, 2, run_add, "add DEVICE IPV4 IPV6" },
	{ "delete", 1, 2, run_trgw_delete, "delete DEVICE ADDRESS" },
	{ "flush", 0, 0, run_trgw_flush, "flush DEVICE" },
	{ "stats", 0, 0, run_trgw_stats, "stats DEVICE" },
};

static enum status find_command(const char *word,
				const struct trgw_command **command)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i].name, word)) {
			*command = &commands[i];
			return STATUS_OK;
		}
	}
	return fail(STATUS_USAGE,
		    "unknown trgw command '%s'; allowed: show set list add delete flush stats",
		    word);
}

/* Called last, so that errors in the arguments are reported first. */
static enum status find_device(struct request *request)
{
	request->ifindex = if_nametoindex(request->device);
	if (request->ifindex)
		return STATUS_OK;
	return fail(STATUS_ERROR, "there is no device '%s'", request->device);
}

enum status run_trgw(const struct options *options)
{
	const struct trgw_command *command = &commands[0];
	struct request request = { .options = options };
	enum status status = STATUS_OK;

	if (options->n_args)
		status = find_command(options->args[0], &command);
	if (status != STATUS_OK)
		return status;
	if (options->all && command->run != run_trgw_stats)
		return fail(STATUS_USAGE,
			    "option '--all' does not go with 'trgw %s'",
			    command->name);
	if (options->n_args > 1) {
		request.device = options->args[1];
		request.args = options->args + 2;
		request.n_args = options->n_args - 2;
	}
	if ((!request.device && command->run != run_show) ||
	    request.n_args < command->min || request.n_args > command->max)
		return fail(STATUS_USAGE, "usage: sipims trgw %s",
			    command->usage);
	if (request.device)
		status = find_device(&request);
	return status == STATUS_OK ? command->run(&request) : status;
}
