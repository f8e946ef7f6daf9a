# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Functions that the interoperation tests share, in addition to lib.sh of the
# kselftests; a test sources it first:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
#   interop baresip kamailio
#   run_python
#   exit "$EXIT_STATUS"
#
#   $lan  alice .2 --+                               +-- $proxy .2
#                    | 192.168.1.0   203.0.113.0     |
#                    +------ .1 $router .1 ----------+-- $wan   .3 bob
#                    |                               |
#   $lan2 carol .3 --+                               +-- $core  .4
#
# With SIX=lan those on the left have IPv6 only, 2001:db8:1::2 and ::3, with
# SIX=wan those on the right, 2001:db8:2::2, ::3 and ::4; trgw0 in the router
# joins the families. HELPER=none is a translator alone then.
#
# HELPER=stock: the kernel's own helper. HELPER=none: no translation and no
# helper, the router only routes; a failure is then one of the test or of the
# software that it runs. KEEP=folder: the output of the programs and a capture
# of the wire is copied there at the end. A test sets TRANSPORT=tcp for SIP over
# TCP.

# shellcheck source=selftests/kselftest/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../kselftest/lib.sh"

lan2='' proxy='' core='' switch=''

# sums NS DEVICE: packets are captured with the checksums that a wire would see
sums()
{
	ip netns exec "$1" ethtool -K "$2" tx off >/dev/null ||
		die "$1: no checksums on $2"
}

# $1: an address. It, and the size of its network.
network()
{
	[[ $1 == *:* ]] && echo "$1/64 nodad" && return
	echo "$1/24"
}

# port NS ADDRESS BRIDGE [DEVICE]: a host on one of the two switches
port()
{
	local device=${4:-eth0} name=p$RANDOM

	ip link add "$device" netns "$1" type veth peer name "$name" \
		netns "$switch" || die "cannot add a veth pair for $1"
	ip -n "$1" -batch - <<-EOT
	addr add $(network "$2") dev $device
	link set $device up
	EOT
	ip -n "$switch" link set "$name" master "$3" up
	sums "$1" "$device"
}

bridge()
{
	ip -n "$switch" link add "$1" type bridge forward_delay 0
	ip -n "$switch" link set "$1" up
}

# The default gateway of the WAN's hosts: none, since private addresses are not
# routed on the Internet; without translation the router.
wan_gateway()
{
	[[ ${SIX:-} == wan ]] && echo 2001:db8:2::1 && return
	[[ ${HELPER:-} == none ]] && echo 203.0.113.1 && return
	ip -n "$switch" addr add 203.0.113.254/24 dev wan
	echo 203.0.113.254
}

topo_interop()
{
	local gateway inside=192.168.1. ns outside=203.0.113.

	[[ ${SIX:-} != lan ]] || inside=2001:db8:1::
	[[ ${SIX:-} != wan ]] || outside=2001:db8:2::
	setup_ns lan lan2 router wan proxy core switch
	bridge lan
	bridge wan
	port "$router" "${inside}1" lan lan0
	port "$router" "${outside}1" wan wan0
	port "$lan" "${inside}2" lan
	port "$lan2" "${inside}3" lan
	port "$proxy" "${outside}2" wan
	port "$wan" "${outside}3" wan
	port "$core" "${outside}4" wan
	gateway=$(wan_gateway)
	ip -n "$lan" route add default via "${inside}1"
	ip -n "$lan2" route add default via "${inside}1"
	for ns in "$proxy" "$wan" "$core"; do
		ip -n "$ns" route add default via "$gateway"
	done
	ip netns exec "$router" sysctl -q -w net.ipv4.ip_forward=1
}

# The router between the families; $1: the helper
translator()
{
	topo_trgw pool=192.0.2.0-192.0.2.15
	sums "$router" trgw0
	if [[ $SIX == wan ]]; then
		ip netns exec "$router" "$sipims" trgw add trgw0 192.0.2.100 \
			2001:db8:2::2 || die 'the proxy cannot be entered'
	fi
	[[ $1 != none ]] || return 0
	nft_xlat ip "$1" wan0
	nft_xlat ip6 "$1" wan0
}

# Sets up the router between lan and wan; $1: the helper, or none
between()
{
	if [[ ${SIX:-} ]]; then
		translator "$1"
	elif [[ $1 != none ]]; then
		nft_nat "$1" "${TRANSPORT:-udp}"
	fi
}

# interop TOOL...: skips the test if one is missing, else builds the network
interop()
{
	local helper tool

	for tool in python3 nft conntrack tcpdump tshark ethtool "$@"; do
		checktool "$tool" "command -v $tool"
	done
	helper=${HELPER:-}
	if [[ $helper != none ]]; then
		checktool sipims "[[ '$helper' == stock || -x '$sipims' ]]"
		helper=$(helper_name) || skip_all 'the helper cannot be loaded'
	fi
	[[ -z ${SIX:-} ]] || modprobe trgw || skip_all 'trgw cannot be loaded'
	modprobe -q nft_objref
	topo_interop
	between "$helper"
	setup_dir
	export WORK_DIR SIX=${SIX:-} TRANSPORT=${TRANSPORT:-udp}
}

# Runs FILE.py for the test FILE.sh, or $OTHER_HALF.py, as the rest of the test;
# see sipnet.py. Arguments are passed on.
run_python()
{
	local name=${OTHER_HALF:-${0##*/}}

	export PYTHONDONTWRITEBYTECODE=1
	# shellcheck disable=SC2034 # the test exits with it
	python3 -u "$(dirname "$0")/${name%.sh}.py" "$@" || EXIT_STATUS=$ksft_fail
}

# Keeps the output of the programs and the captured packets.
keep()
{
	[[ -n ${KEEP:-} && -n $WORK_DIR ]] || return 0
	mkdir -p "$KEEP" && cp -r "$WORK_DIR" "$KEEP/$(basename "$0" .sh)"
}

trap 'cleanup_all_ns; keep; cleanup_all' EXIT
