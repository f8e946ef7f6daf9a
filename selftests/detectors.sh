#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests that the debug lane detects faults: boots it once for each fault, loads a
# module with it, and expects the run to fail for it (status 90). The module
# without a fault must pass. The last line is "N passed, N failed".

set -uo pipefail
export KERNEL=debug

# shellcheck source=scripts/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/vm/lane.sh"

FAULTY=(use-after-free out-of-bounds leak lock-order sleep-in-atomic
	rcu-unprotected timer-freed)
passed=0 failed=0

build()
{
	local dir=$OUT/detectors

	mkdir -p "$dir"
	cp -u "$TOP"/selftests/detectors/{Kbuild,faulty.c} "$dir/"
	make -C "$LANE_BUILD" M="$dir" "${LANE_MAKE[@]}" modules \
		>"$dir/log" 2>&1 || { cat "$dir/log" >&2; return 1; }
}

# try FAULT STATUS: the run must end with this status.
try()
{
	local rc=0

	"$TOP/scripts/vm/vm.sh" "
		insmod build/debug/detectors/faulty.ko fault=$1 &&
		rmmod faulty" >"$OUT/detectors/$1.log" 2>&1 || rc=$?
	if [[ $rc -eq $2 ]]; then
		echo "ok $1"
		passed=$((passed + 1))
	else
		echo "not ok $1: status $rc instead of $2"
		tail -n 5 "$OUT/detectors/$1.log"
		failed=$((failed + 1))
	fi
}

lane_load
"$TOP/scripts/modules.sh" build || exit
build || exit
try none 0
for fault in "${FAULTY[@]}"; do
	[[ $# -eq 0 || $fault == "$1" ]] || continue
	try "$fault" 90
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
