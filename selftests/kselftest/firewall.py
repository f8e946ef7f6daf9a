#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A firewall without NAT: pinholes open and close, and no byte changes."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, STOCK, WAN, Call, Media, Phone, add_address,
    calls, carry, check_bytes, deaf, flush, hears, pinholes, poll, setting)

topology("firewall", families=(4, 6))

add_address(WAN, "203.0.113.4")
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
stranger = Media(WAN, "203.0.113.4", 6000)
unannounced = Media(LAN, INSIDE, 4002)


class Untouched(Call):
    """A call of which every message must arrive unchanged."""

    def learn(self, end, got):
        check_bytes(got, self.sent, "to " + end.user)
        return super().learn(end, got)

    def check_shut(self):
        for end in (self.caller, self.callee):
            other = self.media[self.other(end)]
            check(deaf(self.media[end].rtp, other.rtp,
                       (other.addr, other.port)), "%s is let through" %
                  end.user)


with case("no port is open before a call"):
    call = Untouched(alice, bob)
    call.check_shut()

with case("INVITE opens the inbound pinhole, the answer both, exactly"):
    call.invite()
    check(hears(bob.media.rtp, alice.media.rtp, (INSIDE, 4000)),
          "early media from the signalling peer")
    call.reply(bob, "180 Ringing")
    call.accept()
    call.check_audio()
    check(deaf(stranger.rtp, alice.media.rtp, (INSIDE, 4000)), "a stranger")
    check(deaf(bob.media.rtp, unannounced.rtp, (INSIDE, 4002)), "another port")
    check(STOCK or sorted(pinholes()) == [
        (INSIDE, OUTSIDE, 6000), (INSIDE, OUTSIDE, 6001),
        (OUTSIDE, INSIDE, 4000), (OUTSIDE, INSIDE, 4001)], pinholes())

with case("every method in the call, both ways"):
    for end in (alice, bob):
        for method in ("INVITE", "UPDATE", "INFO", "OPTIONS", "MESSAGE",
                       "REFER", "NOTIFY", "SUBSCRIBE", "PRACK", "DANCE"):
            takes = method in ("INVITE", "UPDATE")
            call.request(end, method, call.sdp(end) if takes else "",
                         extra=[("Refer-To", "<sip:c@192.168.1.2>")])
            other = call.other(end)
            call.reply(other, "200 OK", call.sdp(other) if takes else "")
            if method == "INVITE":
                call.request(end, "ACK")
    call.check_audio()

with case("the end of the call closes all pinholes, also under media"), \
        setting(grace=1):
    call.check_audio()
    call.bye(bob)
    poll(lambda: STOCK or calls() == (0, 0), 8)
    call.check_shut()
    check(not pinholes(), pinholes())

flush()
with case("60 calls at once"):
    ends = [(Media(LAN, INSIDE, 4100 + 2 * i), Media(WAN, OUTSIDE,
                                                     6100 + 2 * i))
            for i in range(60)]
    everyone = [Untouched(alice, bob, media=pair) for pair in ends]
    for call in everyone:
        call.invite()
    for call in everyone:
        call.accept(request=call.asked[bob])
    silents = [call for call in everyone if not call.has_audio()]
    check(not silents, "%d have no audio" % len(silents))

flush()
with case("REGISTER and a call from outside"):
    data = alice.request("REGISTER", "sip:203.0.113.2", "r", 1, "r",
                         extra=[("Expires", "60")])
    got = carry(alice, bob, data, (OUTSIDE, 5060))
    check_bytes(got, data, "REGISTER")
    data = bob.answer(got, "200 OK", "x",
                      contact="<%s>;expires=60" % alice.uri)
    check_bytes(carry(bob, alice, data, bob.sip.peer), data, "200")
    call = Untouched(bob, alice, to=(INSIDE, 5060))
    call.start()
    call.check_audio()

finish()
