"""How right whole nights are on fresh synthetic worlds: links, and every class of mismatch, over several worlds.

    python -m tests.accuracy.worlds [--people 20000] [--seeds 1 2] [--hard] [--regions banten jawa]
        [--json FILE] [--keep DIR]

Each world is written with all its registers, `padan run` on it, and judged as `padan evaluate` judges; the counts of
all worlds are added up, and a share is told with the interval that holds the true one in 95 of 100 cases (Wilson).
Beside the matcher's links stand the true ones: what is wrong or missed with those lies in the class or in the truth,
all the rest came by wrong or missing links. A class is `below` its goal where even the upper end of an interval is;
where only the share itself is, `few` cases are there to say so. With --keep worlds and databases stay for the next
time.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from flows.cli import main as padan
from flows.evaluate import evaluate
from flows.find import find
from flows.people import resolve_people
from flows.publish import current
from flows.text_table import text_table
from sample_data.world import AS_OF, write_world
from tests.accuracy.figures import peak_memory
from tests.accuracy.sets import World

# What issue 5 asks of each class that can be tested, on good files and on bad ones.
GOAL: Final = {False: 0.98, True: 0.95}
SURE: Final = 1.96  # standard errors: 95 of 100 cases
COUNTS: Final = ("right_ones", "found", "true_ones")
TRUE_LINKS: Final = "true_links_"
HEADINGS: Final = (
    *("measure", "worlds", "true", "found", "right"),
    *("precision", "interval", "goal", "recall", "interval", "goal"),
    *("wrong", "with true links", "missed", "with true links"),
)
WORDS: Final = ("measure", "goal")
# Every record in the place that the truth gives it; one that the truth does not know would be a person of its own.
TRUE_PLACES: Final = """
SELECT record_id, dense_rank() OVER (ORDER BY coalesce(person, 'record ' || record_id))::BIGINT AS entity,
       1.0::DOUBLE AS probability, 20.0::DOUBLE AS match_weight, 'truth' AS basis
FROM record LEFT JOIN truth USING (source, file, source_row)
"""
ARRIVED: Final = "SELECT source FROM source_file WHERE rows_accepted > 0"


@dataclass(frozen=True)
class Night:
    """One world's night: what `padan evaluate` measured (`flows.evaluate`), seconds of the run, most memory in MB."""

    name: str
    measures: pl.DataFrame
    seconds: float
    memory: float


def night(world: World) -> Night:
    """Write a world with all its registers, run padan on it, and evaluate what was published."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _write(folder, world)
        started = time.perf_counter()
        database = _run(folder)
        seconds = time.perf_counter() - started
        measures = evaluate(database, folder / "truth")
    return Night(f"night ({world.words})", measures, seconds, peak_memory())


def _write(folder: Path, world: World) -> None:
    write_world(folder, world.people, seed=world.seed, hard=world.hard, region=world.region)
    _padan("init", str(folder))


def _run(folder: Path) -> Path:
    _padan("run", str(folder), "--as-of", AS_OF.isoformat())
    database = current(folder / "out")
    assert database is not None
    return database


def _padan(*arguments: str) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = padan(list(arguments))
    if code:
        raise SystemExit(f"padan {arguments[0]} failed:\n{said.getvalue()[-2000:]}")


# --- the same night with the true links ------------------------------------------------------------------------------


def with_true_links(database: Path, truth: Path, into: Path) -> Path:
    """A copy of a published database whose people and findings are made anew, each record linked to its true person."""
    shutil.copyfile(database, into)
    with duckdb.connect(str(into)) as con:
        con.execute("SET enable_progress_bar = false")
        con.register("truth", pl.read_csv(truth / "record.csv", schema_overrides={"person": pl.String}))
        links, pairs = con.sql(TRUE_PLACES).pl(), con.sql("FROM pair").pl()
        con.unregister("truth")
        resolve_people(con, links, pairs, as_of=AS_OF, run_id="truth", previous=None)
        find(con, AS_OF, {str(kind) for (kind,) in con.sql(ARRIVED).fetchall()}, None)
    return into


# --- several worlds --------------------------------------------------------------------------------------------------


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--regions", nargs="+", default=["banten"])
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where worlds and databases stay for the next time")
    options = parser.parse_args()
    worlds = [World(options.people, seed, options.hard, region) for region in options.regions for seed in options.seeds]
    every = []
    for world in worlds:
        with _room(options.keep, world) as folder:
            started = time.process_time()
            every.append(measured(folder, world))
            print(f"{world.words}: {time.process_time() - started:.0f} CPU seconds", flush=True)
    pooled = pool(every)
    print(f"\n{table(pooled, GOAL[options.hard])}")
    if options.json is not None:
        document = [{**asdict(world), "measures": one.to_dicts()} for world, one in zip(worlds, every, strict=True)]
        options.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


@contextmanager
def _room(keep: Path | None, world: World) -> Iterator[Path]:
    """The folder of a world: its own under `keep`, or one that goes away afterwards."""
    if keep is not None:
        folder = keep / "_".join(str(value) for value in asdict(world).values())
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as scratch:
        yield Path(scratch)


def measured(folder: Path, world: World) -> pl.DataFrame:
    """What `flows.evaluate` gives for the night, and the same counts with the true links as `true_links_...`.

    A night that was published in `folder` before is judged as it is.
    """
    database, truth = current(folder / "out"), folder / "truth"
    if database is None:
        _write(folder, world)
        database = _run(folder)
    true = evaluate(with_true_links(database, truth, folder / "true_links.duckdb"), truth)
    true = true.select("measure", pl.col(COUNTS).name.prefix(TRUE_LINKS))
    return evaluate(database, truth).join(true, on="measure", how="full", coalesce=True)


def pool(every: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Measures of several worlds (`measured`) as one: `measure` String, `worlds` and the counts added up, Int64.

    Left out is what has no answer: rows read, classes that were not tested, and doubts.
    """
    counts = [*COUNTS, *(TRUE_LINKS + name for name in COUNTS)]
    told = pl.concat(every).filter(pl.col("note").fill_null("") == "", pl.col("measure") != "record")
    added = told.group_by("measure").agg(pl.len().cast(pl.Int64).alias("worlds"), pl.col(counts).sum())
    return added.sort("measure")


def verdict(right: int, of: int, goal: float) -> str:
    """How `right` of so many stands to a goal: reached, below, or few where chance alone may be why it is not."""
    if not of or right / of >= goal:
        return "reached"
    return "below" if interval(right, of)[1] < goal else "few"


def interval(right: int, of: int) -> tuple[float, float]:
    """Wilson's interval, which holds the true share in 95 of 100 cases; (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    share, extra = right / of, SURE**2 / of
    middle = (share + extra / 2) / (1 + extra)
    half = SURE * math.sqrt(share * (1 - share) / of + extra / (4 * of)) / (1 + extra)
    return max(0.0, middle - half), min(1.0, middle + half)


def table(pooled: pl.DataFrame, goal: float) -> str:
    """Text: a line a measure, and how each share stands to the goal."""
    lines = [_line(row, goal) for row in pooled.iter_rows(named=True)]
    texts = pl.DataFrame(lines, schema=[(str(place), pl.String) for place in range(len(HEADINGS))], orient="row")
    numbers = [name not in WORDS for name in HEADINGS]
    return "\n".join(text_table(texts, HEADINGS, numbers)) + f"\ngoal: {goal} in precision and recall"


def _line(row: dict[str, Any], goal: float) -> list[str]:
    right, shares = row["right_ones"], []
    for of in (row["found"], row["true_ones"]):
        low, high = interval(right, of)
        shares += [f"{right / of:.4f}" if of else "-", f"{low:.3f}-{high:.3f}" if of else "-", verdict(right, of, goal)]
    true_right = row[TRUE_LINKS + "right_ones"]
    true = [row[TRUE_LINKS + name] - true_right for name in ("found", "true_ones")]
    wrong, missed = row["found"] - right, row["true_ones"] - right
    counts = [row["worlds"], row["true_ones"], row["found"], right]
    return [
        row["measure"].removeprefix("finding "),
        *(f"{count:,}" for count in counts),
        *shares,
        *(f"{count:,}" for count in (wrong, true[0], missed, true[1])),
    ]


if __name__ == "__main__":
    main()
