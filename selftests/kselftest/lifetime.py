#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rules, calls, flows, modules and the namespace itself are removed under
traffic; after each round nothing is left.

From the environment: ROUNDS, how many (1); SEED repeats a run; RATE, packets a
second (400); PATIENCE, seconds that a step may take (10; 60 with
KERNEL=debug).
"""
import contextlib
import json
import os
import random
import subprocess
import threading

from ksft import case, check, finish, need, topology
from live import (
    LIVE, MODULES, PATIENCE, Traffic, addresses, bounded, loaded,
    nothing_but_modules, packets_of, remove, through_pinholes, unbalanced,
    unload)
from sipnet import (
    INSIDE, LAN, OUTSIDE, ROUTER, SIPIMS, WAN, Call, Lost, Media, Phone,
    Talk, calls, expectations, inside, poll, register, registered, run,
    sipims)

topology("nat")
need(LIVE, "unshare")

ROUNDS = int(os.environ.get("ROUNDS") or 1)
SEED = int(os.environ.get("SEED") or random.getrandbits(31))
RATE = int(os.environ.get("RATE") or 400)
CALLS = 3
AGAIN = 2

choice = random.Random(SEED)


def bail_out(problem):
    """End the test: any later case could hang."""
    print("Bail out! " + problem, flush=True)
    traffic.process.kill()
    os._exit(1)


# ---- the router -------------------------------------------------------------

def nft(text):
    with inside(ROUTER):
        subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)


def flush_rules():
    run(ROUTER, "nft", "flush", "ruleset")


def load_rules(zone=None):
    """Load helper and masquerade; delete flows, which lack both."""
    flush_rules()
    nft(RULES if zone is None else """
table ip zones {
	chain zone {
		type filter hook prerouting priority raw; policy accept;
		iifname { "lan0", "wan0" } ct zone set %d
	}
}
""" % zone + RULES)
    run(ROUTER, "conntrack", "-F")


def ip(*words):
    subprocess.run(["ip", *words], check=True)


def make_router():
    """Add a router like topo_nat's between the same two ends."""
    ip("netns", "add", ROUTER)
    for ns, device, address, gateway in (
            (LAN, "lan0", INSIDE, "192.168.1.1"),
            (WAN, "wan0", OUTSIDE, "203.0.113.1")):
        ip("link", "add", "eth0", "netns", ns, "type", "veth", "peer", "name",
           device, "netns", ROUTER)
        ip("-n", ROUTER, "addr", "add", gateway + "/24", "dev", device)
        ip("-n", ROUTER, "link", "set", device, "up")
        ip("-n", ns, "addr", "add", address + "/24", "dev", "eth0")
        ip("-n", ns, "link", "set", "eth0", "up")
        ip("-n", ns, "route", "add", "default", "via", gateway)
    run(ROUTER, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1",
        "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0")
    addresses()
    load_rules()


# ---- namespaces -------------------------------------------------------------

NAMESPACES_MAX = "/proc/sys/user/max_net_namespaces"


def namespaces_within(count):
    """Return whether no more exist.  A namespace counts until it is freed, and
    the kernel refuses one past the limit.
    """
    with open(NAMESPACES_MAX, "r+", encoding="ascii") as limit:
        before = limit.read()
        limit.seek(0)
        limit.write("%d\n" % (count + 1))
        limit.flush()
        status = bounded(PATIENCE, "unshare", "-n", "true")
        limit.seek(0)
        limit.write(before)
    return status == 0


def namespaces():
    count = 0
    while not namespaces_within(count):
        count += 1
    return count


# ---- traffic ----------------------------------------------------------------

class Dumps(threading.Thread):
    """List everything continuously; each list must be complete."""

    def __init__(self, *command):
        super().__init__(daemon=True)
        self.command = command
        self.over = threading.Event()
        self.count = 0
        self.wrong = []

    def run(self):
        while not self.over.is_set():
            listed = run(ROUTER, *self.command)
            if "json" in self.command:
                try:
                    json.loads(listed)
                except ValueError:
                    self.wrong.append(listed)
            self.count += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *unused):
        self.over.set()
        self.join()
        check(self.count and not self.wrong, "%s: %d lists, wrong: %s" % (
            self.command, self.count, self.wrong[:1]))


def a_call_works():
    """Make a call with audio and RTCP both ways, and end it."""
    call = Call(alice, bob)
    with contextlib.suppress(Lost, OSError):
        call.start()
        works = call.has_audio()
        call.bye()
        return works
    alice.sip.drain()
    bob.sip.drain()
    return False


def flowing():
    """Check that both sides of the generator send."""
    before = packets_of(LAN), packets_of(WAN)
    return poll(lambda: packets_of(LAN) > before[0] and
                packets_of(WAN) > before[1])


# ---- rounds -----------------------------------------------------------------

def flush_flows():
    for again in range(AGAIN):
        run(ROUTER, "conntrack", "-F")


def flush_expectations():
    for again in range(AGAIN):
        run(ROUTER, "conntrack", "-F", "expect")


def flush_calls():
    for again in range(AGAIN):
        sipims("-F")


def remove_rules():
    """Unload the modules without rules, under traffic."""
    flush_rules()
    check(poll(nothing_but_modules, PATIENCE), loaded())
    load_rules()


def replace_rules():
    """Replace rules while their flows and calls continue."""
    for again in range(AGAIN):
        flush_rules()
        nft(RULES)


def remove_nat_module():
    """Remove the NAT module; the next packet that needs it loads it again.

    The kernel requests it at most once in 10 seconds.
    """
    problem = remove(MODULES[0], PATIENCE)
    check(not problem, problem)
    check(poll(lambda: MODULES[0] in loaded(), 10 + PATIENCE), loaded())


def reload_modules():
    flush_rules()
    problem = unload(PATIENCE)
    if problem:
        bail_out(problem)
    check(not expectations(), expectations())
    bounded(PATIENCE, "modprobe", MODULES[1])
    check(len(loaded()) == 3, loaded())
    load_rules()


def reload_modules_repeatedly():
    """Load and unload rules faster than a call starts."""
    for again in range(AGAIN):
        reload_modules()


def delete_namespace():
    """Delete the namespace with its calls and packets in flight."""
    ip("netns", "del", ROUTER)
    if not poll(lambda: namespaces_within(BASE - 1), PATIENCE):
        bail_out("the namespace is still there")
    make_router()


def delete_while_listing():
    """Delete the namespace while everything in it is listed."""
    with Dumps(SIPIMS, "-o", "json", "-L"), \
            Dumps("conntrack", "-L", "expect"), Dumps("conntrack", "-L"):
        for again in range(AGAIN):
            listed = sipims("-L", "calls")["calls"]
            for call in choice.sample(listed, min(len(listed), 5)):
                sipims("-D", "--call-id", call["call-id"])
            run(ROUTER, "conntrack", "-F", "expect")
            sipims("-F")
            run(ROUTER, "conntrack", "-F")


def change_settings():
    """Set settings of used and unused zones while they are read."""
    with Dumps(SIPIMS, "-o", "json", "get"):
        for again in range(3 * AGAIN):
            low = 2 * choice.randrange(8000, 30000)
            sipims("set", "-w", str(choice.choice((0, 0, 1, 7, 4000))),
                   "port-min=%d" % low,
                   "port-max=%d" % (low + 2 * choice.randrange(1, 2000) - 1),
                   "grace=%d" % choice.randrange(3),
                   "malformed=" + choice.choice(("drop", "pass")),
                   "timer-c=%d" % choice.randrange(1, 60))
    sipims("set", "port-min=16384", "port-max=32767", "grace=1",
           "malformed=drop", "timer-c=60")


def change_zone():
    """Move flows and calls to another zone."""
    load_rules(zone=choice.randrange(1, 100))
    check(poll(a_call_works, PATIENCE), "no call in the zone")
    load_rules()


OPERATIONS = (
    flush_flows, flush_expectations, flush_calls, remove_rules, replace_rules,
    remove_nat_module, reload_modules, reload_modules_repeatedly,
    delete_namespace, delete_while_listing, change_settings, change_zone)


def live_calls():
    """Start calls and a registration that a round can lose."""
    everyone = []
    with contextlib.suppress(Lost, OSError):
        for pair in ends:
            everyone.append(Call(alice, bob, media=pair).start())
        registered(bob, alice, register(alice, bob))
    return everyone


def check_ended():
    """Check that without rules no call starts and none is left."""
    flush_rules()
    sipims("-F")
    check(poll(lambda: calls() == (0, 0), PATIENCE), calls())
    check(not expectations(), expectations())
    check(poll(lambda: not through_pinholes(), PATIENCE), through_pinholes())
    check(not unbalanced(), unbalanced())


def operate(number, operation):
    """One case under traffic, which continues after it."""
    name = operation.__name__.replace("_", " ")
    with case("round %d: %s" % (number, name)):
        everyone = live_calls()
        check(len(everyone) == CALLS, "only %d calls before" % len(everyone))
        with Talk(everyone):
            operation()
            check(flowing(), "the generator does not send")
        check(poll(a_call_works, PATIENCE), "no call afterwards")
        check_ended()
        load_rules()


def flows_now():
    path = "/proc/sys/net/netfilter/nf_conntrack_count"
    with inside(ROUTER), open(path, encoding="ascii") as count:
        return int(count.read())


def check_nothing():
    """Check that the state of traffic disappears without rules."""
    check_ended()
    run(ROUTER, "conntrack", "-F")
    check(poll(lambda: not flows_now(), PATIENCE), flows_now())
    check(poll(nothing_but_modules, PATIENCE), loaded())
    check(poll(lambda: namespaces_within(BASE), PATIENCE),
          "%d namespaces, not %d" % (namespaces(), BASE))
    check(flowing(), "the generator does not send")


def start_again():
    problem = unload(PATIENCE)
    if problem:
        bail_out(problem)
    bounded(PATIENCE, "modprobe", MODULES[1])
    load_rules()


print("# SEED=%d ROUNDS=%d" % (SEED, ROUNDS), flush=True)
with inside(ROUTER):
    RULES = subprocess.run(["nft", "list", "ruleset"], text=True, check=True,
                           stdout=subprocess.PIPE).stdout
BASE = namespaces()
addresses()
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
ends = [(Media(LAN, INSIDE, 4100 + 2 * i), Media(WAN, OUTSIDE, 6100 + 2 * i))
        for i in range(CALLS)]
traffic = Traffic(SEED, rate=RATE)

for number in range(1, ROUNDS + 1):
    for operation in choice.sample(OPERATIONS, len(OPERATIONS)):
        operate(number, operation)
    with case("round %d: nothing is left" % number):
        check_nothing()
    with case("round %d: the modules unload and load" % number):
        start_again()

with case("the generator sent without a pause"):
    check(traffic.running(), "it ended")
    counts = traffic.stop()
    print("# " + " ".join("%s %d" % item for item in counts.items()))
    for name in ("got-sip", "got-media", "got-whole", "ended", "mutated"):
        check(counts[name] > 0, "%s is 0" % name)
    check(not counts["overflow"], "%d not received" % counts["overflow"])

with case("a call works at the end"):
    run(ROUTER, "conntrack", "-F")
    Call(alice, bob).start().check_audio()

with case("the modules unload"):
    flush_rules()
    problem = unload(PATIENCE)
    check(not problem, problem)

finish()
