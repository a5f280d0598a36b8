"""The rows of one kind on their way to the common shape: their fields as the standardisers take them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from flows.declared_forms import Forms, as_read, codings
from flows.region_lookup import region_table
from matchers.standardise.codes import standardise_number
from matchers.standardise.dates import parse_dates_in_order
from matchers.standardise.regions import KEMENDAGRI, standardise_region
from matchers.standardise.text import lossless_digits, squeeze

# A year of two digits in these dates may lie so far ahead: memberships and works end in the future, payments do not.
_AHEAD = timedelta(days=3653)
DATES = {
    **dict.fromkeys(("status_date", "death_date", "start_date", "end_date"), _AHEAD),
    **{"claim_date": timedelta()},
}
# Fields of numbers of a fixed length, and the length.
NUMBERS = {"card": 13, "family_card": 13, "kpj": 11, "project_no": 13}

Rule = Callable[[pl.Series], pl.Series]
# By field, what is counted over whole files (`flows.file_counts`).
Counts = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class SourceRows:
    """The rows of one kind: the frame as pulled, in the order of record_id, the day of the run, what the layouts of the
    files declare of their own habits, and the counts of the whole files where the rows are only parts of them."""

    kind: str
    frame: pl.DataFrame
    as_of: date
    forms: Forms
    counts: Counts

    def has(self, field: str) -> bool:
        """Whether the kind has a field of this name."""
        return field in self.frame.columns

    def field(self, name: str) -> pl.Series:
        """A field as written, an office's own codes and dates turned into ours; nulls where the kind has none."""
        if not self.has(name):
            return self.blank(name)
        return as_read(self.frame[name], self.file, self.forms.get((self.kind, name), ()))

    def region(self, name: str) -> pl.DataFrame:
        """A field of region codes: `village_code, regency_code, basis`."""
        coding = codings(self.file, self.forms.get((self.kind, name), ()))
        return standardise_region(self.field(name), region_table(), self.file, coding, self.counts.get(name))

    def witness(self) -> pl.Series:
        """The digits of the NIK: sixteen hold day and month of birth too, whatever else is said against them."""
        return lossless_digits(self.field("nik"))["digits"]

    def births(self) -> pl.DataFrame:
        """The dates of birth, as `parse_dates_in_order` gives them."""
        field, counts = self.field("birth_date"), self.counts.get("birth_date")
        return parse_dates_in_order(field, self.file, self.as_of, witness=self.witness(), counts=counts)

    def day(self, name: str, month_first: pl.Series | None = None) -> pl.Series:
        """A field of DATES; month_first: what the births of the rows show of the order of day and month."""
        if not self.has(name):
            return self.blank(name, pl.Date())
        later, counts = self.as_of + DATES[name], self.counts.get(name)
        return parse_dates_in_order(self.field(name), self.file, later, month_first, counts=counts)["date"]

    @property
    def lengths(self) -> Mapping[str, int]:
        """The fields that are read as numbers of a fixed length; of a claim the NIK is no more than that."""
        return NUMBERS | {"nik": 16} if self.kind == "claims" else NUMBERS

    def number(self, name: str) -> pl.Series:
        """A field of `lengths`."""
        length, counts = self.lengths[name], self.counts.get(name)
        return self.read(name, lambda raw: standardise_number(raw, length, self.file, counts))

    def blank(self, name: str, dtype: pl.DataType | None = None) -> pl.Series:
        """A column of nulls."""
        return pl.Series(name, [None], dtype=dtype or pl.String()).new_from_index(0, self.frame.height)

    def read(self, name: str, rule: Rule, dtype: pl.DataType | None = None) -> pl.Series:
        """A field through its standardiser, or nulls of that type where the kind has no such field."""
        return rule(self.field(name)) if self.has(name) else self.blank(name, dtype)

    @property
    def file(self) -> pl.Series:
        """Which file each row is of."""
        return self.frame["file"]


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows by owner_code, file and source_row."""
    one_file = frame["file"].n_unique() <= 1 and frame["owner_code"].n_unique() <= 1
    if one_file and frame["source_row"].is_sorted():
        return frame
    return frame.sort("owner_code", "file", "source_row", maintain_order=True)


def owner_regency(rows: SourceRows) -> pl.Series:
    """The regency of the office that sent a row, by the configuration, which knows Kemendagri codes only."""
    code = rows.frame["owner_code"]
    ours = pl.repeat(KEMENDAGRI, code.len(), dtype=pl.String, eager=True)
    return standardise_region(code, region_table(), coding=ours)["regency_code"]


def code_as_text(raw: pl.Series) -> pl.Series:
    """A code that is text or digits: trimmed, without the apostrophe or `.0` a spreadsheet adds."""
    return squeeze(raw).str.strip_chars_start("'").str.replace(r"^([0-9]+)\.0+$", "$1")
