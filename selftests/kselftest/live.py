# SPDX-License-Identifier: GPL-2.0-only
"""The generator of live traffic, and the checks of its tests."""
import os
import signal
import subprocess
import time

from ksft import HERE
from sipnet import LAN, WAN, flows, inside, run, sipims

LIVE = os.path.join(HERE, "..", "..", "build", "live", "live")
CORPUS = os.path.join(HERE, "..", "corpus")
MODULES = ("nf_nat_sip_ims", "nf_conntrack_sip_ims", "sip_ims")

# Seconds that a step may take; KASAN and lockdep slow the kernel down
PATIENCE = int(os.environ.get("PATIENCE") or
               (60 if os.environ.get("KERNEL") == "debug" else 10))

# As in selftests/live/live.h
HOSTS = range(10, 14)
# Kinds that sipims -S counts without parsing further
SIP_KINDS = ("keepalive", "stun", "sigcomp", "tls")


def addresses():
    """Add the addresses of the generator's hosts."""
    for ns, network in ((LAN, "192.168.1."), (WAN, "203.0.113.")):
        for host in HOSTS:
            run(ns, "ip", "addr", "add", "%s%d/24" % (network, host),
                "dev", "eth0")


def corpus():
    return [os.path.join(CORPUS, name) for name in sorted(os.listdir(CORPUS))
            if name.endswith(".md") and name != "README.md"]


class Traffic:
    """A running generator."""

    def __init__(self, seed, packets=None, distance=4, rate=None):
        command = [LIVE, "-s", str(seed), "-d", str(distance)]
        if packets is not None:
            command += ["-v", "-n", str(packets)]
        if rate is not None:
            command += ["-r", str(rate)]
        self.process = subprocess.Popen(command + [LAN, WAN, *corpus()],
                                        stdout=subprocess.PIPE, text=True)

    def running(self):
        return self.process.poll() is None

    def wait(self):
        """Wait for its end; return its counters."""
        lines = self.process.communicate()[0].splitlines()
        assert self.process.returncode == 0, self.process.returncode
        return {name: int(value) for name, value in map(str.split, lines)}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.wait()


def packets_of(ns):
    """Return the packets that left a namespace. IP's own counter leaves out,
    in newer kernels, those of raw sockets, and so the generator's.
    """
    with inside(ns), open("/proc/thread-self/net/dev",
                          encoding="ascii") as table:
        for line in table:
            device, _, values = line.partition(":")
            if device.strip() == "eth0":
                return int(values.split()[9])
    return 0


# ---- nothing may be left ----------------------------------------------------

def loaded():
    """Return {module: use count} of our modules."""
    with open("/proc/modules", encoding="ascii") as table:
        words = [line.split() for line in table]
    return {word[0]: int(word[2]) for word in words if word[0] in MODULES}


def through_pinholes():
    """Return flows from outside that lead to a host inside."""
    found = []
    for line in flows("-p", "udp"):
        sources = [word[4:] for word in line.split() if
                   word.startswith("src=")]
        if (sources[0].startswith("203.0.113.") and
                sources[1].startswith("192.168.1.")):
            found.append(line)
    return found


def unbalanced():
    """Return pairs of -opened and -closed counters that differ."""
    counters = sipims("-S")
    return ["%s opened %d, closed %d" % (
        name, counters[name + "-opened"], counters[name + "-closed"])
            for name in ("calls", "registrations", "pinholes")
            if counters[name + "-opened"] != counters[name + "-closed"]]


# ---- commands that may never come back --------------------------------------

def bounded(seconds, *command):
    """Return the exit status, or None when it takes longer: the process may be
    one that nothing can end.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    return process.poll()


def remove(module, seconds):
    """Unload a module once it is unused; return the problem, or None."""
    end = time.monotonic() + seconds
    while module in loaded():
        status = bounded(max(end - time.monotonic(), 1), "rmmod", module)
        if status is None:
            return "rmmod %s hangs" % module
        if status and time.monotonic() > end:
            return "%s is still used: %s" % (module, loaded())
    return None


def unload(seconds):
    """Unload all modules, users first; return the problem, or None."""
    for module in MODULES:
        problem = remove(module, seconds)
        if problem:
            return problem
    return None


def nothing_but_modules():
    """Return whether only the modules themselves use each other."""
    expected = dict(zip(MODULES, (0, 0, 2)))
    return loaded() == expected
