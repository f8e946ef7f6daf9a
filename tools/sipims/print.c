// SPDX-License-Identifier: GPL-2.0-only
/*
 * Output for people, at most 80 columns wide, and for programs.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "sipims.h"

void print_json(const json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	putchar('\n');
}

/* What strangers wrote must not reach the terminal's controls. */
static void put_clean(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		putchar(text[i] > ' ' && text[i] <= '~' ? text[i] : '?');
}

/* A label, and behind it a value on as many lines as it takes */
static void put_field(const char *label, const char *value)
{
	const size_t indent = 13;
	size_t len = strlen(value), part;

	printf("  %-*s", (int)indent - 2, label);
	while (len > WIDTH - indent) {
		part = WIDTH - indent;
		put_clean(value, part);
		printf("\n%*s", (int)indent, "");
		value += part;
		len -= part;
	}
	put_clean(value, len);
	putchar('\n');
}

/* h:mm:ss */
static void format_time(char *text, size_t size, unsigned long long milliseconds)
{
	unsigned long long seconds = milliseconds / 1000;

	snprintf(text, size, "%llu:%02u:%02u", seconds / 3600,
		 (unsigned int)(seconds / 60 % 60), (unsigned int)(seconds % 60));
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

/*
 * local <-> mapped, at column @at, and @suffix; on two lines if they are too
 * long for one, or on three.
 */
static void put_mapping(const json_t *object, int at, const char *suffix)
{
	char local[80], mapped[80];
	int left, right, rest = (int)strlen(suffix);

	left = format_endpoint(local, sizeof(local), object, "local-address",
			       "local-port");
	right = format_endpoint(mapped, sizeof(mapped), object,
				"mapped-address", "mapped-port");
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
	return number == IPPROTO_TCP ? "tcp" : number == IPPROTO_UDP ? "udp" : "-";
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
 * On two lines if it is too long for one.  What the conntrack table does not
 * tell, the pinhole may: it counts one way only.
 */
static void put_traffic(const json_t *binding)
{
	bool counted = json_is_integer(json_object_get(binding, "rx-packets"));
	static const char indent[] = "      ";
	char rx[80], tx[80];
	int width;

	width = format_traffic(rx, sizeof(rx), binding,
			       counted ? "rx-packets" : "packets",
			       counted ? "rx-bytes" : "bytes");
	width += format_traffic(tx, sizeof(tx), binding, "tx-packets",
				"tx-bytes");
	if ((int)strlen(indent) + width + 8 <= WIDTH)
		printf("%srx %s, tx %s\n", indent, rx, tx);
	else
		printf("%srx %s\n%stx %s\n", indent, rx, indent, tx);
}

static bool has_flag(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static const char *binding_state(const json_t *binding)
{
	if (has_flag(binding, "open"))
		return "open";
	return has_flag(binding, "inactive") ? "inactive" : "closed";
}

static void print_binding(const json_t *binding)
{
	char suffix[40];
	int at;

	at = printf("  %-6s %2llu %-4s %s  ", get_text(binding, "party"),
		    get_number(binding, "mline"),
		    get_number(binding, "component") == 2 ? "rtcp" : "rtp",
		    l4proto_name(get_number(binding, "l4proto")));
	snprintf(suffix, sizeof(suffix), "  %s%s%s", binding_state(binding),
		 has_flag(binding, "on-hold") ? " hold" : "",
		 has_flag(binding, "direct") ? " direct" : "");
	put_mapping(binding, at, suffix);
	put_traffic(binding);
}

/* Tags are told where they tell something: in a call with several dialogs. */
static bool has_branches(const json_t *bindings)
{
	const char *tag, *first = "";
	const json_t *binding;
	size_t i;

	json_array_foreach(bindings, i, binding) {
		tag = get_text(binding, "tag");
		if (!*first)
			first = tag;
		else if (*tag && strcmp(tag, first))
			return true;
	}
	return false;
}

static void print_all_bindings(const json_t *call)
{
	const json_t *bindings = json_object_get(call, "binding");
	bool branches = has_branches(bindings);
	const char *tag, *last = "";
	const json_t *binding;
	size_t i;

	json_array_foreach(bindings, i, binding) {
		tag = get_text(binding, "tag");
		if (branches && strcmp(tag, last))
			put_field("tag", tag);
		last = tag;
		print_binding(binding);
	}
	if (json_is_true(json_object_get(call, "truncated")))
		puts("  and more, which did not fit into the kernel's answer");
}

void print_call(const json_t *call, bool bindings)
{
	printf("call %llu %s  zone %llu", get_number(call, "id"),
	       get_text(call, "state"), get_number(call, "zone"));
	put_time("age", get_number(call, "age"));
	put_time("left", get_number(call, "timeout"));
	printf("  %llu pinholes\n", get_number(call, "pinholes"));
	put_field("Call-ID", get_text(call, "call-id"));
	put_field("From", get_text(call, "from"));
	put_field("To", get_text(call, "to"));
	if (get_number(call, "dialogs") > 1)
		printf("  %-11s%llu\n", "Dialogs", get_number(call, "dialogs"));
	if (bindings)
		print_all_bindings(call);
}

void print_bindings(const json_t *call)
{
	printf("call %llu  zone %llu\n", get_number(call, "id"),
	       get_number(call, "zone"));
	print_all_bindings(call);
}

void print_registration(const json_t *registration)
{
	const int indent = 13;
	char registrar[80];

	printf("registration %llu %s  zone %llu",
	       get_number(registration, "id"), get_text(registration, "state"),
	       get_number(registration, "zone"));
	put_time("left", get_number(registration, "timeout"));
	putchar('\n');
	put_field("AOR", get_text(registration, "aor"));
	printf("  %-*s", indent - 2, "Contact");
	put_mapping(registration, indent, "");
	format_endpoint(registrar, sizeof(registrar), registration,
			"registrar-address", "registrar-port");
	put_field("Registrar", registrar);
}

/* Its own address, and what stands for it further on */
static void put_addresses(const char *label, const json_t *addresses)
{
	const int indent = 13;
	const json_t *address;
	int at = printf("  %-*s", indent - 2, label);
	char word[96];
	size_t i;

	json_array_foreach(addresses, i, address) {
		snprintf(word, sizeof(word), "%s%s", i ? "<-> " : "",
			 json_string_value(address));
		at = print_word(stdout, word, (int)strlen(word), at, indent);
	}
	putchar('\n');
}

/* As far as the kernel has looked; "-" when it has seen nothing */
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
	put_addresses(label, json_object_get(end, "addresses"));
	printf("%13s%s%s%s  last rx %s, tx %s\n", "", binding_state(end),
	       has_flag(end, "on-hold") ? " hold" : "",
	       has_flag(end, "direct") ? " direct" : "",
	       format_quiet(rx, sizeof(rx), end, "rx-quiet"),
	       format_quiet(tx, sizeof(tx), end, "tx-quiet"));
	put_traffic(end);
}

void print_stream(const json_t *stream)
{
	const json_t *call;
	size_t i;

	printf("stream %llu %s %s  zone %llu  call",
	       get_number(stream, "mline"),
	       get_number(stream, "component") == 2 ? "rtcp" : "rtp",
	       l4proto_name(get_number(stream, "l4proto")),
	       get_number(stream, "zone"));
	json_array_foreach(json_object_get(stream, "calls"), i, call)
		printf(" %" JSON_INTEGER_FORMAT, json_integer_value(call));
	putchar('\n');
	put_field("Call-ID", get_text(stream, "call-id"));
	print_end("caller", json_object_get(stream, "caller"));
	print_end("callee", json_object_get(stream, "callee"));
}

/* RTCP is beside RTP; what is odd about it is in the JSON. */
static void print_ends(const json_t *streams, bool branches)
{
	static const char *const parties[] = { "caller", "callee" };
	const json_t *stream, *end;
	size_t i, j;

	json_array_foreach(streams, i, stream) {
		if (get_number(stream, "component") != 1)
			continue;
		if (branches)
			put_field("tag", get_text(stream, "tag"));
		for (j = 0; j < ARRAY_SIZE(parties); j++) {
			end = json_object_get(stream, parties[j]);
			if (end)
				put_addresses(parties[j],
					      json_object_get(end, "addresses"));
		}
	}
}

static void put_inactivity(const json_t *inactivity)
{
	char idle[32], text[96];

	format_time(idle, sizeof(idle), get_number(inactivity, "idle"));
	snprintf(text, sizeof(text), "%s after %llu packets; inactive-media=%llu",
		 idle, get_number(inactivity, "packets"),
		 get_number(inactivity, "inactive-media"));
	printf("  %-11s%s\n", "idle", text);
}

/* @streams: those that the event is about */
void print_event(const char *time, const char *name, const json_t *values,
		 const json_t *streams)
{
	const json_t *inactivity = json_object_get(values, "inactivity");
	const json_t *call = json_object_get(values, "call");

	printf("%s %s  stream %llu  zone %llu  call %llu\n", time, name,
	       get_number(inactivity, "mline"), get_number(call, "zone"),
	       get_number(call, "id"));
	put_field("Call-ID", get_text(call, "call-id"));
	print_ends(streams, has_branches(json_object_get(call, "binding")));
	put_inactivity(inactivity);
}

/* As `sipims set` takes them */
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
 * One more word of a text that stands at column @indent and behind, wrapped;
 * @at is the column before it.  Returns the one behind it.
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
