"""Files of folders: names with dates, files that are still being written, what is kept of what was read."""

import os
import stat
import time
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from flows.config import load
from flows.pull import pull
from flows.sources.fetch import fetch
from tests.sources.worlds import NIK, certificates, configured, deaths, problems, read


def put(folder: Path, name: str, content: str, seconds_ago: float = 3600) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    os.utime(path, (time.time() - seconds_ago,) * 2)
    return path


@pytest.mark.parametrize(
    ("pattern", "names", "chosen"),
    [
        ("kematian_{YYYYMMDD}.csv", ["kematian_20261119.csv", "kematian_20261018.csv"], ["kematian_20261119.csv"]),
        ("kematian_{YYYYMMDD}.csv", ["kematian_20261119.csv", "kematian_20261121.csv"], ["kematian_20261119.csv"]),
        ("kematian_{YYYYMMDD}.csv", ["kematian_20261120.csv", "kematian_20261232.csv"], ["kematian_20261120.csv"]),
        ("k {YYYY-MM}.csv", ["k 2026-09.csv", "k 2026-11.csv", "k 2026-12.csv"], ["k 2026-11.csv"]),
        ("k {DD-MM-YYYY}.csv", ["k 01-11-2026.csv", "k 30-10-2026.csv"], ["k 01-11-2026.csv"]),
        ("K {MMMM YYYY}.csv", ["K Oktober 2026.csv", "K NOP 2026.csv", "K Desember 2026.csv"], ["K NOP 2026.csv"]),
        ("{YYYY}/{MM}/k.csv", ["2025/12/k.csv", "2026/02/k.csv"], ["2026/02/k.csv"]),
        ("{YYYY}/k{YYYYMM}.csv", ["2026/k202512.csv", "2026/k202602.csv"], ["2026/k202602.csv"]),
        # What `*` stands for is another series each: the newest of every regency.
        ("*_{YYYY-MM}.csv", ["a_2026-10.csv", "b_2026-11.csv", "a_2026-11.csv"], ["a_2026-11.csv", "b_2026-11.csv"]),
        ("*_{YYYY-MM}.csv", ["a_2026-10.csv", "b_2026-11.csv"], ["a_2026-10.csv", "b_2026-11.csv"]),
        ("k_{YYYYMMDD_hhmmss}.csv", ["k_20261119_235900.csv", "k_20261119_020000.csv"], ["k_20261119_235900.csv"]),
        ("**/k_{YYYY}.csv", ["a/b/k_2025.csv", "a/b/k_2026.csv"], ["a/b/k_2026.csv"]),
        ("./k_[ab]_{YYYY}.csv", ["k_a_2025.csv", "k_a_2026.csv", "k_c_2026.csv"], ["k_a_2026.csv"]),
        # A name with braces is a name first.
        ("k_{YYYY}.csv", ["k_{YYYY}.csv", "k_2026.csv"], ["k_{YYYY}.csv"]),
    ],
)
def test_the_newest_that_is_not_after_the_day(
    tmp_path: Path, pattern: str, names: list[str], chosen: list[str]
) -> None:
    for number, name in enumerate(names, 1):
        put(tmp_path, name, deaths(number))
    arrived = fetch(load(configured(tmp_path, f'path = "{pattern}"')), tmp_path / "run", date(2026, 11, 20), keep=False)
    assert [item.path.relative_to(tmp_path).as_posix() for item in arrived if item.path] == chosen


def test_no_file_early_enough_is_a_missing_file(tmp_path: Path) -> None:
    put(tmp_path, "k_20261121.csv", deaths())
    pulled = read(configured(tmp_path, 'path = "k_{YYYYMMDD}.csv"'))
    assert problems(pulled) == [("k_{YYYYMMDD}.csv", "missing")]


def test_a_file_that_somebody_writes_is_not_read_until_it_is_whole(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", deaths(1))
    with path.open("a", encoding="utf-8") as writer:
        writer.write("cut in the mid")
        writer.flush()
        os.utime(path)
        pulled = read(configured(tmp_path, 'path = "a.csv"'))
        assert problems(pulled) == [("a.csv", "growing")]
        assert pulled.frames == {}
    assert problems(read(tmp_path)) == [("a.csv", None)]


def test_a_file_that_grows_is_waited_for(tmp_path: Path) -> None:
    import threading

    path = put(tmp_path, "a.csv", deaths(1))
    writer = path.open("a", encoding="utf-8")
    threading.Timer(1.0, lambda: (writer.write(deaths(2).split("\n")[2] + "\n"), writer.close())).start()
    pulled = read(configured(tmp_path, 'path = "a.csv"', retry_seconds=30))
    assert certificates(pulled) == ["3671-KM-1", "3671-KM-2"]


def test_a_file_that_changes_between_its_checksum_and_its_reading_is_not_used(tmp_path: Path) -> None:
    path = put(tmp_path, "a.csv", deaths(1))
    config = load(configured(tmp_path, 'path = "a.csv"'))
    arrived = fetch(config, tmp_path / "run", date(2026, 11, 20), keep=False)
    path.write_text(deaths(3), encoding="utf-8")
    pulled = pull(config, arrived)
    assert problems(pulled) == [("a.csv", "changed")]
    assert pulled.frames == {}


@pytest.mark.parametrize("name", [".a.csv", "~$a.csv", "a.csv.part", "a.csv.filepart", "a.csv.crdownload", "a.csv.tmp"])
def test_what_is_not_finished_by_its_name_is_no_file(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, deaths())
    assert read(configured(tmp_path, 'path = "*"')).files["problem"].to_list()[0] in {"missing", "no_heading"}
    put(tmp_path, "b.csv", deaths())
    assert problems(read(configured(tmp_path, 'path = "*.csv*"'))) == [("b.csv", None)]


def _kept(folder: Path) -> list[Path]:
    return sorted((folder / "out" / "archive").glob("*/*"))


def test_what_was_read_is_kept_once_by_its_checksum(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", deaths(1))
    put(tmp_path, "b.csv", deaths(2))
    put(tmp_path, "c.csv", deaths(2))
    config = load(configured(tmp_path, 'path = "*.csv"'))
    arrived = fetch(config, tmp_path / "run", date(2026, 11, 20))
    assert len(_kept(tmp_path)) == 2
    for item in arrived:
        kept = tmp_path / "out" / "archive" / str(item.sha256)[:2] / f"{item.sha256}.zst"
        with pa.input_stream(str(kept), compression="zstd") as stream:
            assert stream.read() == (item.path or Path()).read_bytes()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    before = {path: path.stat().st_ino for path in _kept(tmp_path)}
    fetch(config, tmp_path / "again", date(2026, 11, 20))
    assert {path: path.stat().st_ino for path in _kept(tmp_path)} == before
    assert NIK.encode() not in b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_the_archive_forgets_what_nobody_read_for_long(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", deaths(1))
    put(tmp_path, "b.csv", deaths(2))
    day = date(2026, 11, 20)
    fetch(load(configured(tmp_path, 'path = "*.csv"')), tmp_path / "run", day)
    for path in _kept(tmp_path):
        os.utime(path, (time.time() - 91 * 86_400,) * 2)
    (_kept(tmp_path)[0].parent / ".new-half").write_text("x")
    fetch(load(configured(tmp_path, 'path = "a.csv"')), tmp_path / "run", day)
    assert len(_kept(tmp_path)) == 1


def test_no_archive_when_it_is_to_keep_nothing(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", deaths(1))
    config = configured(tmp_path, 'path = "a.csv"') / "padan.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("[fetch]", "archive_days = 0\n[fetch]"))
    fetch(load(config), tmp_path / "run", date(2026, 11, 20))
    assert not _kept(tmp_path)
