// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages as bytes: written, searched and changed.
 */
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "live.h"

/* Appends text; each newline becomes CRLF. */
void message_text(struct message *message, const char *format, ...)
{
	char text[2048], *end;
	va_list arguments;
	const char *at;
	int len;

	va_start(arguments, format);
	len = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (len < 0 || (size_t)len >= sizeof(text))
		errx(1, "a line is too long: %.40s", format);
	for (at = text; (end = strchr(at, '\n')); at = end + 1) {
		message_bytes(message, at, end - at);
		message_bytes(message, "\r\n", 2);
	}
	message_bytes(message, at, strlen(at));
}

/* Appends as many bytes as there is room for. */
void message_bytes(struct message *message, const void *bytes, size_t len)
{
	if (len > DATAGRAM_MAX - message->len)
		len = DATAGRAM_MAX - message->len;
	memcpy(message->bytes + message->len, bytes, len);
	message->len += len;
	message->bytes[message->len] = 0;
}

/* Bytes that no longer fit are cut off at the end. */
void message_replace(struct message *message, size_t at, size_t len,
		     const void *bytes, size_t new_len)
{
	size_t tail = message->len - at - len;

	if (new_len > DATAGRAM_MAX - at)
		new_len = DATAGRAM_MAX - at;
	if (tail > DATAGRAM_MAX - at - new_len)
		tail = DATAGRAM_MAX - at - new_len;
	memmove(message->bytes + at + new_len, message->bytes + at + len, tail);
	memcpy(message->bytes + at, bytes, new_len);
	message->len = at + new_len + tail;
	message->bytes[message->len] = 0;
}

const u8 *message_find(const struct message *message, size_t from,
		       const char *text)
{
	return memmem(message->bytes + from, message->len - from, text,
		      strlen(text));
}

/* The length of the head with its empty line; all, if there is none. */
size_t message_head(const struct message *message)
{
	const u8 *end = message_find(message, 0, "\r\n\r\n");

	return end ? (size_t)(end - message->bytes) + 4 : message->len;
}

/* Makes Content-Length right, so that a changed body is looked at. */
void message_fix_length(struct message *message)
{
	static const char name[] = "\r\nContent-Length: ";
	const u8 *line = message_find(message, 0, name);
	size_t head = message_head(message), at, len;
	char number[24];

	if (!line)
		return;
	at = line - message->bytes + sizeof(name) - 1;
	len = strcspn((char *)message->bytes + at, "\r\n");
	snprintf(number, sizeof(number), "%zu", message->len - head);
	message_replace(message, at, len, number, strlen(number));
}
