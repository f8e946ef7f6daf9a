#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs lanes, LANES (2) at a time, the longest first. A lane is a make target
# whose last line is "N passed, N failed"; that of check.sh is the sum. The
# output of each lane is in build/log/LANE.log.
#
#   check.sh LANE...		see target() for the lanes' make targets

set -uo pipefail

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
cd "$TOP" || exit

LOGS=$TOP/build/log
LANES=${LANES:-2}

# Seconds each lane takes, roughly: only the order depends on them.
declare -A LENGTH=([debug]=2000 [kselftest]=1600 [debug-1]=1500 [6.1]=1400
	[debug-2]=1000 [interop]=500 [lint]=300 [fuzz]=150 [demo]=130 [demo46]=75
	[unit]=70 [cli]=11)

declare -A RUNNING=()		# [process id]: lane
declare -A STARTED=()		# [lane]: seconds since the start
finished=()
passed=0 failed=0

# Sets WORDS to the arguments of make for lane $1.
target()
{
	case $1 in
	cli | kselftest | debug)	WORDS=("check-$1") ;;
	6.1)		WORDS=(check-part KERNEL=6.1 PART=6.1) ;;
	debug-[12])	WORDS=(check-part KERNEL=debug "PART=$1") ;;
	demo46)	WORDS=(demo FAMILY=46) ;;
	# Another lane uses the second processor: one job for twice the time
	# does the work of the two jobs that run by default.
	fuzz)	WORDS=(fuzz JOBS=1 SECONDS=120) ;;
	*)	WORDS=("$1") ;;
	esac
}

# Prints a line with the time since the start.
progress()
{
	printf '%3d:%02d  %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"
}

# Builds what several lanes use, so that they do not wait for each other. The
# debug kernel and its modules are built by the debug lane that starts first.
prepare()
{
	local log=$LOGS/prepare.log start=$SECONDS

	progress 'prepare: started'
	if make --no-print-directory setup modules tools live >"$log" 2>&1; then
		progress "prepare: done in $((SECONDS - start)) s"
		return
	fi
	tail -n 25 "$log"
	echo '0 passed, 1 failed'
	exit 1
}

start_lane()
{
	local WORDS

	target "$1"
	STARTED[$1]=$SECONDS
	progress "$1: started"
	# A process group for each lane, which end_all() ends.
	setsid make --no-print-directory "${WORDS[@]}" >"$LOGS/$1.log" 2>&1 \
		</dev/null &
	RUNNING[$!]=$1
}

# closing LANE STATUS: sets good, bad and note from the last closing line of
# the log. A lane that failed without one counts as one failure. The demo has
# no closing line.
closing()
{
	local line

	note=
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$LOGS/$1.log" |
		tail -n 1)
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+) ]]; then
		good=${BASH_REMATCH[1]} bad=${BASH_REMATCH[2]}
	elif [[ $1 == demo* && $2 -eq 0 ]]; then
		good=1 bad=0
	else
		good=0 bad=0
		note=', no closing line'
		[[ $2 -ne 0 ]] || bad=1
	fi
	[[ $2 -eq 0 || $bad -gt 0 ]] || bad=1 note+=", status $2"
}

# Prints what a reader needs of the log of a failed lane.
excerpt()
{
	grep -nE '^(# )*not ok|FAILED|^Bail out|error:|^vm: ' "$1" |
		head -n 20
	echo "  ... the last lines of ${1#"$TOP/"}:"
	tail -n 25 "$1"
}

# end_lane LANE STATUS
end_lane()
{
	local good bad note text

	closing "$1" "$2"
	passed=$((passed + good))
	failed=$((failed + bad))
	printf -v text '%-14s %5d passed, %d failed  %5d s%s' "$1" "$good" \
		"$bad" $((SECONDS - STARTED[$1])) "$note"
	finished+=("$text")
	progress "$1: $good passed, $bad failed in" \
		"$((SECONDS - STARTED[$1])) s$note"
	[[ $bad -eq 0 ]] || excerpt "$LOGS/$1.log"
}

# Waits until one of the running lanes ends.
reap_lane()
{
	local pid lane rc=0

	wait -n -p pid "${!RUNNING[@]}" || rc=$?
	lane=${RUNNING[$pid]}
	unset "RUNNING[$pid]"
	end_lane "$lane" "$rc"
}

# Ends the lanes that are still running.
end_all()
{
	local pid

	for pid in "${!RUNNING[@]}"; do
		kill -- "-$pid" 2>/dev/null
	done
}

# Prints the lanes with the longest first.
longest_first()
{
	local lane

	for lane in "$@"; do
		echo "${LENGTH[$lane]:-0} $lane"
	done | sort -s -k 1,1nr | cut -d ' ' -f 2
}

main()
{
	local lane

	mkdir -p "$LOGS"
	trap end_all EXIT
	trap 'exit 130' INT TERM HUP
	prepare
	for lane in $(longest_first "$@"); do
		[[ ${#RUNNING[@]} -lt $LANES ]] || reap_lane
		start_lane "$lane"
	done
	while [[ ${#RUNNING[@]} -gt 0 ]]; do
		reap_lane
	done
	echo
	printf '%s\n' "${finished[@]}"
	printf 'total time %d min %02d s, %d lanes at a time\n' \
		$((SECONDS / 60)) $((SECONDS % 60)) "$LANES"
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 ]]
}

main "$@"
