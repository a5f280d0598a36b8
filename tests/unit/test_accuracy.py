"""How right the linkage engine is may not fall below what is frozen in tests/accuracy/frozen.toml.

After a change that is meant to move the figures: `python -m tests.accuracy --freeze`, and look at the difference.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.accuracy import frozen
from tests.accuracy.figures import Bin, bcubed, figures, pooled, reliability, worst_of
from tests.accuracy.frozen import Reference
from tests.accuracy.sets import World
from tests.accuracy.worlds import interval, measured, pool, table, verdict
from tests.benchmarks.measures import Edges, Truth

TOLERANCE, REFERENCES = frozen.read()
WORLD = World(people=10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all sets: two of them are made of the same world."""
    return tmp_path_factory.mktemp("accuracy")


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda reference: reference.name)
def test_links_are_as_right_as_they_were(reference: Reference, folder: Path) -> None:
    data = frozen.make(reference, folder)
    if data is None:
        pytest.skip(f"the environment variable {frozen.HISTORICAL} names no file")
    assert not frozen.fallen(reference, frozen.measured(figures(data)), TOLERANCE)


# --- the measures themselves -----------------------------------------------------------------------------------------


def test_a_figure_may_fall_by_the_tolerance_and_no_more() -> None:
    frozen_figures = {"pairwise_f1": 0.99, "bcubed_f1": 0.98, "candidate_recall": 1.0, "worst_bin_at_most": 0.05}
    reference = Reference("some set", "small", WORLD, frozen_figures)
    tolerance = {"pairwise_f1": 0.002, "bcubed_f1": 0.002, "candidate_recall": 0.0}
    now = {"pairwise_f1": 0.988, "bcubed_f1": 0.99, "candidate_recall": 1.0, "worst_bin": 0.05}
    assert not frozen.fallen(reference, now, tolerance)
    for name, value in (("pairwise_f1", 0.9879), ("candidate_recall", 0.9999), ("worst_bin", 0.051)):
        (told,) = frozen.fallen(reference, now | {name: value}, tolerance)
        assert told.startswith("some set: ")


def test_what_is_frozen_is_read_back(tmp_path: Path) -> None:
    references = [Reference("a set, of a world", "small", World(500, 3, True, "bali"), {}), *REFERENCES]
    now = {"a set, of a world": {"pairwise_f1": 0.9, "bcubed_f1": 0.8, "candidate_recall": 1 / 3, "worst_bin": 0.1}}
    text = frozen.text(TOLERANCE, references, now)
    (tmp_path / "frozen.toml").write_text(text, encoding="utf-8")
    tolerance, (first, *others) = frozen.read(tmp_path / "frozen.toml")
    assert tolerance == TOLERANCE
    assert others == REFERENCES
    assert first.world == references[0].world
    assert first.figures == {
        "pairwise_f1": 0.9,
        "bcubed_f1": 0.8,
        "candidate_recall": 0.333333,
        "worst_bin_at_most": 0.12,
    }
    assert frozen.FILE.read_text(encoding="utf-8") == frozen.text(TOLERANCE, REFERENCES, {})
    assert tomllib.loads(text)["set"]["a set, of a world"]["data"] == "small"


def test_b_cubed_is_the_mean_over_records() -> None:
    truth = _truth([0, 0, 0, 1])
    rates = bcubed(truth, np.array([5, 5, 6, 6]))
    # Found {a a} {a b}; of each record's found person, its own person has 1, 1, 1/2, 1/2; of its person, 2/3 2/3 1/3 1.
    assert rates.precision == pytest.approx(3 / 4)
    assert rates.recall == pytest.approx(2 / 3)


def test_a_reliability_table_has_each_pair_once() -> None:
    probability = np.array([0.0, 0.001, 0.5, 0.55, 1.0])
    left, right = np.array([0, 0, 0, 1, 1]), np.array([1, 2, 3, 2, 3])
    bins = reliability(_truth([0, 0, 1, 1]), Edges(left, right, probability, probability))
    filled = {b.low: (b.pairs, b.mean, b.true) for b in bins if b.pairs}
    assert filled == {0.0: (1, 0.0, 1.0), 0.001: (1, 0.001, 0.0), 0.5: (2, 0.525, 0.0), 0.999: (1, 1.0, 0.0)}


def test_reliability_tables_add_up() -> None:
    one = (Bin(0.0, 0.5, 90, 0.2, 0.0), Bin(0.5, 1.0, 60, 0.6, 0.5))
    other = (Bin(0.0, 0.5, 5, 0.2, 0.0), Bin(0.5, 1.0, 60, 0.8, 1.0))
    both = pooled([one, other])
    assert both[1].pairs == 120
    assert (both[1].mean, both[1].true) == pytest.approx((0.7, 0.75))
    # The first bin is farther off and has too few pairs to say so.
    assert worst_of(both) == both[1]
    assert worst_of(one) is None


def test_a_share_below_its_goal_is_told_apart_from_too_few_cases() -> None:
    # Wilson's interval of 81 of 263, an example of Newcombe (1998).
    assert interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert interval(0, 0) == (0.0, 1.0)
    told = [verdict(right, of, 0.95) for right, of in ((95, 100), (9, 10), (900, 1000), (0, 0))]
    assert told == ["reached", "few", "below", "reached"]


def test_counts_of_several_worlds_are_added_up() -> None:
    counts = dict.fromkeys(("true_links_right_ones", "true_links_found", "true_links_true_ones"), 10)
    one = {"measure": "finding EL02", "right_ones": 9, "found": 12, "true_ones": 10, **counts, "note": ""}
    untested = {**one, "measure": "finding ID09", "note": "tidak dapat diuji (sepenuhnya)"}
    pooled = pool([pl.DataFrame([one, untested]), pl.DataFrame([one])])
    (line,) = table(pooled, 0.95).splitlines()[2:-1]
    cells = [cell.strip() for cell in line.split("|")]
    assert cells[:6] == ["EL02", "2", "20", "24", "18", "0.7500"]
    assert cells[-4:] == ["6", "0", "2", "0"]


@pytest.mark.long
def test_with_the_true_links_a_small_night_is_wholly_right(tmp_path: Path) -> None:
    measures = measured(tmp_path, World(people=400, seed=4))
    true = measures.filter(pl.col("note") == "", pl.col("measure") != "record")
    assert true.height > 40
    assert true["true_links_right_ones"].equals(true["true_links_true_ones"], check_names=False)


def _truth(person: list[int]) -> Truth:
    size = len(person)
    return Truth(pl.Series(range(size)), np.array(person, dtype=np.int64), np.zeros(size, dtype=np.bool_), two=False)
