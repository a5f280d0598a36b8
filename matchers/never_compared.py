"""How many pairs of one person no blocking key brought together, from how few keys brought the others together.

A record is missed when no key brings it together with any record of its person. How many such records there are is
told by those that only just were found (Chao 1987): where F1 records were found once and F2 twice, about
F1 (F1 - 1) / (2 (F2 + 1)) were never found. What is "once"? Keys that share a column find the same records again, so
that counting every key makes the missed ones seem fewer than they are. Counting only keys without a column in common
makes them seem more: what two such keys found has less in common than it has with what neither found. On synthetic
worlds the truth lies between the two, nearest to their geometric mean, which is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.blocks import BESIDES
from matchers.doubts import Compared, Doubts, Found, IndexArray, IntArray
from matchers.spec import LINKED_HOUSEHOLD, Spec

Rules = NDArray[np.uint32]
# All bits but that of the pairs that no key needs to have found.
KEYS: Final = np.uint32(~(1 << int(BESIDES)) & 0xFFFFFFFF)


def key_columns(spec: Spec) -> tuple[frozenset[str], ...]:
    """The columns of each blocking key, without those that a household shares where there are others."""
    shared = {LINKED_HOUSEHOLD, *(c.column for c in spec.comparisons if c.household)}
    columns = [frozenset(part.column for part in block.key) for block in spec.blocks]
    return tuple(one - shared or one for one in columns)


def never_compared(found: Found, inside: Compared, columns: Sequence[frozenset[str]]) -> Doubts:
    """Pairs that stand for those that are missed because their records were never compared.

    `inside` are the compared pairs inside a person, `columns` those of each blocking key. Each record found once
    stands for `chance` records that were not found, each missing as many pairs as it has with its own person.
    """
    rules = np.zeros(len(found.entity), dtype=np.uint32)
    np.bitwise_or.at(rules, inside.left, inside.rules)
    np.bitwise_or.at(rules, inside.right, inside.rules)
    rules &= KEYS
    apart = _keys_apart(rules, columns)
    by_any, by_apart = _missed(found, np.bitwise_count(rules)), _missed(found, apart)
    once = np.flatnonzero(apart == 1)
    each = (by_any * by_apart) ** 0.5 / max(_missing(found, once).sum(), 1.0)
    left, right = _with_its_person(found, once)
    return Doubts(left, right, np.where(found.size[found.entity[left]] == 2, 0.5, 1.0) * each, left)


def _missing(found: Found, records: IntArray) -> NDArray[np.float64]:
    """How many pairs are missed when a record is: a person of two is missed once, not once for each of them."""
    size = found.size[found.entity[records]]
    return np.where(size == 2, 0.5, size - 1.0)


def _missed(found: Found, times: NDArray[np.uint8]) -> float:
    """How many pairs were never found, by how often each record was found."""
    once, twice = (float(_missing(found, np.flatnonzero(times == count)).sum()) for count in (1, 2))
    return once * max(once - 1.0, 0.0) / (2.0 * (twice + 1.0))


def _keys_apart(rules: Rules, columns: Sequence[frozenset[str]]) -> NDArray[np.uint8]:
    """How many keys without a column in common each record was found by at most; three stands for more too."""
    distinct = pl.Series("rules", rules).unique().sort()
    bits = distinct.to_numpy()
    most = (bits > 0).astype(np.uint8)
    for count in (2, 3):
        for keys in combinations(range(len(columns)), count):
            if len(frozenset().union(*(columns[key] for key in keys))) == sum(len(columns[key]) for key in keys):
                wanted = np.uint32(sum(1 << key for key in keys))
                most[bits & wanted == wanted] = count
    table = pl.DataFrame({"rules": distinct, "most": most})
    joined = pl.DataFrame({"rules": rules}).join(table, on="rules", how="left", maintain_order="left")
    return joined["most"].to_numpy()


def _with_its_person(found: Found, records: IntArray) -> tuple[IndexArray, IndexArray]:
    """Each record with every other record of its person."""
    chosen = np.zeros(len(found.size), dtype=np.bool_)
    chosen[found.entity[records]] = True
    members = found.of_people(chosen)
    entity = found.entity[members]
    begin = np.searchsorted(entity, found.entity[records])
    many = np.searchsorted(entity, found.entity[records], side="right") - begin
    left = np.repeat(records, many)
    nth = np.arange(len(left)) - np.repeat(np.cumsum(many) - many, many)
    right = members[np.repeat(begin, many) + nth]
    keep = left != right
    return left[keep].astype(np.int32), right[keep].astype(np.int32)
