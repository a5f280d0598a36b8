"""How right links are, counted in pairs of records (and, for clusters, B-cubed): plain definitions, no shortcuts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
# Thresholds at which clusters are tried when the best one is looked for, as match weights (0 is a half).
CLUSTER_WEIGHTS = np.arange(-4.0, 24.5, 0.5)


@dataclass(frozen=True)
class Rates:
    """Shares, 0 to 1; `bcubed` is its F1, where clusters were judged."""

    precision: float
    recall: float
    bcubed: float | None = None

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True)
class Truth:
    """The person (number) of each record, and which of two files it stands in (all in one file: `two` is False)."""

    record: pl.Series
    person: Ints
    right: NDArray[np.bool_]
    two: bool

    @property
    def pairs(self) -> int:
        """How many pairs of records are one person: across the files, or within the one."""
        every = np.bincount(self.person)
        if not self.two:
            return int((every * (every - 1) // 2).sum())
        last = np.bincount(self.person, weights=self.right, minlength=len(every)).astype(np.int64)
        return int(((every - last) * last).sum())

    @property
    def one_to_one(self) -> int:
        """How many of them can be had when each record may have one partner."""
        every = np.bincount(self.person)
        last = np.bincount(self.person, weights=self.right, minlength=len(every)).astype(np.int64)
        return int(np.minimum(every - last, last).sum())


@dataclass(frozen=True)
class Edges:
    """Scored pairs of records (positions in the truth), best first, left file first."""

    left: Ints
    right: Ints
    weight: Floats
    probability: Floats


def read_truth(truth: pl.DataFrame, right_records: pl.Series | None) -> Truth:
    """truth: `record_id, person`; right_records: the ids of the second file, None when there is but one."""
    truth = truth.sort("record_id")
    right = truth["record_id"].is_in(right_records.implode()) if right_records is not None else None
    return Truth(
        truth["record_id"],
        truth["person"].rank("dense").cast(pl.Int64).to_numpy() - 1,
        right.to_numpy() if right is not None else np.zeros(truth.height, dtype=np.bool_),
        right is not None,
    )


def positions(truth: Truth, ids: pl.Series) -> Ints:
    """Where each record stands in the truth."""
    frame = pl.DataFrame({"id": truth.record}).with_row_index("at")
    found = ids.rename("id").to_frame().join(frame, on="id", how="left", maintain_order="left")["at"]
    if found.null_count():
        raise SystemExit("A linker gave a record that is in no file.")
    return found.cast(pl.Int64).to_numpy()


def edges(truth: Truth, pairs: pl.DataFrame) -> Edges:
    """pairs: `left_record_id, right_record_id, probability, match_weight`; within one of two files: dropped."""
    left, right = (positions(truth, pairs[f"{side}_record_id"]) for side in ("left", "right"))
    turned = truth.right[left] & ~truth.right[right]
    left, right = np.where(turned, right, left), np.where(turned, left, right)
    weight, probability = (pairs[name].cast(pl.Float64).to_numpy() for name in ("match_weight", "probability"))
    kept = (truth.right[left] != truth.right[right]) if truth.two else left != right
    order = np.lexsort((right[kept], left[kept], -weight[kept]))
    return Edges(left[kept][order], right[kept][order], weight[kept][order], probability[kept][order])


def one_to_one(found: Edges) -> Edges:
    """The best pair first, then the best of records not yet taken, and so on."""
    taken: set[int] = set()
    kept = []
    for number, (left, right) in enumerate(zip(found.left.tolist(), found.right.tolist(), strict=True)):
        if left not in taken and right not in taken:
            taken.update((left, right))
            kept.append(number)
    at = np.array(kept, dtype=np.int64)
    return Edges(found.left[at], found.right[at], found.weight[at], found.probability[at])


def at_threshold(truth: Truth, found: Edges, probability: float, possible: int) -> Rates:
    """The pairs of at least that probability, of so many `possible` ones."""
    return _rates(int((found.probability >= probability).sum()), truth, found, possible)


def at_best(truth: Truth, found: Edges, possible: int) -> tuple[Rates, float]:
    """The threshold that gives the best F1 by the truth, and its probability."""
    right = np.cumsum(truth.person[found.left] == truth.person[found.right])
    number = np.arange(1, len(right) + 1)
    # Pairs of one weight stand or fall together.
    last = np.append(found.weight[1:] != found.weight[:-1], True)
    at = int(np.argmax(np.where(last, 2 * right / (number + possible), 0.0)))
    return _rates(at + 1, truth, found, possible), float(found.probability[at])


def _rates(count: int, truth: Truth, found: Edges, possible: int) -> Rates:
    right = int((truth.person[found.left[:count]] == truth.person[found.right[:count]]).sum())
    return Rates(right / max(count, 1), right / possible)


def components(truth: Truth, left: Ints, right: Ints) -> Ints:
    """The connected component of each record."""
    size = len(truth.person)
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    found: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return found


def clusters_at_threshold(truth: Truth, found: Edges, probability: float) -> Rates:
    """Connected components of the pairs of at least that probability."""
    kept = found.probability >= probability
    return clusters(truth, components(truth, found.left[kept], found.right[kept]))


def clusters_at_best(truth: Truth, found: Edges) -> tuple[Rates, float]:
    """The threshold whose connected components have the best pairwise F1, and its probability."""
    tried = [(clusters(truth, components(truth, *_above(found, weight))), weight) for weight in CLUSTER_WEIGHTS]
    best, weight = max(tried, key=lambda item: item[0].f1)
    return best, float(1 / (1 + 2.0**-weight))


def _above(found: Edges, weight: float) -> tuple[Ints, Ints]:
    kept = found.weight >= weight
    return found.left[kept], found.right[kept]


def clusters(truth: Truth, entity: Ints) -> Rates:
    """Pairwise rates of a grouping of all records (across the files where there are two), and B-cubed F1."""
    cell = pl.DataFrame({"entity": entity, "person": truth.person, "right": truth.right.astype(np.int64)})
    both, found = (
        _pairs(cell.group_by(keys).agg(pl.len().alias("n"), pl.col("right").sum()), truth.two)
        for keys in (["entity", "person"], ["entity"])
    )
    agreed = cell.select(
        same=pl.len().over("entity", "person"), found=pl.len().over("entity"), true=pl.len().over("person")
    )
    shares = [agreed.select((pl.col("same") / pl.col(whole)).mean()).item() for whole in ("found", "true")]
    bcubed = Rates(*shares)
    return Rates(both / max(found, 1), both / truth.pairs, bcubed.f1)


def _pairs(groups: pl.DataFrame, two: bool) -> int:
    count = (pl.col("n") - pl.col("right")) * pl.col("right") if two else pl.col("n") * (pl.col("n") - 1) // 2
    return int(groups.select(count.cast(pl.Int64).sum()).item())


def table(rows: Iterable[tuple[str, Rates, str]]) -> str:
    """Lines of text: what was judged, its rates with four decimals, a remark."""
    head = f"  {'':<58}{'precision':>10}{'recall':>9}{'F1':>9}{'B-cubed':>9}"
    lines = [
        f"  {what:<58}{rates.precision:>10.4f}{rates.recall:>9.4f}{rates.f1:>9.4f}"
        f"{'' if rates.bcubed is None else f'{rates.bcubed:>9.4f}':>9}{'  ' + remark if remark else ''}"
        for what, rates, remark in rows
    ]
    return "\n".join([head, *lines])
