#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Finds out what the kernel's headers offer: compiles each probe/NAME.c and
# writes a header that defines SIP_IMS_KERNEL_NAME for those that compile.
#
#   probe.sh HEADER COMPILER ARGS...	run by Kbuild

set -u

header=$1
shift
probes=$(dirname "$0")/probe
work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT

try()
{
	name=$1
	shift
	"$@" -c -o "$work/$name.o" "$probes/$name.c" \
		>"$work/$name.log" 2>&1 && : >"$work/$name.yes"
}

names=
for file in "$probes"/*.c; do
	name=${file##*/}
	name=${name%.c}
	names="$names $name"
	try "$name" "$@" &
done
wait

# Without these controls, an unusable compiler would look like an old kernel.
if [ ! -e "$work/always.yes" ]; then
	cat "$work/always.log"
	echo "probe.sh: the kernel's headers do not compile; see above"
	exit 1
fi >&2
if [ -e "$work/never.yes" ]; then
	echo "probe.sh: the compiler accepts a function that no kernel has" >&2
	exit 1
fi

for name in $names; do
	[ "$name" = always ] || [ ! -e "$work/$name.yes" ] ||
		printf '#define SIP_IMS_KERNEL_%s\n' \
			"$(printf %s "$name" | tr '[:lower:]' '[:upper:]')"
done >"$work/header"
mv "$work/header" "$header"
