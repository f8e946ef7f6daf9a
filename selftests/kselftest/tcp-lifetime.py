#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Rules, flows, modules and the namespace disappear while SIP runs over TCP.

From the environment: ROUNDS, how often (1).
"""
import contextlib
import os
import random
import select
import subprocess
import threading

from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, PUBLIC, ROUTER, WAN, encoded, expectations, inside, poll,
    run, sipims)
from siptcp import TcpPhone, Wire, add_lan, made, texts

topology("nat", proto="tcp")

MODULES = ("nf_nat_sip_ims", "nf_conntrack_sip_ims", "sip_ims")
ADDRESS = "192.168.1.222"
PHONES = 4
ROUNDS = int(os.environ.get("ROUNDS") or 1)
# KASAN and lockdep slow the kernel down.
PATIENCE = 60 if os.environ.get("KERNEL") == "debug" else 15

add_lan(ADDRESS, "192.168.1.1")


class Server(threading.Thread):
    """An echo server on all connections."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = made(WAN, OUTSIDE, 5060)
        self.listener.listen(64)
        self.echoed = 0

    def run(self):
        ends = [self.listener]
        while True:
            for sock in select.select(ends, [], [], 1.0)[0]:
                with contextlib.suppress(OSError):
                    if sock is self.listener:
                        sock = sock.accept()[0]
                        sock.setblocking(False)
                        ends.append(sock)
                        continue
                    data = sock.recv(65536)
                    sock.send(data)
                    self.echoed += len(data)
                    if data:
                        continue
                if sock is not self.listener:
                    ends.remove(sock)
                    sock.close()


class Client(threading.Thread):
    """A client that sends messages and parts of them, reads, and reconnects.
    """

    def __init__(self, seed):
        super().__init__(daemon=True)
        self.rng = random.Random(seed)
        self.over = threading.Event()

    def talk(self, sock):
        wire = Wire(sock)
        phone = TcpPhone(LAN, wire, "alice")
        data = texts(self.rng, phone, (OUTSIDE, 5060), ADDRESS, PUBLIC, 6)[0]
        register = encoded(phone.request(
            "REGISTER", "sip:" + OUTSIDE, "r%d" % phone.port, 1, "t",
            contact="<sip:a@%s:5070;transport=tcp>" % ADDRESS))
        data = register + data[:len(data) - self.rng.randrange(3) * 40]
        sock.settimeout(0.3)
        while data and not self.over.is_set():
            cut = self.rng.randrange(1, 2000)
            wire.send_parts(data[:cut])
            data = data[cut:]
        with contextlib.suppress(TimeoutError):
            for _ in range(self.rng.randrange(4)):
                wire.sock.recv(1 << 16)
        if self.rng.randrange(2):
            wire.abort()

    def run(self):
        while not self.over.is_set():
            with contextlib.suppress(OSError), made(LAN, ADDRESS) as sock:
                sock.settimeout(0.3)
                sock.connect((OUTSIDE, 5060))
                self.talk(sock)


def loaded():
    with open("/proc/modules", encoding="ascii") as table:
        return [line.split()[0] for line in table
                if line.split()[0] in MODULES]


def unload():
    subprocess.run(["modprobe", "-r", *MODULES], check=False,
                   stderr=subprocess.DEVNULL)
    return not loaded()


def nft(text):
    with inside(ROUTER):
        subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)


def works():
    """Check that messages are rewritten and echoed again."""
    if not loaded():
        return False
    before, now = server.echoed, sipims("-S")["rewritten"]
    return poll(lambda: server.echoed > before + 1000 and
                sipims("-S")["rewritten"] > now + 10, PATIENCE)


with inside(ROUTER):
    RULES = subprocess.run(["nft", "list", "ruleset"], text=True, check=True,
                           stdout=subprocess.PIPE).stdout
server = Server()
server.start()
clients = [Client(seed) for seed in range(PHONES)]
for client in clients:
    client.start()

for number in range(1, ROUNDS + 1):
    with case("conntrack -F in mid-stream, %d" % number):
        check(works(), "nothing works before")
        for _ in range(5):
            run(ROUTER, "conntrack", "-F")
        check(works(), "nothing works afterwards")

    with case("sipims -F and expectations, %d" % number):
        sipims("-F")
        run(ROUTER, "conntrack", "-F", "expect")
        check(works(), "nothing works afterwards")

    with case("nft flush ruleset, and the rules again, %d" % number):
        run(ROUTER, "nft", "flush", "ruleset")
        nft(RULES)
        run(ROUTER, "conntrack", "-F")
        check(works(), "nothing works afterwards")

    with case("the modules unload and load in mid-stream, %d" % number):
        run(ROUTER, "nft", "flush", "ruleset")
        check(poll(unload, PATIENCE), "still there: %s" % loaded())
        check(not expectations(), "expectations")
        subprocess.run(["modprobe", MODULES[1]], check=True)
        nft(RULES)
        run(ROUTER, "conntrack", "-F")
        check(works(), "nothing works afterwards")

for client in clients:
    client.over.set()
for client in clients:
    client.join()

with case("without traffic nothing is left"):
    run(ROUTER, "conntrack", "-F")
    check(poll(lambda: not sipims("-S")["tcp-connections"], PATIENCE), "a stream")
    check(poll(lambda: not sipims("-S")["tcp-memory"], PATIENCE), "memory")
    counters = sipims("-S")
    check(counters["tcp-opened"] == counters["tcp-closed"],
          "%d opened, %d closed" % (counters["tcp-opened"],
                                    counters["tcp-closed"]))

with case("the namespace with connections is deleted, the modules unload"):
    clients = [Client(seed) for seed in range(PHONES)]
    for client in clients:
        client.start()
    check(works(), "nothing works before")
    subprocess.run(["ip", "netns", "del", ROUTER], check=True)
    check(poll(unload, PATIENCE), "still there: %s" % loaded())
    for client in clients:
        client.over.set()
    for client in clients:
        client.join()
    subprocess.run(["modprobe", MODULES[1]], check=False)

finish()
