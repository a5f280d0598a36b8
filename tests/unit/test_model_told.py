"""What the night, the report and padan link tell of the model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.link import Request, link_files
from flows.matching import person_spec, store_model
from flows.model_tables import levels_table
from matchers.link import Linkage, link_records
from matchers.model import (
    CLASSES,
)
from reports.matching import moved as moved_rows
from reports.matching import unseen as unseen_rows
from reports.page import render_page
from reports.tables import collect
from schemas.tables import load_tables
from tests.people import registers
from tests.report_fixture import database

# --- the night's tables ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def linkage() -> Linkage:
    return link_records(registers(people=600, seed=11), person_spec())


@pytest.fixture(scope="module")
def earlier() -> Linkage:
    return link_records(registers(people=600, seed=11, faults=0.3), person_spec())


def night(folder: Path, linkage: Linkage, previous: Path | None) -> Path:
    path = folder / f"{len(list(folder.iterdir()))}.duckdb"
    with duckdb.connect(str(path)) as con:
        store_model(con, linkage, "run", previous)
    return path


def rows(path: Path, query: str) -> list[Any]:
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(query).fetchall()


def test_the_night_keeps_each_level_and_what_changed(linkage: Linkage, earlier: Linkage, tmp_path: Path) -> None:
    first = night(tmp_path, earlier, None)
    assert rows(first, "SELECT count(*) FROM model_change") == [(0,)]
    second = night(tmp_path, linkage, first)
    with duckdb.connect(str(second), read_only=True) as con:
        for name in ("model_level", "model_change"):
            columns = tuple(column[0] for column in con.execute(f"FROM {name}").description or ())
            assert columns == load_tables()[name].column_names
            key = ", ".join(load_tables()[name].key)
            assert con.execute(f"SELECT count(*) = count(DISTINCT ({key})) FROM {name}").fetchone() == (True,)
        given = con.execute("SELECT DISTINCT depends_on FROM model_level WHERE given > 0").fetchall()
        assert (None,) not in given
        changed = con.execute(
            "SELECT c.difference, c.behind, c.behind_before, c.weight = l.weight, c.given_id = l.given_id "
            "FROM model_change c JOIN model_level l USING (comparison, given, level)"
        ).fetchall()
        total = con.execute("SELECT count(*) FROM model_change").fetchone()
    assert changed
    assert total == (len(changed),)
    assert all(abs(moved) >= 0.5 and min(now, before) >= 20 for moved, now, before, _, _ in changed)
    assert all(same_weight and same_given is not False for *_, same_weight, same_given in changed)


def test_the_table_of_levels_is_the_model(linkage: Linkage) -> None:
    table = levels_table(linkage, person_spec())
    assert set(table["comparison"]) == {comparison.name for comparison in person_spec().comparisons}
    sums = table.group_by("comparison", "given").agg(pl.col("same", "relative", "stranger").sum())
    assert all(sums[kind].is_between(1 - 1e-6, 1 + 1e-6).all() for kind in CLASSES)
    nik = table.filter(comparison="nik", given_en="equal", level_en="equal").row(0, named=True)
    there = linkage.pairs.filter(pl.col("level_birth_date") == "sama", pl.col("level_nik") == "sama").height
    assert nik["pairs_now"] == there > 0
    assert nik["pairs_same"] > 100
    assert "same" not in nik["unseen"]
    card = table.filter(comparison="card")
    assert card["pairs_now"].sum() == 0  # no record has a card number
    assert card["unseen"].to_list() == [["same", "stranger"]] * 2


def test_a_model_before_of_another_kind_is_no_error(linkage: Linkage, tmp_path: Path) -> None:
    first = night(tmp_path, linkage, None)
    with duckdb.connect(str(first)) as con:
        con.execute("UPDATE model SET document = replace(document, '\"version\": 4', '\"version\": 3')")
    assert rows(night(tmp_path, linkage, first), "SELECT count(*) FROM model_change") == [(0,)]
    with duckdb.connect(str(first)) as con:
        con.execute("DROP TABLE model")
    assert rows(night(tmp_path, linkage, first), "SELECT count(*) FROM model_change") == [(0,)]


# --- the report ------------------------------------------------------------------------------------------------------

HEADINGS = ("Tingkat yang belum pernah terlihat", "Yang berubah pada model pemadanan")


def test_the_report_tells_what_was_never_seen_and_what_moved() -> None:
    with database(30) as con:
        page = render_page(collect(con))
        assert not any(heading in page for heading in HEADINGS)
        con.execute("""
insert into model_level (comparison, depends_on, given, given_id, level, level_id, level_en, unseen, pairs_now) values
  ('name', 'nik', 1, 'sama', 2, 'berbeda', 'differs', ['same'], 30),
  ('name', 'nik', 2, 'lain', 2, 'berbeda', 'differs', ['same', 'stranger'], 1204),
  ('name', 'nik', 1, 'sama', 1, 'sama', 'equal', ['stranger'], 50),
  ('name', 'nik', 2, 'lain', 1, 'sama', 'equal', ['same'], 7),
  ('nik', null, 0, null, 1, 'sama', 'equal', ['same'], 0);
insert into model_change (comparison, depends_on, given, given_id, given_en, level, level_id, level_en, weight_before,
  weight, difference, behind_before, behind) values
  ('name', 'nik', 1, 'sama', 'equal', 2, 'berbeda', 'differs', 2.0, 1.25, -0.75, 40, 1300),
  ('name', 'nik', 5, 'kosong', 'missing', 2, 'berbeda', 'differs', 2.0, 1.35, -0.65, 40, 1300),
  ('nik', null, 0, null, null, 1, 'sama', 'equal', 2.0, 4.5, 2.5, 40, 52);
""")
        tables = collect(con)
        page = render_page(tables)
    assert [(row["pairs"], row["given"]) for row in unseen_rows(tables)] == [("1.234", ""), ("7", "NIK: lain")]
    assert [(row["before"], row["now"], row["given"] != "") for row in moved_rows(tables)] == [
        ("2,0", "4,5", False),
        ("2,0", "1,2", True),
    ]
    assert all(heading in page for heading in HEADINGS)
    assert '<span lang="id">NIK: sama</span><span lang="en">NIK: equal</span>' in page


# --- padan link ------------------------------------------------------------------------------------------------------


def test_padan_link_tells_what_its_model_never_saw(tmp_path: Path) -> None:
    frame = registers(people=250, seed=12, faults=0.2).with_columns(pl.col("birth_date").cast(pl.String))
    for side in ("province", "regency"):
        frame.filter(source=side).drop("truth", "source", "register").write_csv(tmp_path / f"{side}.csv")
    (tmp_path / "spec.toml").write_text(OWN_SPEC)
    request = Request(
        tmp_path / "province.csv", tmp_path / "regency.csv", str(tmp_path / "spec.toml"), tmp_path / "pairs.csv",
        save_model=tmp_path / "model.json",
    )  # fmt: skip
    assert "Never seen" not in link_files(request)
    document = json.loads((tmp_path / "model.json").read_text())
    for level in document["comparisons"][0]["tables"][0]["levels"]:
        level["pairs"]["same"] *= level["level"] != "almost"
    (tmp_path / "model.json").write_text(json.dumps(document))
    told = link_files(replace(request, model=tmp_path / "model.json", save_model=None))
    there = pl.read_csv(tmp_path / "pairs.csv").filter(name="almost").height
    assert there > 5
    assert f"\nNever seen in training: Name: almost ({there} pairs rest on it)\n" in told


def test_padan_link_tells_of_decisions_that_give_way(tmp_path: Path) -> None:
    frame = registers(people=60, seed=12).with_columns(pl.col("birth_date").cast(pl.String)).drop("truth")
    frame.write_csv(tmp_path / "all.csv")
    (tmp_path / "spec.toml").write_text(OWN_SPEC)
    (tmp_path / "labels.csv").write_text("left_id,right_id,same\n1,2,ya\n2,3,ya\n1,3,tidak\n")
    everyone = tmp_path / "all.csv"
    told = link_files(
        Request(everyone, everyone, str(tmp_path / "spec.toml"), tmp_path / "p.csv", labels=tmp_path / "labels.csv")
    )
    assert "\nDecisions" not in told
    assert told.startswith("Decisions that contradict others through third records and give way: 1\n")


OWN_SPEC = """
record = "record_id"
[[column]]
name = "born"
from = "birth_date"
standardise = ["date_digits"]
[[column]]
name = "name"
from = "name_std"
[[comparison]]
name = "name"
column = "name"
kind = "name"
label_en = "Name"
levels = [{ test = "equal" }, { test = "similar", at_least = 0.8, en = "almost" }, { test = "else" }]
[[comparison]]
name = "born"
column = "born"
kind = "digits"
levels = [{ test = "equal" }, { test = "else" }]
[[comparison]]
name = "nik"
column = "nik"
kind = "digits"
levels = [{ test = "equal" }, { test = "else" }]
[[block]]
name = "born"
key = ["born"]
[[block]]
name = "nik"
key = ["nik"]
[[block]]
name = "name"
key = ["name"]
"""
