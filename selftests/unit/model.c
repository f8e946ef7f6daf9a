// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model's decisions, its messages, and their reader.
 *
 * A message is 'M', what becomes of it (unchanged, equal length, grows,
 * shrinks, removed), three digits of its length to the base 128, and a body.
 * An empty line is a keepalive.  0xff begins no message.
 */
#include <errno.h>
#include <stdarg.h>

#include <tcp/engine.h>
#include <tcp/memory.h>
#include "model.h"

s64 model_blocks;
struct model *model_failing;
s64 model_fail_at = -1;

/* Where the fuzzer's bytes end, nothing happens any more. */
u32 model_below(struct model *model, u32 limit)
{
	u32 value;

	if (limit < 2)
		return 0;
	if (model->by_bytes) {
		if (model->bytes_left < 2)
			return limit - 1;
		value = model->bytes[0] | (u32)model->bytes[1] << 8;
		model->bytes += 2;
		model->bytes_left -= 2;
		return limit <= 65536 ? value * limit / 65536 :
					value * (limit / 65536);
	}
	model->random ^= model->random << 13;
	model->random ^= model->random >> 7;
	model->random ^= model->random << 17;
	return (u32)(model->random >> 32) % limit;
}

bool model_chance(struct model *model, u32 thousandth)
{
	return thousandth && model_below(model, 1000) < thousandth;
}

void model_wrong(struct model *model, const char *format, ...)
{
	va_list args;
	int len;

	if (model->wrong[0])
		return;
	va_start(args, format);
	len = vsnprintf(model->wrong, sizeof(model->wrong), format, args);
	va_end(args);
	if (len > 0 && (size_t)len < sizeof(model->wrong))
		snprintf(model->wrong + len, sizeof(model->wrong) - (size_t)len,
			 ", time %llu", (unsigned long long)model->now);
}

void model_append(struct model_bytes *bytes, const u8 *from, u64 len)
{
	if (bytes->len + len > bytes->room) {
		bytes->room = (bytes->len + len) * 2 + 1024;
		bytes->at = realloc(bytes->at, bytes->room);
		if (!bytes->at)
			abort();
	}
	if (len)
		memcpy(bytes->at + bytes->len, from, len);
	bytes->len += len;
}

static void write_message(struct model *model, struct model_bytes *data)
{
	static const char actions[] = "uuegggssr";
	u32 len = 5 + (model_chance(model, 500) ?
		       model_below(model, 60) :
		       model_below(model, model->message_max));
	u8 head[5] = { 'M' }, byte;
	u32 i;

	if (model_chance(model, 150)) {
		model_append(data, (const u8 *)"\r\n\r\n",
			     model_chance(model, 500) ? 2 : 4);
		return;
	}
	head[1] = model->kind == MODEL_SILENT ? 'u' :
		  (u8)actions[model_below(model, sizeof(actions) - 1)];
	head[2] = (u8)(len >> 14);
	head[3] = (u8)(len >> 7 & 0x7f);
	head[4] = (u8)(len & 0x7f);
	model_append(data, head, sizeof(head));
	for (i = sizeof(head); i < len; i++) {
		byte = (u8)(i * 7 + data->len);
		model_append(data, &byte, 1);
	}
}

static void write_junk(struct model *model, struct model_bytes *data)
{
	u32 len = 1 + model_below(model, 3000);
	u8 byte = 0xff;

	while (len--) {
		model_append(data, &byte, 1);
		byte = (u8)model_below(model, 256);
	}
}

void model_write(struct model *model, unsigned int side)
{
	struct model_bytes *data = &model->end[side].data;
	u32 at, broken = model->messages + 1;

	if (model->kind == MODEL_FOREIGN && side == (model->random >> 40 & 1))
		broken = 0;
	if (model->kind == MODEL_BROKEN && side == (model->random >> 40 & 1))
		broken = 1 + model_below(model, model->messages);
	for (at = 0; at < model->messages; at++) {
		if (at == broken)
			write_junk(model, data);
		write_message(model, data);
		model_append(&model->end[side].ends, (u8 *)&data->len,
			     sizeof(data->len));
	}
	if (model->kind == MODEL_UNFINISHED && data->len > 1)
		data->len -= 1 + model_below(model, data->len < 100 ?
					     (u32)data->len - 1 : 99);
}

/* ---- the reader ---------------------------------------------------------- */

static u8 rewritten[SIP_TCP_MESSAGE_MAX + 2048];

/* The new bytes of a message of @len bytes. */
static u32 rewrite(const u8 *bytes, u32 len)
{
	u32 i, to = 0;

	for (i = 0; i < len; i++) {
		if (bytes[1] == 's' && i >= 5 && i % 2)
			continue;
		rewritten[to++] = bytes[i] ^ 0x55;
	}
	if (bytes[1] == 'g') {
		u32 more = len % 600 + 1;

		memset(rewritten + to, 'g', more);
		to += more;
	}
	return bytes[1] == 'r' ? 0 : to;
}

static enum sip_tcp_read leave(struct model *model, enum sip_tcp_read verdict)
{
	unsigned int side;

	if (model->changed)
		return verdict;
	for (side = 0; side < 2 && !model->bypassed; side++) {
		const struct model_bytes *data = &model->end[side].data;

		model_append(&model->expected[side],
			     data->at + model->consumed[side],
			     data->len - model->consumed[side]);
	}
	model->bypassed = true;
	return verdict;
}

/* An allocation failed outside of the reader, and nothing was changed. */
void model_bypass(struct model *model)
{
	leave(model, SIP_TCP_READ_BYPASS);
}

static enum sip_tcp_read found(struct model *model, unsigned int side,
			       const u8 *bytes, u32 len,
			       struct sip_tcp_message *message)
{
	struct model_bytes *expected = &model->expected[side];

	message->length = len;
	model->consumed[side] += len;
	if (bytes[0] != 'M' || bytes[1] == 'u') {
		model_append(expected, bytes, len);
		return SIP_TCP_READ_MESSAGE;
	}
	model->changed = true;
	message->new_bytes = rewritten;
	message->new_length = rewrite(bytes, len);
	model_append(expected, rewritten, message->new_length);
	return SIP_TCP_READ_MESSAGE;
}

static enum sip_tcp_read model_read(void *context, unsigned int side,
				    const u8 *bytes, u32 len, u32 seen,
				    struct sip_tcp_message *message)
{
	struct model *model = context;
	const struct model_bytes *data = &model->end[side].data;
	u64 at = model->consumed[side];
	u32 needed;

	if (!len || seen > len || len > data->len - at ||
	    memcmp(bytes, data->at + at, len))
		model_wrong(model, "side %u: the reader is shown %u other bytes at %llu",
			    side, len, (unsigned long long)at);
	if (model->wrong[0] || model->bypassed)
		return SIP_TCP_READ_BYPASS;
	if (bytes[0] == '\r')
		return len < 2 ? SIP_TCP_READ_MORE :
				 found(model, side, bytes, 2, message);
	if (bytes[0] != 'M')
		return leave(model, at ? SIP_TCP_READ_BROKEN :
					 SIP_TCP_READ_BYPASS);
	if (len < 5)
		return SIP_TCP_READ_MORE;
	needed = (u32)bytes[2] << 14 | (u32)bytes[3] << 7 | bytes[4];
	if (len < needed) {
		if (needed & 1)
			message->length = needed;
		return SIP_TCP_READ_MORE;
	}
	return found(model, side, bytes, needed, message);
}

/* Upper limit of the memory of a connection, for both directions */
#define MEMORY_MAX	(2 * (SIP_TCP_LOG_MAX + SIP_TCP_MESSAGE_MAX +		\
			      sizeof(struct sip_tcp_entry) +		\
			      2 * SIP_TCP_MESSAGE_MAX + SIP_TCP_EARLY_MAX +	\
			      SIP_TCP_EARLY_CHUNKS *			\
			      sizeof(struct sip_tcp_chunk)) +		\
			 sizeof(struct sip_tcp))

static int model_charge(void *context, s32 bytes)
{
	struct model *model = context;

	if (bytes > 0 && model_failing &&
	    model_chance(model, model->fail_memory))
		return -ENOBUFS;
	model->charged += bytes;
	if (model->charged > model->charged_max)
		model->charged_max = model->charged;
	if (model->charged > (s64)MEMORY_MAX)
		model_wrong(model, "%lld bytes are charged",
			    (long long)model->charged);
	if (model->charged < 0)
		model_wrong(model, "more is given back than was taken");
	return 0;
}

const struct sip_tcp_reader model_reader = {
	.read = model_read,
	.charge = model_charge,
};

/* ---- memory of tcp/ ---------------------------------------------------- */

void *sip_tcp_block_alloc(size_t size)
{
	void *memory;

	if (model_fail_at == 0) {
		model_fail_at = -1;
		return NULL;
	}
	if (model_fail_at > 0)
		model_fail_at--;
	if (model_failing &&
	    model_chance(model_failing, model_failing->fail_memory))
		return NULL;
	memory = malloc(size);
	if (!memory)
		abort();
	model_blocks++;
	return memory;
}

void sip_tcp_block_free(void *memory)
{
	if (memory)
		model_blocks--;
	free(memory);
}
