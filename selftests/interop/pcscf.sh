#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two phones and Kamailio as a P-CSCF, with another one as the registrar behind
# it: registrations with Path and Service-Route, calls in both directions, and
# a REGISTER with Security-Client, which must arrive as it was sent.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# the P-CSCF modules are a package of their own
has_pcscf()
{
	compgen -G '/usr/lib/*/kamailio/modules/ims_registrar_pcscf.so'
}

checktool 'kamailio-ims-modules' has_pcscf
interop baresip linphonec kamailio
run_python
exit "$EXIT_STATUS"
