#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Datagrams between the families that grow past the MTU, or arrive as
fragments, in both directions.
"""
import random
import socket

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, ROUTER, WAN, Counters, Phone, carry, check_bytes, encoded,
    flush, run, translated)
from xlat import OUTSIDE6, back, out, phones

TOPOLOGY = topology("xlat", "core")

IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, PMTUDISC_DONT, PMTUDISC_DO = 10, 23, 0, 2
SO_NO_CHECK = 11
CORE, CORE4, PHONE6 = "2001:db8:2::2", "192.0.2.100", "64:ff9b::c0a8:102"
# of a message: one packet, one more byte, many fragments
SIZES = (1452, 1453, 1472, 1473, 3000, 9000, 30000)


def discover(phone, how):
    """Set or clear DF."""
    phone.sip.sock.setsockopt(*(
        (socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER) if ":" in phone.addr else
        (socket.IPPROTO_IP, IP_MTU_DISCOVER)), how)


def sized(make, size):
    """Return make(body) with that size; equal sizes have equal bodies."""
    rng = random.Random(size)
    letters = "".join(rng.choices("abcdefghijklmnop \r\n", k=size))
    length = size - len(encoded(make("")))
    for _ in range(4):
        data = encoded(make(letters[:length]))
        if len(data) == size:
            return data
        length += size - len(data)
    raise ValueError(size)


def text(sender, uri, serial):
    """Return make() of a MESSAGE with ten literals that change length."""
    host = "[64:ff9b::cb00:7109]" if ":" in sender.addr else "203.0.113.9"
    return lambda body: sender.request(
        "MESSAGE", uri, "large%d" % serial, serial, "l", body=body or "x",
        kind="text/plain", branch="z9hG4bK-large%d" % serial,
        extra=[("Route", "<sip:%s;lr>" % host)] * 10)


def every(sender, receiver, uri, to, read):
    """Check that each size arrives translated, with and without DF."""
    for serial, size in enumerate(SIZES, 1):
        for how in (PMTUDISC_DONT, PMTUDISC_DO)[:1 + (size < 1453)]:
            discover(sender, how)
            data = sized(text(sender, uri, serial), size)
            check_bytes(carry(sender, receiver, data, to), read(data),
                        "%d" % size)
    discover(sender, PMTUDISC_DONT)


def without_checksum(sender, *args):
    """Send without UDP checksums; fragments cannot be given one."""
    option = socket.SOL_SOCKET, SO_NO_CHECK
    sender.sip.sock.setsockopt(*option, 1)
    every(sender, *args)
    sender.sip.sock.setsockopt(*option, 0)


def core():
    """The cases of an IPv4 phone and an IPv6 core."""
    alice = Phone(LAN, INSIDE, "alice")
    bob = Phone(WAN, CORE, "core", media=None)
    nine = ("203.0.113.9", "[64:ff9b::cb00:7109]")
    up = [(INSIDE, "[%s]" % PHONE6), (CORE4, "[%s]" % CORE), nine]
    with case("IPv4 phone to IPv6 core: each literal grows"):
        every(alice, bob, "sip:core@" + CORE4, (CORE4, 5060),
              lambda data: translated(data, *up))
    with case("the same without UDP checksums"):
        without_checksum(alice, bob, "sip:core@" + CORE4, (CORE4, 5060),
                         lambda data: translated(data, *up))
    with case("IPv6 core to IPv4 phone: each literal shrinks"):
        every(bob, alice, "sip:alice@[%s]" % PHONE6, bob.sip.peer,
              lambda data: translated(data, *[pair[::-1] for pair in up]))


def phone():
    """The cases of an IPv6 phone and the IPv4 side."""
    alice, bob = phones()
    with case("IPv6 phone to IPv4: each literal shrinks"):
        every(alice, bob, "sip:bob@[%s]" % OUTSIDE6, (OUTSIDE6, 5060),
              lambda data: out(data, ("[64:ff9b::cb00:7109]", "203.0.113.9")))
    with case("IPv4 to the IPv6 phone: each literal grows"):
        every(bob, alice, "sip:alice@203.0.113.1", bob.sip.peer,
              lambda data: back(data, ("203.0.113.9", "[64:ff9b::cb00:7109]")))
    with case("the same without UDP checksums"):
        without_checksum(bob, alice, "sip:alice@203.0.113.1", bob.sip.peer,
                         lambda data: back(data, ("203.0.113.9",
                                                  "[64:ff9b::cb00:7109]")))
    with case("the minimum MTU of IPv6: messages that grew past it arrive"):
        for ns, device in ((ROUTER, "lan0"), (LAN, "eth0")):
            run(ns, "ip", "link", "set", device, "mtu", "1280")
        for serial, size in enumerate((1100, 1232, 1280, 1472), 50):
            data = sized(text(bob, "sip:alice@203.0.113.1", serial), size)
            check_bytes(carry(bob, alice, data, bob.sip.peer), back(
                data, ("203.0.113.9", "[64:ff9b::cb00:7109]")), "%d" % size)
        for ns, device in ((ROUTER, "lan0"), (LAN, "eth0")):
            run(ns, "ip", "link", "set", device, "mtu", "1500")


counters = Counters()
if TOPOLOGY == "core":
    core()
else:
    phone()
flush()
with case("nothing was dropped"):
    check("dropped" not in counters.rose(), counters.rose())

finish()
