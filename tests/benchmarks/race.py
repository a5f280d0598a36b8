"""padan and Splink on the same files: ratio of whole-job times, stage times, peak memory, and how right each is.

    python -m tests.benchmarks.race --data historical PATH
    python -m tests.benchmarks.race --data febrl4
    python -m tests.benchmarks.race --data febrl4_without_id
    python -m tests.benchmarks.race --data province --people 200000 [--hard] [--seed 7]
        [--rounds 3] [--only padan|splink] [--keep DIR]

Splink is no part of the development requirements: `pip install --no-deps --require-hashes -r requirements-bench.lock`
adds it to them.

Each job runs in a process of its own that holds everything: imports, reading, training, scoring, and for padan also
resolution and reasons. Rounds alternate, so that what else the machine does falls on both; where it does much, the time
of all processors (CPU) is the steadier figure. Times are medians; memory is the most a job's process had in any round;
rates are those of the last round. How Splink is set up, and why that is as its documentation advises:
`race_splink.py`.

Rates: padan at its own thresholds. Splink at 0.95, decided beforehand, and at the threshold that the truth shows to be
best, which flatters it. Splink's pairs are judged as they are; for one file also as clusters (connected components),
for two also as one-to-one links, best first. In the synthetic province some people stand twice in a file on purpose:
"of what one-to-one can reach" counts one link a person, where the others count every pair.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import polars as pl

from tests.benchmarks import measures, tasks
from tests.benchmarks.measures import Edges, Rates, Truth

HERE = Path(__file__).parent
LINKERS = ("padan", "splink")
# The threshold of a Splink user who decides beforehand, and the default of padan.
FIXED, OWN = 0.95, 0.5
SCORES = ["probability", "match_weight"]
REACH = "of what one-to-one can reach"


@dataclass(frozen=True)
class Job:
    """One job done: wall time, time of all processors, most memory, its stages' seconds."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    stages: dict[str, float]


def main() -> None:
    """Race and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        task = _task(options, options.keep or folder)
        linkers = [options.only] if options.only else list(LINKERS)
        jobs: dict[str, list[Job]] = {linker: [] for linker in linkers}
        for number in range(options.rounds):
            for linker in linkers if number % 2 == 0 else reversed(linkers):
                job = _run(linker, options.data[0], task, folder / linker)
                jobs[linker].append(job)
                print(f"round {number + 1}, {linker}: {_said(job)}", flush=True)
        print(f"\n{task.name}")
        middle = {linker: _middle(done) for linker, done in jobs.items()}
        for linker, job in middle.items():
            print(_times(linker, job))
        if len(middle) == len(LINKERS):
            padan, splink = (middle[linker] for linker in LINKERS)
            whole, cpu = splink.seconds / padan.seconds, splink.cpu_seconds / padan.cpu_seconds
            print(f"  Splink takes {whole:.1f} times as long as padan, {cpu:.1f} times as much of the processors")
        print(measures.table(row for linker in linkers for row in _rates(linker, task, folder / linker)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", required=True, metavar=("NAME", "PATH"))
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=LINKERS)
    parser.add_argument("--keep", type=Path, help="folder in which the files of a province stay for the next race")
    options = parser.parse_args()
    name, *paths = options.data
    if name not in ("historical", "febrl4", "febrl4_without_id", "province") or len(paths) != (name == "historical"):
        parser.error("--data takes historical PATH, febrl4, febrl4_without_id or province")
    if options.rounds < 1:
        parser.error("--rounds takes a number from 1")
    return options


def _task(options: argparse.Namespace, folder: Path) -> tasks.Task:
    name, *paths = options.data
    if name == "historical":
        return tasks.historical(folder / name, Path(paths[0]))
    if name == "province":
        kind = f"province-{options.people}-{'hard' if options.hard else 'good'}-{options.seed}"
        return tasks.province(folder / kind, options.people, options.seed, options.hard)
    return tasks.febrl4(folder / name, with_id=name == "febrl4")


# --- running ---------------------------------------------------------------------------------------------------------


def _run(linker: str, data: str, task: tasks.Task, out: Path) -> Job:
    out.mkdir(exist_ok=True)
    files = [str(path) for path in (task.left, task.right) if path is not None]
    if linker == "splink":
        command = ["-m", "tests.benchmarks.race_splink", data, str(out), *files]
    else:
        both = [files[0], files[-1]]  # one file with itself is deduplicated
        settings = ["--spec", str(task.spec), "--out", str(out / "pairs.parquet")]
        command = ["-m", "tests.benchmarks.race_padan", str(out / "stages.json"), *both, *settings]
    timer = [sys.executable, "-I", str(HERE / "timed.py"), str(out / "timed.json")]
    done = subprocess.run([*timer, sys.executable, *command], capture_output=True, text=True, cwd=tasks.ROOT)
    if done.returncode:
        raise SystemExit(f"{linker} failed:\n{done.stderr[-3000:]}")
    timed = json.loads((out / "timed.json").read_text())
    stages = json.loads((out / "stages.json").read_text())
    return Job(**timed, stages=stages)


def _said(job: Job) -> str:
    return f"{job.seconds:8.2f} s  CPU {job.cpu_seconds:8.2f} s  {job.peak_mb:7,.0f} MB"


def _middle(jobs: list[Job]) -> Job:
    """The medians of all rounds, and the most memory."""
    return Job(
        median(job.seconds for job in jobs),
        median(job.cpu_seconds for job in jobs),
        max(job.peak_mb for job in jobs),
        {name: median(job.stages[name] for job in jobs) for name in jobs[0].stages},
    )


def _times(linker: str, job: Job) -> str:
    listed = ", ".join(f"{name} {seconds:.2f}" for name, seconds in job.stages.items() if seconds >= 0.005)
    return f"  {linker:<8}{_said(job)}  ({listed})"


# --- judging ---------------------------------------------------------------------------------------------------------


def _rates(linker: str, task: tasks.Task, out: Path) -> list[tuple[str, Rates, str]]:
    right = pl.read_parquet(task.right, columns=[task.record])[task.record] if task.right else None
    truth = measures.read_truth(pl.read_parquet(task.truth), right)
    return _of_padan(truth, out) if linker == "padan" else _of_splink(truth, out)


def _of_padan(truth: Truth, out: Path) -> list[tuple[str, Rates, str]]:
    """Every pair that `padan link` links counts, those linked through others too."""
    pairs = pl.read_parquet(out / "pairs.parquet", columns=["left_id", "right_id", *SCORES, "outcome"])
    pairs = pairs.rename({"left_id": "left_record_id", "right_id": "right_record_id"})
    left, right = (
        measures.positions(truth, pairs.filter(pl.col("outcome") == "link")[f"{side}_record_id"])
        for side in ("left", "right")
    )
    people = measures.clusters(truth, measures.components(truth, left, right))
    rows = [("padan, people at its own threshold", people, "")]
    if truth.two and _twice(truth):
        single = measures.one_to_one(measures.edges(truth, pairs.drop_nulls(SCORES)))
        own = measures.at_threshold(truth, single, OWN, truth.one_to_one)
        rows.append((f"padan, {REACH}, at its own threshold", own, ""))
    return rows


def _of_splink(truth: Truth, out: Path) -> list[tuple[str, Rates, str]]:
    found = measures.edges(truth, pl.read_parquet(out / "scored.parquet"))
    rows = _pairs(truth, found, "Splink, pairs as they are", truth.pairs)
    if truth.two:
        single = measures.one_to_one(found)
        rows += _pairs(truth, single, "Splink, one-to-one", truth.pairs)
        return rows + (_pairs(truth, single, f"Splink, {REACH}", truth.one_to_one) if _twice(truth) else [])
    best, threshold = measures.clusters_at_best(truth, found)
    fixed = measures.clusters_at_threshold(truth, found, FIXED)
    clusters = "Splink, clusters"
    return [*rows, (f"{clusters}, at {FIXED}", fixed, ""), (f"{clusters}, at the best", best, _at(threshold))]


def _twice(truth: Truth) -> bool:
    """Whether some person stands twice in a file, so that links one-to-one cannot be all true pairs."""
    return truth.one_to_one < truth.pairs


def _pairs(truth: Truth, found: Edges, what: str, possible: int) -> list[tuple[str, Rates, str]]:
    best, threshold = measures.at_best(truth, found, possible)
    fixed = measures.at_threshold(truth, found, FIXED, possible)
    return [(f"{what}, at {FIXED}", fixed, ""), (f"{what}, at the best", best, _at(threshold))]


def _at(threshold: float) -> str:
    return f"(threshold {threshold:.6f})"


if __name__ == "__main__":
    main()
