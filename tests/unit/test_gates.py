"""The gates: what holds a night back, what does not, and the sentence an operator reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from flows.config import Gates
from flows.gates import Counts, Gate, gates, hold, previous_counts
from flows.validate import VALIDATION
from schemas.errors import Held, PadanError

SETTINGS = Gates(required=("province", "regency"), max_drop=0.3, max_quarantine=0.2)

FILES = {
    "source": pl.String,
    "owner_code": pl.String,
    "file": pl.String,
    "rows_read": pl.Int64,
    "rows_accepted": pl.Int64,
    "rows_quarantined": pl.Int64,
    "problem": pl.String,
    "problem_text": pl.String,
    "problem_text_id": pl.String,
}

UNREADABLE = "More than half of the dates cannot be read"


@dataclass(frozen=True)
class Judged:
    validation: pl.DataFrame


def arrived(source: str, owner: str, accepted: int, quarantined: int = 0, problem: str | None = None) -> dict[str, Any]:
    file = f"{source}_{owner}.csv"
    return {
        "source": source,
        "owner_code": owner,
        "file": file,
        "rows_read": accepted + quarantined,
        "rows_accepted": accepted,
        "rows_quarantined": quarantined,
        "problem": problem,
        "problem_text": problem and f"{file} is {problem}.",
        "problem_text_id": problem and f"{file} bermasalah.",
    }


GOOD = [arrived("province", "36", 1000), arrived("regency", "3601", 500), arrived("regency", "3602", 500)]


def verdict(**over: Any) -> dict[str, Any]:
    return {
        "source": "regency",
        "file": "regency_3601.csv",
        "expectation": "birth_date_readable",
        "severity": "critical",
        "scope": "file",
        "success": True,
        "source_success": True,
        "evaluated": 500,
        "unexpected": 0,
        "reason": "More than half of the dates cannot be read.",
        "reason_id": "Lebih dari separuh tanggal tidak terbaca.",
    } | over


def judge(
    files: list[dict[str, Any]] = GOOD,
    verdicts: list[dict[str, Any]] | None = None,
    before: Counts | None = None,
    settings: Gates = SETTINGS,
) -> list[Gate]:
    frame = pl.DataFrame(files, schema=FILES)
    accepted: Mapping[str, int] = dict(
        frame.group_by("source").agg(pl.col("rows_accepted").sum()).filter(pl.col("rows_accepted") > 0).iter_rows()
    )
    validation = pl.DataFrame([verdict()] if verdicts is None else verdicts, schema=VALIDATION)
    return gates(frame, Judged(validation), accepted, before, settings)


def reasons(judged: list[Gate]) -> list[tuple[str, str]]:
    return [(gate.code, gate.sentence) for gate in judged if not gate.passed]


def fell(text: str) -> str:
    """`regency: 9 to 1` as the gate says it."""
    where, counts = text.split(": ")
    return f"{where}: the rows fell from {counts}, by more than the 30% allowed."


def test_a_good_night_passes_and_says_so() -> None:
    judged = judge(before={("province", "36"): 1000, ("regency", "3601"): 510, ("regency", "3602"): 490})
    assert reasons(judged) == []
    assert [gate.code for gate in judged] == [
        "source_arrived",
        "source_arrived",
        "critical_expectation",
        "quarantine_share",
        "count_fallen",
    ]
    assert judged[1].sentence == "The required source regency arrived whole, in 2 files."
    hold(judged)


@pytest.mark.parametrize(
    ("files", "code", "sentence"),
    [
        (GOOD[1:], "source_missing", "The required source province is not configured."),
        (
            [arrived("province", "36", 0, problem="missing"), *GOOD[1:]],
            "source_missing",
            "Nothing of the required source province can be used: province_36.csv is missing.",
        ),
        (
            [arrived("province", "36", 0, quarantined=10), *GOOD[1:]],
            "source_missing",
            "Nothing of the required source province can be used: not one of its rows is fit for use.",
        ),
        *(
            (
                [*GOOD[:2], arrived("regency", "3602", 0, problem=problem)],
                code,
                f"A file of the required source regency cannot be used: regency_3602.csv is {problem}.",
            )
            for problem, code in (
                ("missing", "file_unusable"),
                ("empty", "file_unusable"),
                ("locked", "file_unusable"),
                ("unreadable", "file_unusable"),
                ("no_heading", "file_unusable"),
                ("ambiguous", "file_unusable"),
                ("column_missing", "column_lost"),
            )
        ),
    ],
)
def test_a_half_read_province_is_held(files: list[dict[str, Any]], code: str, sentence: str) -> None:
    assert reasons(judge(files))[0] == (code, sentence)


def test_a_repeated_file_holds_nothing() -> None:
    assert reasons(judge([*GOOD, arrived("regency", "3603", 0, problem="duplicate")])) == []


def test_an_optional_source_that_cannot_be_used_is_told_and_does_not_hold() -> None:
    judged = judge([*GOOD, arrived("civil_deaths", "36", 0, problem="empty")], before={("civil_deaths", "36"): 100})
    assert reasons(judged) == []
    (gate,) = [gate for gate in judged if gate.code == "optional_source"]
    assert gate.sentence == "civil_deaths_36.csv is empty. The findings that need it cannot be tested."


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (verdict(success=False, unexpected=300, evaluated=500), "regency_3601.csv: {} (300 of 500 rows)."),
        (
            verdict(success=False, source_success=False, unexpected=1300, evaluated=2500),
            "regency: {} (1,300 of 2,500 rows).",
        ),
        (
            verdict(success=False, source_success=False, scope="kind", unexpected=3, evaluated=4),
            "regency: {} (3 of 4 rows).",
        ),
        (
            verdict(success=False, source_success=False, scope="kind", file=None, unexpected=1, evaluated=1),
            "regency: {}.",
        ),
        # A file too small to judge alone; a share that only this file breaks; a rule that never holds.
        (verdict(success=False, unexpected=3, evaluated=4), None),
        (verdict(success=False, scope="kind", unexpected=300), None),
        (verdict(success=False, source_success=False, severity="error"), None),
        (verdict(success=False, source_success=False, severity="warning"), None),
    ],
)
def test_critical_expectations(row: dict[str, Any], sentence: str | None) -> None:
    found = reasons(judge(verdicts=[row]))
    assert found == ([("critical_expectation", sentence.format(UNREADABLE))] if sentence else [])


def test_a_critical_expectation_of_a_kind_is_told_once_with_its_sum() -> None:
    rows = [verdict(file=f"{n}.csv", source_success=False, success=False, unexpected=30, evaluated=40) for n in "ab"]
    assert reasons(judge(verdicts=rows)) == [("critical_expectation", f"regency: {UNREADABLE} (60 of 80 rows).")]


@pytest.mark.parametrize(
    ("quarantined", "held"),
    [
        ((0, 0), None),
        ((125, 0), None),  # exactly the share allowed of a file
        ((126, 0), "regency_3601.csv: 126 of 626 rows are not fit for use, more than the 20% allowed."),
        ((130, 130), "regency: 260 of 1,260 rows are not fit for use, more than the 20% allowed."),
    ],
)
def test_the_share_in_quarantine(quarantined: tuple[int, int], held: str | None) -> None:
    files = [GOOD[0], *(arrived("regency", f"360{n}", 500, bad) for n, bad in enumerate(quarantined, start=1))]
    assert reasons(judge(files)) == ([("quarantine_share", held)] if held else [])


def test_a_small_file_is_judged_with_its_kind_only() -> None:
    assert reasons(judge([*GOOD, arrived("regency", "3603", 5, 5)])) == []


@pytest.mark.parametrize(
    ("before", "held"),
    [
        (None, None),
        ({("province", "36"): 100, ("regency", "3601"): 1}, None),
        ({("province", "36"): 1428, ("regency", "3601"): 714, ("regency", "3602"): 714}, None),
        ({("province", "36"): 1500}, "province: 1,500 to 1,000"),
        ({("regency", "3601"): 800, ("regency", "3602"): 500}, "regency of 3601: 800 to 500"),
        ({("regency", "3601"): 500, ("regency", "3603"): 60}, "regency of 3603: 60 to 0"),
        ({("regency", "3601"): 500, ("regency", "3603"): 49}, None),
        ({("regency", "3601"): 2000, ("regency", "3602"): 500}, "regency: 2,500 to 1,000"),
        ({("workforce", "36"): 8}, None),
    ],
)
def test_counts_against_the_last_published_run(before: Counts | None, held: str | None) -> None:
    assert reasons(judge(before=before)) == ([("count_fallen", fell(held))] if held else [])


def test_exactly_the_share_allowed_is_no_fall() -> None:
    assert reasons(judge([arrived("province", "36", 700), *GOOD[1:]], before={("province", "36"): 1000})) == []


def test_an_optional_source_that_comes_with_a_fraction_holds() -> None:
    files = [*GOOD, arrived("civil_deaths", "36", 10)]
    assert reasons(judge(files, before={("civil_deaths", "36"): 100})) == [
        ("count_fallen", fell("civil_deaths: 100 to 10"))
    ]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "The run was held back: the first reason."),
        (2, "The run was held back: the first reason (and 1 more reason)."),
        (4, "The run was held back: the first reason (and 3 more reasons)."),
    ],
)
def test_one_sentence_names_the_first_reason_and_how_many_more(count: int, sentence: str) -> None:
    judged = [Gate("passed", True, "", "Fine.", "Baik.")]
    judged += [Gate("held", False, "", "the first reason." if n == 0 else "another.", "") for n in range(count)]
    with pytest.raises(Held) as caught:
        hold(judged)
    assert str(caught.value) == sentence
    assert caught.value.exit_code == 3


def published(path: Path, *runs: tuple[str, str, list[tuple[str, str | None, int]]]) -> Path:
    with duckdb.connect(str(path)) as con:
        con.execute("create table run (run_id varchar, finished_at timestamp)")
        con.execute(
            "create table source_file (run_id varchar, source varchar, owner_code varchar, rows_accepted bigint)"
        )
        for run_id, finished, counts in runs:
            con.execute("insert into run values (?, ?)", [run_id, finished])
            for row in counts:
                con.execute("insert into source_file values (?, ?, ?, ?)", [run_id, *row])
    return path


def test_previous_counts_are_those_of_the_last_run(tmp_path: Path) -> None:
    old = ("z", "2026-11-18", [("province", "36", 1)])
    new = ("a", "2026-11-19", [("province", "36", 5), ("province", "36", 6), ("regency", None, 7)])
    path = published(tmp_path / "padan.duckdb", new, old)
    assert previous_counts(path) == {("province", "36"): 11, ("regency", None): 7}
    with duckdb.connect(str(path), read_only=True) as con:
        assert previous_counts(con) == {("province", "36"): 11, ("regency", None): 7}


def test_without_a_published_run_there_are_no_counts(tmp_path: Path) -> None:
    assert previous_counts(None) is None
    assert previous_counts(published(tmp_path / "empty.duckdb")) is None


def test_a_previous_database_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"not a database" * 1000)
    with pytest.raises(PadanError, match=r"The previous database broken.duckdb could not be read\."):
        previous_counts(broken)
