#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""sipims -E: who is notified that the media of a stream ceased, and with which
fields; the privilege to listen is the initial user namespace's.
"""
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

from family import host, inet, listed
from ksft import case, check, finish, skip_all, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, SIPIMS, STOCK, WAN, Call, Counters,
    Media, Phone, flush, hears, inside, poll, sdp, setting, sipims)
from xlat import OUTSIDE6, SIX, phones

TOPOLOGY = topology("nat", "xlat", "nat-owned", extended=(6,))

if STOCK:
    skip_all("the stock helper sends no events")
IDLE = 2                # seconds, inactive-media of these tests
NOTICED = 8             # seconds until an event arrives at the latest
LONG = "long-" + 200 * "x"

# With CONFIG_FAILSLAB atomic allocations of packet buffers fail.
FAILSLAB = "/sys/kernel/debug/failslab"
BUFFERS = "/sys/kernel/slab/skbuff_head_cache/failslab"
FAILING = {"ignore-gfp-wait": "Y", "cache-filter": "Y", "task-filter": "N",
           "verbose": "0", "interval": "1", "space": "0", "times": "-1",
           "probability": "100"}

# Joins every group that it may, and prints all messages.
RAW = """
import socket
sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
sock.bind((0, 0))
joined = []
for group in range(1, 128):
    try:
        sock.setsockopt(270, 1, group)
        joined.append(group)
    except OSError:
        pass
print(*joined, flush=True)
while True:
    print(sock.recv(65536), flush=True)
"""


class Program:
    """A program that prints what it receives until it is ended."""

    def __init__(self, *command, ns=ROUTER, **how):
        with inside(ns):
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                text=True, close_fds=False, **how)
        self.out, self.err = [], []
        self.threads = [
            threading.Thread(target=self.read, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.out),
                         (self.process.stderr, self.err))]
        for thread in self.threads:
            thread.start()

    @staticmethod
    def read(pipe, lines):
        for line in pipe:
            lines.append(line.rstrip("\n"))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.wait()

    def wait(self, timeout=5):
        """Its exit status, and all that it printed is here; None if it goes
        on.
        """
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        for thread in self.threads:
            thread.join()
        return status

    def signal(self, number):
        self.process.send_signal(number)


class Listener(Program):
    """sipims -E"""

    def __init__(self, *args, ns=ROUTER):
        super().__init__(SIPIMS, "-E", *args, ns=ns)
        check(poll(lambda: self.err or self.wait(0) is not None) and
              "listening" in self.err[0], "it does not listen: %s" % self.err)

    def events(self):
        """Return the events of sipims -E -o json so far."""
        return [json.loads(listed(line)) for line in list(self.out)]

    def waits(self, count):
        """Wait for that many events; return all of them."""
        poll(lambda: len(self.out) >= count, NOTICED)
        check(len(self.out) == count,
              "%d events, not %d" % (len(self.out), count))
        return self.events()


class Raw(Program):
    """A socket that joins all groups it may, in another process"""

    def __init__(self, *before, ns=ROUTER, **how):
        super().__init__(*before, sys.executable, "-c", RAW, ns=ns, **how)
        check(poll(lambda: self.out) and "16" in self.out[0].split(),
              "it does not listen: %s" % self.err)

    def heard(self, call):
        return any(call.call_id in line for line in list(self.out[1:]))


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


@contextlib.contextmanager
def no_memory():
    """Make the allocations of events fail, and no others."""
    write(BUFFERS, "1")
    for name, value in FAILING.items():
        write(os.path.join(FAILSLAB, name), value)
    try:
        yield
    finally:
        write(os.path.join(FAILSLAB, "probability"), "0")
        write(os.path.join(FAILSLAB, "cache-filter"), "N")
        write(BUFFERS, "0")


def inactive(counters, count=1):
    """Wait until that many streams have closed."""
    check(poll(lambda: counters.rose().get("media-inactive", 0) >= count,
               NOTICED), "no stream closes")
    counters.check(media_inactive=count)


def places(bindings, media):
    """Return the common fields of a stream's bindings."""
    return sorted([[one[key] for key in (
        "party", "component", "l4proto", "local-address", "local-port",
        "mapped-address", "mapped-port", "tag")]
                   for one in bindings if one["mline"] == media], key=repr)


def silent(call, streams=1):
    """A call of several streams, answered and then silent."""
    call.request(call.caller, "INVITE", sdp(
        call.caller.addr, [4000 + 10 * i for i in range(streams)]))
    call.reply(call.callee, "200 OK", sdp(
        call.callee.addr, [6000 + 10 * i for i in range(streams)]))
    call.request(call.caller, "ACK")
    return call


def lost_memory(alice, bob):
    """Fail events for lack of memory, with time to end that."""
    with case("no memory: the event is counted as lost, listeners notice"), \
            setting(inactive_media=2 * IDLE):
        with Listener("-o", "json") as listener:
            counters = Counters()
            call = silent(Call(alice, bob))
            with no_memory():
                counters.check(media_inactive=0)
                inactive(counters)
            counters.check(events=0, events_lost=1)
            check(poll(lambda: listener.out), listener.err)
            check([event["event"] for event in listener.events()] == ["lost"],
                  listener.out)
            check("lost" in listener.err[-1], listener.err)
            # and continues
            call.invite()
            call.accept()
            events = listener.waits(2)
            check(events[1]["call"]["call-id"] == call.call_id, events)
            counters.check(events=1, events_lost=1)
            listener.signal(signal.SIGINT)
            check(listener.wait() == 1, listener.err)
    with case("without memory and listeners no event is lost"), \
            setting(inactive_media=2 * IDLE):
        flush()
        counters = Counters()
        silent(Call(alice, bob))
        with no_memory():
            counters.check(media_inactive=0)
            inactive(counters)
        counters.check(events=0, events_lost=0)


def nat():
    """The cases through NAT, in either family"""
    alice = Phone(LAN, INSIDE, "alice")
    bob = Phone(WAN, OUTSIDE, "bob", media=6000)
    near, far = Media(LAN, INSIDE, 4010), Media(WAN, OUTSIDE, 6010)

    with case("the event names the stream that ceased, not the one in use"):
        counters = Counters()
        with Listener("-o", "json") as listener:
            call = silent(Call(alice, bob), 2)
            used, ceased = call.announced[bob]
            there = call.announced[alice][1]
            # RTCP may be silent for longer than RTP
            check(not poll(lambda: not hears(bob.media.rtp, alice.media.rtp,
                                             used), 1), "no RTP")
            for _ in range(3):
                check(hears(far.rtp, near.rtp, ceased), "no RTP in")
            for _ in range(2):
                check(hears(near.rtp, far.rtp, there), "no RTP out")
            silence = time.monotonic()
            shown = sipims("-L")["calls"][0]

            def moves():
                return hears(bob.media.rtp, alice.media.rtp, used) and \
                    len(listener.out) > 0
            check(poll(moves, NOTICED), "no event")
            silence = time.monotonic() - silence
            check(not poll(lambda: not hears(bob.media.rtp, alice.media.rtp,
                                             used) or len(listener.out) > 1,
                           IDLE + 1.5), "the other stream closed, too")
            event = listener.waits(1)[0]
            counters.check(media_inactive=1, events=1, events_lost=0)
        check(event["event"] == "media-inactive", event)
        check(len(event["time"]) == len("2026-01-01T00:00:00Z"), event["time"])
        sent, was = event["call"], event["inactivity"]
        for key in ("id", "zone", "call-id", "from", "to", "state"):
            check(sent[key] == shown[key], "%s: %s" % (key, sent[key]))
        check(sent["call-id"] == call.call_id, sent)
        check(was["mline"] == 1, was)
        check(was["inactive-media"] == IDLE, was)
        check(IDLE * 1000 <= was["idle"] <= silence * 1000 + 500,
              "%s after %f s" % (was, silence))
        check(was["packets"] == 5, was)
        check({one["mline"] for one in sent["binding"]} == {1},
              sent["binding"])
        check(len(sent["binding"]) == 4, sent["binding"])
        check(places(sent["binding"], 1) == places(shown["binding"], 1),
              sent["binding"])
        check(all(one["inactive"] and not one["open"]
                  for one in sent["binding"]), sent["binding"])
        check([one["mapped-port"] for one in sent["binding"]
               if (one["party"], one["component"]) == ("caller", 1)] ==
              [ceased[1]], sent["binding"])
        check(sum(one["packets"] for one in sent["binding"]) > 0,
              sent["binding"])
        check(not sent["truncated"], sent)

    flush()
    with case("one event, another one when the stream ceased again"):
        with Listener("-o", "json") as listener:
            call = silent(Call(alice, bob))
            listener.waits(1)
            check(not poll(lambda: len(listener.out) > 1, IDLE + 1.5),
                  listener.out)
            call.invite()
            call.accept()
            events = listener.waits(2)
            check({event["call"]["call-id"] for event in events} ==
                  {call.call_id}, events)

    flush()
    with case("a terminated or ringing call has no event"):
        with setting(grace=30), Listener("-o", "json") as listener:
            counters = Counters()
            over, fails, rings = (silent(Call(alice, bob)), Call(alice, bob),
                                  Call(alice, bob))
            over.bye()
            for call in fails, rings:
                call.invite()
                call.reply(bob, "180 Ringing")
            fails.reply(bob, "486 Busy Here")
            check(not poll(lambda: listener.out, 2 * IDLE + 1), listener.out)
            counters.check(events=0, media_inactive=0)

    flush()
    with case("without listeners no event is built"):
        counters = Counters()
        silent(Call(alice, bob))
        inactive(counters)
        counters.check(events=0, events_lost=0)

    flush()
    with case("a listener in another network namespace receives no event"):
        with Raw(ns=LAN) as raw, Listener("-o", "json", ns=WAN) as other:
            counters = Counters()
            call = silent(Call(alice, bob))
            inactive(counters)
            counters.check(events=0, events_lost=0)
            with Listener("-o", "json") as listener:
                again = silent(Call(alice, bob))
                listener.waits(1)
                check(not other.out, other.out)
                check(not raw.heard(call) and not raw.heard(again),
                      raw.out)

    flush()
    with case("several listeners, each with a filter of its own"):
        call = Call(alice, bob)
        with Listener("-o", "json", "-w", "0", "-c", call.call_id) as mine, \
                Listener("-o", "json", "-n", "4294967295",
                         "-b", "536870912") as bounds, \
                Listener("-o", "json", "-w", "3") as zone, \
                Listener("-o", "json", "-c", "unknown") as unknown, \
                Listener("-o", "json", "-i", "4000000") as number:
            silent(call)
            with Listener("-o", "json", "-i",
                          str(sipims("-L")["calls"][0]["id"])) as same:
                same.waits(1)
            mine.waits(1)
            bounds.waits(1)
            # the others received the event at the same moment and filtered it
            for other in (zone, unknown, number):
                other.signal(signal.SIGINT)
                check(other.wait() == 0, other.err)
                check(not other.out, other.out)

    flush()
    with case("--number ends the listener after that many events"):
        with Listener("-o", "json", "--number", "2") as listener:
            silent(Call(alice, bob), 3)
            check(listener.wait(NOTICED) == 0, listener.err)
            check([event["inactivity"]["mline"] for event in listener.events()]
                  == [0, 1], listener.out)

    for name, number in (("Ctrl-C", signal.SIGINT), ("SIGTERM", signal.SIGTERM)):
        with case(name + " ends it"):
            with Listener() as listener:
                listener.signal(number)
                check(listener.wait() == 0, listener.err)
                check(not listener.out and len(listener.err) == 1,
                      listener.out + listener.err)

    flush()
    with case("the text output has 80 columns"):
        with Listener("-n", "1") as listener:
            call = silent(Call(alice, bob, call_id=LONG))
            check(listener.wait(NOTICED) == 0, listener.err)
            text = "\n".join(listener.out)
            check(all(len(line) <= 80 for line in listener.out), text)
            check(LONG in text.replace("\n             ", ""), text)
            for words in ("media-inactive  stream 0  zone 0  call ",
                          "\n  caller     %s:4000" % host(inet(INSIDE)),
                          "%s:%d" % (host(inet(PUBLIC)), call.mapped()[1]),
                          "\n  callee     %s:6000\n" % host(inet(OUTSIDE)),
                          "after 0 packets; inactive-media=%d" % IDLE):
                check(words in text, "'%s' is not in: %s" % (words, text))

    flush()
    with case("a slow listener reports the loss and fails at the end"):
        with Listener("-o", "json", "--buffer-size", "1") as listener:
            listener.signal(signal.SIGSTOP)
            counters = Counters()
            silent(Call(alice, bob), 12)
            inactive(counters, 12)
            listener.signal(signal.SIGCONT)
            check(poll(lambda: len(listener.err) > 1), "nothing is said")
            check("lost" in listener.err[1], listener.err)
            check(poll(lambda: '"lost"' in "".join(listener.out)),
                  listener.out)
            flush()
            call = silent(Call(alice, bob))
            check(poll(lambda: listener.events()[-1].get("call", {}).get(
                "call-id") == call.call_id, NOTICED), listener.out)
            kinds = [event["event"] for event in listener.events()]
            check(1 <= kinds.count("media-inactive") < 13, kinds)
            listener.signal(signal.SIGINT)
            check(listener.wait() == 1, listener.err)

    if os.path.exists(FAILSLAB):
        flush()
        lost_memory(alice, bob)

    flush()
    with case("an unprivileged listener is refused and receives nothing"):
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        with Raw(**nobody) as user, Raw("unshare", "-Ur") as namespace, \
                Raw() as root:
            call = silent(Call(alice, bob))
            check(poll(lambda: root.heard(call), NOTICED), root.out)
            check(not user.heard(call), "a user hears it")
            check(not namespace.heard(call), "a user namespace hears it")
        for how, before in ((nobody, ()), ({}, ("unshare", "-Ur")),
                            ({}, ("unshare", "-Urn"))):
            with Program(*before, SIPIMS, "-E", **how) as program:
                check(program.wait() == 1, program.out)
                check(len(program.err) == 1 and "CAP_NET_ADMIN" in
                      program.err[0], program.err)


def xlat():
    """The cases between the families, where a call has two legs"""
    alice, bob = phones()
    with case("the event of a call between the families has both addresses"):
        counters = Counters()
        with Listener("-o", "json") as listener:
            call = Call(alice, bob, (OUTSIDE6, 5060)).start()
            call.check_audio()
            events = listener.waits(2)
            counters.check(media_inactive=2, events=2)
        check({event["call"]["call-id"] for event in events} ==
              {call.call_id}, events)
        check(len({event["call"]["id"] for event in events}) == 2, events)
        ends = {(one["party"], one["local-address"], one["local-port"],
                 one["mapped-address"], one.get("xlat-address"))
                for event in events for one in event["call"]["binding"]
                if one["component"] == 1}
        check(ends == {
            ("caller", SIX, 4000, SIX, "192.0.2.0"),
            ("callee", OUTSIDE6, 6000, OUTSIDE6, None),
            ("caller", "192.0.2.0", 4000, PUBLIC, None),
            ("callee", OUTSIDE, 6000, OUTSIDE, None)}, ends)

    flush()
    with case("the same as text"):
        with Listener("-n", "2") as listener:
            Call(alice, bob, (OUTSIDE6, 5060)).start()
            check(listener.wait(NOTICED) == 0, listener.err)
            text = "\n".join(listener.out)
            check("\n  caller     [%s]:4000 <-> 192.0.2.0:4000\n" % SIX in text,
                  text)
            check(all(len(line) <= 80 for line in listener.out), text)


def owned():
    """The cases in a network namespace of a user namespace"""
    alice = Phone(LAN, INSIDE, "alice")
    bob = Phone(WAN, OUTSIDE, "bob", media=6000)
    with case("a network namespace of a user namespace: no event is sent"):
        with Raw() as root:
            counters = Counters()
            call = silent(Call(alice, bob))
            inactive(counters)
            counters.check(events=0, events_lost=0)
            check(not root.heard(call), root.out)

    with case("sipims -E reports that"):
        with Program(SIPIMS, "-E") as program:
            check(program.wait() == 1, program.out)
            check(len(program.err) == 1 and "user namespace" in
                  program.err[0], program.err)


with setting(grace=1, t4=300, inactive_media=IDLE):
    {"nat": nat, "xlat": xlat, "nat-owned": owned}[TOPOLOGY]()
finish()
