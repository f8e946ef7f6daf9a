#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Where the instructions of a packet go, counted one by one.

profile.py MONITOR FOLDER ROOT SKIP VM

QEMU writes a line for every instruction the guest executes; what lies between
the entry of the function ROOT and its return is attributed to functions and to
the calls that led there, but for the first SKIP times.  MONITOR is QEMU's
monitor, a socket, VM the process that started it; FOLDER is the guest's
/vm-out:

  ready      made by the guest when all is set up; kallsyms and sections are
             there then
  go         made here when the trace is on
  done       made by the guest when its messages are sent
  stop       made here when the trace is off; the guest may end
"""
import bisect
import collections
import os
import socket
import subprocess
import sys
import time

# A call instruction has at most this many bytes, so it returns at most that far
# after its own address.
CALL_MAX = 15
# Share of a packet's instructions below which the tree omits a function
SHOWN = 0.005
LINES_SHOWN = 40


class Symbols:
    """kallsyms: address to (name, first address)."""

    def __init__(self, path):
        found = {}
        with open(path, encoding="ascii") as lines:
            for line in lines:
                address, kind, name = line.split()[:3]
                if kind in "tTwW":
                    found.setdefault(int(address, 16), name)
        self.starts = sorted(found)
        self.names = [found[start] for start in self.starts]
        self.cache = {}

    def at(self, address):
        known = self.cache.get(address)
        if known is None:
            i = bisect.bisect_right(self.starts, address) - 1
            known = (self.names[i], self.starts[i]) if i >= 0 else ("?", 0)
            self.cache[address] = known
        return known


class Call:
    """A function in the context of its callers."""

    __slots__ = ("name", "calls", "own", "inner")

    def __init__(self, name):
        self.name = name
        self.calls = 0
        self.own = 0
        self.inner = {}

    def enter(self, name):
        call = self.inner.get(name)
        if not call:
            call = self.inner[name] = Call(name)
        call.calls += 1
        return call

    def total(self):
        return self.own + sum(call.total() for call in self.inner.values())


class Profile:
    """Follows the trace with a stack of its own."""

    def __init__(self, symbols, root, skip):
        self.symbols = symbols
        self.skip = skip
        self.root = Call(root)
        self.stack = []         # (call, address of the call instruction)
        self.addresses = collections.Counter()
        self.last = 0
        self.last_name = None

    def forget(self):
        self.root = Call(self.root.name)
        self.addresses.clear()

    def returned(self, address):
        """Ends the function whose call precedes the address, and those that it
        called: after a tail call, a frame is never returned to."""
        for i in range(len(self.stack) - 1, -1, -1):
            if 0 < address - self.stack[i][1] <= CALL_MAX:
                del self.stack[i:]
                return True
        return False

    def step(self, address):
        name, start = self.symbols.at(address)
        if not self.stack:
            if address == start and name == self.root.name:
                if self.skip == 0:
                    self.forget()
                self.skip -= 1
                self.root.calls += 1
                self.stack.append((self.root, self.last))
        elif name != self.last_name or address == start:
            if address == start:
                call = self.stack[-1][0].enter(name)
                self.stack.append((call, self.last))
            else:
                self.returned(address)
        if self.stack:
            self.stack[-1][0].own += 1
            self.addresses[address] += 1
        self.last = address
        self.last_name = name


class Monitor:
    """QEMU's monitor for humans."""

    def __init__(self, path):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)
        self.answer()

    def answer(self):
        text = b""
        while not text.endswith(b"(qemu) "):
            text += self.sock.recv(65536)

    def say(self, *commands):
        for command in commands:
            self.sock.sendall(command.encode() + b"\n")
            self.answer()


def wait_for(path, process):
    while not os.path.exists(path):
        if not os.path.exists("/proc/%d" % process):
            sys.exit("profile: the guest ended too soon")
        time.sleep(0.05)


def touch(path):
    with open(path, "w", encoding="ascii"):
        pass


def trace(monitor, folder, profile):
    fifo = os.path.join(folder, "trace")
    os.mkfifo(fifo)
    reader = os.fdopen(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK), "rb")
    os.set_blocking(reader.fileno(), True)
    monitor.say("logfile " + fifo, "singlestep on", "log exec,nochain")
    touch(os.path.join(folder, "go"))
    done = os.path.join(folder, "done")
    step = profile.step
    for number, line in enumerate(reader):
        # Trace 0: HOST [CS/PC/FLAGS/CFLAGS]
        part = line.split(b"/", 2)
        if len(part) == 3:
            step(int(part[1], 16))
        if not number & 0x3ffff and os.path.exists(done):
            break
    # QEMU must not wait for a reader while it obeys
    reader.close()
    monitor.say("log none", "singlestep off")
    touch(os.path.join(folder, "stop"))


def print_tree(call, packets, depth=0):
    total = call.total() / packets
    print("%8.0f %8.0f %7.2f  %s%s" % (total, call.own / packets,
                                       call.calls / packets, "  " * depth,
                                       call.name))
    floor = print_tree.floor
    for inner in sorted(call.inner.values(), key=Call.total, reverse=True):
        if inner.total() / packets >= floor:
            print_tree(inner, packets, depth + 1)


def own_by_name(call, own, calls):
    own[call.name] += call.own
    calls[call.name] += call.calls
    for inner in call.inner.values():
        own_by_name(inner, own, calls)


def print_flat(root, packets):
    own, calls = collections.Counter(), collections.Counter()
    own_by_name(root, own, calls)
    for name, count in own.most_common():
        if count / packets < print_tree.floor:
            break
        print("%8.0f %7.2f  %s" % (count / packets, calls[name] / packets,
                                   name))


def module_lines(path, base, addresses):
    """{(function, file:line): instructions} of one module."""
    found = collections.Counter()
    inside = sorted(addresses)
    asked = "".join("%#x\n" % (address - base) for address in inside)
    out = subprocess.run(["addr2line", "-a", "-i", "-f", "-s", "-j", ".text",
                          "-e", path], input=asked, capture_output=True,
                         text=True, check=False).stdout
    for address, text in zip(inside, out.split("0x")[1:]):
        part = text.split("\n")
        # the innermost inlined function, and where it stands
        found[part[1], part[2].split(" ")[0]] += addresses[address]
    return found


def print_lines(folder, addresses, packets):
    found = collections.Counter()
    with open(os.path.join(folder, "sections"), encoding="ascii") as lines:
        for line in lines:
            name, base, size = line.split()
            base = int(base, 16)
            mine = {a: n for a, n in addresses.items()
                    if base <= a < base + int(size)}
            found.update(module_lines(os.path.join(folder, name), base,
                                      mine))
    for (function, line), count in found.most_common(LINES_SHOWN):
        print("%8.0f  %-28s %s" % (count / packets, line, function))


def main():
    monitor_path, folder, root, skip, process = sys.argv[1:]
    wait_for(os.path.join(folder, "ready"), int(process))
    profile = Profile(Symbols(os.path.join(folder, "kallsyms")), root,
                      int(skip))
    monitor = Monitor(monitor_path)
    trace(monitor, folder, profile)
    packets = profile.root.calls
    if not packets:
        sys.exit("profile: %s was never called" % root)
    total = profile.root.total() / packets
    print_tree.floor = total * SHOWN
    print("%d packets, %.0f instructions each in %s\n" % (packets, total,
                                                           root))
    print("   total      own   calls  a packet")
    print_tree(profile.root, packets)
    print("\n     own   calls  a packet, by function")
    print_flat(profile.root, packets)
    print("\n     own  line of our modules")
    print_lines(folder, profile.addresses, packets)


main()
