"""Coded fields and words with a closed meaning."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchers.standardise import codes, vocabulary


def _table(*rows: tuple[Callable[[pl.Series], pl.Series], Any, str]) -> list[Any]:
    """(rule, value, texts parted by |) -> a case a text."""
    return [
        pytest.param(rule, text, value, id=f"{rule.__name__}-{text}")
        for rule, value, texts in rows
        for text in texts.split("|")
    ]


CASES = _table(
    (codes.standardise_sex, "L", "L|l|1|1.0|01|Lk|LAKI-LAKI|Laki Laki|LAKI|PRIA|M|Male|1 - Laki-laki"),
    (codes.standardise_sex, "P", "P|p|2|2.0|Pr|PEREMPUAN|Wanita|F|Female|2. Perempuan"),
    (codes.standardise_sex, None, "|-|0|3|X|TIDAK TAHU"),
    (
        codes.standardise_kk,
        "3602014101900001",
        "3602014101900001|'3602014101900001|3602014101900001.0|3602 0141 0190 0001",
    ),
    (
        codes.standardise_kk,
        None,
        "|0|-|360201410190000|35.2318.00000000000|3.60201E+15|9999999999999999|3602010000000000",
    ),
    (codes.standardise_decile, 3, "3|03|3.0|D3|d3|Desil 3|DESIL-3|desil ke-3"),
    (codes.standardise_decile, 10, "10|D10|10.0"),
    (codes.standardise_decile, 0, "0|0.0|Belum peringkat|BELUM DIPERINGKAT|Tidak ada desil"),
    (codes.standardise_decile, None, "|-|11|D6-10|3.5|ABC|-1"),
    (codes.standardise_flag, True, "1|1.0|Y|Ya|TRUE|T|exclude: keluarga ASN/TNI/Polri|EXCLUDE"),
    (codes.standardise_flag, False, "0|0.0|N|Tidak|TDK|FALSE|Bukan|tidak exclude"),
    (codes.standardise_flag, None, "|-|?"),
    (
        codes.standardise_money,
        37800,
        "37800|37.800|37,800|37800.0|37800,00|Rp 37.800,00|Rp37.800,-|Rp. 37.800| 37 800 |3.78E+04|37800.000",
    ),
    (codes.standardise_money, 1234567, "1.234.567|1,234,567|1.234.567,00|1,234,567.00|Rp1.234.567"),
    (codes.standardise_money, -37800, "-37800|(37.800)|-37.800,00"),
    (codes.standardise_money, 0, "0|0,00|Rp 0"),
    (codes.standardise_money, None, "|-|abc|1.2.3|37.800 / 42.000"),
    (vocabulary.standardise_jkn_status, "AKTIF", "AKTIF|Aktif|0 AKTIF|0|AKTIF KEMBALI|REAKTIVASI"),
    (
        vocabulary.standardise_jkn_status,
        "NONAKTIF",
        "NONAKTIF|NON AKTIF|Non-Aktif|TIDAK AKTIF|Tdk Aktif|INAKTIF|Tidak Ditanggung|DINONAKTIFKAN",
    ),
    (vocabulary.standardise_jkn_status, "MENINGGAL", "MENINGGAL|Meninggal Dunia|NONAKTIF - MENINGGAL|WAFAT"),
    (vocabulary.standardise_jkn_status, "PENANGGUHAN", "PENANGGUHAN|Penangguhan Pembayaran|DITANGGUHKAN|MENUNGGAK"),
    (vocabulary.standardise_jkn_status, None, "|-|?"),
    (vocabulary.standardise_jamsostek_status, "AKTIF", "AKTIF|Aktif"),
    (vocabulary.standardise_jamsostek_status, "NONAKTIF", "NONAKTIF|NON AKTIF|TIDAK AKTIF|KELUAR|N"),
    (vocabulary.standardise_life_status, "HIDUP", "HIDUP|Masih hidup|PINDAH DATANG"),
    (vocabulary.standardise_life_status, "MENINGGAL", "MENINGGAL|Meninggal dunia|MD|MATI|ALM|Wafat"),
    (vocabulary.standardise_life_status, "PINDAH", "PINDAH|Pindah domisili|PINDAH KELUAR"),
    (vocabulary.standardise_life_status, None, "|1|TIDAK DIKETAHUI"),
    (vocabulary.standardise_jkn_segment, "PBI", "PBI JK|PBI APBN|PBI (APBN)|PBI-JK|PBI|PBIJK"),
    (vocabulary.standardise_jkn_segment, "PDA", "PBPU PEMDA|PBI APBD|PD PEMDA|PBPU/BP PEMDA|pbpu_pemda|PBI DAERAH"),
    (vocabulary.standardise_jkn_segment, "PPU", "PPU BU|PPU PN|PPU|PEKERJA PENERIMA UPAH|13 PEGAWAI SWASTA"),
    (
        vocabulary.standardise_jkn_segment,
        "MDR",
        "PBPU|BP|MANDIRI|PBPU MANDIRI|BUKAN PEKERJA|PEKERJA BUKAN PENERIMA UPAH",
    ),
    (vocabulary.standardise_jamsostek_segment, "PU", "PU|Penerima Upah|PPU"),
    (vocabulary.standardise_jamsostek_segment, "BPU", "BPU|Bukan Penerima Upah"),
    (vocabulary.standardise_jamsostek_segment, "JAKON", "JAKON|Jasa Konstruksi"),
    (vocabulary.standardise_jamsostek_segment, "PMI", "PMI|TKI|PEKERJA MIGRAN INDONESIA"),
    (vocabulary.standardise_relation, "head", "KEPALA KELUARGA|Kepala Keluarga|1|01|1.0|PESERTA|1 - PESERTA"),
    (vocabulary.standardise_relation, "spouse", "SUAMI|ISTRI|2|3|Istri/suami"),
    (vocabulary.standardise_relation, "child", "ANAK|4|Anak kandung"),
    (vocabulary.standardise_relation, "parent", "ORANG TUA|7|Orang tua/mertua"),
    (vocabulary.standardise_relation, "other", "MENANTU|CUCU|MERTUA|FAMILI LAIN|5|TAMBAHAN|LAINNYA|10"),
    (vocabulary.standardise_job, "pupil", "PELAJAR/MAHASISWA|Pelajar|Mahasiswa|SISWA|3"),
    (vocabulary.standardise_job, "housework", "MENGURUS RUMAH TANGGA|Ibu Rumah Tangga|IRT"),
    (vocabulary.standardise_job, "not_working", "BELUM/TIDAK BEKERJA|Tidak Bekerja|PENGANGGURAN|1"),
    (vocabulary.standardise_job, "retired", "PENSIUNAN|PURNAWIRAWAN TNI"),
    (vocabulary.standardise_job, "private_employee", "KARYAWAN SWASTA|Pegawai Swasta|KARYAWAN BUMN|Swasta"),
    (vocabulary.standardise_job, "civil_servant", "PEGAWAI NEGERI SIPIL (PNS)|PNS|ASN|PPPK"),
    (vocabulary.standardise_job, "military", "TNI|TENTARA NASIONAL INDONESIA (TNI)"),
    (vocabulary.standardise_job, "police", "POLRI|KEPOLISIAN RI (POLRI)"),
    (vocabulary.standardise_job, "farmer", "PETANI/PEKEBUN|PETERNAK|BURUH TANI/PERKEBUNAN|Penderes"),
    (vocabulary.standardise_job, "fisher", "NELAYAN/PERIKANAN|Nelayan|BURUH NELAYAN/PERIKANAN"),
    (vocabulary.standardise_job, "trader", "PEDAGANG|PERDAGANGAN|Pedagang ikan"),
    (vocabulary.standardise_job, "labourer", "BURUH HARIAN LEPAS|BHL|TUKANG BATU|Kuli bangunan"),
    (vocabulary.standardise_job, "driver", "SOPIR|Tukang ojek|Pengemudi"),
    (vocabulary.standardise_job, "artisan", "TUKANG JAHIT|PENGRAJIN|Penjahit"),
    (vocabulary.standardise_job, "domestic_worker", "PEMBANTU RUMAH TANGGA|Asisten Rumah Tangga"),
    (vocabulary.standardise_job, "other", "WIRASWASTA|GURU|DOKTER|USTADZ/MUBALIGH|LAINNYA|88"),
    (vocabulary.standardise_job, None, "|-|0|NULL"),
    (vocabulary.standardise_funding, "DANA DESA", "DANA DESA|Dana Desa"),
    (vocabulary.standardise_funding, "DBHCHT", "DBHCHT|DBH-CHT"),
    (vocabulary.standardise_funding, "BAZNAS", "BAZNAS|Zakat"),
    (vocabulary.standardise_funding, "MANDIRI", "MANDIRI|Mandiri"),
    (vocabulary.standardise_programs, "JKK+JKM+JHT", "JKK+JKM+JHT|JHT, JKK, JKM|JKM/JKK/JHT"),
    (vocabulary.standardise_programs, None, "|-"),
)


@pytest.mark.parametrize(("rule", "text", "value"), CASES)
def test_words_and_codes(rule: Callable[[pl.Series], pl.Series], text: str, value: object) -> None:
    assert rule(pl.Series([text]))[0] == value


def test_p_is_perempuan_unless_its_file_writes_w_and_never_l() -> None:
    sex = pl.Series(["P", "W", "P", "L", "P", "W", "L"])
    file = pl.Series(["pw", "pw", "lp", "lp", "all", "all", "all"])
    assert codes.standardise_sex(sex, file).to_list() == ["L", "P", "P", "L", "P", "P", "L"]


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (["0001234567890", "0009876543210"], ["0001234567890", "0009876543210"]),
        (["1234567890", "9876543210.0"], ["0001234567890", "0009876543210"]),  # the whole file lost its zeros
        (["0001234567890"] * 30 + ["1234567890"], ["0001234567890"] * 31),  # one cell did
        (["0001234567890"] * 30 + ["123456789012"], ["0001234567890"] * 30 + [None]),  # a digit is missing
        (["5678901234567"] * 30 + ["567890123456"], ["5678901234567"] * 30 + [None]),
        (["1.23457E+12", "0", "0000000000000", None, "ABC"], [None] * 5),
    ],
)
def test_zeros_lost_on_the_left_of_a_card_number(raw: list[str | None], read: list[str | None]) -> None:
    cards = codes.standardise_number(pl.Series(raw), 13, pl.Series(["a"] * len(raw)))
    assert cards.to_list() == read


@pytest.mark.parametrize("raw", ["26133068531", "26133068531.0", "26 133 068 531", "'26133068531"])
def test_kpj(raw: str) -> None:
    assert codes.standardise_number(pl.Series([raw]), 11)[0] == "26133068531"


@pytest.mark.parametrize(
    ("rt", "rw", "address", "read"),
    [
        ("1", "2", None, ("001", "002")),
        ("001", "002", None, ("001", "002")),
        ("RT 01", "RW. 2", None, ("001", "002")),
        ("1/2", None, None, ("001", "002")),
        ("RT 01 RW 02", None, None, ("001", "002")),
        ("01-Feb", None, None, ("001", "002")),
        ("2026-02-01 00:00:00", None, None, ("001", "002")),
        ("1.0", "2.0", None, ("001", "002")),
        (None, "003/004", None, ("003", "004")),
        ("0", "-", None, (None, None)),
        ("1000", "x", None, (None, None)),
        (None, None, "Kp. Baru RT 01 RW 02 No. 3", ("001", "002")),
        (None, None, "JL. MAWAR RT/RW 003/004", ("003", "004")),
        ("5", "6", "Kp. Baru RT 01 RW 02", ("005", "006")),
        (None, None, "Jl. Artha 5", (None, None)),
    ],
)
def test_rt_and_rw(rt: str | None, rw: str | None, address: str | None, read: tuple[str | None, str | None]) -> None:
    columns = [pl.Series([value], dtype=pl.String) for value in (rt, rw, address)]
    assert codes.standardise_rt_rw(*columns).row(0) == read


RULES = [case.values[0] for case in CASES]
ANY_TEXT = st.lists(
    st.one_of(st.none(), st.text(max_size=20), st.from_regex(r"[0-9RPW.,/ -]{0,12}", fullmatch=True)), max_size=8
)


@pytest.mark.parametrize("rule", list(dict.fromkeys(RULES)), ids=lambda rule: rule.__name__)
@settings(deadline=None, derandomize=True, max_examples=40)
@given(raw=ANY_TEXT)
def test_no_text_is_too_strange(rule: Callable[[pl.Series], pl.Series], raw: list[str | None]) -> None:
    assert rule(pl.Series(raw, dtype=pl.String)).len() == len(raw)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(raw=ANY_TEXT)
def test_nor_for_numbers_and_neighbourhoods(raw: list[str | None]) -> None:
    series, file = pl.Series(raw, dtype=pl.String), pl.Series(["a"] * len(raw), dtype=pl.String)
    card = codes.standardise_number(series, 13, file)
    assert card.drop_nulls().str.contains("^[0-9]{13}$").all()
    assert codes.standardise_number(card, 13, file).equals(card)
    assert codes.standardise_rt_rw(series, series, series).height == len(raw)


@pytest.mark.parametrize("written", ["rt1rw2", "RT.001/RW.002", "RW 2 RT 1", "46054", "1-2-2026", "01/02/2026"])
def test_rt_and_rw_in_one_cell_and_as_the_date_a_spreadsheet_made_of_them(written: str) -> None:
    read = codes.standardise_rt_rw(pl.Series([written]), pl.Series([None], dtype=pl.String))
    assert read.row(0) == ("001", "002")


def test_a_roman_neighbourhood_and_a_mark_for_none() -> None:
    read = codes.standardise_rt_rw(pl.Series(["III", "X"]), pl.Series(["XII", "-"]))
    assert read.rows() == [("003", "012"), (None, None)]


@pytest.mark.parametrize(("written", "read"), [("3,78E+04", 37_800), ("37800 rupiah", 37_800)])
def test_money_in_scientific_notation_and_with_its_name(written: str, read: int) -> None:
    assert codes.standardise_money(pl.Series([written])).to_list() == [read]
