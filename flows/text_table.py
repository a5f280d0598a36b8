"""A frame as a text table for the terminal."""

from collections.abc import Sequence

import polars as pl


def text_table(texts: pl.DataFrame, names: Sequence[str], to_the_right: Sequence[bool]) -> list[str]:
    """The lines of a table: headings, a rule, and the rows, each column as wide as its widest value.

    texts: String columns, null shown as an empty cell; names: the headings; to_the_right: which columns are numbers.
    """
    if not names:
        return []
    padded = [
        _padded(name, column, right)
        for name, column, right in zip(names, texts.iter_columns(), to_the_right, strict=True)
    ]
    lines = pl.DataFrame(padded).select(pl.concat_str(pl.all(), separator=" | ").str.strip_chars_end()).to_series()
    return [lines[0], "-+-".join("-" * len(column[0]) for column in padded), *lines[1:]]


def _padded(name: str, column: pl.Series, to_the_right: bool) -> pl.Series:
    """The heading and the values of a column in one width; line breaks are shown as spaces, and what a terminal
    would obey or turn round is not shown."""
    texts = pl.concat(
        [pl.Series([name]), column.rename("").fill_null("").str.replace_all(r"\s", " ").str.replace_all(r"\p{C}", "")]
    )
    width = max(texts.str.len_chars().to_list())
    return (texts.str.pad_start(width) if to_the_right else texts.str.pad_end(width)).alias(column.name)
