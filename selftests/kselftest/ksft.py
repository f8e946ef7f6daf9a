# SPDX-License-Identifier: GPL-2.0-only
"""Results of a kselftest in KTAP, and the topologies that it runs in.

A test calls topology() before anything else that needs a network. The first
process of the test starts the same file once for each topology and family:
lib.sh sets the namespaces up, and their names arrive in the environment. There
topology() returns and the cases run. finish() prints the plan, by which the
first process, and the runner, know that the file was run to its end.
"""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
SKIP = 4

# Topologies of topologies.sh that exist in both families; the others have
# IPv6 on one side, or both families at once.
EITHER_FAMILY = ("nat", "firewall", "strict", "strict-routed", "zones")

RESULT = re.compile(r"(not ok|ok) \d+ ?(.*?)( # SKIP.*)?$")
PLAN = re.compile(r"1\.\.(\d+)(?: # SKIP ?(.*))?$")


class Lost(Exception):
    """A message did not arrive."""


# ---- cases -----------------------------------------------------------------

NUMBER = 0
FAILED = 0
PROBLEMS = []


def check(condition, problem):
    """Fail the case at hand with that problem, unless the condition holds."""
    if not condition:
        PROBLEMS.append(str(problem))
    return bool(condition)


@contextlib.contextmanager
def case(name):
    """One result of the test; an exception fails this case only."""
    global NUMBER, FAILED
    del PROBLEMS[:]
    try:
        yield
    except Lost as lost:
        PROBLEMS.append(str(lost))
    except Exception:
        PROBLEMS.append(traceback.format_exc())
    NUMBER += 1
    print("%s %d %s" % ("not ok" if PROBLEMS else "ok", NUMBER, name))
    for problem in PROBLEMS[:8]:
        print("# " + problem.strip().replace("\n", "\n# "))
    FAILED += bool(PROBLEMS)
    sys.stdout.flush()


def finish():
    """Print the plan and exit; the last statement of every test."""
    print("1..%d" % NUMBER, flush=True)
    sys.exit(1 if FAILED else 0)


def skip_all(reason):
    """End a test none of whose cases can run."""
    print("1..0 # SKIP " + reason, flush=True)
    sys.exit(SKIP)


def need(*tools, modules=()):
    """Skip the test where a command or a module of the kernel is missing."""
    for tool in tools:
        if not shutil.which(tool):
            skip_all("%s is missing" % tool)
    for module in modules:
        if subprocess.call(["modprobe", module], stderr=subprocess.DEVNULL):
            skip_all("the kernel has no %s" % module)


# ---- topologies ------------------------------------------------------------

def topology(*names, proto="udp", families=(4,), extended=()):
    """Declare where the test runs: in each of these topologies, with the
    helper on @proto, and in each of @families where the topology has a family.
    Those in @extended run with EXTENDED=1 in the environment only.

    Return: the topology of this process.
    """
    here = os.environ.get("KSFT_TOPOLOGY")
    if here:
        return here
    both = len({*families, *extended}) > 1
    if os.environ.get("EXTENDED"):
        families = (*families, *extended)
    runs = []
    for name in names:
        either = name in EITHER_FAMILY
        for family in families if either else (4,):
            label = [name] if len(names) > 1 else []
            label += ["IPv%d" % family] if either and both else []
            runs.append(Run(name, proto, family, ", ".join(label)))
    sys.exit(report(runs))


class Run:
    """The test in one topology and family; its cases are numbered from @count
    on and carry the label.
    """

    def __init__(self, name, proto, family, label):
        self.name, self.proto, self.family = name, proto, family
        self.label = label
        self.suffix = " (%s)" % label if label else ""
        self.cases, self.plan, self.skipped = 0, None, None

    def relay(self, line, count):
        """Pass a line of the test on."""
        result, plan = RESULT.match(line), PLAN.match(line)
        if result:
            self.cases += 1
            status, name, directive = result.groups()
            line = "%s %d %s%s%s" % (status, count + self.cases, name,
                                     self.suffix, directive or "")
        elif plan:
            self.plan, self.skipped = int(plan.group(1)), plan.group(2)
            return
        elif line == "KTAP version 1":
            return
        print(line, flush=True)

    def run(self, count):
        """Return: the exit status."""
        env = {**os.environ, "KSFT_TOPOLOGY": self.name,
               "FAMILY": str(self.family)}
        with subprocess.Popen(
                ["bash", "-c", '. "$0" && run_in "$@"',
                 os.path.join(HERE, "topologies.sh"), self.name, self.proto,
                 os.path.abspath(sys.argv[0])],
                env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, errors="replace") as process:
            for line in process.stdout:
                self.relay(line.rstrip("\n"), count)
        return process.returncode

    def ended_early(self):
        return self.plan != self.cases


def report(runs):
    """Run them all.  The plan is left out when one of them printed none, or
    another one than it has cases.

    Return: the exit status of the test.
    """
    # the namespaces are removed before this process ends
    signal.signal(signal.SIGTERM, lambda *_: None)
    print("KTAP version 1", flush=True)
    count, status = 0, 0
    for run in runs:
        returned = run.run(count)
        if run.plan == 0 and returned == SKIP:
            if len(runs) > 1:
                run.relay("ok 1 all cases # SKIP %s" % run.skipped, count)
        elif returned or run.ended_early():
            status = 1
        if not run.skipped and run.ended_early():
            print("# %s: %d cases, the plan is %s" % (
                run.label or run.name, run.cases, run.plan), flush=True)
        count += run.cases
    skipped = [run.skipped for run in runs if run.skipped]
    if len(skipped) == len(runs):
        print("1..%d # SKIP %s" % (count, skipped[0]), flush=True)
        return status or SKIP
    if not [run for run in runs if not run.skipped and run.ended_early()]:
        print("1..%d" % count, flush=True)
    return status
