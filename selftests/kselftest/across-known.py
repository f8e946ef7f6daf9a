# SPDX-License-Identifier: GPL-2.0-only
"""A message between families is read once, and anew where it has changed."""
from across import OUTSIDE6, SIX, phones
from sipnet import (
    LAN, OUTSIDE, ROUTER, SILENCE, WAN, Call, Counters, case, check, finish,
    flush, run, sdp)
from siptcp import Listener, TcpPhone, connect

THERE = OUTSIDE6, 5060


def whole_call(caller, callee, to):
    """INVITE, 180, 200, ACK, BYE, 200 and two descriptions, with audio."""
    call = Call(caller, callee, to)
    call.invite()
    call.reply(callee, "180 Ringing")
    call.accept()
    call.check_audio()
    call.bye()


with case("each message of a call is read once, from either side"):
    alice, bob = phones()
    for caller, callee, to in ((alice, bob, THERE), (bob, alice, None)):
        counters = Counters()
        whole_call(caller, callee, to or bob.sip.peer)
        rose = counters.rose()
        check(rose["xlat"] >= 6, "%(xlat)d messages" % rose)
        check(rose.get("xlat-cached") == rose["xlat"], rose)

flush()
with case("over TCP, too"):
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
with case("one whose bytes were changed between the legs is read anew"):
    call = Call(alice, bob, THERE)
    data = call.build(alice, "INVITE", sdp(SIX, [4000]))
    # the first letter of the method, which CSeq says, too
    run(ROUTER, "nft", "add rule ip between forward udp dport 5060 "
        "@th,64,8 0x49 @th,64,8 set 0x58")
    counters = Counters()
    alice.sip.send(data, THERE)
    check(bob.sip.recv(SILENCE) is None, "it has arrived")
    counters.check(xlat=1, xlat_cached=0, malformed_cseq=1)
    run(ROUTER, "nft", "flush chain ip between forward")

flush()
with case("a longer one between the legs of a short one disturbs neither"):
    counters = Counters()
    call = Call(alice, bob, THERE)
    call.invite(extra=[("Subject", "x" * 3000)] * 3)
    call.accept()
    call.bye()
    rose = counters.rose()
    check(rose["xlat"] - rose.get("xlat-cached", 0) == 1, rose)

finish()
