"""Pull: what arrives from a configuration, kind by kind, and what is said of each file."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from flows.config import load
from flows.pull import FILES_SCHEMA, QUARANTINE_SCHEMA, Pulled
from schemas.layouts import kind_fields, load_layouts
from tests.arrivals import read_sources

LAYOUTS = load_layouts()
DECREE = "NO;PSNOKA;NIK;NAMA;TGL_LAHIR;KODE_DESA;NO_SK;TMT\n"


def decree(*codes: str, name: str = "SUPARNO") -> str:
    return DECREE + "".join(
        f"{n};{n:013d};36{n:014d};{name};1990-01-31;{code};465;2026-01-01\n" for n, code in enumerate(codes, 1)
    )


def world(folder: Path, files: Mapping[str, str | bytes], *sources: str) -> Pulled:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    listed = "".join(f"[[source]]\n{source}\n" for source in sources)
    (folder / "padan.toml").write_text(f'[run]\nprovince = "36"\n{listed}', encoding="utf-8")
    return read_sources(load(folder))


def test_files_of_a_kind_are_stacked_in_order(tmp_path: Path) -> None:
    files = {"sk_b.csv": decree("3602012001"), "sk_a.csv": decree("3601012001", "36.01.01.2001")}
    pulled = world(tmp_path, files, 'kind = "decree"\npath = "sk_*.csv"')
    frame = pulled.frames["decree"]
    assert frame.columns == ["owner_code", "file", "source_row", *kind_fields("decree", LAYOUTS)]
    assert frame.select("owner_code", "file", "source_row").rows() == [
        ("3601", "sk_a.csv", 1),
        ("3601", "sk_a.csv", 2),
        ("3602", "sk_b.csv", 1),
    ]


def test_what_is_said_of_a_good_file(tmp_path: Path) -> None:
    content = "DAFTAR\n" + decree("3601012001", "3601012001") + "3;cut\n"
    pulled = world(tmp_path, {"sk.csv": content}, 'kind = "decree"\npath = "sk.csv"')
    assert dict(pulled.files.schema) == dict(FILES_SCHEMA)
    assert dict(pulled.quarantine.schema) == dict(QUARANTINE_SCHEMA)
    assert pulled.files.row(0, named=True) == {
        "source": "decree",
        "owner_code": "3601",
        "file": "sk.csv",
        "layout": "decree",
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "bytes": len(content),
        "rows_read": 2,
        "rows_unreadable": 1,
        "encoding": "utf-8",
        "delimiter": ";",
        "heading_row": 2,
        "problem": None,
        "problem_text": None,
        "problem_text_id": None,
        "missing_columns": None,
    }
    kept = pulled.quarantine.select("source", "owner_code", "file", "source_row", "line", "raw").rows()
    assert kept == [("decree", "3601", "sk.csv", 3, 5, "3;cut")]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "empty"),
        (DECREE, "empty"),
        (decree("3601012001").removeprefix(DECREE) * 3, "no_heading"),
        (decree("3601012001").replace("NIK", "WARNA"), "column_missing"),
        (b"%PDF-1.4", "unreadable"),
        (b"PK\x03\x04 cut", "unreadable"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "locked"),
    ],
)
def test_a_bad_file_is_told_about_and_the_others_are_read(tmp_path: Path, content: str | bytes, problem: str) -> None:
    files = {"a.csv": content, "b.csv": decree("3601012001")}
    pulled = world(tmp_path, files, 'kind = "decree"\npath = "?.csv"\nlayout = "decree"')
    bad, good = pulled.files.rows(named=True)
    assert (bad["problem"], bad["rows_read"], good["problem"], good["rows_read"]) == (problem, 0, None, 1)
    for text in (bad["problem_text"], bad["problem_text_id"]):
        assert text.startswith("a.csv ")
        assert text.endswith(".")
        assert "SUPARNO" not in text
    assert (bad["missing_columns"] == "NIK") == (problem == "column_missing")
    assert pulled.frames["decree"]["file"].to_list() == ["b.csv"]


def test_nothing_where_a_file_should_be(tmp_path: Path) -> None:
    sources = ('kind = "decree"\npath = "sk_*.csv"', 'kind = "employers"\npath = "none/wlkp.csv"\nowner = "36"')
    pulled = world(tmp_path, {}, *sources)
    assert pulled.frames == {}
    assert pulled.quarantine.height == 0
    assert pulled.files.select("source", "file", "problem", "owner_code").rows() == [
        ("decree", "sk_*.csv", "missing", None),
        ("employers", "none/wlkp.csv", "missing", "36"),
    ]
    assert pulled.files["problem_text"][0] == "No file matches sk_*.csv."


def test_the_same_bytes_are_read_once_a_kind(tmp_path: Path) -> None:
    files = {"a.csv": decree("3601012001"), "b.csv": decree("3601012001")}
    pulled = world(tmp_path, files, 'kind = "decree"\npath = "*.csv"', 'kind = "decree"\npath = "a.csv"')
    assert pulled.files.select("file", "problem", "rows_read").rows() == [("a.csv", None, 1), ("b.csv", "duplicate", 0)]
    assert pulled.frames["decree"].height == 1


def test_files_of_one_name_are_told_apart_by_their_folder(tmp_path: Path) -> None:
    files = {"lebak/sk.csv": decree("3602012001"), "serang/sk.csv": decree("3604012001"), "x.csv": decree("3601012001")}
    pulled = world(tmp_path, files, 'kind = "decree"\npath = "**/*.csv"')
    assert sorted(pulled.frames["decree"]["file"]) == ["lebak/sk.csv", "serang/sk.csv", "x.csv"]


def test_a_name_with_glob_characters_is_a_name_first(tmp_path: Path) -> None:
    pulled = world(tmp_path, {"sk [1].csv": decree("3602012001")}, 'kind = "decree"\npath = "sk [1].csv"')
    assert pulled.files["problem"].to_list() == [None]


def test_temporary_files_of_office_programs_are_no_data(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"sk.csv": decree("3602012001"), "~$sk.csv": b"lock", ".sk.csv": b"x"}
    assert world(tmp_path, files, 'kind = "decree"\npath = "*.csv"').files["file"].to_list() == ["sk.csv"]


@pytest.mark.parametrize(
    ("file", "codes", "configured", "owner"),
    [
        ("sk.csv", ["3601012001", "3602012001", "3602012002"], None, "3602"),
        ("sk.csv", ["36.71.01.1001"], None, "3671"),
        ("sk.csv", ["3601012001"], "3604", "3604"),
        ("sk_3603.csv", ["5103012001", ""], None, "3603"),
        ("sk_2026_36.03.csv", [""], None, "3603"),
        ("sk_kab_serang.csv", [""], None, "3604"),
        ("SK Kota Serang 2026.csv", [""], None, "3673"),
        ("tangerang-selatan.csv", [""], None, "3674"),
        ("sk.csv", ["5103012001"], None, "5103"),
        ("sk.csv", [""], None, None),
    ],
)
def test_the_owner_of_a_file(
    tmp_path: Path, file: str, codes: list[str], configured: str | None, owner: str | None
) -> None:
    setting = f'\nowner = "{configured}"' if configured else ""
    pulled = world(tmp_path, {file: decree(*codes)}, f'kind = "decree"\npath = "{file}"{setting}')
    assert pulled.files["owner_code"].to_list() == [owner]
    assert pulled.frames["decree"]["owner_code"].unique().to_list() == [owner]


def test_an_extract_of_the_province_belongs_to_the_province(tmp_path: Path) -> None:
    deaths = "NIK;NAMA_LGKP;TGL_LHR;TGL_MATI;NO_AKTA\n3601;SITI;1-1-1950;1-1-2026;3671-KM-1\n"
    pulled = world(tmp_path, {"kota_serang.csv": deaths}, 'kind = "civil_deaths"\npath = "kota_serang.csv"')
    assert pulled.files["owner_code"].to_list() == ["36"]


def test_pulling_twice_gives_the_same(tmp_path: Path) -> None:
    files = {f"sk_{n}.csv": decree("3601012001", name=f"N{n}") + "cut\n" for n in range(6)}
    first = world(tmp_path, files, 'kind = "decree"\npath = "sk_*.csv"')
    again = read_sources(load(tmp_path))
    assert first.files.equals(again.files)
    assert first.quarantine.equals(again.quarantine)
    assert pl.concat(first.frames.values()).equals(pl.concat(again.frames.values()))
