"""Small counts are hidden, and what is shown does not tell them: against a slow reckoning by matrix and by trial."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.small_cells import OTHER, SMALL, Sum, hide

LEAST = 5
Counts = dict[str, int]


def line(*parts: int) -> tuple[Counts, list[Sum[str]]]:
    """A total `T` over parts `a`, `b` and so on."""
    names = [chr(ord("a") + number) for number in range(len(parts))]
    return {**dict(zip(names, parts, strict=True)), "T": sum(parts)}, [Sum("T", tuple(names))]


def told(counts: Counts, sums: list[Sum[str]], least: int = LEAST) -> dict[str, str]:
    """The line as outsiders see it."""
    hidden = hide(counts, sums, least)
    return {key: {SMALL: "<", OTHER: "*"}.get(hidden.get(key, ""), str(count)) for key, count in counts.items()}


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        ((10, 20, 30), "10 20 30 60"),
        ((0, 20, 30), "0 20 30 50"),
        ((3, 20, 30), "< * 30 53"),  # the smallest other one goes with it
        ((4, 5, 30), "< * 30 39"),
        ((2, 3, 30), "< < 30 35"),
        ((4, 4), "* < 8"),  # "<5" twice under a total of 8 would be 4 twice
        ((1, 1, 1, 1, 1), "< < < < < *"),
        ((3, 0), "< 0 <"),
        ((2, 0, 0, 1), "< 0 0 < <"),
        ((1, 1, 1, 1), "< < < < *"),  # a total below 5 over four small ones could only be 4
    ],
)
def test_a_line(parts: tuple[int, ...], shown: str) -> None:
    counts, sums = line(*parts)
    assert values_left(counts, sums, hide(counts, sums, LEAST)) >= 2 or "<" not in shown
    if parts != (4, 4):
        assert " ".join(told(counts, sums).values()) == shown
    else:
        assert set(told(counts, sums).values()) & {"*"}


def test_nothing_is_hidden_where_all_may_be_shown() -> None:
    assert hide(*line(1, 2, 3), 0) == {} == hide(*line(1, 2, 3), 1)


def test_a_total_with_one_part_is_hidden_with_it() -> None:
    assert told({"T": 3, "a": 3}, [Sum("T", ("a",))]) == {"T": "<", "a": "<"}


def test_a_cell_in_two_lines_is_hidden_in_both() -> None:
    counts = {"a": 3, "b": 20, "c": 30, "d": 40, "ab": 23, "cd": 70, "ac": 33, "bd": 60, "T": 93}
    sums = [
        Sum("ab", ("a", "b")), Sum("cd", ("c", "d")), Sum("ac", ("a", "c")), Sum("bd", ("b", "d")),
        Sum("T", ("ab", "cd")), Sum("T", ("ac", "bd")),
    ]  # fmt: skip
    assert hide(counts, sums, LEAST) == {"a": SMALL, "b": OTHER, "c": OTHER, "d": OTHER}


def test_two_lines_with_two_hidden_cells_each_may_still_tell_a_third() -> None:
    # a+b and c+d in rows, a+c+x and b+d in columns: the columns less the rows are x alone
    counts = {"a": 9, "b": 9, "c": 9, "d": 9, "x": 3, "ab": 18, "cd": 18, "acx": 21, "bd": 18}
    sums = [Sum("ab", ("a", "b")), Sum("cd", ("c", "d")), Sum("acx", ("a", "c", "x")), Sum("bd", ("b", "d"))]
    hidden = hide(counts, sums, LEAST)
    assert hidden["x"] == SMALL
    assert not determined(counts, sums, hidden)


def determined(counts: Counts, sums: list[Sum[str]], hidden: dict[str, str]) -> list[str]:
    """The hidden keys whose unit vector lies in the row space of the sums: the plain meaning of `can be derived`."""
    keys = list(hidden)
    if not keys:
        return []
    matrix = np.zeros((len(sums), len(keys)))
    for row, one in enumerate(sums):
        for key, factor in [(one.total, 1.0), *((part, -1.0) for part in one.parts)]:
            if key in hidden:
                matrix[row, keys.index(key)] += factor
    rank = np.linalg.matrix_rank(matrix)
    units = np.eye(len(keys))
    return [
        key for key, unit in zip(keys, units, strict=True) if np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank
    ]


def values_left(counts: Counts, sums: list[Sum[str]], hidden: dict[str, str]) -> int:
    """The fewest values that any hidden count can have by one sum and the marks, by trial of every way."""
    fewest = 99
    for one in sums:
        keys = [key for key in (one.total, *one.parts) if key in hidden]
        if not keys:
            continue
        known = sum((1 if key == one.total else -1) * counts[key] for key in keys)
        ranges = [range(1, LEAST) if hidden[key] == SMALL else range(sum(counts.values()) + 2) for key in keys]
        ways = [
            way
            for way in product(*ranges)
            if sum((1 if key == one.total else -1) * value for key, value in zip(keys, way, strict=True)) == known
        ]
        fewest = min([fewest, *(len({way[place] for way in ways}) for place in range(len(keys)))])
    return fewest


@st.composite
def tables(draw: st.DrawFn) -> tuple[Counts, list[Sum[str]]]:
    """A province of regencies by sex and age, with villages below, all adding up."""
    regencies, sexes = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    cell = st.one_of(st.integers(0, 6), st.integers(0, 60))
    counts: Counts = {}
    sums: list[Sum[str]] = []
    for r in range(regencies):
        for s in range(sexes):
            counts[f"r{r}s{s}"] = draw(cell)
        counts[f"r{r}"] = sum(counts[f"r{r}s{s}"] for s in range(sexes))
        sums.append(Sum(f"r{r}", tuple(f"r{r}s{s}" for s in range(sexes))))
        left, number = counts[f"r{r}"], 0
        while left:
            taken = min(left, draw(st.integers(1, 40)))
            counts[f"r{r}v{number}"], left, number = taken, left - taken, number + 1
        sums.append(Sum(f"r{r}", tuple(f"r{r}v{v}" for v in range(number))))
    for s in range(sexes):
        counts[f"s{s}"] = sum(counts[f"r{r}s{s}"] for r in range(regencies))
        sums.append(Sum(f"s{s}", tuple(f"r{r}s{s}" for r in range(regencies))))
    counts["T"] = sum(counts[f"s{s}"] for s in range(sexes))
    return counts, [
        *sums,
        Sum("T", tuple(f"r{r}" for r in range(regencies))),
        Sum("T", tuple(f"s{s}" for s in range(sexes))),
    ]


# A regency without anybody, and so without villages: everybody knows that it counts nothing.
EMPTY: tuple[Counts, list[Sum[str]]] = (
    {"r0s0": 1, "r0s1": 5, "r0": 6, "r0v0": 6, "r1s0": 0, "r1s1": 0, "r1": 0, "s0": 1, "s1": 5, "T": 6},
    [
        *(Sum("r0", parts) for parts in (("r0s0", "r0s1"), ("r0v0",))),
        *(Sum("r1", parts) for parts in (("r1s0", "r1s1"), ())),
        *(Sum(f"s{s}", (f"r0s{s}", f"r1s{s}")) for s in range(2)),
        *(Sum("T", parts) for parts in (("r0", "r1"), ("s0", "s1"))),
    ],
)


@settings(deadline=None, max_examples=150)
@given(tables())
@example(EMPTY)
def test_no_hidden_count_can_be_derived(table: tuple[Counts, list[Sum[str]]]) -> None:
    counts, sums = table
    hidden = hide(counts, sums, LEAST)
    assert {key for key, count in counts.items() if 0 < count < LEAST} <= set(hidden)
    assert all(0 < counts[key] < LEAST for key, mark in hidden.items() if mark == SMALL)
    assert determined(counts, sums, hidden) == []
    assert hide(counts, sums, LEAST) == hidden


@settings(deadline=None, max_examples=100)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=5))
def test_a_line_with_its_marks_leaves_every_hidden_count_two_values(parts: list[int]) -> None:
    counts, sums = line(*parts)
    assert values_left(counts, sums, hide(counts, sums, LEAST)) >= 2
