"""`padan public-figures`: the indicators as they may leave the office, from the published database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from flows.publish import open_published
from reports.public_page import LINES, PAGE, SHEETS, write_public
from reports.written import whole_folder
from schemas.errors import UsageError


def public_figures(output: Path, folder: Path, least: int, language: str, say: Callable[[str], None]) -> None:
    """Write the page, the CSV and the workbook for outsiders into the new folder `folder`.

    output: where the published database lies. least: the smallest count of people that is shown, 0 for all (the
    setting `report.small_cells`). `say` takes the lines for the operator. Raises UsageError, one plain sentence, when
    there is no database, the folder holds something already, or it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"The folder {folder} holds something already; name a new one.")
    with open_published(output) as con:
        try:
            shown: list[pl.DataFrame] = []
            whole_folder(folder, lambda place: shown.append(write_public(con, place, least, language)))
        except OSError as error:
            raise UsageError(f"The folder {folder} cannot be written: {error.strerror}.") from None
    hidden = shown[0].filter(pl.any_horizontal(pl.col("numerator_mark", "denominator_mark").is_not_null())).height
    say(f"{shown[0].height} rows of figures, of which {hidden} hold a hidden figure.")
    say(f"{folder}: {PAGE}, {SHEETS}, {LINES}")
    if not least:
        say("Small cells are shown (report.small_cells = 0): these files are not for outsiders.")
