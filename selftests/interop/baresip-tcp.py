#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Three baresip phones by TCP."""
from phones import Baresip
from talk import Story

story = Story(alice=Baresip, bob=Baresip, carol=Baresip)
story.play()
story.end()
