# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the kselftests share; a test sources it first:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
#   checktool sipp 'sipp -v'
#   topo_nat
#   nft_nat
#   RET=0
#   ip netns exec "$lan" ping -q -c 1 203.0.113.2 >/dev/null
#   check_err $? 'no answer from the wan'
#   log_test 'ping through the router'
#   exit "$EXIT_STATUS"
#
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
		# shellcheck disable=SC2034 # the test exits with it
		EXIT_STATUS=$ksft_fail
	fi
	RET=0
	RETMSG=
}

# $1: what was not tested, $2: why
log_skip()
{
	TEST_NR=$((TEST_NR + 1))
	echo "ok $TEST_NR $1 # SKIP ${2:-}"
	RET=0
	RETMSG=
}

# $1: why none of this file's tests can run
skip_all()
{
	echo "1..0 # SKIP $1"
	exit "$ksft_skip"
}

# $1: what broke before a test could say so
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

# busywait MS COMMAND...: repeats it until it succeeds, and prints what it
# printed then; 1 when time is up.
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

# wait_port NS udp|tcp PORT: until somebody listens there
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

# setup_ns VAR...: a namespace with loopback up each, its name in VAR
setup_ns()
{
	local var name

	for var in "$@"; do
		name=$var-$$-$RANDOM
		ip netns add "$name" || die "cannot add namespace $name"
		NS_LIST+=("$name")
		ip -n "$name" link set lo up
		# who is not sure of his address yet asks for no neighbour
		ip netns exec "$name" sysctl -q -w \
			net.ipv6.conf.default.accept_dad=0
		printf -v "$var" %s "$name"
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

# A folder of this test, removed at its end; its name in WORK_DIR.
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

# A test six-NAME.sh is NAME.sh with IPv6 on the wire, see family.py.
[[ ${0##*/} != six-* ]] || FAMILY=6
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

# The same with namespaces that there are already
topo_nat_links()
{
	topo_link "$lan" 192.168.1.2 lan0 192.168.1.1
	topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
	ip netns exec "$router" sysctl -q -w net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
}

# IPv6 beside IPv4 in it, as addresses of their own
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
# a TCP flow get its sequence adjustment. Beware: a chain must not be called
# fwd, which is a keyword; and 6.1 needs the module nft_objref.
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

# The same with the kernel's own helper, whose NAT half nft does not load.
nft_stock()
{
	modprobe nf_nat_sip && nft_nat sip "${1:-udp}"
}

# The name of the helper under test, its modules loaded: ours, or the kernel's
# own with HELPER=stock in the environment, so that a test can be seen failing.
helper_name()
{
	if [[ ${HELPER:-} == stock ]]; then
		modprobe nf_nat_sip && echo sip
	else
		modprobe nf_conntrack_sip_ims && echo sip-ims
	fi
}

# ---- Python ----------------------------------------------------------------

# Runs this test's other half, FILE.py for FILE.sh or $OTHER_HALF.py, as the rest
# of the test; see sipnet.py. Arguments are handed on.
run_python()
{
	local name=${OTHER_HALF:-${0##*/six-}}

	name=${name##*/}
	name=${name%.sh}
	export lan router wan HELPER=${HELPER:-}
	export PYTHONDONTWRITEBYTECODE=1
	# shellcheck disable=SC2034 # the test exits with it
	python3 -u "$(dirname "$0")/$name.py" "$@" || EXIT_STATUS=$ksft_fail
}

sipims=$(dirname "${BASH_SOURCE[0]}")/../../tools/sipims/sipims

# The usual beginning: a NAT router with the helper, and what a test needs.
# $1: protocol, udp or tcp
sip_nat()
{
	local helper

	checktool python3 'command -v python3'
	checktool conntrack 'command -v conntrack'
	checktool nft 'command -v nft'
	[[ ${HELPER:-} == stock ]] || checktool sipims "[[ -x '$sipims' ]]"
	helper=$(helper_name) || skip_all 'the helper cannot be loaded'
	topo_nat
	nft_nat "$helper" "${1:-udp}"
}

# ---- IPv6 beside IPv4 ------------------------------------------------------
#
#   $lan                        $router                         $wan
#   eth0 ----------------- lan0         wan0 ----------------- eth0
#   2001:db8:1::2, ::3    ::1   trgw0        203.0.113.1       .2, .3
#
# or the other way round, see sip_core. 64:ff9b::/96 and 192.0.2.0/24 lead to
# trgw0.

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

# $1: what else `sipims trgw set` is told
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

# nft_across FAMILY HELPER [MASQUERADED-DEVICE]: the helper on one of the legs,
# and nothing passes that it did not let through.
nft_across()
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

# sets helper, lan, router, wan
across_begin()
{
	checktool python3 'command -v python3'
	checktool conntrack 'command -v conntrack'
	checktool nft 'command -v nft'
	checktool sipims "[[ -x '$sipims' ]]"
	helper=$(helper_name) || skip_all 'the helper cannot be loaded'
	modprobe trgw || skip_all 'trgw cannot be loaded'
	modprobe -q nft_objref
	setup_ns lan router wan
}

# An IPv6-only lan, an IPv4-only wan, NAT44 between the device and the wan.
sip_across()
{
	across_begin
	six_link "$lan" lan0 2001:db8:1
	topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
	ip -n "$wan" addr add 203.0.113.3/24 dev eth0
	ip -n "$lan" addr add 2001:db8:1::3/64 dev eth0 nodad
	topo_trgw pool=192.0.2.0-192.0.2.3
	nft_across ip "$helper" wan0
	nft_across ip6 "$helper"
}

# An IPv4-only lan, an IPv6-only core in the wan, which is 192.0.2.100 to the lan.
sip_core()
{
	across_begin
	topo_link "$lan" 192.168.1.2 lan0 192.168.1.1
	six_link "$wan" wan0 2001:db8:2
	ip -n "$wan" addr add 2001:db8:2::3/64 dev eth0 nodad
	topo_trgw pool=192.0.2.0-192.0.2.7
	ip netns exec "$router" "$sipims" trgw add trgw0 192.0.2.100 \
		2001:db8:2::2 || die 'the core cannot be entered'
	nft_across ip "$helper"
	nft_across ip6 "$helper" "${1:-}"
}
