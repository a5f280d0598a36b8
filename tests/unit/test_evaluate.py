"""`padan evaluate`: precision and recall of links and findings against the truth."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.evaluate import PAIRS, evaluate, table
from flows.publish import build, describe_run, make_current
from schemas.errors import UsageError
from tests.spec.world import AS_OF, searched
from tests.unit.test_publish import MOMENT

WORLD = """
    person | source         | decile | status | segment
    a      | province       | 8      |        |
    a      | bpjs_kesehatan |        | AKTIF  | PBI
    b      | province       | 8      |        |
    b      | bpjs_kesehatan |        | AKTIF  | PBI
    c      | province       | 2      |        |
    d      | bpjs_kesehatan |        | AKTIF  | PBI
"""
# The truth: as found, but c and d are one person.
RECORDS = [("province", 1, "A"), ("province", 2, "B"), ("province", 3, "CD"), ("bpjs_kesehatan", 4, "A"),
           ("bpjs_kesehatan", 5, "B"), ("bpjs_kesehatan", 6, "CD"), ("regency", 1, "A")]  # fmt: skip
FINDINGS = [("EL01", "A"), ("EL01", "B"), ("EL01", "X"), ("FN05", "A")]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output")
    con = searched(WORLD)
    con.execute("UPDATE record SET source_row = record_id")
    describe_run(con, "run-1", AS_OF, MOMENT, MOMENT, "hash")
    return make_current(build(con, folder, folder, "run-1"), None, folder, AS_OF, 1)


def truth(folder: Path, records: list[tuple[str, int, str]], prefix: str = "") -> Path:
    pl.DataFrame(
        [(source, f"{prefix}{source}.csv", row, person) for source, row, person in records],
        schema=["source", "file", "source_row", "person"],
        orient="row",
    ).write_csv(folder / "record.csv")
    pl.DataFrame(
        [(code, person, "", "", "") for code, person in FINDINGS],
        schema=["code", "person", "source", "file", "source_row"],
        orient="row",
    ).write_csv(folder / "finding.csv")
    return folder


def measured(database: Path, folder: Path) -> dict[str, tuple[object, ...]]:
    return {row[0]: row[1:] for row in evaluate(database, folder).iter_rows()}


@pytest.mark.parametrize("prefix", ["", "some/folder/"])
def test_links_findings_and_records(database: Path, tmp_path: Path, prefix: str) -> None:
    found = measured(database, truth(tmp_path, RECORDS, prefix))
    assert found["record"][:3] == (6, 6, 7)
    assert found["link"][:3] == found["link across registers"][:3] == (2, 2, 3)
    assert found["link"][3:6] == (1.0, pytest.approx(2 / 3), pytest.approx(0.8))
    assert found["finding EL01"][:5] == (2, 2, 3, 1.0, pytest.approx(2 / 3))
    assert found["finding FN05"][:6] == (0, 0, 1, None, 0.0, 0.0)
    # EL02 (d) and EL04 (c) come from the missed link and are nobody's truth.
    assert found["finding EL02"][:5] == (0, 1, 0, 0.0, None)


def test_as_a_text_table(database: Path, tmp_path: Path) -> None:
    lines = table(evaluate(database, truth(tmp_path, RECORDS))).splitlines()
    assert lines[0].startswith("measure")
    assert any(line.startswith("link ") and "0.6667" in line for line in lines)
    assert any(line.startswith("finding FN05") and " - " in line for line in lines)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("record.csv", None, "has no record.csv"),
        ("finding.csv", None, "has no finding.csv"),
        ("record.csv", "source,file,person\n", "has no column source_row"),
        ("record.csv", "source,file,source_row,person\nx,y.csv,1,A\n", "No row of"),
    ],
)
def test_a_truth_that_does_not_fit_is_told(
    database: Path, tmp_path: Path, name: str, text: str | None, says: str
) -> None:
    folder = truth(tmp_path, RECORDS)
    (folder / name).unlink()
    if text is not None:
        (folder / name).write_text(text)
    with pytest.raises(UsageError, match=says):
        evaluate(database, folder)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from("pqr")), max_size=14))
def test_pairs_counted_from_group_sizes_are_the_pairs_listed_one_by_one(placed: list[tuple[int, int, str]]) -> None:
    listed = {"link": [0, 0, 0], "link across registers": [0, 0, 0]}
    for one, two in combinations(placed, 2):
        same_entity, same_person = one[0] == two[0], one[1] == two[1]
        for measure in ["link"] + ["link across registers"] * (one[2] != two[2]):
            for place, holds in enumerate((same_entity and same_person, same_entity, same_person)):
                listed[measure][place] += holds
    with duckdb.connect() as con:
        con.execute("CREATE TABLE placed (entity INTEGER, person INTEGER, register VARCHAR)")
        if placed:
            con.executemany("INSERT INTO placed VALUES (?, ?, ?)", placed)
        counted = {str(row[0]): list(row[1:]) for row in con.execute(PAIRS).fetchall()}
    assert counted == {measure: numbers for measure, numbers in listed.items() if placed}
