"""padan explain: why two records of the published database are, or are not, one person, in words and as a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.comparison_table import comparison_levels, thresholds
from flows.matching import comparable, person_spec
from flows.previous import columns_of
from flows.publish import open_published
from matchers.explain import explain_pair
from matchers.link import LINK, REVIEW
from matchers.model import from_json
from matchers.spec import Comparison
from reports import form
from reports.drawing import Threshold
from reports.labels import village_names
from reports.reasons import Reasons, Step, reasons, stored_reasons
from reports.waterfall import as_file, as_page, waterfall
from reports.words import plain, words
from schemas.errors import PadanError, UsageError
from schemas.reference import regencies
from schemas.verdicts import BY_CODE

# A comparison of a standard form is shown with what the source wrote.
WRITTEN = {"name_std": "name"}
# Not personal by themselves: shown as they are.
PLAIN = {"sex", "village_code", "regency_code"}
PICTURES = (".html", ".svg")
DECISIONS = """
SELECT verdict, author, decided_on, state, note FROM decision
WHERE list_contains(list_zip(left_record_ids, right_record_ids), ROW($low::BIGINT, $high::BIGINT))
   OR finding_id IN (SELECT finding_id FROM finding WHERE list_has_all(record_ids, [$low::BIGINT, $high::BIGINT]))
ORDER BY decided_on, decision_id
"""


@dataclass(frozen=True)
class Pair:
    """Two records as published, the persons they belong to, and the sum that speaks for or against one person."""

    sides: tuple[dict[str, Any], dict[str, Any]]
    people: tuple[str, str]
    told: Reasons
    thresholds: tuple[Threshold, ...]
    masked: bool
    decisions: tuple[str, ...]
    kept_apart: bool


def explain(output: Path, left: int, right: int, show_values: bool = False, picture: Path | None = None) -> str:
    """Text for an officer: where the two records stand, each comparison with its level and weight, the sum.

    `picture` is a file, .html or .svg, into which the same is drawn. Values are masked unless `show_values`. Raises
    UsageError when a record does not exist or the picture cannot be written there.
    """
    if left == right:
        raise UsageError("Give two different record numbers to explain.")
    if picture is not None and picture.suffix.lower() not in PICTURES:
        raise UsageError(f"A picture's name ends in {' or '.join(PICTURES)}; {picture.name} does not.")
    with open_published(output) as con:
        pair = _pair(con, left, right, show_values)
    if picture is not None:
        _draw(pair, picture)
    return _text(pair) + (f"\n\nGambar / picture: {picture}" if picture is not None else "")


# --- what is known of the pair ---------------------------------------------------------------------------------------


def _pair(con: duckdb.DuckDBPyConnection, left: int, right: int, show_values: bool) -> Pair:
    sides = _record(con, left), _record(con, right)
    values = {c.name: _values(c, sides, show_values) for c in person_spec().comparisons}
    shown = {name: pair for name, pair in values.items() if pair is not None}
    told = _stored(con, left, right, shown) or _scored(con, left, right, shown)
    people = (_person(con, left), _person(con, right))
    rows = _decisions(con, left, right)
    apart = any(row["verdict"] == "different_people" and row["state"] == "stands" for row in rows)
    lines = tuple(_decision_line(row, one, show_values) for row in rows for one in ("id", "en"))
    return Pair(sides, people, told, _thresholds(con), not show_values, lines, apart)


def _record(con: duckdb.DuckDBPyConnection, number: int) -> dict[str, Any]:
    found = con.execute("SELECT * FROM record WHERE record_id = ?", [number])
    names = [column[0] for column in found.description or []]
    rows = found.fetchall()
    if not rows:
        raise UsageError(f"There is no record {number} in the published database.")
    return dict(zip(names, rows[0], strict=True))


def _decisions(con: duckdb.DuckDBPyConnection, left: int, right: int) -> list[dict[str, Any]]:
    """The decisions about the two records, or about a finding that rests on both, oldest first."""
    if not columns_of(con, "decision"):
        return []
    sides = {"low": min(left, right), "high": max(left, right)}
    rows: list[dict[str, Any]] = con.sql(DECISIONS, params=sides).pl().to_dicts()
    return rows


def _decision_line(row: Mapping[str, Any], language: str, show_values: bool) -> str:
    """One decision in words; officers' notes may name people and are shown with the values only."""
    said = {"verdict": BY_CODE[row["verdict"]].word, "author": row["author"], "day": form.short_date(row["decided_on"])}
    note = f": {row['note']}" if row["note"] and show_values else ""
    return plain("decision_line", language, **said, state=plain(f"decision_{row['state']}", language), note=note)


def _person(con: duckdb.DuckDBPyConnection, number: int) -> str:
    rows = con.execute("SELECT person_id FROM link WHERE record_id = ?", [number]).fetchall()
    return str(rows[0][0]) if rows else ""


def _stored(
    con: duckdb.DuckDBPyConnection, left: int, right: int, values: Mapping[str, tuple[str, str]]
) -> Reasons | None:
    """The sum as it was published, when the pair was worth keeping; so what is told is what was decided on."""
    sides = {"low": min(left, right), "high": max(left, right)}
    rows = con.sql("FROM pair WHERE left_record_id = $low AND right_record_id = $high", params=sides).pl()
    if not rows.height:
        return None
    levels = con.sql("FROM comparison_level").pl() if columns_of(con, "comparison_level") else pl.DataFrame()
    if not levels.height:
        levels = comparison_levels(person_spec())
    return stored_reasons(rows.row(0, named=True), levels.to_dicts(), values)


def _scored(con: duckdb.DuckDBPyConnection, left: int, right: int, values: Mapping[str, tuple[str, str]]) -> Reasons:
    """The sum of a pair that was not kept, made again with the published model."""
    found = con.execute("SELECT run.as_of, model.document FROM model JOIN run USING (run_id)").fetchall()
    if not found:
        raise UsageError("The published database holds no linkage model to explain with.")
    as_of, document = found[0]
    frame = comparable(con, as_of)
    try:
        model = from_json(str(document), person_spec())
    except ValueError:
        raise PadanError("The published linkage model is of another version; run padan run first.") from None
    told = explain_pair(frame, person_spec(), model, left, right)
    steps = [
        Step(r.label_id, r.label_en, r.level_id, r.level_en, r.weight, values.get(r.comparison)) for r in told.reasons
    ]
    return reasons(told.prior_weight, steps, told.match_weight, told.probability)


def _thresholds(con: duckdb.DuckDBPyConnection) -> tuple[Threshold, ...]:
    """Those of the published run; those of padan when it kept none."""
    kept = con.sql("FROM match_threshold").pl() if columns_of(con, "match_threshold") else pl.DataFrame()
    rows = kept if kept.height else thresholds(LINK, REVIEW)
    known = rows.drop_nulls("match_weight").select("outcome", "match_weight")
    return tuple(Threshold(outcome, weight) for outcome, weight in known.iter_rows())  # a row an outcome


# --- values ----------------------------------------------------------------------------------------------------------


def _values(
    comparison: Comparison, sides: tuple[dict[str, Any], dict[str, Any]], show_values: bool
) -> tuple[str, str] | None:
    """What both records say in this comparison; nothing for a cross comparison, whose columns others show."""
    column = WRITTEN.get(comparison.column, comparison.column)
    if comparison.kind == "cross" or column not in sides[0]:
        return None
    left, right = (_shown(column, side[column], show_values or column in PLAIN) for side in sides)
    return left, right


def _shown(column: str, value: object, plainly: bool) -> str:
    if value is None:
        return form.DASH
    if isinstance(value, date):
        return form.short_date(value) if plainly else f"••-••-{value.year // 100:02d}••"
    text = str(value)
    if plainly:
        name = _place(column, text)
        return f"{name} ({text})" if name else text
    if text.isdigit():
        return form.mask(text)
    return " ".join(word[:1] + form.MASK * (len(word) - 1) for word in text.split(" "))


def _place(column: str, code: str) -> str:
    """The name of a village or regency; empty for anything else."""
    if column == "village_code":
        return village_names().get(code, "")
    if column == "regency_code":
        names: dict[str, str] = dict(regencies().select("regency_code", "regency_name").iter_rows())
        return names.get(code, "")
    return ""


# --- words and picture -----------------------------------------------------------------------------------------------


def _text(pair: Pair) -> str:
    told = pair.told
    numbers = [f"{number:+.1f}" if number else "0.0" for number in told.shown]
    chance = form.chance(told.probability).replace(",", ".").replace(form.NBSP, "")
    start = [[f"{plain('wf_start', one)}: {plain('wf_start_level', one)}" for one in ("id", "en")]]
    said = [[f"{s.label_id}: {s.level_id}", f"{s.label_en}: {s.level_en}"] for s in told.steps]
    total = [[f"{plain('wf_total', one)}: {plain('wf_chance', one, chance=chance)}" for one in ("id", "en")]]
    values = ["", *(" | ".join(step.values) if step.values else "" for step in told.steps), ""]
    quiet = [False, *(step.is_quiet for step in told.steps), False]
    rows = [
        ["0" if still else number, *both, shown]
        for number, still, both, shown in zip(numbers, quiet, start + said + total, values, strict=True)
    ]
    rows.insert(0, ["Bobot", "Alasan", "Reason", "Nilai / values"])
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [f"{row[0]:>{wide[0] + 1}}  {row[1]:<{wide[1]}}  {row[2]:<{wide[2]}}  {row[3]}".rstrip() for row in rows]
    lines.insert(-1, f" {'-' * wide[0]}")
    note = [plain("each_bit", "id"), plain("each_bit", "en")]
    return "\n".join([*_places(pair), "", *lines, "", *note, "", " / ".join(_verdict(pair)), *pair.decisions])


def _places(pair: Pair) -> list[str]:
    """Where the two records stand, a line each."""
    lines = []
    for side, person in zip(pair.sides, pair.people, strict=True):
        short = f"short_{side['source']}"
        source = plain(short) if short in words() else side["source"]
        place = f"{source}, {side['file']} baris {side['source_row']}"
        lines.append(f"Rekaman {side['record_id']}: {place}, orang {person}")
    return lines


def _verdict(pair: Pair) -> tuple[str, str]:
    """What was decided, and on what: in Indonesian and English."""
    least = {threshold.outcome: threshold.weight for threshold in pair.thresholds}
    likely = pair.told.total >= least.get("link", 0.0)
    if pair.people[0] == pair.people[1]:
        if likely:
            return "Kedua rekaman ditautkan sebagai satu orang.", "Linked as one person."
        return (
            "Kedua rekaman satu orang karena keduanya bertaut dengan rekaman lain.",
            "One person because both are linked with other records.",
        )
    if pair.kept_apart:
        return "Kedua rekaman dua orang menurut petugas.", "Two people, as an officer decided."
    if likely:
        return (
            "Kedua rekaman mirip, tetapi rekaman lain menunjukkan dua orang; perlu ditinjau petugas.",
            "Alike, but other records show two people; for an officer to review.",
        )
    if pair.told.total >= least.get("review", math.inf):
        return "Belum pasti: perlu ditinjau petugas.", "Not certain: for an officer to review."
    return "Kedua rekaman dua orang berbeda.", "Two different people."


def _draw(pair: Pair, picture: Path) -> None:
    verdict = _verdict(pair)
    caution = plain("confidential" if pair.masked else "book_private")
    drawn = waterfall(
        pair.told,
        "pair",
        pair.thresholds,
        broad=True,
        head=[verdict[0], verdict[1], *_places(pair)],
        foot=[plain("each_bit", "id"), plain("each_bit", "en"), caution],
    )
    text = as_page(drawn, verdict[0]) if picture.suffix.lower() == ".html" else as_file(drawn)
    try:
        picture.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"The picture {picture} cannot be written: {error.strerror}.") from None
