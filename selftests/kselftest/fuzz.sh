#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Calls, and the same messages broken in every way, from both sides at once;
# each datagram is accounted for.
#
# From the environment:
#   PACKETS	how many (6000)
#   SEED	repeats a run, but for the ports the router chooses
#   PATIENCE	see lifetime.sh

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

live=$(dirname "${BASH_SOURCE[0]}")/../../build/live/live

checktool live "[[ -x '$live' ]]"
sip_nat
export live
run_python
exit "$EXIT_STATUS"
