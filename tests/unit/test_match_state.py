"""What a night leaves on the disk: read back it is the same, it is nobody else's, and damage is seen."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from flows import match_state
from flows.match_state import UnusableState, read_state, write_state
from matchers.again import State, align, link_again, link_with_state
from tests.changing import CHANGES, Rows, as_frame, decisions, world
from tests.unit.test_again import FULL_NAME, PERSON, assert_same, assert_same_state, with_own_columns

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def rows() -> Rows:
    return world(60, np.random.default_rng(3))


@pytest.fixture(scope="module")
def state(rows: Rows) -> State:
    frame = as_frame(rows, np.random.default_rng(3))
    labels = decisions(frame, np.random.default_rng(5))
    assert labels is not None
    return link_with_state(frame, PERSON, 0.5, 0.2, None, labels)[1]


@pytest.fixture
def folder(state: State, tmp_path: Path) -> Path:
    write_state(tmp_path / "padan-1.state", state, DAY)
    return tmp_path / "padan-1.state"


def changed(rows: Rows, seed: int) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    for change in CHANGES:
        rows = change(rows, random) if change.__name__ != "register_goes" else rows
    return as_frame(rows, random)


def test_a_state_that_was_read_is_the_one_that_was_written(folder: Path, state: State) -> None:
    stored = read_state(folder, state.made_for)
    assert stored.model_day == DAY
    assert_same_state(stored.state, state)
    assert stored.state.model.values.keys() == state.model.values.keys()
    assert stored.state.report.equals(state.report)


def test_nights_go_on_from_what_was_read(folder: Path, rows: Rows, state: State) -> None:
    """Three nights: with a state kept in memory, and with one that is written and read every night."""
    for night in range(2, 5):
        frame = changed(rows, night)
        stored = read_state(folder, state.made_for)
        from_disk, left = link_again(align(frame, PERSON, stored.state), PERSON, stored.state, 0.5, 0.2)
        in_memory, state = link_again(align(frame, PERSON, state), PERSON, state, 0.5, 0.2)
        assert_same(from_disk, in_memory)
        assert_same_state(left, state)
        folder = folder.parent / f"padan-{night}.state"
        write_state(folder, left, stored.model_day, stored)


def test_records_without_households(tmp_path: Path, rows: Rows) -> None:
    frame = with_own_columns(as_frame(rows, np.random.default_rng(1)))
    _, state = link_with_state(frame, FULL_NAME, 0.5, 0.2)
    write_state(tmp_path / "padan-1.state", state, DAY)
    stored = read_state(tmp_path / "padan-1.state", state.made_for)
    again, _ = link_again(align(frame, FULL_NAME, stored.state), FULL_NAME, stored.state, 0.5, 0.2)
    assert_same(again, link_with_state(frame, FULL_NAME, 0.5, 0.2, state.model)[0])


def test_what_stays_is_written_once_and_outlives_the_night_that_wrote_it(
    folder: Path, rows: Rows, state: State
) -> None:
    frame = as_frame(rows, np.random.default_rng(4))
    stored = read_state(folder, state.made_for)
    _, left = link_again(align(frame, PERSON, stored.state), PERSON, stored.state, 0.5, 0.2)
    second = folder.parent / "padan-2.state"
    write_state(second, left, DAY, stored)
    names = {path.name for path in second.iterdir()}
    assert names == {"manifest.json", "padan-1-lasting.arrow", "padan-2-lasting.arrow", "padan-2-night.arrow"}
    assert (second / "padan-1-lasting.arrow").samefile(folder / "padan-1-lasting.arrow")
    shutil.rmtree(folder)
    assert_same_state(read_state(second, state.made_for).state, left)


def test_only_its_owner_may_read_it(folder: Path) -> None:
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _other_digit(path: Path) -> None:
    """One number is another one, and all else is as it should be."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["content"]["state"]["link"] = 0.6
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("padan-1-night.arrow", _flip),
        ("padan-1-night.arrow", _cut),
        ("padan-1-lasting.arrow", _flip),
        ("padan-1-lasting.arrow", Path.unlink),
        ("manifest.json", _cut),
        ("manifest.json", _other_digit),
        ("manifest.json", Path.unlink),
        ("manifest.json", lambda path: path.write_text("[]", encoding="utf-8")),
        ("manifest.json", lambda path: path.write_bytes(b"\xff\xfe")),
    ],
)
def test_damage_is_seen(folder: Path, state: State, name: str, spoil: Callable[[Path], object]) -> None:
    spoil(folder / name)
    with pytest.raises(UnusableState, match="damaged"):
        read_state(folder, state.made_for)


def test_a_state_of_another_spec_or_program_is_not_used(
    folder: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnusableState, match="spec"):
        read_state(folder, "another")
    with pytest.raises(UnusableState, match="no state"):
        read_state(folder.parent / "nowhere.state", state.made_for)
    monkeypatch.setattr(match_state, "program", lambda: "another")
    with pytest.raises(UnusableState, match="version"):
        read_state(folder, state.made_for)
