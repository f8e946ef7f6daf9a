#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Calls whose ends have the same family, next to the device or through a proxy
of the other family: nothing changes, and media is direct.
"""
import re

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, WAN, Call, Counters, Forward,
    Phone, body_of, carry, check_bytes, closes, flush, header, hears,
    media_of, run, sdp, setting, start_line, uri_place)
from xlat import OUTSIDE6, SIX, SIX2

TOPOLOGY = topology("xlat", "core")

FAR6 = "2001:db8:2::2"
RULES = """
table inet seen {
	chain media {
		type filter hook prerouting priority -400;
		udp sport 5060 accept
		udp dport != 5060 counter
	}
}
"""


def seen():
    """Count the packets to the router that are not signalling."""
    text = run(ROUTER, "nft", "list", "table", "inet", "seen")
    return int(re.search(r"packets (\d+)", text).group(1))


def untouched(near, far):
    """Check that no byte of a whole call changes."""
    flush()
    alice = Phone(LAN, near, "alice", media=4300)
    bob = Phone(WAN, far, "bob", media=6300)
    counters = Counters()
    call = Call(alice, bob)

    def same(got, what):
        check_bytes(got, call.sent, what)

    same(call.invite(extra=[
        ("Route", "<sip:203.0.113.9;lr>"), ("Route", "<sip:[%s];lr>" % SIX),
        ("Route", "<sip:192.0.2.0;lr>"),
        ("Route", "<sip:[64:ff9b::cb00:7109];lr>")]), "INVITE")
    same(call.reply(bob, "183 Session Progress", call.sdp(
        bob, extra="a=candidate:1 1 UDP 9 64:ff9b::cb00:7109 6300 typ host\r\n"
        "a=candidate:2 1 UDP 8 192.0.2.0 6300 typ host\r\n")), "183")
    same(call.reply(bob, "200 OK", call.sdp(bob)), "200")
    same(call.request(alice, "ACK"), "ACK")
    call.check_audio()
    hold = "::" if ":" in near else "0.0.0.0"
    same(call.request(bob, "INVITE", sdp(hold, [6300], origin=far)), "hold")
    same(call.reply(alice, "200 OK", call.sdp(alice)), "200 of hold")
    same(call.request(bob, "ACK"), "ACK of hold")
    with setting(grace=1):
        same(call.request(bob, "BYE"), "BYE")
        same(call.reply(alice, "200 OK", contact=False), "200 of BYE")
        check(closes(bob.media.rtp, alice.media.rtp, (near, 4300)),
              "RTP still passes")
    counters.check(xlat=0, rewritten=0, dropped=0)
    alice.close()
    bob.close()


def enter(phone, proxy, route):
    """Register an IPv6 phone at the IPv4 proxy."""
    got = carry(phone, proxy, phone.request(
        "REGISTER", "sip:[%s]" % OUTSIDE6, phone.user, 1, "r",
        to="sip:%s@example.org" % phone.user, extra=[("Expires", "60")]),
        (OUTSIDE6, 5060))
    contact = header(got, "Contact")[0]
    route.place[phone] = uri_place(contact)
    check(route.place[phone][0] == PUBLIC, contact)
    carry(proxy, phone, proxy.answer(
        got, "200 OK", "x", contact=contact + ";expires=60"), proxy.sip.peer)


class Between:
    """A call of two IPv6 phones through an IPv4 proxy."""

    def __init__(self):
        self.ends = (Phone(LAN, SIX, "alice"), Phone(LAN, SIX2, "carol"))
        self.proxy = Phone(WAN, OUTSIDE, "proxy", media=None)
        self.route = Forward(self.proxy, OUTSIDE6)
        self.cseq = 0

    def begin(self):
        flush()
        for end in self.ends:
            enter(end, self.proxy, self.route)
        return self

    def request(self, end, method, text=""):
        """Return what the proxy and the other end received."""
        other = self.ends[end is self.ends[0]]
        self.cseq += method != "ACK"
        tags = ("a", "b") if end is self.ends[0] else ("b", "a")
        return self.route.through(end, other, end.request(
            method, "sip:%s@[%s]" % (other.user, OUTSIDE6),
            "between%d" % id(self), self.cseq, tags[0],
            tags[1] if self.cseq > 1 or method == "ACK" else None, body=text))

    def offer(self, end, offer, answer):
        """Send a (re-)INVITE; return the media that both ends read."""
        other = self.ends[end is self.ends[0]]
        public, asked = self.request(end, "INVITE", offer)
        tag = "b" if other is self.ends[1] else "a"
        _, got = self.route.through(other, end, other.answer(
            asked, "200 OK", tag, answer))
        self.request(end, "ACK")
        return public, asked, got

    def bye(self):
        _, asked = self.request(self.ends[0], "BYE")
        self.route.through(self.ends[1], self.ends[0], self.ends[1].answer(
            asked, "200 OK", "b", contact=False))


PUBLIC6 = "64:ff9b::cb00:7101"


def check_sdp(got, sent, what):
    """Check that a message arrives unchanged."""
    check_bytes(body_of(got), sent, what)


def between():
    """The cases of two IPv6 phones."""
    call = Between().begin()
    alice, carol = call.ends
    offer, answer = (sdp(end.addr, [4000], extra=(
        "a=rtcp:4001 IN IP6 %s\r\n"
        "a=candidate:1 1 UDP 1 %s 4000 typ host\r\n") % (
            end.addr, end.addr)) for end in call.ends)
    with case("two IPv6 phones, IPv4 proxy: each reads the other's address"):
        with setting(local_media="on"):
            before = seen()
            public, asked, got = call.offer(alice, offer, answer)
            check(b"IP6" not in public and b"2001:" not in public, public)
            check_sdp(asked, offer, "offer")
            check_sdp(got, answer, "answer")
            check(start_line(asked) == "INVITE sip:carol@[%s]:5060 SIP/2.0"
                  % SIX2, start_line(asked))
            for one, other in (call.ends, call.ends[::-1]):
                check(hears(one.media.rtp, other.media.rtp,
                            (other.addr, 4000)), "no RTP")
            check(seen() == before, "media passes the router")

    with case("the reverse, and on hold"):
        with setting(local_media="on"):
            for addr in (SIX2, "::"):
                back = sdp(addr, [4000], origin=SIX2)
                _, asked, got = call.offer(carol, back, offer)
                check_sdp(asked, back, "offer")
                check_sdp(got, offer, "answer")
            call.bye()

    with case("local-media=off: media passes the router and arrives"):
        call.begin()
        with setting(local_media="off"):
            _, asked, got = call.offer(alice, sdp(SIX, [4000]),
                                       sdp(SIX2, [4000]))
            places = media_of(asked)[0], media_of(got)[0]
            check({addr for addr, _ in places} == {PUBLIC6}, places)
            before = seen()
            check(hears(carol.media.rtp, alice.media.rtp, places[0]),
                  "carol to alice")
            check(hears(alice.media.rtp, carol.media.rtp, places[1]),
                  "alice to carol")
            check(hears(carol.media.rtcp, alice.media.rtcp,
                        (places[0][0], places[0][1] + 1)), "RTCP")
            check(seen() > before, "it does not pass the router")
            call.bye()
    for phone in (*call.ends, call.proxy):
        phone.close()


def add_family(wan, router, size, *more):
    """Add the lan's family to the wan."""
    for ns, addr, device in ((ROUTER, router, "wan0"), (WAN, wan, "eth0")):
        run(ns, "ip", "addr", "add", addr + size, "dev", device, *more)
    run(WAN, "ip", "route", "add", "default", "via", router)


run(ROUTER, "nft", RULES)
if TOPOLOGY == "core":
    add_family(OUTSIDE, PUBLIC, "/24")
    with case("two IPv4 phones on a router with the device: no byte changes"):
        untouched(INSIDE, OUTSIDE)
else:
    add_family(FAR6, "2001:db8:2::1", "/64", "nodad")
    with case("two IPv6 phones on a router with the device: no byte changes"):
        untouched(SIX, FAR6)
    between()

finish()
