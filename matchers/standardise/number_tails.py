"""Numbers whose tails a spreadsheet bent: what is wrong is a habit of the file, and is judged by all of its numbers.

The counts by which a file is judged can be added up, so that a file read in parts is judged as one.
"""

import math

import polars as pl

from matchers.standardise.text import EXACT_DOUBLE

LENGTH = 16
# Numbers that end in so many zeros are counted, from one to this many.
MOST_ZEROS = 4
# A number that ends in so many is scientific notation written out; it says nothing of the others of its file.
WRITTEN_OUT = 7
# Offices type 0000 for a serial that they do not know, in up to this share of a file, which is no spreadsheet's doing.
SERIAL_UNKNOWN = 0.02
# A file is called damaged only when chance would explain it less often than once in ten thousand.
_EVIDENCE = math.log(1e4)
# Of the numbers above 2^53 a quarter can be divided by four; of numbers bent to doubles three quarters.
_FOURS_BY_CHANCE = 0.25
# A file wrote one digit too many when this share of its numbers has 17 digits, the last of them a 0.
LONG_FILE = 0.5


def count_tails(digits: pl.Series, file: pl.Series) -> pl.DataFrame:
    """What the numbers of each file end in, as `sound_tails` judges it; counts of parts of a file can be added up.

    digits: String of digits or null; file: any key. Out: `file`, `shortened` (whether the counts are of the numbers of
    17 digits that end in 0, without that 0), and the counts.
    """
    frame = pl.DataFrame({"file": file, "digits": digits}).with_columns(size=pl.col("digits").str.len_chars())
    whole = pl.when(pl.col("size") == LENGTH).then("digits")
    counted = _counted(frame, whole, shortened=False)
    long = frame.filter((pl.col("size") == LENGTH + 1) & pl.col("digits").str.ends_with("0"))
    if not long.height:
        return counted
    return pl.concat([counted, _counted(long, pl.col("digits").str.slice(0, LENGTH), shortened=True)])


def sound_tails(digits: pl.Series, file: pl.Series, counts: pl.DataFrame | None = None) -> pl.DataFrame:
    """The numbers, and which of them may have lost their last digits in a spreadsheet, judged by their file.

    digits: String of digits or null; file: any key; counts: of `count_tails` over the whole files, where these rows are
    only parts of them. Out: `digits`, without the 0 of files that wrote `3602...0001.0` and then lost the point (most
    of their numbers have 17 digits, and all of those end in 0; elsewhere nobody knows which digit is too many), and
    `lost` (Boolean, never null).

    Two kinds of loss, each found as well where only some of a file's rows passed through the spreadsheet. *Digits cut
    off*: many more of the file's numbers end in 0, 00, 000 or 0000 than chance allows; those that do are not to be
    believed. *Double precision*: of the numbers above 2^53 many more can be divided by four than chance allows; they
    may stand for an odd neighbour.
    """
    judged = _judged_files(counts if counts is not None else count_tails(digits, file))
    frame = pl.DataFrame({"digits": digits, "file": file})
    if judged.select(pl.col("ends").is_null().all() & ~pl.any_horizontal("doubled", "long_file").any()).item():
        return frame.select("digits", lost=pl.lit(False))
    joined = frame.join(judged, on="file", how="left", maintain_order="left", nulls_equal=True)
    long = (pl.col("digits").str.len_chars() == LENGTH + 1) & pl.col("digits").str.ends_with("0")
    joined = joined.with_columns(
        digits=pl.when(pl.col("long_file") & long).then(pl.col("digits").str.slice(0, LENGTH)).otherwise("digits")
    )
    joined = joined.with_columns(number=_number(pl.when(pl.col("digits").str.len_chars() == LENGTH).then("digits")))
    cut = pl.any_horizontal((pl.col("ends") == k) & (pl.col("number") % 10**k == 0) for k in range(1, MOST_ZEROS + 1))
    bent = pl.col("doubled") & (pl.col("number") > EXACT_DOUBLE) & (pl.col("number") % 4 == 0)
    return joined.select("digits", lost=cut.fill_null(False) | bent.fill_null(False))


def _number(digits: pl.Expr) -> pl.Expr:
    return digits.cast(pl.Int64, strict=False)


def _counted(frame: pl.DataFrame, digits: pl.Expr, shortened: bool) -> pl.DataFrame:
    """The counts of `file, digits, size`, the ends being those of `digits`."""
    number = pl.col("number")
    large = (number > EXACT_DOUBLE).fill_null(False)
    counts = {
        "given": pl.col("size").count(),
        "long": (pl.col("size") == LENGTH + 1).sum(),
        "n": number.count(),
        **{f"zeros_{k}": (number % 10**k == 0).sum() for k in range(1, MOST_ZEROS + 1)},
        "nines": (number % 10 == 9).sum(),
        "large": large.sum(),
        "odd": (large & (number % 2 == 1)).sum(),
        "fours": (large & (number % 4 == 0)).sum(),
    }
    number_of = pl.when(_number(digits) % 10**WRITTEN_OUT != 0).then(_number(digits))
    counted = frame.select("file", "size", number=number_of).group_by("file")
    return counted.agg(count.cast(pl.Int64).alias(name) for name, count in counts.items()).select(
        "file", pl.lit(shortened).alias("shortened"), *counts
    )


def _judged_files(counts: pl.DataFrame) -> pl.DataFrame:
    """`file`, `ends`: from how many zeros at the end its numbers are lost (null: from none); `doubled`; `long_file`."""
    of_zero = pl.col("given").filter("shortened").sum()
    long, given = (pl.col(name).filter(~pl.col("shortened")).sum() for name in ("long", "given"))
    told = counts.group_by("file").agg(long_file=(of_zero > LONG_FILE * given) & (of_zero == long))
    used = counts.join(told, on="file", nulls_equal=True).filter(~pl.col("shortened") | pl.col("long_file"))
    counted = used.group_by("file", "long_file").agg(pl.exclude("shortened").sum())
    counted = counted.with_columns(ends=pl.lit(None, pl.Int8), explained=pl.lit(0, pl.Int64))
    for k in range(MOST_ZEROS, 0, -1):  # what longer tails explain is not asked twice
        counted = counted.with_columns(more=pl.col(f"zeros_{k}") - pl.col("explained"))
        beyond = _beyond("more", "n", 10.0**-k if k < MOST_ZEROS else SERIAL_UNKNOWN)
        if k == 1:
            # Serials count up from 0001, so of sound numbers no more end in 0 than in 9, whatever their number.
            counted = counted.with_columns(tens=pl.col("more") + pl.col("nines"))
            beyond = beyond | _beyond("more", "tens", 0.5)
        counted = counted.with_columns(beyond=beyond).with_columns(
            ends=pl.when("beyond").then(pl.lit(k, pl.Int8)).otherwise("ends"),
            explained=pl.when(pl.col("beyond") | (k == MOST_ZEROS)).then(f"zeros_{k}").otherwise("explained"),
        )
    no_odd = (pl.col("odd") == 0) & (pl.col("large") * math.log(2) >= _EVIDENCE)
    return counted.select("file", "ends", "long_file", doubled=no_odd | _beyond("fours", "large", _FOURS_BY_CHANCE))


def _beyond(count: str, of: str, chance: float) -> pl.Expr:
    """Whether a count is larger than chance would make it, by Chernoff: P <= exp(-n * KL(share || chance))."""
    n = pl.col(of)
    share = pl.col(count) / n
    other = 1 - share
    divergence = share * (share / chance).log() + pl.when(other > 0).then(
        other * (other / (1 - chance)).log()
    ).otherwise(0.0)
    # A share of nothing is no number, and would count as larger than any.
    return ((n > 0) & (share > chance) & (n * divergence >= _EVIDENCE)).fill_null(False)
