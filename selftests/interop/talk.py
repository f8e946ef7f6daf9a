# SPDX-License-Identifier: GPL-2.0-only
"""The story that real phones play: they register with a proxy which knows
nothing of NAT, call in both directions, hold, transfer.

alice and carol are behind the router, bob is outside.
"""
import wave

from world import (HERE, LAN, LAN2, PROXY, ROUTER, STEP, VOICES, WAN, Capture,
                   Ears, case, check, check_wan, end_programs, finish,
                   kamailio, nothing_left, poll)


def connected(one, other):
    """Each of two phones says that it has a call with the other."""
    for phone, peer in ((one, other), (other, one)):
        phone.wait("no call with " + peer.name,
                   lambda p=phone, q=peer: q.name in p.talking_to())


def apart(*phones):
    for phone in phones:
        phone.wait("still in a call", lambda p=phone: not p.talking_to())


def hear_each_other(ears, one, other):
    ears.hears(one.name, other.name)
    ears.hears(other.name, one.name)


def begin(ears, caller, callee):
    caller.dial(callee.name)
    connected(caller, callee)
    hear_each_other(ears, caller, callee)


def finish_call(phone, *others):
    """Hangs up, and whatever is still up afterwards is ended, too: the next
    case must not suffer.
    """
    phone.hangup()
    apart(phone, *others)
    for other in others:
        if other.talking_to():
            other.hangup()
    nothing_left()


def hold(ears, holder, other):
    """The one who holds hears nothing, until it resumes."""
    holder.hold()
    ears.deaf(holder.name)
    holder.resume()
    hear_each_other(ears, holder, other)


def check_recording(phone, other):
    """What a phone decoded and recorded is the voice of the other one."""
    with wave.open(phone.recording()) as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    loud = data[1::2]   # the high bytes of 16 bits
    signs = [byte >> 7 for byte in loud]
    changes = sum(a != b for a, b in zip(signs, signs[1:]))
    seconds = len(signs) / rate
    check(seconds > 0.5, "%s recorded %.1f s" % (phone.name, seconds))
    expected = 2 * 8000 / VOICES[other.name] * seconds
    check(0.5 * expected < changes < 1.3 * expected,
          "%s recorded %d changes of sign, not %d" % (
              phone.name, changes, expected))


def story(alice, bob, carol):
    """Each is the kind of phone that somebody has."""
    ears = Ears(alice=LAN, bob=WAN, carol=LAN2)
    capture = Capture(ROUTER, "wan0", "wan")
    kamailio(PROXY, "proxy", "proxy.cfg")
    with case("all register"):
        alice = alice("alice", LAN, "192.168.1.2")
        bob = bob("bob", WAN, "203.0.113.3")
        carol = carol("carol", LAN2, "192.168.1.3")
        for phone in (alice, bob, carol):
            phone.registered()
    with case("inside calls outside"):
        begin(ears, alice, bob)
        finish_call(alice, bob)
        check_recording(alice, bob)
        check_recording(bob, alice)
    with case("outside calls inside"):
        begin(ears, bob, alice)
        finish_call(bob, alice)
    with case("hold and resume inside"):
        begin(ears, bob, alice)
        hold(ears, alice, bob)
    with case("hold and resume outside"):
        hold(ears, bob, alice)
        finish_call(alice, bob)
    with case("outside transfers inside to inside"):
        begin(ears, alice, bob)
        bob.transfer("carol")
        connected(alice, carol)
        hear_each_other(ears, alice, carol)
        finish_call(carol, alice, bob)
    with case("inside transfers outside to inside"):
        begin(ears, bob, alice)
        alice.transfer("carol")
        connected(bob, carol)
        hear_each_other(ears, bob, carol)
        finish_call(bob, carol, alice)
    with case("inside transfers inside to outside"):
        begin(ears, carol, alice)
        alice.transfer("bob")
        connected(bob, carol)
        hear_each_other(ears, bob, carol)
        finish_call(bob, carol, alice)
    end_programs()
    with case("nothing private and nothing malformed on the wan"):
        check_wan(capture)
    finish()
