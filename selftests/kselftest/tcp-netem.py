#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""SIP over TCP over a bad network: thousands of messages both ways,
byte-exact.

From the environment: LONG=1 sends 100,000 messages each way on one connection.
"""
import contextlib
import os
import random
import time

from family import inet
from ksft import case, check, finish, need, topology
from sipnet import LAN, OUTSIDE, PUBLIC, ROUTER, WAN, flush, run
from siptcp import (
    Listener, TcpPhone, Wire, add_lan, begin_at, exchange, long_form, made,
    texts)

topology("nat", proto="tcp")
need("tc", modules=("sch_netem",))

LONG, SHORT = "192.168.1.222", "10.0.0.2"
SEED = int(os.environ.get("SEED") or time.time())
DEVICES = ((LAN, "eth0"), (WAN, "eth0"), (ROUTER, "lan0"), (ROUTER, "wan0"))
# The faults of each of four links; a round trip passes all of them
BAD = "delay 1ms 500us loss 1% duplicate 1% reorder 10% 50%"
LOSS = "loss 1%"

print("# SEED=%d" % SEED)
add_lan(LONG, "192.168.1.1")
add_lan(SHORT, "10.0.0.1")


@contextlib.contextmanager
def network(netem, devices=DEVICES):
    for ns, device in devices:
        run(ns, "tc", "qdisc", "replace", "dev", device, "root", "netem",
            *netem.split())
    try:
        yield
    finally:
        for ns, device in devices:
            run(ns, "tc", "qdisc", "del", "dev", device, "root")


@contextlib.contextmanager
def offloads(state):
    """Allow segments of up to 64 kB, or none larger than the MTU."""
    for ns, device in DEVICES:
        run(ns, "ethtool", "-K", device, "tso", state, "gso", state, "gro",
            state)
    try:
        yield
    finally:
        for ns, device in DEVICES:
            run(ns, "ethtool", "-K", device, "tso", "on", "gso", "on")


@contextlib.contextmanager
def pair(addr, seq=None, mss=None):
    """Two phones; the initial sequence number can be given."""
    options = {"TCP_MAXSEG": mss} if mss else {}
    with Listener(WAN, OUTSIDE, **options) as listener:
        sock = made(LAN, addr, **options)
        if seq is not None:
            begin_at(sock, seq)
        sock.connect((inet(OUTSIDE), 5060))
        near, far = Wire(sock), listener.accept()
        alice = TcpPhone(LAN, near, "alice")
        bob = TcpPhone(WAN, far, "bob")
        try:
            yield alice, bob
        finally:
            near.close()
            far.close()


def again():
    """Return the number of segments that both ends retransmitted."""
    return sum(int(run(ns, "nstat", "-asz", "TcpRetransSegs").split()[-2])
               for ns in (LAN, WAN))


def bulk(addr, count, serial, most=1500, writes=4000, **options):
    """Exchange messages both ways on one connection."""
    before = again()
    rng = random.Random(SEED + serial)
    with pair(addr, **options) as (alice, bob):
        # bob's messages name the public port, which becomes alice's own
        streams = (texts(rng, alice, (OUTSIDE, 5060), addr, PUBLIC, count,
                         most),
                   texts(rng, bob, (PUBLIC, alice.port), PUBLIC, addr, count,
                         most))
        begin = time.monotonic()
        check(not (wrong := exchange(rng, alice, bob, streams, most=writes)),
              wrong)
        repeated = again() - before
        print("# %s: %d messages each way, %.1f s, %d segments sent again" % (
            addr, count, time.monotonic() - begin, repeated))
        flush()
        return repeated


# KASAN and lockdep slow the kernel down.
MANY = 400 if os.environ.get("KERNEL") == "debug" else 800
VERY_MANY = 100000 if long_form() else MANY

with case("a good network: both ways at once, growing and shrinking"):
    bulk(LONG, MANY, 1)
    bulk(SHORT, MANY, 2)

with case("loss of 1 % on every link"), network(LOSS):
    bulk(LONG, VERY_MANY, 3)

with case("loss, reordering and duplicates on every link"), network(BAD):
    bulk(SHORT, MANY // 2, 4)
    bulk(LONG, MANY // 2, 5)

with case("loss and reordering without segments larger than the MTU"), \
        offloads("off"), network(BAD):
    check(bulk(LONG, MANY // 2, 6), "nothing was lost")

with case("MSS 536"), network(LOSS):
    bulk(SHORT, MANY // 2, 7, mss=536)

with case("sequence numbers wrap around"), network(BAD):
    for serial, seq in enumerate((0xffffffff, 0xffff0000, 0x7fffff00)):
        bulk(LONG, MANY // 5, 8 + serial, seq=seq)

with case("messages of up to 30 kB"), network(LOSS):
    bulk(SHORT, MANY // 15, 20, most=30000, writes=60000)

finish()
