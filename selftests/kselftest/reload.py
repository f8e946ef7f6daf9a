#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Flushed tables and unloaded modules in the middle of calls."""
import subprocess

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, ROUTER, WAN, Call, Media, Phone, Talk, calls,
    expectations, inside, media_flows, poll, register, registered, run,
    setting, sipims)

topology("nat")

MODULES = ("nf_nat_sip_ims", "nf_conntrack_sip_ims", "sip_ims")
CALLS = 10

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
ends = [(Media(LAN, INSIDE, 4100 + 2 * i), Media(WAN, OUTSIDE, 6100 + 2 * i))
        for i in range(CALLS)]


def start_calls():
    everyone = [Call(alice, bob, media=pair).start() for pair in ends]
    registered(bob, alice, register(alice, bob))
    return everyone


def loaded():
    """Return {module: use count} of our modules."""
    with open("/proc/modules", encoding="ascii") as table:
        words = [line.split() for line in table]
    return {word[0]: int(word[2]) for word in words if word[0] in MODULES}


def unload():
    """Wait until the modules are unused: namespaces end asynchronously."""
    return subprocess.run(["modprobe", "-r", *MODULES], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


with inside(ROUTER):
    RULES = subprocess.run(["nft", "list", "ruleset"], text=True, check=True,
                           stdout=subprocess.PIPE).stdout


def load_rules():
    with inside(ROUTER):
        subprocess.run(["nft", "-f", "-"], input=RULES, text=True, check=True)


FLUSHES = (
    ("conntrack -F", ("conntrack", "-F")),
    ("conntrack -F expect", ("conntrack", "-F", "expect")),
    ("sipims -F", None),
)

for name, command in FLUSHES:
    with case(name + " in the middle of calls and media"), setting(grace=1):
        everyone = start_calls()
        with Talk(everyone):
            for again in range(3):
                if command:
                    run(ROUTER, *command)
                else:
                    sipims("-F")
        if name == "sipims -F":
            check(calls() == (0, 0), calls())
            check(not expectations(), expectations())
        for call in everyone:
            call.media[alice].rtp.drain()
            call.media[bob].rtp.drain()
        fresh = Call(alice, bob).start()
        fresh.check_audio()
        for call in everyone + [fresh]:
            call.bye()
        check(poll(lambda: calls()[0] == 0, 8), calls())
        check(not [line for line in media_flows()
                   if "src=%s dst" % INSIDE in line.split("src=203")[-1]],
              media_flows())

with case("the modules are in use while rules name the helper"):
    for module in MODULES[1:]:
        check(subprocess.run(["rmmod", module], stderr=subprocess.DEVNULL,
                             check=False).returncode, module)
    check(len(loaded()) == 3, loaded())

with case("the NAT module loads again after it was removed under the rules"):
    subprocess.run(["modprobe", "-r", MODULES[1]], check=False,
                   stderr=subprocess.DEVNULL)
    check(MODULES[0] not in loaded() and len(loaded()) == 2, loaded())
    call = Call(alice, bob)
    invite = call.build(alice, "INVITE", call.sdp(alice))
    alice.sip.send(invite, (OUTSIDE, 5060))
    check(poll(lambda: MODULES[0] in loaded()), loaded())
    check(bob.sip.recv(0.2) is None, "it left without the NAT module")
    call.send(alice, invite)
    call.accept()
    call.check_audio()
    call.bye()

with case("unload with calls, a registration and media; load again"):
    everyone = start_calls()
    with Talk(everyone):
        run(ROUTER, "nft", "flush", "ruleset")
        check(poll(unload, 10), "modprobe -r fails: %s" % loaded())
        check(not loaded(), loaded())
        check(not expectations(), expectations())
        subprocess.run(["modprobe", MODULES[1]], check=True)
        load_rules()
        run(ROUTER, "conntrack", "-F")
        check(calls() == (0, 0), calls())
        fresh = Call(alice, bob).start()
        fresh.check_audio()
    check(len(loaded()) == 3, loaded())

with case("unload and load again and again under media"):
    everyone = start_calls()
    fresh = Call(alice, bob)
    with Talk(everyone):
        for again in range(4):
            run(ROUTER, "nft", "flush", "ruleset")
            check(poll(unload, 10), "modprobe -r fails: %s" % loaded())
            subprocess.run(["modprobe", MODULES[1]], check=True)
            load_rules()
            alice.sip.send(fresh.build(alice, "INVITE", fresh.sdp(alice)),
                           (OUTSIDE, 5060))

with case("the modules' use counts are 0 without rules"):
    run(ROUTER, "nft", "flush", "ruleset")
    check(poll(unload, 10), loaded())

finish()
