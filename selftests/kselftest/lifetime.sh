#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything that can be taken away is, under traffic: rules, calls, flows,
# modules, the namespace itself; after each round nothing is left.
#
# From the environment:
#   ROUNDS	how many (1)
#   SEED	repeats a run
#   RATE	packets a second (400)
#   PATIENCE	seconds that anything may take (10; 60 with KERNEL=debug)

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

live=$(dirname "${BASH_SOURCE[0]}")/../../build/live/live

checktool live "[[ -x '$live' ]]"
checktool unshare 'command -v unshare'
sip_nat
export live
run_python
exit "$EXIT_STATUS"
