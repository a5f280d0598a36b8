"""The answer: every finding of CONTRACT section 4, computed word for word from the true person of every row.

This is the slow, obvious reference. It knows nothing of how mismatches were planted; it sees the rows that were
written (those that can be read) with their true person, and the registers' own content. Interpretations where
the contract leaves room: a register is one kind of one owner; the period is the latest billed month up to
`as_of`; age is in completed years from the true birth date; a job given in the province's file stands before
one in a regency's.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from sample_data.common import months_before
from sample_data.jobs import FORMAL
from sample_data.state import TARIFF

FORMAL_JOBS = pl.Series(sorted(FORMAL), dtype=pl.Int64)


@dataclass(frozen=True)
class Written:
    """The readable rows of each kind with true content, each with person, owner, source, file, source_row."""

    province: pl.DataFrame
    regency: pl.DataFrame
    decree: pl.DataFrame
    bpjs_kesehatan: pl.DataFrame
    bpjs_kesehatan_bill: pl.DataFrame
    bpjs_ketenagakerjaan: pl.DataFrame
    civil_deaths: pl.DataFrame


def findings(written: Written, birth: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All findings: code, person, and source, file, source_row for those of single bill rows (else null).

    `birth`: person, birth_date. Sorted, without repetition.
    """
    people = people_of(written, birth, as_of)
    rules = _rules(as_of)
    parts = [people.filter(rule).select(pl.lit(code).alias("code"), "person") for code, rule in rules.items()]
    parts.append(_other_decile(written).select(pl.lit("EL08").alias("code"), "person"))
    parts.append(_never_listed(written, as_of).select(pl.lit("FN04").alias("code"), "person"))
    parts.append(_repeated(written).select(pl.lit("ID06").alias("code"), "person"))
    rows = pl.concat([_billed_twice(written), _wrong_tariff(written)])
    whole = pl.concat([pl.concat(parts).unique(), rows], how="diagonal")
    columns = ("code", "person", "source", "file", "source_row")
    return whole.select(columns).sort(columns)


def people_of(written: Written, birth: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row a person with the contract's words as columns."""
    status, segment = pl.col("status"), pl.col("segment")
    active, off = status == "AKTIF", status == "NONAKTIF"
    pbi, pda, ppu = segment == "PBI JK", segment == "PBPU PEMDA", segment.str.starts_with("PPU")
    six_months_ago = months_before(as_of, 6)
    cards, workers = written.bpjs_kesehatan, written.bpjs_ketenagakerjaan
    always = pl.lit(True)
    flags = (
        ("died_in_registry", written.civil_deaths, always),
        ("died_in_regency", written.regency, status == "MENINGGAL"),
        ("died_in_jkn", cards, status == "MENINGGAL"),
        ("has_card", cards, always),
        ("active", cards, active),
        ("active_pbi", cards, active & pbi),
        ("active_pda", cards, active & pda),
        ("active_ppu", cards, active & ppu),
        ("pbi_off_lately", cards, off & pbi & (pl.col("off_date") >= six_months_ago)),
        ("pbi_off_before", cards, off & pbi & (pl.col("off_date") < six_months_ago)),
        ("billed", _bills_of_period(written, as_of), always),
        ("in_decree", written.decree, always),
        ("active_worker", workers, active),
        ("active_pu", workers, active & (segment == "PU")),
        ("in_dtsen", written.province, always),
    )
    people = birth.select("person", "birth_date")
    for name, frame, rule in flags:
        flag = frame.filter(rule).select("person", pl.lit(True).alias(name)).unique()
        people = people.join(flag, on="person", how="left")
    people = people.with_columns(pl.col(pl.Boolean).fill_null(False))
    known_job = pl.col("job").drop_nulls().first()
    facts = (
        written.province.group_by("person").agg(
            pl.col("decile").max().alias("desil"), pl.col("excluded").any(), known_job
        ),
        written.regency.group_by("person").agg(known_job.alias("job_in_regency")),
        cards.filter(active).group_by("person").agg(pl.col("card").n_unique().alias("active_cards")),
    )
    for fact in facts:
        people = people.join(fact, on="person", how="left")
    return people


def _rules(as_of: date) -> dict[str, pl.Expr]:
    """The contract's person-level codes over the columns of `people_of`."""
    c = pl.col
    eligible = c("in_dtsen") & c("desil").is_between(1, 5) & ~c("excluded")
    dead = c("died_in_registry") | c("died_in_regency") | c("died_in_jkn")
    job = pl.coalesce("job", "job_in_regency")
    informal = age(as_of).is_between(18, 59) & job.is_not_null() & ~job.is_in(FORMAL_JOBS.implode())
    return {
        "ST01": (c("active") | c("billed")) & (c("died_in_registry") | c("died_in_regency")),
        "EL01": c("active_pbi") & c("desil").is_between(6, 10),
        "EL02": c("active_pbi") & ~c("in_dtsen"),
        "EL04": eligible & ~c("has_card") & ~dead,
        "EL05": eligible & ~c("active") & c("pbi_off_lately") & ~dead,
        "EL06": eligible & ~c("active") & c("pbi_off_before") & ~dead,
        "EL10": c("active_pda") & eligible,
        "FN01": (c("in_decree") & c("active_pbi")) | (c("active_pbi") & c("active_pda")),
        "FN02": (c("active_pbi") | c("active_pda")) & (c("active_pu") | c("active_ppu")),
        "FN05": c("in_decree") & ~c("active"),
        "ID10": c("active_cards") >= 2,
        "TK01": (c("desil") == 1) & informal & ~c("active_worker") & ~dead,
    }


def age(as_of: date) -> pl.Expr:
    """Completed years at `as_of`, of the column birth_date."""
    birth = pl.col("birth_date")
    month_and_day = birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day()
    birthday_to_come = month_and_day > as_of.month * 100 + as_of.day
    return as_of.year - birth.dt.year() - birthday_to_come.cast(pl.Int32)


def _bills_of_period(written: Written, as_of: date) -> pl.DataFrame:
    """The bills of the period: those of the latest billed month up to `as_of`."""
    known = written.bpjs_kesehatan_bill.filter(pl.col("billed_month") <= as_of)
    return known.filter(pl.col("billed_month") == pl.col("billed_month").max())


def _other_decile(written: Written) -> pl.DataFrame:
    """EL08: desil 1-10 in DTSEN and a regency row with another DESIL."""
    ranked = written.province.filter(pl.col("decile").is_between(1, 10)).select("person", "decile")
    both = written.regency.select("person", pl.col("decile").alias("other")).join(ranked, on="person")
    return both.filter(pl.col("other") != pl.col("decile"))


def _never_listed(written: Written, as_of: date) -> pl.DataFrame:
    """FN04: people billed to a regency in the period who have no decree row of that regency."""
    listed = written.decree.select("person", "owner").unique()
    return _bills_of_period(written, as_of).join(listed, on=["person", "owner"], how="anti")


def _repeated(written: Written) -> pl.DataFrame:
    """ID06: people with two rows or more in one register (bills aside)."""
    kinds = (
        written.province,
        written.regency,
        written.decree,
        written.bpjs_kesehatan,
        written.bpjs_ketenagakerjaan,
        written.civil_deaths,
    )
    rows = pl.concat([frame.select("source", "owner", "person") for frame in kinds])
    return rows.group_by("source", "owner", "person").len().filter(pl.col("len") > 1)


def _billed_twice(written: Written) -> pl.DataFrame:
    """FN03: every bill row of a card that was billed for one month more than once."""
    repeated = written.bpjs_kesehatan_bill.filter(pl.len().over("card", "covered_month") > 1)
    return repeated.select(pl.lit("FN03").alias("code"), "person", "source", "file", "source_row")


def _wrong_tariff(written: Written) -> pl.DataFrame:
    """FN06: bill rows whose amount is not the tariff of PBPU Pemda."""
    wrong = written.bpjs_kesehatan_bill.filter(pl.col("amount") != TARIFF)
    return wrong.select(pl.lit("FN06").alias("code"), "person", "source", "file", "source_row")
