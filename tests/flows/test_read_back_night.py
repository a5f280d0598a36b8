"""From the night's workbook over an officer's verdicts to the next night, by the command line."""

import json
from pathlib import Path

import pytest

from tests.flows.nights import asked, only, padan
from tests.officer import NAME, filled_in

pytestmark = pytest.mark.long

TOMORROW = "2026-11-21"
OPEN = "state = 'open' AND left(regency_code, 2) = '36'"


def _book(folder: Path, regency: str) -> Path:
    (book,) = (folder / "out" / "reports" / "2026-11-20").glob(f"{regency}_*.xlsx")
    return book


def _one(folder: Path, where: str) -> tuple[str, str, list[int]]:
    """The first open finding: its id, its regency and its records."""
    found = asked(folder, f"SELECT finding_id, regency_code, record_ids FROM finding WHERE {OPEN} AND {where} "
                          "ORDER BY finding_id LIMIT 1")  # fmt: skip
    ((finding, regency, records),) = found
    return str(finding), str(regency), records  # type: ignore[return-value]


def _keys(folder: Path, records: list[int]) -> str:
    """An SQL condition on records by what stays from night to night."""
    rows = asked(folder, f"SELECT record_key FROM link WHERE record_id IN ({', '.join(map(str, records))})")
    return f"record_key IN ({', '.join(str(row[0]) for row in rows)})"


def test_verdicts_of_one_night_steer_the_next(night: Path, tmp_path: Path) -> None:
    wrong, regency, _ = _one(night, "code = 'ST01'")
    apart, _, records = _one(night, f"code = 'EL08' AND len(record_ids) = 2 AND regency_code <> '{regency}'")
    fixed, _, _ = _one(night, f"code = 'ID06' AND regency_code = '{regency}'")
    keys = _keys(night, records)
    people = f"SELECT count(DISTINCT person_id) FROM link WHERE {keys}"
    assert asked(night, people) == [(1,)]
    ((other,),) = asked(night, f"SELECT regency_code FROM finding WHERE finding_id = '{apart}'")
    files = [
        filled_in(_book(night, regency), tmp_path / "a.xlsx",
                  {wrong: {"Putusan": "SALAH", "Catatan": "masih hidup"}, fixed: {"Putusan": "SUDAH DIPERBAIKI"}}),
        filled_in(_book(night, str(other)), tmp_path / "b.xlsx", {apart: {"Putusan": "BEDA ORANG"}}, "Budi"),
    ]  # fmt: skip
    told = padan("read-back", *files, "--config", night, "--date", "2026-11-20")
    assert (told.code, told.err) == (0, "")
    assert told.out == "Putusan diambil: 3; sudah dibaca sebelumnya: 0; hal yang perlu dilihat: 0.\n"
    money = "SELECT sum(rupiah_per_month) FROM finding WHERE state = 'open' AND is_primary"
    assert padan("read-back", *files, "--config", night).out.startswith(
        "Putusan diambil: 0; sudah dibaca sebelumnya: 3"
    )

    told = padan("run", night, "--as-of", TOMORROW)
    assert (told.code, told.err) == (0, "")
    assert "\nMatched what changed (0.0% of the records)" in told.out and "decisions of officers" in told.out
    assert asked(night, people) == [(2,)]
    states = dict(asked(night, "SELECT finding_id, concat_ws(' ', state, verdict) FROM finding"))  # type: ignore[arg-type]
    assert (states[wrong], states[fixed], states[apart]) == ("settled wrong", "open corrected", "closed")
    assert asked(night, f"SELECT is_primary FROM finding WHERE finding_id = '{wrong}'") == [(False,)]
    assert asked(night, money)[0][0] is not None
    decisions = asked(night, "SELECT verdict, author, decided_on::VARCHAR, file, state FROM decision ORDER BY verdict")
    assert decisions == [
        ("corrected", NAME, "2026-11-20", "a.xlsx", "stands"),
        ("different_people", "Budi", "2026-11-20", "b.xlsx", "stands"),
        ("wrong", NAME, "2026-11-20", "a.xlsx", "stands"),
    ]
    reports = night / "out" / "reports" / TOMORROW
    assert "3 keputusan petugas berlaku; 1 temuan karenanya tidak dimunculkan" in (reports / "index.html").read_text()
    figures = json.loads((reports / "summary.json").read_text())["figures"]
    assert (figures["decisions"], figures["settled"], figures["conflicts"]) == (3, 1, 0)
    pair = asked(night, f"SELECT record_id FROM link WHERE {keys} ORDER BY 1")
    told = padan("explain", pair[0][0], pair[1][0], night)
    assert "Keputusan petugas: BEDA ORANG, Budi, 20-11-2026, berlaku" in told.out
    assert "Kedua rekaman dua orang menurut petugas." in told.out


def test_a_pair_for_review_is_one_person_or_two_as_an_officer_says(tmp_path: Path) -> None:
    folder = tmp_path / "world"
    assert padan("sample", folder, "--people", 600, "--seed", 7, "--hard").code == 0
    assert padan("init", folder).code == 0
    only(folder, "province", "bpjs_kesehatan")
    config = folder / "padan.toml"
    doubtful = config.read_text(encoding="utf-8").replace("link = 0.5 ", "link = 0.9999 ")
    config.write_text(doubtful.replace("review = 0.2 ", "review = 0.001 "), encoding="utf-8")
    assert padan("run", folder, "--as-of", "2026-11-20").code == 0
    pairs = asked(folder, f"SELECT finding_id, regency_code, record_ids FROM finding WHERE {OPEN} AND code = 'ID12' "
                          "AND len(record_ids) = 2 ORDER BY finding_id LIMIT 2")  # fmt: skip
    verdicts = ("SAMA ORANG", "BEDA ORANG")
    files, keys = [], []
    for (finding, regency, records), verdict in zip(pairs, verdicts, strict=True):
        place = tmp_path / f"{verdict}.xlsx"
        files.append(filled_in(_book(folder, str(regency)), place, {str(finding): {"Putusan": verdict}}))
        keys.append(_keys(folder, records))  # type: ignore[arg-type]
    told = padan("read-back", *files, "--config", folder)
    assert (told.code, told.out.split(";")[0]) == (0, "Putusan diambil: 2")
    assert padan("run", folder, "--as-of", TOMORROW).code == 0
    for people, key in zip((1, 2), keys, strict=True):
        assert asked(folder, f"SELECT count(DISTINCT person_id) FROM link WHERE {key}") == [(people,)]
    ids = ", ".join(f"'{finding}'" for finding, _, _ in pairs)
    assert asked(folder, f"SELECT count(*) FROM finding WHERE finding_id IN ({ids}) AND state = 'open'") == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.xlsx"], "cannot be read"),
        (["padan.toml"], "is not a workbook that can be opened, or has a password; save it as .xlsx"),
        ([], "required: FILE"),
        (["padan.toml", "--date", "besok"], "must be a date like"),
    ],
)
def test_what_is_no_workbook_is_one_sentence(first_night: Path, arguments: list[str], sentence: str) -> None:
    files = [first_night / one if "." in one else one for one in arguments]
    told = padan("read-back", *files, "--config", first_night)
    assert told.code == 2 and sentence in told.sentence
    assert not (first_night / "decisions").exists()


def test_before_the_first_night_there_is_nothing_to_decide_on(world: Path, first_night: Path) -> None:
    told = padan("read-back", _book(first_night, "3602"), "--config", world)
    assert told.code == 2 and "No database has been published" in told.sentence
