"""The grades of files, declared in schemas/quality/grades.toml: what A, B, C, D and E ask for, with their sentences."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.errors import UsageError

FILE = Path(__file__).parent / "quality" / "grades.toml"
GRADES = ("A", "B", "C", "D", "E", "F")
REFUSED = "F"
_WORDS = ("name", "reason_id", "reason_en", "because")


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of a file's rows, `of` / `among`, and the least share that each grade from A to D asks for."""

    name: str
    of: str
    among: str
    at_least: Mapping[str, float]
    reason_id: str
    reason_en: str

    def grade(self, share: float) -> str:
        """The best grade whose least share is reached; E when none is."""
        return next((grade for grade, least in self.at_least.items() if share >= least), "E")


@dataclass(frozen=True, slots=True)
class Cap:
    """The best grade a file can have of which something is said."""

    name: str
    grade: str
    reason_id: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class Rules:
    """The measures, and the caps by name, in the order of the file."""

    measures: tuple[Measure, ...]
    caps: Mapping[str, Cap]


@cache
def load_grades(path: Path = FILE) -> Rules:
    """Read the declaration; raises UsageError naming the measure or cap that is incomplete or out of order."""
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    measures = tuple(_measure(row) for row in declared.get("measure", ()))
    caps = {row["name"]: _cap(row) for row in declared.get("cap", ())}
    return Rules(measures, MappingProxyType(caps))


def _words(row: Mapping[str, Any]) -> str:
    """The name of a declared row, sure that nothing is left out of it."""
    name = str(row.get("name", "without a name"))
    if missing := [word for word in _WORDS if not str(row.get(word, "")).strip()]:
        raise UsageError(f"grades.toml, {name}: {missing[0]} is missing")
    return name


def _measure(row: Mapping[str, Any]) -> Measure:
    name, steps = _words(row), dict(row.get("at_least", {}))
    shares = list(steps.values())
    if tuple(steps) != GRADES[:4] or shares != sorted(shares, reverse=True) or not all(0 < s <= 1 for s in shares):
        raise UsageError(f"grades.toml, {name}: at_least must give A, B, C and D falling shares of at most 1")
    for word in ("of", "among"):
        if word not in row:
            raise UsageError(f"grades.toml, {name}: {word} is missing")
    return Measure(name, row["of"], row["among"], MappingProxyType(steps), row["reason_id"], row["reason_en"])


def _cap(row: Mapping[str, Any]) -> Cap:
    name = _words(row)
    if row.get("grade") not in GRADES[:5]:
        raise UsageError(f"grades.toml, {name}: grade must be one of A to E")
    return Cap(name, row["grade"], row["reason_id"], row["reason_en"])
