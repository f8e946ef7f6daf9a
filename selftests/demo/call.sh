# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# One call between the phones: set up, talk, show the router's tables, hang up,
# count.

TALK=300		# RTP packets that each phone sends, in each call: 6 s
GRACE=8			# seconds after which nothing of a call may be left
PATIENCE=30		# seconds that a slow machine has for anything else

declare -A HEARD	# [mode,caller,phone]: RTP packets that the phone heard
declare -A SENT		# [mode,caller,phone]: RTP packets that the phone sent
declare -A BINDINGS	# [caller]: during the call; [caller,after]: after it

# more PHONE EVENT COUNT: the event has happened more than COUNT times.
more()
{
	[[ $(happened "$1" "$2") -gt $3 ]]
}

# answered CALLER ESTABLISHED CLOSED: one of these events has happened again.
answered()
{
	more "$1" CALL_ESTABLISHED "$2" || more "$1" CALL_CLOSED "$3"
}

# set_up CALLER CALLEE: returns 1 if the call is not established.
set_up()
{
	local established closed proxy

	# shellcheck disable=SC2153 # set by world.sh
	proxy=$PROXY
	[[ $1 != alice ]] || proxy=$ALICES_PROXY
	established=$(happened "$1" CALL_ESTABLISHED)
	closed=$(happened "$1" CALL_CLOSED)
	order "$1" dial "sip:$2@$proxy"
	poll "$PATIENCE" answered "$1" "$established" "$closed"
	more "$1" CALL_ESTABLISHED "$established"
}

why_closed()
{
	local why

	why=$(grep -o '"CALL_CLOSED"[^}]*"param":"[^"]*"' "$WORK/$1/events" |
		tail -n 1 | sed 's/.*"param":"//; s/"$//; s/\\//g')
	echo "${why:-no answer}"
}

# talked: both phones have sent TALK packets, as the captures have it.
talked()
{
	# shellcheck disable=SC2153 # set by world.sh
	"$HERE/wire.py" talked "$WORK/alice.pcap" "$ALICE" \
		"$WORK/bob.pcap" "$BOB" "$TALK"
}

# hang_up CALLER CALLEE: returns 1 if the callee does not get the BYE.
hang_up()
{
	local closed

	closed=$(happened "$2" CALL_CLOSED)
	order "$1" hangup
	poll "$PATIENCE" more "$2" CALL_CLOSED "$closed" &&
		poll "$PATIENCE" captured "$2" 'BYE sip:'
}

# ---- the router's tables ---------------------------------------------------

# Prints the number of UDP connections in the router's conntrack, without SIP.
media_flows()
{
	in_ns router conntrack -L -p udp 2>/dev/null | grep -vc 'port=5060 '
}

media_flows_are()
{
	[[ $(media_flows) -eq $1 ]]
}

media_flows_above()
{
	[[ $(media_flows) -gt $1 ]]
}

sipims()
{
	in_ns router "$SIPIMS" "$@"
}

# Prints the number of media bindings in the kernel.
bindings()
{
	sipims -L bindings -o json | grep -c '"local-port":'
}

# show_table CALLER ARGS...: shows what sipims ARGS prints during the call.
show_table()
{
	poll "$PATIENCE" media_flows_above 1 || true
	BINDINGS[$1]=$(bindings)
	say "in the kernel now (sipims ${*:2}):"
	echo
	sipims "${@:2}"
	echo
}

nothing_left()
{
	[[ $(sipims -C) == 'calls 0'$'\n'* ]] && media_flows_are 0
}

# show_empty_table CALLER BYE LINE: BYE is the time of hanging up, in us, and LINE
# the first line of the table at that time. It is empty if the machine was so
# slow that the call's grace period was already over.
show_empty_table()
{
	local ms

	[[ -z $3 ]] || say "$3"
	doing 'waiting for the table to empty' poll "$GRACE" nothing_left ||
		complain "something is left $GRACE s after the BYE"
	ms=$(((${EPOCHREALTIME/./} - $2) / 1000))
	BINDINGS[$1,after]=$(bindings)
	say "$((ms / 1000)).$((ms / 100 % 10)) s after the BYE:" \
	    "$(sipims -C | head -n 1), bindings ${BINDINGS[$1,after]}," \
	    "audio in conntrack $(media_flows)"
}

# ---- output -----------------------------------------------------------------

# read_sdp: sets SDP; returns 1 until both captures have one.
read_sdp()
{
	# shellcheck disable=SC2153 # set by world.sh
	SDP=$("$HERE/wire.py" sdp "$WORK/alice.pcap" "$ALICE" \
		"$WORK/router.pcap" "$ROUTER")
	[[ $SDP != *'(no SDP)'* ]]
}

# The SDP of the phone on the LAN: no host on the WAN can reach the address in
# it.
show_sdp()
{
	local SDP

	say "alice's SDP on the LAN, and after the router:"
	poll "$PATIENCE" read_sdp || true
	indent <<<"$SDP"
}

# hears MODE CALLER PHONE OTHER: PHONE has heard 90 % of the packets that OTHER
# sent, and OTHER has sent as many as it should.
hears()
{
	local heard=${HEARD[$1,$2,$3]:-0} sent=${SENT[$1,$2,$4]:-0}

	[[ $sent -ge $TALK && $((heard * 10)) -ge $((sent * 9)) ]]
}

both_hear()
{
	hears "$1" "$2" alice bob && hears "$1" "$2" bob alice
}

# verdict MODE CALLER
verdict()
{
	if both_hear "$1" "$2"; then
		echo 'audio both ways'
	elif hears "$1" "$2" alice bob; then
		echo 'only alice hears the other one'
	elif hears "$1" "$2" bob alice; then
		echo 'only bob hears the other one'
	else
		echo 'no audio, or little'
	fi
}

# show_counts MODE CALLER
show_counts()
{
	local key=$1,$2 alice bob

	# shellcheck disable=SC2153 # set by world.sh
	read -r SENT["$key,alice"] HEARD["$key,alice"] \
		SENT["$key,bob"] HEARD["$key,bob"] < <("$HERE/wire.py" rtp \
		"$WORK/alice.pcap" "$ALICE" "$WORK/bob.pcap" "$BOB" "$TALK")
	alice="alice hears ${HEARD[$key,alice]} of the ${SENT[$key,bob]} packets"
	bob="bob hears ${HEARD[$key,bob]} of the ${SENT[$key,alice]} packets"
	say "$alice that bob sent"
	say "$bob that alice sent"
	say "=> $(verdict "$1" "$2")"
}

# show_bye CALLER CALLEE STATUS: that of hang_up
show_bye()
{
	say "$1 hangs up; what $2 receives:"
	if [[ $3 -eq 0 ]]; then
		"$HERE/wire.py" line "$WORK/$2.pcap" BYE | indent
	else
		echo '(no BYE)' | indent
	fi
}

# ---- the call --------------------------------------------------------------

# conversation MODE CALLER CALLEE: from the answer to the end. The caller hangs
# up when the tables have been shown, however long that takes.
conversation()
{
	local bye=0 ended ending=

	show_sdp
	case $1,$2 in
	on,alice)	show_table alice -L ;;
	on,bob)		show_table bob -L "$([[ $FAMILY == 46 ]] &&
				echo streams || echo bindings)" ;;
	esac
	doing "the rest of $TALK packets of audio" \
		poll $((2 * PATIENCE)) talked || true
	hang_up "$2" "$3" || bye=1
	ended=${EPOCHREALTIME/./}
	[[ $1 != on ]] || ending=$(sipims -L calls | head -n 1)
	captures_end
	show_bye "$2" "$3" "$bye"
	[[ $1 != on ]] || show_empty_table "$2" "$ended" "$ending"
	show_counts "$1" "$2"
}

# call MODE CALLER CALLEE
call()
{
	echo
	say "-- $2 calls $3 --"
	if ! captures_start; then
		complain "tcpdump does not start: $(cat "$WORK"/*.pcap.log)"
	elif doing "$2 dials and waits for an answer" set_up "$2" "$3"; then
		conversation "$@"
	else
		say "call not set up: $(why_closed "$2")"
	fi
	captures_end
}
