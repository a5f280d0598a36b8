"""A file that is standardised in parts is read as it would be at once: its habits are those of the whole file."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows import parts, reading_kept, reading_text
from flows.config import load
from flows.parts import stage_in_parts
from flows.pull import pull
from flows.recognise import init
from flows.sources.fetch import fetch
from flows.staging import staged
from sample_data.world import write_world
from schemas.layouts import KINDS

AS_OF = date(2026, 11, 20)
# The size of a part, and the rows of a file that is more than one.
SIZES = ((7, 120), (1_000, 1_100))
SHORT = 5
CARDS = "PSNOKA|NOKA|NIK|NOKK|NAMA|JENKEL|TGLLHR|SEGMEN|STATUS|TMT|TAT|KDWIL|TGLNONAKTIF"
REGISTER = "NO;NO_KK;NIK;NAMA_LGKP;JENIS_KLMIN;TGL_LHR;KODE_DESA;DESIL;STATUS;TGL_STATUS"


def _born(number: int) -> date:
    return date(1950, 1, 1) + timedelta(days=17 * number)


def _participants(people: int) -> str:
    """Months before days, which few rows show; W and P for the sexes; a third of the NIKs cut to fifteen digits; the
    first card numbers cut short by hand, as no others are."""
    lines = [CARDS]
    for n in range(people):
        born = _born(n)
        if n % 50:
            born = born.replace(day=born.day % 12 + 1)
        nik = f"360201{born:%d%m%y}{n % 9_000 + 1:04d}"
        nik = nik[:15] + "0" if n % 3 == 0 else nik
        card = f"{n + 1_000_000_000_000}"[: 7 if n < SHORT else 13]
        sex = "W" if n == people - 9 else "P" if n % 2 else "2"
        dates = f"{born:%m/%d/%Y}|PBI JK|AKTIF|{AS_OF:%m}/5/{2000 + n % 25}|1/{n % 12 + 1}/27"
        lines.append(f"{card}|{n // 4 * 9 + 5:013d}|{nik}|3602011503{n // 4:06d}|ORANG {n}|{sex}|{dates}|3602|")
    return "\n".join(lines) + "\n"


def _register() -> str:
    """BPS codes, of which only the last cannot be the Home Affairs' own; births turned by a spreadsheet where it could;
    a 0 too many behind each NIK."""
    lines = [REGISTER]
    for n in range(40):
        born = _born(n)
        written = f"{born:%Y-%d-%m}" if born.day <= 12 else f"{born:%d/%m/%Y}"
        nik = f"360201{born:%d%m%y}{n + 1:04d}0"
        village = "3601010001" if n == 39 else f"360111200{n % 5 + 1}"
        lines.append(f"{n};36020115030000{n:02d};{nik};WARGA {n};L;{written};{village};3;HIDUP;1-2-2026")
    return "\n".join(lines) + "\n"


def _world(folder: Path, people: int) -> Path:
    (folder / "peserta.txt").write_text(_participants(people), encoding="utf-8")
    (folder / "dinsos_3601.csv").write_text(_register(), encoding="utf-8")
    (folder / "dinsos_3603.csv").write_text(_register().replace("WARGA", "ORANG LAIN"), encoding="utf-8")
    settings = '[run]\nprovince = "36"\n[[source]]\nkind = "bpjs_kesehatan"\npath = "peserta.txt"\n'
    settings += '[[source]]\nkind = "regency"\npath = "dinsos_*.csv"\n'
    (folder / "padan.toml").write_text(settings, encoding="utf-8")
    return folder


def _tables(world: Path, name: str) -> Mapping[str, pl.DataFrame]:
    """Everything that reading and standardising leave behind."""
    config, scratch = load(world / "padan.toml"), world / name
    scratch.mkdir()
    with duckdb.connect(str(scratch / "work.duckdb")) as con:
        pulled = pull(config, fetch(config, scratch / "fetched", AS_OF, keep=False), scratch / "pulled")
        kinds = stage_in_parts(con, pulled, config, AS_OF, "run")
        tables = {kind: con.sql(f"select * from {staged(kind)} order by row_id").pl() for kind in kinds}
        faults = con.sql("select * from source_fault order by all").pl()
    return {**tables, "source_fault": faults, "files": pulled.files, "quarantine": pulled.quarantine}


@pytest.mark.parametrize(("size", "people"), SIZES)
def test_reading_in_parts_is_reading_at_once(
    size: int, people: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = _world(tmp_path, people)
    at_once = _tables(world, "at_once")
    _habits_are_found(at_once, people)
    _alike_in_parts(world, at_once, size, monkeypatch)


def test_every_kind_of_extract_is_read_in_parts_as_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_world(tmp_path, 400, seed=5, hard=True)
    init(tmp_path)
    at_once = _tables(tmp_path, "at_once")
    assert set(KINDS) - set(at_once) == set()
    _alike_in_parts(tmp_path, at_once, 60, monkeypatch)


def _alike_in_parts(
    world: Path, at_once: Mapping[str, pl.DataFrame], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in (
        (parts, "PART", size),
        (parts, "BATCH", size // 2),
        (reading_kept, "HELD", size),
        (reading_text, "BLOCK", size * 100),
    ):
        monkeypatch.setattr(module, name, value)
    in_parts = _tables(world, "in_parts")
    assert list(in_parts) == list(at_once)
    for name, table in at_once.items():
        assert in_parts[name].equals(table), name


def _habits_are_found(at_once: Mapping[str, pl.DataFrame], people: int) -> None:
    """What the files were made to show as a whole is read from them, or the comparison would prove little."""
    assert at_once["files"]["problem_text"].to_list() == [None] * 3
    cards, register = at_once["bpjs_kesehatan"], at_once["regency"]
    assert cards.height == people
    assert cards["birth_date"].dt.month().to_list() == [_born(n).month for n in range(people)]
    assert cards["start_date"].dt.month().unique().to_list() == [AS_OF.month]
    assert cards["sex"].to_list() == ["P" if n == people - 9 else "L" if n % 2 else "P" for n in range(people)]
    assert cards["card"].is_null().to_list() == [n < SHORT for n in range(people)]
    assert (cards["nik_status"] == "damaged").sum() >= people // 3
    assert register["nik"].str.len_chars().unique().to_list() == [16]
    assert register["birth_date"].to_list() == [_born(n) for n in range(40)] * 2
    assert set(register["village_code"].head(39)) == {f"360129200{n}" for n in range(1, 6)}
