"""Indicators: who pays for whom and what employers insure, then every declared figure by area and by its parts.

What cannot be reckoned has no row; `indicator_type` says why, and for which regencies.
"""

from collections.abc import Collection
from pathlib import Path

import duckdb
import polars as pl

import schemas
from flows.parameter import fill_table, fresh_table
from schemas.indicators import IndicatorType, load_indicator_types

PEOPLE = Path(schemas.__file__).parent / "people"
# Tables that indicators count from, made before them: table -> the SQL that fills it.
FIRST = {"payer": PEOPLE / "payer.sql", "employer_compliance": PEOPLE / "employer.sql"}
COUNTED = "CREATE OR REPLACE TEMP TABLE counted AS {query}"
# Of the dated targets: the one in force, and the last one where it lies ahead.
TARGETS = """
CREATE OR REPLACE TEMP TABLE aim AS
SELECT
    item,
    any_value(value) FILTER (m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)) AS target,
    any_value(legal_basis) FILTER (m.as_of BETWEEN berlaku_mulai AND coalesce(berlaku_sampai, m.as_of)) AS legal_basis,
    CASE WHEN max(berlaku_mulai) > any_value(m.as_of) THEN arg_max(value, berlaku_mulai) END AS goal
FROM rule, parameter AS m
WHERE rule = 'target'
GROUP BY item
"""
# The shares of wrong and missed links between two kinds of register, in each area where both were estimated.
WRONG = """
CREATE OR REPLACE TEMP TABLE wrong AS
SELECT
    regency_code,
    max(low) FILTER (measure = 'false') AS false_low,
    max(high) FILTER (measure = 'false') AS false_high,
    max(low) FILTER (measure = 'missed') AS missed_low,
    max(high) FILTER (measure = 'missed') AS missed_high
FROM link_error
WHERE basis = 'model' AND pairs > 0
  AND left_source = $left AND right_source = $right
GROUP BY regency_code
HAVING false_high < 1 AND missed_high < 1 AND false_low IS NOT NULL AND missed_low IS NOT NULL
"""
AREAS_OF_PEOPLE = """
INSERT INTO indicator BY NAME
WITH area AS (
    SELECT
        c.*,
        c.numerator / c.denominator AS value,
        w.regency_code IS NOT NULL AS estimated,
        CASE WHEN $linked = 'numerator' THEN c.numerator ELSE c.denominator - c.numerator END AS linked,
        -- of the linked pairs the false ones are none, and to the right ones come those that were missed
        least(linked * (1 - w.false_high) / (1 - w.missed_low) / c.denominator, 1) AS fewest,
        least(linked * (1 - w.false_low) / (1 - w.missed_high) / c.denominator, 1) AS most
    FROM counted AS c LEFT JOIN wrong AS w USING (regency_code)
    WHERE c.dimension = 'area'
)
SELECT
    $name AS indicator, regency_code, 'ALL' AS segment, $unit AS unit, numerator, denominator, value,
    -- the interval holds what was counted, too
    CASE WHEN estimated THEN least(value, CASE $linked WHEN 'numerator' THEN fewest ELSE 1 - most END) END AS low,
    CASE WHEN estimated THEN greatest(value, CASE $linked WHEN 'numerator' THEN most ELSE 1 - fewest END) END AS high,
    target, goal, $formula || coalesce('; target: ' || legal_basis, '') AS basis
FROM area LEFT JOIN aim ON item = $name
ORDER BY regency_code
"""
PARTS_OF_PEOPLE = """
INSERT INTO indicator_part BY NAME
SELECT
    $name AS indicator, regency_code, dimension, dimension_value, district_code, village_code, $unit AS unit, numerator,
    denominator, numerator / denominator AS value, target
FROM counted LEFT JOIN aim ON item = $name
WHERE dimension <> 'area'
ORDER BY regency_code, dimension, dimension_value
"""
AREAS = """
INSERT INTO indicator BY NAME
SELECT $name AS indicator, c.*, $unit AS unit, numerator / denominator AS value, goal
FROM counted AS c LEFT JOIN aim ON item = CASE $name WHEN 'UCJ_RENTAN' THEN 'UCJ' ELSE $name END
WHERE denominator > 0 AND ({whole})
ORDER BY regency_code, segment
"""
SEGMENTS = """
INSERT INTO indicator_part BY NAME
SELECT
    $name AS indicator, regency_code, 'segment' AS dimension, segment AS dimension_value, $unit AS unit, numerator,
    denominator, numerator / denominator AS value, target
FROM counted
WHERE denominator > 0 AND segment <> 'ALL'
ORDER BY regency_code, segment
"""
TONIGHT = """
INSERT INTO indicator_history BY NAME
SELECT m.run_id, m.as_of, i.indicator, i.regency_code, i.numerator, i.denominator, i.value, i.target
FROM indicator AS i, parameter AS m
"""
# A regency that people live in and that an indicator by area has no figure for; stray codes are no regencies.
TELL_NOT_COUNTED = """
UPDATE indicator_type
SET not_testable_reason = 'tidak dapat dihitung untuk ' || places || ': tidak ada di sumber penyebutnya'
FROM (
    SELECT indicator, string_agg(regency_code, ', ' ORDER BY regency_code) AS places
    FROM (SELECT DISTINCT indicator FROM indicator WHERE indicator IN (SELECT unnest($names)))
    CROSS JOIN (
        SELECT regency_code FROM person, parameter AS m WHERE left(regency_code, 2) = m.province_code
        GROUP BY regency_code HAVING 200 * count(*) > (SELECT count(*) FROM person)
    )
    ANTI JOIN indicator USING (indicator, regency_code)
    GROUP BY indicator
) AS u
WHERE u.indicator = indicator_type.indicator
"""


def count_indicators(con: duckdb.DuckDBPyConnection, present: frozenset[str]) -> None:
    """Fill payer, employer_compliance and the tables of indicators of the work database; of the history, tonight.

    Needs record, link, person, finding, rule, parameter, workforce, employer, construction and link_error.
    present: the kinds of extract that are there; an indicator that lacks one has no row, and indicator_type says why.
    """
    for table, filled_by in FIRST.items():
        fresh_table(con, table)
        con.execute(filled_by.read_text(encoding="utf-8"))
    types = load_indicator_types().values()
    fresh_table(con, "indicator_type")
    fill_table(con, "indicator_type", _type_rows(types, present))
    for table in ("indicator", "indicator_part", "indicator_history"):
        fresh_table(con, table)
    con.execute(TARGETS)
    counted = [one for one in types if one.not_testable_reason(present) is None]
    for one in counted:
        _count(con, one)
    con.execute(TONIGHT)
    con.execute(TELL_NOT_COUNTED, {"names": [one.indicator for one in counted if not one.by_person]})
    for table in ("counted", "wrong", "aim"):
        con.execute(f"DROP TABLE IF EXISTS temp.{table}")


def _count(con: duckdb.DuckDBPyConnection, one: IndicatorType) -> None:
    con.execute(COUNTED.format(query=one.figures))
    named = {"name": one.indicator, "unit": one.unit}
    if not one.by_person:
        con.execute(AREAS.format(whole="segment = 'ALL'" if one.split else "TRUE"), named)
        if one.split:
            con.execute(SEGMENTS, named)
        return
    linked, left, right = one.interval or ("", "", "")
    con.execute(WRONG, {"left": left, "right": right})
    con.execute(AREAS_OF_PEOPLE, {**named, "formula": one.formula, "linked": linked})
    con.execute(PARTS_OF_PEOPLE, named)


def _type_rows(types: Collection[IndicatorType], present: frozenset[str]) -> pl.DataFrame:
    """One row an indicator, in the columns of the table indicator_type."""
    optional = dict.fromkeys(("limits", "limits_en", "not_testable_reason"), pl.String)
    return pl.DataFrame(
        [
            {
                "indicator": one.indicator,
                "term_id": one.term_id,
                "term_en": one.term_en,
                "definition": one.definition,
                "definition_en": one.definition_en,
                "formula": one.formula,
                "formula_en": one.formula_en,
                "unit": one.unit,
                "parts": ", ".join(one.parts),
                "limits": one.limits,
                "limits_en": one.limits_en,
                "needs": one.needs,
                "testable": one.not_testable_reason(present) is None,
                "not_testable_reason": one.not_testable_reason(present),
                "query": one.figures,
            }
            for one in types
        ],
        schema_overrides=optional,
    )
