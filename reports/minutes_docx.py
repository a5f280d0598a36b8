"""The berita acara as DOCX, to be filled in and signed."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from reports.minutes import Annex, Minutes
from reports.minutes_blocks import Block, Grid, Heading, Signatures, Text, blocks

PAGE = (Cm(21.0), Cm(29.7))
MARGIN = Cm(2)
WIDTH = PAGE[0] - 2 * MARGIN


def write_docx(path: Path, minutes: Minutes, annex: Annex) -> Path:
    """Write the document to `path` and return it; the same minutes give the same bytes. Raises OSError."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(10)
    day = minutes.run["as_of"]
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  a constant: same input, same bytes
    properties = document.core_properties
    properties.title = f"Berita acara {minutes.place} {minutes.month_name}"
    properties.author, properties.comments = "padan", ""
    properties.created = properties.modified = moment
    for block in blocks(minutes, annex):
        _add(document, block)
    made = io.BytesIO()
    document.save(made)
    _repack(made, path)
    return path


def _repack(made: io.BytesIO, path: Path) -> None:
    """The same parts without the moment they were written at."""
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            with target.open(name, "w") as out:  # unlike writestr, dates every part 1980
                out.write(source.read(name))


def _add(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        paragraph = document.add_paragraph()
        run = paragraph.add_run(block.text)
        run.bold, run.font.size = True, Pt({0: 16, 1: 12, 2: 11}[block.level])
        paragraph.paragraph_format.keep_with_next = True
        if block.level != 1:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif isinstance(block, Text):
        document.add_paragraph(block.text).paragraph_format.keep_with_next = block.leads
    elif isinstance(block, Grid):
        _grid(document, block)
    else:
        _signatures(document, block)


def _grid(document: Any, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.headings), style="Table Grid")
    table.autofit = False
    for place, texts in enumerate((grid.headings, *grid.rows), -1):
        cells = table.add_row().cells
        for column, text in enumerate(texts):
            cells[column].width = int(WIDTH * grid.widths[column] / sum(grid.widths))
            paragraph = cells[column].paragraphs[0]
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(9), place < 0 or place in grid.totals
            if column in grid.numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def _signatures(document: Any, block: Signatures) -> None:
    table = document.add_table(rows=1, cols=2)
    for cell, party in zip(table.rows[0].cells, block.parties, strict=True):
        cell.paragraphs[0].add_run(party).bold = True
        cell.add_paragraph("\n\n\n")
        cell.add_paragraph("." * 40)
        cell.add_paragraph("NIP/NPP " + "." * 30)
