#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sums up gcov's JSON, one document a line, from standard input.

Prints the lines and branches reached in each source file of the modules and
in each directory, then the numbers of the lines that no test reached.  Fails
if fewer lines of a directory are reached than the limit allows.
"""

import argparse
import collections
import json
import os
import sys

# Directories without sources of the modules
OTHERS = ("..", "build", "include", "selftests", "tools")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--title", required=True)
    parser.add_argument("--limit", type=float, default=0,
                        help="percent of the lines of each directory")
    parser.add_argument("--top", required=True, help="the root of the tree")
    return parser.parse_args()


class Source:
    """One source file, summed up over all objects it is compiled into."""

    def __init__(self):
        self.lines = collections.Counter()
        self.branches = {}

    def add_line(self, line):
        number = line["line_number"]
        self.lines[number] += line["count"]
        counts = [branch["count"] for branch in line["branches"]]
        key = (number, line.get("function_name"), len(counts))
        known = self.branches.setdefault(key, [0] * len(counts))
        for index, count in enumerate(counts):
            known[index] += count

    def reached_lines(self):
        return sum(1 for count in self.lines.values() if count)

    def branch_counts(self):
        return [count for counts in self.branches.values() for count in counts]

    def missed(self):
        return sorted(number for number, count in self.lines.items()
                      if not count)


def directory_of(path):
    return os.path.dirname(path) or "."


def read_sources(stream, top):
    sources = collections.defaultdict(Source)
    for document in map(json.loads, stream):
        where = document["current_working_directory"]
        for file in document["files"]:
            # The modules are built from links to the sources.
            path = os.path.realpath(os.path.join(where, file["file"]))
            path = os.path.relpath(path, top)
            if path.split("/")[0] in OTHERS:
                continue
            for line in file["lines"]:
                sources[path].add_line(line)
    return sources


def share(reached, total):
    percent = 100 * reached / total if total else 100
    return f"{reached:6} of {total:5} {percent:6.1f} %"


def print_row(name, figures):
    print(f"{name:28} {share(*figures[:2])}  {share(*figures[2:])}")


def ranges(numbers):
    """[1, 2, 3, 7] as "1-3 7"."""
    out = []
    for number in numbers:
        if out and number == out[-1][1] + 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return " ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in out)


def figures_of(source):
    branches = source.branch_counts()
    return (source.reached_lines(), len(source.lines),
            sum(1 for count in branches if count), len(branches))


def print_directory(directory, sources):
    """Returns the percentage of lines reached."""
    total = [0, 0, 0, 0]
    for path in sorted(sources):
        if directory_of(path) != directory:
            continue
        figures = figures_of(sources[path])
        total = [a + b for a, b in zip(total, figures)]
        print_row(path, figures)
    print_row(directory + "/", total)
    return 100 * total[0] / total[1] if total[1] else 0


def main():
    arguments = parse_arguments()
    sources = read_sources(sys.stdin, arguments.top)
    print(f"{arguments.title:28} {'lines':>24}  {'branches':>24}")
    low = [directory for directory in sorted(set(map(directory_of, sources)))
           if print_directory(directory, sources) < arguments.limit]
    for path in sorted(sources):
        if sources[path].missed():
            print(f"not reached: {path}: {ranges(sources[path].missed())}")
    for directory in low:
        print(f"FAILED {directory}/: fewer than {arguments.limit:g} % of the "
              "lines are reached")
    return 1 if low else 0


sys.exit(main())
