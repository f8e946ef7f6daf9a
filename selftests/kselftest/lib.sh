# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Results, namespaces and rules of the kselftests. A test in shell sources it
# first:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
#   checktool sipp 'sipp -v'
#   topo_nat
#   nft_nat
#   ip netns exec "$lan" ping -q -c 1 203.0.113.2 >/dev/null
#   check_err $? 'no answer from the wan'
#   log_test 'ping through the router'
#   finish
#
# A test in Python names a topology of topologies.sh instead, see ksft.py.
# Results are printed as KTAP; the exit status is 0, 1, or 4 for a skip.

ksft_pass=0
ksft_fail=1
ksft_skip=4

: "${BUSYWAIT_TIMEOUT:=5000}"	# ms

EXIT_STATUS=$ksft_pass
RET=0
RETMSG=
TEST_NR=0
NS_LIST=()
WORK_DIR=

echo 'KTAP version 1'

# ---- results ---------------------------------------------------------------

# $1: status, $2: what it means if that is not 0. Keeps the first failure.
check_err()
{
	[[ $1 -eq 0 || $RET -ne 0 ]] && return 0
	RET=$1
	RETMSG=${2:-}
}

# $1: status, $2: what it means if that is 0.
check_fail()
{
	[[ $1 -ne 0 || $RET -ne 0 ]] && return 0
	RET=1
	RETMSG=${2:-}
}

# $1: what was tested. Prints the result in RET and begins the next test.
log_test()
{
	TEST_NR=$((TEST_NR + 1))
	if [[ $RET -eq 0 ]]; then
		echo "ok $TEST_NR $1"
	else
		echo "not ok $TEST_NR $1"
		[[ -z $RETMSG ]] || echo "# $RETMSG"
		EXIT_STATUS=$ksft_fail
	fi
	RET=0
	RETMSG=
}

# Prints the plan and exits; the last line of every test. The runner fails a
# test that ended without its plan.
finish()
{
	echo "1..$TEST_NR"
	exit "$EXIT_STATUS"
}

# $1: why none of this file's tests can run
skip_all()
{
	echo "1..0 # SKIP $1"
	exit "$ksft_skip"
}

# $1: why the test cannot go on
die()
{
	echo "Bail out! $1"
	exit "$ksft_fail"
}

# $1: name of a tool, $2: a command which works if it is there
checktool()
{
	eval "$2" >/dev/null 2>&1 || skip_all "$1 is missing"
}

# ---- waiting ---------------------------------------------------------------

# busywait MS COMMAND...: repeats the command until it succeeds and prints the
# output of that time; returns 1 after MS milliseconds.
busywait()
{
	local end out

	end=$(($(date +%s%3N) + $1))
	shift
	while :; do
		if out=$("$@"); then
			[[ -z $out ]] || printf '%s\n' "$out"
			return 0
		fi
		[[ $(date +%s%3N) -lt $end ]] || return 1
	done
}

# wait_port NS udp|tcp PORT: until a socket listens there
wait_port()
{
	busywait "$BUSYWAIT_TIMEOUT" port_open "$@"
}

port_open()
{
	local flag=u

	[[ $2 == udp ]] || flag=t
	[[ -n $(ip netns exec "$1" ss -Hln"$flag" "sport = :$3") ]]
}

# ---- namespaces ------------------------------------------------------------

# setup_ns VAR...: adds a namespace with its loopback up for each VAR, which
# is exported with its name
setup_ns()
{
	local var name

	for var in "$@"; do
		name=$var-$$-$RANDOM
		ip netns add "$name" || die "cannot add namespace $name"
		NS_LIST+=("$name")
		ip -n "$name" link set lo up
		# a tentative address sends no neighbour solicitation
		ip netns exec "$name" sysctl -q -w \
			net.ipv6.conf.default.accept_dad=0
		export "$var=$name"
	done
}

cleanup_ns()
{
	local ns pids

	for ns in "$@"; do
		pids=$(ip netns pids "$ns" 2>/dev/null) || continue
		# shellcheck disable=SC2086 # one word a process
		[[ -z $pids ]] || kill -9 $pids 2>/dev/null
		ip netns del "$ns" 2>/dev/null
	done
}

cleanup_all_ns()
{
	cleanup_ns "${NS_LIST[@]}"
	NS_LIST=()
}

# Makes a directory of this test, which is removed at its end: WORK_DIR.
setup_dir()
{
	[[ -n $WORK_DIR ]] || WORK_DIR=$(mktemp -d)
}

# A test with a trap of its own calls this from there.
cleanup_all()
{
	cleanup_all_ns
	[[ -z $WORK_DIR ]] || rm -rf "$WORK_DIR"
}

trap cleanup_all EXIT
trap 'exit 1' INT TERM

# ---- family ----------------------------------------------------------------

# With FAMILY=6 each IPv4 address of a topology stands for an IPv6 one, see
# family.py.
export FAMILY=${FAMILY:-4}

if [[ $FAMILY == 6 ]]; then
	IP=ip6 PREFIX=120 NODAD=nodad
else
	IP=ip PREFIX=24 NODAD=
fi

# $1: an IPv4 address. The address that stands for it on the wire.
inet()
{
	local byte

	[[ $FAMILY == 6 ]] || {
		echo "$1"
		return
	}
	IFS=. read -r -a byte <<<"$1"
	printf '2001:db8::%x:%x\n' $((byte[0] << 8 | byte[1])) \
		$((byte[2] << 8 | byte[3]))
}

# ---- topology --------------------------------------------------------------
#
#   $lan                     $router                         $wan
#   eth0 ------------- lan0          wan0 ------------- eth0
#   192.168.1.2/24     .1            203.0.113.1/24     .2

# link NS ADDRESS ROUTER-DEVICE ROUTER-ADDRESS: one side of the router
topo_link()
{
	ip link add eth0 netns "$1" type veth peer name "$3" netns "$router" ||
		die "cannot add a veth pair for $1"
	ip -n "$router" -batch - <<-EOF
	addr add $(inet "$4")/$PREFIX dev $3 $NODAD
	link set $3 up
	EOF
	ip -n "$1" -batch - <<-EOF
	addr add $(inet "$2")/$PREFIX dev eth0 $NODAD
	link set eth0 up
	route add default via $(inet "$4")
	EOF
}

lan='' router='' wan=''

# sets lan, router, wan
topo_nat()
{
	setup_ns lan router wan
	topo_nat_links
}

# The same between namespaces that exist
topo_nat_links()
{
	topo_link "$lan" 192.168.1.2 lan0 192.168.1.1
	topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
	ip netns exec "$router" sysctl -q -w net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
}

# Adds IPv6 addresses and routes to topo_nat.
topo_six()
{
	ip -n "$router" -batch - <<-EOF
	addr add fd00:1::1/64 dev lan0 nodad
	addr add 2001:db8:1::1/64 dev wan0 nodad
	EOF
	ip -n "$lan" -batch - <<-EOF
	addr add fd00:1::2/64 dev eth0 nodad
	route add default via fd00:1::1
	EOF
	ip -n "$wan" -batch - <<-EOF
	addr add 2001:db8:1::2/64 dev eth0 nodad
	route add default via 2001:db8:1::1
	EOF
}

# nft_nat [HELPER [PROTOCOL]]: masquerade, and the helper on port 5060.
# NFT_ZONE=n puts both sides into that conntrack zone.
#
# The helper is set between conntrack (-200) and NAT (-100): only then does
# a TCP flow get its sequence adjustment. A chain must not be called fwd, which
# is a keyword, and 6.1 does not load the module nft_objref by itself.
nft_nat()
{
	local helper=${1:-sip-ims} proto=${2:-udp} zone=

	modprobe -q nft_objref
	[[ -z ${NFT_ZONE:-} ]] || zone="
	chain zone {
		type filter hook prerouting priority raw; policy accept;
		iifname { lan0, wan0 } ct zone set $NFT_ZONE
	}"
	ip netns exec "$router" nft -f - <<-EOF
	table $IP sip_test {
		ct helper sip {
			type "$helper" protocol $proto;
		}
		$zone
		chain helper {
			type filter hook prerouting priority -150; policy accept;
			meta l4proto $proto th dport 5060 ct helper set "sip"
		}
		chain masq {
			type nat hook postrouting priority srcnat; policy accept;
			oifname wan0 masquerade
		}
	}
	EOF
}

# The same with the kernel's own helper, whose NAT module nft does not load.
nft_stock()
{
	modprobe nf_nat_sip && nft_nat sip "${1:-udp}"
}

# Loads the helper under test and prints its name: ours, or the kernel's own
# with HELPER=stock in the environment, so that a test can be seen failing.
helper_name()
{
	if [[ ${HELPER:-} == stock ]]; then
		modprobe nf_nat_sip && echo sip
	else
		modprobe nf_conntrack_sip_ims && echo sip-ims
	fi
}

# ---- what a test needs -----------------------------------------------------

sipims=$(dirname "${BASH_SOURCE[0]}")/../../tools/sipims/sipims

# Skips the test if a tool or the helper is missing; sets helper.
need_helper()
{
	checktool python3 'command -v python3'
	checktool conntrack 'command -v conntrack'
	checktool nft 'command -v nft'
	[[ ${HELPER:-} == stock ]] || checktool sipims "[[ -x '$sipims' ]]"
	helper=$(helper_name) || skip_all 'the helper cannot be loaded'
	modprobe -q nft_objref
}

# A router that masquerades, with the helper. $1: protocol, udp or tcp
sip_nat()
{
	need_helper
	topo_nat
	nft_nat "$helper" "${1:-udp}"
}

# ---- IPv6 on one side, IPv4 on the other -----------------------------------
#
#   $lan                        $router                         $wan
#   eth0 ----------------- lan0         wan0 ----------------- eth0
#   2001:db8:1::2, ::3    ::1   trgw0        203.0.113.1       .2, .3
#
# or the reverse, see sip_core. 64:ff9b::/96 and 192.0.2.0/24 lead to trgw0.

# six_link NS ROUTER-DEVICE NETWORK: one side of the router, host ::2
six_link()
{
	ip link add eth0 netns "$1" type veth peer name "$2" netns "$router" ||
		die "cannot add a veth pair for $1"
	ip -n "$router" -batch - <<-EOF
	addr add $3::1/64 dev $2 nodad
	link set $2 up
	EOF
	ip -n "$1" -batch - <<-EOF
	addr add $3::2/64 dev eth0 nodad
	link set eth0 up
	route add default via $3::1
	EOF
}

# topo_trgw SETTING...: adds trgw0 with these settings besides the prefix
topo_trgw()
{
	ip -n "$router" -batch - <<-EOF
	link add trgw0 type trgw
	link set trgw0 up
	route add 64:ff9b::/96 via fe80::1 dev trgw0
	route add 192.0.2.0/24 dev trgw0
	EOF
	ip netns exec "$router" sysctl -q -w net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0
	ip netns exec "$router" "$sipims" trgw set trgw0 \
		prefix=64:ff9b::/96 "$@" || die 'the device cannot be set up'
}

# nft_xlat FAMILY HELPER [MASQUERADED-DEVICE]: the helper on one of the legs;
# forwards SIP and what the helper expects, nothing else.
nft_xlat()
{
	ip netns exec "$router" nft -f - <<-EOF || die "the rules cannot be set"
	table $1 sip_test {
		ct helper sip-udp {
			type "$2" protocol udp;
		}
		ct helper sip-tcp {
			type "$2" protocol tcp;
		}
		chain helper {
			type filter hook prerouting priority -150; policy accept;
			udp dport 5060 ct helper set "sip-udp"
			tcp dport 5060 ct helper set "sip-tcp"
		}
		chain forward {
			type filter hook forward priority filter; policy drop;
			ct state established,related accept
			meta l4proto { udp, tcp } th dport 5060 accept
		}
		chain masq {
			type nat hook postrouting priority srcnat; policy accept;
			oifname "${3:-none}" masquerade
		}
	}
	EOF
}

# Skips the test if a tool, the helper or the device is missing; sets helper.
need_xlat()
{
	checktool sipims "[[ -x '$sipims' ]]"
	need_helper
	modprobe trgw || skip_all 'trgw cannot be loaded'
}

# An IPv6-only lan, an IPv4-only wan, NAT44 between the device and the wan.
sip_xlat()
{
	need_xlat
	setup_ns lan router wan
	six_link "$lan" lan0 2001:db8:1
	topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
	ip -n "$wan" addr add 203.0.113.3/24 dev eth0
	ip -n "$lan" addr add 2001:db8:1::3/64 dev eth0 nodad
	topo_trgw pool=192.0.2.0-192.0.2.3
	nft_xlat ip "$helper" wan0
	nft_xlat ip6 "$helper"
}

# An IPv4-only lan, an IPv6-only core in the wan, which is 192.0.2.100 to the
# lan. $1: the device that masquerades IPv6, if any
sip_core()
{
	need_xlat
	setup_ns lan router wan
	topo_link "$lan" 192.168.1.2 lan0 192.168.1.1
	six_link "$wan" wan0 2001:db8:2
	ip -n "$wan" addr add 2001:db8:2::3/64 dev eth0 nodad
	topo_trgw pool=192.0.2.0-192.0.2.7
	ip netns exec "$router" "$sipims" trgw add trgw0 192.0.2.100 \
		2001:db8:2::2 || die 'the core cannot be added'
	nft_xlat ip "$helper"
	nft_xlat ip6 "$helper" "${1:-}"
}
