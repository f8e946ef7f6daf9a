# SPDX-License-Identifier: GPL-2.0-only
"""Helpers of the tests of the translator device."""
import json
import os
import select
import socket
import subprocess

from ksft import check
from sipnet import ROUTER, SIPIMS, inside

HOST6, PEER4, PEER6 = "2001:db8:1::2", "203.0.113.2", "64:ff9b::203.0.113.2"
ARRIVES = 5


def run(*args, ns=ROUTER, good=True, text=None):
    got = subprocess.run(["ip", "netns", "exec", ns, *args], input=text,
                         capture_output=True, text=True, check=False)
    check(not good or got.returncode == 0, "%s: %s" % (args, got.stderr))
    return got


def trgw(*args, good=True):
    return run(SIPIMS, "trgw", *args, good=good)


def stats(dev="trgw0"):
    return json.loads(trgw("stats", dev, "-o", "json").stdout)


def hosts(dev="trgw0"):
    return json.loads(trgw("list", dev, "-o", "json").stdout)["hosts"]


def ip(ns, *args):
    subprocess.run(["ip", "-n", ns, *args], check=True)


def nft(rules):
    run("nft", "-f", "-", text=rules)


def sock(ns, family=socket.AF_INET6, kind=socket.SOCK_DGRAM, addr=None, port=0):
    with inside(ns):
        made = socket.socket(family, kind)
    made.settimeout(ARRIVES)
    if addr:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((addr, port))
    return made


def unloaded():
    """Try to unload the module; return whether it is gone."""
    subprocess.run(["modprobe", "-r", "trgw"], check=False,
                   capture_output=True)
    return not os.path.exists("/sys/module/trgw")


def quiet(receiver):
    return not select.select([receiver], [], [], 0.2)[0]


def exchange(host, peer, count):
    """Send datagrams from the IPv6 host to the IPv4 one, and replies."""
    for i in range(count):
        host.sendto(b"%d" % i, (PEER6, 7000))
        data, source = peer.recvfrom(100)
        check(data == b"%d" % i, data)
        peer.sendto(data, source)
        check(host.recv(100) == data, data)
