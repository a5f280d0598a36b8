"""The answer for the classes of identity, data, region, status and family (docs/findings_people.md), a slow reference.

As in `truth.py`: computed from the rows that were written and can be read, with their true person; it knows nothing of
how mismatches came about. These classes are about what the registers say, so it looks at the identity that each row
shows; names are held against each other in padan's standard form, which the classes name. ID09 and ID12 have no answer:
the first lacks its source, the second is the matcher's own doubt.
"""

import math
from datetime import date

import polars as pl
from rapidfuzz.distance import JaroWinkler

from matchers.standardise.names import standardise_names
from matchers.standardise.nik import NEW_CODE_LATE
from sample_data import offices
from sample_data.common import Bools, months_before
from sample_data.households import HEAD, SPOUSE
from sample_data.offices import Office
from sample_data.people import World
from schemas import reference

RANK = {
    **{"province": 1, "regency": 2, "bpjs_kesehatan": 3, "decree": 4, "bpjs_ketenagakerjaan": 5},
    **{"bpjs_kesehatan_bill": 6, "civil_deaths": 7, "letters": 8, "roster": 9},
}
WITH_FAMILY_CARD = ("province", "regency", "bpjs_kesehatan")
WITH_SEX = (*WITH_FAMILY_CARD, "bpjs_ketenagakerjaan", "roster")
WITH_VILLAGE = ("province", "regency", "decree", "letters", "roster")
NAMES_ALIKE, HOLDERS_ALIKE = 0.88, 0.85
OLDEST, NEWBORN_MONTHS = 110, 3
# Of a file's NIKs so many may end in 0000, a serial that the office did not know, and in 000, 00, 0 by chance.
ZEROS_BY_CHANCE = {4: 0.02, 3: 0.001, 2: 0.01, 1: 0.1}
LEAST_CHANCE = 1e-4
Frames = dict[str, pl.DataFrame]


def shown(who: pl.DataFrame, office: Office, world: World) -> list[pl.Series]:
    """What the identity columns of a file's rows say (`sample_data.identity`), as columns `said_...`."""
    places = world.places.villages[who["village"].to_numpy()]
    return [
        who["nik"].str.replace_all(r"^'|\s|\.0$", "").alias("said_nik"),
        who["kk"].alias("said_kk"),
        offices.names(who["name"], office).alias("said_name"),
        who["birth_date"].alias("said_birth"),
        who["sex"].replace_strict({0: "L", 1: "P"}, default=None, return_dtype=pl.String).alias("said_sex"),
        who["role"].alias("said_role"),
        places["village_code"].alias("said_village"),
        places["owner"].cast(pl.Int64).alias("said_owner"),
    ]


def findings(written: Frames, marks: dict[str, Bools], as_of: date) -> pl.DataFrame:
    """All findings of these classes: code, person; one line a person and code.

    written: by kind, the readable rows with `shown` columns; marks: `State.marks`.
    """
    every = _rows(written)
    rows = every.filter(pl.col("source") != "bpjs_kesehatan_bill")
    found = {**_numbers(written, rows), **_values(rows, every), **_odd(rows, written["province"], marks, as_of)}
    found |= {**_payers(written, rows), **_status(written, rows), **_families(written, every, as_of)}
    parts = [
        pl.DataFrame({"person": people.unique()}).select(pl.lit(code).alias("code"), pl.col("person").cast(pl.Int64))
        for code, people in found.items()
    ]
    return pl.concat(parts).sort("code", "person")


def _rows(written: Frames) -> pl.DataFrame:
    """Every row in the order of registers, with status of the NIK, `life` and standard name."""
    life = {
        "province": pl.when("dead").then(pl.lit("MENINGGAL")).otherwise(pl.lit("HIDUP")),
        "regency": pl.col("status"),
    }
    parts = [
        frame.select(
            *("person", "source", "owner", "file", "source_row", pl.col("^said_.*$")),
            life.get(kind, pl.lit(None, pl.String)).alias("life"),
        )
        for kind, frame in written.items()
    ]
    rows = pl.concat(parts).with_columns(
        rank=pl.col("source").replace_strict(RANK, return_dtype=pl.Int64),
        said_kk=pl.when(pl.col("source").is_in(WITH_FAMILY_CARD) & (pl.col("said_kk") != "")).then("said_kk"),
        said_sex=pl.when(pl.col("source").is_in(WITH_SEX)).then("said_sex"),
        said_village=pl.when(pl.col("source").is_in(WITH_VILLAGE)).then("said_village"),
    )
    rows = rows.sort("rank", "owner", "file", "source_row").with_row_index("number")
    standard = standardise_names(rows["said_name"])["name_std"]
    return rows.with_columns(standard.alias("name_std"), _nik_status(rows))


def _nik_status(rows: pl.DataFrame) -> pl.Series:
    """missing, damaged, malformed, birth, sex, both or valid, from the digits as shown and the row's own values."""
    nik = pl.col("said_nik")
    whole = nik.str.contains(r"^\d{16}$")

    def part(start: int, length: int) -> pl.Expr:
        return pl.when(whole).then(nik.str.slice(start, length)).cast(pl.Int64, strict=False)

    day, month, year = part(6, 2), part(8, 2), part(10, 2)
    plain = pl.when(day > 40).then(day - 40).otherwise(day)
    text = pl.format("{}-{}-{}", 2000 + year, month.cast(pl.String).str.zfill(2), plain.cast(pl.String).str.zfill(2))
    place = _known_place(nik) & (part(2, 2) > 0) & (part(4, 2) > 0)
    good = place & (part(12, 4) > 0) & text.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    born = pl.col("said_birth").dt
    birth = (plain != born.day()) | (month != born.month()) | (year != born.year() % 100)
    sex = (day > 40) != (pl.col("said_sex") == "P")
    status = (
        pl.when(nik.is_in(["", "0"]))
        .then(pl.lit("missing"))
        .when(nik.str.contains("E") | (whole & nik.str.ends_with("0000000")) | _tail_lost(rows))
        .then(pl.lit("damaged"))
        .when(~whole | (nik == pl.col("said_kk").fill_null("")) | ~good)
        .then(pl.lit("malformed"))
        .when(birth.fill_null(False))
        .then(pl.when(sex.fill_null(False)).then(pl.lit("both")).otherwise(pl.lit("birth")))
        .when(sex.fill_null(False))
        .then(pl.lit("sex"))
        .otherwise(pl.lit("valid"))
    )
    return rows.select(status.alias("nik_status"))["nik_status"]


def _tail_lost(rows: pl.DataFrame) -> pl.Expr:
    """Whether a NIK ends in zeros that a spreadsheet left: the habit is the file's, and shows in all of its numbers."""
    whole = rows.filter(pl.col("said_nik").str.contains(r"^\d{16}$") & ~pl.col("said_nik").str.ends_with("0000000"))
    cut = pl.lit(False)
    for (file,), mine in whole.group_by("file"):
        zeros = _zeros_left(mine["said_nik"])
        if zeros:
            cut |= (pl.col("file") == file) & pl.col("said_nik").str.contains(rf"^\d{{{16 - zeros}}}0{{{zeros}}}$")
    return cut


def _zeros_left(numbers: pl.Series) -> int:
    """From how many zeros at the end on a file's numbers are not to be believed; 0 where no more do than by chance.

    Longer tails explain the shorter ones. Serials count up from 0001, so no more sound numbers end in 0 than in 9.
    """
    found, explained = 0, 0
    for zeros, chance in ZEROS_BY_CHANCE.items():
        ending = int(numbers.str.ends_with("0" * zeros).sum())
        more = ending - explained
        beyond = _beyond_chance(more, len(numbers), chance)
        if zeros == 1:
            beyond |= _beyond_chance(more, more + int(numbers.str.ends_with("9").sum()), 0.5)
        found = zeros if beyond else found
        explained = ending if beyond or zeros == 4 else explained
    return found


def _beyond_chance(count: int, of: int, chance: float) -> bool:
    """Whether chance would give so many of so many less often than LEAST_CHANCE, by Chernoff's bound."""
    if not of or count / of <= chance:
        return False
    share = count / of
    divergence = share * math.log(share / chance)
    if share < 1:
        divergence += (1 - share) * math.log((1 - share) / (1 - chance))
    return of * divergence >= -math.log(LEAST_CHANCE)


def _known_place(nik: pl.Expr) -> pl.Expr:
    """Whether a NIK begins as those of a place that gave numbers when the person as shown could first get one."""
    born = pl.col("said_birth")
    known = [
        nik.str.starts_with(prefix) & ((born <= until + NEW_CODE_LATE).fill_null(True) if until else True)
        for prefix, until in reference.nik_prefixes().items()
    ]
    return pl.any_horizontal(known)


def _numbers(written: Frames, rows: pl.DataFrame) -> dict[str, pl.Series]:
    """ID01 to ID05, ID07, ID08, ID11."""

    def with_status(*status: str) -> pl.DataFrame:
        return rows.filter(pl.col("nik_status").is_in(status))

    valid = with_status("valid").group_by("person").agg(pl.col("said_nik").n_unique().alias("n"))
    cards = pl.concat([written[kind].select("person", number="card") for kind in ("bpjs_kesehatan", "decree")])
    # A number of fewer digits that does not begin with 0 has lost its zeros in a spreadsheet, and is restored.
    odd_card = (pl.col("number") != "") & ~pl.col("number").str.contains(r"^\d{13}$|^[1-9]\d{5,11}$")
    odd_kpj = pl.col("kpj").str.len_chars() != 11
    return {
        "ID01": with_status("missing")["person"],
        "ID02": with_status("malformed")["person"],
        "ID03": with_status("damaged")["person"],
        "ID04": with_status("birth", "both")["person"],
        "ID05": with_status("sex", "both")["person"],
        "ID07": _one_nik_two_people(with_status("valid", "birth", "sex", "both")),
        "ID08": valid.filter(pl.col("n") > 1)["person"],
        "ID11": pl.concat(
            [cards.filter(odd_card)["person"], written["bpjs_ketenagakerjaan"].filter(odd_kpj)["person"]]
        ),
    }


def _one_nik_two_people(rows: pl.DataFrame) -> pl.Series:
    shared = rows.filter(pl.col("person").n_unique().over("said_nik") > 1)
    sides = shared.select("said_nik", "person", "name_std", "said_birth")
    pairs = sides.join(sides, on="said_nik", suffix="_2").filter(
        (pl.col("person") != pl.col("person_2")) & (pl.col("said_birth") != pl.col("said_birth_2"))
    )
    names = zip(pairs["name_std"], pairs["name_std_2"], strict=True)
    unlike = [one and other and JaroWinkler.similarity(one, other) < HOLDERS_ALIKE for one, other in names]
    return pairs["person"].filter(pl.Series(unlike, dtype=pl.Boolean))


def _values(rows: pl.DataFrame, every: pl.DataFrame) -> dict[str, pl.Series]:
    """DM01 to DM05: someone's rows do not all say the same; then one differs from what they are held against."""

    def differing(column: str, among: pl.DataFrame = rows) -> pl.Series:
        counted = among.drop_nulls(column).group_by("person").agg(pl.col(column).n_unique().alias("n"))
        return counted.filter(pl.col("n") > 1)["person"]

    return {
        "DM01": _other_names(rows, every),
        "DM02": differing("said_birth"),
        "DM03": differing("said_sex"),
        "DM04": differing("said_kk"),
        "DM05": differing("said_village", rows.filter(pl.col("life").ne_missing("PINDAH"))),
    }


def standing(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    """person and the value that stands (`schemas/people/person.sql`): most kinds of register, then the first row."""
    counted = rows.drop_nulls(column).group_by("person", column)
    values = counted.agg(kinds=pl.col("source").n_unique(), first=pl.col("number").min())
    best = values.sort(["person", "kinds", "first"], descending=[False, True, False])
    return best.unique("person", keep="first", maintain_order=True).select("person", column)


def _other_names(rows: pl.DataFrame, every: pl.DataFrame) -> pl.Series:
    """DM01: a name less than alike to that of the civil registry, or else to the name that stands."""
    named = rows.drop_nulls("name_std")
    civil = named.filter(pl.col("source") == "civil_deaths").unique("person", keep="first", maintain_order=True)
    usual = standing(every, "name_std").rename({"name_std": "usual"})
    held = named.join(usual, on="person").join(civil.select("person", civil="name_std"), on="person", how="left")
    held = held.select("person", "name_std", against=pl.coalesce("civil", "usual"))
    held = held.filter(pl.col("name_std") != pl.col("against"))
    unlike = [
        max(
            JaroWinkler.similarity(one, other),
            JaroWinkler.similarity(" ".join(sorted(one.split())), " ".join(sorted(other.split()))),
        )
        < NAMES_ALIKE
        for one, other in zip(held["name_std"], held["against"], strict=True)
    ]
    return held["person"].filter(pl.Series(unlike, dtype=pl.Boolean))


def _odd(rows: pl.DataFrame, province: pl.DataFrame, marks: dict[str, Bools], as_of: date) -> dict[str, pl.Series]:
    """ST05 and WL02."""
    registers = rows.filter(pl.col("source") != "civil_deaths")
    birth = pl.col("said_birth")
    before_birthday = (birth.dt.month().cast(pl.Int64) * 100 + birth.dt.day()) > as_of.month * 100 + as_of.day
    age = as_of.year - birth.dt.year() - before_birthday.cast(pl.Int64)
    marked = pl.Series(marks["odd_code"][province["person"].to_numpy()])
    return {
        "ST05": registers.filter((birth > as_of) | (age > OLDEST))["person"],
        "WL02": province["person"].filter(marked),
    }


def _payers(written: Frames, rows: pl.DataFrame) -> dict[str, pl.Series]:
    """WL01 and WL03."""
    bills = written["bpjs_kesehatan_bill"]
    month = bills.filter(pl.col("billed_month") == pl.col("billed_month").max())
    paid = pl.concat([written["decree"].select("person", "owner"), month.select("person", "owner")]).unique()
    cards = written["bpjs_kesehatan"]
    active = cards.filter((pl.col("segment") == "PBPU PEMDA") & (pl.col("status") == "AKTIF"))
    paid_active = paid.join(active.select("person").unique(), on="person")
    homes = rows.filter(pl.col("source") == "province").group_by("person").agg(homes=pl.col("said_owner"))
    there = rows.filter(pl.col("source") == "regency").group_by("person", "owner").agg(lives=pl.col("life"))
    judged = paid_active.join(homes, on="person", how="left").join(there, on=["person", "owner"], how="left")
    elsewhere = pl.col("homes").is_not_null() & ~pl.col("homes").list.contains(pl.col("owner"))
    gone = pl.col("lives").list.contains("PINDAH") & ~pl.col("lives").list.contains("HIDUP")
    twice = paid.group_by("person").len().filter(pl.col("len") > 1)
    return {"WL01": judged.filter(elsewhere | gone.fill_null(False))["person"], "WL03": twice["person"]}


def _status(written: Frames, rows: pl.DataFrame) -> dict[str, pl.Series]:
    """ST02, ST03, ST04."""
    cards, deaths = written["bpjs_kesehatan"], written["civil_deaths"].select("person").unique()
    active = cards.filter(pl.col("status") == "AKTIF")
    working = written["bpjs_ketenagakerjaan"].filter(pl.col("status") == "AKTIF")
    dead = pl.concat(
        [
            rows.filter(pl.col("life") == "MENINGGAL").select("person"),
            cards.filter(pl.col("status") == "MENINGGAL").select("person"),
        ]
    )
    living = [rows.filter(pl.col("life") == "HIDUP"), active, working]
    alive = pl.concat([frame.select("person") for frame in living])
    both = dead.unique().join(alive.unique(), on="person").join(deaths, on="person", how="anti")
    listed = written["decree"].select("person").unique()
    pda, pda_active = (
        frame.filter(pl.col("segment") == "PBPU PEMDA").select("person").unique() for frame in (cards, active)
    )
    unlisted = pda_active.join(listed, on="person", how="anti")
    off = listed.join(pda, on="person").join(pda_active, on="person", how="anti")
    other = listed.join(active.select("person").unique(), on="person").join(pda_active, on="person", how="anti")
    return {"ST02": both["person"], "ST03": pl.concat([unlisted, off])["person"], "ST04": other["person"]}


def _families(written: Frames, every: pl.DataFrame, as_of: date) -> dict[str, pl.Series]:
    """KL01, KL02, KL03."""
    people = _people(written, every)
    first_day = months_before(as_of, NEWBORN_MONTHS)
    newborn = people.filter(~pl.col("card") & pl.col("said_birth").is_between(first_day, as_of, closed="right"))
    mother = people.filter((pl.col("said_sex") == "P") & pl.col("leads") & (pl.col("pbi") | pl.col("pda")))
    mothers = mother.select("said_kk").unique()
    pda_only = pl.col("pda") & ~pl.col("pbi")
    family = (
        people.drop_nulls("said_kk")
        .filter("alive")
        .with_columns(pbi_there=pl.col("pbi").any().over("said_kk"), pda_there=pda_only.any().over("said_kk"))
    )
    split = (pl.col("pbi_there") & (pda_only | ~pl.col("card"))) | (pl.col("pda_there") & ~pl.col("card"))
    return {
        "KL01": newborn.filter("alive").join(mothers, on="said_kk", how="semi")["person"],
        "KL02": family.filter(split)["person"],
        "KL03": _heads(every),
    }


def _people(written: Frames, every: pl.DataFrame) -> pl.DataFrame:
    """person, said_kk, said_birth, said_sex (each the standing value), card, pbi, pda, leads, alive."""
    cards = written["bpjs_kesehatan"]
    active = cards.filter(pl.col("status") == "AKTIF")
    flags = {
        "card": cards,
        "pbi": active.filter(pl.col("segment") == "PBI JK"),
        "pda": active.filter(pl.col("segment") == "PBPU PEMDA"),
        "leads": every.filter(pl.col("source").is_in(WITH_FAMILY_CARD) & pl.col("said_role").is_in([HEAD, SPOUSE])),
        "dead": pl.concat(
            [
                written["civil_deaths"].select("person"),
                every.filter((pl.col("source") == "regency") & (pl.col("life") == "MENINGGAL")).select("person"),
                cards.filter(pl.col("status") == "MENINGGAL").select("person"),
            ]
        ),
    }
    people = pl.concat([frame.select("person") for frame in written.values()]).unique()
    for name, frame in flags.items():
        people = people.join(frame.select("person", pl.lit(True).alias(name)).unique(), on="person", how="left")
    people = people.with_columns(pl.col(pl.Boolean).fill_null(False)).with_columns(alive=~pl.col("dead"))
    for column in ("said_kk", "said_sex", "said_birth"):
        people = people.join(standing(every, column), on="person", how="left")
    return people


def _heads(rows: pl.DataFrame) -> pl.Series:
    """KL03: each of several heads of one family card in one register, or the oldest where there is none."""
    living = rows.filter(pl.col("source").is_in(["province", "regency"]) & (pl.col("life") == "HIDUP"))
    living = living.drop_nulls("said_kk").with_columns(head=pl.col("said_role") == HEAD)
    card = ["source", "owner", "said_kk"]
    heads = living.filter("head").filter(pl.col("person").n_unique().over(card) > 1)
    headless = living.filter(~pl.col("head").any().over(card) & (pl.len().over(card) > 1))
    headless = headless.with_columns(pl.col("name_std").fill_null(""))
    oldest = headless.sort(*card, pl.col("said_birth").fill_null(date(9999, 12, 31)), "name_std", "number")
    return pl.concat([heads["person"], oldest.unique(card, keep="first", maintain_order=True)["person"]])
