#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Calls, and the same messages broken in every way, from both sides at once;
each datagram is accounted for.

From the environment: PACKETS, how many (6000); SEED repeats a run except for
the ports that the router chooses; PATIENCE, see lifetime.py.
"""
import os
import random
import re
import subprocess

from ksft import case, check, finish, need, topology
from live import (
    LIVE, PATIENCE, SIP_KINDS, Traffic, addresses, loaded, nothing_but_modules,
    through_pinholes, unbalanced, unload)
from sipnet import (
    INSIDE, LAN, OUTSIDE, ROUTER, WAN, Call, Counters, Phone, calls,
    encoded, expectations, inside, poll, run, setting, sipims)

topology("nat")
need(LIVE)

PACKETS = int(os.environ.get("PACKETS") or 6000)
SEED = int(os.environ.get("SEED") or random.getrandbits(31))

DATAGRAM_MAX = 65507
EXPECT_MAX = "/proc/sys/net/netfilter/nf_conntrack_expect_max"
# Incomplete fragments are kept for half a minute; on a fast machine
# they would use up the memory of the complete ones.
FRAGMENTS_MAX = 256 << 20

# Counters along the way of a UDP datagram.  Every packet of a flow that
# began with a packet to port 5060 has the helper, and so has each flow that
# the helper expected: it inherits the mark.  The helper runs last.
# Late media may arrive at a port that has become a Contact's, and the
# reverse: such a Contact has the helper, and media has not.
ACCOUNT = """
table ip account {
	counter total { }
	counter invalid { }
	counter helped { }
	counter unhelped { }
	counter media_helped { }
	counter sip_unhelped { }
	counter local_helped { }
	counter local_other { }
	chain before {
		type filter hook prerouting priority -300
		meta l4proto udp counter name total
	}
	chain tracked {
		type filter hook prerouting priority -140
		meta l4proto udp ct state invalid counter name invalid accept
		udp dport 5060 ct state new ct mark set 1
		udp sport 5060 goto sip
		udp dport 5060 goto sip
	}
	chain sip {
		ct mark 1 counter name helped
		ct mark != 1 counter name unhelped
	}
	chain crossed {
		type filter hook forward priority 0
		meta l4proto != udp accept
		ct mark != 1 accept
		ct status & expected == 0 accept
		udp sport 5060 udp dport 20000-29999 counter name sip_unhelped
		udp sport != 5060 udp dport != 20000-29999 counter name media_helped
	}
	chain local {
		type filter hook input priority 0
		meta l4proto udp ct state invalid counter name local_other accept
		udp sport 5060 goto local_sip
		udp dport 5060 goto local_sip
	}
	chain local_sip {
		ct mark 1 counter name local_helped accept
		counter name local_other
	}
}
"""


def nft(text):
    with inside(ROUTER):
        subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)


def router_counters():
    listed = run(ROUTER, "nft", "list", "counters", "table", "ip", "account")
    counters = {name: int(value) for name, value in re.findall(
        r"counter (\w+) \{\s+packets (\d+)", listed)}
    # by conntrack itself: a new flow that is not allowed
    counters["refused"] = sum(int(value) for value in re.findall(
        r"insert_failed=(\d+)", run(ROUTER, "conntrack", "-S")))
    return counters


class Account:
    """One run of the generator, and the counters of all parties in it."""

    def __init__(self, packets, seed, distance):
        self.rises = Counters()
        self.before = router_counters()
        self.helper, self.router = {}, {}
        self.sent = Traffic(seed, packets, distance).wait()
        poll(self.settled)

    def settled(self):
        """Return whether no counter has risen since the last call."""
        last = self.helper, self.router
        self.helper = self.rises.rose()
        self.router = {name: value - self.before[name]
                       for name, value in router_counters().items()}
        return last == (self.helper, self.router)

    def of(self, *names):
        """Return the sum of counters of sipims."""
        return sum(self.helper.get(name, 0) for name in names)

    def reasons(self):
        return [name for name in self.helper if name.startswith("malformed-")]

    @staticmethod
    def check_equal(what, left, right):
        check(left == right, "%s: %d and %d, %+d" % (
            what, left, right, left - right))

    def check_way(self):
        """Account for datagrams from the sender to the helper."""
        sent, router = self.sent, self.router
        self.check_equal("datagrams sent and come to the router",
                         sent["sip"] + sent["media"] + sent["invalid"],
                         router["total"])
        self.check_equal("datagrams invalid for conntrack",
                         sent["invalid"], router["invalid"])
        self.check_equal("datagrams of SIP flows", sent["sip"],
                         router["helped"] + router["unhelped"])
        self.check_equal("datagrams the helper had to see, and saw",
                         router["helped"] + router["media_helped"] -
                         router["sip_unhelped"], self.of("datagrams"))
        check(not sent["failed"], "%d packets not sent" % sent["failed"])
        check(not sent["overflow"], "%d not received" % sent["overflow"])

    def check_outcomes(self, passes):
        """Check that each has one outcome: changed, unchanged, dropped, or of
        a kind that is not parsed; malformed or too large where it may pass.
        """
        outcomes = ["rewritten", "unchanged", "dropped", *SIP_KINDS]
        if passes:
            outcomes += ["malformed", "too-large"]
        self.check_equal(
            "datagrams and their kinds", self.of("datagrams"),
            self.of("requests", "responses", "malformed", *SIP_KINDS))
        self.check_equal("datagrams and their outcomes", self.of("datagrams"),
                         self.of(*outcomes))
        self.check_equal("malformed and its reasons", self.of("malformed"),
                         self.of(*self.reasons()))

    def check_left(self):
        """Check that exactly the forwarded datagrams arrived."""
        sent, router = self.sent, self.router
        # a datagram to the router itself may be dropped or not
        check(not router["local_helped"], "%d for the router itself" %
              router["local_helped"])
        expected = (self.of("datagrams") - self.of("dropped") +
                    router["unhelped"] + router["invalid"] -
                    router["local_other"])
        check(0 <= expected - sent["got-sip"] <= router["refused"],
              "%d had to arrive, but for %d; %d did" % (
                  expected, router["refused"], sent["got-sip"]))

    def check_whole(self):
        """Check that calls without broken messages work, or are refused for
        lack of a resource.
        """
        refused = self.of("no-memory", "port-exhausted", "expectation-full",
                          "pinhole-limit", "call-limit")
        lost = self.sent["whole"] - self.sent["got-whole"]
        check(0 <= lost <= refused, "%d good messages lost, %d refused" % (
            lost, refused))
        check(not self.sent["got-wrong"], "%d good messages arrived wrong" %
              self.sent["got-wrong"])

    def add(self, other):
        """Add the counters of another run."""
        for mine, others in ((self.sent, other.sent),
                             (self.helper, other.helper)):
            for name, value in others.items():
                mine[name] = mine.get(name, 0) + value

    def check_deep(self):
        """Check that enough broken messages passed the parser."""
        datagrams, least = self.of("datagrams"), self.sent["begun"] // 4
        for name, floor in (
                ("calls-opened", least), ("registrations-opened", 1),
                ("calls-closed", least // 16), ("registrations-closed", 1),
                ("pinholes-opened", least), ("pinholes-closed", least // 16),
                ("media-flows", 1), ("media-flows-killed", 1),
                ("rewritten", datagrams // 4), ("unchanged", 1),
                ("malformed", datagrams // 20)):
            check(self.of(name) >= floor, "%s: only %d, not %d" % (
                name, self.of(name), floor))
        check(self.sent["got-media"] > 0, "no media arrived")
        check(len(self.reasons()) >= 15, "only %s" % self.reasons())

    def show(self):
        for title, values in (("sent", self.sent), ("router", self.router),
                              ("helper", self.helper)):
            line = "# %s:" % title
            for name, value in values.items():
                word = " %s %d" % (name, value)
                if len(line + word) > 76:
                    print(line)
                    line = "#  "
                line += word
            print(line)


def padded(data, length):
    """Add headers to a message up to that length."""
    data, lines = encoded(data), []
    missing = length - len(data)
    while missing:
        # each line is longer than its frame and no longer than a header may be
        line = missing if missing < 8000 else 7000
        lines.append(b"X: " + b"x" * (line - 5) + b"\r\n")
        missing -= line
    return data.replace(b"Max-Forwards", b"".join(lines) + b"Max-Forwards")


def expect_max(number):
    """Set the kernel's limit of expectations; return the old one."""
    with open(EXPECT_MAX, "r+", encoding="ascii") as limit:
        before = limit.read()
        limit.seek(0)
        limit.write(number)
    return before


def ports_free():
    """Return whether a new call has a port of a new range.  A pool ends with
    its last port, and only a new pool has the range that was set meanwhile.
    """
    call = Call(alice, bob)
    call.invite()
    sipims("-D", "--call-id", call.call_id)
    return 40000 <= call.mapped()[1] <= 40099


print("# SEED=%d PACKETS=%d" % (SEED, PACKETS), flush=True)
addresses()
for ns in (LAN, ROUTER, WAN):
    run(ns, "sysctl", "-q", "-w",
        "net.ipv4.ipfrag_high_thresh=%d" % FRAGMENTS_MAX)
nft(ACCOUNT)
# calls of mutated messages end by timeout only
EXPECT_BEFORE = expect_max("65536")
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
witness = Call(alice, bob)

with case("a call begins before the broken messages"):
    witness.start().check_audio()

# the traffic has a few sources, and most of it is not answered; the call from
# before is silent meanwhile
sipims("set", "timer-c=60", "max-call=60", "max-registration=60",
       "source-calls=0", "admission-failures=0", "inactive-media=86400")
accounts = []

# with a distance of 0 packets between the two sides nothing is reordered
for policy, grace, share, distance in (("drop", 1, 3, 4), ("pass", 0, 1, 0)):
    sipims("set", "malformed=" + policy, "grace=%d" % grace)
    account = Account(PACKETS * share // 4, SEED + distance, distance)
    account.show()
    accounts.append(account)
    with case("malformed=%s: every datagram is accounted for" % policy):
        account.check_way()
    with case("malformed=%s: every datagram has one outcome" % policy):
        account.check_outcomes(policy == "pass")
    with case("malformed=%s: every forwarded datagram arrived" % policy):
        account.check_left()
    with case("malformed=%s: calls without broken messages work" % policy):
        account.check_whole()

with case("enough broken messages passed the parser"):
    accounts[0].add(accounts[1])
    accounts[0].check_deep()

with case("the call from before still exists, and ends"):
    witness.check_audio()
    witness.bye()

with case("a new call works"):
    Call(alice, bob).start().check_audio()

with case("a message that outgrows a datagram is dropped"), \
        setting(malformed="drop"):
    for room, arrives in ((1, True), (0, False)):
        call = Call(alice, bob)
        invite = padded(call.build(alice, "INVITE", call.sdp(alice)),
                        DATAGRAM_MAX - room)
        counters = Counters()
        bob.sip.drain()
        alice.sip.send(invite, (OUTSIDE, 5060))
        got = bob.sip.recv(1 if arrives else 0.2)
        # the port of its SDP has one digit more after the router
        check((got is not None and len(got) == len(invite) + 1) == arrives,
              "%d bytes: %s" % (len(invite), got and len(got)))
        counters.check(too_large=not arrives, dropped=not arrives)
        known = [entry["call-id"] for entry in sipims("-L", "calls")["calls"]]
        check((call.call_id in known) == arrives, "its call")

with case("sipims -F leaves nothing"):
    sipims("-F")
    check(calls() == (0, 0), calls())
    check(not expectations(), expectations())
    check(poll(lambda: not through_pinholes(), PATIENCE), through_pinholes())
    check(not unbalanced(), unbalanced())

with case("all ports are released"):
    sipims("set", "malformed=drop", "port-min=40000", "port-max=40099")
    check(poll(ports_free, PATIENCE), "one is still taken")

expect_max(EXPECT_BEFORE)
with case("the modules unload"):
    run(ROUTER, "nft", "flush", "ruleset")
    check(poll(nothing_but_modules, PATIENCE), loaded())
    problem = unload(PATIENCE)
    check(not problem, problem)

finish()
