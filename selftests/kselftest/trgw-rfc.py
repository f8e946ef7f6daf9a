#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rare packets of RFC 7915, sent by hand."""
import json
import socket
import struct
import subprocess

from ksft import case, check, finish, topology
from sipnet import LAN, ROUTER, SIPIMS, WAN, inside

topology("trgw-static")

HOST6, PEER4 = "2001:db8:1::2", "203.0.113.2"
HOST4, PEER6 = "192.0.2.100", "64:ff9b::cb00:7102"
ICMP, ICMP6, UDP, FRAGMENT, ROUTING = 1, 58, 17, 44, 43


def stats():
    return json.loads(subprocess.run(
        ["ip", "netns", "exec", ROUTER, SIPIMS, "trgw", "stats", "trgw0", "-o", "json"],
        capture_output=True, text=True, check=True).stdout)


def raw(ns, family, protocol):
    with inside(ns):
        made = socket.socket(family, socket.SOCK_RAW, protocol)
    made.settimeout(5)
    return made


sender6 = raw(LAN, socket.AF_INET6, socket.IPPROTO_RAW)
sender4 = raw(WAN, socket.AF_INET, socket.IPPROTO_RAW)


def send6(protocol, payload, to=PEER6):
    sender6.sendto(struct.pack("!IHBB16s16s", 6 << 28, len(payload), protocol, 64,
                               socket.inet_pton(socket.AF_INET6, HOST6),
                               socket.inet_pton(socket.AF_INET6, to)) + payload, (to, 0))


def send4(protocol, payload):
    sender4.sendto(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64,
                               protocol, 0, socket.inet_aton(PEER4),
                               socket.inet_aton(HOST4)) + payload, (HOST4, 0))


def arrives(receiver, send, want, strip):
    """Receive the packet with this payload, after @strip bytes of header."""
    send()
    data = receiver.recv(2048)[strip:]
    check(data == want, data)


def checksum(data, six=False):
    if six:
        data = (socket.inet_pton(socket.AF_INET6, HOST6) +
                socket.inet_pton(socket.AF_INET6, PEER6) +
                struct.pack("!II", len(data), ICMP6) + data)
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def echo6(payload):
    head = struct.pack("!BBHHH", 128, 0, 0, 7, 1)
    return head[:2] + struct.pack("!H", checksum(head + payload, True)) + head[4:] + payload


with case("an unknown upper layer is translated unchanged, both ways"):
    for protocol in (2, 4, 33, 41, 47, 50, 103, 132, 136, 253):
        data = b"%d is as it was" % protocol
        four = raw(WAN, socket.AF_INET, protocol)
        six = raw(LAN, socket.AF_INET6, protocol)
        arrives(four, lambda: send6(protocol, data), data, 20)
        arrives(six, lambda: send4(protocol, data), data, 0)
        four.close()
        six.close()

with case("IPv6 extension headers and the other ICMP are dropped"):
    before = stats()
    for protocol in (0, 43, 44, 51, 58, 59, 60, 135, 139, 140):
        send4(protocol, b"\x3b\0\0\0\0\0\0\0")
    for protocol in (1, 51, 59, 135, 139, 140):
        send6(protocol, b"\x3b\0\0\0\0\0\0\0")
    after = stats()
    check(after["protocol"] == before["protocol"] + 16, (before, after))
    check(after["from4"] == before["from4"] and after["from6"] == before["from6"],
          (before, after))

with case("an echo with an atomic fragment header passes and is answered"):
    answers = raw(LAN, socket.AF_INET6, ICMP6)
    answers.setsockopt(ICMP6, 1, struct.pack("8I", *[0xffffffff] * 4, 0xfffffffd,
                                             *[0xffffffff] * 3))     # 129 only
    data = echo6(b"atomic")
    send6(FRAGMENT, struct.pack("!BBHI", ICMP6, 0, 0, 0x12345678) + data)
    got = answers.recv(2048)
    check(got[0] == 129 and got[4:] == data[4:], got)
    answers.close()

with case("a fragment of an echo is dropped and counted"):
    before = stats()
    send6(FRAGMENT, struct.pack("!BBHI", ICMP6, 0, 1, 0x12345678) + echo6(b"x" * 8))
    check(stats()["fragment"] == before["fragment"] + 1, stats())

with case("a routing header with segments left: the error points to the byte"):
    errors = raw(LAN, socket.AF_INET6, ICMP6)
    errors.setsockopt(ICMP6, 1, struct.pack("8I", 0xffffffef, *[0xffffffff] * 7))
    before = stats()
    routing = struct.pack("!BBBBI16s", UDP, 2, 4, 1, 0, b"\x20\x01\x0d\xb8")
    options = struct.pack("!BB6s", ROUTING, 0, b"\x01\x04")
    for first, headers, pointer in ((ROUTING, routing, 43),
                                    (60, options + routing, 51)):
        send6(first, headers + struct.pack("!HHHH", 9, 9, 8, 1))
        got = errors.recv(2048)
        check(struct.unpack("!BB", got[:2]) == (4, 0), got)
        check(struct.unpack("!I", got[4:8]) == (pointer,), got)
    check(stats()["source-route"] == before["source-route"] + 2, stats())
    errors.close()

with case("a routing header without segments left is ignored"):
    four = raw(WAN, socket.AF_INET, UDP)
    send6(ROUTING, struct.pack("!BBBBI16s", UDP, 2, 4, 0, 0, b"\x20\x01\x0d\xb8") +
          struct.pack("!HHHH", 9, 9, 8, 0))
    got = four.recv(2048)
    check(got[9] == UDP and got[20:] == struct.pack("!HHHH", 9, 9, 8, 0), got)
    four.close()

finish()
