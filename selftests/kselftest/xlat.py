# SPDX-License-Identifier: GPL-2.0-only
"""What the tests across the families share; lib.sh has the topology."""
from ksft import check
from sipnet import LAN, OUTSIDE, PUBLIC, WAN, Phone, encoded, translated

SIX, SIX2 = "2001:db8:1::2", "2001:db8:1::3"
OUTSIDE6, OUTSIDE2 = "64:ff9b::cb00:7102", "203.0.113.3"

# What an IPv6 phone writes, and what the IPv4 side reads of it; and back.
HEAD = [("[%s]" % OUTSIDE6, OUTSIDE), ("[%s]" % SIX, PUBLIC)]
BODY = [("IN IP6 " + OUTSIDE6, "IN IP4 " + OUTSIDE),
        ("IN IP6 " + SIX, "IN IP4 " + PUBLIC)]
BACK = [(four, six) for six, four in HEAD]
BODY_BACK = [(four, six) for six, four in BODY]


def out(data, *more):
    """As the IPv4 side reads what the IPv6 phone sent."""
    return translated(data, *more, *BODY, *HEAD)


def back(data, *more):
    """As the IPv6 phone reads what the IPv4 side sent."""
    return translated(data, *more, *BODY_BACK, *BACK)


def ports(call, port, first=4000):
    """The line of a stream as it is told: of one pair of ports."""
    return [("m=audio %d " % first, "m=audio %d " % port)]


def no_six(data, what):
    """Nothing in a message is IPv6's."""
    for word in (b"IP6", b"2001:db8", b"64:ff9b"):
        check(word not in encoded(data), "%s: %s is left" % (what, word))


def phones():
    return (Phone(LAN, SIX, "alice"),
            Phone(WAN, OUTSIDE, "bob", media=6000))
