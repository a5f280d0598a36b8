"""The answer for the codes of money and employment that `truth.py` leaves out: docs/findings_money.md word for word.

Like `truth.py` it sees the rows that were written with their true person, and nothing of how they were planted. A
finding that is of no person (FN08, TK11) has a `subject` instead: what the finding's query gives as its discriminator.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from sample_data import truth
from sample_data.employment import TK_SEGMENTS
from sample_data.households import HEAD
from sample_data.plants_money import SUBSIDIES
from sample_data.rows import period
from schemas.rules import load_rules

SIZES = ("MIKRO", "KECIL")  # not bound to the minimum wage (umk_exempt_size)
REQUIRED = {
    "BESAR": ("JKK", "JKM", "JHT", "JP"),
    "MENENGAH": ("JKK", "JKM", "JHT", "JP"),
    "KECIL": ("JKK", "JKM", "JHT"),
    "MIKRO": ("JKK", "JKM"),
}  # Perpres 109/2013
PENSION_AGE, BPU_AGE = 59, 65  # of 2026
UNUSED = 0.01  # of a quota


@dataclass(frozen=True)
class Lists:
    """What was written of the kinds that are of no person, with the headings of their files but for the claims."""

    employers: pl.DataFrame
    construction: pl.DataFrame
    quota: pl.DataFrame
    claims: pl.DataFrame
    regencies: tuple[str, ...]


def findings(written: Mapping[str, pl.DataFrame], lists: Lists, people: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All findings of these codes: code, person (null where there is a subject), subject (null where a person).

    written: the readable rows by kind. people: what `truth.people_of` gives. Sorted, without repetition.
    """
    people = people.with_columns(
        dead=pl.any_horizontal("died_in_registry", "died_in_regency", "died_in_jkn"), age=truth.age(as_of)
    )
    found = {
        **_eligibility(people, written),
        **_employees(people, written),
        **_wages(people, written, lists, as_of),
        **_own_account(people, written, as_of),
        "TK08": _unclaimed(people, written, lists),
        "FN07": _outside_validity(written),
    }
    parts = [rows.select(pl.lit(code).alias("code"), "person") for code, rows in found.items()]
    persons = pl.concat(parts).unique().with_columns(subject=pl.lit(None, dtype=pl.String))
    subjects = pl.concat([_projects(lists, as_of), _quotas(written, lists, as_of)])
    both = pl.concat([persons, subjects.with_columns(person=pl.lit(None, dtype=pl.Int64))], how="diagonal")
    return both.select("code", "person", "subject").sort("code", "person", "subject")


def _eligibility(people: pl.DataFrame, written: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    c = pl.col
    cards = written["bpjs_kesehatan"]
    listed = people.filter(c("in_dtsen") & ~c("dead"))
    suspended = cards.filter((c("status") == "PENANGGUHAN") & c("segment").is_in(["PBPU", "BP"]))
    off = cards.filter((c("status") == "NONAKTIF") & (c("segment") == "PBI JK"))
    since = off.group_by("person").agg(c("off_date").max())
    needs = written["letters"].join(since, on="person").filter(c("letter_date") >= c("off_date"))
    outside = ~c("in_dtsen") | (c("desil") == 0) | (c("desil") > 5)
    eligible = c("desil").is_between(1, 5) & ~c("excluded")
    return {
        "EL03": listed.filter(c("excluded") & c("desil").is_between(1, 5)),
        "EL07": people.filter(~c("dead") & ~c("active") & outside).join(needs, on="person", how="semi"),
        "EL09": listed.filter(c("desil") == 0),
        "EL11": listed.filter(eligible & ~c("active")).join(suspended, on="person", how="semi"),
    }


def _employees(people: pl.DataFrame, written: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    c = pl.col
    holder = (c("segment") == "PPU BU") & (c("status") == "AKTIF") & (c("role") == HEAD)
    employee = written["bpjs_kesehatan"].filter(holder)
    alive = people.filter(~c("dead"))
    return {
        "TK02": alive.filter(~c("active_worker")).join(employee, on="person", how="semi"),
        "TK03": alive.filter(c("active_pu") & ~c("active_ppu")),
        "TK10": alive.filter(~c("active_worker")).join(written["roster"], on="person", how="semi"),
    }


def _wages(
    people: pl.DataFrame, written: Mapping[str, pl.DataFrame], lists: Lists, as_of: date
) -> dict[str, pl.DataFrame]:
    """TK04 and TK05: what the employer's size and place ask for."""
    c = pl.col
    rules = load_rules().filter(
        (c("rule") == "umk")
        & (c("berlaku_mulai") <= as_of)
        & (c("berlaku_sampai").is_null() | (c("berlaku_sampai") >= as_of))
    )
    minimum = dict(rules.select("item", "value").rows())
    place = c("KODE_WILAYAH")
    firms = lists.employers.filter(c("NPP") != "").select(
        c("NPP").alias("employer_no"),
        c("SKALA").alias("size"),
        pl.coalesce(
            place.replace_strict(minimum, default=None, return_dtype=pl.Float64),
            place.str.slice(0, 2).replace_strict(minimum, default=None, return_dtype=pl.Float64),
        ).alias("umk"),
    )
    known = people.filter(~c("dead")).select("person", "age")
    rows = written["bpjs_ketenagakerjaan"].filter((c("segment") == "PU") & (c("status") == "AKTIF"))
    rows = rows.join(firms, on="employer_no").join(known, on="person")
    has = c("programs").str.split("+").list
    lacks = pl.any_horizontal(
        (c("size") == size) & ~has.contains(programme) & ((c("age") < PENSION_AGE) if programme == "JP" else True)
        for size, programmes in REQUIRED.items()
        for programme in programmes
    )
    low = ~c("size").is_in(SIZES) & (c("wage") < c("umk").floor())
    return {"TK04": rows.filter(low), "TK05": rows.filter(lacks)}


def _own_account(people: pl.DataFrame, written: Mapping[str, pl.DataFrame], as_of: date) -> dict[str, pl.DataFrame]:
    """TK06, TK07 and TK09."""
    c = pl.col
    month = period(as_of)
    rows = written["bpjs_ketenagakerjaan"].with_columns(
        active=c("status") == "AKTIF",
        subsidised=(c("segment") == TK_SEGMENTS[2]) & c("funding").is_in(SUBSIDIES),
        running=c("paid_until") >= month,
    )
    bpu, pu = c("segment") == "BPU", c("segment") == "PU"
    each = rows.group_by("person").agg(
        twice=(c("active") & c("subsidised")).any()
        & ((c("active") & pu).any() | (c("kpj").filter(c("active") & bpu).n_unique() > 1)),
        lapsed=c("subsidised").any() & ~c("running").any(),
        member=(c("active") & bpu).any(),
    )
    joined = each.join(people.select("person", "dead", "age"), on="person")
    return {
        "TK06": joined.filter("twice"),
        "TK07": joined.filter(c("lapsed") & ~c("dead")),
        "TK09": joined.filter(c("member") & ~c("dead") & (c("age") > BPU_AGE)),
    }


def _unclaimed(people: pl.DataFrame, written: Mapping[str, pl.DataFrame], lists: Lists) -> pl.DataFrame:
    """TK08: insured at death, by the day that the first register that knows of it tells, and no claim for it."""
    c = pl.col
    died = pl.concat(
        [
            written["civil_deaths"].select("person", c("death_date").alias("died"), pl.lit(1).alias("rank")),
            written["regency"]
            .filter(c("status") == "MENINGGAL")
            .select("person", c("status_date").alias("died"), pl.lit(2).alias("rank")),
            written["bpjs_kesehatan"]
            .filter(c("status") == "MENINGGAL")
            .select("person", c("off_date").alias("died"), pl.lit(3).alias("rank")),
        ]
    )
    known = died.sort("rank", "died").group_by("person", maintain_order=True).first()
    rows = written["bpjs_ketenagakerjaan"].join(known, on="person")
    insured = (c("status") == "AKTIF") | (c("paid_until") >= c("died").dt.truncate("1mo"))
    insured &= c("programs").str.contains("JKM") & (c("start_date") <= c("died"))
    # A claim is known by the KPJ as the worker's row shows it, or by the person's NIK where the claim has it.
    by_number = rows.join(lists.claims.select("kpj", "program", "claim_date"), on="kpj")
    by_nik = rows.join(lists.claims.filter("named").select("person", "program", "claim_date"), on="person")
    claimed = pl.concat([by_number, by_nik]).filter(
        (c("program") == "JKM") | ((c("program") == "JKK") & (c("claim_date") >= c("died")))
    )
    dead = people.filter("dead")
    return rows.filter(insured).join(claimed, on="person", how="anti").join(dead, on="person", how="semi")


def _outside_validity(written: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """FN07: bills of a month before the card began or after it ended."""
    valid = written["bpjs_kesehatan"].select("card", "start_date", "end_date")
    month = pl.col("covered_month")
    bills = written["bpjs_kesehatan_bill"].join(valid, on="card")
    return bills.filter((month.dt.month_end() < pl.col("start_date")) | (month > pl.col("end_date")))


def _projects(lists: Lists, as_of: date) -> pl.DataFrame:
    """TK11: contracts under way without a number."""
    begun, ended = (pl.col(name).str.to_date("%d-%m-%Y") for name in ("TGL_MULAI", "TGL_SELESAI"))
    here = lists.construction.filter((pl.col("NO_JAKON") == "") & (begun <= as_of) & (ended >= as_of))
    return here.select(pl.lit("TK11").alias("code"), pl.col("NO_KONTRAK").alias("subject"))


def _quotas(written: Mapping[str, pl.DataFrame], lists: Lists, as_of: date) -> pl.DataFrame:
    """FN08: cards billed for the month, or active, against the quota."""
    c = pl.col
    month = period(as_of)
    cards = written["bpjs_kesehatan"].filter((c("segment") == "PBI JK") & (c("status") == "AKTIF"))
    bills = written["bpjs_kesehatan_bill"].filter(c("covered_month") == month)
    counted = pl.concat(
        [
            cards.group_by(c("shown_owner").alias("owner"))
            .agg(c("card").n_unique())
            .with_columns(segment=pl.lit("PBI")),
            bills.group_by("owner").agg(c("card").n_unique()).with_columns(segment=pl.lit("PDA")),
        ]
    )
    quota = lists.quota.select(
        c("KODE_WILAYAH")
        .replace_strict({code: number for number, code in enumerate(lists.regencies)}, return_dtype=pl.Int64)
        .alias("owner"),
        c("SEGMEN").replace_strict({"PBI JK": "PBI", "PBPU PEMDA": "PDA"}).alias("segment"),
        c("KUOTA").cast(pl.Int64).alias("quota"),
        "KODE_WILAYAH",
    )
    there = quota.join(counted, on=["owner", "segment"])
    wrong = there.filter((c("card") > c("quota")) | (c("quota") - c("card").cast(pl.Int64) > UNUSED * c("quota")))
    subject = pl.concat_str(["KODE_WILAYAH", "segment", pl.lit(f"{month:%Y-%m}")], separator="|")
    return wrong.select(pl.lit("FN08").alias("code"), subject.alias("subject"))
