"""The gates: what must be so before a night's results may replace the published database.

A half-read province is worse than yesterday's whole one: people would look uninsured, excluded or unlisted because
a file was missing. So a run is held, with one plain sentence, and the previous database stands.

What is judged has a row a file, a sender or an expectation, and never a row of data: where rows are gone through one by
one, each becomes a sentence.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import polars as pl

from reports.form import number
from schemas.errors import Held, PadanError
from schemas.expectations import load_suites

# A file's own share is judged from this many rows on: below it, two odd rows would hold a province back.
ENOUGH_ROWS = 50

# A repeated file is not read twice, so nothing is lost by it.
HARMLESS = ("duplicate",)
# A sender of whom nothing came is judged by its fall to nothing, as long as it had rows enough.
LATE = "late"

# The gate that tells of last good rows which the settings leave unused.
COULD_STAND_IN = "last_good_unused"

# Accepted rows by kind and owner_code.
Counts = Mapping[tuple[str, str | None], int]


@dataclass(frozen=True, slots=True)
class Gate:
    """One check on the night, passed or not, in a sentence for operators (en) and officers (id)."""

    code: str
    passed: bool
    source: str
    sentence: str
    sentence_id: str


class Settings(Protocol):
    """`[gates]` of the configuration: kinds that must be there; the largest shares that may fall or be quarantined."""

    @property
    def required(self) -> tuple[str, ...]: ...
    @property
    def max_drop(self) -> float: ...
    @property
    def max_quarantine(self) -> float: ...


class Judged(Protocol):
    """What validation gives: `validation`, a frame with the columns of `flows.validate.VALIDATION`."""

    @property
    def validation(self) -> pl.DataFrame: ...


def gates(
    files: pl.DataFrame,
    verdicts: Judged,
    accepted: Mapping[str, int],
    before: Counts | None,
    settings: Settings,
) -> list[Gate]:
    """Judge a night. Pure.

    Where a file's place is taken by the sender's last good rows (`rows_stood_in`, `stale_since` of `source_file`),
    these are what is judged.

    `files`: the table `source_file` of this run (`source, owner_code, file, rows_read, rows_accepted,
    rows_quarantined, problem, problem_text, problem_text_id`); `accepted`: rows accepted by kind; `before`: the
    last published run's accepted rows by kind and owner, None when there is none. The gates come in the order
    in which an operator should read them; the one to be told first is the first that has not passed.
    """
    files = _in_use(files)
    return [
        *_arrivals(files, accepted, settings.required),
        *_expectations(verdicts.validation),
        *_quarantine(files, settings.max_quarantine),
        *_drops(files, accepted, before, settings),
    ]


def _in_use(files: pl.DataFrame) -> pl.DataFrame:
    """The files as far as the night uses them: of a refused one the rows that stand in for it, without its problem."""
    if "stale_since" not in files.columns:
        return files
    stale, stood_in = pl.col("stale_since").is_not_null(), pl.col("rows_stood_in")
    return files.with_columns(
        rows_read=pl.when(stale).then(stood_in).otherwise("rows_read"),
        rows_accepted=pl.when(stale).then(stood_in).otherwise("rows_accepted"),
        rows_quarantined=pl.when(stale).then(0).otherwise("rows_quarantined"),
        problem=pl.when(~stale).then("problem"),
    )


def hold(judged: Iterable[Gate]) -> None:
    """Raise Held, with one sentence that names the first reason and how many more, when a gate has not passed."""
    every = list(judged)
    reasons = [gate for gate in every if not gate.passed]
    if not reasons:
        return
    more = len(reasons) - 1
    tail = f" (and {more} more reason{'s' if more > 1 else ''})" if more else ""
    if could := [gate for gate in every if gate.code == COULD_STAND_IN]:
        tail += f"; {could[0].sentence.rstrip('.')}"
    raise Held(f"The run was held back: {reasons[0].sentence.rstrip('.')}{tail}.")


def previous_counts(published: Path | duckdb.DuckDBPyConnection | None) -> Counts | None:
    """The accepted rows by kind and owner of the last run in a published database; None when there is none.

    `published` is the database's file or a connection to it. Raises PadanError when the file cannot be read.
    """
    if published is None:
        return None
    if isinstance(published, Path):
        try:
            with duckdb.connect(str(published.resolve(strict=True)), read_only=True) as con:
                return previous_counts(con)
        except (duckdb.Error, OSError):
            raise PadanError(f"The previous database {published.name} could not be read.") from None
    known = published.execute("select column_name from duckdb_columns() where table_name = 'source_file'").fetchall()
    also = " + coalesce(rows_stood_in, 0)" if ("rows_stood_in",) in known else ""
    rows = published.execute(
        f"select source, owner_code, sum(rows_accepted{also}) from source_file where run_id = "
        "(select run_id from run order by finished_at desc, run_id desc limit 1) group by all"
    ).fetchall()
    return {(source, owner): int(count) for source, owner, count in rows} or None


# --- what arrived -----------------------------------------------------------------------------------------------------


def _arrivals(files: pl.DataFrame, accepted: Mapping[str, int], required: Iterable[str]) -> list[Gate]:
    """Required kinds must be there, each of their files whole; of the others, what cannot be used is told."""
    needed = tuple(required)
    optional = [
        Gate(
            "optional_source",
            True,
            row["source"],
            f"{row['problem_text']} The findings that need it cannot be tested.",
            f"{row['problem_text_id']} Temuan yang memerlukannya tidak dapat diuji.",
        )
        for row in _troubled(files).filter(~pl.col("source").is_in(needed)).iter_rows(named=True)
    ]
    return [gate for kind in needed for gate in _arrival(files, kind, accepted.get(kind, 0))] + optional


def _arrival(files: pl.DataFrame, kind: str, accepted: int) -> list[Gate]:
    """The gates of one required kind."""
    of_kind = files.filter(pl.col("source") == kind)
    title = _title(kind)
    if of_kind.is_empty():
        return [
            Gate(
                "source_missing",
                False,
                kind,
                f"The required source {kind} is not configured.",
                f"Sumber wajib {kind} ({title}) tidak ada dalam pengaturan.",
            )
        ]
    troubled = _troubled(of_kind)
    if accepted == 0:
        first = troubled.row(0, named=True) if troubled.height else {}
        why = first.get("problem_text") or "not one of its rows is fit for use."
        why_id = first.get("problem_text_id") or "tidak satu pun barisnya layak pakai."
        return [
            Gate(
                "source_missing",
                False,
                kind,
                f"Nothing of the required source {kind} can be used: {why}",
                f"Sumber wajib {kind} ({title}) tidak dapat dipakai: {why_id}",
            )
        ]
    if troubled.is_empty():
        count = of_kind.height
        return [
            Gate(
                "source_arrived",
                True,
                kind,
                f"The required source {kind} arrived whole, in {count} file{'s' if count > 1 else ''}.",
                f"Sumber wajib {kind} ({title}) diterima lengkap dalam {count} berkas.",
            )
        ]
    return [
        Gate(
            "column_lost" if row["problem"] == "column_missing" else "file_unusable",
            False,
            kind,
            f"A file of the required source {kind} cannot be used: {row['problem_text']}",
            f"Satu berkas sumber wajib {kind} ({title}) tidak dapat dipakai: {row['problem_text_id']}",
        )
        for row in troubled.iter_rows(named=True)
    ]


def _troubled(files: pl.DataFrame) -> pl.DataFrame:
    return files.filter(pl.col("problem").is_not_null() & ~pl.col("problem").is_in((*HARMLESS, LATE)))


# --- what it is like --------------------------------------------------------------------------------------------------


def _expectations(validation: pl.DataFrame) -> list[Gate]:
    """Critical expectations: judged over the whole kind, and by file where the declaration says so."""
    critical = validation.filter(pl.col("severity") == "critical")
    whole = (
        critical.filter(~pl.col("source_success"))
        .group_by("source", "expectation", maintain_order=True)
        .agg(pl.col("reason", "reason_id").first(), pl.col("unexpected", "evaluated").sum(), pl.col("file").first())
    )
    lone = critical.filter(
        pl.col("source_success")
        & (pl.col("scope") == "file")
        & ~pl.col("success")
        & (pl.col("evaluated") >= ENOUGH_ROWS)
    )
    failed = [
        _critical(row, row["source"], f"{row['source']} ({_title(row['source'])})")
        for row in whole.iter_rows(named=True)
    ] + [_critical(row, row["file"], row["file"]) for row in lone.iter_rows(named=True)]
    if failed or critical.is_empty():
        return failed
    count = critical.select(pl.struct("source", "expectation").n_unique()).item()
    return [
        Gate(
            "critical_expectation",
            True,
            "",
            f"All {count} critical expectations are met.",
            f"Semua {count} syarat mutu pokok terpenuhi.",
        )
    ]


def _critical(row: Mapping[str, object], where: str, where_id: str) -> Gate:
    bad, rows = row["unexpected"], row["evaluated"]
    counts = f" ({_english(bad)} of {_english(rows)} rows)" if row["file"] else ""
    counts_id = f" ({number(bad or 0)} dari {number(rows or 0)} baris)" if row["file"] else ""
    return Gate(
        "critical_expectation",
        False,
        str(row["source"]),
        f"{where}: {str(row['reason']).rstrip('.')}{counts}.",
        f"{where_id}: {str(row['reason_id']).rstrip('.')}{counts_id}.",
    )


def _quarantine(files: pl.DataFrame, allowed: float) -> list[Gate]:
    """The share of a kind's rows, and of a file's where it has enough, that are not fit for use."""
    by_kind = files.group_by("source", maintain_order=True).agg(pl.col("rows_read", "rows_quarantined").sum())
    bad_kinds = by_kind.filter(_above(allowed))
    bad_files = files.filter(
        _above(allowed) & (pl.col("rows_read") >= ENOUGH_ROWS) & ~pl.col("source").is_in(bad_kinds["source"].implode())
    )
    failed = [
        _too_many(row, row["source"], f"{row['source']} ({_title(row['source'])})", allowed)
        for row in bad_kinds.iter_rows(named=True)
    ] + [_too_many(row, row["file"], row["file"], allowed) for row in bad_files.iter_rows(named=True)]
    if failed:
        return failed
    share = f"{allowed:.0%}"
    return [
        Gate(
            "quarantine_share",
            True,
            "",
            f"No source has more than {share} of its rows in quarantine.",
            f"Tidak ada sumber yang lebih dari {share} barisnya dikarantina.",
        )
    ]


def _above(allowed: float) -> pl.Expr:
    return pl.col("rows_quarantined") > pl.col("rows_read") * allowed + 1e-9


def _too_many(row: Mapping[str, object], where: str, where_id: str, allowed: float) -> Gate:
    bad, read = row["rows_quarantined"], row["rows_read"]
    return Gate(
        "quarantine_share",
        False,
        str(row["source"]),
        f"{where}: {_english(bad)} of {_english(read)} rows are not fit for use, more than the {allowed:.0%} allowed.",
        f"{where_id}: {number(bad)} dari {number(read)} baris tidak layak pakai, melebihi batas {allowed:.0%}.",
    )


# --- against the last published run -----------------------------------------------------------------------------------


def _drops(files: pl.DataFrame, accepted: Mapping[str, int], before: Counts | None, settings: Settings) -> list[Gate]:
    """Kinds, and single offices of required kinds, whose accepted rows fell beyond the share allowed."""
    if before is None:
        return []
    earlier: Counter[str] = Counter()
    for (kind, _), rows in before.items():
        earlier[kind] += rows
    # An optional source that does not come is "cannot be tested"; one that comes with a fraction is half read.
    expected = [kind for kind in earlier if kind in settings.required or accepted.get(kind, 0) > 0]
    fallen = {kind for kind in expected if _fell(earlier[kind], accepted.get(kind, 0), settings.max_drop)}
    failed = [
        _fallen(kind, kind, f"{kind} ({_title(kind)})", earlier[kind], accepted.get(kind, 0), settings.max_drop)
        for kind in expected
        if kind in fallen
    ]
    by_sender = files.group_by("source", "owner_code").agg(pl.col("rows_accepted").sum())
    now = {(source, owner): int(rows) for source, owner, rows in by_sender.iter_rows()}
    for (kind, owner), rows in sorted(before.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        if kind in fallen or kind not in settings.required or rows < ENOUGH_ROWS:
            continue
        if _fell(rows, now.get((kind, owner), 0), settings.max_drop):
            where = f"{kind} of {owner}", f"{kind} dari {owner}"
            failed.append(_fallen(kind, *where, rows, now.get((kind, owner), 0), settings.max_drop))
    if failed:
        return failed
    return [
        Gate(
            "count_fallen",
            True,
            "",
            f"No source fell by more than {settings.max_drop:.0%} against the last published run.",
            f"Tidak ada sumber yang turun lebih dari {settings.max_drop:.0%} dibandingkan terbitan terakhir.",
        )
    ]


def _fell(before: int, now: int, allowed: float) -> bool:
    return before - now > before * allowed + 1e-9


def _fallen(kind: str, where: str, where_id: str, before: int, now: int, allowed: float) -> Gate:
    return Gate(
        "count_fallen",
        False,
        kind,
        f"{where}: the rows fell from {_english(before)} to {_english(now)}, by more than the {allowed:.0%} allowed.",
        f"{where_id}: jumlah baris turun dari {number(before)} menjadi {number(now)}, melebihi batas {allowed:.0%}.",
    )


# --- words ------------------------------------------------------------------------------------------------------------


def _title(kind: str) -> str:
    suite = load_suites().get(kind)
    return suite.title_id if suite else kind


def _english(count: object) -> str:
    """A whole number as English writes it; nothing is nought."""
    return f"{count or 0:,}"
