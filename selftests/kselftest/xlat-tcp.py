#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Calls between the families over TCP, and messages in any segmentation."""
import random

from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, PUBLIC, WAN, Call, check_bytes, encoded, flush, header,
    sdp)
from siptcp import Listener, TcpPhone, connect, exchange, quick, texts
from xlat import OUTSIDE6, SIX, no_six, out, ports

topology("xlat")

quick()
THERE = OUTSIDE6, 5060
listener = Listener(WAN, OUTSIDE)


def phones(media=4000):
    """Connect alice in IPv6 to bob in IPv4."""
    near, far = connect(LAN, SIX, listener, THERE)
    alice = TcpPhone(LAN, near, "alice", media)
    bob = TcpPhone(WAN, far, "bob", 6000 if media else None)
    alice.uri = "sip:alice@[%s]:%d;transport=tcp" % (SIX, alice.port)
    return alice, bob


def close(*ends):
    for phone in ends:
        phone.close()


def public(data, alice):
    """Return out() with alice's port, too, which NAT may change."""
    return header(data, "Contact")[0].split(":")[2].split(";")[0].rstrip(">")


with case("registration and calls both ways on one connection, with audio"):
    alice, bob = phones()
    for caller, callee in ((alice, bob), (bob, alice)):
        call = Call(caller, callee, THERE if caller is alice else
                    (PUBLIC, alice.port))
        got = call.invite()
        if caller is alice:
            no_six(got, "INVITE")
        got = call.reply(callee, "180 Ringing")
        got = call.accept()
        if caller is bob:
            no_six(got, "200")
        call.check_audio()
        call.bye()
    close(alice, bob)

flush()
with case("an INVITE in any two segments: the same bytes"):
    alice, bob = phones()
    call = Call(alice, bob, THERE)
    data = encoded(call.build(alice, "INVITE", sdp(SIX, [4000])))
    got = call.send(alice, data)
    port = public(got, alice)
    expected = out(data, *ports(call, call.mapped()[1]),
                   ("[%s]:%d" % (SIX, alice.port), "%s:%s" % (PUBLIC, port)))
    check_bytes(got, expected, "whole")
    for cut in [*range(1, 20), *range(20, len(data), 23), len(data) - 1]:
        alice.sip.send_parts(data[:cut], data[cut:])
        if not check_bytes(bob.sip.take(len(expected)), expected,
                           "cut at %d" % cut):
            break
    close(alice, bob)

flush()
with case("300 messages each way in any segments"):
    alice, bob = phones(None)
    rng = random.Random(46)
    first = alice.request("MESSAGE", "sip:x@[%s]:5060" % OUTSIDE6, "m", 1, "b")
    alice.sip.send(first)
    mine = public(bob.sip.recv(), alice)
    streams = [texts(rng, alice, ("[%s]" % OUTSIDE6, 5060),
                     "[%s]:%d" % (SIX, alice.port), "%s:%s" % (PUBLIC, mine),
                     300),
               texts(rng, bob, (PUBLIC, int(mine)), "%s:5060" % OUTSIDE,
                     "[%s]:5060" % OUTSIDE6, 300)]
    sent, expected = streams[0]
    streams[0] = sent, expected.replace(encoded("[%s]" % OUTSIDE6),
                                        encoded(OUTSIDE))
    sent, expected = streams[1]
    streams[1] = sent, expected.replace(
        encoded("@%s:%s" % (PUBLIC, mine)),
        encoded("@[%s]:%d" % (SIX, alice.port)))
    problem = exchange(rng, alice, bob, streams)
    check(not problem, problem)
    close(alice, bob)

finish()
