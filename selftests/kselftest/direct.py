#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Two phones behind the router: their media stay in the LAN.

The proxy outside forwards, so the call crosses the router twice (local.py).
"""
import re

from family import IP
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, STOCK, WAN, Counters, Forward,
    Media, Phone, add_address, attributes_of, audio, body, body_of, calls,
    carry, check_bytes, flush, header, hears, media_of, poll, register,
    registered, run, sdp, setting, sipims, uri_place)

topology("nat", families=(4, 6))

INSIDE2 = "192.168.1.3"
RULES = """
table %s seen {
	chain media {
		type filter hook prerouting priority -400;
		udp dport != 5060 counter
	}
}
""" % IP

add_address(LAN, INSIDE2)
alice = Phone(LAN, INSIDE, "alice")
andy = Phone(LAN, INSIDE2, "andy")
proxy = Phone(WAN, OUTSIDE, "proxy", media=None)
near, far = Media(LAN, INSIDE, 4100), Media(LAN, INSIDE2, 4100)
route = Forward(proxy)
place, through = route.place, route.through
run(ROUTER, "nft", RULES)


def seen():
    """Count the packets through the router that are not signalling."""
    text = run(ROUTER, "nft", "list", "table", IP, "seen")
    return int(re.search(r"packets (\d+)", text).group(1))


class Local:
    """A call from alice to andy through the proxy."""

    serial = 0

    def __init__(self):
        flush()
        Local.serial += 1
        self.call_id, self.cseq = "local%d" % Local.serial, 0
        for phone in (alice, andy):
            asked = register(phone, proxy)
            place[phone] = uri_place(header(asked, "Contact")[0])
            registered(proxy, phone, asked)

    def request(self, end, method, text=""):
        """Send from one phone to the other; return what proxy and phone got.
        """
        self.cseq += method != "ACK"
        other = andy if end is alice else alice
        tags = ("a", "b") if end is alice else ("b", "a")
        data = end.request(
            method, "sip:%s@%s:%d" % (other.user, *place[other]),
            self.call_id, self.cseq, tags[0],
            tags[1] if self.cseq > 1 or method == "ACK" else None, body=text)
        return through(end, other, data)

    def exchange(self, end, offer, answer, method="INVITE"):
        """Return the media that the other end and this one read."""
        other = andy if end is alice else alice
        _, asked = self.request(end, method, offer)
        tag = "b" if other is andy else "a"
        _, got = through(other, end, other.answer(asked, "200 OK", tag,
                                                  answer))
        if method == "INVITE":
            self.request(end, "ACK")
        return asked, got

    def begin(self):
        return self.exchange(alice, sdp(INSIDE, [4000]), sdp(INSIDE2, [4000]))

    def bye(self):
        _, asked = self.request(alice, "BYE")
        through(andy, alice, andy.answer(asked, "200 OK", "b",
                                         contact=False))


def audible(one, one_place, other, other_place, rtcp=True):
    """Send media between two ends, each to the address that it read."""
    for step in range(1 + rtcp):
        socks = [(media.rtp, media.rtcp)[step] for media in (one, other)]
        for sender, receiver, (addr, port) in (
                (socks[0], socks[1], one_place),
                (socks[1], socks[0], other_place)):
            check(hears(sender, receiver, (addr, port + step)),
                  "%s to %s:%d: no %s" % (sender.addr, addr, port + step,
                                          ("RTP", "RTCP")[step]))


with setting(grace=1, t4=300):
    with case("each phone reads the other's own address and port"):
        call, counters = Local(), Counters()
        asked, got = call.begin()
        check(media_of(asked) == [(INSIDE, 4000)], "andy reads %s" %
              media_of(asked))
        check(media_of(got) == [(INSIDE2, 4000)], "alice reads %s" %
              media_of(got))
        counters.check(dropped=0, third_party=0)
        check(STOCK or counters.rose().get("local-media", 0) > 0,
              "local-media counts nothing")

    with case("RTP and RTCP do not pass the router"):
        before = seen()
        audible(alice.media, media_of(got)[0], andy.media,
                media_of(asked)[0])
        check(seen() == before, "%d packets" % (seen() - before))
        check(alice.media.rtp.peer == (INSIDE2, 4000), alice.media.rtp.peer)
        check(andy.media.rtp.peer == (INSIDE, 4000), andy.media.rtp.peer)

    with case("the proxy reads the public address"):
        proxy_got, _ = call.request(alice, "INVITE", sdp(INSIDE, [4000]))
        check(media_of(proxy_got)[0][0] == PUBLIC, media_of(proxy_got))
        check(INSIDE.encode() not in proxy_got, proxy_got)

    with case("a re-INVITE and an UPDATE that move media keep it in the LAN"):
        call = Local()
        call.begin()
        for end, method in ((alice, "INVITE"), (andy, "INVITE"),
                            (alice, "UPDATE")):
            offer, answer = sdp(INSIDE, [4100]), sdp(INSIDE2, [4100])
            if end is andy:
                offer, answer = answer, offer
            asked, got = call.exchange(end, offer, answer, method)
            if end is andy:
                asked, got = got, asked
            check(media_of(asked) == [(INSIDE, 4100)] and
                  media_of(got) == [(INSIDE2, 4100)], "%s: %s %s" % (
                      method, media_of(asked), media_of(got)))
            before = seen()
            audible(near, media_of(got)[0], far, media_of(asked)[0])
            check(seen() == before, "the router saw it")

    with case("two streams, each with a=rtcp and a=candidate"):
        call = Local()
        lines = ["a=rtcp:4001 IN IP4 %s",
                 "a=candidate:1 1 UDP 1 %s 4000 typ host"]
        offer, answer = (body(addr, audio(4000, *(
            line % addr for line in lines)), audio(4100))
            for addr in (INSIDE, INSIDE2))
        asked, got = call.exchange(alice, offer, answer)
        check(media_of(asked) == [(INSIDE, 4000), (INSIDE, 4100)],
              media_of(asked))
        check(media_of(got) == [(INSIDE2, 4000), (INSIDE2, 4100)],
              media_of(got))
        check(attributes_of(asked, "rtcp:") == [lines[0] % INSIDE],
              attributes_of(asked, "rtcp:"))
        audible(alice.media, media_of(got)[0], andy.media,
                media_of(asked)[0])
        audible(near, media_of(got)[1], far, media_of(asked)[1])

    with case("an SDP whose streams are direct arrives unchanged"):
        call = Local()
        lines = ["a=rtcp:4001 IN IP4 %s",
                 "a=candidate:1 1 UDP 2130706431 %s 4000 typ host",
                 "a=candidate:1 2 UDP 2130706430 %s 4001 typ host",
                 "a=candidate:2 1 UDP 1694498815 198.51.100.7 5000 typ srflx "
                 "raddr %s rport 4000", "a=altc:1 IP4 %s 4000"]
        offer, answer = (body(addr, audio(4000, *(
            line % addr for line in lines)), audio(4100))
            for addr in (INSIDE, INSIDE2))
        asked, got = call.exchange(alice, offer, answer)
        check_bytes(body_of(asked), offer, "offer")
        check_bytes(body_of(got), answer, "answer")
        chosen = "a=remote-candidates:1 %s 4000 2 %s 4001"
        offer = body(INSIDE2, audio(4000, chosen % (INSIDE, INSIDE)),
                     audio(4100))
        proxy_got, asked = call.request(andy, "INVITE", offer)
        check(INSIDE2.encode() not in proxy_got and
              INSIDE.encode() not in proxy_got, proxy_got)
        check_bytes(body_of(asked), offer, "offer with a=remote-candidates")

    with case("sipims -L lists which stream is direct"):
        if not STOCK:
            entries = sipims("-L", "calls")["calls"]
            check(any(binding["direct"] for entry in entries
                      for binding in entry["binding"]), "none is")

    with case("the call ends like any other"):
        call = Local()
        call.begin()
        call.bye()
        check(poll(lambda: STOCK or calls()[0] == 0), calls())

    with case("local-media=off: media passes the router"):
        with setting(local_media="off"):
            call, counters = Local(), Counters()
            asked, got = call.begin()
            for addr, port in (media_of(asked)[0], media_of(got)[0]):
                check(addr == PUBLIC, (addr, port))
            before = seen()
            audible(alice.media, media_of(got)[0], andy.media,
                    media_of(asked)[0])
            check(seen() > before, "the router saw none of it")
            counters.check(local_media=0)

    with case("local-media=off: candidates, altc and o= match c="):
        with setting(local_media="off"):
            call = Local()
            offer, answer = (body(addr, audio(
                4000, "a=candidate:1 1 UDP 1 %s 4000 typ host" % addr,
                "a=altc:1 IP4 %s 4000" % addr)) for addr in (INSIDE, INSIDE2))
            for text in call.exchange(alice, offer, answer):
                addr, port = media_of(text)[0]
                check(addr == PUBLIC, addr)
                check_bytes(body_of(text), body(PUBLIC, audio(
                    port, "a=candidate:1 1 UDP 1 %s %d typ host" % (
                        PUBLIC, port), "a=altc:1 IP4 %s %d" % (
                            PUBLIC, port))), "SDP")

    with case("a peer outside that names another's public port learns nothing"):
        call = Local()
        _, asked = call.request(alice, "INVITE", sdp(INSIDE, [4000]))
        proxy_got, got = through(andy, alice, andy.answer(
            asked, "200 OK", "b", sdp(INSIDE2, [4000])))
        port = media_of(proxy_got)[0][1]
        counters = Counters()
        data = alice.request("INVITE", "sip:proxy@" + OUTSIDE, "other", 1,
                             "x", body=sdp(INSIDE, [4100]))
        asked = carry(alice, proxy, data, (OUTSIDE, 5060))
        got = carry(proxy, alice, proxy.answer(
            asked, "200 OK", "y", sdp(PUBLIC, [port])), proxy.sip.peer)
        check(media_of(got) == [(PUBLIC, port)], media_of(got))
        counters.check(local_media=0)

finish()
