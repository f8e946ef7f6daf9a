#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs in the guest: makes the same two calls in each round and shows what happens.
# The last lines are the summary. The exit status is 0 only if, with our helper,
# both phones heard each other in both calls and no binding was left.

set -uo pipefail

# shellcheck source=selftests/demo/world.sh
. "$(dirname "${BASH_SOURCE[0]}")/world.sh"
# shellcheck source=selftests/demo/call.sh
. "$HERE/call.sh"

SIPIMS=$HERE/../../tools/sipims/sipims

declare -A TYPE=([off]='' [stock]=sip [on]=sip-ims)
ROUNDS=(off stock on)
COMPLAINTS=0
SUFFIX=
[[ $FAMILY != 46 ]] || SUFFIX=46

# ---- output -----------------------------------------------------------------

say()
{
	printf '  %s\n' "$*"
}

indent()
{
	sed 's/^./    &/'
}

headline()
{
	local line

	printf -v line '%*s' $((75 - ${#1})) ''
	printf '\n== %s %s\n\n' "$1" "${line// /=}"
}

complain()
{
	COMPLAINTS=$((COMPLAINTS + 1))
	say "NOT AS IT SHOULD BE: $*"
}

# doing TEXT COMMAND...: prints the text and then how long the command took.
doing()
{
	local from=${EPOCHREALTIME/./} rc=0 ms

	printf '  %-40s ' "$1 ..."
	"${@:2}" || rc=$?
	ms=$(((${EPOCHREALTIME/./} - from) / 1000))
	if [[ $rc -eq 0 ]]; then
		printf '%d.%d s\n' $((ms / 1000)) $((ms / 100 % 10))
	else
		echo 'no'
	fi
	return "$rc"
}

version()
{
	dpkg-query -W -f '${Version}' "$1" 2>/dev/null || echo '?'
}

introduction()
{
	cat <<-EOT

	      LAN                    router                     WAN
	                        +--------------+
	  alice                 |  masquerade  |             +---- Kamailio
	  192.168.1.2 ---- lan0 |      and     | wan0 -------+     203.0.113.2
	       192.168.1.1      |  SIP helper  | 203.0.113.1 |
	                        +--------------+             +---- bob
	                                                           203.0.113.3

	  alice and bob are phones (baresip $(version baresip-core)). Kamailio
	  ($(version kamailio)) is their registrar and proxy; it knows nothing
	  about NAT. SIP goes through Kamailio, audio straight from phone to phone,
	  50 RTP packets a second each way.

	  A phone "hears" the RTP packets that arrive at its own interface, on the
	  port in its own SDP; it "sent" those that left there. tcpdump counts until
	  each phone has sent $TALK, six seconds of audio.
	EOT
}

introduction46()
{
	cat <<-EOT

	      LAN, IPv6 only           router                  WAN, IPv4 only
	                        +------------------+
	  alice                 |       trgw0      |             +---- Kamailio
	  2001:db8:1::2 -- lan0 |  64:ff9b::/96 =  | wan0 -------+    203.0.113.2
	                        |  all IPv4 hosts  | 203.0.113.1 |
	                        |   SIP helper     |             +---- bob
	                        +------------------+                  203.0.113.3

	  alice and bob are phones (baresip $(version baresip-core)). Kamailio
	  ($(version kamailio)) is their registrar and proxy; it has IPv4 only, and
	  so has bob. trgw0 translates headers; what stands in SIP and SDP is the
	  helper's. 50 RTP packets a second each way, straight from phone to phone.

	  A phone "hears" the RTP packets that arrive at its own interface, on the
	  port in its own SDP; it "sent" those that left there. tcpdump counts until
	  each phone has sent $TALK, six seconds of audio.
	EOT
}

# ---- the router ------------------------------------------------------------

# nft does not load the NAT module of a helper.
load_helper()
{
	case $1 in
	off)	modprobe nf_conntrack ;;
	stock)	modprobe nf_nat_sip ;;
	on)	modprobe nf_conntrack_sip_ims ;;
	esac
}

# $1: mode
rules_up()
{
	in_ns router nft -f "$HERE/router$SUFFIX.nft" || return
	[[ ${TYPE[$1]} ]] || return 0
	sed "s/sip-ims/${TYPE[$1]}/" "$HERE/helper$SUFFIX.nft" |
		in_ns router nft -f -
}

# Prints the rules as the kernel has them.
rules()
{
	in_ns router nft list ruleset | expand -t 4
}

# In the round with the stock helper, shows only the new rules.
show_rules()
{
	local what='nft rules on the router:' part='p'

	if [[ $1 == stock ]]; then
		what='nft rules that are new:'
		part='/ helper .*{$/,/}/p'
	fi
	say "$what"
	rules | sed -n "$part" | indent
	echo
}

# ---- the rounds ------------------------------------------------------------

world_up()
{
	doing 'building the network' network_up
	rules_up "$1" || return
	show_rules "$1"
	doing 'Kamailio starts' proxy_up &&
		doing 'bob registers' phone_up bob "$BOB" 20000 &&
		doing 'alice registers, through the router' \
			phone_up alice "$ALICE" 10000
}

# round MODE HEADLINE
round()
{
	headline "$2"
	if ! load_helper "$1"; then
		complain "no module for the helper '${TYPE[$1]}'"
		return
	fi
	if world_up "$1"; then
		call "$1" alice bob
		call "$1" bob alice
	else
		complain "this round cannot be played"
		tail -n 3 "$WORK"/proxy.log "$WORK"/*/log 2>/dev/null | indent
	fi
	world_down
}

# Explains why the stock helper failed, if it did.
explain_stock()
{
	[[ ${SENT[stock,alice,bob]:-} ]] || return
	both_hear stock alice && both_hear stock bob && return
	echo
	say "The stock helper opens the router for audio from Kamailio's address;"
	say "bob's comes from bob. alice hears him only if her own first packet"
	say 'passes the router before his first one arrives there.'
}

# ---- the end ---------------------------------------------------------------

judge()
{
	local caller

	for caller in alice bob; do
		both_hear on "$caller" ||
			complain "no audio both ways when $caller calls"
		[[ ${BINDINGS[$caller]:-0} -gt 0 ]] ||
			complain "no bindings while $caller calls"
		[[ ${BINDINGS[$caller,after]:-0} -eq 0 ]] ||
			complain "bindings are left after $caller's call"
	done
}

# Prints the figures of the call from inside.
summary()
{
	local mode

	for mode in "${ROUNDS[@]}"; do
		echo "helper $mode: caller hears ${HEARD[$mode,alice,alice]:-0}," \
		     "callee hears ${HEARD[$mode,alice,bob]:-0}"
	done
	echo "bindings: ${BINDINGS[alice]:-0} during the call," \
	     "${BINDINGS[alice,after]:-0} after"
}

main()
{
	if [[ ! -e /vm-run/env ]]; then
		echo "story.sh runs in the guest only: 'make demo'" >&2
		return 1
	fi
	WORK=$(mktemp -d)
	modprobe nft_objref
	"$HERE/tone.py" "$WORK/says.wav"
	if [[ $FAMILY == 46 ]]; then
		modprobe trgw
		ROUNDS=(off on)
		introduction46
		round off 'Round 1 of 2: the translator alone'
		round on 'Round 2 of 2: and our helper, sip-ims'
	else
		introduction
		round off 'Round 1 of 3: no helper'
		round stock 'Round 2 of 3: the stock helper, sip'
		explain_stock
		round on 'Round 3 of 3: our helper, sip-ims'
	fi
	headline 'alice calls bob: RTP packets heard'
	judge
	[[ $COMPLAINTS -eq 0 ]] || echo
	summary
	[[ $COMPLAINTS -eq 0 ]]
}

main "$@"
