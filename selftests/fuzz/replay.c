// SPDX-License-Identifier: GPL-2.0-only
/*
 * A target without the fuzzer, for another compiler than the fuzzer's: gives
 * it each file of the folders named once.
 */
#include <dirent.h>

#include "fuzz.h"

static void run_file(const char *folder, const char *name)
{
	static u8 bytes[SIP_MESSAGE_MAX + 1];
	char path[1024];
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file) {
		perror(path);
		exit(2);
	}
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	fuzz_one(bytes, len);
}

int main(int argc, char **argv)
{
	struct dirent *entry;
	DIR *folder;
	int i;

	for (i = 1; i < argc; i++) {
		folder = opendir(argv[i]);
		if (!folder)
			continue;	/* nothing was kept yet */
		while ((entry = readdir(folder))) {
			if (entry->d_name[0] != '.')
				run_file(argv[i], entry->d_name);
		}
		closedir(folder);
	}
	return 0;
}
