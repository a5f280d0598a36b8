"""`padan evaluate`: precision, recall and F1 of a published database against a synthetic province's truth."""

from pathlib import Path

import duckdb
import polars as pl

from flows.history_sql import history_sql
from flows.previous import attached
from flows.text_table import text_table
from schemas.errors import UsageError

TRUTH_RECORD = ("source", "file", "source_row", "person")
TRUTH_FINDING = ("code", "person")

# `entity` is what the database says, `person` what the truth says. Files are joined by name; where the truth has no
# file of that very name, by the name without its folders, as long as one file only is called so.
PLACED = """
CREATE TEMP TABLE placed AS
WITH known AS (
    SELECT DISTINCT source, file, parse_filename(file) AS base FROM truth_record
), arrived AS (
    SELECT DISTINCT source, file, parse_filename(file) AS base FROM previous.record
), same_file AS (
    SELECT a.source, a.file, coalesce(any_value(k.file) FILTER (k.file = a.file), any_value(k.file)) AS truth_file
    FROM arrived AS a JOIN known AS k USING (source, base)
    GROUP BY a.source, a.file
    HAVING count(*) = 1 OR bool_or(k.file = a.file)
)
SELECT r.record_id, r.register, l.person_id AS entity, t.person
FROM previous.record AS r
JOIN previous.link AS l USING (record_id)
JOIN same_file AS s USING (source, file)
JOIN truth_record AS t ON t.source = r.source AND t.file = s.truth_file AND t.source_row = r.source_row
"""
# Pairs are counted from the sizes of groups, never listed: n records make n (n - 1) / 2 pairs.
PAIRS = """
WITH cell AS (
    SELECT entity, person, register, count(*) AS n FROM placed GROUP BY ALL
), both_agree AS (
    SELECT sum(n) AS n, sum(n * n) AS same FROM cell GROUP BY entity, person
), found AS (
    SELECT sum(n) AS n, sum(n * n) AS same
    FROM (SELECT entity, register, sum(n) AS n FROM cell GROUP BY ALL) GROUP BY entity
), true_pairs AS (
    SELECT sum(n) AS n, sum(n * n) AS same
    FROM (SELECT person, register, sum(n) AS n FROM cell GROUP BY ALL) GROUP BY person
), counted AS (
    SELECT part, sum(n * (n - 1) / 2) AS every, sum((n * n - same) / 2) AS across
    FROM (SELECT 'both' AS part, * FROM both_agree
          UNION ALL SELECT 'found', * FROM found
          UNION ALL SELECT 'true', * FROM true_pairs)
    GROUP BY part
)
SELECT measure,
       coalesce(max(pairs) FILTER (part = 'both'), 0)::BIGINT AS right_ones,
       coalesce(max(pairs) FILTER (part = 'found'), 0)::BIGINT AS found,
       coalesce(max(pairs) FILTER (part = 'true'), 0)::BIGINT AS true_ones
FROM (SELECT 'link' AS measure, part, every AS pairs FROM counted
      UNION ALL SELECT 'link across registers', part, across FROM counted)
GROUP BY measure
"""
# A finding's true person is the true person of most of its records, other people's aside; without any, of most records
# of its person. One that is of no person is known by its id, which follows from its code and subject: the truth names
# the subject.
FINDINGS = """
WITH of_nobody AS (
    SELECT code, person, finding_key_of(code, person_id, discriminator) AS finding_id
    FROM (SELECT DISTINCT code, person, NULL::VARCHAR AS person_id, person AS discriminator FROM truth_finding)
    SEMI JOIN (FROM previous.finding WHERE person_id IS NULL) USING (code)
), evidence AS (
    SELECT finding_id, person, count(*) AS n, 1 AS rank
    FROM (SELECT finding_id, person_id, unnest(record_ids) AS record_id FROM previous.finding WHERE state = 'open') AS f
    JOIN placed USING (record_id)
    WHERE placed.entity = f.person_id
    GROUP BY ALL
    UNION ALL
    SELECT finding_id, person, count(*), 2
    FROM previous.finding AS f JOIN placed ON placed.entity = f.person_id
    WHERE state = 'open'
    GROUP BY ALL
    UNION ALL
    SELECT finding_id, person, 1, 1 FROM of_nobody
), named AS (
    SELECT DISTINCT ON (finding_id) finding_id, person FROM evidence ORDER BY finding_id, rank, n DESC, person
), found AS (
    SELECT DISTINCT code, coalesce(person, 'unknown: ' || finding_id) AS person
    FROM previous.finding LEFT JOIN named USING (finding_id)
    WHERE state = 'open' AND NOT starts_with(code, 'SB')
), expected AS (
    SELECT DISTINCT code, person FROM truth_finding
)
SELECT 'finding ' || coalesce(f.code, e.code) AS measure,
       count(*) FILTER (f.code IS NOT NULL AND e.code IS NOT NULL) AS right_ones,
       count(f.code) AS found,
       count(e.code) AS true_ones
FROM found AS f FULL JOIN expected AS e ON e.code = f.code AND e.person = f.person
GROUP BY measure
"""
RECORDS = """
SELECT 'record' AS measure,
       (SELECT count(*) FROM placed) AS right_ones,
       (SELECT count(*) FROM previous.record) AS found,
       (SELECT count(*) FROM truth_record) AS true_ones
"""
# Codes that no truth can hold: a pair in doubt is the matcher's own, and right as long as it is in doubt.
UNANSWERED = ("ID12",)
# Findings of files (SB) have no truth.
UNTESTED = """
SELECT 'finding ' || code AS measure, TRUE AS untested FROM previous.finding_type
WHERE NOT testable AND NOT starts_with(code, 'SB')
"""


def evaluate(database: Path, truth_folder: Path) -> pl.DataFrame:
    """Compare a published database with `truth/record.csv` and `truth/finding.csv`.

    Gives one row a measure: `measure` String; `right_ones, found, true_ones` Int64; `precision, recall, f1` Float64
    (null where there is nothing to divide by, or the truth has no answer); `note` String. Measures: `record` (rows
    accepted, of the rows the truth knows); `link` (all pairs of accepted records of one person, within and between
    registers) and `link across registers`; `finding <CODE>` (persons).
    Raises UsageError when the truth folder lacks a file or column, or when nothing in it fits the database.
    """
    records = _read(truth_folder / "record.csv", TRUTH_RECORD)
    findings = _read(truth_folder / "finding.csv", TRUTH_FINDING)
    if records["source_row"].cast(pl.Int64, strict=False).null_count():
        raise UsageError("In the truth file record.csv the column source_row must hold whole numbers.")
    with duckdb.connect() as con, attached(con, database):
        con.execute("SET enable_progress_bar = false")
        con.register("truth_lines", records)
        con.execute(
            "CREATE TEMP TABLE truth_record AS "
            "SELECT source, file, source_row::BIGINT AS source_row, person FROM truth_lines"
        )
        con.register("truth_finding", findings)
        con.execute(history_sql("finding_key"))
        con.execute(PLACED)
        counts = pl.concat([con.sql(query).pl() for query in (RECORDS, PAIRS, FINDINGS)])
        untested = con.sql(UNTESTED).pl()
    if counts.filter(pl.col("measure") == "record")["right_ones"][0] == 0:
        raise UsageError(f"No row of {truth_folder.name}/record.csv is a record of the published database.")
    return _rates(counts, untested)


def _read(path: Path, columns: tuple[str, ...]) -> pl.DataFrame:
    """The named columns of a truth file, as text."""
    if not path.is_file():
        raise UsageError(f"The truth folder {path.parent} has no {path.name}.")
    try:
        frame = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError):
        raise UsageError(f"The truth file {path.name} cannot be read as a table.") from None
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise UsageError(f"The truth file {path.name} has no column {missing[0]}.")
    return frame.select(columns)


def _rates(counts: pl.DataFrame, untested: pl.DataFrame) -> pl.DataFrame:
    """Add precision, recall, F1 and the note on classes that were not, or only partly, tested."""
    answered = ~pl.col("measure").is_in([f"finding {code}" for code in UNANSWERED]) | (pl.col("true_ones") > 0)
    right = pl.when(answered).then("right_ones").cast(pl.Float64)
    sums = pl.col("found") + pl.col("true_ones")
    return (
        counts.join(untested, on="measure", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("found") > 0).then(right / pl.col("found")).alias("precision"),
            pl.when(pl.col("true_ones") > 0).then(right / pl.col("true_ones")).alias("recall"),
            pl.when(sums > 0).then(2 * right / sums).alias("f1"),
            pl.when("untested")
            .then(pl.lit("tidak dapat diuji (sepenuhnya)"))
            .when(~answered)
            .then(pl.lit("tanpa jawaban pembanding"))
            .otherwise(pl.lit(""))
            .alias("note"),
        )
        .drop("untested")
        .sort("measure")
    )


def table(measures: pl.DataFrame) -> str:
    """What `evaluate` gives, as a text table: shares with four decimals, a dash where there is nothing to divide by."""
    shares = [name for name, kind in measures.schema.items() if kind == pl.Float64]
    numbers = [kind.is_numeric() for kind in measures.schema.values()]
    share = pl.col(shares).round(4).cast(pl.Decimal(10, 4))
    texts = measures.with_columns(share).select(pl.all().cast(pl.String)).with_columns(pl.col(shares).fill_null("-"))
    return "\n".join(text_table(texts, texts.columns, numbers))
