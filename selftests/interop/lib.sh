# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the interoperation tests share, on top of the kselftests' lib.sh; a
# test sources it first:
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
# HELPER=stock: the kernel's own helper. HELPER=none: no translation and no
# helper, the router only routes; what fails there fails by the test or by the
# software that it runs. KEEP=folder: what the programs said and what was on
# the wire is copied there at the end. A test sets TRANSPORT=tcp for SIP over TCP.

# shellcheck source=selftests/kselftest/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../kselftest/lib.sh"

lan2='' proxy='' core='' switch=''

# port NS ADDRESS BRIDGE: a host on one of the two switches
port()
{
	local name=p$RANDOM

	ip link add eth0 netns "$1" type veth peer name "$name" \
		netns "$switch" || die "cannot add a veth pair for $1"
	ip -n "$1" -batch - <<-EOT
	addr add $2/24 dev eth0
	link set eth0 up
	EOT
	ip -n "$switch" link set "$name" master "$3" up
}

bridge()
{
	ip -n "$switch" link add "$1" type bridge forward_delay 0
	ip -n "$switch" link set "$1" up
}

# The router's two devices have names that rules can use.
router_port()
{
	port "$router" "$2" "$3"
	ip -n "$router" -batch - <<-EOT
	link set eth0 down
	link set eth0 name $1
	link set $1 up
	EOT
}

# Where the hosts of the WAN send what is not theirs: to nobody, as a private
# address leads nowhere on the Internet; without translation to the router.
wan_gateway()
{
	[[ ${HELPER:-} == none ]] && echo 203.0.113.1 && return
	ip -n "$switch" addr add 203.0.113.254/24 dev wan
	echo 203.0.113.254
}

topo_interop()
{
	local gateway ns

	setup_ns lan lan2 router wan proxy core switch
	bridge lan
	bridge wan
	router_port lan0 192.168.1.1 lan
	router_port wan0 203.0.113.1 wan
	port "$lan" 192.168.1.2 lan
	port "$lan2" 192.168.1.3 lan
	port "$proxy" 203.0.113.2 wan
	port "$wan" 203.0.113.3 wan
	port "$core" 203.0.113.4 wan
	gateway=$(wan_gateway)
	ip -n "$lan" route add default via 192.168.1.1
	ip -n "$lan2" route add default via 192.168.1.1
	for ns in "$proxy" "$wan" "$core"; do
		ip -n "$ns" route add default via "$gateway"
	done
	ip netns exec "$router" sysctl -q -w net.ipv4.ip_forward=1
}

# interop TOOL...: skips the test if one is missing, else builds the network
interop()
{
	local helper tool

	for tool in python3 nft conntrack tcpdump tshark "$@"; do
		checktool "$tool" "command -v $tool"
	done
	helper=${HELPER:-}
	if [[ $helper != none ]]; then
		checktool sipims "[[ '$helper' == stock || -x '$sipims' ]]"
		helper=$(helper_name) || skip_all 'the helper cannot be loaded'
	fi
	topo_interop
	[[ $helper == none ]] || nft_nat "$helper" "${TRANSPORT:-udp}"
	setup_dir
	export lan2 proxy core WORK_DIR TRANSPORT=${TRANSPORT:-udp}
}

# For looking at afterwards, what the programs said and what was on the wire
keep()
{
	[[ -n ${KEEP:-} && -n $WORK_DIR ]] || return 0
	mkdir -p "$KEEP" && cp -r "$WORK_DIR" "$KEEP/$(basename "$0" .sh)"
}

trap 'cleanup_all_ns; keep; cleanup_all' EXIT
