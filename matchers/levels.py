"""Comparing pairs: for each comparison, which of its ordered levels holds.

Levels are numbered from 0 (the strongest); a pair with the value missing on one side has level `len(levels)`, on
both sides `len(levels) + 1`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from matchers.spec import Comparison, Level
from matchers.table import MISSING, Coded, Table

LevelArray = NDArray[np.uint8]
_CHUNK: Final = 500_000
FEW_VALUES: Final = 20_000
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


@dataclass(frozen=True)
class _Texts:
    """What scoring needs of each distinct value, in the order of its codes: looked up, not made anew, for each pair.

    `words` is what "one name holds the other" is judged on, `key` a number for the key without its spaces (0 without
    one), `initial` whether the value holds a lone letter.
    """

    text: NDArray[np.object_]
    words: NDArray[np.object_]
    key: NDArray[np.uint64]
    initial: NDArray[np.bool_]


def _texts(table: Table, comparison: Comparison, one: NDArray[np.int32], other: NDArray[np.int32]) -> LevelArray:
    """Where values are few, each distinct pair of them is scored once and its level spread over the records."""
    if not len(one):
        return np.zeros(0, dtype=np.uint8)
    texts = _texts_of(table, comparison)
    # Among many values few pairs come twice, and finding them costs more than scoring them again.
    if len(texts.text) > FEW_VALUES:
        return _score_in_chunks(comparison, texts, one, other)
    packed = np.minimum(one, other).astype(np.int64) * len(texts.text) + np.maximum(one, other)
    distinct, inverse = np.unique(packed, return_inverse=True)
    low, high = np.divmod(distinct, len(texts.text))
    return _score_in_chunks(comparison, texts, low, high)[inverse]


def _score_in_chunks(
    comparison: Comparison, texts: _Texts, one: NDArray[np.integer[Any]], other: NDArray[np.integer[Any]]
) -> LevelArray:
    return np.concatenate(
        [
            _score_texts(comparison, texts, one[at : at + _CHUNK], other[at : at + _CHUNK])
            for at in range(0, len(one), _CHUNK)
        ]
    )


def _texts_of(table: Table, comparison: Comparison) -> _Texts:
    column = table.columns[comparison.column]
    text = np.array(column.values.to_list(), dtype=np.object_)
    initial = np.zeros(len(text), dtype=np.bool_)
    if comparison.kind != "name":
        return _Texts(text, text, np.zeros(0, dtype=np.uint64), initial)
    initial = column.values.str.contains(INITIAL).to_numpy()
    if comparison.key is None:
        return _Texts(text, text, np.zeros(0, dtype=np.uint64), initial)
    key = table.columns[comparison.key]
    of_value = np.full(len(text), MISSING, dtype=np.int32)
    present = column.codes != MISSING
    of_value[column.codes[present]] = key.codes[present]
    joined = key.values.str.replace_all(" ", "", literal=True).hash(seed=7).to_numpy()
    words = np.array([*key.values.to_list(), ""], dtype=np.object_)
    return _Texts(text, words[of_value], np.append(joined, np.uint64(0))[of_value], initial)


def _score_texts(
    comparison: Comparison, texts: _Texts, low: NDArray[np.integer[Any]], high: NDArray[np.integer[Any]]
) -> LevelArray:
    first, second = texts.text[low], texts.text[high]
    least = min((level.at_least for level in comparison.levels if level.test == "similar"), default=1.0)
    similar = cpdist(first, second, scorer=JaroWinkler.normalized_similarity, score_cutoff=least, workers=-1)
    holds: dict[str, NDArray[np.bool_]] = {}
    if comparison.kind == "name":
        tokens = cpdist(first, second, scorer=fuzz.token_sort_ratio, score_cutoff=100 * least, workers=-1) / 100
        similar = np.maximum(similar, tokens)
        if len(texts.key):
            # Equal keys, or equal once the spaces are taken out (a name joined or split).
            holds["key"] = (texts.key[low] == texts.key[high]) & (texts.key[low] != 0)
        holds["subset"] = (
            cpdist(texts.words[low], texts.words[high], scorer=fuzz.token_set_ratio, score_cutoff=99.9, workers=-1) > 0
        )
        initials = np.flatnonzero(texts.initial[low] | texts.initial[high])
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
