#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Prints the lines and branches that the tests reach, by file and by directory.
# Fails if a directory is below its limit.
#
#	coverage.sh [PART...]	all parts, or those named: userspace, modules
#
# A part is a function part_NAME: it builds with gcc's --coverage, runs the
# tests and passes the counters to table().

set -uo pipefail

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

OUT=$TOP/build/coverage
PARTS=(userspace modules)

# attempt LOG COMMAND...: prints the command's output only if it fails.
attempt()
{
	mkdir -p "$OUT"
	"${@:2}" >"$OUT/$1.log" 2>&1 && return
	tail -n 20 "$OUT/$1.log" >&2
	printf 'coverage: failed: %s\n' "${*:2}" >&2
	return 1
}

quietly()
{
	attempt "$@" || exit
}

# Removes the counters of earlier runs.
reset_counters()
{
	[[ ! -d $1 ]] || find "$1" -name '*.gcda' -delete
}

# table TITLE LIMIT DIR...: the table of the counters in DIR...
table()
{
	local counters

	mapfile -t counters < <(find "${@:3}" -name '*.gcda')
	[[ ${#counters[@]} -gt 0 ]] || die "nothing was counted in ${*:3}"
	gcov --json-format --stdout --branch-probabilities \
		"${counters[@]}" 2>"$OUT/gcov.log" |
		"$TOP/scripts/coverage.py" --title "$1" --limit "$2" --top "$TOP"
}

# ---- in userspace: the sources that need no kernel -------------------------

# An inlined function would count its branches once for each caller.
USERSPACE=(CC=gcc CHECKS='-O0 --coverage -D__always_inline__=__unused__')

measure_unit()
{
	reset_counters "$OUT/unit"
	quietly unit make -s -C "$TOP/selftests/unit" BUILD="$OUT/unit" \
		"${USERSPACE[@]}" run
}

# Runs each fuzz target on the inputs that the fuzzer has kept and on the seeds.
measure_fuzz()
{
	local program target

	reset_counters "$OUT/fuzz"
	quietly fuzz make -s -C "$TOP/selftests/fuzz" BUILD="$OUT/fuzz" EDGES= \
		"${USERSPACE[@]}" replay
	for program in "$OUT"/fuzz/replay-*; do
		target=${program##*/replay-}
		quietly fuzz "$program" "$TOP/build/fuzz/corpus/$target" \
			"$TOP"/build/fuzz/seeds/{message,sdp}
	done
}

part_userspace()
{
	local rc=0

	measure_unit
	table 'by the unit tests' 90 "$OUT/unit" || rc=1
	[[ -d $TOP/build/fuzz/corpus ]] || return "$rc"
	echo
	measure_fuzz
	table 'by the kept fuzzer inputs' 0 "$OUT/fuzz" || rc=1
	return "$rc"
}

# ---- the modules, in the debug lane ----------------------------------------

# Run in the guest: copies the counters of our objects to the machine.
# shellcheck disable=SC2016 # expanded by the guest's shell
KEEP_COUNTERS='cd /sys/kernel/debug/gcov && find . -path "*/build/*" \
	-name "*.gcda" | while read -r f; do
	mkdir -p "/vm-out/${f%/*}" && cat "$f" >"/vm-out/$f"; done'

# KUnit and all kselftests; takes as long as the debug lane.
part_modules()
{
	local dir=$OUT/modules objects=$TOP/build/debug/src f rc=0

	rm -rf "$dir"
	mkdir -p "$dir"
	export KERNEL=debug SIP_IMS_GCOV=y
	echo 'coverage: KUnit and the kselftests in the debug lane,' \
	     'up to half an hour' >&2
	quietly modules "$TOP/scripts/modules.sh" build
	# Print the table even if a test has failed.
	VM_OUT=$dir attempt guest "$TOP/scripts/vm/vm.sh" \
		"selftests/guest-check.sh; rc=\$?; $KEEP_COUNTERS; exit \$rc" ||
		rc=1
	# gcov looks for the notes in the directory of the counters.
	while IFS= read -r f; do
		cp "$objects/${f#*"$objects"/}" "${dir}/$f" 2>/dev/null || true
	done < <(cd "$dir" && find . -name '*.gcda' | sed 's/gcda$/gcno/')
	table 'the modules, by KUnit and kselftests' 90 "$dir" || rc=1
	return "$rc"
}

# ----------------------------------------------------------------------------

main()
{
	local part rc=0

	[[ $# -gt 0 ]] || set -- "${PARTS[@]}"
	for part in "$@"; do
		declare -F "part_$part" >/dev/null ||
			die "unknown part $part; allowed: ${PARTS[*]}"
		"part_$part" || rc=1
	done
	return "$rc"
}

main "$@"
