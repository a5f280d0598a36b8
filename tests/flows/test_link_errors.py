"""The error rates of a published night, and whether they are the true ones on the committed sample."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.matching import person_spec
from flows.publish import current
from matchers.errors import ALL, link_errors
from matchers.link import LINK, REVIEW, link_records
from tests.accuracy.link_errors import against_truth
from tests.accuracy.sets import World, sample


def test_a_night_publishes_its_error_rates(first_night: Path) -> None:
    database = current(first_night / "out")
    assert database is not None
    with duckdb.connect(str(database), read_only=True) as con:
        whole = con.execute(
            "SELECT measure, pairs > 100, value BETWEEN low AND high FROM link_error "
            "WHERE regency_code = '36' AND left_source = 'ALL' ORDER BY measure"
        ).fetchall()
        assert whole == [("false", True, True), ("missed", True, True)]
        linked = con.execute(
            "SELECT (sum(n * (n - 1)) // 2)::BIGINT FROM (SELECT count(*) AS n FROM link GROUP BY person_id)"
        ).fetchall()
        assert (
            linked
            == con.execute(
                "SELECT pairs FROM link_error WHERE regency_code = '36' AND left_source = 'ALL' AND measure = 'false'"
            ).fetchall()
        )
        regencies = con.execute(
            "SELECT indicator, count(DISTINCT regency_code) FROM indicator WHERE indicator LIKE 'LINK%' GROUP BY ALL"
        ).fetchall()
        assert sorted(regencies) == [("LINK_FALSE", 9), ("LINK_MISSED", 9)]


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The estimates of the committed sample, with the truth."""
    data = sample(tmp_path_factory.mktemp("sample"), World())
    records = pl.read_parquet(data.left)
    linkage = link_records(records, person_spec(), LINK, REVIEW)
    placed = (
        records.select("record_id", "register", "source", pl.col("regency_code").alias("area"))
        .join(linkage.links.select("record_id", "entity"), on="record_id")
        .join(pl.read_parquet(data.truth), on="record_id")
    )
    return against_truth(link_errors(linkage.scored, placed, person_spec()), placed)


def share_held(cells: pl.DataFrame) -> float:
    return cells.filter("holds").height / cells.height


def test_most_intervals_of_the_sample_hold_the_truth(cells: pl.DataFrame) -> None:
    whole = pl.col("area") == ALL
    every = pl.col("left_source") == ALL
    assert share_held(cells) >= 0.95
    assert share_held(cells.filter(whole, every)) == 1
    assert share_held(cells.filter(~whole, every)) >= 0.9


def test_the_intervals_of_the_sample_say_something(cells: pl.DataFrame) -> None:
    highest = cells.filter(pl.col("area") == ALL, pl.col("left_source") == ALL)["high"].to_list()
    assert max(highest) < 0.02
