#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The ground the other tests stand on: the topology of lib.sh translates
# addresses, and rules for the stock helper load and see SIP.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

checktool nft 'nft --version'
checktool conntrack 'conntrack --version'

options()
{
	printf '%s\r\n' 'OPTIONS sip:b@203.0.113.2 SIP/2.0' \
		'Via: SIP/2.0/UDP 192.168.1.2:5060;branch=z9hG4bK1' \
		'From: <sip:a@192.168.1.2>;tag=1' 'To: <sip:b@203.0.113.2>' \
		'Call-ID: 1@192.168.1.2' 'CSeq: 1 OPTIONS' \
		'Contact: <sip:a@192.168.1.2>' 'Content-Length: 0' ''
}

send_options()
{
	ip netns exec "$lan" bash -c \
		'cat >/dev/udp/203.0.113.2/5060' < <(options)
}

has_helper()
{
	ip netns exec "$router" conntrack -L -p udp --dport 5060 2>/dev/null |
		grep -q 'helper=sip'
}

two_worlds()
{
	local lan1=$lan router1=$router wan1=$wan

	topo_nat
	nft_stock && ip netns exec "$lan1" ping -q -c 1 203.0.113.2 &&
		ip netns exec "$lan" ping -q -c 1 203.0.113.2 &&
		[[ $lan1 != "$lan" && $wan1 != "$wan" && $router1 != "$router" ]]
}

topo_nat
nft_stock
check_err $? 'nft refuses the rules'
log_test 'rules for the stock helper load'

ip netns exec "$lan" ping -q -c 1 203.0.113.2 >/dev/null
check_err $? 'no answer'
ip netns exec "$router" conntrack -L -p icmp 2>/dev/null |
	grep -q 'dst=203.0.113.1'
check_err $? 'not translated'
log_test 'ping through the router'

send_options
busywait "$BUSYWAIT_TIMEOUT" has_helper
check_err $? 'the flow to port 5060 has no helper'
log_test 'the stock helper is assigned'

two_worlds >/dev/null
check_err $? 'the second topology does not work'
log_test 'two topologies side by side'

finish
