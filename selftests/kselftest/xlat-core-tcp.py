#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""An IPv4-only phone and an IPv6-only core over TCP: calls, segments, a
transfer.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, WAN, Call, calls, carry, check_bytes, encoded, flush,
    header, poll, sdp, translated)
from siptcp import Listener, TcpPhone, connect, quick

topology("core")

CORE, CORE4, PHONE6 = "2001:db8:2::2", "192.0.2.100", "64:ff9b::c0a8:102"
UP = [("IN IP4 " + INSIDE, "IN IP6 " + PHONE6),
      ("IN IP4 " + CORE4, "IN IP6 " + CORE),
      (INSIDE, "[%s]" % PHONE6), (CORE4, "[%s]" % CORE)]
DOWN = [(there, here) for here, there in UP]

quick()
listener = Listener(WAN, CORE)
near, far = connect(LAN, INSIDE, listener, (CORE4, 5060))
alice = TcpPhone(LAN, near, "alice", 4000)
core = TcpPhone(WAN, far, "core", 6000)
core.uri = "sip:core@[%s]:5060;transport=tcp" % CORE


def up(data, *more):
    return translated(data, *more, *UP)


def down(data, *more):
    return translated(data, *more, *DOWN)


def no_four(got, what):
    """Check that a message has no IPv4 address."""
    for word in (b"IP4", b"192."):
        check(word not in got, "%s: %r is left" % (what, word))


with case("registration, Path and Service-Route"):
    data = alice.request("REGISTER", "sip:" + CORE4, "register", 1, "r",
                         to="sip:alice@" + CORE4, extra=[("Expires", "60")])
    got = carry(alice, core, data, None)
    check_bytes(got, up(data), "REGISTER")
    answer = core.answer(got, "200 OK", "x", contact=header(got, "Contact")[
        0] + ";expires=60", extra=[("Path", "<sip:[%s];lr>" % CORE), (
            "Service-Route", "<sip:[%s]:5060;transport=tcp;lr>" % CORE)])
    check_bytes(carry(core, alice, answer, None), down(answer), "200")

for caller, callee, way, to, read in (
        (alice, core, "out", CORE4, up), (core, alice, "in", PHONE6, down)):
    with case("a call %s: every byte, and audio" % way):
        call = Call(caller, callee, (to, 5060 if caller is alice else
                                     alice.port))
        other = down if read is up else up
        got = call.request(caller, "INVITE", call.sdp(caller))
        port = call.announced[callee][0][1]
        ports = ("audio 4000", "audio %d" % port)
        check_bytes(got, read(call.sent, *[ports] * (caller is alice)),
                    "INVITE")
        check_bytes(call.reply(callee, "180 Ringing"), other(call.sent), "180")
        got = call.reply(callee, "200 OK", call.sdp(callee))
        ports = ("audio 4000", "audio %d" % call.announced[caller][0][1])
        check_bytes(got, other(call.sent, *[ports] * (callee is alice)), "200")
        if callee is alice:
            no_four(got, "200")
        check_bytes(call.request(caller, "ACK"), read(call.sent), "ACK")
        call.check_audio()
        check_bytes(call.request(callee, "BYE"), other(call.sent), "BYE")
        check_bytes(call.reply(caller, "200 OK", contact=False),
                    read(call.sent), "200 of BYE")

with case("an INVITE in any two segments: the same bytes, both ways"):
    call = Call(alice, core, (CORE4, 5060))
    data = encoded(call.build(alice, "INVITE", sdp(INSIDE, [4000])))
    got = call.send(alice, data)
    expected = up(data, ("audio 4000", "audio %d" % call.mapped()[1]))
    check_bytes(got, expected, "whole")
    back = encoded(core.answer(got, "183 Session Progress", "b",
                               sdp(CORE, [6000])))
    for sender, receiver, sent, read in ((alice, core, data, expected),
                                         (core, alice, back, down(back))):
        for cut in [*range(1, 20), *range(20, len(sent), 29), len(sent) - 1]:
            sender.sip.send_parts(sent[:cut], sent[cut:])
            if not check_bytes(receiver.sip.take(len(read)), read,
                               "cut at %d" % cut):
                break
    call.reply(core, "200 OK", sdp(CORE, [6000]))
    call.request(alice, "ACK")
    call.check_audio()

with case("several streams, hold from the core, and back"):
    got = call.request(alice, "INVITE", sdp(INSIDE, [4000, 4100]))
    check({addr for addr, _ in call.announced[core]} == {PHONE6},
          call.announced[core])
    no_four(got, "two streams")
    call.reply(core, "200 OK", sdp(CORE, [6000, 6100]))
    check(call.announced[alice] == [(CORE4, 6000), (CORE4, 6100)],
          call.announced[alice])
    call.request(alice, "ACK")
    got = call.request(core, "INVITE", sdp("::", [6000, 6100], origin=CORE))
    check_bytes(got, down(call.sent, ("IN IP6 ::\r", "IN IP4 0.0.0.0\r")),
                "hold")
    got = call.reply(alice, "200 OK", sdp("0.0.0.0", [4000, 4100],
                                          origin=INSIDE))
    check(b"c=IN IP6 ::\r\n" in got, got)
    no_four(got.replace(b"SIP/2.0", b""), "hold")
    call.request(core, "ACK")
    call.request(alice, "INVITE", sdp(INSIDE, [4000]))
    call.reply(core, "200 OK", sdp(CORE, [6000]))
    call.request(alice, "ACK")
    call.check_audio()

with case("a transfer: REFER and its NOTIFY"):
    data = call.build(core, "REFER", extra=[
        ("Refer-To", "<sip:carol@[%s]:5070;transport=tcp>" % CORE),
        ("Referred-By", "<sip:core@[%s]>" % CORE)])
    check_bytes(call.send(core, data), down(data), "REFER")
    check_bytes(call.reply(alice, "202 Accepted"), up(call.sent), "202")
    data = call.build(alice, "REFER", extra=[
        ("Refer-To", "<sip:carol@%s:5070>" % CORE4)])
    check_bytes(call.send(alice, data), up(data), "REFER")
    data = call.build(alice, "NOTIFY", "SIP/2.0 200 OK\r\n",
                      kind="message/sipfrag", extra=[("Event", "refer")])
    check_bytes(call.send(alice, data), up(data), "NOTIFY")
    call.bye(core)

flush()
with case("nothing is left"):
    check(poll(lambda: calls() == (0, 0)), calls())

finish()
