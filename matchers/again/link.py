"""Linking again: from last night's records, pairs and people, only what is new or changed is compared.

The result is that of a full run with last night's model, to the last bit; a property test holds it over random nights
(tests/unit/test_again.py).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.alignment import Aligned
from matchers.again.carry import Carried, carry
from matchers.again.regroup import changed_report, regroup
from matchers.again.rekeep import Best, keep_again, pairs_again
from matchers.again.reresolve import Before, Changed, People, numbered, people_before, resolve_again, touched
from matchers.again.reweigh import Weighed, compare_fresh, probabilities, weigh_rivals
from matchers.again.state import RULES, Depth, FullRunNeeded, Pairs, Records, State, fingerprint, others
from matchers.again.tonight import Tonight, tonight
from matchers.blocks import BESIDES, packed_pairs, position_bits, united
from matchers.keep import basis_names
from matchers.labels import Decided, decided_pairs, settled
from matchers.link import Linkage
from matchers.resolve import DECIDED
from matchers.score import scores_of
from matchers.spec import Spec, with_limits

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]
Flags = NDArray[np.bool_]
WORKERS: Final = 2


def link_again(
    aligned: Aligned,
    spec: Spec,
    state: State,
    link: float,
    review: float,
    labels: pl.DataFrame | None = None,
) -> tuple[Linkage, State]:
    """What `link_records(frame, spec, link, review, state.model, labels)` gives, and the state for the next night.

    `state` is what the night before has left (`link_with_state`, or this), `aligned` what `align(frame, spec, state)`
    gives. Rows are recognised by their content: ids may be others every night.

    Raises FullRunNeeded where pairs of records that have not changed may be judged otherwise than last night.
    """
    if state.made_for != fingerprint(spec):
        raise FullRunNeeded("the spec is another one")
    if (link, review) != (state.link, state.review):
        raise FullRunNeeded("the thresholds are others")
    night = tonight(aligned, spec, state)
    decided = decided_pairs(night.table, night.spec, labels)
    carried, depths, report = _candidates(night, state, decided)
    compared = compare_fresh(night, state, carried)
    first, weighed, second = _judge_again(night, state, carried, decided)
    probability = probabilities(weighed.weight)
    # What is handed out is large, and each part of it takes its time.
    with ThreadPoolExecutor(WORKERS) as pool:
        scored = pool.submit(_scored, night, carried, weighed, probability)
        best, rows = keep_again(night, state, carried, compared, weighed, probability, second)
        links = pool.submit(_links, night, second, best)
        pairs = settled(pairs_again(night, rows), night.table.frame[night.spec.record], decided)
    linkage = Linkage(
        links=links.result(),
        pairs=pairs,
        scored=scored.result(),
        model=state.model,
        blocking=report,
        torn=len(np.unique(second.group[second.torn])),
    )
    return linkage, replace(
        state,
        registers=tuple(night.table.registers),
        placeholders=night.placeholders,
        keyed=night.keyed,
        households=night.households,
        decided=decided,
        report=report,
        segments=night.moves.segments,
        depths=depths,
        records=_records(night, first, second, best),
        pairs=Pairs(carried.start, carried.right, carried.rules, carried.evidence, weighed.rivals),
        rows=rows,
    )


def _candidates(
    night: Tonight, state: State, decided: Decided
) -> tuple[Carried, tuple[tuple[Depth, ...], ...], pl.DataFrame]:
    """Tonight's pairs, the records of each block at every depth, and the report of blocking."""
    spec = with_limits(night.spec, state.model.limits)
    regrouped = regroup(spec, night.moves, state.depths, night.part_of, position_bits(night.size))
    lost = {number: night.before[entry.lost].astype(np.int64) for number, entry in enumerate(regrouped)}
    report = changed_report(state.report, regrouped)
    packed = [entry.pairs for entry in regrouped]
    packed.append(packed_pairs(decided.left.astype(np.uint64), decided.right.astype(np.uint64), BESIDES))
    undecided = (state.decided.left, state.decided.right)
    carried = carry(state.pairs, night.before, night.after, lost, undecided, united(packed, report))
    return carried, tuple(entry.depths for entry in regrouped), report


def _judge_again(night: Tonight, state: State, carried: Carried, decided: Decided) -> tuple[People, Weighed, People]:
    """The people by the evidence of the pairs alone, the weights of these beside their rivals, and the people then."""
    decisions = _other_decisions(night, state, decided)
    before = people_before(night, state.records)
    nothing = np.zeros(0, dtype=np.int64)
    first = _people(night, state, carried, carried.evidence, nothing, decided, decisions, before[0])
    if night.spec.repeats:
        return first, Weighed(carried.evidence, nothing, carried.rivals, nothing), first
    weighed = weigh_rivals(night, state, carried, first)
    second = _people(night, state, carried, weighed.weight, weighed.altered, decided, decisions, before[1])
    return first, weighed, second


def _other_decisions(night: Tonight, state: State, decided: Decided) -> Changed:
    """The pairs that are decided otherwise than last night, or were or are not decided at all."""
    old = state.decided
    left, right = night.after[old.left].astype(np.int64), night.after[old.right].astype(np.int64)
    here = (left >= 0) & (right >= 0)
    were = (left << 31 | right)[here] << 1 | old.same[here]
    are = (decided.left.astype(np.int64) << 31 | decided.right) << 1 | decided.same
    other = np.setxor1d(were, are) >> 1
    return Changed(
        (other >> 31).astype(np.int32), (other & 0x7FFFFFFF).astype(np.int32), np.ones(len(other), dtype=np.bool_)
    )


def _people(
    night: Tonight,
    state: State,
    carried: Carried,
    weight: FloatArray,
    altered: IntArray,
    decided: Decided,
    other_decisions: Changed,
    before: Before,
) -> People:
    """Resolve again what the changed pairs touch: those fresh or dropped, altered in weight or decided otherwise."""
    least = np.log2(state.link / (1.0 - state.link)) if state.link < 1.0 else DECIDED
    changed = [Changed(carried.left[at], carried.right[at], weight[at] >= least) for at in (carried.fresh, altered)]
    # What joined two records before stood in one group with both.
    changed.append(Changed(*carried.dropped, np.zeros(len(carried.dropped[0]), dtype=np.bool_)))
    redone = touched(night, before, [*changed, other_decisions])
    return resolve_again(night, carried, weight, decided, state.link, redone, before)


def _records(night: Tonight, first: People, second: People, best: Best) -> Records:
    return Records(
        content=night.content,
        slot=night.slot,
        register=night.table.register,
        source=night.table.source,
        person=second.person,
        group=others(second.group, second.person),
        first_person=others(first.person, second.person),
        first_group=others(first.group, second.person),
        torn=second.torn,
        first_torn=first.torn,
        best=best.other,
        weight=best.weight,
        basis=best.basis,
    )


def _scored(night: Tonight, carried: Carried, weighed: Weighed, probability: FloatArray) -> pl.DataFrame:
    ids = night.ids
    if ids.dtype.is_integer():
        # NumPy's way with numbers: Polars would look at every place for whether there is such a row.
        number = ids.to_numpy()
        left = pl.Series(np.repeat(number, np.diff(carried.start)))
        right = pl.Series(np.take(number, carried.right, mode="wrap"))
    else:
        left, right = ids.gather(carried.left), ids.gather(carried.right)
    return pl.DataFrame(
        {
            "left_record_id": left,
            "right_record_id": right,
            "probability": probability,
            "match_weight": weighed.weight,
            "rules": carried.rules & RULES,
        }
    )


def _links(night: Tonight, people: People, best: Best) -> pl.DataFrame:
    alone = best.other < 0
    return pl.DataFrame(
        {
            "record_id": night.ids,
            "entity": numbered(people.person),
            "probability": np.where(alone, 1.0, scores_of(best.weight).probability),
            "match_weight": pl.Series(best.weight).set(pl.Series(alone), None),
            "basis": pl.Series(basis_names(night.spec)).gather(best.basis),
        }
    )
