"""Small worlds of records that change from night to night, by a random generator: what offices do to their files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from tests.people import registers

Row = dict[str, Any]
Rows = list[Row]
Change = Callable[[Rows, np.random.Generator], Rows]
SCHEMA = {name: kind for name, kind in registers(1, 0).schema.items() if name not in {"record_id", "truth"}}
# A number that many names share in one register: a placeholder.
SHARED_NUMBER = "3602010101990001"


def world(people: int, random: np.random.Generator) -> Rows:
    """The rows of some people in four kinds of register, two registers of each."""
    frame = registers(people, int(random.integers(1 << 30)), faults=float(random.choice([0.05, 0.2, 0.4])))
    rows: Rows = frame.select(*SCHEMA).to_dicts()
    for row in rows:
        row["register"] = f"{row['source']} {int(row['village_code'][-1]) % 2}"
    return rows


def as_frame(rows: Rows, random: np.random.Generator) -> pl.DataFrame:
    """The rows with ids that rise with their places, in any order."""
    ids = np.cumsum(random.integers(1, 3, len(rows)))
    frame = pl.DataFrame(rows, schema=SCHEMA).with_columns(pl.Series("record_id", ids, dtype=pl.Int64))
    return frame[random.permutation(len(rows))]


def _some(rows: Rows, random: np.random.Generator) -> list[int]:
    """One place or a few."""
    return [int(place) for place in random.integers(0, len(rows), 1 + int(random.integers(0, 4)))] if rows else []


def _put(rows: Rows, more: Rows, random: np.random.Generator) -> Rows:
    out = list(rows)
    for row in more:
        out.insert(int(random.integers(0, len(out) + 1)), dict(row))
    return out


def remove(rows: Rows, random: np.random.Generator) -> Rows:
    """A few go."""
    gone = set(_some(rows, random))
    return [row for place, row in enumerate(rows) if place not in gone]


def add(rows: Rows, random: np.random.Generator) -> Rows:
    """A few people come."""
    return _put(rows, world(1 + int(random.integers(0, 3)), random), random)


def double(rows: Rows, random: np.random.Generator) -> Rows:
    """A few rows stand twice, in their register or in another."""
    more = [dict(rows[place]) for place in _some(rows, random)]
    for row in more:
        if random.random() < 0.5:
            row |= {name: rows[0][name] for name in ("source", "register")}
    return _put(rows, more, random)


def twin(rows: Rows, random: np.random.Generator) -> Rows:
    """A few get a twin of another name, with a number of their own or without."""
    more = [dict(rows[place]) for place in _some(rows, random)]
    for row in more:
        row["name_std"] = f"DWI {row['name_std']}"
        row["name_key"] = f"DW {row['name_key']}"
        own = random.random() < 0.7
        row["nik"] = f"{row['nik'][:-1]}{random.integers(0, 10)}" if row["nik"] and own else None
    return _put(rows, more, random)


def edit(rows: Rows, random: np.random.Generator) -> Rows:
    """A field of a few is another one's, or empty, or mistyped."""
    out = [dict(row) for row in rows]
    for place in _some(rows, random):
        row, other = out[place], rows[int(random.integers(0, len(rows)))]
        fields = [("name_std", "name_key"), ("nik", "nik_birth_date"), ("birth_date",), ("kk",), ("village_code",)]
        names = fields[int(random.integers(0, len(fields)))]
        how = random.random()
        for name in names:
            if how < 0.5:
                row[name] = other[name]
            elif how < 0.7:
                row[name] = None
        if how >= 0.7 and names == ("birth_date",) and row["birth_date"]:
            row["birth_date"] += timedelta(days=int(random.integers(1, 40)))
    return out


def move(rows: Rows, random: np.random.Generator) -> Rows:
    """A few stand at another place, or all of them."""
    if random.random() < 0.2:
        return [rows[int(place)] for place in random.permutation(len(rows))]
    gone = set(_some(rows, random))
    rest = [row for place, row in enumerate(rows) if place not in gone]
    return _put(rest, [rows[place] for place in gone], random)


def register_goes(rows: Rows, random: np.random.Generator) -> Rows:
    """A register comes no more."""
    names = sorted({row["register"] for row in rows})
    gone = names[int(random.integers(0, len(names)))] if names else None
    return [row for row in rows if row["register"] != gone]


def register_comes(rows: Rows, random: np.random.Generator) -> Rows:
    """Some of a register come under the name of a new one, which stands first, last or between."""
    out = [dict(row) for row in rows]
    name = f"{'abprz'[int(random.integers(0, 5))]} new"
    for place in _some(rows, random):
        out[place]["register"] = name
    return out


def share_a_number(rows: Rows, random: np.random.Generator) -> Rows:
    """A few of one register have one and the same number: about as many as make it a placeholder."""
    out = [dict(row) for row in rows]
    for place in _some(rows, random):
        out[place] |= {"nik": SHARED_NUMBER, "nik_birth_date": None, "register": rows[0]["register"]}
        out[place]["source"] = rows[0]["source"]
    return out


def unshare(rows: Rows, random: np.random.Generator) -> Rows:
    """The first who has that number has it no more."""
    out = [dict(row) for row in rows]
    for row in out:
        if row["nik"] == SHARED_NUMBER:
            row["nik"] = None
            break
    return out


def new_card(rows: Rows, random: np.random.Generator) -> Rows:
    """A family has another card in one register: its two cards are one household from two people on."""
    if not rows:
        return rows
    card, register = (rows[int(random.integers(0, len(rows)))][name] for name in ("kk", "register"))
    return [
        row | {"kk": f"9{card[1:]}"} if card and row["kk"] == card and row["register"] == register else dict(row)
        for row in rows
    ]


def no_card(rows: Rows, random: np.random.Generator) -> Rows:
    """One of those cards is the old one again."""
    out = [dict(row) for row in rows]
    for row in out:
        if row["kk"] and row["kk"].startswith("9"):
            row["kk"] = f"3{row['kk'][1:]}"
            break
    return out


CHANGES: tuple[Change, ...] = (
    remove,
    add,
    double,
    twin,
    edit,
    move,
    register_goes,
    register_comes,
    share_a_number,
    unshare,
    new_card,
    no_card,
)


def decisions(frame: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame | None:
    """What people have decided of some pairs of a frame's records, or nothing."""
    count = int(random.integers(0, 5))
    ids = frame["record_id"].sort()
    if not count or ids.len() < 2:
        return None
    sides = [ids.gather(random.integers(0, ids.len(), count)) for _ in range(2)]
    return pl.DataFrame({"left_record_id": sides[0], "right_record_id": sides[1], "same": random.random(count) < 0.5})
