#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Three baresip phones."""
from phones import Baresip
from talk import story

story(alice=Baresip, bob=Baresip, carol=Baresip)
