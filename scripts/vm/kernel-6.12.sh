# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by lane.sh
# Kernel lane 6.12: image and headers from Debian 12's backports, unpacked in
# the cache but not installed. kernel-6.1.sh describes lane files.

# shellcheck source=scripts/vm/fetch.sh
. "$TOP/scripts/vm/fetch.sh"

LANE_KIND=qemu
LANE_ALLOW=''

# Finds the newest complete kernel in the cache.
lane_cached()
{
	local dir

	while IFS= read -r dir; do
		[[ -e $dir/complete ]] || continue
		LANE_ROOT=${dir%/}
		LANE_VERSION=${LANE_ROOT##*/}
		return 0
	done < <(printf '%s\n' "$CACHE"/debian/6.12.*/ | sort -rV)
	return 1
}

lane_fetch()
{
	local image version release

	! lane_cached || return 0
	image=$(fetch_newest bookworm-backports \
		'linux-image-6\.12\.[0-9]+\+deb12-amd64') ||
		die 'bookworm-backports has no kernel 6.12'
	version=${image#linux-image-}
	release=${version%-amd64}
	LANE_ROOT=$CACHE/debian/$version
	fetch_packages bookworm-backports "$LANE_ROOT" "$image" \
		"linux-headers-$version" "linux-headers-$release-common" \
		"linux-kbuild-$release" || return
	# The headers name the directory where the package installs them.
	sed -i "s|/usr/src/|$LANE_ROOT/usr/src/|" \
		"$LANE_ROOT/usr/src/linux-headers-$version/Makefile"
	depmod -b "$LANE_ROOT" "$version"
	: >"$LANE_ROOT/complete"
	LANE_VERSION=$version
}

lane_prepare()
{
	lane_cached || cache_locked 6.12 lane_fetch
	LANE_IMAGE=$LANE_ROOT/boot/vmlinuz-$LANE_VERSION
	LANE_BUILD=$LANE_ROOT/usr/src/linux-headers-$LANE_VERSION
	LANE_MODULES=$LANE_ROOT/lib/modules/$LANE_VERSION
}
