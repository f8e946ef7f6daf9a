#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What README.md says under "IPv4 and IPv6" is done line by line on a router, and
# calls go through it: an IPv6-only phone and an IPv4 registrar, and the reverse.
# The wan has no route to anything behind the router.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readme=$(dirname "${BASH_SOURCE[0]}")/../../README.md
[[ -r $readme ]] || skip_all 'README.md is not here'
export readme

across_begin
six_link "$lan" lan0 2001:db8:1
topo_link "$wan" 203.0.113.2 wan0 203.0.113.1
ip -n "$wan" route del default
run_python
cleanup_all_ns

setup_ns lan router wan
topo_link "$lan" 192.168.1.2 lan0 192.168.1.1
six_link "$wan" wan0 2001:db8:2
ip -n "$wan" -6 route del default
run_python core
exit "$EXIT_STATUS"
