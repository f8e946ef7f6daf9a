// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parser, the walk and the SDP against the naive ones of selftests/unit,
 * which share no code with sip/.
 */
#include "fuzz.h"
#include "oracle.h"

int fuzz_one(const u8 *data, size_t size)
{
	u8 *copy = copy_of(data, size);

	hold_none(compare_message(copy, size), "read as naively");
	free(copy);
	return 0;
}
