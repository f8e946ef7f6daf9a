#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# sipp on both sides of the router, with audio: early media, a re-INVITE that
# moves the audio, an echo, and 50 calls at once, in both directions.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

interop sipp
run_python
exit "$EXIT_STATUS"
