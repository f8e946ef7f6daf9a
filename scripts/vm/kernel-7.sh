# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by lane.sh
# Kernel lane 7: the newest 7.x as User-Mode Linux, without debugging, so quick.
# kernel-6.1.sh describes lane files.

# shellcheck source=scripts/vm/uml.sh
. "$TOP/scripts/vm/uml.sh"

LANE_KIND=uml
LANE_ALLOW=''

lane_prepare()
{
	uml_prepare plain "$TOP/scripts/vm/uml.config"
}
