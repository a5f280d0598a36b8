"""The small commands through the command line: check, query, explain, evaluate, sample, help."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.flows.nights import asked, only, padan, personal, undisturbed

CODES = (
    "EL01", "EL02", "EL04", "EL05", "EL06", "EL08", "EL10", "FN01", "FN02", "FN03", "FN04", "FN05", "FN06", "ID06",
    "ID10", "ST01", "TK01",
)  # fmt: skip


# --- check --------------------------------------------------------------------------------------------------------


def test_check_tells_what_would_be_quarantined_and_changes_nothing(night: Path, tmp_path: Path) -> None:
    """A row without name and NIK, and one with a delimiter too many."""
    path = night / "province.csv"
    rows = path.read_bytes().splitlines(keepends=True)
    names = rows[0].strip().split(b";")
    nameless = rows[2].rstrip(b"\r\n").split(b";")
    nameless[names.index(b"nama")] = nameless[names.index(b"nomor_induk_kependudukan")] = b""
    path.write_bytes(b"".join([rows[0], rows[1].replace(b";", b";;", 1), b";".join(nameless) + b"\n", *rows[3:]]))
    before = everything(tmp_path)
    with undisturbed(night):
        told = padan("check", night)
    assert everything(tmp_path) == before
    assert (told.code, told.err) == (0, "")
    assert told.out.endswith("\nA run would go through.\n")
    assert re.search(r"^province +province\.csv +(\d+) +\d+ +2$", told.out, re.MULTILINE)
    reasons = told.out.partition("Quarantined:")[2]
    assert "The row has more fields than the heading" in reasons
    assert "neither a name nor a readable NIK" in reasons
    assert personal(told.out, night) == []


def test_check_before_the_first_run_makes_no_output_folder(world: Path) -> None:
    only(world, "employers", "workforce")
    before = everything(world)
    assert padan("check", world, "--as-of", "2026-11-20").code == 0
    assert everything(world) == before


def everything(folder: Path) -> Mapping[str, tuple[int, int]]:
    """Every file and folder below a folder with its size and time."""
    found = {str(path): path.lstat() for path in folder.rglob("*")}
    return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in found.items()}


# --- query --------------------------------------------------------------------------------------------------------


def test_query_prints_a_table(first_night: Path) -> None:
    told = padan("query", "SELECT code, count(*) AS n FROM finding WHERE code = 'FN03' GROUP BY code", first_night)
    ((count,),) = asked(first_night, "SELECT count(*) FROM finding WHERE code = 'FN03'")
    assert (told.code, told.err) == (0, "")
    assert told.out == f"code |  n\n-----+---\nFN03 | {count}\n(1 row)\n"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELEC 1", 'The SQL was not understood: syntax error at or near "SELEC"'),
        ("SELECT nme FROM person", 'The SQL was not understood: Referenced column "nme" not found in FROM clause'),
        ("SELECT * FROM nobody", "The SQL was not understood: Table with name nobody does not exist"),
        (
            "SELECT name::INTEGER FROM person",
            "The SQL could not be run: a value cannot be converted to the type it asks for",
        ),
        ("SELECT error(name) FROM person", "The SQL could not be run: "),
        ("", "Give one statement that reads: "),
        ("SELECT 1; SELECT 2", "Give one statement that reads: "),
        ("DELETE FROM person", "Give one statement that reads: "),
        ("UPDATE person SET name = ''", "Give one statement that reads: "),
        ("DROP TABLE person", "Give one statement that reads: "),
        ("CREATE TABLE t AS SELECT 1", "Give one statement that reads: "),
        ("ATTACH '{}/x.duckdb' AS x", "Give one statement that reads: "),
        ("COPY person TO '{}/x.csv'", "Give one statement that reads: "),
        ("EXPORT DATABASE '{}/x'", "Give one statement that reads: "),
        ("INSTALL httpfs", "Give one statement that reads: "),
        ("LOAD httpfs", "Give one statement that reads: "),
        ("SET enable_external_access = true", "Give one statement that reads: "),
        ("SELECT * FROM read_csv('{}/world.csv')", "The SQL could not be run: it may read the published tables only"),
        ("SELECT * FROM glob('/etc/*')", "The SQL could not be run: it may read the published tables only"),
        ("SELECT getenv('HOME')", "The SQL was not understood: "),
    ],
)
def test_query_reads_only_and_says_what_it_did_not_understand(
    first_night: Path, tmp_path: Path, sql: str, said: str
) -> None:
    (tmp_path / "world.csv").write_text("a\n1\n", encoding="utf-8")
    with undisturbed(first_night):
        told = padan("query", sql.format(tmp_path), first_night)
    assert (told.code, told.out) == (2, "")
    assert told.sentence.startswith(said)
    assert personal(told.err, first_night) == []
    assert [path.name for path in tmp_path.iterdir()] == ["world.csv"]


# --- simulate -----------------------------------------------------------------------------------------------------


def test_simulate_prices_a_subset_and_writes_its_rows(first_night: Path, tmp_path: Path) -> None:
    out = tmp_path / "rows.csv"
    subset = ("--cover", "pda", "--where", "regency_code = '3602' AND decile <= 2", "--province-share", "0.4")
    with undisturbed(first_night):
        told = padan("simulate", first_night, *subset, "--from", "2027-01", "--months", 6, "--out", out)
    assert (told.code, told.err) == (0, "")
    ((people,),) = asked(
        first_night,
        "SELECT count(*) FROM person WHERE alive AND eligible AND NOT active_jkn "
        "AND regency_code = '3602' AND decile <= 2",
    )
    assert told.out.startswith(f"{people} people would be covered.\n")
    assert out.read_text(encoding="utf-8").splitlines()[1:] == [
        f"PDA,{fund},3602,2027-01-01,2027-06-01,6,{people},{people * dues},{people * dues * 6}"
        for fund, dues in (("APBD_KAB", 22680), ("APBD_PROV", 15120), ("APBN_PDA", 4200))
    ]
    assert personal(told.out, first_night) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--where", "colour = 1"), 'The SQL was not understood: Referenced column "colour" not found in FROM clause'),
        (("--from", "2026-13"), "Argument --from: must be a month, as 2026-11"),
        (("--months", "0"), "Argument --months: must be a whole number above 0"),
        (("--budget", "-5"), "Argument --budget: "),
        (("--cover", "ppu"), "Argument --cover: invalid choice"),
    ],
)
def test_simulate_says_what_it_did_not_understand(first_night: Path, more: tuple[str, str], said: str) -> None:
    told = padan("simulate", first_night, "--cover", "pbi", *more)
    assert (told.code, told.out) == (2, "")
    assert told.sentence.startswith(said)


# --- public-figures --------------------------------------------------------------------------------------------------


def test_figures_for_outsiders_hide_small_cells_and_hold_nobody(first_night: Path, tmp_path: Path) -> None:
    told = padan("public-figures", first_night, "--out", tmp_path / "out")
    assert (told.code, told.err) == (0, "")
    assert "indikator.xlsx" in told.out and "hold a hidden figure" in told.out
    lines = (tmp_path / "out" / "indikator.csv").read_text(encoding="utf-8")
    assert lines.count("\n") > 100 and "<5" in lines
    for file in ("indikator.csv", "index.html"):
        text = (tmp_path / "out" / file).read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])\d{11,16}(?![\w.])", text), file
    again = padan("public-figures", first_night, "--out", tmp_path / "out")
    assert (again.code, again.out) == (2, "")
    assert again.sentence.startswith("The folder ") and "holds something already" in again.sentence


# --- the figures of a published night -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "counted", "found"),
    [
        ("TK04", "PDS_WAGE", "employer_no"),
        ("TK05", "PDS_PROGRAMME", "employer_no"),
        ("TK10", "ROSTER_COVERED", "person_id"),
        ("TK11", "PROJECT_COVERED", "finding_id"),
    ],
)
def test_an_indicator_counts_what_its_class_finds(first_night: Path, code: str, counted: str, found: str) -> None:
    ((top, below),) = asked(
        first_night,
        f"SELECT numerator, denominator FROM indicator WHERE indicator = '{counted}' AND length(regency_code) = 2",
    )
    ((known,),) = asked(
        first_night,
        f"SELECT count(DISTINCT {found}) FROM (SELECT * EXCLUDE (record_ids), unnest(record_ids) AS record_id "
        f"FROM finding WHERE len(record_ids) > 0 UNION ALL SELECT * EXCLUDE (record_ids), NULL FROM finding "
        f"WHERE len(record_ids) = 0) LEFT JOIN (SELECT record_id, employer_no FROM record) USING (record_id) "
        f"WHERE code = '{code}' AND state = 'open'",
    )
    assert known == (top if counted.startswith("PDS") else below - top)
    assert below > 0


# --- explain ------------------------------------------------------------------------------------------------------


def test_explain_adds_up_and_masks(first_night: Path) -> None:
    """Pairs of each outcome: the weights as printed make the total, the total and the verdict are those published."""
    pairs = asked(
        first_night,
        "SELECT left_record_id, right_record_id, pair.match_weight, outcome, a.person_id = b.person_id "
        "FROM pair JOIN link AS a ON a.record_id = left_record_id JOIN link AS b ON b.record_id = right_record_id "
        "QUALIFY row_number() OVER (PARTITION BY outcome ORDER BY left_record_id, right_record_id) <= 3",
    )
    assert "link" in {outcome for *_, outcome, _ in pairs}
    for left, right, weight, _, same in pairs:
        told = padan("explain", left, right, first_night)
        assert (told.code, told.err) == (0, "")
        *weights, total = map(float, re.findall(r" ([+-]\d+\.\d)\b", told.out))
        assert total == pytest.approx(float(str(weight)), abs=0.051)
        assert round(sum(weights), 6) == total
        assert ("satu orang" in told.out.splitlines()[-1]) == same
        assert padan("explain", right, left, first_night).out.splitlines()[3:] != []
        assert personal(told.out, first_night) == []


def test_explain_tells_each_comparison_in_both_languages(first_night: Path) -> None:
    ((left, right),) = asked(
        first_night,
        "SELECT left_record_id, right_record_id FROM pair "
        "WHERE outcome = 'link' AND level_birth_date = 'sama' AND level_card LIKE 'kosong%' ORDER BY ALL LIMIT 1",
    )
    lines = padan("explain", left, right, first_night).out.splitlines()
    names = [re.split(r"  +", line.strip())[1:3] for line in lines[4:]]
    assert ["Tanggal lahir: sama", "Birth date: equal"] in names
    quiet = next(line for line in lines if "No. kartu JKN: kosong" in line)
    assert re.match(r" +0  No. kartu JKN: kosong di (satu|kedua) sisi +JKN card number: missing on ", quiet)


def test_explain_scores_a_pair_that_was_not_kept(first_night: Path) -> None:
    ((left, right),) = asked(
        first_night,
        "SELECT a.record_id, b.record_id FROM record AS a, record AS b WHERE a.record_id < b.record_id "
        "AND a.sex <> b.sex ORDER BY ALL LIMIT 1",
    )
    told = padan("explain", left, right, first_night)
    *weights, total = map(float, re.findall(r" ([+-]\d+\.\d)\b", told.out))
    assert round(sum(weights), 6) == total < 0
    assert told.out.splitlines()[-1] == "Kedua rekaman dua orang berbeda. / Two different people."


@pytest.mark.parametrize("suffix", ["html", "svg"])
def test_explain_draws_the_sum_masked_unless_asked(first_night: Path, tmp_path: Path, suffix: str) -> None:
    ((left, right, name, nik),) = asked(
        first_night,
        "SELECT left_record_id, right_record_id, r.name, r.nik "
        "FROM pair JOIN record AS r ON record_id = left_record_id "
        "WHERE outcome = 'link' AND level_nik = 'sama' AND r.name LIKE '% %' ORDER BY ALL LIMIT 1",
    )
    picture = tmp_path / f"picture.{suffix}"
    told = padan("explain", left, right, first_night, "--picture", picture)
    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines()[-1] == f"Gambar / picture: {picture}"
    drawn = picture.read_text(encoding="utf-8")
    assert personal(drawn, first_night) == []
    assert "Nomor pribadi disamarkan" in drawn
    # The picture's total is the text's.
    total = re.findall(r" ([+-]\d+\.\d)\b", told.out)[-1]
    assert f"Jumlah bobot {total.replace('.', ',').replace('-', '−')}" in drawn
    padan("explain", left, right, first_night, "--picture", picture, "--show-values")
    shown = picture.read_text(encoding="utf-8")
    assert str(name) in shown
    assert str(nik) in shown
    assert "RAHASIA" in shown


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("picture.png", "A picture's name ends in .html or .svg; picture.png does not"),
        ("nowhere/picture.svg", "cannot be written: No such file or directory"),
    ],
)
def test_explain_says_why_it_cannot_draw(first_night: Path, tmp_path: Path, name: str, said: str) -> None:
    told = padan("explain", 1, 2, first_night, "--picture", tmp_path / name)
    assert (told.code, told.out) == (2, "")
    assert said in told.sentence


def test_explain_shows_values_when_asked(first_night: Path) -> None:
    ((left, right, name, nik),) = asked(
        first_night,
        "SELECT left_record_id, right_record_id, r.name, r.nik "
        "FROM pair JOIN record AS r ON record_id = left_record_id "
        "WHERE outcome = 'link' AND r.nik IS NOT NULL AND r.name LIKE '% %' ORDER BY ALL LIMIT 1",
    )
    masked = padan("explain", left, right, first_night).out
    assert str(name) not in masked
    assert str(nik) not in masked
    shown = padan("explain", left, right, first_night, "--show-values").out
    assert str(name) in shown
    assert str(nik) in shown


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ((1, 99999999), "There is no record 99999999 in the published database"),
        ((99999999999999999999, 1), "There is no record 99999999999999999999 in the published database"),
        ((-1, 1), "There is no record -1 in the published database"),
        ((1, 1), "Give two different record numbers to explain"),
        (("x", 1), "Argument RECORD: invalid int value: 'x'; padan explain --help says more"),
    ],
)
def test_explain_says_which_record_is_wrong(first_night: Path, records: tuple[object, object], said: str) -> None:
    told = padan("explain", *records, first_night)
    assert (told.code, told.out) == (2, "")
    assert told.sentence == said


def test_explain_prints_on_a_terminal_without_the_letters(first_night: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "explain", "1", "2", str(first_night)],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Jumlah bobot" in done.stdout


def test_a_reader_who_leaves_early_is_no_error(first_night: Path) -> None:
    """As in `padan query ... | head -1`."""
    command = [sys.executable, "-m", "flows.cli", "query", "SELECT name FROM record, range(9)", str(first_night)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().strip() == b"name"
        process.stdout.close()
        assert (process.wait(timeout=60), process.stderr.read()) == (0, b"")


# --- evaluate -----------------------------------------------------------------------------------------------------


def test_evaluate_prints_every_code_with_its_shares(first_night: Path) -> None:
    told = padan("evaluate", first_night, "--truth", first_night / "truth")
    assert (told.code, told.err) == (0, "")
    lines = {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in map(_cells, told.out.splitlines())}
    assert {f"finding {code}" for code in CODES} | {"link", "link across registers", "record"} <= set(lines)
    assert lines["record"][:3] == [lines["record"][0]] * 3
    assert float(lines["link"][5]) >= 0.985
    for code in CODES:
        right, found, true = map(int, lines[f"finding {code}"][:3])
        assert 0 < right <= min(found, true)


def _cells(line: str) -> list[str]:
    return line.split("|")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda truth: (truth / "record.csv").unlink(), "has no record.csv"),
        (lambda truth: (truth / "finding.csv").write_text("kode,orang\nEL01,P1\n"), "finding.csv has no column code"),
        (lambda truth: (truth / "record.csv").write_text("source,file,source_row,person\nx,y,1,P1\n"), "No row of "),
        (lambda truth: (truth / "record.csv").write_bytes(b"\x89PNG\r\n\x1a\n\0\xff"), "record.csv"),
        (lambda truth: (truth / "record.csv").write_text("source,file,source_row,person\nx,y,one,P1\n"), "record.csv"),
    ],
)
def test_evaluate_says_what_is_wrong_with_the_truth(first_night: Path, tmp_path: Path, spoil, said: str) -> None:  # type: ignore[no-untyped-def]
    truth = tmp_path / "truth"
    truth.mkdir()
    for name in ("record.csv", "finding.csv"):
        (truth / name).write_bytes((first_night / "truth" / name).read_bytes())
    spoil(truth)
    told = padan("evaluate", first_night, "--truth", truth)
    assert (told.code, told.out) == (2, "")
    assert said in told.sentence


# --- sample -------------------------------------------------------------------------------------------------------


def test_sample_is_the_same_for_the_same_seed_and_replaces_its_own(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert padan("sample", first, "--people", 300, "--seed", 8).code == 0
    (second / "letters").mkdir(parents=True)
    (second / "letters" / "notes.txt").write_text("keep", encoding="utf-8")
    (second / "data.csv").write_text("keep", encoding="utf-8")
    assert padan("sample", second, "--people", 400, "--seed", 3, "--hard").code == 0
    told = padan("sample", second, "--people", 300, "--seed", 8)
    assert (told.code, told.err) == (0, "")
    assert f"padan init {second}" in told.out
    assert (second / "letters" / "notes.txt").read_text(encoding="utf-8") == "keep"
    assert (second / "data.csv").read_text(encoding="utf-8") == "keep"
    files = {path.relative_to(first): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert {path: (second / path).read_bytes() for path in files} == files
    extra = {path.relative_to(second) for path in second.rglob("*") if path.is_file()} - set(files)
    assert extra == {Path("data.csv"), Path("letters/notes.txt")}


@pytest.mark.parametrize("name", ["province.csv", "regency_3601.xlsx", "bill_3601_202611.csv", "bpjs_kesehatan.txt"])
def test_sample_never_writes_over_extracts_of_another_origin(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("real", encoding="utf-8")
    told = padan("sample", tmp_path, "--people", 300)
    assert (told.code, told.out) == (2, "")
    assert f"holds {name}" in told.sentence
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "real"


def test_sample_needs_a_folder_and_people(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    told = padan("sample", tmp_path / "file", "--people", 300)
    assert (told.code, told.sentence.startswith("The sample world cannot be written in ")) == (2, True)
    told = padan("sample", tmp_path / "new", "--people", 3)
    assert (told.code, told.sentence) == (2, "A sample world needs at least 200 people, not 3")


# --- help ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command", ["", "run", "init", "check", "sample", "evaluate", "query", "simulate", "explain", "public-figures"]
)
def test_help_is_there(command: str) -> None:
    told = padan(*filter(None, [command]), "--help")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"usage: padan {command}".rstrip())
