#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""IPsec between phone and P-CSCF is not disturbed (TS 33.203, RFC 3329)."""
import os
import select
import socket

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, WAN, Counters, Phone, Socket,
    carry, check_bytes, expectations, flows, flush, inside, register,
    registered, run)

topology("nat")

CLIENT = ("Security-Client", "ipsec-3gpp;alg=hmac-sha-1-96;ealg=aes-cbc;"
          "prot=esp;mod=UDP-enc-tun;spi-c=1;spi-s=2;port-c=5062;port-s=5064")
SERVER = ("Security-Server", CLIENT[1].replace("port-c=5062", "port-c=9900"))
VERIFY = ("Security-Verify", SERVER[1])

alice = Phone(LAN, INSIDE, "alice", media=None)
pcscf = Phone(WAN, OUTSIDE, "pcscf", media=None)


def there(cseq, *extra):
    data = alice.request("REGISTER", "sip:ims.example.org", "sec", cseq, "a",
                         extra=[("Expires", "600000"), *extra])
    got = carry(alice, pcscf, data, (OUTSIDE, 5060))
    check_bytes(got, data, "REGISTER")
    return got


def back(asked, status, *extra):
    """Respond like a P-CSCF, with received and rport."""
    data = pcscf.answer(asked, status, "b", extra=extra).replace(
        ";rport", ";received=%s;rport=%d" % pcscf.sip.peer)
    got = carry(pcscf, alice, data, pcscf.sip.peer)
    check_bytes(got, data, status)


with case("REGISTER, 401 and 200 with sec-agree are unchanged"):
    counters = Counters()
    asked = there(1, CLIENT, ("Require", "sec-agree"))
    back(asked, "401 Unauthorized", SERVER)
    asked = there(2, CLIENT, VERIFY)
    back(asked, "200 OK", ("Service-Route", "<sip:%s;lr>" % PUBLIC))
    counters.check(sec_agree=4, register_unmatched=0, rewritten=0)
    check(not expectations(), expectations())

with case("without sec-agree they are translated"):
    flush()
    asked = register(alice, pcscf)
    check(INSIDE not in asked.decode(), asked)
    got = registered(pcscf, alice, asked)
    check(PUBLIC not in got.decode().split("Contact")[0], got)


class Raw:
    """Build an ESP packet."""

    def __init__(self, ns, addr):
        with inside(ns):
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, 50)
        self.sock.bind((addr, 0))

    def send(self, data, to):
        self.sock.sendto(data, (to[0], 0))

    def recv(self, timeout=1):
        if not select.select([self.sock], [], [], timeout)[0]:
            return None
        return self.sock.recv(65535)[20:]


REGISTER = alice.request("REGISTER", "sip:x", "inner", 1, "a",
                         extra=[CLIENT]).encode()
ESP = b"\0\0\x10\x01\0\0\0\1" + os.urandom(40)
PAYLOADS = (
    ("IKE", 500, os.urandom(16) + b"\x21\x20\x22\x08" + bytes(8) +
     os.urandom(200)),
    ("IKE behind a NAT", 4500, bytes(4) + os.urandom(16) +
     b"\x21\x20\x23\x08" + bytes(8) + os.urandom(1200)),
    ("ESP in UDP", 4500, ESP),
    ("a NAT keepalive", 4500, b"\xff"),
    ("ESP in UDP that looks like SIP", 4500, REGISTER),
)

for name, port, payload in PAYLOADS:
    flush()
    with case("%s on UDP %d, both ways" % (name, port)):
        counters = Counters()
        near, far = Socket(LAN, INSIDE, port), Socket(WAN, OUTSIDE, port)
        near.send(payload, (OUTSIDE, port))
        check(far.recv() == payload, "out")
        far.send(payload)
        check(near.recv() == payload, "back")
        check(not [line for line in flows("-p", "udp")
                   if "helper=" in line], flows("-p", "udp"))
        counters.check(datagrams=0)
        near.close()
        far.close()

flush()
with case("ESP, both ways"):
    counters = Counters()
    near, far = Raw(LAN, INSIDE), Raw(WAN, OUTSIDE)
    near.send(ESP, (OUTSIDE, 0))
    check(far.recv() == ESP, "out")
    far.send(ESP, (PUBLIC, 0))
    check(near.recv() == ESP, "back")
    counters.check(datagrams=0)
    check("helper=" not in run(ROUTER, "conntrack", "-L"), "a helper")

finish()
