// SPDX-License-Identifier: GPL-2.0-only
/*
 * An address as text: parsing agrees with the C library, and parsing a written
 * address returns that address.
 */
#include "fuzz.h"
#include "naive.h"

static void hold_written(const struct sip_address *address, bool brackets)
{
	u8 *text = malloc(SIP_ADDRESS_TEXT_MAX);
	struct sip_address again;
	u32 len;

	if (!text)
		abort();
	len = sip_address_text(text, address, brackets);
	hold(len <= SIP_ADDRESS_TEXT_MAX, "an address fits in its text");
	hold(sip_address_decode(text, len, &again) &&
	     !memcmp(&again, address, sizeof(again)),
	     "what is written is read as what it was");
	hold((address->family == 6 && brackets) == (text[0] == '['),
	     "brackets are there when they are asked for");
	free(text);
}

int fuzz_one(const u8 *data, size_t size)
{
	struct sip_address *found = malloc(sizeof(*found)), expected;
	u8 *copy = copy_of(data, size);
	bool good;

	if (!found)
		abort();
	memset(found, 0xff, sizeof(*found));
	good = sip_address_decode(copy, size, found);
	hold(good == naive_address((const char *)copy, size, &expected) &&
	     !memcmp(found, &expected, sizeof(expected)),
	     "an address is read as the C library reads it");
	if (good) {
		hold_written(found, false);
		hold_written(found, true);
	}
	free(found);
	free(copy);
	return 0;
}
