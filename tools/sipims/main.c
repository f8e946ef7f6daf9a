// SPDX-License-Identifier: GPL-2.0-only
/*
 * sipims: shows and steers the IMS application-level gateway.
 *
 * Words and options may come in any order: a command is either an option, as
 * in conntrack(8), or the first word.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipims.h"

/* The kernel takes twice of it, in an int. */
#define BUFFER_MAX	0x20000000

#ifndef VERSION
#define VERSION "unknown"
#endif

static const struct command commands[] = {
	{ "list", 'L', "wics", true, run_list,
	  "[calls|registrations|bindings|streams]", "show what there is" },
	{ "flush", 'F', "w", false, run_flush, "",
	  "remove all calls and registrations" },
	{ "delete", 'D', "wic", false, run_delete, "", "remove one call" },
	{ "events", 'E', "wicnb", false, run_events, "",
	  "tell when media ceases" },
	{ "count", 'C', "", false, run_count, "",
	  "how many there are" },
	{ "stats", 'S', "a", false, run_stats, "", "counters" },
	{ "get", 0, "w", false, run_get, "", "show settings" },
	{ "set", 0, "w", true, run_set, "NAME=VALUE...", "change settings" },
	{ "trgw", 0, "a", true, run_trgw, "[COMMAND [DEVICE ...]]",
	  "IPv4-IPv6 translation" },
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

static const char *long_name(int letter)
{
	const struct option *option;

	for (option = long_options; option->name; option++) {
		if (option->val == letter)
			return option->name;
	}
	return "";
}

/* ---- the command line ------------------------------------------------------ */

struct parser {
	struct options options;
	const struct command *command;
	char used[16];			/* letters of the filters given */
	bool help;
	bool version;
};

static const struct command *command_by(const char *word, int letter)
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

static enum status choose(struct parser *parser, const struct command *command)
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
		return fail(STATUS_USAGE, "--zone: '%s' is not a number from 0 to 65535",
			    optarg);
	parser->options.zone = (int)zone;
	return STATUS_OK;
}

static enum status parse_amount(const char *name, uint32_t max, uint32_t *value)
{
	if (!parse_number(optarg, 1, max, value))
		return fail(STATUS_USAGE, "--%s: '%s' is not a number from 1 to %u",
			    name, optarg, max);
	return STATUS_OK;
}

static enum status parse_call_id(struct parser *parser)
{
	size_t len = strlen(optarg);

	if (!len || len > CALL_ID_MAX)
		return fail(STATUS_USAGE, "--call-id: 1 to %d characters are allowed",
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

static enum status parse_filter(struct parser *parser, int letter)
{
	size_t len = strlen(parser->used);

	if (!strchr(parser->used, letter) && len + 1 < sizeof(parser->used))
		parser->used[len] = (char)letter;
	switch (letter) {
	case 'w':
		return parse_zone(parser);
	case 'i':
		return parse_amount("id", UINT32_MAX, &parser->options.id);
	case 'c':
		return parse_call_id(parser);
	case 's':
		parser->options.state = optarg;
		return STATUS_OK;
	case 'n':
		return parse_amount("number", UINT32_MAX,
				    &parser->options.number);
	case 'b':
		return parse_amount("buffer-size", BUFFER_MAX,
				    &parser->options.buffer);
	default:
		parser->options.all = true;
		return STATUS_OK;
	}
}

/* What getopt_long() did not like: it leaves the word behind it. */
static enum status parse_error(char **argv, bool missing)
{
	const char *word = argv[optind - 1];

	if (missing && word[1] == '-')
		return fail(STATUS_USAGE, "option '%s' needs a value; try 'sipims --help'",
			    word);
	if (missing)
		return fail(STATUS_USAGE, "option '-%c' needs a value; try 'sipims --help'",
			    optopt);
	if (!optopt)
		return fail(STATUS_USAGE, "unknown option '%s'; try 'sipims --help'",
			    word);
	if (*long_name(optopt))
		return fail(STATUS_USAGE, "option '--%s' takes no value; try 'sipims --help'",
			    long_name(optopt));
	return fail(STATUS_USAGE, "unknown option '-%c'; try 'sipims --help'",
		    optopt);
}

static enum status parse_option(struct parser *parser, int letter, char **argv)
{
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
	if (strchr("wicsanb", letter))
		return parse_filter(parser, letter);
	return choose(parser, command_by(NULL, letter));
}

/* The first word is the command, unless an option was. */
static enum status parse_words(struct parser *parser, int argc, char **argv)
{
	if (!parser->command && optind < argc) {
		parser->command = command_by(argv[optind], 0);
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

static enum status check(const struct parser *parser)
{
	const struct command *command = parser->command;
	const char *letter;

	if (!command)
		return fail(STATUS_USAGE, "no command; try 'sipims --help'");
	for (letter = parser->used; *letter; letter++) {
		if (!strchr(command->takes, *letter))
			return fail(STATUS_USAGE, "option '--%s' does not go with '%s'",
				    long_name(*letter), command->name);
	}
	if (!command->args && parser->options.n_args)
		return fail(STATUS_USAGE, "'%s' is too much for '%s'; try 'sipims --help'",
			    parser->options.args[0], command->name);
	return STATUS_OK;
}

/* An error is one line, whatever the user typed. */
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

static enum status parse(struct parser *parser, int argc, char **argv)
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
	status = parse_words(parser, argc, argv);
	return status == STATUS_OK ? check(parser) : status;
}

/* ---------------------------------------------------------------------------- */

static void show_help(void)
{
	size_t i;

	puts("usage: sipims COMMAND [OPTIONS]\n\ncommands:");
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
	     "  -w, --zone N        conntrack zone: all but count, stats, trgw\n"
	     "  -i, --id N          number of a call, with list a registration, too:\n"
	     "                      list, delete, events\n"
	     "  -c, --call-id TEXT  Call-ID: list, delete, events\n"
	     "  -s, --state NAME    calling, early, confirmed, ending; pending, active: list\n"
	     "  -n, --number N      end after so many: events\n"
	     "  -b, --buffer-size N bytes for events not read yet: events\n"
	     "  -a, --all           every counter, explained: stats, trgw stats\n"
	     "  -o, --output json   for programs: all commands\n"
	     "  -h, --help          this text\n"
	     "  -V, --version       the version\n"
	     "\n"
	     "Exit status: 0 done, 1 failed, 2 wrong command line. See sipims(8).");
}

int main(int argc, char **argv)
{
	struct parser parser = { .options = { .zone = -1 } };
	enum status status;

	status = parse(&parser, argc, argv);
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
