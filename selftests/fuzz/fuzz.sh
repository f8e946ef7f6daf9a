#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fuzzes the sources that need no kernel, one target after the other. Prints one
# line for each target, each finding with the command that runs it again, and a
# closing line that counts targets, "N passed, N failed".
#
#	fuzz.sh run [SECONDS]	for all targets together (60); at least 3 for each
#	fuzz.sh replay FILE	runs one input again with the fuzzer's output
#
# From the environment:
#	JOBS	fuzzers of a target at once (the number of processors)
#	T	targets ("naive translate"), by default all
#
# Inputs that reach new code are kept in build/fuzz/corpus. Inputs that break a
# target are kept in build/fuzz/findings until they no longer do.

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

# Prints the length of the longest input. For the naive parser, which is slow,
# that is not much more than the longest header.
longest()
{
	case $1 in
	naive)		echo 16384 ;;
	sdp)		echo 4096 ;;
	edits)		echo 6144 ;;	# more than fit into the list of edits
	address)	echo 64 ;;
	tcp)		echo 4096 ;;	# decisions of a network
	translate)	echo 1600 ;;
	*)		echo 65535 ;;
	esac
}

# Prints the directory of the inputs to start from, if the target has any.
seeds()
{
	case $1 in
	sdp)	echo "$OUT/seeds/sdp" ;;
	tcp)	echo "$OUT/seeds/tcp" ;;
	address | edits | translate) ;;
	*)	echo "$OUT/seeds/message" ;;
	esac
}

# target NAME ARGS...: runs the program; its reports have line numbers.
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

# Tries the findings of earlier runs first. If one no longer breaks the target,
# it becomes an input to start from.
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

# Runs JOBS fuzzers of one target, with the logs log/TARGET.1 and so on.
run_fuzzers()
{
	local job new=$OUT/new/$1 from

	mapfile -t from < <(seeds "$1")
	rm -f "$OUT/log/$1".[0-9]*
	mkdir -p "$new"		# may have inputs of an interrupted run
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

# An input may have timed out only because the machine was busy: runs it again.
was_busy()
{
	[[ ${2##*/} == finding-timeout-* ]] &&
		(target "$1" "$2") >"$OUT/log/$1.busy" 2>&1
}

# Names each finding after its target.
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
		*-slow-unit-*)	rm "$file" ;;	# slow, but within PATIENCE
		*)		mv "$file" "$OUT/findings/$name" ;;
		esac
	done
}

# Keeps the inputs that reach code which no shorter one reaches, or all of them
# while some break the target.
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

# Prints the executions of all fuzzers, and the best coverage of one.
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

# Prints why a finding fails: the property that does not hold, or the sanitizer's
# summary.
reason()
{
	(target "$1" "$2") 2>&1 | grep -aE -m 1 \
		-e '^PROPERTY: ' -e '^SUMMARY: ' -e 'runtime error: ' |
		sed -E "s,.*(runtime error),\1,
			s,$TOP/|selftests/fuzz/../../,,g" | cut -c 1-75
}

print_findings()
{
	local file why

	for file in "$OUT/findings/$1"-*; do
		[[ -f $file ]] || continue
		echo "  FAILED ${file##*/}"
		why=$(reason "$1" "$file")
		echo "    ${why:-does not fail again: an uninitialized value?}"
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
	print_findings "$1"
	if [[ $found -eq 0 && $broken -eq 0 ]]; then
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	[[ $found -gt 0 ]] || echo "  FAILED without a finding: see" \
		"build/fuzz/log/$1.1"
}

# Divides the remaining time among the remaining targets. A part of each share is
# for merging the inputs.
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

# whole NAME VALUE MIN MAX: VALUE must be a whole number within these limits.
whole()
{
	local number=-1

	[[ ! $2 =~ ^[0-9]{1,9}$ ]] || number=$((10#$2))
	[[ $number -ge $3 && $number -le $4 ]] ||
		die "$1='$2' is not a whole number from $3 to $4"
}

# The name of a finding begins with its target.
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
	echo "fuzz: this input no longer fails"
}

# some NAME...: sets the targets of this run.
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
