"""A finding's life over the nights: first seen, kept, closed, reopened, untested."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from flows.publish import build, current, describe_run, make_current
from tests.spec.world import ALL_KINDS, searched
from tests.unit.test_publish import MOMENT

WRONG = """
    person | source         | decile | status | segment | card
    a      | province       | 8      |        |         |
    a      | bpjs_kesehatan |        | AKTIF  | PBI     | 0000000000001
    d      | civil_deaths   |        |        |         |
    d      | bpjs_kesehatan |        | AKTIF  | MDR     | 0000000000002
"""
RIGHT = WRONG.replace("| 8 ", "| 2 ")


def night(output: Path, text: str, day: int, kinds: frozenset[str] = ALL_KINDS) -> duckdb.DuckDBPyConnection:
    """Publish a night in November 2026; gives its work database."""
    as_of = date(2026, 11, day)
    con = searched(text, as_of=as_of, run_id=f"run-{day}", previous=current(output), kinds=kinds)
    describe_run(con, f"run-{day}", as_of, MOMENT, MOMENT, "hash")
    folder = output / ".work"
    folder.mkdir(parents=True, exist_ok=True)
    make_current(build(con, folder, output, f"run-{day}"), None, output, as_of, 9)
    return con


def life(con: duckdb.DuckDBPyConnection, code: str) -> list[tuple[object, ...]]:
    rows = con.execute(
        "SELECT day(first_seen), day(last_seen), state, is_primary, len(record_ids) > 0, finding_id FROM finding "
        "WHERE code = $code",
        {"code": code},
    ).fetchall()
    return [tuple(row) for row in rows]


def test_found_kept_closed_and_found_again(tmp_path: Path) -> None:
    ((*first, finding),) = life(night(tmp_path, WRONG, 1), "EL01")
    assert first == [1, 1, "open", True, True]
    assert life(night(tmp_path, WRONG, 2), "EL01") == [(1, 2, "open", True, True, finding)]
    assert life(night(tmp_path, RIGHT, 3), "EL01") == [(1, 2, "closed", False, False, finding)]
    assert life(night(tmp_path, RIGHT, 4), "EL01") == [(1, 2, "closed", False, False, finding)]
    assert life(night(tmp_path, WRONG, 5), "EL01") == [(1, 5, "open", True, True, finding)]


def test_what_could_not_be_tested_is_not_closed(tmp_path: Path) -> None:
    ((*_, finding),) = life(night(tmp_path, WRONG, 1), "ST01")
    without = "\n".join(line for line in WRONG.splitlines() if "civil_deaths" not in line)
    kinds = ALL_KINDS - {"civil_deaths"}
    assert life(night(tmp_path, without, 2, kinds), "ST01") == [(1, 1, "untested", False, False, finding)]
    assert life(night(tmp_path, WRONG, 3), "ST01") == [(1, 3, "open", True, True, finding)]
    assert life(night(tmp_path, without, 4), "ST01") == [(1, 3, "closed", False, False, finding)]


def test_a_run_for_an_earlier_day_moves_first_seen_back(tmp_path: Path) -> None:
    night(tmp_path, WRONG, 10)
    ((first, last, *_),) = life(night(tmp_path, WRONG, 5), "EL01")
    assert (first, last) == (5, 5)


def test_a_row_more_in_front_changes_no_finding_id(tmp_path: Path) -> None:
    ((*_, finding),) = life(night(tmp_path / "one", WRONG, 1), "EL01")
    more = WRONG.replace(
        "    a      | province ", "    z      | province       | 5      |        |         |\n    a      | province "
    )
    ((*_, other),) = life(night(tmp_path / "two", more, 1), "EL01")
    assert finding == other


def test_a_finding_of_a_regency_that_sent_nothing_this_time_is_not_closed(tmp_path: Path) -> None:
    differs = """
        person | source   | owner_code | decile | regency_code
        a      | province |            | 3      | 3601
        a      | regency  | 3601       | 4      | 3601
        b      | province |            | 3      | 3602
        b      | regency  | 3602       | 4      | 3602
    """
    assert [row[2] for row in life(night(tmp_path, differs, 1), "EL08")] == ["open", "open"]
    without = "\n".join(line for line in differs.splitlines() if "| 3602       |" not in line)
    con = night(tmp_path, without, 2)
    assert con.execute("SELECT owner_code, state FROM finding WHERE code = 'EL08' ORDER BY ALL").fetchall() == [
        ("3601", "open"),
        ("3602", "untested"),
    ]
