#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Datagrams that need fragments, in both families, before the router or only
after it.
"""
import contextlib
import socket
import struct

from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, PUBLIC, ROUTER, STOCK, WAN, Call, Counters, Lost, Phone,
    calls, carry, check_bytes, conntrack, flush, inside, media_of, poll,
    run, sdp, sipims, translated)

topology("dual")

# a phone whose address is shorter than the router's own
run(ROUTER, "ip", "addr", "add", "10.0.0.1/24", "dev", "lan0")
run(LAN, "ip", "addr", "add", "10.0.0.2/24", "dev", "eth0")

ETH_P_ALL, IP_MTU_DISCOVER, IPV6_MTU_DISCOVER = 3, 10, 23
PMTUDISC_DONT, PMTUDISC_DO = 0, 2
IP_DF, IP_MF = 0x4000, 0x2000


class Side:
    """A phone inside and one outside, in one family."""

    def __init__(self, near, far, public):
        self.alice = Phone(LAN, near, "alice")
        self.bob = Phone(WAN, far, "bob", media=6000)
        self.near, self.far, self.public = near, far, public
        self.six = ":" in near
        self.headers = 48 if self.six else 28       # of a datagram
        self.most = 65535 - (8 if self.six else 28)  # bytes of one
        self.proxy = (far, 5060)

    def __str__(self):
        return "IPv6" if self.six else "IPv4"

    @contextlib.contextmanager
    def discover(self, how):
        """Set or clear DF."""
        option = ((socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER) if self.six else
                  (socket.IPPROTO_IP, IP_MTU_DISCOVER))
        self.alice.sip.sock.setsockopt(*option, how)
        try:
            yield
        finally:
            self.alice.sip.sock.setsockopt(*option, PMTUDISC_DONT)


# the router's addresses are longer than the phones'
SIDES = (Side("10.0.0.2", OUTSIDE, PUBLIC),
         Side("fd00:1::2", "2001:db8:1::2", "2001:db8:1::1"))
MTU = 1500
SIZES = (1500, 1501, 2000, 2921, 9000, 30000, 65000)


def filler(size):
    """Return lines of SDP of that many bytes."""
    lines = []
    while size:
        take = size if size < 907 else min(900, size - 7)
        lines.append("a=x:" + "y" * (take - 6) + "\r\n")
        size -= take
    return "".join(lines)


def sized(make, size):
    """Return a message of that size from make(SDP lines)."""
    more = size - len(make(""))
    for _ in range(4):
        data = make(filler(more))
        if len(data) == size:
            return data
        more += size - len(data)
    raise ValueError(size)


def invite(side, call, size):
    return sized(lambda extra: side.alice.request(
        "INVITE", "sip:bob@%s" % ("[%s]" % side.far if side.six else side.far),
        call.call_id, 1, call.tag[side.alice], body=sdp(
            side.near, [4000], extra=extra), branch="z9hG4bK" + call.call_id),
        size)


def there(side, size):
    """Check how an INVITE of that size reaches bob; return it."""
    call = Call(side.alice, side.bob)
    data = invite(side, call, size)
    got = carry(side.alice, side.bob, data, side.proxy)
    check_bytes(got, translated(data, (side.near, side.public), (
        "audio 4000", "audio %d" % media_of(got)[0][1])),
        "%s, INVITE of %d" % (side, size))
    return got, len(got) - size


def back(side, asked, size):
    """Check how the response reaches alice."""
    data = sized(lambda extra: side.bob.answer(
        asked, "200 OK", "b", sdp(side.far, [6000], extra=extra)), size)
    got = carry(side.bob, side.alice, data, side.bob.sip.peer)
    check_bytes(got, translated(data, (side.public, side.near)),
                "%s, 200 of %d" % (side, size))


with case("1.5 to 65 kB, in fragments, both ways"):
    for side in SIDES:
        for size in SIZES:
            asked, _ = there(side, size)
            back(side, asked, size)
        flush()


class Sniffer:
    """Packets as they arrive at the phone outside."""

    def __init__(self):
        with inside(WAN):
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                      socket.htons(ETH_P_ALL))
        self.sock.bind(("eth0", ETH_P_ALL))
        self.sock.setblocking(False)

    def packets(self):
        found = []
        with contextlib.suppress(BlockingIOError):
            while True:
                found.append(self.sock.recv(65535))
        return found

    def fragments(self):
        """Return (identification, flags and offset) of IPv4 fragments."""
        heads = [struct.unpack("!HH", data[4:8]) for data in self.packets()
                 if data[0] >> 4 == 4]
        return [head for head in heads if head[1] & 0x3fff]


def around(side, mtu):
    """Return sizes that fit before rewriting, and after it or not."""
    return [size - side.headers for size in range(mtu - 26, mtu + 1, 2)]


with case("messages that grow past the MTU arrive, with and without DF"):
    for side in SIDES:
        for how in (PMTUDISC_DONT, PMTUDISC_DO):
            with side.discover(how):
                grown = [there(side, size)[1] + size + side.headers > MTU
                         for size in around(side, MTU)]
            check(True in grown and False in grown, grown)
        flush()

with case("fragments of two datagrams with DF are not mixed up"):
    side, sniffer = SIDES[0], Sniffer()
    sniffer.packets()
    with side.discover(PMTUDISC_DO):
        for _ in range(2):
            there(side, MTU - side.headers)
    seen = sniffer.fragments()
    check(len(seen) == 4 and not any(flags & IP_DF for _, flags in seen), seen)
    check(len({number for number, _ in seen}) == 2 and
          0 not in [number for number, _ in seen], seen)
    flush()


def opened():
    return conntrack("-L", "expect", "-f", "ipv6") + conntrack("-L", "expect")


def refused(side, size):
    """Send one byte more than a datagram may have."""
    call = Call(side.alice, side.bob)
    data = invite(side, call, size).encode()
    counters, before = Counters(), opened()
    side.bob.sip.drain()
    side.alice.sip.send(data, side.proxy)
    got = side.bob.sip.recv()
    counters.check(too_large=1, edit_failed=0, pinholes_opened=0)
    check(opened() == before and (STOCK or calls() == (0, 0)), opened())
    return data, got


with case("the longest datagram, and one byte more"):
    for side in SIDES:
        flush()
        _, growth = there(side, 60000)
        asked, _ = there(side, side.most - growth)
        flush()
        _, got = refused(side, side.most - growth + 1)
        check(got is None, "%s: passed, %s" % (side, got and len(got)))
        _, got = refused(side, side.most)
        check(got is None, "%s: passed, %s" % (side, got and len(got)))

with case("malformed=pass: what cannot be rewritten passes unchanged"):
    if not STOCK:
        sipims("set", "malformed=pass")
        for side in SIDES:
            data, got = refused(side, side.most)
            check_bytes(got or b"", data, "%s" % side)
        sipims("set", "malformed=drop")

with case("a response that shrinks on its way in may have the maximum length"):
    for side in SIDES:
        flush()
        asked, _ = there(side, 2000)
        back(side, asked, side.most)


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data + b"\0") // 2), (
        data + b"\0")[:len(data) + len(data) % 2]))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Raw:
    """Send fragments of a datagram of alice in a given order."""

    serial = 1000

    def __init__(self, side):
        self.side = side
        self.family = socket.AF_INET6 if side.six else socket.AF_INET
        with inside(LAN):
            self.sock = socket.socket(self.family, socket.SOCK_RAW,
                                      socket.IPPROTO_RAW)
        self.src, self.dst = (socket.inet_pton(self.family, addr)
                              for addr in (side.near, side.far))

    def datagram(self, data):
        head = struct.pack("!HHH", 5060, 5060, 8 + len(data))
        pseudo = self.src + self.dst + struct.pack("!IHH", 8 + len(data), 0, 17)
        return head + struct.pack("!H", checksum(
            pseudo + head + b"\0\0" + data)) + data

    def send(self, pieces):
        """Return [(offset, bytes, more)] of one datagram."""
        Raw.serial += 1
        for offset, data, more in pieces:
            if self.side.six:
                head = struct.pack("!IHBB", 6 << 28, 8 + len(data), 44, 64)
                head += self.src + self.dst + struct.pack(
                    "!BBHI", 17, 0, offset | more, Raw.serial)
            else:
                head = struct.pack("!BBHHHBBH", 0x45, 0, 0, Raw.serial,
                                   offset // 8 | IP_MF * more, 64, 17, 0)
                head += self.src + self.dst
            self.sock.sendto(head + data, (self.side.far, 0))


def pieces(data, size=1024):
    return [(at, data[at:at + size], at + size < len(data))
            for at in range(0, len(data), size)]


ORDERS = (("in order", lambda cut: cut),
          ("backwards", lambda cut: cut[::-1]),
          ("the first one last", lambda cut: cut[1:] + cut[:1]),
          ("each twice", lambda cut: [one for one in cut for _ in (0, 1)]))


def overlap(cut):
    """Let the second fragment begin with the last 8 bytes of the first."""
    (_, first, _), (at, second, more) = cut[:2]
    return [cut[0], (at - 8, first[-8:] + second, more)] + cut[2:]


with case("fragments in any order, and repeated; overlaps are dropped"):
    for side in SIDES:
        raw = Raw(side)
        for name, order in ORDERS + (("overlapping", overlap),):
            call = Call(side.alice, side.bob)
            data = invite(side, call, 5000).encode()
            counters = Counters()
            side.bob.sip.drain()
            raw.send(order(pieces(raw.datagram(data))))
            if order is overlap:
                check(side.bob.sip.recv(0.2) is None, "overlapping passed")
                counters.check(datagrams=0)
                continue
            got = side.bob.sip.recv()
            if check(got, "%s, %s: lost" % (side, name)):
                check_bytes(got, translated(data, (side.near, side.public), (
                    "audio 4000", "audio %d" % media_of(got)[0][1])), name)
        flush()

with case("a UDP header and a REGISTER inside of a fragment are payload"):
    for side in SIDES:
        raw = Raw(side)
        inner = side.alice.request("REGISTER", "sip:example.org", "in", 1, "r")
        hidden = raw.datagram(inner.encode())
        outer = b"GET / HTTP/1.1\r\nX: "
        outer += b"y" * (1024 - 8 - len(outer)) + hidden
        whole = pieces(raw.datagram(outer))
        check(whole[1][1] == hidden, "the test's own cut")
        counters = Counters()
        side.bob.sip.drain()
        raw.send(whole[1:])
        check(side.bob.sip.recv(0.2) is None, "a piece alone passed")
        counters.check(datagrams=0)
        raw.send(whole)
        got = side.bob.sip.recv(0.3)
        check(STOCK or got is None, got)
        counters.check(datagrams=1, malformed_not_sip=1, requests=0)
        check(STOCK or calls() == (0, 0), calls())

NARROW = 1400


def narrow_there(side, size):
    """Send again: the first datagram may only discover the path MTU."""
    def arrives():
        with contextlib.suppress(Lost):
            return there(side, size)
        return None
    return poll(arrives)


with case("a path with a smaller MTU after the router"):
    run(ROUTER, "ip", "link", "set", "wan0", "mtu", str(NARROW))
    run(WAN, "ip", "link", "set", "eth0", "mtu", str(NARROW))
    for side in SIDES:
        flush()
        for how in (PMTUDISC_DONT, PMTUDISC_DO):
            with side.discover(how):
                for size in around(side, NARROW)[::3]:
                    there(side, size)
        for size in (NARROW + 20, 5000, 65000):
            check(narrow_there(side, size), "%s, %d: lost" % (side, size))

finish()
