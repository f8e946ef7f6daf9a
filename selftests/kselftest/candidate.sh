#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# ICE, OMR, ALTC and ANAT: addresses that an SDP names beside c= and m=.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
