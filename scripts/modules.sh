#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the kernel modules outside the source tree.
#
#   modules.sh build            for the kernel lane KERNEL, staged for its guest
#   modules.sh mirror DIR       creates a tree of links to the sources
#   modules.sh install          for kernel KVER, into DESTDIR, and runs depmod
#
# Prints nothing if everything is up to date. All output goes to stderr.
# "install" and "mirror" need neither scripts/vm/ nor selftests/.

set -euo pipefail
exec >&2

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

JOBS=$(nproc)

# Top-level directories that Kbuild does not read; any other may hold sources.
NOT_SOURCES=(build .git .ci Documentation scripts selftests tools)

# Directories of selftests/ that the KUnit module is built from
KUNIT_SOURCES=(kunit unit corpus)

# Prints the name of every file that Kbuild may read, sorted.
sources()
{
	local d prune=() also=()

	for d in "${NOT_SOURCES[@]}"; do
		prune+=(-o -path "./$d")
	done
	for d in "${KUNIT_SOURCES[@]}"; do
		[[ ! -d $TOP/selftests/$d ]] || also+=("selftests/$d")
	done
	(cd "$TOP" && find . "${also[@]}" \( "${prune[@]:1}" \) -prune -o \
		-type f \( -name '*.[chS]' -o -name 'Kbuild*' -o -name '*.sh' \
		-o -path './*/Makefile' -o -path 'selftests/corpus/*.md' \) \
		-print | sort)
}

# Creates links in $1 to all sources. With links instead of copies, make sees
# the times of the sources, and the paths in compiler messages can be opened.
mirror()
{
	local dir=$1 f

	mkdir -p "$dir"
	# The object of a source that no longer exists would look up to date.
	find "$dir" -xtype l -print | while IFS= read -r f; do
		rm -f "$f" "${f%.[cS]}.o"
	done
	while IFS= read -r f; do
		[[ -L $dir/$f ]] && continue
		mkdir -p "$dir/${f%/*}"
		ln -s "$TOP/${f#./}" "$dir/$f"
	done < <(sources)
}

# Prints a hash of everything that a build depends on: comparing it is quicker
# than running Kbuild.
state()
{
	{
		echo "$*"
		sources | (cd "$TOP" && tr '\n' '\0' |
			xargs -0 stat -c '%n %s %Y %y')
	} | sha1sum | cut -c 1-16
}

# compile VERSION HEADERS DIR [ARGS...]: mirrors the sources to DIR and runs
# Kbuild there with ARGS, if anything has changed since the last time.
compile()
{
	local version=$1 headers=$2 dir=$3 now

	now=$(state "$version" "$headers" "${@:4}")
	[[ -f $dir/.built && $(<"$dir/.built") == "$now" ]] && return
	rm -f "$dir/.built"
	mirror "$dir"
	# BTF would need pahole.
	if ! make -C "$headers" M="$dir" -j "$JOBS" --no-print-directory \
	    CONFIG_DEBUG_INFO_BTF_MODULES= "${@:4}" modules \
	    >"$dir/.log" 2>&1; then
		cat "$dir/.log"
		die "the modules do not build for $version"
	fi
	# Print warnings, without Kbuild's progress.
	grep -Ev '^ +(CC|LD|MODPOST|BTF|AR|PROBE|GEN|HOSTCC|HOSTLD)|^Skipping BTF' \
		"$dir/.log" || true
	echo "$now" >"$dir/.built"
}

# Installs for the kernel KVER, by default the running one.
install_modules()
{
	local kver headers to out

	kver=${KVER:-$(uname -r)}
	headers=/lib/modules/$kver/build
	to=${DESTDIR:-}/lib/modules/$kver
	[[ -e $headers/Makefile ]] ||
		die "no kernel headers in $headers; install them," \
		    "or choose another kernel with KVER=version"
	out=$TOP/build/$kver
	mkdir -p "$out/src"
	locked "$out/lock" compile "$kver" "$headers" "$out/src"
	install -d "$to/updates"
	install -m 644 "$out"/src/*.ko "$to/updates/"
	# With DESTDIR, depmod is left to the package's own scripts.
	[[ ${DESTDIR:-} ]] || depmod "$kver"
}

case ${1:-} in
build)
	# shellcheck source=scripts/vm/lane.sh
	. "$TOP/scripts/vm/lane.sh"
	# shellcheck source=scripts/vm/stage.sh
	. "$TOP/scripts/vm/stage.sh"
	lane_load
	lane_locked stage_build
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
