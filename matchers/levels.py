"""Comparing pairs: for each comparison, which of its ordered levels holds.

Levels are numbered from 0 (the strongest); a pair with the value missing on one side has level `len(levels)`, on
both sides `len(levels) + 1`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from matchers.spec import Comparison, Level
from matchers.table import MISSING, Coded, Table

LevelArray = NDArray[np.uint8]
_CHUNK = 1_000_000
INITIAL: Final = r"(?:^|\s)\S(?:\s|$)"


def compare(table: Table, comparison: Comparison, left: NDArray[np.int32], right: NDArray[np.int32]) -> LevelArray:
    """The level of each pair (record positions `left[i]`, `right[i]`) in one comparison."""
    column = table.columns[comparison.column]
    one, other = column.codes[left], column.codes[right]
    count = len(comparison.levels)
    if comparison.kind == "cross":
        return _cross(table, comparison, left, right)
    levels = np.full(len(left), count - 1, dtype=np.uint8)
    gone_one, gone_other = one == MISSING, other == MISSING
    equal = one == other
    open_pairs = np.flatnonzero(~(gone_one | gone_other | equal))
    if comparison.kind == "date":
        levels[open_pairs] = _dates(comparison, column, one[open_pairs], other[open_pairs])
    elif comparison.kind == "digits":
        levels[open_pairs] = _digits(comparison, column, one[open_pairs], other[open_pairs])
    elif comparison.kind in {"name", "text"}:
        levels[open_pairs] = _texts(table, comparison, one[open_pairs], other[open_pairs])
    levels[equal] = 0
    levels[gone_one | gone_other] = count
    levels[gone_one & gone_other] = count + 1
    return levels


def _first(tests: list[tuple[int, NDArray[np.bool_]]], size: int, last: int) -> LevelArray:
    """The first level whose test holds; tests are given in the order of the levels."""
    levels = np.full(size, last, dtype=np.uint8)
    for number, holds in reversed(tests):
        levels[holds] = number
    return levels


def _dates(comparison: Comparison, column: Coded, one: NDArray[np.int32], other: NDArray[np.int32]) -> LevelArray:
    assert column.numbers is not None
    a, b = column.numbers[one].astype(np.int32), column.numbers[other].astype(np.int32)
    year = a // 10000 == b // 10000
    month_a, month_b, day_a, day_b = a // 100 % 100, b // 100 % 100, a % 100, b % 100
    holds = {
        "swapped": year & (month_a == day_b) & (day_a == month_b),
        "two_parts": (year.astype(np.int8) + (month_a == month_b) + (day_a == day_b)) >= 2,
        "year": year,
    }
    tests = [(n, holds[level.test]) for n, level in enumerate(comparison.levels) if level.test in holds]
    return _first(tests, len(one), len(comparison.levels) - 1)


def _cross(table: Table, comparison: Comparison, left: NDArray[np.int32], right: NDArray[np.int32]) -> LevelArray:
    """One record's column against the other's key column, either way round: equal when one of the two agrees.

    Where both hold the same key it says nothing that the key has not said, and counts as missing.
    """
    column, key = table.columns[comparison.column], table.columns[comparison.key or comparison.column]
    value, held = _numbers_of(column), _numbers_of(key)
    forth = (column.codes[left] != MISSING) & (key.codes[right] != MISSING)
    back = (column.codes[right] != MISSING) & (key.codes[left] != MISSING)
    equal = (forth & (value[column.codes[left]] == held[key.codes[right]])) | (
        back & (value[column.codes[right]] == held[key.codes[left]])
    )
    count = len(comparison.levels)
    told = (forth | back) & (key.codes[left] != key.codes[right])
    levels = np.select([equal & told, told], [0, count - 1], count + 1)
    return levels.astype(np.uint8)


def _numbers_of(column: Coded) -> NDArray[np.uint64]:
    """The numbers of a column's values, with one more at the end for "missing" (code -1)."""
    assert column.numbers is not None
    return np.append(column.numbers, np.uint64(0))


def _digits(comparison: Comparison, column: Coded, one: NDArray[np.int32], other: NDArray[np.int32]) -> LevelArray:
    assert column.numbers is not None
    differing = column.numbers[one] ^ column.numbers[other]
    spread = differing | (differing >> np.uint64(1)) | (differing >> np.uint64(2)) | (differing >> np.uint64(3))
    edits = np.bitwise_count(spread & np.uint64(0x1111111111111111))
    width = int(column.values.str.len_chars().max() or 16)  # type: ignore[arg-type]
    tests = []
    for number, level in enumerate(comparison.levels):
        if level.test == "edits":
            tests.append((number, edits <= level.digits))
        elif level.test == "prefix":
            tests.append((number, differing >> np.uint64(4 * max(width - level.digits, 0)) == 0))
        elif level.test == "serial":
            tests.append((number, differing >> np.uint64(4 * level.digits) == 0))
    return _first(tests, len(one), len(comparison.levels) - 1)


def _texts(table: Table, comparison: Comparison, one: NDArray[np.int32], other: NDArray[np.int32]) -> LevelArray:
    """Each distinct unordered pair of values is scored once and its level spread over the pairs that hold it."""
    if not len(one):
        return np.zeros(0, dtype=np.uint8)
    packed = (np.minimum(one, other).astype(np.int64) << 32) | np.maximum(one, other)
    distinct, inverse = np.unique(packed, return_inverse=True)
    low, high = (distinct >> 32).astype(np.int32), (distinct & 0xFFFFFFFF).astype(np.int32)
    values = table.columns[comparison.column].values
    keys = _keys_of_values(table, comparison)
    scored = [
        _score_texts(comparison, values, keys, low[at : at + _CHUNK], high[at : at + _CHUNK])
        for at in range(0, len(distinct), _CHUNK)
    ]
    return np.concatenate(scored)[inverse]


def _keys_of_values(table: Table, comparison: Comparison) -> pl.Series | None:
    """The key (phonetic skeleton) of each distinct value of the compared column, in the order of its codes."""
    if comparison.key is None:
        return None
    column, key = table.columns[comparison.column], table.columns[comparison.key]
    of_value = np.full(column.values.len(), MISSING, dtype=np.int32)
    present = column.codes != MISSING
    of_value[column.codes[present]] = key.codes[present]
    return key.values.gather(pl.Series(np.where(of_value == MISSING, 0, of_value)))


def _score_texts(
    comparison: Comparison,
    values: pl.Series,
    keys: pl.Series | None,
    low: NDArray[np.int32],
    high: NDArray[np.int32],
) -> LevelArray:
    one, other = values.gather(low), values.gather(high)
    first, second = one.to_list(), other.to_list()
    similar = cpdist(first, second, scorer=JaroWinkler.normalized_similarity, workers=-1)
    holds: dict[str, NDArray[np.bool_]] = {}
    if comparison.kind == "name":
        tokens = cpdist(first, second, scorer=fuzz.token_sort_ratio, workers=-1) / 100
        similar = np.maximum(similar, tokens)
        if keys is not None:
            key_one, key_other = keys.gather(low), keys.gather(high)
            holds["key"] = _same_key(key_one, key_other)
            one_tokens, other_tokens = key_one.to_list(), key_other.to_list()
        else:
            one_tokens, other_tokens = first, second
        holds["subset"] = cpdist(one_tokens, other_tokens, scorer=fuzz.token_set_ratio, workers=-1) >= 99.9
        initials = np.flatnonzero((one.str.contains(INITIAL) | other.str.contains(INITIAL)).to_numpy())
        # Only names that hold a lone letter, each distinct pair of them once.
        holds["subset"][[at for at in initials if _abbreviates(first[at], second[at])]] = True
    tests = [(number, _holds(level, similar, holds)) for number, level in enumerate(comparison.levels)]
    return _first([(n, t) for n, t in tests if t is not None], len(low), len(comparison.levels) - 1)


def _abbreviates(one: str, other: str) -> bool:
    """Whether one name is the other with words left out or cut to their first letters, in the same order.

    At least one whole word must be shared: letters alone fit too many names.
    """
    short, long = sorted((one.split(), other.split()), key=len)
    whole, rest = 0, iter(long)
    for word in short:
        for candidate in rest:
            if word == candidate:
                whole += len(word) > 1
                break
            if (len(word) == 1 and candidate.startswith(word)) or (len(candidate) == 1 and word.startswith(candidate)):
                break
        else:
            return False
    return whole > 0


def _holds(level: Level, similar: NDArray[np.float32], holds: dict[str, NDArray[np.bool_]]) -> NDArray[np.bool_] | None:
    if level.test == "similar":
        return np.asarray(similar >= level.at_least)
    return holds.get(level.test)


def _same_key(one: pl.Series, other: pl.Series) -> NDArray[np.bool_]:
    """Equal keys, or equal once the spaces are taken out (a name joined or split)."""
    joined = one.str.replace_all(" ", "", literal=True) == other.str.replace_all(" ", "", literal=True)
    return joined.fill_null(False).to_numpy()
