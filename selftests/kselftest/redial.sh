#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A call right behind another one, on the same ports at both ends: by NAT, and by
# a firewall without; nothing passes that the helper did not let through.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

checktool python3 'command -v python3'
checktool conntrack 'command -v conntrack'
checktool nft 'command -v nft'
helper=$(helper_name) || skip_all 'the helper cannot be loaded'
modprobe -q nft_objref
for masquerade in wan0 none; do
	topo_nat
	nft_across "$IP" "$helper" "$masquerade"
	run_python
	cleanup_all_ns
done
exit "$EXIT_STATUS"
