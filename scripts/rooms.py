#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Checks which files of the kernel modules include and call which others.

  rooms.py [--top DIR] [--rooms FILE] order BUILT
      includes and calls follow the order declared in scripts/rooms, and the
      files of a room do not call each other in a circle
  rooms.py exports BUILT
      each symbol that a module exports is imported by another module

BUILT is the directory in which Kbuild has built the modules, without KUnit's.
Prints one line for each violation; the exit status is 1 if there is any.
"""

import argparse
import collections
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Directories without sources of a room
SKIPPED = {".ci", ".git", "Documentation", "build", "include", "scripts",
           "selftests", "tools"}
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
MUTUAL = re.compile(r"mutual\s+(\S+)\s+(\S+):\s*(\S.*)")


class Order:
    """The contents of scripts/rooms."""

    def __init__(self, path):
        self.below = {}
        self.mutual = set()
        self.problems = []
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                line = line.split("#")[0].strip()
                if line and not self.read(line):
                    self.problems.append(
                        f"{path}:{number}: neither ROOM: ROOM... nor "
                        "mutual FILE FILE: reason")
        for circle in circles({room: set(below) - {"*"} for room, below
                               in self.below.items() if "*" not in below}):
            self.problems.append(f"{path}: rooms in a circle: "
                                 + " ".join(circle))

    def read(self, line):
        found = MUTUAL.fullmatch(line)
        if found:
            self.mutual.add(frozenset(found.group(1, 2)))
            return True
        room, colon, below = line.partition(":")
        self.below[room.strip()] = below.split()
        return bool(colon)

    def allows(self, one, other):
        below = self.below.get(one, ())
        return one == other or other in below or "*" in below


def circles(graph):
    """The strongly connected components of more than one node, sorted."""
    reach = {node: reachable(graph, node) for node in graph}
    found = {frozenset(other for other in reach[node]
                       if node in reach.get(other, ())) for node in graph}
    return sorted(sorted(circle) for circle in found if len(circle) > 1)


def reachable(graph, start):
    seen, todo = set(), [start]
    while todo:
        for node in graph.get(todo.pop(), ()):
            if node not in seen:
                seen.add(node)
                todo.append(node)
    return seen


def room_of(path):
    return path.split("/")[0] if "/" in path else "."


def sources(top):
    """The C files and headers of all rooms, as paths below top."""
    for where, dirs, files in os.walk(top):
        if where == top:
            dirs[:] = [d for d in dirs if d not in SKIPPED]
        for name in files:
            if name.endswith((".c", ".h")):
                yield os.path.relpath(os.path.join(where, name), top)


def included(top, path):
    """Yields line number and path of each of our headers a file includes."""
    with open(os.path.join(top, path), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            found = INCLUDE.match(line)
            if not found:
                continue
            name = os.path.normpath(found.group(2))
            if found.group(1) == '"':
                local = os.path.normpath(
                    os.path.join(os.path.dirname(path), found.group(2)))
                if os.path.exists(os.path.join(top, local)):
                    name = local
            for header in (name, os.path.join("include", name)):
                if os.path.exists(os.path.join(top, header)):
                    yield number, header


def check_includes(top, order, paths):
    for path in paths:
        room = room_of(path)
        for number, header in included(top, path):
            other = room_of(header)
            if other != "include" and not order.allows(room, other):
                yield (f"{path}:{number}: includes {header}; "
                       f"{room} may not know {other}")


def check_shared_headers(top, order, paths):
    """Headers in include/ include no room's, and serve several rooms each."""
    shared, includes = set(shared_headers(top)), {}
    for path in sorted(shared):
        for number, header in included(top, path):
            if header not in shared:
                yield (f"{path}:{number}: includes {header}; "
                       "include/ may not know any room")
    for path in sorted({*paths, *shared}):
        includes[path] = {header for _, header in included(top, path)}
    rooms = collections.defaultdict(set)
    for path in paths:
        for header in reachable(includes, path) & shared:
            rooms[header].add(room_of(path))
    for header, found in sorted(rooms.items()):
        if (header.startswith("include/sip_ims/") and len(found) == 1
                and "*" not in order.below.get(*found, ())):
            yield f"{header}: only {found.pop()} includes it"


def shared_headers(top):
    for where, _, files in os.walk(os.path.join(top, "include")):
        for name in sorted(files):
            if name.endswith(".h"):
                yield os.path.relpath(os.path.join(where, name), top)


def symbols(path):
    """Yields kind and name of each symbol of an object, as nm prints them."""
    out = subprocess.run(["nm", path], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    for line in out.splitlines():
        yield tuple(line.split()[-2:])


def read_calls(built, paths):
    """Maps each C file to {other C file: one of the symbols it uses}."""
    home, needs = {}, {}
    for path in paths:
        needs[path] = set()
        for kind, name in symbols(os.path.join(built, path[:-2] + ".o")):
            if kind == "U":
                needs[path].add(name)
            elif kind.isupper():
                home[name] = path
    calls = collections.defaultdict(dict)
    for path, needed in needs.items():
        for name in sorted(needed):
            if home.get(name, path) != path:
                calls[path].setdefault(home[name], name)
    return calls


def check_calls(order, calls):
    for path in sorted(calls):
        room = room_of(path)
        for other, name in sorted(calls[path].items()):
            if not order.allows(room, room_of(other)):
                yield (f"{path}: uses {name} of {other}; "
                       f"{room} may not know {room_of(other)}")


def check_circles(order, calls, paths):
    for pair in order.mutual:
        one, other = sorted(pair)
        if other not in calls.get(one, ()) or one not in calls.get(other, ()):
            yield f"mutual {one} {other}: they do not call each other"
    for room in sorted({room_of(path) for path in paths}):
        if "*" in order.below.get(room, ()):
            continue
        graph = {path: {other for other in calls.get(path, ())
                        if room_of(other) == room
                        and frozenset((path, other)) not in order.mutual}
                 for path in paths if room_of(path) == room}
        for circle in circles(graph):
            yield "calls in a circle: " + " ".join(circle)


def check_order(arguments):
    order = Order(arguments.rooms)
    yield from order.problems
    paths = sorted(sources(arguments.top))
    for room in sorted({room_of(path) for path in paths} - set(order.below)):
        yield f"{room}: no such room in {arguments.rooms}"
    yield from check_includes(arguments.top, order, paths)
    yield from check_shared_headers(arguments.top, order, paths)
    code = []
    for path in paths:
        if not path.endswith(".c"):
            continue
        if os.path.exists(os.path.join(arguments.built, path[:-2] + ".o")):
            code.append(path)
        else:
            yield f"{path}: {arguments.built} has no object of it"
    calls = read_calls(arguments.built, code)
    yield from check_calls(order, calls)
    yield from check_circles(order, calls, code)


def check_exports(arguments):
    exported, imported = {}, set()
    modules = sorted(name for name in os.listdir(arguments.built)
                     if name.endswith(".ko"))
    if not modules:
        yield f"{arguments.built} has no modules"
    for name in modules:
        for kind, symbol in symbols(os.path.join(arguments.built, name)):
            if kind == "U":
                imported.add(symbol)
            elif symbol.startswith("__ksymtab_"):
                exported[symbol[len("__ksymtab_"):]] = name
    for symbol in sorted(set(exported) - imported):
        yield (f"{exported[symbol]} exports {symbol}, "
               "which no other module imports")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--top", default=os.path.dirname(HERE))
    parser.add_argument("--rooms", default=os.path.join(HERE, "rooms"))
    parser.add_argument("what", choices=("order", "exports"))
    parser.add_argument("built")
    arguments = parser.parse_args()
    check = check_order if arguments.what == "order" else check_exports
    problems = list(check(arguments))
    print("".join(problem + "\n" for problem in problems), end="")
    return 1 if problems else 0


sys.exit(main())
