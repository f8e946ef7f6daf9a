# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by lane.sh
# Kernel lane 6.1: Debian 12's own kernel, image and headers as installed here.
#
# A lane file sets LANE_KIND (qemu or uml) and LANE_ALLOW, and defines lane_prepare(), which sets
#   LANE_VERSION  the full kernel version, as `uname -r` in the guest says it
#   LANE_IMAGE    the bzImage or the program to boot
#   LANE_BUILD    the prepared headers, for `make -C`
#   LANE_MODULES  the stock module tree, the folder named LANE_VERSION
# and, where it has to, LANE_MAKE, words for make, LANE_APPEND, words for the
# kernel's command line, LANE_MEM and LANE_TIMEOUT, the defaults of VM_MEM and
# VM_TIMEOUT. It fetches and builds what is missing. LANE_ALLOW is an extended regular expression of kernel
# log lines which look like a fault and are in an empty boot, too.

LANE_KIND=qemu
LANE_ALLOW=''
# All kselftests took longer than 1800 beside other work.
LANE_TIMEOUT=2700

lane_prepare()
{
	local image v

	while IFS= read -r image; do
		v=${image#/boot/vmlinuz-}
		[[ -e /lib/modules/$v/build/Makefile ]] || continue
		LANE_VERSION=$v
		LANE_IMAGE=$image
		LANE_BUILD=/lib/modules/$v/build
		LANE_MODULES=/lib/modules/$v
		return 0
	done < <(printf '%s\n' /boot/vmlinuz-6.1.*-amd64 |
		 grep -v -e cloud -e '-rt-' | sort -rV)
	die "no 6.1 kernel has both /boot/vmlinuz-V and /lib/modules/V/build;" \
	    "run 'make setup'"
}
