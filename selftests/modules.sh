#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds our kernel modules for a kernel, away from the source tree.
#
#   modules.sh build            for the lane KERNEL, and stage them for its guest
#   modules.sh mirror DIR       a tree of links to the sources, for other builds
#   modules.sh install          for KVER, below DESTDIR, with depmod
#
# Says nothing when there is nothing to do. Everything goes to stderr.

set -euo pipefail
exec >&2

# shellcheck source=selftests/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/vm/lane.sh"

JOBS=$(nproc)

# Everything Kbuild may read: what is neither a front door, nor a test outside
# of the kernel, nor built. Names only, sorted.
sources()
{
	(cd "$TOP" && find . selftests/{kunit,unit,corpus} \( -path ./build \
		-o -path ./.git -o -path ./selftests -o -path ./tools \
		-o -path ./packaging -o -path ./Documentation -o -path ./.ci \
		\) -prune -o -type f \( -name '*.[chS]' -o -name Kbuild \
		-o -name '*.sh' -o -path './*/Makefile' \
		-o -path 'selftests/kunit/Kbuild.include' \
		-o -path 'selftests/corpus/*.md' \) -print | sort)
}

# Links, so that make sees the sources' own times and messages can be clicked.
mirror()
{
	local dir=$1 f

	mkdir -p "$dir"
	# a source that is gone; its object would be taken for up to date
	find "$dir" -xtype l -print | while IFS= read -r f; do
		rm -f "$f" "${f%.[cS]}.o"
	done
	while IFS= read -r f; do
		[[ -L $dir/$f ]] && continue
		mkdir -p "$dir/${f%/*}"
		ln -s "$TOP/${f#./}" "$dir/$f"
	done < <(sources)
}

# What a build depends on, as one word: cheaper than asking Kbuild.
state()
{
	{
		echo "$1 ${*:2}"
		sources | (cd "$TOP" && tr '\n' '\0' |
			xargs -0 stat -c '%n %s %Y %y')
	} | sha1sum | cut -c 1-16
}

# $1: version, $2: headers, $3: mirror. Runs Kbuild if anything changed.
compile()
{
	local version=$1 headers=$2 dir=$3 now

	now=$(state "$version" "$headers" "${LANE_MAKE[*]}")
	[[ -f $dir/.built && $(<"$dir/.built") == "$now" ]] && return
	rm -f "$dir/.built"
	mirror "$dir"
	# type information would need one more tool
	if ! make -C "$headers" M="$dir" -j "$JOBS" --no-print-directory \
	    CONFIG_DEBUG_INFO_BTF_MODULES= "${LANE_MAKE[@]}" modules \
	    >"$dir/.log" 2>&1; then
		cat "$dir/.log"
		die "the modules do not build for $version"
	fi
	# warnings are for reading, the ordinary lines are not
	grep -Ev '^ +(CC|LD|MODPOST|BTF|AR|PROBE|GEN|HOSTCC|HOSTLD)|^Skipping BTF' \
		"$dir/.log" || true
	echo "$now" >"$dir/.built"
}

# A folder to lay over the stock module tree: updates/ and depmod's tables.
stage()
{
	local dir=$1 key new root f

	key=$(cat "$LANE_MODULES/modules.dep" "$dir"/*.ko 2>/dev/null |
		sha1sum | cut -c 1-16)
	if [[ -d $OUT/stage/$key ]]; then
		ln -sfn "$key" "$OUT/stage/current"
		return
	fi
	mkdir -p "$OUT/stage"
	root=$(mktemp -d "$OUT/stage/.new.XXXXXX")
	chmod 755 "$root"
	new=$root/lib/modules/$LANE_VERSION
	mkdir -p "$new/updates"
	cp "$dir"/*.ko "$new/updates/" 2>/dev/null ||
		echo 'modules: no module of ours yet'
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

# Running guests hold a shared lock on their stage.
prune_stages()
{
	local d

	for d in "$OUT"/stage/*/; do
		d=${d%/}
		[[ -L $d || ${d##*/} == "$1" ]] && continue
		flock -xn "$d" rm -rf "$d" || true
	done
}

build()
{
	mkdir -p "$OUT/src"
	if [[ -f $TOP/Kbuild ]]; then
		compile "$LANE_VERSION" "$LANE_BUILD" "$OUT/src"
	else
		echo 'modules: no Kbuild in this tree yet'
	fi
	stage "$OUT/src"
}

# For the router itself: its own kernel unless KVER says otherwise.
install_modules()
{
	local kver headers to

	kver=${KVER:-$(uname -r)}
	headers=/lib/modules/$kver/build
	to=${DESTDIR:-}/lib/modules/$kver
	[[ -e $headers/Makefile ]] ||
		die "no kernel headers in $headers; install them," \
		    "or choose another kernel with KVER=version"
	OUT=$TOP/build/$kver
	mkdir -p "$OUT/src"
	lane_locked compile "$kver" "$headers" "$OUT/src"
	install -d "$to/updates"
	install -m 644 "$OUT"/src/*.ko "$to/updates/"
	# a package's own scripts run depmod where it is unpacked
	[[ ${DESTDIR:-} ]] || depmod "$kver"
}

case ${1:-} in
build)
	lane_load
	lane_locked build
	;;
mirror)
	[[ $# -eq 2 ]] || die 'usage: modules.sh mirror DIR'
	mirror "$2"
	;;
install)
	install_modules
	;;
*)
	die "usage: modules.sh build | mirror DIR | install"
	;;
esac
