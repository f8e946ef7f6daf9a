// SPDX-License-Identifier: GPL-2.0-only
/*
 * Output for people, at most 80 columns wide, and for programs.
 *
 * Names: format_*() writes to a buffer, put_*() writes part of an output, and
 * print_*() writes whole lines.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "sipims.h"

#define INDENT		2	/* of lines of a call, stream or registration */
#define VALUE_COLUMN	13	/* where the values of these lines start */
#define LABEL_WIDTH	(VALUE_COLUMN - INDENT)

void print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	putchar('\n');
}

/* Text of a message must not contain control characters for the terminal. */
static void put_clean(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		putchar(text[i] > ' ' && text[i] <= '~' ? text[i] : '?');
}

static int put_label(const char *label)
{
	return printf("%*s%-*s", INDENT, "", LABEL_WIDTH, label);
}

/* Writes a label and a value, which takes as many lines as it needs. */
static void put_field(const char *label, const char *value)
{
	const size_t part = WIDTH - VALUE_COLUMN;
	size_t len = strlen(value);

	put_label(label);
	while (len > part) {
		put_clean(value, part);
		printf("\n%*s", VALUE_COLUMN, "");
		value += part;
		len -= part;
	}
	put_clean(value, len);
	putchar('\n');
}

static void put_number(const char *label, unsigned long long value)
{
	put_label(label);
	printf("%llu\n", value);
}

/* h:mm:ss */
static void format_time(char *text, size_t size,
			unsigned long long milliseconds)
{
	unsigned long long seconds = milliseconds / 1000;

	snprintf(text, size, "%llu:%02u:%02u", seconds / 3600,
		 (unsigned int)(seconds / 60 % 60),
		 (unsigned int)(seconds % 60));
}

static void put_time(const char *label, unsigned long long milliseconds)
{
	char text[32];

	format_time(text, sizeof(text), milliseconds);
	printf("  %s %s", label, text);
}

int format_endpoint(char *text, size_t size, const json_t *object,
		    const char *address_key, const char *port_key)
{
	const char *address = get_text(object, address_key);

	return snprintf(text, size, strchr(address, ':') ? "[%s]:%u" : "%s:%u",
			address, (unsigned int)get_number(object, port_key));
}

/* Writes "local <-> mapped" at column @at and @suffix, on up to three lines. */
static void put_mapping(const json_t *object, int at, const char *suffix)
{
	char local[80], mapped[80];
	int left, right, rest = (int)strlen(suffix);

	left = format_endpoint(local, sizeof(local), object,
			       KEY_BINDING_LOCAL_ADDRESS,
			       KEY_BINDING_LOCAL_PORT);
	right = format_endpoint(mapped, sizeof(mapped), object,
				KEY_BINDING_MAPPED_ADDRESS,
				KEY_BINDING_MAPPED_PORT);
	if (at + left + right + rest + 5 <= WIDTH)
		printf("%s <-> %s%s\n", local, mapped, suffix);
	else if (at + right + rest + 4 <= WIDTH)
		printf("%s\n%*s<-> %s%s\n", local, at, "", mapped, suffix);
	else
		printf("%s\n%*s<-> %s\n%*s%s\n", local, at, "", mapped,
		       at + 2, "", suffix);
}

static const char *l4proto_name(unsigned long long number)
{
	if (number == IPPROTO_TCP)
		return "tcp";
	return number == IPPROTO_UDP ? "udp" : "-";
}

static const char *component_name(unsigned long long number)
{
	return number == 2 ? "rtcp" : "rtp";
}

static int format_traffic(char *text, size_t size, const json_t *binding,
			  const char *packets, const char *bytes)
{
	if (!json_is_integer(json_object_get(binding, packets)))
		return snprintf(text, size, "- packets - bytes");
	return snprintf(text, size, "%llu packets %llu bytes",
			get_number(binding, packets),
			get_number(binding, bytes));
}

/*
 * Writes the counts on one line, or on two if they are too long.  If the
 * conntrack table has no rx counts, the pinhole supplies them; it counts only
 * that direction.
 */
static void put_traffic(const json_t *binding)
{
	const json_t *packets = json_object_get(binding,
						KEY_TRAFFIC_RX_PACKETS);
	bool counted = json_is_integer(packets);
	static const char indent[] = "      ";
	char rx[80], tx[80];
	int width;

	width = format_traffic(rx, sizeof(rx), binding,
			       counted ? KEY_TRAFFIC_RX_PACKETS :
					 KEY_BINDING_PACKETS,
			       counted ? KEY_TRAFFIC_RX_BYTES :
					 KEY_BINDING_BYTES);
	width += format_traffic(tx, sizeof(tx), binding, KEY_TRAFFIC_TX_PACKETS,
				KEY_TRAFFIC_TX_BYTES);
	if ((int)strlen(indent) + width + 8 <= WIDTH)
		printf("%srx %s, tx %s\n", indent, rx, tx);
	else
		printf("%srx %s\n%stx %s\n", indent, rx, indent, tx);
}

static bool has_flag(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static const char *format_state(const json_t *binding)
{
	if (has_flag(binding, KEY_BINDING_OPEN))
		return "open";
	return has_flag(binding, KEY_BINDING_INACTIVE) ? "inactive" : "closed";
}

static void print_binding(const json_t *binding)
{
	char suffix[40];
	int at;

	at = printf("  %-6s %2llu %-4s %s  ",
		    get_text(binding, KEY_BINDING_PARTY),
		    get_number(binding, KEY_BINDING_MLINE),
		    component_name(get_number(binding, KEY_BINDING_COMPONENT)),
		    l4proto_name(get_number(binding, KEY_BINDING_L4PROTO)));
	snprintf(suffix, sizeof(suffix), "  %s%s%s", format_state(binding),
		 has_flag(binding, KEY_BINDING_ON_HOLD) ? " on-hold" : "",
		 has_flag(binding, KEY_BINDING_DIRECT) ? " direct" : "");
	put_mapping(binding, at, suffix);
	put_traffic(binding);
}

/* Tags are printed only if they distinguish dialogs. */
static bool has_branches(const json_t *bindings)
{
	const char *tag, *first = "";
	const json_t *binding;
	size_t i;

	json_array_foreach(bindings, i, binding) {
		tag = get_text(binding, KEY_BINDING_TAG);
		if (!*first)
			first = tag;
		else if (*tag && strcmp(tag, first))
			return true;
	}
	return false;
}

static void print_all_bindings(const json_t *call)
{
	const json_t *bindings = get_bindings(call);
	bool branches = has_branches(bindings);
	const char *tag, *last = "";
	const json_t *binding;
	size_t i;

	json_array_foreach(bindings, i, binding) {
		tag = get_text(binding, KEY_BINDING_TAG);
		if (branches && strcmp(tag, last))
			put_field("tag", tag);
		last = tag;
		print_binding(binding);
	}
	if (json_is_true(json_object_get(call, KEY_CALL_TRUNCATED)))
		puts("  more bindings than fit into one message of the kernel");
}

void print_call(const json_t *call, bool bindings)
{
	printf("call %llu %s  zone %llu", get_number(call, KEY_CALL_ID),
	       get_text(call, KEY_CALL_STATE), get_number(call, KEY_CALL_ZONE));
	put_time("age", get_number(call, KEY_CALL_AGE));
	put_time("left", get_number(call, KEY_CALL_TIMEOUT));
	printf("  %llu pinholes\n", get_number(call, KEY_CALL_PINHOLES));
	put_field("Call-ID", get_text(call, KEY_CALL_CALL_ID));
	put_field("From", get_text(call, KEY_CALL_FROM));
	put_field("To", get_text(call, KEY_CALL_TO));
	if (get_number(call, KEY_CALL_DIALOGS) > 1)
		put_number("Dialogs", get_number(call, KEY_CALL_DIALOGS));
	if (bindings)
		print_all_bindings(call);
}

void print_bindings(const json_t *call)
{
	printf("call %llu  zone %llu\n", get_number(call, KEY_CALL_ID),
	       get_number(call, KEY_CALL_ZONE));
	print_all_bindings(call);
}

void print_registration(const json_t *registration)
{
	char registrar[80];

	printf("registration %llu %s  zone %llu",
	       get_number(registration, KEY_REGISTRATION_ID),
	       get_text(registration, KEY_REGISTRATION_STATE),
	       get_number(registration, KEY_REGISTRATION_ZONE));
	put_time("left", get_number(registration, KEY_REGISTRATION_TIMEOUT));
	putchar('\n');
	put_field("AOR", get_text(registration, KEY_REGISTRATION_AOR));
	put_label("Contact");
	put_mapping(registration, VALUE_COLUMN, "");
	format_endpoint(registrar, sizeof(registrar), registration,
			KEY_REGISTRATION_REGISTRAR_ADDRESS,
			KEY_REGISTRATION_REGISTRAR_PORT);
	put_field("Registrar", registrar);
}

/* Writes the own address of an end and its translations in order. */
static void put_addresses(const char *label, const json_t *addresses)
{
	const json_t *address;
	int at = put_label(label);
	char word[96];
	size_t i;

	json_array_foreach(addresses, i, address) {
		snprintf(word, sizeof(word), "%s%s", i ? "<-> " : "",
			 json_string_value(address));
		at = print_word(stdout, word, (int)strlen(word), at,
				VALUE_COLUMN);
	}
	putchar('\n');
}

/* "-" if the kernel has not seen a packet */
static const char *format_quiet(char *text, size_t size, const json_t *end,
				const char *key)
{
	char time[32];

	if (!json_object_get(end, key))
		return "-";
	format_time(time, sizeof(time), get_number(end, key));
	snprintf(text, size, "%s ago", time);
	return text;
}

static void print_end(const char *label, const json_t *end)
{
	char rx[40], tx[40];

	if (!end)
		return;
	put_addresses(label, json_object_get(end, KEY_END_ADDRESSES));
	printf("%*s%s%s%s  last rx %s, tx %s\n", VALUE_COLUMN, "",
	       format_state(end),
	       has_flag(end, KEY_BINDING_ON_HOLD) ? " on-hold" : "",
	       has_flag(end, KEY_BINDING_DIRECT) ? " direct" : "",
	       format_quiet(rx, sizeof(rx), end, KEY_BINDING_RX_QUIET),
	       format_quiet(tx, sizeof(tx), end, KEY_BINDING_TX_QUIET));
	put_traffic(end);
}

void print_stream(const json_t *stream)
{
	const json_t *call;
	size_t i;

	printf("stream %llu %s %s  zone %llu  call",
	       get_number(stream, KEY_STREAM_MLINE),
	       component_name(get_number(stream, KEY_STREAM_COMPONENT)),
	       l4proto_name(get_number(stream, KEY_STREAM_L4PROTO)),
	       get_number(stream, KEY_STREAM_ZONE));
	json_array_foreach(json_object_get(stream, KEY_STREAM_CALLS), i, call)
		printf(" %" JSON_INTEGER_FORMAT, json_integer_value(call));
	putchar('\n');
	put_field("Call-ID", get_text(stream, KEY_STREAM_CALL_ID));
	print_end(KEY_STREAM_CALLER,
		  json_object_get(stream, KEY_STREAM_CALLER));
	print_end(KEY_STREAM_CALLEE,
		  json_object_get(stream, KEY_STREAM_CALLEE));
}

/* Prints the ends of RTP only; JSON has those of RTCP as well. */
static void print_ends(const json_t *streams, bool branches)
{
	static const char *const parties[] = {
		KEY_STREAM_CALLER, KEY_STREAM_CALLEE,
	};
	const json_t *stream, *end, *addresses;
	size_t i, j;

	json_array_foreach(streams, i, stream) {
		if (get_number(stream, KEY_STREAM_COMPONENT) != 1)
			continue;
		if (branches)
			put_field("tag", get_text(stream, KEY_STREAM_TAG));
		for (j = 0; j < ARRAY_SIZE(parties); j++) {
			end = json_object_get(stream, parties[j]);
			addresses = json_object_get(end, KEY_END_ADDRESSES);
			if (end)
				put_addresses(parties[j], addresses);
		}
	}
}

static void put_inactivity(const json_t *inactivity)
{
	char idle[32], text[96];

	format_time(idle, sizeof(idle),
		    get_number(inactivity, KEY_INACTIVITY_IDLE));
	snprintf(text, sizeof(text),
		 "%s after %llu packets; inactive-media=%llu", idle,
		 get_number(inactivity, KEY_INACTIVITY_PACKETS),
		 get_number(inactivity, KEY_INACTIVITY_INACTIVE_MEDIA));
	put_label("idle");
	puts(text);
}

/* @streams: streams of the call of the event */
void print_event(const char *time, const char *name, const json_t *values,
		 const json_t *streams)
{
	const json_t *inactivity = json_object_get(values, KEY_MAIN_INACTIVITY);
	const json_t *call = json_object_get(values, KEY_MAIN_CALL);

	printf("%s %s  stream %llu  zone %llu  call %llu\n", time, name,
	       get_number(inactivity, KEY_INACTIVITY_MLINE),
	       get_number(call, KEY_CALL_ZONE), get_number(call, KEY_CALL_ID));
	put_field("Call-ID", get_text(call, KEY_CALL_CALL_ID));
	print_ends(streams, has_branches(get_bindings(call)));
	put_inactivity(inactivity);
}

/* Prints settings in the form that `sipims set` takes. */
void print_settings(const json_t *settings)
{
	unsigned int type;

	for (type = 1; type <= settings_set.max; type++) {
		const char *name = settings_set.attr[type].name;
		const json_t *value = json_object_get(settings, name);

		if (!name || !value)
			continue;
		if (type == SIP_IMS_A_SETTINGS_ZONE)
			printf("zone %" JSON_INTEGER_FORMAT "\n",
			       json_integer_value(value));
		else if (json_is_string(value))
			printf("%s=%s\n", name, json_string_value(value));
		else
			printf("%s=%" JSON_INTEGER_FORMAT "\n", name,
			       json_integer_value(value));
	}
}

/*
 * Writes one more word at column @at of a text that is wrapped at @indent.
 * Returns the column after the word.
 */
int print_word(FILE *file, const char *word, int len, int at, int indent)
{
	if (at > indent && at + 1 + len > WIDTH) {
		fprintf(file, "\n%*s", indent, "");
		at = indent;
	}
	return at + fprintf(file, "%s%.*s", at > indent ? " " : "", len, word);
}

static void put_wrapped(const char *text, int indent)
{
	int at = indent;

	while (*text) {
		int len = (int)strcspn(text, " ");

		at = print_word(stdout, text, len, at, indent);
		text += len;
		text += strspn(text, " ");
	}
}

void print_counter(const char *name, unsigned long long value,
		   const char *doc)
{
	int at = printf("%-26s%10llu", name, value);

	if (doc) {
		fputs("  ", stdout);
		put_wrapped(doc, at + 2);
	}
	putchar('\n');
}
