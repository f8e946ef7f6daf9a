#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The translator device between an IPv6-only lan and an IPv4-only wan: UDP,
TCP, ICMP, fragments, the pool and its settings.
"""
import hashlib
import json
import os
import socket
import struct
import subprocess
import threading
import time

from ksft import case, check, finish, topology
from sipnet import LAN, ROUTER, SIPIMS, WAN, inside, poll
from trgwnet import (
    ARRIVES, HOST6, PEER4, PEER6, exchange, hosts, ip, nft, quiet, run,
    sock, stats, trgw, unloaded)

topology("trgw")

IP_MTU_DISCOVER, IP_PMTUDISC_DONT, IP_PMTUDISC_DO = 10, 0, 2
IPV6_MTU_DISCOVER, IPV6_MTU, IP_MTU = 23, 24, 14
IPV6_TCLASS, SO_NO_CHECK = 67, 11


def ping(ns, to, *args):
    return run("ping", "-n", "-c", "2", "-i", "0.2", "-W", "2", *args, to, ns=ns,
               good=False)


def pings(ns, to, *args):
    got = ping(ns, to, *args)
    check(" 0% packet loss" in got.stdout, got.stdout + got.stderr)


def refused(text, *args):
    got = trgw(*args, good=False)
    check(got.returncode == 1 and text in got.stderr, "%s: %s" % (args, got.stderr))


def mapped():
    """Return the pool address that the host is assigned."""
    found = [h["address4"] for h in hosts() if h["address6"] == HOST6]
    check(len(found) == 1, hosts())
    return found[0]


def assigned():
    """Return {host: pool address}."""
    return {h["address6"]: h["address4"] for h in hosts() if h["assigned"]}


def until(condition, seconds=15):
    check(poll(condition, seconds), hosts())


def bulk(client, server, to, megabytes=8):
    """Check that TCP carries all bytes, and back."""
    data = os.urandom(1 << 20)
    digest = []
    server.listen(1)

    def serve():
        conn, _ = server.accept()
        conn.settimeout(30)
        seen = hashlib.sha256()
        left = megabytes << 20
        while left:
            part = conn.recv(1 << 16)
            if not part:
                break
            seen.update(part)
            left -= len(part)
        digest.append(seen.digest())
        conn.sendall(data)
        conn.close()

    thread = threading.Thread(target=serve)
    thread.start()
    client.settimeout(30)
    client.connect(to)
    sent = hashlib.sha256()
    for _ in range(megabytes):
        client.sendall(data)
        sent.update(data)
    back = b""
    while len(back) < len(data):
        part = client.recv(1 << 16)
        if not part:
            break
        back += part
    thread.join()
    client.close()
    server.close()
    check(digest == [sent.digest()], "what arrived is not what was sent")
    check(back == data, "what came back is not what was sent")


host = sock(LAN, addr=HOST6)
peer = sock(WAN, socket.AF_INET, addr=PEER4, port=7000)

with case("UDP from IPv6 to IPv4 and back"):
    host.sendto(b"hello", (PEER6, 7000))
    data, source = peer.recvfrom(2048)
    check(data == b"hello" and source[0] == mapped(), source)
    peer.sendto(b"answer", source)
    data, source = host.recvfrom(2048)
    check(data == b"answer", data)
    check(source[0] == "64:ff9b::cb00:7102" and source[1] == 7000, source)

with case("a datagram without a checksum gets one"):
    peer.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    for size in (1, 700, 1401):
        peer.sendto(b"x" * size, (mapped(), host.getsockname()[1]))
        check(host.recv(2048) == b"x" * size, size)
    peer.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 0)

with case("DSCP becomes traffic class and back"):
    peer.setsockopt(socket.IPPROTO_IP, 13, 1)           # IP_RECVTOS
    host.setsockopt(socket.IPPROTO_IPV6, 66, 1)         # IPV6_RECVTCLASS
    host.setsockopt(socket.IPPROTO_IPV6, IPV6_TCLASS, 0xb8)
    host.sendto(b"ef", (PEER6, 7000))
    _, extra, _, source = peer.recvmsg(100, 100)
    check(extra and extra[0][2][0] == 0xb8, extra)
    peer.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x88)
    peer.sendto(b"af41", source)
    _, extra, _, _ = host.recvmsg(100, 100)
    check(extra and extra[0][2][0] == 0x88, extra)
    host.setsockopt(socket.IPPROTO_IPV6, IPV6_TCLASS, 0)
    peer.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0)

with case("TCP from IPv6 to IPv4, with GSO"):
    bulk(sock(LAN, kind=socket.SOCK_STREAM),
         sock(WAN, socket.AF_INET, socket.SOCK_STREAM, PEER4, 7001), (PEER6, 7001))

with case("TCP from IPv4 to IPv6, with GSO"):
    bulk(sock(WAN, socket.AF_INET, socket.SOCK_STREAM),
         sock(LAN, kind=socket.SOCK_STREAM, addr=HOST6, port=7002), (mapped(), 7002))



def segments(client, server, to):
    """Return the MSS that each end uses."""
    server.listen(1)
    client.connect(to)
    conn = server.accept()[0]
    sizes = [end.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)
             for end in (client, conn)]
    for end in (client, conn, server):
        end.close()
    return sizes


with case("TCP segments fit both families; a rule can clamp them"):
    ways = [lambda port: segments(sock(LAN, kind=socket.SOCK_STREAM),
                                  sock(WAN, socket.AF_INET, socket.SOCK_STREAM,
                                       PEER4, port), (PEER6, port)),
            lambda port: segments(sock(WAN, socket.AF_INET, socket.SOCK_STREAM),
                                  sock(LAN, kind=socket.SOCK_STREAM, addr=HOST6,
                                       port=port), (mapped(), port))]
    # 1,500 bytes less the headers of IPv6 and TCP, and its timestamps
    for i, way in enumerate(ways):
        check(way(7003 + i) == [1428, 1428], "not those of an MTU of 1,500")
    nft("table inet clamp { chain forward { type filter hook forward priority mangle; "
        "iifname trgw0 tcp flags syn tcp option maxseg size set 1000; }; }")
    for i, way in enumerate(ways):
        check(way(7005 + i) == [988, 988], "not those of the rule")
    nft("delete table inet clamp")

with case("ping both ways"):
    pings(LAN, PEER6)
    pings(LAN, PEER6, "-s", "1400")
    pings(WAN, mapped())
    pings(WAN, mapped(), "-s", "1400")

with case("fragments both ways"):
    host.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, 0)
    peer.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT)
    before = stats()
    for size in (1453, 3000, 20000):
        data = os.urandom(size)
        host.sendto(data, (PEER6, 7000))
        got, source = peer.recvfrom(65535)
        check(got == data, "from IPv6, %d" % size)
        peer.sendto(data, source)
        check(host.recv(65535) == data, "from IPv4, %d" % size)
    check(stats()["fragmented"] > before["fragmented"], "none was too long")
    peer.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    peer.sendto(b"y" * 1400, source)
    check(host.recv(2048) == b"y" * 1400, "without a checksum")
    peer.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 0)

with case("the smallest path from IPv4 to IPv6 carries datagrams without DF"):
    ip(ROUTER, "link", "set", "lan0", "mtu", "1280")
    ip(LAN, "link", "set", "eth0", "mtu", "1280")
    peer.sendto(b"z" * 1400, source)
    check(host.recv(2048) == b"z" * 1400, "lost")
    ip(ROUTER, "link", "set", "lan0", "mtu", "1500")
    ip(LAN, "link", "set", "eth0", "mtu", "1500")


def learns(sender, level, option, to, size, want):
    """Send until the path MTU is known from a translated error."""
    sender.connect(to)
    end = time.monotonic() + ARRIVES
    while time.monotonic() < end:
        try:
            sender.send(b"m" * size)
        except OSError:
            pass
        if sender.getsockopt(level, option) == want:
            break
        time.sleep(0.05)
    got = sender.getsockopt(level, option)
    check(got == want, "MTU %d, not %d" % (got, want))
    sender.close()


with case("path MTU discovery from IPv6 through a small IPv4 link"):
    ip(ROUTER, "link", "set", "wan0", "mtu", "1400")
    small = sock(LAN)
    small.setsockopt(socket.IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_DO)
    learns(small, socket.IPPROTO_IPV6, IPV6_MTU, (PEER6, 7000), 1430, 1420)
    ip(ROUTER, "link", "set", "wan0", "mtu", "1500")

with case("path MTU discovery from IPv4 through a small IPv6 link"):
    ip(ROUTER, "link", "set", "lan0", "mtu", "1400")
    small = sock(WAN, socket.AF_INET)
    small.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
    learns(small, socket.IPPROTO_IP, IP_MTU, (mapped(), 7009), 1430, 1380)
    ip(ROUTER, "link", "set", "lan0", "mtu", "1500")
    while not quiet(peer):
        peer.recv(65535)

with case("hop limits expire, and the errors arrive"):
    got = ping(LAN, PEER6, "-t", "2")
    check("From 64:ff9b::cb00:7101" in got.stdout or
          "64:ff9b::" in got.stdout and "Time exceeded" in got.stdout, got.stdout)
    got = ping(WAN, mapped(), "-t", "2")
    check("From " + mapped() in got.stdout and "Time to live" in got.stdout, got.stdout)

with case("a closed port, and the error arrives"):
    for sender, to in ((sock(LAN), (PEER6, 7008)),
                       (sock(WAN, socket.AF_INET), (mapped(), 7008))):
        sender.connect(to)
        sender.send(b"x")
        try:
            sender.recv(100)
            check(False, "somebody answers")
        except ConnectionRefusedError:
            pass
        sender.close()

with case("an unused address, and the error arrives"):
    before = stats()
    got = ping(WAN, "192.0.2.77")
    check("Destination Host Unreachable" in got.stdout, got.stdout)
    check(stats()["unmapped"] > before["unmapped"], stats())

with case("sources inside of the prefix, and unused addresses, are dropped"):
    before = stats()
    ip(LAN, "addr", "add", "64:ff9b::7/128", "dev", "eth0", "nodad")
    fake = sock(LAN, addr="64:ff9b::7")
    fake.sendto(b"x", (PEER6, 7000))
    host.sendto(b"x", ("64:ff9b::127.0.0.1", 7000))
    host.sendto(b"x", ("64:ff9b::224.0.0.9", 7000))
    ip(LAN, "addr", "del", "64:ff9b::7/128", "dev", "eth0")
    after = stats()
    for name, more in (("source-in-prefix", 1), ("martian", 2)):
        check(after[name] == before[name] + more, (name, before, after))
    check(quiet(peer), "something arrived")

with case("martians from IPv4 are dropped"):
    with inside(WAN):
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    before = stats()
    udp = bytes.fromhex("0009000900080000")
    for source in ("169.254.1.1", "240.0.0.1"):
        raw.sendto(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, 17, 0,
                               socket.inet_aton(source), socket.inet_aton(mapped()))
                   + udp, (mapped(), 0))
    until(lambda: stats()["martian"] == before["martian"] + 2)
    check(stats()["from4"] == before["from4"], stats())
    raw.close()

with case("packets that return to the device do not loop"):
    # the prefix within the prefix: an unused pool address, one
    # that is routed to the device but in no pool, and the sender itself
    ip(ROUTER, "route", "add", "198.51.100.0/24", "dev", "trgw0")
    for address, crosses, unmapped in (("192.0.2.77", 1, 1), ("198.51.100.1", 1, 1),
                                       (mapped(), 2, 0)):
        before = stats()
        host.sendto(b"round", ("64:ff9b::" + address, 9))
        until(lambda: stats()["from6"] > before["from6"])
        time.sleep(0.2)     # for a loop to go on
        after = stats()
        check(after["unmapped"] == before["unmapped"] + unmapped, (address, after))
        # and back again: the error about it
        check(after["from6"] + after["from4"] <=
              before["from6"] + before["from4"] + 2 * crosses, (address, before, after))
    ip(ROUTER, "route", "del", "198.51.100.0/24", "dev", "trgw0")

with case("hosts with a static address"):
    trgw("add", "trgw0", "192.0.2.100", "2001:db8:1::64")
    ip(LAN, "addr", "add", "2001:db8:1::64/64", "dev", "eth0", "nodad")
    own = sock(LAN, addr="2001:db8:1::64")
    peer.sendto(b"first", ("192.0.2.100", own.getsockname()[1]))
    check(own.recv(100) == b"first", "lost")
    own.sendto(b"second", (PEER6, 7000))
    check(peer.recvfrom(100)[1][0] == "192.0.2.100", "another source")

with case("hairpin: two IPv6 hosts see each other inside of the prefix"):
    own.sendto(b"to you", ("64:ff9b::" + mapped(), host.getsockname()[1]))
    data, source = host.recvfrom(100)
    check(data == b"to you" and source[0] == "64:ff9b::c000:264", source)
    host.sendto(b"and back", source[:2])
    data, source = own.recvfrom(100)
    check(data == b"and back" and source[0].startswith("64:ff9b::"), source)
    own.close()

with case("an empty pool is reported, and addresses return to it"):
    before = stats()
    senders = []
    for i in range(16, 22):
        address = "2001:db8:1::%x" % i
        ip(LAN, "addr", "add", address + "/64", "dev", "eth0", "nodad")
        senders.append(sock(LAN, addr=address))
        senders[-1].sendto(b"me", (PEER6, 7000))
    sources = set()
    for _ in range(3):
        sources.add(peer.recvfrom(100)[1][0])
    check(len(sources) == 3 and mapped() not in sources, sources)
    check(quiet(peer), "more than the pool has")
    check(stats()["pool-exhausted"] == before["pool-exhausted"] + 3, stats())
    check(len(assigned()) == 4, hosts())
    trgw("delete", "trgw0", "2001:db8:1::10")
    senders[5].sendto(b"again", (PEER6, 7000))
    check(peer.recv(100) == b"again", "still exhausted")
    check("released" in trgw("flush", "trgw0").stdout, "flush")
    check(not assigned(), hosts())

with case("an idle address is released unless conntrack has a flow of it"):
    nft("""table ip legs {
        chain c { type filter hook forward priority 0; ct state new accept; }
    }""")
    trgw("set", "trgw0", "idle=1")
    senders[0].sendto(b"flow", (PEER6, 7000))
    kept = peer.recvfrom(100)[1][0]
    time.sleep(4)       # several times idle
    check(list(assigned().values()) == [kept], hosts())
    run("nft", "delete", "table", "ip", "legs")
    run("conntrack", "-F")
    until(lambda: not assigned(), 10)
    trgw("set", "trgw0", "idle=7440")

with case("an idle address stays while a pinhole names it"):
    nft("""table ip master {
        ct helper ftp { type "ftp" protocol tcp; }
        chain c { type filter hook input priority 0; tcp dport 2121 ct helper set "ftp"; }
    }""")
    server = sock(ROUTER, socket.AF_INET, socket.SOCK_STREAM, "203.0.113.1", 2121)
    server.listen(1)
    master = sock(WAN, socket.AF_INET, socket.SOCK_STREAM, PEER4, 2122)
    master.connect(("203.0.113.1", 2121))
    for i in (0, 1):
        senders[i].sendto(b"idle", (PEER6, 7000))
        peer.recvfrom(100)
    kept, gone = "2001:db8:1::10", "2001:db8:1::11"
    check(set(assigned()) == {kept, gone}, hosts())
    run("conntrack", "-I", "exp", "-p", "tcp", "-t", "300",
        "--orig-src", PEER4, "--orig-dst", "203.0.113.1",
        "--orig-port-src", "2122", "--orig-port-dst", "2121",
        "--tuple-src", PEER4, "--tuple-dst", assigned()[kept],
        "--tuple-port-src", "0", "--tuple-port-dst", "5000",
        "--mask-src", "255.255.255.255", "--mask-dst", "255.255.255.255",
        "--mask-port-src", "0", "--mask-port-dst", "65535")
    run("conntrack", "-D", "-p", "udp", good=False)
    trgw("set", "trgw0", "idle=1")
    until(lambda: gone not in assigned())
    check(kept in assigned(), "the pinhole leads to no host")
    found = run("conntrack", "-L", "expect").stdout
    check(" dst=%s " % assigned()[kept] in found, found)
    run("conntrack", "-F")
    until(lambda: not assigned())
    trgw("set", "trgw0", "idle=7440")
    master.close()
    server.close()
    run("nft", "delete", "table", "ip", "master")
    for i, sender in enumerate(senders):
        sender.close()
        ip(LAN, "addr", "del", "2001:db8:1::%x/64" % (16 + i), "dev", "eth0")
    ip(LAN, "addr", "del", "2001:db8:1::64/64", "dev", "eth0")

with case("firewalls on both sides, and masquerade"):
    nft("""table inet wall {
        chain forward {
            type filter hook forward priority 0; policy drop;
            ct state established,related accept
            iifname lan0 oifname trgw0 accept
            iifname trgw0 oifname wan0 accept
        }
        chain masq {
            type nat hook postrouting priority srcnat;
            oifname wan0 masquerade
        }
    }""")
    host.sendto(b"out", (PEER6, 7000))
    data, source = peer.recvfrom(100)
    check(data == b"out" and source[0] == "203.0.113.1", source)
    peer.sendto(b"in", source)
    check(host.recv(100) == b"in", "no answer")
    peer.sendto(b"stranger", (mapped(), host.getsockname()[1]))
    check(quiet(host), "the wall is open")
    pings(LAN, PEER6)
    bulk(sock(LAN, kind=socket.SOCK_STREAM),
         sock(WAN, socket.AF_INET, socket.SOCK_STREAM, PEER4, 7003), (PEER6, 7003), 2)

with case("a flowtable with both legs"):
    nft("""table inet wall {
        flowtable fast { hook ingress priority filter; devices = { lan0, wan0, trgw0 }; }
        chain quick {
            type filter hook forward priority 10;
            ct state established meta l4proto { tcp, udp } flow add @fast
        }
    }""")
    exchange(host, peer, 20)
    both = (run("conntrack", "-L", "-f", "ipv4", "-p", "udp").stdout,
            run("conntrack", "-L", "-f", "ipv6", "-p", "udp").stdout)
    check(all("OFFLOAD" in text for text in both), both)
    before = stats()
    exchange(host, peer, 10)
    after = stats()
    check([after[name] - before[name] for name in ("from4", "from6")] == [10, 10],
          (before, after))
    bulk(sock(LAN, kind=socket.SOCK_STREAM),
         sock(WAN, socket.AF_INET, socket.SOCK_STREAM, PEER4, 7004), (PEER6, 7004), 2)
    run("nft", "delete", "table", "inet", "wall")

with case("invalid settings are refused"):
    for prefix in ("2001:db8::/33", "2001:db8::1/32", "ff02::/32", "fe80::/64",
                   "::ffff:0:0/96", "2001:db8:0:0:100::/96"):
        refused("prefix", "set", "trgw0", "prefix=" + prefix)
    refused("inside of this prefix", "set", "trgw0", "prefix=2001:db8::/32")
    refused("pool-last", "set", "trgw0", "pool=192.0.2.9-192.0.2.1")
    refused("65536", "set", "trgw0", "pool=10.0.0.0/8")
    refused("routed", "set", "trgw0", "pool=127.0.0.0/24")
    refused("this pool", "set", "trgw0", "pool=192.0.2.0/24")
    refused("idle", "set", "trgw0", "idle=0")
    refused("limit", "set", "trgw0", "limit=1279")
    refused("pool", "add", "trgw0", "192.0.2.1", "2001:db8:9::1")
    refused("prefix", "add", "trgw0", "192.0.2.200", "64:ff9b::1")
    refused("in the map", "add", "trgw0", "192.0.2.100", "2001:db8:9::1")
    refused("in the map", "add", "trgw0", "192.0.2.101", "2001:db8:1::64")
    refused("no such host", "delete", "trgw0", "192.0.2.222")
    refused("no trgw device", "stats", "lan0")
    check("64:ff9b::/96" in trgw("show", "trgw0").stdout, "the prefix has changed")

with case("prefixes of every length"):
    for prefix, address in (
            ("2001:dc8::/32", "2001:dc8:cb00:7102::"),
            ("2001:dc8:100::/40", "2001:dc8:1cb:71:2::"),
            ("2001:dc8:122::/48", "2001:dc8:122:cb00:71:200::"),
            ("2001:dc8:122:300::/56", "2001:dc8:122:3cb:0:7102::"),
            ("2001:dc8:122:344::/64", "2001:dc8:122:344:cb:71:200::"),
            ("2001:dc8:122:344::/96", "2001:dc8:122:344::203.0.113.2")):
        trgw("set", "trgw0", "prefix=" + prefix)
        ip(ROUTER, "route", "replace", prefix, "via", "fe80::1", "dev", "trgw0")
        pings(LAN, address)
    trgw("set", "trgw0", "prefix=64:ff9b::/96")

with case("two devices with equal settings: routes select one"):
    ip(ROUTER, "link", "add", "trgw1", "type", "trgw")
    check(not hosts("trgw1"), hosts("trgw1"))
    trgw("set", "trgw1", "prefix=64:ff9b::/96", "pool=192.0.2.0-192.0.2.3")
    trgw("add", "trgw1", "192.0.2.100", "2001:db8:1::64")
    devices = json.loads(trgw("show", "-o", "json").stdout)["devices"]
    check([d["name"] for d in devices] == ["trgw0", "trgw1"], devices)
    pings(LAN, PEER6)
    check(not [h for h in hosts("trgw1") if h["assigned"]], hosts("trgw1"))

OTHER, BEYOND = "2001:db8:fe::", "198.51.100."

with case("a host in the prefix of another device is refused by name"):
    refused("a host of another trgw device is inside of this prefix",
            "set", "trgw1", "prefix=2001:db8:1::/96")
    check("64:ff9b::/96" in trgw("show", "trgw1").stdout, "the prefix has changed")
    trgw("set", "trgw1", "prefix=%s/96" % OTHER, "pool=%s0-%s3" % (BEYOND, BEYOND))
    refused("address6 is inside of the prefix of another trgw device",
            "add", "trgw0", "192.0.2.101", OTHER + "1")
    refused("address6 is inside of the prefix of another trgw device",
            "add", "trgw1", "192.0.2.101", "64:ff9b::1")

with case("hosts of two devices reach each other through both"):
    ip(ROUTER, "link", "set", "trgw1", "up")
    ip(ROUTER, "route", "add", OTHER + "/96", "via", "fe80::1", "dev", "trgw1")
    ip(ROUTER, "route", "add", BEYOND + "0/24", "dev", "trgw1")
    trgw("add", "trgw1", BEYOND + "100", "2001:db8:1::65")
    ip(LAN, "addr", "add", "2001:db8:1::65/64", "dev", "eth0", "nodad")
    own = sock(LAN, addr="2001:db8:1::65")
    host.sendto(b"there", ("64:ff9b::%s100" % BEYOND, own.getsockname()[1]))
    data, source = own.recvfrom(100)
    check(data == b"there" and source[0].startswith(OTHER), source)
    own.sendto(b"and back", source[:2])
    data, source = host.recvfrom(100)
    check(data == b"and back" and source[0] == "64:ff9b::c633:6464", source)
    own.close()


def crossed():
    return sum(stats(dev)[name] for dev in ("trgw0", "trgw1") for name in ("from4", "from6"))


def from_inside(source, to):
    """Send a datagram from an address of the lan inside of a prefix."""
    ip(LAN, "addr", "add", source + "/128", "dev", "eth0", "nodad")
    fake = sock(LAN, addr=source)
    fake.sendto(b"x", (to, 7000))
    fake.close()
    ip(LAN, "addr", "del", source + "/128", "dev", "eth0")


with case("packets do not loop between two devices that route to each other"):
    # a host with an address of one that is an IPv4 host of the other would
    # become a host of each inside of the other's prefix
    before = {dev: stats(dev)["source-in-prefix"] for dev in ("trgw0", "trgw1")}
    for i in range(4):
        from_inside("64:ff9b::%s%d" % (BEYOND, i), OTHER + "203.0.113.2")
        from_inside(OTHER + "192.0.2.%d" % i, PEER6)
    for dev in ("trgw0", "trgw1"):
        until(lambda dev=dev: stats(dev)["source-in-prefix"] == before[dev] + 4)
    check(quiet(peer), "something arrived")
    for i in range(4):
        for to in ("64:ff9b::%s%d" % (BEYOND, i), OTHER + "192.0.2.%d" % i):
            before = crossed()
            host.sendto(b"round", (to, 9))
            until(lambda before=before: crossed() > before)
            time.sleep(0.2)     # for a loop to go on
            # there, and the error about it
            check(crossed() - before <= 4, (to, crossed() - before))
    found = hosts() + hosts("trgw1")
    check(not [h for h in found if h["address6"].startswith((OTHER, "64:ff9b:"))], found)

with case("a new prefix revokes what another device assigned inside of it"):
    trgw("set", "trgw1", "prefix=2001:db8:fd::/96")
    from_inside(OTHER + "9", PEER6)
    until(lambda: OTHER + "9" in assigned())
    while not quiet(peer):
        peer.recv(100)
    trgw("set", "trgw1", "prefix=%s/96" % OTHER)
    check(OTHER + "9" not in assigned() and HOST6 in assigned(), assigned())
    ip(LAN, "addr", "del", "2001:db8:1::65/64", "dev", "eth0")
    ip(ROUTER, "link", "del", "trgw1")

def arrives(prefix, *hosts):
    """Move a device to this namespace; return why it cannot be set up."""
    ip(WAN, "link", "add", "trgw1", "type", "trgw")
    run(SIPIMS, "trgw", "set", "trgw1", "prefix=" + prefix, ns=WAN)
    for i, addr in enumerate(hosts):
        run(SIPIMS, "trgw", "add", "trgw1", "192.0.2.%d" % (100 + i), addr, ns=WAN)
    ip(WAN, "link", "set", "trgw1", "netns", ROUTER)
    return run("ip", "link", "set", "trgw1", "up", good=False).stderr


def conflicts():
    """Count the conflicts that the kernel log reports."""
    log = subprocess.run(["dmesg"], capture_output=True, text=True, check=True).stdout
    return log.count("trgw1: conflict with trgw0: a static host is inside the prefix of the other device")


with case("a device from another namespace follows the same rules"):
    before = conflicts()
    check("in use" in arrives(OTHER + "/96", "64:ff9b::1"), "a host of it")
    trgw("delete", "trgw1", "192.0.2.100")
    ip(ROUTER, "link", "set", "trgw1", "up")
    ip(ROUTER, "link", "del", "trgw1")
    # where 2001:db8:1::64 is one of trgw0
    check("in use" in arrives("2001:db8:1::/96"), "its prefix")
    ip(ROUTER, "link", "del", "trgw1")
    check(conflicts() == before + 2, (before, conflicts()))
    from_inside(OTHER + "9", PEER6)
    until(lambda: OTHER + "9" in assigned())
    while not quiet(peer):
        peer.recv(100)
    check(arrives(OTHER + "/96") == "", "it does not go up")
    check(OTHER + "9" not in assigned() and HOST6 in assigned(), assigned())
    ip(ROUTER, "link", "del", "trgw1")

with case("an unprivileged user's own namespace is refused"):
    got = subprocess.run(["unshare", "-Urn", "ip", "link", "add", "t0", "type", "trgw"],
                         capture_output=True, text=True, check=False)
    check(got.returncode != 0, "a device was made")


def flood(sender, to, stop):
    while not stop.is_set():
        try:
            sender.sendto(b"f" * 200, to)
        except OSError:
            pass


def flooding(work):
    """Do something while packets arrive from both sides."""
    stop = threading.Event()
    senders = [(sock(LAN), (PEER6, 7000)), (sock(WAN, socket.AF_INET), ("192.0.2.0", 9))]
    threads = [threading.Thread(target=flood, args=(*s, stop)) for s in senders]
    for thread in threads:
        thread.start()
    try:
        work()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def rebuild():
    for _ in range(5):
        ip(ROUTER, "link", "del", "trgw0")
        ip(ROUTER, "link", "add", "trgw0", "type", "trgw")
        ip(ROUTER, "link", "set", "trgw0", "up")
        ip(ROUTER, "route", "add", "64:ff9b::/96", "via", "fe80::1", "dev", "trgw0")
        ip(ROUTER, "route", "add", "192.0.2.0/24", "dev", "trgw0")
        for _ in range(5):
            trgw("set", "trgw0", "prefix=64:ff9b::/96", "pool=192.0.2.0-192.0.2.3")
            trgw("flush", "trgw0")
            trgw("set", "trgw0", "pool=192.0.2.4-192.0.2.9")
            trgw("set", "trgw0", "pool=192.0.2.0-192.0.2.3")


def unload():
    for _ in range(3):
        subprocess.run(["modprobe", "-r", "trgw"], check=True)
        check(not os.path.exists("/sys/module/trgw"), "still loaded")
        ip(ROUTER, "link", "add", "trgw0", "type", "trgw")      # loads it
        ip(ROUTER, "link", "set", "trgw0", "up")
        ip(ROUTER, "route", "add", "64:ff9b::/96", "via", "fe80::1", "dev", "trgw0")
        ip(ROUTER, "route", "add", "192.0.2.0/24", "dev", "trgw0")
        trgw("set", "trgw0", "prefix=64:ff9b::/96", "pool=192.0.2.0-192.0.2.3")


with case("the device is added and deleted under traffic"):
    flooding(rebuild)

with case("the module is unloaded under traffic"):
    flooding(unload)
    pings(LAN, PEER6)

with case("the namespace is deleted under traffic"):
    flooding(lambda: subprocess.run(["ip", "netns", "del", ROUTER], check=True))
    check(poll(unloaded, 30), "something holds the module")

finish()
