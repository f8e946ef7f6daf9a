// SPDX-License-Identifier: GPL-2.0-only
/*
 * One connection of the model, from SYN to the end.
 */
#include <tcp/engine.h>
#include "model.h"

#define CHOOSE(model, ...) ({						\
	static const u32 _of[] = { __VA_ARGS__ };			\
	_of[model_below(model, ARRAY_SIZE(_of))];			\
})

static void random_end(struct model *model, struct model_end *end)
{
	end->mss = CHOOSE(model, 536, 1460, 100, 1460);
	end->burst = model_chance(model, 300) ? 65535 : end->mss;
	end->nagle = model_chance(model, 500);
	end->ragged = model_chance(model, 300);
	end->delays = model_chance(model, 600);
	end->strict = model_chance(model, 500);
	end->probes_with_data = model_chance(model, 500);
	end->whole = model_chance(model, 400);
	end->write_max = CHOOSE(model, 1, 100, 700, 5000, 100000);
	end->write_pause = end->whole || end->write_max > 1 ? CHOOSE(model, 0, 3, 50) : 0;
	end->buffer = CHOOSE(model, 1000, 4000, 30000, 65535, 200000);
	end->read_max = model_chance(model, 300) ? 500 : 0;
	end->flight = CHOOSE(model, 1000, 14600, 100000);
	end->scale = (s8)((int)CHOOSE(model, 0, 1, 3, 8) - 1);
	end->iss = model_chance(model, 500) ?
		   0u - model_below(model, 20000) :
		   model_below(model, 0xffffffff);
	end->closes = true;
	if (model_chance(model, 300))
		end->keepalive_at = 300;
}

/**
 * model_random() - ends and links as chance has it
 * @model: with decisions; kind and sizes may be set afterwards
 */
void model_random(struct model *model)
{
	unsigned int link;

	for (link = 0; link < 4; link++) {
		model->link[link].lose = CHOOSE(model, 0, 10, 50, 150);
		model->link[link].reorder = CHOOSE(model, 0, 50, 300);
		model->link[link].duplicate = CHOOSE(model, 0, 20, 200);
		model->link[link].cut = CHOOSE(model, 0, 100, 500);
		model->link[link].merge = CHOOSE(model, 0, 300, 800);
		model->link[link].delay = CHOOSE(model, 0, 1, 10, 50);
	}
	random_end(model, &model->end[0]);
	random_end(model, &model->end[1]);
	model->kind = model_below(model, MODEL_KINDS);
	model->messages = 1 + model_below(model, 40);
	model->message_max = CHOOSE(model, 200, 1500, 4000, 20000, 60000);
	if (model->messages > 200000 / model->message_max)
		model->messages = 200000 / model->message_max;
	model->calm = model_chance(model, 150);
	model->fail_memory = model_chance(model, 200) ? 30 : 0;
}

static u64 earlier(u64 a, u64 b)
{
	return !a || (b && b < a) ? b : a;
}

static bool finished(const struct model *model)
{
	const struct model_end *end = model->end;

	if (end[0].dead && end[1].dead)
		return true;
	return end_done(model, 0) && end_done(model, 1);
}

/* One end is closed, and the other one has no reason to notice. */
static bool half_open(const struct model *model)
{
	return !model->calm &&
	       (model->end[0].dead || model->end[1].dead ||
		model->must_reset);
}

static void check_done(struct model *model, unsigned int side)
{
	const struct model_end *receiver = &model->end[!side];

	if (receiver->fin_at != model->expected[side].len)
		model_wrong(model, "side %u: %llu bytes arrived, %llu expected",
			    side, (unsigned long long)receiver->fin_at,
			    (unsigned long long)model->expected[side].len);
	/* a message larger than the window takes its time */
	if (model->calm && !model->fail_memory && model->end[side].timeouts &&
	    (model->plain || receiver->buffer >= 2 * model->message_max))
		model_wrong(model, "side %u: %llu timeouts in a calm network",
			    side, (unsigned long long)model->end[side].timeouts);
}

/*
 * A fuzzer may lose all there is for as long as it has something to say; from
 * its last word on something must happen.
 */
static bool stalls(struct model *model)
{
	if (model->by_bytes && model->bytes_left != model->bytes_decided) {
		model->bytes_decided = model->bytes_left;
		model->patient_from = model->now;
	}
	return model->now > model->patient_from + model->patience;
}

static void go(struct model *model)
{
	u64 abort_at = model->kind == MODEL_ABORT ?
		       50 + model_below(model, 2000) : 0, next;

	end_open(model, 0);
	while (!model->wrong[0] && !finished(model)) {
		net_run(model);
		end_run(model, 0);
		end_run(model, 1);
		if (abort_at && abort_at <= model->now) {
			end_abort(model, model_below(model, 2));
			abort_at = 0;
		}
		next = net_next(model);
		next = earlier(next, end_next(model, 0));
		next = earlier(next, end_next(model, 1));
		next = earlier(next, abort_at);
		if (finished(model))
			break;
		if (!next || stalls(model)) {
			if (half_open(model))
				return;
			model_wrong(model, "stalled, %llu of %llu and %llu of %llu",
				    (unsigned long long)model->end[1].rcv,
				    (unsigned long long)model->end[0].data.len,
				    (unsigned long long)model->end[0].rcv,
				    (unsigned long long)model->end[1].data.len);
			return;
		}
		model->now = next > model->now ? next : model->now + 1;
	}
	if (model->wrong[0] || model->end[0].dead || model->end[1].dead)
		return;
	check_done(model, 0);
	check_done(model, 1);
}

static void free_all(struct model *model)
{
	unsigned int side;

	net_free(model);
	for (side = 0; side < 2; side++) {
		free(model->end[side].data.at);
		free(model->end[side].ends.at);
		free(model->end[side].got);
		free(model->expected[side].at);
	}
	free(model->out);
}

/**
 * model_run() - the connection
 * @model: set up
 *
 * Return: what is wrong, or NULL.
 */
const char *model_run(struct model *model)
{
	unsigned int side;
	s64 blocks = model_blocks;

	model->out = malloc(65535);
	if (!model->patience)
		model->patience = 1000000;
	for (side = 0; side < 2; side++) {
		model_write(model, side);
		if (model->plain)
			model_append(&model->expected[side],
				     model->end[side].data.at,
				     model->end[side].data.len);
	}
	if (!model->plain) {
		model->tcp = sip_tcp_create(&model_reader, model);
		if (!model->tcp || !model->out)
			abort();
	}
	go(model);
	if (!model->plain)
		sip_tcp_destroy(model->tcp, model);
	if (model->charged || model_blocks != blocks)
		model_wrong(model, "%lld bytes, %lld blocks are not given back",
			    (long long)model->charged,
			    (long long)(model_blocks - blocks));
	free_all(model);
	return model->wrong[0] ? model->wrong : NULL;
}
