"""Levels, blocking, weights, rivals, people: the fast path gives what the slow references of tests/reference give."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matchers.blocks import candidates
from matchers.levels import all_levels
from matchers.link import link_records
from matchers.model import Model
from matchers.rarity import measure
from matchers.resolve import resolve
from matchers.rivals import CERTAIN, rival_weights
from matchers.score import score, weights
from matchers.spec import Comparison, Spec, parse_spec, with_limits
from matchers.table import Table, prepare
from tests.reference import blocking, resolving, rivals
from tests.reference import levels as slow_levels
from tests.reference import weights as slow_weights
from tests.reference.generated import PERSON, TOO_LONG, Pair, Row, arrays, frames, models, people, specs, weighed

FEW = settings(max_examples=60, deadline=None)
NEAR = 1e-7  # of a bit; the two ways of adding up differ in the last digits
MOST_FREE = 14.0  # bits that a pair may gain where nearly everyone has a partner
MOST_ALONE = 0.3  # of the people who are absent from one register, those who are absent from all


def rows_of(table: Table) -> list[Row]:
    """The records as they are compared: placeholders are missing already."""
    return table.frame.to_dicts()


def all_pairs(size: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    left, right = np.triu_indices(size, 1)
    return left.astype(np.int32), right.astype(np.int32)


# --- levels --------------------------------------------------------------------------------------------------------


def slow_levels_of(spec: Spec, rows: list[Row], pair: Pair) -> list[int]:
    widths = {
        c.column: slow_levels.width_of(row[c.column] for row in rows) for c in spec.comparisons if c.kind == "digits"
    }
    one, other = rows[pair[0]], rows[pair[1]]
    return [slow_levels.level(c, one, other, widths.get(c.column, 0)) for c in spec.comparisons]


def on_the_edge(comparison: Comparison, one: Row, other: Row) -> bool:
    """Whether a similarity is a threshold to the last digits: rapidfuzz counts many pairs in single precision."""
    a, b = one[comparison.column], other[comparison.column]
    if comparison.kind not in {"name", "text"} or not a or not b:
        return False
    alike = slow_levels.similarity(comparison.kind, a, b)
    return any(step.test == "similar" and abs(step.at_least - alike) < 1e-6 for step in comparison.levels)


def same_levels(spec: Spec, table: Table, left: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> None:
    rows, fast = rows_of(table), all_levels(table, spec, left, right)
    for at, pair in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        expected = slow_levels_of(spec, rows, pair)
        for number, comparison in enumerate(spec.comparisons):
            if not on_the_edge(comparison, rows[pair[0]], rows[pair[1]]):
                assert fast[number, at] == expected[number], (comparison, rows[pair[0]], rows[pair[1]])


@given(frames(), specs())
@settings(max_examples=150, deadline=None)
def test_levels_of_any_comparison(frame: pl.DataFrame, spec: Spec) -> None:
    table = prepare(frame, spec)
    same_levels(spec, table, *all_pairs(table.size))


def test_a_number_that_is_too_long_leaves_the_others_as_they_are() -> None:
    steps_of = [{"test": "equal"}, {"test": "prefix", "digits": 1}, {"test": "else"}]
    comparison = {"name": "c", "column": "number", "kind": "digits", "levels": steps_of}
    spec = parse_spec({"record": "id", "comparison": [comparison], "block": [{"name": "b", "key": ["number"]}]})
    frame = pl.DataFrame({"id": [1, 2, 3], "number": ["12345678", "92345678", TOO_LONG]})
    zero = np.zeros(1, dtype=np.int32)
    assert all_levels(prepare(frame, spec), spec, zero, zero + 1).tolist() == [[2]]


@given(st.integers(0, 10_000), st.sampled_from((0.0, 0.1, 0.4)))
@settings(max_examples=10, deadline=None)
def test_levels_of_people(seed: int, faults: float) -> None:
    table = prepare(people(20, seed, faults), PERSON)
    same_levels(PERSON, table, *all_pairs(table.size))


# --- blocking ------------------------------------------------------------------------------------------------------


def same_candidates(spec: Spec, table: Table) -> None:
    rows, found = rows_of(table), candidates(table, spec)
    slow = [blocking.block_pairs(rows, block) for block in spec.blocks]
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == sorted(set().union(*(block.pairs for block in slow)))
    for pair, bits in zip(pairs, found.rules.tolist(), strict=True):
        assert [bool(bits >> number & 1) for number in range(len(slow))] == [pair in block.pairs for block in slow]
    for block, row in zip(slow, found.report.iter_rows(named=True), strict=True):
        assert (block.records, len(block.pairs), block.split_records, block.dropped_records, block.dropped_pairs) == (
            tuple(row[name] for name in ("records", "pairs", "split_records", "dropped_records", "dropped_pairs"))
        )


@given(frames(most=30), specs())
@FEW
def test_candidates_are_the_pairs_that_share_a_key(frame: pl.DataFrame, spec: Spec) -> None:
    same_candidates(spec, prepare(frame, spec))


@given(st.integers(0, 10_000), st.integers(2, 12))
@settings(max_examples=10, deadline=None)
def test_candidates_of_people(seed: int, limit: int) -> None:
    spec = with_limits(PERSON, (limit,) * len(PERSON.blocks))
    same_candidates(spec, prepare(people(80, seed), spec))


# --- weights -------------------------------------------------------------------------------------------------------


def same_weights(spec: Spec, table: Table, model: Model, entity: list[int] | None) -> None:
    rows = rows_of(table)
    sources = [table.sources[number] for number in table.source]
    weighed = [c for c in spec.comparisons if c.rarity]
    fast = {c.name: measure(table, c, None if entity is None else np.array(entity)) for c in weighed}
    slow = {c.name: slow_weights.how_common(rows, c.column, table.sources, sources, entity) for c in weighed}
    left, right = all_pairs(table.size)
    levels = all_levels(table, spec, left, right)
    prior, parts_of = weights(table, spec, model, fast, (left, right), levels)
    scores = score(table, spec, model, fast, (left, right), levels)
    for at, pair in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        group = slow_weights.group_of(
            model, (sources[pair[0]], sources[pair[1]]), table.register[pair[0]] == table.register[pair[1]]
        )
        expected, by_comparison = slow_weights.pair_weight(
            model, spec, slow, (rows[pair[0]], rows[pair[1]]), levels[:, at].tolist(), group
        )
        assert prior[at] == pytest.approx(expected, abs=NEAR)
        assert parts_of[:, at].tolist() == pytest.approx(by_comparison, abs=NEAR)
        bits = expected + sum(by_comparison)
        assert scores.match_weight[at] == pytest.approx(bits, abs=NEAR)
        assert scores.probability[at] == pytest.approx(slow_weights.probability(bits), abs=NEAR)


@given(st.data(), frames(), specs())
@settings(max_examples=80, deadline=None)
def test_weights_of_any_model(data: st.DataObject, frame: pl.DataFrame, spec: Spec) -> None:
    table = prepare(frame, spec)
    entity = data.draw(st.none() | st.lists(st.integers(0, 4), min_size=table.size, max_size=table.size))
    same_weights(spec, table, data.draw(models(spec, table)), entity)


@pytest.fixture(scope="module")
def trained() -> Model:
    """Learnt on people; without their names, so that rarity is measured where the model is used."""
    model = link_records(people(1000, seed=3), PERSON).model
    return Model(model.title, model.weights, model.groups, model.free, model.limits)


@given(st.integers(0, 10_000), st.sampled_from((0.0, 0.1, 0.4)))
@settings(max_examples=8, deadline=None)
def test_weights_of_people(trained: Model, seed: int, faults: float) -> None:
    table = prepare(people(20, seed, faults), PERSON)
    assume(len(table.sources) == 4)
    same_weights(PERSON, table, trained, None)


# --- rivals and people ---------------------------------------------------------------------------------------------


@given(weighed(decided=True), st.sampled_from((0.5, 0.2, 0.9, 1.0)))
@settings(max_examples=250, deadline=None)
def test_people_of_any_pairs(made: tuple[list[str], dict[Pair, float]], link: float) -> None:
    register, weight = made
    codes, left, right, bits = arrays(register, weight)
    entity, expected = resolve(codes, left, right, bits, link).entity.tolist(), resolving.people(register, weight, link)
    if entity != expected:
        # Of several ways that are equally good, to the last digits of a sum, any will do.
        found, best = (resolving.worth_by_group(way, register, weight, link) for way in (entity, expected))
        assert found == pytest.approx(best, abs=NEAR)


def test_in_a_large_group_the_best_pair_comes_first() -> None:
    # Nine records of one register fit the one of the other; the eighth fits best.
    register = ["a"] * 9 + ["b"]
    weight = {(record, 9): 60.0 if record == 7 else 17.0 for record in range(9)}
    codes, left, right, bits = arrays(register, weight)
    assert resolve(codes, left, right, bits, 0.5).entity.tolist() == resolving.people(register, weight, 0.5)


@given(st.data(), weighed(decided=False))
@settings(max_examples=120, deadline=None)
def test_rivals_of_any_pairs(data: st.DataObject, made: tuple[list[str], dict[Pair, float]]) -> None:
    register, weight = made
    register = sorted(register)  # a register's records follow each other, as those of a file do
    entity = data.draw(st.lists(st.integers(0, 5), min_size=len(register), max_size=len(register)))
    share = {name: data.draw(st.floats(0.02, 1.0)) for name in set(register)}
    free = {(one, other): share[one] * (MOST_ALONE if one == other else 1.0) for one in share for other in share}
    codes, left, right, bits = arrays(register, weight)
    known = sorted(share)
    absent = np.array([[np.log2(free[one, other]) for other in known] for one in known])
    both, alone = absent + absent.T, np.maximum(absent - np.diag(absent)[:, None], 0.0)
    np.fill_diagonal(both, 0.0)
    found = rival_weights(codes, np.array(entity, dtype=np.int64), (left, right), bits, both, alone)
    expected = rivals.rival_weights(register, entity, weight, free)
    assert_near(dict(zip(sorted(weight), found.tolist(), strict=True)), expected, weight)


def assert_near(found: dict[Pair, float], expected: dict[Pair, float], weight: dict[Pair, float]) -> None:
    """In the fast path rivals' odds are the difference of two sums: it has as many digits less as these are large."""
    largest = 2.0 ** min(max(weight.values(), default=0.0) + MOST_FREE, CERTAIN)
    for pair, bits in expected.items():
        assert abs(found[pair] - bits) <= NEAR + largest / 2**50, pair


# --- all of it -----------------------------------------------------------------------------------------------------


def slow_link(frame: pl.DataFrame, spec: Spec, model: Model) -> tuple[list[int], dict[Pair, float]]:
    """Each record's person and each compared pair's weight, by the references alone."""
    assert spec.source and spec.register
    rows = rows_of(prepare(frame, spec))
    sources = sorted({row[spec.source] for row in rows})
    register = [row[spec.register] for row in rows]
    source = [row[spec.source] for row in rows]
    common = {
        c.name: slow_weights.how_common(rows, c.column, sources, source, None) for c in spec.comparisons if c.rarity
    }
    weight: dict[Pair, float] = {}
    for pair in sorted(set().union(*(blocking.block_pairs(rows, block).pairs for block in spec.blocks))):
        one, other = pair
        group = slow_weights.group_of(model, (source[one], source[other]), register[one] == register[other])
        prior, parts_of = slow_weights.pair_weight(
            model, spec, common, (rows[one], rows[other]), slow_levels_of(spec, rows, pair), group
        )
        weight[pair] = prior + sum(parts_of)
    first = resolving.people(register, weight, 0.5)
    free = {(entry.left, entry.right): entry.left_free for entry in model.free}
    free |= {(entry.right, entry.left): entry.right_free for entry in model.free}
    for pair, bits in rivals.rival_weights(register, first, weight, free).items():
        weight[pair] += bits
    return resolving.people(register, weight, 0.5), weight


@given(st.integers(0, 10_000), st.sampled_from((0.1, 0.4)))
@settings(max_examples=8, deadline=None)
def test_a_whole_linkage(trained: Model, seed: int, faults: float) -> None:
    frame = people(60, seed, faults).sort("register", "truth", "record_id")
    frame = frame.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("record_id"))
    linkage = link_records(frame, PERSON, link=0.5, model=trained)
    entity, weight = slow_link(frame, with_limits(PERSON, trained.limits), trained)
    found = {(one - 1, other - 1): bits for one, other, _, bits, _ in linkage.scored.iter_rows()}
    assert found.keys() == weight.keys()
    assert_near(found, weight, weight)
    assert linkage.links["entity"].to_list() == entity
