"""padan explain: why two records of the published database are, or are not, one person, in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from flows.matching import comparable, person_spec
from flows.publish import open_published
from matchers.explain import Explanation, explain_pair
from matchers.model import from_json
from schemas.errors import PadanError, UsageError

# What is shown of each side beside a comparison; the NIK's date is part of the NIK.
VALUES = {
    "birth_date": "birth_date",
    "nik": "nik",
    "card": "card",
    "name": "name",
    "sex": "sex",
    "kk": "kk",
    "village": "village_code",
    "regency": "regency_code",
    "birth_place": "birth_place",
}
# Not personal by themselves: shown as they are.
PLAIN = {"sex", "village", "regency"}


def explain(output: Path, left: int, right: int, show_values: bool = False) -> str:
    """Text for an officer: where the two records stand, each comparison with its level and weight, the sum.

    Values are masked unless `show_values`. Raises UsageError when a record does not exist.
    """
    if left == right:
        raise UsageError("Give two different record numbers to explain.")
    with open_published(output) as con:
        sides = [_record(con, number) for number in (left, right)]
        people = [_person(con, number) for number in (left, right)]
        found = _model(con)
        if found is None:
            raise UsageError("The published database holds no linkage model to explain with.")
        as_of, document = found
        frame = comparable(con, as_of)
    try:
        model = from_json(document, person_spec())
    except ValueError:
        raise PadanError("The published linkage model is of another version; run padan run first.") from None
    explanation = explain_pair(frame, person_spec(), model, left, right)
    return _text(sides, people, explanation, show_values)


def _record(con: duckdb.DuckDBPyConnection, number: int) -> dict[str, object]:
    found = con.execute("SELECT * FROM record WHERE record_id = ?", [number])
    names = [column[0] for column in found.description or []]
    rows = found.fetchall()
    if not rows:
        raise UsageError(f"There is no record {number} in the published database.")
    return dict(zip(names, rows[0], strict=True))


def _person(con: duckdb.DuckDBPyConnection, number: int) -> str:
    rows = con.execute("SELECT person_id FROM link WHERE record_id = ?", [number]).fetchall()
    return str(rows[0][0]) if rows else ""


def _model(con: duckdb.DuckDBPyConnection) -> tuple[date, str] | None:
    rows = con.execute("SELECT run.as_of, model.document FROM model JOIN run USING (run_id)").fetchall()
    return (rows[0][0], str(rows[0][1])) if rows else None


def _text(sides: list[dict[str, object]], people: list[str], explanation: Explanation, show_values: bool) -> str:
    lines = []
    for side, person in zip(sides, people, strict=True):
        lines.append(
            f"Rekaman {side['record_id']}: {side['source']}, {side['file']} baris {side['source_row']}, orang {person}"
        )
    lines.append("")
    lines.append(f"{'Pembanding':<32}{'Tingkat':<28}{'Bobot':>8}   Nilai")
    lines.append(f"{'(awal / prior)':<60}{explanation.prior_weight:>+8.1f}")
    for reason in explanation.reasons:
        shown = _values(reason.comparison, sides, show_values)
        lines.append(f"{reason.label_id:<32}{reason.level_id:<28}{reason.weight:>+8.1f}   {shown}".rstrip())
    lines.append(f"{'Jumlah bobot / match weight':<60}{explanation.match_weight:>+8.1f}")
    lines.append(f"{'Peluang satu orang / probability':<60}{explanation.probability:>8.1%}")
    lines.append("")
    lines.append(_verdict(people, explanation))
    return "\n".join(lines)


def _verdict(people: list[str], explanation: Explanation) -> str:
    if people[0] == people[1]:
        if explanation.probability >= 0.5:
            return "Kedua rekaman ditautkan sebagai satu orang. / Linked as one person."
        return (
            "Kedua rekaman satu orang karena keduanya bertaut dengan rekaman lain. "
            "/ One person because both are linked with other records."
        )
    if explanation.probability >= 0.5:
        return (
            "Kedua rekaman mirip, tetapi rekaman lain menunjukkan dua orang. "
            "/ Alike, but other records show two people."
        )
    return "Kedua rekaman dua orang berbeda. / Two different people."


def _values(comparison: str, sides: list[dict[str, object]], show_values: bool) -> str:
    column = VALUES.get(comparison)
    if column is None:
        return ""
    shown = [_shown(side[column], show_values or comparison in PLAIN) for side in sides]
    return f"{shown[0]} | {shown[1]}"


def _shown(value: object, plainly: bool) -> str:
    if value is None:
        return "–"
    text = str(value)
    if plainly:
        return text
    if text.isdigit():
        return f"{text[:4]}{'•' * max(len(text) - 8, 4)}{text[-4:]}" if len(text) > 8 else "•" * len(text)
    return " ".join(word[:1] + "•" * (len(word) - 1) for word in text.split(" "))
