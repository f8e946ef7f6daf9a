// SPDX-License-Identifier: GPL-2.0-only
/*
 * The naive parser, see naive.h.
 */
#include <strings.h>

#include "naive.h"
#include "unit.h"

#define SIP		"[Ss][Ii][Pp]/"
#define REQUEST_LINE	"^" NAIVE_TOKEN "+ [A-Za-z][A-Za-z0-9+.-]*:[^ ]* " SIP
#define BEGUN_LINE	"^(" NAIVE_TOKEN "+( |$)|" SIP ")"

/* RFC 3629, by decoding and looking at the number. */
static bool valid_utf8(const u8 *bytes, size_t from, size_t to)
{
	while (from < to) {
		unsigned int c = bytes[from++], more, smallest;

		if (c < 0x80)
			continue;
		if ((c & 0xe0) == 0xc0)
			more = 1, c &= 0x1f, smallest = 0x80;
		else if ((c & 0xf0) == 0xe0)
			more = 2, c &= 0x0f, smallest = 0x800;
		else if ((c & 0xf8) == 0xf0)
			more = 3, c &= 0x07, smallest = 0x10000;
		else
			return false;
		while (more--) {
			if (from == to || (bytes[from] & 0xc0) != 0x80)
				return false;
			c = c << 6 | (bytes[from++] & 0x3f);
		}
		if (c < smallest || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
			return false;
	}
	return true;
}

/* One line: where its text ends and where the next one begins. */
static enum sip_fault naive_line(const u8 *bytes, size_t at, size_t len,
				 size_t *end, size_t *next)
{
	size_t i;

	for (i = at; i < len; i++) {
		*end = i;
		if (bytes[i] == '\n') {
			*next = i + 1;
			return valid_utf8(bytes, at, i) ? SIP_OK :
				SIP_FAULT_UTF8;
		}
		if (bytes[i] == '\r') {
			if (i + 1 == len)
				return SIP_FAULT_TRUNCATED;
			if (bytes[i + 1] != '\n')
				return SIP_FAULT_LINE_END;
			*next = i + 2;
			return valid_utf8(bytes, at, i) ? SIP_OK :
				SIP_FAULT_UTF8;
		}
		if (bytes[i] < 0x20 && bytes[i] != '\t')
			return SIP_FAULT_CONTROL;
	}
	*end = len;
	return SIP_FAULT_TRUNCATED;
}

static enum sip_fault naive_version(const char *version)
{
	if (!naive_matches(version, "^[0-9]+[.][0-9]+$"))
		return SIP_FAULT_START_LINE;
	return strcmp(version, "2.0") ? SIP_FAULT_VERSION : SIP_OK;
}

static enum sip_fault naive_status_line(struct naive *naive, char *line)
{
	char *space = strchr(line, ' ');
	enum sip_fault fault;

	if (space)
		*space = 0;
	fault = naive_version(line + 4);
	if (fault)
		return fault;
	if (!space || !naive_matches(space + 1, "^[1-6][0-9][0-9] "))
		return SIP_FAULT_START_LINE;
	naive->status = (unsigned int)strtoul(space + 1, NULL, 10);
	return SIP_OK;
}

/* The line begins at @from in the message. */
static enum sip_fault naive_request_line(struct naive *naive, const char *line,
					 size_t from)
{
	size_t method = strcspn(line, " ");

	if (!naive_matches(line, REQUEST_LINE))
		return naive_matches(line, " " SIP) ? SIP_FAULT_START_LINE :
			SIP_FAULT_NOT_SIP;
	naive->request = true;
	naive->method = strndup(line, method);
	naive->uri = from + method + 1;
	naive->uri_len = strcspn(line + method + 1, " ");
	return naive_version(line + method + 1 + naive->uri_len + 5);
}

static enum sip_fault naive_start(struct naive *naive, const u8 *bytes,
				  size_t len, size_t *at)
{
	size_t end, from = 0;
	enum sip_fault fault;
	char *line;

	while (from < len && (bytes[from] == '\n' ||
			      (bytes[from] == '\r' && from + 1 < len &&
			       bytes[from + 1] == '\n')))
		from += bytes[from] == '\n' ? 1 : 2;
	end = from;
	fault = naive_line(bytes, from, len, &end, at);
	line = naive_text(bytes, from, end);
	if (fault)
		fault = naive_matches(line, BEGUN_LINE) ? fault :
			SIP_FAULT_NOT_SIP;
	else if (naive_matches(line, "^" SIP))
		fault = naive_status_line(naive, line);
	else
		fault = naive_request_line(naive, line, from);
	free(line);
	return fault;
}

static const struct {
	const char *name;
	int id;
} ids[] = {
	{ "Via", SIP_HEADER_VIA }, { "v", SIP_HEADER_VIA },
	{ "From", SIP_HEADER_FROM }, { "f", SIP_HEADER_FROM },
	{ "To", SIP_HEADER_TO }, { "t", SIP_HEADER_TO },
	{ "Call-ID", SIP_HEADER_CALL_ID }, { "i", SIP_HEADER_CALL_ID },
	{ "CSeq", SIP_HEADER_CSEQ },
	{ "Contact", SIP_HEADER_CONTACT }, { "m", SIP_HEADER_CONTACT },
	{ "Content-Length", SIP_HEADER_CONTENT_LENGTH },
	{ "l", SIP_HEADER_CONTENT_LENGTH },
	{ "Content-Type", SIP_HEADER_CONTENT_TYPE },
	{ "c", SIP_HEADER_CONTENT_TYPE },
	{ "Content-Encoding", SIP_HEADER_CONTENT_ENCODING },
	{ "e", SIP_HEADER_CONTENT_ENCODING },
	{ "Expires", SIP_HEADER_EXPIRES },
	{ "Route", SIP_HEADER_ROUTE },
	{ "Record-Route", SIP_HEADER_RECORD_ROUTE },
	{ "Path", SIP_HEADER_PATH },
	{ "Service-Route", SIP_HEADER_SERVICE_ROUTE },
	{ "Refer-To", SIP_HEADER_REFER_TO }, { "r", SIP_HEADER_REFER_TO },
	{ "Referred-By", SIP_HEADER_REFERRED_BY },
	{ "b", SIP_HEADER_REFERRED_BY },
	{ "Security-Client", SIP_HEADER_SECURITY_CLIENT },
	{ "Security-Verify", SIP_HEADER_SECURITY_VERIFY },
	{ "Security-Server", SIP_HEADER_SECURITY_SERVER },
	{ "Authorization", SIP_HEADER_AUTHORIZATION },
	{ "Proxy-Authorization", SIP_HEADER_PROXY_AUTHORIZATION },
};

static int naive_id(const u8 *bytes, size_t from, size_t to)
{
	char *name = naive_text(bytes, from, to);
	int id = SIP_HEADER_OTHER;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		if (!strcasecmp(name, ids[i].name))
			id = ids[i].id;
	}
	free(name);
	return id;
}

/* The header at @at with its folded lines. */
static enum sip_fault naive_one_header(struct naive *naive, const u8 *bytes,
				       size_t len, size_t at, size_t *next)
{
	struct naive_header header = { .name = at };
	size_t end, colon = at, name_end;
	enum sip_fault fault = naive_line(bytes, at, len, &end, next);

	if (naive->count == SIP_HEADERS_MAX && at < len && bytes[at] > ' ')
		return SIP_FAULT_HEADER_COUNT;
	if (fault)
		return fault;
	while (naive_is_token(bytes[colon]))
		colon++;
	name_end = colon;
	while (bytes[colon] == ' ' || bytes[colon] == '\t')
		colon++;
	if (name_end == at || bytes[colon] != ':')
		return SIP_FAULT_HEADER_NAME;
	for (;;) {
		if (end - at > SIP_HEADER_LENGTH_MAX)
			return SIP_FAULT_HEADER_LENGTH;
		if (*next == len ||
		    (bytes[*next] != ' ' && bytes[*next] != '\t'))
			break;
		fault = naive_line(bytes, *next, len, &end, next);
		if (fault)
			return fault;
	}
	header.id = naive_id(bytes, at, name_end);
	header.value = colon + 1;
	while (header.value < end && naive_is_space(bytes[header.value]))
		header.value++;
	while (end > header.value && naive_is_space(bytes[end - 1]))
		end--;
	header.value_len = end - header.value;
	naive->headers[naive->count++] = header;
	return SIP_OK;
}

static enum sip_fault naive_headers(struct naive *naive, const u8 *bytes,
				    size_t len, size_t at)
{
	enum sip_fault fault;
	size_t end, next;

	for (;;) {
		fault = naive_line(bytes, at, len, &end, &next);
		if (at < len && !fault && end == at) {
			naive->body = next;
			return SIP_OK;
		}
		fault = naive_one_header(naive, bytes, len, at, &at);
		if (fault)
			return fault;
	}
}

static unsigned int naive_count(const struct naive *naive, int id)
{
	unsigned int i, count = 0;

	for (i = 0; i < naive->count; i++)
		count += naive->headers[i].id == id;
	return count;
}

char *naive_value(const struct naive *naive, const u8 *bytes, int id,
		  unsigned int nth)
{
	unsigned int i;

	for (i = 0; i < naive->count; i++) {
		const struct naive_header *header = &naive->headers[i];

		if (header->id == id && !nth--)
			return naive_text(bytes, header->value,
				       header->value + header->value_len);
	}
	return NULL;
}

static enum sip_fault naive_tag(const struct naive *naive, const u8 *bytes,
				int id, char **tag)
{
	char *value = naive_value(naive, bytes, id, 0);
	struct naive_span uri;
	const char *params = naive_params(value, &uri);
	enum sip_fault fault = SIP_OK;
	bool again = false;

	if (!params)
		fault = SIP_FAULT_URI;
	else
		*tag = naive_param(params, "tag", &again);
	if (*tag && (again || !**tag || strlen(*tag) > SIP_TAG_MAX))
		fault = SIP_FAULT_TAG;
	free(value);
	return fault;
}

static enum sip_fault naive_cseq(struct naive *naive, const u8 *bytes)
{
	char *value = naive_value(naive, bytes, SIP_HEADER_CSEQ, 0), *rest;
	enum sip_fault fault = SIP_FAULT_CSEQ;

	if (naive_matches(value, "^[0-9]+[ \t\r\n]+" NAIVE_TOKEN "+$")) {
		naive->cseq = strtoul(value, &rest, 10);
		rest += strspn(rest, " \t\r\n");
		if (naive->cseq < 0x80000000ul &&
		    (!naive->request || !strcmp(naive->method, rest)))
			fault = SIP_OK;
		free(naive->method);
		naive->method = strdup(rest);
	}
	free(value);
	return fault;
}

static enum sip_fault naive_body(struct naive *naive, const u8 *bytes,
				 size_t len)
{
	unsigned int i, count = naive_count(naive, SIP_HEADER_CONTENT_LENGTH);
	u32 number, first = 0;
	enum sip_fault fault = SIP_OK;
	char *value;

	naive->body_len = len - naive->body;
	for (i = 0; i < count && !fault; i++) {
		value = naive_value(naive, bytes, SIP_HEADER_CONTENT_LENGTH, i);
		number = naive_number(value);
		if (!naive_matches(value, "^[0-9]+$") || (i && number != first))
			fault = SIP_FAULT_CONTENT_LENGTH;
		first = number;
		free(value);
	}
	if (!fault && count && first > naive->body_len)
		fault = SIP_FAULT_BODY_SHORT;
	if (!fault && count)
		naive->body_len = first;
	return fault;
}

static void naive_branch(struct naive *naive, const u8 *bytes)
{
	char *value = naive_value(naive, bytes, SIP_HEADER_VIA, 0);
	bool again;

	naive->branch = naive_param(value + strcspn(value, ";,"), "branch",
				    &again);
	free(value);
}

static enum sip_fault naive_presence(const struct naive *naive)
{
	static const struct {
		int id;
		enum sip_fault fault;
	} needed[] = {
		{ SIP_HEADER_VIA, SIP_FAULT_NO_VIA },
		{ SIP_HEADER_FROM, SIP_FAULT_NO_FROM },
		{ SIP_HEADER_TO, SIP_FAULT_NO_TO },
		{ SIP_HEADER_CALL_ID, SIP_FAULT_NO_CALL_ID },
		{ SIP_HEADER_CSEQ, SIP_FAULT_NO_CSEQ },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(needed); i++) {
		if (!naive_count(naive, needed[i].id))
			return needed[i].fault;
	}
	for (i = 1; i < ARRAY_SIZE(needed); i++) {
		if (naive_count(naive, needed[i].id) > 1)
			return SIP_FAULT_DUPLICATE;
	}
	return SIP_OK;
}

static enum sip_fault naive_facts(struct naive *naive, const u8 *bytes,
				  size_t len)
{
	enum sip_fault fault = naive_presence(naive);

	if (fault)
		return fault;
	naive->call_id = naive_value(naive, bytes, SIP_HEADER_CALL_ID, 0);
	if (!*naive->call_id || strlen(naive->call_id) > SIP_CALL_ID_MAX)
		return SIP_FAULT_CALL_ID;
	fault = naive_tag(naive, bytes, SIP_HEADER_FROM, &naive->from_tag);
	if (!fault)
		fault = naive_tag(naive, bytes, SIP_HEADER_TO, &naive->to_tag);
	if (!fault)
		fault = naive_cseq(naive, bytes);
	if (!fault)
		fault = naive_body(naive, bytes, len);
	if (!fault)
		naive_branch(naive, bytes);
	return fault;
}

void naive_parse(struct naive *naive, const u8 *bytes, size_t len)
{
	size_t at;

	memset(naive, 0, sizeof(*naive));
	if (len > SIP_MESSAGE_MAX) {
		naive->fault = SIP_FAULT_TOO_LONG;
		return;
	}
	naive->fault = naive_start(naive, bytes, len, &at);
	if (!naive->fault)
		naive->fault = naive_headers(naive, bytes, len, at);
	if (!naive->fault)
		naive->fault = naive_facts(naive, bytes, len);
}

void naive_free(struct naive *naive)
{
	free(naive->method);
	free(naive->call_id);
	free(naive->from_tag);
	free(naive->to_tag);
	free(naive->branch);
}
