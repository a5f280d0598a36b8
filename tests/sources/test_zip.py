"""ZIP archives: what is in them is read like files; what could do harm is refused in one sentence."""

import gzip
import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.worlds import certificates, configured, deaths, problems, read

SOURCE = 'path = "kiriman.zip"'


def packed(files: dict[str, str | bytes], **options: object) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()


def world(folder: Path, content: bytes, source: str = SOURCE, more: str = "") -> Path:
    (folder / "kiriman.zip").write_bytes(content)
    return configured(folder, source, more=more)


def test_one_file_inside(tmp_path: Path) -> None:
    pulled = read(world(tmp_path, packed({"kematian.csv": deaths(3)})))
    assert problems(pulled) == [("kiriman.zip/kematian.csv", None)]
    assert len(certificates(pulled)) == 3


def test_many_files_and_what_operating_systems_add(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"2026/bagian {n}.csv": deaths(n) for n in (1, 2)}
    junk = {"__MACOSX/2026/._bagian 1.csv": b"\0", "2026/.DS_Store": b"\0", "Thumbs.db": b"\0", "2026/~$a.xlsx": b"\0"}
    pulled = read(world(tmp_path, packed({**files, **junk, "kosong/": b""})))
    assert problems(pulled) == [(f"kiriman.zip/2026/bagian {n}.csv", None) for n in (1, 2)]
    assert len(certificates(pulled)) == 3


@pytest.mark.parametrize("members", ["kematian_{YYYYMM}.csv", "data/kematian_{YYYYMM}.csv", "*/*_{YYYYMM}.csv"])
def test_only_the_members_that_are_meant(tmp_path: Path, members: str) -> None:
    files: dict[str, str | bytes] = {f"data/kematian_2026{m}.csv": deaths(int(m)) for m in ("09", "10", "12")}
    pulled = read(world(tmp_path, packed({**files, "baca.txt": "x"}), f'{SOURCE}\nmembers = "{members}"'))
    assert problems(pulled) == [("kiriman.zip/data/kematian_202610.csv", None)]
    assert len(certificates(pulled)) == 10


def test_archives_in_an_archive(tmp_path: Path) -> None:
    inner = {f"{code}.zip": packed({"k.csv": deaths(n)}) for n, code in enumerate(("3601", "3602"), 1)}
    pulled = read(world(tmp_path, packed(inner), f'{SOURCE}\nmembers = "*.csv"'))
    assert problems(pulled) == [(f"kiriman.zip/{code}.zip/k.csv", None) for code in ("3601", "3602")]
    deeper = packed({"a.zip": packed({"b.zip": packed({"c.csv": deaths()})})})
    assert problems(read(world(tmp_path, deeper))) == [("kiriman.zip", "archive")]


def test_nothing_that_is_meant_is_a_missing_file(tmp_path: Path) -> None:
    pulled = read(world(tmp_path, packed({"baca.txt": "x"}), f'{SOURCE}\nmembers = "*.csv"'))
    assert problems(pulled) == [("kiriman.zip/*.csv", "missing")]
    assert problems(read(world(tmp_path, packed({})))) == [("kiriman.zip/*", "missing")]


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "k.xlsx")) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(deaths(2).splitlines()):
            sheet.write_row(row, 0, line.split(";"))
    assert len(certificates(read(configured(tmp_path, 'path = "k.xlsx"')))) == 2
    assert problems(read(world(tmp_path, packed({"k.xlsx": (tmp_path / "k.xlsx").read_bytes()})))) == [
        ("kiriman.zip/k.xlsx", None)
    ]


def _link() -> bytes:
    info = zipfile.ZipInfo("tautan.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return memory.getvalue()


def _flagged(content: bytes, flag: int) -> bytes:
    """The archive with a flag set in the headers of all its members."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            flags = struct.unpack_from("<H", changed, at + offset)[0] | flag
            struct.pack_into("<H", changed, at + offset, flags)
            at = changed.find(mark, at + 4)
    return bytes(changed)


def _method(content: bytes, method: int) -> bytes:
    changed = bytearray(content)
    struct.pack_into("<H", changed, changed.find(b"PK\x03\x04") + 8, method)
    struct.pack_into("<H", changed, changed.find(b"PK\x01\x02") + 10, method)
    return bytes(changed)


GOOD = packed({"k.csv": deaths(50)})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (packed({"../k.csv": deaths()}), "leads out of its folder"),
        (packed({"a/../../k.csv": deaths()}), "leads out of its folder"),
        (packed({"/etc/k.csv": deaths()}), "leads out of its folder"),
        (packed({"C:\\k.csv": deaths()}), "leads out of its folder"),
        (packed({"..\\k.csv": deaths()}), "leads out of its folder"),
        (_link(), "leads out of its folder"),
        (packed({"k.csv": deaths(1), "K.CSV": deaths(2)}), "the same name"),
        (packed({"a/k.csv": deaths(1), "a\\k.csv": deaths(2)}), "the same name"),
        (packed({"café.csv": deaths(1), "cafe\u0301.csv": deaths(2)}), "the same name"),
        (packed({"k\n.csv": deaths()}), "not plain text"),
        (packed({"k\u202evsc.csv": deaths()}), "not plain text"),
        (_flagged(GOOD, 1), "password"),
        (_method(GOOD, 9), "cannot undo"),
        (_method(GOOD, 97), "cannot undo"),
        (GOOD[:-30], "damaged"),
        (GOOD[:60] + b"\xff" * 8 + GOOD[68:], "damaged"),
        (packed({"k.csv": b"0" * 60_000_000}), "unpacks to far more"),
        (packed({"k.zip": packed({"k.csv": b"0" * 60_000_000})}), "unpacks to far more"),
        (packed({f"{n}.csv": "x" for n in range(1001)}), "more than 1000 files"),
    ],
)
def test_what_could_do_harm_is_refused_as_a_whole(tmp_path: Path, content: bytes, told: str) -> None:
    pulled = read(world(tmp_path, content))
    assert pulled.frames == {}
    assert pulled.files.height == 1
    text = pulled.files["problem_text"][0]
    assert told in text
    assert problems(pulled)[0][1] in {"archive", "unreadable"}
    assert not (tmp_path.parent / "k.csv").exists()


def test_an_archive_of_more_than_is_allowed(tmp_path: Path) -> None:
    pulled = read(world(tmp_path, packed({"k.csv": deaths(500)}), more="max_gigabytes = 0.00001"))
    assert pulled.files["problem"].to_list() == ["too_large"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_a_sentence(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(packed({"k.csv": deaths(5), "a/b.zip": packed({"c.csv": deaths(2)})}))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(1, len(content)))]
    problems(read(world(tmp_path, bytes(content))))


def test_a_gzipped_file_is_read_and_so_is_one_in_an_archive(tmp_path: Path) -> None:
    (tmp_path / "k.csv.gz").write_bytes(gzip.compress(deaths(3).encode()))
    pulled = read(configured(tmp_path, 'path = "k.csv.gz"'))
    assert problems(pulled) == [("k.csv.gz/k.csv", None)]
    assert len(certificates(pulled)) == 3
    (tmp_path / "tanpa_nama.csv").write_bytes(gzip.compress(deaths(2).encode()))  # known by its content
    assert len(certificates(read(configured(tmp_path, 'path = "tanpa_nama.csv"')))) == 2
    inside = packed({"a.csv.gz": gzip.compress(deaths(4).encode()), "b.csv": deaths(1)})
    pulled = read(world(tmp_path, inside, f'{SOURCE}\nmembers = "*.csv"'))
    assert problems(pulled) == [("kiriman.zip/a.csv.gz/a.csv", None), ("kiriman.zip/b.csv", None)]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (gzip.compress(deaths(50).encode())[:-20], "damaged or was cut off"),
        (gzip.compress(deaths(50).encode()) + b"x", "damaged or was cut off"),
        (gzip.compress(b"0" * 60_000_000), "unpacks to far more"),
        (gzip.compress(gzip.compress(gzip.compress(deaths(1).encode()))), "too deep"),
    ],
)
def test_a_gzipped_file_that_could_do_harm_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "k.csv.gz").write_bytes(content)
    pulled = read(configured(tmp_path, 'path = "k.csv.gz"'))
    assert pulled.frames == {}
    assert told in pulled.files["problem_text"][0]


def test_init_finds_a_gzipped_file(tmp_path: Path) -> None:
    from flows.recognise import init

    (tmp_path / "kematian.csv.gz").write_bytes(gzip.compress(deaths(2).encode()))
    assert [(item.kind, item.file) for item in init(tmp_path).recognised] == [
        ("civil_deaths", "kematian.csv.gz/kematian.csv")
    ]
    assert problems(read(tmp_path)) == [("kematian.csv.gz/kematian.csv", None)]


def test_init_looks_into_archives(tmp_path: Path) -> None:
    from flows.recognise import init

    bills = "PSNOKA;NOKA;NIK;NAMA;TGLLHR;SEGMEN;BLNTAG;BULAN;TAHUN;IURAN;BANTUAN_IURAN_PUSAT;KDPEMDA\n" + (
        "1;2;3601010101500001;SITI;1950-01-31;PBPU PEMDA;202611;11;2026;37800;2800;3601\n"
    )
    files: dict[str, str | bytes] = {"a/kematian [1].csv": deaths(2), "x.zip": packed({"tagihan.csv": bills})}
    (tmp_path / "kiriman.zip").write_bytes(packed({**files, "baca.txt": "halo\n"}))
    (tmp_path / "jahat.zip").write_bytes(packed({"../k.csv": deaths()}))
    report = init(tmp_path)
    assert [(item.kind, item.file) for item in report.recognised] == [
        ("bpjs_kesehatan_bill", "kiriman.zip/x.zip/tagihan.csv"),
        ("civil_deaths", "kiriman.zip/a/kematian [1].csv"),
    ]
    assert [(file, why.code) for file, why in report.unrecognised] == [
        ("jahat.zip", "archive"),
        ("kiriman.zip/baca.txt", "no_heading"),
    ]
    assert problems(read(tmp_path)) == [(item.file, None) for item in report.recognised]
