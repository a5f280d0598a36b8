"""The tables that stand beside `pair`: words, thresholds, the histogram of all compared pairs."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from flows.comparison_table import comparison_levels, store_comparisons, thresholds, weight_histogram
from flows.matching import person_spec
from matchers.link import Linkage
from matchers.model import Model
from schemas.tables import load_tables


def linkage(pairs: list[tuple[int, int, float, float]], entity: dict[int, int]) -> Linkage:
    """A linkage of which only the links and the compared pairs count."""
    empty = pl.DataFrame()
    return Linkage(
        links=pl.DataFrame({"record_id": list(entity), "entity": list(entity.values())}),
        pairs=empty,
        scored=pl.DataFrame(
            pairs, schema=["left_record_id", "right_record_id", "probability", "match_weight"], orient="row"
        ),
        model=Model("", (), ()),
        blocking=empty,
        torn=0,
    )


LINKED = linkage(
    [
        (10, 20, 0.99, 6.6),
        (10, 30, 0.05, -4.2),  # one person because of another record
        (10, 40, 0.30, -1.2),
        (20, 40, 0.19, -2.1),
        (30, 40, 1.0, 900.0),
        (30, 50, 0.0, -900.0),
    ],
    {50: 3, 10: 0, 20: 0, 30: 0, 40: 1},
)


def test_every_level_that_a_pair_may_have_is_there_in_both_languages() -> None:
    table = comparison_levels(person_spec())
    assert table.select("comparison", "level").is_unique().all()
    for number, comparison in enumerate(person_spec().comparisons, start=1):
        rows = table.filter(pl.col("comparison") == comparison.name)
        assert rows["position"].unique().to_list() == [number]
        assert rows["level_id"].to_list()[:-2] == [level.label_id for level in comparison.levels]
        assert rows["level_en"].to_list()[-2:] == ["missing on one side", "missing on both sides"]
        assert rows["is_missing"].to_list() == [False] * len(comparison.levels) + [True, True]
        assert rows["label_en"].unique().to_list() == [comparison.label_en]


def test_the_histogram_counts_each_compared_pair_once_by_what_became_of_it() -> None:
    assert weight_histogram(LINKED, 0.2).rows() == [
        (-60, "distinct", 1),
        (-5, "link", 1),
        (-3, "distinct", 1),
        (-2, "review", 1),
        (6, "link", 1),
        (79, "review", 1),
    ]


def test_the_thresholds_are_told_in_bits_too() -> None:
    assert thresholds(0.5, 0.2).rows() == [("link", 0.5, 0.0), ("review", 0.2, pytest.approx(-2.0))]
    assert thresholds(1.0, 0.0)["match_weight"].to_list() == [None, None]


def test_they_are_stored_as_declared() -> None:
    with duckdb.connect() as con:
        store_comparisons(con, person_spec(), LINKED, 0.5, 0.2)
        for name in ("comparison_level", "match_threshold", "weight_histogram"):
            found = con.execute(f"FROM {name}")
            assert tuple(column[0] for column in found.description or ()) == load_tables()[name].column_names
            assert found.fetchall()
