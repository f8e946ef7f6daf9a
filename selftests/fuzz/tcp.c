// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of a hostile network (selftests/unit/model.h), each of whose
 * decisions the fuzzer takes; after its last byte nothing happens any more.
 */
#include "fuzz.h"
#include "model.h"

int fuzz_one(const u8 *data, size_t size)
{
	static struct model model;

	memset(&model, 0, sizeof(model));
	model.by_bytes = true;
	model.bytes = data;
	model.bytes_left = size;
	model.random = size ? (u64)data[0] << 40 : 0;
	model_random(&model);
	if (model.messages > 10)
		model.messages = 10;
	if (model.message_max > 1500)
		model.message_max = 1500;
	hold_none(model_run(&model), "the network");
	return 0;
}
