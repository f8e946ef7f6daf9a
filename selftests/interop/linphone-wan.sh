#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Linphone outside, baresip inside, and a Kamailio registrar and proxy: calls
# in both directions, hold, transfer. In the end alice has Linphone, too, for
# transfers with Replaces, which baresip does not know.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

interop linphonec baresip kamailio
run_python
exit "$EXIT_STATUS"
