"""Candidate pairs: a union of equi-joins on keys, each bounded, with the rules that found a pair kept as bits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.sorting import sorted_numbers, starts
from matchers.spec import Block, Spec
from matchers.table import Hashes, Table

# A pair is one number: two positions of 29 bits and the rule that found it.
_RULE_BITS = np.uint64(5)
_RULE_MASK = np.uint64((1 << 5) - 1)
_INDEX_BITS = np.uint64(29)
_INDEX_MASK = np.uint64((1 << 29) - 1)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_ABSENT = np.uint64(0x9E3779B97F4A7C15)


# Limits are fitted no lower than so many records a source.
LEAST_BLOCK: Final = 2
HALVINGS: Final = 30
WORKERS: Final = 2
# The "rule" of pairs that no blocking key needs to have found.
BESIDES = np.uint64(31)


IndexArray = NDArray[np.int32]
# For each block, at each depth of splitting, the positions of the records that come so deep, and their keys.
Keys = list[list[tuple[NDArray[np.int64], NDArray[np.uint64]]]]


@dataclass(frozen=True)
class Candidates:
    """Pairs of record positions, `left < right`, ordered; `rules` has a bit for each block that found the pair."""

    left: IndexArray
    right: IndexArray
    rules: NDArray[np.uint32]
    report: pl.DataFrame

    @property
    def size(self) -> int:
        """How many pairs there are."""
        return len(self.left)


def candidates(
    table: Table,
    spec: Spec,
    besides: tuple[IndexArray, IndexArray] | None = None,
    hashes: Hashes | None = None,
    keys: Keys | None = None,
) -> Candidates:
    """All pairs of records that share a blocking key, and the pairs `besides` (positions, the lower one left).

    `hashes` are those of the table where they have been made before.

    `report` has a row a block: `block, records, pairs, split_records, dropped_records, dropped_pairs` (records in
    blocks that stayed over the limit after every split are left out of that block, and counted here). `keys`, an
    empty list, is filled with the records and their keys at every depth of each block.
    """
    if keys is not None:
        keys.extend([] for _ in spec.blocks)
    with ThreadPoolExecutor(WORKERS) as pool:
        done = list(pool.map(partial(_of_block, hashes or Hashes(table), keys), range(len(spec.blocks)), spec.blocks))
    packed = [pairs for pairs, _ in done]
    rows = [row for _, row in done]
    if besides is not None:
        packed.append(packed_pairs(besides[0].astype(np.uint64), besides[1].astype(np.uint64), BESIDES))
    return united(packed, pl.DataFrame(rows))


def fit_limits(table: Table, spec: Spec, hashes: Hashes) -> tuple[int, ...]:
    """For each block the limit that keeps all of them together within the spec's `pairs_per_record`.

    Every block gets the same share of pairs before splitting, as large as the whole allows, so that the work grows
    with the records and not with the sizes of their blocks. No limit rises above the one declared, nor falls so low
    that one person's own records could not stand in a block together. Where a register may hold a person many times
    nothing is known of how many pairs there must be, and the declared limits stand.
    """
    others = max(len(table.sources) - 1, 1)
    least = LEAST_BLOCK * (others + 1)
    allowed = spec.pairs_per_record * others * table.size
    declared = tuple(block.limit for block in spec.blocks)
    if spec.repeats or not table.size:
        return declared
    with ThreadPoolExecutor(WORKERS) as pool:
        brought = list(pool.map(partial(_pairs_up_to, hashes), spec.blocks))
    if sum(pairs[-1] for pairs in brought) <= allowed:
        return declared

    def limits(share: float) -> tuple[int, ...]:
        return tuple(
            max(int(np.searchsorted(pairs, share, side="right")) - 1, min(least, limit))
            for pairs, limit in zip(brought, declared, strict=True)
        )

    low, high = 0.0, float(max(pairs[-1] for pairs in brought))
    for _ in range(HALVINGS):
        share = (low + high) / 2
        total = sum(pairs[limit] for pairs, limit in zip(brought, limits(share), strict=True))
        low, high = (share, high) if total <= allowed else (low, share)
    return limits(low)


def _pairs_up_to(hashes: Hashes, block: Block) -> NDArray[np.float64]:
    """How many pairs the groups of at most 0, 1, 2 ... `limit` records make."""
    size = np.arange(block.limit + 1)
    groups = hashes.groups[block.name] = _first_groups(hashes, block)
    number = np.bincount(groups.size, minlength=block.limit + 1)[: block.limit + 1]
    return np.asarray(np.cumsum(number * (size * (size - 1) / 2.0)))


def forecast(table: Table, spec: Spec) -> pl.DataFrame:
    """The report of `candidates` without making the pairs: what each block would bring and leave out."""
    hashes = Hashes(table)
    return pl.DataFrame([_split_block(hashes, block)[1] for block in spec.blocks])


@dataclass(frozen=True)
class Groups:
    """Groups of two or more records that share a key: those at `first` and the `size - 1` next places of `member`.

    The members of a group stand in the order of their positions.
    """

    member: IndexArray
    first: IndexArray
    size: IndexArray

    def where(self, keep: NDArray[np.bool_]) -> Groups:
        """Some of the groups."""
        return Groups(self.member, self.first[keep], self.size[keep])

    @property
    def places(self) -> NDArray[np.int64]:
        """The places in `member` of all members, group after group."""
        before = np.cumsum(self.size, dtype=np.int64) - self.size
        return np.repeat(self.first - before, self.size) + np.arange(self.records)

    @property
    def records(self) -> int:
        """How many records stand in the groups."""
        return int(self.size.sum(dtype=np.int64))

    @property
    def pairs(self) -> int:
        """How many pairs the groups hold."""
        size = self.size.astype(np.int64)
        return int((size * (size - 1)).sum() // 2)


def _of_block(
    hashes: Hashes, keys: Keys | None, number: int, block: Block
) -> tuple[NDArray[np.uint64], dict[str, object]]:
    pieces, row = _split_block(hashes, block, None if keys is None else keys[number])
    return np.concatenate([_pairs(piece, np.uint64(number)) for piece in pieces]), row


def _first_groups(hashes: Hashes, block: Block) -> Groups:
    """The groups of a block before any is split."""
    key, present = hashes.key(block.key)
    members = np.flatnonzero(present)
    return _groups(key[members], members, position_bits(hashes.size))


def _split_block(
    hashes: Hashes, block: Block, keys: list[tuple[NDArray[np.int64], NDArray[np.uint64]]] | None = None
) -> tuple[list[Groups], dict[str, object]]:
    """The groups of two or more within the limit, at every depth of splitting, and the block's row of the report."""
    bits = position_bits(hashes.size)
    if keys is not None:
        key, present = hashes.key(block.key)
        keys.append((np.flatnonzero(present), key[present]))
    groups = hashes.groups.pop(block.name, None) or _first_groups(hashes, block)
    pieces = [groups.where(groups.size <= block.limit)]
    over = groups.where(groups.size > block.limit)
    split_records = over.records
    members = np.sort(over.member[over.places]).astype(np.int64)
    key = hashes.key(block.key, members)[0]
    for part in block.split:
        if not len(members):
            break
        key = deeper_key(key, *hashes.key((part,), members))
        if keys is not None:
            keys.append((members, key))
        groups = _groups(key, members, bits)
        pieces.append(groups.where(groups.size <= block.limit))
        over = groups.where(groups.size > block.limit)
        beyond = np.zeros(hashes.size, dtype=np.bool_)
        beyond[over.member[over.places]] = True
        key, members = key[beyond[members]], members[beyond[members]]
    return pieces, {
        "block": block.name,
        "records": sum(piece.records for piece in pieces),
        "pairs": sum(piece.pairs for piece in pieces),
        "split_records": split_records,
        "dropped_records": over.records,
        "dropped_pairs": over.pairs,
    }


def deeper_key(key: NDArray[np.uint64], finer: NDArray[np.uint64], filled: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """The keys of records one split deeper, by the part `finer` where it is `filled`.

    Absent values stay a group of their own: a record without a village is not lost from the block.
    """
    # Mixed first, so that a part which the key holds already does not cancel it out.
    return (key * _MIX ^ np.where(filled, finer, _ABSENT)) * _MIX


def position_bits(records: int) -> np.uint64:
    """How many bits of a sorted key hold the position.

    The same for up to four million records: which keys fall together does not change when a few records come.
    """
    return np.uint64(max(records.bit_length(), 22))


def _groups(key: NDArray[np.uint64], members: NDArray[np.int64], bits: np.uint64) -> Groups:
    """The members that share their key with another.

    Key and position are sorted as one number, which is many times faster than sorting positions by key. The key keeps
    the 64 bits less those of the position: two keys that fall together there make a few pairs more, and lose none.
    """
    ordered = sorted_numbers((key << bits) | members.astype(np.uint64))
    first = np.flatnonzero(starts(ordered >> bits)).astype(np.int32)
    size = np.diff(first, append=np.int32(len(ordered)))
    member = (ordered & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int32)
    return Groups(member, first[size > 1], size[size > 1])


def _pairs(groups: Groups, number: np.uint64) -> NDArray[np.uint64]:
    """All pairs of the groups: each member with the next, with the next but one ..., as far as its group goes."""
    at = groups.places
    rest = np.repeat(np.cumsum(groups.size, dtype=np.int64), groups.size) - np.arange(len(at)) - 1
    member = groups.member.astype(np.uint64)
    out = [np.zeros(0, dtype=np.uint64)]
    for step in range(1, int(groups.size.max(initial=1))):
        goes_on = rest >= step
        at, rest = at[goes_on], rest[goes_on]
        # Members of a group stand in the order of their positions: the first of a pair is the lower.
        out.append(packed_pairs(member[at], member[at + step], number))
    return np.concatenate(out)


def packed_pairs(low: NDArray[np.uint64], high: NDArray[np.uint64], number: np.uint64) -> NDArray[np.uint64]:
    """Pairs of positions and the number of the block that found them, each as one number."""
    return np.asarray((((low << _INDEX_BITS) | high) << _RULE_BITS) | number)


def united(packed: list[NDArray[np.uint64]], report: pl.DataFrame) -> Candidates:
    """Pairs in order, each once, with all the blocks that found it; empties `packed`."""
    every = sorted_numbers(np.concatenate(packed))
    packed.clear()
    pair = every >> _RULE_BITS
    first = np.flatnonzero(starts(pair))
    bits = np.left_shift(np.uint32(1), (every & _RULE_MASK).astype(np.uint32))
    rules = np.bitwise_or.reduceat(bits, first) if len(first) else np.zeros(0, dtype=np.uint32)
    pair = pair[first]
    return Candidates(
        left=(pair >> _INDEX_BITS).astype(np.int32),
        right=(pair & _INDEX_MASK).astype(np.int32),
        rules=rules,
        report=report,
    )
