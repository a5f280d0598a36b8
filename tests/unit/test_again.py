"""Matching only what changed: whatever changes from night to night, the result is that of a full run, bit for bit."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchers.again import FullRunNeeded, State, align, link_again, link_with_state
from matchers.again.state import Depth
from matchers.columns import make_columns
from matchers.link import Linkage, link_records
from matchers.model import to_json
from matchers.spec import Spec, parse_spec
from tests.changing import CHANGES, Change, Rows, as_frame, decisions, world
from tests.people import registers

SPECS = Path(__file__).parents[2] / "schemas" / "specs"
PERSON: Spec = parse_spec(tomllib.loads((SPECS / "person.toml").read_text(encoding="utf-8")))
FULL_NAME: Spec = parse_spec(
    tomllib.loads((SPECS / "full_name.toml").read_text(encoding="utf-8"))
    | {"record": "record_id", "register": "register", "source": "source"}
)
Nights = Sequence[Sequence[Change]]
NIGHTS = st.lists(st.lists(st.sampled_from(CHANGES), max_size=4), min_size=1, max_size=4)
SEEDS = st.integers(0, 1 << 30)
PEOPLE = st.integers(1, 25)
LIMITS = st.integers(1, 8)


def with_small_blocks(spec: Spec, limit: int, repeats: bool = False) -> Spec:
    """The spec with blocks that are soon over their limit."""
    blocks = tuple(replace(block, limit=min(block.limit, limit)) for block in spec.blocks)
    return replace(spec, blocks=blocks, repeats=repeats)


def assert_same(one: Linkage, other: Linkage) -> None:
    for name in ("links", "pairs", "scored", "blocking"):
        left, right = getattr(one, name), getattr(other, name)
        assert left.schema == right.schema, name
        assert left.equals(right), name
    assert one.torn == other.torn


def assert_same_state(again: State, full: State) -> None:
    """What both say of tonight's records is the same; slots, and what is left of those that went, may be others."""
    one, other = again.records, full.records
    for name in ("content", "register", "source", "person", "best", "torn", "first_torn", "basis"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in ("group", "first_person", "first_group"):
        assert np.array_equal(getattr(one, name).within(one.person), getattr(other, name).within(other.person)), name
    assert np.array_equal(one.weight[one.best >= 0], other.weight[other.best >= 0])
    for name in ("start", "right", "rules", "evidence", "rivals"):
        assert np.array_equal(getattr(again.pairs, name), getattr(full.pairs, name)), name
    left, right = _slots(again), _slots(full)
    assert len(left) == len(right)
    for keys, all_keys in zip(left, right, strict=True):
        assert np.array_equal(keys[one.slot], all_keys[other.slot])
    for mine, theirs in zip(again.depths, full.depths, strict=True):
        for depth, whole_depth in zip(mine, theirs, strict=True):
            assert np.array_equal(depth.over, whole_depth.over)
            assert np.array_equal(depth.size, whole_depth.size)
            assert _keys_by_place(depth, one.slot).items() >= _keys_by_place(whole_depth, other.slot).items()
    assert {c: set(v) for c, v in again.placeholders.items()} == {c: set(v) for c, v in full.placeholders.items()}
    assert (again.registers, again.sources, again.widths) == (full.registers, full.sources, full.widths)
    assert (again.households is None) == (full.households is None)
    if again.households is not None and full.households is not None:
        assert np.array_equal(again.households.number, full.households.number)
        assert np.array_equal(again.households.same, full.households.same)


def _slots(state: State) -> list[NDArray[np.uint64]]:
    """What the segments hold, each as one array over all slots."""
    rows = zip(*((*segment.keys, segment.present) for segment in state.segments), strict=True)
    return [np.concatenate(parts) for parts in rows]


def _keys_by_place(depth: Depth, slot: NDArray[np.int32]) -> dict[int, int]:
    place = {number: at for at, number in enumerate(slot.tolist())}
    rows = [pair for part in depth.parts for pair in zip(part.slot.tolist(), part.key.tolist(), strict=True)]
    return {place[number]: key for number, key in rows if number in place}


def assert_nights_equal(spec: Spec, rows: Rows, nights: Nights, seed: int, link: float, labelled: bool) -> int:
    """Match night after night, only what changed, and all of it; how many nights did without a full run."""
    random = np.random.default_rng(seed)
    of_spec = (lambda frame: frame) if spec.household else with_own_columns
    frame = of_spec(as_frame(rows, random))
    _, state = link_with_state(frame, spec, link, 0.2)
    done = 0
    for changes in nights:
        for change in changes:
            rows = change(rows, random)
        frame = of_spec(as_frame(rows, random))
        labels = decisions(frame, random) if labelled else None
        aligned = align(frame, spec, state)
        try:
            again, next_state = link_again(aligned, spec, state, link, 0.2, labels)
        except FullRunNeeded:
            _, state = link_with_state(frame, spec, link, 0.2, None, labels)
            continue
        full, whole = link_with_state(frame, spec, link, 0.2, state.model, labels)
        assert_same(again, full)
        assert_same_state(next_state, whole)
        state = next_state
        done += 1
    return done


def with_own_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """The records as `full_name` reads them: no family cards, dates as digits."""
    plain = frame.rename({"name_std": "name", "village_code": "village"})
    plain = plain.with_columns(pl.col("birth_date").cast(pl.String))
    return make_columns(plain.drop("name_key", "nik_birth_date", "kk", "card"), FULL_NAME)


# --- any nights -------------------------------------------------------------------------------------------------------

SLOW = settings(deadline=None, max_examples=25)


@SLOW
@given(people=PEOPLE, limit=LIMITS, nights=NIGHTS, seed=SEEDS)
def test_whatever_changes_the_result_is_that_of_a_full_run(people: int, limit: int, nights: Nights, seed: int) -> None:
    rows = world(people, np.random.default_rng(seed))
    assert_nights_equal(with_small_blocks(PERSON, limit), rows, nights, seed, 0.5, labelled=False)


@SLOW
@given(people=PEOPLE, limit=LIMITS, nights=NIGHTS, seed=SEEDS, link=st.sampled_from([0.3, 0.9, 1.0]))
def test_decisions_come_and_go_and_turn(people: int, limit: int, nights: Nights, seed: int, link: float) -> None:
    rows = world(people, np.random.default_rng(seed))
    assert_nights_equal(with_small_blocks(PERSON, limit), rows, nights, seed, link, labelled=True)


@settings(SLOW, max_examples=12)
@given(people=PEOPLE, limit=LIMITS, nights=NIGHTS, seed=SEEDS, spec=st.sampled_from([PERSON, FULL_NAME]))
def test_a_register_may_hold_a_person_any_number_of_times(
    people: int, limit: int, nights: Nights, seed: int, spec: Spec
) -> None:
    rows = world(people, np.random.default_rng(seed))
    assert_nights_equal(with_small_blocks(spec, limit, repeats=True), rows, nights, seed, 0.5, labelled=True)


@settings(SLOW, max_examples=12)
@given(people=PEOPLE, limit=LIMITS, nights=NIGHTS, seed=SEEDS)
def test_records_without_households(people: int, limit: int, nights: Nights, seed: int) -> None:
    rows = world(people, np.random.default_rng(seed))
    assert_nights_equal(with_small_blocks(FULL_NAME, limit), rows, nights, seed, 0.5, labelled=False)


@pytest.mark.parametrize("seed", range(3))
def test_many_nights_with_the_blocks_of_the_night(seed: int) -> None:
    """More records, and few changes: most of what was there is carried over."""
    random = np.random.default_rng(seed)
    nights = [[CHANGES[int(number)] for number in random.integers(0, len(CHANGES), 6)] for _ in range(6)]
    rows = world(150, random)
    assert assert_nights_equal(PERSON, rows, nights, seed, 0.5, labelled=False) >= 3


# --- single nights ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return registers(people=120, seed=4).drop("truth")


@pytest.fixture(scope="module")
def first(frame: pl.DataFrame) -> tuple[Linkage, State]:
    return link_with_state(frame, PERSON, 0.5, 0.2)


def test_a_first_night_is_a_full_run(frame: pl.DataFrame, first: tuple[Linkage, State]) -> None:
    linkage, state = first
    whole = link_records(frame, PERSON, 0.5, 0.2)
    assert_same(linkage, whole)
    assert to_json(linkage.model, PERSON) == to_json(whole.model, PERSON) == to_json(state.model, PERSON)


def test_with_a_model_too(frame: pl.DataFrame, first: tuple[Linkage, State]) -> None:
    model = first[1].model
    assert_same(link_with_state(frame, PERSON, 0.7, 0.1, model)[0], link_records(frame, PERSON, 0.7, 0.1, model))


def test_nothing_changed(frame: pl.DataFrame, first: tuple[Linkage, State]) -> None:
    """Other ids and another order of the rows are no change, as long as the ids rise alike."""
    linkage, state = first
    aligned = align(frame.sample(fraction=1.0, shuffle=True, seed=1), PERSON, state)
    assert aligned.changed == 0
    again, next_state = link_again(aligned, PERSON, state, 0.5, 0.2)
    assert_same(again, linkage)
    assert_same_state(next_state, state)
    others = frame.with_columns(pl.col("record_id") * 3)
    again, _ = link_again(align(others, PERSON, state), PERSON, state, 0.5, 0.2)
    assert again.links["record_id"].to_list() == others["record_id"].to_list()
    assert again.links.drop("record_id").equals(linkage.links.drop("record_id"))


def test_everything_changed(first: tuple[Linkage, State]) -> None:
    state = first[1]
    others = registers(people=90, seed=77).drop("truth")
    aligned = align(others, PERSON, state)
    assert aligned.changed == 1
    again, _ = link_again(aligned, PERSON, state, 0.5, 0.2)
    assert_same(again, link_records(others, PERSON, 0.5, 0.2, state.model))


def test_a_changed_record_counts_once(frame: pl.DataFrame, first: tuple[Linkage, State]) -> None:
    moved = frame.with_columns(
        pl.when(pl.int_range(pl.len()) < 10).then(pl.lit("36999")).otherwise("village_code").alias("village_code")
    )
    assert align(moved, PERSON, first[1]).changed == pytest.approx(10 / frame.height)


def test_all_but_one_record_go_and_come_back(frame: pl.DataFrame, first: tuple[Linkage, State]) -> None:
    _, state = first
    sources = frame.unique("source", keep="first", maintain_order=True)
    few, state = link_again(align(sources, PERSON, state), PERSON, state, 0.5, 0.2)
    assert_same(few, link_records(sources, PERSON, 0.5, 0.2, state.model))
    again, _ = link_again(align(frame, PERSON, state), PERSON, state, 0.5, 0.2)
    assert_same(again, link_records(frame, PERSON, 0.5, 0.2, state.model))


# --- nights that need a full run --------------------------------------------------------------------------------------


def test_another_spec_or_other_thresholds_are_refused(frame: pl.DataFrame, first: tuple[Linkage, State]) -> None:
    state = first[1]
    other = with_small_blocks(PERSON, 3)
    with pytest.raises(FullRunNeeded, match="spec"):
        link_again(align(frame, other, state), other, state, 0.5, 0.2)
    with pytest.raises(FullRunNeeded, match="thresholds"):
        link_again(align(frame, PERSON, state), PERSON, state, 0.6, 0.2)
    with pytest.raises(FullRunNeeded, match="thresholds"):
        link_again(align(frame, PERSON, state), PERSON, state, 0.5, 0.1)


def test_other_sources_are_refused(frame: pl.DataFrame, first: tuple[Linkage, State]) -> None:
    """How many people two sources share is the model's, and it knows nothing of a new one."""
    for other in (
        frame.filter(pl.col("source") != "regency"),
        frame.with_columns(pl.col("source").replace("regency", "somebody")),
    ):
        with pytest.raises(FullRunNeeded, match="sources"):
            link_again(align(other, PERSON, first[1]), PERSON, first[1], 0.5, 0.2)


def test_a_name_that_is_read_in_two_ways_is_refused(frame: pl.DataFrame, first: tuple[Linkage, State]) -> None:
    double = pl.concat([frame, frame.head(1).with_columns(record_id=10**6, name_key=pl.lit("X")).cast(frame.schema)])
    with pytest.raises(FullRunNeeded, match="key"):
        link_again(align(double, PERSON, first[1]), PERSON, first[1], 0.5, 0.2)
    _, state = link_with_state(double, PERSON, 0.5, 0.2)
    with pytest.raises(FullRunNeeded, match="key"):
        link_again(align(double, PERSON, state), PERSON, state, 0.5, 0.2)


def test_a_longer_number_whose_beginning_is_compared_is_refused() -> None:
    """How much of it may differ hangs on how long such numbers are."""
    frame = with_own_columns(as_frame(world(20, np.random.default_rng(1)), np.random.default_rng(1)))
    _, state = link_with_state(frame, FULL_NAME, 0.5, 0.2)
    longer = frame.with_columns(
        pl.when(pl.int_range(pl.len()) == 0).then(pl.lit("198001011")).otherwise("birth_date").alias("birth_date")
    )
    with pytest.raises(FullRunNeeded, match="longest"):
        link_again(align(longer, FULL_NAME, state), FULL_NAME, state, 0.5, 0.2)
