#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Dialogs between the families: forks, PRACK, every method, streams that come
# and go, latching, and what is left when the namespace ends.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
run_python
exit "$EXIT_STATUS"
