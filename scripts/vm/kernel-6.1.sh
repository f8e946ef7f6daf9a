# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by lane.sh
# Kernel lane 6.1: Debian 12's own kernel, image and headers as installed here.
#
# A lane file sets
#   LANE_KIND     qemu or uml
#   LANE_ALLOW    an extended regular expression of log lines that look like a
#                 fault but are in the log of every boot
# and defines lane_prepare(), which fetches and builds what is missing, and sets
#   LANE_VERSION  the kernel version, as uname -r prints it in the guest
#   LANE_IMAGE    the bzImage or the program to boot
#   LANE_BUILD    the prepared headers, for make -C
#   LANE_MODULES  the stock module tree, the directory named LANE_VERSION
# It may set
#   LANE_MAKE     arguments for make
#   LANE_APPEND   parameters for the kernel's command line
#   LANE_MEM, LANE_TIMEOUT  the defaults of VM_MEM and VM_TIMEOUT

LANE_KIND=qemu
LANE_ALLOW=''
# On a busy machine, all kselftests together take more than 1800 s.
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
