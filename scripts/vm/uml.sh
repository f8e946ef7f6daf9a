# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # the variables are read by lane.sh
# Sourced by the lanes whose kernel is User-Mode Linux 7.x: fetches the source
# from Debian and builds it in the cache, once for each version, configuration
# and compiler.

# shellcheck source=scripts/vm/fetch.sh
. "$TOP/scripts/vm/fetch.sh"

# The second suite is used if the first has no such kernel.
UML_SUITES=(trixie-backports sid)

# Before a kernel is built, those not used for this many days are removed.
UML_DAYS=14

# Increment when the way a kernel is built changes.
UML_BUILD=1

# Prints a hash of the files, the compiler and UML_BUILD.
uml_key()
{
	{
		cat "$@"
		${CC:-gcc} --version | head -n 1
		echo "$UML_BUILD"
	} | sha1sum | cut -c 1-8
}

uml_newest()
{
	local suite package

	for suite in "${UML_SUITES[@]}"; do
		package=$(fetch_newest "$suite" 'linux-source-7\.[0-9]+') ||
			continue
		echo "$suite $package"
		return
	done
	die "no linux-source-7.x in: ${UML_SUITES[*]}"
}

PATCH=$TOP/scripts/vm/uml-stacktrace.patch

# Sets SOURCE to the newest source in the cache, if there is any.
uml_find_source()
{
	SOURCE=$(printf '%s\n' \
		"$CACHE"/uml/linux-7.*-"$(uml_key "$PATCH")"/MAINTAINERS |
		sort -V | tail -n 1)
	SOURCE=${SOURCE%/MAINTAINERS}
	[[ -d $SOURCE ]]
}

uml_fetch_source()
{
	local suite package work

	! uml_find_source || return 0
	read -r suite package < <(uml_newest)
	work=$(mktemp -d "$CACHE/uml/source.XXXXXX")
	fetch_packages "$suite" "$work" "$package" || return
	tar -C "$work" -xJf "$work/usr/src/$package.tar.xz" || return
	# Without the patch, the kernel is only slower.
	patch -s -p 1 --forward -d "$work/$package" <"$PATCH" >&2 ||
		echo "vm: ${PATCH##*/} does not apply to this kernel" >&2
	SOURCE=$(make -s -C "$work/$package" kernelversion)
	SOURCE=$CACHE/uml/linux-$SOURCE-$(uml_key "$PATCH")
	mv "$work/$package" "$SOURCE"
	rm -rf "$work"
}

# Removes unused kernels and sources: the file "used" in the directory of each
# has the time of its last use.
uml_forget()
{
	local dir used

	for dir in "$CACHE"/uml/*/; do
		used=${dir}used
		[[ -e $used ]] || used=$dir
		[[ ! $(find "$used" -maxdepth 0 -mtime "+$UML_DAYS") ]] ||
			rm -rf "$dir"
	done
}

uml_make()
{
	make -s -C "$SOURCE" O="$1" ARCH=um -j "$(nproc)" "${@:2}"
}

# Checks that the configuration has every line of the fragments (of two lines
# for one option, the last): without KASAN, tests would pass and find nothing.
uml_check_config()
{
	local refused

	refused=$(awk '
		!/^(# )?CONFIG_/ { next }
		{ option = $0; sub(/^# /, "", option); sub(/[ =].*/, "", option) }
		FILENAME == ARGV[ARGC - 1] { got[option] = $0; next }
		{ asked[option] = $0 }
		END { for (option in asked)
			if ((option in got) ? got[option] != asked[option] \
					    : asked[option] !~ /^#/)
				print asked[option] }
		' "${FRAGMENTS[@]}" "$1/.config")
	[[ -z $refused ]] || {
		echo "vm: the kernel's configuration refused:" "$refused" >&2
		return 1
	}
}

# uml_build DIR: builds the kernel and its modules in DIR.
uml_build()
{
	local dir=$1 log=$1/log

	[[ ! -e $dir/complete ]] || return 0
	rm -rf "$dir"
	mkdir -p "$dir"
	echo "vm: building ${SOURCE##*/} for $KERNEL, 4 to 8 minutes" >&2
	{
		uml_make "$dir" x86_64_defconfig &&
		ARCH=um "$SOURCE/scripts/kconfig/merge_config.sh" -m -O "$dir" \
			"$dir/.config" "${FRAGMENTS[@]}" &&
		uml_make "$dir" olddefconfig
	} >"$log" 2>&1 </dev/null || { tail "$log" >&2; return 1; }
	uml_check_config "$dir" || return
	{
		uml_make "$dir" linux modules &&
		uml_make "$dir" modules_install INSTALL_MOD_PATH="$dir/root"
	} >>"$log" 2>&1 </dev/null || { tail "$log" >&2; return 1; }
	# The objects are no longer needed.
	find "$dir" -name '*.o' -not -path "$dir/scripts/*" -delete
	: >"$dir/complete"
	uml_forget
}

# uml_prepare NAME FRAGMENT...: sets LANE_* for the kernel with the
# configuration of these fragments, after building it if needed.
uml_prepare()
{
	local name=$1 dir

	FRAGMENTS=("${@:2}")
	mkdir -p "$CACHE/uml"
	uml_find_source || cache_locked source uml_fetch_source ||
		die 'no kernel source'
	dir=$SOURCE.$name-$(uml_key "${FRAGMENTS[@]}")
	touch "$SOURCE/used"
	[[ -e $dir/complete ]] || cache_locked "$name" uml_build "$dir" ||
		die "the kernel does not build; see $dir/log"
	touch "$dir/used"
	LANE_IMAGE=$dir/linux
	LANE_BUILD=$dir
	LANE_MAKE=(ARCH=um SIP_IMS_KUNIT=y)
	[[ -z ${SIP_IMS_GCOV:-} ]] || LANE_MAKE+=(GCOV_PROFILE=y)
	LANE_MODULES=$(echo "$dir"/root/lib/modules/*)
	LANE_VERSION=${LANE_MODULES##*/}
}
