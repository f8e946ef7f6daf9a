# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by lane.sh
# Kernel lane debug: lane 7 with everything in the kernel that finds faults.
# See kernel-6.1.sh for what a lane file does.

# shellcheck source=scripts/vm/uml.sh
. "$TOP/scripts/vm/uml.sh"

LANE_KIND=uml
# User-Mode Linux starts its second processor before RCU watches it.
LANE_ALLOW='suspicious RCU usage|lockdep_rcu_suspicious|============='
LANE_ALLOW+='|kmemleak: [0-9]+ new suspected'
LANE_MEM=3G
LANE_TIMEOUT=3600
# Checked caches have no sheaves, where the kernel keeps stale pointers to what
# it gave out, so that kmemleak would find nothing.
LANE_APPEND='kmemleak=on slab_debug=F'

lane_prepare()
{
	uml_prepare debug "$TOP/scripts/vm/uml.config" \
		"$TOP/scripts/vm/uml-debug.config"
}
