"""Rivals and people who stand alone: what they take from a pair's weight, or add to it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from matchers.rarity import PARTS, curve, parts_of
from matchers.rivals import alone_of_registers, free_of_registers, free_table, rival_weights
from matchers.spec import parse_spec
from matchers.table import prepare

NOTHING = np.zeros((2, 2))


def rivals(register: str, entity: str, weight: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """A letter a record, for its register and for its person."""
    codes = np.array([ord(letter) - ord("x") for letter in register], dtype=np.int32)
    people = np.array([ord(letter) - ord("a") for letter in entity], dtype=np.int64)
    left, right = (np.array([pair[side] for pair in weight], dtype=np.int32) for side in (0, 1))
    found = rival_weights(codes, people, (left, right), np.array(list(weight.values())), NOTHING, NOTHING)
    return dict(zip(weight, found.tolist(), strict=True))


def test_who_has_a_record_of_their_own_in_the_register_is_no_rival() -> None:
    # A person (0) and the doubtful record of the other register (2); the person's twin there (3) fits 0 just as well.
    lonely = rivals("xxyy", "abac", {(0, 2): 5.0, (0, 3): 5.0})
    assert lonely[0, 2] == pytest.approx(-5.0, abs=0.1)
    # The twin's own record (1) is at hand, and fits the twin far better.
    taken = rivals("xxyy", "abab", {(0, 2): 5.0, (0, 3): 5.0, (1, 3): 30.0})
    assert taken[0, 2] == pytest.approx(0.0, abs=0.01)
    assert taken[0, 3] < -20.0


def test_a_record_that_stands_nowhere_is_likelier_to_belong_somewhere() -> None:
    spec = parse_spec(
        {
            "record": "id",
            "register": "register",
            "comparison": [
                {"name": "c", "column": "place", "kind": "category", "levels": [{"test": "equal"}, {"test": "else"}]}
            ],
            "block": [{"name": "b", "key": ["place"]}],
        }
    )
    # Of ten people of x, nine stand in z, four in y as well; one stands nowhere else.
    register = ["x"] * 10 + ["y"] * 4 + ["z"] * 9
    entity = np.array([*range(10), *range(4), *range(9)])
    frame = pl.DataFrame({"id": range(23), "register": register, "place": "here"})
    table = prepare(frame, spec)
    free = free_table(table, entity)
    alone = alone_of_registers(table, free)
    assert alone[0, 1] == pytest.approx(np.log2(0.6 / 0.1))  # six of ten are absent from y, one from all
    assert alone[0, 2] == pytest.approx(0.0)  # whoever is absent from z is absent from all
    assert np.diag(alone).tolist() == [0.0] * 3
    bonus = free_of_registers(table, free)
    assert bonus[0, 1] == bonus[1, 0] == pytest.approx(np.log2(0.6 * 0.02))  # all of y stand in x


def test_partial_agreement_of_rare_values_tells_more_where_strangers_show_it() -> None:
    random = np.random.default_rng(1)
    commoner = random.uniform(-20.0, -5.0, 40_000)
    # Strangers' names are alike (level 1) among the common ones only; one person's are whatever their name.
    levels = np.where((random.random(40_000) < 0.02) & (commoner > -9.0), 1, 2).astype(np.uint8)
    same = np.full((3, PARTS), 1000.0)
    found = curve(commoner, (parts_of(commoner, commoner), levels, np.ones(40_000)), same)
    assert (np.diff(found[0]) > 0).all()
    assert found[2, 0] < -2.0 < 1.0 < found[2, -1]
    assert not found[1].any() and not found[3].any()
