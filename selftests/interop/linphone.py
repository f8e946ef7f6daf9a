#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Linphone inside, baresip outside."""
from phones import Baresip, Linphone
from talk import Story

story = Story(alice=Linphone, bob=Baresip, carol=Linphone)
story.play()
story.end()
