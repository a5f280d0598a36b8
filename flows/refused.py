"""What is said of refused files at the gates: which rows stand in for them, which could, which files hold the run."""

from collections.abc import Iterable

import polars as pl

from flows.gates import COULD_STAND_IN, Gate
from flows.last_good import StandIn
from flows.quality import day_in_words
from reports.form import number


def refusals(graded: pl.DataFrame, stand_ins: Iterable[StandIn], judged: Iterable[Gate]) -> list[Gate]:
    """The gates of refused files, after those of `gates.gates`. Pure.

    graded: `source_quality` of the night. A refused file with rows for which nothing stands in holds the run: half a
    register is worse than yesterday's. Where another gate holds that kind already, it is not said twice.
    """
    held = {gate.source for gate in judged if not gate.passed}
    first = graded.filter(pl.col("grade") == "F").unique(["source", "owner_code"], keep="first", maintain_order=True)
    # A row a sender, and of these a refused one.
    reasons = {(row["source"], row["owner_code"]): row for row in first.iter_rows(named=True)}
    said = [_stand_in(one, reasons.get((one.sender.source, one.sender.owner), {})) for one in stand_ins]
    for row in first.filter((pl.col("verdict") == "refused") & (pl.col("rows_accepted") > 0)).iter_rows(named=True):
        if row["source"] not in held:
            where, where_id = _place(row["source"], row["owner_code"])
            said.append(
                Gate("file_refused", False, row["source"], f"{where}: {row['file']} is refused. {row['reason']}",
                     f"{where_id}: {row['file']} ditolak. {row['reason_id']}")
            )  # fmt: skip
    return said


def _stand_in(one: StandIn, refused: dict[str, str]) -> Gate:
    where, where_id = _place(one.sender.source, one.sender.owner)
    day, rows, rows_id = day_in_words(one.since), f"{one.rows:,}", number(one.rows)
    if one.used:
        return Gate(
            "last_good",
            True,
            one.sender.source,
            f"{where}: tonight's file is refused ({_bare(refused.get('reason'))}); the {rows} rows of {day} are used.",
            f"{where_id}: berkas malam ini ditolak ({_bare(refused.get('reason_id'))}); dipakai {rows_id} baris "
            f"per {day}.",
        )
    return Gate(
        COULD_STAND_IN,
        True,
        one.sender.source,
        f"{where}: the {rows} rows of {day} could stand in, but {one.why[0]}.",
        f"{where_id}: {rows_id} baris per {day} dapat dipakai, tetapi {one.why[1]}.",
    )


def _bare(sentence: str | None) -> str:
    return (sentence or "").rstrip(".")


def _place(source: str, owner: str | None) -> tuple[str, str]:
    return (f"{source} of {owner}", f"{source} dari {owner}") if owner else (source, source)
