#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Admission: one host that exhausts its share does not affect the others."""
import time

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, SILENCE, STOCK, WAN, Call, Counters,
    Lost, Phone, Socket, add_address, calls, check_bytes, flush, header,
    is_lost, message, poll, register, sdp, sipims, start_line)

topology("nat", families=(4, 6))

FLOOD = 2300
HOSTS = ["192.168.1.%d" % number for number in range(3, 8)]
SECOND = "203.0.113.4"

for host in HOSTS:
    add_address(LAN, host)
add_address(WAN, SECOND)
alice = Phone(LAN, INSIDE, "alice")
carol = Phone(LAN, HOSTS[0], "carol")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)


def expect_max(value):
    """Set the kernel's limit of expectations; return the old one."""
    with open("/proc/sys/net/netfilter/nf_conntrack_expect_max", "r+",
              encoding="ascii") as limit:
        before = limit.read()
        limit.seek(0)
        limit.write(str(value))
    return before


def flood():
    """Send INVITEs of one host, each with a flow and media of its own."""
    for number in range(FLOOD):
        sock = Socket(LAN, INSIDE, 10000 + number)
        sock.send(alice.request(
            "INVITE", "sip:bob@%s" % OUTSIDE, "flood%d" % number, 1, "f",
            body=sdp(INSIDE, [20000 + 2 * number])), (OUTSIDE, 5060))
        sock.close()
        if number % 100 == 0:
            bob.sip.drain()
    bob.sip.drain()


def works(host):
    """Make and end a call of that host with audio."""
    phone = Phone(LAN, host, "phone", port=5070)
    call = Call(phone, bob)
    try:
        call.start()
        return call.has_audio()
    except Lost:
        return False
    finally:
        phone.close()


with case("%d INVITEs of one host: 5 of 5 calls of other hosts work" % FLOOD):
    before = expect_max(4096)
    counters = Counters()
    flood()
    carol.media.close()
    good = [host for host in HOSTS if works(host)]
    check(len(good) == len(HOSTS), "%d of %d" % (len(good), len(HOSTS)))
    counters.check(source_limit=FLOOD - 256, expectation_full=0)
    expect_max(before)

carol.close()
flush()
carol = Phone(LAN, HOSTS[0], "carol", media=4100)

if STOCK:
    finish()

with case("300 answered calls of one host are admitted"):
    counters = Counters()
    everyone = []
    for number in range(300):
        call = Call(alice, bob)
        call.invite()
        call.accept()
        everyone.append(call)
    counters.check(source_limit=0, calls_opened=300)
    check(calls()[0] == 300, calls())
    everyone[299].check_audio()

flush()


def answers(sock):
    """Return all datagrams that arrive before a silence."""
    return list(iter(lambda: sock.recv(SILENCE), None))


def unavailable(request, via, seconds):
    """Build the response of the router to a request that it rejects."""
    return message("SIP/2.0 503 Service Unavailable", [
        ("Via", via)] + [(name, header(request, name)[0]) for name in
                         ("From", "To", "Call-ID", "CSeq")] + [
        ("Retry-After", seconds)]).encode()


def check_refused(phone, data, via, seconds=5):
    """Check that an INVITE is rejected: bob gets nothing, the phone a 503."""
    bob.sip.drain()
    phone.sip.drain()
    phone.sip.send(data, (OUTSIDE, 5060))
    got = phone.sip.recv()
    if not check(got is not None, "no answer"):
        return
    check(phone.sip.peer == (OUTSIDE, 5060), phone.sip.peer)
    to, _, tag = header(got, "To")[0].partition(";tag=")
    check(to == header(data, "To")[0] and len(tag) == 16, header(got, "To"))
    check_bytes(got.replace((";tag=" + tag).encode(), b""),
                unavailable(data, via, seconds), "the answer")
    ack = data.replace("INVITE ", "ACK ").replace(" INVITE", " ACK")
    phone.sip.send(ack.replace(to, to + ";tag=" + tag), (OUTSIDE, 5060))
    phone.sip.send(data, (OUTSIDE, 5060))
    check(phone.sip.recv() == got, "the same INVITE has another answer")
    check(not answers(bob.sip), "INVITE or ACK came through")


with case("three unanswered calls of a host are admitted, the fourth is not"):
    sipims("set", "source-calls=3", "grace=1")
    counters = Counters()
    three = [Call(alice, bob) for i in range(3)]
    for call in three:
        call.invite()
    fourth = Call(alice, bob)
    check(is_lost(fourth.invite), "the fourth INVITE passed")
    counters.check(source_limit=1, dropped=1, calls_opened=3)
    data = fourth.build(alice, "INVITE", fourth.sdp(alice), branch="z9hG4bKd")
    check_refused(alice, data, "SIP/2.0/UDP 192.168.1.2:5060;received="
                  "192.168.1.2;rport=5060;branch=z9hG4bKd")
    data = data.replace(";rport", "").replace("192.168.1.2:5060;b",
                                              "phone.example.org;b")
    check_refused(alice, data, "SIP/2.0/UDP phone.example.org;received="
                  "192.168.1.2;branch=z9hG4bKd")
    fourth.request(alice, "OPTIONS")
    other = Call(carol, bob)
    other.invite()
    other.accept()
    other.check_audio()
    three[0].invite(cseq=1)
    three[0].reply(bob, "200 OK", three[0].sdp(bob),
                   request=three[0].asked[bob])
    fourth.invite()
    check(is_lost(Call(alice, bob).invite), "the fifth INVITE passed")

with case("the router rejects at most 100 requests a second"):
    time.sleep(1.1)
    alice.sip.drain()
    data = Call(alice, bob).build(alice, "INVITE")
    began = time.monotonic()
    for number in range(150):
        alice.sip.send(data, (OUTSIDE, 5060))
    took = time.monotonic() - began
    count = len(answers(alice.sip))
    check(90 <= count <= 100 * (1 + int(took + 0.5)), "%d in %g s" % (count, took))

with case("a failed call counts until it is removed"):
    three[1].request(alice, "CANCEL", contact=False)
    check(is_lost(Call(alice, bob).invite), "an INVITE passed")
    check(poll(lambda: calls()[0] == 4), calls())
    Call(alice, bob).invite()

flush()
with case("a re-INVITE of an unknown call counts, too"):
    for number in range(3):
        call = Call(alice, bob)
        call.begun = True
        call.invite()
    call = Call(alice, bob)
    call.begun = True
    check(is_lost(call.invite), "the fourth passed")
    counters = Counters()
    flush()
    call.invite()
    call.reply(bob, "200 OK", call.sdp(bob))
    for number in range(3):
        Call(alice, bob).invite()
    counters.check(source_limit=0)

flush()
with case("without a limit every call is admitted"):
    sipims("set", "source-calls=0")
    counters = Counters()
    for number in range(8):
        Call(alice, bob).invite()
    counters.check(source_limit=0)

flush()


def fail(status="404 Not Found", caller=alice, callee=bob):
    """Send an INVITE that fails with this status."""
    call = Call(caller, callee)
    call.invite()
    call.reply(callee, status, contact=False)
    call.request(caller, "ACK")


def blocked(caller=alice, callee=bob):
    """Check that a new call is rejected."""
    return is_lost(Call(caller, callee).invite)


NEXT = iter(range(10, 100))


def new_caller():
    """Return a phone on a new host inside."""
    host = "192.168.1.%d" % next(NEXT)
    add_address(LAN, host)
    return Phone(LAN, host, "caller", media=4200)


FAILURES = ("300 Multiple Choices", "404 Not Found", "486 Busy Here",
            "500 Server Error", "603 Decline")
dora = Phone(WAN, SECOND, "dora", media=6100)

with case("after five failed INVITEs that host is blocked at that proxy"):
    sipims("set", "admission-failures=5", "admission-block=600", "grace=5")
    counters = Counters()
    erin = new_caller()
    talking = Call(erin, bob).start()
    place = (PUBLIC, bob.sip.peer[1])
    for status in FAILURES[:4]:
        fail(status, erin)
    check(not blocked(erin), "blocked after four")
    fail(FAILURES[4], erin)
    check(blocked(erin), "not blocked after five")
    counters.check(admission_tripped=1, admission_blocked=1, dropped=1)
    got = erin.sip.recv()
    check(start_line(got) == "SIP/2.0 503 Service Unavailable" and
          500 < int(header(got, "Retry-After")[0]) <= 600, got)
    Call(carol, bob).invite()
    Call(erin, dora).invite()
    Call(bob, erin, to=place).invite()
    talking.request(erin, "INVITE", talking.sdp(erin))
    talking.reply(bob, "200 OK", talking.sdp(bob))
    talking.request(erin, "ACK")
    talking.request(erin, "OPTIONS")
    register(erin, bob)
    talking.check_audio()
    talking.bye()
    counters.check(admission_tripped=1, admission_blocked=1)

with case("a blocked host cannot start a known call again"):
    erin = new_caller()
    call = Call(erin, bob)
    for number in range(5):
        call.begun = False
        call.invite()
        call.reply(bob, "404 Not Found", contact=False)
    call.begun = False
    check(is_lost(call.invite), "passed with the next CSeq")
    check(is_lost(lambda: call.invite(cseq=call.cseq[erin] - 1)),
          "passed with the same CSeq")

with case("the block expires, and failures count from zero"):
    sipims("set", "admission-block=3")
    erin = new_caller()
    for number in range(5):
        fail(caller=erin)
    began = time.monotonic()
    check(blocked(erin), "not blocked")
    check(poll(lambda: not blocked(erin), 20), "blocked for ever")
    check(time.monotonic() - began > 2, time.monotonic() - began)
    for number in range(4):
        fail(caller=erin)
    check(not blocked(erin), "blocked after four")

sipims("set", "admission-block=5")

with case("a failure in a dialog does not count"):
    counters = Counters()
    erin = new_caller()
    call = Call(erin, bob).start()
    for number in range(6):
        call.request(erin, "INVITE", call.sdp(erin))
        call.reply(bob, "491 Request Pending", contact=False)
        call.request(erin, "ACK")
    check(not blocked(erin), "blocked")
    counters.check(admission_tripped=0)

with case("a source outside is blocked, too"):
    erin = new_caller()
    register(erin, bob)
    for number in range(5):
        call = Call(bob, erin, to=(PUBLIC, bob.sip.peer[1]))
        call.invite()
        call.reply(erin, "480 Temporarily Unavailable", contact=False)
    place = (PUBLIC, bob.sip.peer[1])
    bob.sip.drain()
    check(is_lost(Call(bob, erin, to=place).invite), "not blocked")
    got = bob.sip.recv()
    check(got and start_line(got).startswith("SIP/2.0 503 ") and
          bob.sip.peer == place, "%s from %s" % (got, bob.sip.peer))

with case("admission is a setting, 0 turns it off"):
    sipims("set", "admission-window=10", "admission-failures=0")
    counters = Counters()
    erin = new_caller()
    for number in range(8):
        fail(caller=erin)
    check(not blocked(erin), "blocked")
    counters.check(admission_tripped=0)

sipims("set", "admission-failures=100", "source-calls=256")


def rejected(call, send):
    """Check that a 503 responds to the request that send() sends."""
    alice.sip.drain()
    is_lost(send)
    got = alice.sip.recv(SILENCE)
    return got is not None and start_line(got).startswith("SIP/2.0 503 ")


flush()
with case("ports, pinholes and expectations at their limits are reported"):
    sipims("set", "port-min=20000", "port-max=20003")
    counters = Counters()
    call = Call(alice, bob)
    check(rejected(call, lambda: call.request(alice, "INVITE", sdp(
        INSIDE, [4000, 4002, 4004]))), "ports: not reported")
    counters.check(port_exhausted=1)
    flush()
    sipims("set", "port-min=16384", "port-max=32767")
    call = Call(alice, bob).start()
    before = expect_max(6)
    check(rejected(call, lambda: call.request(alice, "INVITE", sdp(
        INSIDE, range(4000, 4010, 2)))), "expectations: not reported")
    counters.check(expectation_full=1)
    expect_max(before)
    call.check_audio()

with case("a 200 over the limit is dropped without a response"):
    flush()
    call = Call(alice, bob)
    call.invite()
    before = expect_max(1)
    bob.sip.drain()
    alice.sip.drain()
    check(is_lost(lambda: call.reply(bob, "200 OK", call.sdp(bob))), "passed")
    check(not answers(bob.sip) and not answers(alice.sip), "a response")
    expect_max(before)

finish()
