# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by modules.sh: stages the built modules for the lane's guest.

# Creates the directory that the guest overlays on the stock module tree:
# updates/ with our modules, and the tables of depmod.
stage()
{
	local dir=$1 key new root f

	key=$(cat "$LANE_MODULES/modules.dep" "$dir"/*.ko | sha1sum |
		cut -c 1-16)
	if [[ -d $OUT/stage/$key ]]; then
		ln -sfn "$key" "$OUT/stage/current"
		return
	fi
	mkdir -p "$OUT/stage"
	root=$(mktemp -d "$OUT/stage/.new.XXXXXX")
	chmod 755 "$root"
	new=$root/lib/modules/$LANE_VERSION
	mkdir -p "$new/updates"
	cp "$dir"/*.ko "$new/updates/"
	ln -s "$(realpath "$LANE_MODULES")/kernel" "$new/kernel"
	for f in order builtin builtin.modinfo; do
		cp "$LANE_MODULES/modules.$f" "$new/"
	done
	depmod -b "$root" "$LANE_VERSION"
	rm "$new/kernel"
	mv "$new" "$OUT/stage/$key"
	rm -rf "$root"
	ln -sfn "$key" "$OUT/stage/current"
	prune_stages "$key"
}

# Removes all stages but $1. A running guest holds a shared lock on its stage,
# so that one stays.
prune_stages()
{
	local d

	for d in "$OUT"/stage/*/; do
		d=${d%/}
		[[ -L $d || ${d##*/} == "$1" ]] && continue
		flock -xn "$d" rm -rf "$d" || true
	done
}

# Builds the modules for the lane and stages them.
stage_build()
{
	mkdir -p "$OUT/src"
	compile "$LANE_VERSION" "$LANE_BUILD" "$OUT/src" "${LANE_MAKE[@]}"
	stage "$OUT/src"
}
