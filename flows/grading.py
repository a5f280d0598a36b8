"""The grade of each file and the files to be refused, each with its reason in both languages. Pure.

How a grade comes about is declared in schemas/quality/grades.toml; here the declaration meets the figures.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import polars as pl

from flows.config_quality import Quality
from flows.gates import ENOUGH_ROWS, HARMLESS
from flows.quality import FIGURES_SCHEMA, FILE, SENDER, Figures, LastNight, day_in_words, in_words, percent, swapped
from schemas.grades import GRADES, REFUSED, Measure, load_grades

Row = Mapping[str, Any]
Text = tuple[str, str]  # English, Indonesian

COUNTS = [name for name, type_ in FIGURES_SCHEMA.items() if type_ == pl.Int64]
GRADED = pl.Schema(
    {"run_id": pl.String, "as_of": pl.Date, "source": pl.String, "owner_code": pl.String, "file": pl.String}
    | dict.fromkeys(("rows_read", "rows_readable", "rows_accepted", "rows_quarantined", *COUNTS), pl.Int64)
    | dict.fromkeys(("columns_lost", "same_as", "grade", "reason", "reason_id", "verdict"), pl.String)
    | {"stale_since": pl.Date, "rows_stood_in": pl.Int64}
)
BEST: Text = ("It meets everything that grade A asks for.", "Memenuhi semua syarat nilai A.")


class Graded(NamedTuple):
    """A grade and what made it."""

    grade: str | None
    reason: Text


def grade_files(
    files: pl.DataFrame,
    figures: Figures,
    shifts: pl.DataFrame,
    last: LastNight | None,
    validation: pl.DataFrame,
    settings: Quality,
    max_quarantine: float,
    run_id: str,
    as_of: date,
) -> pl.DataFrame:
    """The rows of `source_quality` (GRADED), a row a file of `source_file`; verdicts are used, refused or repeated.

    A sender's files are refused together: what the office sent is one picture of one day.
    """
    known = files.join(figures.files, on=list(FILE), how="left", nulls_equal=True).with_columns(
        pl.col(COUNTS).fill_null(0), **_lost_and_same(files, last)
    )
    broken = _broken_expectations(validation)
    moved = _by_sender(shifts)
    graded = []
    for row in known.iter_rows(named=True):  # a row a file, not a row of data
        sender = moved.get((row["source"], row["owner_code"]), [])
        grade = _grade(row, sender, broken.get((row["source"], row["file"])), settings, max_quarantine)
        verdict = "repeated" if grade.grade is None else "refused" if grade.grade == REFUSED else "used"
        reason, reason_id = grade.reason
        told = {"grade": grade.grade, "reason": reason, "reason_id": reason_id, "verdict": verdict}
        graded.append({**row, **told, "run_id": run_id, "as_of": as_of, "stale_since": None, "rows_stood_in": 0})
    frame = pl.DataFrame(graded, schema_overrides=dict(GRADED), infer_schema_length=None)
    frame = frame if frame.height else GRADED.to_frame()
    return _together(frame.select(GRADED.names()).cast(GRADED))


def _together(graded: pl.DataFrame) -> pl.DataFrame:
    """What arrived well beside a refused file of its sender is not used either."""
    one_refused = (pl.col("verdict") == "refused").any().over(SENDER)
    beside = one_refused & (pl.col("verdict") == "used")
    why = "Another file of the sender is refused; its files are used together."
    why_id = "Berkas lain dari pengirim ini ditolak; kirimannya hanya dipakai bersama-sama."
    return graded.with_columns(
        verdict=pl.when(beside).then(pl.lit("refused")).otherwise("verdict"),
        reason=pl.when(beside).then(pl.col("reason") + " " + why).otherwise("reason"),
        reason_id=pl.when(beside).then(pl.col("reason_id") + " " + why_id).otherwise("reason_id"),
    )


def _grade(row: Row, shifts: list[Row], broken: Row | None, settings: Quality, max_quarantine: float) -> Graded:
    if row["problem"] in HARMLESS:
        return Graded(None, (row["problem_text"] or "", row["problem_text_id"] or ""))
    if refused := _refused(row, shifts, broken, max_quarantine):
        return Graded(REFUSED, refused)
    found = _lowest([*_measured(row), *_capped(row, shifts)])
    if found.grade is not None and GRADES.index(found.grade) > GRADES.index(settings.lowest_grade):
        limit = settings.lowest_grade
        return Graded(
            REFUSED,
            (
                f"{found.reason[0]} That is grade {found.grade}; below {limit} a file is refused.",
                f"{found.reason[1]} Nilainya {found.grade}; di bawah {limit} berkas ditolak.",
            ),
        )
    return found


def _refused(row: Row, shifts: list[Row], broken: Row | None, max_quarantine: float) -> Text | None:
    """Why a file cannot be used at all; the first reason of several."""
    if row["problem"] is not None:
        return row["problem_text"] or "", row["problem_text_id"] or ""
    if row["rows_accepted"] == 0:
        return "Not one of its rows is fit for use.", "Tidak satu pun barisnya layak pakai."
    if broken is not None:
        return broken["reason"], broken["reason_id"]
    read, bad = row["rows_read"], row["rows_quarantined"]
    if read >= ENOUGH_ROWS and bad > read * max_quarantine + 1e-9:
        share, limit = percent(bad / read), percent(max_quarantine)
        return (
            f"{share} of its rows are not fit for use, more than the {limit} allowed.",
            f"{swapped(share)} barisnya tidak layak pakai, melebihi batas {swapped(limit)}.",
        )
    if far := [shift for shift in shifts if shift["verdict"] == "refused"]:
        what, what_id = in_words(far[0])
        since, limit = day_in_words(far[0]["since"]), percent(far[0]["refused_from"])
        return (
            f"Since the last good night ({since}) {what}, by more than the {limit} allowed.",
            f"Sejak malam terakhir yang baik ({since}) {what_id}, melebihi batas {swapped(limit)}.",
        )
    return None


def _measured(row: Row) -> list[Graded]:
    values = {
        **row,
        "name_given": row["nik_rows"] - row["name_missing"],
        "birth_given": row["nik_rows"] - row["birth_missing"],
        "singles": row["rows_readable"] - row["duplicates"],
    }
    return [
        _of_measure(measure, values[measure.of] / values[measure.among])
        for measure in load_grades().measures
        if values[measure.among]
    ]


def _of_measure(measure: Measure, share: float) -> Graded:
    grade = measure.grade(share)
    if grade == GRADES[0]:
        return Graded(grade, BEST)
    better = GRADES[GRADES.index(grade) - 1]
    value, needed = percent(share), percent(measure.at_least[better])
    return Graded(
        grade,
        (
            measure.reason_en.format(value=value, better=better, needed=needed),
            measure.reason_id.format(value=swapped(value), better=better, needed=swapped(needed)),
        ),
    )


def _capped(row: Row, shifts: list[Row]) -> list[Graded]:
    caps, found = load_grades().caps, []
    told = [shift for shift in shifts if shift["verdict"] == "told"]
    if told:
        english, indonesian = zip(*map(in_words, told), strict=True)
        cap, since = caps["shifted"], day_in_words(told[0]["since"])
        texts = (
            cap.reason_en.format(since=since, what="; ".join(english)),
            cap.reason_id.format(since=since, what="; ".join(indonesian)),
        )
        found.append(Graded(cap.grade, texts))
    for name, what in (("column_lost", row["columns_lost"]), ("same_as", row["same_as"])):
        if what:
            cap = caps[name]
            found.append(Graded(cap.grade, (cap.reason_en.format(what=what), cap.reason_id.format(what=what))))
    return found


def _lowest(found: list[Graded]) -> Graded:
    """The worst of the grades, the first of equals; A when nothing lowers it."""
    return max(found, key=lambda one: GRADES.index(one.grade or "A"), default=Graded("A", BEST))


def _by_sender(shifts: pl.DataFrame) -> dict[tuple[str, str | None], list[Row]]:
    by_sender: dict[tuple[str, str | None], list[Row]] = {}
    for row in shifts.iter_rows(named=True):  # a row a sender and measure
        by_sender.setdefault((row["source"], row["owner_code"]), []).append(row)
    return by_sender


def _broken_expectations(validation: pl.DataFrame) -> dict[tuple[str, str], Row]:
    """By file: the first critical expectation that fails in it, where it may or its kind fails too."""
    failed = validation.filter(
        (pl.col("severity") == "critical")
        & pl.col("file").is_not_null()
        & ~pl.col("success")
        & (pl.col("evaluated") >= ENOUGH_ROWS)
        & ((pl.col("scope") == "file") | ~pl.col("source_success"))
    )
    return {(row["source"], row["file"]): row for row in reversed(failed.to_dicts())}


def _lost_and_same(files: pl.DataFrame, last: LastNight | None) -> dict[str, pl.Series]:
    """Of each file: the columns that it lacks and the sender's last good one did not; an earlier file of its content.

    A file of the same name and content as before is no news: an office that changed nothing sends it again.
    """
    lost: list[str | None] = [None] * files.height
    same: list[str | None] = [None] * files.height
    if last is not None:
        lacked: dict[tuple[str, str | None], set[str]] = {}
        for row in last.files.iter_rows(named=True):  # a row a file, as below
            lacked.setdefault((row["source"], row["owner_code"]), set()).update(_names(row["columns_missing"]))
        earlier = {(row["source"], row["sha256"]): row for row in last.same.sort("as_of", "file").to_dicts()}
        names = {(row["source"], row["sha256"], row["file"]) for row in last.same.to_dicts()}
        for at, row in enumerate(files.iter_rows(named=True)):
            sender = (row["source"], row["owner_code"])
            if sender in lacked and row["problem"] is None:
                gone = [name for name in _names(row["missing_columns"]) if name not in lacked[sender]]
                lost[at] = ", ".join(gone) or None
            before = earlier.get((row["source"], row["sha256"]))
            if before is not None and (row["source"], row["sha256"], row["file"]) not in names:
                same[at] = f"{before['file']} ({day_in_words(before['as_of'])})"
    return {
        "columns_lost": pl.Series(lost, dtype=pl.String),
        "same_as": pl.Series(same, dtype=pl.String),
    }


def _names(text: str | None) -> list[str]:
    return [name.strip() for name in (text or "").split(",") if name.strip()]
