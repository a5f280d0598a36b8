"""What people decided: it stands, contradictions are settled by a rule, and it sharpens what is still open."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from flows.matching import person_spec
from matchers.blocks import Candidates
from matchers.households import link_households
from matchers.labels import Decided, decided_pairs, giving_way, sharpen, with_decisions
from matchers.link import Linkage, link_records
from matchers.model import Calibration, from_json, to_json
from matchers.resolve import resolve
from matchers.spec import LINKED_HOUSEHOLD, Spec, SpecError
from matchers.table import Table, prepare
from tests.people import registers

SPEC: Spec = person_spec()
Statement = tuple[int, int, bool]


def labels(*statements: Statement) -> pl.DataFrame:
    return pl.DataFrame(
        list(statements),
        schema={"left_record_id": pl.Int64, "right_record_id": pl.Int64, "same": pl.Boolean},
        orient="row",
    )


def table_of(registers_of: list[str], spec: Spec = SPEC) -> Table:
    """Records 1, 2, 3 ... in the given registers; what else they hold does not matter."""
    frame = registers(people=len(registers_of), seed=1).head(len(registers_of))
    frame = frame.with_columns(pl.Series("register", registers_of)).sort("record_id")
    return prepare(link_households(frame, spec), spec)


def all_pairs(size: int) -> Candidates:
    pairs = np.array(list(itertools.combinations(range(size), 2)), dtype=np.int32).reshape(-1, 2)
    return Candidates(pairs[:, 0], pairs[:, 1], np.zeros(len(pairs), dtype=np.uint32), pl.DataFrame())


def people(table: Table, decided: Decided, weight: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    """Each record's person, where every two records were compared."""
    found = all_pairs(table.size)
    return resolve(table.register, found.left, found.right, with_decisions(weight, found, decided), 0.5).entity


# --- decisions stand -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def records() -> pl.DataFrame:
    return registers(people=400, seed=21)


@pytest.fixture(scope="module")
def linkage(records: pl.DataFrame) -> Linkage:
    return link_records(records, SPEC)


def entities(linkage: Linkage) -> dict[int, int]:
    return dict(linkage.links.select("record_id", "entity").iter_rows())


def test_two_records_decided_to_differ_are_never_one_person(records: pl.DataFrame, linkage: Linkage) -> None:
    # People of three records or more: the third ties the two others together.
    of_person = linkage.links.group_by("entity").agg("record_id").filter(pl.col("record_id").list.len() > 2)
    chosen = of_person.sort("entity")["record_id"].to_list()[:40]
    found = entities(link_records(records, SPEC, labels=labels(*((some[0], some[1], False) for some in chosen))))
    assert len(chosen) == 40
    for one, other, *more in chosen:
        assert found[one] != found[other]
        assert {found[record] for record in more} <= {found[one], found[other]}


def test_two_records_decided_to_be_the_same_always_are(records: pl.DataFrame, linkage: Linkage) -> None:
    person = entities(linkage)
    ids = records.sample(80, seed=3)["record_id"].to_list()
    chosen = [pair for pair in zip(ids[:40], ids[40:], strict=True) if person[pair[0]] != person[pair[1]]]
    assert len(chosen) > 30
    found = entities(link_records(records, SPEC, labels=labels(*((*pair, True) for pair in chosen))))
    assert all(found[one] == found[other] for one, other in chosen)


def test_records_of_one_register_are_one_person_when_people_said_so_one_by_one(records: pl.DataFrame) -> None:
    # Nobody said so of the first and the third, and they have nothing in common.
    one, two, three, four = records.filter(source="province").sample(4, seed=4)["record_id"].to_list()
    said = labels((one, two, True), (two, three, True), (three, four, True))
    found = entities(link_records(records, SPEC, labels=said))
    assert found[one] == found[two] == found[three] == found[four]


def test_pairs_decided_to_differ_are_not_for_review_any_more(records: pl.DataFrame, linkage: Linkage) -> None:
    # One above the other's review: whoever was linked without the decision looks likely still.
    chosen = linkage.pairs.filter(outcome="link").head(40).select("left_record_id", "right_record_id")
    pairs = link_records(records, SPEC, labels=chosen.with_columns(same=False)).pairs
    told = pairs.join(chosen, on=["left_record_id", "right_record_id"])
    assert told["probability"].max() > 0.2
    assert set(told["outcome"]) == {"distinct"}


def test_decisions_about_records_that_are_gone_do_no_harm(records: pl.DataFrame, linkage: Linkage) -> None:
    said = labels((1, 10**9, True), (10**9, 10**9 + 1, False), (5, 5, False))
    assert link_records(records, SPEC, labels=said).links.equals(linkage.links)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], list[Statement], list[float]]:
    """Registers of some records, decisions about them that may contradict, and any evidence on every pair."""
    size = draw(st.integers(2, 9))
    of = draw(st.lists(st.sampled_from("abc"), min_size=size, max_size=size))
    record = st.integers(1, size)
    said = draw(st.lists(st.tuples(record, record, st.booleans()), max_size=14))
    count = size * (size - 1) // 2
    return of, said, draw(st.lists(st.floats(-40, 40), min_size=count, max_size=count))


@given(cases())
@settings(max_examples=400, deadline=None)
def test_whatever_the_evidence_the_standing_decisions_hold(
    case: tuple[list[str], list[Statement], list[float]],
) -> None:
    of, said, weight = case
    table = table_of(of)
    decided = decided_pairs(table, SPEC, labels(*said))
    entity = people(table, decided, np.array(weight))
    for one, other, same in zip(decided.left, decided.right, decided.same, strict=True):
        assert (entity[one] == entity[other]) == same
    # A decision to be different always stands, and the others unless they give way.
    last = {(min(a, b) - 1, max(a, b) - 1): same for a, b, same in said if a != b}
    told = decided.told()
    stands = set(zip(told.left.tolist(), told.right.tolist(), told.same.tolist(), strict=True))
    assert stands <= {(*pair, same) for pair, same in last.items()}
    assert {pair for pair, same in last.items() if not same} == {(a, b) for a, b, same in stands if not same}
    assert len(last) - len(stands) == giving_way(labels(*said))


def test_a_decision_outweighs_many_records_that_agree() -> None:
    size = 90
    table = table_of([str(number) for number in range(size)])
    decided = decided_pairs(table, SPEC, labels((1, 90, False)))
    entity = people(table, decided, np.full(size * (size - 1) // 2, 30.0))
    assert entity[0] != entity[89]


# --- decisions that contradict each other ----------------------------------------------------------------------------


def standing(*said: Statement) -> set[Statement]:
    told = decided_pairs(table_of(["a", "b", "c", "d"]), SPEC, labels(*said)).told()
    return {(a + 1, b + 1, same) for a, b, same in zip(told.left.tolist(), told.right.tolist(), told.same, strict=True)}


def test_of_several_decisions_about_one_pair_the_last_one_stands() -> None:
    assert standing((1, 2, True), (2, 1, False)) == {(1, 2, False)}
    assert standing((1, 2, False), (2, 1, True)) == {(1, 2, True)}


def test_two_decided_to_differ_stay_apart_and_the_earlier_decision_gives_way() -> None:
    for said in itertools.permutations([(1, 2, True), (2, 3, True), (1, 3, False)]):
        same = [statement for statement in said if statement[2]]
        assert standing(*said) == {same[-1], (1, 3, False)}
        assert giving_way(labels(*said)) == 1


def test_decisions_that_do_not_contradict_all_stand() -> None:
    said = {(1, 2, True), (3, 4, True), (1, 3, False), (2, 4, False)}
    assert standing(*said) == said
    assert giving_way(labels(*said)) == 0
    assert giving_way(labels()) == 0


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (pl.DataFrame({"left_record_id": [1], "same": [True]}), "the decisions have no column right_record_id"),
        (labels((1, 2, True)).with_columns(same=pl.lit("ya")), "the column 'same' of the decisions must be true or"),
        (
            labels((1, 2, True)).with_columns(left_record_id=pl.lit("1")),
            "the column 'left_record_id' of the decisions is String, and the ids of the records are Int64",
        ),
    ],
)
def test_decisions_of_another_shape_are_refused(frame: pl.DataFrame, says: str) -> None:
    with pytest.raises(SpecError, match=says):
        decided_pairs(table_of(["a", "b"]), SPEC, frame)


def test_decisions_may_be_whole_numbers_and_have_gaps() -> None:
    frame = pl.DataFrame({"left_record_id": [1, 2, None], "right_record_id": [2, 3, 1], "same": [1, None, 0]})
    decided = decided_pairs(table_of(["a", "b", "c"]), SPEC, frame)
    assert (decided.left.tolist(), decided.right.tolist(), decided.same.tolist()) == ([0], [1], [True])


# --- decisions sharpen -----------------------------------------------------------------------------------------------


def answers(weight: np.ndarray, seed: int) -> Decided:  # type: ignore[type-arg]
    """Answers on the first pairs, drawn by the weights that they ought to have."""
    random = np.random.default_rng(seed)
    same = random.random(len(weight)) < 1 / (1 + np.exp2(-weight))
    found = all_pairs(60)
    return Decided(found.left[: len(weight)], found.right[: len(weight)], same)


def padded(weight: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    out = np.full(all_pairs(60).size, -50.0)
    out[: len(weight)] = weight
    return out


@given(st.integers(0, 10_000), st.integers(25, 800), st.floats(-6, 6), st.floats(0.3, 2.0), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_best_fit_is_found(seed: int, size: int, shift: float, slope: float, rivals: bool) -> None:
    weight = np.random.default_rng(seed).uniform(-25, 25, size)
    beside = np.random.default_rng(seed + 1).uniform(-12, 0, size) * rivals
    decided = answers(shift + slope * weight + beside, seed)
    found = sharpen(padded(weight), all_pairs(60), decided, padded(beside))
    if min(decided.same.sum(), (~decided.same).sum()) < 5:
        assert found is None
        return
    assert found is not None

    def loss(at: np.ndarray) -> float:  # type: ignore[type-arg]
        margin = np.where(decided.same, 1, -1) * (at[0] + at[1] * weight + beside) * np.log(2)
        return float(np.logaddexp(0, -margin).sum() + (at[0] / 2) ** 2 / 2 + ((at[1] - 1) / 0.25) ** 2 / 2)

    best = minimize(loss, np.array([0.0, 1.0]), method="BFGS").x
    assert loss(np.array([found.shift, found.slope])) <= loss(best) + 1e-4 or found.slope == 0.05
    assert found.labels == size


def test_few_answers_or_of_one_kind_only_change_nothing() -> None:
    weight = np.linspace(-10, 10, 200)
    decided = answers(weight, 1)
    few = Decided(decided.left[:19], decided.right[:19], np.arange(19) % 2 == 0)
    assert sharpen(padded(weight), all_pairs(60), few) is None
    for same in (True, False):
        alike = replace(decided, same=np.full(200, same))
        assert sharpen(padded(weight), all_pairs(60), alike) is None


def test_a_good_model_is_left_nearly_as_it_is() -> None:
    weight = np.random.default_rng(5).uniform(-6, 6, 300)
    found = sharpen(padded(weight), all_pairs(60), answers(weight, 6))
    assert found is not None
    assert abs(found.shift) < 0.6
    assert 0.8 < found.slope < 1.2


def test_what_follows_from_decisions_is_no_answer() -> None:
    table = table_of(["a"] * 30)
    decided = decided_pairs(table, SPEC, labels(*((n, n + 1, True) for n in range(1, 30))))
    assert len(decided.left) == 30 * 29 / 2
    assert len(decided.told().left) == 29
    assert len(decided_pairs(table, replace(SPEC, repeats=True), labels((1, 2, True), (2, 3, True))).left) == 2


ALONE = replace(SPEC, repeats=True, register=None, source=None, household=None)


def doubtful(seed: int) -> pl.DataFrame:
    """Records of which much is missing, so that many pairs are doubtful."""
    frame = registers(people=3000, seed=seed, faults=0.3)
    random = np.random.default_rng(seed)
    gone = {"nik": 0.8, "birth_date": 0.5, "kk": 1.0, "nik_birth_date": 1.0}
    frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(LINKED_HOUSEHOLD))
    return frame.with_columns(
        pl.when(pl.Series(random.random(frame.height) >= share)).then(pl.col(name)).alias(name)
        for name, share in gone.items()
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_some_hundred_answers_mend_a_model_that_is_off(seed: int) -> None:
    records = doubtful(seed)
    trained = link_records(records, ALONE).model
    text = to_json(replace(trained, calibration=Calibration(3.0, 1.5, 0)), ALONE)
    scored = link_records(records, ALONE, model=from_json(text, ALONE)).scored
    truth = dict(records.select("record_id", "truth").iter_rows())
    left, right = (scored[side].to_numpy().astype(np.int32) for side in ("left_record_id", "right_record_id"))
    same = np.array([truth[one] == truth[other] for one, other in zip(left, right, strict=True)])
    weight, probability = scored["match_weight"].to_numpy(), scored["probability"].to_numpy()

    doubts = np.flatnonzero((probability > 0.02) & (probability < 0.98))
    asked = np.sort(np.random.default_rng(seed).choice(doubts, 120, replace=False))
    rest = np.setdiff1d(doubts, asked)
    found = Candidates(left, right, np.zeros(len(left), dtype=np.uint32), pl.DataFrame())
    mended = sharpen(weight, found, Decided(left[asked], right[asked], same[asked]))
    assert mended is not None

    def judged(weights: np.ndarray, where: np.ndarray) -> tuple[float, float]:  # type: ignore[type-arg]
        chance = 1 / (1 + np.exp2(-np.clip(weights[where], -60, 60)))
        loss = -np.log(np.where(same[where], chance, 1 - chance)).mean()
        return float(loss), abs(float(chance.mean() - same[where].mean()))

    after = mended.shift + mended.slope * weight
    every = np.setdiff1d(np.arange(len(weight)), asked)
    assert judged(after, rest)[0] < 0.8 * judged(weight, rest)[0]
    assert judged(after, rest)[1] < 0.5 * judged(weight, rest)[1]
    assert judged(after, every)[0] < 0.9 * judged(weight, every)[0]


def test_answers_on_pairs_that_rivals_made_doubtful_do_not_speak_against_the_weights() -> None:
    # Well-weighed pairs, each with a rival; people are asked where it is doubtful with the rival.
    random = np.random.default_rng(8)
    weight, rivals = random.uniform(0, 20, 1500), -random.uniform(0, 20, 1500)
    doubts = np.flatnonzero(np.abs(weight + rivals) < 4)[:300]
    same = random.random(len(doubts)) < 1 / (1 + np.exp2(-(weight + rivals)[doubts]))
    pairs = all_pairs(60)
    decided = Decided(pairs.left[doubts], pairs.right[doubts], same)
    beside = sharpen(padded(weight), pairs, decided, padded(rivals))
    without = sharpen(padded(weight), pairs, decided)
    assert beside is not None
    assert without is not None
    assert abs(beside.shift) < 1
    assert beside.slope == pytest.approx(1, abs=0.1)
    # Left out, the rivals count against the weights.
    assert without.shift + without.slope * 10 < 4
