"""Whose file it is: the province, or a regency by the codes in its rows or by its name."""

import re
from functools import cache

import polars as pl

from flows.reading import Reading
from flows.region_lookup import region_table
from matchers.standardise.regions import standardise_region

CODE_SAMPLE = 200_000  # rows whose codes vote; a majority does not need more
_KIND_WORDS = ("kabupaten", "kab", "kota")


def find_owner(reading: Reading, file_name: str, province: str) -> str | None:
    """The code of the office a file belongs to; None when nothing tells.

    A layout of province scope belongs to the province. Else the majority of the codes in the rows decides,
    codes of this province before others, then a code or a regency's name in the file name.
    """
    if reading.layout is None:
        return None
    if reading.layout.scope == "province":
        return province
    codes = regency_codes(reading)
    inside = [code for code in codes if code.startswith(province)]
    named = regency_of_name(file_name, province)
    return next(iter((*inside, *((named,) if named else ()), *codes)), None)


def regency_codes(reading: Reading) -> list[str]:
    """Regency codes (4 digits) of the rows by the layout's owner columns, the most frequent first."""
    if reading.frame is None or reading.layout is None:
        return []
    columns = {column.field: column for column in reading.layout.columns}
    for field in reading.layout.owner:
        written = reading.frame.lazy().select(field).head(CODE_SAMPLE).collect()[field]
        said = pl.repeat(columns[field].coding, written.len(), dtype=pl.String, eager=True)
        codes = standardise_region(written, region_table(), coding=said)["regency_code"].drop_nulls()
        counted = codes.to_frame("code").group_by("code").len().sort("len", "code", descending=[True, False])
        if counted.height:
            return counted["code"].to_list()
    return []


def regency_of_name(file_name: str, province: str | None) -> str | None:
    """The regency a file name tells of, by code (`dinsos_3601.csv`, `36.01`) or by name (`kota-serang.xlsx`).

    With a province only its regencies count, else those of the whole country.
    """
    known = {code: words for code, words in _regencies().items() if province is None or code.startswith(province)}
    for first, second in re.findall(r"(?<!\d)(\d{2})[._-]?(\d{2})(?!\d)", file_name):
        if first + second in known or (not known and first == province):
            return str(first + second)
    words = re.findall(r"[a-z]+", file_name.lower())
    joined = "".join(words)
    matched = [
        (len(name), is_city == ("kota" in words), code) for code, (name, is_city) in known.items() if name in joined
    ]
    # The longest name wins; "Kota" or its absence tells a city from the regency of the same name.
    return max(matched, key=lambda item: (item[0], item[1], -int(item[2])))[2] if matched else None


@cache
def _regencies() -> dict[str, tuple[str, bool]]:
    """Code -> (name without its kind and spaces, whether it is a city)."""
    from schemas.reference import regencies  # noqa: PLC0415 - read only when a file's rows do not tell

    found = {}
    for code, name in regencies().select("regency_code", "regency_name").iter_rows():  # a row a regency
        words = re.findall(r"[a-z]+", str(name).lower())
        kept = [word for word in words if word not in _KIND_WORDS]
        if kept:
            found[str(code)] = ("".join(kept), "kota" in words)
    return found
