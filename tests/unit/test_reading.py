"""Reading one file: every physical data line is a row or is kept as unreadable, and nothing else is."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from flows import reading_text
from flows.reading import Reading, read_file
from schemas.layouts import load_layouts

LAYOUTS = load_layouts()
DECREE = ("NO", "PSNOKA", "NIK", "NAMA", "TGL_LAHIR", "KODE_DESA", "NO_SK", "TMT")
FIELDS = LAYOUTS["decree"].fields


def row(number: int, name: str = "SUPARNO") -> list[str]:
    card = f"{number:013d}"
    return [str(number), card, f"36010100{number:08d}", name, "1990-01-31", "3601012001", "465/1/2026", "2026-01-01"]


def text(rows: Sequence[Sequence[str]], delimiter: str = ";", end: str = "\n") -> str:
    return "".join(delimiter.join(cells) + end for cells in rows)


def read(folder: Path, content: str | bytes, kind: str = "decree", name: str = "sk.csv") -> Reading:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(path, [LAYOUTS[kind]])


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]], hidden: Sequence[str] = ()) -> Path:
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    book.close()
    return path


def names(reading: Reading) -> list[tuple[int, str | None]]:
    assert reading.frame is not None, reading.problem
    return list(reading.frame.select("source_row", "name").iter_rows())


def code(reading: Reading) -> str | None:
    return reading.problem.code if reading.problem else None


# --- text ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", ",", "|", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
    ],
)
def test_delimiter_line_end_and_encoding_are_found(
    tmp_path: Path, delimiter: str, end: str, encoding: str, told: str
) -> None:
    content = text([DECREE, row(1, "RENÉ"), row(2, "ÑO – Ç")], delimiter, end).encode(encoding)
    reading = read(tmp_path, content)
    assert names(reading) == [(1, "RENÉ"), (2, "ÑO – Ç")]
    assert (reading.delimiter, reading.encoding, reading.heading_row) == (delimiter, told, 1)


def test_cells_are_text_as_written_and_empty_ones_null(tmp_path: Path) -> None:
    cells = ["1", "0001234567890", "3.2E+15", " SITI ", "", '""', "", "33000"]
    reading = read(tmp_path, text([DECREE, cells]))
    assert reading.frame is not None
    assert reading.frame.row(0) == (1, "1", "0001234567890", "3.2E+15", " SITI ", None, None, None, "33000")
    assert set(reading.frame.dtypes) == {pl.Int64, pl.String}


def test_headings_by_alias_case_and_punctuation_under_title_rows(tmp_path: Path) -> None:
    headings = [
        "No.",
        "no kartu jkn",
        "NIK / No. KTP",
        "Nama Lengkap",
        "Tgl. Lhr (dd/mm/yyyy)",
        "Kode Desa/Kel",
        "Nomor SK",
        "t.m.t",
    ]
    content = "DAFTAR PESERTA;;;;;;;\n\nKABUPATEN LEBAK;;;;;;;\n" + text([headings, row(1)])
    reading = read(tmp_path, content)
    assert names(reading) == [(1, "SUPARNO")]
    assert (reading.heading_row, reading.absent) == (4, ())


def test_unknown_columns_are_left_out_and_lost_ones_are_null_and_named(tmp_path: Path) -> None:
    content = text([["NIK", "WARNA", "NAMA", "TGL_LAHIR", "PSNOKA"], ["36", "biru", "SITI", "1-1-1990", "7"]])
    reading = read(tmp_path, content)
    assert reading.frame is not None
    assert reading.frame.select("nik", "name", "card", "decree_no").row(0) == ("36", "SITI", "7", None)
    assert reading.absent == ("NO", "KODE_DESA", "NO_SK", "TMT")


BROKEN = [
    pytest.param("9;8;7", "row_has_every_field", id="too few fields"),
    pytest.param(";".join(row(9, "SITI; AMINAH")), "row_has_no_extra_field", id="too many fields"),
    pytest.param(";".join(row(9, '"SITI; AMINAH')), "row_closes_its_quotes", id="a quote that does not close"),
]


@pytest.mark.parametrize(("broken", "expectation"), BROKEN)
def test_a_broken_row_is_kept_with_its_numbers(tmp_path: Path, broken: str, expectation: str) -> None:
    content = "DAFTAR\n" + text([DECREE, row(1)]) + "\n" + broken + "\n" + text([row(3)])
    reading = read(tmp_path, content)
    assert names(reading) == [(1, "SUPARNO"), (3, "SUPARNO")]
    kept = reading.rejected.select("source_row", "line", "expectation", "raw").rows()
    assert kept == [(2, 5, expectation, broken)]
    assert reading.rejected["reason"][0].endswith(".")
    assert reading.rejected["reason_id"][0].endswith(".")


@pytest.mark.parametrize(
    "name",
    ['SITI "IIS" AMINAH', '"SITI', 'SITI"', "D'SOUZA", '5"', '"'],
)
def test_a_stray_quote_does_not_cost_the_row(tmp_path: Path, name: str) -> None:
    reading = read(tmp_path, text([DECREE, row(1), row(2, name), row(3)]))
    assert names(reading) == [(1, "SUPARNO"), (2, name), (3, "SUPARNO")]


def test_quotes_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    content = text([DECREE, row(1, '"SITI; ""IIS"""'), row(2, '"SITI\nAMINAH"'), row(3)])
    reading = read(tmp_path, content)
    assert names(reading) == [(1, 'SITI; "IIS"'), (2, "SITI\nAMINAH"), (3, "SUPARNO")]
    assert reading.rejected.height == 0


def test_a_file_cut_in_the_middle_keeps_its_last_line(tmp_path: Path) -> None:
    content = text([DECREE, *(row(number) for number in range(1, 50))])
    reading = read(tmp_path, content[: len(content) - 60])
    assert len(names(reading)) == 48
    assert reading.rejected.select("source_row", "line").rows() == [(49, 50)]


def test_a_cut_in_the_middle_of_a_character_or_with_a_tail_of_nuls(tmp_path: Path) -> None:
    content = text([DECREE, row(1, "RENÉ"), row(2, "RENÉ")]).encode()
    cut = content[: content.rindex("É".encode()) + 1]
    assert names(read(tmp_path, cut))[0] == (1, "RENÉ")
    assert read(tmp_path, cut).rejected.height == 1
    assert names(read(tmp_path, content + b"\0" * 5000)) == [(1, "RENÉ"), (2, "RENÉ")]


def test_nul_bytes_inside_a_row_do_not_cost_it(tmp_path: Path) -> None:
    content = text([DECREE, row(1), row(2)]).encode().replace(b"SUPARNO", b"SUP\0ARNO")
    assert names(read(tmp_path, content)) == [(1, "SUPARNO"), (2, "SUPARNO")]


def test_one_bad_byte_does_not_make_a_utf8_file_another(tmp_path: Path) -> None:
    content = text([DECREE, *(row(n, "RENÉ") for n in range(1, 9))]).encode() + text([row(9, "X")]).encode()
    reading = read(tmp_path, content.replace(b";X;", b";\xe9;"))
    assert names(reading)[0] == (1, "RENÉ")
    assert names(reading)[-1] == (9, "é")
    assert reading.encoding == "utf-8"


def test_lines_that_all_end_with_a_delimiter(tmp_path: Path) -> None:
    body = "".join(";".join(row(n)) + ";\n" for n in range(1, 4))
    assert len(names(read(tmp_path, ";".join(DECREE) + "\n" + body))) == 3
    assert len(names(read(tmp_path, ";".join(DECREE) + ";\n" + text([row(1), row(2)])))) == 2
    assert len(names(read(tmp_path, ";".join(DECREE) + ";;\n" + body))) == 3


def test_a_heading_lost_in_the_middle_shifts_no_column(tmp_path: Path) -> None:
    headings = [h for h in DECREE if h != "KODE_DESA"]
    reading = read(tmp_path, text([headings, row(1), row(2)]))
    assert (reading.frame.height if reading.frame is not None else 0, reading.rejected.height) == (0, 2)


def test_rows_that_are_no_data_are_not_counted(tmp_path: Path) -> None:
    rows = [
        DECREE,
        [f"({n})" for n in range(1, 9)],
        row(1),
        [""] * 8,
        ["DAFTAR PESERTA"] + [""] * 7,
        DECREE,
        row(2),
        ["", "", "", "JUMLAH", "", "", "2", ""],
        ["KECAMATAN CIPANAS"] + [""] * 7,
        row(3),
        ["TOTAL", "", "3", "", "", "", "", ""],
        [""] * 8,
        ["", "", "", "", "", "Rangkasbitung, 20 November 2026", "", ""],
        ["", "", "", "", "", "Kepala Dinas Sosial", "", ""],
        ["", "", "", "", "", "NIP. 197001011995031001", "", ""],
    ]
    assert names(read(tmp_path, text(rows))) == [(1, "SUPARNO"), (2, "SUPARNO"), (3, "SUPARNO")]
    path = workbook(tmp_path / "sk.xlsx", {"SK": rows})
    assert names(read_file(path, [LAYOUTS["decree"]])) == [(1, "SUPARNO"), (2, "SUPARNO"), (3, "SUPARNO")]


def test_a_footer_with_other_fields_is_no_broken_row(tmp_path: Path) -> None:
    reading = read(tmp_path, text([DECREE, row(1)]) + "JUMLAH;1\n(1 rows affected)\n")
    assert (len(names(reading)), reading.rejected.height) == (1, 0)


def test_poor_rows_are_still_rows(tmp_path: Path) -> None:
    rows = [DECREE, row(1), ["2", "", "", "SITI", "", "", "", ""], ["", "", "", "KOMANG", "", "", "", ""], row(4)]
    rows.append(["5", "", "", "TOTALITAS", "", "", "", ""])
    assert [n for n, _ in names(read(tmp_path, text(rows)))] == [1, 2, 3, 4, 5]


def test_blocks_do_not_change_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(n, '"SITI\nAMINAH"' if n % 3 == 0 else "RENÉ" if n % 5 == 0 else "SUPARNO") for n in range(1, 200)]
    rows[50], rows[120] = ["51", "cut"], row(121, '"SITI; A')
    content = text([DECREE, *rows]).encode("cp1252")
    whole = read(tmp_path, content)
    for size in (300, 1000, 4096):
        monkeypatch.setattr(reading_text, "BLOCK", size)
        again = read(tmp_path, content)
        assert whole.frame is not None
        assert again.frame is not None
        assert again.frame.equals(whole.frame)
        assert again.rejected.equals(whole.rejected)


# --- any table ----------------------------------------------------------------------------------------------------

CELL = st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"]), max_size=12)
CONTROLS = "".join(chr(number) for number in range(32) if number not in (9, 10, 13))
ANY_CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(st.lists(CELL, min_size=8, max_size=8), min_size=1, max_size=12),
    delimiter=st.sampled_from(";,|\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    size=st.sampled_from([50, 400, 1 << 20]),
)
def test_any_table_comes_back_identical(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: list[list[str]], delimiter: str, end: str, encoding: str,
    quoting: int, size: int,
) -> None:  # fmt: skip
    # The last cell keeps the row from being blank, a total or a signature, which are no data by design.
    rows = [[f"{n}", f"{n:013d}", f"36{n:014d}", cells[3], *cells[4:7], "X"] for n, cells in enumerate(body, 1)]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([DECREE, *rows])
    content = buffer.getvalue().encode(encoding)
    # cp1252 bytes that happen to be UTF-8, in whole or in part: no reader can tell.
    assume(encoding != "cp1252" or content.decode("utf-8", "ignore").isascii())
    monkeypatch.setattr(reading_text, "BLOCK", size)
    reading = read(tmp_path, content)
    assert reading.frame is not None
    assert reading.rejected.height == 0
    expected = [(n, *(cell or None for cell in cells)) for n, cells in enumerate(rows, 1)]
    assert reading.frame.rows() == expected


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(st.lists(ANY_CELL, min_size=4, max_size=4), min_size=1, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_writing_comes_back_identical(tmp_path: Path, body: list[list[str]], encoding: str) -> None:
    rows = [[f"{n}", f"{n:013d}", f"36{n:014d}", *cells, "X"] for n, cells in enumerate(body, 1)]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([DECREE, *rows])
    reading = read(tmp_path, buffer.getvalue().encode(encoding))
    assert reading.frame is not None
    assert reading.rejected.height == 0
    assert reading.frame.rows() == [(n, *(cell or None for cell in cells)) for n, cells in enumerate(rows, 1)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), start=st.sampled_from([b"", ";".join(DECREE).encode() + b"\n", b"PK\x03\x04"]))
def test_no_content_is_ever_an_exception(tmp_path: Path, content: bytes, start: bytes) -> None:
    reading = read(tmp_path, start + content)
    assert (reading.frame is None) == (reading.problem is not None)


def bare(line: str) -> str:
    """A line without its quotes: a spreadsheet may have put the whole of it in quotes."""
    return line.replace('"', "").rstrip(" ")


# The last line of these is no row of its own though it reads like the first, which is: the second has an open quote.
@example(lines=['";7', ';;;;;;"""', '";7'], size=20)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.text(st.sampled_from('aé;"7 ,'), max_size=25), max_size=15), size=st.sampled_from([20, 1 << 20])
)
def test_every_line_is_a_row_or_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], size: int
) -> None:
    monkeypatch.setattr(reading_text, "BLOCK", size)
    reading = read(tmp_path, text([DECREE, row(1), *([line] for line in lines), row(2)]))
    assert reading.frame is not None
    numbers = sorted([*reading.frame["source_row"], *reading.rejected["source_row"]])
    assert numbers == list(range(1, len(numbers) + 1))
    # Each is kept under the number of its own line (the third of the file is the first of `lines`), and once.
    kept = dict(reading.rejected.select("line", "raw").iter_rows())
    assert len(kept) == reading.rejected.height
    assert {at: bare(raw) for at, raw in kept.items()} == {at: bare(lines[at - 3]) for at in kept}
    assert len(numbers) <= len(lines) + 2


def test_a_total_of_full_width_is_no_row_and_a_company_called_total_is(tmp_path: Path) -> None:
    headings = "KODE_WILAYAH,TAHUN,SASARAN_PEKERJA,SASARAN_PEKERJA_RENTAN\n"
    content = headings + "3601,2026,9,3\nJUMLAH,2026,9,3\nTotal Provinsi,2026,9,3\n"
    reading = read(tmp_path, content, "workforce")
    assert reading.frame is not None
    assert reading.frame["region_code"].to_list() == ["3601"]
    content = "NIB,NAMA_PERUSAHAAN,JUMLAH_TK\n,TOTAL BANGUN PT,5\n8120000000001,PT JUMLAH,4\n,JUMLAH,9\n"
    reading = read(tmp_path, content, "employers")
    assert reading.frame is not None
    assert reading.frame["employer_name"].to_list() == ["TOTAL BANGUN PT", "PT JUMLAH"]
