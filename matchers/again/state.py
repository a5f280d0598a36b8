"""What a night leaves behind so that the next one compares only what is new or changed (`matchers.again`).

Everything is an array or a frame of plain columns, so that it can be written down as it is. What belongs to a record
and does not depend on others lies in *slots*: a record keeps its slot as long as its content stays, a new one gets a
new slot, and the segments of slots are never written again. What depends on others lies by *position*, the place of a
record among all records of its night in the order of their ids.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.rehouse import Households
from matchers.labels import Decided
from matchers.model import Model
from matchers.spec import Spec

IndexArray = NDArray[np.int32]
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Hashed = NDArray[np.uint64]

# The bit of `Pairs.rules` that says that a pair is near enough to be a rival; blocks have the bits below.
NEAR: Final = np.uint32(1 << 30)
BESIDES_BIT: Final = np.uint32(1 << 31)
RULES: Final = np.uint32(0xFFFFFFFF) ^ NEAR


class FullRunNeeded(Exception):
    """Tonight's records cannot be matched from last night's state; the text says why, in a few words."""


@dataclass(frozen=True)
class Segment:
    """Slots in the order in which their records came.

    `keys` has the key of every block, then the hash of every column of identifiers as it came, then those of the
    household and its people (`matchers.again.rehouse.standing`); `present` a bit for each of them that the record has.
    """

    keys: tuple[Hashed, ...]
    present: Hashed

    @property
    def size(self) -> int:
        """How many slots there are."""
        return len(self.present)


@dataclass(frozen=True)
class Part:
    """The keys of some slots, in their order."""

    slot: IndexArray
    key: Hashed


@dataclass(frozen=True)
class Depth:
    """One block, split so many times.

    `parts` has the keys of all records that have ever come so deep; of the first depth, to which all come, they are
    in the segments. `over` has the keys of the groups over the limit, ordered and without their highest bits
    (`matchers.blocks.position_bits`), `size` how many records each holds.
    """

    parts: tuple[Part, ...]
    over: Hashed
    size: IntArray


@dataclass(frozen=True)
class Others:
    """Few records, by position, of which a value is another one than elsewhere."""

    at: IndexArray
    value: IndexArray

    def within(self, values: IndexArray) -> IndexArray:
        """The values with these in their places."""
        out = values.copy()
        out[self.at] = self.value
        return out


@dataclass(frozen=True)
class Records:
    """One value a record, by position.

    `content` is a hash of all that is compared. `person` is given as the position of the person's first record,
    `group`, the connected group, likewise where it is another one; `first_person` and `first_group` are those found
    before rivals were weighed, where they are others. `torn` and `first_torn` are the records of groups that were
    taken apart. `best` is the other record of the best pair within its person (-1 without one), `weight` that pair's
    match weight, `basis` what the link rests on (`matchers.keep.bases`).
    """

    content: Hashed
    slot: IndexArray
    register: IndexArray
    source: IndexArray
    person: IndexArray
    group: Others
    first_person: Others
    first_group: Others
    torn: IndexArray
    first_torn: IndexArray
    best: IndexArray
    weight: FloatArray
    basis: NDArray[np.uint8]

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.content)


@dataclass(frozen=True)
class Pairs:
    """All candidate pairs, ordered: those of the record at position p as the left one from `start[p]` on.

    `rules` has a bit for each block that found the pair, and `NEAR`; `evidence` is the match weight before rivals,
    `rivals` what rivals take from it or their absence adds, for the near pairs only and in their order.
    """

    start: IndexArray
    right: IndexArray
    rules: NDArray[np.uint32]
    evidence: FloatArray
    rivals: FloatArray

    @property
    def size(self) -> int:
        """How many pairs there are."""
        return len(self.right)


@dataclass(frozen=True)
class Rows:
    """The kept pairs: segments that are never written again, and which of their rows stand, in order.

    A segment has the slots of both records (`left_slot`, `right_slot`) beside the rows of `matchers.keep.Kept`.
    """

    segments: tuple[pl.DataFrame, ...]
    standing: IndexArray


@dataclass(frozen=True)
class Known:
    """Where each value stands that a model knows: its hash, ordered, and its place among the model's values."""

    hashed: Hashed
    place: IndexArray


@dataclass(frozen=True)
class Keyed:
    """The names that there were, as their hashes, ordered; and a hash of each one's key (0 without one)."""

    hashed: Hashed
    key: Hashed


@dataclass(frozen=True)
class State:
    """What a night leaves behind; made and used by `matchers.again` only.

    `made_for` is the spec's fingerprint, `model` has its values. `widths` is the longest text of each column of
    digits of which beginnings are compared. `keyed` has the names that are compared by keys, by comparison; it is None
    when one of them has more than one key. `depths[b][d]` belongs to block b, split d times. `households` is None
    where none are linked, or the records came with them. `known` finds the values that the model knows, by comparison.
    """

    made_for: str
    model: Model
    link: float
    review: float
    registers: tuple[str, ...]
    sources: tuple[str, ...]
    placeholders: dict[str, pl.Series]
    widths: dict[str, int]
    keyed: dict[str, Keyed] | None
    decided: Decided
    report: pl.DataFrame
    segments: tuple[Segment, ...]
    depths: tuple[tuple[Depth, ...], ...]
    records: Records
    pairs: Pairs
    rows: Rows
    households: Households | None
    known: dict[str, Known]


def others(values: IndexArray, than: IndexArray) -> Others:
    """Where values are others than elsewhere."""
    at = np.flatnonzero(values != than).astype(np.int32)
    return Others(at, values[at])


def fingerprint(spec: Spec) -> str:
    """What tells one spec from another."""
    return hashlib.sha256(repr(spec).encode()).hexdigest()[:16]
