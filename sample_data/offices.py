"""The habits of each office, as `offices.toml` declares them: how it writes dates, sexes, codes and headings."""

import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from sample_data.common import rng_for, strings

DECLARED = Path(__file__).parent / "offices.toml"
# fmt: off
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
# fmt: on
EXCEL_DATE = "excel"


@dataclass(frozen=True)
class Care:
    """How an office multiplies the fault rates: typing slips, spreadsheet damage, out-of-date cards and villages.

    With `maternity` it enters infants before they have a name.
    """

    typing: float = 1.0
    sheet: float = 1.0
    stale: float = 1.0
    maternity: bool = False


@dataclass(frozen=True)
class Office:
    """How one office writes; the keys are explained in `offices.toml`."""

    date: str
    sex: tuple[str, str]
    headings: str
    delimiter: str
    care: Care
    encoding: str = "utf-8"
    newline: str = "\n"
    title_case: bool = False
    code_dots: bool = False
    rt: str = "001"
    short_jobs: bool = False
    relation: str = "words"
    titles: int = 0
    footer: bool = False
    repeat: int = 0
    recap: bool = False


@cache
def _declared() -> dict[str, Any]:
    return tomllib.loads(DECLARED.read_text(encoding="utf-8"))


def _made(habits: dict[str, Any]) -> Office:
    names = {field.name for field in fields(Care)}
    care = Care(**{name: value for name, value in habits.items() if name in names})
    other = {name: value for name, value in habits.items() if name not in names}
    return Office(**{**other, "sex": tuple(habits["sex"])}, care=care)


def office(name: str) -> Office:
    """The office that sends a file of the whole province: province, health, bill, labour or deaths."""
    return _made(_declared()[name])


def registers(seed: int) -> tuple[Office, ...]:
    """The offices of the eight regencies; which has which habits follows from the seed."""
    habits = _declared()["register"]
    return tuple(_made(habits[number]) for number in rng_for(seed, "offices").permutation(len(habits)).tolist())


def as_text(office_: Office) -> Office:
    """The same office sending text: what a register too large for a workbook becomes."""
    date = "%d/%m/%Y" if office_.date == EXCEL_DATE else office_.date
    return office_ if office_.delimiter else replace(office_, delimiter=";", date=date)


def as_workbook(office_: Office) -> Office:
    """The same office sending a workbook."""
    return office_ if not office_.delimiter else replace(office_, delimiter="", titles=3, footer=True)


def heading(name: str, style: str) -> str:
    """A declared heading in an office's style."""
    other: dict[str, str] = _declared()["headings"].get(style, {})
    if style == "as_declared":
        return name
    if style == "lower":
        return name.lower()
    if style == "title":
        return " ".join(word if len(word) <= 3 else word.title() for word in name.split("_"))
    return other.get(name, name.replace("_", " "))


def dates(values: pl.Series, style: str) -> pl.Series:
    """Dates in an office's style; empty where unknown. A true Excel date stays a date."""
    if style == EXCEL_DATE:
        return values
    if style not in ("long", "short"):
        return values.dt.strftime(style).fill_null("")
    month = strings(MONTHS if style == "long" else SHORT_MONTHS).gather(
        values.dt.month().cast(pl.Int64).fill_null(1) - 1
    )
    if style == "short":
        return (values.dt.strftime("%d-") + month + values.dt.strftime("-%y")).fill_null("")
    day, year = values.dt.day().cast(pl.String), values.dt.year().cast(pl.String)
    return (day + " " + month + " " + year).fill_null("")


def sexes(values: pl.Series, office_: Office) -> pl.Series:
    """1 woman, 0 man, -1 empty, in an office's codes."""
    return strings((*office_.sex, "")).gather(values.cast(pl.Int64) % 3)


def names(values: pl.Series, office_: Office) -> pl.Series:
    """Names in capitals, or as typed; an office on cp1252 types a curly apostrophe."""
    text = values if office_.title_case else values.str.to_uppercase()
    return text.str.replace_all("'", "\u2019") if office_.encoding == "cp1252" else text


def codes(values: pl.Series, office_: Office) -> pl.Series:
    """Village codes, with dots where the office writes them."""
    if not office_.code_dots:
        return values
    return values.str.replace(r"^(\d\d)(\d\d)(\d\d)(\d{4})$", "${1}.${2}.${3}.${4}")


def blocks(values: pl.Series, office_: Office) -> pl.Series:
    """RT or RW numbers."""
    return values.cast(pl.String).str.zfill(len(office_.rt))
