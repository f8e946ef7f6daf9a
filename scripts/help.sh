#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Prints what `make help` shows.

set -euo pipefail

# shellcheck source=scripts/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/vm/lane.sh"

cat <<EOF
make help             this table
make setup            install the Debian packages that everything below needs
make modules          build the kernel modules for KERNEL, into build/
make tools            build the command line tool
make install          install the modules for KVER, the tool and its man page

make demo             show a call through a NAT router in the terminal (VM);
                      FAMILY=46: from an IPv6 phone to an IPv4 one
make check            linters, unit tests, kselftests
make lint             the linters
make unit             the unit tests, in userspace
make fuzz SECONDS=60  fuzz the parsers; findings stay in build/fuzz/findings
make fuzz-replay F=.. run a finding again
make coverage         print the lines and branches that the tests reach
make fuzz-live        send PACKETS=200000 of broken SIP through the helper (VM)
make lifetime         remove rules, flows, modules under traffic, ROUNDS=50 (VM)
make check-kselftest  the kselftests (VM); T='call.py sdp.py' names some
make check-debug      KUnit and kselftests under KASAN, lockdep, kmemleak
make interop          real phones, proxies and a P-CSCF (VM); T as above
make vm CMD='...'     run a command as root in a VM with the modules and sipims
make bench            instructions and memory, next to the stock helper (VM);
                      FAMILY=46: between families, next to NAT44 and Jool
make clean            remove everything built

KERNEL=6.1            the VM's kernel: $(lane_names)
JOBS=2                make fuzz: fuzzers of one target at once
T='naive sdp'         make fuzz: the targets to fuzz
ICOUNT=1              VM: one processor, whose clock counts instructions
VM_TIMEOUT=1800       VM: seconds after which it is stopped
VM_MEM=2G VM_SMP=2    VM: memory and processors
VM_OUT=dir            VM: a directory it may write to, as /vm-out
KVER=$(uname -r)
                      make install: the kernel version to install for
PREFIX=/usr/local DESTDIR=
                      make install: the directories to install into
EOF
