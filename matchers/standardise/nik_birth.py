"""The birth date inside a NIK, to be held against what another register says."""

from datetime import date

import polars as pl


def birth_date_in(nik: pl.Series, as_of: date) -> pl.Series:
    """The date that digits 7 to 12 of each NIK hold (day + 40 for women); null when they are no date.

    nik: 16 digits or null. Out: Date. The century is the latest that does not lie after `as_of`.
    """
    part = nik.str.slice(6, 6).cast(pl.Int64, strict=False)
    day, month, short = part // 10000, part // 100 % 100, part % 100
    frame = pl.DataFrame({"day": day, "month": month, "short": short})
    century = pl.when(pl.col("short") <= as_of.year % 100).then(2000).otherwise(1900)
    plain_day = pl.when(pl.col("day") > 40).then(pl.col("day") - 40).otherwise("day")
    text = pl.format(
        "{}-{}-{}",
        century + pl.col("short"),
        pl.col("month").cast(pl.String).str.zfill(2),
        plain_day.cast(pl.String).str.zfill(2),
    )
    return frame.select(nik_birth_date=text.str.to_date("%Y-%m-%d", strict=False))["nik_birth_date"]
