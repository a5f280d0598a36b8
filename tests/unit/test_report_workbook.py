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
from reports.return_form import HIDDEN, INPUTS, WORKLIST_COLUMNS
from reports.sheet import Column, fill
from reports.tables import collect
from reports.workbook import write_worklist
from reports.worklist import collect_worklist
from schemas.verdicts import CHOICES, VERDICTS, words_of
from tests.officer import rows_of, worklists
from tests.report_fixture import REGENCIES, database

HEADINGS = [column.heading for column in WORKLIST_COLUMNS]
PRIORITIES = ["SEGERA", "BULAN INI", "PERAPIHAN"]
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


def cells(book, heading):
    """The cells of a column over all worklists, sheet by sheet."""
    return [sheet.cell(number, heads[heading]) for sheet, number, heads, _ in rows_of(book)]


def of_column(book, heading):
    return [cell.value for cell in cells(book, heading)]


def below(sheet, heading):
    place = [cell.value for cell in sheet[1]].index(heading) + 1
    return [row[place - 1] for row in sheet.iter_rows(min_row=2)]


def test_sheets_and_headings(book):
    districts = [sheet.title for sheet, _, _ in worklists(book)]
    assert book.sheetnames == ["Petunjuk", "Ringkasan", *districts, "Karantina", "Kamus", HIDDEN]
    assert len(districts) > 3 and districts == sorted(districts)
    assert book[HIDDEN].sheet_state == "hidden"
    for sheet, top, _ in worklists(book):
        assert [cell.value for cell in sheet[top]] == HEADINGS
    for sheet, number, heads, _ in rows_of(book):
        assert book[sheet.title].title in sheet.cell(1, 1).value and number >= 3 and heads
    assert book["Ringkasan"]["A1"].value == book["Petunjuk"]["A1"].value == "Daftar kerja Kabupaten Lebak"


def test_a_row_is_as_high_as_its_text_needs_in_every_program(book):
    """LibreOffice takes rows without a height as one line high, and the lines of a text fall over each other."""
    for sheet, number, heads, _ in rows_of(book):
        told = sheet.cell(number, heads["Menurut BPJS/Dukcapil"]).value or ""
        assert sheet.row_dimensions[number].height >= 13.5 * max(1, told.count("\n") + len(told) // 44)
    rules = book["Petunjuk"]
    wrapped = [row for row in rules.iter_rows(min_row=8, max_col=3) if len(row[1].value or "") > 90]
    assert wrapped and all(rules.row_dimensions[row[1].row].height > 15 for row in wrapped)


def test_on_paper_stands_what_an_officer_reads_and_fills_in(book):
    for sheet, top, heads in worklists(book):
        first, last = sheet.print_area.split("!")[-1].replace("$", "").split(":")
        assert first == "A1" and last == f"{openpyxl.utils.get_column_letter(heads['Petugas'])}{sheet.max_row}"
        assert sheet.page_setup.fitToWidth == 2 and sheet.print_title_rows.endswith(f"${top}")


def test_every_open_finding_of_the_regency_is_a_row_of_its_district(book, con):
    expected = con.execute(
        "select count(*), sum(rupiah_per_month) from finding where state = 'open' and regency_code = '3602'"
    ).fetchall()[0]
    assert (len(of_column(book, "Kode")), sum(value or 0 for value in of_column(book, "Rp per bulan"))) == expected
    assert len(set(of_column(book, "ID Temuan"))) == expected[0]
    villages = dict(con.execute("select finding_id, left(village_code, 6) from finding").fetchall())
    of_district: dict[str, set[str]] = {}
    for sheet, _, _, found in rows_of(book):
        of_district.setdefault(sheet.title, set()).add(villages[found])
    assert all(len(codes) == 1 for codes in of_district.values())
    assert len({code for codes in of_district.values() for code in codes}) == len(of_district)


def test_a_long_district_is_a_sheet_a_village(con, tmp_path, monkeypatch):
    monkeypatch.setattr("reports.worklist_sheets.LONGEST", 1)
    long = openpyxl.load_workbook(made(con, tmp_path / "long.xlsx"))
    villages = dict(con.execute("select finding_id, village_code from finding").fetchall())
    places: dict[str, set[str]] = {}
    for sheet, _, _, found in rows_of(long):
        places.setdefault(sheet.title, set()).add(villages[found])
    several = {title: codes for title, codes in places.items() if len(codes) > 1}
    assert not several and all(len(title) <= 31 for title in places)
    assert len(of_column(long, "Kode")) == len(villages and of_column(made_book(con, tmp_path), "Kode"))


def made_book(con, tmp_path):
    return openpyxl.load_workbook(made(con, tmp_path / "usual.xlsx"))


def test_what_asks_for_a_decision_is_there_whole_and_stands_first(book, con):
    asks = {
        row[0]
        for row in con.execute(
            "select finding_id from finding where state = 'open' and regency_code = '3602' "
            "and (severity = 1 or (severity = 2 and is_primary))"
        ).fetchall()
    }
    assert asks <= set(of_column(book, "ID Temuan"))
    for code, every in zip(of_column(book, "Kode"), of_column(book, "Semua kode orang ini"), strict=True):
        assert code in every.split(", ")


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
    places = [(sheet.title, sheet.cell(n, heads["Desa/kelurahan"]).value) for sheet, n, heads, _ in rows_of(short)]
    assert len(set(places)) == len(places) == villages
    told = [row[0].value for row in short["Ringkasan"].iter_rows() if row[0].value]
    cut = next(text for text in told if text.startswith(f"Buku kerja ini memuat {villages} dari {total} "))
    query = cut.partition('padan query "')[2].rstrip('"')
    found = con.sql(query).pl()["finding_id"]
    assert set(of_column(short, "ID Temuan")) < set(found)
    # The counts are of all of them, shown or not.
    everything = con.execute("select count(*) from finding where state = 'open' and regency_code = '3602'").fetchall()
    jumlah = next(row[2].value for row in short["Ringkasan"].iter_rows() if row[0].value == "Jumlah")
    assert jumlah == everything[0][0]


@pytest.mark.parametrize(("heading", "digits"), [("NIK", 16), ("No. KK", 16), ("No. kartu JKN", 13)])
def test_personal_numbers_are_text(book, heading, digits):
    column = [cell for cell in cells(book, heading) if cell.value is not None]
    assert column
    for cell in column:
        assert cell.data_type in {"s", "inlineStr"} and isinstance(cell.value, str)
        assert cell.number_format == "@" and len(cell.value) == digits and cell.value.isdigit()


def test_dates_and_money_are_values(book):
    assert all(isinstance(cell.value.date(), date) for cell in cells(book, "Tanggal lahir"))
    assert all(cell.value.date() <= date(2026, 11, 20) for cell in cells(book, "Ditemukan sejak"))
    assert {cell.number_format for cell in cells(book, "Rp per bulan")} == {"#,##0"}


def test_frozen_headings_filter_and_print_set_up(book):
    for sheet, top, heads in worklists(book):
        assert sheet.freeze_panes == f"F{top + 1}"
        assert sheet.auto_filter.ref == f"A{top}:{LAST}{sheet.max_row}"
        assert sheet.print_title_rows == f"${top}:${top}" and sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
        assert all(sheet.column_dimensions[openpyxl.utils.get_column_letter(n)].width for n in heads.values())
    assert book["Karantina"].freeze_panes == "C2"


def test_only_what_an_officer_fills_in_can_be_changed(book):
    inputs = {column.heading for column in WORKLIST_COLUMNS if column.field in INPUTS}
    for sheet, number, heads, _ in rows_of(book):
        assert sheet.protection.sheet
        free = {heading for heading, place in heads.items() if not sheet.cell(number, place).protection.locked}
        assert free == inputs
        assert all(sheet.cell(number, heads[heading]).value is None for heading in inputs)
    assert all(sheet.protection.sheet for sheet in book.worksheets if sheet.title != "Kamus")
    assert not book["Petunjuk"]["B5"].protection.locked


def test_the_verdicts_to_choose_are_those_of_the_row(book):
    """The drop-down asks the row's kind; the lists stand in the hidden sheet."""
    for choice in CHOICES:
        sheet, _, cells_ = book.defined_names[f"putusan_{choice}"].attr_text.partition("!")
        assert [cell.value for row in book[sheet][cells_] for cell in row] == list(words_of(choice))
    for sheet, top, heads in worklists(book):
        (validation,) = sheet.data_validations.dataValidation
        verdict, kind = (openpyxl.utils.get_column_letter(heads[name]) for name in ("Putusan", "Jenis putusan"))
        assert (
            validation.type == "list"
            and next(iter(validation.sqref.ranges)).coord.split(":")[0] == f"{verdict}{top + 1}"
        )
        assert next(iter(validation.sqref.ranges)).max_row == sheet.max_row
        first = f"${kind}{top + 1}"
        assert validation.formula1 == f'IF({first}="O",putusan_O,IF({first}="G",putusan_G,putusan_T))'
        assert sheet.column_dimensions[kind].hidden
    assert set(of_column(book, "Jenis putusan")) <= set(CHOICES)
    explained = [row[0].value for row in book["Petunjuk"].iter_rows()]
    assert [word for word in explained if word in {verdict.word for verdict in VERDICTS}] == [v.word for v in VERDICTS]


def test_what_differs_has_a_sign_beside_its_colour(con, tmp_path):
    finding, regency, card = con.execute(
        "select f.finding_id, a.record_id, b.record_id from finding f, record a, record b where f.state = 'open' "
        "and f.regency_code = '3602' and list_contains(f.record_ids, a.record_id) and a.source = 'regency' "
        "and list_contains(f.record_ids, b.record_id) and b.source = 'bpjs_kesehatan' order by 1 limit 1"
    ).fetchall()[0]
    con.execute("update record set name = 'UDIN', name_std = 'UDIN' where record_id = $1", [card])
    con.execute("update record set name_std = name where record_id <> $1", [card])
    con.execute("update record set birth_date = '1999-12-31' where record_id = $1", [regency])
    book = made_book(con, tmp_path)
    sheet, number, heads, _ = next(row for row in rows_of(book) if row[3] == finding)
    ours, theirs, differing = (
        sheet.cell(number, heads[name]).value for name in ("Menurut Dinsos", "Menurut BPJS/Dukcapil", "Beda")
    )
    assert differing == "nama, tanggal lahir"
    assert "≠ lahir 31-12-1999" in ours and "JKN: ≠ UDIN" in theirs and "≠ NIK" not in ours + theirs
    coloured = {
        str(area) for area, rules in sheet.conditional_formatting._cf_rules.items() if "≠" in str(rules[0].formula)
    }
    assert len(coloured) == 2
    alike = [row for row in rows_of(book) if row[0].cell(row[1], row[2]["Beda"]).value is None]
    assert alike
    for other, place, columns, _ in alike:
        texts = [other.cell(place, columns[name]).value or "" for name in ("Menurut Dinsos", "Menurut BPJS/Dukcapil")]
        assert "≠" not in "".join(texts)


def test_sorted_by_priority_the_primary_ones_first_then_village(book, con):
    villages = dict(con.execute("select finding_id, village_code from finding").fetchall())
    several = 0
    for sheet, _, _ in worklists(book):
        rows = [
            (
                PRIORITIES.index(s.cell(n, heads["Prioritas"]).value),
                s.cell(n, heads["Utama"]).value != "YA",
                villages[f],
            )
            for s, n, heads, f in rows_of(book)
            if s.title == sheet.title
        ]
        assert rows == sorted(rows)
        several += len(rows) > 1
        counted = [sum(row[0] == place for row in rows) for place in range(3)]
        for priority, count in zip(PRIORITIES, counted, strict=True):
            assert f"{priority} {count}" in sheet.cell(1, 1).value
    assert several
    assert all(not value.isdigit() for value in of_column(book, "Desa/kelurahan"))


def test_nothing_in_a_workbook_is_a_formula_or_a_link(con, tmp_path):
    for number, text in enumerate(HOSTILE):
        name = text.replace("\x00", "")
        con.execute("update person set name = $1 where person_id = $2", [name, f"p0000000{number}"])
    con.execute("update finding set detail = $1, action = $1, actor = $1", [HOSTILE[0]])
    con.execute("update quarantine set raw = $1, reason_id = $1, file = $1", [HOSTILE[0]])
    for path in (one for one in write_reports(con, tmp_path) if one.suffix == ".xlsx"):
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f" and cell.hyperlink is None
    book = openpyxl.load_workbook(made(con, tmp_path / "x.xlsx"))
    assert {cell.value for cell in cells(book, "Penjelasan")} == {HOSTILE[0]}


def test_quarantined_rows_are_those_of_the_office(book, con, tmp_path):
    expected = con.execute("select count(*) from quarantine where owner_code = '3602'").fetchall()[0][0]
    assert expected > 0
    assert book["Karantina"].max_row - 1 == expected
    assert {cell.value for cell in below(book["Karantina"], "Berkas")} == {"register_3602.xlsx"}


def test_the_summary_adds_up(book):
    sheet = book["Ringkasan"]
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows() if row[0].value}
    priorities = [rows[name] for name in ("SEGERA", "BULAN INI", "PERAPIHAN")]
    assert rows["Jumlah"][1:3] == [sum(row[1] for row in priorities), sum(row[2] for row in priorities)]
    counted = sum(
        money or 0
        for money, main in zip(of_column(book, "Rp per bulan"), of_column(book, "Utama"), strict=True)
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
    assert sheet.max_row == 2 and sheet.auto_filter.ref == f"A2:{LAST}3"


def test_same_rows_same_bytes(con, tmp_path):
    first, second = write_reports(con, tmp_path / "a"), write_reports(con, tmp_path / "b")
    assert [path.name for path in first] == [
        "index.html", "summary.json", *(path.name for path in first[2:])
    ]  # fmt: skip
    assert len(first) == 2 + 2 * len(REGENCIES) + 1
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
