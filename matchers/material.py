"""What training looks at: random pairs, relatives, and the candidate pairs gathered by what they look like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.blocks import Candidates
from matchers.counting import Patterns, gather_with_places
from matchers.different import Counts, Drawn, draw, relative_tables
from matchers.groups import pair_groups
from matchers.spec import Spec
from matchers.table import Table, distinct

Levels = NDArray[np.uint8]

TRAINING_PAIRS: Final = 1_500_000
WORKERS: Final = 2


@dataclass(frozen=True)
class Material:
    """What training looks at, whoever is thought to be whom.

    `drawn` are strangers, `relatives` counts by level, `household_pairs` and `per_person` how many relatives there are.
    `patterns` gathers every `step`-th candidate pair, and `places` numbers each one's pattern.
    """

    drawn: Drawn
    relatives: Counts
    household_pairs: int
    per_person: float
    patterns: Patterns
    places: NDArray[np.int64]
    step: int


def material(table: Table, spec: Spec, pairs: Candidates, levels: Levels, group: NDArray[np.int32]) -> Material:
    """What training needs of the records and their candidate pairs.

    `levels` has a row a comparison and a column a candidate pair; `group` numbers each pair's group as
    `pair_groups` does.
    """
    with ThreadPoolExecutor(WORKERS) as pool:
        drawing = pool.submit(draw, table, spec, partial(pair_groups, table))
        kin = pool.submit(relative_tables, table, spec)
        gathering = pool.submit(_patterns, spec, pairs, levels, group)
        return Material(drawing.result(), *kin.result(), *gathering.result())


def _patterns(
    spec: Spec, pairs: Candidates, levels: Levels, group: NDArray[np.int32]
) -> tuple[Patterns, NDArray[np.int64], int]:
    """Every so many-th pair (how many, comes last) by pattern, and the number of each one's pattern."""
    step = max(1, -(-pairs.size // TRAINING_PAIRS))
    fair = _fair(spec, pairs.rules[::step])
    return *gather_with_places(spec, levels[:, ::step], group[::step], fair, step), step


def _fair(spec: Spec, rules: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """For each pair, a bit a comparison that at least one of the blocking rules which found the pair does not use."""
    inverse, values = distinct(pl.Series(rules))
    sets = values.to_numpy()
    fair = np.zeros(len(sets), dtype=np.uint32)
    for rule, block in enumerate(spec.blocks):
        used = {part.column for part in block.key}
        bits = sum(1 << n for n, c in enumerate(spec.comparisons) if not used & set(c.columns))
        fair |= np.where(sets >> np.uint32(rule) & np.uint32(1), np.uint32(bits), np.uint32(0)).astype(np.uint32)
    return fair[inverse]
