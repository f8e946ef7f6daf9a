#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs clang as Kbuild's CC for a kernel that was configured for gcc: removes
# the options that only gcc has. The modules are built for their warnings, not
# to be loaded.

args=()
for arg in "$@"; do
	case $arg in
	-mfunction-return=* | -mindirect-branch=* | -mindirect-branch-* | \
	-mharden-sls=* | -pg | -mfentry | \
	-mrecord-mcount | -fconserve-stack | -ftrivial-auto-var-init=* | \
	-fplugin* | -fno-allow-store-data-races | -fno-var-tracking* | \
	-fzero-call-used-regs=* | -fsanitize=bounds-strict | \
	-mpreferred-stack-boundary=* | -mskip-rax-setup | -fno-ipa-* | \
	-Wimplicit-fallthrough=* | -Wno-maybe-uninitialized | \
	-Wno-alloc-size-larger-than | -Wno-packed-not-aligned | \
	-Wno-format-truncation | -Wno-format-overflow | \
	-Wno-dangling-pointer | \
	-Wno-stringop-* | -Wno-restrict | -Wpacked-not-aligned | \
	-Wstringop-truncation | -Wunused-but-set-parameter)
		;;
	*)
		args+=("$arg") ;;
	esac
done
exec clang "${args[@]}"
