"""Reference tables: the regions of Indonesia (Kemendagri codes without dots) and their former codes.

The tables lie in `schemas/reference/regions/`, with their licence in ATTRIBUTION.md.
"""

from functools import cache
from pathlib import Path

import polars as pl

REGIONS = Path(__file__).parent / "reference" / "regions"


def _read(name: str) -> pl.DataFrame:
    return pl.read_csv(REGIONS / name, infer_schema=False)


@cache
def provinces() -> pl.DataFrame:
    """The 38 provinces: `province_code` (2 digits), `province_name`."""
    return _read("provinces.csv")


@cache
def regencies() -> pl.DataFrame:
    """The 514 regencies and cities: `regency_code` (4 digits), `regency_name`, `province_code`."""
    return _read("regencies.csv")


@cache
def districts() -> pl.DataFrame:
    """The districts: `district_code` (6 digits), `district_name`, `regency_code`."""
    return _read("districts.csv")


@cache
def villages() -> pl.DataFrame:
    """The villages: `village_code` (10 digits), `village_name`, `district_code`, `regency_code`."""
    code = pl.col("village_code")
    return _read("villages.csv.gz").with_columns(
        code.str.slice(0, 6).alias("district_code"), code.str.slice(0, 4).alias("regency_code")
    )


@cache
def history() -> pl.DataFrame:
    """Codes that were replaced: `old_code`, `new_code` (null: no successor), `regency_name`, `until` (year),
    `basis`, `mark` (F found in public material, K general knowledge)."""
    return _read("history.csv")


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
def nik_prefixes() -> frozenset[str]:
    """First digits with which a NIK can begin: every present and former province (2 digits) and regency (4 digits).

    A NIK keeps the code of the place that issued it for life, so former codes stay (DOMAIN §2). With the
    two-digit prefixes in the set, a regency that this table does not know is still accepted.
    """
    old = history()["old_code"]
    codes = [*provinces()["province_code"], *regencies()["regency_code"], *old]
    return frozenset(codes) | frozenset(code[:2] for code in codes)
