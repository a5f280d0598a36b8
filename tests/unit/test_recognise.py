"""padan init: what a folder holds, and the configuration that is written for it."""

from pathlib import Path

import pytest
import xlsxwriter

from flows.config import load
from flows.recognise import init
from schemas.errors import UsageError
from schemas.layouts import KINDS, load_layouts
from tests.arrivals import read_sources

LAYOUTS = load_layouts()
VALUES = {"village_code": "3601012001", "region_code": "3602", "payer_code": "3601", "nik": "3601010101900001"}


def extract(kind: str, mark: str = "x", lost: str = "") -> str:
    columns = [c for c in LAYOUTS[kind].columns if c.heading != lost]
    cells = [VALUES.get(c.field, mark) for c in columns]
    return ";".join(c.heading.lower() for c in columns) + "\n" + ";".join(cells) + "\n"


def fill(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_every_kind_is_recognised_and_the_configuration_loads(tmp_path: Path) -> None:
    report = init(fill(tmp_path, {f"berkas {number}.txt": extract(kind) for number, kind in enumerate(KINDS)}))
    assert [item.kind for item in report.recognised] == list(KINDS)
    assert (report.province, report.unrecognised, report.ambiguous, report.backup) == ("36", (), (), None)
    assert (report.missing_required, report.missing_optional) == ((), ())
    config = load(tmp_path)
    assert [(s.kind, s.layout, s.path, s.owner) for s in config.sources] == [
        (item.kind, item.layout, item.file, item.owner) for item in report.recognised
    ]
    assert {item.kind: item.owner for item in report.recognised}["regency"] == "3601"
    assert read_sources(config).files["problem"].null_count() == len(KINDS)


def test_optional_kinds_never_hold_a_run_back(tmp_path: Path) -> None:
    init(fill(tmp_path, {f"{kind}.csv": extract(kind) for kind in KINDS}))
    required = load(tmp_path).gates.required
    assert {"civil_deaths", "workforce"}.isdisjoint(required)


def test_what_is_missing_is_said_and_the_two_pillars_stay_required(tmp_path: Path) -> None:
    report = init(fill(tmp_path, {"a.csv": extract("province"), "b.csv": extract("regency")}))
    assert load(tmp_path).gates.required == ("province", "regency", "bpjs_kesehatan")
    assert "employers" in report.missing_required
    assert report.missing_optional == (
        *("civil_deaths", "letters", "roster", "workforce", "construction", "quota", "claims"),
    )
    written = report.config.read_text(encoding="utf-8")
    assert "tidak dapat diuji" in written
    assert "cannot be tested" in written
    assert "Not found and needed: bpjs_kesehatan;" in written


def test_what_is_no_extract_is_told_and_not_written(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.csv": extract("province"),
        "catatan.txt": "Rapat tanggal 3\n",
        "kosong.csv": "",
        "surat.xlsx": b"%PDF-1.4",
        "kunci.xlsx": bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
        "dua.csv": ";".join(
            c.heading for k in ("bpjs_kesehatan_bill", "bpjs_ketenagakerjaan") for c in LAYOUTS[k].columns
        ),
    }
    report = init(fill(tmp_path, files))
    assert {file: why.code for file, why in report.unrecognised} == {
        "catatan.txt": "no_heading",
        "kosong.csv": "empty",
        "surat.xlsx": "unreadable",
        "kunci.xlsx": "locked",
    }
    assert [(file, why.code) for file, why in report.ambiguous] == [("dua.csv", "ambiguous")]
    assert "bpjs_kesehatan_bill" in report.ambiguous[0][1].text
    assert [s.path for s in load(tmp_path).sources] == ["a.csv"]


def test_an_extract_that_lost_a_column_is_kept_and_told(tmp_path: Path) -> None:
    report = init(fill(tmp_path, {"a.csv": extract("province"), "b.csv": extract("regency", lost="STATUS")}))
    lost = report.recognised[1]
    assert (lost.kind, lost.problem and lost.problem.missing) == ("regency", ("STATUS",))
    assert load(tmp_path).sources[1].kind == "regency"


def test_results_truth_and_temporary_files_are_not_looked_at(tmp_path: Path) -> None:
    good = extract("province")
    names = [
        "truth/record.csv",
        "out/x.csv",
        ".git/x.csv",
        "~$a.csv",
        ".a.csv",
        "hasil/padan.duckdb",
        "hasil/x.csv",
        "padan.toml.bak",
    ]
    report = init(fill(tmp_path, {"kirim/baru/a.csv": good, **dict.fromkeys(names, good)}))
    assert [item.file for item in report.recognised] == ["kirim/baru/a.csv"]
    assert report.unrecognised == ()


def test_a_copy_of_a_file_is_told_and_not_written(tmp_path: Path) -> None:
    report = init(fill(tmp_path, {"a.csv": extract("province"), "a (1).csv": extract("province")}))
    assert [(file, why.code) for file, why in report.unrecognised] == [("a.csv", "duplicate")]
    assert len(load(tmp_path).sources) == 1


def test_an_earlier_configuration_is_kept(tmp_path: Path) -> None:
    fill(tmp_path, {"a.csv": extract("province"), "padan.toml": "mine = 1\n"})
    first = init(tmp_path)
    assert first.backup is not None
    assert first.backup.name == "padan.toml.bak"
    assert first.backup.read_text(encoding="utf-8") == "mine = 1\n"
    assert init(tmp_path).backup is None
    (tmp_path / "padan.toml").write_text("mine = 2\n", encoding="utf-8")
    second = init(tmp_path)
    assert second.backup is not None
    assert second.backup.read_text(encoding="utf-8") == "mine = 2\n"
    assert first.backup.read_text(encoding="utf-8") == "mine = 1\n"


@pytest.mark.parametrize(
    "name", ['ku"tip.csv', "garis\\miring.csv", "baris\nbaru.csv", "hapus\x7f.csv", "é [1]*.csv", "'a'.csv"]
)
def test_any_file_name_is_written_so_that_it_loads(tmp_path: Path, name: str) -> None:
    init(fill(tmp_path, {name: extract("province")}))
    config = load(tmp_path)
    assert config.sources[0].path == name
    assert read_sources(config).files["problem"].to_list() == [None]


def test_the_province_of_most_files_and_a_workbook(tmp_path: Path) -> None:
    other = extract("decree").replace("3601012001", "5103012001")
    fill(tmp_path, {"a.csv": extract("province"), "b.csv": extract("bpjs_kesehatan"), "c.csv": other})
    book = xlsxwriter.Workbook(str(tmp_path / "kab.xlsx"))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "REGISTER")
    for number, line in enumerate(extract("regency").splitlines()):
        sheet.write_row(number + 2, 0, line.split(";"))
    book.close()
    report = init(tmp_path)
    assert report.province == "36"
    assert {item.file: item.owner for item in report.recognised}["kab.xlsx"] == "3601"


def test_folders_that_cannot_be_set_up(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        init(tmp_path / "none")
    with pytest.raises(UsageError, match="no file has the headings"):
        init(tmp_path)
    (tmp_path / "a.csv").write_text("NIB,NPP,NAMA_PERUSAHAAN,JUMLAH_TK\n1,2,PT A,5\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no region code"):
        init(tmp_path)


def test_the_same_folder_gives_the_same_bytes(tmp_path: Path) -> None:
    fill(tmp_path, {f"{kind}.csv": extract(kind) for kind in KINDS})
    first = init(tmp_path).config.read_bytes()
    assert init(tmp_path).config.read_bytes() == first
