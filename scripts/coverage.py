#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sums up what gcov says as JSON, one document a line, on standard input.

Prints lines and branches of each file of the folders named, and of each
folder; then the lines nobody reached.  Fails when a folder has fewer lines
reached than the limit says.
"""

import argparse
import collections
import json
import os
import sys


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--title", required=True)
    parser.add_argument("--limit", type=float, default=0,
                        help="percent of the lines of each folder")
    parser.add_argument("--top", required=True, help="the root of the tree")
    parser.add_argument("folder", nargs="+")
    return parser.parse_args()


class Source:
    """One source file, summed up over all objects that have it inside."""

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


def read_sources(stream, top, folders):
    sources = collections.defaultdict(Source)
    for document in map(json.loads, stream):
        where = document["current_working_directory"]
        for file in document["files"]:
            # modules are built from links to the sources
            path = os.path.realpath(os.path.join(where, file["file"]))
            path = os.path.relpath(path, top)
            if (os.path.dirname(path) or ".") not in folders:
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


def print_folder(folder, sources):
    """Returns the percentage of lines reached."""
    total = [0, 0, 0, 0]
    for path in sorted(sources):
        if (os.path.dirname(path) or ".") != folder:
            continue
        figures = figures_of(sources[path])
        total = [a + b for a, b in zip(total, figures)]
        print_row(path, figures)
    print_row(folder + "/", total)
    return 100 * total[0] / total[1] if total[1] else 0


def main():
    arguments = parse_arguments()
    sources = read_sources(sys.stdin, arguments.top, arguments.folder)
    print(f"{arguments.title:28} {'lines':>24}  {'branches':>24}")
    low = [folder for folder in arguments.folder
           if print_folder(folder, sources) < arguments.limit]
    for path in sorted(sources):
        if sources[path].missed():
            print(f"not reached: {path}: {ranges(sources[path].missed())}")
    for folder in low:
        print(f"FAILED {folder}/: fewer than {arguments.limit:g} % of the "
              "lines are reached")
    return 1 if low else 0


sys.exit(main())
