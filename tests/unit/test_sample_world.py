"""A small synthetic province: the same bytes for the same seed, every kind, every code, rows that exist."""

from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest

from sample_data import REGIONS, Mismatches, WorldSummary, write_world
from sample_data.state import SEGMENTS
from schemas.errors import UsageError
from schemas.layouts import load_layouts

CODES = (
    *("ST01", "EL01", "EL02", "EL04", "EL05", "EL06", "EL08", "EL10", "FN01", "FN02", "FN03", "FN04", "FN05", "FN06"),
    *("ID06", "ID10", "TK01"),
)
# Classes of identity, data, region, status and family (`sample_data.truth_identity`).
MORE = (
    *("ID01", "ID02", "ID03", "ID04", "ID05", "ID07", "ID08", "ID11", "DM01", "DM02", "DM03", "DM04", "DM05"),
    *("WL01", "WL02", "WL03", "ST02", "ST03", "ST04", "ST05", "KL01", "KL02", "KL03"),
)
# Classes of money and employment (docs/findings_money.md); of a few hundred people not all codes have eight.
MONEY = (
    *("EL03", "EL07", "EL09", "EL11", "FN07", "FN08", "TK02", "TK03", "TK04", "TK05", "TK06", "TK07", "TK08", "TK09"),
    *("TK10", "TK11"),
)
REGENCIES = ("3601", "3602", "3603", "3604", "3671", "3672", "3673", "3674")
HEADINGS = {
    "bpjs_kesehatan.txt": "PSNOKA|NOKA|NIK|NOKK|NAMA|JENKEL|TMPLHR|TGLLHR|KDHUBKEL|SEGMEN|STATUS|TMT|TAT|"
    "TGLNONAKTIF|KDFKTP|NMFKTP|KDWIL",
    "bill_3601_202611.csv": "PSNOKA;NOKA;NIK;NAMA;TGLLHR;SEGMEN;BLNTAG;BULAN;TAHUN;IURAN;BANTUAN_IURAN_PUSAT;KDPEMDA",
    "bpjs_ketenagakerjaan.csv": "KPJ,NIK,NAMA_TK,TGL_LAHIR,JENIS_KELAMIN,KODE_SEGMEN,PROGRAM,NPP,NAMA_PERUSAHAAN,"
    "UPAH,TGL_KEPESERTAAN,BLTH_AKHIR,STATUS,SUMBER_IURAN,KODE_WILAYAH",
    "employers.csv": "NIB,NPP,NAMA_PERUSAHAAN,KODE_WILAYAH,SKALA,JUMLAH_TK,RATA_UPAH",
    "civil_deaths.csv": "NIK;NAMA_LGKP;TGL_LHR;TGL_MATI;NO_AKTA",
    "workforce.csv": "KODE_WILAYAH,TAHUN,SASARAN_PEKERJA,SASARAN_PEKERJA_RENTAN",
    "letters.csv": "NO_SURAT;TGL_SURAT;PSNOKA;NIK;NAMA;TGL_LAHIR;KDFASKES;NMFASKES;KODE_DESA",
    "roster.csv": "NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,OPD,JENIS_PEGAWAI,JABATAN,TMT,KODE_WILAYAH",
    "construction.csv": "NO_KONTRAK,NAMA_PAKET,OPD,PENYEDIA,NILAI_KONTRAK,TGL_MULAI,TGL_SELESAI,KODE_WILAYAH,NO_JAKON",
    "quota.csv": "KODE_WILAYAH;SEGMEN;BULAN;TAHUN;KUOTA",
    "claims.csv": "KPJ,NIK,PROGRAM_KLAIM,TGL_KLAIM,NOMINAL_KLAIM",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> WorldSummary:
    return write_world(tmp_path_factory.mktemp("world"), 400, seed=3)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.*"))}


def contents_of(folder: Path) -> dict[str, object]:
    """The files, a workbook as its unpacked parts: how well those are packed differs between machines."""
    return {name: unpacked(data) if name.endswith("xlsx") else data for name, data in files_of(folder).items()}


def unpacked(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


def data_rows(path: Path) -> int:
    """Data rows of a small file: lines below the heading, or a workbook's numbered rows."""
    if path.suffix != ".xlsx":
        return len(path.read_text(encoding="cp1252").splitlines()) - 1
    sheet = pl.read_excel(path, sheet_id=1, has_header=False, read_options={"dtypes": "string"})
    return int(sheet[sheet.columns[0]].str.contains(r"^\d+$").sum())


def test_same_seed_same_bytes(world: WorldSummary, tmp_path: Path) -> None:
    write_world(tmp_path / "again", 400, seed=3)
    assert files_of(tmp_path / "again") == files_of(world.folder)


def test_another_seed_other_people(world: WorldSummary, tmp_path: Path) -> None:
    write_world(tmp_path, 400, seed=4)
    assert files_of(tmp_path)["province.csv"] != files_of(world.folder)["province.csv"]


def test_every_kind_is_written(world: WorldSummary) -> None:
    names = {path.stem for path in world.folder.glob("*.*")}
    expected = {"province", "bpjs_kesehatan", "bpjs_ketenagakerjaan", "employers", "civil_deaths", "workforce"}
    expected |= {"letters", "roster", "construction", "quota", "claims"}
    for code in REGENCIES:
        expected |= {f"regency_{code}", f"decree_{code}", f"bill_{code}_202611"}
    assert names == expected


@pytest.mark.parametrize("name", HEADINGS)
def test_headings_of_the_contract(world: WorldSummary, name: str) -> None:
    assert (world.folder / name).read_text(encoding="utf-8").splitlines()[0] == HEADINGS[name]


def test_every_code_occurs(world: WorldSummary) -> None:
    assert {code: world.findings.get(code, 0) >= 8 for code in CODES} == dict.fromkeys(CODES, True)
    assert {code: world.findings.get(code, 0) >= 3 for code in MONEY} == dict.fromkeys(MONEY, True)


def test_every_class_of_identity_occurs_in_a_larger_world(tmp_path: Path) -> None:
    summary = write_world(tmp_path, 5000, seed=3)
    assert {code: summary.findings.get(code, 0) >= 5 for code in MORE} == dict.fromkeys(MORE, True)


def test_truth_names_every_row_of_every_file(world: WorldSummary) -> None:
    records = pl.read_csv(world.folder / "truth" / "record.csv")
    assert records.columns == ["source", "file", "source_row", "person"]
    assert records.height == world.person_rows
    for (name,), rows in records.group_by("file"):
        written = data_rows(world.folder / str(name))
        assert rows["source_row"].sort().to_list() == list(range(1, written + 1)), name


def test_findings_name_people_and_rows_of_the_truth(world: WorldSummary) -> None:
    records = pl.read_csv(world.folder / "truth" / "record.csv")
    found = pl.read_csv(world.folder / "truth" / "finding.csv", infer_schema_length=None)
    assert {*CODES, *MONEY} <= set(found["code"]) <= {*CODES, *MORE, *MONEY}
    of_nobody = pl.col("code").is_in(["FN08", "TK11"])
    assert set(found.filter(~of_nobody)["person"]) <= set(records["person"])
    assert set(found.filter(of_nobody)["person"].str.slice(0, 3)) == {"360", "367", "600"}  # regencies, contracts
    of_rows = found.filter(pl.col("code").is_in(["FN03", "FN06"]))
    assert of_rows.join(records, on=["source", "file", "source_row", "person"]).height == of_rows.height
    assert found.filter(~pl.col("code").is_in(["FN03", "FN06"]))["file"].null_count() == found.height - of_rows.height


def test_unreadable_rows_have_a_delimiter_too_many(tmp_path: Path) -> None:
    summary = write_world(tmp_path, 1000, seed=3, hard=True)
    lines = (tmp_path / "bpjs_kesehatan.txt").read_text().splitlines()
    odd = sum(line.count("|") != 16 for line in lines)
    assert 0 < odd <= summary.unreadable_rows


@pytest.mark.parametrize("region", REGIONS)
def test_regions_have_eight_regencies_of_their_own(region: str, tmp_path: Path) -> None:
    summary = write_world(tmp_path, 400, seed=2, region=region)
    codes = {path.stem.split("_")[1] for path in tmp_path.glob("regency_*")}
    assert len(codes) == 8
    assert len({code[:2] for code in codes}) == 1
    assert set(CODES) <= set(summary.findings) <= {*CODES, *MORE, *MONEY}


def test_a_former_world_is_replaced(tmp_path: Path) -> None:
    write_world(tmp_path, 400, seed=2, region="bali")
    write_world(tmp_path, 400, seed=2, region="banten")
    assert {path.stem.split("_")[1] for path in tmp_path.glob("regency_*")} == set(REGENCIES)


def test_another_day_moves_the_period(tmp_path: Path) -> None:
    summary = write_world(tmp_path, 400, seed=2, as_of=date(2027, 1, 31))
    bill = (tmp_path / "bill_3601_202701.csv").read_text().splitlines()[1].split(";")
    assert bill[6:9] == ["202701", "JANUARI", "2027"]
    # No minimum wage of 2027 is known yet.
    assert set(CODES) <= set(summary.findings) <= {*CODES, *MORE, *MONEY} - {"TK04"}


def test_mismatches_can_be_set(tmp_path: Path) -> None:
    few = write_world(tmp_path, 1000, seed=2, mismatches=Mismatches(floor=1, wrong_tariff=0.0))
    assert few.findings["FN06"] == 1


@pytest.mark.parametrize(("people", "region", "word"), [(400, "mars", "mars"), (50, "banten", "50")])
def test_wrong_use_is_one_plain_sentence(people: int, region: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=word):
        write_world(tmp_path, people, region=region)


def test_segments_are_those_the_layout_declares() -> None:
    declared = next(c for c in load_layouts()["bpjs_kesehatan"].columns if c.field == "segment")
    assert set(SEGMENTS[1:]) == set(declared.codes)


def test_the_committed_world_is_what_the_generator_writes(tmp_path: Path) -> None:
    committed = Path(__file__).parents[2] / "sample_data" / "banten"
    write_world(tmp_path, 4580, seed=1)
    ours, again = contents_of(committed), contents_of(tmp_path)
    del ours["padan.toml"]
    assert sorted(again) == sorted(ours)
    assert [name for name, content in again.items() if ours[name] != content] == []
    assert sum(map(len, files_of(committed).values())) <= 3_000_000
