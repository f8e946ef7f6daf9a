#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Linphone outside, baresip inside; attended transfers."""
from phones import Baresip, PlainLinphone
from talk import Story
from world import case

story = Story(alice=Baresip, bob=PlainLinphone, carol=PlainLinphone)
story.play()
with case("alice changes to linphone"):
    story.change_phone("alice", PlainLinphone)
with case("inside transfers outside to inside, attended"):
    story.attended("alice", "bob", "carol")
with case("outside transfers inside to inside, attended"):
    story.attended("bob", "alice", "carol")
with case("inside transfers inside to outside, attended"):
    story.attended("carol", "alice", "bob")
story.end()
