"""The last good rows of a sender: found in the published databases, put in the place of what is refused, or not."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.config_quality import LastGood
from flows.gates import Gate
from flows.last_good import Sender, StandIn, stand_in, with_late_senders
from flows.pull import FILES_SCHEMA
from flows.refused import refusals
from flows.staging import accepted_views, insert, stage
from schemas.tables import create_statement, load_tables
from tests.staged import other_frames, people

AS_OF = date(2026, 11, 20)
LEBAK = Sender("regency", "3602")
USE = LastGood(use=("regency", "civil_deaths", "workforce"))


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def published(path: Path, *runs: tuple[date, list[dict[str, Any]]], rows: pl.DataFrame | None = None) -> Path:
    """A published database: its runs (day, rows of source_file) and the records of the last one."""
    with duckdb.connect(str(path)) as con:
        for name in ("run", "source_file", "source_quality", "record", "workforce"):
            con.execute(create_statement(load_tables()[name]))
        for day, files in runs:
            con.execute("insert into run (run_id, as_of, finished_at) values ($d::varchar, $d, $d)", {"d": day})
            for file in files:
                frame = pl.DataFrame([{"run_id": day.isoformat(), "rows_stood_in": 0, **file}])
                insert(con, "source_file", frame)
        if rows is not None:
            insert(con, "record", rows.select(load_tables()["record"].column_names))
    return path


def sent(rows: int, owner: str | None = "3602", source: str = "regency", **more: Any) -> dict[str, Any]:
    return {"source": source, "owner_code": owner, "file": f"{source}_{owner}.csv", "rows_accepted": rows, **more}


def good_rows(owner: str = "3602", count: int = 3, start: int = 50) -> pl.DataFrame:
    return people("regency", *({"owner_code": owner, "note": "last good"} for _ in range(count)), start=start)


def replaced(
    con: duckdb.DuckDBPyConnection, databases: list[Path], settings: LastGood = USE, came: bool = True
) -> list[StandIn]:
    return stand_in(con, [(LEBAK, came)], settings, AS_OF, databases)


def in_use(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    accepted_views(con)
    return con.execute("select record_id, owner_code, note from record order by 1").fetchall()


def test_the_senders_rows_take_the_place_of_what_it_sent(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    tonight = [people("regency", {"owner_code": "3601"}, {"owner_code": "3602"}),
               people("regency", {"owner_code": "3602"}, start=3, file="second.csv")]  # fmt: skip
    stage(con, {"regency": pl.concat(tonight), "decree": people("decree", {}, start=4)})
    database = published(tmp_path / "a.duckdb", (date(2026, 11, 19), [sent(3)]), rows=good_rows())
    assert replaced(con, [database]) == [StandIn(LEBAK, 3, date(2026, 11, 19), True)]
    # New numbers behind those of tonight, in the order of then; the other office and the other kind are untouched.
    assert in_use(con) == [
        (1, "3601", None), (4, "3601", None), *((number, "3602", "last good") for number in (5, 6, 7)),
    ]  # fmt: skip
    assert con.execute("select count(distinct row_id) = count(*) from staged_regency").fetchall() == [(True,)]


def test_a_kind_of_which_nothing_could_be_read_gets_its_table(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    stage(con, {"decree": people("decree", {})})
    database = published(tmp_path / "a.duckdb", (date(2026, 11, 19), [sent(3)]), rows=good_rows())
    replaced(con, [database])
    assert accepted_views(con) == {"regency": 3, "decree": 1}


def test_a_kind_without_people_is_stood_in_for_too(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    database = published(tmp_path / "a.duckdb", (date(2026, 11, 19), [sent(1, "36", "workforce")]))
    with duckdb.connect(str(database)) as writer:
        writer.execute(
            "insert into workforce (owner_code, file, source_row, regency_code) values ('36', 'w', 1, '3601')"
        )
    stage(con, {"workforce": other_frames()["workforce"]})
    (told,) = stand_in(con, [(Sender("workforce", "36"), True)], USE, AS_OF, [database])
    accepted_views(con)
    assert told.used
    assert con.execute("select file, regency_code from workforce").fetchall() == [("w", "3601")]


def test_rows_that_stood_in_already_keep_their_day(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    stood = sent(0, rows_stood_in=3, stale_since=date(2026, 11, 2))
    database = published(tmp_path / "a.duckdb", (date(2026, 11, 1), [sent(3)]), (date(2026, 11, 19), [stood]),
                         rows=good_rows())  # fmt: skip
    stage(con, {})
    assert replaced(con, [database])[0].since == date(2026, 11, 2)


def test_an_older_database_is_asked_when_the_newest_has_none(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    older = published(tmp_path / "a.duckdb", (date(2026, 11, 10), [sent(3)]), rows=good_rows())
    newest = published(tmp_path / "b.duckdb", (date(2026, 11, 10), [sent(3)]), (date(2026, 11, 19), [sent(0)]))
    stage(con, {})
    assert replaced(con, [newest, older]) == [StandIn(LEBAK, 3, date(2026, 11, 10), True)]
    assert replaced(con, [newest]) == []
    assert replaced(con, []) == []


@pytest.mark.parametrize(
    ("settings", "came", "why"),
    [
        (LastGood(), True, "[last_good] does not name this sender"),
        (LastGood(use=("regency:3601",)), True, "[last_good] does not name this sender"),
        (LastGood(use=("regency",), max_age_days=9), True, "they are 10 days old, more than the 9 allowed"),
        (USE, False, "what does not come cannot be tested"),
        (LastGood(use=("regency:3602",)), True, None),
        (LastGood(use=("regency",), max_age_days=10), True, None),
    ],
)
def test_whether_they_may_be_used(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, settings: LastGood, came: bool, why: str | None
) -> None:
    stage(con, {"regency": people("regency", {"owner_code": "3602"})})
    database = published(tmp_path / "a.duckdb", (date(2026, 11, 10), [sent(3)]), rows=good_rows())
    (told,) = replaced(con, [database], settings, came)
    assert (told.used, told.why[0]) == (why is None, why or "")
    assert len(in_use(con)) == (3 if why is None else 1)


def test_rows_of_a_later_day_never_stand_in(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A run for an earlier day than the published one."""
    stage(con, {})
    database = published(tmp_path / "a.duckdb", (date(2026, 12, 1), [sent(3)]), rows=good_rows())
    assert not replaced(con, [database])[0].used


# --- senders of whom nothing came -----------------------------------------------------------------------------------


def arrived(*files: tuple[str, str | None, str | None]) -> pl.DataFrame:
    rows = [
        {"source": source, "owner_code": owner, "file": "x.csv", "problem": problem} for source, owner, problem in files
    ]
    return pl.DataFrame(rows, schema=dict(FILES_SCHEMA))


def told(con: duckdb.DuckDBPyConnection, files: pl.DataFrame, database: Path | None) -> list[tuple[Any, ...]]:
    found = with_late_senders(con, files, database, AS_OF, USE)
    assert found.columns == files.columns
    return found.select("source", "owner_code", "problem").rows()


def test_who_is_late(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    database = published(
        tmp_path / "a.duckdb",
        (date(2026, 9, 1), [sent(9, "3604")]),  # not heard of for two months: not expected any more
        (date(2026, 11, 1), [sent(9, "3603")]),
        (date(2026, 11, 19), [sent(9, "3601"), sent(9, "3602"), sent(9, "3603", "decree"), sent(0, "3674")]),
    )
    here = [("regency", "3601", None), ("regency", "3671", None)]
    # Nothing is configured of the kind decree tonight, so nobody waits for it.
    assert told(con, arrived(*here), database) == [*here, ("regency", "3602", "late"), ("regency", "3603", "late")]
    assert told(con, arrived(*here), None) == here


def test_a_bad_file_without_an_owner_is_that_of_the_one_who_is_missed(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    database = published(tmp_path / "a.duckdb", (date(2026, 11, 19), [sent(9, "3601"), sent(9, "3602")]))
    here = arrived(("regency", "3601", None), ("regency", None, "locked"))
    assert told(con, here, database)[1:] == [("regency", "3602", "locked")]
    nobody_knows = arrived(("regency", None, "locked"))
    assert told(con, nobody_knows, database) == [("regency", None, "locked")]
    fine = arrived(("regency", "3601", None), ("regency", "3602", None), ("regency", None, "locked"))
    assert told(con, fine, database)[2:] == [("regency", None, "locked")]


# --- what is said at the gates --------------------------------------------------------------------------------------

GRADED = pl.DataFrame(
    [{"source": "regency", "owner_code": "3602", "file": "r.csv", "grade": "F", "verdict": "refused",
      "reason": "It is odd.", "reason_id": "Aneh.", "rows_accepted": 5}]
)  # fmt: skip


def test_a_refused_file_holds_the_run_unless_rows_stand_in() -> None:
    (held,) = refusals(GRADED, [], [])
    assert (held.passed, held.sentence) == (False, "regency of 3602: r.csv is refused. It is odd.")
    assert held.sentence_id == "regency dari 3602: r.csv ditolak. Aneh."
    stood = GRADED.with_columns(verdict=pl.lit("stood_in"))
    (said,) = refusals(stood, [StandIn(LEBAK, 1234, date(2026, 11, 19), True)], [])
    assert said.passed
    assert said.sentence == (
        "regency of 3602: tonight's file is refused (It is odd); the 1,234 rows of 19-11-2026 are used."
    )
    assert said.sentence_id.endswith("dipakai 1.234 baris per 19-11-2026.")
    (other,) = [
        gate for gate in refusals(GRADED, [StandIn(LEBAK, 9, AS_OF, False, ("no", "tidak"))], []) if gate.passed
    ]
    assert other.sentence == "regency of 3602: the 9 rows of 20-11-2026 could stand in, but no."


def test_what_holds_already_is_not_said_twice_and_nothing_refused_holds_nothing() -> None:
    assert refusals(GRADED, [], [Gate("count_fallen", False, "regency", "", "")]) == []
    assert refusals(GRADED.with_columns(rows_accepted=pl.lit(0)), [], []) == []
    assert refusals(GRADED.clear(), [], []) == []
