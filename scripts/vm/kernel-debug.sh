# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by lane.sh
# Kernel lane debug: lane 7 with the kernel's debugging options. kernel-6.1.sh
# describes lane files.

# shellcheck source=scripts/vm/uml.sh
. "$TOP/scripts/vm/uml.sh"

LANE_KIND=uml
# User-Mode Linux starts its second processor before RCU watches it.
LANE_ALLOW='suspicious RCU usage|lockdep_rcu_suspicious|============='
LANE_ALLOW+='|kmemleak: [0-9]+ new suspected'
LANE_MEM=3G
LANE_TIMEOUT=3600
# With consistency checks, slab caches have no sheaves. Sheaves keep stale
# pointers to allocated objects, which kmemleak takes for references.
LANE_APPEND='kmemleak=on slab_debug=F'

lane_prepare()
{
	uml_prepare debug "$TOP/scripts/vm/uml.config" \
		"$TOP/scripts/vm/uml-debug.config"
}
