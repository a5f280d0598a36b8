"""What the values of a column look like: for each look the share of the filled cells that have it.

Pure; nothing here decides what a column is, and no value leaves the module.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

import polars as pl

from flows.region_lookup import region_table
from matchers.standardise.codes import standardise_decile, standardise_money, standardise_sex
from matchers.standardise.dates import parse_dates_in_order
from matchers.standardise.nik import standardise_nik
from matchers.standardise.regions import bare_names, regency_of_name, standardise_region
from matchers.standardise.text import lossless_digits
from matchers.standardise.vocabulary import (
    standardise_jamsostek_segment,
    standardise_jamsostek_status,
    standardise_jkn_segment,
    standardise_jkn_status,
    standardise_life_status,
    standardise_relation,
)
from schemas import reference

# Women's numbers have 40 added to the day: a NIK column has many such, one of family cards none.
SOME_WOMEN = 0.05
FEW_KINDS = 12  # a coded column has at most so many different values
ROWS_A_CODE = 5  # and so many rows for each, or they are no codes but a short list of anything
LEAST_MONEY = 1000
SOME_DECILES = 4  # different values; fewer small numbers may be anything
_STATUSES = (standardise_life_status, standardise_jkn_status, standardise_jamsostek_status)


def looks(column: pl.Series, as_of: date) -> Mapping[str, float]:
    """The looks of a column of texts: name of the look -> share of its filled cells. Empty when nothing is filled."""
    text = column.str.strip_chars()
    text = text.filter(text.fill_null("") != "")
    if text.is_empty():
        return {}
    few = text.n_unique() <= min(FEW_KINDS, text.len() / ROWS_A_CODE)
    return {
        **_numbers(text),
        **_places(text),
        "date": _date(text, as_of),
        "sex": _share(standardise_sex(text, _one_file(text))) if text.n_unique() <= 6 else 0.0,
        "decile": _share(standardise_decile(text)) if text.n_unique() >= SOME_DECILES else 0.0,
        "status": max(_share(rule(text)) for rule in _STATUSES) if few else 0.0,
        "segment": max(_share(standardise_jkn_segment(text)), _share(standardise_jamsostek_segment(text)))
        if few
        else 0.0,
        "relation": _share(standardise_relation(text)) if few else 0.0,
        "name": _name(text),
        "code": 1.0 if few else 0.0,
    }


def codes_of(column: pl.Series) -> list[str]:
    """The different values of a coded column, for a person to give each its meaning; none when there are many or long
    ones, which may be personal."""
    filled = column.str.strip_chars().drop_nulls()
    values = sorted(set(filled.to_list()) - {""})
    few = len(values) <= min(FEW_KINDS, filled.len() / ROWS_A_CODE)
    return values if few and all(len(value) <= 12 for value in values) else []


def date_pattern(column: pl.Series) -> str | None:
    """The pattern of dates that do not stand as day, month, year, where every date fits it and some fit no other; None
    where the order is the usual one or does not show."""
    filled = column.str.strip_chars().drop_nulls()
    filled = filled.filter(filled != "")
    parts = filled.str.extract_groups(r"^(\d{1,4})([-/.])(\d{1,2})([-/.])(\d{1,4})$").struct.unnest()
    first, mark, second, other, third = parts.get_columns() if filled.len() else [filled] * 5
    if not filled.len() or first.null_count() or mark.n_unique() > 1 or not mark.equals(other):
        return None
    sizes = (first.str.len_chars().max(), third.str.len_chars().min(), third.str.len_chars().max())
    year_first = sizes[0] == 4 and first.str.len_chars().min() == 4 and sizes[2] == 2
    if not year_first and (sizes[0] != 2 or sizes[1] != sizes[2] or sizes[1] not in (2, 4)):
        return None
    month, day = (third, second) if year_first else (first, second)
    months, days = month.cast(pl.Int64), day.cast(pl.Int64)
    if not ((months.is_between(1, 12)).all() and days.is_between(1, 31).all() and (days > 12).any()):
        return None
    pieces = ("%Y", "%d", "%m") if year_first else ("%m", "%d", "%Y" if sizes[1] == 4 else "%y")
    return str(mark[0]).join(pieces)


def part(mask: pl.Series) -> float:
    """The share of a column for which something holds; 0 of an empty one."""
    return int(mask.fill_null(False).sum()) / mask.len() if mask.len() else 0.0


def _share(read: pl.Series) -> float:
    return part(read.is_not_null())


def _one_file(text: pl.Series) -> pl.Series:
    return pl.repeat("a", text.len(), dtype=pl.String, eager=True)


def _numbers(text: pl.Series) -> dict[str, float]:
    digits = lossless_digits(text)["digits"]
    size = digits.str.len_chars().fill_null(0)
    nothing = pl.Series([None] * text.len())
    status = standardise_nik(text, nothing.cast(pl.Date), nothing.cast(pl.String), reference.nik_prefixes())
    well_formed = part(status["nik_status"] == "valid")
    sixteen = part(size == 16)
    women = part((size == 16) & digits.str.slice(6, 2).is_between(pl.lit("41"), pl.lit("71")))
    numbers = digits.cast(pl.Int64, strict=False)
    money = standardise_money(text)
    return {
        "nik": well_formed if women > SOME_WOMEN else 0.5 * well_formed,
        "kk": sixteen if women <= SOME_WOMEN else 0.3 * sixteen,
        "card": part(size == 13),
        "kpj": part(size == 11),
        "money": part(money >= LEAST_MONEY) if sixteen == 0 else 0.0,
        "counter": part(numbers.diff() == 1),
        "small": part(numbers.is_between(0, 999)),
    }


def _places(text: pl.Series) -> dict[str, float]:
    table = region_table()
    read = standardise_region(text, table, _one_file(text))
    known = read["basis"].is_in(["code", "former", "bps"]).fill_null(False)
    bare = bare_names(text)
    villages, districts = _place_names()
    letters = text.str.contains(r"\p{L}")
    return {
        "village": part(known & read["village_code"].is_not_null()),
        "region": part(known & read["regency_code"].is_not_null()),
        "village_name": part(letters & bare.is_in(villages.implode())),
        "district_name": part(letters & bare.is_in(districts.implode())),
        "regency_name": _share(regency_of_name(text, table.regencies)),
    }


@cache
def _place_names() -> tuple[pl.Series, pl.Series]:
    table = region_table()
    return bare_names(table.villages["village_name"]).unique(), bare_names(table.districts["district_name"]).unique()


def _date(text: pl.Series, as_of: date) -> float:
    """Readable dates that are written as such: a whole number may be anything."""
    written = text.str.contains(r"^\d{1,4}[-/. ]\p{L}*\d*\p{L}*[-/. ]\d{2,4}") | text.str.contains(r"^(19|20)\d{6}$")
    read = parse_dates_in_order(text, _one_file(text), as_of)["date"]
    return part(written & read.is_not_null())


def _name(text: pl.Series) -> float:
    """Words without digits, mostly different from row to row, and often more than one."""
    wordy = text.str.contains(r"^[\p{L}][\p{L}\p{M} .,'`/()-]{2,59}$")
    several = part(text.str.contains(r"\S\s+\S"))
    distinct = text.n_unique() / text.len()
    return part(wordy) * min(1.0, distinct * 1.5) * (1.0 if several > 0.3 else 0.5)
