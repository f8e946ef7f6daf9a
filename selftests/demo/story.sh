#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest: the same two calls three times, told as they happen.
# The four last lines are the summary; the exit status is 0 only if with our
# helper both phones heard each other and nothing stayed open.

set -uo pipefail

# shellcheck source=selftests/demo/world.sh
. "$(dirname "${BASH_SOURCE[0]}")/world.sh"

SIPIMS=$HERE/../../tools/sipims/sipims
TALK=6			# seconds of audio in each call
GRACE=8			# seconds after which a call must be gone

declare -A TYPE=([off]='' [stock]=sip [on]=sip-ims)
declare -A ADDRESS=([alice]=$ALICE [bob]=$BOB)
declare -A HEARD	# [mode,caller,phone]: RTP packets that it heard
declare -A SENT		# the same, that it sent
COMPLAINTS=()		# why the exit status will not be 0

# ---- telling ---------------------------------------------------------------

say()
{
	printf '  %s\n' "$*"
}

indent()
{
	sed 's/^/    /'
}

headline()
{
	local line

	printf -v line '%*s' $((76 - ${#1})) ''
	printf '\n== %s %s\n\n' "$1" "${line// /=}"
}

complain()
{
	COMPLAINTS+=("$*")
	say "PROBLEM: $*"
}

# doing WHAT COMMAND...: says what is going on, and then how long it took
doing()
{
	local from=${EPOCHREALTIME/./} rc=0

	printf '  %-42s ' "$1 ..."
	"${@:2}" || rc=$?
	if [[ $rc -eq 0 ]]; then
		echo "$(((${EPOCHREALTIME/./} - from) / 1000)) ms"
	else
		echo 'failed'
	fi
	return "$rc"
}

# ---- the router ------------------------------------------------------------

load_helper()
{
	case $1 in
	stock)	modprobe nf_nat_sip ;;
	on)	modprobe nf_conntrack_sip_ims ;;
	esac
}

# $1: mode. Rules are shown as the kernel has them.
rules_up()
{
	in_ns router nft -f "$HERE/router.nft" || return
	[[ ${TYPE[$1]} ]] || return 0
	sed "s/sip-ims/${TYPE[$1]}/" "$HERE/helper.nft" |
		in_ns router nft -f -
}

show_rules()
{
	local all=$WORK/$1.nft

	in_ns router nft list ruleset | expand -t 4 >"$all"
	case $1 in
	off)	say 'nft rules on the router: zone, forward filter, masquerade'
		indent <"$all" ;;
	stock)	say 'the user adds to these rules'
		diff "$WORK/off.nft" "$all" | sed -n 's/^> //p' | indent ;;
	on)	say 'nft rules on the router, with the helper'
		indent <"$all" ;;
	esac
	echo
}

# Audio flows that the router's conntrack knows now
media_flows()
{
	in_ns router conntrack -L -p udp 2>/dev/null | grep -vc 'port=5060 '
}

# ---- a call ----------------------------------------------------------------

# more PHONE EVENT COUNT: it has happened more often than that
more()
{
	[[ $(happened "$1" "$2") -gt $3 ]]
}

# answered CALLER BEFORE-ESTABLISHED BEFORE-CLOSED: or it has failed
answered()
{
	more "$1" CALL_ESTABLISHED "$2" || more "$1" CALL_CLOSED "$3"
}

# set_up CALLER CALLEE: 1 if the call does not come about
set_up()
{
	local up closed

	up=$(happened "$1" CALL_ESTABLISHED)
	closed=$(happened "$1" CALL_CLOSED)
	order "$1" dial "sip:$2@$PROXY"
	poll 10 answered "$1" "$up" "$closed"
	more "$1" CALL_ESTABLISHED "$up"
}

why_closed()
{
	grep -o '"type":"CALL_CLOSED"[^}]*"param":"[^"]*"' \
		"$WORK/$1/events" | tail -n 1 | sed 's/.*"param":"//; s/"$//'
}

# SDP of the phone behind the router, which is what has to be translated
show_sdp()
{
	say "alice's SDP before the router (LAN)     | and after it (WAN)"
	"$HERE/wire.py" sdp "$WORK/alice.pcap" "$ALICE" \
		"$WORK/router.pcap" "$ROUTER" | indent
}

# $1: when the call was answered, in us
talk()
{
	local left

	left=$(($1 + TALK * 1000000 - ${EPOCHREALTIME/./}))
	[[ $left -le 0 ]] || sleep "$((left / 1000))e-3"
}

hang_up()
{
	local closed=()

	closed=("$(happened "$1" CALL_CLOSED)" "$(happened "$2" CALL_CLOSED)")
	order "$1" hangup
	poll 5 more "$1" CALL_CLOSED "${closed[0]}"
	poll 5 more "$2" CALL_CLOSED "${closed[1]}" ||
		say "$2 never gets the BYE"
}

# $1: mode, $2: caller
show_counts()
{
	local key=$1,$2 a_sent a_heard b_sent b_heard

	read -r a_sent a_heard b_sent b_heard < <("$HERE/wire.py" rtp \
		"$WORK/alice.pcap" "$ALICE" "$WORK/bob.pcap" "$BOB")
	SENT[$key,alice]=$a_sent HEARD[$key,alice]=$a_heard
	SENT[$key,bob]=$b_sent HEARD[$key,bob]=$b_heard
	say "alice hears $a_heard of the $b_sent RTP packets that bob sent"
	say "bob hears $b_heard of the $a_sent RTP packets that alice sent"
}

# call MODE CALLER CALLEE
call()
{
	local answered

	say "--- $2 calls $3"
	captures_start || { complain "tcpdump does not start"; return; }
	if ! doing "$2 dials, waits for an answer" set_up "$2" "$3"; then
		say "call not set up: $(why_closed "$2")"
		captures_end
		return
	fi
	answered=${EPOCHREALTIME/./}
	show_sdp
	say "media flows in conntrack: $(media_flows)"
	talk "$answered"
	hang_up "$2" "$3"
	captures_end
	say "$("$HERE/wire.py" line "$WORK/$3.pcap" BYE)"
	show_counts "$1" "$2"
	say "media flows in conntrack: $(media_flows)"
}

round()
{
	headline "$2"
	load_helper "$1" || { complain "no module"; return; }
	network_up
	rules_up "$1"
	show_rules "$1"
	doing 'Kamailio starts' proxy_up
	doing 'bob registers' phone_up bob "$BOB" 20000
	doing 'alice registers, through the router' phone_up alice "$ALICE" 10000
	call "$1" alice bob
	call "$1" bob alice
	world_down
}

main()
{
	WORK=$(mktemp -d)
	"$HERE/tone.py" "$WORK/says.wav"
	modprobe nft_objref
	round off 'round 1 of 3: no helper'
	round stock 'round 2 of 3: stock'
	[[ ${1:-} ]] || round on 'round 3 of 3: ours'
}

main "$@"
