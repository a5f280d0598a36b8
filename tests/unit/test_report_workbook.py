"""The workbooks officers send back and forth: text stays text, nothing runs, the verdict is a choice."""

import io
from datetime import date

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.files import write_reports
from reports.sheet import Column, fill
from reports.tables import collect
from reports.workbook import VERDICTS, WORKLIST_COLUMNS, write_worklist
from reports.worklist import collect_worklist
from tests.report_fixture import REGENCIES, database

HEADINGS = [column.heading for column in WORKLIST_COLUMNS]
LISTS = ("Daftar Kerja", "Temuan Lain")
LAST = openpyxl.utils.get_column_letter(len(HEADINGS))
HOSTILE = [
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2",
    "@SUM(A1)",
    "http://example.invalid",
    "<script>&</script>",
    "_x0041_",
    "a\x00b",
]


@pytest.fixture
def con():
    with database() as con:
        yield con


@pytest.fixture
def book(con, tmp_path):
    return openpyxl.load_workbook(made(con, tmp_path / "book.xlsx"))


def made(con, path, code="3602"):
    tables = collect(con)
    worklist = collect_worklist(con, code, "Kabupaten Lebak", tuple(tables.regencies["regency_code"]))
    return write_worklist(path, tables, worklist)


def cells(sheet, heading):
    place = [cell.value for cell in sheet[1]].index(heading) + 1
    return [row[place - 1] for row in sheet.iter_rows(min_row=2)]


def of_column(book, sheet, heading):
    return [cell.value for cell in cells(book[sheet], heading)]


def test_sheets_and_headings(book):
    assert book.sheetnames == ["Ringkasan", "Daftar Kerja", "Temuan Lain", "Karantina", "Kamus"]
    for name in LISTS:
        assert [cell.value for cell in book[name][1]] == HEADINGS
    assert book["Ringkasan"]["A1"].value == "Daftar kerja Kabupaten Lebak"


def test_every_open_finding_of_the_regency_is_a_row(book, con):
    expected = con.execute(
        "select count(*), sum(rupiah_per_month) from finding where state = 'open' and regency_code = '3602'"
    ).fetchall()[0]
    rows = [of_column(book, sheet, "Rp per bulan") for sheet in LISTS]
    assert (sum(map(len, rows)), sum(value or 0 for values in rows for value in values)) == expected
    assert len({value for sheet in LISTS for value in of_column(book, sheet, "ID Temuan")}) == expected[0]


def test_what_asks_for_a_decision_stands_before_the_rest(con, tmp_path):
    con.execute(
        "update finding set code = 'ID01' where finding_id = (select min(finding_id) from finding "
        "where state = 'open' and regency_code = '3602' and severity = 2 and is_primary)"
    )
    book = openpyxl.load_workbook(made(con, tmp_path / "book.xlsx"))
    asks = con.execute(
        "select finding_id from finding where state = 'open' and regency_code = '3602' "
        "and (severity = 1 or (severity = 2 and is_primary and code <> 'ID01'))"
    ).fetchall()
    assert "ID01" in of_column(book, "Temuan Lain", "Kode")
    assert sorted(of_column(book, "Daftar Kerja", "ID Temuan")) == sorted(row[0] for row in asks)
    assert set(of_column(book, "Daftar Kerja", "Prioritas")) == {"SEGERA", "BULAN INI"}
    assert set(of_column(book, "Temuan Lain", "Prioritas")) <= {"BULAN INI", "PERAPIHAN"}
    for sheet in LISTS:
        codes, every = of_column(book, sheet, "Kode"), of_column(book, sheet, "Semua kode orang ini")
        assert all(code in all_of_person.split(", ") for code, all_of_person in zip(codes, every, strict=True))


def test_a_long_rest_is_cut_with_its_count_and_every_village_has_its_share(con, tmp_path, monkeypatch):
    con.execute("update finding set severity = 3")
    total, villages = con.execute(
        "select count(*), count(distinct village_code) from finding "
        "where state = 'open' and regency_code = '3602' and severity = 3"
    ).fetchall()[0]
    assert 1 < villages < total
    monkeypatch.setattr("reports.worklist.OTHERS_MOST", villages)
    short = openpyxl.load_workbook(made(con, tmp_path / "short.xlsx"))
    # Names of villages repeat within a regency, but not within a district.
    places = list(
        zip(*(of_column(short, "Temuan Lain", name) for name in ("Kecamatan", "Desa/kelurahan")), strict=True)
    )
    assert len(set(places)) == len(places) == villages
    told = [row[0].value for row in short["Ringkasan"].iter_rows() if row[0].value]
    cut = next(text for text in told if text.startswith(f"Lembar Temuan Lain memuat {villages} dari {total} "))
    query = cut.partition('padan query "')[2].rstrip('"')
    found = con.sql(query).pl()["finding_id"]
    assert {value for sheet in LISTS for value in of_column(short, sheet, "ID Temuan")} < set(found)
    # The counts are of all of them, shown or not.
    everything = con.execute("select count(*) from finding where state = 'open' and regency_code = '3602'").fetchall()
    jumlah = next(row[2].value for row in short["Ringkasan"].iter_rows() if row[0].value == "Jumlah")
    assert jumlah == everything[0][0]


@pytest.mark.parametrize(("heading", "digits"), [("NIK", 16), ("No. KK", 16), ("No. kartu JKN", 13)])
def test_personal_numbers_are_text(book, heading, digits):
    column = [cell for cell in cells(book["Daftar Kerja"], heading) if cell.value is not None]
    assert column
    for cell in column:
        assert cell.data_type in {"s", "inlineStr"} and isinstance(cell.value, str)
        assert cell.number_format == "@" and len(cell.value) == digits and cell.value.isdigit()


def test_dates_and_money_are_values(book):
    sheet = book["Daftar Kerja"]
    assert all(isinstance(cell.value.date(), date) for cell in cells(sheet, "Tanggal lahir"))
    assert all(cell.value.date() <= date(2026, 11, 20) for cell in cells(sheet, "Ditemukan sejak"))
    assert {cell.number_format for cell in cells(sheet, "Rp per bulan")} == {"#,##0"}


def test_frozen_headings_filter_and_choices(book):
    sheet = book["Daftar Kerja"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{LAST}{sheet.max_row}"
    choice = sheet.data_validations.dataValidation[0]
    assert choice.type == "list" and choice.formula1 == '"' + ",".join(VERDICTS) + '"'
    verdict = openpyxl.utils.get_column_letter(HEADINGS.index("Putusan") + 1)
    assert str(choice.sqref) == f"{verdict}2:{verdict}{sheet.max_row}"
    assert all(cell.value is None for cell in cells(sheet, "Putusan") + cells(sheet, "Catatan"))
    assert book["Karantina"].freeze_panes == "C2"


@pytest.mark.parametrize("name", LISTS)
def test_sorted_by_priority_the_primary_ones_first_then_village(book, con, name):
    order = ["SEGERA", "BULAN INI", "PERAPIHAN"]
    priorities = [order.index(value) for value in of_column(book, name, "Prioritas")]
    beside = [value != "YA" for value in of_column(book, name, "Utama")]
    by_finding = dict(con.execute("select finding_id, village_code from finding").fetchall())
    villages = [by_finding[value] for value in of_column(book, name, "ID Temuan")]
    rows = list(zip(priorities, beside, villages, strict=True))
    assert rows == sorted(rows) and len(set(rows)) > 1
    assert all(not value.isdigit() for value in of_column(book, name, "Desa/kelurahan"))


def test_nothing_in_a_workbook_is_a_formula_or_a_link(con, tmp_path):
    for number, text in enumerate(HOSTILE):
        name = text.replace("\x00", "")
        con.execute("update person set name = $1 where person_id = $2", [name, f"p0000000{number}"])
    con.execute("update finding set detail = $1, action = $1, actor = $1", [HOSTILE[0]])
    con.execute("update quarantine set raw = $1, reason_id = $1, file = $1", [HOSTILE[0]])
    for path in write_reports(con, tmp_path)[2:]:
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f" and cell.hyperlink is None
    book = openpyxl.load_workbook(made(con, tmp_path / "x.xlsx"))
    assert {cell.value for cell in cells(book["Daftar Kerja"], "Penjelasan")} == {HOSTILE[0]}


def test_quarantined_rows_are_those_of_the_office(book, con, tmp_path):
    expected = con.execute("select count(*) from quarantine where owner_code = '3602'").fetchall()[0][0]
    assert expected > 0
    assert book["Karantina"].max_row - 1 == expected
    assert {cell.value for cell in cells(book["Karantina"], "Berkas")} == {"register_3602.xlsx"}


def test_the_summary_adds_up(book):
    sheet = book["Ringkasan"]
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows() if row[0].value}
    priorities = [rows[name] for name in ("SEGERA", "BULAN INI", "PERAPIHAN")]
    assert rows["Jumlah"][1:3] == [sum(row[1] for row in priorities), sum(row[2] for row in priorities)]
    counted = sum(
        money or 0
        for sheet in LISTS
        for money, main in zip(of_column(book, sheet, "Rp per bulan"), of_column(book, sheet, "Utama"), strict=True)
        if main == "YA"
    )
    assert rows["Jumlah"][2] == counted


def test_the_glossary_names_what_cannot_be_tested(book):
    rows = {row[0].value: row[-1].value for row in book["Kamus"].iter_rows()}
    assert rows["TK06"] == "tidak: Sumber Akta kematian tidak datang."
    assert rows["ST01"] == "ya"


def test_an_office_without_findings_gets_an_empty_list(con, tmp_path):
    con.execute("delete from finding; delete from quarantine")
    sheet = openpyxl.load_workbook(made(con, tmp_path / "x.xlsx"))["Daftar Kerja"]
    assert sheet.max_row == 1 and sheet.auto_filter.ref == f"A1:{LAST}2"


def test_same_rows_same_bytes(con, tmp_path):
    first, second = write_reports(con, tmp_path / "a"), write_reports(con, tmp_path / "b")
    assert [path.name for path in first] == [
        "index.html", "summary.json", *(path.name for path in first[2:])
    ]  # fmt: skip
    assert len(first) == 2 + len(REGENCIES) + 1
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
    assert sorted(tmp_path.joinpath("a").iterdir()) == sorted(first)


def test_a_file_that_cannot_be_written_leaves_the_old_one(con, tmp_path, monkeypatch):
    write_reports(con, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.files.write_worklist", full)
    with pytest.raises(OSError, match="No space left"):
        write_reports(con, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=20))
def test_any_text_comes_back_from_a_cell(tmp_path_factory, texts):
    columns = (Column("a", "A", 10), Column("b", "B", 10, "input"))
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.heading)
            sheet.write_blank(1, place, None, book.add_format({"num_format": "@"}))
    path = tmp_path_factory.mktemp("cell") / "x.xlsx"
    fill(made, path, {"sheet1": (pl.DataFrame({"a": texts}), columns, 2)})
    read = [row[0].value or "" for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2)]
    forbidden = {chr(n) for n in range(32)} - {"\t", "\n", "\r"} | {"\ufffe", "\uffff"}
    # XML reads every line end as \n.
    kept = ["".join(c for c in text if c not in forbidden).replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert read == kept


def test_a_model_row_that_does_not_fit_is_refused(tmp_path):
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write_string(0, 0, "A")
    frame = pl.DataFrame({"a": ["x"]})
    with pytest.raises(ValueError, match="no model row 2"):
        fill(made, tmp_path / "x.xlsx", {"sheet1": (frame, (Column("a", "A", 10),), 2)})
