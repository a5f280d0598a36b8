"""The columns that a spec makes out of a file's own columns, by named standardisers, before anything is compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import polars as pl

from matchers.spec import Column, Spec, SpecError
from matchers.standardise import general
from matchers.standardise.codes import standardise_kk, standardise_sex
from matchers.standardise.names import name_key, standardise_names
from matchers.standardise.text import lossless_digits

Standardiser = Callable[[pl.Series], pl.Series]


def _nik(raw: pl.Series) -> pl.Series:
    """Sixteen digits or null."""
    found = lossless_digits(raw)["digits"]
    return found.set(found.str.len_chars() != 16, None).rename(raw.name)


def _name_key(raw: pl.Series) -> pl.Series:
    """The sound of a name that `indonesian_name` has made."""
    key = name_key(raw)
    return key.set(key == "", None).rename(raw.name)


DATE_PARTS: Final = {"year", "month", "day_month"}
# The names by which a spec calls them. `date` gives dates; every other one gives text.
STANDARDISERS: Final[dict[str, Standardiser]] = {
    "text": general.text,
    "letters": general.letters,
    "name": general.name,
    "digits": general.digits,
    "code": general.code,
    "date": general.date_of,
    "date_digits": general.date_digits,
    "sex": general.sex,
    "sound": general.sound,
    "sorted_words": general.sorted_words,
    "first_word": general.first_word,
    "last_word": general.last_word,
    "joined": general.joined,
    "indonesian_name": lambda raw: standardise_names(raw)["name_std"].rename(raw.name),
    "indonesian_name_key": _name_key,
    "indonesian_sex": standardise_sex,
    "nik": _nik,
    "kk": standardise_kk,
}


def make_columns(frame: pl.DataFrame, spec: Spec) -> pl.DataFrame:
    """One file's records with the columns that the spec makes (`[[column]]`), beside those that the file has.

    Headings are matched without regard to case, spaces, dots and underscores. A made column may be made of one made
    before it. A column that the spec compares without making it is taken over under the spec's name: as a date where
    it is compared as one, otherwise as text (the columns of ids, registers and sources stay as they are).

    Raises SpecError for a standardiser that does not exist, and for a column that the file lacks and that is not
    optional.
    """
    made = frame
    own = {column.name for column in spec.made}
    for column in spec.made:
        _check_steps(column)
        made = made.with_columns(_made(made, column).rename(column.name))
    places = {spec.record, spec.register, spec.source}
    dates = {name for c in spec.comparisons if c.kind in {"date", "cross"} for name in c.columns}
    for name in spec.given_columns:
        found = name if name in own else _find(frame, name, f"column {name!r}")
        if found is not None:
            series = made[found] if name in places else _compared(made[found], name in dates)
            made = made.with_columns(series.alias(name))
    _check_kinds(made, spec)
    return made


def _compared(column: pl.Series, as_date: bool) -> pl.Series:
    if not as_date:
        return column if column.dtype in (pl.String, pl.Date) else _as_text(column)
    return general.date_of(column) if column.dtype == pl.String else column.cast(pl.Date)


def _check_kinds(frame: pl.DataFrame, spec: Spec) -> None:
    """Dates are compared and taken apart as dates, everything else as text."""
    wanted = [
        (f"comparison {c.name!r}", name, c.kind in {"date", "cross"}, f"kind {c.kind!r}")
        for c in spec.comparisons
        for name in c.columns
        if c.kind != "category"
    ]
    wanted += [
        (f"block {block.name!r}", part.column, part.part in DATE_PARTS, f"part {part.part!r}")
        for block in spec.blocks
        for part in (*block.key, *block.split)
        if part.part is not None
    ]
    for where, name, as_date, how in wanted:
        if name in frame.columns and (frame.schema[name] == pl.Date) != as_date:
            needed, is_now = ("a date", "text") if as_date else ("text", "a date")
            raise SpecError(f"{where}: {how} is for {needed}, and the column {name!r} is {is_now}")


def _check_steps(column: Column) -> None:
    for step in column.standardise:
        if step not in STANDARDISERS:
            raise SpecError(
                f"column {column.name!r}: 'standardise' names {step!r}, which does not exist; known are "
                + ", ".join(sorted(STANDARDISERS))
            )
    if "date" in column.standardise[:-1]:
        raise SpecError(f"column {column.name!r}: in 'standardise', 'date' gives a date and must be the last step")


def _made(frame: pl.DataFrame, column: Column) -> pl.Series:
    where = f"column {column.name!r}"
    if column.any_of:
        candidates = (_find(frame, name, where) for name in column.any_of)
        found = next(([name] for name in candidates if name is not None), [])
        wanted = column.any_of
    else:
        found = [name for source in column.sources if (name := _find(frame, source, where)) is not None]
        wanted = column.sources
    needed = 1 if column.any_of else len(column.sources)
    if len(found) < needed and not column.optional:
        setting = "'any_of'" if column.any_of else "'from'"
        absent = [name for name in wanted if _find(frame, name, where) is None]
        # The headings that are there are not named: in a file without a heading row they are a person's data.
        raise SpecError(f"{where}: there is no column {' or '.join(map(repr, absent))}, which {setting} names")
    if not found:
        out = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    elif len(found) == 1 and not column.standardise:
        out = frame[found[0]]
    elif len(found) == 1:
        out = _as_text(frame[found[0]])
    else:
        texts = [_as_text(frame[name]).rename(str(place)) for place, name in enumerate(found)]
        together = pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator=" ", ignore_nulls=True).alias("t"))
        out = together.select(pl.when(pl.col("t") != "").then("t"))["t"]
    for step in column.standardise:
        out = STANDARDISERS[step](out)
    return out


def _find(frame: pl.DataFrame, name: str, where: str) -> str | None:
    """The file's own heading for a column: the very same one, else the one that differs in case and marks only."""
    if name in frame.columns:
        return name
    alike = [heading for heading in frame.columns if _plain(heading) == _plain(name)]
    if len(alike) > 1:
        raise SpecError(f"{where}: the columns {', '.join(map(repr, alike))} of the file are all {name!r}")
    return alike[0] if alike else None


def _plain(heading: str) -> str:
    return re.sub(r"[\s._]+", "", heading).casefold()


def _as_text(column: pl.Series) -> pl.Series:
    """Text, in which a whole number has no `.0`: a column of numbers with gaps often comes as fractions."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
        if (column.drop_nulls() % 1 == 0).all():
            column = column.cast(pl.Int64, strict=False)
    return column.cast(pl.String)
