#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The ingress hook of the translator device."""
import itertools
import json
import select
import socket

from ksft import case, check, finish, need, topology
from sipnet import LAN, ROUTER, WAN, inside, poll
from trgwnet import HOST6, PEER4, PEER6, exchange, nft, quiet, run, sock, stats

topology("trgw")
need("tc", modules=("sch_ingress", "cls_matchall"))

COUNT = 5
MARK = 7


class Tap:
    """A packet socket for received packets only"""

    name = "a tap"

    def __init__(self, drops=False):
        check(not drops, "a tap drops nothing")
        with inside(ROUTER):
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self.sock.bind(("trgw0", 3))        # ETH_P_ALL
        self.seen = 0

    def count(self):
        while select.select([self.sock], [], [], 0.2)[0]:
            self.seen += self.sock.recvfrom(2000)[1][2] != socket.PACKET_OUTGOING
        return self.seen

    def close(self):
        self.sock.close()


class Classifier:
    """tc, which marks packets and passes or drops them"""

    name = "tc"

    def __init__(self, drops=False):
        run("tc", "qdisc", "add", "dev", "trgw0", "clsact")
        run("tc", "filter", "add", "dev", "trgw0", "ingress", "matchall",
            "action", "skbedit", "mark", str(MARK), "pipe",
            "action", "gact", "drop" if drops else "pass")

    @staticmethod
    def count():
        listed = json.loads(run("tc", "-s", "-j", "filter", "show", "dev", "trgw0",
                                "ingress").stdout)
        return sum(action["stats"]["packets"] for line in listed
                   for action in line.get("options", {}).get("actions", [])
                   if action["kind"] == "gact")

    @staticmethod
    def close():
        run("tc", "qdisc", "del", "dev", "trgw0", "clsact")


class Hook:
    """netfilter's ingress hook, which also counts packets that tc marked"""

    name = "netfilter"

    def __init__(self, drops=False):
        nft("""table netdev door {
            chain door {
                type filter hook ingress device trgw0 priority -10; policy %s;
                counter
                meta mark %d counter
            }
        }""" % ("drop" if drops else "accept", MARK))

    @staticmethod
    def counts():
        listed = json.loads(run("nft", "-j", "list", "table", "netdev", "door").stdout)
        return [part["counter"]["packets"] for line in listed["nftables"]
                for part in line.get("rule", {}).get("expr", []) if "counter" in part]

    def count(self):
        return self.counts()[0]

    @staticmethod
    def close():
        run("nft", "delete", "table", "netdev", "door")


WATCHERS = Tap, Classifier, Hook


class Watch:
    """Several watchers at once"""

    def __init__(self, kinds, dropping=None):
        self.there = [kind(drops=kind is dropping) for kind in kinds]
        self.kinds = kinds

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for watcher in self.there:
            watcher.close()

    def check(self, **expected):
        """Check how many packets were seen, and by netfilter how many marked.
        """
        for watcher in self.there:
            want = expected.get(type(watcher).__name__, expected["all"])
            poll(lambda watcher=watcher, want=want: watcher.count() >= want)
            seen = watcher.count()
            check(seen == want, "%s sees %d packets of %d" % (watcher.name, seen, want))
            if isinstance(watcher, Hook):
                marked = watcher.counts()[1]
                check(marked == (want if Classifier in self.kinds else 0),
                      "%d of %d have been at tc before" % (marked, want))


def subsets():
    for size in range(1, len(WATCHERS) + 1):
        yield from itertools.combinations(WATCHERS, size)


def each_sees(kinds):
    """Check that packets arrive, both ways."""
    before = stats()
    with Watch(kinds) as watch:
        exchange(host, peer, COUNT)
        watch.check(all=2 * COUNT)
    after = stats()
    check([after[way] - before[way] for way in ("from4", "from6")] == [COUNT, COUNT],
          (before, after))


def dropped(kinds, dropping, **expected):
    """Check that no packet to the peer arrives."""
    before = stats()["from6"]
    with Watch(kinds, dropping) as watch:
        for i in range(COUNT):
            host.sendto(b"gone %d" % i, (PEER6, 7000))
        check(poll(lambda: stats()["from6"] == before + COUNT), stats())
        watch.check(all=COUNT, **expected)
        check(quiet(peer), "what was dropped arrives")
    exchange(host, peer, 1)


host = sock(LAN, addr=HOST6)
peer = sock(WAN, socket.AF_INET, addr=PEER4, port=7000)

for seers in subsets():
    with case("each packet is seen once by " + ", ".join(k.name for k in seers)):
        each_sees(seers)

with case("tc with nothing to classify"):
    run("tc", "qdisc", "add", "dev", "trgw0", "clsact")
    each_sees([Hook])
    each_sees([Tap, Hook])
    run("tc", "qdisc", "del", "dev", "trgw0", "clsact")

with case("packets that tc drops do not reach netfilter"):
    for seers in (Classifier,), (Classifier, Hook), WATCHERS:
        dropped(seers, Classifier, Hook=0)

with case("packets that netfilter drops were seen before"):
    for seers in subsets():
        if Hook in seers:
            dropped(seers, Hook)

with case("the same before a flowtable, which takes the flows that it knows"):
    nft("""table inet fast {
        flowtable fast { hook ingress priority filter; devices = { lan0, wan0, trgw0 }; }
        chain quick {
            type filter hook forward priority 10;
            ct state established meta l4proto udp flow add @fast
        }
    }""")
    exchange(host, peer, 20)
    for family in "ipv4", "ipv6":
        flows = run("conntrack", "-L", "-f", family, "-p", "udp").stdout
        check("OFFLOAD" in flows, flows)
    for seers in subsets():
        each_sees(seers)
    run("nft", "delete", "table", "inet", "fast")

finish()
