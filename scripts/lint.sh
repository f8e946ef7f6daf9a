#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs linters over all files that are not ignored by git. Prints one line for
# each linter, its findings, and a closing line "N passed, N failed".
#
#   lint.sh [LINTER...]		all linters, or those named

set -uo pipefail

# shellcheck source=scripts/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/vm/lane.sh"

LINTERS=(checkpatch kernel-doc w1 sparse clang shellcheck codespell compat
	 size whitespace manpages generated exports rooms rooms-test
	 install)

# A directory for this run: several may run at once.
WORK=
passed=0 failed=0

cleanup()
{
	[[ -z $WORK ]] || rm -rf "$WORK"
}

# files PATTERN...: prints our files that match one of git's patterns.
files()
{
	git ls-files -co --exclude-standard -- "$@" | while IFS= read -r f; do
		[[ ! -f $f ]] || echo "$f"
	done
}

# Prints the sources of the modules.
kernel_files()
{
	files '*.[ch]' | grep -Ev '^(scripts|selftests|tools)/'
}

# over COMMAND...: runs it with the files on stdin as arguments, if any.
over()
{
	xargs -r -d '\n' "$@"
}

need()
{
	command -v "$1" >/dev/null && return
	echo "$1 is missing"
	return 4
}

# Copies stdin to stdout; fails if it is not empty.
nothing()
{
	! grep ''
}

# ---- linters: print findings; return 0 (ok), 4 (cannot run) or another -----

# Unpacks checkpatch from the kernel's source package, once.
checkpatch_fetch()
{
	local tar=/usr/src/linux-source-6.1.tar.xz dir=$TOP/build/checkpatch tmp
	local top=linux-source-6.1/scripts

	[[ -d $dir ]] && return
	[[ -f $tar ]] || {
		echo 'checkpatch (linux-source-6.1) is missing'
		return 4
	}
	tmp=$(mktemp -d "$TOP/build/checkpatch.XXXXXX")
	tar -C "$tmp" -xJf "$tar" --strip-components=2 --occurrence=1 \
		"$top/checkpatch.pl" "$top/const_structs.checkpatch" \
		"$top/spelling.txt" || return
	mv -T "$tmp" "$dir" 2>/dev/null || rm -rf "$tmp"
}

# Prints checkpatch-ignore as patterns for checkpatch's terse lines.
checkpatch_ignored()
{
	awk '/^[^#]/ { gsub(/[.]/, "[.]", $1)
		printf "^%s:[0-9]+: [A-Z]+:%s:\n", $1, $2 }' \
		scripts/checkpatch-ignore
}

# --no-tree: this is not a kernel tree.
lint_checkpatch()
{
	local rc=0

	checkpatch_fetch || return
	nothing < <(files '*.[ch]' |
		over "$TOP/build/checkpatch/checkpatch.pl" --strict --no-tree \
			--no-summary --terse --show-types \
			--max-line-length=100 -f 2>/dev/null |
		grep -Evf <(checkpatch_ignored)) || rc=1
	rm -f .checkpatch-camelcase.*	# its cache
	return "$rc"
}

# A function or structure with kernel-doc must be documented in full.
lint_kernel_doc()
{
	kernel_files | over "$LANE_BUILD/scripts/kernel-doc" -none -Werror
}

# Messages of compiler, sparse, objtool and modpost about our files
OURS='^[^/: ][^ ]*: (warning|error):|^(WARNING|ERROR): modpost'

# kbuild NAME ARGS...: builds the copy NAME; fails if there are warnings about our
# own files. Those about the kernel's headers are not counted.
kbuild()
{
	local dir=$WORK/$1 rc=0

	[[ -d $dir ]] || "$TOP/scripts/modules.sh" mirror "$dir"
	make -C "$LANE_BUILD" M="$dir" -j "$(nproc)" --no-print-directory \
		"${LANE_MAKE[@]}" "${@:2}" modules >"$dir/.log" 2>&1 || rc=$?
	sed -Ei "s|$dir/||g; /^ +(CC|LD|CHECK|MODPOST|BTF|PROBE)|^Skipping BTF/d" \
		"$dir/.log"
	[[ $rc -eq 0 ]] || { cat "$dir/.log"; return 1; }
	grep -A 4 -E "$OURS" "$dir/.log" >"$dir/.ours"
	nothing <"$dir/.ours"
}

lint_w1()
{
	kbuild gcc W=1
}

# C=2 checks all sources. After the linter above, none of them is compiled again.
lint_sparse()
{
	need sparse || return
	kbuild gcc W=1 C=2 CF=-D__CHECK_ENDIAN__
}

# The modules built by clang are not loaded, so findings of objtool and modpost
# are not counted.
lint_clang()
{
	local OURS='^[^/: ][^: ]*:[0-9]+:[0-9]+: (warning|error):'

	need clang || return
	kbuild clang W=1 CC="$TOP/scripts/clang.sh" KBUILD_MODPOST_WARN=1
}

shell_files()
{
	files '*.sh'
	files | while IFS= read -r f; do
		case $f in *.sh) continue ;; esac
		if head -c 64 "$f" | head -n 1 |
		   grep -qaE '^#!.*\b(ba|da)?sh\b'; then
			echo "$f"
		fi
	done
}

lint_shellcheck()
{
	need shellcheck || return
	# -x: follow sourced files
	shell_files | over shellcheck -x
}

lint_codespell()
{
	need codespell || return
	files | over codespell --builtin clear,rare \
		-L "$(grep -hv '^#' scripts/codespell-ignore | paste -sd, -)"
}

# Differences between kernels are probed, and handled in include/compat/ only:
# no kernel version is compared, no result of a probe is used outside, and no
# function that include/compat/ wraps is called directly.
lint_compat()
{
	local versions='LINUX_VERSION_CODE|KERNEL_VERSION *\(|<linux/version.h>'
	local wrapped

	wrapped=$(wrapped_names | paste -sd '|')
	nothing < <(
		files '*.[ch]' '*Kbuild' | over grep -nE "$versions"
		files '*.[ch]' '*Kbuild' | grep -v '^include/compat/' |
			over grep -nE "SIP_IMS_KERNEL_|compat/probed\\.h>"
		kernel_files | grep -v '^include/compat/' |
			over grep -nE "\\b($wrapped)\\b")
}

# Prints the functions and members that the probes test.
wrapped_names()
{
	grep -ohE '\bnf_[a-z_]+ *\(' include/compat/probe/*.c | tr -d ' (' |
		sort -u
	echo assign_helper
	echo gen_id
}

# Files of more than 800 lines fail; functions of more than 60 are reported.
lint_size()
{
	local f n rc=0

	while IFS= read -r f; do
		n=$(wc -l <"$f")
		[[ $n -le 800 ]] && continue
		echo "$f: $n lines, 800 are allowed"
		rc=1
	done < <(files '*.[ch]' '*.sh' | grep -v '_gen\.[ch]$')
	# shellcheck disable=SC2016 # awk expands them
	files '*.c' | over awk '
		FNR == 1 { begin = 0 }
		/^[a-z_].*\(/ { name = $0 }
		/^\{/ { begin = FNR }
		/^\}/ && begin && FNR - begin > 61 {
			sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
			printf "note: %s:%d: %s() has %d lines\n",
			       FILENAME, begin, name, FNR - begin - 1 }
		/^\}/ { begin = 0 }'
	return "$rc"
}

# Trailing blanks, blanks before tabs, a missing newline at the end, non-ASCII
lint_whitespace()
{
	local f rc=0 text=('*.[ch]' '*.sh' '*Kbuild' '*Makefile' '*.yaml' '*.py')

	files "${text[@]}" | over grep -nE $'[ \t]+$| \t' && rc=1
	files '*.[ch]' '*.sh' '*Kbuild' '*Makefile' |
		LC_ALL=C over grep -nP '[^\x00-\x7F]' && rc=1
	while IFS= read -r f; do
		[[ ! -s $f || -z $(tail -c 1 "$f") ]] && continue
		echo "$f: no newline at the end"
		rc=1
	done < <(files "${text[@]}")
	return "$rc"
}

lint_manpages()
{
	local f out rc=0

	need man || return
	while IFS= read -r f; do
		out=$(LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings=w -E UTF-8 -l \
			"$f" 2>&1 >/dev/null)
		[[ -z $out ]] || { echo "$out"; rc=1; }
	done < <(files 'Documentation/*.[1-8]' '*/man/*.[1-8]')
	return "$rc"
}

# The generated files match the netlink specification.
lint_generated()
{
	tools/netlink/generate.py --check
}

# Sets BUILT to a directory with the modules as users build them: without
# KUnit, which needs exports of its own.
built()
{
	if [[ " ${LANE_MAKE[*]} " != *" SIP_IMS_KUNIT=y "* ]]; then
		"$TOP/scripts/modules.sh" build || return
		BUILT=$OUT/src
		return
	fi
	BUILT=$WORK/plain
	[[ -e $BUILT/.log ]] || kbuild plain SIP_IMS_KUNIT=
}

# Each exported symbol is imported by another module.
lint_exports()
{
	built && scripts/rooms.py exports "$BUILT"
}

# Includes and calls follow the order in scripts/rooms.
lint_rooms()
{
	built && scripts/rooms.py order "$BUILT"
}

# The linters "exports" and "rooms" report planted violations.
lint_rooms_test()
{
	built && scripts/rooms-test.sh "$BUILT"
}

# make install needs no file of the tests.
lint_install()
{
	local tree=$WORK/install kver f

	kver=$(KERNEL=6.1 && lane_load && echo "$LANE_VERSION") || return
	mkdir "$tree"
	files | grep -Ev '^(\.ci|selftests|scripts/vm)/' |
		cpio -pd --quiet "$tree"
	make -s --no-print-directory -C "$tree" install KVER="$kver" \
		DESTDIR="$tree/root" PREFIX=/usr || return
	for f in usr/sbin/sipims usr/share/man/man8/sipims.8 \
		 "lib/modules/$kver/updates"/{nf_{conntrack,nat}_sip_ims,trgw}.ko
	do
		[[ -s $tree/root/$f ]] && continue
		echo "make install has not installed /$f"
		return 1
	done
}

# ----------------------------------------------------------------------------

run_linter()
{
	local out rc

	out=$("lint_${1//-/_}" 2>&1)
	rc=$?
	case $rc in
	0)	printf '%-12s ok\n' "$1"; passed=$((passed + 1)) ;;
	4)	printf '%-12s skipped: %s\n' "$1" "$out"; return ;;
	*)	printf '%-12s FAILED\n' "$1"; failed=$((failed + 1)) ;;
	esac
	[[ -z $out ]] || head -n 200 <<<"$out" | sed 's/^/  /'
}

main()
{
	local linter

	cd "$TOP" || exit
	lane_load
	[[ $# -gt 0 ]] || set -- "${LINTERS[@]}"
	trap cleanup EXIT
	trap 'exit 130' INT TERM HUP
	WORK=$(mktemp -d "$OUT/lint.XXXXXX")
	for linter in "$@"; do
		declare -F "lint_${linter//-/_}" >/dev/null ||
			die "unknown linter $linter; allowed: ${LINTERS[*]}"
		run_linter "$linter"
	done
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 ]]
}

main "$@"
