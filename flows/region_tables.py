"""Make the region reference (`schemas/reference/regions/`) from three npm packages; run when one has a new release.

    python -m flows.region_tables FOLDER

FOLDER holds the unpacked packages `idn-area-data`, `geografis` and `daerah-indonesia` (ATTRIBUTION.md says which
release of each, under which licence). Nothing is guessed: a former code or a BPS code gets its present Kemendagri code
only where exactly one village, or district, answers to the same names; the others stay without one.
`history.csv` and `former_districts_2012.csv` are kept by hand and only read here.
"""

import gzip
import json
import sys
from pathlib import Path

import polars as pl

from matchers.standardise.regions import plain_names
from schemas.reference import REGIONS, history

# BPS regencies that changed their name, or are spelt otherwise, in the Kemendagri list of 2020: BPS -> Kemendagri.
RENAMED = {"6411": "6411", "7108": "7109", "7309": "7310", "7503": "7504", "7605": "7601", "8101": "8103"}
UNTIL = "2022-11-09"  # Kepmendagri 100.1.1-6117/2022, the first list after the one of 2020 that geografis holds
PROVINCE, REGENCY, DISTRICT, VILLAGE = 2, 4, 6, 10


def make(folder: Path) -> None:
    """Write provinces, regencies, districts, villages and former codes from the packages in `folder`."""
    now = _current(folder / "idn-area-data")
    then = _list_of_2020(folder / "geografis")
    former = _former(then, now)
    bps = _bps(folder / "daerah-indonesia", then)
    today = dict(former.drop_nulls("new_code").select("old_code", "new_code").rows())
    bridged = bps.with_columns(code=pl.col("code").replace(today)).select("code", "bps_code")
    known = pl.concat(now.values())["code"]
    bridged = bridged.filter(pl.col("code").is_in(known.implode()))
    bridged = bridged.unique("code", keep="none").unique("bps_code", keep="none")  # one place, one code, both ways
    since = dict(history().drop_nulls("new_code").select("new_code", "until").rows())
    since |= {code[:PROVINCE]: day for code, day in since.items()}
    for name, table in now.items():
        full = table.join(bridged, on="code", how="left", maintain_order="left")
        if name in ("province", "regency"):
            full = full.with_columns(since=pl.col("code").replace_strict(since, default=None, return_dtype=pl.String))
        _write(REGIONS / f"{_plural(name)}.csv", full.rename({"code": f"{name}_code", "name": f"{name}_name"}))
    _write(REGIONS / "former_codes.csv", former.filter(pl.col("old_code").str.len_chars() > REGENCY))


def _plural(name: str) -> str:
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


def _current(folder: Path) -> dict[str, pl.DataFrame]:
    """The present areas by level: `code` without dots, `name`."""
    found = {}
    for level, file in (("province", "provinces"), ("regency", "regencies"), ("district", "districts")):
        found[level] = _area(folder / "package" / "data" / f"{file}.csv")
    found["village"] = _area(folder / "package" / "data" / "villages.csv")
    return found


def _area(file: Path) -> pl.DataFrame:
    code = pl.col("code").str.replace_all(".", "", literal=True)
    return pl.read_csv(file, infer_schema=False).select(code, "name").sort("code")


def _list_of_2020(folder: Path) -> pl.DataFrame:
    """The areas of Permendagri 72/2019 (revised 2020): `code, village, district, regency`, the names plain."""
    rows = json.loads((folder / "package" / "data" / "json" / "data.json").read_text(encoding="utf-8"))
    table = pl.DataFrame([{name: row[name] for name in ("code", "village", "district", "city")} for row in rows])
    return table.select(
        code=pl.col("code").str.replace_all(".", "", literal=True),
        name="village",
        district_name="district",
        village=plain_names(table["village"]),
        district=plain_names(table["district"]),
        regency=_regency_names(table["city"]),
    )


def _regency_names(names: pl.Series) -> pl.Series:
    """Plain names that still tell a city from the regency of its name."""
    kind = names.str.to_uppercase().str.extract("^(KOTA|KABUPATEN) ")
    own = plain_names(names.str.to_uppercase().str.replace("^(KOTA|KABUPATEN) (ADMINISTRASI )?", ""))
    return pl.select(pl.concat_str(kind, own, separator=" ")).to_series()


def _former(then: pl.DataFrame, now: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """District and village codes that are no more: `old_code, new_code, name, until, source`, and the regencies'."""
    regencies = history().filter(pl.col("old_code").str.len_chars() == REGENCY)
    moved = dict(regencies.select("old_code", "new_code").rows())
    gone = then.filter(~pl.col("code").is_in(now["village"]["code"].implode())).with_columns(
        in_regency=pl.col("code").str.slice(0, REGENCY).replace(moved)
    )
    places = now["village"].select(
        village_code="code",
        district_code=pl.col("code").str.slice(0, DISTRICT),
        in_regency=pl.col("code").str.slice(0, REGENCY),
        village=plain_names(now["village"]["name"]),
    )
    names = now["district"].select(district_code="code", district=plain_names(now["district"]["name"]))
    places = places.join(names, on="district_code", how="left")
    fresh = places.filter(~pl.col("village_code").is_in(then["code"].implode()))
    villages = _answered(gone, [(places, ["in_regency", "district", "village"]), (fresh, ["in_regency", "village"])])
    districts = _former_districts(then, names, moved)
    old_2012 = pl.read_csv(REGIONS / "former_districts_2012.csv", comment_prefix="#", infer_schema=False)
    source = pl.lit("geografis 1.3.2 against idn-area-data 4.0.1")
    parts = [
        regencies.select("old_code", "new_code", pl.col("regency_name").alias("name"), "until", source=pl.col("basis")),
        old_2012,
        districts.with_columns(until=pl.lit(UNTIL), source=source),
        villages.select(old_code="code", new_code="answer", name="name").with_columns(
            until=pl.lit(UNTIL), source=source
        ),
    ]
    return pl.concat(parts).sort("old_code")


def _former_districts(then: pl.DataFrame, names: pl.DataFrame, moved: dict[str, str]) -> pl.DataFrame:
    listed = then.select(
        old_code=pl.col("code").str.slice(0, DISTRICT),
        in_regency=pl.col("code").str.slice(0, REGENCY).replace(moved),
        name="district_name",
        district="district",
    ).unique("old_code")
    gone = listed.filter(~pl.col("old_code").is_in(names["district_code"].implode()))
    places = names.with_columns(in_regency=pl.col("district_code").str.slice(0, REGENCY), village_code="district_code")
    found = _answered(gone, [(places, ["in_regency", "district"])])
    return found.select("old_code", new_code="answer", name="name")


def _answered(asked: pl.DataFrame, ways: list[tuple[pl.DataFrame, list[str]]]) -> pl.DataFrame:
    """`asked` with `answer`: the code of the one place that has the same names, by the first way that gives one."""
    answer = pl.lit(None, pl.String)
    for number, (places, keys) in enumerate(ways):
        one = places.group_by(keys).agg(pl.col("village_code").first().alias(f"way{number}"), n=pl.len())
        asked = asked.join(one.filter(pl.col("n") == 1).drop("n"), on=keys, how="left", maintain_order="left")
        # Two that ask by the same names cannot both be the one place.
        alone = pl.len().over(keys) == 1
        answer = pl.coalesce(answer, pl.when(alone).then(f"way{number}"))
    answered = asked.with_columns(answer=answer)
    return answered.with_columns(answer=pl.when(pl.len().over("answer") == 1).then("answer"))


def _bps(folder: Path, then: pl.DataFrame) -> pl.DataFrame:
    """BPS codes of 2020 with the Kemendagri code of 2020 at every level: `bps_code, code`."""
    levels = {}
    for level in ("provinsi", "kabupaten", "kecamatan", "kelurahan"):
        rows = json.loads((folder / "package" / "data" / f"{level}.json").read_text(encoding="utf-8"))
        levels[level] = pl.DataFrame([{"bps_code": str(row["id"]), "name": row["nama"]} for row in rows])
    by_regency = then.select("regency", code=pl.col("code").str.slice(0, REGENCY)).unique()
    regencies = (
        levels["kabupaten"]
        .with_columns(regency=_regency_names(levels["kabupaten"]["name"]))
        .join(by_regency, on="regency", how="left")
        .select("bps_code", code=pl.coalesce(pl.col("bps_code").replace_strict(RENAMED, default=None), "code"))
    )
    districts, villages = _bps_districts_and_villages(levels, regencies, then)
    provinces = regencies.select(
        pl.col("bps_code").str.slice(0, PROVINCE), pl.col("code").str.slice(0, PROVINCE)
    ).unique()
    return pl.concat([provinces, regencies, districts, villages]).drop_nulls()


def _bps_districts_and_villages(
    levels: dict[str, pl.DataFrame], regencies: pl.DataFrame, then: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """By name within the regency; a district spelt otherwise is the one that most of its villages are found in."""
    home = regencies.rename({"bps_code": "in_bps", "code": "in_regency"})
    places = then.select(
        village_code="code",
        in_district=pl.col("code").str.slice(0, DISTRICT),
        in_regency=pl.col("code").str.slice(0, REGENCY),
        village="village",
        district="district",
    )
    kecamatan = levels["kecamatan"].with_columns(
        in_bps=pl.col("bps_code").str.slice(0, REGENCY), district=plain_names(levels["kecamatan"]["name"])
    )
    named = places.select("in_regency", "district", village_code="in_district").unique()
    districts = _answered(kecamatan.join(home, on="in_bps"), [(named, ["in_regency", "district"])])
    kelurahan = levels["kelurahan"].with_columns(
        in_bps=pl.col("bps_code").str.slice(0, REGENCY),
        bps_district=pl.col("bps_code").str.slice(0, 7),
        village=plain_names(levels["kelurahan"]["name"]),
    )
    asked = kelurahan.join(home, on="in_bps")
    in_district = districts.select(bps_district="bps_code", in_district="answer")
    first = _answered(
        asked.join(in_district, on="bps_district", how="left"),
        [(places, ["in_district", "village"]), (places, ["in_regency", "village"])],
    )
    in_district = in_district.join(_by_majority(first), on="bps_district", how="left").select(
        "bps_district", pl.coalesce("in_district", "most").alias("in_district")
    )
    in_district = in_district.with_columns(in_district=pl.when(pl.len().over("in_district") == 1).then("in_district"))
    villages = _answered(
        asked.join(in_district, on="bps_district", how="left"),
        [(places, ["in_district", "village"]), (places, ["in_regency", "village"])],
    )
    return (
        in_district.select(bps_code="bps_district", code="in_district"),
        villages.select("bps_code", code="answer"),
    )


def _by_majority(villages: pl.DataFrame) -> pl.DataFrame:
    """The Kemendagri district that more than half of a BPS district's villages were found in."""
    votes = villages.drop_nulls("answer").group_by("bps_district", most=pl.col("answer").str.slice(0, DISTRICT)).len()
    share = pl.col("len") / pl.col("len").sum().over("bps_district")
    return votes.filter(share > 1 / 2).select("bps_district", "most")


def _write(file: Path, table: pl.DataFrame) -> None:
    """CSV; compressed, without a time stamp, when it is a large one."""
    text = table.write_csv().encode()
    if table.height > 5000 and "district" not in file.name:
        Path(f"{file}.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    else:
        file.write_bytes(text)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
