#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What `make help` shows.

set -euo pipefail

# shellcheck source=scripts/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/vm/lane.sh"

cat <<EOF
make help             this table
make setup            install the Debian packages that everything below needs
make modules          build the kernel modules for KERNEL, into build/
make tools            build the command line tool
make install          modules for KVER, tool and man pages for PREFIX

make demo             a call through a NAT router, told in the terminal (VM)
make check            every check: lint, unit, kselftests
make lint             the linters alone
make unit             the userspace unit tests alone
make fuzz SECONDS=60  fuzz the parser; findings stay in build/fuzz/findings
make fuzz-replay F=.. run a finding again
make coverage         lines and branches that the tests reach
make fuzz-live        PACKETS=200000 of broken SIP at the live helper (VM)
make lifetime         ROUNDS=50 of taking everything away under traffic (VM)
make check-debug      KUnit and kselftests under KASAN, lockdep, kmemleak
make check-kselftest  the kselftests alone (VM); T='a.sh b.sh' names some
make interop          calls of real phones, proxies, a P-CSCF (VM); T= as above
make vm CMD='...'     run a command as root in a VM with the fresh modules
make bench            instructions and memory, against the stock helper (VM);
                      FAMILY=46: between the families, against NAT44 and Jool
make clean            remove everything built

KERNEL=6.1            kernel of the VM; here: $(lane_names)
JOBS=2                make fuzz: fuzzers of one target at once
T='naive sdp'         make fuzz: these targets alone
ICOUNT=1              VM: one processor, its time counts instructions
VM_TIMEOUT=1800       VM: seconds until it is ended
VM_MEM=2G VM_SMP=2    VM: memory and processors
VM_OUT=dir            VM: a folder it may write to, /vm-out in there
KVER=$(uname -r)
                      make install: the kernel to install for
PREFIX=/usr/local DESTDIR=
                      make install: where to
EOF
