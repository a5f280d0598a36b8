"""Whole nights with refused files: last good rows stand in, are said, age, and give way; grades; workbooks."""

from pathlib import Path

import openpyxl
import pytest

from tests.flows.nights import asked, only, padan, personal, undisturbed

pytestmark = pytest.mark.long

LATEST = "run_id = (SELECT run_id FROM parameter)"
STATE = f"SELECT owner_code, rows_accepted > 0, rows_stood_in > 0, stale_since::VARCHAR FROM source_file WHERE {LATEST}"


def settings(folder: Path, text: str) -> None:
    """Put settings before the first source of a world's configuration."""
    config = folder / "padan.toml"
    head, *sources = config.read_text(encoding="utf-8").split("\n[[source]]\n")
    config.write_text("\n[[source]]\n".join([f"{head}\n{text}\n", *sources]), encoding="utf-8")


def a_register(folder: Path) -> Path:
    """The largest register that is a text file; its name ends in the office's code."""
    return max(folder.glob("regency_*.csv"), key=lambda path: path.stat().st_size)


def halved(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))


def people_of(folder: Path) -> list[tuple[object, ...]]:
    """Every record that counts, with its person; numbers of records may differ."""
    return asked(
        folder,
        "SELECT source, owner_code, file, source_row, nik, name, person_id FROM record JOIN link USING (record_id) "
        "ORDER BY ALL",
    )


def test_the_last_good_rows_stand_in_until_they_are_too_old(night: Path) -> None:
    only(night, "province", "regency")
    settings(night, '[last_good]\nuse = ["regency"]\nmax_age_days = 3')
    path = a_register(night)
    owner, good = path.stem[-4:], path.read_bytes()
    others = f"SELECT count(*) FROM source_file WHERE {LATEST} AND source = 'regency' AND rows_accepted > 0"
    assert padan("run", night).code == 0
    before, whole = people_of(night), asked(night, others)[0][0]
    halved(path)

    told = padan("check", night, "--as-of", "2026-11-21")
    assert told.code == 0
    assert f"  last good rows: regency of {owner}: tonight's file is refused (" in told.out
    assert "of 20-11-2026 are used." in told.out
    assert "    grade F: Since the last good night (20-11-2026) the accepted rows went from " in told.out
    assert personal(told.out, night) == []

    for day in ("2026-11-21", "2026-11-23"):
        assert padan("run", night, "--as-of", day).code == 0
        assert people_of(night) == before
        assert asked(night, f"{STATE} AND owner_code = '{owner}'") == [(owner, False, True, "2026-11-20")]
        assert asked(night, others) == [(int(str(whole)) - 1,)]
        assert asked(night, f"SELECT count(*) FROM person_event WHERE {LATEST}") == [(0,)]
        found = asked(night, "SELECT code, owner_code, last_seen::VARCHAR, state FROM finding WHERE code LIKE 'SB%'")
        assert found == [("SB03", owner, day, "open")]
    ((grade, verdict, reason),) = asked(
        night, f"SELECT grade, verdict, reason FROM source_quality WHERE {LATEST} AND owner_code = '{owner}'"
    )
    assert (grade, verdict) == ("F", "stood_in")
    assert str(reason).startswith("Since the last good night (20-11-2026) the accepted rows went from ")
    pages = night / "out" / "reports" / "2026-11-23"
    assert "Dipakai data per 20 November 2026." in (pages / "index.html").read_text(encoding="utf-8")

    with undisturbed(night):
        told = padan("run", night, "--as-of", "2026-11-24")
    assert told.code == 3
    assert "they are 4 days old, more than the 3 allowed" in told.sentence

    path.write_bytes(good)
    assert padan("run", night, "--as-of", "2026-11-24").code == 0
    assert people_of(night) == before
    assert asked(night, f"{STATE} AND owner_code = '{owner}'") == [(owner, True, False, None)]
    assert asked(night, "SELECT DISTINCT state FROM finding WHERE code LIKE 'SB%'") == [("closed",)]


def test_a_required_kind_that_is_not_named_holds_the_run_and_says_what_could_be_done(night: Path) -> None:
    only(night, "province", "regency")
    assert padan("run", night).code == 0
    halved(a_register(night))
    with undisturbed(night):
        told = padan("run", night, "--as-of", "2026-11-21")
    assert told.code == 3
    assert "could stand in, but [last_good] does not name this sender" in told.sentence
    assert personal(told.err, night) == []


def test_an_optional_file_that_is_refused_is_stood_in_for_by_itself(night: Path) -> None:
    """Deaths that cannot be read do not become 'nobody died'; deaths that do not come cannot be tested."""
    deaths = "SELECT count(*) FROM record WHERE source = 'civil_deaths'"
    before = asked(night, deaths)
    (night / "civil_deaths.csv").write_bytes(b"PK\x03\x04" + bytes(99))
    assert padan("run", night, "--as-of", "2026-11-21").code == 0
    assert asked(night, deaths) == before
    assert asked(night, "SELECT testable FROM finding_type WHERE code = 'ST01'") == [(True,)]
    (night / "civil_deaths.csv").unlink()
    assert padan("run", night, "--as-of", "2026-11-22").code == 0
    assert asked(night, deaths) == [(0,)]
    assert asked(night, "SELECT testable FROM finding_type WHERE code = 'ST01'") == [(False,)]


def test_a_shift_too_far_is_refused_even_when_every_row_is_fit(night: Path) -> None:
    """Half of the NIKs are gone: each row may be used, the file as a whole may not."""
    only(night, "province")
    settings(night, "[quality]\nenough_rows = 50")
    assert padan("run", night).code == 0
    path = night / "province.csv"
    heading, *rows = path.read_bytes().splitlines(keepends=True)
    at = heading.split(b";").index(b"nomor_induk_kependudukan")
    cells = [row.split(b";") for row in rows]
    lost = [b";".join([*row[:at], b"" if n % 2 else row[at], *row[at + 1 :]]) for n, row in enumerate(cells)]
    path.write_bytes(b"".join([heading, *lost]))
    told = padan("run", night, "--as-of", "2026-11-21")
    assert told.code == 3
    assert "the share of rows without a NIK went from " in told.sentence


def test_check_writes_the_workbooks_that_a_run_writes(night: Path, tmp_path: Path) -> None:
    path = a_register(night)
    heading, first, *rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([heading, first[: len(first) // 3] + b"\n", *rows]))
    with undisturbed(night):
        told = padan("check", night, "--out", tmp_path / "books")
    assert (told.code, told.err) == (0, "")
    assert f"workbooks for the senders in {tmp_path / 'books'}" in told.out
    assert padan("run", night).code == 0
    books = night / "out" / "reports" / "2026-11-20" / "umpan-balik"
    names = sorted(path.name for path in books.iterdir())
    assert sorted(path.name for path in (tmp_path / "books").iterdir()) == names
    (own,) = [name for name in names if name.startswith(f"{path.stem[-4:]}_Dinas_Sosial")]
    for folder in (books, tmp_path / "books"):
        sheet = openpyxl.load_workbook(folder / own)["Perlu diperbaiki"]
        assert [(cell.value) for cell in sheet[2]][2:4] == [1, 2]
        assert str(sheet["F2"].value) == first[: len(first) // 3].decode().strip()


def test_check_says_why_it_cannot_write(night: Path) -> None:
    only(night, "workforce")
    told = padan("check", night, "--out", night / "padan.toml" / "books")
    assert told.code == 2
    assert told.sentence.startswith("The workbooks cannot be written in ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[quality]\nrows_told = 2", "the setting quality.rows_told is wrong"),
        ("[quality]\nnik_missing_told = 0.5", "nik_missing_told must not be above nik_missing_refused"),
        ('[quality]\nlowest_grade = "F"', "it must be one of A, B, C, D, E"),
        ("[quality]\nrow_told = 0.1", "quality.row_told is unknown; did you mean rows_told"),
        ('[last_good]\nuse = ["regencies"]', "must name one of province, regency, decree"),
        ("[last_good]\nmax_age_days = -1", "the setting last_good.max_age_days is wrong"),
        ('[[signed_total]]\nkind = "bill"\ndocument = "BA"', "must name one of province, regency, decree"),
        ('[[signed_total]]\nkind = "decree"', "document of signed_total 1 is missing"),
    ],
)
def test_a_wrong_setting_is_named(world: Path, text: str, said: str) -> None:
    settings(world, text)
    told = padan("check", world)
    assert told.code == 2
    assert said in told.sentence
