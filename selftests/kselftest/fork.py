#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Forked calls: several early dialogs, several 2xx, and how each ends.

The proxy forks: the branches' messages come from bob's address, their media
from their own.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, STOCK, WAN, Call, Media, Phone,
    add_address, both_ways, calls, carry, closes, expectations, flush,
    hears, media_of, poll, sdp, setting, start_line, uri_place)

topology("nat")

BRANCHES = 4

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=None)


class Branch:
    """One of the phones that a call forks to."""

    def __init__(self, number):
        self.tag = "branch%d" % number
        addr = "203.0.113.%d" % (10 + number)
        add_address(WAN, addr)
        self.media = Media(WAN, addr, 6100)
        self.place = (self.media.addr, self.media.port)

    def answer(self, status, with_sdp=True, **args):
        """Respond to the INVITE by this branch; return what alice gets."""
        got = carry(bob, alice, bob.answer(
            invite, status, self.tag,
            sdp(self.media.addr, [self.media.port]) if with_sdp else "",
            **args), bob.sip.peer)
        if with_sdp:
            check(media_of(got) == [self.place], media_of(got))
        return got

    def request(self, method, cseq):
        """Send alice's request in this dialog; return what bob gets."""
        return carry(alice, bob, alice.request(
            method, "sip:bob@%s:5060" % OUTSIDE, call.call_id, cseq,
            call.tag[alice], self.tag), (OUTSIDE, 5060))

    def works(self):
        return both_ways(alice.media, call.mapped(), self.media, self.place)

    def shuts(self):
        """Check media from outside, which needs the pinhole."""
        return closes(self.media.rtp, alice.media.rtp, call.mapped())


branches = [Branch(number) for number in range(BRANCHES)]


def begin():
    """Start a call with early media of all branches."""
    flush()
    new = Call(alice, bob, media=(alice.media, branches[0].media))
    new.invite()
    return new


def ring():
    for branch in branches:
        branch.answer("183 Session Progress")


def check_works(which, when):
    silent = [branch.tag for branch in which if not branch.works()]
    check(not silent, "%s no media of %s" % (when, silent))


def check_shuts(which, when):
    live = [branch.tag for branch in which if not branch.shuts()]
    check(not live, "%s media of %s" % (when, live))


with setting(grace=1, t4=500):
    with case("%d branches ring: the media of each works both ways" % BRANCHES):
        call = begin()
        invite = call.asked[bob]
        ring()
        check_works(branches, "ringing:")
        check(alice.media.rtp.peer == branches[-1].place,
              alice.media.rtp.peer)

    with case("a branch that fails before the final response ends no other"):
        # the proxy does not forward the branch's failure; it sends
        # another provisional response of the other branches
        branches[1].answer("180 Ringing", with_sdp=False)
        check_works(branches, "after a 180:")

    with case("after the first 2xx the other branches close after the grace"):
        branches[2].answer("200 OK")
        check(branches[2].works(), "no media of the one that answered")
        check(hears(branches[0].media.rtp, alice.media.rtp, call.mapped()),
              "the other one closed before the grace was over")
        branches[2].request("ACK", 1)
        check_shuts([branch for branch in branches if branch is not
                     branches[2]], "after the grace:")
        check(branches[2].works(), "no media of the one that answered")

    with case("a second 2xx keeps its branch"):
        call = begin()
        invite = call.asked[bob]
        ring()
        for branch in branches[:2]:
            branch.answer("200 OK")
            branch.request("ACK", 1)
        check_shuts(branches[2:], "after the grace:")
        check_works(branches[:2], "two confirmed:")

    with case("a BYE in one dialog closes that one, the other stays"):
        got = branches[0].request("BYE", 2)
        carry(bob, alice, bob.answer(got, "200 OK", contact=False),
              bob.sip.peer)
        check_shuts(branches[:1], "after the BYE:")
        check_works(branches[1:2], "the one that is left:")
        check(STOCK or calls()[0] == 1, calls())

    with case("the BYE in the last dialog ends the call"):
        got = branches[1].request("BYE", 2)
        carry(bob, alice, bob.answer(got, "200 OK", contact=False),
              bob.sip.peer)
        check_shuts(branches[:2], "after both BYEs:")
        check(poll(lambda: calls() == (0, 0) and not expectations()),
              "%s %s" % (calls(), expectations()[:3]))

    with case("a second 2xx after the grace period opens its branch again"):
        call = begin()
        invite = call.asked[bob]
        ring()
        branches[0].answer("200 OK")
        branches[0].request("ACK", 1)
        check_shuts(branches[1:], "after the grace:")
        branches[3].answer("200 OK")
        branches[3].request("ACK", 1)
        check_works((branches[0], branches[3]), "two confirmed:")
        check_shuts(branches[1:3], "never answered:")

    with case("a second 2xx of a branch without an earlier response"):
        call = begin()
        invite = call.asked[bob]
        branches[0].answer("200 OK")
        branches[1].answer("200 OK")
        check_works(branches[:2], "two confirmed:")

    with case("a BYE from outside in one confirmed dialog leaves the other"):
        bye = bob.request("BYE", call.target[bob], call.call_id, 1,
                          branches[0].tag, call.tag[alice])
        got = carry(bob, alice, bye, uri_place(call.target[bob]))
        check(start_line(got).startswith("BYE "), start_line(got))
        carry(alice, bob, alice.answer(got, "200 OK", contact=False),
              alice.sip.peer)
        check_shuts(branches[:1], "after the BYE:")
        check_works(branches[1:2], "the one that is left:")

    with case("a CANCEL closes all branches after the grace period"):
        call = begin()
        invite = call.asked[bob]
        ring()
        check_works(branches, "ringing:")
        call.begun = False
        call.request(alice, "CANCEL", contact=False)
        call.reply(bob, "200 OK", contact=False)
        call.reply(bob, "487 Request Terminated", request=invite,
                   contact=False)
        call.request(alice, "ACK")
        check(branches[0].works(), "no grace")
        check_shuts(branches, "after the CANCEL:")
        check(poll(lambda: calls() == (0, 0) and not expectations()),
              "%s %s" % (calls(), expectations()[:3]))

    with case("a final error closes all branches after the grace period"):
        call = begin()
        invite = call.asked[bob]
        ring()
        check_works(branches, "ringing:")
        branches[1].answer("486 Busy Here", with_sdp=False, contact=False)
        check(branches[0].works(), "no grace")
        check_shuts(branches, "after the error:")
        check(poll(lambda: calls() == (0, 0) and not expectations()),
              "%s %s" % (calls(), expectations()[:3]))

    with case("branches of a call from outside: two phones of one contact"):
        flush()
        far = Media(WAN, OUTSIDE, 6300)
        # both responses come from one flow, as from a PBX
        call = Call(bob, alice, to=(PUBLIC, 5060),
                    media=(far, alice.media))
        second = Media(LAN, INSIDE, 4200)
        # alice's flow admits it
        carry(alice, bob, alice.request("OPTIONS", "sip:" + OUTSIDE, "o", 1,
                                        "o"), (OUTSIDE, 5060))
        got = call.invite()
        check(media_of(got) == [(OUTSIDE, 6300)],
              media_of(got))
        places = []
        for tag, media in (("one", alice.media), ("two", second)):
            got = carry(alice, bob, alice.answer(
                call.asked[alice], "183 Session Progress", tag,
                sdp(INSIDE, [media.port])), alice.sip.peer)
            places += media_of(got)
        for media, place in zip((alice.media, second), places):
            check(both_ways(media, place, far,
                            (OUTSIDE, 6300)), "no media at %s:%d" % place)
        carry(alice, bob, alice.answer(
            call.asked[alice], "200 OK", "two", sdp(INSIDE, [4200])),
            alice.sip.peer)
        check(closes(far.rtp, alice.media.rtp, places[0]),
              "the branch that lost stays open")
        check(both_ways(second, places[1], far,
                        (OUTSIDE, 6300)), "the one that won")

finish()
