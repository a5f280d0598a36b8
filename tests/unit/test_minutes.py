"""The berita acara: it balances or says why not, and what is not known is never zero."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import openpyxl
import polars as pl
import pytest

from flows.minutes import minutes
from flows.publish import newest_first
from schemas.errors import UsageError
from tests.small_night import publish_night

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
EVERYBODY = ("stays", "dies", "pbi", "moves", "removed", "frompbi", "vanishes")
HEAD = (
    "person | source | owner_code | payer_code | regency_code | segment | status | birth_date | amount | period | "
    "covered_month"
)


def lists(*people: str, month: str, payer: str = "3601", amount: int = 37800) -> list[str]:
    """Rows of decree, bill and card for people whom a regency pays for in a month."""
    rows = []
    for person in people:
        rows += [
            f"{person} | decree | {payer} | | | | | | | |",
            f"{person} | bpjs_kesehatan_bill | {payer} | {payer} | | | | | {amount} | {month}-01 | {month}-01",
            f"{person} | bpjs_kesehatan | | | | PDA | AKTIF | | | |",
        ]
    return rows


def register(*people: str) -> list[str]:
    """A row of DTSEN for each, by which the identifiers stay."""
    return [f"{person} | province | | | 3601 | | | | | |" for person in people]


def world(*rows: str) -> str:
    return "\n".join([HEAD, *rows])


BEFORE = world(
    *register(*(one for one in EVERYBODY if one != "vanishes")),
    *lists("stays", "dies", "pbi", "moves", "removed", "vanishes", month="2026-10"),
    "frompbi | bpjs_kesehatan | | | | PBI | AKTIF | | | |",
)
AFTER = world(
    *register(*(one for one in EVERYBODY if one != "vanishes")),
    *lists("stays", "frompbi", "fresh", month="2026-11"),
    "baby | decree | 3601 | | | | | 2026-09-25 | | |",
    "baby | bpjs_kesehatan_bill | 3601 | 3601 | | | | 2026-09-25 | 37800 | 2026-11-01 | 2026-11-01",
    *lists("moves", month="2026-11", payer="3602"),
    "dies | civil_deaths | | | | | | | | |",
    "pbi | bpjs_kesehatan | | | | PBI | AKTIF | | | |",
    "removed | bpjs_kesehatan | | | | PDA | NONAKTIF | | | |",
)
# Beside these: one billed for two months, one at another amount, one without amount, one listed and not billed.
CROOKED = AFTER + "\n".join(
    [
        "",
        "stays | bpjs_kesehatan_bill | 3601 | 3601 | | | | | 37800 | 2026-11-01 | 2026-10-01",
        *lists("dear", month="2026-11", amount=42000),
        "mute | bpjs_kesehatan_bill | 3601 | 3601 | | | | | - | 2026-11-01 | 2026-11-01",
        "idle | decree | 3601 | | | | | | | |",
    ]
)


def two_months(output: Path, after: str = AFTER) -> Path:
    """October and November, published one after the other."""
    moment = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
    publish_night(output, BEFORE, "20261020-1", date(2026, 10, 20), moment=moment)
    publish_night(output, after, "20261120-1")
    return output


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_months(tmp_path_factory.mktemp("even") / "out")


@pytest.fixture(scope="module")
def crooked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_months(tmp_path_factory.mktemp("crooked") / "out", CROOKED)


def written(output: Path, out: Path, month: date = NOVEMBER, **more: object) -> list[str]:
    told: list[str] = []
    minutes(output, "3601", month, out, told.append, **more)  # type: ignore[arg-type]
    return [line.strip().replace("\u00a0", " ") for line in told]


def table(path: Path, number: int) -> list[list[str]]:
    """The rows below the headings of a document's table."""
    rows = docx.Document(str(path)).tables[number].rows
    return [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in rows[1:]]


def text(path: Path) -> str:
    return "\n".join(paragraph.text.replace("\u00a0", " ") for paragraph in docx.Document(str(path)).paragraphs)


def test_opening_in_by_reason_out_by_reason_closing(output: Path, tmp_path: Path) -> None:
    told = written(output, tmp_path / "ba.docx")
    assert table(tmp_path / "ba.docx", 0) == [
        ["Saldo awal", "6", "6"],
        ["Masuk: Bayi baru lahir", "1", "1"],
        ["Masuk: Alih dari PBI JK", "1", "1"],
        ["Masuk: Pendaftaran baru", "1", "1"],
        ["Jumlah masuk", "3", "3"],
        ["Keluar: Tidak ada lagi di register mana pun", "1", "1"],
        ["Keluar: Meninggal", "1", "1"],
        ["Keluar: Alih ke PBI JK", "1", "1"],
        ["Keluar: Pindah atau ditanggung daerah lain", "1", "1"],
        ["Keluar: Dikeluarkan, alasan tidak tercatat", "1", "1"],
        ["Jumlah keluar", "5", "5"],
        ["Saldo akhir", "4", "4"],
    ]
    assert told[:4] == [
        "SK Pemerintah Daerah: saldo awal + masuk - keluar = saldo akhir, seimbang.",
        "Tagihan BPJS Kesehatan: saldo awal + masuk - keluar = saldo akhir, seimbang.",
        "Saldo akhir x tarif = tagihan, seimbang (Rp 151.200).",
        "SK dan tagihan memuat orang yang sama.",
    ]
    assert table(tmp_path / "ba.docx", 1) == [
        ["Saldo akhir x tarif", "4", "Rp 151.200"],
        ["Tagihan", "4", "Rp 151.200"],
    ]


def test_what_does_not_balance_says_why_to_the_rupiah(crooked: Path, tmp_path: Path) -> None:
    told = written(crooked, tmp_path / "ba.docx")
    rows = table(tmp_path / "ba.docx", 1)
    assert rows == [
        ["Saldo akhir x tarif", "6", "Rp 226.800"],
        ["Baris kedua dan seterusnya dari orang yang sama", "1", "Rp 37.800"],
        ["Baris dengan iuran lain dari tarif", "1", "Rp 4.200"],
        ["Baris tanpa nilai iuran", "1", "-Rp 37.800"],
        ["Tagihan", "7", "Rp 231.000"],
    ]
    amounts = [int(re.sub(r"[^\d-]", "", row[2])) for row in rows]
    assert sum(amounts[:-1]) == amounts[-1]
    assert told[2].startswith("Saldo akhir x tarif = Rp 226.800, tagihan Rp 231.000: TIDAK seimbang, selisih Rp 4.200,")
    assert told[3] == "SK 6 orang - 1 tidak ditagih + 1 ditagih tanpa SK = 6 orang ditagih."
    assert table(tmp_path / "ba.docx", 3) == [
        ["Orang dalam SK", "6"],
        ["Tidak ditagih: Kartu tidak aktif atau belum ada", "-1"],
        ["Ditagih tanpa SK: Alasan tidak tercatat", "+1"],
        ["Orang yang ditagih", "6"],
    ]


def test_other_tariffs_and_unknown_ones_are_told_apart(tmp_path: Path) -> None:
    rows = (
        "a | bpjs_kesehatan_bill | 3601 | 3601 | | PBI | | | 42000 | 2026-11-01 | 2026-11-01",
        "b | bpjs_kesehatan_bill | 3601 | 3601 | | MDR | | | 35000 | 2026-11-01 | 2026-11-01",
        "c | bpjs_kesehatan_bill | 3601 | 3601 | | | | | 37800 | 2026-11-01 | 2026-11-01",
    )
    publish_night(tmp_path / "out", world(*rows))
    told = written(tmp_path / "out", tmp_path / "ba.docx")
    assert table(tmp_path / "ba.docx", 1) == [
        ["Saldo akhir x tarif", "3", "Rp 113.400"],
        ["Baris dengan tarif bulan atau segmen lain", "1", "Rp 4.200"],
        ["Baris yang tarifnya tidak diketahui", "1", "-Rp 2.800"],
        ["Tagihan", "3", "Rp 114.800"],
    ]
    assert told[0].startswith("SK Pemerintah Daerah: tidak diterima")


def test_what_was_signed_for_is_compared(tmp_path: Path) -> None:
    signed = "CREATE TABLE signed_total AS SELECT 'bpjs_kesehatan_bill' AS source, '3601' AS owner_code, "
    for rows, rupiah, verdict in ((4, 151_200, "sama"), (4, 151_201, "BERBEDA"), (5, 151_200, "BERBEDA")):
        output = tmp_path / f"out-{rows}-{rupiah}"
        also = f"{signed} {rows} AS rows_signed, {rupiah} AS rupiah_signed, 'BA-1' AS document"
        publish_night(output, AFTER, also=also)
        told = written(output, tmp_path / "ba.pdf")
        assert f"Jumlah yang telah ditandatangani (BA-1): {verdict}." in told


def test_differences_by_class_are_the_findings_of_the_database(crooked: Path, tmp_path: Path) -> None:
    written(crooked, tmp_path / "ba.docx")
    classes = {row[0]: row[2:] for row in table(tmp_path / "ba.docx", 4)}
    assert classes["FN04"] == ["1", "1", "Rp 37.800"]
    assert classes["FN06"] == ["1", "1", "Rp 4.200"]
    assert classes["FN05"] == ["2", "2", "Rp 75.600"]


def test_without_the_month_before_the_opening_is_unknown_and_not_zero(output: Path, tmp_path: Path) -> None:
    told = written(output, tmp_path / "ba.docx", OCTOBER)
    assert table(tmp_path / "ba.docx", 0) == [
        ["Saldo awal", "tidak diketahui", "tidak diketahui"],
        ["Jumlah masuk", "tidak diketahui", "tidak diketahui"],
        ["Jumlah keluar", "tidak diketahui", "tidak diketahui"],
        ["Saldo akhir", "6", "6"],
    ]
    assert "saldo awal tidak diketahui (basis data bulan 09-2026 tidak tersimpan)" in told[0]


def test_a_list_that_did_not_come_is_unknown_and_not_empty(tmp_path: Path) -> None:
    no_bill = "\n".join(line for line in AFTER.splitlines() if "_bill" not in line)
    told = written(two_months(tmp_path / "out", no_bill), tmp_path / "ba.docx")
    assert [row[2] for row in table(tmp_path / "ba.docx", 0)][-1] == "tidak diketahui"
    assert "Tagihan BPJS Kesehatan: tidak diterima untuk November 2026, jadi jumlahnya tidak diketahui." in told
    assert "tidak dapat diperiksa" in told[2]
    assert "tidak dapat dibandingkan" in told[3]


def test_a_database_of_the_month_before_can_be_given(output: Path, tmp_path: Path) -> None:
    (november, october) = newest_first(output)
    kept = Path(shutil.copy(october, tmp_path / "oktober.duckdb"))
    publish_night(tmp_path / "out", AFTER, "20261120-1")
    assert "tidak diketahui" in written(tmp_path / "out", tmp_path / "ba.docx")[0]
    assert "seimbang" in written(tmp_path / "out", tmp_path / "ba.docx", previous=kept)[0]
    assert table(tmp_path / "ba.docx", 0)[0] == ["Saldo awal", "6", "6"]
    for given, says in (
        (november, "is not of the month before, 2026-10"),
        (tmp_path / "none.duckdb", "There is no database"),
    ):
        with pytest.raises(UsageError, match=says):
            written(tmp_path / "out", tmp_path / "ba.docx", previous=given)


def test_merged_and_parted_people_do_not_count_as_mutations(tmp_path: Path) -> None:
    """Two people of October turn out to be one in November."""
    before = """
        person | source   | name | nik              | regency_code
        one    | province | ONE  | 3601010101800001 | 3601
        one    | decree   | ONE  | 3601010101800001 | 3601
        two    | decree   | TWO  | 3601010101800002 | 3601
    """
    after = before.replace("two ", "one ")
    moment = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)
    publish_night(tmp_path / "out", before, "20261020-1", date(2026, 10, 20), moment=moment)
    publish_night(tmp_path / "out", after, "20261120-1")
    written(tmp_path / "out", tmp_path / "ba.docx")
    told = [row[:2] for row in table(tmp_path / "ba.docx", 0)]
    assert told[0] == ["Saldo awal", "2"]
    assert ["Keluar: Identitas digabung atau dipisah (bukan mutasi)", "1"] in told
    assert told[-1] == ["Saldo akhir", "1"]


def test_the_annex_names_everybody_and_its_checksum_is_in_the_document(crooked: Path, tmp_path: Path) -> None:
    written(crooked, tmp_path / "ba.docx")
    sums = dict(row for row in table(tmp_path / "ba.docx", 5))
    assert set(sums) == {"ba-lampiran.csv", "ba-lampiran.xlsx"}
    for name, digest in sums.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    names = pl.read_csv(tmp_path / "ba-lampiran.csv", infer_schema=False)
    (sheet,) = openpyxl.load_workbook(tmp_path / "ba-lampiran.xlsx").worksheets
    assert [cell.value for cell in sheet[1]] == names.columns
    assert names.height == sheet.max_row - 1 == 7
    found = dict(names.select("Nama", "Keterangan").iter_rows())
    assert found["IDLE"] == "tidak ditagih: Kartu tidak aktif atau belum ada"
    assert found["STAYS"] == "lebih dari satu baris tagihan"
    assert found["FRESH"] == ""
    assert names["Iuran ditagih, Rp"].cast(pl.Int64).sum() == 231_000


def test_both_institutions_numbers_stand_in_it_or_room_for_them(output: Path, tmp_path: Path) -> None:
    written(output, tmp_path / "ba.docx", numbers=("463.5/3028/06.3/2026", "2071/BA/XI-08/1126"))
    assert "Nomor Dinas Sosial: 463.5/3028/06.3/2026" in text(tmp_path / "ba.docx")
    assert "Nomor BPJS Kesehatan: 2071/BA/XI-08/1126" in text(tmp_path / "ba.docx")
    written(output, tmp_path / "ba.docx")
    assert "Nomor BPJS Kesehatan: ....." in text(tmp_path / "ba.docx")


def pdf_text(path: Path) -> str:
    """The texts that a PDF draws, from its compressed streams."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", path.read_bytes(), re.DOTALL)
    drawn = b"".join(zlib.decompress(base64.a85decode(one.strip().removesuffix(b"~>"))) for one in streams)
    return re.sub(r"\\\d{3}", "", " ".join(re.findall(r"\((.*?)\) Tj", drawn.decode("latin-1"))))


def test_the_pdf_says_the_same(crooked: Path, tmp_path: Path) -> None:
    written(crooked, tmp_path / "ba.docx")
    written(crooked, tmp_path / "ba.pdf")
    drawn = re.sub(r"\W+", "", pdf_text(tmp_path / "ba.pdf"))
    for number in range(5):
        for row in table(tmp_path / "ba.docx", number):
            assert all(re.sub(r"\W+", "", cell) in drawn for cell in row), row


@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_the_same_database_gives_the_same_bytes(output: Path, tmp_path: Path, ending: str) -> None:
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        written(output, tmp_path / place / f"ba.{ending}")
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_what_cannot_be_made_is_told_in_a_sentence(output: Path, tmp_path: Path) -> None:
    for regency, month, name, says in (
        ("3601", date(2026, 8, 1), "ba.pdf", "No kept database is of the period 2026-08; there are 2026-10, 2026-11."),
        ("36", NOVEMBER, "ba.pdf", "There is no regency 36"),
        ("3601", NOVEMBER, "ba.odt", "ends in .docx or .pdf; ba.odt does not"),
        ("3601", NOVEMBER, "nowhere/ba.pdf", "cannot be written"),
    ):
        with pytest.raises(UsageError, match=says):
            minutes(output, regency, month, tmp_path / name, lambda _: None)
    assert list(tmp_path.iterdir()) == []
