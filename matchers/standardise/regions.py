"""Region codes: Kemendagri digits without dots (2, 4, 6, 10), from codes of either system and from names (DOMAIN §2).

Kemendagri codes are 2.2.2.4, those of BPS 2.2.3.3; both have ten digits at village level. A Kemendagri village number
begins with 1, 2 or 3, so the seventh digit tells the systems apart: BPS districts are numbered by tens.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from matchers.standardise.text import lossless_digits, map_distinct, map_values, words

# A file is read as BPS-coded when more than this share of its village codes can only be that.
BPS_FILE = 0.5


@dataclass(frozen=True)
class RegionTable:
    """What is known about regions.

    villages: `village_code, village_name, district_code, regency_code`; districts: `district_code, district_name,
    regency_code`; regencies: `regency_code, regency_name, province_code`; former: former regency code -> present code.
    """

    villages: pl.DataFrame
    districts: pl.DataFrame
    regencies: pl.DataFrame
    former: Mapping[str, str]


def standardise_region(raw: pl.Series, table: RegionTable, file: pl.Series | None = None) -> pl.DataFrame:
    """Codes of a village, district or regency as written -> `village_code` (10 digits) and `regency_code` (4 digits).

    Former regency codes become today's. A ten-digit code in Kemendagri form that the table does not know is kept, for
    it may be newer than the table; a BPS village code names no Kemendagri village, so only its regency is kept, where
    the two systems agree on it. A regency written by name is looked up. file: which file a row is of; a file of BPS
    codes is found by it.
    """
    read = map_distinct(raw, lambda values: _codes(values, table))
    frame = read.with_columns(file=file if file is not None else pl.lit(0))
    habits = frame.group_by("file").agg(bps_file=pl.col("looks_bps").mean() > BPS_FILE)
    frame = frame.join(habits, on="file", how="left", maintain_order="left", nulls_equal=True)
    full = pl.col("size") == 10
    bps = pl.col("looks_bps").fill_null(False) | (full & pl.col("bps_file").fill_null(False))
    # The two systems number regencies alike, except in NTT (53) and all of Papua (91-97).
    comparable = ~pl.col("differs") | ~(bps | (pl.col("size") == 7))
    return frame.select(
        village_code=pl.when(full & ~bps).then("code"),
        regency_code=pl.coalesce(pl.when(comparable).then("regency"), "named"),
    )


def _codes(values: pl.Series, table: RegionTable) -> pl.DataFrame:
    """`code` with today's regency, its `regency` when known, its `size`, `looks_bps`, `differs`, and `named`."""
    digits = lossless_digits(values)["digits"]
    frame = pl.DataFrame({"digits": digits, "named": regency_of_name(values, table.regencies)})
    old, size = pl.col("digits").str.slice(0, 4), pl.col("digits").str.len_chars()
    code = pl.concat_str(old.replace(dict(table.former)), pl.col("digits").str.slice(4))
    regency = code.str.slice(0, 4)
    known = regency.is_in(table.regencies["regency_code"].to_list()) & size.is_between(4, 10)
    seventh = pl.col("digits").str.slice(6, 1)
    return frame.select(
        code=pl.when(known).then(code),
        regency=pl.when(known).then(regency),
        size=size,
        looks_bps=pl.when(size == 10).then(~seventh.is_in(["1", "2", "3"])),
        differs=pl.col("digits").str.contains("^(?:53|9)"),
        named="named",
    )


def village_by_name(village: pl.Series, district: pl.Series, regency: pl.Series, table: RegionTable) -> pl.Series:
    """Village codes from the names of village, district and regency; null unless exactly one village answers.

    Never from a village's name alone: 151 names repeat within Banten. regency: a name, or a code of four digits.
    """
    place = table.villages.join(table.districts, on="district_code", how="left", maintain_order="left")
    reference = pl.DataFrame(
        {
            "village": _plain(place["village_name"]),
            "district": _plain(place["district_name"]),
            "regency": place["regency_code"],
            "village_code": place["village_code"],
        }
    )
    keys = ["village", "district", "regency"]
    one = reference.group_by(keys).agg(pl.col("village_code").first(), n=pl.len()).filter(pl.col("n") == 1)
    named = map_values(regency, lambda values: regency_of_name(values, table.regencies))
    asked = pl.DataFrame(
        {
            "village": map_values(village, _plain),
            "district": map_values(district, _plain),
            "regency": pl.select(pl.coalesce(regency.str.extract("^([0-9]{4})$"), named)).to_series(),
        }
    )
    return asked.join(one, on=keys, how="left", maintain_order="left")["village_code"]


def regency_of_name(values: pl.Series, regencies: pl.DataFrame) -> pl.Series:
    """Regency codes from names (`KAB. LEBAK`, `Kota Serang`, `Lebak`); a bare name shared by both is the kabupaten."""
    known = pl.DataFrame(
        {"plain": _plain(regencies["regency_name"]), "city": _is_city(regencies["regency_name"])}
    ).with_columns(code=regencies["regency_code"])
    # Sorted so that a kabupaten stands before the kota of its name.
    bare = known.sort("city", "code").unique("plain", keep="first", maintain_order=True)
    asked = pl.DataFrame({"plain": _plain(values), "city": _is_city(values), "said": _says_kind(values)})
    exact = asked.join(known, on=["plain", "city"], how="left", maintain_order="left")["code"]
    loose = asked.join(bare.select("plain", loose="code"), on="plain", how="left", maintain_order="left")["loose"]
    answer = pl.coalesce(exact, pl.when(~asked["said"]).then(loose))
    return pl.select(answer.alias("out"))["out"]


_KIND = (
    "^(?:KABUPATEN|KAB|KOTAMADYA|KODYA|KOTA|KECAMATAN|KEC|KELURAHAN|KEL|DESA|DS|DISTRIK|KAMPUNG|GAMPONG|NAGARI)"
    " (?:ADM(?:INISTRASI)? )?"
)


def _plain(values: pl.Series) -> pl.Series:
    """A place's name without its kind and without spaces, KEP. written out."""
    text = words(values.rename("text")).str.replace(_KIND, "")
    return text.str.replace(r"\bKEP\b", "KEPULAUAN").str.replace(r"\bPEG\b", "PEGUNUNGAN").str.replace_all(" ", "")


def _is_city(values: pl.Series) -> pl.Series:
    return words(values.rename("text")).str.contains("^(?:KOTAMADYA|KODYA|KOTA) ")


def _says_kind(values: pl.Series) -> pl.Series:
    return words(values.rename("text")).str.contains("^(?:KABUPATEN|KAB|KOTAMADYA|KODYA|KOTA) ")
