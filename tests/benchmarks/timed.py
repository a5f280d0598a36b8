"""Runs one command and writes how long it took, how long its processors worked, and the most memory it had.

    python -I tests/benchmarks/timed.py REPORT COMMAND [ARGUMENT ...]

REPORT becomes {"seconds": wall time of the whole process, "cpu_seconds": of all its threads, "peak_mb": maximum
resident size}. A process of its own,
without any import beyond the standard library: a child starts its life with the memory of the one that makes it, so
whoever measures must be small.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Run the command; its exit code is ours."""
    report, command = Path(sys.argv[1]), sys.argv[2:]
    started = time.perf_counter()
    child = subprocess.Popen(command)
    _, status, used = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - started
    cpu = used.ru_utime + used.ru_stime
    report.write_text(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "peak_mb": used.ru_maxrss / 1024}))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
