#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Instructions for each step over one message, counted by valgrind: the
# difference between 1000 and 2000 times. Fails when a step costs more than
# its limit, which is what it cost on x86-64 with gcc 12 and a little more.
#
#	cost.sh PROGRAM CORPUS.md...

set -euo pipefail

program=$1
shift

command -v valgrind >/dev/null || { echo 'valgrind is missing'; exit 4; }

# count WHAT TIMES CASE CORPUS...
count()
{
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" \
		"$@" 2>&1 | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# measure NAME WHAT LIMIT CASE CORPUS...
measure()
{
	local once twice each

	once=$(count "$2" 1000 "${@:4}")
	twice=$(count "$2" 2000 "${@:4}")
	each=$(((twice - once) / 1000))
	printf '%-28s %6d instructions' "$1" "$each"
	[[ $3 -eq 0 ]] || printf '   limit %d' "$3"
	printf '\n'
	[[ $3 -eq 0 || $each -le $3 ]]
}

rc=0
for message in 'the INVITE of the instruction budget' 'VoLTE INVITE'; do
	limit=1
	[[ $message == the* ]] || limit=0
	echo "$message: $("$program" length 0 "$message" "$@")"
	measure '  sip_classify' classify 0 "$message" "$@"
	measure '  sip_parse' parse $((limit * 5300)) "$message" "$@" || rc=1
	measure '  sip_walk' walk $((limit * 4600)) "$message" "$@" || rc=1
	measure '  sip_find_sdp + sdp_parse' sdp $((limit * 2300)) \
		"$message" "$@" || rc=1
	measure '  walk, edit, assemble' edit 0 "$message" "$@"
done
exit "$rc"
