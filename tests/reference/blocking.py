"""Which pairs share a blocking key, where heavy blocks are split and what stays heavy is left out."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from matchers.spec import Block, KeyPart

Row = dict[str, Any]


@dataclass
class Found:
    """The pairs of one block, and its line of the report."""

    pairs: set[tuple[int, int]] = field(default_factory=set)
    records: int = 0
    split_records: int = 0
    dropped_records: int = 0
    dropped_pairs: int = 0


def block_pairs(rows: list[Row], block: Block) -> Found:
    """All pairs of records (by place in `rows`) that one block brings together."""
    found = Found()
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, row in enumerate(rows):
        key = tuple(_value(row, part) for part in block.key)
        if None not in key:
            groups.setdefault(key, []).append(place)
    for members in groups.values():
        if len(members) > block.limit:
            found.split_records += len(members)
        _pair_or_split(rows, members, block.split, block.limit, found)
    return found


def _pair_or_split(rows: list[Row], members: list[int], split: tuple[KeyPart, ...], limit: int, found: Found) -> None:
    if len(members) <= limit:
        found.pairs.update(itertools.combinations(members, 2))
        found.records += len(members) if len(members) > 1 else 0
    elif not split:
        found.dropped_records += len(members)
        found.dropped_pairs += len(members) * (len(members) - 1) // 2
    else:
        # Records without the part stay together.
        parts: dict[object, list[int]] = {}
        for place in members:
            parts.setdefault(_value(rows[place], split[0]), []).append(place)
        for some in parts.values():
            _pair_or_split(rows, some, split[1:], limit, found)


def _value(row: Row, part: KeyPart) -> object:
    """A record's value of one part of a key, None where it has none."""
    value = row[part.column]
    if value is None or value == "":
        return None
    if part.part is None:
        return value
    if part.part == "year":
        return value.year
    if part.part == "month":
        return value.year, value.month
    if part.part == "day_month":
        return value.month, value.day
    if part.part == "first_token":
        return value.split(" ")[0] or None
    if part.part == "last_token":
        return value.split(" ")[-1] or None
    if part.part == "joined":
        return value.replace(" ", "")
    length = int(part.part)
    return value[length:] if length < 0 else value[:length]
