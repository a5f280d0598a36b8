"""The declared expectations: one suite a kind, one TOML file a suite, in `schemas/expectations/`.

A file holds `title_id`, `title_en` and a list of `[[expectation]]` tables:

=============  ==========================================================================================
field          meaning
=============  ==========================================================================================
id             the expectation's name, unique in its suite; it stands in `validation` and `quarantine`
type           the Great Expectations class (one of `TYPES`)
column(s)      `column = "nik"` or `columns = ["a", "b"]` (a pair is A, B), as the type asks; for a table-wide
               type or `UnexpectedRowsExpectation`, `columns` only names what the reader should look at
args           the type's own arguments; for `UnexpectedRowsExpectation`, `where`: an SQL condition that is
               true for the rows that are wrong
mostly         the share of the evaluated rows that must comply (default 1)
when, given    only rows where these columns have these values; where these columns are not null
severity       `critical`: the run is held when it fails; `error`: the rows that break it are quarantined;
               `warning`: counted and reported
marks          false: the rows of this warning are not kept one by one, because other expectations name them closer
scope          `kind` (default): judged over all files together; `file`: a critical one that any single file fails
reason_id/_en  what is wrong, in words for an officer
correct_id/_en what to do about it
because        why the threshold or the severity is what it is (required for critical, error, and mostly < 1)
=============  ==========================================================================================
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from schemas.errors import UsageError

FOLDER = Path(__file__).parent / "expectations"

Severity = Literal["critical", "error", "warning"]
Scope = Literal["kind", "file"]
Shape = Literal["column", "pair", "columns", "rows", "table"]
Value = str | int | float | bool | date
Name = TypeVar("Name", bound=str)

SEVERITIES: tuple[Severity, ...] = ("critical", "error", "warning")
SCOPES: tuple[Scope, ...] = ("kind", "file")

# Row-level shapes say which rows break them; `table` judges the table as a whole.
ROW_SHAPES: frozenset[Shape] = frozenset({"column", "pair", "columns", "rows"})


@dataclass(frozen=True, slots=True)
class Type:
    """A Great Expectations class we use: its shape, the arguments it must and may have."""

    shape: Shape
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


def _type(shape: Shape, required: str = "", optional: str = "") -> Type:
    return Type(shape, frozenset(required.split()), frozenset(optional.split()))


TYPES: Mapping[str, Type] = MappingProxyType(
    {
        "ExpectTableRowCountToBeBetween": _type("table", "min_value", "max_value"),
        "ExpectTableColumnsToMatchSet": _type("table", "column_set exact_match"),
        "ExpectColumnDistinctValuesToContainSet": _type("table", "value_set"),
        "ExpectColumnValuesToNotBeNull": _type("column"),
        "ExpectColumnValuesToBeNull": _type("column"),
        "ExpectColumnValuesToMatchRegex": _type("column", "regex"),
        "ExpectColumnValuesToNotMatchRegex": _type("column", "regex"),
        "ExpectColumnValuesToBeInSet": _type("column", "value_set"),
        "ExpectColumnValuesToNotBeInSet": _type("column", "value_set"),
        "ExpectColumnValuesToBeBetween": _type("column", "", "min_value max_value strict_min strict_max"),
        "ExpectColumnValueLengthsToEqual": _type("column", "value"),
        "ExpectColumnValueLengthsToBeBetween": _type("column", "", "min_value max_value"),
        "ExpectColumnValuesToBeUnique": _type("column"),
        "ExpectColumnPairValuesAToBeGreaterThanB": _type("pair", "", "or_equal"),
        "ExpectColumnPairValuesToBeEqual": _type("pair"),
        "ExpectCompoundColumnsToBeUnique": _type("columns"),
        "UnexpectedRowsExpectation": _type("rows", "where"),
    }
)

# Types of shape `table` that are nevertheless about one column.
COLUMN_AGGREGATES = frozenset({"ExpectColumnDistinctValuesToContainSet"})

_WORDS = ("reason_id", "reason_en", "correct_id", "correct_en")
_FIELDS = frozenset(
    {
        "id",
        "type",
        "column",
        "columns",
        "args",
        "mostly",
        "when",
        "given",
        "severity",
        "scope",
        "because",
        "marks",
        *_WORDS,
    }
)


@dataclass(frozen=True, slots=True)
class Expectation:
    """One declared expectation of a kind; see the module's table for the fields."""

    id: str
    kind: str
    type: str
    columns: tuple[str, ...]
    args: Mapping[str, Any]
    mostly: float
    when: Mapping[str, Value]
    given: tuple[str, ...]
    severity: Severity
    scope: Scope
    reason_id: str
    reason_en: str
    correct_id: str
    correct_en: str
    because: str
    marks: bool = True

    @property
    def shape(self) -> Shape:
        """What the expectation judges: a column, a pair, several columns, rows or the table."""
        return TYPES[self.type].shape

    @property
    def column_name(self) -> str:
        """The columns concerned, comma separated, as `validation.column_name` holds them."""
        return ", ".join(self.columns)

    @property
    def needs(self) -> tuple[str, ...]:
        """Every column the staged table must have for this expectation to be evaluated."""
        return tuple(dict.fromkeys((*self.columns, *self.when, *self.given)))


@dataclass(frozen=True, slots=True)
class Suite:
    """The expectations of one kind, in the order of the file."""

    kind: str
    title_id: str
    title_en: str
    expectations: tuple[Expectation, ...]


@cache
def load_suites(folder: Path = FOLDER) -> Mapping[str, Suite]:
    """Every suite of the folder by kind (the file's stem), in alphabetical order.

    Raises UsageError naming the file, and the expectation's id where there is one.
    """
    suites = {path.stem: load_suite(path) for path in sorted(folder.glob("*.toml"))}
    if not suites:
        raise UsageError("there is no expectation suite (*.toml) in the expectations folder")
    return MappingProxyType(suites)


def load_suite(path: Path) -> Suite:
    """One suite from its file; raises UsageError naming the file and the expectation's id."""
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} is not valid TOML: {error}") from None
    unknown = declared.keys() - {"title_id", "title_en", "expectation"}
    if unknown:
        raise UsageError(f"{path.name}: unknown field {min(unknown)!r}")
    titles = {name: declared.get(name) for name in ("title_id", "title_en")}
    rows = declared.get("expectation", [])
    if not isinstance(rows, list) or not rows:
        raise UsageError(f"{path.name}: no [[expectation]] is declared")
    expectations = tuple(_expectation(path, number, row) for number, row in enumerate(rows, start=1))
    ids = [expectation.id for expectation in expectations]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise UsageError(f"{path.name}: the id {repeated[0]!r} is declared twice")
    for name, title in titles.items():
        if not isinstance(title, str) or not title.strip():
            raise UsageError(f"{path.name}: {name} is missing")
    return Suite(path.stem, str(titles["title_id"]), str(titles["title_en"]), expectations)


def _expectation(path: Path, number: int, row: Mapping[str, Any]) -> Expectation:
    """One `[[expectation]]` table, checked; `number` names one that has no id."""
    name = row.get("id")
    where = f"{path.name}, expectation {name!r}" if isinstance(name, str) else f"{path.name}, no. {number}"
    try:
        return _checked(path.stem, row)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _checked(kind: str, row: Mapping[str, Any]) -> Expectation:
    """The expectation, or ValueError with what is wrong with it."""
    _known_fields(row)
    args = row.get("args", {})
    expectation = Expectation(
        id=_text(row, "id"),
        kind=kind,
        type=_one_of(row, "type", tuple(TYPES)),
        columns=_columns(row),
        args=MappingProxyType({key: _frozen(value) for key, value in args.items()}),
        mostly=_mostly(row),
        when=MappingProxyType(dict(row.get("when", {}))),
        given=tuple(row.get("given", ())),
        severity=_one_of(row, "severity", SEVERITIES),
        scope=_one_of({"scope": "kind", **row}, "scope", SCOPES),
        because=str(row.get("because", "")).strip(),
        marks=_flag(row, "marks"),
        **{word: _text(row, word) for word in _WORDS},
    )
    _check_arguments(expectation)
    _check_sense(expectation)
    return expectation


def _known_fields(row: Mapping[str, Any]) -> None:
    unknown = row.keys() - _FIELDS
    if unknown:
        raise ValueError(f"unknown field {min(unknown)!r}")
    for name in ("args", "when"):
        if not isinstance(row.get(name, {}), dict):
            raise ValueError(f"{name} must be a table of names and values")
    for name in ("columns", "given"):
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise ValueError(f"{name} must be a list of column names")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} is missing")
    return value.strip()


def _one_of(row: Mapping[str, Any], name: str, allowed: tuple[Name, ...]) -> Name:
    value = row.get(name)
    for choice in allowed:
        if value == choice:
            return choice
    raise ValueError(f"{name} must be one of {', '.join(allowed)}")


def _flag(row: Mapping[str, Any], name: str) -> bool:
    value = row.get(name, True)
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false")
    return value


def _columns(row: Mapping[str, Any]) -> tuple[str, ...]:
    if "column" not in row:
        return tuple(row.get("columns", ()))
    if "columns" in row:
        raise ValueError("column and columns cannot both be given")
    return (_text(row, "column"),)


def _mostly(row: Mapping[str, Any]) -> float:
    value = row.get("mostly", 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError("mostly must be a share above 0 and at most 1")
    return float(value)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_arguments(expectation: Expectation) -> None:
    """Arguments and columns as the type asks for them."""
    kind = TYPES[expectation.type]
    given = expectation.args.keys()
    if missing := kind.required - given:
        raise ValueError(f"{expectation.type} needs the argument {min(missing)!r}")
    if unknown := given - kind.required - kind.optional:
        raise ValueError(f"{expectation.type} has no argument {min(unknown)!r}")
    one_column = kind.shape == "column" or expectation.type in COLUMN_AGGREGATES
    count = len(expectation.columns)
    if one_column and count != 1:
        raise ValueError(f"{expectation.type} is about one column")
    if kind.shape == "pair" and count != 2:
        raise ValueError(f"{expectation.type} is about two columns, A and B")
    if kind.shape == "columns" and count < 2:
        raise ValueError(f"{expectation.type} is about two columns or more")
    condition = str(expectation.args.get("where", ""))
    if ":" in condition or ";" in condition:
        # SQLAlchemy would take `:name` for a parameter; cast(x as t) and \p{L} do without.
        raise ValueError("where must hold neither ':' nor ';'")


def _check_sense(expectation: Expectation) -> None:
    """What a severity, a share or a scope asks of the rest of the declaration."""
    row_level = expectation.shape in ROW_SHAPES
    if expectation.severity == "error" and not row_level:
        raise ValueError("severity error quarantines rows, so it needs a type that judges rows")
    if expectation.mostly < 1 and expectation.shape in ("rows", "table"):
        raise ValueError(f"{expectation.type} has no mostly")
    if (expectation.when or expectation.given) and expectation.shape in ("rows", "table"):
        raise ValueError(f"{expectation.type} takes neither when nor given")
    if expectation.scope == "file" and (expectation.severity != "critical" or not row_level):
        raise ValueError("scope file is for a critical expectation of a type that judges rows")
    if (expectation.severity != "warning" or expectation.mostly < 1) and not expectation.because:
        raise ValueError("because is missing: say why the severity and the threshold are right")
