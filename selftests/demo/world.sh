# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The demo's network: five namespaces, the programs in them, and captures.
#
#   alice                router                     wan (a switch)
#   eth0 ---------- lan0        wan0 ---------- router
#   192.168.1.2      .1          203.0.113.1    proxy ---- eth0 203.0.113.2
#                                               bob ------ eth0 203.0.113.3
#
# With FAMILY=46 alice has IPv6 only, 2001:db8:1::2, and a translator device in
# the router leads 64:ff9b::/96 to the IPv4 hosts.
#
# Every process started here is ended here, by its process id.

FAMILY=${FAMILY:-4}
ALICE=192.168.1.2
PROXY=203.0.113.2
ALICES_PROXY=$PROXY
if [[ $FAMILY == 46 ]]; then
	ALICE=2001:db8:1::2
	ALICES_PROXY='[64:ff9b::cb00:7102]'
fi
BOB=203.0.113.3
ROUTER=203.0.113.1
INTERNET=203.0.113.254

HERE=$(dirname "${BASH_SOURCE[0]}")
WORLD=(alice router wan proxy bob)

STARTED=()	# process ids in this round, oldest first
CAPTURES=()	# process ids of this call's captures

# $1: namespace; the rest: a command
in_ns()
{
	ip netns exec "$@"
}

# start NS LOG COMMAND...: in the background; its process id in $!
start()
{
	ip netns exec "$1" "${@:3}" >"$2" 2>&1 </dev/null &
	STARTED+=($!)
}

# Ends processes, the newest first: without its registrar, a phone would try to
# unregister for half a minute.
end()
{
	local i

	for ((i = $#; i > 0; i--)); do
		kill "${!i}" 2>/dev/null || continue
		poll 2 ended "${!i}" || kill -9 "${!i}" 2>/dev/null
		wait "${!i}" 2>/dev/null
	done
}

ended()
{
	! kill -0 "$1" 2>/dev/null
}

# poll SECONDS COMMAND...: repeats it until it succeeds; returns 1 when time is
# up. On a slow machine one try may take longer than that: the last one begins
# when time is up, so that a slow try does not decide.
poll()
{
	local deadline=$((${EPOCHREALTIME/./} + $1 * 1000000)) last=

	until "${@:2}"; do
		[[ -z $last ]] || return 1
		[[ ${EPOCHREALTIME/./} -lt $deadline ]] || last=1
		sleep 0.05
	done
}

# ---- the network -----------------------------------------------------------

# wire NS ADDRESS PEER-NS PEER-DEVICE
wire()
{
	local prefix=24 nodad=

	[[ $2 != *:* ]] || prefix=64 nodad=nodad
	ip link add eth0 netns "$1" type veth peer name "$4" netns "$3"
	ip -n "$1" -batch - <<-EOT
	addr add $2/$prefix dev eth0 $nodad
	link set eth0 up
	EOT
}

network_up()
{
	local ns

	for ns in "${WORLD[@]}"; do
		ip netns add "$ns"
		ip -n "$ns" link set lo up
	done
	wire alice "$ALICE" router lan0
	wire proxy "$PROXY" wan proxy
	wire bob "$BOB" wan bob
	ip link add wan0 netns router type veth peer name router netns wan
	internet_up
	ip -n router -batch - <<-EOT
	addr add $ROUTER/24 dev wan0
	link set lan0 up
	link set wan0 up
	EOT
	in_ns router sysctl -q -w net.ipv4.ip_forward=1 \
		net.netfilter.nf_conntrack_acct=1
	if [[ $FAMILY == 46 ]]; then
		lan_of_six
	else
		ip -n router addr add 192.168.1.1/24 dev lan0
		ip -n alice route add default via 192.168.1.1
	fi
}

# Sets up the router for an IPv6-only LAN, as a user would.
lan_of_six()
{
	ip -n router -batch - <<-EOT
	addr add 2001:db8:1::1/64 dev lan0 nodad
	link add trgw0 type trgw
	link set trgw0 up
	route add 64:ff9b::/96 via fe80::1 dev trgw0
	route add 192.0.2.0/24 dev trgw0
	EOT
	in_ns router sysctl -q -w net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0
	in_ns router "$SIPIMS" trgw set trgw0 prefix=64:ff9b::/96 \
		pool=192.0.2.0/24
	ip -n alice route add default via 2001:db8:1::1
}

# A switch. The default router of its hosts does not forward, so private
# addresses are unreachable, as on the Internet.
internet_up()
{
	ip -n wan -batch - <<-EOT
	link add br0 type bridge
	link set router master br0 up
	link set proxy master br0 up
	link set bob master br0 up
	addr add $INTERNET/24 dev br0
	link set br0 up
	EOT
	in_ns wan sysctl -q -w net.ipv4.ip_forward=0
	ip -n proxy route add default via "$INTERNET"
	ip -n bob route add default via "$INTERNET"
}

network_down()
{
	local ns

	for ns in "${WORLD[@]}"; do
		ip netns del "$ns" 2>/dev/null || true
	done
}

world_down()
{
	captures_end
	end "${STARTED[@]}"
	STARTED=()
	network_down
}

# ---- the registrar and the phones ------------------------------------------

listening()
{
	[[ $(in_ns "$1" ss -Hln "$2" "sport = :$3") ]]
}

proxy_up()
{
	start proxy "$WORK/proxy.log" kamailio -DD -E -m 16 -M 4 \
		-Y "$WORK" -f "$HERE/kamailio.cfg"
	poll 30 listening proxy -u 5060
}

# phone_config NAME ADDRESS FIRST-RTP-PORT
phone_config()
{
	local dir=$WORK/$1 here=$2 proxy=$PROXY

	[[ $2 != *:* ]] || here=[$2]
	[[ $1 != alice ]] || proxy=$ALICES_PROXY
	mkdir -p "$dir"
	cat >"$dir/config" <<-CONFIG
	sip_listen		$here:5060
	audio_source		aufile,$WORK/says.wav
	audio_player		aufile,$dir/heard.wav
	audio_alert		aufile,$dir/ring.wav
	ausrc_srate		8000
	auplay_srate		8000
	rtp_ports		$3-$(($3 + 20))
	module_path		/usr/lib/baresip/modules
	module			g711.so
	module			aufile.so
	module_tmp		uuid.so
	module_tmp		account.so
	module_app		menu.so
	module_app		ctrl_tcp.so
	ctrl_tcp_listen		127.0.0.1:4444
	CONFIG
	echo "<sip:$1@$proxy>;auth_pass=demo;answermode=auto;regint=600" \
		>"$dir/accounts"
	: >"$dir/contacts"
}

# phone_up NAME ADDRESS FIRST-RTP-PORT: returns when it is registered
phone_up()
{
	local dir=$WORK/$1

	phone_config "$@"
	: >"$dir/events"
	rm -f "$dir/orders"
	mkfifo "$dir/orders"
	start "$1" "$dir/log" stdbuf -oL baresip -f "$dir"
	poll 30 listening "$1" -t 4444 || return
	start "$1" "$dir/remote.log" "$HERE/remote.sh" "$dir"
	poll 30 grep -q '1 binding' "$dir/log"
}

# order PHONE COMMAND [PARAMETER]: <> does not block if the phone has ended.
order()
{
	local json="{\"command\":\"$2\",\"params\":\"${3:-}\"}"

	printf '%d:%s,' "${#json}" "$json" 1<>"$WORK/$1/orders"
}

# happened PHONE EVENT: prints how often, since the phone started.
happened()
{
	local events without pattern="\"type\":\"$2\""

	events=$(<"$WORK/$1/events")
	without=${events//"$pattern"/}
	echo $(((${#events} - ${#without}) / ${#pattern}))
}

# ---- captures --------------------------------------------------------------

# capture NS DEVICE NAME: writes each UDP packet to $WORK/NAME.pcap at once.
capture()
{
	rm -f "$WORK/$3.pcap"
	ip netns exec "$1" tcpdump -U --immediate-mode -n -i "$2" \
		-w "$WORK/$3.pcap" udp >"$WORK/$3.pcap.log" 2>&1 </dev/null &
	CAPTURES+=($!)
}

# captured NAME PATTERN: a packet with this text is in a capture.
captured()
{
	grep -aqE "$2" "$WORK/$1.pcap"
}

capturing()
{
	grep -q 'listening on' "$WORK/$1.pcap.log"
}

# Captures at each phone's own interface, and at the router's WAN interface.
captures_start()
{
	capture alice eth0 alice
	capture bob eth0 bob
	capture router wan0 router
	poll 20 capturing alice && poll 20 capturing bob &&
		poll 20 capturing router
}

captures_end()
{
	end "${CAPTURES[@]}"
	CAPTURES=()
}
