"""The declared layouts: what CONTRACT §2 promises, and that a bad declaration is refused in one sentence."""

import re
from pathlib import Path

import pytest

from schemas.errors import UsageError
from schemas.headings import heading_words, normal_heading
from schemas.layouts import (
    FOLDER,
    KINDS,
    PERSON_KINDS,
    kind_fields,
    kind_required,
    layouts_of,
    layouts_with,
    load_layouts,
)

CONTRACT_HEADINGS = {
    "province": "id_keluarga; nomor_kartu_keluarga; nomor_induk_kependudukan; nama; jenis_kelamin; tempat_lahir; "
    "tanggal_lahir; alamat; rt; rw; kode_wilayah; nama_desa_kelurahan; nama_kecamatan; nama_kabupaten_kota; "
    "desil_nasional; status_exclude; pekerjaan; hub_keluarga; status_hidup",
    "regency": "NO, NO_KK, NIK, NAMA_LGKP, JENIS_KLMIN, TMPT_LHR, TGL_LHR, STAT_HBKEL, ALAMAT, NO_RT, NO_RW, "
    "KODE_DESA, DESIL, PEKERJAAN, STATUS, TGL_STATUS, KET",
    "decree": "NO, PSNOKA, NIK, NAMA, TGL_LAHIR, KODE_DESA, NO_SK, TMT",
    "bpjs_kesehatan": "PSNOKA|NOKA|NIK|NOKK|NAMA|JENKEL|TMPLHR|TGLLHR|KDHUBKEL|SEGMEN|STATUS|TMT|TAT|TGLNONAKTIF|"
    "KDFKTP|NMFKTP|KDWIL",
    "bpjs_kesehatan_bill": "PSNOKA;NOKA;NIK;NAMA;TGLLHR;SEGMEN;BLNTAG;BULAN;TAHUN;IURAN;BANTUAN_IURAN_PUSAT;KDPEMDA",
    "bpjs_ketenagakerjaan": "KPJ,NIK,NAMA_TK,TGL_LAHIR,JENIS_KELAMIN,KODE_SEGMEN,PROGRAM,NPP,NAMA_PERUSAHAAN,UPAH,"
    "TGL_KEPESERTAAN,BLTH_AKHIR,STATUS,SUMBER_IURAN,KODE_WILAYAH",
    "employers": "NIB,NPP,NAMA_PERUSAHAAN,KODE_WILAYAH,SKALA,JUMLAH_TK,RATA_UPAH",
    "civil_deaths": "NIK;NAMA_LGKP;TGL_LHR;TGL_MATI;NO_AKTA",
    "workforce": "KODE_WILAYAH,TAHUN,SASARAN_PEKERJA,SASARAN_PEKERJA_RENTAN",
    "letters": "NO_SURAT;TGL_SURAT;PSNOKA;NIK;NAMA;TGL_LAHIR;KDFASKES;NMFASKES;KODE_DESA",
    "roster": "NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,OPD,JENIS_PEGAWAI,JABATAN,TMT,KODE_WILAYAH",
    "construction": "NO_KONTRAK,NAMA_PAKET,OPD,PENYEDIA,NILAI_KONTRAK,TGL_MULAI,TGL_SELESAI,KODE_WILAYAH,NO_JAKON",
    "quota": "KODE_WILAYAH;SEGMEN;BULAN;TAHUN;KUOTA",
    "claims": "KPJ,NIK,PROGRAM_KLAIM,TGL_KLAIM,NOMINAL_KLAIM",
}


@pytest.mark.parametrize("kind", KINDS)
def test_canonical_headings_are_those_of_the_contract(kind: str) -> None:
    expected = re.split(r"[;,|]\s*", CONTRACT_HEADINGS[kind])
    assert [column.heading for column in load_layouts()[kind].columns] == expected


def test_required_kinds_are_those_of_the_contract() -> None:
    layouts = load_layouts()
    assert [k for k in KINDS if not kind_required(k, layouts)] == [
        *("civil_deaths", "letters", "roster", "workforce", "construction", "quota", "claims"),
    ]
    assert all("name" in kind_fields(kind, layouts) for kind in PERSON_KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_says_what_it_means(kind: str) -> None:
    for layout in layouts_of(kind, load_layouts()):
        for column in layout.columns:
            assert column.meaning_id.endswith(".")
            assert column.meaning_en.endswith(".")


@pytest.mark.parametrize(
    ("one", "other"),
    [("No. KK", "NO_KK"), (" nama lengkap\n", "NAMA_LENGKAP"), ("L/P", "l-p"), ("NIK\u00a0", "\ufeffNIK")],
)
def test_headings_agree_without_case_and_punctuation(one: str, other: str) -> None:
    assert normal_heading(one) == normal_heading(other)


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("TGL. LHR", "tanggal lahir"),
        ("TglLhr", "tanggal lahir"),
        ("TGLLHR", "tanggal lahir"),
        ("Nmr KK", "nomor kk"),
        ("nokk", "nomor kk"),
        ("NOKA", "noka"),
        ("STS HUB. KEL", "status hubungan kel"),
        ("", ""),
    ],
)
def test_headings_are_spelt_out(heading: str, words: str) -> None:
    assert heading_words(heading) == words


GOOD = """
name = "desa"
kind = "regency"
title_id = "a"
title_en = "b"
sender = "c"
form = "d"
scope = "regency"
note = "e"
required = true
key = ["nik"]
owner = ["nik"]
one_of = [["nik"]]
[[column]]
field = "nik"
use = "nik"
aliases = ["NO NIK KTP"]
"""


def _declare(folder: Path, text: str, name: str = "desa.toml") -> Path:
    (folder / "_shared.toml").write_text((FOLDER / "_shared.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_new_layout_is_a_new_file(tmp_path: Path) -> None:
    layout = load_layouts(_declare(tmp_path, GOOD))["desa"]
    assert layout.columns[0].aliases[:2] == ("NO NIK KTP", "NO_NIK")
    assert layout.heading("nik") == "NIK"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "desa"', 'name = "dusun"', "the key name must be 'desa'"),
        ('kind = "regency"', 'kind = "village"', "the key kind is 'village'"),
        ('scope = "regency"', 'scope = "desa"', "the key scope is 'desa'"),
        ('sender = "c"', "sender = 3", "the key sender must be a text"),
        ("required = true", 'required = "ya"', "the key required must be true or false"),
        ('key = ["nik"]', 'key = ["nama"]', "the key key names 'nama', which is no column"),
        ('one_of = [["nik"]]', 'one_of = ["nik"]', "the key one_of must be a list of texts"),
        ('use = "nik"', 'use = "nikk"', "the key use names 'nikk'"),
        ('use = "nik"', 'use = "nik"\ntipe = "x"', "the key 'tipe' is unknown"),
        ('use = "nik"', 'use = "nik"\ntype = "x"', "the key type is 'x'"),
        ('use = "nik"', 'use = "nik"\ncodes = 3', "the key codes must be a table of texts"),
        ("[[column]]", '[[column]]\nfield = "kk"\nuse = "kk"\naliases = ["KTP"]\n[[column]]', "belongs to both"),
        ("[[column]]", '[[column]]\nfield = "nik"\nuse = "kk"\n[[column]]', "stands twice"),
        ("[[column]]", "[column", "is not valid TOML"),
        ("[[column]]", "[[kolom]]", "is unknown"),
    ],
)
def test_a_bad_declaration_is_refused_in_one_sentence(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"desa\.toml") as raised:
        load_layouts(_declare(tmp_path, GOOD.replace(old, new, 1)))
    assert told in str(raised.value)


def test_a_folder_without_layouts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no layout"):
        load_layouts(tmp_path)
    with pytest.raises(UsageError, match="does not exist"):
        load_layouts(tmp_path / "none")


LIKE = """
name = "baru"
like = "regency"
[[column]]
field = "nik"
heading = "Identitas"
[[column]]
field = "village_name"
heading = "Kampung"
[[column]]
field = "birth_date"
heading = "Lahir"
pattern = "%m/%d/%y"
[[column]]
field = "village_code"
heading = "Kode"
coding = "bps"
"""


def _own(folder: Path, text: str, name: str = "baru.toml") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_an_own_layout_says_only_what_differs(tmp_path: Path) -> None:
    layout = layouts_with(_own(tmp_path / "layouts", LIKE))["baru"]
    model = load_layouts()["regency"]
    assert (layout.kind, layout.scope, layout.key, layout.owner) == ("regency", "regency", ("nik",), ("village_code",))
    assert (layout.title_id, layout.checked, layout.required) == (model.title_id, True, False)
    by_field = {column.field: column for column in layout.columns}
    assert by_field["nik"].headings == ("Identitas",)  # exactly what is written, no alias of another office
    assert (by_field["nik"].type, by_field["nik"].required) == ("nik", True)
    assert (by_field["village_name"].type, by_field["village_name"].required) == ("text", False)
    assert by_field["birth_date"].pattern == "%m/%d/%y"
    assert by_field["village_code"].coding == "bps"


def test_a_folder_that_is_not_there_holds_no_own_layout(tmp_path: Path) -> None:
    assert layouts_with(tmp_path / "layouts") == load_layouts()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('like = "regency"', 'like = "kecamatan"', "the key like is 'kecamatan'"),
        ('like = "regency"', 'like = "regency"\nchecked = "ya"', "the key checked must be true or false"),
        ('field = "nik"', 'field = "nomor"', "column 'nomor', the key type must be a text"),
        ('"%m/%d/%y"', '"%m/%d"', "column 'birth_date', the key pattern must be the form of a date"),
        ('"%m/%d/%y"', '"%m/%d/%y %H"', "column 'birth_date', the key pattern must be the form of a date"),
        ('"%m/%d/%y"', '""', "the key pattern must be a text"),
        ('coding = "bps"', 'coding = "pos"', "column 'village_code', the key coding is 'pos'"),
        ('heading = "Identitas"', 'heading = "Identitas"\ncoding = "bps"', "the key coding is for columns of the type"),
        ('heading = "Identitas"', 'heading = "Identitas"\nvalues = 3', "the key values must be a table of texts"),
        ('heading = "Kode"', 'heading = "Lahir"', "belongs to both"),
    ],
)
def test_an_error_in_an_own_layout_names_file_and_setting(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(UsageError, match=r"baru\.toml") as raised:
        layouts_with(_own(tmp_path / "layouts", LIKE.replace(old, new, 1)))
    assert told in str(raised.value)


def test_an_own_layout_may_not_take_the_name_of_a_shipped_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"regency\.toml .* has the name of a layout that comes with padan"):
        layouts_with(_own(tmp_path / "layouts", LIKE.replace('"baru"', '"regency"'), "regency.toml"))


def test_the_layout_in_the_operators_guide_is_a_good_one(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "operating.md").read_text(encoding="utf-8")
    example = guide.split("## A new office")[1].split("```toml\n")[1].split("```")[0]
    layout = layouts_with(_own(tmp_path / "layouts", example, "dinsos_lebak.toml"))["dinsos_lebak"]
    assert layout.fields == ("nik", "sex", "birth_date", "village_code")
