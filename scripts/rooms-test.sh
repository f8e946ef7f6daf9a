#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Tests that rooms.py reports violations: plants them one by one in a small tree
# of two rooms, and plants an export and a call in copies of our own objects.
# Prints a line for each report that is missing or wrong.
#
#   rooms-test.sh BUILT		the directory with the built modules

set -uo pipefail

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

BUILT=$(realpath "${1:?usage: rooms-test.sh BUILT}")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
failed=0

# Writes the tree without violations: high/b.c may call low/a.c, and each room
# is a module.
plant()
{
	rm -rf "${WORK:?}"/*
	mkdir -p "$WORK"/{low,high,include/sip_ims}
	cd "$WORK" || exit
	echo 'void a(void);' >low/a.h
	echo 'void a2(void);' >low/a2.h
	echo 'void b(void);' >high/b.h
	echo 'struct shared;' >include/sip_ims/shared.h
	printf '%s\n' '#include <sip_ims/shared.h>' '#include "a.h"' \
		'int __ksymtab_a;' 'void a(void) { }' >low/a.c
	printf '%s\n' '#include "a2.h"' 'void a2(void) { }' >low/a2.c
	printf '%s\n' '#include "b.h"' '#include <low/a.h>' \
		'#include <sip_ims/shared.h>' 'void b(void) { a(); }' >high/b.c
	printf '%s\n' low: 'high: low' >rooms
}

# Builds the tree, runs rooms.py $1 on it and prints the report.
report()
{
	local f

	for f in */*.c; do
		gcc -w -I. -Iinclude -c -o "${f%.c}.o" "$f" || exit
	done
	ld -r -o low.ko low/*.o
	ld -r -o high.ko high/*.o
	"$TOP/scripts/rooms.py" --top "$WORK" --rooms "$WORK/rooms" \
		"$1" "$WORK"
}

# expect WHAT LINE: rooms.py WHAT reports exactly this line, or nothing.
expect()
{
	local out

	out=$(report "$1")
	[[ $out == "$2" ]] && return
	printf 'rooms.py %s: expected "%s", got "%s"\n' "$1" "$2" "$out"
	failed=1
}

small_tree()
{
	plant
	expect order ''
	expect exports ''

	echo 'int __ksymtab_a2;' >>low/a2.c
	expect exports 'low.ko exports a2, which no other module imports'

	plant
	echo '#include "../high/b.h"' >>low/a2.h
	expect order "low/a2.h:2: includes high/b.h; low may not know high"

	plant
	echo '#include <high/b.h>' >>low/a.c
	expect order "low/a.c:5: includes high/b.h; low may not know high"

	plant
	echo '#include <low/a.h>' >>include/sip_ims/shared.h
	expect order "include/sip_ims/shared.h:2: includes low/a.h;\
 include/ may not know any room"

	plant
	sed -i /shared/d high/b.c
	expect order "include/sip_ims/shared.h: only low includes it"

	plant
	echo 'void a3(void) { b(); }' >>low/a.c
	expect order "low/a.c: uses b of high/b.c; low may not know high"

	plant
	echo 'void a3(void) { a2(); }' >>low/a.c
	expect order ''
	echo 'void a4(void) { a(); }' >>low/a2.c
	expect order 'calls in a circle: low/a.c low/a2.c'
	echo 'mutual low/a.c low/a2.c: a reason' >>rooms
	expect order ''

	plant
	echo 'mutual low/a.c low/a2.c: a reason' >>rooms
	expect order 'mutual low/a.c low/a2.c: they do not call each other'

	plant
	printf '%s\n' 'low: high' 'high: low' >rooms
	expect order "$WORK/rooms: rooms in a circle: high low"

	plant
	echo 'high: low' >rooms
	expect order "low: no such room in $WORK/rooms"
}

# Tests with our own modules and objects that rooms.py recognises an export and
# a call in the form in which the compiler and Kbuild write them.
own_objects()
{
	local out symbol

	rm -rf "${WORK:?}"/*
	cd "$WORK" || exit
	(cd "$BUILT" && cp --parents ./*.ko "$WORK/" &&
		find . -name '*.o' -exec cp --parents {} "$WORK/" \;)
	echo 'int __ksymtab_planted;' | gcc -x c -c -o planted.o -
	ld -r -o new.ko sip_ims.ko planted.o && mv new.ko sip_ims.ko
	out=$("$TOP/scripts/rooms.py" exports "$WORK")
	[[ $out == *'sip_ims.ko exports planted, which no other'* ]] || {
		echo "rooms.py exports: misses the planted export: $out"
		failed=1
	}
	# trgw/ is a module of its own, which sip/ may not know.
	symbol=$(nm trgw/device.o | awk '$2 == "T" { print $3; exit }')
	echo "void planted(void) { $symbol(); }" |
		gcc -w -x c -c -o planted.o -
	ld -r -o new.o sip/walk.o planted.o && mv new.o sip/walk.o
	out=$("$TOP/scripts/rooms.py" order "$WORK")
	[[ $out == *"sip/walk.c: uses $symbol of trgw/device.c; "* ]] || {
		echo "rooms.py order: misses the planted call: $out"
		failed=1
	}
}

small_tree
own_objects
exit "$failed"
