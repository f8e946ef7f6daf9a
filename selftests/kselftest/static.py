#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A PBX behind a static mapping: calls and registrations from outside."""
from family import IP, inet
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, WAN, Call, Phone, Socket,
    add_address, check_bytes, deaf, flush, header, registered, run,
    translated)

topology("nat", families=(4, 6))

IN = (PUBLIC, INSIDE)
OUT = (INSIDE, PUBLIC)

run(ROUTER, "nft", """
table %s static {
	chain mapping {
		type nat hook prerouting priority dstnat; policy accept;
		iifname wan0 udp dport 5060 dnat to %s
	}
}
""" % (IP, inet(INSIDE)))
add_address(WAN, "203.0.113.4")
pbx = Phone(LAN, INSIDE, "pbx")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
stranger = Socket(WAN, "203.0.113.4", 6000)

with case("a call from outside"):
    call = Call(bob, pbx, to=(PUBLIC, 5060))
    got = call.invite()
    check_bytes(got, translated(call.sent, IN), "INVITE")
    got = call.reply(pbx, "180 Ringing")
    check_bytes(got, translated(call.sent, OUT), "180")
    got = call.reply(pbx, "200 OK", call.sdp(pbx))
    addr, port = call.announced[bob][0]
    check_bytes(got, translated(call.sent, OUT, ("audio 4000",
                                                 "audio %d" % port)), "200")
    got = call.request(bob, "ACK")
    check_bytes(got, translated(call.sent, IN), "ACK")
    call.check_audio()
    check(bob.media.rtp.peer == (PUBLIC, port), bob.media.rtp.peer)
    check(deaf(stranger, pbx.media.rtp, (PUBLIC, port)), "a stranger")

with case("its BYE from inside"):
    got = call.request(pbx, "BYE")
    check_bytes(got, translated(call.sent, OUT), "BYE")
    got = call.reply(bob, "200 OK", contact=False)
    check_bytes(got, translated(call.sent, IN), "200")

flush()
with case("a phone outside registers at the PBX and is called"):
    bob.uri = "sip:bob@%s:5060" % OUTSIDE
    data = bob.request("REGISTER", "sip:" + PUBLIC, "r", 1, "r",
                       to="sip:bob@" + PUBLIC, extra=[("Expires", "60")])
    pbx.sip.drain()
    bob.sip.send(data, (PUBLIC, 5060))
    asked = pbx.sip.recv()
    check(asked is not None, "REGISTER lost")
    check(header(asked, "Contact") == ["<%s>" % bob.uri],
          header(asked, "Contact"))
    check(header(asked, "To") == ["<sip:bob@%s>" % INSIDE],
          header(asked, "To"))
    got = registered(pbx, bob, asked, expires=60)
    check(header(got, "To")[0].startswith("<sip:bob@%s>" % PUBLIC),
          header(got, "To"))
    check(header(got, "Contact") == ["<%s>;expires=60" % bob.uri],
          header(got, "Contact"))
    call = Call(pbx, bob, to=(OUTSIDE, 5060))
    call.start()
    call.check_audio()
    call.bye(bob)

flush()
with case("a call from the PBX to outside"):
    call = Call(pbx, bob).start()
    call.check_audio()
    call.bye(bob)

finish()
