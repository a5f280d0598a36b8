"""Files that mean harm: one plain sentence or a quarantined row, in bounded time and memory."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.reading import read_file
from flows.reading_kept import LONGEST_CELL
from schemas.layouts import load_layouts
from tests.fuzz.holding import held_to_account, read_bytes
from tests.fuzz.seeds import DECREE, SPREADSHEET, Bomb, ods, packed, person, raw_xlsx, table, text, xlsx

MEGABYTE = 1 << 20
SHEET = f'<worksheet xmlns="{SPREADSHEET}/main"><sheetData>'.encode()
END = b"</sheetData></worksheet>"
OPEN_STRING = f'<sst xmlns="{SPREADSHEET}/main"><si><t>'.encode()


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """No test of these takes half a gigabyte of this process or two minutes of processors, children included."""
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000
    assert time.process_time() - started < 120


def bomb(first: bytes, filling: bytes, last: bytes, says: int | None = None) -> Bomb:
    """Six gigabytes, or as many bytes as it says."""
    return Bomb(first, filling, 6_000, last, says if says is not None else 0xFFFF_FFF0)


def cell(place: str, value: str = "x") -> str:
    return f'<c r="{place}" t="str"><v>{value}</v></c>'


def entities() -> str:
    """Ten to the twelfth letters, each entity ten of the one before."""
    grown = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 13))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{grown}]>'
    return head + SHEET.decode() + f'<row r="1">{cell("A1", "&e12;")}</row>' + END.decode()


BOMBS = {
    "a sheet of 17 billion cells, of which two are filled": lambda: raw_xlsx(
        SHEET.decode() + f'<row r="1">{cell("A1")}</row><row r="1048576">{cell("XFD1048576")}</row>' + END.decode()
    ),
    "six gigabytes of blanks between two tags": lambda: raw_xlsx(bomb(SHEET, b" ", END)),
    "a sheet that says it is small": lambda: raw_xlsx(bomb(SHEET, b" ", END, says=1_000)),
    "a shared string of six gigabytes": lambda: raw_xlsx(
        (SHEET + END).decode(), bomb(OPEN_STRING, b"a", b"</t></si></sst>")
    ),
    "entities that grow by ten": lambda: raw_xlsx(entities()),
    "entities that name a file": lambda: raw_xlsx(
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        + SHEET.decode()
        + f'<row r="1">{cell("A1", "&f;")}</row>'
        + END.decode()
    ),
    "a row that says it is repeated": lambda: ods(
        table(),
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>'
        "</table:table-row>",
    ),
    "a thousand nested archives' worth of names": lambda: packed({f"xl/{n}.xml": "x" for n in range(5_000)}),
    "parts that leave the folder": lambda: packed({"../../../../tmp/x": "x", "xl/workbook.xml": "x"}),
}


@pytest.mark.parametrize("name", BOMBS, ids=str)
def test_a_bomb_is_one_plain_sentence(name: str) -> None:
    reading = read_bytes(BOMBS[name](), name="bom.xlsx")
    held_to_account(reading)
    assert reading.problem is not None
    assert reading.problem.text.startswith("bom.xlsx ")


@pytest.mark.parametrize("place", [3, 6])
def test_a_cell_of_ten_megabytes_costs_its_row_alone(place: int) -> None:
    rows = [list(DECREE), person(1), person(2), person(3)]
    rows[2][place] = "A" * (10 * MEGABYTE)
    reading = read_bytes(text(rows))
    held_to_account(reading)
    assert reading.rows == 2
    assert reading.rejected.select("source_row", "expectation").rows() == [(2, "row_has_no_endless_cell")]
    assert len(reading.rejected["raw"][0]) < 3 * LONGEST_CELL


def test_a_long_cell_of_a_workbook_costs_its_row_alone() -> None:
    rows = [list(DECREE), person(1), person(2), person(3)]
    rows[2][3] = "A" * 32_000  # as much as a cell can hold
    reading = read_bytes(xlsx(rows))
    held_to_account(reading)
    assert reading.rejected.select("source_row", "expectation").rows() == [(2, "row_has_no_endless_cell")]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (lambda: text([[*DECREE, *(f"x{n}" for n in range(100_000))], person(1)]), "more than 2,000 columns"),
        (lambda: text([[*DECREE], [*person(1), *("x" for _ in range(1_000_000))]]), ""),
        (lambda: ";".join(DECREE).encode() + b"\n" + b"a" * (200 * MEGABYTE), "longer than any row can be"),
        (lambda: b"a;" * (60 * MEGABYTE), "no heading row"),
        (lambda: b'"' * (30 * MEGABYTE), "no heading row"),
        (lambda: (";".join(DECREE) + "\n").encode() + b'"\n' * 300_000, ""),
        (lambda: (";".join(DECREE) + "\n").encode() + b'a;"b\n' * 100_000, ""),
        (lambda: (";".join(DECREE) + "\n").encode() + b'"' + b'a""' * (3 * MEGABYTE), ""),
    ],
    ids=["wide heading", "wide row", "no line end", "one line", "quotes", "open quotes", "stray", "long quote"],
)
def test_text_without_measure(content: object, told: str) -> None:
    assert callable(content)
    reading = read_bytes(content())
    held_to_account(reading)
    if told:
        assert reading.problem is not None
        assert told in reading.problem.text
    else:
        assert reading.rows == 0


def test_a_workbook_as_wide_as_it_can_be() -> None:
    reading = read_bytes(xlsx([[*DECREE, *(f"x{n}" for n in range(16_000))], person(1)]))
    held_to_account(reading)
    assert reading.rows == 1


@pytest.mark.parametrize("name", ["baris\nheld: semua baik.csv", "\u202evsc.xlsx", "a\x1b[2Jb.csv", "x" * 200 + ".csv"])
def test_a_file_name_adds_nothing_to_the_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    problem = read_file(path, load_layouts().values()).problem
    assert problem is not None
    assert problem.text.isprintable()
    assert problem.text.endswith(" is empty.")
