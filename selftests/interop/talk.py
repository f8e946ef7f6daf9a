# SPDX-License-Identifier: GPL-2.0-only
"""The story that real phones play: they register with a proxy which knows
nothing of NAT, call in both directions, hold, transfer.

alice and carol are behind the router, bob is outside.
"""
import wave

from world import (HELPER, LAN, LAN2, PROXY, ROUTER, SIX, TRANSPORT, VOICES,
                   WAN, Capture, Ears, Links, case, check, check_links,
                   check_wan, end_programs, finish, kamailio, let_in,
                   nothing_left)

HOSTS = {"alice": LAN, "bob": WAN, "carol": LAN2}


def connected(one, other):
    """Wait until each of two phones reports a call with the other."""
    for phone, peer in ((one, other), (other, one)):
        phone.wait("no call with " + peer.name,
                   lambda p=phone, q=peer: q.name in p.talking_to())


def apart(*phones):
    for phone in phones:
        phone.wait("still in a call", lambda p=phone: not p.talking_to())


def check_recording(phone, other):
    """Check that a phone recorded the voice of the other one."""
    with wave.open(phone.recording()) as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    signs = [byte >> 7 for byte in data[1::2]]  # of 16 bits, little-endian
    changes = sum(a != b for a, b in zip(signs, signs[1:]))
    seconds = len(signs) / rate
    check(seconds > 0.3, "%s recorded %.1f s" % (phone.name, seconds))
    expected = 2 * 8000 / VOICES[other.name] * seconds
    # a phone in an emulated guest may lose time, but adds nothing
    check(0.1 * expected < changes < 1.3 * expected,
          "%s recorded %d changes of sign, not %d" % (
              phone.name, changes, expected))


class Story:
    """Each argument names a phone; its value is the kind of it."""

    def __init__(self, **kinds):
        self.ears = Ears(**HOSTS)
        self.capture = None if SIX else Capture(ROUTER, "wan0", "wan")
        self.links = Links() if SIX else None
        self.start_proxy()
        self.phones = {}
        with case("all register"):
            for name, kind in kinds.items():
                self.phones[name] = kind(name, HOSTS[name])
            registered = [phone.registered() for phone in
                          self.phones.values()]
        if not all(registered):
            finish()

    def start_proxy(self):
        kamailio(PROXY, "proxy", "proxy.cfg", "-A", TRANSPORT.upper(), "-A",
                 "IPV6" if SIX == "wan" else "IPV4")

    def change_phone(self, name, kind):
        self.phones[name].program.end()
        self.phones[name] = kind(name, HOSTS[name])
        self.phones[name].registered()

    def talk(self, one, other):
        """They have a call, and hear each other."""
        connected(one, other)
        self.ears.hear_each_other(one.name, other.name)

    def begin(self, caller, callee):
        caller.dial(callee.name)
        self.talk(caller, callee)

    def hang_up(self, phone, *others):
        """Hang up, and end calls that are still up, so that the next case
        begins without them.
        """
        phone.hangup()
        apart(phone, *others)
        for other in others:
            if other.talking_to():
                other.hangup()

    def hold(self, holder, other):
        """Check that the holder hears nothing until it resumes."""
        holder.hold()
        self.ears.deaf(holder.name)
        holder.resume()
        self.talk(holder, other)

    def transfer(self, caller, callee, by, to):
        """caller calls callee; one of them sends the other one to a third."""
        self.begin(caller, callee)
        left = callee if by is caller else caller
        by.transfer(to.name)
        self.talk(left, to)
        self.hang_up(left, to, by)

    def attended(self, by, one, other):
        """Call two phones, one after the other, and connect them with each
        other.
        """
        by, one, other = (self.phones[name] for name in (by, one, other))
        self.begin(by, one)
        by.hold()
        self.ears.deaf(by.name)
        self.begin(by, other)
        by.connect(one.name, other.name)
        self.talk(one, other)
        self.hang_up(one, other, by)

    def play(self):
        alice, bob, carol = self.phones.values()
        with case("inside calls outside"):
            self.begin(alice, bob)
            check(let_in() or HELPER == "none", "no flow is an expected one")
            self.hang_up(alice, bob)
            check_recording(alice, bob)
            check_recording(bob, alice)
        with case("outside calls inside"):
            self.begin(bob, alice)
            self.hang_up(bob, alice)
        with case("hold and resume inside"):
            self.begin(bob, alice)
            self.hold(alice, bob)
        with case("hold and resume outside"):
            self.hold(bob, alice)
            self.hang_up(alice, bob)
        with case("outside transfers inside to inside"):
            self.transfer(alice, bob, by=bob, to=carol)
        with case("inside transfers outside to inside"):
            self.transfer(bob, alice, by=alice, to=carol)
        with case("inside transfers inside to outside"):
            self.transfer(carol, alice, by=alice, to=bob)

    def end(self, but=""):
        """but: a display filter of messages that may have private addresses"""
        with case("nothing is left of the calls"):
            nothing_left()
        end_programs()
        if SIX:
            check_links(self.links)
        else:
            with case("nothing private and nothing malformed on the wan"):
                check_wan(self.capture, but)
        finish()
