"""Reference tables: the regions of Indonesia (Kemendagri codes without dots) and their former codes.

The tables lie in `schemas/reference/regions/`, with their licence in ATTRIBUTION.md.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import polars as pl

REGIONS = Path(__file__).parent / "reference" / "regions"


def _read(name: str) -> pl.DataFrame:
    return pl.read_csv(REGIONS / name, infer_schema=False)


@cache
def provinces() -> pl.DataFrame:
    """The 38 provinces: `province_code` (2 digits), `province_name`, `bps_code` (of 2020), `since`."""
    return _read("provinces.csv")


@cache
def regencies() -> pl.DataFrame:
    """The 514 regencies and cities: `regency_code` (4 digits), `regency_name`, `bps_code` (of 2020), `since` (date as
    text: when it got this code, null: before any list here), `province_code`."""
    return _below(_read("regencies.csv"), "regency_code", province_code=2)


@cache
def districts() -> pl.DataFrame:
    """The districts: `district_code` (6 digits), `district_name`, `bps_code` (7 digits, of 2020), `regency_code`."""
    return _below(_read("districts.csv"), "district_code", regency_code=4)


@cache
def villages() -> pl.DataFrame:
    """The villages: `village_code` (10 digits), `village_name`, `bps_code` (10 digits, of 2020; null: no certain
    bridge), `district_code`, `regency_code`."""
    return _below(_read("villages.csv.gz"), "village_code", district_code=6, regency_code=4)


def _below(table: pl.DataFrame, code: str, **parents: int) -> pl.DataFrame:
    """A table with the codes of its parents, which are its own first digits."""
    return table.with_columns(pl.col(code).str.slice(0, size).alias(name) for name, size in parents.items())


@cache
def history() -> pl.DataFrame:
    """Codes that were replaced: `old_code` (4 digits; 2: any regency under that number), `new_code` (null: no single
    successor), `regency_name`, `until` (date as text; null: still met), `basis`, `mark` (F found in public material, K
    general knowledge)."""
    return _read("history.csv")


@cache
def former_codes() -> pl.DataFrame:
    """Every former regency, district and village code: `old_code`, `new_code` (null: no certain successor)."""
    regencies_ = history().filter(pl.col("old_code").str.len_chars() == 4)
    return pl.concat([table.select("old_code", "new_code") for table in (regencies_, _read("former_codes.csv.gz"))])


@cache
def bps_codes() -> pl.DataFrame:
    """The bridge: `bps_code` (4, 7 or 10 digits, BPS 2020) and today's Kemendagri `code` (4, 6, 10 digits)."""
    levels = ((regencies(), "regency_code"), (districts(), "district_code"), (villages(), "village_code"))
    return pl.concat([table.select("bps_code", code=name).drop_nulls() for table, name in levels])


@cache
def region_codes() -> pl.Series:
    """Every code in force, without dots (String): provinces (2 digits), regencies (4), districts (6), villages (10)."""
    tables = (provinces(), regencies(), districts(), villages())
    return pl.concat([table.to_series(0).alias("code") for table in tables])


@cache
def former_regencies() -> dict[str, str]:
    """Former regency code -> the code that replaced it, both 4 digits."""
    moved = history().filter(pl.col("new_code").is_not_null())
    return dict(zip(moved["old_code"], moved["new_code"], strict=True))


@cache
def nik_prefixes() -> Mapping[str, date | None]:
    """First digits with which a NIK can begin, and the day until which new ones were given (null: to this day).

    Every present regency (4 digits) without an end, every former one with its end; a prefix of 2 digits stands for any
    regency of that number. A NIK keeps the code of the place that issued it for life, so former codes stay (DOMAIN §2).
    """
    ends = history().select("old_code", pl.col("until").str.to_date("%Y-%m-%d")).rows()
    return MappingProxyType({**dict.fromkeys(regencies()["regency_code"]), **dict(ends)})
