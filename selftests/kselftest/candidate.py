#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ICE, OMR, ALTC and ANAT: addresses of an SDP other than c= and m=."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, WAN, Call, Counters, Phone,
    attributes_of, audio, body, body_of, check_bytes, flush, run, setting)

topology("nat")

FOREIGN = "198.51.100.7"

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)

CREDENTIALS = ["a=ice-ufrag:4000", "a=ice-pwd:192168124000192168124000",
               "a=ice-options:trickle ice2"]


def candidate(addr, port, component=1, kind="host", foundation="1",
              transport="UDP", rest=""):
    return "a=candidate:%s %d %s 2130706431 %s %d typ %s%s" % (
        foundation, component, transport, addr, port, kind, rest)


def exchange(offer, answer):
    """Make a call with these SDPs; return it and what bob and alice got."""
    flush()
    new = Call(alice, bob)
    there = new.request(alice, "INVITE", offer)
    back = new.reply(bob, "200 OK", answer)
    new.request(alice, "ACK")
    return new, there, back


ANSWER = body(OUTSIDE, audio(6000))


def check_body(got, streams, **args):
    """Check a body against body() of these, where @RTP@ is the public port
    of the first stream and @RTCP@ the one above.
    """
    port = int(body_of(got).split(b"m=audio ")[1].split()[0])
    check(port, "the stream is gone")
    text = body(PUBLIC, *streams, **args)
    text = text.replace("@RTP@", str(port)).replace("@RTCP@", str(port + 1))
    check_bytes(body_of(got), text, "SDP")
    return port


def out(line):
    """Check how a candidate line leaves the router."""
    return line.replace(INSIDE + " 4000", PUBLIC + " @RTP@").replace(
        INSIDE + " 4001", PUBLIC + " @RTCP@")


def stream(*lines):
    return ["m=audio @RTP@ RTP/AVP 0", *lines]


HOST = [candidate(INSIDE, 4000), candidate(INSIDE, 4001, 2)]

with case("host candidates of RTP and RTCP match c= and m="):
    counters = Counters()
    call, got, _ = exchange(body(INSIDE, audio(4000, *CREDENTIALS, *HOST)),
                            ANSWER)
    check_body(got, [stream(*CREDENTIALS, *map(out, HOST))])
    counters.check(ice_removed=0)
    call.check_audio()

with case("a candidate with the own address and an unused port is removed"):
    counters = Counters()
    extra = [candidate(INSIDE, 5555, foundation="2"),
             candidate(INSIDE, 9, foundation="3", transport="TCP",
                       rest=" tcptype active"),
             candidate(INSIDE, 22, foundation="4")]
    call, got, _ = exchange(
        body(INSIDE, audio(4000, HOST[0], *extra, HOST[1], "a=ptime:20")),
        ANSWER)
    check_body(got, [stream(out(HOST[0]), out(HOST[1]), "a=ptime:20")])
    counters.check(ice_removed=3)
    call.check_audio()

with case("a=rtcp names the port of a candidate's RTCP"):
    call, got, _ = exchange(
        body(INSIDE, audio(4000, "a=rtcp:4101", HOST[0],
                           candidate(INSIDE, 4101, 2))), ANSWER)
    line = attributes_of(got, "candidate")[1].split()
    check(attributes_of(got, "rtcp:")[0] == "a=rtcp:" + line[5], line)
    check(line[4] == PUBLIC, line)

with case("raddr and rport of a server-reflexive candidate"):
    known = candidate(FOREIGN, 5000, 1, "srflx", "5",
                      rest=" raddr 192.168.1.2 rport 4000")
    rtcp = candidate(FOREIGN, 5001, 2, "srflx", "5",
                     rest=" raddr 192.168.1.2 rport 4001 generation 0")
    unknown = candidate(FOREIGN, 5002, 1, "srflx", "6",
                        rest=" raddr 192.168.1.2 rport 5555 generation 0")
    call, got, _ = exchange(
        body(INSIDE, audio(4000, *HOST, known, rtcp, unknown)), ANSWER)
    check_body(got, [stream(
        *map(out, HOST),
        known.replace("raddr 192.168.1.2 rport 4000",
                      "raddr 203.0.113.1 rport @RTP@"),
        rtcp.replace("raddr 192.168.1.2 rport 4001",
                     "raddr 203.0.113.1 rport @RTCP@"),
        unknown.replace("raddr 192.168.1.2 rport 5555",
                        "raddr 0.0.0.0 rport 9"))])
    check(INSIDE.encode() not in body_of(got), "the private address leaks")

FOREIGNERS = [
    candidate(FOREIGN, 5000, 1, "relay", "7",
              rest=" raddr 198.51.100.8 rport 5001"),
    candidate("2001:db8::2", 4000, 1, foundation="8"),
    candidate("4f2d.local", 4000, 1, foundation="9"),
    candidate("10.1.2.3", 4000, 1, foundation="10"),
    "a=candidate:11 1 UDP 1", "a=candidate:", "a=end-of-candidates",
]

with case("candidates of other addresses are unchanged"):
    counters = Counters()
    call, got, _ = exchange(
        body(INSIDE, audio(4000, *FOREIGNERS, *HOST)), ANSWER)
    check_body(got, [stream(*FOREIGNERS, *map(out, HOST))])
    counters.check(ice_removed=0)

with case("candidates of two streams: each has the port of its stream"):
    second = [candidate(INSIDE, 4100), candidate(INSIDE, 4101, 2)]
    call, got, _ = exchange(
        body(INSIDE, audio(4000, *HOST), audio(4100, *second)),
        body(OUTSIDE, audio(6000), audio(6100)))
    lines = [line.split()[4:6] for line in attributes_of(got, "candidate")]
    first, other = (place[1] for place in call.announced[bob])
    check(lines == [[PUBLIC, str(port)] for port in (
        first, first + 1, other, other + 1)], lines)

with case("the peer's candidates arrive unchanged"):
    answer = body(OUTSIDE, audio(
        6000, *CREDENTIALS, candidate(OUTSIDE, 6000),
        candidate("10.9.8.7", 6000, foundation="2"),
        candidate(FOREIGN, 6000, 1, "srflx", "3",
                  rest=" raddr 10.9.8.7 rport 6000")))
    call, _, back = exchange(body(INSIDE, audio(4000, *HOST)), answer)
    check_bytes(body_of(back), answer, "the answer")
    call.check_audio()

with case("candidates=strip removes all lines of ICE and no others"):
    counters = Counters()
    ice = CREDENTIALS + HOST + FOREIGNERS[:4] + FOREIGNERS[-1:] + [
        "a=remote-candidates:1 %s 6000" % OUTSIDE]
    with setting(candidates="strip"):
        call, got, _ = exchange(
            body(INSIDE, audio(4000, "a=ptime:20", *ice, "a=maxptime:40"),
                 session=["a=ice-lite", "a=ice-pacing:50",
                          "a=group:LS 1"]), ANSWER)
    check_body(got, [stream("a=ptime:20", "a=maxptime:40")],
               session=["a=group:LS 1"])
    counters.check(ice_removed=len(ice) + 2)
    call.check_audio()

with case("candidates=strip does not change an SDP without ICE"):
    counters = Counters()
    with setting(candidates="strip"):
        call, got, _ = exchange(body(INSIDE, audio(4000, "a=ptime:20")),
                                ANSWER)
    check_body(got, [stream("a=ptime:20")])
    counters.check(ice_removed=0)

with case("a=remote-candidates from outside has the phone's own endpoints"):
    call, got, _ = exchange(body(INSIDE, audio(4000, *HOST)), ANSWER)
    port = call.mapped()[1]
    named = "a=remote-candidates:1 %s %d 2 %s %d" % (
        PUBLIC, port, PUBLIC, port + 1)
    back = call.request(bob, "INVITE", body(OUTSIDE, audio(6000, named)))
    check_bytes(body_of(back), body(OUTSIDE, audio(
        6000, "a=remote-candidates:1 192.168.1.2 4000 2 192.168.1.2 4001")),
        "the re-INVITE")
    call.reply(alice, "200 OK", call.sdp(alice))
    call.request(bob, "ACK")
    call.check_audio()

with case("a=remote-candidates of foreign endpoints is unchanged both ways"):
    call, got, _ = exchange(body(INSIDE, audio(4000, *HOST)), ANSWER)
    text = body(OUTSIDE, audio(
        6000, "a=remote-candidates:1 198.51.100.7 4000 2 198.51.100.7 4001"))
    back = call.request(bob, "INVITE", text)
    check_bytes(body_of(back), text, "from outside")
    named = "a=remote-candidates:1 %s 6000 2 %s 6001" % (OUTSIDE, OUTSIDE)
    got = call.reply(alice, "200 OK", body(INSIDE, audio(4000, named)))
    check(attributes_of(got, "remote-candidates") == [named], got)
    call.request(bob, "ACK")

OMR = ["a=visited-realm:1 home.example.org IN IP4 192.168.1.2 4000",
       "a=visited-realm:2 visited.example.org IN IP4 198.51.100.7 5000",
       "a=secondary-realm:1 other.example.org IN IP4 192.168.1.2 4000",
       "a=omr-m-cksum:4000"]

with case("OMR attributes of an edited stream and session are removed"):
    counters = Counters()
    call, got, _ = exchange(
        body(INSIDE, audio(4000, "a=ptime:20", *OMR, "a=maxptime:40"),
             session=["a=omr-s-cksum:192168"]), ANSWER)
    check_body(got, [stream("a=ptime:20", "a=maxptime:40")])
    counters.check(omr_removed=5)
    call.check_audio()

with case("OMR attributes of an unedited stream stay"):
    counters = Counters()
    other = [line.replace(INSIDE, FOREIGN) for line in OMR]
    call, got, _ = exchange(
        body(INSIDE, audio(4000, *OMR), audio(5000, "c=IN IP4 " + FOREIGN,
                                              *other)),
        body(OUTSIDE, audio(6000), audio(0)))
    check_body(got, [stream(), audio(5000, "c=IN IP4 " + FOREIGN, *other)])
    counters.check(omr_removed=4)

with case("OMR attributes of the peer's unedited answer stay"):
    counters = Counters()
    answer = body(OUTSIDE, audio(6000, *(
        line.replace(INSIDE, OUTSIDE) for line in OMR)),
        session=["a=omr-s-cksum:1"])
    call, _, back = exchange(body(INSIDE, audio(4000)), answer)
    check_bytes(body_of(back), answer, "the answer")
    counters.check(omr_removed=0)

with case("ALTC: the own alternative matches m=, the other one is unchanged"):
    for lines in (
            ["a=altc:1 IP4 192.168.1.2 4000", "a=altc:2 IP6 2001:db8::2 4000"],
            ["a=altc:1 IP6 2001:db8::2 4000", "a=altc:2 IP4 192.168.1.2 4000"],
            ["a=altc:1 IP4 198.51.100.7 4000"]):
        call, got, _ = exchange(body(INSIDE, audio(4000, *lines)), ANSWER)
        check_body(got, [stream(*map(out, lines))])
        call.check_audio()

with case("ANAT: the other family's stream is unchanged, this one has audio"):
    call, got, _ = exchange(
        body(None, audio(4000, "c=IN IP4 " + INSIDE, "a=mid:1"),
             audio(4000, "c=IN IP6 2001:db8::2", "a=mid:2"),
             session=["a=group:ANAT 1 2"], origin=INSIDE),
        body(None, audio(6000, "c=IN IP4 " + OUTSIDE, "a=mid:1"),
             audio(0, "c=IN IP6 ::", "a=mid:2"), origin=OUTSIDE))
    check_bytes(body_of(got), body(
        None, audio(call.mapped()[1], "c=IN IP4 " + PUBLIC, "a=mid:1"),
        audio(4000, "c=IN IP6 2001:db8::2", "a=mid:2"),
        session=["a=group:ANAT 1 2"], origin=PUBLIC), "SDP")
    call.check_audio()

# Without NAT nothing is edited.
run(ROUTER, "nft", "flush", "chain", "ip", "sip_test", "masq")

with case("without NAT none of these change"):
    counters = Counters()
    offer = body(INSIDE, audio(4000, *CREDENTIALS, *HOST, *FOREIGNERS, *OMR,
                               candidate(INSIDE, 5555),
                               "a=altc:1 IP4 192.168.1.2 4000"),
                 session=["a=omr-s-cksum:192168", "a=ice-lite"])
    answer = offer.replace(INSIDE, OUTSIDE).replace("audio 4000",
                                                    "audio 6000")
    call, got, back = exchange(offer, answer)
    check_bytes(body_of(got), offer, "offer")
    check_bytes(body_of(back), answer, "answer")
    counters.check(ice_removed=0, omr_removed=0)
    call.check_audio()

finish()
