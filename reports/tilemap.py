"""The map of tiles: where the tile of each regency stands."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from functools import cache
from typing import Any

from reports.words import TEMPLATES

Row = dict[str, Any]
WIDER = 1.7  # so many times more columns than rows, where no positions are declared
MOST_COLUMNS = 8


@cache
def _declared() -> dict[str, tuple[int, int]]:
    """Regency code -> column and row, from `templates/tiles.csv`; both count from 1, rows from the north."""
    with (TEMPLATES / "tiles.csv").open(encoding="utf-8", newline="") as file:
        return {row["regency_code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


def positions(codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Column and row of each regency's tile, from 1: as declared, or side by side in the order of their codes.

    A province of which one regency is not declared (a new one, an unknown code) is laid out by code as a whole,
    regencies before cities: places that stand elsewhere than on a real map are better than two on one another.
    """
    known, wanted = _declared(), sorted(set(codes))
    if wanted and all(code in known for code in wanted):
        return {code: known[code] for code in wanted}
    columns = min(max(math.ceil(math.sqrt(len(wanted) * WIDER)), 1), MOST_COLUMNS)
    return {code: (at % columns + 1, at // columns + 1) for at, code in enumerate(wanted)}


def tiles(painted: list[Row]) -> Row:
    """The painted regencies in the order of reading, each with `column` and `row`; how many columns there are."""
    at = positions(one["code"] for one in painted)
    placed = [{**one, "column": at[one["code"]][0], "row": at[one["code"]][1]} for one in painted]
    placed.sort(key=lambda one: (one["row"], one["column"]))
    return {
        "tiles": placed,
        "columns": max((column for column, _ in at.values()), default=1),
        "declared": all(code in _declared() for code in at),
    }
