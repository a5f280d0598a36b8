"""Dated rules: tariffs, windows, ages, targets, each with its legal basis (schemas/reference/rules/*.csv).

No such number is written in code; a new decree is a new line with its first day in force, and the line it replaces
gets a last day. What a rule may hold is declared in rules.toml there. `mark` says how sure we are: F found in public
material, K general knowledge still to be verified, P padan's own definition, O set by the office.

An office keeps its own lines in a folder of its own (`rules/` beside padan.toml): a line there stands in place of
padan's for the days it is in force, and padan's stands before and after.
"""

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import polars as pl

from schemas.errors import PadanError, UsageError
from schemas.rule_kinds import load_rule_kinds

FOLDER = Path(__file__).parent / "reference" / "rules"
PADAN = "padan"  # the origin of a line that comes with the program
MARKS = ("F", "K", "P", "O")
SCHEMA = {
    "rule": pl.String,
    "item": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "legal_basis": pl.String,
    "mark": pl.String,
    "berlaku_mulai": pl.Date,
    "berlaku_sampai": pl.Date,
    "note": pl.String,
    "origin": pl.String,
}
REQUIRED = ("rule", "value", "unit", "legal_basis", "berlaku_mulai")
KNOWN = tuple(name for name in SCHEMA if name != "origin")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One line of a rule table; `place` says where it stands, for a sentence to an operator."""

    rule: str
    item: str
    value: float
    unit: str
    legal_basis: str
    mark: str
    begin: date
    end: date | None
    note: str
    origin: str
    place: str

    @property
    def last_day(self) -> date:
        """The last day in force; the end of time while it lasts."""
        return self.end or date.max


def load_rules(office: Path | None = None) -> pl.DataFrame:
    """Every rule, sorted by rule, item and first day; columns as SCHEMA, `item` empty where a rule has one value only.

    office: the folder with an office's own lines (*.csv), which stand before padan's; `origin` tells them apart.
    Raises UsageError with one plain sentence that names file and row when a line there is not as it should be.
    """
    lines = _of_padan()
    if office is not None:
        own = [line for path in sorted(office.glob("*.csv")) for line in _read(path, f"{office.name}/{path.name}")]
        _no_overlap(own)
        lines = tuple(_laid_over(lines, own))
    return check_rules(_frame(lines))


@cache
def _of_padan() -> tuple[Line, ...]:
    return tuple(line for path in sorted(FOLDER.glob("*.csv")) for line in _read(path, PADAN))


def _frame(lines: tuple[Line, ...]) -> pl.DataFrame:
    rows = [
        (one.rule, one.item, one.value, one.unit, one.legal_basis, one.mark, one.begin, one.end, one.note, one.origin)
        for one in lines
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("rule", "item", "berlaku_mulai")


def check_rules(rules: pl.DataFrame) -> pl.DataFrame:
    """Return `rules` unchanged, or raise PadanError naming the first rule that is incomplete or overlaps itself."""
    incomplete = rules.filter(
        pl.col("value").is_null()
        | pl.col("berlaku_mulai").is_null()
        | (pl.col("legal_basis") == "")
        | ~pl.col("mark").is_in(MARKS)
        | (pl.col("berlaku_sampai") < pl.col("berlaku_mulai"))
    )
    previous_end = pl.col("berlaku_sampai").shift(1).over("rule", "item")
    overlapping = rules.filter(
        (pl.int_range(pl.len()).over("rule", "item") > 0)
        & (previous_end.is_null() | (previous_end >= pl.col("berlaku_mulai")))
    )
    for problem, rows in (("is incomplete", incomplete), ("overlaps itself in time", overlapping)):
        if rows.height:
            raise PadanError(f"The rule {rows['rule'][0]} {rows['item'][0]} {problem} in schemas/reference/rules.")
    return rules


def rule_value(rules: pl.DataFrame, rule: str, day: date, item: str = "") -> float:
    """The value of `rule` in force on `day`; before its first day the earliest value is taken.

    That fallback is for definitions (ages, deciles, windows), so that a run for an early `as_of` is still possible;
    tariffs of a month and targets are looked up strictly by date in SQL. Raises PadanError when there is no such rule.
    """
    lines = rules.filter((pl.col("rule") == rule) & (pl.col("item") == item)).sort("berlaku_mulai")
    if lines.is_empty():
        raise PadanError(f"There is no rule {rule} {item} in schemas/reference/rules.")
    begun = lines.filter(pl.col("berlaku_mulai") <= day)
    return float((begun["value"].tail(1) if begun.height else lines["value"].head(1)).item())


def value_in_force(rules: pl.DataFrame, rule: str, day: date, item: str = "") -> float | None:
    """The value of `rule` in force on that very day; None when no line is."""
    lines = rules.filter(
        (pl.col("rule") == rule)
        & (pl.col("item") == item)
        & (pl.col("berlaku_mulai") <= day)
        & (pl.col("berlaku_sampai").is_null() | (pl.col("berlaku_sampai") >= day))
    )
    return float(lines["value"].item()) if lines.height else None


# --- reading a table -------------------------------------------------------------------------------------------------


def _read(path: Path, origin: str) -> Iterator[Line]:
    """The lines of one table; `,` or `;` between the cells, as a spreadsheet saves it."""
    name = path.name if origin == PADAN else origin
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"The rule table {name} is not UTF-8 text; save it as CSV UTF-8.") from None
    except OSError as error:
        raise UsageError(f"The rule table {name} cannot be read: {error.strerror}.") from None
    if "\0" in text:
        raise UsageError(f"The rule table {name} is not a text file.")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    headings = [heading.strip().lower() for heading in next(rows, [])]
    _check_headings(name, headings)
    for number, cells in enumerate(rows, 1):
        given = dict.fromkeys(headings, "") | dict(zip(headings, (cell.strip() for cell in cells), strict=False))
        if any(given.values()):
            if len(cells) > len(headings):
                raise _wrong(f"{name} row {number}", f"has {len(cells)} cells under {len(headings)} headings")
            yield _line(given, f"{name} row {number}", origin, comma=delimiter == ";")


def _check_headings(name: str, headings: list[str]) -> None:
    for heading in REQUIRED:
        if heading not in headings:
            raise UsageError(f"The rule table {name} has no heading {heading}.")
    for heading in headings:
        if heading not in KNOWN or headings.count(heading) > 1:
            raise UsageError(f"The rule table {name} has an unknown or repeated heading {heading}.")


def _line(given: dict[str, str], place: str, origin: str, *, comma: bool) -> Line:
    """One line, checked against what its rule may hold; `comma`: a decimal comma is read as a point."""
    kind = load_rule_kinds().get(given["rule"])
    if kind is None:
        raise _wrong(place, "names a rule that padan does not know (they are listed in docs/rules.md)")
    item = given.get("item", "")
    if problem := kind.item_problem(item):
        raise _wrong(place, problem)
    if given["unit"] != kind.unit:
        raise _wrong(place, f"must have the unit {kind.unit}")
    try:
        value = float(given["value"].replace(",", ".") if comma else given["value"])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _wrong(place, "has a value that is not a number")
    if problem := kind.value_problem(value):
        raise _wrong(place, problem)
    begin, end = (_day(given.get(name, ""), place, name) for name in ("berlaku_mulai", "berlaku_sampai"))
    if begin is None:
        raise _wrong(place, "has no berlaku_mulai")
    if end is not None and end < begin:
        raise _wrong(place, "ends before it begins")
    if not given["legal_basis"]:
        raise _wrong(place, "has no legal_basis")
    mark = given.get("mark", "") or ("O" if origin != PADAN else "")
    if mark not in MARKS:
        raise _wrong(place, f"must have one of the marks {', '.join(MARKS)}")
    note, basis = given.get("note", ""), given["legal_basis"]
    return Line(given["rule"], item, value, kind.unit, basis, mark, begin, end, note, origin, place)


def _day(text: str, place: str, heading: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _wrong(place, f"has a {heading} that is not a date like 2026-01-31") from None


def _wrong(place: str, problem: str) -> UsageError:
    return UsageError(f"The rule in {place} {problem}.")


# --- an office's lines over padan's ----------------------------------------------------------------------------------


def _no_overlap(lines: list[Line]) -> None:
    """Two lines of one rule and item must not be in force on one day; raises UsageError naming both rows."""
    for one, other in pairwise(sorted(lines, key=lambda line: (line.rule, line.item, line.begin))):
        if (one.rule, one.item) == (other.rule, other.item) and other.begin <= one.last_day:
            raise UsageError(f"The rules in {one.place} and {other.place} are in force at the same time.")


def _laid_over(lines: tuple[Line, ...], own: list[Line]) -> Iterator[Line]:
    """The office's lines, and of padan's the days on which the office says nothing."""
    yield from own
    for line in lines:
        pieces = [(line.begin, line.last_day)]
        for mine in own:
            if (mine.rule, mine.item) == (line.rule, line.item):
                pieces = [rest for piece in pieces for rest in _without(piece, (mine.begin, mine.last_day))]
        for begin, end in pieces:
            yield replace(line, begin=begin, end=None if end == date.max else end)


def _without(piece: tuple[date, date], gone: tuple[date, date]) -> Iterator[tuple[date, date]]:
    """The days of a stretch that are not in another, as stretches of their own."""
    if gone[1] < piece[0] or gone[0] > piece[1]:
        yield piece
        return
    if gone[0] > piece[0]:
        yield (piece[0], gone[0] - ONE_DAY)
    if gone[1] < piece[1]:
        yield (gone[1] + ONE_DAY, piece[1])
