"""`padan simulate`: a scenario on the published database, as tables on the screen and as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows.publish import published
from flows.query import lock_in, told
from flows.query_forms import TABLE, form_of, write_file, write_text
from flows.scenarios import month_after
from flows.simulate import Answer, Scenario, simulate
from flows.text_table import text_table
from reports.form import number


def simulate_published(output: Path, asked: Scenario, begin: date | None, out: Path | None) -> str:
    """The answer to a scenario on the published database of the folder `output`, in plain tables.

    begin: first day of the first month; the month after the night's day without one. out: a file for the rows of
    `flows.simulate.Answer` in the form that its name ends in (`flows.query_forms`), or for these tables when that is
    .txt; it is written over. Nothing else can be written, no file read.
    Raises UsageError, one plain sentence, when there is no database, the condition does not run or the file cannot be
    written.
    """
    form = form_of(None, out)
    database = published(output)
    with duckdb.connect() as con:
        lock_in(con, database)
        try:
            first = begin or month_after(_as_of(con))
            answer = simulate(con, Scenario(**{**vars(asked), "begin": first}))
        except duckdb.Error as error:
            raise told(error) from None
        text = "\n".join(_tables(asked, answer))
        if out is None:
            return text
        if form == TABLE:
            write_text(text, out)
        else:
            write_file(con.from_arrow(answer.rows.to_arrow()), form, out)
    return f"{text}\nRows: {out}"


def _as_of(con: duckdb.DuckDBPyConnection) -> date:
    ((day,),) = con.execute("SELECT as_of FROM parameter").fetchall()
    return date.fromisoformat(str(day))


def _tables(asked: Scenario, answer: Answer) -> list[str]:
    """What an operator reads: who, by desil; what each fund pays in each regency and in all."""
    lines = [_sentence(asked, answer)]
    if asked.budget is not None:
        lines += ["", *_table(answer.deciles, {"decile": "desil (0: not ranked)"})]
    if answer.rows.height:
        amounts = pl.col("people", "rupiah_per_month", "rupiah_total").sum()
        by_fund = answer.rows.group_by("fund", "from_month", "to_month").agg(amounts).sort("fund", "from_month")
        totals = answer.rows.group_by("fund").agg(pl.col("rupiah_total").sum()).sort("fund")
        every = pl.DataFrame({"fund": ["all funds"], "rupiah_total": [totals["rupiah_total"].sum()]})
        for frame in (answer.rows.drop("segment", "months"), by_fund, pl.concat([totals, every])):
            lines += ["", *_table(frame)]
    return lines


def _sentence(asked: Scenario, answer: Answer) -> str:
    people = number(answer.people)
    if asked.budget is None:
        return f"{people} people would be covered."
    return f"The budget of Rp{number(asked.budget)} covers {people} of {number(answer.matching)} people."


def _table(frame: pl.DataFrame, renamed: dict[str, str] | None = None) -> list[str]:
    numbers = [dtype.is_numeric() for dtype in frame.dtypes]
    texts = frame.select(
        pl.col(name).dt.strftime("%Y-%m")
        if dtype == pl.Date
        else pl.col(name).map_elements(number, return_dtype=pl.String)
        if dtype.is_numeric()
        else pl.col(name)
        for name, dtype in frame.schema.items()
    )
    return text_table(texts, [(renamed or {}).get(name, name) for name in frame.columns], numbers)
