# SPDX-License-Identifier: GPL-2.0-only
"""Helpers of the tests between the families; see topologies.sh."""
from ksft import check
from sipnet import LAN, OUTSIDE, PUBLIC, WAN, Phone, encoded, translated

SIX, SIX2 = "2001:db8:1::2", "2001:db8:1::3"
OUTSIDE6, OUTSIDE2 = "64:ff9b::cb00:7102", "203.0.113.3"

# Text of an IPv6 phone as the IPv4 side reads it, and the reverse
HEAD = [("[%s]" % OUTSIDE6, OUTSIDE), ("[%s]" % SIX, PUBLIC)]
BODY = [("IN IP6 " + OUTSIDE6, "IN IP4 " + OUTSIDE),
        ("IN IP6 " + SIX, "IN IP4 " + PUBLIC)]
BACK = [(four, six) for six, four in HEAD]
BODY_BACK = [(four, six) for six, four in BODY]


def out(data, *more):
    """Return a message of the IPv6 phone as the IPv4 side reads it."""
    return translated(data, *more, *BODY, *HEAD)


def back(data, *more):
    """Return a message of the IPv4 side as the IPv6 phone reads it."""
    return translated(data, *more, *BODY_BACK, *BACK)


def ports(call, port, first=4000):
    """Return the replacement for the m= line of a stream with that port."""
    return [("m=audio %d " % first, "m=audio %d " % port)]


def no_six(data, what):
    """Check that a message has no IPv6 address."""
    for word in (b"IP6", b"2001:db8", b"64:ff9b"):
        check(word not in encoded(data), "%s: %s is left" % (what, word))


def phones():
    return (Phone(LAN, SIX, "alice"),
            Phone(WAN, OUTSIDE, "bob", media=6000))
