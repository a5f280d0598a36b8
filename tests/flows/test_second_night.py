"""The second night matches only what changed: its tables are those of a full run with the same model."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from flows import match
from flows import night as flow
from matchers.again import link_with_state
from tests.conftest import copied
from tests.flows.nights import LATEST, asked, changed, filling_disk, only, padan, rows_of, run_id

pytestmark = pytest.mark.long

TOMORROW = "2026-11-21"
HOW = f"SELECT matching, matching_reason, changed_share, model_as_of::VARCHAR FROM run WHERE run_id = {LATEST}"


def state_of(folder: Path) -> Path:
    return folder / "out" / "versions" / f"padan-{run_id(folder)}.state"


@pytest.fixture(scope="module")
def short_first(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two registers of the small world after their first night; only to be read."""
    folder = copied(small_world, tmp_path_factory.mktemp("short") / "world")
    only(folder, "province", "bpjs_kesehatan")
    assert padan("run", folder).code == 0
    return folder


@pytest.fixture
def short(short_first: Path, tmp_path: Path) -> Path:
    """The same for one test."""
    return copied(short_first, tmp_path / "world")


@pytest.fixture
def changed_night(night: Path) -> Path:
    """The small world after its first night; then people left, came, moved and were renamed in two registers."""

    def province(rows: list[bytes]) -> list[bytes]:
        cells = [row.split(b";") for row in rows]
        cells[3][3], cells[9][3] = cells[9][3], cells[3][3]  # names
        cells[12][2] = cells[13][2]  # another one's NIK
        cells[20][1] = cells[40][1]  # another family card
        somebody_new = [*cells[60][:1], b"3601010101010999", b"3601014107900999", b"WULAN SARASWATI", *cells[60][4:]]
        return [b";".join(row) for row in [*cells[:50], *cells[58:], somebody_new]]

    def participants(rows: list[bytes]) -> list[bytes]:
        return [rows[7], *rows[:30], *rows[33:], rows[31].replace(rows[31].split(b"|")[4], b"SITI NURJANAH")]

    changed(night / "province.csv", province)
    changed(next(night.glob("bpjs_kesehatan*.txt")), participants)
    return night


def test_the_tables_are_those_of_a_full_run_with_the_same_model(
    changed_night: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = copied(changed_night, tmp_path / "in_full")
    told = padan("run", changed_night, "--as-of", TOMORROW)
    assert (told.code, told.err) == (0, "")
    assert re.search(r"\nMatched what changed \(\d\.\d% of the records\), with the model of 2026-11-20\.\n", told.out)
    ((kind, reason, share, model_day),) = asked(changed_night, HOW)
    assert (kind, reason, model_day) == ("changes", None, "2026-11-20")
    assert 0.001 < float(str(share)) < 0.1

    def in_full(aligned: Any, spec: Any, state: Any, link: float, review: float, labels: Any) -> Any:
        return link_with_state(aligned.frame, spec, link, review, state.model, labels)

    monkeypatch.setattr(match, "link_again", in_full)
    assert padan("run", other, "--as-of", TOMORROW).code == 0
    mine, theirs = rows_of(changed_night), rows_of(other)
    assert {name for name in mine if mine[name] != theirs[name]} == set()
    assert mine["person_event"]
    assert mine["model_change"] == []
    assert len(str(mine["link_error"])) > 1000


def test_one_night_goes_on_from_the_other(short: Path) -> None:
    """Until a week has passed since the model was trained; the state of each night goes with its database."""
    config = short / "padan.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("keep = 7", "keep = 2"), encoding="utf-8")
    kinds = []
    for day in (26, 27, 28):
        assert padan("run", short, "--as-of", f"2026-11-{day}").code == 0
        kinds.append(asked(short, HOW)[0][:2])
    reason = "the model is of 2026-11-20, 7 days away"
    assert kinds == [("changes", None), ("full", reason), ("changes", None)]
    assert asked(short, HOW)[0][3] == "2026-11-27"
    left = sorted(path.suffix for path in (short / "out" / "versions").iterdir())
    assert left == [".duckdb", ".duckdb", ".state", ".state"]


def _flip(folder: Path) -> None:
    file = max(folder.glob("*.arrow"), key=lambda path: path.stat().st_size)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [(_flip, "the state that the run before left is damaged"), (shutil.rmtree, "the run before left no state")],
)
def test_a_state_that_cannot_be_used_is_said_and_does_no_harm(short: Path, spoil: Any, reason: str) -> None:
    before = rows_of(short)
    spoil(state_of(short))
    told = padan("run", short)
    assert (told.code, told.err) == (0, "")
    assert f"\nMatched in full: {reason}.\n" in told.out
    assert asked(short, HOW) == [("full", reason, None, "2026-11-20")]
    after = rows_of(short)
    assert {name for name in before if before[name] != after[name]} == {"run", "finding_event"}
    assert after["finding_event"] == []
    assert state_of(short).is_dir()


def test_an_unforeseen_error_on_the_way_does_no_harm(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise IndexError("MARKER 3601015512870007")

    monkeypatch.setattr(match, "link_again", fail)
    told = padan("run", short)
    assert (told.code, told.err) == (0, "")
    assert "\nMatched in full: matching what changed stopped on something unforeseen (IndexError).\n" in told.out
    assert "MARKER" not in told.out


def test_other_thresholds_train_anew(short: Path) -> None:
    config = short / "padan.toml"
    config.write_text(config.read_text(encoding="utf-8").replace("link = 0.5 ", "link = 0.6 "), encoding="utf-8")
    assert "Matched in full: the thresholds are others.\n" in padan("run", short).out


def test_many_changes_train_anew(short: Path) -> None:
    """A register that was put in order: half of its names are written otherwise."""

    def renamed(rows: list[bytes]) -> list[bytes]:
        cells = [row.split(b";") for row in rows]
        return [b";".join([*row[:3], row[3] + b" JAYA", *row[4:]]) for row in cells]

    changed(short / "province.csv", renamed)
    told = padan("run", short)
    assert re.search(r"\nMatched in full: \d\d\.\d% of the records changed\.\n", told.out)
    ((kind, _, share, _),) = asked(short, HOW)
    assert kind == "full"
    assert 0.1 < float(str(share)) < 0.5


def test_a_state_that_finds_no_room_does_not_hold_the_night_up(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = flow.write_state

    def without_room(*arguments: Any) -> None:
        with filling_disk() as fill:
            fill()
            original(*arguments)

    monkeypatch.setattr(flow, "write_state", without_room)
    told = padan("run", short)
    assert (told.code, told.err) == (0, "")
    assert (
        "\nThe state for the next night's matching could not be written; that night will match in full.\n" in told.out
    )
    assert not state_of(short).exists()
