"""An office's own codes and dates, declared in its layout, become what the standardisers read."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.declared_forms import Form, as_read, codings, declared_forms
from matchers.standardise.dates import parse_dates_in_order
from schemas.layouts import layouts_with

FILES = pl.DataFrame({"source": ["regency"] * 3, "file": ["a", "b", "c"], "layout": ["baru", "regency", None]})


def _forms(folder: Path, field: str, setting: str) -> tuple[Form, ...]:
    text = f'name = "baru"\nlike = "regency"\n[[column]]\nfield = "{field}"\nheading = "X"\n{setting}\n'
    (folder / "baru.toml").write_text(text, encoding="utf-8")
    return declared_forms(FILES, layouts_with(folder)).get(("regency", field), ())


def test_codes_are_translated_in_the_files_of_the_layout_only(tmp_path: Path) -> None:
    forms = _forms(tmp_path, "sex", 'values = { "Jawara" = "L", "3" = "P" }')
    raw = pl.Series(["JAWARA", " jawara ", "3", "L", None, "JAWARA"])
    file = pl.Series(["a", "a", "a", "a", "a", "b"])
    assert as_read(raw, file, forms).to_list() == ["L", "L", "P", "L", None, "JAWARA"]


@pytest.mark.parametrize(
    ("pattern", "written", "read"),
    [
        ("%m-%d-%y", "03-04-85", date(1985, 3, 4)),
        ("%m-%d-%y", "12-31-02", date(2002, 12, 31)),
        ("%Y/%d/%m", "1990/05/12", date(1990, 12, 5)),
        ("%d%m%Y", "03041985", date(1985, 4, 3)),
        ("%d/%b/%Y", "3/Agt/1985", date(1985, 8, 3)),
        ("%m.%d.%Y", "2.30.1985", None),  # no such day: left open, not moved
        ("%m-%d-%y", "17 Agustus 1945", date(1945, 8, 17)),  # not in the pattern: read as any other
        ("%m-%d-%y", "1990-01-05 00:00:00", date(1990, 1, 5)),  # a true date cell of a workbook
    ],
)
def test_dates_are_read_by_the_declared_pattern(pattern: str, written: str, read: date | None, tmp_path: Path) -> None:
    file = pl.Series(["a"])
    text = as_read(pl.Series([written]), file, _forms(tmp_path, "birth_date", f'pattern = "{pattern}"'))
    assert parse_dates_in_order(text, file, date(2026, 11, 20))["date"].to_list() == [read]


def test_a_coding_is_said_for_the_files_of_the_layout_only(tmp_path: Path) -> None:
    forms = _forms(tmp_path, "village_code", 'coding = "bps"')
    assert codings(pl.Series(["a", "b", "c"]), forms).to_list() == ["bps", None, None]


def test_a_layout_that_declares_nothing_of_its_own_changes_nothing(tmp_path: Path) -> None:
    assert _forms(tmp_path, "sex", "") == ()
