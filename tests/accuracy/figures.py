"""How right the links of one data set are: pairs, clusters, blocking and probabilities against the truth."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flows.link import spec_file
from flows.link_records import NUMBER, read_records
from flows.matching import person_spec, read_spec
from matchers.link import LINK, REVIEW, Linkage, link_records
from tests.accuracy.sets import Data
from tests.benchmarks import measures
from tests.benchmarks.measures import Edges, Rates, Truth

Floats = NDArray[np.float64]
BINS: Final = (0.0, 0.001, 0.01, 0.05, *(tenth / 10 for tenth in range(1, 10)), 0.95, 0.99, 0.999, 1.0)
# A bin with fewer pairs says nothing about calibration.
LEAST_PAIRS: Final = 100
# Which probabilities are neither sure nor out of the question, and how many levels are named that mislead there.
UNSURE: Final = (0.05, 0.99)
MOST_LEVELS: Final = 12


@dataclass(frozen=True)
class Bin:
    """Compared pairs of one range of probabilities: how many, the mean of what was said, the share that is true."""

    low: float
    high: float
    pairs: int
    mean: float
    true: float

    @property
    def off(self) -> float:
        """By how much the share of true pairs is above (or below) what was said."""
        return self.true - self.mean

    @property
    def chance(self) -> float:
        """How far off a right probability may be by chance: two standard errors."""
        return float(2 * np.sqrt(max(self.mean * (1 - self.mean), 0.0) / max(self.pairs, 1)))


@dataclass(frozen=True)
class OfLevel:
    """Pairs that are neither sure nor out of the question, and reach one level of one comparison."""

    comparison: str
    level: str
    pairs: int
    mean: float
    true: float

    @property
    def astray(self) -> float:
        """How many pairs' worth of probability is missing (above 0) or too much (below)."""
        return self.pairs * (self.true - self.mean)


@dataclass(frozen=True)
class Figures:
    """What is measured of one data set.

    `people` judges the people as resolved: pairs (across the files where there are two), `bcubed` the same people
    over all records. `fixed` and `best` judge the compared pairs by their probability: at the default threshold, and
    at the one (`best_threshold`) that the truth shows to be best. `candidates` is the share of the true pairs that
    were compared, `levels` are the levels that mislead most. `memory` is in MB, null where it was not measured.
    """

    name: str
    records: int
    compared: int
    people: Rates
    bcubed: Rates
    fixed: Rates
    best: Rates
    best_threshold: float
    candidates: float
    bins: tuple[Bin, ...]
    levels: tuple[OfLevel, ...]
    seconds: float
    memory: float | None

    @property
    def worst(self) -> Bin | None:
        """Of the bins that hold enough pairs, the one that is farthest off."""
        return worst_of(self.bins)


def figures(data: Data) -> Figures:
    """Link as `padan link` does (as the nightly run does where there are several registers), and judge."""
    started = time.perf_counter()
    linkage, ids = linked(data)
    seconds, memory = time.perf_counter() - started, peak_memory()
    truth = truth_of(data, ids)
    entity = linkage.links.sort("record_id")["entity"].to_numpy()
    found = measures.edges(truth, linkage.scored)
    best, threshold = measures.at_best(truth, found, truth.pairs)
    return Figures(
        name=data.name,
        records=len(truth.person),
        compared=len(found.left),
        people=measures.clusters(truth, entity),
        bcubed=bcubed(truth, entity),
        fixed=measures.at_threshold(truth, found, LINK, truth.pairs),
        best=best,
        best_threshold=threshold,
        candidates=float((truth.person[found.left] == truth.person[found.right]).sum()) / max(truth.pairs, 1),
        bins=reliability(truth, found),
        levels=by_level(truth, linkage.pairs),
        seconds=seconds,
        memory=memory,
    )


def linked(data: Data) -> tuple[Linkage, dict[str, pl.DataFrame]]:
    """The linkage, over numbered records, and each side's numbers with the ids of the files."""
    if data.registers:
        frame, spec = pl.read_parquet(data.left), person_spec()
        numbers = frame.select(pl.col(spec.record).alias(NUMBER), pl.col(spec.record).alias("id"))
        return link_records(frame, spec, LINK, REVIEW), {"left": numbers}
    records = read_records(data.left, data.right or data.left, read_spec(spec_file(data.spec)), data.spec)
    return link_records(records.frame, records.spec, LINK, REVIEW, complete=True), records.ids


def truth_of(data: Data, ids: dict[str, pl.DataFrame]) -> Truth:
    """The truth with the linkage's record numbers."""
    numbers = pl.concat(ids.values())
    truth = pl.read_parquet(data.truth).rename({"record_id": "id"})
    truth = numbers.join(truth, on="id", how="left").select(pl.col(NUMBER).alias("record_id"), "person")
    if truth["person"].null_count():
        raise SystemExit(f"{data.name}: a record has no person in the truth.")
    return measures.read_truth(truth, ids["right"][NUMBER] if "right" in ids else None)


def bcubed(truth: Truth, entity: NDArray[np.int64]) -> Rates:
    """For each record, the share of its found person that is its true person, and the other way round; the means."""
    records = pl.DataFrame({"entity": entity, "person": truth.person})
    counted = records.select(
        both=pl.len().over("entity", "person"), found=pl.len().over("entity"), true=pl.len().over("person")
    )
    shares = counted.select(precision=pl.col("both") / pl.col("found"), recall=pl.col("both") / pl.col("true"))
    return Rates(*(float(value) for value in shares.mean().row(0)))


def reliability(truth: Truth, found: Edges) -> tuple[Bin, ...]:
    """The compared pairs by probability; 1 belongs to the last bin."""
    same = (truth.person[found.left] == truth.person[found.right]).astype(float)
    place = np.digitize(found.probability, BINS[1:-1])
    count, said, true = (
        np.bincount(place, weights=weights, minlength=len(BINS) - 1) for weights in (None, found.probability, same)
    )
    least = np.maximum(count, 1)
    return tuple(
        Bin(low, high, int(count[n]), float(said[n] / least[n]), float(true[n] / least[n]))
        for n, (low, high) in enumerate(pairwise(BINS))
    )


def by_level(truth: Truth, pairs: pl.DataFrame) -> tuple[OfLevel, ...]:
    """`pairs` as `matchers.link.Linkage.pairs`: which comparisons mislead, the worst first.

    Of the pairs that are kept: those that are linked or come near.
    """
    left, right = (measures.positions(truth, pairs[f"{side}_record_id"]) for side in ("left", "right"))
    across = truth.right[left] != truth.right[right] if truth.two else left != right
    true = pl.Series("true", truth.person[left] == truth.person[right])
    unsure = pairs.with_columns(true).filter(pl.Series(across) & pl.col("probability").is_between(*UNSURE))
    said = (pl.len(), pl.col("probability").mean(), pl.col("true").mean())
    out = [
        OfLevel(name.removeprefix("level_"), *row)
        for name in pairs.columns
        if name.startswith("level_")
        for row in unsure.group_by(name).agg(*said).iter_rows()
    ]
    return tuple(sorted(out, key=lambda level: (-abs(level.astray), level.comparison, level.level))[:MOST_LEVELS])


def pooled(every: Iterable[tuple[Bin, ...]]) -> tuple[Bin, ...]:
    """Several reliability tables as one."""
    out = []
    for same in zip(*every, strict=True):
        count = sum(b.pairs for b in same)
        mean = sum(b.pairs * b.mean for b in same) / max(count, 1)
        true = sum(b.pairs * b.true for b in same) / max(count, 1)
        out.append(Bin(same[0].low, same[0].high, count, mean, true))
    return tuple(out)


def worst_of(bins: Iterable[Bin]) -> Bin | None:
    """Of the bins that hold enough pairs, the one that is farthest off."""
    return max((b for b in bins if b.pairs >= LEAST_PAIRS), key=lambda b: abs(b.off), default=None)


def peak_memory() -> float:
    """The most memory (MB) that this process has had; a process has its own only when it was started for one job."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
