#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""nft recognises media: matches, marks, and the flowtable."""
import os
import re
import select
import socket

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, ROUTER, STOCK, WAN, Call, Media, Phone, Socket,
    calls, closes, flows, flush, hears, poll, run, setting)

topology("nat")

HELPER = "sip" if STOCK else "sip-ims"
EF = 46

COUNT = """
table ip rules {
	counter helped { }
	counter fresh { }
	counter rest { }
	chain media {
		type filter hook forward priority 10;
		udp dport 5060 accept
		udp sport 5060 accept
		ct state related counter name fresh
		ct helper "%s" counter name helped accept
		counter name rest
	}
}
""" % HELPER

MARK = """
table ip rules {
	chain media {
		type filter hook forward priority 10;
		meta l4proto udp udp dport != 5060 ct helper "%s" ip dscp set ef
	}
}
""" % HELPER

OFFLOAD = """
table ip rules {
	flowtable fast {
		hook ingress priority filter; devices = { lan0, wan0 };
	}
	chain media {
		type filter hook forward priority 10;
		udp dport != 5060 ct helper "%s" ct state established flow add @fast
	}
}
""" % HELPER

POLICE = """
table ip rules {
	chain media {
		type filter hook forward priority 10;
		ct helper "%s" udp dport 6000 drop
	}
}
""" % HELPER

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
near = Media(LAN, INSIDE, 4100)
stray = Socket(LAN, INSIDE, 4900)
away = Socket(WAN, OUTSIDE, 6900)


def begin(rules):
    """Start a call under these rules only."""
    flush()
    run(ROUTER, "nft", "delete", "table", "ip", "rules")
    run(ROUTER, "nft", rules)
    check(run(ROUTER, "nft", "list", "table", "ip", "rules"),
          "nft does not take the rules")
    return Call(alice, bob).start()


def packets(name):
    text = run(ROUTER, "nft", "list", "counter", "ip", "rules", name)
    return int(re.search(r"packets (\d+)", text).group(1))


def dscp(sender, receiver, to):
    """Return the DSCP of an arriving packet, or None."""
    receiver.drain()
    receiver.sock.setsockopt(socket.IPPROTO_IP, socket.IP_RECVTOS, 1)
    payload = b"\x80tos" + os.urandom(8)
    sender.send(payload, to)
    if not select.select([receiver.sock], [], [], 1)[0]:
        return None
    data, control, _, _ = receiver.sock.recvmsg(2048, 128)
    check(data == payload, "another packet came")
    return [value[0] >> 2 for level, kind, value in control
            if (level, kind) == (socket.IPPROTO_IP, socket.IP_TOS)][0]


def offloaded(port):
    """Return the flows to a port that are in the flowtable."""
    return [line for line in flows("-p", "udp")
            if "port=%d " % port in line and "[OFFLOAD]" in line]


with case('ct helper "%s" matches media, and nothing else' % HELPER):
    call = begin(COUNT)
    before = packets("helped"), packets("rest")
    call.check_audio()
    check(packets("helped") - before[0] == 4, "%d packets" % (
        packets("helped") - before[0]))
    check(packets("rest") == before[1], "media not recognised")
    hears(stray, away, (OUTSIDE, 6900))
    check(packets("rest") == before[1] + 1, "the stray packet: %d" % (
        packets("rest") - before[1]))

with case("ct state related matches the first packet of media"):
    call = begin(COUNT)
    before = packets("fresh")
    call.check_audio()
    # RTP and RTCP, from outside first; the reverse direction is established
    check(packets("fresh") - before == 2, "%d packets" % (
        packets("fresh") - before))

with case("a rule marks media: DSCP EF both ways, RTP and RTCP"):
    call = begin(MARK)
    addr, port = call.mapped()
    for step, ours, theirs in ((0, alice.media.rtp, bob.media.rtp),
                               (1, alice.media.rtcp, bob.media.rtcp)):
        got = dscp(theirs, ours, (addr, port + step))
        check(got == EF, "in: %s" % got)
        got = dscp(ours, theirs, (OUTSIDE, 6000 + step))
        check(got == EF, "out: %s" % got)
    got = dscp(stray, away, (OUTSIDE, 6900))
    check(got == 0, "the stray packet: %s" % got)

with case("a rule that drops media in one direction affects no other"):
    call = begin(POLICE)
    check(not hears(alice.media.rtp, bob.media.rtp, (OUTSIDE, 6000), 0.3),
          "it passes")
    check(hears(bob.media.rtp, alice.media.rtp, call.mapped()), "in")
    check(hears(alice.media.rtcp, bob.media.rtcp, (OUTSIDE, 6001)), "RTCP")

with setting(grace=1, t4=500):
    with case("media in a flowtable: [OFFLOAD], and audio continues"):
        call = begin(OFFLOAD)
        port = call.mapped()[1]
        call.check_audio()
        check(poll(lambda: call.has_audio() and offloaded(port)),
              flows("-p", "udp"))
        for _ in range(20):
            call.check_audio()

    with case("moved media has a new offloaded flow, the old one is removed"):
        # the flow in the table has the old port
        place = call.mapped()
        call.media[alice] = near
        call.invite()
        call.accept()
        moved = call.mapped()
        check(poll(lambda: call.has_audio() and offloaded(moved[1])),
              "the new one is not offloaded")
        check(closes(bob.media.rtp, alice.media.rtp, place), "the old port")
        check(poll(lambda: not offloaded(place[1])), offloaded(place[1]))
        call.check_audio()

    with case("the end of the call ends offloaded flows, under traffic"):
        call = begin(OFFLOAD)
        place = call.mapped()
        check(poll(lambda: call.has_audio() and offloaded(place[1])),
              "it is not offloaded")
        call.bye()
        check(call.has_audio(), "no grace")
        check(closes(bob.media.rtp, alice.media.rtp, place), "RTP passes")
        check(poll(lambda: not offloaded(place[1])), offloaded(place[1]))
        check(poll(lambda: calls() == (0, 0)), calls())

finish()
