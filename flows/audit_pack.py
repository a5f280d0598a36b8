"""`padan audit-pack`: the auditors' five tests of one period, from the database that was published for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import polars as pl

from flows.period import open_period
from reports import form
from reports.audit import AuditPack, TestResult, write_pack
from reports.written import whole_folder
from schemas.audit_tests import PAID, AuditTest, load_audit_tests
from schemas.errors import UsageError
from schemas.reference import provinces, regencies

# By class: what the database holds, and why some of it is not in the pack; the three parts add up to all. A class that
# was not tested has no counts.
RECONCILED = f"""
WITH test AS ({{found}}), counted AS (
    SELECT
        t.code,
        t.term_id,
        t.tested,
        t.not_testable_reason,
        count(f.finding_id) FILTER (f.state = 'open') AS open_findings,
        count(test.finding_id) AS in_pack,
        count(f.finding_id) FILTER (f.state = 'open' AND test.finding_id IS NULL AND NOT {PAID}) AS not_paid,
        count(f.finding_id) FILTER (f.state = 'open' AND test.finding_id IS NULL AND {PAID}) AS other_register,
        count(f.finding_id) FILTER (f.state = 'untested') AS untested
    FROM finding_type AS t
    LEFT JOIN finding AS f ON f.code = t.code {{in_regency}}
    LEFT JOIN person AS p ON p.person_id = f.person_id
    LEFT JOIN test ON test.finding_id = f.finding_id
    WHERE t.code IN ({{codes}})
    GROUP BY ALL
)
SELECT * REPLACE (
    CASE WHEN tested THEN open_findings END AS open_findings,
    CASE WHEN tested THEN in_pack END AS in_pack,
    CASE WHEN tested THEN not_paid END AS not_paid,
    CASE WHEN tested THEN other_register END AS other_register
)
FROM counted
ORDER BY code
"""
# `once` counts a person's dearest finding alone; `billed` is what the bills of the period hold for these people.
FIGURES = """
WITH test AS ({found}), person_once AS (
    SELECT person_id, max(rupiah_per_month) AS rupiah FROM test GROUP BY person_id
), bill AS (
    SELECT l.person_id, sum(r.amount) AS amount
    FROM record AS r JOIN link AS l USING (record_id), parameter AS m
    WHERE r.source = 'bpjs_kesehatan_bill' AND r.period = m.period {by_payer}
    GROUP BY l.person_id
)
SELECT
    (SELECT count(DISTINCT finding_id) FROM test) AS findings,
    (SELECT count(*) FROM person_once) AS people,
    (SELECT coalesce(sum(rupiah_per_month), 0)::BIGINT FROM (SELECT DISTINCT finding_id, rupiah_per_month FROM test))
        AS rupiah_per_month,
    (SELECT coalesce(sum(rupiah), 0)::BIGINT FROM person_once) AS rupiah_once,
    (SELECT coalesce(sum(amount), 0)::BIGINT FROM bill SEMI JOIN person_once USING (person_id)) AS billed
"""
RUN = """
SELECT r.run_id, r.as_of, r.model_version, r.model_as_of, r.matching, r.config_hash, m.province_code
FROM run AS r JOIN parameter AS m USING (run_id)
"""
FILES = """
SELECT source, owner_code, file, sha256, rows_read, rows_accepted, rows_quarantined, grade, stale_since
FROM source_tonight ORDER BY source, owner_code, file
"""
# The wages that only classes of employment need are left out.
RULES = "SELECT * FROM rule_in_force WHERE rule <> 'umk' ORDER BY rule, item, berlaku_mulai"
ERRORS = """
SELECT regency_code, left_source, right_source, measure, pairs, errors, value, low, high, basis
FROM link_error WHERE regency_code = $place ORDER BY ALL
"""


def audit_pack(output: Path, period: date, regency: str | None, folder: Path, say: Callable[[str], None]) -> None:
    """Write the pack of one period into `folder`, for one regency or the province; `say` takes the figures.

    period: the first day of the billed month. Of the databases that are kept, the newest one of that period answers.
    Raises UsageError, one plain sentence, when there is none, when the folder is not empty or cannot be written.
    """
    name = regency_name(regency) if regency else None
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"The folder {folder} is not empty; give a new one for the pack.")
    with open_period(output, period) as con:
        pack = _collect(con, period, regency, name)
    try:
        whole_folder(folder.absolute(), partial(write_pack, pack))
    except OSError as error:
        raise UsageError(f"The pack cannot be written in {folder}: {error.strerror}.") from None
    for result in pack.results:
        if result.tested:
            counted = f"{form.number(result.figures['people']):>9} orang", form.number(result.figures["rupiah_once"])
            say(f"  {result.test.number}. {result.test.term_id:<40}{counted[0]}{counted[1]:>16} Rp per bulan")
        else:
            say(f"  {result.test.number}. {result.test.term_id:<40}tidak dapat diuji")
    say(f"Pack: {folder}")


def regency_name(code: str) -> str:
    """The name of a regency; raises UsageError when there is none of that code."""
    found = regencies().filter(pl.col("regency_code") == code)
    if not found.height:
        raise UsageError(f"There is no regency {code}; give its four digits, as 3602.")
    return str(found["regency_name"][0])


def _province_name(code: str | None) -> str:
    found = provinces().filter(pl.col("province_code") == (code or ""))["province_name"]
    return f"Provinsi {found[0] if len(found) else code or ''}".strip()


def _collect(con: duckdb.DuckDBPyConnection, period: date, regency: str | None, name: str | None) -> AuditPack:
    """All that the pack shows; raises UsageError when the database is of an earlier padan."""
    try:
        run = con.sql(RUN).pl().row(0, named=True)
        place = {"place": regency or run["province_code"]}
        return AuditPack(
            period=period,
            regency=regency,
            place=name or _province_name(run["province_code"]),
            run=run,
            results=tuple(_result(con, test, regency) for test in load_audit_tests()),
            together=_figures(con, _all_found(regency), regency),
            files=con.sql(FILES).pl(),
            rules=con.sql(RULES).pl(),
            errors=con.sql(ERRORS, params=place).pl(),
            classes=_classes(con),
        )
    except (duckdb.CatalogException, duckdb.BinderException):
        raise UsageError("That database was published by an earlier padan; run padan run again.") from None


def _result(con: duckdb.DuckDBPyConnection, test: AuditTest, regency: str | None) -> TestResult:
    found = test.found(regency)
    codes = ", ".join(f"'{code}'" for code in test.codes)
    in_regency = f"AND f.regency_code = '{regency}'" if regency else ""
    return TestResult(
        test=test,
        sql=test.evidence(regency),
        evidence=con.sql(test.evidence(regency)).pl(),
        reconciled=con.sql(RECONCILED.format(found=found, codes=codes, in_regency=in_regency)).pl(),
        figures=_figures(con, found, regency),
    )


def _figures(con: duckdb.DuckDBPyConnection, found: str, regency: str | None) -> dict[str, int]:
    by_payer = f"AND coalesce(r.payer_code, r.regency_code, r.owner_code) = '{regency}'" if regency else ""
    figures: dict[str, int] = con.sql(FIGURES.format(found=found, by_payer=by_payer)).pl().row(0, named=True)
    return figures


def _all_found(regency: str | None) -> str:
    return "\nUNION\n".join(test.found(regency) for test in load_audit_tests())


def _classes(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    codes = sorted({code for test in load_audit_tests() for code in test.codes})
    classes: pl.DataFrame = con.sql(
        "SELECT code, term_id, term_en, definition, definition_en, rupiah_rule, not_testable_reason, query "
        "FROM finding_type WHERE list_contains($codes, code) ORDER BY code",
        params={"codes": codes},
    ).pl()
    return classes
