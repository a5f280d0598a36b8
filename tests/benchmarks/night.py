"""A whole night timed: each stage's seconds and share, peak memory, and cost per record against the smallest world.

    python -m tests.benchmarks.night 100000 1000000 [--hard] [--seed 7]

Makes the worlds in a temporary folder and runs `padan run` on each in a process of its own.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flows.recognise import init
from sample_data.world import write_world

STAGE = re.compile(r"^(\w+)\s+([\d.]+) s$", re.MULTILINE)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("people", type=int, nargs="+")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--hard", action="store_true")
    options = parser.parse_args()
    base = None
    for people in sorted(options.people):
        with tempfile.TemporaryDirectory() as folder:
            started = time.perf_counter()
            world = write_world(Path(folder), people, seed=options.seed, hard=options.hard)
            made = time.perf_counter() - started
            init(Path(folder))
            started = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "flows.cli", "run", folder, "--as-of", "2026-11-20"],
                capture_output=True,
                text=True,
                check=True,
            )
            whole = time.perf_counter() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        per_record = whole / world.person_rows
        base = base or per_record
        print(
            f"{people:,} people, {world.person_rows:,} records: sample {made:.1f} s, run {whole:.1f} s, "
            f"peak {peak:.2f} GB, cost per record {per_record / base:.2f}"
        )
        for stage, seconds in STAGE.findall(done.stdout):
            print(f"  {stage:<12}{float(seconds):8.1f} s{float(seconds) / whole:8.1%}")


if __name__ == "__main__":
    main()
