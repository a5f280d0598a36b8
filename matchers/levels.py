"""Comparing pairs: for each comparison, which of its ordered levels holds.

Levels are numbered from 0 (the strongest); a pair with the value missing on one side has level `len(levels)`, on
both sides `len(levels) + 1`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matchers.spec import Comparison, Spec
from matchers.table import MISSING, Coded, Table
from matchers.texts import Texts, one_holds_the_other, same_key, similarity, texts_of

LevelArray = NDArray[np.uint8]
IndexArray = NDArray[np.int32]
Flags = NDArray[np.bool_]
# Pairs compared at a time: what a chunk needs besides its result stays small, whatever the number of pairs.
CHUNK: Final = 250_000
WORKERS: Final = 2
FEW_VALUES: Final = 20_000
# More digits than any number has: two values that cannot be compared digit by digit differ in all of them.
NO_DIGITS: Final = 99


def all_levels(table: Table, spec: Spec, left: IndexArray, right: IndexArray) -> LevelArray:
    """The level of every comparison (row) for every pair (column) of record positions."""
    out = np.empty((len(spec.comparisons), len(left)), dtype=np.uint8)
    for comparison in spec.comparisons:
        if comparison.kind in {"name", "text"} and len(left):
            _texts(table, comparison)  # made before the threads need it

    def fill(start: int) -> None:
        part = slice(start, start + CHUNK)
        for number, comparison in enumerate(spec.comparisons):
            out[number, part] = compare(table, comparison, left[part], right[part])

    if len(left) <= CHUNK:
        fill(0)
    else:
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(fill, range(0, len(left), CHUNK)))
    return out


def compare(table: Table, comparison: Comparison, left: IndexArray, right: IndexArray) -> LevelArray:
    """The level of each pair (record positions `left[i]`, `right[i]`) in one comparison."""
    if comparison.kind == "cross":
        return _cross(table, comparison, left, right)
    column = table.columns[comparison.column]
    one, other = column.codes[left], column.codes[right]
    count = len(comparison.levels)
    levels = np.full(len(left), count - 1, dtype=np.uint8)
    gone_one, gone_other = one == MISSING, other == MISSING
    gone = gone_one | gone_other
    equal = one == other
    open_pairs = np.flatnonzero(~(gone | equal))
    if comparison.kind == "date":
        levels[open_pairs] = _dates(comparison, column, one[open_pairs], other[open_pairs])
    elif comparison.kind == "digits":
        levels[open_pairs] = _digits(comparison, column, one[open_pairs], other[open_pairs])
        for number in reversed([n for n, level in enumerate(comparison.levels) if level.test == "key"]):
            key = table.columns[comparison.key or comparison.column].codes
            one_key = key[left[open_pairs]]
            agree = (one_key == key[right[open_pairs]]) & (one_key != MISSING) & (levels[open_pairs] > number)
            levels[open_pairs[agree]] = number
    elif comparison.kind in {"name", "text"}:
        levels[open_pairs] = _alike(comparison, _texts(table, comparison), one[open_pairs], other[open_pairs])
    levels[equal] = 0
    levels[gone] = count
    levels[gone_one & gone_other] = count + 1
    if comparison.row_number_of in table.sources:
        # Its rows differ in their own numbers whether they are one person or two: that says nothing.
        own = table.source == table.sources.index(comparison.row_number_of)
        levels[own[left] & own[right] & (levels > 0) & (levels < count)] = count + 1
    return levels


def _first(comparison: Comparison, holds: dict[int, Flags], size: int) -> LevelArray:
    """The first level whose test holds, the last one where none does."""
    levels = np.full(size, len(comparison.levels) - 1, dtype=np.uint8)
    for number in sorted(holds, reverse=True):
        levels[holds[number]] = number
    return levels


def _dates(comparison: Comparison, column: Coded, one: IndexArray, other: IndexArray) -> LevelArray:
    assert column.numbers is not None
    a, b = column.numbers[one], column.numbers[other]  # year, month and day in 23, 4 and 5 bits
    differing = a ^ b
    year, month, day = differing >> 9 == 0, differing & 0x1E0 == 0, differing & 0x1F == 0
    holds = {
        "swapped": year & (a >> 5 & 0xF == b & 0x1F) & (a & 0x1F == b >> 5 & 0xF),
        "two_parts": (year & (month | day)) | (month & day),
        "year": year,
    }
    tests = {n: holds[level.test] for n, level in enumerate(comparison.levels) if level.test in holds}
    return _first(comparison, tests, len(one))


def _cross(table: Table, comparison: Comparison, left: IndexArray, right: IndexArray) -> LevelArray:
    """One record's column against the other's key column, either way round: equal when one of the two agrees.

    Where both hold the same key it says nothing that the key has not said, and counts as missing.
    """
    column, key = table.columns[comparison.column], table.columns[comparison.key or comparison.column]
    value, held = _numbers_of(column), _numbers_of(key)
    forth = (column.codes[left] != MISSING) & (key.codes[right] != MISSING)
    back = (column.codes[right] != MISSING) & (key.codes[left] != MISSING)
    count = len(comparison.levels)
    levels = np.full(len(left), count + 1, dtype=np.uint8)
    told = np.flatnonzero((forth | back) & (key.codes[left] != key.codes[right]))
    one, other = left[told], right[told]
    equal = (forth[told] & (value[column.codes[one]] == held[key.codes[other]])) | (
        back[told] & (value[column.codes[other]] == held[key.codes[one]])
    )
    levels[told] = np.where(equal, 0, count - 1)
    return levels


def _numbers_of(column: Coded) -> NDArray[np.uint64]:
    """The numbers of a column's values, with one more at the end for "missing" (code -1)."""
    assert column.numbers is not None
    return np.append(column.numbers, np.uint64(0))


def _digits(comparison: Comparison, column: Coded, one: IndexArray, other: IndexArray) -> LevelArray:
    assert column.numbers is not None
    a, b = column.numbers[one], column.numbers[other]
    differing = a ^ b
    spread = differing | (differing >> 1) | (differing >> 2) | (differing >> 3)
    edits = np.bitwise_count(spread & np.uint64(0x1111111111111111))
    unknown = (a == 0) | (b == 0)
    edits[unknown] = NO_DIGITS
    tests: dict[int, Flags] = {}
    for number, level in enumerate(comparison.levels):
        if level.test == "edits":
            tests[number] = edits <= level.digits
        elif level.test == "prefix":
            tests[number] = (differing >> (4 * max(column.width - level.digits, 0)) == 0) & ~unknown
        elif level.test == "serial":
            tests[number] = (differing >> (4 * level.digits) == 0) & ~unknown
    return _first(comparison, tests, len(one))


def _texts(table: Table, comparison: Comparison) -> Texts:
    """What is known of the values that a comparison compares, looked up once a table."""
    known: Texts | None = table.texts.get(comparison.name)
    if known is None:
        key = table.columns[comparison.key] if comparison.key else None
        known = table.texts[comparison.name] = texts_of(comparison, table.columns[comparison.column], key)
    return known


def _alike(comparison: Comparison, texts: Texts, one: IndexArray, other: IndexArray) -> LevelArray:
    """Where values are few, each distinct pair of them is scored once and its level spread over the records."""
    # Among many values few pairs come twice, and finding them costs more than scoring them again.
    if len(texts.text) > FEW_VALUES or not len(one):
        return _score(comparison, texts, one, other)
    packed = np.minimum(one, other).astype(np.int64) * len(texts.text) + np.maximum(one, other)
    distinct, inverse = np.unique(packed, return_inverse=True)
    return _score(comparison, texts, *np.divmod(distinct, len(texts.text)))[inverse]


def _score(
    comparison: Comparison, texts: Texts, one: NDArray[np.integer[Any]], other: NDArray[np.integer[Any]]
) -> LevelArray:
    """Level by level, each pair until one holds."""
    asked = [level.at_least for level in comparison.levels if level.test == "similar"]
    levels = np.full(len(one), len(comparison.levels) - 1, dtype=np.uint8)
    left = np.arange(len(one))
    similar: NDArray[np.float64] | None = None
    for number, level in enumerate(comparison.levels):
        if level.test == "similar":
            if similar is None:
                similar = similarity(comparison, texts, one, other, min(asked), max(asked))
            holds = similar >= level.at_least
        elif level.test == "key":
            holds = same_key(texts, one, other)
        elif level.test == "subset":
            holds = one_holds_the_other(texts, one, other)
        else:
            continue
        levels[left[holds]] = number
        left, one, other = left[~holds], one[~holds], other[~holds]
        similar = None if similar is None else similar[~holds]
    return levels
