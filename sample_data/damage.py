"""What typing and spreadsheets do to numbers and dates, on whole columns."""

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from sample_data.common import Bools, Dates, Ints, Rng, Rule, by_group, category
from sample_data.faults import Faults

IMPORTED = np.datetime64("2021-01-05")  # the day of the import that filled empty dates
Letters = npt.NDArray[np.uint8]


def _letters(values: pl.Series) -> Letters:
    """The 16 characters of each number as a matrix of bytes."""
    return np.frombuffer("".join(values.to_list()).encode(), dtype=np.uint8).reshape(len(values), -1).copy()


def _text(letters: Letters) -> pl.Series:
    width = letters.shape[1]
    return pl.Series("value", np.ascontiguousarray(letters).view(f"S{width}").ravel().astype(f"U{width}"))


def one_digit(values: pl.Series, rng: Rng) -> pl.Series:
    """One digit replaced by another."""
    letters = _letters(values)
    row, at = np.arange(len(letters)), rng.integers(0, letters.shape[1], len(letters))
    letters[row, at] = 48 + (letters[row, at] - 48 + rng.integers(1, 10, len(letters))) % 10
    return _text(letters)


def transposed(values: pl.Series, rng: Rng) -> pl.Series:
    """Two neighbouring digits exchanged."""
    letters = _letters(values)
    row, at = np.arange(len(letters)), rng.integers(0, letters.shape[1] - 1, len(letters))
    letters[row, at], letters[row, at + 1] = letters[row, at + 1].copy(), letters[row, at].copy()
    return _text(letters)


def _spliced(values: pl.Series, rng: Rng, keep: int, resume: int) -> pl.Series:
    at = pl.Series("at", rng.integers(1, 15, len(values)))
    frame = pl.DataFrame({"value": values, "at": at})
    left = pl.col("value").str.slice(0, pl.col("at") + keep)
    return frame.select((left + pl.col("value").str.slice(pl.col("at") + resume)).alias("value"))["value"]


def scientific(values: pl.Series) -> pl.Series:
    """3601234567890001 as a spreadsheet exports a narrow number column: 3.60123E+15."""
    return values.str.slice(0, 1) + "." + values.str.slice(1, 5) + "E+15"


def nik(values: pl.Series, kk: pl.Series, faults: Faults, care: float, sheet: float, rng: Rng) -> pl.Series:
    """NIKs as a register carries them ("" = empty). `care` multiplies typing faults, `sheet` spreadsheet ones."""
    typed: tuple[tuple[float, Rule], ...] = (
        (faults.nik_missing, lambda part, _: part.str.slice(0, 0)),
        (faults.nik_zero, lambda part, _: part.str.slice(0, 0) + "0"),
        (faults.nik_one_digit, lambda part, _: one_digit(part, rng)),
        (faults.nik_transposed, lambda part, _: transposed(part, rng)),
        (faults.nik_is_kk, lambda part, rows: kk.gather(rows)),
        (faults.nik_of_previous, lambda part, rows: values.gather(np.maximum(rows - 1, 0))),
        (faults.nik_placeholder, lambda part, _: part.str.slice(0, 6) + "0000000000"),
        (faults.nik_short, lambda part, _: _spliced(part, rng, 0, 1)),
        (faults.nik_long, lambda part, _: _spliced(part, rng, 1, 0)),
        (faults.nik_spaced, lambda part, _: part.str.replace(r"^(.{6})(.{6})(.{4})$", "${1} ${2} ${3}")),
    )
    spreadsheet: tuple[tuple[float, Rule], ...] = (
        (faults.nik_scientific, lambda part, _: scientific(part)),
        (faults.nik_rounded, lambda part, _: part.str.slice(0, 15) + "0"),
        (faults.nik_dot_zero, lambda part, _: part + ".0"),
        (faults.nik_apostrophe, lambda part, _: "'" + part),
    )
    rates = [rate * care for rate, _ in typed] + [rate * sheet for rate, _ in spreadsheet]
    kind = category(rng, rates, len(values))
    return by_group(values, kind, {k + 1: rule for k, (_, rule) in enumerate(typed + spreadsheet)})


def birth(values: Dates, latest: date, faults: Faults, care: float, rng: Rng) -> Dates:
    """Birth dates as a register carries them (NaT = empty); none is later than `latest`."""
    rates = (
        faults.birth_default,
        faults.birth_swapped,
        faults.birth_year_off,
        faults.birth_day_off,
        faults.birth_import_date,
        faults.birth_missing,
    )
    kind = category(rng, [rate * care for rate in rates], len(values))
    year = values.astype("datetime64[Y]")
    month = values.astype("datetime64[M]")
    day_of_month = (values - month.astype("datetime64[D]")).astype(np.int64) + 1
    month_of_year = (month - year.astype("datetime64[M]")).astype(np.int64) + 1
    swapped = _date(year, day_of_month, month_of_year)
    swapped = np.where((day_of_month <= 12) & (day_of_month != month_of_year), swapped, _other_day(values, rng))
    shift = np.asarray((-10, -2, -1, 1, 2, 10))[rng.integers(0, 6, len(values))].astype("timedelta64[Y]")
    other_year = _date(year + shift, month_of_year, np.minimum(day_of_month, 28))
    imported = np.full(len(values), IMPORTED)
    options = [year.astype("datetime64[D]"), swapped, other_year, _other_day(values, rng), imported]
    changed = np.select([kind == k + 1 for k in range(len(options))], options, values)
    changed = np.where(changed > np.datetime64(latest, "D"), values, changed)
    return np.where(kind == len(rates), np.datetime64("NaT", "D"), changed).astype("datetime64[D]")


def _other_day(values: Dates, rng: Rng) -> Dates:
    steps = np.asarray((-10, -3, -2, -1, 1, 2, 3, 10))[rng.integers(0, 8, len(values))]
    moved: Dates = values + steps.astype("timedelta64[D]")
    return moved


def _date(year: Dates, month: Ints, day: Ints) -> Dates:
    first = year.astype("datetime64[M]") + (month - 1).astype("timedelta64[M]")
    made: Dates = first.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    return made


def flipped(values: Bools, rate: float, missing: float, rng: Rng) -> Ints:
    """1 for a woman, 0 for a man, -1 for empty; wrong at `rate`."""
    draw_ = rng.random(len(values))
    wrong = np.where(draw_ < rate, ~values, values).astype(np.int64)
    return np.where(draw_ > 1 - missing, -1, wrong)
