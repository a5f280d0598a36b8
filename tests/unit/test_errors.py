"""Error rates without labels: what may be wrong person by person, what was never compared, and the intervals."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from matchers import doubts
from matchers.blocks import BESIDES
from matchers.doubts import LEAST_MISPLACED, NO_EVIDENCE, Compared, Doubts, Found, chance_of, false_links, missed_links
from matchers.errors import ALL, Expected, interval, link_errors
from matchers.never_compared import _keys_apart, key_columns, never_compared
from matchers.spec import parse_spec

Weights = dict[tuple[int, int], float]
LEVELS = [{"test": "equal", "id": "sama", "en": "equal"}, {"test": "else", "id": "berbeda", "en": "differs"}]
SPEC = parse_spec(
    {
        "record": "record_id",
        "register": "register",
        "source": "source",
        "comparison": [
            {"name": name, "column": name, "kind": "text", "household": name == "place", "levels": LEVELS}
            for name in ("number", "name", "place")
        ],
        "block": [
            {"name": "number", "key": ["number"], "limit": 9},
            {"name": "name and place", "key": ["name:1", "place"], "limit": 9},
            {"name": "place", "key": ["place"], "limit": 9},
        ],
    }
)


def found(people: str, registers: str, repeats: bool = False, others: int = 0) -> Found:
    """A letter a record: whose it was found to be, and the register (which is its source).

    After them stand two records, one in each of the first two registers, of so many `others`.
    """
    person, register = ([sorted(set(text)).index(letter) for letter in text] for text in (people, registers))
    first = len(set(people))
    entity = np.array([*person, *np.repeat(np.arange(others), 2) + first], dtype=np.int32)
    registers_of = np.array([*register, *[0, 1] * others], dtype=np.int32)
    return Found(entity, registers_of, registers_of, repeats)


def compared(weights: Weights, rules: dict[tuple[int, int], int] | None = None) -> Compared:
    pairs = sorted(weights)
    return Compared(
        np.array([pair[0] for pair in pairs], dtype=np.int32),
        np.array([pair[1] for pair in pairs], dtype=np.int32),
        np.array([weights[pair] for pair in pairs], dtype=float),
        np.array([(rules or {}).get(pair, 1) for pair in pairs], dtype=np.uint32),
    )


def chances(found: Doubts) -> dict[tuple[int, int], float]:
    left, right = np.minimum(found.left, found.right), np.maximum(found.left, found.right)
    return dict(zip(zip(left.tolist(), right.tolist(), strict=True), found.chance.tolist(), strict=True))


def wrong(people: Found, weights: Weights) -> dict[tuple[int, int], float]:
    return chances(false_links(people, compared(weights))[0])


def missed(people: Found, weights: Weights) -> dict[tuple[int, int], float]:
    pairs = compared(weights)
    return chances(missed_links(people, pairs, people.entity[pairs.left] == people.entity[pairs.right]))


# --- wrong links -------------------------------------------------------------------------------------------------


def test_a_pair_is_as_sure_as_the_weakest_step_of_the_best_path() -> None:
    chance = wrong(found("aaa", "xyz"), {(0, 1): 8, (1, 2): 6, (0, 2): -3})
    assert chance[0, 2] == pytest.approx(float(chance_of(np.array(-6.0))))
    assert chance[0, 1] == pytest.approx(float(chance_of(np.array(-8.0))))


def test_a_pair_that_was_not_compared_is_told_and_judged_by_its_path() -> None:
    doubtful, unseen = false_links(found("aaab", "xyzx"), compared({(0, 1): 30, (1, 2): 5}))
    assert chances(doubtful)[0, 2] == pytest.approx(1 / 33)
    assert [side.tolist() for side in unseen] == [[0], [2]]


def test_what_is_certain_is_left_out() -> None:
    assert wrong(found("aabb", "xyxy"), {(0, 1): 25, (2, 3): 15}) == {(2, 3): pytest.approx(2**-15, rel=1e-3)}


@given(st.integers(2, 5), st.lists(st.floats(-9, 9), min_size=10, max_size=10))
@settings(max_examples=60)
def test_the_weakest_step_is_that_of_the_best_of_all_paths(size: int, values: list[float]) -> None:
    weight = np.full((1, size, size), NO_EVIDENCE)
    for (one, other), value in zip(combinations(range(size), 2), values, strict=False):
        weight[0, one, other] = weight[0, other, one] = value

    def best(start: int, end: int) -> float:
        between = [record for record in range(size) if record not in (start, end)]
        paths = ((start, *middle, end) for n in range(size - 1) for middle in permutations(between, n))
        return max(min(float(weight[0, a, b]) for a, b in pairwise(path)) for path in paths)

    steps = doubts._weakest_step(weight)[0]
    for one, other in combinations(range(size), 2):
        assert steps[one, other] == best(one, other)


def test_a_person_whom_two_registers_have_twice_is_taken_for_two_that_look_alike() -> None:
    alike = dict.fromkeys(combinations(range(4), 2), 16.0) | {(0, 2): 4.0, (1, 3): 4.0}
    twice = wrong(found("aaaa", "xyxy", others=300), alike)
    once = wrong(found("aaa", "xyx", others=300), {(0, 1): 16.0, (1, 2): 16.0, (0, 2): 4.0})
    assert twice[0, 2] > 0.6
    assert once[0, 2] < 0.1
    # Each half holds together, 0 with the nearer of 1 and 3; in doubt are the pairs across.
    halves = wrong(found("aaaa", "xyxy", others=300), alike | {(0, 1): 30.0, (2, 3): 30.0})
    assert halves[0, 1] < 1e-6
    assert halves[0, 3] > 0.6


def test_where_a_register_may_hold_a_person_many_times_that_says_nothing() -> None:
    alike = dict.fromkeys(combinations(range(4), 2), 10.0)
    assert max(wrong(found("aaaa", "xxxx", repeats=True), alike).values()) == pytest.approx(2**-10, rel=1e-2)


# --- missed links ------------------------------------------------------------------------------------------------


def test_records_that_stand_alone_are_likelier_the_fewer_there_are() -> None:
    # Two records of one register: that of pairs of two registers is in their match weight already.
    every = missed(found("".join(chr(100 + n) for n in range(60)), "x" * 60), {(0, 1): -1.0})
    assert every[0, 1] == pytest.approx(1 / 3)
    pairs = {(2 * n, 2 * n + 1): 20.0 for n in range(1, 30)}
    few = missed(found("ab" + "".join(chr(100 + n) * 2 for n in range(29)), "xx" + "xy" * 29), {(0, 1): -1.0} | pairs)
    assert few[0, 1] > 0.8
    across = missed(found("ab" + "".join(chr(100 + n) * 2 for n in range(29)), "xy" * 30), {(0, 1): -1.0} | pairs)
    assert across[0, 1] == pytest.approx(1 / 3)


def test_a_pair_across_two_people_of_one_register_holds_as_far_as_its_records_may_be_misplaced() -> None:
    sure = missed(found("aabb", "xyxy"), {(0, 1): 30.0, (2, 3): 30.0, (0, 3): 3.0})
    assert sure == {(0, 3): pytest.approx(LEAST_MISPLACED * 8 / 9)}
    weak = missed(found("aabb", "xyxy"), {(0, 1): 0.0, (2, 3): 30.0, (0, 3): 3.0})
    assert weak[0, 3] == pytest.approx(0.5 * 8 / 9)
    apart = missed(found("aabb", "xyzw"), {(0, 1): 30.0, (2, 3): 30.0, (0, 3): 3.0})
    assert apart[0, 3] == pytest.approx(8 / 9)


def test_pairs_out_of_the_question_and_linked_ones_are_no_missed_links() -> None:
    assert missed(found("aabb", "xyxy"), {(0, 1): 30.0, (2, 3): 30.0, (0, 3): -20.0}) == {}


# --- never compared ----------------------------------------------------------------------------------------------

APART = (frozenset("a"), frozenset("b"), frozenset("c"))


def test_what_no_key_found_is_told_by_what_was_found_once_and_twice() -> None:
    # Ten people of two records found by one key, four by two keys, two by three.
    people = "".join(chr(97 + n) * 2 for n in range(16))
    pairs = {(2 * n, 2 * n + 1): 20.0 for n in range(16)}
    rules = {(2 * n, 2 * n + 1): 0b1 if n < 10 else 0b11 if n < 14 else 0b111 for n in range(16)}
    unseen = never_compared(found(people, "xy" * 16), compared(pairs, rules), APART)
    assert unseen.chance.sum() == pytest.approx(10 * 9 / (2 * (4 + 1)))
    assert set(unseen.event.tolist()) == set(range(20))


def test_keys_that_share_a_column_find_the_same_records_again() -> None:
    people = "".join(chr(97 + n) * 2 for n in range(16))
    pairs = {(2 * n, 2 * n + 1): 20.0 for n in range(16)}
    rules = {(2 * n, 2 * n + 1): 0b1 if n < 4 else 0b11 if n < 10 else 0b101 for n in range(16)}
    columns = (frozenset("ab"), frozenset("bc"), frozenset("c"))
    unseen = never_compared(found(people, "xy" * 16), compared(pairs, rules), columns)
    by_any, by_apart = 4 * 3 / (2 * (12 + 1)), 10 * 9 / (2 * (6 + 1))
    assert unseen.chance.sum() == pytest.approx((by_any * by_apart) ** 0.5)
    assert set(unseen.event.tolist()) == set(range(20))


@given(st.lists(st.frozensets(st.sampled_from("abcd"), min_size=1), min_size=1, max_size=6), st.integers(0, 63))
def test_keys_apart_are_the_most_without_a_column_in_common(columns: list[frozenset[str]], rules: int) -> None:
    keys = [columns[key] for key in range(len(columns)) if rules >> key & 1]
    rules &= (1 << len(columns)) - 1
    some = (chosen for count in range(4) for chosen in combinations(keys, count))
    most = max(len(chosen) for chosen in some if sum(map(len, chosen)) == len(frozenset().union(*chosen)))
    assert _keys_apart(np.array([rules, 0], dtype=np.uint32), columns).tolist() == [most, 0]


def test_the_columns_of_a_key_are_those_that_a_household_does_not_share() -> None:
    assert key_columns(SPEC) == (frozenset({"number"}), frozenset({"name"}), frozenset({"place"}))


def test_a_record_is_found_when_any_pair_with_its_person_is() -> None:
    rules = {(0, 1): 0b1, (1, 2): 0b10, (3, 4): 0b1}
    pairs = dict.fromkeys(rules, 20.0)
    unseen = never_compared(found("aaabb", "xyzxy"), compared(pairs, rules), APART)
    # 0 and 2 each with their two fellows, 3 and 4 as one; record 1 was found twice.
    assert sorted(zip(unseen.left.tolist(), unseen.right.tolist(), strict=True)) == [
        (0, 1), (0, 2), (2, 0), (2, 1), (3, 4), (4, 3),
    ]  # fmt: skip
    each = (5.0 - 1.0) / (2 * (2.0 + 1.0))
    assert unseen.chance.tolist() == pytest.approx([each] * 4 + [each / 2] * 2)


def test_a_decision_is_no_key_and_without_pairs_nothing_is_missed() -> None:
    by_decision = {(0, 1): 1 << int(BESIDES)}
    assert never_compared(found("aa", "xy"), compared({(0, 1): 20.0}, by_decision), APART).chance.sum() == 0
    assert never_compared(found("ab", "xy"), compared({}), APART).left.size == 0


# --- intervals ---------------------------------------------------------------------------------------------------


def expected(mean: float, event: float, off: float) -> Expected:
    return Expected(np.array([mean]), np.array([mean * event]), np.array([(off * mean) ** 2]))


@pytest.mark.parametrize(("mean", "event", "off"), [(0.3, 1, 0.5), (8, 1, 0.5), (40, 4, 0.2), (900, 9, 0.5)])
def test_the_interval_is_that_of_whole_events_with_a_mean_that_may_be_off(
    mean: float, event: float, off: float
) -> None:
    low, high = interval(expected(mean, event, off), np.zeros(1))
    shape = 1 / off**2
    events = nbinom(shape, shape / (shape + mean / event))
    assert low[0] == pytest.approx(min(event * events.ppf(0.025), mean))
    assert high[0] == pytest.approx(max(event * events.ppf(0.975), mean))


def test_nothing_expected_leaves_what_cannot_be_foreseen() -> None:
    low, high = interval(expected(0.0, 1.0, 0.5), np.array([1.0]))
    assert (low[0], high[0]) == (0.0, pytest.approx(1.0))


# --- rates by area and pair of sources ---------------------------------------------------------------------------

RECORDS = pl.DataFrame(
    {
        "record_id": [10, 11, 12, 13, 14, 15],
        "entity": [0, 0, 1, 1, 2, 3],
        "register": ["p", "q", "p", "q", "p", "q"],
        "source": ["p", "q", "p", "q", "p", "q"],
        "area": ["A", "B", "A", None, "A", "A"],
    },
    schema_overrides={"entity": pl.Int64},
)
SCORED = pl.DataFrame(
    {
        "left_record_id": [10, 12, 14],
        "right_record_id": [11, 13, 15],
        "match_weight": [3.0, 1.0, -1.0],
        "rules": [7, 7, 7],
    },
    schema_overrides={"rules": pl.UInt32},
)


def row(errors: pl.DataFrame, area: str, left: str, right: str, measure: str) -> dict[str, float]:
    return errors.row(
        by_predicate=(pl.col("area") == area)
        & (pl.col("left_source") == left)
        & (pl.col("right_source") == right)
        & (pl.col("measure") == measure),
        named=True,
    )


def test_a_pair_counts_in_the_area_of_each_of_its_records_and_once_in_all() -> None:
    errors = link_errors(SCORED, RECORDS, SPEC)
    counted = {area: row(errors, area, "p", "q", "false") for area in ("A", "B", ALL)}
    assert {area: one["pairs"] for area, one in counted.items()} == {"A": 2, "B": 1, ALL: 2}
    assert counted["A"]["errors"] == pytest.approx(1 / 9 + 1 / 3)
    assert counted["B"]["errors"] == pytest.approx(1 / 9)
    assert counted[ALL]["value"] == pytest.approx((1 / 9 + 1 / 3) / 2)
    gone = row(errors, ALL, ALL, ALL, "missed")
    assert gone["errors"] == pytest.approx(1 / 3)
    assert gone["value"] == pytest.approx((1 / 3) / (2 - 4 / 9 + 1 / 3))


def test_the_order_of_rows_makes_no_difference() -> None:
    shuffled = link_errors(SCORED.reverse(), RECORDS.sample(fraction=1, shuffle=True, seed=1), SPEC)
    assert link_errors(SCORED, RECORDS, SPEC).equals(shuffled)


def test_ids_may_be_anything_that_has_an_order() -> None:
    as_text = [pl.col(name).cast(pl.String) for name in ("left_record_id", "right_record_id")]
    texts = link_errors(SCORED.with_columns(as_text), RECORDS.with_columns(pl.col("record_id").cast(pl.String)), SPEC)
    assert texts.equals(link_errors(SCORED, RECORDS, SPEC))
    far = [pl.col(name) * 10**12 for name in ("left_record_id", "right_record_id")]
    large = link_errors(SCORED.with_columns(far), RECORDS.with_columns(pl.col("record_id") * 10**12), SPEC)
    assert large.equals(texts)


def test_without_records_or_pairs_there_are_no_rates() -> None:
    assert link_errors(SCORED.clear(), RECORDS.clear(), SPEC).height == 0
    alone = RECORDS.with_columns(entity=pl.int_range(pl.len()))
    assert link_errors(SCORED.clear(), alone, SPEC).height == 0


@st.composite
def linkages(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame, bool]:
    size = draw(st.integers(2, 14))
    records = pl.DataFrame(
        {
            "record_id": range(size),
            "entity": draw(st.lists(st.integers(0, 5), min_size=size, max_size=size)),
            "register": draw(st.lists(st.sampled_from("pqr"), min_size=size, max_size=size)),
            "area": draw(st.lists(st.sampled_from(("A", "B", None)), min_size=size, max_size=size)),
        },
        schema_overrides={"entity": pl.Int64, "area": pl.String},
    ).with_columns(source="register")
    pairs = draw(st.lists(st.sampled_from(list(combinations(range(size), 2))), unique=True, max_size=30))
    weights = draw(st.lists(st.floats(-30, 60), min_size=len(pairs), max_size=len(pairs)))
    rules = draw(st.lists(st.integers(1, 15), min_size=len(pairs), max_size=len(pairs)))
    scored = pl.DataFrame(
        {
            "left_record_id": [pair[0] for pair in pairs],
            "right_record_id": [pair[1] for pair in pairs],
            "match_weight": weights,
            "rules": rules,
        },
        schema={
            "left_record_id": pl.Int64,
            "right_record_id": pl.Int64,
            "match_weight": pl.Float64,
            "rules": pl.UInt32,
        },
    )
    return scored, records, draw(st.booleans())


@given(linkages())
@settings(max_examples=80, deadline=None)
def test_rates_are_shares_inside_their_intervals_and_add_up(made: tuple[pl.DataFrame, pl.DataFrame, bool]) -> None:
    scored, records, repeats = made
    errors = link_errors(scored, records, replace(SPEC, repeats=repeats))
    assert errors.select((pl.col("low") >= 0).all(), (pl.col("high") <= 1).all()).row(0) in {(True, True), (None, None)}
    outside = errors.filter((pl.col("low") > pl.col("value") + 1e-9) | (pl.col("high") < pl.col("value") - 1e-9))
    assert outside.height == 0
    size = records["entity"].value_counts()["count"].cast(pl.Int64)
    linked = int((size * (size - 1) // 2).sum())
    false = errors.filter(pl.col("measure") == "false", pl.col("area") == ALL)
    assert false.filter(pl.col("left_source") == ALL)["pairs"].sum() == linked
    assert false.filter(pl.col("left_source") != ALL)["pairs"].sum() == linked
    for measure in ("false", "missed"):
        both = errors.filter(pl.col("measure") == measure, pl.col("area") == ALL)
        whole = both.filter(pl.col("left_source") == ALL)["errors"].sum()
        assert both.filter(pl.col("left_source") != ALL)["errors"].sum() == pytest.approx(whole, abs=0.51 * 6)
