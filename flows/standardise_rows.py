"""What every standardiser of a kind is handed: its rows as pulled, and how its files write."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from flows.declared_forms import Forms, as_read, codings
from flows.region_lookup import region_table
from matchers.standardise.regions import KEMENDAGRI, standardise_region
from matchers.standardise.text import squeeze

# A year of two digits in a date other than a birth may lie this far ahead: memberships end in the future.
AHEAD = timedelta(days=3653)

Rule = Callable[[pl.Series], pl.Series]


@dataclass(frozen=True)
class Rows:
    """The rows of one kind: the frame as pulled, in the order of record_id, the day of the run, and what the layouts of
    the files declare of their own habits."""

    kind: str
    frame: pl.DataFrame
    as_of: date
    forms: Forms

    def has(self, field: str) -> bool:
        return field in self.frame.columns

    def field(self, name: str) -> pl.Series:
        """A field as written, an office's own codes and dates turned into ours; nulls where the kind has none."""
        if not self.has(name):
            return self.blank(name)
        return as_read(self.frame[name], self.file, self.forms.get((self.kind, name), ()))

    def region(self, name: str) -> pl.DataFrame:
        """A field of region codes: `village_code, regency_code, basis`."""
        coding = codings(self.file, self.forms.get((self.kind, name), ()))
        return standardise_region(self.field(name), region_table(), self.file, coding)

    def blank(self, name: str, dtype: pl.DataType | None = None) -> pl.Series:
        return pl.Series(name, [None], dtype=dtype or pl.String()).new_from_index(0, self.frame.height)

    def read(self, name: str, rule: Rule, dtype: pl.DataType | None = None) -> pl.Series:
        """A field through its standardiser, or nulls of that type where the kind has no such field."""
        return rule(self.field(name)) if self.has(name) else self.blank(name, dtype)

    @property
    def file(self) -> pl.Series:
        return self.frame["file"]


def owner_regency(rows: Rows) -> pl.Series:
    """The regency of the office that sent a row, by the configuration, which knows Kemendagri codes only."""
    code = rows.frame["owner_code"]
    ours = pl.repeat(KEMENDAGRI, code.len(), dtype=pl.String, eager=True)
    return standardise_region(code, region_table(), coding=ours)["regency_code"]


def code_as_text(raw: pl.Series) -> pl.Series:
    """A code that is text or digits: trimmed, without the apostrophe or `.0` a spreadsheet adds."""
    return squeeze(raw).str.strip_chars_start("'").str.replace(r"^([0-9]+)\.0+$", "$1")
