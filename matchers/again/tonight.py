"""Tonight's records beside what last night left: who came, who went, and what must be the same for both nights."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from matchers.again.alignment import Aligned
from matchers.again.lookup import ALL, places
from matchers.again.regroup import Moves
from matchers.again.rehouse import Households, rehouse, standing
from matchers.again.state import FullRunNeeded, Keyed, Others, Segment, State
from matchers.blocks import position_bits
from matchers.sorting import distinct_numbers
from matchers.spec import LINKED_HOUSEHOLD, KeyPart, Spec
from matchers.table import MISSING, Hashes, Table, coded, identifiers, shared_by_many, width_of, without_placeholders

IndexArray = NDArray[np.int32]
IntArray = NDArray[np.int64]
Hashed = NDArray[np.uint64]
Flags = NDArray[np.bool_]
FEW: Final = 1000
# Few records are less than one of so many.
FEW_OF: Final = 64
TWO_KEYS: Final = "a name has more than one key"
WORKERS: Final = 2


@dataclass(frozen=True)
class Tonight:
    """All of tonight's records, in the order of their ids.

    `before` has each one's position last night (-1 for those that came), `after` the other way round; `slot` its
    slot. `table` holds the ids, registers and sources of all, and no column.
    """

    spec: Spec
    frame: pl.DataFrame
    content: Hashed
    before: IndexArray
    after: IndexArray
    slot: IndexArray
    moves: Moves
    table: Table
    placeholders: dict[str, pl.Series]
    keyed: dict[str, Keyed]
    households: Households | None

    @property
    def size(self) -> int:
        """How many records there are."""
        return len(self.before)

    @property
    def came(self) -> IntArray:
        """The positions of those that came."""
        return np.flatnonzero(self.before < 0)

    def carried(self, places: IndexArray) -> IndexArray:
        """Positions last night, one for each of last night's records, as positions tonight for each of tonight's.

        -1 where there is none any more, and for records that came.
        """
        out = np.full(self.size, -1, dtype=np.int32)
        if len(places):
            last_night = places[self.before]
            np.take(self.after, last_night, out=out, mode="wrap")
            out[last_night < 0] = -1
            out[self.before < 0] = -1
        return out

    def others(self, values: IndexArray, few: Others) -> IndexArray:
        """Carried `values` with those in their places that were others last night."""
        at, value = self.after[few.at], self.after[few.value]
        out = values.copy()
        out[at[at >= 0]] = value[at >= 0]
        return out

    def still(self, positions: IndexArray) -> IndexArray:
        """Positions last night as positions tonight, of those that are still there."""
        at = self.after[positions]
        return at[at >= 0]

    @property
    def ids(self) -> pl.Series:
        """The ids of all records."""
        return self.table.frame[self.spec.record]

    def rows(self, positions: IndexArray) -> pl.DataFrame:
        """The records at some positions, which rise, without placeholders."""
        if len(positions) * FEW_OF < self.size:
            some = self.frame[positions]
        else:
            # One pass over all of them is faster than looking for many, above all in a frame of many pieces.
            wanted = np.zeros(self.size, dtype=np.bool_)
            wanted[positions] = True
            some = self.frame.filter(pl.Series(wanted))
        return _ready(some, self.spec, self.households, self.placeholders)

    def part_of(self, part: KeyPart, positions: IntArray) -> tuple[Hashed, Flags]:
        """The hashes of a part of a blocking key, and whether the record has it (see `matchers.again.regroup`)."""
        if self.households is not None and part.column == LINKED_HOUSEHOLD:
            rows = self.households.linked(self.frame[positions], self.spec).to_frame()
        else:
            held = {name: values for name, values in self.placeholders.items() if name == part.column}
            rows = without_placeholders(self.frame.select(part.column)[positions], held)
        return Hashes(_bare(rows)).key((part,))

    def table_of(self, positions: IndexArray, widths: dict[str, int]) -> Table:
        """Some records ready for comparison, with tonight's numbers of registers and sources."""
        table = coded(self.rows(positions), self.spec)
        columns = {
            name: replace(column, width=widths[name]) if name in widths else column
            for name, column in table.columns.items()
        }
        return replace(
            table,
            columns=columns,
            register=self.table.register[positions],
            registers=self.table.registers,
            source=self.table.source[positions],
            sources=self.table.sources,
        )


def tonight(aligned: Aligned, spec: Spec, state: State) -> Tonight:
    """Take up tonight's records.

    Raises FullRunNeeded when there is another set of sources, when the longest text of a column of which beginnings
    are compared has changed, when a name has more than one key, or when the number of records has outgrown the sorted
    keys: each of these touches pairs of records that have not changed.
    """
    if position_bits(len(aligned.before)) != position_bits(state.records.size):
        raise FullRunNeeded("the number of records has outgrown the sorted keys")
    if (state.households is None) != (LINKED_HOUSEHOLD not in spec.columns or LINKED_HOUSEHOLD in aligned.frame):
        raise FullRunNeeded("linked households are made another way")
    before, after, placeholders, houses = _without_flipped(aligned, spec, state)
    there, came = before >= 0, np.flatnonzero(before < 0)
    register, registers = _labels(aligned.frame, spec.register, before, came, state.records.register, state.registers)
    source, sources = _labels(aligned.frame, spec.source, before, came, state.records.source, state.sources)
    if tuple(sources) != state.sources:
        raise FullRunNeeded("the sources are others")
    keyed = _keyed(aligned.frame, spec, came, state.keyed)
    if not _same_widths(aligned.frame, came, placeholders, state.widths):
        raise FullRunNeeded("the longest number of a column has another length")
    slots = sum(segment.size for segment in state.segments)
    slot = np.empty(len(before), dtype=np.int32)
    slot[there] = state.records.slot[before[there]]
    slot[came] = np.arange(slots, slots + len(came))
    place = np.full(slots + len(came), -1, dtype=np.int32)
    place[slot] = np.arange(len(slot), dtype=np.int32)
    raw = aligned.frame[came]
    new = segment_of(raw, _ready(raw, spec, houses, placeholders), spec)
    gone = state.records.slot[np.flatnonzero(after < 0)].astype(np.int64)
    ids = aligned.frame.select(spec.record).rechunk()
    return Tonight(
        spec,
        aligned.frame,
        aligned.content,
        before,
        after,
        slot,
        Moves((*state.segments, new), place, gone),
        Table(ids, {}, register, registers, source, sources, None),
        placeholders,
        keyed,
        houses,
    )


def segment_of(
    raw: pl.DataFrame, rows: pl.DataFrame, spec: Spec, keys: list[tuple[Hashed, Flags]] | None = None
) -> Segment:
    """New slots for records, as they came and without their placeholders; `keys` are those of the blocks if known."""
    hashes = Hashes(_bare(rows))
    every = keys if keys is not None else [hashes.key(block.key) for block in spec.blocks]
    for column in identifiers(spec):
        every.append((raw[column].hash(seed=7).to_numpy(), raw[column].is_not_null().to_numpy()))
    if LINKED_HOUSEHOLD not in raw.columns and LINKED_HOUSEHOLD in spec.columns:
        every.extend(standing(raw, spec))
    present = np.zeros(raw.height, dtype=np.uint64)
    for row, (_, has) in enumerate(every):
        present |= has.astype(np.uint64) << np.uint64(row)
    return Segment(tuple(np.where(has, key, np.uint64(0)) for key, has in every), present)


def compared_by_beginnings(spec: Spec) -> tuple[str, ...]:
    """The columns of digits of which beginnings are compared: for these the longest text must be known."""
    compared = (
        comparison.column
        for comparison in spec.comparisons
        if comparison.kind == "digits" and any(level.test == "prefix" for level in comparison.levels)
    )
    return tuple(dict.fromkeys(compared))


def _same_widths(frame: pl.DataFrame, came: IntArray, placeholders: dict[str, pl.Series], old: dict[str, int]) -> bool:
    """Whether the longest text of each such column is as long as last night."""
    for column, width in old.items():
        rows = without_placeholders(frame.select(column), {n: v for n, v in placeholders.items() if n == column})
        values = rows[column]
        if width_of(values[came]) > width:
            return False
        # Nearly always one of the first values of that length is a number.
        longest = values.filter(values.str.len_chars() == width)
        if width and width_of(longest.head(FEW)) != width and width_of(values) != width:
            return False
    return True


def _keyed(frame: pl.DataFrame, spec: Spec, came: IntArray, old: dict[str, Keyed] | None) -> dict[str, Keyed]:
    """The names compared by keys, with those that came; raises FullRunNeeded where one has more than one key."""
    if old is None:
        raise FullRunNeeded(TWO_KEYS)
    out = {}
    for comparison in spec.comparisons:
        if comparison.kind != "name" or not comparison.key:
            continue
        new = frame.select(name=comparison.column, key=comparison.key)[came]
        filled = pl.col("name", "key").str.len_bytes().fill_null(0) > 0
        there = new.select(filled)
        new = new.filter(there["name"])
        key = np.where(there["key"].filter(there["name"]).to_numpy(), new["key"].hash(seed=7).to_numpy(), np.uint64(0))
        name, first = np.unique(new["name"].hash(seed=7).to_numpy(), return_index=True)
        before = old[comparison.name]
        at = np.searchsorted(before.hashed, name)
        known = before.hashed[np.minimum(at, max(len(before.hashed) - 1, 0))] == name if len(before.hashed) else at < 0
        merged = Keyed(
            np.insert(before.hashed, at[~known], name[~known]), np.insert(before.key, at[~known], key[first[~known]])
        )
        if np.any(merged.key[np.searchsorted(merged.hashed, new["name"].hash(seed=7).to_numpy())] != key):
            raise FullRunNeeded(TWO_KEYS)
        out[comparison.name] = merged
    return out


def _ready(
    raw: pl.DataFrame, spec: Spec, houses: Households | None, placeholders: dict[str, pl.Series]
) -> pl.DataFrame:
    """Records with linked households and without placeholders: the columns that the spec reads."""
    if houses is not None:
        raw = raw.with_columns(houses.linked(raw, spec)).select(spec.columns)
    return without_placeholders(raw, placeholders)


def _bare(rows: pl.DataFrame) -> Table:
    """A table of records whose columns are not coded: what hashing keys needs."""
    nobody = np.zeros(0, dtype=np.int32)
    return Table(rows, {}, nobody, [], nobody, [], None)


def _without_flipped(
    aligned: Aligned, spec: Spec, state: State
) -> tuple[IndexArray, IndexArray, dict[str, pl.Series], Households | None]:
    """Tonight's placeholders and linked households; and both nights' positions, without those of records that these
    have changed.

    A number becomes a placeholder, or ceases to be one, only when a record that holds it comes or goes, and a
    household is linked with another one only when one of its people does.
    """
    before = aligned.before.copy()
    there, came = np.flatnonzero(before >= 0), np.flatnonzero(before < 0)
    after = np.full(state.records.size, -1, dtype=np.int32)
    after[before[there]] = there
    place = np.full(sum(segment.size for segment in state.segments), -1, dtype=np.int32)
    place[state.records.slot] = after
    gone = state.records.slot[np.flatnonzero(after < 0)].astype(np.int64)
    old = Moves((*state.segments, _no_slots(state)), place, gone)
    houses = None
    with ThreadPoolExecutor(WORKERS) as pool:
        if state.households is not None:
            first = len(spec.blocks) + len(identifiers(spec))
            linked = pool.submit(_rehoused, state.households, old, first, standing(aligned.frame[came], spec))
        found = {
            column: _placeholders(aligned.frame, spec, old, came, len(spec.blocks) + number, state.placeholders[column])
            for number, column in enumerate(identifiers(spec))
        }
        turned = [at for _, at in found.values()]
        if state.households is not None:
            houses, others = linked.result()
            turned.append(place[old.holders(first, others, ALL)[0]].astype(np.int64))
    at = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *turned]))
    at = at[before[at] >= 0]
    after[before[at]] = -1
    before[at] = -1
    return before, after, {column: values for column, (values, _) in found.items()}, houses


def _placeholders(
    frame: pl.DataFrame, spec: Spec, old: Moves, came: IntArray, row: int, were: pl.Series
) -> tuple[pl.Series, IntArray]:
    """Tonight's placeholders of a column of identifiers, of which the hashes are the keys of a row; and the positions
    of records there before whose number became one, or ceased to be one."""
    values = frame[were.name]
    new = came[values[came].is_not_null().to_numpy()]
    asked, _ = distinct_numbers(np.concatenate([old.key(row, old.gone)[0], values[new].hash(seed=7).to_numpy()]))
    holders = old.place[old.holders(row, asked, ALL)[0]].astype(np.int64)
    shared = shared_by_many(frame[np.concatenate([holders, new])], spec, were.name)
    touched = np.zeros(were.len(), dtype=np.bool_)
    touched[places(were.hash(seed=7).to_numpy(), asked)[0]] = True
    either = pl.concat([were.filter(pl.Series(touched)), shared])
    flipped = either.filter(either.is_unique())
    turned = holders[values[holders].is_in(flipped.implode()).to_numpy()] if flipped.len() else holders[:0]
    return pl.concat([were.filter(pl.Series(~touched)), shared]), turned


def _rehoused(known: Households, old: Moves, row: int, came: list[tuple[Hashed, Flags]]) -> tuple[Households, Hashed]:
    """Tonight's linked households (see `matchers.again.rehouse.rehouse`); their keys are those from `row` on."""
    went, new, stay = [], [], []
    (house, _), *people = came
    for number, (person, there) in enumerate(people, row + 1):
        gone, slots = old.key(number, old.gone)
        went.append((gone, old.key(row, slots)[0]))
        new.append((person[there], house[there]))
        asked, _ = distinct_numbers(np.concatenate([gone, person[there]]))
        slots, _ = old.holders(number, asked, ALL)
        stay.append((old.key(number, slots)[0], old.key(row, slots)[0]))
    return rehouse(known, went, new, stay)


def _no_slots(state: State) -> Segment:
    nothing = np.zeros(0, dtype=np.uint64)
    return Segment((nothing,) * len(state.segments[0].keys), nothing)


def _labels(
    frame: pl.DataFrame,
    column: str | None,
    before: IndexArray,
    came: IntArray,
    old: IndexArray,
    names: tuple[str, ...],
) -> tuple[IndexArray, list[str]]:
    """Each record's number among the names of the registers, or sources, that there are tonight; and the names."""
    if column is None:
        return np.zeros(len(before), dtype=np.int32), list(names)
    new = frame[column][came].cast(pl.String)
    out = np.append(old, np.int32(MISSING))[before]
    still = np.bincount(out + 1, minlength=len(names) + 1)[1:] > 0
    labels = sorted({name for name, here in zip(names, still, strict=True) if here} | set(new.drop_nulls().unique()))
    number = {name: place for place, name in enumerate(labels)}
    if labels != list(names):
        out = np.array([*(number.get(name, MISSING) for name in names), MISSING], dtype=np.int32)[out]
    out[came] = new.cast(pl.Enum(labels)).to_physical().cast(pl.Int32).fill_null(MISSING).to_numpy()
    return out, labels
