#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Prints the kselftests that .ci/run runs on 6.1: all of TEST_PROGS without
# those in the file debug-only. Fails if that file names a test that is not in
# TEST_PROGS.
#
#   kselftest-both.sh

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
all=$(make -s --no-print-directory -C kselftest list)
only=$(sed -E 's/[[:space:]]*#.*//; /^$/d' debug-only)
stale=$(grep -vxF -e "$all" <<<"$only" || true)
if [[ $stale ]]; then
	echo "selftests/debug-only: not in TEST_PROGS: ${stale//$'\n'/ }" >&2
	exit 1
fi
if [[ $only ]]; then
	grep -vxF -e "$only" <<<"$all"
else
	echo "$all"
fi
