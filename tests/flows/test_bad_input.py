"""Bad input through the command line: one plain sentence, the right exit code, the previous database untouched."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.nights import asked, only, padan, personal, undisturbed

pytestmark = pytest.mark.long

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
# An encrypted workbook is an OLE container with a stream of this name.
LOCKED = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 1000 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 1000

Spoil = Callable[[Path], str]  # spoils a world and gives what the sentence must say


def largest(folder: Path, pattern: str) -> Path:
    return max(folder.glob(pattern), key=lambda path: path.stat().st_size)


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def replaced(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return path.name


# --- what is wrong with the sources: a gate holds the run back ----------------------------------------------------


def missing(folder: Path) -> str:
    (folder / "province.csv").unlink()
    return "No file matches province.csv"


def a_folder_of_that_name(folder: Path) -> str:
    (folder / "employers.csv").unlink()
    (folder / "employers.csv").mkdir()
    return "No file matches employers.csv"


def empty(folder: Path) -> str:
    return f"{replaced(folder / 'bpjs_kesehatan.txt', b'')} is empty"


def a_name_that_is_no_text(folder: Path) -> str:
    """A name in the code page of an old computer, met by a glob."""
    (folder / "workforce.csv").rename(folder / os.fsdecode(b"workforce_\xe9.csv"))
    edited('path = "workforce.csv"', 'path = "workforce*"')(folder)
    return "its name is not valid text, rename it"


def blank(folder: Path) -> str:
    return f"{replaced(folder / 'bpjs_kesehatan.txt', b'  ' + bytes(500))} is empty"


def heading_only(folder: Path) -> str:
    path = folder / "bpjs_ketenagakerjaan.csv"
    return f"{replaced(path, lines(path)[0])} has a heading row but no data rows"


def cut_text(folder: Path) -> str:
    """Half a file, its last line broken in the middle."""
    path = folder / "bpjs_kesehatan.txt"
    replaced(path, path.read_bytes()[: path.stat().st_size // 2])
    return "bpjs_kesehatan: the rows fell from "


def cut_workbook(folder: Path) -> str:
    path = largest(folder, "regency_*.xlsx")
    return f"{replaced(path, path.read_bytes()[: path.stat().st_size // 2])} cannot be read: the workbook is damaged"


def heading_lost(folder: Path) -> str:
    path = folder / "province.csv"
    return f"{replaced(path, b''.join(lines(path)[1:]))} has no heading row that padan knows"


def column_lost(folder: Path) -> str:
    """The NIK column is gone from one office's register."""
    path = largest(folder, "bill_*.csv")
    rows = [line.split(b";") for line in lines(path)]
    at = rows[0].index(b"NIK")
    return f"{replaced(path, b''.join(b';'.join(row[:at] + row[at + 1 :]) for row in rows))} lacks the column NIK"


def password(folder: Path) -> str:
    return f"{replaced(largest(folder, 'decree_*.xlsx'), LOCKED)} is protected by a password"


def picture(folder: Path) -> str:
    return f"{replaced(largest(folder, 'regency_*.csv'), PNG)} cannot be read: it is a picture"


def half_an_office(folder: Path) -> str:
    """One office sends half its register: too little for the kind to fall, enough for the office."""
    path = largest(folder, "regency_*.csv")
    whole = lines(path)
    replaced(path, b"".join(whole[: len(whole) // 2]))
    return f"regency of {path.stem[-4:]}: the rows fell from "


def ragged(folder: Path) -> str:
    """A delimiter too many in every second row."""
    path = folder / "province.csv"
    rows = [line if number % 2 else line.replace(b";", b";;", 1) for number, line in enumerate(lines(path), 1)]
    replaced(path, b"".join([rows[0].replace(b";;", b";"), *rows[1:]]))
    return "rows are not fit for use, more than the 20% allowed"


# With the kinds that are read that night, to save time; none means all.
HELD: list[tuple[Spoil, tuple[str, ...]]] = [
    (missing, ()),
    (empty, ("bpjs_kesehatan",)),
    (cut_text, ("bpjs_kesehatan",)),
    (cut_workbook, ("regency",)),
    (heading_lost, ("province",)),
    (column_lost, ("bpjs_kesehatan_bill", "decree")),
    (password, ("decree", "province")),
    (picture, ("regency",)),
    (half_an_office, ()),
    (ragged, ("province",)),
]


@pytest.mark.parametrize(("spoil", "kinds"), HELD, ids=[spoil.__name__ for spoil, _ in HELD])
def test_a_bad_source_holds_the_run_back(night: Path, spoil: Spoil, kinds: tuple[str, ...]) -> None:
    if kinds:
        only(night, *kinds)
    said = spoil(night)
    with undisturbed(night):
        told = padan("run", night)
    assert told.code == 3
    assert told.sentence.startswith("The run was held back: ")
    assert said in told.sentence
    assert personal(told.out + told.err, night) == []


def test_check_tells_every_reason_that_would_hold_a_run(night: Path) -> None:
    said = [spoil(night) for spoil in (missing, a_folder_of_that_name, blank, heading_only, cut_workbook)]
    told_only = a_name_that_is_no_text(night)
    with undisturbed(night):
        told = padan("check", night)
    assert (told.code, told.err) == (3, "")
    held = [line for line in told.out.splitlines() if line.startswith("  held: ")]
    assert all(any(words in line for line in held) for words in said)
    assert told_only in told.out
    assert told.out.endswith("A run would be held back.\n")
    assert personal(told.out, night) == []


def test_the_content_decides_and_not_the_name_of_a_file(night: Path) -> None:
    """A workbook that is called .csv and a text that is called .xlsx are read as what they are."""
    config = night / "padan.toml"
    text = config.read_text(encoding="utf-8")
    for path, suffix in ((largest(night, "regency_*.xlsx"), ".csv"), (largest(night, "decree_*.csv"), ".xlsx")):
        path.rename(path.with_suffix(suffix))
        text = text.replace(path.name, path.with_suffix(suffix).name)
    config.write_text(text, encoding="utf-8")
    before = asked(night, "SELECT source, owner_code, count(*) FROM record GROUP BY ALL ORDER BY ALL")
    told = padan("check", night)
    assert (told.code, told.err) == (0, "")
    assert sum(int(line[60:70]) for line in told.out.splitlines() if line.startswith(("regency", "decree"))) == sum(
        int(str(rows)) for source, _, rows in before if source in ("regency", "decree")
    )


# --- what is wrong with the usage or the configuration ------------------------------------------------------------


def edited(old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        config = folder / "padan.toml"
        text = config.read_text(encoding="utf-8")
        assert old in text
        config.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


CONFIGURATIONS = [
    (edited("keep = ", "kept = "), "In padan.toml the setting run.kept is unknown; did you mean keep."),
    (
        edited("keep = 7", 'keep = "seven"'),
        "In padan.toml the setting run.keep is wrong: it should be a valid integer.",
    ),
    (edited('province = "36"', "province = 36"), "In padan.toml the setting run.province is wrong: "),
    (edited('as_of = "2026-11-20"', 'as_of = "20/11/2026"'), "it must be a date like 2026-11-20."),
    (edited('kind = "employers"', 'kind = "employer"'), "the kind of source "),
    (edited('layout = "employers"', 'layout = "decree"'), "is for the kind 'decree', not 'employers'."),
    (edited("[gates]", "[gates"), "The configuration file padan.toml is not valid TOML: "),
    (edited("max_drop = 0.3", "max_drop = 30"), "In padan.toml the setting gates.max_drop is wrong: "),
    (edited('output = "out"', 'output = "province.csv"'), "province.csv (setting run.output) cannot be used: "),
    (edited('output = "out"', 'output = "province.csv/out"'), "out (setting run.output) cannot be used: "),
    (lambda folder: (folder / "padan.toml").unlink(), "padan.toml does not exist."),
]


@pytest.mark.parametrize(("spoil", "said"), CONFIGURATIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_wrong_configuration_is_told_by_its_setting(night: Path, spoil: Callable[[Path], None], said: str) -> None:
    spoil(night)
    with undisturbed(night):
        told = padan("run", night)
    assert told.code == 2
    assert said in told.sentence + "."
    assert told.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "{}/nowhere"), "nowhere does not exist."),
        (("run", "{}/nowhere/padan.toml"), "nowhere does not exist."),
        (("check", "{}/nowhere"), "nowhere does not exist."),
        (("init", "{}/nowhere"), "nowhere does not exist."),
        (("init", "{}"), "no file has the headings of a known extract."),
        (("run", "{}", "--as-of", "2026-02-30"), "--as-of: it must be a date like 2026-11-20; "),
        (("run", "{}", "--as-of", "9999-12-31"), "--as-of: it must be a date like 2026-11-20; "),
        (("check", "{}", "--as-of", "yesterday"), "--as-of: it must be a date like 2026-11-20; "),
        (("run", "{}", "--no-such-option"), "--no-such-option"),
        (("evaluate", "{}"), "--truth"),
        (("explain", "one", "2"), "RECORD"),
        (("sample", "{}/new", "--people", "many"), "--people: must be a whole number above 0; "),
        (("sample", "{}/new", "--people", "300", "--region", "mars"), "mars"),
        (("nothing",), "nothing"),
        ((), "COMMAND"),
    ],
)
def test_wrong_usage_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    told = padan(*(argument.format(tmp_path) for argument in arguments))
    assert (told.code, told.out) == (2, "")
    assert said in told.sentence + "."


# --- recognising files --------------------------------------------------------------------------------------------


def test_init_says_what_it_cannot_take_up(world: Path) -> None:
    """Two layouts that both fit, a picture, a locked workbook; the rest is configured all the same."""
    bill = lines(largest(world, "bill_*.csv"))
    more = b"KPJ;NPP;NAMA_PERUSAHAAN;UPAH;PROGRAM;SUMBER_IURAN;STATUS;JENKEL;"
    rows = [more + bill[0], *(b"1;2;3;4;5;6;7;8;" + line for line in bill[1:])]
    (world / "both.csv").write_bytes(b"".join(rows))
    (world / "scan.csv").write_bytes(PNG)
    (world / "locked.xlsx").write_bytes(LOCKED)
    (world / "workforce.csv").unlink()
    told = padan("init", world)
    assert (told.code, told.err) == (0, "")
    unread = {line.split(":")[0].split()[-1]: line for line in told.out.splitlines() if "not taken up" in line}
    assert set(unread) == {"both.csv", "scan.csv", "locked.xlsx"}
    assert "fits several layouts equally well" in unread["both.csv"]
    assert "it is a picture" in unread["scan.csv"]
    assert "password" in unread["locked.xlsx"]
    assert "not there (optional)  workforce" in told.out
    assert "both.csv" not in (world / "padan.toml").read_text(encoding="utf-8")
    assert (world / "padan.toml.bak").exists()


# --- odd places ---------------------------------------------------------------------------------------------------


def test_folders_with_odd_names_and_files_that_may_only_be_read(
    small_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spaces, brackets, a quote and letters beyond ASCII in the path; a relative CONFIG; globs; sources read-only."""
    folder = tmp_path / "Dinas Sosial – Kab. Lebak [2026] 'é'"
    shutil.copytree(small_world, folder)
    config = folder / "padan.toml"
    head, _, _ = config.read_text(encoding="utf-8").partition("[[source]]")
    patterns = {
        "province": "prov*.csv",
        "regency": "regency_*",
        "decree": "decree_????.*",
        "bpjs_kesehatan": "./bpjs_kesehatan.txt",
        "bpjs_kesehatan_bill": "**/bill_*.csv",
        "bpjs_ketenagakerjaan": f"../{folder.name}/bpjs_ketenagakerjaan.csv",
        "employers": str(folder / "employers.csv"),
    }
    sources = "".join(f'[[source]]\nkind = "{kind}"\npath = "{path}"\n' for kind, path in patterns.items())
    config.write_text(head.replace('output = "out"', 'output = "../hasil kerja/ñ"') + sources, encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)
    before = sorted(path.name for path in folder.iterdir())
    monkeypatch.chdir(tmp_path)
    told = padan("run", Path(folder.name) / "padan.toml")
    folder.chmod(0o755)
    assert (told.code, told.err) == (0, "")
    output = tmp_path / "hasil kerja" / "ñ"
    assert f"Database: {output / 'padan.duckdb'}\n" in told.out
    assert (output / "reports" / "2026-11-20" / "index.html").exists()
    assert sorted(path.name for path in folder.iterdir()) == before
    monkeypatch.chdir(folder)
    assert "(1 row)" in padan("query", "SELECT max(run_id) FROM run", ".").out
    assert not os.path.lexists(folder / "out")


def test_nothing_is_published_from_nothing(world: Path) -> None:
    """A first run that is held leaves no database; the commands that need one say so."""
    only(world, "province")
    missing(world)
    assert padan("run", world).code == 3
    assert not (world / "out" / "padan.duckdb").exists()
    for command in (
        ("query", "SELECT 1", world),
        ("explain", 1, 2, world),
        ("evaluate", world, "--truth", world / "truth"),
    ):
        told = padan(*command)
        assert told.code == 2
        assert told.sentence.startswith("No database has been published in ")
