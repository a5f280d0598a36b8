"""The lists that are of no person: employers, workers to be covered, contracts, quotas, claims."""

from collections.abc import Callable

import polars as pl

from flows.source_rows import SourceRows, code_as_text, owner_regency
from matchers.standardise import vocabulary
from matchers.standardise.codes import standardise_money
from matchers.standardise.dates import parse_month
from matchers.standardise.text import squeeze


def _regency(rows: SourceRows) -> pl.Series:
    codes = rows.region("region_code")["regency_code"]
    return codes.fill_null(owner_regency(rows))


def _employers(rows: SourceRows) -> pl.DataFrame:
    return rows.frame.select("owner_code", "file", "source_row").with_columns(
        business_no=code_as_text(rows.field("business_no")),
        employer_no=code_as_text(rows.field("employer_no")),
        employer_name=squeeze(rows.field("employer_name")),
        regency_code=_regency(rows),
        size_class=squeeze(rows.field("size_class").str.to_uppercase()),
        workers=standardise_money(rows.field("workers")),
        mean_wage=standardise_money(rows.field("mean_wage")),
    )


def _workforce(rows: SourceRows) -> pl.DataFrame:
    year = rows.field("year").str.extract("([0-9]{4})").cast(pl.Int32, strict=False)
    return rows.frame.select("owner_code", "file", "source_row").with_columns(
        regency_code=_regency(rows),
        year=year,
        workers_target=standardise_money(rows.field("workers_target")),
        vulnerable_target=standardise_money(rows.field("vulnerable_target")),
    )


def _construction(rows: SourceRows) -> pl.DataFrame:
    return rows.frame.select("owner_code", "file", "source_row").with_columns(
        contract_no=squeeze(rows.field("contract_no")),
        project_name=squeeze(rows.field("project_name")),
        unit_name=squeeze(rows.field("unit_name")),
        contractor_name=squeeze(rows.field("contractor_name")),
        contract_value=standardise_money(rows.field("contract_value")),
        start_date=rows.day("start_date"),
        end_date=rows.day("end_date"),
        regency_code=_regency(rows),
        project_no=rows.number("project_no"),
    )


def _quota(rows: SourceRows) -> pl.DataFrame:
    return rows.frame.select("owner_code", "file", "source_row").with_columns(
        regency_code=_regency(rows),
        segment=vocabulary.standardise_jkn_segment(rows.field("segment")),
        period=parse_month(rows.field("month"), rows.field("year")),
        quota=standardise_money(rows.field("quota")),
    )


def _claims(rows: SourceRows) -> pl.DataFrame:
    return rows.frame.select("owner_code", "file", "source_row").with_columns(
        kpj=rows.number("kpj"),
        nik=rows.number("nik"),
        programs=vocabulary.standardise_programs(rows.field("programs")),
        claim_date=rows.day("claim_date"),
        amount=standardise_money(rows.field("amount")),
    )


# By kind, what makes its rows; the columns of each are told in `flows.standardise.standardise`.
LISTS: dict[str, Callable[[SourceRows], pl.DataFrame]] = {
    "employers": _employers,
    "workforce": _workforce,
    "construction": _construction,
    "quota": _quota,
    "claims": _claims,
}
