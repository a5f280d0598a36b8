"""The berita acara as PDF, to be printed and signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.platypus import KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from reports.minutes import Annex, Minutes
from reports.minutes_blocks import Block, Grid, Heading, Signatures, Text, blocks

MARGIN = 2 * cm
WIDTH = A4[0] - 2 * MARGIN
PLAIN = ParagraphStyle("plain", fontName="Helvetica", fontSize=9.5, leading=12.5, spaceAfter=4)
LEADING = ParagraphStyle("leading", parent=PLAIN, keepWithNext=1)
CELL = ParagraphStyle("cell", parent=PLAIN, fontSize=8.5, leading=10.5, spaceAfter=0, splitLongWords=1)
NUMBER = ParagraphStyle("number", parent=CELL, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", parent=PLAIN, fontName="Helvetica-Bold", fontSize=15, leading=19, alignment=TA_CENTER)
UNDER = ParagraphStyle("under", parent=TITLE, fontSize=11, leading=14)
HEAD = ParagraphStyle("head", parent=PLAIN, fontName="Helvetica-Bold", fontSize=11, spaceBefore=8, keepWithNext=1)
STYLES = {0: TITLE, 1: HEAD, 2: UNDER}


def write_pdf(path: Path, minutes: Minutes, annex: Annex) -> Path:
    """Write the document to `path` and return it; the same minutes give the same bytes. Raises OSError."""
    document = SimpleDocTemplate(
        str(path), pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=f"Berita acara {minutes.place} {minutes.month_name}", author="padan", lang="id", invariant=1,
    )  # fmt: skip
    document.build([part for block in blocks(minutes, annex) for part in _parts(block)], _page, _page)
    return path


def _page(canvas: Any, document: Any) -> None:
    """The foot of a page: what it is and its number."""
    canvas.saveState()
    canvas.setFont("Helvetica", 8)
    canvas.drawString(MARGIN, MARGIN / 2, document.title)
    canvas.drawRightString(A4[0] - MARGIN, MARGIN / 2, str(document.page))
    canvas.restoreState()


def _parts(block: Block) -> list[Any]:
    if isinstance(block, Heading):
        return [Paragraph(escape(block.text), STYLES[block.level])]
    if isinstance(block, Text):
        return [Paragraph(escape(block.text), LEADING if block.leads else PLAIN)]
    if isinstance(block, Grid):
        return [_grid(block), Spacer(0, 6)]
    return [_signatures(block)]


def _grid(grid: Grid) -> Table:
    rows = [
        [_cell(text, column in grid.numbers, place < 0 or place in grid.totals) for column, text in enumerate(texts)]
        for place, texts in enumerate((grid.headings, *grid.rows), -1)
    ]
    table = Table(rows, [WIDTH * width / sum(grid.widths) for width in grid.widths], repeatRows=1)
    lines = [("GRID", (0, 0), (-1, -1), 0.4, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#E2F1E9"))]
    table.setStyle(TableStyle([*lines, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def _cell(text: str, is_number: bool, bold: bool) -> Paragraph:
    inner = escape(text)
    return Paragraph(f"<b>{inner}</b>" if bold else inner, NUMBER if is_number else CELL)


def _signatures(block: Signatures) -> KeepTogether:
    cells = [[Paragraph(f"<b>{escape(party)}</b>", PLAIN) for party in block.parties], [Spacer(0, 50)] * 2]
    cells += [[Paragraph("." * 40, PLAIN)] * 2, [Paragraph("NIP/NPP " + "." * 30, PLAIN)] * 2]
    return KeepTogether([Spacer(0, 16), Table(cells, [WIDTH / 2] * 2)])
