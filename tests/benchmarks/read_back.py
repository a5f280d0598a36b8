"""Reading back a workbook of 20,000 rows, each with a verdict and a note.

    python -m tests.benchmarks.read_back [--rows 20000] [--people 60000]

The database is that of the report tests, enlarged; the workbook is filled in as its writer would, column by column,
because openpyxl takes minutes for it. Prints CPU and wall seconds and the bytes of the workbook and of the decisions.
"""

import argparse
import re
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

from flows.decisions import FILE
from flows.read_back import read_back
from reports.return_form import WORKLIST_COLUMNS
from reports.tables import collect
from reports.workbook import write_worklist
from reports.worklist import collect_worklist
from tests.officer import publish
from tests.report_fixture import database

LETTERS = {column.field: chr(ord("A") + place) for place, column in enumerate(WORKLIST_COLUMNS[:26])}


def prepare(folder: Path, people: int, rows: int) -> Path:
    """A published database and the workbook of all its findings, at most `rows`, in the folder; gives the workbook."""
    with database(people) as con:
        con.execute("update link set record_key = record_id, record_key_short = null")
        con.execute("update finding set regency_code = '3602', severity = 1")
        con.execute(f"delete from finding where finding_id not in (select finding_id from finding where state = 'open' "
                    f"order by finding_id limit {rows})")  # fmt: skip
        publish(con, folder)
        tables = collect(con)
        worklist = collect_worklist(con, "3602", "Kabupaten Lebak", tuple(tables.regencies["regency_code"]))
        return write_worklist(folder / "book.xlsx", tables, worklist)


def fill_in(book: Path, place: Path) -> Path:
    """The workbook with a verdict that every row can have, a note, and an officer."""
    verdict, note = (re.compile(rf'(<c r="{LETTERS[name]}\d+" s="\d+")/>') for name in ("verdict", "note"))
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            text = source.read(name)
            if name.startswith("xl/worksheets/"):
                sheet = text.decode()
                sheet = verdict.sub(_cell("PERLU CEK LAPANGAN"), sheet)
                sheet = note.sub(_cell("belum dapat ditemui di alamat itu"), sheet)
                sheet = re.sub(r'(<c r="B5" s="\d+")/>', _cell("Ani, Dinsos"), sheet, count=1)
                text = sheet.encode()
            target.writestr(name, text)
    return place


def _cell(text: str) -> str:
    return rf'\1 t="inlineStr"><is><t>{text}</t></is></c>'


def main() -> None:
    """Make the workbook, read it back twice, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=60_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        book = fill_in(prepare(folder, options.people, options.rows), folder / "returned.xlsx")
        for turn in ("first", "again"):
            cpu, wall = time.process_time(), time.perf_counter()
            report = read_back([book], folder / "out", folder / "decisions", date(2026, 11, 20))
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            print(f"{turn}: {report.taken} taken, {report.known} known, {len(report.sentences)} told; "
                  f"CPU {cpu:.1f} s, wall {wall:.1f} s")  # fmt: skip
        written = (folder / "decisions" / FILE).stat().st_size
        print(f"workbook {book.stat().st_size:,} bytes, decisions {written:,} bytes")


if __name__ == "__main__":
    main()
