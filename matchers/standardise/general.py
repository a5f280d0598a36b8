"""Standardisers that know no country: text, names, digits, dates, the sound of a word.

Each takes a column of text (String) and gives one of the same length; work is on distinct values, null stays null,
and what has nothing left is null.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from matchers.standardise.dates import parse_dates
from matchers.standardise.text import map_distinct, map_values, rewrite_where

# Two-digit years are read as 1930 to 2029: there is no clock here, and the same file must give the same dates for ever.
PIVOT: Final = date(2029, 12, 31)
FIRST_YEAR, LAST_YEAR = 1000, 2199
# Letters that Unicode does not take apart into a plain letter and an accent.
_PLAIN_LETTERS: Final = {"Ø": "O", "Æ": "AE", "Œ": "OE", "Ð": "D", "Đ": "D", "Þ": "TH", "Ł": "L", "ẞ": "SS", "Ħ": "H"}
_ACCENTS: Final = r"[\x{300}-\x{36f}]+"
_LETTERS: Final = r"\p{L}\p{M}"
_APOSTROPHES: Final = "['’‘`´ʼ]+"
# Only what is hardly ever a name itself (Don and Major are).
_TITLES: Final = (
    "MR|MRS|MS|MISS|MISTER|MX|DR|DOCTOR|PROF|PROFESSOR|SIR|DAME|LORD|LADY|REV|REVD|REVEREND|CAPT|CAPTAIN|MME"
)
_AFTER: Final = "JR|JNR|SR|SNR|ESQ|ESQUIRE|PHD|MD|MBE|OBE|CBE|II|III|IV"
_HEAD: Final = rf"^(?:(?:{_TITLES}) )+(.+)$"
_TAIL: Final = rf"^(.+?)(?: (?:{_AFTER}))+$"
_PARTS: Final = (pl.col("year"), pl.col("month"), pl.col("day"))
_MALE: Final = ("M", "MALE", "MAN", "BOY", "MASC", "MASCULINE", "1")
_FEMALE: Final = ("F", "FEMALE", "WOMAN", "GIRL", "FEM", "FEMININE", "2")


def text(raw: pl.Series) -> pl.Series:
    """Capitals without accents; letters and digits of any script, single spaces between the words."""
    return _spread(raw, lambda values: _words_of(_capitals(values), _LETTERS + r"\p{N}"))


def letters(raw: pl.Series) -> pl.Series:
    """As `text`, letters only."""
    return _spread(raw, lambda values: _words_of(_capitals(values), _LETTERS))


def name(raw: pl.Series) -> pl.Series:
    """As `letters`, and an apostrophe parts no word (O'BRIEN is OBRIEN); titles before and after are left out.

    A name that is nothing but a title stays.
    """

    def rule(values: pl.Series) -> pl.Series:
        plain = _capitals(values).str.replace_all(_APOSTROPHES, "")
        plain = rewrite_where(plain, "[01]", _letters_for_digits)
        spaced = _words_of(plain, _LETTERS)
        for pattern in (_HEAD, _TAIL):
            spaced = spaced.str.replace(pattern, "$1")
        return spaced

    return _spread(raw, rule)


def digits(raw: pl.Series) -> pl.Series:
    """The digits 0-9 alone, leading zeros kept; the `.0` that spreadsheets add to a number is no digit of it."""
    return _spread(
        raw,
        lambda values: values.str.replace(r"^\s*([0-9]+)\.0+\s*$", "$1").str.replace_all("[^0-9]+", ""),
    )


def code(raw: pl.Series) -> pl.Series:
    """As `text` without spaces: postcodes and numbers that hold letters."""
    return joined(text(raw))


def joined(raw: pl.Series) -> pl.Series:
    """The words without the spaces between them."""
    return _spread(raw, lambda values: values.str.replace_all(r"\s+", ""))


def sorted_words(raw: pl.Series) -> pl.Series:
    """The words in alphabetical order, so that a given name and a surname exchanged agree."""

    def rule(values: pl.Series) -> pl.Series:
        # In Python: thirty times faster than sorting the lists of a column.
        return pl.Series([" ".join(sorted(value.split())) for value in values.to_list()], dtype=pl.String)

    return _spread(raw, rule)


def first_word(raw: pl.Series) -> pl.Series:
    """The first word."""
    return _spread(raw, lambda values: values.str.extract(r"(\S+)").fill_null(""))


def last_word(raw: pl.Series) -> pl.Series:
    """The last word."""
    return _spread(raw, lambda values: values.str.extract(r"(\S+)\s*$").fill_null(""))


def sex(raw: pl.Series) -> pl.Series:
    """M, F or null, from words or letters in English or from 1 and 2."""

    def rule(values: pl.Series) -> pl.Series:
        word = _words_of(_capitals(values), _LETTERS + r"\p{N}")
        table = {**dict.fromkeys(_MALE, "M"), **dict.fromkeys(_FEMALE, "F")}
        return word.replace_strict(table, default="", return_dtype=pl.String)

    return _spread(raw, rule)


def sound(raw: pl.Series) -> pl.Series:
    """A skeleton of each word by which spellings of one sound agree, in no language in particular.

    The first letter stays, later vowels go, doubled letters count once, and letters that spelling exchanges are made
    one: PH/F, C/K/Q, Z/S, V/W, X/KS, I/Y; H is silent after a consonant. A word in another script stays as it is.
    """
    return _spread(raw, lambda values: by_word(values, _skeleton))


def date_of(raw: pl.Series) -> pl.Series:
    """Dates as written -> Date; what is no possible date is null.

    Read are 1985-08-17, 19850817, 17/08/1985, 17-8-1985, 17081985 and names of months; where day and month could be
    either, the column as a whole decides (day first when it does not show).
    """
    parts = map_distinct(raw, _date_parts)
    return parts.select(pl.coalesce(_real_date(*_PARTS), "other").alias(raw.name))[raw.name]


def date_digits(raw: pl.Series) -> pl.Series:
    """Dates as eight digits, YYYYMMDD: impossible ones too, so that a typing error still agrees in the other digits."""
    parts = map_distinct(raw, _date_parts)
    whole = pl.concat_str(*_PARTS)
    return parts.select(
        pl.coalesce(whole, pl.col("other").dt.strftime("%Y%m%d"), "digits").alias(raw.name),
    )[raw.name]


# --- tools ---------------------------------------------------------------------------------------------------------


def _spread(raw: pl.Series, rule: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`rule` on the distinct values; empty text is null."""

    def filled(values: pl.Series) -> pl.Series:
        out = rule(values).rename("out").to_frame()
        return out.select(pl.when(pl.col("out") != "").then("out"))["out"]

    return map_values(raw, filled)


def _capitals(values: pl.Series) -> pl.Series:
    """Capitals without accents; most values are plain ASCII, and are only capitalised."""

    def rule(odd: pl.Series) -> pl.Series:
        plain = odd.str.normalize("NFKD").str.replace_all(_ACCENTS, "").str.to_uppercase()
        return plain.str.replace_many(list(_PLAIN_LETTERS), list(_PLAIN_LETTERS.values()))

    return rewrite_where(values.str.to_uppercase(), r"[^\x00-\x7f]", rule)


def _words_of(values: pl.Series, kept: str) -> pl.Series:
    """What stands between the kept characters is one space."""

    def rule(odd: pl.Series) -> pl.Series:
        return odd.str.replace_all(rf"[^{kept}]+", " ").str.strip_chars(" ")

    return rewrite_where(values, rf"[^{kept} ]|  |^ | $", rule)


def _letters_for_digits(values: pl.Series) -> pl.Series:
    """0 and 1 inside a word are the letters O and I."""
    return values.str.replace_all(r"(\p{L})0", "${1}O").str.replace_all(r"(\p{L})1", "${1}I")


def by_word(values: pl.Series, rule: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A rule for distinct words, applied to every word of each value; only the words that it changes are replaced."""
    lists = values.str.split(" ")
    words = lists.explode().unique()
    table = pl.DataFrame({"word": words, "new": rule(words)}).filter(pl.col("word") != pl.col("new"))
    element = pl.element().replace(table["word"], table["new"])
    return lists.rename("words").to_frame().select(pl.col("words").list.eval(element).list.join(" "))["words"]


_SOUNDS: Final = {"PH": "F", "X": "KS", "C": "K", "Q": "K", "Z": "S", "W": "V", "Y": "I"}
_DOUBLED: Final = {letter * 2: letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def _skeleton(words: pl.Series) -> pl.Series:
    sounds = _undoubled(words.str.replace_many(_SOUNDS).str.replace_all("([B-DF-GJ-NP-TV-Z])H", "$1"))
    # `tail(-1)` is all but the first letter. Consonants that only a vowel parted become one.
    return _undoubled(sounds.str.head(1) + sounds.str.tail(-1).str.replace_all("[AEIOU]+", ""))


def _undoubled(words: pl.Series) -> pl.Series:
    """Runs of one letter once; twice over, for runs of three and four."""
    return words.str.replace_many(_DOUBLED).str.replace_many(_DOUBLED)


def _real_date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """The day of that name in the calendar, or null."""
    believable = year.cast(pl.Int64, strict=False).is_between(FIRST_YEAR, LAST_YEAR)
    written = pl.concat_str(year, month, day, separator="-")
    return pl.when(believable).then(written).str.to_date("%Y-%m-%d", strict=False)


# Where year, month and day stand in each shape of date; in the order in which a draw is decided.
_SHAPES: Final = {
    r"^([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})$": ((1, 2, 3),),
    r"^([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})$": ((3, 2, 1), (3, 1, 2)),
}
_PACKED: Final = {
    r"^([0-9]{4})([0-9]{2})([0-9]{2})$": (1, 2, 3),
    r"^([0-9]{2})([0-9]{2})([0-9]{4})$": (3, 2, 1),
}


def _date_parts(values: pl.Series) -> pl.DataFrame:
    """`year, month, day` (String, four and two digits) as written, by the column's own habit of writing them;
    else `other` (Date: names of months, two-digit years) or `digits` (what digits there are)."""
    # A year alone is a date with an unknown month and day, as 1985-00-00 is.
    plain = values.str.strip_chars().str.replace(r"[T ]\d{1,2}:\d{2}.*$", "").str.replace(r"^([0-9]+)\.0$", "$1")
    year_alone = plain.str.contains("^[0-9]{4}$")
    readings = [_best([_reading(plain, shape, places) for places in orders]) for shape, orders in _SHAPES.items()]
    readings.append(_best([_reading(plain, shape, places) for shape, places in _PACKED.items()]))
    frame = pl.DataFrame({part: _first_of([r[part] for r in readings]) for part in readings[0].columns})
    unread = plain.set(frame["year"].is_not_null() | year_alone, None)
    # Beside letters, a few digits are no date with a slip in it.
    left = unread.set(unread.str.contains(r"\p{L}"), None).str.replace_all("[^0-9]+", "")
    digits = left.set(left == "", None).zip_with(~year_alone, plain.str.head(4) + "0000")
    return frame.with_columns(other=parse_dates(unread, None, PIVOT), digits=digits)


def _reading(plain: pl.Series, shape: str, places: tuple[int, int, int]) -> pl.DataFrame:
    groups = plain.str.extract_groups(shape).struct.unnest()
    year, month, day = (groups[str(place)] for place in places)
    return pl.DataFrame({"year": year, "month": month.str.zfill(2), "day": day.str.zfill(2)})


def _best(readings: list[pl.DataFrame]) -> pl.DataFrame:
    """The reading that gives most real dates; the first of those that give equally many."""
    count = [r.select(_real_date(*_PARTS).count()).item() for r in readings]
    return readings[count.index(max(count))]


def _first_of(columns: list[pl.Series]) -> pl.Series:
    return pl.select(pl.coalesce(columns)).to_series()
