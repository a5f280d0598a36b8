"""`padan read-back`: verdicts out of returned workbooks, as dated decisions with an author, added to those there are.

Nothing is taken of a row that was changed where it should not be, or that says something else than the list offers;
each such row is told with its sheet and number. Reading a workbook twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from flows.decisions import add_decisions, decisions_lock, read_decisions
from flows.judged import findings_asked, standing_of
from flows.publish import open_published
from flows.returned import Returned, read_returned
from reports import form
from reports.words import plain
from schemas.errors import UsageError
from schemas.verdicts import BY_CODE, BY_WORD, CHOICES, words_of

LONGEST_NOTE: Final = 2_000
LONGEST_NAME: Final = 100
MOST_TOLD: Final = 500
Row = dict[str, Any]


@dataclass
class Report:
    """What came of reading back: counts, and a sentence for each thing an operator must look at."""

    language: str
    taken: int = 0
    known: int = 0
    sentences: list[str] = field(default_factory=list)

    def tell(self, key: str, **values: Any) -> None:
        """Add a sentence."""
        self.sentences.append(plain(f"back_{key}", self.language, **values))

    def tell_of(self, row: Mapping[str, Any], key: str, **values: Any) -> None:
        """Add a sentence about a row, with the file, sheet and row it stands in."""
        self.tell(key, where=plain("back_where", self.language, **_place(row)), **values)


def read_back(
    files: Sequence[Path],
    output: Path,
    folder: Path,
    today: date,
    author: str | None = None,
    overrule: bool = False,
    language: str = "id",
) -> Report:
    """Read workbooks and add their verdicts to the decisions in `folder`.

    output: the folder with the published database, in which the findings must be open with the values that the
    workbook shows. today: the day of the decisions. author: who decided, where a workbook does not say. overrule:
    what is read stands over what others said. Raises UsageError, with nothing taken, when a file is no worklist.
    """
    books = [read_returned(path) for path in files]
    report = Report(language)
    with open_published(output) as con:
        _check_province(con, books)
        with decisions_lock(folder):
            before = read_decisions(folder)
            rows = [row for book in books for row in _verdicts(book, report, author)]
            rows = _agreeing(_not_known(rows, before, overrule, report), report)
            decisions = _decisions(con, rows, today, overrule, report)
            if decisions:
                add_decisions(folder, decisions)
                report.taken = len(decisions)
                _tell_conflicts(read_decisions(folder), decisions, today, report)
    return report


def told(report: Report) -> str:
    """The report as text: the sentences, at most MOST_TOLD of them, then the counts."""
    lines = report.sentences[:MOST_TOLD]
    if len(report.sentences) > MOST_TOLD:
        lines.append(plain("back_more", report.language, count=form.number(len(report.sentences) - MOST_TOLD)))
    counts = {"taken": report.taken, "known": report.known, "told": len(report.sentences)}
    return "\n".join([*lines, plain("back_counts", report.language, **{k: form.number(n) for k, n in counts.items()})])


def _check_province(con: duckdb.DuckDBPyConnection, books: Iterable[Returned]) -> None:
    ((province,),) = con.execute("SELECT province_code FROM parameter").fetchall()
    for book in books:
        if province != book.province_code:
            raise UsageError(f"{book.file} is a worklist of the province {book.province_code}, not of {province}.")


def _place(row: Mapping[str, Any]) -> dict[str, str]:
    return {"file": str(row["file"]), "sheet": str(row["sheet"]), "row": form.number(row["row"])}


# --- rows ------------------------------------------------------------------------------------------------------------


def _verdicts(book: Returned, report: Report, author: str | None) -> list[Row]:
    """The rows with a verdict that can be taken, checked by themselves."""
    if book.gone:
        report.tell("gone", file=book.file, count=form.number(book.gone))
    ours = book.rows.filter(pl.col("values_digest").is_not_null())
    twice = set(ours.filter(pl.col("finding_id").is_duplicated())["finding_id"])
    asked = pl.any_horizontal(pl.col("verdict", "note", "until").is_not_null())
    rows = []
    # A row that an officer wrote into, and a sentence for each that is amiss.
    for row in book.rows.filter(asked | pl.col("changed")).iter_rows(named=True):
        row |= {"file": book.file, "file_sha256": book.sha256, "workbook_run_id": book.run_id}
        row["author"] = _one_line(row["author"] or book.author or author)
        if _is_in_order(row, twice, report):
            rows.append(row)
    return rows


def _is_in_order(row: Row, twice: set[str], report: Report) -> bool:
    """Whether a row's verdict can be taken, as far as the row alone tells; puts verdict and day in their forms."""
    word = _one_line(row["verdict"]).upper()
    if row["values_digest"] is None:
        report.tell_of(row, "no_id")
    elif row["changed"]:
        report.tell_of(row, "changed")
    elif row["finding_id"] in twice:
        report.tell_of(row, "twice")
    elif not word:
        report.tell_of(row, "no_verdict")
    elif word not in BY_WORD:
        choice = row["choice"] if row["choice"] in CHOICES else "T"
        report.tell_of(row, "not_in_list", words=", ".join(words_of(choice)))
    elif BY_WORD[word].code not in CHOICES.get(row["choice"], ()):
        report.tell_of(row, "not_for_this", verdict=word)
    elif not row["author"]:
        report.tell_of(row, "no_author")
    elif len(row["author"]) > LONGEST_NAME:
        report.tell_of(row, "long_author")
    else:
        row["verdict"] = BY_WORD[word].code
        return _has_good_day(row, report) and _with_short_note(row, report)
    return False


def _has_good_day(row: Row, report: Report) -> bool:
    """Whether `until` is empty or a day of an exception; makes it a date."""
    until = row["until"]
    row["valid_until"] = None
    if until is None:
        return True
    with suppress(ValueError):
        row["valid_until"] = _day(until)
    if row["valid_until"] is None:
        report.tell_of(row, "no_day")
    elif row["verdict"] != "justified":
        report.tell_of(row, "day_without_exception")
    else:
        return True
    return False


def _day(text: str) -> date:
    """A day as a program saves it, or as an officer writes it: 2026-12-31, 31-12-2026, 31/12/2026."""
    parts = [int(part) for part in text[:10].replace("/", "-").split("-")]
    return date(*(parts if text[4:5] == "-" else reversed(parts)))


def _with_short_note(row: Row, report: Report) -> bool:
    note = (row["note"] or "").strip() or None
    if note and len(note) > LONGEST_NOTE:
        report.tell_of(row, "long_note", most=form.number(LONGEST_NOTE))
        note = note[:LONGEST_NOTE]
    row["note"] = note
    return True


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


# --- against what is known -------------------------------------------------------------------------------------------


def _not_known(rows: list[Row], before: pl.DataFrame, overrule: bool, report: Report) -> list[Row]:
    """The rows without those of a file that was read before, and those that say again what the officer said last."""
    said = ("finding_id", "author", "verdict", "note", "valid_until", "values_digest")
    # A row a decision: what officers write by hand is never much.
    read = set(before.select("file_sha256", "finding_id", "author").iter_rows())
    last = before.unique(["finding_id", "author"], keep="last", maintain_order=True).select(*said, "overrules")
    latest = set(last.iter_rows())
    new = []
    for row in rows:
        again = tuple(row[name] for name in said)
        stands = (*again, True) in latest or (not overrule and (*again, False) in latest)
        if stands or (not overrule and (row["file_sha256"], row["finding_id"], row["author"]) in read):
            report.known += 1
        else:
            new.append(row)
    return new


def _agreeing(rows: list[Row], report: Report) -> list[Row]:
    """The rows without those in which one officer says two things of one finding; what is said twice is kept once."""
    of_one: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        of_one[row["finding_id"], row["author"]].append(row)
    kept = []
    for found in of_one.values():
        if len({row["verdict"] for row in found}) == 1:
            kept.append(found[-1])
            continue
        places = "; ".join(plain("back_where", report.language, **_place(row)) for row in found)
        report.tell("two_files", author=found[0]["author"], places=places)
    return kept


def _decisions(
    con: duckdb.DuckDBPyConnection, rows: list[Row], today: date, overrule: bool, report: Report
) -> list[Row]:
    """The decisions that the rows are, for findings that are open with the values that the officer saw."""
    asked = pl.DataFrame({"finding_id": [row["finding_id"] for row in rows]}, schema={"finding_id": pl.String})
    known = findings_asked(con, asked.unique())
    decisions = []
    for row in rows:
        finding = known.get(row["finding_id"])
        if finding is None:
            report.tell_of(row, "not_found")
        elif finding["state"] not in ("open", "settled"):
            report.tell_of(row, f"state_{finding['state']}")
        elif finding["values_digest"] != row["values_digest"]:
            report.tell_of(row, "other_values")
        elif BY_CODE[row["verdict"]].same is not None and not finding["left_sides"]:
            report.tell_of(row, "no_pair")
        else:
            decisions.append(_decision(row, finding, today, overrule))
    return decisions


def _decision(row: Row, finding: Mapping[str, Any], today: date, overrule: bool) -> Row:
    """One decision as it is kept; its id is made of what was decided, by whom, on what and in which file."""
    told = [row[name] for name in ("finding_id", "values_digest", "verdict", "note", "valid_until", "author")]
    text = "|".join(str(part) for part in (*told, overrule, row["file_sha256"]))
    about_people = BY_CODE[row["verdict"]].same is not None
    return {
        "decision_id": "D" + hashlib.sha256(text.encode()).hexdigest()[:15],
        "finding_id": row["finding_id"],
        "code": finding["code"],
        "verdict": row["verdict"],
        "note": row["note"],
        "valid_until": row["valid_until"] and row["valid_until"].isoformat(),
        "author": row["author"],
        "decided_on": today.isoformat(),
        "overrules": overrule,
        "values_digest": row["values_digest"],
        "files_digest": finding["files_digest"],
        "left_sides": finding["left_sides"] if about_people else [],
        "right_sides": finding["right_sides"] if about_people else [],
        "file": row["file"],
        "file_sha256": row["file_sha256"],
        "sheet": row["sheet"],
        "sheet_row": row["row"],
        "workbook_run_id": row["workbook_run_id"],
    }


def _tell_conflicts(decisions: pl.DataFrame, new: Iterable[Row], today: date, report: Report) -> None:
    """A sentence for each finding of which officers, after what was read, say things that contradict each other."""
    touched = [row["finding_id"] for row in new]
    some = decisions.filter(pl.col("finding_id").is_in(touched))
    conflicts = standing_of(some, today).filter(pl.col("state") == "conflict")
    # A finding, and in it an officer: each contradiction is a sentence.
    for _, rows in conflicts.group_by("finding_id", maintain_order=True):
        told = "; ".join(
            f"{row['author']}: {BY_CODE[row['verdict']].word} "
            f"({plain('back_where', report.language, file=row['file'], sheet=row['sheet'], row=row['sheet_row'])})"
            for row in rows.iter_rows(named=True)
        )
        report.tell("conflict", code=rows["code"][0], told=told)
