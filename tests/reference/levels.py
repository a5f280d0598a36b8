"""Which level of a comparison holds for two records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from matchers.spec import Comparison, Level

Row = dict[str, Any]


def level(comparison: Comparison, one: Row, other: Row, width: int = 16) -> int:
    """The number of the level; one more than the last where one value is missing, two more where both are.

    `width` is that of the column's numbers (`width_of`).
    """
    count = len(comparison.levels)
    if comparison.kind == "cross":
        return _cross(comparison, one, other)
    a, b = one[comparison.column], other[comparison.column]
    if not a and not b:
        return count + 1
    if not a or not b:
        return count
    return next(n for n, step in enumerate(comparison.levels) if _holds(comparison, step, one, other, width))


def width_of(values: Iterable[Any]) -> int:
    """How long the longest number of a column is; numbers are as if filled up with zeros to that width."""
    return max((len(value) for value in values if value and _is_number(value)), default=0)


def similarity(kind: str, a: str, b: str) -> float:
    """How alike two texts are, 0 to 1; names also when their words are put in alphabetical order."""
    alike = JaroWinkler.normalized_similarity(a, b)
    return max(alike, fuzz.token_sort_ratio(a, b) / 100) if kind == "name" else alike


def _holds(comparison: Comparison, step: Level, one: Row, other: Row, width: int) -> bool:
    """Whether the test of a level holds for two values that are there."""
    a, b = one[comparison.column], other[comparison.column]
    if step.test in {"equal", "else"}:
        return a == b or step.test == "else"
    if comparison.kind == "date":
        same = [a.year == b.year, a.month == b.month, a.day == b.day]
        swapped = (a.month, a.day) == (b.day, b.month)
        return bool({"swapped": same[0] and swapped, "two_parts": sum(same) >= 2, "year": same[0]}[step.test])
    if comparison.kind == "digits":
        return _is_number(a) and _is_number(b) and _digits(step, a.zfill(width), b.zfill(width))
    if step.test == "similar":
        return similarity(comparison.kind, a, b) >= step.at_least
    if step.test in {"key", "subset"}:
        key_a, key_b = (row[comparison.key or comparison.column] or "" for row in (one, other))
        if step.test == "key":
            return key_a != "" and key_a.replace(" ", "") == key_b.replace(" ", "")
        return _one_holds_the_other(key_a.split(), key_b.split()) or _abbreviates(a.split(), b.split())
    return False


def _is_number(value: str) -> bool:
    """Only numbers of up to 16 digits are compared digit by digit; nothing but zeros is no number."""
    return len(value) <= 16 and value.isascii() and value.isdigit() and int(value) > 0


def _digits(step: Level, a: str, b: str) -> bool:
    if step.test == "edits":
        return sum(x != y for x, y in zip(a, b, strict=True)) <= step.digits
    if step.test == "prefix":
        return a[: step.digits] == b[: step.digits]
    if step.test == "serial":
        return a[: -step.digits] == b[: -step.digits]
    return False


def _cross(comparison: Comparison, one: Row, other: Row) -> int:
    """Each one's value beside the other's key: equal when either agrees; nothing new where the keys are the same."""
    count = len(comparison.levels)
    value, key = comparison.column, comparison.key or comparison.column
    sides = [(a[value], b[key]) for a, b in ((one, other), (other, one)) if a[value] and b[key]]
    if not sides or one[key] == other[key]:
        return count + 1
    return 0 if any(a == b for a, b in sides) else count - 1


def _one_holds_the_other(some: list[str], others: list[str]) -> bool:
    return bool(some and others) and (set(some) <= set(others) or set(others) <= set(some))


def _abbreviates(one: list[str], other: list[str]) -> bool:
    """One name is the other with words left out or cut to a letter, in the same order, one whole word at least shared.

    Words are taken one after the other, each with the first that fits it.
    """
    if not any(len(word) == 1 for word in one + other):
        return False
    short, rest = sorted((one, other), key=len)
    whole = False
    for word in short:
        fits = [at for at, candidate in enumerate(rest) if _is_short_for(word, candidate)]
        if not fits:
            return False
        whole = whole or (word == rest[fits[0]] and len(word) > 1)
        rest = rest[fits[0] + 1 :]
    return whole


def _is_short_for(word: str, other: str) -> bool:
    return word == other or (1 in {len(word), len(other)} and word[0] == other[0])
