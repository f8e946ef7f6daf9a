#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Headers and SDP between an IPv6 phone and the IPv4 side, byte by byte."""
from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, PUBLIC, WAN, Call, Counters, Media, Phone, carry,
    check_bytes, deaf, flush, header, hears, run, sdp, setting, sipims,
    translated)
from xlat import (
    OUTSIDE2, OUTSIDE6, SIX, SIX2, back, no_six, out, phones, ports)

topology("xlat")

alice, bob = phones()
THERE = OUTSIDE6, 5060
FAR6, FAR4 = "64:ff9b::c633:6407", "198.51.100.7"
STRANGER = "2001:db8:99::7"


def there(data, *more):
    """Send from alice; check that bob gets what out() makes with @more."""
    check_bytes(carry(alice, bob, data, THERE), out(data, *more), "there")


def here(data, *more):
    """Send from bob to the source of alice's last message."""
    check_bytes(carry(bob, alice, data, bob.sip.peer), back(data, *more),
                "back")


def offer(extra, session=SIX, port=4000, more=()):
    """Send an INVITE with an SDP; compare everything else."""
    call = Call(alice, bob, THERE)
    data = call.build(alice, "INVITE", sdp(session, [port], extra=extra))
    got = call.send(alice, data)
    public = call.mapped()[1]
    check_bytes(got, out(data, *more(public) if more else [],
                         *ports(call, public, port)), "offer")
    return call, public


with case("every header that names a route, in both directions"):
    routes = [(name, "<sip:%s;lr>") for name in (
        "Route", "Record-Route", "Path", "Service-Route")]
    data = alice.request(
        "OPTIONS", "sip:bob@[%s]:5060;lr" % OUTSIDE6, "headers", 1, "h",
        to="sip:bob@[%s]" % OUTSIDE6, from_uri="sip:alice@[%s]" % SIX,
        extra=[(name, text % ("[%s]" % FAR6)) for name, text in routes] + [
            ("Route", "<sip:[%s]:5061;transport=tcp;lr>, <sip:x@[%s];maddr=[%s]>"
             % (FAR6, OUTSIDE6, FAR6))])
    there(data, ("[%s]" % FAR6, FAR4))
    data = bob.answer(carry(alice, bob, data, THERE), "200 OK", "b",
                      extra=[(name, text % FAR4) for name, text in routes])
    here(data, (FAR4, "[%s]" % FAR6))

with case("received= has no brackets, in both directions"):
    got = carry(alice, bob, alice.request(
        "OPTIONS", "sip:bob@example.org", "received", 1, "r"), THERE)
    data = bob.answer(got, "200 OK", "b").replace(
        ";rport", ";received=%s;rport=5060" % PUBLIC)
    got = carry(bob, alice, data, bob.sip.peer)
    check((";received=%s;rport=5060" % SIX).encode() in got,
          header(got, "Via"))

with case("unchanged: names, Call-ID, digest, identities, foreign hosts"):
    data = alice.request(
        "REGISTER", "sip:ims.example.org", "0815@[%s]" % SIX, 1, "s",
        to="sip:alice@ims.example.org", extra=[
            ("Authorization", 'Digest username="a", realm="r", nonce="n", '
             'uri="sip:[%s]", response="0"' % OUTSIDE6),
            ("Route", "<sip:[%s];lr>" % STRANGER),
            ("P-Preferred-Identity", "<sip:alice@[%s]>" % SIX)])
    got = carry(alice, bob, data, THERE)
    for name in ("Call-ID", "Authorization", "Route", "To", "From",
                 "P-Preferred-Identity"):
        check(header(got, name) == header(data, name),
              "%s: %s" % (name, header(got, name)))
    check(header(got, "Contact") == ["<sip:alice@%s:5060>" % PUBLIC],
          header(got, "Contact"))

flush()
with case("c= of the session and of streams, o=, a=rtcp, several streams"):
    call = Call(alice, bob, THERE)
    body = ("v=0\r\no=- 1 1 IN IP6 %s\r\ns=-\r\nc=IN IP6 %s\r\nt=0 0\r\n"
            "m=audio 4000 RTP/AVP 0\r\na=rtcp:4001 IN IP6 %s\r\n"
            "m=video 4010 RTP/AVP 96\r\nc=in ip6 %s\r\n"
            "m=text 0 RTP/AVP 98\r\nc=IN IP6 host.example.org\r\n"
            % (SIX, SIX, SIX, SIX))
    data = call.build(alice, "INVITE", body)
    got = call.send(alice, data)
    first, second = [port for _, port in call.announced[bob][:2]]
    check_bytes(got, out(data, ("c=in ip6 " + SIX, "c=in ip4 " + PUBLIC),
                         ("audio 4000", "audio %d" % first),
                         ("rtcp:4001", "rtcp:%d" % (first + 1)),
                         ("video 4010", "video %d" % second)), "streams")
    call.reply(bob, "200 OK", (
        "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nt=0 0\r\n"
        "m=audio 6000 RTP/AVP 0\r\nc=IN IP4 %s\r\n"
        "m=video 6000 RTP/AVP 96\r\nc=IN IP4 %s\r\n"
        "m=text 0 RTP/AVP 98\r\nc=IN IP4 %s\r\n"
        % (OUTSIDE, OUTSIDE, OUTSIDE, OUTSIDE)))
    check(call.announced[alice] == [(OUTSIDE6, 6000), (OUTSIDE6, 6000),
                               (OUTSIDE6, 0)], call.announced[alice])
    check(hears(alice.media.rtp, bob.media.rtp, (OUTSIDE6, 6000)), "audio out")
    check(hears(bob.media.rtp, alice.media.rtp, (PUBLIC, first)), "audio in")
    call.bye()

flush()
with case("candidates: the own, the peer's in the prefix, no others"):
    lines = ("a=candidate:1 1 UDP 2130706431 %s 4000 typ host\r\n"
             "a=candidate:1 2 UDP 2130706430 %s 4001 typ host\r\n"
             "a=candidate:2 1 UDP 1 %s 4000 typ host\r\n"
             "a=candidate:3 1 UDP 1 192.168.7.7 4000 typ host\r\n"
             "a=remote-candidates:1 %s 6000\r\n" % (SIX, SIX, STRANGER, OUTSIDE6))

    def changes(port):
        return [("%s 4000 typ" % SIX, "%s %d typ" % (PUBLIC, port)),
                ("%s 4001 typ" % SIX, "%s %d typ" % (PUBLIC, port + 1)),
                ("a=candidate:2 1 UDP 1 %s 4000 typ host\r\n" % STRANGER, ""),
                ("candidates:1 " + OUTSIDE6, "candidates:1 " + OUTSIDE)]
    offer(lines, more=changes)
    data = Call(alice, bob, THERE)
    data.invite()
    got = data.reply(bob, "200 OK", sdp(
        OUTSIDE, [6000], extra="a=candidate:1 1 UDP 9 %s 6000 typ host\r\n"
        "a=candidate:2 1 UDP 8 %s 6000 typ srflx raddr 0.0.0.0 rport 9\r\n"
        "a=candidate:3 1 UDP 7 2001:db8:2::9 6000 typ host\r\n"
        % (OUTSIDE, FAR4)))
    check((" %s 6000 typ host\r\n" % OUTSIDE6).encode() in got, got)
    check((" %s 6000 typ srflx raddr :: rport 9\r\n" % FAR6).encode() in got,
          got)
    check(b" 2001:db8:2::9 6000 typ host\r\n" in got, got)

flush()
with case("ALTC: each alternative in its family"):
    offer("a=altc:1 IP6 %s 4000\r\na=altc:2 IP4 192.168.7.7 4000\r\n" % SIX,
          more=lambda port: [("altc:1 IP6 %s 4000" % SIX,
                              "altc:1 IP4 %s %d" % (PUBLIC, port))])

flush()
with case("MSRP: the URI of a=path gets and loses its brackets"):
    call = Call(alice, bob, THERE)
    body = ("v=0\r\no=- 1 1 IN IP6 %s\r\ns=-\r\nc=IN IP6 %s\r\nt=0 0\r\n"
            "m=message 7654 TCP/MSRP *\r\na=setup:passive\r\n"
            "a=path:msrp://[%s]:7654/x;tcp\r\n" % (SIX, SIX, SIX))
    got = call.request(alice, "INVITE", body)
    port = call.mapped()[1]
    check(("a=path:msrp://%s:%d/x;tcp\r\n" % (PUBLIC, port)).encode() in got,
          got)
    got = call.reply(bob, "200 OK", (
        "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
        "m=message 7654 TCP/MSRP *\r\na=setup:active\r\n"
        "a=path:msrp://%s:7654/y;tcp\r\n" % (OUTSIDE, OUTSIDE, OUTSIDE)))
    check(("a=path:msrp://[%s]:7654/y;tcp\r\n" % OUTSIDE6).encode() in got, got)

flush()
with case("a media gateway of the proxy: media from its address only"):
    gateway = Media(WAN, OUTSIDE2, 6000)
    call = Call(alice, bob, THERE)
    call.invite()
    call.reply(bob, "200 OK", sdp(OUTSIDE2, [6000]))
    call.request(alice, "ACK")
    check(call.announced[alice] == [("64:ff9b::cb00:7103", 6000)],
          call.announced[alice])
    check(hears(alice.media.rtp, gateway.rtp, call.announced[alice][0]), "out")
    check(hears(gateway.rtp, alice.media.rtp, call.mapped()), "in")
    check(deaf(bob.media.rtp, alice.media.rtp, call.mapped()), "from the proxy")
    gateway.close()

flush()
with case("a phone that names another IPv6 host opens nothing for it"):
    counters = Counters()
    call = Call(alice, bob, THERE)
    got = call.request(alice, "INVITE", sdp(SIX2, [4000]))
    check(("c=IN IP6 " + SIX2).encode() in got, got)
    counters.check(third_party=1)
    listed = str(sipims("trgw", "list", "trgw0"))
    check(SIX in listed and SIX2 not in listed, listed)

flush()
with case("two IPv6 phones with an IPv4 proxy: media stays in IPv6"):
    carol = Phone(LAN, SIX2, "carol", port=5060)
    # a proxy, which forwards alice's requests to carol's registered port
    got = carry(carol, bob, carol.request(
        "REGISTER", "sip:[%s]" % OUTSIDE6, "carol", 1, "c"), THERE)
    contact = header(got, "Contact")[0]
    public = int(contact.split(":")[-1].rstrip(">"))
    carry(bob, carol, bob.answer(got, "200 OK", "x",
                                 contact=contact + ";expires=60"), bob.sip.peer)
    with setting(local_media="on"):
        call = Call(alice, bob, THERE)
        invite = call.invite()
        carol.sip.drain()
        bob.sip.send(translated(invite, (
            "INVITE sip:bob@" + OUTSIDE, "INVITE sip:carol@" + PUBLIC)),
            (PUBLIC, public))
        got = carol.sip.recv()
        check(got and ("c=IN IP6 %s\r\n" % SIX).encode() in got, got)
        check(got and b"m=audio 4000 RTP/AVP 0\r\n" in got, got)
    carol.close()

flush()
with case("an empty pool: refused and counted, accepted later"):
    counters = Counters()
    # alice and carol have one of four
    extra = []
    for i in range(16, 20):
        run(LAN, "ip", "addr", "add", "2001:db8:1::%x/64" % i, "dev", "eth0",
            "nodad")
        extra.append(Phone(LAN, "2001:db8:1::%x" % i, "x%d" % i, media=None))
    lost = 0
    for phone in extra:
        bob.sip.drain()
        phone.sip.send(phone.request("OPTIONS", "sip:bob@[%s]" % OUTSIDE6,
                                     "pool-" + phone.user, 1, "p"), THERE)
        got = bob.sip.recv(0.3)
        lost += got is None
        check(not got or b"2001:db8" not in got, got)
    check(lost >= 2, "%d of 4 were refused" % lost)
    counters.check(no_address4=lost)
    no_six(carry(alice, bob, alice.request(
        "OPTIONS", "sip:bob@example.org", "still", 1, "o"), THERE), "alice")
    for phone in extra:
        phone.close()

finish()
