"""Region codes: Kemendagri digits without dots (2, 4, 6, 10), from codes of either system and from names (DOMAIN §2).

Kemendagri codes are 2.2.2.4, those of BPS 2.2.3.3; both have ten digits at village level. The same digits may be a
place in both systems, so a file decides: it is coded in the system in which more of its codes exist. A Kemendagri
village number begins with 1, 2 or 3, which tells the systems apart where no table knows a code: BPS districts are
numbered by tens.
"""

from dataclasses import dataclass
from functools import cache

import polars as pl

from matchers.standardise.text import lossless_digits, map_distinct, map_values, words

KEMENDAGRI, BPS = "kemendagri", "bps"
_SIZES = (4, 6, 7, 10)


@dataclass(frozen=True, eq=False)  # by identity, so that what is derived from a table can be kept
class RegionTable:
    """What is known about regions.

    villages: `village_code, village_name, district_code, regency_code`; districts: `district_code, district_name,
    regency_code`; regencies: `regency_code, regency_name, province_code`; former: `old_code, new_code` (null: without a
    certain successor) of 4, 6 and 10 digits; bps: `bps_code` (4, 7, 10 digits) and its present Kemendagri `code`.
    """

    villages: pl.DataFrame
    districts: pl.DataFrame
    regencies: pl.DataFrame
    former: pl.DataFrame
    bps: pl.DataFrame


def count_codings(raw: pl.Series, table: RegionTable, file: pl.Series) -> pl.DataFrame:
    """By file: how many codes speak for each system (`file, bps, own`); counts of parts of a file can be added up."""
    return _votes(map_distinct(raw, lambda values: _codes(values, table)).with_columns(file=file))


def _votes(read: pl.DataFrame) -> pl.DataFrame:
    return read.group_by("file").agg(
        bps=pl.col("bps_form").sum().cast(pl.Int64), own=pl.col("own_form").sum().cast(pl.Int64)
    )


def standardise_region(
    raw: pl.Series,
    table: RegionTable,
    file: pl.Series | None = None,
    coding: pl.Series | None = None,
    counts: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Codes of a village, district or regency as written -> today's codes.

    raw: String. file: which file a row is of; a file of BPS codes is found by how many exist in each system.
    coding: `kemendagri` or `bps` where the layout says so, null where the file decides. counts: of `count_codings` over
    the whole files, where these rows are only parts of them.

    Out: `village_code` (10 digits), `regency_code` (4 digits) and `basis`: how the place was found. `code` as written,
    `former` a code that was replaced, `bps` through the bridge, `unknown` a code that no table has (in Kemendagri form
    it is kept, for it may be newer than the tables), `name` a regency by name; null where nothing can be read.
    """
    read = map_distinct(raw, lambda values: _codes(values, table))
    rows = {"file": file if file is not None else pl.lit(0), "said": coding if coding is not None else pl.lit(None)}
    frame = read.with_columns(**rows)
    votes = counts if counts is not None else _votes(frame)
    votes = votes.select("file", bps_file=pl.col("bps") > pl.col("own"))
    frame = frame.join(votes, on="file", how="left", maintain_order="left", nulls_equal=True)
    bps_file = pl.coalesce(pl.col("said") == BPS, "bps_file").fill_null(False)
    # What cannot be a Kemendagri code is of BPS in any file.
    bps = (bps_file | pl.col("only_bps")).fill_null(False)
    own = {name: pl.col(name) for name in ("village", "regency", "basis")}
    bridged = {name: pl.col(f"bps_{name}") for name in own}
    village, regency, basis = (pl.when(bps).then(bridged[name]).otherwise(own[name]) for name in own)
    return frame.select(
        village_code=village,
        regency_code=pl.coalesce(regency, "named"),
        basis=pl.coalesce(basis, pl.when(pl.col("named").is_not_null()).then(pl.lit("name"))),
    )


def _codes(values: pl.Series, table: RegionTable) -> pl.DataFrame:
    """What each value is in either system, and for which system it speaks (`own_form`, `bps_form`, `only_bps`)."""
    digits = lossless_digits(values)["digits"]
    frame = pl.DataFrame({"digits": digits, "named": regency_of_name(values, table.regencies)})
    frame = frame.join(_own(table), on="digits", how="left", maintain_order="left")
    frame = frame.join(_bridge(table), on="digits", how="left", maintain_order="left")
    size = pl.col("digits").str.len_chars()
    full, readable = size == 10, size.is_in(_SIZES)
    village_form = pl.col("digits").str.slice(6, 1).is_in(["1", "2", "3"])
    in_own, in_bps = pl.col("basis").is_not_null(), pl.col("bps_basis").is_not_null()
    # Known to neither table: the form is all there is to go by, and the regency that its first digits name.
    place = pl.col("digits").str.slice(0, 4)
    today = place.replace(dict(_moved_regencies(table)))
    known = today.is_in(table.regencies["regency_code"].implode())
    bridged = place.replace_strict(dict(_bridged_regencies(table)), default=None, return_dtype=pl.String)
    frame = frame.with_columns(
        only_bps=((size == 7) | (full & ~village_form)) & ~in_own,
        own_form=(in_own & ~in_bps) | (~in_own & ~in_bps & full & village_form & known),
        bps_form=(in_bps & ~in_own) | (~in_own & ~in_bps & ((size == 7) | (full & ~village_form))),
    )
    unknown = pl.lit("unknown")
    newer = full & village_form & known & (today == place)
    return frame.select(
        "named",
        "only_bps",
        "own_form",
        "bps_form",
        village=pl.coalesce("village", pl.when(~in_own & newer).then("digits")),
        regency=pl.coalesce("regency", pl.when(~in_own & readable & known & ~pl.col("only_bps")).then(today)),
        basis=pl.coalesce("basis", pl.when(readable).then(unknown)),
        bps_village="bps_village",
        bps_regency=pl.coalesce("bps_regency", pl.when(readable).then(bridged)),
        bps_basis=pl.coalesce("bps_basis", pl.when(readable).then(unknown)),
    )


@cache
def _own(table: RegionTable) -> pl.DataFrame:
    """Every present and former Kemendagri code: `digits, village, regency, basis`."""
    present = pl.concat(
        [table.regencies["regency_code"], table.districts["district_code"], table.villages["village_code"]]
    )
    codes = pl.DataFrame({"digits": present, "today": present}).with_columns(basis=pl.lit("code"))
    old = table.former.select(digits="old_code", today="new_code", basis=pl.lit("former"))
    both = pl.concat([codes, old]).unique("digits", keep="first", maintain_order=True)
    regency = pl.coalesce(
        pl.col("today").str.slice(0, 4), pl.col("digits").str.slice(0, 4).replace(dict(_moved_regencies(table)))
    )
    village = pl.when(pl.col("today").str.len_chars() == 10).then("today")
    return both.select("digits", village=village, regency=regency, basis="basis")


@cache
def _bridge(table: RegionTable) -> pl.DataFrame:
    """Every BPS code with the Kemendagri place: `digits, bps_village, bps_regency, bps_basis`."""
    village = pl.when(pl.col("code").str.len_chars() == 10).then("code")
    return table.bps.select(
        digits="bps_code", bps_village=village, bps_regency=pl.col("code").str.slice(0, 4), bps_basis=pl.lit("bps")
    )


@cache
def _moved_regencies(table: RegionTable) -> list[tuple[str, str]]:
    regencies = table.former.filter((pl.col("old_code").str.len_chars() == 4) & pl.col("new_code").is_not_null())
    return regencies.select("old_code", "new_code").rows()


@cache
def _bridged_regencies(table: RegionTable) -> list[tuple[str, str]]:
    return table.bps.filter(pl.col("bps_code").str.len_chars() == 4).select("bps_code", "code").rows()


def village_by_name(village: pl.Series, district: pl.Series, regency: pl.Series, table: RegionTable) -> pl.DataFrame:
    """Village codes from names, within one regency.

    regency: a name, or a code of four digits. A district that is given must fit; without one the village's name must be
    the only one of its regency (151 names repeat within Banten, DOMAIN §6). Nothing is accepted that is merely alike.

    Out: `village_code` and `basis`: `name`, `ambiguous` (several villages answer), `not_found` (none does), or null
    where there is no village or no regency to look in.
    """
    named = map_values(regency, lambda values: regency_of_name(values, table.regencies))
    asked = pl.DataFrame(
        {
            "village": map_values(village, plain_names),
            "bare": map_values(village, bare_names),
            "district": map_values(district, bare_names),
            "regency": pl.select(pl.coalesce(regency.str.extract("^([0-9]{4})$"), named)).to_series(),
        }
    ).with_columns(district=pl.when(pl.col("district") != "").then("district"))
    places = _named_places(table)
    answers = []
    for name in ("village", "bare"):  # as written first: `Kampung Baru` may be a name, or a kind and a name
        for number, keys in enumerate((["regency", "district", name], ["regency", name])):
            counted = places.group_by(keys).agg(pl.col("village_code").first().alias("found"), n=pl.len())
            found = asked.join(counted, on=keys, how="left", maintain_order="left")
            usable = pl.col("district").is_null() if number else pl.col("district").is_not_null()
            answers.append(found.select(pl.when(usable).then("found"), pl.when(usable).then("n")))
    return _one_answer(asked, answers)


@cache
def _named_places(table: RegionTable) -> pl.DataFrame:
    districts = table.districts.select("district_code", district=bare_names(table.districts["district_name"]))
    return table.villages.select(
        "village_code",
        "district_code",
        regency="regency_code",
        village=plain_names(table.villages["village_name"]),
        bare=bare_names(table.villages["village_name"]),
    ).join(districts, on="district_code", how="left", maintain_order="left")


def _one_answer(asked: pl.DataFrame, answers: list[pl.DataFrame]) -> pl.DataFrame:
    """The first way that any village answers decides: one is the village, several are ambiguous."""
    frame = pl.concat(
        [asked, *(a.rename({"found": f"f{i}", "n": f"n{i}"}) for i, a in enumerate(answers))], how="horizontal"
    )
    code, count = pl.lit(None, pl.String), pl.lit(None, pl.UInt32)
    for number in range(len(answers)):
        code = pl.when(count.is_null()).then(pl.col(f"f{number}")).otherwise(code)
        count = pl.coalesce(count, pl.col(f"n{number}"))
    can_ask = pl.col("village").fill_null("").ne("") & pl.col("regency").is_not_null()
    basis = (
        pl.when(count == 1)
        .then(pl.lit("name"))
        .when(count > 1)
        .then(pl.lit("ambiguous"))
        .otherwise(pl.lit("not_found"))
    )
    return frame.select(village_code=pl.when(count == 1).then(code), basis=pl.when(can_ask).then(basis))


def regency_of_name(values: pl.Series, regencies: pl.DataFrame) -> pl.Series:
    """Regency codes from names (`KAB. LEBAK`, `Kota Serang`, `Lebak`); a bare name shared by both is the kabupaten."""
    known = pl.DataFrame(
        {"plain": _regency_names(regencies["regency_name"]), "city": _is_city(regencies["regency_name"])}
    ).with_columns(code=regencies["regency_code"])
    # Sorted so that a kabupaten stands before the kota of its name.
    bare = known.sort("city", "code").unique("plain", keep="first", maintain_order=True)
    asked = pl.DataFrame({"plain": _regency_names(values), "city": _is_city(values), "said": _says_kind(values)})
    exact = asked.join(known, on=["plain", "city"], how="left", maintain_order="left")["code"]
    loose = asked.join(bare.select("plain", loose="code"), on="plain", how="left", maintain_order="left")["loose"]
    answer = pl.coalesce(exact, pl.when(~asked["said"]).then(loose))
    return pl.select(answer.alias("out"))["out"]


_REGENCY_KIND = "^(?:KABUPATEN|KAB|KOTAMADYA|KODYA|KOTA) (?:ADM(?:INISTRASI)? )?"
_LOCAL_KIND = (
    "^(?:KECAMATAN|KEC|DISTRIK|KELURAHAN|KEL|DESA|DS|KAMPUNG|KAMP|GAMPONG|NAGARI|PEKON|DESA KELURAHAN)(?: ADAT)? "
)


def plain_names(values: pl.Series) -> pl.Series:
    """Place names in capitals without marks and spaces, KEP. and PEG. written out."""
    return _joined(words(values.rename("text")))


def bare_names(values: pl.Series) -> pl.Series:
    """`plain_names` of districts and villages without their kind: `Kec. Maja` and `MAJA` agree."""
    return _joined(words(values.rename("text")).str.replace(_LOCAL_KIND, ""))


def _regency_names(values: pl.Series) -> pl.Series:
    return _joined(words(values.rename("text")).str.replace(_REGENCY_KIND, ""))


def _joined(text: pl.Series) -> pl.Series:
    written_out = text.str.replace(r"\bKEP\b", "KEPULAUAN").str.replace(r"\bPEG\b", "PEGUNUNGAN")
    return written_out.str.replace_all(" ", "")


def _is_city(values: pl.Series) -> pl.Series:
    return words(values.rename("text")).str.contains("^(?:KOTAMADYA|KODYA|KOTA) ")


def _says_kind(values: pl.Series) -> pl.Series:
    return words(values.rename("text")).str.contains("^(?:KABUPATEN|KAB|KOTAMADYA|KODYA|KOTA) ")
