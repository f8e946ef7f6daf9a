#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every limit that packets run into, at it and one past it: the excess is
refused and counted, and other calls work.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, WAN, Call, Counters, Media, Phone, Socket,
    calls, carry, expectations, flush, hears, is_lost, poll, sdp, sipims)

topology("nat")

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)


with case("two port pairs: a third call has media once one is released"):
    sipims("set", "port-min=20000", "port-max=20003", "grace=0")
    counters = Counters()
    two = [Call(alice, bob).start(),
           Call(alice, bob, media=(Media(LAN, INSIDE, 4002),
                                   Media(WAN, OUTSIDE, 6002))).start()]
    check(sorted(call.mapped()[1] for call in two) == [20000, 20002],
          [call.mapped() for call in two])
    third = Call(alice, bob, media=(Media(LAN, INSIDE, 4004),
                                    Media(WAN, OUTSIDE, 6004)))
    check(is_lost(third.invite), "a third INVITE passed")
    counters.check(port_exhausted=1, dropped=1, calls_opened=3)
    check(calls()[0] == 2, calls())
    for call in two:
        call.check_audio()
    two[0].bye()
    poll(lambda: calls()[0] == 1)
    third.invite()
    third.accept()
    check(third.mapped() == two[0].mapped(), third.mapped())
    third.check_audio()
    two[1].check_audio()

flush()
sipims("set", "port-min=16384", "port-max=32767", "grace=5")

with case("16 branches of a call have media, the 17th has none"):
    counters = Counters()
    call = Call(alice, bob)
    call.invite()
    for number in range(17):
        carry(bob, alice, bob.answer(
            call.asked[bob], "183 Session Progress", "branch%d" % number,
            sdp(OUTSIDE, [6000 + 2 * number])), bob.sip.peer)
    counters.check(dialog_limit=1, dropped=0)
    check(hears(bob.media.rtp, alice.media.rtp, call.mapped()), "no audio")
    for number, allowed in ((15, True), (16, False)):
        mine = Media(WAN, OUTSIDE, 6000 + 2 * number)
        check((len([line for line in expectations() if "dport=%d " %
                    mine.port in line]) == 1) == allowed, number)

flush()
with case("32 streams in two branches are all the pinholes of a call"):
    counters = Counters()
    call = Call(alice, bob)
    ports = range(24000, 24064, 2)
    call.request(alice, "INVITE", sdp(INSIDE, ports))
    check(len(call.announced[bob]) == 32, call.announced)
    call.reply(bob, "183 Session Progress", sdp(OUTSIDE, ports))
    check(len(expectations()) == 128, len(expectations()))
    call.reply(bob, "183 Session Progress",
               sdp(OUTSIDE, range(25000, 25064, 2)), to_tag="two")
    check(len(expectations()) == 192, len(expectations()))
    check(is_lost(lambda: call.reply(
        bob, "183 Session Progress", sdp(OUTSIDE, [26000]), to_tag="three")),
        "the third branch passed")
    counters.check(pinhole_limit=1, dropped=1)
    check(len(expectations()) == 192, len(expectations()))

flush()
with case("eight flows through one pinhole, no ninth"):
    counters = Counters()
    call = Call(alice, bob).start()
    others = [Socket(WAN, OUTSIDE, 7000 + i) for i in range(9)]
    heard = [hears(other, alice.media.rtp, call.mapped(), 0.3)
             for other in others]
    check(heard == [True] * 8 + [False], heard)
    counters.check(flow_limit=1)

flush()
with case("the kernel's table of expectations is full"):
    with open("/proc/sys/net/netfilter/nf_conntrack_expect_max", "r+",
              encoding="ascii") as limit:
        before = limit.read()
        limit.seek(0)
        limit.write("6")
        limit.flush()
        counters = Counters()
        call = Call(alice, bob).start()
        second = Call(alice, bob, media=(Media(LAN, INSIDE, 4100),
                                         Media(WAN, OUTSIDE, 6100)))
        second.invite()
        check(is_lost(lambda: second.reply(bob, "200 OK", second.sdp(bob))),
              "the 200 passed")
        counters.check(expectation_full=1, dropped=1)
        check(len(expectations()) == 6, len(expectations()))
        limit.seek(0)
        limit.write(before)
    second.reply(bob, "200 OK", second.sdp(bob))
    second.check_audio()
    call.check_audio()

finish()
