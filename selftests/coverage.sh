#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Lines and branches that the tests reach, per file and per folder. Fails when
# a folder is below its limit.
#
#	coverage.sh [HALF...]	all, or those named
#
# A half is a function half_NAME: it makes and runs what is measured, with
# gcc's --coverage, and gives the counters to table().

set -uo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$HERE/.." && pwd)
OUT=$TOP/build/coverage
HALVES=(userspace modules)

die()
{
	printf 'coverage: %s\n' "$*" >&2
	exit 1
}

# attempt LOG COMMAND...: its output only if it fails
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

# Removes what earlier runs have counted.
reset_counters()
{
	[[ ! -d $1 ]] || find "$1" -name '*.gcda' -delete
}

# table TITLE LIMIT FOLDERS DIR...: what the counters in DIR... say of FOLDERS,
# a list of words
table()
{
	local counters folders

	read -r -a folders <<<"$3"
	mapfile -t counters < <(find "${@:4}" -name '*.gcda')
	[[ ${#counters[@]} -gt 0 ]] || die "nothing was counted in ${*:4}"
	gcov --json-format --stdout --branch-probabilities \
		"${counters[@]}" 2>"$OUT/gcov.log" |
		"$HERE/coverage.py" --title "$1" --limit "$2" --top "$TOP" \
			"${folders[@]}"
}

# ---- what knows no kernel, in userspace ------------------------------------

# An inlined function would count its branches once for each place.
USERSPACE=(CC=gcc CHECKS='-O0 --coverage -D__always_inline__=__unused__')

measure_unit()
{
	reset_counters "$OUT/unit"
	quietly unit make -s -C "$HERE/unit" BUILD="$OUT/unit" \
		"${USERSPACE[@]}" run
}

# Each input that the fuzzer keeps, and the seeds, given to its target
measure_fuzz()
{
	local program target

	reset_counters "$OUT/fuzz"
	quietly fuzz make -s -C "$HERE/fuzz" BUILD="$OUT/fuzz" EDGES= \
		"${USERSPACE[@]}" replay
	for program in "$OUT"/fuzz/replay-*; do
		target=${program##*/replay-}
		quietly fuzz "$program" "$TOP/build/fuzz/corpus/$target" \
			"$TOP"/build/fuzz/seeds/{message,sdp}
	done
}

half_userspace()
{
	local rc=0

	measure_unit
	table 'by the unit tests' 90 'sip tcp trgw' "$OUT/unit" || rc=1
	[[ -d $TOP/build/fuzz/corpus ]] || return "$rc"
	echo
	measure_fuzz
	table 'by what the fuzzer keeps' 0 'sip tcp trgw' "$OUT/fuzz" || rc=1
	return "$rc"
}

# ---- the modules, in the debug lane ----------------------------------------

# In the guest: the counters of all our objects, beside nothing else
# shellcheck disable=SC2016 # the guest's shell expands it
KEEP_COUNTERS='cd /sys/kernel/debug/gcov && find . -path "*/build/*" \
	-name "*.gcda" | while read -r f; do
	mkdir -p "/vm-out/${f%/*}" && cat "$f" >"/vm-out/$f"; done'

# What KUnit and all kselftests reach; takes as long as the debug lane.
half_modules()
{
	local dir=$OUT/modules objects=$TOP/build/debug/src f rc=0

	rm -rf "$dir"
	mkdir -p "$dir"
	export KERNEL=debug SIP_IMS_GCOV=y
	echo 'coverage: KUnit and the kselftests in the debug lane,' \
	     'up to half an hour' >&2
	quietly modules "$HERE/modules.sh" build
	# what was reached is worth knowing, whatever it led to
	VM_OUT=$dir attempt guest "$HERE/vm/vm.sh" \
		"selftests/guest-check.sh; rc=\$?; $KEEP_COUNTERS; exit \$rc" ||
		rc=1
	# the notes belong beside the counters
	while IFS= read -r f; do
		cp "$objects/${f#*"$objects"/}" "${dir}/$f" 2>/dev/null || true
	done < <(cd "$dir" && find . -name '*.gcda' | sed 's/gcda$/gcno/')
	table 'the modules, by KUnit and kselftests' 90 \
		'call sip tcp trgw .' "$dir" || rc=1
	return "$rc"
}

# ----------------------------------------------------------------------------

main()
{
	local half rc=0

	[[ $# -gt 0 ]] || set -- "${HALVES[@]}"
	for half in "$@"; do
		declare -F "half_$half" >/dev/null ||
			die "unknown half $half; allowed: ${HALVES[*]}"
		"half_$half" || rc=1
	done
	return "$rc"
}

main "$@"
