/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _SIPIMS_SIPIMS_H
#define _SIPIMS_SIPIMS_H

#include <libmnl/libmnl.h>
#include <linux/sip_ims.h>
#include <linux/trgw.h>
#include <jansson.h>
#include <err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "keys.h"
#include "names_gen.h"
#include "trgw_names_gen.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define WIDTH			80	/* columns of the output for people */
#define CALL_ID_MAX		255

enum status {
	STATUS_OK,
	STATUS_ERROR,		/* a request was refused, or another failure */
	STATUS_USAGE,		/* the command line is wrong */
};

/* The command line */
struct options {
	int zone;		/* -1: none given */
	uint32_t id;		/* 0: none given */
	const char *call_id;
	const char *state;
	uint32_t number;	/* 0: none given */
	uint32_t buffer;	/* bytes, 0: none given */
	bool json;
	bool all;
	char **args;		/* arguments after the command */
	int n_args;
};

struct command {
	const char *name;
	char letter;		/* 0: no short option */
	const char *takes;	/* letters of the filters it accepts */
	bool args;		/* accepts arguments */
	enum status (*run)(const struct options *options);
	const char *usage;
	const char *doc;
};

/* Each command has a file of its own. */
enum status run_count(const struct options *options);
enum status run_delete(const struct options *options);
enum status run_events(const struct options *options);
enum status run_flush(const struct options *options);
enum status run_get(const struct options *options);
enum status run_list(const struct options *options);
enum status run_set(const struct options *options);
enum status run_stats(const struct options *options);
enum status run_trgw(const struct options *options);

/* Prints one line on stderr, which begins with the name of the program. */
#define fail(status, ...)	(warnx(__VA_ARGS__), (status))

/* main.c */
bool parse_number(const char *text, uint32_t min, uint32_t max,
		  uint32_t *value);

/*
 * netlink.c: requests to the kernel.  All functions print their errors.
 */
struct family {
	const char *name;
	const char *module;		/* its kernel module */
	const struct attr_set *set;	/* top level of its messages */
};

extern const struct family sip_ims_family;

struct netlink {
	struct mnl_socket *socket;
	const struct family *known;
	uint16_t family;
	uint32_t events;		/* number of the group, 0 for none */
	uint32_t seq;
	json_t *(*decode)(const struct netlink *netlink,
			  const struct nlmsghdr *answer);
	uint64_t request[256];
};

enum status netlink_open(struct netlink *netlink, const struct family *known);
void netlink_close(struct netlink *netlink);
struct nlmsghdr *netlink_request(struct netlink *netlink, uint8_t command,
				 uint16_t flags);
json_t *netlink_query(struct netlink *netlink);
json_t *netlink_query_zone(uint8_t command, uint16_t flags, int zone);

/* extack.c: prints why the kernel refused a request */
enum status report_refusal(const struct netlink *netlink,
			   const struct nlmsghdr *answer, int error);

/* decode.c: netlink attributes to JSON; the keys are the specification's names */
json_t *decode_message(const struct netlink *netlink,
		       const struct nlmsghdr *answer);

/*
 * traffic.c: adds packets and bytes from the conntrack table to the bindings of
 * calls.  Returns NULL, or a note on why some are unknown.
 */
const char *add_traffic(const json_t *calls);

/* streams.c: streams of calls; the two legs of an IPv4-IPv6 call are joined */
json_t *make_streams(const json_t *calls);

/* print.c: output for people and for programs */
void print_json(const json_t *value);
void print_call(const json_t *call, bool bindings);
void print_bindings(const json_t *call);
void print_stream(const json_t *stream);
void print_event(const char *time, const char *name, const json_t *values,
		 const json_t *streams);
int format_endpoint(char *text, size_t size, const json_t *object,
		    const char *address_key, const char *port_key);
void print_registration(const json_t *registration);
void print_settings(const json_t *settings);
int print_word(FILE *file, const char *word, int len, int at, int indent);
void print_counter(const char *name, unsigned long long value,
		   const char *doc);

static inline unsigned long long get_number(const json_t *object,
					    const char *key)
{
	const json_t *number = json_object_get(object, key);

	return (unsigned long long)json_integer_value(number);
}

static inline json_t *get_bindings(const json_t *call)
{
	return json_object_get(call, KEY_CALL_BINDING);
}

static inline const char *get_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

#endif /* _SIPIMS_SIPIMS_H */
