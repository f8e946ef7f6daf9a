// SPDX-License-Identifier: GPL-2.0-only
/*
 * The naive parser's tools: regular expressions, parameters, addresses.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <strings.h>

#include "naive.h"
#include "unit.h"

char *naive_text(const u8 *bytes, size_t from, size_t to)
{
	char *text = calloc(1, to - from + 1);

	if (!text)
		abort();
	memcpy(text, bytes + from, to - from);
	return text;
}

struct compiled {
	const char *pattern;
	regex_t regex;
};

/* A pattern is compiled once; the same text is not always the same pointer. */
static const regex_t *compile(const char *pattern)
{
	static struct compiled known[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(known) && known[i].pattern; i++) {
		if (!strcmp(known[i].pattern, pattern))
			return &known[i].regex;
	}
	if (i == ARRAY_SIZE(known) ||
	    regcomp(&known[i].regex, pattern, REG_EXTENDED))
		abort();
	known[i].pattern = pattern;
	return &known[i].regex;
}

bool naive_match(const char *text, const char *pattern, regmatch_t *groups,
		 size_t count)
{
	return !regexec(compile(pattern), text, count, groups, 0);
}

bool naive_matches(const char *text, const char *pattern)
{
	return naive_match(text, pattern, NULL, 0);
}

bool naive_is_token(int c)
{
	return c && (isalnum(c) || strchr("-.!%*_+`'~", c));
}

bool naive_is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

const char *naive_skip_space(const char *at)
{
	while (naive_is_space(*at))
		at++;
	return at;
}

/* Return: after the closing quote; NULL if there is none. */
static const char *skip_quoted(const char *text)
{
	for (text++; *text && *text != '"'; text++) {
		if (*text == '\\' && text[1])
			text++;
	}
	return *text ? text + 1 : NULL;
}

static const char *end_of(const char *text)
{
	return text + strlen(text);
}

const char *naive_value_end(const char *at)
{
	bool quoted = false, bracketed = false;

	for (; *at; at++) {
		if (quoted && *at == '\\' && at[1])
			at++;
		else if (*at == '"' && !bracketed)
			quoted = !quoted;
		else if (*at == '<' && !quoted)
			bracketed = true;
		else if (*at == '>' && !quoted)
			bracketed = false;
		else if (*at == ',' && !quoted && !bracketed)
			break;
	}
	return at;
}

const char *naive_params(const char *value, struct naive_span *uri)
{
	const char *at = naive_skip_space(value), *close;

	uri->at = at;
	while (*at && !strchr("<>;,", *at)) {
		at = *at == '"' ? skip_quoted(at) : at + 1;
		if (!at)
			return NULL;
	}
	if (*at == '>')
		return NULL;
	if (*at == '<') {
		close = strchr(at, '>');
		uri->at = at + 1;
		uri->len = close ? (size_t)(close - at) - 1 : 0;
		return uri->len ? close + 1 : NULL;
	}
	uri->len = (size_t)(at - uri->at);
	while (uri->len && naive_is_space(uri->at[uri->len - 1]))
		uri->len--;
	if (!uri->len || strcspn(uri->at, " \t\r\n") < uri->len)
		return NULL;
	return at;
}

static const char *read_param_value(const char *at, struct naive_span *value)
{
	/* white space, and in the parts of a body any control character */
	static const char ends[] = ";, \1\2\3\4\5\6\a\b\t\n\v\f\r\16\17\20\21"
		"\22\23\24\25\26\27\30\31\32\33\34\35\36\37";

	at = naive_skip_space(at + 1);
	value->at = at;
	at = *at == '"' ? skip_quoted(at) : at + strcspn(at, ends);
	if (!at)
		at = end_of(value->at);
	value->len = (size_t)(at - value->at);
	return at;
}

bool naive_param_next(const char **cursor, struct naive_span *name,
		      struct naive_span *value)
{
	const char *at = naive_skip_space(*cursor);

	*cursor = at;
	if (*at != ';')
		return false;
	at = naive_skip_space(at + 1);
	name->at = at;
	while (naive_is_token(*at))
		at++;
	name->len = (size_t)(at - name->at);
	value->at = at;
	value->len = 0;
	at = naive_skip_space(at);
	if (*at == '=')
		at = read_param_value(at, value);
	while (*at && *at != ';' && *at != ',') {
		at = *at == '"' ? skip_quoted(at) : at + 1;
		if (!at)
			at = end_of(value->at);
	}
	*cursor = at;
	return true;
}

bool naive_text_is(const struct naive_span *text, const char *expected)
{
	return text->len == strlen(expected) &&
	       !strncasecmp(text->at, expected, text->len);
}

char *naive_param(const char *at, const char *wanted, bool *again)
{
	struct naive_span name, value;
	char *found = NULL;

	*again = false;
	while (naive_param_next(&at, &name, &value)) {
		if (!naive_text_is(&name, wanted))
			continue;
		if (found)
			*again = true;
		else
			found = strndup(value.at, value.len);
	}
	return found;
}

bool naive_address(const char *text, size_t len, struct sip_address *address)
{
	char copy[64] = "";

	memset(address, 0, sizeof(*address));
	if (len >= sizeof(copy) || memchr(text, 0, len))
		return false;
	memcpy(copy, text, len);
	if (inet_pton(AF_INET, copy, address->bytes) == 1) {
		address->family = 4;
		return true;
	}
	if (len > 2 && copy[0] == '[' && copy[len - 1] == ']') {
		copy[len - 1] = 0;
		memmove(copy, copy + 1, len - 1);
	}
	if (inet_pton(AF_INET6, copy, address->bytes) == 1)
		address->family = 6;
	else
		memset(address, 0, sizeof(*address));
	return address->family != 0;
}

u32 naive_number(const char *digits)
{
	unsigned long number = strtoul(digits, NULL, 10);

	return number > 0xffffffff ? 0xffffffff : (u32)number;
}
