#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Media from other hosts than the SIP peer, and media before the answer."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, WAN, Call, Counters, Media, Phone,
    add_address, deaf, flows, flush, header, hears, register, registered,
    sdp, uri_place)

topology("nat")

GATEWAY, STRANGER = "203.0.113.3", "203.0.113.4"

add_address(WAN, GATEWAY)
add_address(WAN, STRANGER)
alice = Phone(LAN, INSIDE, "alice")
proxy = Phone(WAN, OUTSIDE, "proxy", media=None)
gateway = Media(WAN, GATEWAY, 6000)
stranger = Media(WAN, STRANGER, 6000)


def gateway_call():
    """A call whose SIP is the proxy's and whose media is the gateway's."""
    call = Call(alice, proxy, media=(alice.media, gateway))
    call.sdp = lambda end, **args: Call.sdp(
        call, end, **args).replace(OUTSIDE, GATEWAY)
    return call


with case("media from another server than the SIP peer"):
    call = gateway_call()
    call.start()
    check(call.announced[alice] == [(GATEWAY, 6000)], call.announced[alice])
    call.check_audio()
    check(alice.media.rtp.peer == (GATEWAY, 6000), alice.media.rtp.peer)
    check(deaf(stranger.rtp, alice.media.rtp, call.mapped()), "a stranger")

flush()
with case("the same for a call from outside, through a registration"):
    asked = register(alice, proxy)
    registered(proxy, alice, asked)
    call = Call(proxy, alice, to=uri_place(header(asked, "Contact")[0]),
                media=(gateway, alice.media))
    call.sdp = lambda end, **args: Call.sdp(
        call, end, **args).replace(OUTSIDE, GATEWAY)
    call.start()
    call.check_audio()
    check(deaf(stranger.rtp, alice.media.rtp, call.announced[proxy][0]),
          "a stranger")

flush()
with case("media of the called phone before its own answer"):
    asked = register(alice, proxy)
    registered(proxy, alice, asked)
    call = Call(proxy, alice, to=uri_place(header(asked, "Contact")[0]),
                media=(gateway, alice.media))
    call.sdp = lambda end, **args: Call.sdp(
        call, end, **args).replace(OUTSIDE, GATEWAY)
    call.invite()
    hears(alice.media.rtp, gateway.rtp, (GATEWAY, 6000))
    check(gateway.rtp.peer is None or gateway.rtp.peer[0] == PUBLIC,
          "it left as %s" % (gateway.rtp.peer,))
    call.accept()
    call.check_audio()
    check(gateway.rtp.peer == call.announced[proxy][0],
          "after the answer it leaves as %s" % (gateway.rtp.peer,))

flush()
with case("a new call to the port of a call in its grace period"):
    first = Call(alice, proxy, media=(alice.media, gateway))
    again = Media(LAN, INSIDE, 4800)
    second = Call(alice, proxy, media=(again, gateway))
    for call in (first, second):
        call.sdp = lambda end, call=call, **args: Call.sdp(
            call, end, **args).replace(OUTSIDE, GATEWAY)
    first.start()
    first.check_audio()
    first.bye()
    counters = Counters()
    second.start()
    second.check_audio()
    check(gateway.rtp.peer == second.mapped(), gateway.rtp.peer)
    counters.check(expectation_shared=0)

flush()
with case("RTP before the 200: its flow does not mask the pinhole"):
    counters = Counters()
    call = gateway_call()
    call.invite()
    check(deaf(gateway.rtp, alice.media.rtp, call.mapped()),
          "the gateway was let in before it was named")
    check(deaf(gateway.rtcp, alice.media.rtcp,
               (PUBLIC, call.mapped()[1] + 1)), "RTCP was let in")
    check(any("dport=%d " % call.mapped()[1] in line for line in flows()),
          "the router made no flow of it; the test proves nothing")
    call.accept()
    call.check_audio()
    counters.check(shadow_killed=2)

flush()
with case("a=rtcp names the port of RTCP"):
    other = Media(WAN, GATEWAY, 6100)
    mine = Media(LAN, INSIDE, 4100)
    call = gateway_call()
    call.request(alice, "INVITE", call.sdp(alice, extra="a=rtcp:4101\r\n"))
    call.reply(proxy, "200 OK", call.sdp(proxy, extra="a=rtcp:6101\r\n"))
    call.request(alice, "ACK")
    addr, port = call.mapped()
    check(hears(gateway.rtp, alice.media.rtp, (addr, port)), "RTP in")
    check(hears(other.rtcp, mine.rtcp, (addr, port + 1)), "RTCP in")
    check(hears(mine.rtcp, other.rtcp, (GATEWAY, 6101)), "RTCP out")
    check(other.rtcp.peer == (PUBLIC, port + 1), other.rtcp.peer)

flush()
with case("twelve streams in one call, each with audio both ways"):
    pairs = [(Media(LAN, INSIDE, 4200 + 2 * i),
              Media(WAN, GATEWAY, 6200 + 2 * i)) for i in range(12)]
    call = gateway_call()
    call.request(alice, "INVITE", sdp(INSIDE, [a.port for a, b in pairs]))
    call.reply(proxy, "200 OK", sdp(GATEWAY, [b.port for a, b in pairs]))
    call.request(alice, "ACK")
    for number, (near, far) in enumerate(pairs):
        check(hears(far.rtp, near.rtp, call.announced[proxy][number]),
              "in, %d" % number)
        check(hears(near.rtp, far.rtp, call.announced[alice][number]),
              "out, %d" % number)

finish()
