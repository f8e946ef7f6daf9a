// SPDX-License-Identifier: GPL-2.0-only
/*
 * sipims: show and configure the IMS application-level gateway.
 *
 * Options and arguments may be mixed.  The command is either an option, as in
 * conntrack(8), or the first argument.
 */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipims.h"

/* The kernel doubles the size, in an int. */
#define BUFFER_MAX	0x20000000

#ifndef VERSION
#define VERSION "unknown"
#endif

static const struct command commands[] = {
	{ "list", 'L', "wics", true, run_list,
	  "[calls|registrations|bindings|streams]",
	  "list calls, registrations" },
	{ "flush", 'F', "w", false, run_flush, "",
	  "remove calls and registrations" },
	{ "delete", 'D', "wic", false, run_delete, "", "remove one call" },
	{ "events", 'E', "wicnb", false, run_events, "",
	  "print events until Ctrl-C" },
	{ "count", 'C', "", false, run_count, "",
	  "count calls, registrations" },
	{ "stats", 'S', "a", false, run_stats, "", "show counters" },
	{ "get", 0, "w", false, run_get, "", "show settings" },
	{ "set", 0, "w", true, run_set, "NAME=VALUE ...", "change settings" },
	{ "trgw", 0, "a", true, run_trgw, "[COMMAND [DEVICE ...]]",
	  "translate IPv4 and IPv6" },
};

static const struct option long_options[] = {
	{ "list", no_argument, NULL, 'L' },
	{ "dump", no_argument, NULL, 'L' },
	{ "flush", no_argument, NULL, 'F' },
	{ "delete", no_argument, NULL, 'D' },
	{ "events", no_argument, NULL, 'E' },
	{ "event", no_argument, NULL, 'E' },
	{ "count", no_argument, NULL, 'C' },
	{ "stats", no_argument, NULL, 'S' },
	{ "zone", required_argument, NULL, 'w' },
	{ "id", required_argument, NULL, 'i' },
	{ "call-id", required_argument, NULL, 'c' },
	{ "state", required_argument, NULL, 's' },
	{ "number", required_argument, NULL, 'n' },
	{ "buffer-size", required_argument, NULL, 'b' },
	{ "all", no_argument, NULL, 'a' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char short_options[] = ":LFDECSw:i:c:s:n:b:ao:hV";

bool parse_number(const char *text, uint32_t min, uint32_t max, uint32_t *value)
{
	unsigned long long number;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || *end || number < min || number > max)
		return false;
	*value = (uint32_t)number;
	return true;
}

static const char *find_long_name(int letter)
{
	const struct option *option;

	for (option = long_options; option->name; option++) {
		if (option->val == letter)
			return option->name;
	}
	return "";
}

/* ---- command line ---- */

struct parser {
	struct options options;
	const struct command *command;
	char used[8];			/* letters of the given filters */
	bool help;
	bool version;
};

static const struct command *find_command(const char *word, int letter)
{
	size_t i;

	if (word && !strcmp(word, "dump"))
		word = "list";
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (word ? !strcmp(commands[i].name, word) :
			   commands[i].letter == letter)
			return &commands[i];
	}
	return NULL;
}

static enum status set_command(struct parser *parser,
			       const struct command *command)
{
	if (parser->command && parser->command != command)
		return fail(STATUS_USAGE, "'%s' and '%s' do not go together",
			    parser->command->name, command->name);
	parser->command = command;
	return STATUS_OK;
}

static enum status parse_zone(struct parser *parser)
{
	uint32_t zone;

	if (!parse_number(optarg, 0, UINT16_MAX, &zone))
		return fail(STATUS_USAGE,
			    "--zone: '%s' is not a number from 0 to 65535",
			    optarg);
	parser->options.zone = (int)zone;
	return STATUS_OK;
}

static enum status parse_amount(int letter, uint32_t max, uint32_t *value)
{
	if (!parse_number(optarg, 1, max, value))
		return fail(STATUS_USAGE,
			    "--%s: '%s' is not a number from 1 to %u",
			    find_long_name(letter), optarg, max);
	return STATUS_OK;
}

static enum status parse_id(struct parser *parser)
{
	return parse_amount('i', UINT32_MAX, &parser->options.id);
}

static enum status parse_event_number(struct parser *parser)
{
	return parse_amount('n', UINT32_MAX, &parser->options.number);
}

static enum status parse_buffer_size(struct parser *parser)
{
	return parse_amount('b', BUFFER_MAX, &parser->options.buffer);
}

static enum status parse_state(struct parser *parser)
{
	parser->options.state = optarg;
	return STATUS_OK;
}

static enum status parse_all(struct parser *parser)
{
	parser->options.all = true;
	return STATUS_OK;
}

static enum status parse_call_id(struct parser *parser)
{
	size_t len = strlen(optarg);

	if (!len || len > CALL_ID_MAX)
		return fail(STATUS_USAGE,
			    "--call-id: 1 to %d characters are allowed",
			    CALL_ID_MAX);
	parser->options.call_id = optarg;
	return STATUS_OK;
}

static enum status parse_output(struct parser *parser)
{
	if (strcmp(optarg, "json"))
		return fail(STATUS_USAGE, "unknown output '%s'; allowed: json",
			    optarg);
	parser->options.json = true;
	return STATUS_OK;
}

/* Filters: options that only some commands accept, see struct command */
static const struct filter {
	char letter;
	enum status (*parse)(struct parser *parser);
} filters[] = {
	{ 'w', parse_zone },
	{ 'i', parse_id },
	{ 'c', parse_call_id },
	{ 's', parse_state },
	{ 'n', parse_event_number },
	{ 'b', parse_buffer_size },
	{ 'a', parse_all },
};

/* One letter each in parser.used, and the terminator */
static_assert(ARRAY_SIZE(filters) < sizeof(((struct parser *)0)->used),
	      "too many filters");

static const struct filter *find_filter(int letter)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(filters); i++) {
		if (filters[i].letter == letter)
			return &filters[i];
	}
	return NULL;
}

static enum status parse_filter(struct parser *parser,
				const struct filter *filter)
{
	size_t len = strlen(parser->used);

	if (!strchr(parser->used, filter->letter))
		parser->used[len] = filter->letter;
	return filter->parse(parser);
}

/* Reports an argument that getopt_long() rejected; optind is past it. */
static enum status parse_error(char **argv, bool missing)
{
	const char *word = argv[optind - 1];

	if (missing && word[1] == '-')
		return fail(STATUS_USAGE,
			    "option '%s' needs a value; try 'sipims --help'",
			    word);
	if (missing)
		return fail(STATUS_USAGE,
			    "option '-%c' needs a value; try 'sipims --help'",
			    optopt);
	if (!optopt)
		return fail(STATUS_USAGE,
			    "unknown option '%s'; try 'sipims --help'", word);
	if (*find_long_name(optopt))
		return fail(STATUS_USAGE,
			    "option '--%s' takes no value; try 'sipims --help'",
			    find_long_name(optopt));
	return fail(STATUS_USAGE, "unknown option '-%c'; try 'sipims --help'",
		    optopt);
}

static enum status parse_option(struct parser *parser, int letter, char **argv)
{
	const struct filter *filter = find_filter(letter);

	if (filter)
		return parse_filter(parser, filter);
	switch (letter) {
	case '?':
	case ':':
		return parse_error(argv, letter == ':');
	case 'h':
		parser->help = true;
		return STATUS_OK;
	case 'V':
		parser->version = true;
		return STATUS_OK;
	case 'o':
		return parse_output(parser);
	}
	return set_command(parser, find_command(NULL, letter));
}

/* The first argument is the command, unless an option was. */
static enum status parse_arguments(struct parser *parser, int argc, char **argv)
{
	if (!parser->command && optind < argc) {
		parser->command = find_command(argv[optind], 0);
		if (!parser->command)
			return fail(STATUS_USAGE,
				    "unknown command '%s'; try 'sipims --help'",
				    argv[optind]);
		optind++;
	}
	parser->options.args = argv + optind;
	parser->options.n_args = argc - optind;
	return STATUS_OK;
}

static enum status check_options(const struct parser *parser)
{
	const struct command *command = parser->command;
	const char *letter;

	if (!command)
		return fail(STATUS_USAGE, "no command; try 'sipims --help'");
	for (letter = parser->used; *letter; letter++) {
		if (!strchr(command->takes, *letter))
			return fail(STATUS_USAGE,
				    "option '--%s' does not go with '%s'",
				    find_long_name(*letter), command->name);
	}
	if (!command->args && parser->options.n_args)
		return fail(STATUS_USAGE,
			    "unexpected argument '%s' of '%s'; try 'sipims --help'",
			parser->options.args[0], command->name);
	return STATUS_OK;
}

/* Keeps each error on one line. */
static enum status check_characters(char **argv)
{
	const char *c;

	for (argv++; *argv; argv++) {
		for (c = *argv; *c; c++) {
			if (iscntrl((unsigned char)*c))
				return fail(STATUS_USAGE,
					    "control characters are not allowed in arguments");
		}
	}
	return STATUS_OK;
}

static enum status parse_command_line(struct parser *parser, int argc,
				      char **argv)
{
	enum status status;
	int letter;

	opterr = 0;
	status = check_characters(argv);
	while (status == STATUS_OK) {
		letter = getopt_long(argc, argv, short_options, long_options,
				     NULL);
		if (letter == -1)
			break;
		status = parse_option(parser, letter, argv);
	}
	if (status != STATUS_OK || parser->help || parser->version)
		return status;
	status = parse_arguments(parser, argc, argv);
	return status == STATUS_OK ? check_options(parser) : status;
}

static void show_help(void)
{
	size_t i;

	puts("usage: sipims COMMAND [ARGUMENTS] [OPTIONS]\n\ncommands:");
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *command = &commands[i];
		char letter[] = { command->letter ? '-' : ' ',
				  command->letter ? command->letter : ' ',
				  command->letter ? ',' : ' ', '\0' };

		printf("  %s %s %-*s %s\n", letter, command->name,
		       38 - (int)strlen(command->name), command->usage,
		       command->doc);
	}
	puts("\n"
	     "options:\n"
	     "  -w, --zone N        only this conntrack zone: all commands but count,\n"
	     "                      stats, trgw\n"
	     "  -i, --id N          only the call with this number, for list also\n"
	     "                      the registration: list, delete, events\n"
	     "  -c, --call-id TEXT  only calls with this Call-ID: list, delete, events\n"
	     "  -s, --state NAME    only calls that are calling, early, confirmed or\n"
	     "                      ending, registrations that are pending or active: list\n"
	     "  -n, --number N      exit after N events: events\n"
	     "  -b, --buffer-size N size of the receive buffer in bytes: events\n"
	     "  -a, --all           show and explain all counters: stats, trgw stats\n"
	     "  -o, --output json   print JSON: all commands\n"
	     "  -h, --help          show this help\n"
	     "  -V, --version       show the version\n"
	     "\n"
	     "Exit status: 0 success, 1 failure, 2 wrong command line. See sipims(8).");
}

int main(int argc, char **argv)
{
	struct parser parser = { .options = { .zone = -1 } };
	enum status status;

	status = parse_command_line(&parser, argc, argv);
	if (status == STATUS_OK) {
		if (parser.help)
			show_help();
		else if (parser.version)
			puts("sipims " VERSION);
		else
			status = parser.command->run(&parser.options);
	}
	if (fflush(stdout) || ferror(stdout)) {
		if (status == STATUS_OK)
			status = fail(STATUS_ERROR, "cannot write: %s",
				      strerror(errno));
	}
	return status;
}
