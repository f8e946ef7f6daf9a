#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The translator device's ingress; see trgw.sh for the network.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for tool in python3 nft conntrack; do
	checktool "$tool" "command -v $tool"
done
checktool tc 'modprobe sch_ingress && modprobe cls_matchall && command -v tc'
checktool sipims "[[ -x '$sipims' ]]"
modprobe trgw || skip_all 'trgw cannot be loaded'

setup_ns lan router wan
six_link "$lan" lan0 2001:db8:1
topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
topo_trgw pool=192.0.2.0-192.0.2.3
run_python
exit "$EXIT_STATUS"
