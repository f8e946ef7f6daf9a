#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""sipp on both sides of the router."""
import os
from collections import Counter

from world import (ADDRESSES, HERE, LAN, ROUTER, SIX, VOICES, WAN, WORK,
                   Capture, Ears, Links, Phone, Program, case, check,
                   check_links, check_wan, end_programs, finish, header, host,
                   listening, nothing_left, play_file, poll, register,
                   registered, uri_place)

# The host by which alice calls bob
OUTSIDE = "64:ff9b::cb00:7103" if SIX else ADDRESSES["bob"]
HOST = {"alice": LAN, "bob": WAN}
# Everything on three links is captured between the families.
MANY = 20 if SIX else 50


def sipp(name, packets, scenario, calls, *args):
    """Run one end; it plays the files of its directory."""
    home = os.path.join(WORK, "%s-%d" % (name, packets))
    os.makedirs(home, exist_ok=True)
    for role in ("caller", "callee"):
        play_file(os.path.join(home, role + ".pcap"), VOICES[name], packets)
    play_file(os.path.join(home, "early.pcap"), VOICES["carol"], packets)
    return Program(HOST[name], "sipp-" + name, "sipp", "-nostdin", "-sf",
                   os.path.join(HERE, scenario), "-i", ADDRESSES[name], "-mi",
                   ADDRESSES[name], "-p", "5060", "-mp", "20000", "-m",
                   str(calls), "-timeout", "60", "-timeout_error",
                   "-cid_str", "%u-%p", *args, cwd=home)


def sipp_calls(caller, callee, to, calls, packets, *args):
    """All calls from one end to the other; both are content."""
    uas = sipp(callee, packets, "sipp-uas.xml", calls, *args)
    poll(lambda: listening(HOST[callee], 5060))
    uac = sipp(caller, packets, "sipp-uac.xml", calls, "-r", "10", "-s",
               "callee", "%s:%d" % (host(to[0]), to[1]))
    for end, program in (("caller", uac), ("callee", uas)):
        status = program.status(65)
        check(status == 0, "the %s ends with %s: %s" % (
            end, status, " ".join(program.printed()[-500:].split())))
        program.end()


def check_streams(ears, who, whose, streams, packets, since):
    """So many streams of a voice arrived, each at a port of its own and
    nearly whole.
    """
    ports = Counter(port for when, voice, port in ears.heard[who]
                    if when >= since and voice == whose)
    whole = sum(count >= 0.8 * packets for count in ports.values())
    check(whole == streams, "%s hears %d whole streams of %s, not %d: %s" % (
        who, whole, whose, streams, sorted(ports.values())[:60]))


def play(ears, caller, callee, to, calls, packets, *args):
    since = ears.now()
    sipp_calls(caller, callee, to, calls, packets, *args)
    check_streams(ears, caller, "carol", calls, packets, since)
    # one port before the re-INVITE, another one after it
    check_streams(ears, caller, callee, 2 * calls, packets, since)
    check_streams(ears, callee, caller, calls, 2 * packets, since)
    return since


def inside_registers():
    """As a trunk would; where calls from outside go then."""
    alice = Phone(LAN, ADDRESSES["alice"], "callee", media=None)
    registrar = Phone(WAN, ADDRESSES["bob"], "registrar", media=None)
    got = register(alice, registrar, to=(OUTSIDE, 5060))
    registered(registrar, alice, got)
    alice.close()
    registrar.close()
    return uri_place(header(got, "Contact")[0])


def main():
    ears = Ears(alice=LAN, bob=WAN)
    look = Links() if SIX else Capture(ROUTER, "wan0", "wan")
    outside = (OUTSIDE, 5060)
    with case("inside calls: early media, a re-INVITE, an echo"):
        since = play(ears, "alice", "bob", outside, 1, 50, "-rtp_echo")
        check_streams(ears, "alice", "alice", 2, 50, since)
    with case("%d calls from inside" % MANY):
        play(ears, "alice", "bob", outside, MANY, 20)
    inside = outside
    with case("inside registers"):
        inside = inside_registers()
    with case("outside calls: early media, a re-INVITE, an echo"):
        since = play(ears, "bob", "alice", inside, 1, 50, "-rtp_echo")
        check_streams(ears, "bob", "bob", 2, 50, since)
    with case("%d calls from outside" % MANY):
        play(ears, "bob", "alice", inside, MANY, 20)
    with case("nothing is left of the calls"):
        nothing_left()
    end_programs()
    if SIX:
        check_links(look)
    else:
        with case("nothing private and nothing malformed on the wan"):
            check_wan(look)
    finish()


main()
