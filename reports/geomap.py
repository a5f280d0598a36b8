"""The supplied map as SVG: a shape a regency, with its name and figures on it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.areas import MEASURES
from reports.geojson import WIDTH, MapFault, Ring, area, fitted, read_map
from reports.words import say

Row = dict[str, Any]
SIZE, LINE = 19.0, 22.0  # of the letters on the map and of a line of them; a phone shows the map at two fifths
LETTER = 0.56


def draw_map(painted: list[Row], path: Path, property_name: str | None = None) -> tuple[Markup, list[str], Any]:
    """The map, the codes that stand on it, and why there is none, in words; of picture and reason one is empty.

    painted: the regencies with their measures (`areas.painted`); `MEASURES` are switched by classes, as on the tiles.
    """
    by_code = {one["code"]: one for one in painted}
    try:
        shapes, height = fitted(read_map(path, list(by_code), property_name))
    except MapFault as fault:
        return Markup(""), [], say(fault.key, file=path.name, **fault.values)
    order = sorted(shapes, key=lambda code: -_surface(shapes[code]))  # a city inside a regency is drawn on top of it
    taken: list[tuple[float, float, float, float]] = []
    labels = Markup("").join(_label(by_code[code], shapes[code], height, taken) for code in reversed(order))
    drawn = Markup("").join(_shape(by_code[code], shapes[code]) for code in order)
    picture = Markup('<svg class="geo" viewBox="-10 -14 {w:g} {h}" role="group" aria-labelledby="map-h">{d}{t}</svg>')
    return picture.format(w=WIDTH + 20, h=math.ceil(height) + 28, d=drawn, t=labels), order, ""


def _surface(rings: list[Ring]) -> float:
    return sum(abs(area(ring)) for ring in rings)


def _shape(one: Row, rings: list[Ring]) -> Markup:
    path = "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings)
    shades = ";".join(f"--{key}:{one[key]['shade']}" for key in MEASURES)
    return Markup('<path style="{}" d="{}"/>').format(shades, path)


def _label(one: Row, rings: list[Ring], height: float, taken: list[tuple[float, float, float, float]]) -> Markup:
    """Name and figures near the middle of the largest ring, moved up or down until they cover no other label."""
    x, y = _middle(max(rings, key=lambda ring: abs(area(ring))))
    longest = max(len(one["name"]), *(len(one[key]["text"]) for key in MEASURES))
    half = longest * SIZE * LETTER / 2
    x_text = min(max(x, half), WIDTH - half)

    def box(at: float) -> tuple[float, float, float, float]:
        return x_text - half, at - SIZE, x_text + half, at + LINE

    at = next((tried for tried in _near(y, height) if _free(box(tried), taken)), y)
    taken.append(box(at))
    figures = Markup("").join(
        Markup('<tspan class="m m-{}">{}</tspan>').format(key, one[key]["text"] + (" ✓" if one[key]["reached"] else ""))
        for key in MEASURES
    )
    lead = Markup("")
    if abs(at - y) > LINE:
        lead = Markup('<line class="lead-line" x1="{:.0f}" y1="{:.0f}" x2="{:.0f}" y2="{:.0f}"/>').format(
            x, y, x_text, at - SIZE if at > y else at + LINE
        )
    return Markup(
        '{}<a href="{}"><text x="{:.0f}" y="{:.0f}" text-anchor="middle">{}</text>'
        '<text class="strong" x="{:.0f}" y="{:.0f}" text-anchor="middle">{}</text></a>'
    ).format(lead, one["page"], x_text, at, one["name"], x_text, at + LINE, figures)


def _near(y: float, height: float) -> list[float]:
    """Where a label may stand, the nearest first, inside the drawing."""
    steps = sorted((step * LINE / 2 for step in range(-24, 25)), key=abs)
    return [y + step for step in steps if SIZE <= y + step <= height - LINE / 2]


def _free(box: tuple[float, float, float, float], taken: list[tuple[float, float, float, float]]) -> bool:
    left, top, right, bottom = box
    return all(right <= a or left >= c or bottom <= b or top >= d for a, b, c, d in taken)


def _middle(ring: Ring) -> tuple[float, float]:
    """A point inside the ring: the middle of its widest stretch at half its height."""
    y = (min(y for _, y in ring) + max(y for _, y in ring)) / 2 + 0.05  # not on the grid that the points lie on
    crossings = sorted(
        x0 + (y - y0) / (y1 - y0) * (x1 - x0)
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], *ring[:1]], strict=True)
        if (y0 > y) != (y1 > y)
    )
    pairs = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not pairs:
        return sum(x for x, _ in ring) / len(ring), y
    left, right = max(pairs, key=lambda pair: pair[1] - pair[0])
    return (left + right) / 2, y
