"""A map that an office supplies as GeoJSON: read with suspicion, matched by region code, drawn within a bound.

The file comes from outside: it may be huge, deep, broken or of another country. Whatever is wrong with it is a
MapFault, one sentence in words.toml, and the page shows the map of tiles instead.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reports import form

Ring = list[tuple[float, float]]
MOST_BYTES = 50_000_000  # a province's regencies at survey precision have about 10 MB
MOST_POINTS = 1_000_000
DRAWN_POINTS = 5_000  # in the page, over all regencies: about 50 kB
SMALLEST = 4.0  # the surface of a ring that is drawn
WIDTH, TALLEST = 900.0, 900.0


class MapFault(ValueError):
    """Why a map cannot be drawn: `key` of a sentence in words.toml, and its values."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key, self.values = key, values


def read_map(path: Path, codes: Sequence[str], property_name: str | None = None) -> dict[str, list[Ring]]:
    """Regency code -> rings of longitude and latitude, degrees, for the `codes` that the file has.

    property_name: the property with the Kemendagri code (dots and blanks in it do not matter); without it the one
    property that holds the most of the `codes` is taken. Raises MapFault when there is nothing to draw.
    """
    features = _features(_parsed(path))
    name = property_name or _code_property(features, codes)
    shapes: dict[str, list[Ring]] = {}
    left = MOST_POINTS
    for feature in features:
        code = _code(_properties(feature).get(name))
        if code not in codes:
            continue
        rings = list(_rings(feature.get("geometry")))
        left -= sum(len(ring) for ring in rings)
        if left < 0:
            raise MapFault("map_large", most=form.number(MOST_POINTS))
        shapes.setdefault(code, []).extend(rings)
    shapes = {code: rings for code, rings in shapes.items() if rings}
    if not shapes:
        raise MapFault("map_none")
    return shapes


def _parsed(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise MapFault("map_large", most=f"{MOST_BYTES // 1_000_000} MB")
        return json.loads(path.read_bytes())
    except OSError:
        raise MapFault("map_unread") from None
    except (ValueError, RecursionError) as error:  # not JSON, not Unicode, or nested without end
        if isinstance(error, MapFault):
            raise
        raise MapFault("map_no_json") from None


def _features(data: Any) -> list[dict[str, Any]]:
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list):
        raise MapFault("map_no_features")
    return [feature for feature in features if isinstance(feature, dict)]


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    properties = feature.get("properties")
    return properties if isinstance(properties, dict) else {}


def _code(value: Any) -> str:
    """'36.02', 3602 or 3602.0 -> '3602'."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(text := str(value)) > 20:
        return ""
    text = text.strip().removesuffix(".0")
    return "".join(letter for letter in text if letter in "0123456789")


def _code_property(features: list[dict[str, Any]], codes: Sequence[str]) -> str:
    """The property that holds the most codes; two that hold as many but differ are a question for the office."""
    held: dict[str, list[str]] = {}
    for feature in features:
        for name, value in _properties(feature).items():
            held.setdefault(name, []).append(_code(value))
    counts = {name: len(set(found) & set(codes)) for name, found in held.items()}
    most = max(counts.values(), default=0)
    if not most:
        raise MapFault("map_none")
    best = [name for name in held if counts[name] == most]
    if any(held[name] != held[best[0]] for name in best):
        raise MapFault("map_two", names=", ".join(sorted(name[:40] for name in best)[:4]))
    return best[0]


def _rings(geometry: Any) -> Iterator[Ring]:
    """The outlines of a Polygon or MultiPolygon, holes too; other geometries have none."""
    kind, parts = (geometry.get("type"), geometry.get("coordinates")) if isinstance(geometry, dict) else (None, None)
    polygons = [parts] if kind == "Polygon" else parts if kind == "MultiPolygon" else []
    if not isinstance(polygons, list):
        raise MapFault("map_coordinates")
    for polygon in polygons:
        if not isinstance(polygon, list):
            raise MapFault("map_coordinates")
        yield from (_ring(ring) for ring in polygon)


def _ring(points: Any) -> Ring:
    if not isinstance(points, list):
        raise MapFault("map_coordinates")
    return [_point(point) for point in points]


def _point(point: Any) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2:
        raise MapFault("map_coordinates")
    across, up = point[0], point[1]
    for value, end in ((across, 180.0), (up, 90.0)):
        if isinstance(value, bool) or not isinstance(value, int | float) or not -end <= value <= end:
            raise MapFault("map_coordinates")  # metres of another projection, or no numbers at all
    return float(across), float(up)


def fitted(shapes: dict[str, list[Ring]]) -> tuple[dict[str, list[Ring]], float]:
    """The shapes in the units of a drawing WIDTH wide, with at most DRAWN_POINTS points; and the drawing's height.

    Points are moved to a fine grid, the same for all, so that neighbours keep a common border; then ever larger
    corners are left out until few enough points are left.
    """
    every = [point for rings in shapes.values() for ring in rings for point in ring]
    if not every:
        raise MapFault("map_none")
    west, east = min(x for x, _ in every), max(x for x, _ in every)
    south, north = min(y for _, y in every), max(y for _, y in every)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, tall = (east - west) * narrow, north - south
    if wide <= 0 or tall <= 0:
        raise MapFault("map_none")
    scale = min(WIDTH / wide, TALLEST / tall)
    left = (WIDTH - wide * scale) / 2
    on_paper = {
        code: [[(left + (x - west) * narrow * scale, (north - y) * scale) for x, y in ring] for ring in rings]
        for code, rings in shapes.items()
    }
    corner = 0.5
    drawn = _plainer(on_paper, corner)
    while sum(len(ring) for rings in drawn.values() for ring in rings) > DRAWN_POINTS and corner < WIDTH * TALLEST:
        corner *= 2
        drawn = _plainer(drawn, corner)
    return drawn, tall * scale


def _plainer(shapes: dict[str, list[Ring]], corner: float) -> dict[str, list[Ring]]:
    """Corners smaller than `corner` left out, rings without a surface too; of every place something stays."""
    result: dict[str, list[Ring]] = {}
    for code, rings in shapes.items():
        moved = [_smoothed(_on_grid(ring), corner) for ring in rings]
        kept = [ring for ring in moved if len(ring) >= 3 and abs(area(ring)) >= SMALLEST]
        largest = max(rings, key=lambda ring: abs(area(ring)), default=[])
        result[code] = kept or ([_box(largest)] if largest else [])
    return result


def _on_grid(ring: Ring) -> Ring:
    """The ring in steps of half a unit, the same for all places, each point once; open at its end."""
    kept: Ring = []
    for x, y in ring:
        point = (round(x * 2) / 2, round(y * 2) / 2)
        if not kept or point != kept[-1]:
            kept.append(point)
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def _smoothed(ring: Ring, corner: float) -> Ring:
    """Without the points that make a triangle of less than `corner` with the last kept one and the next one.

    One pass, so that no ring can take long; the lines of neighbours differ by less than what is left out.
    """
    if len(ring) < 4:
        return ring
    kept = [ring[0]]
    for at in range(1, len(ring)):
        (x0, y0), (x1, y1), (x2, y2) = kept[-1], ring[at], ring[(at + 1) % len(ring)]
        if abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)) >= 2 * corner:
            kept.append(ring[at])
    return kept


def _box(ring: Ring) -> Ring:
    """A small square where a place is too small to be drawn."""
    x, y = sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    return [(x - 3, y - 3), (x + 3, y - 3), (x + 3, y + 3), (x - 3, y + 3)]


def area(ring: Ring) -> float:
    """The surface within a ring, its sign by the direction it is drawn in."""
    ends = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in ends) / 2
