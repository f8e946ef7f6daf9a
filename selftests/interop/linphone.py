#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Linphone inside, baresip outside."""
from phones import Baresip, Linphone
from talk import story

story(alice=Linphone, bob=Baresip, carol=Linphone)
