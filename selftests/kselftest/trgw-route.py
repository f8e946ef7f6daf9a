#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Packets that leave the translator device follow routes, rules and hooks, and
a change of those from the next packet on.

2001:db8:1::2 is 192.0.2.1 in IPv4.
"""
import os
import select
import socket
import subprocess
import time

from ksft import case, check, finish, need, topology
from sipnet import LAN, ROUTER, WAN, inside, poll
from trgwnet import unloaded

topology("trgw-side")
need("nstat")

SIDE = os.environ["side"]
HOST4, HOST6 = "192.0.2.1", "2001:db8:1::2"
PEER4, PEER6 = "203.0.113.2", "64:ff9b::203.0.113.2"
PORTS = (7000, 7001, 7002)
IPV6_TCLASS = 67
ARRIVES, LOST = 2, 0.3


def run(*args, text=None):
    return subprocess.run(["ip", "netns", "exec", ROUTER, *args], input=text,
                          capture_output=True, text=True, check=True).stdout


def ip(ns, *args):
    subprocess.run(["ip", "-n", ns, *args], check=True)


def sysctl(name, value):
    run("sysctl", "-q", "-w", "%s=%s" % (name, value))


def nft(rules):
    run("nft", "-f", "-", text=rules)


def sock(ns, family, addr, port):
    with inside(ns):
        made = socket.socket(family, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((addr, port))
    return made


class Way:
    """One direction: sender, receiver, and the other possible receiver."""

    def __init__(self, name, near, family):
        self.name, self.version = name, 4 if family == socket.AF_INET else 6
        # of the packets that leave the device, and their other router
        self.source, self.target, self.bits, self.hop = (
            (HOST4, PEER4, "/32", "198.51.100.2") if self.version == 4 else
            (PEER6, HOST6, "/128", "2001:db8:3::2"))
        self.to = PEER6 if self.version == 4 else HOST4
        self.sender, self.other = self.make_sender(4000), self.make_sender(4001)
        self.receivers = {}
        for where, ns in (("near", near), ("side", SIDE)):
            for port in PORTS:
                addr = self.target if where == "near" else ""
                self.receivers[sock(ns, family, addr, port)] = where

    def make_sender(self, port):
        if self.version == 4:
            return sock(LAN, socket.AF_INET6, HOST6, port)
        return sock(WAN, socket.AF_INET, PEER4, port)

    def ip(self, *args):
        ip(ROUTER, "-%d" % self.version, *args)

    def arrived(self, wait):
        found = []
        while True:
            ready = select.select(list(self.receivers), [], [], wait)[0]
            if not ready:
                return found
            for receiver in ready:
                receiver.recv(100)
                found.append(self.receivers[receiver])
            wait = 0

    def goes(self, expected, port=7000, sender=None):
        """Send a packet; check that it arrives once, at that receiver only."""
        try:
            (sender or self.sender).sendto(b"x", (self.to, port))
        except OSError:     # an earlier packet's ICMP error
            (sender or self.sender).sendto(b"x", (self.to, port))
        found = self.arrived(ARRIVES if expected else LOST)
        check(found == ([expected] if expected else []),
              "%s: %s instead of %s" % (self.name, found, expected))

    def stays(self, expected, **where):
        """Check it often enough for a cached route to be used."""
        for _ in range(4):
            self.goes(expected, **where)

    def changes(self, do, undo, expected):
        """Check that a change takes effect with the next packet, and so its
        end.
        """
        for _ in range(2):
            self.stays("near")
            do()
            self.stays(expected)
            undo()
        self.stays("near")

    def route(self, *args, expected):
        """Check a route to the receiver that is added and removed."""
        self.changes(lambda: self.ip("route", "add", *args),
                     lambda: self.ip("route", "del", *args), expected)

    def rule(self, what, *args):
        self.ip("rule", what, *args, "pref", "50", "table", "100")


# packets that the device translates to IPv4, and those to IPv6
OUT = Way("out", WAN, socket.AF_INET)
BACK = Way("back", LAN, socket.AF_INET6)
WAYS = (OUT, BACK)

with case("a better route is added and removed"):
    for way in WAYS:
        way.route(way.target + way.bits, "via", way.hop, expected="side")

with case("an unreachable route is added and removed"):
    for way in WAYS:
        for kind in ("blackhole", "unreachable", "prohibit"):
            way.route(kind, way.target + way.bits, expected=None)

with case("a rule is added and removed"):
    for way in WAYS:
        way.changes(lambda way=way: way.rule("add", "from", way.source),
                    lambda way=way: way.rule("del", "from", way.source), "side")

with case("a mark that prerouting sets chooses the table"):
    nft("table inet marks { chain before { type filter hook prerouting priority 0; }; }")
    for way in WAYS:
        way.rule("add", "fwmark", "1")
        way.changes(lambda: nft("add rule inet marks before iifname trgw0 meta mark set 1"),
                    lambda: nft("flush chain inet marks before"), "side")
        way.rule("del", "fwmark", "1")
    nft("delete table inet marks")

with case("the traffic class chooses the table"):
    OUT.other.setsockopt(socket.IPPROTO_IPV6, IPV6_TCLASS, 0x10)
    BACK.other.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x10)
    for way in WAYS:
        way.rule("add", "tos", "0x10")
        for _ in range(4):
            way.goes("near")
            way.goes("side", sender=way.other)
        way.rule("del", "tos", "0x10")
        way.stays("near", sender=way.other)

with case("the port chooses the table"):
    for way in WAYS:
        way.stays("near")
        way.stays("near", port=7001)
        way.rule("add", "ipproto", "udp", "dport", "7001")
        for _ in range(4):
            way.goes("near")
            way.goes("side", port=7001)
        way.rule("del", "ipproto", "udp", "dport", "7001")
        way.stays("near", port=7001)

with case("prerouting changes the destination"):
    time.sleep(1.1)     # the device waits that long after a failed lookup
    nft("""
        table inet there {
            chain before {
                type nat hook prerouting priority dstnat;
                iifname trgw0 udp dport 7002 dnat ip to 198.51.100.2
                iifname trgw0 udp dport 7002 dnat ip6 to 2001:db8:3::2
            }
        }""")
    for way in WAYS:
        for _ in range(4):
            way.goes("near")
            way.goes("side", port=7002)
    nft("delete table inet there")


def refused():
    for line in run("nstat", "-asz", "TcpExtIPReversePathFilter").splitlines():
        if line.startswith("TcpExtIPReversePathFilter"):
            return int(line.split()[1])
    return None


with case("rp_filter drops packets with the source of another device"):
    OUT.ip("route", "replace", "192.0.2.0/24", "dev", "side0")
    OUT.changes(lambda: sysctl("net.ipv4.conf.trgw0.rp_filter", 1),
                lambda: sysctl("net.ipv4.conf.trgw0.rp_filter", 0), None)
    before = refused()
    sysctl("net.ipv4.conf.trgw0.rp_filter", 1)
    OUT.stays(None)
    check(refused() == before + 4, (before, refused()))
    OUT.ip("route", "replace", "192.0.2.0/24", "dev", "trgw0")
    OUT.stays("near")
    sysctl("net.ipv4.conf.trgw0.rp_filter", 0)

def by_port(version):
    """Ports select one of several next hops; some kernels know one only."""
    name = "net.ipv%d.fib_multipath_hash_policy" % version
    if not os.path.exists("/proc/sys/" + name.replace(".", "/")):
        return False
    sysctl(name, 1)
    return True


with case("two next hops share the flows"):
    for way, near in ((OUT, "203.0.113.9"), (BACK, "2001:db8:1::9")):
        if not by_port(way.version):
            continue
        way.ip("route", "add", way.target + way.bits, "nexthop", "via", way.hop,
               "nexthop", "via", near)
        seen = []
        for _ in range(40):
            sender = way.make_sender(0)
            sender.sendto(b"x", (way.to, 7000))
            seen += way.arrived(ARRIVES)
            sender.close()
        check(len(seen) == 40 and set(seen) == {"near", "side"}, (way.name, seen))
        way.ip("route", "del", way.target + way.bits)
        way.stays("near")

with case("ignore_routes_with_linkdown skips a next hop without a carrier"):
    for way in WAYS:
        sysctl("net.ipv%d.conf.side0.ignore_routes_with_linkdown" % way.version, 1)
        way.ip("route", "add", way.target + way.bits, "via", way.hop)
        way.stays("side")
    ip(SIDE, "link", "set", "eth0", "down")
    time.sleep(1.5)     # the kernel polls carriers once a second
    for way in WAYS:
        way.stays("near")
    ip(SIDE, "link", "set", "eth0", "up")
    ip(SIDE, "addr", "replace", "2001:db8:3::2/64", "dev", "eth0", "nodad")
    time.sleep(1.5)
    for way in WAYS:
        way.stays("side")

with case("the next hop's device is deleted"):
    begin = time.monotonic()
    ip(ROUTER, "link", "del", "side0")
    check(time.monotonic() - begin < 8, "it was held")
    for way in WAYS:
        way.stays("near")

with case("the device goes down, up, and to another namespace"):
    for _ in range(3):
        ip(ROUTER, "link", "set", "trgw0", "down")
        ip(ROUTER, "link", "set", "trgw0", "up")
        OUT.ip("route", "replace", "192.0.2.0/24", "dev", "trgw0")
        BACK.ip("route", "replace", "64:ff9b::/96", "via", "fe80::1", "dev", "trgw0")
        for way in WAYS:
            way.stays("near")
    ip(ROUTER, "link", "set", "trgw0", "netns", SIDE)
    # the device holds neither the namespace that it left nor the module
    subprocess.run(["ip", "netns", "del", ROUTER], check=True)
    ip(SIDE, "link", "del", "trgw0")
    check(poll(unloaded, 30), "something holds the module")
    log = subprocess.run(["dmesg"], capture_output=True, text=True, check=True).stdout
    check("unregister_netdevice: waiting" not in log, "a device was held")

finish()
