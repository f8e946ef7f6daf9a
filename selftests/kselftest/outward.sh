#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A phone's own flows to its registrar and to the other hosts of its farm: they
# leave by the port that was registered.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
