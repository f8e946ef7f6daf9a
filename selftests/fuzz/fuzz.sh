#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fuzzes sip/, tcp/ and trgw/: each target in turn, all within a time; one line for each
# target, each finding with the command that runs it again, and a closing line
# "N passed, N failed", one for each target.
#
#	fuzz.sh run [SECONDS]	60 when not given, at least 3 for each target
#	fuzz.sh replay FILE	runs one input again, with all the fuzzer says
#
# JOBS: how many fuzzers of a target at once; as many as there are processors.
# T: "naive translate": these targets alone; all of them when not given.
# What they found worth keeping stays in build/fuzz/corpus, without what says
# nothing new; what broke a target stays in build/fuzz/findings until it does
# so no longer.

set -uo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
OUT=$TOP/build/fuzz
TARGETS=(address message naive sdp rewrite edits frame tcp translate)
# In megabytes for one fuzzer, and seconds for one input
MEMORY=1024
PATIENCE=10
passed=0 failed=0
pids=()

die()
{
	printf 'fuzz: %s\n' "$*" >&2
	exit 1
}

stop_fuzzers()
{
	[[ ${#pids[@]} -eq 0 ]] || kill "${pids[@]}" 2>/dev/null
}

# The longest input: where a naive parser reads, too, not much more than the
# longest header.
longest()
{
	case $1 in
	naive)		echo 16384 ;;
	sdp)		echo 4096 ;;
	edits)		echo 6144 ;;	# more edits than there is room for
	address)	echo 64 ;;
	tcp)		echo 4096 ;;	# decisions of a network
	translate)	echo 1600 ;;
	*)		echo 65535 ;;
	esac
}

# A folder of inputs to start from; addresses, edits and packets start from
# nothing.
seeds()
{
	case $1 in
	sdp)	echo "$OUT/seeds/sdp" ;;
	tcp)	echo "$OUT/seeds/tcp" ;;
	address | edits | translate) ;;
	*)	echo "$OUT/seeds/message" ;;
	esac
}

# target NAME ARGS...: runs the program, with reports that name lines
target()
{
	ASAN_OPTIONS=detect_leaks=0:allow_addr2line=1:quarantine_size_mb=16 \
	UBSAN_OPTIONS=print_stacktrace=1 \
		exec nice "$OUT/target-$1" -rss_limit_mb="$MEMORY" \
		-timeout="$PATIENCE" -max_len="$(longest "$1")" "${@:2}"
}

build()
{
	local log=$OUT/build.log name

	mkdir -p "$OUT"/{findings,log}
	for name in "${TARGETS[@]}"; do
		mkdir -p "$OUT/corpus/$name"
	done
	make --no-print-directory -s -C "$TOP/selftests/fuzz" BUILD="$OUT" \
		>"$log" 2>&1 && return
	cat "$log" >&2
	die 'the targets cannot be built'
}

# What broke the target in an earlier run is tried first. A mended finding is
# a good input to start from.
retry_findings()
{
	local file

	for file in "$OUT/findings/$1"-*; do
		[[ -f $file ]] || continue
		if (target "$1" "$file") >"$OUT/log/$1.retry" 2>&1; then
			mv "$file" "$OUT/corpus/$1/mended-${file##*-}"
		fi
	done
}

# Runs JOBS fuzzers of one target; their logs are log/TARGET.1 and on.
run_fuzzers()
{
	local job new=$OUT/new/$1 from

	mapfile -t from < <(seeds "$1")
	rm -f "$OUT/log/$1".[0-9]*
	mkdir -p "$new"		# with what a run that was interrupted left
	pids=()
	for ((job = 1; job <= JOBS; job++)); do
		(target "$1" -max_total_time="$2" -print_final_stats=1 \
			-dict="$TOP/selftests/fuzz/sip.dict" -reload=5 \
			-artifact_prefix="$new/finding-" "$new" \
			"$OUT/corpus/$1" "${from[@]}") \
			>"$OUT/log/$1.$job" 2>&1 &
		pids+=($!)
	done
	for job in "${pids[@]}"; do
		wait "$job" || broken=$((broken + 1))
	done
	pids=()
}

# A machine with much else to do is slow: what is fast enough by itself is none.
was_busy()
{
	[[ ${2##*/} == finding-timeout-* ]] &&
		(target "$1" "$2") >"$OUT/log/$1.busy" 2>&1
}

# Findings get a name that says of which target, and is not too long.
take_findings()
{
	local file name

	for file in "$OUT/new/$1"/finding-*; do
		[[ -f $file ]] || continue
		if was_busy "$1" "$file"; then
			mv "$file" "$OUT/corpus/$1/busy-${file##*-}"
			broken=$((broken - 1))
			continue
		fi
		name=${file##*/finding-}
		name=$1-${name%-*}-$(sha1sum <"$file" | cut -c 1-10)
		case $name in
		*-slow-unit-*)	rm "$file" ;;	# told, but not broken
		*)		mv "$file" "$OUT/findings/$name" ;;
		esac
	done
}

# The kept inputs are those that still add something, the short ones first;
# all of them while the target breaks on some.
keep_inputs()
{
	local kept=$OUT/kept.$1

	if [[ $broken -gt 0 ]]; then
		find "$OUT/new/$1" -type f -exec mv -t "$OUT/corpus/$1" {} +
		return
	fi
	rm -rf "$kept"
	mkdir -p "$kept"
	if (target "$1" -merge=1 "$kept" "$OUT/corpus/$1" "$OUT/new/$1") \
		>"$OUT/log/$1.merge" 2>&1; then
		rm -rf "$OUT/corpus/$1"
		mv "$kept" "$OUT/corpus/$1"
	else
		rm -rf "$kept"
		echo "$1: the new inputs are not kept, see build/fuzz/log" >&2
	fi
	rm -rf "$OUT/new/$1"
}

# Executions of all fuzzers, and what the best of them has covered
figures()
{
	cat "$OUT/log/$1".[0-9]* | awk -v name="$1" -v seconds="$2" \
		-v kept="$(find "$OUT/corpus/$1" -type f | wc -l)" '
	/^stat::number_of_executed_units:/ { runs += $2 }
	/ cov: [0-9]+ ft: / {
		for (i = 1; i < NF; i++) {
			if ($i == "cov:" && $(i + 1) > edges)
				edges = $(i + 1)
			if ($i == "ft:" && $(i + 1) > features)
				features = $(i + 1)
		}
	}
	END { printf "%-8s %12d %9d %8d %9d %8d", name, runs,
	      runs / (seconds ? seconds : 1), edges, features, kept }'
}

# What a finding is: the property that does not hold, or what is wrong with
# the memory.
reason()
{
	(target "$1" "$2") 2>&1 | grep -aE -m 1 \
		-e '^PROPERTY: ' -e '^SUMMARY: ' -e 'runtime error: ' |
		sed -E "s,.*(runtime error),\1,
			s,$TOP/|selftests/fuzz/../../,,g" | cut -c 1-75
}

tell_findings()
{
	local file why

	for file in "$OUT/findings/$1"-*; do
		[[ -f $file ]] || continue
		echo "  FAILED ${file##*/}"
		why=$(reason "$1" "$file")
		echo "    ${why:-not again by itself: something is not set}"
		echo "    make fuzz-replay F=${file#"$TOP/"}"
	done
}

# run_target NAME TIME
run_target()
{
	local before=$EPOCHSECONDS broken=0 found

	retry_findings "$1"
	run_fuzzers "$1" "$2"
	before=$((EPOCHSECONDS - before))
	take_findings "$1"
	keep_inputs "$1"
	found=$(find "$OUT/findings" -name "$1-*" | wc -l)
	figures "$1" "$before"
	printf ' %9d\n' "$found"
	tell_findings "$1"
	if [[ $found -eq 0 && $broken -eq 0 ]]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	[[ $found -gt 0 ]] || echo "  FAILED without a finding: see" \
		"build/fuzz/log/$1.1"
}

# The rest of the time is divided among the targets that are left; a part of
# each share is for keeping inputs.
run()
{
	local end=$((EPOCHSECONDS + $1)) left=${#TARGETS[@]} name share

	printf '%-8s %12s %9s %8s %9s %8s %9s\n' target executions each/s \
		edges features inputs findings
	for name in "${TARGETS[@]}"; do
		share=$(((end - EPOCHSECONDS) / left))
		share=$((share - share / 8 - 1))
		[[ $share -gt 0 ]] || share=1
		run_target "$name" "$share"
		left=$((left - 1))
	done
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 ]]
}

# whole NAME VALUE LEAST MOST: it must be a whole number in these bounds.
whole()
{
	local number=-1

	[[ ! $2 =~ ^[0-9]{1,9}$ ]] || number=$((10#$2))
	[[ $number -ge $3 && $number -le $4 ]] ||
		die "$1='$2' is not a whole number from $3 to $4"
}

# The target stands in the name of the finding.
replay()
{
	local name=${1##*/}

	name=${name%%-*}
	[[ -n $1 ]] ||
		die 'which file? make fuzz-replay F=build/fuzz/findings/...'
	[[ -f $1 ]] || die "there is no file $1"
	[[ " ${TARGETS[*]} " == *" $name "* ]] ||
		die "the file's name must begin with one of: ${TARGETS[*]}"
	build
	(target "$name" "$1") || return
	echo "fuzz: nothing is wrong with this input any more"
}

# some NAME...: the targets of this run
some()
{
	local name

	for name in "$@"; do
		[[ " ${TARGETS[*]} " == *" $name "* ]] ||
			die "unknown target '$name'; allowed: ${TARGETS[*]}"
	done
	TARGETS=("$@")
}

main()
{
	JOBS=${JOBS:-$(nproc)}
	case ${1:-run} in
	run)
		# shellcheck disable=SC2086 # several words
		[[ -z ${T:-} ]] || some $T
		set -- "${2-60}"
		whole SECONDS "$1" $((3 * ${#TARGETS[@]})) 604800
		whole JOBS "$JOBS" 1 999
		mkdir -p "$OUT"
		exec {lock}>"$OUT/lock"
		flock -n "$lock" || die 'another make fuzz is running here'
		build
		trap stop_fuzzers EXIT
		trap 'exit 130' INT TERM HUP
		run "$((10#$1))"
		;;
	replay)
		replay "${2:-}"
		;;
	*)
		die "unknown: $1; allowed: run replay"
		;;
	esac
}

main "$@"
