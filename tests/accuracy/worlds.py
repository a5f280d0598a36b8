"""How right padan is on fresh synthetic worlds: links and every finding code.

python -m tests.accuracy.worlds [--people 100000] [--seeds 7 8] [--hard] [--region banten]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from flows.cli import main as padan
from sample_data.world import write_world


def main() -> None:
    """Print a table a world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--region", default="banten")
    options = parser.parse_args()
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            write_world(Path(folder), options.people, seed=seed, hard=options.hard, region=options.region)
            print(f"{options.people:,} people, seed {seed}, {'hard' if options.hard else 'good'}, {options.region}")
            for command in (["init", folder], ["run", folder, "--as-of", "2026-11-20"]):
                if padan(command):
                    raise SystemExit(f"padan {command[0]} failed")
            padan(["evaluate", folder, "--truth", str(Path(folder) / "truth")])


if __name__ == "__main__":
    main()
