"""What every standardiser needs: clean text, work on distinct values, digits without loss."""

from collections.abc import Callable

import polars as pl

# A double holds whole numbers exactly up to here; what a spreadsheet stored above it is not to be believed.
EXACT_DOUBLE = 2**53
# What people write beside a number in its own cell.
_CALLED = "(?i:(?:NO|NOMOR)?[ .]*(?:NIK|E?-?KTP|KK|KARTU|PSNOKA|KPJ))"


def map_distinct(raw: pl.Series, table_of: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Spread `table_of` (distinct non-null values -> one row each) over a column; null gives nulls."""
    values, place = distinct(raw)
    return table_of(values).select(pl.all().gather(place))


def distinct(raw: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The distinct values of a column of texts, and for each row which of them it holds (UInt32; null for null)."""
    # Arrow numbers the values in one pass; a join on their text would take three times as long.
    numbered = raw.rechunk().to_arrow().dictionary_encode()
    values = pl.Series("_value", numbered.dictionary, dtype=pl.String)
    return values, pl.Series("_place", numbered.indices, dtype=pl.UInt32)


def map_values(raw: pl.Series, values_of: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """As `map_distinct` for one column out; keeps the name of `raw`."""
    return map_distinct(raw, lambda values: values_of(values).rename("out").to_frame())["out"].rename(raw.name)


def rewrite_where(text: pl.Series, pattern: str, rule: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Applies `rule` to the values in which `pattern` is found, and leaves the others alone; null stays null.

    Most names need no repair: looking for a reason first is several times faster than every rewriting on every name.
    """
    found = text.str.contains(pattern).fill_null(False)
    if not found.any():
        return text
    place = pl.concat([(~found).arg_true(), found.arg_true()])
    together = pl.concat([text.filter(~found), rule(text.filter(found)).rename(text.name)])
    return together.gather(place.arg_sort())


def squeezed(text: pl.Expr) -> pl.Expr:
    """Text without control, zero-width and bidirectional marks; every run of white space one space; trimmed."""
    return text.str.replace_all(r"\s+", " ").str.replace_all(r"\p{C}+", "").str.strip_chars(" ")


def squeeze(raw: pl.Series) -> pl.Series:
    """`squeezed` on a column; text with nothing left is null."""

    def rule(odd: pl.Series) -> pl.Series:
        return odd.to_frame("text").select(squeezed(pl.col("text")))["text"]

    clean = rewrite_where(raw.rename("text"), r"[^!-~ ]|  |^ | $", rule).to_frame()
    return clean.select(pl.when(pl.col("text") != "").then("text"))["text"].rename(raw.name)


def words(raw: pl.Series) -> pl.Series:
    """Upper case, accents and all but A-Z and 0-9 turned to single spaces: the form code words are looked up in."""
    plain = pl.col(raw.name).str.normalize("NFKD").str.replace_all(r"\p{M}+", "").str.to_uppercase()
    spaced = plain.str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars(" ")
    return raw.to_frame().select(spaced)[raw.name]


def lossless_digits(raw: pl.Series) -> pl.DataFrame:
    """The digits of a number that was typed or exported as text, when none was lost.

    raw: String. Out: `digits` (String of 0-9, null when the text is no such number) and `damaged` (Boolean: scientific
    notation whose tail is gone). Repaired: blanks, apostrophes, `="..."`, dots, commas and dashes between digits, a
    trailing `.0` or `,0`, letters O, l, I typed for 0 and 1, full-width digits, what the number is called before or
    after it (`NIK 3602...`, `3602... (KTP)`), scientific notation that still has all its digits.
    """
    column = raw.rename("raw")
    plain = column.str.contains("^[0-9]+$")
    dirty = column.filter(~plain).drop_nulls().unique()
    frame = pl.DataFrame({"raw": column, "plain": plain})
    if dirty.is_empty():
        return frame.select(digits="raw", damaged=pl.lit(False))
    joined = frame.join(_repair(dirty), on="raw", how="left", maintain_order="left")
    return joined.select(
        digits=pl.when("plain").then("raw").otherwise("digits"), damaged=pl.col("damaged").fill_null(False)
    )


def _repair(raw: pl.Series) -> pl.DataFrame:
    """`raw`, `digits`, `damaged` for distinct values that are not plain digits."""
    mark = r"[='\"`´‘’“”;]+"
    text = squeezed(pl.col("raw").str.normalize("NFKC")).str.replace_all(f"^{mark} *|{mark}$", "").str.strip_chars(" ")
    text = text.str.replace(rf"^(?:{_CALLED})[ .:]+([0-9])", "$1").str.replace(rf"([0-9]) *\(?(?:{_CALLED})\)?$", "$1")
    frame = raw.to_frame().with_columns(text=text)
    scientific = pl.col("text").str.extract_groups(r"^([0-9])(?:[.,]([0-9]*))?[eE]\+?([0-9]{1,2})$")
    fraction, power = scientific.struct.field("2").fill_null(""), scientific.struct.field("3")
    whole = pl.concat_str(scientific.struct.field("1"), fraction)
    complete = (fraction.str.len_chars() == power.cast(pl.Int64)) & (
        whole.cast(pl.UInt64, strict=False) <= EXACT_DOUBLE
    )
    joined = pl.col("text").str.replace(r"^([0-9][0-9 \-]*)[.,]0+$", "$1").str.replace_all(r"[ .,_'’\-‐‑–—]", "")
    letters = joined.str.count_matches("[OoIl|]")
    spelled = joined.str.replace_all("[Oo]", "0").str.replace_all("[Il|]", "1")
    # "all else are digits": a word such as "Oil" must not become a number.
    typed = pl.when(letters * 2 <= joined.str.len_chars()).then(spelled).otherwise(joined)
    is_scientific = power.is_not_null()
    return frame.select(
        "raw",
        digits=pl.when(is_scientific)
        .then(pl.when(complete).then(whole))
        .otherwise(pl.when(typed.str.contains("^[0-9]+$")).then(typed)),
        damaged=is_scientific & ~complete.fill_null(False),
    )
