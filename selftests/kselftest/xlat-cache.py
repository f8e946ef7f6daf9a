#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A message between the families is parsed once, and again where its bytes
changed on the way.
"""
from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, ROUTER, SILENCE, WAN, Call, Counters, flush, run, sdp)
from siptcp import Listener, TcpPhone, connect
from xlat import OUTSIDE6, SIX, phones

topology("xlat")

THERE = OUTSIDE6, 5060

# the hook between the legs, where a rule of the last case changes a message
run(ROUTER, "nft", """
table ip between {
	chain forward {
		type filter hook forward priority -10; policy accept;
	}
}
""")


def whole_call(caller, callee, to):
    """Make a call with audio: six messages, two of them with SDP."""
    call = Call(caller, callee, to)
    call.invite()
    call.reply(callee, "180 Ringing")
    call.accept()
    call.check_audio()
    call.bye()


with case("each message of a call is parsed once, from either side"):
    alice, bob = phones()
    for caller, callee, to in ((alice, bob, THERE), (bob, alice, None)):
        counters = Counters()
        whole_call(caller, callee, to or bob.sip.peer)
        rose = counters.rose()
        check(rose["xlat"] >= 6, "%(xlat)d messages" % rose)
        check(rose.get("xlat-cached") == rose["xlat"], rose)

flush()
with case("the same over TCP"):
    near, far = connect(LAN, SIX, Listener(WAN, OUTSIDE), THERE)
    tcp = (TcpPhone(LAN, near, "alice", 4100),
           TcpPhone(WAN, far, "bob", 6100))
    tcp[0].uri = "sip:alice@[%s]:%d;transport=tcp" % (SIX, tcp[0].port)
    counters = Counters()
    whole_call(*tcp, THERE)
    rose = counters.rose()
    check(rose["xlat"] >= 6, "%(xlat)d messages" % rose)
    check(rose.get("xlat-cached") == rose["xlat"], rose)
    for phone in tcp:
        phone.close()

flush()
with case("a message that changes between the legs is parsed again"):
    call = Call(alice, bob, THERE)
    data = call.build(alice, "INVITE", sdp(SIX, [4000]))
    # the first letter of the method, so that CSeq differs
    run(ROUTER, "nft", "add rule ip between forward udp dport 5060 "
        "@th,64,8 0x49 @th,64,8 set 0x58")
    counters = Counters()
    alice.sip.send(data, THERE)
    check(bob.sip.recv(SILENCE) is None, "it has arrived")
    counters.check(xlat=1, xlat_cached=0, malformed_cseq=1)
    run(ROUTER, "nft", "flush chain ip between forward")

flush()
with case("a longer message between the legs of a short one affects neither"):
    counters = Counters()
    call = Call(alice, bob, THERE)
    call.invite(extra=[("Subject", "x" * 3000)] * 3)
    call.accept()
    call.bye()
    rose = counters.rose()
    check(rose["xlat"] - rose.get("xlat-cached", 0) == 1, rose)

finish()
