#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The contents of an SDP: streams, addresses, ports, transports, bodies."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, STOCK, WAN, Call, Counters, Lost, Media,
    Phone, add_address, attributes_of, audio, body, body_of, both_ways,
    check_bytes, deaf, flush, header, hears, inward, media_of, sdp,
    setting, translated)

topology("nat", extended=(6,))

FAR = "203.0.113.4"
OUT = (INSIDE, PUBLIC)

add_address(WAN, FAR)
add_address(LAN, "192.168.1.3")
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
near = [alice.media] + [Media(LAN, INSIDE, 4000 + 2 * i)
                        for i in range(1, 33)]
far = [bob.media] + [Media(WAN, OUTSIDE, 6000 + 2 * i) for i in range(1, 33)]


def exchange(offer, answer, **args):
    """Make a call with these SDPs; return it and what bob and alice got."""
    flush()
    new = Call(alice, bob)
    there = new.request(alice, "INVITE", offer, **args)
    new.offered = new.sent
    back = new.reply(bob, "200 OK", answer)
    new.request(alice, "ACK")
    return new, there, back


def check_streams(call, pairs, numbers=None):
    """Check RTP both ways in each stream."""
    for number, (mine, other) in enumerate(pairs):
        if numbers is None or number in numbers:
            check(both_ways(mine, call.announced[bob][number],
                            other, call.announced[alice][number]),
                  "no media in stream %d" % number)


def check_exact(call, got, *ports):
    """Check that only the address and these ports changed."""
    changes = [("m=%s %d " % (kind, port), "m=%s %d " % (
        kind, call.announced[bob][number][1])) for number, (kind, port)
        in enumerate(ports)]
    check_bytes(got, translated(call.offered, OUT, *changes), "INVITE")


ports = [media.port for media in near]

with case("32 streams, each with audio both ways"):
    counters = Counters()
    call, got, _ = exchange(sdp(INSIDE, ports[:32]),
                            sdp(OUTSIDE, [media.port for media in far[:32]]))
    check_streams(call, list(zip(near, far))[:32])
    check(len(set(call.announced[bob])) == 32, call.announced[bob])
    counters.check(streams_excess=0, dropped=0)

with case("a 33rd stream is unchanged and counted, the others have audio"):
    counters = Counters()
    call, got, _ = exchange(sdp(INSIDE, ports),
                            sdp(OUTSIDE, [media.port for media in far]))
    check(b"m=audio %d RTP/AVP" % ports[32] in got, media_of(got)[32])
    check_streams(call, list(zip(near, far))[:32], (0, 15, 31))
    rose = counters.rose()
    check(STOCK or rose.get("streams-excess", 0) > 0, rose)
    counters.check(dropped=0)

with case("from 32 streams to none and back, and again"):
    call, got, _ = exchange(sdp(INSIDE, ports[:32]),
                            sdp(OUTSIDE, [media.port for media in far[:32]]))
    for _ in range(3):
        call.request(alice, "INVITE", sdp(INSIDE, []))
        call.reply(bob, "200 OK", sdp(OUTSIDE, []))
        call.request(alice, "ACK")
        call.request(alice, "INVITE", sdp(INSIDE, ports[:32]))
        call.reply(bob, "200 OK", sdp(OUTSIDE, [
            media.port for media in far[:32]]))
        call.request(alice, "ACK")
    check_streams(call, list(zip(near, far))[:32], (0, 7, 31))

with case("c= of the session and of streams together"):
    there = Media(WAN, FAR, 6100)
    call, got, _ = exchange(
        body(INSIDE, audio(4000), audio(4002, "c=IN IP4 " + INSIDE)),
        body(OUTSIDE, audio(6000), audio(6100, "c=IN IP4 " + FAR)))
    check(call.announced[alice] == [(OUTSIDE, 6000), (FAR, 6100)],
          call.announced[alice])
    check_exact(call, got, ("audio", 4000), ("audio", 4002))
    check_streams(call, [(near[0], far[0]), (near[1], there)])

with case("c= of the streams only"):
    call, got, _ = exchange(
        body(None, audio(4000, "c=IN IP4 " + INSIDE),
             audio(4002, "c=IN IP4 " + INSIDE), origin=INSIDE),
        body(None, audio(6100, "c=IN IP4 " + FAR),
             audio(6002, "c=IN IP4 " + OUTSIDE), origin=OUTSIDE))
    check_exact(call, got, ("audio", 4000), ("audio", 4002))
    check_streams(call, [(near[0], there), (near[1], far[1])])

with case("c= of the session is foreign, that of the stream is not"):
    call, got, _ = exchange(
        body("198.51.100.7", audio(4000, "c=IN IP4 " + INSIDE),
             origin=INSIDE), sdp(OUTSIDE, [6000]))
    check(b"c=IN IP4 198.51.100.7\r\n" in got, got)
    call.check_audio()

with case("a=rtcp with port and address"):
    mine, other = Media(LAN, INSIDE, 4300), Media(WAN, FAR, 6300)
    call, got, back = exchange(
        body(INSIDE, audio(4000, "a=rtcp:4301 IN IP4 " + INSIDE)),
        body(OUTSIDE, audio(6000, "a=rtcp:6301 IN IP4 " + FAR)))
    line = attributes_of(got, "rtcp:")[0]
    check(line.split() == [line.split()[0], "IN", "IP4", PUBLIC], line)
    port = int(line.split()[0].partition(":")[2])
    check(attributes_of(back, "rtcp:") == ["a=rtcp:6301 IN IP4 " + FAR], back)
    check(hears(other.rtcp, mine.rtcp, (PUBLIC, port)), "RTCP in")
    check(hears(mine.rtcp, other.rtcp, (FAR, 6301)), "RTCP out")
    check(other.rtcp.peer == (PUBLIC, port), other.rtcp.peer)
    check_streams(call, [(near[0], far[0])])

with case("a=rtcp that names another host of the LAN opens nothing to it"):
    third = Media(LAN, "192.168.1.3", 4300)
    call, got, _ = exchange(
        body(INSIDE, audio(4000, "a=rtcp:4301 IN IP4 192.168.1.3")),
        sdp(OUTSIDE, [6000]))
    for hole in inward():
        check(deaf(far[0].rtcp, third.rtcp, (PUBLIC, hole[2])),
              "the other host is reached at %d" % hole[2])
    check_streams(call, [(near[0], far[0])])

with case("rtcp-mux: RTP and RTCP on one port, a=rtcp matches"):
    lines = ["a=rtcp:4000", "a=rtcp-mux"]
    call, got, _ = exchange(
        body(INSIDE, audio(4000, *lines)),
        body(OUTSIDE, audio(6000, "a=rtcp-mux")))
    port = call.mapped()[1]
    check(attributes_of(got, "rtcp") == ["a=rtcp:%d" % port, "a=rtcp-mux"],
          attributes_of(got, "rtcp"))
    check_streams(call, [(near[0], far[0])])
    # an RTCP packet on it
    check(hears(far[0].rtp, near[0].rtp, (PUBLIC, port)), "RTCP in")

with case("an odd RTP port: RTP and RTCP arrive at their own ports"):
    odd = Media(LAN, INSIDE, 4401)
    call, got, _ = exchange(sdp(INSIDE, [4401]), sdp(OUTSIDE, [6000]))
    addr, port = call.mapped()
    check(both_ways(odd, (addr, port), far[0], (OUTSIDE, 6000)), "no RTP")
    check(hears(far[0].rtcp, odd.rtcp, (addr, port + 1)), "no RTCP in")
    check(hears(odd.rtcp, far[0].rtcp, (OUTSIDE, 6001)), "no RTCP out")
    check(far[0].rtcp.peer == (addr, port + 1), far[0].rtcp.peer)

KINDS = (
    "audio %d RTP/AVP 0", "audio %d RTP/AVPF 0", "audio %d RTP/SAVP 0",
    "audio %d RTP/SAVPF 0", "audio %d UDP/TLS/RTP/SAVP 0",
    "audio %d UDP/TLS/RTP/SAVPF 0", "video %d RTP/AVP 96",
    "text %d RTP/AVP 98", "application %d RTP/AVP 100",
    "image %d udptl t38", "application %d UDP/DTLS/SCTP webrtc-datachannel",
)

for kind in KINDS:
    with case("m=" + kind.replace(" %d", "")):
        call, got, _ = exchange(
            body(INSIDE, ["m=" + kind % 4000]),
            body(OUTSIDE, ["m=" + kind % 6000]))
        check(call.mapped()[0] == PUBLIC and call.mapped()[1] % 2 == 0,
              call.mapped())
        check_exact(call, got, (kind.split()[0], 4000))
        check_streams(call, [(near[0], far[0])])
        if "RTP" in kind:
            call.check_audio()

with case("all of them in one SDP"):
    offer = body(INSIDE, *(["m=" + kind % (4000 + 2 * i)]
                           for i, kind in enumerate(KINDS)))
    call, got, _ = exchange(offer, body(
        OUTSIDE, *(["m=" + kind % (6000 + 2 * i)]
                   for i, kind in enumerate(KINDS))))
    check_exact(call, got, *((kind.split()[0], 4000 + 2 * i)
                             for i, kind in enumerate(KINDS)))
    check_streams(call, list(zip(near, far))[:len(KINDS)])

with case("streams with one port (BUNDLE) keep one port"):
    lines = ("m=audio 4000 UDP/TLS/RTP/SAVPF 0", "a=mid:a", "a=rtcp-mux")
    call, got, _ = exchange(
        body(INSIDE, lines, (lines[0], "a=mid:b", "a=bundle-only"),
             session=["a=group:BUNDLE a b"]),
        body(OUTSIDE, audio(6000, "a=mid:a"), audio(6000, "a=mid:b")))
    check(call.announced[bob][0] == call.announced[bob][1],
          call.announced[bob])
    check_streams(call, [(near[0], far[0])])

UNTOUCHED = (
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:MTkyLjE2OC4xLjI0MDAw|2^20|1:4",
    "a=fingerprint:sha-256 40:00:19:21:68:12:AA:BB:CC",
    "a=setup:actpass", "a=tls-id:4000192168",
    "a=curr:qos local none", "a=curr:qos remote none",
    "a=des:qos mandatory local sendrecv",
    "a=des:qos none remote sendrecv", "a=conf:qos remote sendrecv",
    "a=fmtp:0 mode-set=0,2,4000", "a=ptime:20", "a=ssrc:4000 cname:4000",
    "a=mid:4000", "b=AS:4000", "a=3gpp-qos-hint:4000", "a=x-unknown:4000",
)

with case("crypto, fingerprint, preconditions and others are unchanged"):
    call, got, back = exchange(body(INSIDE, audio(4000, *UNTOUCHED)),
                               body(OUTSIDE, audio(6000, *UNTOUCHED)))
    check_exact(call, got, ("audio", 4000))
    check(body_of(back).decode() == body(OUTSIDE, audio(6000, *UNTOUCHED)),
          "the answer changed")
    call.check_audio()

with case("multipart: SDP and PIDF-LO, each length right"):
    flush()
    call = Call(alice, bob)
    geo = "<geo>c=IN IP4 192.168.1.2 m=audio 4000 RTP/AVP 0</geo>\r\n"
    text = call.sdp(alice)
    parts = "\r\n".join((
        "--b1", "Content-Type: application/sdp",
        "Content-Length: %d" % len(text), "", text, "--b1",
        "Content-Type: application/pidf+xml", "Content-ID: <alice@b>",
        "Content-Length: %d" % len(geo), "", geo, "--b1--", ""))
    got = call.request(alice, "INVITE", parts,
                       kind="multipart/mixed;boundary=b1")
    head, _, rest = got.decode().partition("\r\n\r\n")
    check("Content-Length: %d\r\n" % len(rest) in head + "\r\n",
          "%d is not in %s" % (len(rest), head))
    pieces = rest.split("\r\n--b1")
    check(len(pieces) == 3, pieces)
    for piece, what in zip(pieces, ("SDP", "PIDF-LO")):
        names, _, inner = piece.partition("\r\n\r\n")
        check("Content-Length: %d\r\n" % len(inner) in names + "\r\n",
              "%s: %d is not in %s" % (what, len(inner), names))
    check(pieces[1].partition("\r\n\r\n")[2] == geo, "the PIDF-LO changed")
    inner = pieces[0].partition("\r\n\r\n")[2]
    check(inner.replace("m=audio %s " % inner.split("m=audio ")[1].split()[0],
                        "m=audio 4000 ").replace(PUBLIC, INSIDE) == text,
          inner)
    call.announced[bob] = media_of("x\r\n\r\n" + inner)
    call.reply(bob, "200 OK", call.sdp(bob))
    call.request(alice, "ACK")
    call.check_audio()

with case("a host name or another family in c=: delivered unchanged"):
    for line in ("c=IN IP4 alice.example.org", "c=IN IP6 2001:db8::2",
                 "c=IN IP6 0::1", "c=IN IP6 ::ffff:192.168.1.3",
                 "c=IN IP6 ::ffff:192.168.1.2", "c=IN IP4 host.invalid",
                 "c=ATM NSAP 47.0091", "c=IN IP4 192.168.1.2.example.org"):
        flush()
        call = Call(alice, bob)
        text = body(None, audio(4000, line), origin="alice.example.org")
        got = call.request(alice, "INVITE", text)
        check(body_of(got).decode() == text, "%s: %s" % (line, body_of(got)))
        call.reply(bob, "200 OK", call.sdp(bob))
        call.request(alice, "ACK")
        check(not inward(), "%s: %s" % (line, inward()))

with case("the same in an answer"):
    for line in ("c=IN IP4 bob.example.org", "c=IN IP6 2001:db8::2",
                 "c=IN IP6 ::ffff:203.0.113.2"):
        flush()
        call = Call(alice, bob)
        call.invite()
        text = body(None, audio(6000, line), origin="bob.example.org")
        got = call.reply(bob, "200 OK", text)
        check(body_of(got).decode() == text, "%s: %s" % (line, body_of(got)))
        call.request(alice, "ACK")

with case("an answer with service ports arrives and opens nothing"):
    for port in (22, 445, 1433, 3389, 5060, 65535, 65536, -1, 0):
        flush()
        call = Call(alice, bob)
        call.invite()
        counters = Counters()
        got = call.reply(bob, "200 OK", sdp(OUTSIDE, [port]))
        check(b"m=audio %d " % port in got, got)
        counters.check(service_port=int(port != 0), dropped=0)
        call.request(alice, "ACK")

BROKEN = [body(INSIDE, [line]) for line in (
    "m=audio 4000/0 RTP/AVP 0", "m=audio 4000/70000 RTP/AVP 0",
    "m=audio four RTP/AVP 0", "m=audio")] + ["v=0\r\nm=\r\nc=\r\na=\r\n"]

with case("SDPs that contradict themselves arrive; the next one has audio"):
    call, _, _ = exchange(sdp(INSIDE, [4000]), sdp(OUTSIDE, [6000]))
    lost, counters = [], Counters()
    for text in (
            # two c= of one level; c= twice with other addresses
            body(INSIDE, audio(4000), session=["c=IN IP4 192.168.1.3"]),
            body(INSIDE, audio(4000, "c=IN IP4 192.168.1.2",
                               "c=IN IP4 192.168.1.3")),
            # no c= at all; no o=; m= first
            body(None, audio(4000), origin=INSIDE),
            "v=0\r\ns=-\r\nc=IN IP4 192.168.1.2\r\nm=audio 4000 RTP/AVP 0\r\n",
            "m=audio 4000 RTP/AVP 0\r\nv=0\r\nc=IN IP4 192.168.1.2\r\n",
            # on hold and not, at once
            body(INSIDE, audio(4000, "a=sendonly", "a=inactive",
                               "a=sendrecv")),
            body("0.0.0.0", audio(4000, "a=sendrecv"), origin=INSIDE),
            # both ends of TCP, RTCP twice, mux and not
            body(INSIDE, audio(4000, "a=setup:active", "a=setup:passive",
                               "a=rtcp:4001", "a=rtcp:4003", "a=rtcp-mux",
                               "a=rtcp:22 IN IP4 192.168.1.3")),
            "v=0\r\n", *BROKEN):
        try:
            call.request(alice, "INVITE", text)
        except Lost:
            lost.append(text)
            continue
        call.reply(bob, "200 OK", call.sdp(bob))
        call.request(alice, "ACK")
        leads = [hole for hole in inward()
                 if hole[2] % 2 == 0 and hole[2] < 16384]
        check(not leads, "%r: %s" % (text, leads))
    # a body that is no SDP may be dropped as malformed, which is counted
    check(not set(lost) - set(BROKEN), lost)
    counters.check(dropped=len(lost))
    call.invite()
    call.accept()
    call.check_audio()

DIGEST = [("Authorization", 'Digest username="alice", realm="r", nonce="n", '
           'uri="sip:bob@203.0.113.2", qop=auth-int, nc=00000001, '
           'cnonce="c", response="0"')]

with case("auth-int=edit: the SDP is changed and counted"):
    counters = Counters()
    call, got, _ = exchange(sdp(INSIDE, [4000]), sdp(OUTSIDE, [6000]),
                            extra=DIGEST)
    check(call.mapped()[0] == PUBLIC, call.mapped())
    counters.check(auth_int=1)
    call.check_audio()

with case("auth-int=pass: the body is unchanged, the headers are translated"):
    with setting(auth_int="pass"):
        counters = Counters()
        call, got, _ = exchange(sdp(INSIDE, [4000]), sdp(OUTSIDE, [6000]),
                                extra=DIGEST)
        check(body_of(got) == body_of(call.offered), body_of(got))
        check(header(got, "Contact") == ["<sip:alice@%s:5060>" % PUBLIC],
              header(got, "Contact"))
        counters.check(auth_int=1, dropped=0)

with case("qop=auth does not cover the body: the SDP is changed"):
    with setting(auth_int="pass"):
        counters = Counters()
        call, got, _ = exchange(
            sdp(INSIDE, [4000]), sdp(OUTSIDE, [6000]),
            extra=[(DIGEST[0][0], DIGEST[0][1].replace("auth-int", "auth"))])
        check(call.mapped()[0] == PUBLIC, call.mapped())
        counters.check(auth_int=0)
        call.check_audio()

finish()
