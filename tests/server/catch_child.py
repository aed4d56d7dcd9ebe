#!/usr/bin/env python3
"""Waits until a process has a child of idle priority, which is how an import begins its work, stops
that, and prints its number.

    catch_child.py PARENT SECONDS
"""

import os
import signal
import sys
import time


SCHED_IDLE = 5


def state_of(pid):
    """State, parent and scheduling policy, or none of them."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            # the name, which may hold anything, stands in parentheses
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None, None, None
    return fields[0], int(fields[1]), int(fields[38])


def main():
    parent, end = int(sys.argv[1]), time.monotonic() + float(sys.argv[2])
    while time.monotonic() < end:
        for name in os.listdir("/proc"):
            if not name.isdigit() or state_of(name)[1:] != (parent, SCHED_IDLE):
                continue
            try:
                os.kill(int(name), signal.SIGSTOP)
            except OSError:
                continue
            while state_of(name)[0] not in ("T", "Z", None):
                time.sleep(0.001)
            if state_of(name)[0] == "T":
                print(name)
                return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
