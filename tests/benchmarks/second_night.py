"""A second night with some records changed, against matching all of them: ratio of times, memory, size on the disk.

    python -m tests.benchmarks.second_night --people 230000 [--changed 0.01] [--rounds 3] [--seed 31] [--hard]
    python -m tests.benchmarks.second_night --files DIR

The records are the two files that `tests.benchmarks.two_files` makes, or has made in DIR. Of the share `changed`, a
quarter went, half was edited (name, village or birth date) and a quarter is new. Every job runs in a process of its
own, rounds alternate, times are medians; reading the records is not timed. "engine" is matching alone; "with state" is
with reading last night's state, checking it, and writing tonight's. The second night's result is compared with that
of a full run with last night's model, which it must equal.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
import polars as pl

from flows.match_state import read_state, write_state
from flows.matching import person_spec
from matchers.again import align, link_again, link_with_state
from matchers.link import LINK, REVIEW, link_records
from tests.benchmarks.two_files import make

T = TypeVar("T")
DAY = date(2026, 11, 20)
FIRST, SECOND = "padan-1.state", "padan-2.state"


def main() -> None:
    """Make the nights, run the jobs and print."""
    options = _options()
    if options.job:
        print(json.dumps(JOBS[options.job](options.folder)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if options.files is None:
            make(folder, options.people, options.seed, options.hard)
        _nights(options.files or folder, folder, options.changed, options.seed)
        _job("first", folder)
        done: dict[str, list[dict[str, float]]] = {"full": [], "model": [], "second": []}
        for _ in range(options.rounds):
            for name, runs in done.items():
                runs.append(_job(name, folder))
        _tell(folder, {name: {key: median(run[key] for run in runs) for key in runs[0]} for name, runs in done.items()})
        print(f"equal to a full run with last night's model: {'yes' if _job('check', folder)['equal'] else 'NO'}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=230_000)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--files", type=Path)
    parser.add_argument("--job", choices=sorted(JOBS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _tell(folder: Path, runs: dict[str, dict[str, float]]) -> None:
    second = runs["second"]
    print(f"{second['records']:,.0f} records, {second['changed']:.2%} changed")
    print(f"  {'':<34}{'engine':>9}{'CPU':>9}{'with state':>12}{'CPU':>9}{'peak':>10}")
    for name, title in (("full", "all, a new model"), ("model", "all, last night's model"), ("second", "what changed")):
        run = runs[name]
        print(
            f"  {title:<34}{run['seconds']:>7.2f} s{run['cpu']:>7.2f} s{run['all_seconds']:>10.2f} s"
            f"{run['all_cpu']:>7.2f} s{run['peak_mb']:>7.0f} MB"
        )
    for name, title in (("full", "a new model"), ("model", "last night's")):
        ratios = (second[key] / runs[name][key] for key in ("seconds", "cpu"))
        whole = (second[f"all_{key}"] / runs[name][key] for key in ("seconds", "cpu"))
        print(
            "  what changed, of all with {:<14} engine {:.1%} (CPU {:.1%}), with state {:.1%} (CPU {:.1%})".format(
                title, *ratios, *whole
            )
        )
    sizes = [sum(path.stat().st_size for path in (folder / name).iterdir()) / 1e6 for name in (FIRST, SECOND)]
    new = sum(p.stat().st_size for p in (folder / SECOND).iterdir() if not (folder / FIRST / p.name).exists()) / 1e6
    print(f"  state: {sizes[0]:.0f} MB, the second night's {sizes[1]:.0f} MB, of which {new:.0f} MB are new")


# --- the nights -------------------------------------------------------------------------------------------------------


def _nights(files: Path, folder: Path, share: float, seed: int) -> None:
    columns = list(person_spec().given_columns)
    first = pl.concat(pl.read_parquet(files / f"{side}.parquet", columns=columns) for side in ("left", "right"))
    first = first.sort("record_id")
    first.write_parquet(folder / "first.parquet")
    changed(first, share, seed).write_parquet(folder / "second.parquet")


def changed(frame: pl.DataFrame, share: float, seed: int) -> pl.DataFrame:
    """The next night's records: of a share a quarter is gone, half is edited, a quarter is new; numbered anew."""
    random = np.random.default_rng(seed)
    size = frame.height
    gone, *edited, new = np.array_split(random.permutation(size)[: int(size * share)], 4)
    other = frame[random.permutation(size)]
    kind = np.zeros(size, dtype=np.int8)
    kind[np.concatenate(edited)] = random.integers(1, 4, sum(map(len, edited)))
    out = frame.with_columns(place=pl.int_range(pl.len()) * 2, kind=kind)
    for number, names in enumerate((("name_std", "name_key"), ("village_code",), ("birth_date",)), 1):
        edit = pl.col("kind") == number
        out = out.with_columns(pl.when(edit).then(other[name]).otherwise(pl.col(name)).alias(name) for name in names)
    born = out[np.sort(new)].with_columns(
        pl.col("place") + 1, *(other[name].gather(np.sort(new)) for name in ("name_std", "name_key", "nik"))
    )
    stay = np.ones(size, dtype=np.bool_)
    stay[gone] = False
    both = pl.concat([out.filter(pl.Series(stay)), born]).sort("place").drop("place", "kind")
    return both.with_columns(record_id=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))


# --- the jobs, each in a process of its own ---------------------------------------------------------------------------


def _job(name: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.second_night", "--job", name, "--folder", str(folder)]
    found: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found


def _timed(work: Callable[[], T]) -> tuple[T, float, float]:
    started, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - started, time.process_time() - cpu


def _told(engine: tuple[float, float], besides: tuple[float, float], **more: float) -> dict[str, float]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    times = {"seconds": engine[0], "cpu": engine[1]}
    whole = {"all_seconds": engine[0] + besides[0], "all_cpu": engine[1] + besides[1]}
    return times | whole | {"peak_mb": peak} | more


def _read(folder: Path, night: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{night}.parquet")


def _made_for(folder: Path) -> str:
    return str(json.loads((folder / FIRST / "manifest.json").read_text())["content"]["made_for"])


def first(folder: Path) -> dict[str, float]:
    """The first night, which leaves its state."""
    frame = _read(folder, "first")
    (_, state), *engine = _timed(lambda: link_with_state(frame, person_spec(), LINK, REVIEW))
    _, *besides = _timed(lambda: write_state(folder / FIRST, state, DAY))
    return _told((engine[0], engine[1]), (besides[0], besides[1]))


def full(folder: Path) -> dict[str, float]:
    """All records of the second night, with a new model."""
    frame = _read(folder, "second")
    _, *engine = _timed(lambda: link_records(frame, person_spec(), LINK, REVIEW))
    return _told((engine[0], engine[1]), (0.0, 0.0))


def model(folder: Path) -> dict[str, float]:
    """The same with last night's model."""
    frame = _read(folder, "second")
    known = read_state(folder / FIRST, _made_for(folder)).state.model
    _, *engine = _timed(lambda: link_records(frame, person_spec(), LINK, REVIEW, known))
    return _told((engine[0], engine[1]), (0.0, 0.0))


def second(folder: Path) -> dict[str, float]:
    """What changed."""
    frame, spec, place = _read(folder, "second"), person_spec(), folder / SECOND
    for path in place.glob("*"):
        path.unlink()
    if place.exists():
        place.rmdir()
    before, *reading = _timed(lambda: read_state(folder / FIRST, _made_for(folder)))
    aligned, *aligning = _timed(lambda: align(frame, spec, before.state))
    (_, state), *linking = _timed(lambda: link_again(aligned, spec, before.state, LINK, REVIEW))
    _, *writing = _timed(lambda: write_state(place, state, DAY, before))
    return _told(
        (aligning[0] + linking[0], aligning[1] + linking[1]),
        (reading[0] + writing[0], reading[1] + writing[1]),
        changed=aligned.changed,
        records=frame.height,
    )


def check(folder: Path) -> dict[str, float]:
    """Whether the second night's result is that of a full run with the same model."""
    frame, spec = _read(folder, "second"), person_spec()
    state = read_state(folder / FIRST, _made_for(folder)).state
    again = link_again(align(frame, spec, state), spec, state, LINK, REVIEW)[0]
    whole = link_with_state(frame, spec, LINK, REVIEW, state.model)[0]
    names = ("links", "pairs", "scored", "blocking")
    return {"equal": all(getattr(again, name).equals(getattr(whole, name)) for name in names)}


JOBS: dict[str, Callable[[Path], dict[str, float]]] = {
    "first": first,
    "full": full,
    "model": model,
    "second": second,
    "check": check,
}


if __name__ == "__main__":
    main()
